-- The tables of the first slice, as `motorpool db draft` printed them.
CREATE TABLE api_tokens (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID, 
	token_name VARCHAR(255) NOT NULL, 
	token_hash VARCHAR(255) NOT NULL, 
	token_prefix VARCHAR(20), 
	permissions JSONB, 
	rate_limit INTEGER, 
	allowed_ips INET[], 
	last_used_at TIMESTAMP WITH TIME ZONE, 
	usage_count INTEGER DEFAULT '0', 
	quota_hour TIMESTAMP WITH TIME ZONE, 
	quota_used INTEGER DEFAULT '0' NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	is_active BOOLEAN DEFAULT 'true', 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	revoked_by_user_id UUID, 
	revoked_reason TEXT, 
	CONSTRAINT pk_api_tokens PRIMARY KEY (id), 
	CONSTRAINT uq_api_tokens_tenant_id_token_hash UNIQUE (tenant_id, token_hash)
)
;
CREATE INDEX ix_api_tokens_tenant_id_is_active ON api_tokens (tenant_id, is_active)
;
CREATE INDEX ix_api_tokens_token_hash ON api_tokens (token_hash)
;
CREATE INDEX ix_api_tokens_user_id_is_active ON api_tokens (user_id, is_active)
;
CREATE UNIQUE INDEX uq_api_tokens_tenant_id_id ON api_tokens (tenant_id, id)
;
COMMENT ON TABLE api_tokens IS 'API authentication tokens'
;
COMMENT ON COLUMN api_tokens.token_hash IS 'Keyed SHA-256 of the secret, hex'
;
COMMENT ON COLUMN api_tokens.token_prefix IS 'For display'
;
COMMENT ON COLUMN api_tokens.permissions IS 'Patterns such as ["vehicles.read", "trips.*"]; null: all that the owner may do'
;
COMMENT ON COLUMN api_tokens.rate_limit IS 'Requests per hour; null: no limit of its own'
;
COMMENT ON COLUMN api_tokens.allowed_ips IS 'null: from anywhere'
;
COMMENT ON COLUMN api_tokens.quota_hour IS 'The hour that quota_used counts'
;
COMMENT ON COLUMN api_tokens.quota_used IS 'Requests of rate_limit handed out to the processes in that hour'
;
CREATE TABLE audit_trails (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	table_name VARCHAR(100) NOT NULL, 
	record_id UUID NOT NULL, 
	operation VARCHAR(20) NOT NULL, 
	old_values JSONB, 
	new_values JSONB, 
	changed_fields TEXT[], 
	user_id UUID, 
	ip_address INET, 
	user_agent TEXT, 
	session_id VARCHAR(255), 
	reason TEXT, 
	occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_audit_trails PRIMARY KEY (tenant_id, id, occurred_at)
)
 PARTITION BY RANGE (occurred_at)
