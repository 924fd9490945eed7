-- Made from the models.
CREATE TABLE behavior_thresholds (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_type VARCHAR(50), 
	valid_from TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	harsh_braking_g NUMERIC(4, 2) DEFAULT '0.38' NOT NULL, 
	harsh_acceleration_g NUMERIC(4, 2) DEFAULT '0.37' NOT NULL, 
	harsh_cornering_g NUMERIC(4, 2) DEFAULT '0.38' NOT NULL, 
	speeding_tolerance_kph NUMERIC(5, 2) DEFAULT '5' NOT NULL, 
	speeding_min_seconds INTEGER DEFAULT '10' NOT NULL, 
	speeding_moderate_percent NUMERIC(5, 2) DEFAULT '10' NOT NULL, 
	speeding_severe_percent NUMERIC(5, 2) DEFAULT '20' NOT NULL, 
	idle_minutes INTEGER DEFAULT '5' NOT NULL, 
	idle_liters_per_hour NUMERIC(5, 2) DEFAULT '0.61' NOT NULL, 
	idle_exempt BOOLEAN DEFAULT 'false' NOT NULL, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_behavior_thresholds PRIMARY KEY (id), 
	CONSTRAINT ck_behavior_thresholds_harsh_braking_g_is_0_05_to_2 CHECK (harsh_braking_g BETWEEN 0.05 AND 2), 
	CONSTRAINT ck_behavior_thresholds_harsh_acceleration_g_is_0_05_to_2 CHECK (harsh_acceleration_g BETWEEN 0.05 AND 2), 
	CONSTRAINT ck_behavior_thresholds_harsh_cornering_g_is_0_05_to_2 CHECK (harsh_cornering_g BETWEEN 0.05 AND 2), 
	CONSTRAINT ck_behavior_thresholds_speeding_tolerance_kph_is_0_to_100 CHECK (speeding_tolerance_kph BETWEEN 0 AND 100), 
	CONSTRAINT ck_behavior_thresholds_speeding_min_seconds_are_0_to_3600 CHECK (speeding_min_seconds BETWEEN 0 AND 3600), 
	CONSTRAINT ck_behavior_thresholds_speeding_moderate_percent_is_0_to_500 CHECK (speeding_moderate_percent BETWEEN 0 AND 500), 
	CONSTRAINT ck_behavior_thresholds_speeding_severe_percent_is_0_to_500 CHECK (speeding_severe_percent BETWEEN 0 AND 500), 
	CONSTRAINT ck_behavior_thresholds_severe_speeding_is_more_than_moderate CHECK (speeding_severe_percent >= speeding_moderate_percent), 
	CONSTRAINT ck_behavior_thresholds_idle_minutes_are_1_to_1440 CHECK (idle_minutes BETWEEN 1 AND 1440), 
	CONSTRAINT ck_behavior_thresholds_idle_liters_per_hour_is_0_to_100 CHECK (idle_liters_per_hour BETWEEN 0 AND 100)
)
;
CREATE INDEX ix_behavior_thresholds_tenant_id_valid_from ON behavior_thresholds (tenant_id, valid_from DESC)
;
CREATE UNIQUE INDEX uq_behavior_thresholds_tenant_id_id ON behavior_thresholds (tenant_id, id)
;
CREATE UNIQUE INDEX uq_behavior_thresholds_type_valid_from ON behavior_thresholds (tenant_id, vehicle_type, valid_from) NULLS NOT DISTINCT
;
COMMENT ON TABLE behavior_thresholds IS 'From where on driving is an event, by vehicle class'
;
COMMENT ON COLUMN behavior_thresholds.vehicle_type IS 'Such as car, suv, pickup, van, truck, tractor, bus, trailer, motorcycle, equipment; empty: all that have no row of their own'
;
COMMENT ON COLUMN behavior_thresholds.valid_from IS 'Fixes from this time on are measured by it; now if left out'
;
COMMENT ON COLUMN behavior_thresholds.harsh_braking_g IS 'g'
;
COMMENT ON COLUMN behavior_thresholds.harsh_acceleration_g IS 'g'
;
COMMENT ON COLUMN behavior_thresholds.harsh_cornering_g IS 'g, sideways'
;
COMMENT ON COLUMN behavior_thresholds.speeding_tolerance_kph IS 'km/h above the limit that do not count'
;
COMMENT ON COLUMN behavior_thresholds.speeding_min_seconds IS 's above the limit before it is an event'
;
COMMENT ON COLUMN behavior_thresholds.speeding_moderate_percent IS '% above the limit from which on speeding is moderate'
;
COMMENT ON COLUMN behavior_thresholds.speeding_severe_percent IS '% above the limit from which on speeding is severe'
;
COMMENT ON COLUMN behavior_thresholds.idle_minutes IS 'min of idling in one stop from which on it is excessive'
;
COMMENT ON COLUMN behavior_thresholds.idle_liters_per_hour IS 'l/h that the engine burns while it idles'
;
COMMENT ON COLUMN behavior_thresholds.idle_exempt IS 'The engine runs for work (power take-off): idling is no event'
;
CREATE TABLE coaching_sessions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	reason VARCHAR(500) NOT NULL, 
	event_type VARCHAR(50), 
	period_start DATE NOT NULL, 
	period_end DATE NOT NULL, 
	score NUMERIC(5, 2), 
	coach_user_id UUID, 
	due_on DATE, 
	notes TEXT, 
	opened_by_user_id UUID, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	closed_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_coaching_sessions PRIMARY KEY (id), 
	CONSTRAINT ck_coaching_sessions_status CHECK (status IN ('open', 'coached', 'dismissed')), 
	CONSTRAINT ck_coaching_sessions_the_period_ends_after_it_begins CHECK (period_end >= period_start), 
	CONSTRAINT ck_coaching_sessions_score_is_0_to_100 CHECK (score BETWEEN 0 AND 100)
)
;
CREATE INDEX ix_coaching_sessions_driver_id_created_at ON coaching_sessions (driver_id, created_at DESC)
;
CREATE INDEX ix_coaching_sessions_tenant_id_created_at_id ON coaching_sessions (tenant_id, created_at, id)
;
CREATE INDEX ix_coaching_sessions_tenant_id_due_on_id ON coaching_sessions (tenant_id, due_on, id)
;
CREATE INDEX ix_coaching_sessions_tenant_id_status_created_at ON coaching_sessions (tenant_id, status, created_at)
;
CREATE UNIQUE INDEX uq_coaching_sessions_tenant_id_id ON coaching_sessions (tenant_id, id)
;
COMMENT ON TABLE coaching_sessions IS 'Coaching of drivers'
;
COMMENT ON COLUMN coaching_sessions.reason IS 'Why, in a sentence'
;
COMMENT ON COLUMN coaching_sessions.event_type IS 'Such as harsh_braking, harsh_acceleration, harsh_cornering, speeding, idle_excess, distracted_driving, no_seatbelt; empty: driving as a whole'
;
COMMENT ON COLUMN coaching_sessions.period_start IS 'The evidence: events of the driver from this day'
;
COMMENT ON COLUMN coaching_sessions.period_end IS '... to this day'
;
COMMENT ON COLUMN coaching_sessions.score IS 'Score of that period when it was opened'
;
COMMENT ON COLUMN coaching_sessions.coach_user_id IS 'Who talks to the driver'
;
COMMENT ON COLUMN coaching_sessions.notes IS 'What was said and agreed'
;
CREATE TABLE connector_feeds (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_id UUID NOT NULL, 
	feed VARCHAR(50) NOT NULL, 
	cursor TEXT, 
	cursor_saved_at TIMESTAMP WITH TIME ZONE, 
	latest_record_at TIMESTAMP WITH TIME ZONE, 
	records BIGINT DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_connector_feeds PRIMARY KEY (id), 
	CONSTRAINT uq_connector_feeds_tenant_id_integration_id_feed UNIQUE (tenant_id, integration_id, feed)
)
;
CREATE INDEX ix_connector_feeds_tenant_id_feed ON connector_feeds (tenant_id, feed, id)
;
CREATE UNIQUE INDEX uq_connector_feeds_tenant_id_id ON connector_feeds (tenant_id, id)
;
COMMENT ON TABLE connector_feeds IS 'Cursors of feeds'
;
COMMENT ON COLUMN connector_feeds.feed IS 'Such as LogRecord or positions'
;
COMMENT ON COLUMN connector_feeds.cursor IS 'As the provider gave it; null: from the beginning'
;
COMMENT ON COLUMN connector_feeds.latest_record_at IS 'Time of the newest record that came'
;
COMMENT ON COLUMN connector_feeds.records IS 'That came so far'
;
CREATE TABLE connector_objects (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_id UUID NOT NULL, 
	entity_type VARCHAR(20) NOT NULL, 
	external_id VARCHAR(255) NOT NULL, 
	name VARCHAR(255), 
	vin VARCHAR(50), 
	license_plate VARCHAR(50), 
	serial VARCHAR(100), 
	driver_number VARCHAR(100), 
	is_ignored BOOLEAN DEFAULT 'false' NOT NULL, 
	skipped_records BIGINT DEFAULT '0' NOT NULL, 
	skipped_since TIMESTAMP WITH TIME ZONE, 
	catch_up_from TIMESTAMP WITH TIME ZONE, 
	last_seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_connector_objects PRIMARY KEY (id), 
	CONSTRAINT ck_connector_objects_entity_type CHECK (entity_type IN ('vehicle', 'driver')), 
	CONSTRAINT uq_connector_objects_tenant_id_integration_id_entity_t_57cd7362 UNIQUE (tenant_id, integration_id, entity_type, external_id)
)
;
CREATE INDEX ix_connector_objects_tenant_id_name_id ON connector_objects (tenant_id, name, id)
;
CREATE UNIQUE INDEX uq_connector_objects_tenant_id_id ON connector_objects (tenant_id, id)
;
COMMENT ON TABLE connector_objects IS 'Vehicles and drivers of other systems'
;
COMMENT ON COLUMN connector_objects.serial IS 'Of the tracker in it'
;
COMMENT ON COLUMN connector_objects.driver_number IS 'Employee number or sign-in name'
;
COMMENT ON COLUMN connector_objects.is_ignored IS 'Its records are not wanted'
;
COMMENT ON COLUMN connector_objects.skipped_records IS 'Records that were not stored because nobody is mapped'
;
COMMENT ON COLUMN connector_objects.skipped_since IS 'Time of the earliest of them'
;
COMMENT ON COLUMN connector_objects.catch_up_from IS 'Mapped since: its records from then on are still to be fetched'
;
CREATE TABLE connector_states (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_id UUID NOT NULL, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	refusals INTEGER DEFAULT '0' NOT NULL, 
	paused_at TIMESTAMP WITH TIME ZONE, 
	paused_because TEXT, 
	last_attempt_at TIMESTAMP WITH TIME ZONE, 
	last_success_at TIMESTAMP WITH TIME ZONE, 
	objects_read_at TIMESTAMP WITH TIME ZONE, 
	claim UUID, 
	claimed_until TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_connector_states PRIMARY KEY (id), 
	CONSTRAINT ck_connector_states_counts_are_not_negative CHECK (failures >= 0 AND refusals >= 0), 
	CONSTRAINT uq_connector_states_tenant_id_integration_id UNIQUE (tenant_id, integration_id)
)
;
CREATE INDEX ix_connector_states_tenant_id_last_success_at ON connector_states (tenant_id, last_success_at DESC)
;
CREATE UNIQUE INDEX uq_connector_states_tenant_id_id ON connector_states (tenant_id, id)
;
COMMENT ON TABLE connector_states IS 'Pollers of connections to telematics providers'
;
COMMENT ON COLUMN connector_states.failures IS 'Polls that failed since the last success'
;
COMMENT ON COLUMN connector_states.refusals IS 'Sign-ins refused since the last success; at 3 it is paused'
;
COMMENT ON COLUMN connector_states.paused_at IS 'When it was paused, by hand or by refusals'
;
COMMENT ON COLUMN connector_states.objects_read_at IS 'When the list of vehicles and drivers was read last'
;
COMMENT ON COLUMN connector_states.claim IS 'Who polls now; only that one may move a cursor'
;
COMMENT ON COLUMN connector_states.claimed_until IS 'Then the claim is void'
;
CREATE TABLE device_commands (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	device_id UUID NOT NULL, 
	status VARCHAR(20) DEFAULT 'queued' NOT NULL, 
	command TEXT NOT NULL, 
	requested_by_user_id UUID, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	answered_at TIMESTAMP WITH TIME ZONE, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	result TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_device_commands PRIMARY KEY (id), 
	CONSTRAINT ck_device_commands_status CHECK (status IN ('queued', 'sent', 'acknowledged', 'failed', 'expired'))
)
;
CREATE INDEX ix_device_commands_tenant_id_created_at ON device_commands (tenant_id, created_at DESC)
;
CREATE INDEX ix_device_commands_tenant_id_device_id_created_at ON device_commands (tenant_id, device_id, created_at DESC)
;
CREATE INDEX ix_device_commands_tenant_id_status_expires_at ON device_commands (tenant_id, status, expires_at)
;
CREATE UNIQUE INDEX uq_device_commands_tenant_id_id ON device_commands (tenant_id, id)
;
COMMENT ON TABLE device_commands IS 'Commands to devices and what became of them'
;
COMMENT ON COLUMN device_commands.command IS 'Text in the words of the device''s protocol'
;
COMMENT ON COLUMN device_commands.requested_by_user_id IS 'Who asked for it'
;
COMMENT ON COLUMN device_commands.expires_at IS 'Not sent after this'
;
COMMENT ON COLUMN device_commands.result IS 'The device''s answer, or why it failed'
;
CREATE TABLE device_connections (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	device_id UUID NOT NULL, 
	protocol VARCHAR(50), 
	transport VARCHAR(10), 
	remote_address VARCHAR(100), 
	connected_at TIMESTAMP WITH TIME ZONE, 
	connected_until TIMESTAMP WITH TIME ZONE, 
	last_message_at TIMESTAMP WITH TIME ZONE, 
	last_message TEXT, 
	last_message_format VARCHAR(10), 
	message_count BIGINT DEFAULT '0' NOT NULL, 
	refused_count INTEGER DEFAULT '0' NOT NULL, 
	last_refusal TEXT, 
	CONSTRAINT pk_device_connections PRIMARY KEY (id), 
	CONSTRAINT ck_device_connections_last_message_format CHECK (last_message_format IN ('hex', 'text')), 
	CONSTRAINT uq_device_connections_tenant_id_device_id UNIQUE (tenant_id, device_id)
)
 WITH (fillfactor = 70)