;
CREATE INDEX ix_audit_trails_table_name_record_id_occurred_at ON audit_trails (table_name, record_id, occurred_at DESC)
;
CREATE INDEX ix_audit_trails_tenant_id_occurred_at ON audit_trails (tenant_id, occurred_at DESC, id DESC)
;
CREATE INDEX ix_audit_trails_user_id_occurred_at ON audit_trails (user_id, occurred_at DESC)
;
COMMENT ON TABLE audit_trails IS 'System-wide audit logging for compliance'
;
COMMENT ON COLUMN audit_trails.operation IS 'INSERT, UPDATE or DELETE'
;
COMMENT ON COLUMN audit_trails.old_values IS 'On update only the changed columns'
;
COMMENT ON COLUMN audit_trails.new_values IS 'On update only the changed columns'
;
COMMENT ON COLUMN audit_trails.session_id IS 'Session or API token'
;
CREATE TABLE departments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	code VARCHAR(50) NOT NULL, 
	parent_department_id UUID, 
	manager_user_id UUID, 
	cost_center VARCHAR(50), 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_departments PRIMARY KEY (id), 
	CONSTRAINT uq_departments_tenant_id_code UNIQUE (tenant_id, code)
)
;
CREATE INDEX ix_departments_tenant_id_name ON departments (tenant_id, name, id)
;
CREATE UNIQUE INDEX uq_departments_tenant_id_id ON departments (tenant_id, id)
;
COMMENT ON TABLE departments IS 'Parts of the organisation: the unit of cost and of access'
;
COMMENT ON COLUMN departments.code IS 'Short code, as on budgets'
;
CREATE TABLE derivation_state (
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	checkpoint JSONB, 
	derived_to TIMESTAMP WITH TIME ZONE, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_derivation_state PRIMARY KEY (tenant_id, vehicle_id)
)
;
COMMENT ON TABLE derivation_state IS 'Checkpoint of trip derivation for each vehicle'
;
COMMENT ON COLUMN derivation_state.checkpoint IS 'Checkpoints, newest first; null: derive from the first position'
;
COMMENT ON COLUMN derivation_state.derived_to IS 'Time of the last position that went in'
;
CREATE TABLE derivation_work (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	from_time TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_derivation_work PRIMARY KEY (tenant_id, id)
)
;
CREATE INDEX ix_derivation_work_tenant_id_vehicle_id ON derivation_work (tenant_id, vehicle_id)
;
COMMENT ON TABLE derivation_work IS 'Vehicles whose trips have to be derived, and from when'
;
CREATE TABLE device_directory (
	identifier VARCHAR(100) NOT NULL, 
	tenant_id UUID NOT NULL, 
	device_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_device_directory PRIMARY KEY (identifier)
)
;
COMMENT ON TABLE device_directory IS 'Globally unique device identifiers'
;
CREATE TABLE devices (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	identifier VARCHAR(100) DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	vehicle_id UUID, 
	protocol VARCHAR(50), 
	model VARCHAR(100), 
	phone VARCHAR(40), 
	last_report_at TIMESTAMP WITH TIME ZONE, 
	last_latitude NUMERIC(10, 8), 
	last_longitude NUMERIC(11, 8), 
	last_address TEXT, 
	report_count INTEGER DEFAULT '0' NOT NULL, 
	attributes JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_devices PRIMARY KEY (id), 
	CONSTRAINT ck_devices_status CHECK (status IN ('active', 'quarantined', 'disabled'))
)
;
CREATE INDEX ix_devices_tenant_id_name ON devices (tenant_id, name, id)
;
CREATE INDEX ix_devices_tenant_id_status ON devices (tenant_id, status)
;
CREATE INDEX ix_devices_tenant_id_vehicle_id ON devices (tenant_id, vehicle_id)
;
CREATE UNIQUE INDEX uq_devices_tenant_id_id ON devices (tenant_id, id)
;
CREATE UNIQUE INDEX uq_devices_tenant_id_identifier ON devices (tenant_id, identifier)
;
COMMENT ON TABLE devices IS 'Trackers and phones'
;
COMMENT ON COLUMN devices.identifier IS 'What the device sends; unique over all tenants, a generated secret by default'
;
COMMENT ON COLUMN devices.status IS 'quarantined: reported without being known, nothing is kept of it'
;
COMMENT ON COLUMN devices.protocol IS 'osmand, teltonika, gt06, ...'
;
COMMENT ON COLUMN devices.last_address IS 'Network address of the last report'
;
COMMENT ON COLUMN devices.report_count IS 'Reports while in quarantine'
;
CREATE TABLE driver_assignments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE, 
	source VARCHAR(50), 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_driver_assignments PRIMARY KEY (id), 
	CONSTRAINT ck_driver_assignments_period CHECK (ends_at IS NULL OR ends_at > starts_at), 
	CONSTRAINT ex_driver_assignments_vehicle_period EXCLUDE USING gist (tenant_id WITH =, vehicle_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
)
;
CREATE INDEX ix_driver_assignments_tenant_id_driver_id ON driver_assignments (tenant_id, driver_id, starts_at, id)
;
CREATE INDEX ix_driver_assignments_tenant_id_vehicle_id ON driver_assignments (tenant_id, vehicle_id, starts_at, id)
;
CREATE UNIQUE INDEX uq_driver_assignments_tenant_id_id ON driver_assignments (tenant_id, id)
;
COMMENT ON TABLE driver_assignments IS 'Who drove which vehicle when'
;
COMMENT ON COLUMN driver_assignments.ends_at IS 'null: until further notice'
;
COMMENT ON COLUMN driver_assignments.source IS 'manual, schedule, identification, import'
;
CREATE TABLE drivers (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	full_name VARCHAR(255) NOT NULL, 
	driver_number VARCHAR(50) NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	user_id UUID, 
	department_id UUID, 
	home_facility_id UUID, 
	email VARCHAR(320), 
	phone VARCHAR(40), 
	date_of_birth DATE, 
	hired_on DATE, 
	ended_on DATE, 
	license_number VARCHAR(50), 
	license_class VARCHAR(20), 
	license_region VARCHAR(50), 
	license_endorsements TEXT[], 
	license_restrictions TEXT[], 
	license_expires_on DATE, 
	medical_card_expires_on DATE, 
	identification_tag VARCHAR(100), 
	emergency_contact_name VARCHAR(255), 
	emergency_contact_phone VARCHAR(40), 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_drivers PRIMARY KEY (id), 
	CONSTRAINT uq_drivers_tenant_id_driver_number UNIQUE (tenant_id, driver_number), 
	CONSTRAINT uq_drivers_tenant_id_user_id UNIQUE (tenant_id, user_id), 
	CONSTRAINT ck_drivers_status CHECK (status IN ('active', 'on_leave', 'suspended', 'retired'))
)
;
CREATE INDEX ix_drivers_tenant_id_department_id ON drivers (tenant_id, department_id)
;
CREATE INDEX ix_drivers_tenant_id_full_name ON drivers (tenant_id, full_name, id)
;
CREATE INDEX ix_drivers_tenant_id_license_expires_on ON drivers (tenant_id, license_expires_on, id)
;
CREATE INDEX ix_drivers_tenant_id_status ON drivers (tenant_id, status)
;
CREATE UNIQUE INDEX uq_drivers_tenant_id_id ON drivers (tenant_id, id)
;
COMMENT ON TABLE drivers IS 'People who drive'
;
COMMENT ON COLUMN drivers.driver_number IS 'Employee or badge number'
;
COMMENT ON COLUMN drivers.user_id IS 'Account with which the driver signs in'
;
COMMENT ON COLUMN drivers.home_facility_id IS 'Home terminal; its time zone starts the day'
;
COMMENT ON COLUMN drivers.license_class IS 'A, B, C or the local class'
;
COMMENT ON COLUMN drivers.license_region IS 'State or country that issued it'
;
COMMENT ON COLUMN drivers.license_endorsements IS 'H, N, P, S, T, X'
;
COMMENT ON COLUMN drivers.identification_tag IS 'iButton or RFID, as devices report it'
;
CREATE TABLE event_log (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	xid xid8 DEFAULT pg_current_xact_id() NOT NULL, 
	topic VARCHAR(60) NOT NULL, 
	payload JSONB DEFAULT '{}' NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_event_log PRIMARY KEY (tenant_id, id)
)
;
CREATE INDEX ix_event_log_occurred_at ON event_log (occurred_at)
;
CREATE INDEX ix_event_log_tenant_id_xid_id ON event_log (tenant_id, xid, id)
;
COMMENT ON TABLE event_log IS 'Recent events, read in commit-safe order by (xid, id)'
;
CREATE TABLE facilities (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	code VARCHAR(50) NOT NULL, 
	facility_type VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	address TEXT, 
	city VARCHAR(100), 
	region VARCHAR(100), 
	postal_code VARCHAR(20), 
	country VARCHAR(2), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	time_zone VARCHAR(64), 
	phone VARCHAR(40), 
	capacity_vehicles INTEGER, 
	opening_hours JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_facilities PRIMARY KEY (id), 
	CONSTRAINT uq_facilities_tenant_id_code UNIQUE (tenant_id, code), 
	CONSTRAINT ck_facilities_status CHECK (status IN ('active', 'closed'))
)
;
CREATE INDEX ix_facilities_tenant_id_name ON facilities (tenant_id, name, id)
;
CREATE INDEX ix_facilities_tenant_id_status ON facilities (tenant_id, status)
;
CREATE UNIQUE INDEX uq_facilities_tenant_id_id ON facilities (tenant_id, id)
;
COMMENT ON TABLE facilities IS 'Depots, shops, fuel sites, offices'
;
COMMENT ON COLUMN facilities.facility_type IS 'depot, maintenance_shop, fuel_site, office, parking, charging_hub, warehouse'
;
COMMENT ON COLUMN facilities.region IS 'State or province'
;
COMMENT ON COLUMN facilities.country IS 'ISO 3166-1 alpha-2'
;
COMMENT ON COLUMN facilities.time_zone IS 'IANA zone; null: the tenant''s'
;
COMMENT ON COLUMN facilities.capacity_vehicles IS 'Parking places'
;
COMMENT ON COLUMN facilities.opening_hours IS '{"mon": [["07:00", "18:00"]], ...} in the facility''s time zone'
;
CREATE TABLE idempotency_keys (
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_key VARCHAR(80) NOT NULL, 
	route VARCHAR(255) NOT NULL, 
	idempotency_key VARCHAR(255) NOT NULL, 
	request_hash VARCHAR(64) NOT NULL, 
	response_status INTEGER, 
	response_headers JSONB, 
	response_body TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_idempotency_keys PRIMARY KEY (tenant_id, user_key, route, idempotency_key)
)
;
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at)
;
COMMENT ON TABLE idempotency_keys IS 'Answers of recent POSTs by Idempotency-Key'
;
COMMENT ON COLUMN idempotency_keys.user_key IS 'User or API token that sent the request'
;
COMMENT ON COLUMN idempotency_keys.request_hash IS 'SHA-256 of the body, hex'
;
CREATE TABLE meter_readings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	meter_type VARCHAR(20) DEFAULT 'odometer' NOT NULL, 
	value DOUBLE PRECISION NOT NULL, 
	replacement_offset DOUBLE PRECISION DEFAULT '0' NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	source VARCHAR(50), 
	is_replacement BOOLEAN DEFAULT 'false' NOT NULL, 
	recorded_by_user_id UUID, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_meter_readings PRIMARY KEY (id), 
	CONSTRAINT ck_meter_readings_meter_type CHECK (meter_type IN ('odometer', 'engine_hours'))
)
;
CREATE INDEX ix_meter_readings_tenant_id_recorded_at ON meter_readings (tenant_id, recorded_at, id)
;
CREATE INDEX ix_meter_readings_tenant_id_vehicle_id_meter_type_recorded_at ON meter_readings (tenant_id, vehicle_id, meter_type, recorded_at DESC)
;
CREATE UNIQUE INDEX uq_meter_readings_tenant_id_id ON meter_readings (tenant_id, id)
;
COMMENT ON TABLE meter_readings IS 'Readings of odometers and engine-hour meters'
;
COMMENT ON COLUMN meter_readings.value IS 'What the meter shows: metres (odometer) or seconds (engine_hours)'
;
COMMENT ON COLUMN meter_readings.replacement_offset IS 'What earlier meters had shown when this one was fitted; true value = value + offset'
;
COMMENT ON COLUMN meter_readings.source IS 'manual, device, fuel, work_order, import'
;
COMMENT ON COLUMN meter_readings.is_replacement IS 'First reading of a new meter'
;
CREATE TABLE obd_telemetry (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	rpm INTEGER, 
	speed INTEGER, 
	engine_load NUMERIC(5, 2), 
	coolant_temp INTEGER, 
	fuel_level NUMERIC(5, 2), 
	throttle_position NUMERIC(5, 2), 
	intake_air_temp INTEGER, 
	maf_rate NUMERIC(8, 2), 
	battery_voltage NUMERIC(4, 2), 
	fuel_pressure NUMERIC(6, 2), 
	dtc_codes TEXT[], 
	odometer INTEGER, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	CONSTRAINT pk_obd_telemetry PRIMARY KEY (tenant_id, id, recorded_at), 
	CONSTRAINT uq_obd_telemetry_tenant_id_vehicle_id_recorded_at UNIQUE (tenant_id, vehicle_id, recorded_at)
)
 PARTITION BY RANGE (recorded_at)
;
CREATE INDEX ix_obd_telemetry_tenant_id_recorded_at ON obd_telemetry (tenant_id, recorded_at DESC)
;
CREATE INDEX ix_obd_telemetry_vehicle_id_recorded_at ON obd_telemetry (vehicle_id, recorded_at DESC)
;
COMMENT ON TABLE obd_telemetry IS 'Real-time OBD-II vehicle diagnostics'
;
COMMENT ON COLUMN obd_telemetry.speed IS 'km/h'
;
COMMENT ON COLUMN obd_telemetry.engine_load IS 'percentage'
;
COMMENT ON COLUMN obd_telemetry.coolant_temp IS 'celsius'
;
COMMENT ON COLUMN obd_telemetry.fuel_level IS 'percentage'
;
COMMENT ON COLUMN obd_telemetry.throttle_position IS 'percentage'
;
COMMENT ON COLUMN obd_telemetry.intake_air_temp IS 'celsius'
;
COMMENT ON COLUMN obd_telemetry.maf_rate IS 'Mass Air Flow g/s'
;
COMMENT ON COLUMN obd_telemetry.battery_voltage IS 'volts'
;
COMMENT ON COLUMN obd_telemetry.fuel_pressure IS 'kPa'
;
COMMENT ON COLUMN obd_telemetry.dtc_codes IS 'Diagnostic Trouble Codes'
;
COMMENT ON COLUMN obd_telemetry.odometer IS 'kilometres'
;
CREATE TABLE permissions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	permission_key VARCHAR(255) NOT NULL, 
	permission_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	resource VARCHAR(100), 
	action VARCHAR(50), 
	permission_category VARCHAR(100), 
	is_system_permission BOOLEAN DEFAULT 'true', 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	CONSTRAINT pk_permissions PRIMARY KEY (id), 
	CONSTRAINT uq_permissions_permission_key UNIQUE (permission_key)
)
;
CREATE INDEX ix_permissions_resource_action ON permissions (resource, action)
;
COMMENT ON TABLE permissions IS 'Granular permission definitions'
;
COMMENT ON COLUMN permissions.permission_key IS '<collection>.<action>, as vehicles.read'
;
CREATE TABLE roles (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	role_name VARCHAR(100) NOT NULL, 
	display_name VARCHAR(255), 
	description TEXT, 
	role_type VARCHAR(50) DEFAULT 'custom', 
	permissions JSONB, 
	is_system_role BOOLEAN DEFAULT 'false', 
	is_active BOOLEAN DEFAULT 'true', 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	CONSTRAINT pk_roles PRIMARY KEY (id), 
	CONSTRAINT uq_roles_tenant_id_role_name UNIQUE (tenant_id, role_name), 
	CONSTRAINT ck_roles_role_type CHECK (role_type IN ('system', 'tenant', 'custom'))
)
;
CREATE INDEX ix_roles_role_name ON roles (role_name)
;
CREATE INDEX ix_roles_tenant_id_is_active ON roles (tenant_id, is_active)
;
CREATE UNIQUE INDEX uq_roles_tenant_id_id ON roles (tenant_id, id)
;
COMMENT ON TABLE roles IS 'Role-based access control definitions'
;
COMMENT ON COLUMN roles.permissions IS '{"vehicles": {"actions": ["read", "update"], "scope": "all"|"own"}}; "*" stands for all'
;
COMMENT ON COLUMN roles.is_system_role IS 'Cannot be deleted'
;
CREATE TABLE sessions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	ip_address INET, 
	user_agent TEXT, 
	CONSTRAINT pk_sessions PRIMARY KEY (id), 
	CONSTRAINT uq_sessions_tenant_id_token_hash UNIQUE (tenant_id, token_hash)
)
;
CREATE INDEX ix_sessions_tenant_id_user_id ON sessions (tenant_id, user_id, created_at)
;
CREATE UNIQUE INDEX uq_sessions_tenant_id_id ON sessions (tenant_id, id)
;
COMMENT ON TABLE sessions IS 'Browsers that are signed in'
;
COMMENT ON COLUMN sessions.token_hash IS 'Keyed SHA-256 of the cookie''s secret, hex'
;
CREATE TABLE sign_in_attempts (
	id UUID DEFAULT uuidv7() NOT NULL, 
	attempt_key VARCHAR(400) NOT NULL, 
	succeeded BOOLEAN NOT NULL, 
	attempted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sign_in_attempts PRIMARY KEY (id)
)
;
CREATE INDEX ix_sign_in_attempts_key_attempted_at ON sign_in_attempts (attempt_key, attempted_at)
;
COMMENT ON TABLE sign_in_attempts IS 'Sign-in attempts of the last day, for rate limits'
;
COMMENT ON COLUMN sign_in_attempts.attempt_key IS 'email:<address> or ip:<address>'
;
CREATE TABLE stops (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	duration_minutes INTEGER, 
	idle_minutes INTEGER, 
	checkpoint JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_stops PRIMARY KEY (id)
)
;
CREATE INDEX ix_stops_tenant_id_started_at ON stops (tenant_id, started_at DESC, id DESC)
;
CREATE INDEX ix_stops_tenant_id_vehicle_id_started_at ON stops (tenant_id, vehicle_id, started_at DESC)
;
CREATE UNIQUE INDEX uq_stops_tenant_id_id ON stops (tenant_id, id)
;
COMMENT ON TABLE stops IS 'Places where a vehicle stood, and for how long'
;
COMMENT ON COLUMN stops.ended_at IS 'null: still standing'
;
COMMENT ON COLUMN stops.idle_minutes IS 'Engine on while standing; null: not known'
;
COMMENT ON COLUMN stops.checkpoint IS 'Where derivation can start again in this stop when a fix arrives late'
;
CREATE TABLE tenants (
	id UUID DEFAULT uuidv7() NOT NULL, 
	slug VARCHAR(63) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	time_zone VARCHAR(64) DEFAULT 'UTC' NOT NULL, 
	units VARCHAR(10) DEFAULT 'metric' NOT NULL, 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	is_demo BOOLEAN DEFAULT 'false' NOT NULL, 
	settings JSONB DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_tenants PRIMARY KEY (id), 
	CONSTRAINT uq_tenants_slug UNIQUE (slug), 
	CONSTRAINT ck_tenants_status CHECK (status IN ('active', 'suspended')), 
	CONSTRAINT ck_tenants_units CHECK (units IN ('metric', 'imperial'))
)
;
COMMENT ON TABLE tenants IS 'Organisations; nothing of one is visible to another'
;
COMMENT ON COLUMN tenants.slug IS 'Short name in commands and addresses, a-z, 0-9 and -'
;
COMMENT ON COLUMN tenants.time_zone IS 'IANA zone; its days and months'
;
COMMENT ON COLUMN tenants.units IS 'What people see by default'
;
COMMENT ON COLUMN tenants.currency IS 'ISO 4217'
;
COMMENT ON COLUMN tenants.is_demo IS 'Holds replayed recorded data'
;
CREATE TABLE trips (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	trip_number VARCHAR(50), 
	start_location_lat NUMERIC(10, 8), 
	start_location_lng NUMERIC(11, 8), 
	start_address TEXT, 
	end_location_lat NUMERIC(10, 8), 
	end_location_lng NUMERIC(11, 8), 
	end_address TEXT, 
	start_odometer INTEGER, 
	end_odometer INTEGER, 
	end_odometer_m DOUBLE PRECISION, 
	distance_km NUMERIC(8, 2), 
	duration_minutes INTEGER, 
	idle_time_minutes INTEGER, 
	max_speed_kph NUMERIC(6, 2), 
	avg_speed_kph NUMERIC(6, 2), 
	fuel_consumed_liters NUMERIC(8, 2), 
	fuel_efficiency_l_per_100km NUMERIC(6, 2), 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	route_polyline TEXT, 
	usage_type VARCHAR(20), 
	business_purpose TEXT, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	CONSTRAINT pk_trips PRIMARY KEY (id), 
	CONSTRAINT uq_trips_tenant_id_trip_number UNIQUE (tenant_id, trip_number), 
	CONSTRAINT ck_trips_usage_type CHECK (usage_type IN ('business', 'personal', 'mixed'))
)
;
CREATE INDEX ix_trips_driver_id_started_at ON trips (driver_id, started_at DESC)
;
CREATE INDEX ix_trips_tenant_id_started_at ON trips (tenant_id, started_at DESC, id DESC)
;
CREATE INDEX ix_trips_tenant_id_vehicle_id_started_at ON trips (tenant_id, vehicle_id, started_at DESC)
;
CREATE INDEX ix_trips_vehicle_id_started_at ON trips (vehicle_id, started_at DESC)
;
CREATE UNIQUE INDEX uq_trips_tenant_id_id ON trips (tenant_id, id)
;
COMMENT ON TABLE trips IS 'Complete trip records from start to end'
;
COMMENT ON COLUMN trips.start_odometer IS 'kilometres'
;
COMMENT ON COLUMN trips.end_odometer IS 'kilometres'
;
COMMENT ON COLUMN trips.end_odometer_m IS 'metres; what both whole-kilometre columns and the next trip''s follow from. null: no reading is known'
;
COMMENT ON COLUMN trips.idle_time_minutes IS 'Engine on, standing; null: not known'
;
COMMENT ON COLUMN trips.ended_at IS 'null: under way'
;
COMMENT ON COLUMN trips.route_polyline IS 'Encoded polyline, precision 5'
;
COMMENT ON COLUMN trips.usage_type IS 'IRS compliance'
;
CREATE TABLE user_activity_log (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	action_type VARCHAR(100) NOT NULL, 
	resource_type VARCHAR(100), 
	resource_id UUID, 
	action_details JSONB, 
	ip_address INET, 
	user_agent TEXT, 
	session_id VARCHAR(255), 
	request_method VARCHAR(10), 
	request_path TEXT, 
	response_status INTEGER, 
	duration_ms INTEGER, 
	occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_user_activity_log PRIMARY KEY (tenant_id, id, occurred_at)
)
 PARTITION BY RANGE (occurred_at)