;
CREATE INDEX ix_device_connections_tenant_id_connected_until ON device_connections (tenant_id, connected_until)
;
CREATE INDEX ix_device_connections_tenant_id_last_message_at ON device_connections (tenant_id, last_message_at)
;
CREATE UNIQUE INDEX uq_device_connections_tenant_id_id ON device_connections (tenant_id, id)
;
COMMENT ON TABLE device_connections IS 'Connection and last message of each device'
;
COMMENT ON COLUMN device_connections.protocol IS 'osmand, teltonika, gt06, ...'
;
COMMENT ON COLUMN device_connections.transport IS 'tcp, udp, http or mqtt'
;
COMMENT ON COLUMN device_connections.remote_address IS 'Address and port it sends from'
;
COMMENT ON COLUMN device_connections.connected_at IS 'When the present or the last connection began'
;
COMMENT ON COLUMN device_connections.connected_until IS 'Connected while this lies ahead; the gateway that holds the connection renews it'
;
COMMENT ON COLUMN device_connections.last_message IS 'The first 1 kB as it came, the identifier masked'
;
COMMENT ON COLUMN device_connections.last_message_format IS 'hex for binary protocols'
;
COMMENT ON COLUMN device_connections.refused_count IS 'Messages that could not be understood or came too fast'
;
COMMENT ON COLUMN device_connections.last_refusal IS 'Why the last one was refused'
;
CREATE TABLE device_events (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	device_id UUID, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	code VARCHAR(50) NOT NULL, 
	value DOUBLE PRECISION, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	speed NUMERIC(6, 2), 
	source VARCHAR(50), 
	raw VARCHAR(200), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_device_events PRIMARY KEY (id), 
	CONSTRAINT ck_device_events_code CHECK (code IN ('harsh_braking', 'harsh_acceleration', 'harsh_cornering', 'crash', 'overspeed', 'idling', 'sos', 'tow', 'vibration', 'tampering', 'jamming', 'power_cut', 'power_restored', 'low_battery', 'ignition_on', 'ignition_off')), 
	CONSTRAINT uq_device_events_tenant_id_vehicle_id_recorded_at_code UNIQUE (tenant_id, vehicle_id, recorded_at, code)
)
;
CREATE INDEX ix_device_events_device_id_recorded_at ON device_events (device_id, recorded_at DESC)
;
CREATE INDEX ix_device_events_tenant_id_code_recorded_at ON device_events (tenant_id, code, recorded_at DESC)
;
CREATE INDEX ix_device_events_tenant_id_recorded_at ON device_events (tenant_id, recorded_at DESC)
;
CREATE UNIQUE INDEX uq_device_events_tenant_id_id ON device_events (tenant_id, id)
;
COMMENT ON TABLE device_events IS 'Alarms and harsh events as devices report them'
;
COMMENT ON COLUMN device_events.device_id IS 'Which device told it; no foreign key, as in the series'
;
COMMENT ON COLUMN device_events.value IS 'Harsh events: g; overspeed: km/h; low_battery: V or %; else null'
;
COMMENT ON COLUMN device_events.latitude IS 'Degrees, WGS84; null without a fix'
;
COMMENT ON COLUMN device_events.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN device_events.speed IS 'km/h at that moment'
;
COMMENT ON COLUMN device_events.source IS 'Protocol: teltonika, gt06, ...'
;
COMMENT ON COLUMN device_events.raw IS 'What the protocol calls it, such as io 253=2'
;
CREATE TABLE device_sessions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	device_id UUID NOT NULL, 
	protocol VARCHAR(50) NOT NULL, 
	transport VARCHAR(10) NOT NULL, 
	remote_address VARCHAR(100), 
	connected_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	disconnected_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason VARCHAR(50), 
	message_count INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_device_sessions PRIMARY KEY (id)
)
;
CREATE INDEX ix_device_sessions_tenant_id_connected_at ON device_sessions (tenant_id, connected_at DESC)
;
CREATE INDEX ix_device_sessions_tenant_id_device_id_connected_at ON device_sessions (tenant_id, device_id, connected_at DESC)
;
CREATE UNIQUE INDEX uq_device_sessions_tenant_id_id ON device_sessions (tenant_id, id)
;
COMMENT ON TABLE device_sessions IS 'Connections of devices'
;
COMMENT ON COLUMN device_sessions.transport IS 'tcp, udp or mqtt'
;
COMMENT ON COLUMN device_sessions.reason IS 'Such as closed, silent, replaced, garbage, disabled, stopped'
;
CREATE TABLE driver_score_weights (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	valid_from DATE NOT NULL, 
	harsh_braking NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	harsh_acceleration NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	harsh_cornering NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	speeding_minor NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	speeding_moderate NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	speeding_severe NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	distracted_driving NUMERIC(4, 2) DEFAULT '2' NOT NULL, 
	no_seatbelt NUMERIC(4, 2) DEFAULT '1' NOT NULL, 
	idle_excess NUMERIC(4, 2) DEFAULT '0' NOT NULL, 
	minimum_km NUMERIC(8, 2) DEFAULT '80' NOT NULL, 
	coaching_below NUMERIC(5, 2) DEFAULT '70' NOT NULL, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_driver_score_weights PRIMARY KEY (id), 
	CONSTRAINT ck_driver_score_weights_harsh_braking_is_0_to_10 CHECK (harsh_braking BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_harsh_acceleration_is_0_to_10 CHECK (harsh_acceleration BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_harsh_cornering_is_0_to_10 CHECK (harsh_cornering BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_speeding_minor_is_0_to_10 CHECK (speeding_minor BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_speeding_moderate_is_0_to_10 CHECK (speeding_moderate BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_speeding_severe_is_0_to_10 CHECK (speeding_severe BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_distracted_driving_is_0_to_10 CHECK (distracted_driving BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_no_seatbelt_is_0_to_10 CHECK (no_seatbelt BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_idle_excess_is_0_to_10 CHECK (idle_excess BETWEEN 0 AND 10), 
	CONSTRAINT ck_driver_score_weights_minimum_km_is_above_zero CHECK (minimum_km > 0), 
	CONSTRAINT ck_driver_score_weights_coaching_below_is_0_to_100 CHECK (coaching_below BETWEEN 0 AND 100), 
	CONSTRAINT uq_driver_score_weights_tenant_id_valid_from UNIQUE (tenant_id, valid_from)
)
;
CREATE UNIQUE INDEX uq_driver_score_weights_tenant_id_id ON driver_score_weights (tenant_id, id)
;
COMMENT ON TABLE driver_score_weights IS 'Weights of the driver score'
;
COMMENT ON COLUMN driver_score_weights.valid_from IS 'Periods that end on this day or later are scored by it'
;
COMMENT ON COLUMN driver_score_weights.harsh_braking IS '0 to 10: each harsh braking'
;
COMMENT ON COLUMN driver_score_weights.harsh_acceleration IS '0 to 10: each harsh acceleration'
;
COMMENT ON COLUMN driver_score_weights.harsh_cornering IS '0 to 10: each harsh cornering'
;
COMMENT ON COLUMN driver_score_weights.speeding_minor IS '0 to 10: the time of minor speeding'
;
COMMENT ON COLUMN driver_score_weights.speeding_moderate IS '0 to 10: the time of moderate speeding'
;
COMMENT ON COLUMN driver_score_weights.speeding_severe IS '0 to 10: the time of severe speeding'
;
COMMENT ON COLUMN driver_score_weights.distracted_driving IS '0 to 10: each distraction'
;
COMMENT ON COLUMN driver_score_weights.no_seatbelt IS '0 to 10: each drive without a seat belt'
;
COMMENT ON COLUMN driver_score_weights.idle_excess IS '0 to 10: each excessive idling'
;
COMMENT ON COLUMN driver_score_weights.minimum_km IS 'km; who drove less is not ranked'
;
COMMENT ON COLUMN driver_score_weights.coaching_below IS 'Points; coaching is suggested below this score'
;
CREATE TABLE fuel_events (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	kind VARCHAR(20) NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	liters NUMERIC(8, 2), 
	percent NUMERIC(6, 2), 
	energy_kwh NUMERIC(8, 2), 
	before_percent NUMERIC(6, 2), 
	after_percent NUMERIC(6, 2), 
	before_liters NUMERIC(8, 2), 
	after_liters NUMERIC(8, 2), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	odometer_km INTEGER, 
	engine_state VARCHAR(20) DEFAULT 'unknown' NOT NULL, 
	confidence VARCHAR(20) NOT NULL, 
	reasons TEXT[], 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_fuel_events PRIMARY KEY (id), 
	CONSTRAINT ck_fuel_events_kind CHECK (kind IN ('refuel', 'drop', 'charge')), 
	CONSTRAINT ck_fuel_events_engine_state CHECK (engine_state IN ('off', 'running', 'unknown')), 
	CONSTRAINT ck_fuel_events_confidence CHECK (confidence IN ('low', 'medium', 'high')), 
	CONSTRAINT ck_fuel_events_ended_at_is_not_before_started_at CHECK (ended_at >= started_at), 
	CONSTRAINT ck_fuel_events_liters_are_not_negative CHECK (liters >= 0), 
	CONSTRAINT ck_fuel_events_percent_is_not_negative CHECK (percent >= 0), 
	CONSTRAINT ck_fuel_events_energy_kwh_is_not_negative CHECK (energy_kwh >= 0)
)
;
CREATE INDEX ix_fuel_events_tenant_id_driver_id_ended_at ON fuel_events (tenant_id, driver_id, ended_at DESC)
;
CREATE INDEX ix_fuel_events_tenant_id_ended_at ON fuel_events (tenant_id, ended_at DESC, id DESC)
;
CREATE INDEX ix_fuel_events_tenant_id_kind_ended_at ON fuel_events (tenant_id, kind, ended_at DESC)
;
CREATE INDEX ix_fuel_events_tenant_id_vehicle_id_ended_at ON fuel_events (tenant_id, vehicle_id, ended_at DESC)
;
CREATE INDEX ix_fuel_events_vehicle_id_ended_at ON fuel_events (vehicle_id, ended_at DESC)
;
CREATE UNIQUE INDEX uq_fuel_events_tenant_id_id ON fuel_events (tenant_id, id)
;
COMMENT ON TABLE fuel_events IS 'Refuelling, charging and sudden drops of the fuel level'
;
COMMENT ON COLUMN fuel_events.driver_id IS 'Who drove then'
;
COMMENT ON COLUMN fuel_events.started_at IS 'The last reading before the change'
;
COMMENT ON COLUMN fuel_events.ended_at IS 'The first reading after it'
;
COMMENT ON COLUMN fuel_events.liters IS 'How much came or went; null: the tank''s size is not known'
;
COMMENT ON COLUMN fuel_events.percent IS 'How much came or went, percent of the tank or battery'
;
COMMENT ON COLUMN fuel_events.energy_kwh IS 'What was charged; null: the battery''s size is not known'
;
COMMENT ON COLUMN fuel_events.before_percent IS 'Level before'
;
COMMENT ON COLUMN fuel_events.after_percent IS 'Level after'
;
COMMENT ON COLUMN fuel_events.before_liters IS 'Level before'
;
COMMENT ON COLUMN fuel_events.after_liters IS 'Level after'
;
COMMENT ON COLUMN fuel_events.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN fuel_events.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN fuel_events.odometer_km IS 'Afterwards, kilometres'
;
COMMENT ON COLUMN fuel_events.reasons IS 'What lowers the confidence, such as more_than_the_tank_holds, distance_not_known'
;
CREATE TABLE geofence_visits (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	geofence_id UUID NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	entered_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	left_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_geofence_visits PRIMARY KEY (id), 
	CONSTRAINT ck_geofence_visits_left_at_is_not_before_entered_at CHECK (left_at >= entered_at)
)
;
CREATE INDEX ix_geofence_visits_driver_id_entered_at ON geofence_visits (driver_id, entered_at DESC)
;
CREATE INDEX ix_geofence_visits_geofence_id_entered_at ON geofence_visits (geofence_id, entered_at DESC)
;
CREATE INDEX ix_geofence_visits_tenant_id_entered_at ON geofence_visits (tenant_id, entered_at DESC, id DESC)
;
CREATE INDEX ix_geofence_visits_tenant_id_vehicle_id_left_at ON geofence_visits (tenant_id, vehicle_id, left_at)
;
CREATE INDEX ix_geofence_visits_vehicle_id_entered_at ON geofence_visits (vehicle_id, entered_at DESC)
;
CREATE UNIQUE INDEX uq_geofence_visits_tenant_id_id ON geofence_visits (tenant_id, id)
;
COMMENT ON TABLE geofence_visits IS 'When vehicles were in geofences'
;
COMMENT ON COLUMN geofence_visits.driver_id IS 'Who drove at the entry'
;
COMMENT ON COLUMN geofence_visits.left_at IS 'null: still inside'
;
CREATE TABLE map_views (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	layers TEXT[] DEFAULT '{}' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_map_views PRIMARY KEY (id), 
	CONSTRAINT ck_map_views_layers_are_at_most_50 CHECK (cardinality(layers) <= 50), 
	CONSTRAINT uq_map_views_tenant_id_user_id UNIQUE (tenant_id, user_id)
)
;
CREATE UNIQUE INDEX uq_map_views_tenant_id_id ON map_views (tenant_id, id)
;
COMMENT ON TABLE map_views IS 'Layers of the live map by person'
;
COMMENT ON COLUMN map_views.user_id IS 'Whose map it is'
;
COMMENT ON COLUMN map_views.layers IS 'Ids of the layers that are on'
;
CREATE TABLE mileage_rates (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	kind VARCHAR(20) NOT NULL, 
	valid_from DATE NOT NULL, 
	rate_per_mile NUMERIC(8, 4) NOT NULL, 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	source TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_mileage_rates PRIMARY KEY (id), 
	CONSTRAINT ck_mileage_rates_kind CHECK (kind IN ('business', 'medical', 'charity', 'own')), 
	CONSTRAINT ck_mileage_rates_rate_per_mile_is_0_to_100 CHECK (rate_per_mile BETWEEN 0 AND 100), 
	CONSTRAINT uq_mileage_rates_tenant_id_kind_valid_from UNIQUE NULLS NOT DISTINCT (tenant_id, kind, valid_from)
)
;
CREATE INDEX ix_mileage_rates_tenant_id_valid_from ON mileage_rates (tenant_id, valid_from)
;
COMMENT ON TABLE mileage_rates IS 'Rates by the mile: the tax office''s, and an organisation''s own'
;
COMMENT ON COLUMN mileage_rates.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN mileage_rates.kind IS 'business, medical and charity are the tax office''s; own is what the organisation pays'
;
COMMENT ON COLUMN mileage_rates.rate_per_mile IS 'Of the currency, for a statute mile'
;
COMMENT ON COLUMN mileage_rates.currency IS 'ISO 4217'
;
COMMENT ON COLUMN mileage_rates.source IS 'Where it was published'
;
CREATE TABLE road_feeds (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	feed VARCHAR(100) NOT NULL, 
	address TEXT NOT NULL, 
	etag TEXT, 
	last_modified VARCHAR(100), 
	polled_at TIMESTAMP WITH TIME ZONE, 
	succeeded_at TIMESTAMP WITH TIME ZONE, 
	not_before TIMESTAMP WITH TIME ZONE, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	rows_written INTEGER, 
	problem TEXT, 
	CONSTRAINT pk_road_feeds PRIMARY KEY (id), 
	CONSTRAINT ck_road_feeds_failures_are_not_negative CHECK (failures >= 0), 
	CONSTRAINT uq_road_feeds_tenant_id_feed UNIQUE NULLS NOT DISTINCT (tenant_id, feed)
)
;
CREATE INDEX ix_road_feeds_tenant_id_polled_at ON road_feeds (tenant_id, polled_at DESC)
;
COMMENT ON TABLE road_feeds IS 'State of the pollers of road data'
;
COMMENT ON COLUMN road_feeds.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN road_feeds.feed IS 'Such as cameras, weather/KSFO'
;
COMMENT ON COLUMN road_feeds.address IS 'What is asked, without the key'
;
COMMENT ON COLUMN road_feeds.etag IS 'Of the last answer, for If-None-Match'
;
COMMENT ON COLUMN road_feeds.last_modified IS 'Of the last answer, for If-Modified-Since'
;
COMMENT ON COLUMN road_feeds.polled_at IS 'When it was asked last'
;
COMMENT ON COLUMN road_feeds.succeeded_at IS 'When it last answered well'
;
COMMENT ON COLUMN road_feeds.not_before IS 'It asked to be left alone until then, or failed often'
;
COMMENT ON COLUMN road_feeds.failures IS 'Failed questions in a row'
;
COMMENT ON COLUMN road_feeds.rows_written IS 'New or changed rows of the last good answer'
;
COMMENT ON COLUMN road_feeds.problem IS 'What was wrong the last time; null: nothing'
;
CREATE TABLE route_stops (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	route_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	name VARCHAR(255), 
	address TEXT, 
	notes TEXT, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	radius_m INTEGER DEFAULT '100' NOT NULL, 
	service_minutes INTEGER DEFAULT '0' NOT NULL, 
	window_start TIMESTAMP WITH TIME ZONE, 
	window_end TIMESTAMP WITH TIME ZONE, 
	weight_kg NUMERIC(10, 2), 
	volume_m3 NUMERIC(10, 3), 
	units INTEGER, 
	priority INTEGER DEFAULT '0' NOT NULL, 
	planned_arrival_at TIMESTAMP WITH TIME ZONE, 
	planned_departure_at TIMESTAMP WITH TIME ZONE, 
	leg_distance_m INTEGER, 
	leg_duration_s INTEGER, 
	status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	arrived_at TIMESTAMP WITH TIME ZONE, 
	departed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_route_stops PRIMARY KEY (id), 
	CONSTRAINT ck_route_stops_status CHECK (status IN ('pending', 'arrived', 'completed', 'skipped')), 
	CONSTRAINT uq_route_stops_tenant_id_route_id_position UNIQUE (tenant_id, route_id, position)
)
;
CREATE INDEX ix_route_stops_tenant_id_planned_arrival_at_id ON route_stops (tenant_id, planned_arrival_at, id)
;
CREATE INDEX ix_route_stops_tenant_id_status_window_end ON route_stops (tenant_id, status, window_end)
;
CREATE UNIQUE INDEX uq_route_stops_tenant_id_id ON route_stops (tenant_id, id)
;
COMMENT ON TABLE route_stops IS 'Stops of routes: planned, arrived at, left'
;
COMMENT ON COLUMN route_stops.position IS 'Order in the route, from 1'
;
COMMENT ON COLUMN route_stops.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN route_stops.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN route_stops.radius_m IS 'm round it that count as there'
;
COMMENT ON COLUMN route_stops.service_minutes IS 'min planned there'
;
COMMENT ON COLUMN route_stops.window_start IS 'Not before'
;
COMMENT ON COLUMN route_stops.window_end IS 'Arrival not after'
;
COMMENT ON COLUMN route_stops.weight_kg IS 'Brought there, kg'
;
COMMENT ON COLUMN route_stops.volume_m3 IS 'Brought there, m³'
;
COMMENT ON COLUMN route_stops.units IS 'Pieces brought there'
;
COMMENT ON COLUMN route_stops.priority IS '0 to 100; greater is served first when not all fit'
;
COMMENT ON COLUMN route_stops.leg_distance_m IS 'm from the stop before, or the start'
;
COMMENT ON COLUMN route_stops.leg_duration_s IS 's from the stop before, or the start'
;
COMMENT ON COLUMN route_stops.status IS 'skipped: a later stop was called at instead'
;
CREATE TABLE street_limits (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	source_ref VARCHAR(100) NOT NULL, 
	part INTEGER DEFAULT '0' NOT NULL, 
	street_name VARCHAR(255), 
	limit_kph NUMERIC(6, 2), 
	is_one_way BOOLEAN DEFAULT 'false' NOT NULL, 
	path JSONB NOT NULL, 
	cell INTEGER NOT NULL, 
	source VARCHAR(255), 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_street_limits PRIMARY KEY (id), 
	CONSTRAINT ck_street_limits_limit_kph_is_1_to_300 CHECK (limit_kph BETWEEN 1 AND 300), 
	CONSTRAINT uq_street_limits_tenant_id_source_ref_part UNIQUE NULLS NOT DISTINCT (tenant_id, source_ref, part)
)
;
CREATE INDEX ix_street_limits_tenant_id_cell ON street_limits (tenant_id, cell)
;
CREATE INDEX ix_street_limits_tenant_id_street_name_id ON street_limits (tenant_id, street_name, id)
;
COMMENT ON TABLE street_limits IS 'Speed limits of streets'
;
COMMENT ON COLUMN street_limits.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN street_limits.source_ref IS 'The way''s identifier in the map'
;
COMMENT ON COLUMN street_limits.part IS 'Number of the piece of a long street, from 0'
;
COMMENT ON COLUMN street_limits.limit_kph IS 'km/h; empty: not known'
;
COMMENT ON COLUMN street_limits.is_one_way IS 'Along the line only'
;
COMMENT ON COLUMN street_limits.path IS 'A GeoJSON LineString, longitude first, WGS84'
;
COMMENT ON COLUMN street_limits.cell IS 'Number of the square of 0.05 degrees that its middle lies in'
;
COMMENT ON COLUMN street_limits.source IS 'Whose map it is from, with the attribution that its licence asks for'
;
CREATE TABLE trip_edits (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	trip_started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reason TEXT, 
	absorbed JSONB, 
	made_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	undone_at TIMESTAMP WITH TIME ZONE, 
	undone_by_user_id UUID, 
	CONSTRAINT pk_trip_edits PRIMARY KEY (id), 
	CONSTRAINT ck_trip_edits_kind CHECK (kind IN ('merge', 'split')), 
	CONSTRAINT ck_trip_edits_starts_at_is_not_after_ends_at CHECK (starts_at <= ends_at), 
	CONSTRAINT ck_trip_edits_it_lies_after_the_start_of_the_trip CHECK (trip_started_at < starts_at)
)
;
CREATE INDEX ix_trip_edits_tenant_id_created_at ON trip_edits (tenant_id, created_at)
;
CREATE INDEX ix_trip_edits_tenant_id_vehicle_id_starts_at ON trip_edits (tenant_id, vehicle_id, starts_at)
;
CREATE UNIQUE INDEX uq_trip_edits_tenant_id_id ON trip_edits (tenant_id, id)
;
COMMENT ON TABLE trip_edits IS 'Trips that people joined or cut; derivation obeys'
;
COMMENT ON COLUMN trip_edits.trip_started_at IS 'Start of the first trip that it is about'
;
COMMENT ON COLUMN trip_edits.starts_at IS 'merge: where the first trip ended; split: where the first part ends'
;
COMMENT ON COLUMN trip_edits.ends_at IS 'merge: where the next trip began; split: where the second part begins'
;
COMMENT ON COLUMN trip_edits.absorbed IS 'What people had said about the trips that a merge took in, for undoing it'
;
COMMENT ON COLUMN trip_edits.undone_at IS 'null: it holds'
;
CREATE TABLE trip_rules (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	position INTEGER DEFAULT '100' NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	vehicle_id UUID, 
	driver_id UUID, 
	vehicle_group_id UUID, 
	hours JSONB, 
	hours_match VARCHAR(10), 
	start_geofence_id UUID, 
	start_facility_id UUID, 
	end_geofence_id UUID, 
	end_facility_id UUID, 
	facility_radius_m INTEGER DEFAULT '200' NOT NULL, 
	usage_type VARCHAR(20) NOT NULL, 
	business_purpose TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_trip_rules PRIMARY KEY (id), 
	CONSTRAINT ck_trip_rules_usage_type CHECK (usage_type IN ('business', 'personal', 'commute')), 
	CONSTRAINT ck_trip_rules_hours_match CHECK (hours_match IN ('inside', 'outside')), 
	CONSTRAINT ck_trip_rules_hours_and_hours_match_go_together CHECK ((hours_match IS NULL) = (hours IS NULL)), 
	CONSTRAINT ck_trip_rules_a_trip_starts_at_one_place CHECK (start_geofence_id IS NULL OR start_facility_id IS NULL), 
	CONSTRAINT ck_trip_rules_a_trip_ends_at_one_place CHECK (end_geofence_id IS NULL OR end_facility_id IS NULL), 
	CONSTRAINT ck_trip_rules_facility_radius_m_is_10_to_10000 CHECK (facility_radius_m BETWEEN 10 AND 10000)
)
;
CREATE INDEX ix_trip_rules_driver_id ON trip_rules (driver_id)
;
CREATE INDEX ix_trip_rules_end_facility_id ON trip_rules (end_facility_id)
;
CREATE INDEX ix_trip_rules_end_geofence_id ON trip_rules (end_geofence_id)
;
CREATE INDEX ix_trip_rules_start_facility_id ON trip_rules (start_facility_id)
;
CREATE INDEX ix_trip_rules_start_geofence_id ON trip_rules (start_geofence_id)
;
CREATE INDEX ix_trip_rules_tenant_id_position_id ON trip_rules (tenant_id, position, id)
;
CREATE INDEX ix_trip_rules_vehicle_group_id ON trip_rules (vehicle_group_id)
;
CREATE INDEX ix_trip_rules_vehicle_id ON trip_rules (vehicle_id)
;
CREATE UNIQUE INDEX uq_trip_rules_tenant_id_id ON trip_rules (tenant_id, id)
;
COMMENT ON TABLE trip_rules IS 'Rules that say whether a trip was business, personal or the way to work'
;
COMMENT ON COLUMN trip_rules.position IS 'Smaller ones are asked first'
;
COMMENT ON COLUMN trip_rules.vehicle_id IS 'Only trips of this vehicle'
;
COMMENT ON COLUMN trip_rules.driver_id IS 'Only trips of this driver'
;
COMMENT ON COLUMN trip_rules.vehicle_group_id IS 'Only trips of vehicles of this group'
;
COMMENT ON COLUMN trip_rules.hours IS 'Working hours of each weekday, in the organisation''s time zone'
;
COMMENT ON COLUMN trip_rules.hours_match IS 'Whether the trip must begin inside or outside of the hours; null: at any time'
;
COMMENT ON COLUMN trip_rules.start_geofence_id IS 'The trip starts in it'
;
COMMENT ON COLUMN trip_rules.start_facility_id IS 'The trip starts at it'
;
COMMENT ON COLUMN trip_rules.end_geofence_id IS 'The trip ends in it'
;
COMMENT ON COLUMN trip_rules.end_facility_id IS 'The trip ends at it'
;
COMMENT ON COLUMN trip_rules.facility_radius_m IS 'm, how near to a facility is at it'
;
COMMENT ON COLUMN trip_rules.usage_type IS 'What such a trip is'
;
COMMENT ON COLUMN trip_rules.business_purpose IS 'Such as customer visits'
;
CREATE TABLE vehicle_faults (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	description TEXT, 
	system VARCHAR(40), 
	severity VARCHAR(20) NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	first_seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	cleared_at TIMESTAMP WITH TIME ZONE, 
	occurrence INTEGER DEFAULT '1' NOT NULL, 
	mil_on BOOLEAN, 
	odometer_km INTEGER, 
	freeze_frame JSONB, 
	acknowledged_at TIMESTAMP WITH TIME ZONE, 
	acknowledged_by_user_id UUID, 
	acknowledgement_note TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vehicle_faults PRIMARY KEY (id), 
	CONSTRAINT ck_vehicle_faults_status CHECK (status IN ('active', 'cleared')), 
	CONSTRAINT ck_vehicle_faults_severity CHECK (severity IN ('critical', 'major', 'minor', 'info')), 
	CONSTRAINT ck_vehicle_faults_last_seen_at_is_not_before_first_seen_at CHECK (last_seen_at >= first_seen_at), 
	CONSTRAINT ck_vehicle_faults_cleared_at_is_after_last_seen_at CHECK (cleared_at > last_seen_at), 
	CONSTRAINT ck_vehicle_faults_occurrence_is_positive CHECK (occurrence > 0)
)
;
CREATE INDEX ix_vehicle_faults_active ON vehicle_faults (tenant_id, vehicle_id) WHERE status = 'active'
;
CREATE INDEX ix_vehicle_faults_tenant_id_code_first_seen_at ON vehicle_faults (tenant_id, code, first_seen_at DESC)
;
CREATE INDEX ix_vehicle_faults_tenant_id_first_seen_at ON vehicle_faults (tenant_id, first_seen_at DESC, id DESC)
;
CREATE INDEX ix_vehicle_faults_tenant_id_severity_first_seen_at ON vehicle_faults (tenant_id, severity, first_seen_at DESC)
;
CREATE INDEX ix_vehicle_faults_tenant_id_status_severity ON vehicle_faults (tenant_id, status, severity)
;
CREATE INDEX ix_vehicle_faults_tenant_id_vehicle_id_code_first_seen_at ON vehicle_faults (tenant_id, vehicle_id, code, first_seen_at)
;
CREATE INDEX ix_vehicle_faults_vehicle_id_first_seen_at ON vehicle_faults (vehicle_id, first_seen_at DESC)
;
CREATE UNIQUE INDEX uq_vehicle_faults_tenant_id_id ON vehicle_faults (tenant_id, id)
;
COMMENT ON TABLE vehicle_faults IS 'Trouble codes of vehicles: active, cleared, and back again'
;
COMMENT ON COLUMN vehicle_faults.code IS 'Diagnostic trouble code, such as P0301'
;
COMMENT ON COLUMN vehicle_faults.description IS 'What the code says'
;
COMMENT ON COLUMN vehicle_faults.system IS 'Part of the vehicle, such as ignition, emissions, transmission, network'
;
COMMENT ON COLUMN vehicle_faults.first_seen_at IS 'The first reading that carried it'
;
COMMENT ON COLUMN vehicle_faults.last_seen_at IS 'The last reading that carried it'
;
COMMENT ON COLUMN vehicle_faults.cleared_at IS 'The reading from which on it counts as gone; null: active'
;
COMMENT ON COLUMN vehicle_faults.occurrence IS 'How many times this code has come up on this vehicle'
;
COMMENT ON COLUMN vehicle_faults.mil_on IS 'Whether the check-engine lamp was on when last seen; null: not reported'
;
COMMENT ON COLUMN vehicle_faults.odometer_km IS 'When first seen, kilometres'
;
COMMENT ON COLUMN vehicle_faults.freeze_frame IS 'The engine''s values in the first reading that carried it'
;
COMMENT ON COLUMN vehicle_faults.acknowledged_at IS 'When somebody took note of it'
;
CREATE TABLE weather_observations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	station_id VARCHAR(50) NOT NULL, 
	observed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	temperature_f NUMERIC(5, 2), 
	dewpoint_f NUMERIC(5, 2), 
	conditions VARCHAR(100), 
	wind_speed_mph NUMERIC(5, 2), 
	wind_gust_mph NUMERIC(5, 2), 
	wind_direction_degrees NUMERIC(5, 2), 
	visibility_miles NUMERIC(5, 2), 
	precipitation_inches NUMERIC(6, 3), 
	humidity_percent NUMERIC(5, 2), 
	road_conditions VARCHAR(50), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_weather_observations PRIMARY KEY (id), 
	CONSTRAINT ck_weather_observations_humidity_percent_is_between_0_and_110 CHECK (humidity_percent BETWEEN 0 AND 110), 
	CONSTRAINT uq_weather_observations_tenant_id_station_id_observed_at UNIQUE NULLS NOT DISTINCT (tenant_id, station_id, observed_at)
)
;
CREATE INDEX ix_weather_observations_tenant_id_observed_at ON weather_observations (tenant_id, observed_at)
;
COMMENT ON TABLE weather_observations IS 'History of what weather stations reported'
;
COMMENT ON COLUMN weather_observations.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN weather_observations.station_id IS 'station_id of the weather station, of the same owner'
;
COMMENT ON COLUMN weather_observations.temperature_f IS 'Degrees Fahrenheit'
;
COMMENT ON COLUMN weather_observations.dewpoint_f IS 'Degrees Fahrenheit'
;
COMMENT ON COLUMN weather_observations.conditions IS 'Such as clear, fog, light rain'
;
COMMENT ON COLUMN weather_observations.wind_speed_mph IS 'mph'
;
COMMENT ON COLUMN weather_observations.wind_gust_mph IS 'mph'
;
COMMENT ON COLUMN weather_observations.wind_direction_degrees IS 'Where the wind comes from, degrees from north'
;
COMMENT ON COLUMN weather_observations.visibility_miles IS 'mi'
;
COMMENT ON COLUMN weather_observations.precipitation_inches IS 'in, of the last hour'
;
COMMENT ON COLUMN weather_observations.humidity_percent IS 'Relative, percent'
;
COMMENT ON COLUMN weather_observations.road_conditions IS 'Such as dry, wet, icy, snow'
;
ALTER TABLE behavior_thresholds ADD CONSTRAINT fk_behavior_thresholds_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE coaching_sessions ADD CONSTRAINT fk_coaching_sessions_closed_by_user_id FOREIGN KEY(tenant_id, closed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE coaching_sessions ADD CONSTRAINT fk_coaching_sessions_coach_user_id FOREIGN KEY(tenant_id, coach_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE coaching_sessions ADD CONSTRAINT fk_coaching_sessions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE coaching_sessions ADD CONSTRAINT fk_coaching_sessions_opened_by_user_id FOREIGN KEY(tenant_id, opened_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE coaching_sessions ADD CONSTRAINT fk_coaching_sessions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE connector_feeds ADD CONSTRAINT fk_connector_feeds_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES api_integrations (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE connector_feeds ADD CONSTRAINT fk_connector_feeds_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE connector_objects ADD CONSTRAINT fk_connector_objects_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES api_integrations (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE connector_objects ADD CONSTRAINT fk_connector_objects_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE connector_states ADD CONSTRAINT fk_connector_states_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES api_integrations (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE connector_states ADD CONSTRAINT fk_connector_states_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE device_commands ADD CONSTRAINT fk_device_commands_device_id FOREIGN KEY(tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE device_commands ADD CONSTRAINT fk_device_commands_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE device_commands ADD CONSTRAINT fk_device_commands_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE device_connections ADD CONSTRAINT fk_device_connections_device_id FOREIGN KEY(tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE device_connections ADD CONSTRAINT fk_device_connections_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE device_events ADD CONSTRAINT fk_device_events_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE device_events ADD CONSTRAINT fk_device_events_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE device_sessions ADD CONSTRAINT fk_device_sessions_device_id FOREIGN KEY(tenant_id, device_id) REFERENCES devices (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE device_sessions ADD CONSTRAINT fk_device_sessions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE driver_score_weights ADD CONSTRAINT fk_driver_score_weights_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE fuel_events ADD CONSTRAINT fk_fuel_events_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE fuel_events ADD CONSTRAINT fk_fuel_events_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE fuel_events ADD CONSTRAINT fk_fuel_events_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE geofence_visits ADD CONSTRAINT fk_geofence_visits_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE geofence_visits ADD CONSTRAINT fk_geofence_visits_geofence_id FOREIGN KEY(tenant_id, geofence_id) REFERENCES geofences (tenant_id, id)
;
ALTER TABLE geofence_visits ADD CONSTRAINT fk_geofence_visits_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE geofence_visits ADD CONSTRAINT fk_geofence_visits_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE map_views ADD CONSTRAINT fk_map_views_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE map_views ADD CONSTRAINT fk_map_views_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE route_stops ADD CONSTRAINT fk_route_stops_route_id FOREIGN KEY(tenant_id, route_id) REFERENCES routes (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE route_stops ADD CONSTRAINT fk_route_stops_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE trip_edits ADD CONSTRAINT fk_trip_edits_made_by_user_id FOREIGN KEY(tenant_id, made_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE trip_edits ADD CONSTRAINT fk_trip_edits_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE trip_edits ADD CONSTRAINT fk_trip_edits_undone_by_user_id FOREIGN KEY(tenant_id, undone_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE trip_edits ADD CONSTRAINT fk_trip_edits_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_end_facility_id FOREIGN KEY(tenant_id, end_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_end_geofence_id FOREIGN KEY(tenant_id, end_geofence_id) REFERENCES geofences (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_start_facility_id FOREIGN KEY(tenant_id, start_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_start_geofence_id FOREIGN KEY(tenant_id, start_geofence_id) REFERENCES geofences (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_vehicle_group_id FOREIGN KEY(tenant_id, vehicle_group_id) REFERENCES vehicle_groups (tenant_id, id)
;
ALTER TABLE trip_rules ADD CONSTRAINT fk_trip_rules_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE vehicle_faults ADD CONSTRAINT fk_vehicle_faults_acknowledged_by_user_id FOREIGN KEY(tenant_id, acknowledged_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_faults ADD CONSTRAINT fk_vehicle_faults_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_faults ADD CONSTRAINT fk_vehicle_faults_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE behavior_thresholds ENABLE ROW LEVEL SECURITY
;
ALTER TABLE behavior_thresholds FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON behavior_thresholds TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON behavior_thresholds TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON behavior_thresholds TO motorpool_app
;
ALTER TABLE coaching_sessions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE coaching_sessions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON coaching_sessions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON coaching_sessions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON coaching_sessions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON coaching_sessions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON coaching_sessions TO motorpool_app
;
ALTER TABLE connector_feeds ENABLE ROW LEVEL SECURITY
;
ALTER TABLE connector_feeds FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON connector_feeds TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON connector_feeds TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON connector_feeds TO motorpool_app
;
ALTER TABLE connector_objects ENABLE ROW LEVEL SECURITY
;
ALTER TABLE connector_objects FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON connector_objects TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON connector_objects TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON connector_objects FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON connector_objects TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON connector_objects TO motorpool_app
;
ALTER TABLE connector_states ENABLE ROW LEVEL SECURITY
;
ALTER TABLE connector_states FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON connector_states TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON connector_states TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON connector_states TO motorpool_app
;
ALTER TABLE device_commands ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_commands FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON device_commands TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON device_commands TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_commands TO motorpool_app
;
ALTER TABLE device_connections ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_connections FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON device_connections TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON device_connections TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_connections TO motorpool_app
;
ALTER TABLE device_events ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_events FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON device_events TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON device_events TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_events TO motorpool_app
;
ALTER TABLE device_sessions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_sessions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON device_sessions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON device_sessions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON device_sessions TO motorpool_app
;
ALTER TABLE driver_score_weights ENABLE ROW LEVEL SECURITY
;
ALTER TABLE driver_score_weights FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON driver_score_weights TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON driver_score_weights TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON driver_score_weights TO motorpool_app
;
ALTER TABLE fuel_events ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fuel_events FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON fuel_events TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON fuel_events TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON fuel_events TO motorpool_app
;
ALTER TABLE geofence_visits ENABLE ROW LEVEL SECURITY
;
ALTER TABLE geofence_visits FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON geofence_visits TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON geofence_visits TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON geofence_visits TO motorpool_app
;
ALTER TABLE map_views ENABLE ROW LEVEL SECURITY
;
ALTER TABLE map_views FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON map_views TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON map_views TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON map_views TO motorpool_app
;
ALTER TABLE mileage_rates ENABLE ROW LEVEL SECURITY
;
ALTER TABLE mileage_rates FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON mileage_rates TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON mileage_rates TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON mileage_rates FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON mileage_rates TO motorpool_app
;
ALTER TABLE road_feeds ENABLE ROW LEVEL SECURITY
;
ALTER TABLE road_feeds FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON road_feeds TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON road_feeds TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON road_feeds FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON road_feeds TO motorpool_app
;
ALTER TABLE route_stops ENABLE ROW LEVEL SECURITY
;
ALTER TABLE route_stops FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON route_stops TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON route_stops TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON route_stops TO motorpool_app
;
ALTER TABLE street_limits ENABLE ROW LEVEL SECURITY
;
ALTER TABLE street_limits FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON street_limits TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON street_limits TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON street_limits FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON street_limits FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON street_limits TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON street_limits TO motorpool_app
;
ALTER TABLE trip_edits ENABLE ROW LEVEL SECURITY
;
ALTER TABLE trip_edits FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON trip_edits TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON trip_edits TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON trip_edits TO motorpool_app
;
ALTER TABLE trip_rules ENABLE ROW LEVEL SECURITY
;
ALTER TABLE trip_rules FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON trip_rules TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON trip_rules TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON trip_rules FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON trip_rules TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON trip_rules TO motorpool_app
;
ALTER TABLE vehicle_faults ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_faults FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_faults TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_faults TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vehicle_faults FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vehicle_faults TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_faults TO motorpool_app
;
ALTER TABLE weather_observations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE weather_observations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON weather_observations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON weather_observations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON weather_observations FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON weather_observations TO motorpool_app
;
CREATE TRIGGER touch BEFORE UPDATE ON behavior_thresholds FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON coaching_sessions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON device_commands FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON driver_score_weights FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON mileage_rates FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON trip_rules FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON behavior_thresholds FOR EACH ROW EXECUTE FUNCTION write_audit_trail('behavior_thresholds', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON coaching_sessions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('coaching_sessions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER UPDATE ON connector_objects FOR EACH ROW EXECUTE FUNCTION write_audit_trail('connector_objects', 'tenant_id', 'name,vin,license_plate,serial,driver_number,last_seen_at,skipped_records,skipped_since,catch_up_from,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON device_commands FOR EACH ROW EXECUTE FUNCTION write_audit_trail('device_commands', 'tenant_id', 'updated_at,attempts,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON driver_score_weights FOR EACH ROW EXECUTE FUNCTION write_audit_trail('driver_score_weights', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON mileage_rates FOR EACH ROW EXECUTE FUNCTION write_audit_trail('mileage_rates', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON trip_edits FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trip_edits', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON trip_rules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trip_rules', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER UPDATE ON vehicle_faults FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vehicle_faults', 'tenant_id', 'status,last_seen_at,cleared_at,occurrence,mil_on,odometer_km,freeze_frame,description,severity,system,updated_at', '')
;
CREATE INDEX ix_coaching_sessions_search ON coaching_sessions USING gin ((coalesce(reason, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_coaching_sessions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM coaching_sessions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(reason, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(reason, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_coaching_sessions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_coaching_sessions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_coaching_sessions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_connector_objects_search ON connector_objects USING gin ((coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(external_id, '')) gin_trgm_ops)
;
CREATE FUNCTION search_connector_objects(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM connector_objects
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(external_id, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(vin, '') || ' ' || coalesce(license_plate, '') || ' ' || coalesce(external_id, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_connector_objects(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_connector_objects(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_connector_objects(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_street_limits_search ON street_limits USING gin ((coalesce(street_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_street_limits(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM street_limits
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(street_name, '')) ILIKE patterns[1] AND (coalesce(street_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_street_limits(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_street_limits(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_street_limits(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_trip_rules_search ON trip_rules USING gin ((coalesce(name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_trip_rules(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM trip_rules
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '')) ILIKE patterns[1] AND (coalesce(name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_trip_rules(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_trip_rules(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_trip_rules(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vehicle_faults_search ON vehicle_faults USING gin ((coalesce(code, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vehicle_faults(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vehicle_faults
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(code, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(code, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vehicle_faults(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vehicle_faults(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vehicle_faults(text[], integer) OWNER TO motorpool_search
;