;
CREATE INDEX ix_user_activity_log_resource_type_resource_id_occurred_at ON user_activity_log (resource_type, resource_id, occurred_at DESC)
;
CREATE INDEX ix_user_activity_log_tenant_id_action_type_occurred_at ON user_activity_log (tenant_id, action_type, occurred_at DESC)
;
CREATE INDEX ix_user_activity_log_tenant_id_occurred_at ON user_activity_log (tenant_id, occurred_at, id)
;
CREATE INDEX ix_user_activity_log_user_id_occurred_at ON user_activity_log (user_id, occurred_at DESC)
;
COMMENT ON TABLE user_activity_log IS 'Comprehensive user activity auditing'
;
COMMENT ON COLUMN user_activity_log.action_type IS 'login, logout, login_failed, create, update, ...'
;
CREATE TABLE user_permissions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	permission_id UUID NOT NULL, 
	permission_type VARCHAR(20) DEFAULT 'grant', 
	granted_by_user_id UUID, 
	granted_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	expires_at TIMESTAMP WITH TIME ZONE, 
	reason TEXT, 
	CONSTRAINT pk_user_permissions PRIMARY KEY (id), 
	CONSTRAINT uq_user_permissions_tenant_id_user_id_permission_id UNIQUE (tenant_id, user_id, permission_id), 
	CONSTRAINT ck_user_permissions_permission_type CHECK (permission_type IN ('grant', 'deny'))
)
;
CREATE INDEX ix_user_permissions_permission_id ON user_permissions (permission_id)
;
CREATE INDEX ix_user_permissions_user_id_permission_type ON user_permissions (user_id, permission_type)
;
CREATE UNIQUE INDEX uq_user_permissions_tenant_id_id ON user_permissions (tenant_id, id)
;
COMMENT ON TABLE user_permissions IS 'Direct user permission overrides'
;
CREATE TABLE user_roles (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	role_id UUID NOT NULL, 
	assigned_by_user_id UUID, 
	assigned_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	expires_at TIMESTAMP WITH TIME ZONE, 
	is_active BOOLEAN DEFAULT 'true', 
	facility_ids UUID[], 
	department_ids UUID[], 
	CONSTRAINT pk_user_roles PRIMARY KEY (id), 
	CONSTRAINT uq_user_roles_tenant_id_user_id_role_id UNIQUE (tenant_id, user_id, role_id)
)
;
CREATE INDEX ix_user_roles_role_id ON user_roles (role_id)
;
CREATE INDEX ix_user_roles_user_id_is_active ON user_roles (user_id, is_active)
;
CREATE UNIQUE INDEX uq_user_roles_tenant_id_id ON user_roles (tenant_id, id)
;
COMMENT ON TABLE user_roles IS 'User-role assignments'
;
COMMENT ON COLUMN user_roles.facility_ids IS 'null: everywhere; else only these facilities'
;
COMMENT ON COLUMN user_roles.department_ids IS 'null: everywhere; else only these departments'
;
CREATE TABLE users (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	email VARCHAR(320) NOT NULL, 
	display_name VARCHAR(255) NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	password_hash TEXT, 
	must_change_password BOOLEAN DEFAULT 'false' NOT NULL, 
	set_up_token_hash VARCHAR(64), 
	set_up_expires_at TIMESTAMP WITH TIME ZONE, 
	phone VARCHAR(40), 
	time_zone VARCHAR(64), 
	units VARCHAR(10), 
	department_id UUID, 
	facility_id UUID, 
	last_sign_in_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_users PRIMARY KEY (id), 
	CONSTRAINT ck_users_status CHECK (status IN ('invited', 'active', 'disabled')), 
	CONSTRAINT ck_users_units CHECK (units IN ('metric', 'imperial'))
)
;
CREATE INDEX ix_users_lower_email ON users (lower(email))
;
CREATE INDEX ix_users_tenant_id_display_name ON users (tenant_id, display_name, id)
;
CREATE UNIQUE INDEX uq_users_tenant_id_email ON users (tenant_id, lower(email))
;
CREATE UNIQUE INDEX uq_users_tenant_id_id ON users (tenant_id, id)
;
COMMENT ON TABLE users IS 'People who sign in'
;
COMMENT ON COLUMN users.password_hash IS 'Argon2id; null until a password is set'
;
COMMENT ON COLUMN users.set_up_token_hash IS 'Keyed SHA-256 of the one-time link with which this person sets a password, hex'
;
COMMENT ON COLUMN users.time_zone IS 'IANA zone; null: the tenant''s'
;
COMMENT ON COLUMN users.units IS 'null: the tenant''s'
;
CREATE TABLE vehicle_group_members (
	tenant_id UUID NOT NULL, 
	group_id UUID NOT NULL, 
	vehicle_id UUID NOT NULL, 
	CONSTRAINT pk_vehicle_group_members PRIMARY KEY (tenant_id, group_id, vehicle_id)
)
;
CREATE INDEX ix_vehicle_group_members_tenant_id_vehicle_id ON vehicle_group_members (tenant_id, vehicle_id)
;
COMMENT ON TABLE vehicle_group_members IS 'Which vehicles are in which group'
;
CREATE TABLE vehicle_groups (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	color VARCHAR(7), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vehicle_groups PRIMARY KEY (id), 
	CONSTRAINT uq_vehicle_groups_tenant_id_name UNIQUE (tenant_id, name)
)
;
CREATE UNIQUE INDEX uq_vehicle_groups_tenant_id_id ON vehicle_groups (tenant_id, id)
;
COMMENT ON TABLE vehicle_groups IS 'Free groupings of vehicles'
;
COMMENT ON COLUMN vehicle_groups.color IS '#rrggbb'
;
CREATE TABLE vehicle_locations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	altitude NUMERIC(8, 2), 
	speed NUMERIC(6, 2), 
	heading NUMERIC(5, 2), 
	accuracy NUMERIC(6, 2), 
	source VARCHAR(50), 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now(), 
	ignition BOOLEAN, 
	odometer_m DOUBLE PRECISION, 
	device_id UUID, 
	attributes JSONB, 
	CONSTRAINT pk_vehicle_locations PRIMARY KEY (tenant_id, id, recorded_at), 
	CONSTRAINT uq_vehicle_locations_tenant_id_vehicle_id_recorded_at_source UNIQUE NULLS NOT DISTINCT (tenant_id, vehicle_id, recorded_at, source)
)
 PARTITION BY RANGE (recorded_at)
;
CREATE INDEX ix_vehicle_locations_tenant_id_recorded_at ON vehicle_locations (tenant_id, recorded_at DESC)
;
CREATE INDEX ix_vehicle_locations_vehicle_id_recorded_at ON vehicle_locations (vehicle_id, recorded_at DESC)
;
COMMENT ON TABLE vehicle_locations IS 'Real-time and historical GPS tracking'
;
COMMENT ON COLUMN vehicle_locations.latitude IS 'degrees, WGS 84'
;
COMMENT ON COLUMN vehicle_locations.longitude IS 'degrees, WGS 84'
;
COMMENT ON COLUMN vehicle_locations.altitude IS 'metres'
;
COMMENT ON COLUMN vehicle_locations.speed IS 'km/h'
;
COMMENT ON COLUMN vehicle_locations.heading IS 'degrees 0-360'
;
COMMENT ON COLUMN vehicle_locations.accuracy IS 'metres'
;
COMMENT ON COLUMN vehicle_locations.source IS 'geotab, samsara, obd, osmand, import, manual'
;
COMMENT ON COLUMN vehicle_locations.recorded_at IS 'When the fix was taken'
;
COMMENT ON COLUMN vehicle_locations.created_at IS 'When it was stored'
;
COMMENT ON COLUMN vehicle_locations.ignition IS 'null: unknown'
;
COMMENT ON COLUMN vehicle_locations.odometer_m IS 'The device''s or vehicle''s own odometer, metres'
;
COMMENT ON COLUMN vehicle_locations.attributes IS 'Whatever else the device sent'
;
CREATE TABLE vehicle_states (
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	altitude NUMERIC(8, 2), 
	speed NUMERIC(6, 2), 
	heading NUMERIC(5, 2), 
	accuracy NUMERIC(6, 2), 
	recorded_at TIMESTAMP WITH TIME ZONE, 
	received_at TIMESTAMP WITH TIME ZONE, 
	motion VARCHAR(20), 
	motion_since TIMESTAMP WITH TIME ZONE, 
	ignition BOOLEAN, 
	trip_id UUID, 
	driver_id UUID, 
	odometer_m DOUBLE PRECISION, 
	device_id UUID, 
	source VARCHAR(50), 
	CONSTRAINT pk_vehicle_states PRIMARY KEY (tenant_id, vehicle_id), 
	CONSTRAINT ck_vehicle_states_motion CHECK (motion IN ('moving', 'idling', 'stopped'))
)
 WITH (fillfactor = 70)
;
COMMENT ON TABLE vehicle_states IS 'Latest position and motion of each vehicle'
;
COMMENT ON COLUMN vehicle_states.altitude IS 'metres'
;
COMMENT ON COLUMN vehicle_states.speed IS 'km/h, as reported or between the last fixes'
;
COMMENT ON COLUMN vehicle_states.heading IS 'degrees 0-360'
;
COMMENT ON COLUMN vehicle_states.accuracy IS 'metres'
;
COMMENT ON COLUMN vehicle_states.recorded_at IS 'When the latest fix was taken'
;
COMMENT ON COLUMN vehicle_states.received_at IS 'When a report last came in'
;
COMMENT ON COLUMN vehicle_states.trip_id IS 'The trip under way'
;
COMMENT ON COLUMN vehicle_states.odometer_m IS 'metres'
;
CREATE TABLE vehicles (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_number VARCHAR(50) NOT NULL, 
	name VARCHAR(255), 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	vin VARCHAR(17), 
	license_plate VARCHAR(20), 
	license_plate_region VARCHAR(50), 
	vehicle_type VARCHAR(50), 
	make VARCHAR(100), 
	model VARCHAR(100), 
	model_year INTEGER, 
	trim VARCHAR(100), 
	body_class VARCHAR(100), 
	color VARCHAR(50), 
	fuel_type VARCHAR(30), 
	drive_type VARCHAR(20), 
	transmission VARCHAR(30), 
	engine VARCHAR(100), 
	gvwr_kg INTEGER, 
	curb_weight_kg INTEGER, 
	payload_kg INTEGER, 
	seats INTEGER, 
	axles INTEGER, 
	tank_capacity_liters NUMERIC(8, 2), 
	battery_capacity_kwh NUMERIC(8, 2), 
	department_id UUID, 
	facility_id UUID, 
	vendor_id UUID, 
	ownership VARCHAR(20), 
	acquired_on DATE, 
	purchase_price NUMERIC(12, 2), 
	in_service_on DATE, 
	out_of_service_on DATE, 
	disposed_on DATE, 
	registration_expires_on DATE, 
	speed_limit_kph NUMERIC(6, 2), 
	notes TEXT, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vehicles PRIMARY KEY (id), 
	CONSTRAINT uq_vehicles_tenant_id_vehicle_number UNIQUE (tenant_id, vehicle_number), 
	CONSTRAINT uq_vehicles_tenant_id_vin UNIQUE (tenant_id, vin), 
	CONSTRAINT ck_vehicles_status CHECK (status IN ('ordered', 'active', 'in_shop', 'out_of_service', 'retired', 'sold'))
)
;
CREATE INDEX ix_vehicles_tenant_id_created_at ON vehicles (tenant_id, created_at, id)
;
CREATE INDEX ix_vehicles_tenant_id_department_id ON vehicles (tenant_id, department_id)
;
CREATE INDEX ix_vehicles_tenant_id_facility_id ON vehicles (tenant_id, facility_id)
;
CREATE INDEX ix_vehicles_tenant_id_license_plate ON vehicles (tenant_id, license_plate)
;
CREATE INDEX ix_vehicles_tenant_id_status ON vehicles (tenant_id, status)
;
CREATE UNIQUE INDEX uq_vehicles_tenant_id_id ON vehicles (tenant_id, id)
;
COMMENT ON TABLE vehicles IS 'Cars, vans, trucks, buses, trailers and machines'
;
COMMENT ON COLUMN vehicles.vehicle_number IS 'Unit number, as painted on it'
;
COMMENT ON COLUMN vehicles.vin IS 'Vehicle identification number, ISO 3779'
;
COMMENT ON COLUMN vehicles.vehicle_type IS 'car, suv, pickup, van, truck, tractor, bus, trailer, motorcycle, equipment'
;
COMMENT ON COLUMN vehicles.fuel_type IS 'gasoline, diesel, electric, hybrid, plug_in_hybrid, cng, lpg, hydrogen, flex'
;
COMMENT ON COLUMN vehicles.drive_type IS 'fwd, rwd, awd, 4x4, 6x4'
;
COMMENT ON COLUMN vehicles.gvwr_kg IS 'Gross vehicle weight rating, kg'
;
COMMENT ON COLUMN vehicles.curb_weight_kg IS 'kg'
;
COMMENT ON COLUMN vehicles.payload_kg IS 'kg'
;
COMMENT ON COLUMN vehicles.facility_id IS 'Home facility'
;
COMMENT ON COLUMN vehicles.vendor_id IS 'Dealer or lessor'
;
COMMENT ON COLUMN vehicles.ownership IS 'owned, leased, rented, customer'
;
COMMENT ON COLUMN vehicles.speed_limit_kph IS 'The vehicle''s own limit, km/h'
;
CREATE TABLE vendors (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	vendor_number VARCHAR(50) NOT NULL, 
	vendor_types TEXT[], 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	contact_name VARCHAR(255), 
	email VARCHAR(320), 
	phone VARCHAR(40), 
	website TEXT, 
	address TEXT, 
	city VARCHAR(100), 
	region VARCHAR(100), 
	postal_code VARCHAR(20), 
	country VARCHAR(2), 
	tax_number VARCHAR(50), 
	payment_terms_days INTEGER, 
	currency VARCHAR(3), 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vendors PRIMARY KEY (id), 
	CONSTRAINT uq_vendors_tenant_id_vendor_number UNIQUE (tenant_id, vendor_number), 
	CONSTRAINT ck_vendors_status CHECK (status IN ('active', 'on_hold', 'retired'))
)
;
CREATE INDEX ix_vendors_tenant_id_name ON vendors (tenant_id, name, id)
;
CREATE INDEX ix_vendors_tenant_id_status ON vendors (tenant_id, status)
;
CREATE UNIQUE INDEX uq_vendors_tenant_id_id ON vendors (tenant_id, id)
;
COMMENT ON TABLE vendors IS 'Dealers, shops, fuel suppliers, insurers, lessors'
;
COMMENT ON COLUMN vendors.vendor_types IS 'parts, service, fuel, tires, insurance, leasing, dealer, towing, tolls, charging'
;
ALTER TABLE api_tokens ADD CONSTRAINT fk_api_tokens_revoked_by_user_id FOREIGN KEY(tenant_id, revoked_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE api_tokens ADD CONSTRAINT fk_api_tokens_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE api_tokens ADD CONSTRAINT fk_api_tokens_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE departments ADD CONSTRAINT fk_departments_manager_user_id FOREIGN KEY(tenant_id, manager_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE departments ADD CONSTRAINT fk_departments_parent_department_id FOREIGN KEY(tenant_id, parent_department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE departments ADD CONSTRAINT fk_departments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE derivation_state ADD CONSTRAINT fk_derivation_state_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE devices ADD CONSTRAINT fk_devices_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE devices ADD CONSTRAINT fk_devices_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE driver_assignments ADD CONSTRAINT fk_driver_assignments_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE driver_assignments ADD CONSTRAINT fk_driver_assignments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE driver_assignments ADD CONSTRAINT fk_driver_assignments_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE drivers ADD CONSTRAINT fk_drivers_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE drivers ADD CONSTRAINT fk_drivers_home_facility_id FOREIGN KEY(tenant_id, home_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE drivers ADD CONSTRAINT fk_drivers_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE drivers ADD CONSTRAINT fk_drivers_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE facilities ADD CONSTRAINT fk_facilities_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE meter_readings ADD CONSTRAINT fk_meter_readings_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meter_readings ADD CONSTRAINT fk_meter_readings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE meter_readings ADD CONSTRAINT fk_meter_readings_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE roles ADD CONSTRAINT fk_roles_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE sessions ADD CONSTRAINT fk_sessions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE sessions ADD CONSTRAINT fk_sessions_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE stops ADD CONSTRAINT fk_stops_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE stops ADD CONSTRAINT fk_stops_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE stops ADD CONSTRAINT fk_stops_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE trips ADD CONSTRAINT fk_trips_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE trips ADD CONSTRAINT fk_trips_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE trips ADD CONSTRAINT fk_trips_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE user_permissions ADD CONSTRAINT fk_user_permissions_granted_by_user_id FOREIGN KEY(tenant_id, granted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE user_permissions ADD CONSTRAINT fk_user_permissions_permission_id FOREIGN KEY(permission_id) REFERENCES permissions (id) ON DELETE CASCADE
;
ALTER TABLE user_permissions ADD CONSTRAINT fk_user_permissions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE user_permissions ADD CONSTRAINT fk_user_permissions_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_assigned_by_user_id FOREIGN KEY(tenant_id, assigned_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_role_id FOREIGN KEY(tenant_id, role_id) REFERENCES roles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE user_roles ADD CONSTRAINT fk_user_roles_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE users ADD CONSTRAINT fk_users_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE users ADD CONSTRAINT fk_users_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE users ADD CONSTRAINT fk_users_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_group_members ADD CONSTRAINT fk_vehicle_group_members_group_id FOREIGN KEY(tenant_id, group_id) REFERENCES vehicle_groups (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE vehicle_group_members ADD CONSTRAINT fk_vehicle_group_members_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE vehicle_groups ADD CONSTRAINT fk_vehicle_groups_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_states ADD CONSTRAINT fk_vehicle_states_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE vehicles ADD CONSTRAINT fk_vehicles_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE vehicles ADD CONSTRAINT fk_vehicles_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE vehicles ADD CONSTRAINT fk_vehicles_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicles ADD CONSTRAINT fk_vehicles_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE vendors ADD CONSTRAINT fk_vendors_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY
;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON api_tokens TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON api_tokens TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_tokens TO motorpool_app
;
ALTER TABLE audit_trails ENABLE ROW LEVEL SECURITY
;
ALTER TABLE audit_trails FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON audit_trails TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON audit_trails TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT ON audit_trails TO motorpool_app
;
ALTER TABLE departments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE departments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON departments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON departments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON departments FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON departments TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON departments TO motorpool_app
;
ALTER TABLE derivation_state ENABLE ROW LEVEL SECURITY
;
ALTER TABLE derivation_state FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON derivation_state TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON derivation_state TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON derivation_state TO motorpool_app
;
ALTER TABLE derivation_work ENABLE ROW LEVEL SECURITY
;
ALTER TABLE derivation_work FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON derivation_work TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON derivation_work TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_auth_reads ON derivation_work FOR SELECT TO motorpool_auth USING (true)
;
GRANT SELECT ON derivation_work TO motorpool_auth
;
GRANT SELECT, INSERT, UPDATE, DELETE ON derivation_work TO motorpool_app
;
GRANT SELECT ON device_directory TO motorpool_auth
;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY
;
ALTER TABLE devices FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON devices TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON devices TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_auth_reads ON devices FOR SELECT TO motorpool_auth USING (true)
;
CREATE POLICY motorpool_search_reads ON devices FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON devices TO motorpool_auth
;
GRANT SELECT ON devices TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO motorpool_app
;
ALTER TABLE driver_assignments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE driver_assignments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON driver_assignments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON driver_assignments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON driver_assignments TO motorpool_app
;
ALTER TABLE drivers ENABLE ROW LEVEL SECURITY
;
ALTER TABLE drivers FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON drivers TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON drivers TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON drivers FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON drivers TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON drivers TO motorpool_app
;
ALTER TABLE event_log ENABLE ROW LEVEL SECURITY
;
ALTER TABLE event_log FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON event_log TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON event_log TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON event_log TO motorpool_app
;
ALTER TABLE facilities ENABLE ROW LEVEL SECURITY
;
ALTER TABLE facilities FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON facilities TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON facilities TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON facilities FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON facilities TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON facilities TO motorpool_app
;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY
;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON idempotency_keys TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON idempotency_keys TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO motorpool_app
;
ALTER TABLE meter_readings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meter_readings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON meter_readings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON meter_readings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON meter_readings TO motorpool_app
;
ALTER TABLE obd_telemetry ENABLE ROW LEVEL SECURITY
;
ALTER TABLE obd_telemetry FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON obd_telemetry TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON obd_telemetry TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON obd_telemetry TO motorpool_app
;
GRANT SELECT ON permissions TO motorpool_app
;
ALTER TABLE roles ENABLE ROW LEVEL SECURITY
;
ALTER TABLE roles FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON roles TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON roles TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON roles TO motorpool_app
;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON sessions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON sessions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO motorpool_app
;
ALTER TABLE stops ENABLE ROW LEVEL SECURITY
;
ALTER TABLE stops FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON stops TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON stops TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON stops TO motorpool_app
;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY
;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON tenants TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON tenants TO motorpool_app USING (id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_auth_reads ON tenants FOR SELECT TO motorpool_auth USING (true)
;
GRANT SELECT ON tenants TO motorpool_auth
;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants TO motorpool_app
;
ALTER TABLE trips ENABLE ROW LEVEL SECURITY
;
ALTER TABLE trips FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON trips TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON trips TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON trips FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON trips TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON trips TO motorpool_app
;
ALTER TABLE user_activity_log ENABLE ROW LEVEL SECURITY
;
ALTER TABLE user_activity_log FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON user_activity_log TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON user_activity_log TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON user_activity_log TO motorpool_app
;
ALTER TABLE user_permissions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE user_permissions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON user_permissions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON user_permissions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_permissions TO motorpool_app
;
ALTER TABLE user_roles ENABLE ROW LEVEL SECURITY
;
ALTER TABLE user_roles FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON user_roles TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON user_roles TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON user_roles TO motorpool_app
;
ALTER TABLE users ENABLE ROW LEVEL SECURITY
;
ALTER TABLE users FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON users TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON users TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_auth_reads ON users FOR SELECT TO motorpool_auth USING (true)
;
CREATE POLICY motorpool_search_reads ON users FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON users TO motorpool_auth
;
GRANT SELECT ON users TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO motorpool_app
;
ALTER TABLE vehicle_group_members ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_group_members FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_group_members TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_group_members TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_group_members TO motorpool_app
;
ALTER TABLE vehicle_groups ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_groups FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_groups TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_groups TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vehicle_groups FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vehicle_groups TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_groups TO motorpool_app
;
ALTER TABLE vehicle_locations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_locations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_locations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_locations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON vehicle_locations TO motorpool_app
;
ALTER TABLE vehicle_states ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_states FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_states TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_states TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_states TO motorpool_app
;
ALTER TABLE vehicles ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicles FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicles TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicles TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vehicles FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vehicles TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicles TO motorpool_app
;
ALTER TABLE vendors ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vendors FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vendors TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vendors TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vendors FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vendors TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vendors TO motorpool_app
;
CREATE TRIGGER touch BEFORE UPDATE ON departments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON devices FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON driver_assignments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON drivers FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON facilities FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON roles FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON tenants FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON vehicle_groups FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON vehicles FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON vendors FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON api_tokens FOR EACH ROW EXECUTE FUNCTION write_audit_trail('api_tokens', 'tenant_id', 'last_used_at,usage_count,quota_hour,quota_used,updated_at', 'token_hash')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON departments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('departments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON devices FOR EACH ROW EXECUTE FUNCTION write_audit_trail('devices', 'tenant_id', 'last_report_at,last_latitude,last_longitude,report_count,last_address,updated_at,updated_at', 'identifier')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON driver_assignments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('driver_assignments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON drivers FOR EACH ROW EXECUTE FUNCTION write_audit_trail('drivers', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON facilities FOR EACH ROW EXECUTE FUNCTION write_audit_trail('facilities', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON meter_readings FOR EACH ROW EXECUTE FUNCTION write_audit_trail('meter_readings', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON roles FOR EACH ROW EXECUTE FUNCTION write_audit_trail('roles', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON tenants FOR EACH ROW EXECUTE FUNCTION write_audit_trail('tenants', 'id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER UPDATE ON trips FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trips', 'tenant_id', 'driver_id,end_location_lat,end_location_lng,start_odometer,end_odometer,distance_km,duration_minutes,end_odometer_m,idle_time_minutes,max_speed_kph,avg_speed_kph,ended_at,route_polyline,metadata,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON user_permissions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('user_permissions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON user_roles FOR EACH ROW EXECUTE FUNCTION write_audit_trail('user_roles', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION write_audit_trail('users', 'tenant_id', 'last_sign_in_at,updated_at,updated_at', 'password_hash,set_up_token_hash')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON vehicle_groups FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vehicle_groups', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON vehicles FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vehicles', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON vendors FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vendors', 'tenant_id', 'updated_at', '')
;
CREATE INDEX ix_departments_search ON departments USING gin ((coalesce(name, '') || ' ' || coalesce(code, '')) gin_trgm_ops)
;
CREATE FUNCTION search_departments(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM departments
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(code, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(code, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_departments(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_departments(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_departments(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_devices_search ON devices USING gin ((coalesce(name, '') || ' ' || coalesce(model, '')) gin_trgm_ops)
;
CREATE FUNCTION search_devices(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM devices
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(model, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(model, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_devices(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_devices(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_devices(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_drivers_search ON drivers USING gin ((coalesce(full_name, '') || ' ' || coalesce(driver_number, '') || ' ' || coalesce(email, '') || ' ' || coalesce(license_number, '')) gin_trgm_ops)
;
CREATE FUNCTION search_drivers(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM drivers
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(full_name, '') || ' ' || coalesce(driver_number, '') || ' ' || coalesce(email, '') || ' ' || coalesce(license_number, '')) ILIKE patterns[1] AND (coalesce(full_name, '') || ' ' || coalesce(driver_number, '') || ' ' || coalesce(email, '') || ' ' || coalesce(license_number, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_drivers(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_drivers(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_drivers(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_facilities_search ON facilities USING gin ((coalesce(name, '') || ' ' || coalesce(code, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '')) gin_trgm_ops)
;
CREATE FUNCTION search_facilities(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM facilities
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(code, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(code, '') || ' ' || coalesce(address, '') || ' ' || coalesce(city, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_facilities(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_facilities(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_facilities(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_trips_search ON trips USING gin ((coalesce(trip_number, '') || ' ' || coalesce(business_purpose, '')) gin_trgm_ops)
;
CREATE FUNCTION search_trips(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM trips
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(trip_number, '') || ' ' || coalesce(business_purpose, '')) ILIKE patterns[1] AND (coalesce(trip_number, '') || ' ' || coalesce(business_purpose, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_trips(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_trips(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_trips(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_users_search ON users USING gin ((coalesce(display_name, '') || ' ' || coalesce(email, '')) gin_trgm_ops)
;
CREATE FUNCTION search_users(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM users
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(display_name, '') || ' ' || coalesce(email, '')) ILIKE patterns[1] AND (coalesce(display_name, '') || ' ' || coalesce(email, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_users(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_users(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_users(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vehicle_groups_search ON vehicle_groups USING gin ((coalesce(name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vehicle_groups(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vehicle_groups
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '')) ILIKE patterns[1] AND (coalesce(name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vehicle_groups(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vehicle_groups(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vehicle_groups(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vehicles_search ON vehicles USING gin ((coalesce(vehicle_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(make, '') || ' ' || coalesce(model, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vehicles(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vehicles
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(vehicle_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(make, '') || ' ' || coalesce(model, '')) ILIKE patterns[1] AND (coalesce(vehicle_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(make, '') || ' ' || coalesce(model, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vehicles(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vehicles(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vehicles(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vendors_search ON vendors USING gin ((coalesce(name, '') || ' ' || coalesce(vendor_number, '') || ' ' || coalesce(contact_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vendors(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vendors
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(vendor_number, '') || ' ' || coalesce(contact_name, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(vendor_number, '') || ' ' || coalesce(contact_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vendors(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vendors(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vendors(text[], integer) OWNER TO motorpool_search
