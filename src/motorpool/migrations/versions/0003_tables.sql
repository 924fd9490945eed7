CREATE TABLE accident_reports (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	incident_id UUID, 
	report_number VARCHAR(100), 
	vehicle_id UUID NOT NULL, 
	driver_id UUID NOT NULL, 
	incident_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	location TEXT, 
	city VARCHAR(100), 
	region VARCHAR(100), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	weather_conditions VARCHAR(100), 
	road_conditions VARCHAR(100), 
	traffic_conditions VARCHAR(100), 
	incident_type VARCHAR(50), 
	severity VARCHAR(20), 
	at_fault BOOLEAN, 
	police_notified BOOLEAN DEFAULT 'false' NOT NULL, 
	police_report_number VARCHAR(100), 
	police_department VARCHAR(255), 
	citation_issued_at TIMESTAMP WITH TIME ZONE, 
	injuries JSONB, 
	injury_count INTEGER DEFAULT '0' NOT NULL, 
	injury_treated_away BOOLEAN DEFAULT 'false' NOT NULL, 
	fatalities INTEGER DEFAULT '0' NOT NULL, 
	is_tow_away BOOLEAN DEFAULT 'false' NOT NULL, 
	hazmat_released BOOLEAN DEFAULT 'false' NOT NULL, 
	property_damage TEXT, 
	estimated_damage_cost NUMERIC(12, 2), 
	other_parties JSONB, 
	witnesses JSONB, 
	description TEXT, 
	photos TEXT[], 
	video_urls TEXT[], 
	dashcam_footage_id UUID, 
	drug_alcohol_test_required BOOLEAN DEFAULT 'false' NOT NULL, 
	drug_test_result VARCHAR(50), 
	alcohol_test_result VARCHAR(50), 
	claims_filed JSONB, 
	investigator_user_id UUID, 
	investigation_status VARCHAR(50) DEFAULT 'pending' NOT NULL, 
	investigation_notes TEXT, 
	investigation_completed_at TIMESTAMP WITH TIME ZONE, 
	preventability VARCHAR(50) DEFAULT 'pending_review' NOT NULL, 
	preventability_reviewed_by_user_id UUID, 
	corrective_actions TEXT, 
	reported_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_accident_reports PRIMARY KEY (id), 
	CONSTRAINT ck_accident_reports_severity CHECK (severity IN ('minor', 'moderate', 'severe', 'fatal')), 
	CONSTRAINT ck_accident_reports_investigation_status CHECK (investigation_status IN ('pending', 'in_progress', 'completed')), 
	CONSTRAINT ck_accident_reports_preventability CHECK (preventability IN ('preventable', 'non_preventable', 'pending_review')), 
	CONSTRAINT ck_accident_reports_people_are_counted_from_zero CHECK (fatalities >= 0 AND injury_count >= 0), 
	CONSTRAINT ck_accident_reports_estimated_damage_cost_from_zero CHECK (estimated_damage_cost >= 0), 
	CONSTRAINT ck_accident_reports_latitude_and_longitude_go_together CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	CONSTRAINT ck_accident_reports_completed_means_preventability_judged CHECK (investigation_status <> 'completed' OR preventability <> 'pending_review'), 
	CONSTRAINT uq_accident_reports_tenant_id_report_number UNIQUE (tenant_id, report_number)
)
;
CREATE INDEX ix_accident_reports_driver_id_incident_date ON accident_reports (driver_id, incident_date DESC)
;
CREATE INDEX ix_accident_reports_incident_id ON accident_reports (incident_id)
;
CREATE INDEX ix_accident_reports_investigation_status ON accident_reports (investigation_status)
;
CREATE INDEX ix_accident_reports_tenant_id_incident_date ON accident_reports (tenant_id, incident_date DESC)
;
CREATE INDEX ix_accident_reports_tenant_id_preventability ON accident_reports (tenant_id, preventability)
;
CREATE INDEX ix_accident_reports_tenant_id_severity ON accident_reports (tenant_id, severity)
;
CREATE INDEX ix_accident_reports_vehicle_id_incident_date ON accident_reports (vehicle_id, incident_date DESC)
;
CREATE UNIQUE INDEX uq_accident_reports_tenant_id_id ON accident_reports (tenant_id, id)
;
COMMENT ON TABLE accident_reports IS 'Detailed accident/incident reporting'
;
COMMENT ON COLUMN accident_reports.incident_id IS 'The event that it is part of'
;
COMMENT ON COLUMN accident_reports.incident_date IS 'When it happened'
;
COMMENT ON COLUMN accident_reports.location IS 'Street and number, or crossing'
;
COMMENT ON COLUMN accident_reports.city IS 'City or town, for the accident register (49 CFR 390.15)'
;
COMMENT ON COLUMN accident_reports.region IS 'State or province'
;
COMMENT ON COLUMN accident_reports.latitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN accident_reports.longitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN accident_reports.weather_conditions IS 'Such as clear, rain, snow, fog, wind'
;
COMMENT ON COLUMN accident_reports.road_conditions IS 'Such as dry, wet, icy, gravel, construction'
;
COMMENT ON COLUMN accident_reports.traffic_conditions IS 'Such as light, moderate, heavy, stop_and_go'
;
COMMENT ON COLUMN accident_reports.incident_type IS 'Such as collision, rollover, vandalism, theft'
;
COMMENT ON COLUMN accident_reports.at_fault IS 'Whether our driver was at fault; null: not known'
;
COMMENT ON COLUMN accident_reports.citation_issued_at IS 'When the driver was cited for a moving violation; decides on tests (49 CFR 382.303)'
;
COMMENT ON COLUMN accident_reports.injuries IS '[{person, injury_type, severity, hospitalized}]'
;
COMMENT ON COLUMN accident_reports.injury_count IS 'People injured, not counting dead'
;
COMMENT ON COLUMN accident_reports.injury_treated_away IS 'Somebody got medical treatment at once, away from the scene'
;
COMMENT ON COLUMN accident_reports.fatalities IS 'People who died'
;
COMMENT ON COLUMN accident_reports.is_tow_away IS 'A vehicle had to be towed away because of disabling damage'
;
COMMENT ON COLUMN accident_reports.hazmat_released IS 'Hazardous material came out, other than fuel from the tanks'
;
COMMENT ON COLUMN accident_reports.other_parties IS '[{name, contact, insurance, vehicle}]'
;
COMMENT ON COLUMN accident_reports.witnesses IS '[{name, contact, statement}]'
;
COMMENT ON COLUMN accident_reports.description IS 'What happened, in the driver''s words'
;
COMMENT ON COLUMN accident_reports.photos IS 'URLs to incident photos'
;
COMMENT ON COLUMN accident_reports.drug_alcohol_test_required IS 'Tests are ordered; they are followed up in drug and alcohol tests'
;
COMMENT ON COLUMN accident_reports.drug_test_result IS 'Such as negative, positive, refused'
;
COMMENT ON COLUMN accident_reports.alcohol_test_result IS 'Such as negative, positive, refused'
;
COMMENT ON COLUMN accident_reports.claims_filed IS '[{claim_number, insurer, status, amount}]'
;
COMMENT ON COLUMN accident_reports.investigator_user_id IS 'Who looks into it'
;
COMMENT ON COLUMN accident_reports.corrective_actions IS 'In words; what must be followed up is a corrective action with an owner and a date'
;
CREATE TABLE accounting_periods (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	period VARCHAR(20) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	closed_by_user_id UUID, 
	reopen_reason TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_accounting_periods PRIMARY KEY (id), 
	CONSTRAINT ck_accounting_periods_status CHECK (status IN ('open', 'closed')), 
	CONSTRAINT ck_accounting_periods_end_after_start CHECK (ends_on >= starts_on), 
	CONSTRAINT ex_accounting_periods_span EXCLUDE USING gist (tenant_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&), 
	CONSTRAINT uq_accounting_periods_tenant_id_period UNIQUE (tenant_id, period)
)
;
CREATE INDEX ix_accounting_periods_tenant_id_starts_on ON accounting_periods (tenant_id, starts_on DESC)
;
CREATE INDEX ix_accounting_periods_tenant_id_status ON accounting_periods (tenant_id, status)
;
CREATE UNIQUE INDEX uq_accounting_periods_tenant_id_id ON accounting_periods (tenant_id, id)
;
COMMENT ON TABLE accounting_periods IS 'Spans of the books, closed in their order'
;
COMMENT ON COLUMN accounting_periods.period IS 'Such as 2026-07 or 2026-Q3'
;
COMMENT ON COLUMN accounting_periods.ends_on IS 'Last day'
;
CREATE TABLE alert_history (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	alert_rule_id UUID NOT NULL, 
	alert_type VARCHAR(50), 
	severity VARCHAR(20), 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	entity_type VARCHAR(50), 
	entity_id UUID, 
	alert_message TEXT, 
	trigger_data JSONB, 
	acknowledged_by_user_id UUID, 
	acknowledged_at TIMESTAMP WITH TIME ZONE, 
	escalated_at TIMESTAMP WITH TIME ZONE, 
	resolved_by_user_id UUID, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	resolution_notes TEXT, 
	fired_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_alert_history PRIMARY KEY (id), 
	CONSTRAINT ck_alert_history_severity CHECK (severity IN ('info', 'warning', 'critical', 'emergency')), 
	CONSTRAINT ck_alert_history_status CHECK (status IN ('open', 'acknowledged', 'resolved'))
)
;
CREATE INDEX ix_alert_history_alert_rule_id_fired_at ON alert_history (alert_rule_id, fired_at DESC)
;
CREATE INDEX ix_alert_history_tenant_id_entity_type_entity_id_fired_at ON alert_history (tenant_id, entity_type, entity_id, fired_at DESC)
;
CREATE INDEX ix_alert_history_tenant_id_fired_at ON alert_history (tenant_id, fired_at DESC)
;
CREATE INDEX ix_alert_history_tenant_id_status_fired_at ON alert_history (tenant_id, status, fired_at DESC)
;
CREATE UNIQUE INDEX uq_alert_history_tenant_id_id ON alert_history (tenant_id, id)
;
COMMENT ON TABLE alert_history IS 'Alert firing history'
;
COMMENT ON COLUMN alert_history.alert_type IS 'Of the rule, when it fired'
;
COMMENT ON COLUMN alert_history.entity_type IS 'What it is about, such as vehicle'
;
COMMENT ON COLUMN alert_history.trigger_data IS 'Snapshot of data that triggered alert'
;
COMMENT ON COLUMN alert_history.escalated_at IS 'When nobody had acknowledged it in time'
;
CREATE TABLE alert_rules (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	rule_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	alert_type VARCHAR(50), 
	trigger_conditions JSONB, 
	severity VARCHAR(20) DEFAULT 'warning' NOT NULL, 
	message_template TEXT, 
	notification_channels TEXT[], 
	recipient_users UUID[], 
	recipient_roles TEXT[], 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	active_days TEXT[], 
	active_from TIME WITHOUT TIME ZONE, 
	active_until TIME WITHOUT TIME ZONE, 
	cooldown_minutes INTEGER DEFAULT '60' NOT NULL, 
	escalate_after_minutes INTEGER, 
	escalate_to_roles TEXT[], 
	last_triggered_at TIMESTAMP WITH TIME ZONE, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_alert_rules PRIMARY KEY (id), 
	CONSTRAINT ck_alert_rules_severity CHECK (severity IN ('info', 'warning', 'critical', 'emergency')), 
	CONSTRAINT ck_alert_rules_cooldown_minutes_are_not_negative CHECK (cooldown_minutes >= 0), 
	CONSTRAINT ck_alert_rules_escalate_after_minutes_are_positive CHECK (escalate_after_minutes > 0), 
	CONSTRAINT ck_alert_rules_channels_are_in_app_email_sms_teams_or_push CHECK (notification_channels <@ ARRAY['in_app', 'email', 'sms', 'teams', 'push']::text[]), 
	CONSTRAINT ck_alert_rules_active_days_are_mon_to_sun CHECK (active_days <@ ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']::text[]), 
	CONSTRAINT ck_alert_rules_active_hours_have_a_start_and_an_end CHECK ((active_from IS NULL) = (active_until IS NULL))
)
;
CREATE INDEX ix_alert_rules_alert_type ON alert_rules (alert_type)
;
CREATE INDEX ix_alert_rules_tenant_id_alert_type_is_active ON alert_rules (tenant_id, alert_type, is_active)
;
CREATE INDEX ix_alert_rules_tenant_id_is_active ON alert_rules (tenant_id, is_active)
;
CREATE INDEX ix_alert_rules_tenant_id_rule_name_id ON alert_rules (tenant_id, rule_name, id)
;
CREATE UNIQUE INDEX uq_alert_rules_tenant_id_id ON alert_rules (tenant_id, id)
;
COMMENT ON TABLE alert_rules IS 'Configurable alerting rules'
;
COMMENT ON COLUMN alert_rules.alert_type IS 'Such as maintenance_due, inspection_expiring, cost_threshold, geofence, driver_behavior'
;
COMMENT ON COLUMN alert_rules.trigger_conditions IS 'When the rule applies'
;
COMMENT ON COLUMN alert_rules.message_template IS 'Words of the alert, with {names} of what it is about; null: those of its type'
;
COMMENT ON COLUMN alert_rules.notification_channels IS 'in_app, email, sms, teams, push; null: in_app and email'
;
COMMENT ON COLUMN alert_rules.recipient_users IS 'People to tell'
;
COMMENT ON COLUMN alert_rules.recipient_roles IS 'Names of roles whose people to tell, such as fleet_manager'
;
COMMENT ON COLUMN alert_rules.active_days IS 'mon to sun, in the organisation''s time zone; null: every day'
;
COMMENT ON COLUMN alert_rules.active_from IS 'Hours in which it looks; null: all'
;
COMMENT ON COLUMN alert_rules.cooldown_minutes IS 'min before the same rule speaks again about the same thing'
;
COMMENT ON COLUMN alert_rules.escalate_after_minutes IS 'min without acknowledgement before it is told to escalate_to_roles'
;
COMMENT ON COLUMN alert_rules.escalate_to_roles IS 'Names of roles'
;
CREATE TABLE analytics_cache (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	cache_key VARCHAR(500) NOT NULL, 
	cache_type VARCHAR(100), 
	aggregation_level VARCHAR(50), 
	period_type VARCHAR(20), 
	period_start DATE, 
	period_end DATE, 
	cache_data JSONB NOT NULL, 
	row_count INTEGER, 
	computation_time_ms INTEGER, 
	is_stale BOOLEAN DEFAULT 'false' NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	last_accessed_at TIMESTAMP WITH TIME ZONE, 
	access_count INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_analytics_cache PRIMARY KEY (id), 
	CONSTRAINT ck_analytics_cache_period_type CHECK (period_type IN ('daily', 'weekly', 'monthly', 'yearly')), 
	CONSTRAINT ck_analytics_cache_period_ends_after_it_starts CHECK (period_end >= period_start), 
	CONSTRAINT ck_analytics_cache_access_count_is_not_negative CHECK (access_count >= 0), 
	CONSTRAINT uq_analytics_cache_tenant_id_cache_key UNIQUE (tenant_id, cache_key)
)
;
CREATE INDEX ix_analytics_cache_cache_key_expires_at ON analytics_cache (cache_key, expires_at)
;
CREATE INDEX ix_analytics_cache_expires_at ON analytics_cache (expires_at)
;
CREATE INDEX ix_analytics_cache_tenant_id_cache_type_is_stale ON analytics_cache (tenant_id, cache_type, is_stale)
;
CREATE INDEX ix_analytics_cache_tenant_id_created_at ON analytics_cache (tenant_id, created_at DESC)
;
CREATE UNIQUE INDEX uq_analytics_cache_tenant_id_id ON analytics_cache (tenant_id, id)
;
COMMENT ON TABLE analytics_cache IS 'Pre-computed analytics for performance'
;
COMMENT ON COLUMN analytics_cache.cache_type IS 'Such as dashboard, report, kpi, widget'
;
COMMENT ON COLUMN analytics_cache.aggregation_level IS 'Such as vehicle, driver, department, fleet'
;
COMMENT ON COLUMN analytics_cache.computation_time_ms IS 'Milliseconds'
;
COMMENT ON COLUMN analytics_cache.is_stale IS 'A table behind it has changed'
;
CREATE TABLE api_integrations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_name VARCHAR(255) NOT NULL, 
	integration_type VARCHAR(100), 
	provider VARCHAR(100), 
	api_endpoint TEXT, 
	api_version VARCHAR(50), 
	authentication_type VARCHAR(50), 
	credentials_encrypted TEXT, 
	credentials_encrypted_ciphertext BYTEA, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	sync_enabled BOOLEAN DEFAULT 'true' NOT NULL, 
	sync_frequency_minutes INTEGER DEFAULT '60' NOT NULL, 
	last_sync_at TIMESTAMP WITH TIME ZONE, 
	next_sync_at TIMESTAMP WITH TIME ZONE, 
	sync_status VARCHAR(20), 
	last_error TEXT, 
	configuration JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_api_integrations PRIMARY KEY (id), 
	CONSTRAINT ck_api_integrations_sync_status CHECK (sync_status IN ('success', 'failed', 'in_progress')), 
	CONSTRAINT ck_api_integrations_api_endpoint_begins_with_https CHECK (api_endpoint ~ '^https://[^[:space:]]+$'), 
	CONSTRAINT ck_api_integrations_sync_frequency_is_a_minute_to_a_month CHECK (sync_frequency_minutes BETWEEN 1 AND 44640)
)
;
CREATE INDEX ix_api_integrations_next_sync_at_sync_enabled ON api_integrations (next_sync_at, sync_enabled)
;
CREATE INDEX ix_api_integrations_tenant_id_integration_name_id ON api_integrations (tenant_id, integration_name, id)
;
CREATE INDEX ix_api_integrations_tenant_id_integration_type_is_active ON api_integrations (tenant_id, integration_type, is_active)
;
CREATE INDEX ix_api_integrations_tenant_id_provider_is_active ON api_integrations (tenant_id, provider, is_active)
;
CREATE UNIQUE INDEX uq_api_integrations_tenant_id_id ON api_integrations (tenant_id, id)
;
COMMENT ON TABLE api_integrations IS 'Third-party API integration configs'
;
COMMENT ON COLUMN api_integrations.integration_type IS 'Such as telematics, fuel_card, erp, accounting'
;
COMMENT ON COLUMN api_integrations.provider IS 'Such as geotab, samsara, wex, quickbooks, ariba'
;
COMMENT ON COLUMN api_integrations.api_endpoint IS 'https://…, of a public address; null: the provider''s usual one'
;
COMMENT ON COLUMN api_integrations.authentication_type IS 'Such as oauth2, api_key, basic_auth'
;
COMMENT ON COLUMN api_integrations.credentials_encrypted IS 'API key, password or token; only its end is shown'
;
COMMENT ON COLUMN api_integrations.sync_frequency_minutes IS 'min, up to a month'
;
COMMENT ON COLUMN api_integrations.sync_status IS 'Of the last run; null: never ran'
;
COMMENT ON COLUMN api_integrations.last_error IS 'Why the last run failed'
;
COMMENT ON COLUMN api_integrations.configuration IS 'Integration-specific config, nothing secret'
;
CREATE TABLE asset_tags (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	entity_type VARCHAR(50) NOT NULL, 
	entity_id UUID NOT NULL, 
	tag_type VARCHAR(50), 
	tag_identifier VARCHAR(255) NOT NULL, 
	tag_location VARCHAR(255), 
	is_primary BOOLEAN DEFAULT 'false' NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_asset_tags PRIMARY KEY (id), 
	CONSTRAINT uq_asset_tags_tenant_id_tag_identifier UNIQUE (tenant_id, tag_identifier)
)
;
CREATE INDEX ix_asset_tags_entity_type_entity_id ON asset_tags (entity_type, entity_id)
;
CREATE INDEX ix_asset_tags_tag_identifier ON asset_tags (tag_identifier)
;
CREATE INDEX ix_asset_tags_tenant_id_created_at_id ON asset_tags (tenant_id, created_at, id)
;
CREATE INDEX ix_asset_tags_tenant_id_entity_type_entity_id ON asset_tags (tenant_id, entity_type, entity_id)
;
CREATE INDEX ix_asset_tags_tenant_id_is_active ON asset_tags (tenant_id, is_active)
;
CREATE UNIQUE INDEX uq_asset_tags_primary ON asset_tags (tenant_id, entity_type, entity_id) WHERE is_primary AND is_active
;
CREATE UNIQUE INDEX uq_asset_tags_tenant_id_id ON asset_tags (tenant_id, id)
;
COMMENT ON TABLE asset_tags IS 'Physical asset tagging and barcodes'
;
COMMENT ON COLUMN asset_tags.entity_type IS 'What it is on: vehicle, equipment, part, tool or facility'
;
COMMENT ON COLUMN asset_tags.entity_id IS 'The vehicle, equipment, part or facility'
;
COMMENT ON COLUMN asset_tags.tag_type IS 'Such as barcode, qr_code, rfid, nfc'
;
COMMENT ON COLUMN asset_tags.tag_identifier IS 'What a scan reads'
;
COMMENT ON COLUMN asset_tags.tag_location IS 'Physical location on asset'
;
COMMENT ON COLUMN asset_tags.is_primary IS 'The one that is printed; at most one active tag of a thing'
;
COMMENT ON COLUMN asset_tags.is_active IS 'An inactive tag is no longer found'
;
CREATE TABLE asset_transfers (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	transfer_number VARCHAR(50) NOT NULL, 
	status VARCHAR(20) DEFAULT 'requested' NOT NULL, 
	asset_type VARCHAR(50) NOT NULL, 
	asset_id UUID NOT NULL, 
	transfer_type VARCHAR(50), 
	from_location_id UUID, 
	to_location_id UUID, 
	from_department VARCHAR(100), 
	to_department VARCHAR(100), 
	from_user_id UUID, 
	to_user_id UUID, 
	transfer_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	transfer_reason TEXT, 
	condition_before TEXT, 
	condition_after TEXT, 
	requested_by_user_id UUID, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	decision_notes TEXT, 
	transferred_by_user_id UUID, 
	handed_over_at TIMESTAMP WITH TIME ZONE, 
	handed_over_signature TEXT, 
	received_by_user_id UUID, 
	received_at TIMESTAMP WITH TIME ZONE, 
	received_signature TEXT, 
	cancellation_reason TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_asset_transfers PRIMARY KEY (id), 
	CONSTRAINT ck_asset_transfers_status CHECK (status IN ('requested', 'approved', 'rejected', 'in_transit', 'completed', 'cancelled')), 
	CONSTRAINT ck_asset_transfers_received_after_it_was_handed_over CHECK (received_at >= handed_over_at), 
	CONSTRAINT uq_asset_transfers_tenant_id_transfer_number UNIQUE (tenant_id, transfer_number)
)
;
CREATE INDEX ix_asset_transfers_asset_type_asset_id_transfer_date ON asset_transfers (asset_type, asset_id, transfer_date DESC)
;
CREATE INDEX ix_asset_transfers_from_location_id ON asset_transfers (from_location_id)
;
CREATE INDEX ix_asset_transfers_tenant_id_asset_type_asset_id ON asset_transfers (tenant_id, asset_type, asset_id)
;
CREATE INDEX ix_asset_transfers_tenant_id_status ON asset_transfers (tenant_id, status)
;
CREATE INDEX ix_asset_transfers_tenant_id_transfer_date ON asset_transfers (tenant_id, transfer_date DESC)
;
CREATE INDEX ix_asset_transfers_to_location_id ON asset_transfers (to_location_id)
;
CREATE INDEX ix_asset_transfers_to_user_id ON asset_transfers (to_user_id)
;
CREATE UNIQUE INDEX uq_asset_transfers_tenant_id_id ON asset_transfers (tenant_id, id)
;
COMMENT ON TABLE asset_transfers IS 'Asset transfer history between locations/departments'
;
COMMENT ON COLUMN asset_transfers.transfer_number IS 'Business number; given when left out'
;
COMMENT ON COLUMN asset_transfers.asset_type IS 'What is transferred: vehicle, equipment, part or tool'
;
COMMENT ON COLUMN asset_transfers.asset_id IS 'The vehicle, equipment or part'
;
COMMENT ON COLUMN asset_transfers.transfer_type IS 'Such as location, department, assignment, custody'
;
COMMENT ON COLUMN asset_transfers.from_user_id IS 'Who held it'
;
COMMENT ON COLUMN asset_transfers.to_user_id IS 'Who is to hold it'
;
COMMENT ON COLUMN asset_transfers.transfer_date IS 'When it is to change hands'
;
COMMENT ON COLUMN asset_transfers.condition_before IS 'As it was handed over'
;
COMMENT ON COLUMN asset_transfers.condition_after IS 'As it was received'
;
COMMENT ON COLUMN asset_transfers.approved_at IS 'Approved or rejected'
;
COMMENT ON COLUMN asset_transfers.decision_notes IS 'Why it was approved or rejected'
;
COMMENT ON COLUMN asset_transfers.transferred_by_user_id IS 'Who handed it over'
;
COMMENT ON COLUMN asset_transfers.handed_over_signature IS 'Base64 image'
;
COMMENT ON COLUMN asset_transfers.received_signature IS 'Base64 image'
;
CREATE TABLE benchmark_data (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	benchmark_category VARCHAR(100), 
	metric_name VARCHAR(255) NOT NULL, 
	industry_type VARCHAR(100), 
	fleet_size_category VARCHAR(50), 
	region VARCHAR(100), 
	benchmark_value NUMERIC(12, 4) NOT NULL, 
	percentile_25 NUMERIC(12, 4), 
	percentile_50 NUMERIC(12, 4), 
	percentile_75 NUMERIC(12, 4), 
	percentile_90 NUMERIC(12, 4), 
	sample_size INTEGER, 
	data_source VARCHAR(255), 
	unit_of_measure VARCHAR(50), 
	period VARCHAR(20), 
	as_of_date DATE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_benchmark_data PRIMARY KEY (id), 
	CONSTRAINT ck_benchmark_data_percentiles_are_in_order CHECK ((percentile_25 IS NULL OR percentile_50 IS NULL OR percentile_25 <= percentile_50) AND (percentile_50 IS NULL OR percentile_75 IS NULL OR percentile_50 <= percentile_75) AND (percentile_75 IS NULL OR percentile_90 IS NULL OR percentile_75 <= percentile_90)), 
	CONSTRAINT ck_benchmark_data_sample_size_is_above_0 CHECK (sample_size > 0), 
	CONSTRAINT uq_benchmark_data_tenant_id_metric_name_industry_type__c2a1cd0a UNIQUE NULLS NOT DISTINCT (tenant_id, metric_name, industry_type, fleet_size_category, region, period)
)
;
CREATE INDEX ix_benchmark_data_benchmark_category_industry_type_fle_24a9d127 ON benchmark_data (benchmark_category, industry_type, fleet_size_category)
;
CREATE INDEX ix_benchmark_data_metric_name_region_period ON benchmark_data (metric_name, region, period)
;
CREATE INDEX ix_benchmark_data_tenant_id_as_of_date ON benchmark_data (tenant_id, as_of_date DESC)
;
CREATE INDEX ix_benchmark_data_tenant_id_benchmark_category ON benchmark_data (tenant_id, benchmark_category)
;
COMMENT ON TABLE benchmark_data IS 'Industry benchmark comparisons'
;
COMMENT ON COLUMN benchmark_data.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN benchmark_data.benchmark_category IS 'Such as fuel_efficiency, maintenance_cost, safety'
;
COMMENT ON COLUMN benchmark_data.metric_name IS 'Such as cost_per_mile, mpg, preventable_accidents_per_million_miles'
;
COMMENT ON COLUMN benchmark_data.industry_type IS 'Such as transportation, utilities, government, construction'
;
COMMENT ON COLUMN benchmark_data.fleet_size_category IS 'Such as small, medium, large, enterprise'
;
COMMENT ON COLUMN benchmark_data.benchmark_value IS 'Mean, in the unit of measure'
;
COMMENT ON COLUMN benchmark_data.percentile_50 IS 'Median'
;
COMMENT ON COLUMN benchmark_data.sample_size IS 'Fleets behind the figure'
;
COMMENT ON COLUMN benchmark_data.data_source IS 'Who published it'
;
COMMENT ON COLUMN benchmark_data.period IS 'Such as 2024-Q4, 2024'
;
CREATE TABLE budget_allocations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	fiscal_year INTEGER NOT NULL, 
	fiscal_period VARCHAR(20), 
	department VARCHAR(100), 
	department_id UUID, 
	cost_center VARCHAR(100), 
	category VARCHAR(100), 
	allocated_amount NUMERIC(12, 2) NOT NULL, 
	spent_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	committed_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	remaining_amount NUMERIC(12, 2) GENERATED ALWAYS AS (allocated_amount - spent_amount - committed_amount) STORED, 
	percent_utilized NUMERIC(17, 2) GENERATED ALWAYS AS ((spent_amount + committed_amount) / NULLIF(allocated_amount, 0) * 100) STORED, 
	warn_at_percent NUMERIC(5, 2) DEFAULT '80' NOT NULL, 
	critical_at_percent NUMERIC(5, 2) DEFAULT '95' NOT NULL, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_budget_allocations PRIMARY KEY (id), 
	CONSTRAINT ck_budget_allocations_amounts_from_zero CHECK (allocated_amount >= 0 AND spent_amount >= 0 AND committed_amount >= 0), 
	CONSTRAINT ck_budget_allocations_critical_comes_after_warning CHECK (warn_at_percent > 0 AND critical_at_percent >= warn_at_percent)
)
;
CREATE INDEX ix_budget_allocations_department_category ON budget_allocations (department, category)
;
CREATE INDEX ix_budget_allocations_department_id ON budget_allocations (department_id)
;
CREATE INDEX ix_budget_allocations_tenant_id_category ON budget_allocations (tenant_id, category)
;
CREATE INDEX ix_budget_allocations_tenant_id_cost_center ON budget_allocations (tenant_id, cost_center)
;
CREATE INDEX ix_budget_allocations_tenant_id_fiscal_year_fiscal_period ON budget_allocations (tenant_id, fiscal_year, fiscal_period)
;
CREATE UNIQUE INDEX uq_budget_allocations_line ON budget_allocations (tenant_id, fiscal_year, fiscal_period, department, cost_center, category) NULLS NOT DISTINCT
;
CREATE UNIQUE INDEX uq_budget_allocations_tenant_id_id ON budget_allocations (tenant_id, id)
;
COMMENT ON TABLE budget_allocations IS 'Department/fleet budget tracking'
;
COMMENT ON COLUMN budget_allocations.fiscal_period IS 'Such as Q1, Q2, Q3, Q4, JAN, FEB; null: the whole year'
;
COMMENT ON COLUMN budget_allocations.department IS 'Name as in the budget'
;
COMMENT ON COLUMN budget_allocations.category IS 'Such as fuel, maintenance, insurance, depreciation'
;
COMMENT ON COLUMN budget_allocations.committed_amount IS 'POs not yet invoiced'
;
COMMENT ON COLUMN budget_allocations.percent_utilized IS 'Percent of the allocation that is spent or committed'
;
COMMENT ON COLUMN budget_allocations.warn_at_percent IS 'Percent used from which it warns'
;
COMMENT ON COLUMN budget_allocations.critical_at_percent IS 'Percent used from which it is critical'
;
CREATE TABLE calendar_integrations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	provider VARCHAR(50), 
	calendar_id VARCHAR(255) NOT NULL, 
	calendar_name VARCHAR(500), 
	is_primary BOOLEAN DEFAULT 'false' NOT NULL, 
	is_enabled BOOLEAN DEFAULT 'true' NOT NULL, 
	sync_direction VARCHAR(20), 
	sync_vehicle_reservations BOOLEAN DEFAULT 'true' NOT NULL, 
	sync_maintenance_appointments BOOLEAN DEFAULT 'true' NOT NULL, 
	sync_safety_meetings BOOLEAN DEFAULT 'false' NOT NULL, 
	last_sync_at TIMESTAMP WITH TIME ZONE, 
	sync_status VARCHAR(20), 
	access_token_encrypted TEXT, 
	access_token_encrypted_ciphertext BYTEA, 
	refresh_token_encrypted TEXT, 
	refresh_token_encrypted_ciphertext BYTEA, 
	token_expires_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_calendar_integrations PRIMARY KEY (id), 
	CONSTRAINT ck_calendar_integrations_sync_direction CHECK (sync_direction IN ('one_way', 'two_way')), 
	CONSTRAINT ck_calendar_integrations_sync_status CHECK (sync_status IN ('success', 'failed', 'in_progress')), 
	CONSTRAINT uq_calendar_integrations_tenant_id_user_id_provider_calendar_id UNIQUE (tenant_id, user_id, provider, calendar_id)
)
;
CREATE INDEX ix_calendar_integrations_last_sync_at_is_enabled ON calendar_integrations (last_sync_at, is_enabled)
;
CREATE INDEX ix_calendar_integrations_tenant_id_calendar_name_id ON calendar_integrations (tenant_id, calendar_name, id)
;
CREATE INDEX ix_calendar_integrations_user_id_provider_is_enabled ON calendar_integrations (user_id, provider, is_enabled)
;
CREATE UNIQUE INDEX uq_calendar_integrations_tenant_id_id ON calendar_integrations (tenant_id, id)
;
CREATE UNIQUE INDEX uq_calendar_integrations_tenant_id_user_id_is_primary ON calendar_integrations (tenant_id, user_id) WHERE is_primary
;
COMMENT ON TABLE calendar_integrations IS 'External calendar sync configuration'
;
COMMENT ON COLUMN calendar_integrations.user_id IS 'Whose calendar it is'
;
COMMENT ON COLUMN calendar_integrations.provider IS 'Such as microsoft, google'
;
COMMENT ON COLUMN calendar_integrations.calendar_id IS 'Its identifier at the provider'
;
COMMENT ON COLUMN calendar_integrations.is_primary IS 'Where new events go; one for each person'
;
COMMENT ON COLUMN calendar_integrations.sync_direction IS 'one_way: from here to there only'
;
COMMENT ON COLUMN calendar_integrations.sync_status IS 'Of the last run; null: never ran'
;
COMMENT ON COLUMN calendar_integrations.access_token_encrypted IS 'Masked'
;
COMMENT ON COLUMN calendar_integrations.refresh_token_encrypted IS 'Masked'
;
CREATE TABLE comments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	record_type VARCHAR(63) NOT NULL, 
	record_id UUID NOT NULL, 
	author_user_id UUID NOT NULL, 
	body TEXT NOT NULL, 
	reply_to_comment_id UUID, 
	mentioned_user_ids UUID[], 
	status VARCHAR(20) DEFAULT 'visible' NOT NULL, 
	edited_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	deleted_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_comments PRIMARY KEY (id), 
	CONSTRAINT ck_comments_status CHECK (status IN ('visible', 'removed')), 
	CONSTRAINT ck_comments_comment_does_not_reply_to_itself CHECK (reply_to_comment_id <> id)
)
;
CREATE INDEX ix_comments_tenant_id_author_user_id ON comments (tenant_id, author_user_id)
;
CREATE INDEX ix_comments_tenant_id_created_at_id ON comments (tenant_id, created_at DESC, id DESC)
;
CREATE INDEX ix_comments_tenant_id_record_id_created_at ON comments (tenant_id, record_id, created_at)
;
CREATE INDEX ix_comments_tenant_id_reply_to_comment_id ON comments (tenant_id, reply_to_comment_id)
;
CREATE UNIQUE INDEX uq_comments_tenant_id_id ON comments (tenant_id, id)
;
COMMENT ON TABLE comments IS 'Remarks of people on records of any kind'
;
COMMENT ON COLUMN comments.record_type IS 'Table of the record, such as vehicles or maintenance_records'
;
COMMENT ON COLUMN comments.record_id IS 'The record that it is about'
;
COMMENT ON COLUMN comments.body IS 'Plain text'
;
COMMENT ON COLUMN comments.reply_to_comment_id IS 'null: begins a thread'
;
COMMENT ON COLUMN comments.mentioned_user_ids IS 'People who are to see it'
;
COMMENT ON COLUMN comments.edited_at IS 'null: as it was first written'
;
CREATE TABLE compliance_checklist_completions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	completion_number VARCHAR(50) NOT NULL, 
	checklist_id UUID NOT NULL, 
	vehicle_id UUID, 
	driver_id UUID, 
	facility_id UUID, 
	assigned_to_user_id UUID, 
	due_on DATE, 
	status VARCHAR(20) DEFAULT 'assigned' NOT NULL, 
	answers JSONB, 
	passed BOOLEAN, 
	score_percent NUMERIC(5, 2), 
	notes TEXT, 
	started_at TIMESTAMP WITH TIME ZONE, 
	submitted_at TIMESTAMP WITH TIME ZONE, 
	submitted_by_user_id UUID, 
	signed_name VARCHAR(255), 
	signature TEXT, 
	reviewed_by_user_id UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	review_comment TEXT, 
	valid_until DATE, 
	requested_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_compliance_checklist_completions PRIMARY KEY (id), 
	CONSTRAINT ck_compliance_checklist_completions_status CHECK (status IN ('assigned', 'in_progress', 'submitted', 'approved', 'rejected', 'cancelled')), 
	CONSTRAINT ck_compliance_checklist_completions_about_one_of_them CHECK (num_nonnulls(vehicle_id, driver_id, facility_id) <= 1), 
	CONSTRAINT ck_compliance_checklist_completions_score_between_0_and_100 CHECK (score_percent BETWEEN 0 AND 100), 
	CONSTRAINT uq_compliance_checklist_completions_tenant_id_completion_number UNIQUE (tenant_id, completion_number)
)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_assigned_d591c621 ON compliance_checklist_completions (tenant_id, assigned_to_user_id)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_checklist_id ON compliance_checklist_completions (tenant_id, checklist_id)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_created_at ON compliance_checklist_completions (tenant_id, created_at DESC)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_driver_id ON compliance_checklist_completions (tenant_id, driver_id)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_due_on ON compliance_checklist_completions (tenant_id, due_on)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_facility_id ON compliance_checklist_completions (tenant_id, facility_id)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_status ON compliance_checklist_completions (tenant_id, status)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_submitted_at ON compliance_checklist_completions (tenant_id, submitted_at DESC)
;
CREATE INDEX ix_compliance_checklist_completions_tenant_id_vehicle_id ON compliance_checklist_completions (tenant_id, vehicle_id)
;
CREATE UNIQUE INDEX uq_compliance_checklist_completions_tenant_id_id ON compliance_checklist_completions (tenant_id, id)
;
COMMENT ON TABLE compliance_checklist_completions IS 'Checks that were asked for or done, with their answers'
;
COMMENT ON COLUMN compliance_checklist_completions.completion_number IS 'Such as CHK-2026-00044'
;
COMMENT ON COLUMN compliance_checklist_completions.assigned_to_user_id IS 'Who is to do it'
;
COMMENT ON COLUMN compliance_checklist_completions.answers IS 'A list of {key, value, passed, note, document_id}, one for each item'
;
COMMENT ON COLUMN compliance_checklist_completions.passed IS 'null: not yet judged'
;
COMMENT ON COLUMN compliance_checklist_completions.score_percent IS 'Share of items that passed, percent'
;
COMMENT ON COLUMN compliance_checklist_completions.signature IS 'Drawn signature as an SVG path'
;
COMMENT ON COLUMN compliance_checklist_completions.valid_until IS 'Last day for which it counts; null: for ever'
;
COMMENT ON COLUMN compliance_checklist_completions.requested_by_user_id IS 'null: by the schedule'
;
CREATE TABLE compliance_checklists (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	checklist_code VARCHAR(50) NOT NULL, 
	version_number INTEGER DEFAULT '1' NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	category VARCHAR(50), 
	description TEXT, 
	subject_type VARCHAR(20) DEFAULT 'organisation' NOT NULL, 
	items JSONB NOT NULL, 
	interval_days INTEGER, 
	due_days INTEGER DEFAULT '7' NOT NULL, 
	valid_days INTEGER, 
	passing_score_percent NUMERIC(5, 2), 
	requires_signature BOOLEAN DEFAULT 'false' NOT NULL, 
	requires_review BOOLEAN DEFAULT 'false' NOT NULL, 
	regulation_reference VARCHAR(255), 
	owner_user_id UUID, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	activated_at TIMESTAMP WITH TIME ZONE, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_compliance_checklists PRIMARY KEY (id), 
	CONSTRAINT ck_compliance_checklists_status CHECK (status IN ('draft', 'active', 'retired')), 
	CONSTRAINT ck_compliance_checklists_subject_type CHECK (subject_type IN ('vehicle', 'driver', 'facility', 'organisation')), 
	CONSTRAINT ck_compliance_checklists_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_compliance_checklists_interval_days_above_0 CHECK (interval_days > 0), 
	CONSTRAINT ck_compliance_checklists_valid_days_above_0 CHECK (valid_days > 0), 
	CONSTRAINT ck_compliance_checklists_due_days_not_negative CHECK (due_days >= 0), 
	CONSTRAINT ck_compliance_checklists_passing_score_between_0_and_100 CHECK (passing_score_percent BETWEEN 0 AND 100), 
	CONSTRAINT uq_compliance_checklists_tenant_id_checklist_code_vers_57401e42 UNIQUE (tenant_id, checklist_code, version_number)
)
;
CREATE INDEX ix_compliance_checklists_tenant_id_category ON compliance_checklists (tenant_id, category)
;
CREATE INDEX ix_compliance_checklists_tenant_id_name_id ON compliance_checklists (tenant_id, name, id)
;
CREATE INDEX ix_compliance_checklists_tenant_id_owner_user_id ON compliance_checklists (tenant_id, owner_user_id)
;
CREATE INDEX ix_compliance_checklists_tenant_id_status ON compliance_checklists (tenant_id, status)
;
CREATE INDEX ix_compliance_checklists_tenant_id_subject_type ON compliance_checklists (tenant_id, subject_type)
;
CREATE UNIQUE INDEX uq_compliance_checklists_tenant_id_checklist_code_active ON compliance_checklists (tenant_id, checklist_code) WHERE status = 'active'
;
CREATE UNIQUE INDEX uq_compliance_checklists_tenant_id_id ON compliance_checklists (tenant_id, id)
;
COMMENT ON TABLE compliance_checklists IS 'Lists of things to check, a row for each version'
;
COMMENT ON COLUMN compliance_checklists.checklist_code IS 'Short code, such as DQ-FILE; the same for all versions'
;
COMMENT ON COLUMN compliance_checklists.category IS 'Such as dot, osha, epa, driver_file, vehicle_handover, facility, fuel_site, security'
;
COMMENT ON COLUMN compliance_checklists.subject_type IS 'What is checked each time'
;
COMMENT ON COLUMN compliance_checklists.items IS 'A list of {key, question, answer_kind, is_required, is_critical, choices, min, max, unit, help, sop_id}'
;
COMMENT ON COLUMN compliance_checklists.interval_days IS 'Days between two checks; null: when somebody asks'
;
COMMENT ON COLUMN compliance_checklists.due_days IS 'Days to finish a check after it was asked for'
;
COMMENT ON COLUMN compliance_checklists.valid_days IS 'Days for which a passed check counts; null: for ever'
;
COMMENT ON COLUMN compliance_checklists.passing_score_percent IS 'Share of items that must pass, in percent; a failed critical item fails the check'
;
COMMENT ON COLUMN compliance_checklists.requires_review IS 'Somebody else must approve each check'
;
COMMENT ON COLUMN compliance_checklists.regulation_reference IS 'Law or standard behind it, such as 49 CFR 391.51'
;
CREATE TABLE compliance_documents (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_type VARCHAR(100) NOT NULL, 
	entity_type VARCHAR(50), 
	entity_id UUID, 
	document_number VARCHAR(100), 
	issuing_authority VARCHAR(255), 
	issue_date DATE, 
	expiration_date DATE, 
	renewal_required BOOLEAN DEFAULT 'true' NOT NULL, 
	renewal_reminder_days INTEGER DEFAULT '30' NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	document_url TEXT, 
	document_id UUID, 
	renewed_by_id UUID, 
	verification_method VARCHAR(100), 
	verified_by_user_id UUID, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	compliance_requirements TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_compliance_documents PRIMARY KEY (id), 
	CONSTRAINT ck_compliance_documents_status CHECK (status IN ('active', 'renewed')), 
	CONSTRAINT ck_compliance_documents_expiration_follows_the_issue CHECK (expiration_date >= issue_date), 
	CONSTRAINT ck_compliance_documents_reminder_days_from_zero CHECK (renewal_reminder_days >= 0), 
	CONSTRAINT ck_compliance_documents_a_document_does_not_renew_itself CHECK (renewed_by_id <> id)
)
;
CREATE INDEX ix_compliance_documents_entity_type_entity_id_expiration_date ON compliance_documents (entity_type, entity_id, expiration_date)
;
CREATE INDEX ix_compliance_documents_expiration_date_status ON compliance_documents (expiration_date, status)
;
CREATE INDEX ix_compliance_documents_tenant_id_document_type_status ON compliance_documents (tenant_id, document_type, status)
;
CREATE INDEX ix_compliance_documents_tenant_id_entity_id ON compliance_documents (tenant_id, entity_id)
;
CREATE INDEX ix_compliance_documents_tenant_id_expiration_date ON compliance_documents (tenant_id, expiration_date)
;
CREATE INDEX ix_compliance_documents_tenant_id_issue_date ON compliance_documents (tenant_id, issue_date DESC)
;
CREATE INDEX ix_compliance_documents_tenant_id_status ON compliance_documents (tenant_id, status)
;
CREATE UNIQUE INDEX uq_compliance_documents_tenant_id_id ON compliance_documents (tenant_id, id)
;
COMMENT ON TABLE compliance_documents IS 'Regulatory compliance documentation'
;
COMMENT ON COLUMN compliance_documents.document_type IS 'Such as DOT_annual_review, OSHA_log, EPA_report, insurance_certificate, license, medical_card, registration, permit'
;
COMMENT ON COLUMN compliance_documents.entity_type IS 'Such as fleet, vehicle, driver, facility; what the document is about'
;
COMMENT ON COLUMN compliance_documents.entity_id IS 'The vehicle, driver, facility or vendor; null for the fleet'
;
COMMENT ON COLUMN compliance_documents.expiration_date IS 'Last day on which it is valid; null: for good'
;
COMMENT ON COLUMN compliance_documents.renewal_reminder_days IS 'Days before the expiry from which it counts as expiring soon'
;
COMMENT ON COLUMN compliance_documents.status IS 'What was decided; current_status also knows the expiry'
;
COMMENT ON COLUMN compliance_documents.document_id IS 'The file, when it is kept here'
;
COMMENT ON COLUMN compliance_documents.renewed_by_id IS 'The document that took its place'
;
COMMENT ON COLUMN compliance_documents.verification_method IS 'Such as original_seen, online_check, phone_call, copy'
;
COMMENT ON COLUMN compliance_documents.compliance_requirements IS 'What the rule asks for, and where'
;
CREATE TABLE corrective_actions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	description TEXT, 
	action_type VARCHAR(50), 
	incident_id UUID, 
	accident_report_id UUID, 
	safety_meeting_id UUID, 
	driver_id UUID, 
	vehicle_id UUID, 
	assigned_to_user_id UUID, 
	priority VARCHAR(20) DEFAULT 'medium' NOT NULL, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	due_on DATE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	completed_by_user_id UUID, 
	completion_notes TEXT, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	verified_by_user_id UUID, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_corrective_actions PRIMARY KEY (id), 
	CONSTRAINT ck_corrective_actions_status CHECK (status IN ('open', 'in_progress', 'completed', 'verified', 'cancelled')), 
	CONSTRAINT ck_corrective_actions_priority CHECK (priority IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_corrective_actions_it_comes_from_one_record CHECK (num_nonnulls(incident_id, accident_report_id, safety_meeting_id) <= 1)
)
;
CREATE INDEX ix_corrective_actions_accident_report_id ON corrective_actions (accident_report_id)
;
CREATE INDEX ix_corrective_actions_driver_id ON corrective_actions (driver_id)
;
CREATE INDEX ix_corrective_actions_incident_id ON corrective_actions (incident_id)
;
CREATE INDEX ix_corrective_actions_safety_meeting_id ON corrective_actions (safety_meeting_id)
;
CREATE INDEX ix_corrective_actions_tenant_id_assigned_to_user_id ON corrective_actions (tenant_id, assigned_to_user_id)
;
CREATE INDEX ix_corrective_actions_tenant_id_due_on ON corrective_actions (tenant_id, due_on)
;
CREATE INDEX ix_corrective_actions_tenant_id_status_due_on ON corrective_actions (tenant_id, status, due_on)
;
CREATE INDEX ix_corrective_actions_vehicle_id ON corrective_actions (vehicle_id)
;
CREATE UNIQUE INDEX uq_corrective_actions_tenant_id_id ON corrective_actions (tenant_id, id)
;
COMMENT ON TABLE corrective_actions IS 'What has to be done after incidents, accidents and meetings, by whom and until when'
;
COMMENT ON COLUMN corrective_actions.action_type IS 'Such as coaching, training, repair, procedure, equipment, discipline'
;
COMMENT ON COLUMN corrective_actions.driver_id IS 'Driver it is about'
;
COMMENT ON COLUMN corrective_actions.vehicle_id IS 'Vehicle it is about'
;
COMMENT ON COLUMN corrective_actions.assigned_to_user_id IS 'Who has to do it'
;
COMMENT ON COLUMN corrective_actions.verified_at IS 'When somebody else saw that it works'
;
CREATE TABLE cost_allocations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id UUID NOT NULL, 
	allocation_date DATE NOT NULL, 
	department VARCHAR(100), 
	department_id UUID, 
	cost_center VARCHAR(100), 
	project_code VARCHAR(100), 
	vehicle_id UUID, 
	allocated_amount NUMERIC(12, 2) NOT NULL, 
	allocation_percentage NUMERIC(5, 2), 
	allocation_method VARCHAR(50), 
	notes TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_cost_allocations PRIMARY KEY (id), 
	CONSTRAINT ck_cost_allocations_allocation_method CHECK (allocation_method IN ('manual', 'automatic', 'usage_based')), 
	CONSTRAINT ck_cost_allocations_allocated_amount_from_zero CHECK (allocated_amount >= 0), 
	CONSTRAINT ck_cost_allocations_percentage_from_0_to_100 CHECK (allocation_percentage BETWEEN 0 AND 100)
)
;
CREATE INDEX ix_cost_allocations_department_cost_center ON cost_allocations (department, cost_center)
;
CREATE INDEX ix_cost_allocations_department_id ON cost_allocations (department_id)
;
CREATE INDEX ix_cost_allocations_source_type_source_id ON cost_allocations (source_type, source_id)
;
CREATE INDEX ix_cost_allocations_tenant_id_allocation_date ON cost_allocations (tenant_id, allocation_date DESC)
;
CREATE INDEX ix_cost_allocations_tenant_id_project_code ON cost_allocations (tenant_id, project_code)
;
CREATE INDEX ix_cost_allocations_tenant_id_source_id ON cost_allocations (tenant_id, source_id)
;
CREATE INDEX ix_cost_allocations_vehicle_id ON cost_allocations (vehicle_id)
;
CREATE UNIQUE INDEX uq_cost_allocations_tenant_id_id ON cost_allocations (tenant_id, id)
;
COMMENT ON TABLE cost_allocations IS 'Allocate expenses to departments/projects'
;
COMMENT ON COLUMN cost_allocations.source_type IS 'Such as expense, invoice, fuel_transaction, maintenance_record'
;
COMMENT ON COLUMN cost_allocations.source_id IS 'The record whose cost is charged'
;
COMMENT ON COLUMN cost_allocations.department IS 'Name as in the budget'
;
COMMENT ON COLUMN cost_allocations.allocation_percentage IS 'Percent of the record''s amount'
;
CREATE TABLE counters (
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	year INTEGER NOT NULL, 
	value BIGINT NOT NULL, 
	CONSTRAINT pk_counters PRIMARY KEY (tenant_id, name, year)
)
;
COMMENT ON TABLE counters IS 'Last business number given, by kind of record and year'
;
COMMENT ON COLUMN counters.name IS 'Table that is numbered'
;
COMMENT ON COLUMN counters.year IS '0 for numbers that go on for ever'
;
CREATE TABLE damage_marks (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	damage_report_id UUID NOT NULL, 
	view VARCHAR(20) NOT NULL, 
	x NUMERIC(6, 5) DEFAULT '0.5' NOT NULL, 
	y NUMERIC(6, 5) DEFAULT '0.5' NOT NULL, 
	model_x DOUBLE PRECISION, 
	model_y DOUBLE PRECISION, 
	model_z DOUBLE PRECISION, 
	vehicle_part VARCHAR(100), 
	damage_type VARCHAR(50), 
	severity VARCHAR(20) DEFAULT 'minor' NOT NULL, 
	length_mm INTEGER, 
	photo_url TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_damage_marks PRIMARY KEY (id), 
	CONSTRAINT ck_damage_marks_view CHECK (view IN ('front', 'rear', 'left', 'right', 'top', 'interior', 'model_3d')), 
	CONSTRAINT ck_damage_marks_severity CHECK (severity IN ('cosmetic', 'minor', 'moderate', 'major', 'total_loss')), 
	CONSTRAINT ck_damage_marks_a_pin_is_on_the_diagram CHECK (x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1), 
	CONSTRAINT ck_damage_marks_a_point_on_the_model_has_three_numbers CHECK (num_nonnulls(model_x, model_y, model_z) IN (0, 3))
)
;
CREATE INDEX ix_damage_marks_damage_report_id ON damage_marks (damage_report_id)
;
CREATE UNIQUE INDEX uq_damage_marks_tenant_id_id ON damage_marks (tenant_id, id)
;
COMMENT ON TABLE damage_marks IS 'Where on the vehicle a damage is: pins on a diagram or a 3D model'
;
COMMENT ON COLUMN damage_marks.view IS 'Side of the vehicle that the diagram shows'
;
COMMENT ON COLUMN damage_marks.x IS '0 at the left edge of the diagram, 1 at the right'
;
COMMENT ON COLUMN damage_marks.y IS '0 at the top of the diagram, 1 at the bottom'
;
COMMENT ON COLUMN damage_marks.model_x IS 'Point on the 3D model, metres'
;
COMMENT ON COLUMN damage_marks.model_y IS 'Point on the 3D model, metres'
;
COMMENT ON COLUMN damage_marks.model_z IS 'Point on the 3D model, metres'
;
COMMENT ON COLUMN damage_marks.vehicle_part IS 'Such as front_bumper, hood, windshield, left_front_door, rear_lamp, roof, wheel'
;
COMMENT ON COLUMN damage_marks.damage_type IS 'Such as scratch, dent, crack, broken, missing, puncture, corrosion'
;
COMMENT ON COLUMN damage_marks.length_mm IS 'Longest extent, mm'
;
CREATE TABLE damage_reports (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	report_number VARCHAR(50) NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	incident_id UUID, 
	safety_inspection_id UUID, 
	title VARCHAR(255) NOT NULL, 
	description TEXT, 
	damage_type VARCHAR(50), 
	vehicle_part VARCHAR(100), 
	severity VARCHAR(20) DEFAULT 'minor' NOT NULL, 
	is_drivable BOOLEAN DEFAULT 'true' NOT NULL, 
	status VARCHAR(20) DEFAULT 'reported' NOT NULL, 
	reported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE, 
	odometer INTEGER, 
	location TEXT, 
	photos TEXT[], 
	video_urls TEXT[], 
	estimated_cost NUMERIC(12, 2), 
	actual_cost NUMERIC(12, 2), 
	assessed_by_user_id UUID, 
	assessed_at TIMESTAMP WITH TIME ZONE, 
	work_order_id UUID, 
	repaired_on DATE, 
	resolution_note TEXT, 
	reported_by_user_id UUID, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_damage_reports PRIMARY KEY (id), 
	CONSTRAINT ck_damage_reports_severity CHECK (severity IN ('cosmetic', 'minor', 'moderate', 'major', 'total_loss')), 
	CONSTRAINT ck_damage_reports_status CHECK (status IN ('reported', 'assessed', 'repair_scheduled', 'repaired', 'accepted', 'dismissed')), 
	CONSTRAINT ck_damage_reports_costs_from_zero CHECK (estimated_cost >= 0 AND actual_cost >= 0), 
	CONSTRAINT uq_damage_reports_tenant_id_report_number UNIQUE (tenant_id, report_number)
)
;
CREATE INDEX ix_damage_reports_driver_id_reported_at ON damage_reports (driver_id, reported_at DESC)
;
CREATE INDEX ix_damage_reports_incident_id ON damage_reports (incident_id)
;
CREATE INDEX ix_damage_reports_tenant_id_reported_at ON damage_reports (tenant_id, reported_at DESC)
;
CREATE INDEX ix_damage_reports_tenant_id_severity ON damage_reports (tenant_id, severity)
;
CREATE INDEX ix_damage_reports_tenant_id_status_reported_at ON damage_reports (tenant_id, status, reported_at DESC)
;
CREATE INDEX ix_damage_reports_vehicle_id_reported_at ON damage_reports (vehicle_id, reported_at DESC)
;
CREATE INDEX ix_damage_reports_work_order_id ON damage_reports (work_order_id)
;
CREATE UNIQUE INDEX uq_damage_reports_tenant_id_id ON damage_reports (tenant_id, id)
;
COMMENT ON TABLE damage_reports IS 'Damage to vehicles, with photos and pins on a diagram, until it is repaired or accepted'
;
COMMENT ON COLUMN damage_reports.driver_id IS 'Who drove when it happened, if known'
;
COMMENT ON COLUMN damage_reports.safety_inspection_id IS 'Inspection that found it'
;
COMMENT ON COLUMN damage_reports.title IS 'In a few words, such as rear bumper scratched'
;
COMMENT ON COLUMN damage_reports.damage_type IS 'Such as scratch, dent, crack, broken, missing, puncture, corrosion, interior'
;
COMMENT ON COLUMN damage_reports.vehicle_part IS 'Such as front_bumper, hood, windshield, left_front_door, rear_lamp, roof, wheel'
;
COMMENT ON COLUMN damage_reports.is_drivable IS 'The vehicle may be used as it is'
;
COMMENT ON COLUMN damage_reports.occurred_at IS 'When it happened, if known'
;
COMMENT ON COLUMN damage_reports.odometer IS 'km'
;
COMMENT ON COLUMN damage_reports.photos IS 'URLs of photos; those of one spot are on its damage mark'
;
COMMENT ON COLUMN damage_reports.work_order_id IS 'Work order that repairs it'
;
COMMENT ON COLUMN damage_reports.resolution_note IS 'Why it was accepted or dismissed'
;
CREATE TABLE dashboards (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	dashboard_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	dashboard_type VARCHAR(50), 
	layout_config JSONB, 
	widgets JSONB, 
	refresh_interval_seconds INTEGER DEFAULT '300' NOT NULL, 
	is_default BOOLEAN DEFAULT 'false' NOT NULL, 
	is_public BOOLEAN DEFAULT 'false' NOT NULL, 
	access_control JSONB, 
	created_by_user_id UUID NOT NULL, 
	last_viewed_at TIMESTAMP WITH TIME ZONE, 
	view_count INTEGER DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_dashboards PRIMARY KEY (id), 
	CONSTRAINT ck_dashboards_refresh_interval_is_at_least_10_seconds CHECK (refresh_interval_seconds >= 10), 
	CONSTRAINT ck_dashboards_view_count_is_not_negative CHECK (view_count >= 0)
)
;
CREATE INDEX ix_dashboards_tenant_id_created_by_user_id ON dashboards (tenant_id, created_by_user_id)
;
CREATE INDEX ix_dashboards_tenant_id_dashboard_name_id ON dashboards (tenant_id, dashboard_name, id)
;
CREATE INDEX ix_dashboards_tenant_id_dashboard_type ON dashboards (tenant_id, dashboard_type)
;
CREATE INDEX ix_dashboards_tenant_id_is_default_is_public ON dashboards (tenant_id, is_default, is_public)
;
CREATE UNIQUE INDEX uq_dashboards_default_of_owner ON dashboards (tenant_id, created_by_user_id) WHERE is_default
;
CREATE UNIQUE INDEX uq_dashboards_tenant_id_id ON dashboards (tenant_id, id)
;
COMMENT ON TABLE dashboards IS 'Custom user dashboards'
;
COMMENT ON COLUMN dashboards.dashboard_type IS 'Such as executive, operational, financial, safety, custom'
;
COMMENT ON COLUMN dashboards.layout_config IS 'Grid layout configuration: columns, row height, gap'
;
COMMENT ON COLUMN dashboards.widgets IS '[{widget_id, type, config, position, size}]'
;
COMMENT ON COLUMN dashboards.refresh_interval_seconds IS 'Seconds, at least 10'
;
COMMENT ON COLUMN dashboards.is_default IS 'What its owner sees first; one for each owner'
;
COMMENT ON COLUMN dashboards.is_public IS 'Everybody here may see it'
;
COMMENT ON COLUMN dashboards.access_control IS 'Who else may see it: users, roles, departments'
;
CREATE TABLE data_retention_policies (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_name VARCHAR(255) NOT NULL, 
	table_name VARCHAR(100) NOT NULL, 
	retention_days INTEGER NOT NULL, 
	archive_before_delete BOOLEAN DEFAULT 'true' NOT NULL, 
	archive_storage_location TEXT, 
	delete_condition JSONB, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	last_executed_at TIMESTAMP WITH TIME ZONE, 
	records_archived BIGINT DEFAULT '0' NOT NULL, 
	records_deleted BIGINT DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_data_retention_policies PRIMARY KEY (id), 
	CONSTRAINT ck_data_retention_policies_retention_days_is_above_0 CHECK (retention_days > 0), 
	CONSTRAINT ck_data_retention_policies_table_name_is_the_name_of_a_table CHECK (table_name ~ '^[a-z][a-z0-9_]*$'), 
	CONSTRAINT ck_data_retention_policies_record_counts_are_not_negative CHECK (records_archived >= 0 AND records_deleted >= 0), 
	CONSTRAINT uq_data_retention_policies_tenant_id_policy_name UNIQUE (tenant_id, policy_name)
)
;
CREATE INDEX ix_data_retention_policies_tenant_id_last_executed_at ON data_retention_policies (tenant_id, last_executed_at DESC)
;
CREATE INDEX ix_data_retention_policies_tenant_id_table_name_is_active ON data_retention_policies (tenant_id, table_name, is_active)
;
CREATE UNIQUE INDEX uq_data_retention_policies_tenant_id_id ON data_retention_policies (tenant_id, id)
;
COMMENT ON TABLE data_retention_policies IS 'Automated data lifecycle management'
;
COMMENT ON COLUMN data_retention_policies.table_name IS 'Such as vehicle_locations, obd_telemetry, user_activity_log'
;
COMMENT ON COLUMN data_retention_policies.retention_days IS 'Days after which a row may go'
;
COMMENT ON COLUMN data_retention_policies.archive_storage_location IS 'Folder in the file store; null: archive'
;
COMMENT ON COLUMN data_retention_policies.delete_condition IS 'Which of them go, as the list filters of the API: {"status": "closed"}; null: all'
;
COMMENT ON COLUMN data_retention_policies.records_archived IS 'In all runs'
;
COMMENT ON COLUMN data_retention_policies.records_deleted IS 'In all runs'
;
CREATE TABLE defects (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	defect_number VARCHAR(50) NOT NULL, 
	vehicle_id UUID NOT NULL, 
	description TEXT NOT NULL, 
	severity VARCHAR(20) DEFAULT 'minor' NOT NULL, 
	is_unsafe BOOLEAN DEFAULT 'false' NOT NULL, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	component VARCHAR(100), 
	system_code VARCHAR(20), 
	position VARCHAR(50), 
	source VARCHAR(50) DEFAULT 'driver' NOT NULL, 
	inspection_id UUID, 
	inspection_item VARCHAR(255), 
	reported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	reported_by_driver_id UUID, 
	reported_by_user_id UUID, 
	odometer INTEGER, 
	photos TEXT[], 
	work_order_id UUID, 
	deferred_until DATE, 
	deferral_reason TEXT, 
	repaired_at TIMESTAMP WITH TIME ZONE, 
	repaired_by_technician_id UUID, 
	resolution_notes TEXT, 
	certified_at TIMESTAMP WITH TIME ZONE, 
	certified_by_user_id UUID, 
	certifier_signature TEXT, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	reviewed_by_user_id UUID, 
	reviewer_signature TEXT, 
	reopen_reason TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_defects PRIMARY KEY (id), 
	CONSTRAINT ck_defects_severity CHECK (severity IN ('minor', 'major', 'critical')), 
	CONSTRAINT ck_defects_status CHECK (status IN ('open', 'in_repair', 'deferred', 'repaired', 'certified', 'dismissed')), 
	CONSTRAINT ck_defects_odometer_not_negative CHECK (odometer >= 0), 
	CONSTRAINT ck_defects_a_defect_that_affects_safety_is_not_deferred CHECK (status <> 'deferred' OR NOT is_unsafe), 
	CONSTRAINT uq_defects_tenant_id_defect_number UNIQUE (tenant_id, defect_number), 
	CONSTRAINT uq_defects_tenant_id_inspection_id_inspection_item UNIQUE (tenant_id, inspection_id, inspection_item)
)
;
CREATE INDEX ix_defects_reported_by_driver_id ON defects (reported_by_driver_id)
;
CREATE INDEX ix_defects_tenant_id_deferred_until_id ON defects (tenant_id, deferred_until, id)
;
CREATE INDEX ix_defects_tenant_id_reported_at_id ON defects (tenant_id, reported_at, id)
;
CREATE INDEX ix_defects_tenant_id_severity ON defects (tenant_id, severity)
;
CREATE INDEX ix_defects_tenant_id_status ON defects (tenant_id, status)
;
CREATE INDEX ix_defects_vehicle_id_status ON defects (vehicle_id, status)
;
CREATE INDEX ix_defects_work_order_id ON defects (work_order_id)
;
CREATE UNIQUE INDEX uq_defects_tenant_id_id ON defects (tenant_id, id)
;
COMMENT ON TABLE defects IS 'Defects of vehicles, from the report to the certified repair'
;
COMMENT ON COLUMN defects.defect_number IS 'Business number; given when left out'
;
COMMENT ON COLUMN defects.description IS 'What is wrong'
;
COMMENT ON COLUMN defects.is_unsafe IS 'Likely to affect safe operation: the vehicle is not used until it is certified'
;
COMMENT ON COLUMN defects.component IS 'Such as service_brakes, tires, steering, lights, mirrors, wipers, coupling'
;
COMMENT ON COLUMN defects.system_code IS 'By VMRS or a code of one''s own'
;
COMMENT ON COLUMN defects.position IS 'Where on the vehicle, such as left_front, right_rear_outer'
;
COMMENT ON COLUMN defects.source IS 'Such as driver, inspection, technician, trouble_code, roadside_inspection'
;
COMMENT ON COLUMN defects.inspection_item IS 'Item of the checklist that failed; gives one defect an inspection'
;
COMMENT ON COLUMN defects.odometer IS 'When it was found, kilometres'
;
COMMENT ON COLUMN defects.photos IS 'Addresses of pictures'
;
COMMENT ON COLUMN defects.work_order_id IS 'Work order that repairs it'
;
COMMENT ON COLUMN defects.deferred_until IS 'To be looked at again on this day'
;
COMMENT ON COLUMN defects.resolution_notes IS 'What was done, or why no repair is needed'
;
COMMENT ON COLUMN defects.certified_at IS 'Certified that it is repaired or needs no repair (49 CFR 396.11)'
;
COMMENT ON COLUMN defects.certifier_signature IS 'Base64 image'
;
COMMENT ON COLUMN defects.reviewed_at IS 'The next driver read the certification and signed (49 CFR 396.13)'
;
COMMENT ON COLUMN defects.reviewer_signature IS 'Base64 image'
;
COMMENT ON COLUMN defects.reopen_reason IS 'Why it was taken up again'
;
CREATE TABLE depreciation_entries (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	depreciation_schedule_id UUID NOT NULL, 
	period VARCHAR(20) NOT NULL, 
	period_start_date DATE NOT NULL, 
	period_end_date DATE NOT NULL, 
	depreciation_amount NUMERIC(12, 2) NOT NULL, 
	beginning_book_value NUMERIC(12, 2), 
	ending_book_value NUMERIC(12, 2), 
	miles_driven INTEGER, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_depreciation_entries PRIMARY KEY (id), 
	CONSTRAINT ck_depreciation_entries_end_after_start CHECK (period_end_date >= period_start_date), 
	CONSTRAINT ck_depreciation_entries_amounts_from_zero CHECK (depreciation_amount >= 0 AND miles_driven >= 0), 
	CONSTRAINT ck_depreciation_entries_beginning_less_depreciation_is_the_end CHECK (beginning_book_value - depreciation_amount = ending_book_value), 
	CONSTRAINT uq_depreciation_entries_tenant_id_depreciation_schedul_3136b6ae UNIQUE (tenant_id, depreciation_schedule_id, period)
)
;
CREATE INDEX ix_depreciation_entries_depreciation_schedule_id_period ON depreciation_entries (depreciation_schedule_id, period DESC)
;
CREATE INDEX ix_depreciation_entries_tenant_id_period ON depreciation_entries (tenant_id, period)
;
CREATE INDEX ix_depreciation_entries_tenant_id_period_start_date ON depreciation_entries (tenant_id, period_start_date DESC)
;
CREATE UNIQUE INDEX uq_depreciation_entries_tenant_id_id ON depreciation_entries (tenant_id, id)
;
COMMENT ON TABLE depreciation_entries IS 'Periodic depreciation journal entries'
;
COMMENT ON COLUMN depreciation_entries.period IS 'Such as YYYY-MM'
;
COMMENT ON COLUMN depreciation_entries.miles_driven IS 'Miles in the period, for units of production'
;
CREATE TABLE depreciation_schedules (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	depreciation_method VARCHAR(50) DEFAULT 'straight_line' NOT NULL, 
	declining_factor NUMERIC(4, 2) DEFAULT '2' NOT NULL, 
	purchase_price NUMERIC(12, 2) NOT NULL, 
	salvage_value NUMERIC(12, 2) NOT NULL, 
	useful_life_years INTEGER, 
	useful_life_miles INTEGER, 
	depreciation_start_date DATE NOT NULL, 
	current_book_value NUMERIC(12, 2), 
	accumulated_depreciation NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_depreciation_schedules PRIMARY KEY (id), 
	CONSTRAINT ck_depreciation_schedules_depreciation_method CHECK (depreciation_method IN ('straight_line', 'declining_balance', 'units_of_production')), 
	CONSTRAINT ck_depreciation_schedules_amounts_from_zero CHECK (purchase_price >= 0 AND salvage_value >= 0 AND accumulated_depreciation >= 0), 
	CONSTRAINT ck_depreciation_schedules_salvage_value_within_the_price CHECK (salvage_value <= purchase_price), 
	CONSTRAINT ck_depreciation_schedules_book_value_between_salvage_and_price CHECK (current_book_value BETWEEN salvage_value AND purchase_price), 
	CONSTRAINT ck_depreciation_schedules_useful_life_above_zero CHECK (useful_life_years > 0 AND useful_life_miles > 0), 
	CONSTRAINT ck_depreciation_schedules_declining_factor_above_zero CHECK (declining_factor > 0)
)
;
CREATE INDEX ix_depreciation_schedules_tenant_id_depreciation_method ON depreciation_schedules (tenant_id, depreciation_method)
;
CREATE INDEX ix_depreciation_schedules_tenant_id_depreciation_start_date ON depreciation_schedules (tenant_id, depreciation_start_date DESC)
;
CREATE INDEX ix_depreciation_schedules_tenant_id_is_active ON depreciation_schedules (tenant_id, is_active)
;
CREATE INDEX ix_depreciation_schedules_vehicle_id ON depreciation_schedules (vehicle_id)
;
CREATE UNIQUE INDEX uq_depreciation_schedules_one_active ON depreciation_schedules (tenant_id, vehicle_id) WHERE is_active
;
CREATE UNIQUE INDEX uq_depreciation_schedules_tenant_id_id ON depreciation_schedules (tenant_id, id)
;
COMMENT ON TABLE depreciation_schedules IS 'Vehicle asset depreciation tracking'
;
COMMENT ON COLUMN depreciation_schedules.declining_factor IS 'Multiple of the straight-line rate for a declining balance; 2 is double declining'
;
COMMENT ON COLUMN depreciation_schedules.salvage_value IS 'What it is worth at the end'
;
COMMENT ON COLUMN depreciation_schedules.useful_life_years IS 'Years'
;
COMMENT ON COLUMN depreciation_schedules.useful_life_miles IS 'Miles, for units of production'
;
COMMENT ON COLUMN depreciation_schedules.current_book_value IS 'After the last entry; null before the first'
;
COMMENT ON COLUMN depreciation_schedules.is_active IS 'At most one a vehicle is'
;
CREATE TABLE document_ai_analysis (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_id UUID NOT NULL, 
	analysis_type VARCHAR(50) NOT NULL, 
	ai_model VARCHAR(100), 
	prompt_used TEXT, 
	response TEXT, 
	confidence_score NUMERIC(3, 2), 
	extracted_entities JSONB, 
	metadata JSONB, 
	analyzed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_ai_analysis PRIMARY KEY (id), 
	CONSTRAINT ck_document_ai_analysis_confidence_score_between_0_and_1 CHECK (confidence_score BETWEEN 0 AND 1)
)
;
CREATE INDEX ix_document_ai_analysis_document_id_analysis_type ON document_ai_analysis (document_id, analysis_type)
;
CREATE INDEX ix_document_ai_analysis_tenant_id_analysis_type ON document_ai_analysis (tenant_id, analysis_type)
;
CREATE INDEX ix_document_ai_analysis_tenant_id_analyzed_at ON document_ai_analysis (tenant_id, analyzed_at DESC)
;
CREATE INDEX ix_document_ai_analysis_tenant_id_document_id ON document_ai_analysis (tenant_id, document_id)
;
CREATE UNIQUE INDEX uq_document_ai_analysis_tenant_id_id ON document_ai_analysis (tenant_id, id)
;
COMMENT ON TABLE document_ai_analysis IS 'AI/RAG document analysis results'
;
COMMENT ON COLUMN document_ai_analysis.analysis_type IS 'Such as extraction, classification, summary, qa, sentiment, quality'
;
COMMENT ON COLUMN document_ai_analysis.ai_model IS 'Name and version of the model or rule set that answered'
;
COMMENT ON COLUMN document_ai_analysis.confidence_score IS '0 to 1'
;
COMMENT ON COLUMN document_ai_analysis.extracted_entities IS 'Names, dates, amounts, etc.'
;
CREATE TABLE document_audit_log (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_id UUID, 
	user_id UUID NOT NULL, 
	action VARCHAR(50) NOT NULL, 
	ip_address INET, 
	user_agent TEXT, 
	details JSONB, 
	occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_audit_log PRIMARY KEY (id)
)
;
CREATE INDEX ix_document_audit_log_document_id_occurred_at ON document_audit_log (document_id, occurred_at DESC)
;
CREATE INDEX ix_document_audit_log_tenant_id_action ON document_audit_log (tenant_id, action)
;
CREATE INDEX ix_document_audit_log_tenant_id_document_id_occurred_at ON document_audit_log (tenant_id, document_id, occurred_at DESC)
;
CREATE INDEX ix_document_audit_log_tenant_id_occurred_at ON document_audit_log (tenant_id, occurred_at DESC)
;
CREATE INDEX ix_document_audit_log_user_id_occurred_at ON document_audit_log (user_id, occurred_at DESC)
;
CREATE UNIQUE INDEX uq_document_audit_log_tenant_id_id ON document_audit_log (tenant_id, id)
;
COMMENT ON TABLE document_audit_log IS 'Complete audit trail for compliance'
;
COMMENT ON COLUMN document_audit_log.action IS 'Such as created, viewed, edited, shared, unshared, commented, version_created, moved, renamed, archived, restored, deleted, downloaded, printed'
;
CREATE TABLE document_comments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	comment_text TEXT NOT NULL, 
	page_number INTEGER, 
	position_x NUMERIC(5, 2), 
	position_y NUMERIC(5, 2), 
	reply_to_comment_id UUID, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	is_resolved BOOLEAN GENERATED ALWAYS AS (status = 'resolved') STORED NOT NULL, 
	resolved_by_user_id UUID, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_comments PRIMARY KEY (id), 
	CONSTRAINT ck_document_comments_status CHECK (status IN ('open', 'resolved')), 
	CONSTRAINT ck_document_comments_page_number_at_least_1 CHECK (page_number >= 1), 
	CONSTRAINT ck_document_comments_position_within_the_page CHECK (position_x BETWEEN 0 AND 100 AND position_y BETWEEN 0 AND 100), 
	CONSTRAINT ck_document_comments_comment_does_not_reply_to_itself CHECK (reply_to_comment_id <> id)
)
;
CREATE INDEX ix_document_comments_document_id_created_at ON document_comments (document_id, created_at DESC)
;
CREATE INDEX ix_document_comments_reply_to_comment_id ON document_comments (reply_to_comment_id)
;
CREATE INDEX ix_document_comments_tenant_id_created_at ON document_comments (tenant_id, created_at DESC)
;
CREATE INDEX ix_document_comments_tenant_id_document_id_created_at ON document_comments (tenant_id, document_id, created_at)
;
CREATE INDEX ix_document_comments_tenant_id_status ON document_comments (tenant_id, status)
;
CREATE INDEX ix_document_comments_tenant_id_user_id ON document_comments (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_document_comments_tenant_id_id ON document_comments (tenant_id, id)
;
COMMENT ON TABLE document_comments IS 'Collaborative document annotations'
;
COMMENT ON COLUMN document_comments.user_id IS 'Who wrote it'
;
COMMENT ON COLUMN document_comments.page_number IS 'Counted from 1; null: about the whole document'
;
COMMENT ON COLUMN document_comments.position_x IS 'From the left, in percent of the page''s width'
;
COMMENT ON COLUMN document_comments.position_y IS 'From the top, in percent of the page''s height'
;
COMMENT ON COLUMN document_comments.is_resolved IS 'Follows the status'
;
CREATE TABLE document_folders (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	folder_name VARCHAR(255) NOT NULL, 
	parent_folder_id UUID, 
	path TEXT, 
	description TEXT, 
	color VARCHAR(7), 
	icon VARCHAR(50), 
	access_control JSONB, 
	created_by_user_id UUID, 
	is_system BOOLEAN DEFAULT 'false' NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	discarded_at TIMESTAMP WITH TIME ZONE, 
	discarded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_folders PRIMARY KEY (id), 
	CONSTRAINT ck_document_folders_folder_name_has_no_slash CHECK (strpos(folder_name, '/') = 0), 
	CONSTRAINT ck_document_folders_folder_is_not_its_own_parent CHECK (parent_folder_id <> id), 
	CONSTRAINT ck_document_folders_status CHECK (status IN ('active', 'discarded'))
)
;
CREATE INDEX ix_document_folders_path ON document_folders (path)
;
CREATE INDEX ix_document_folders_tenant_id_folder_name_id ON document_folders (tenant_id, folder_name, id)
;
CREATE INDEX ix_document_folders_tenant_id_parent_folder_id ON document_folders (tenant_id, parent_folder_id)
;
CREATE INDEX ix_document_folders_tenant_id_status ON document_folders (tenant_id, status)
;
CREATE UNIQUE INDEX uq_document_folders_tenant_id_id ON document_folders (tenant_id, id)
;
CREATE UNIQUE INDEX uq_document_folders_tenant_id_parent_folder_id_folder_name ON document_folders (tenant_id, parent_folder_id, lower(folder_name)) NULLS NOT DISTINCT WHERE status = 'active'
;
COMMENT ON TABLE document_folders IS 'Hierarchical folder structure'
;
COMMENT ON COLUMN document_folders.folder_name IS 'Unique within the parent folder, whatever the case of its letters; no slash'
;
COMMENT ON COLUMN document_folders.parent_folder_id IS 'null: at the top'
;
COMMENT ON COLUMN document_folders.path IS 'Materialized path /parent/child/grandchild, kept by the program'
;
COMMENT ON COLUMN document_folders.color IS '#rrggbb'
;
COMMENT ON COLUMN document_folders.icon IS 'Name of a Tabler icon, such as folder-heart'
;
COMMENT ON COLUMN document_folders.access_control IS 'Who reads the folder and what is in it: {users: [], roles: [], departments: []}; null: as the parent'
;
COMMENT ON COLUMN document_folders.is_system IS 'Made by the program and cannot be discarded'
;
COMMENT ON COLUMN document_folders.status IS 'discarded: in the bin'
;
CREATE TABLE document_shares (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_id UUID NOT NULL, 
	shared_by_user_id UUID NOT NULL, 
	shared_with_user_id UUID, 
	shared_with_role VARCHAR(100), 
	shared_with_department VARCHAR(100), 
	permission_level VARCHAR(20) NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	can_reshare BOOLEAN DEFAULT 'false' NOT NULL, 
	share_link VARCHAR(255), 
	access_count INTEGER DEFAULT '0' NOT NULL, 
	last_accessed_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_shares PRIMARY KEY (id), 
	CONSTRAINT ck_document_shares_permission_level CHECK (permission_level IN ('view', 'edit', 'admin')), 
	CONSTRAINT ck_document_shares_one_of_person_role_department_or_link CHECK (num_nonnulls(shared_with_user_id, shared_with_role, shared_with_department, share_link) <= 1), 
	CONSTRAINT ck_document_shares_a_link_only_lets_view CHECK (share_link IS NULL OR permission_level = 'view'), 
	CONSTRAINT ck_document_shares_access_count_not_negative CHECK (access_count >= 0), 
	CONSTRAINT uq_document_shares_tenant_id_share_link UNIQUE (tenant_id, share_link)
)
;
CREATE INDEX ix_document_shares_document_id ON document_shares (document_id)
;
CREATE INDEX ix_document_shares_share_link ON document_shares (share_link)
;
CREATE INDEX ix_document_shares_shared_with_user_id ON document_shares (shared_with_user_id)
;
CREATE INDEX ix_document_shares_tenant_id_created_at ON document_shares (tenant_id, created_at DESC)
;
CREATE INDEX ix_document_shares_tenant_id_document_id ON document_shares (tenant_id, document_id)
;
CREATE INDEX ix_document_shares_tenant_id_expires_at ON document_shares (tenant_id, expires_at)
;
CREATE INDEX ix_document_shares_tenant_id_shared_by_user_id ON document_shares (tenant_id, shared_by_user_id)
;
CREATE INDEX ix_document_shares_tenant_id_shared_with_user_id_document_id ON document_shares (tenant_id, shared_with_user_id, document_id)
;
CREATE UNIQUE INDEX uq_document_shares_tenant_id_id ON document_shares (tenant_id, id)
;
COMMENT ON TABLE document_shares IS 'Document sharing and permissions'
;
COMMENT ON COLUMN document_shares.shared_with_role IS 'Name of a role, such as dispatcher: everyone who has it'
;
COMMENT ON COLUMN document_shares.shared_with_department IS 'Code of a department: everyone in it'
;
COMMENT ON COLUMN document_shares.permission_level IS 'view: read and comment; edit: also new versions; admin: also share on'
;
COMMENT ON COLUMN document_shares.expires_at IS 'No longer valid from then on; null: until revoked'
;
COMMENT ON COLUMN document_shares.can_reshare IS 'May pass the right on to others'
;
COMMENT ON COLUMN document_shares.share_link IS 'Public sharing link: whoever has it may view the document without signing in'
;
COMMENT ON COLUMN document_shares.access_count IS 'How often it was used'
;
CREATE TABLE document_versions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_id UUID NOT NULL, 
	version_number INTEGER NOT NULL, 
	file_url TEXT NOT NULL, 
	file_id UUID, 
	file_size_bytes BIGINT, 
	change_description TEXT, 
	changed_by_user_id UUID NOT NULL, 
	checksum VARCHAR(64), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_document_versions PRIMARY KEY (id), 
	CONSTRAINT ck_document_versions_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_document_versions_file_size_bytes_not_negative CHECK (file_size_bytes >= 0), 
	CONSTRAINT uq_document_versions_tenant_id_document_id_version_number UNIQUE (tenant_id, document_id, version_number)
)
;
CREATE INDEX ix_document_versions_document_id_version_number ON document_versions (document_id, version_number DESC)
;
CREATE INDEX ix_document_versions_tenant_id_changed_by_user_id ON document_versions (tenant_id, changed_by_user_id)
;
CREATE INDEX ix_document_versions_tenant_id_created_at ON document_versions (tenant_id, created_at DESC)
;
CREATE UNIQUE INDEX uq_document_versions_tenant_id_id ON document_versions (tenant_id, id)
;
COMMENT ON TABLE document_versions IS 'Document version history'
;
COMMENT ON COLUMN document_versions.version_number IS '1, 2, 3 ...'
;
COMMENT ON COLUMN document_versions.file_url IS 'Where the content of this version is'
;
COMMENT ON COLUMN document_versions.file_id IS 'The stored file of this version'
;
COMMENT ON COLUMN document_versions.file_size_bytes IS 'Bytes'
;
COMMENT ON COLUMN document_versions.change_description IS 'What was changed, and why'
;
COMMENT ON COLUMN document_versions.checksum IS 'SHA-256 of the content, 64 hex digits'
;
CREATE TABLE documents (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	document_name VARCHAR(500) NOT NULL, 
	description TEXT, 
	document_type VARCHAR(50), 
	document_number VARCHAR(100), 
	issued_on DATE, 
	expires_on DATE, 
	file_type VARCHAR(50), 
	file_size_bytes BIGINT, 
	file_url TEXT NOT NULL, 
	file_id UUID, 
	checksum VARCHAR(64), 
	thumbnail_url TEXT, 
	folder_id UUID, 
	uploaded_by_user_id UUID NOT NULL, 
	vehicle_id UUID, 
	driver_id UUID, 
	entity_type VARCHAR(50), 
	entity_id UUID, 
	version INTEGER DEFAULT '1' NOT NULL, 
	parent_document_id UUID, 
	tags TEXT[], 
	is_scanned_ai BOOLEAN DEFAULT 'false' NOT NULL, 
	ai_extracted_text TEXT, 
	ai_metadata JSONB, 
	embedding_vector VECTOR(1536), 
	embedding_model VARCHAR(100), 
	access_control JSONB, 
	is_archived BOOLEAN DEFAULT 'false' NOT NULL, 
	retention_date DATE, 
	legal_hold BOOLEAN DEFAULT 'false' NOT NULL, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	discarded_at TIMESTAMP WITH TIME ZONE, 
	discarded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_documents PRIMARY KEY (id), 
	CONSTRAINT ck_documents_status CHECK (status IN ('active', 'discarded')), 
	CONSTRAINT ck_documents_file_size_bytes_not_negative CHECK (file_size_bytes >= 0), 
	CONSTRAINT ck_documents_version_at_least_1 CHECK (version >= 1), 
	CONSTRAINT ck_documents_expires_on_not_before_issued_on CHECK (expires_on >= issued_on), 
	CONSTRAINT ck_documents_entity_id_needs_an_entity_type CHECK (entity_id IS NULL OR entity_type IS NOT NULL)
)
;
CREATE INDEX ix_documents_embedding_vector ON documents USING ivfflat (embedding_vector vector_cosine_ops)
;
CREATE INDEX ix_documents_embedding_vector_hnsw ON documents USING hnsw (embedding_vector vector_cosine_ops)
;
CREATE INDEX ix_documents_folder_id ON documents (folder_id)
;
CREATE INDEX ix_documents_tenant_id_checksum ON documents (tenant_id, checksum)
;
CREATE INDEX ix_documents_tenant_id_created_at_id ON documents (tenant_id, created_at DESC, id DESC)
;
CREATE INDEX ix_documents_tenant_id_document_name_id ON documents (tenant_id, document_name, id)
;
CREATE INDEX ix_documents_tenant_id_document_type ON documents (tenant_id, document_type)
;
CREATE INDEX ix_documents_tenant_id_driver_id ON documents (tenant_id, driver_id)
;
CREATE INDEX ix_documents_tenant_id_entity_type_entity_id ON documents (tenant_id, entity_type, entity_id)
;
CREATE INDEX ix_documents_tenant_id_expires_on ON documents (tenant_id, expires_on)
;
CREATE INDEX ix_documents_tenant_id_file_id ON documents (tenant_id, file_id)
;
CREATE INDEX ix_documents_tenant_id_folder_id_document_name ON documents (tenant_id, folder_id, document_name)
;
CREATE INDEX ix_documents_tenant_id_parent_document_id ON documents (tenant_id, parent_document_id)
;
CREATE INDEX ix_documents_tenant_id_retention_date ON documents (tenant_id, retention_date)
;
CREATE INDEX ix_documents_tenant_id_status ON documents (tenant_id, status)
;
CREATE INDEX ix_documents_tenant_id_vehicle_id ON documents (tenant_id, vehicle_id)
;
CREATE INDEX ix_documents_uploaded_by_user_id_created_at ON documents (uploaded_by_user_id, created_at DESC)
;
CREATE UNIQUE INDEX uq_documents_tenant_id_id ON documents (tenant_id, id)
;
COMMENT ON TABLE documents IS 'Document metadata and storage'
;
COMMENT ON COLUMN documents.document_type IS 'What it is. Such as registration, insurance, inspection, maintenance, license, permit, title, contract, receipt, photo, manual, other'
;
COMMENT ON COLUMN documents.document_number IS 'As printed on it'
;
COMMENT ON COLUMN documents.expires_on IS 'Last day on which it is valid'
;
COMMENT ON COLUMN documents.file_type IS 'Such as pdf, docx, xlsx, jpg, png'
;
COMMENT ON COLUMN documents.file_size_bytes IS 'Bytes'
;
COMMENT ON COLUMN documents.file_url IS 'Where the content is: the address of a stored file, or of a file kept elsewhere'
;
COMMENT ON COLUMN documents.file_id IS 'The stored file; null when it is kept elsewhere'
;
COMMENT ON COLUMN documents.checksum IS 'SHA-256 of the content, 64 hex digits; finds the same file sent twice'
;
COMMENT ON COLUMN documents.entity_type IS 'Kind of record that it is about. Such as vehicle, driver, policy, maintenance, facility, vendor, user, trip, incident, accident, damage, inspection, violation, compliance, insurance, sop, training, checklist, expense, invoice, purchase_order, fuel, part, transfer, equipment, defect, claim'
;
COMMENT ON COLUMN documents.entity_id IS 'The record that it is about'
;
COMMENT ON COLUMN documents.version IS 'Number of the current version'
;
COMMENT ON COLUMN documents.parent_document_id IS 'The document that this one replaces, amends or was copied from'
;
COMMENT ON COLUMN documents.is_scanned_ai IS 'Text was extracted and analysed'
;
COMMENT ON COLUMN documents.ai_metadata IS 'Results of the document analysis'
;
COMMENT ON COLUMN documents.embedding_vector IS 'Embedding of the whole text; shorter vectors are padded with zeros'
;
COMMENT ON COLUMN documents.embedding_model IS 'Model that made the embedding; only vectors of one model are compared'
;
COMMENT ON COLUMN documents.access_control IS 'Whom it is meant for: {users: [], roles: [], departments: []}; null: as the folder'
;
COMMENT ON COLUMN documents.is_archived IS 'Kept for the record, out of the everyday lists'
;
COMMENT ON COLUMN documents.retention_date IS 'Must be kept until this day'
;
COMMENT ON COLUMN documents.legal_hold IS 'Evidence in a dispute: must not be discarded, whatever its retention date'
;
COMMENT ON COLUMN documents.status IS 'discarded: in the bin'
;
CREATE TABLE driver_behavior_events (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	event_type VARCHAR(50) NOT NULL, 
	severity VARCHAR(20), 
	speed_at_event NUMERIC(6, 2), 
	speed_limit INTEGER, 
	g_force NUMERIC(4, 2), 
	duration_seconds INTEGER, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	address TEXT, 
	video_url TEXT, 
	source VARCHAR(50), 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_driver_behavior_events PRIMARY KEY (id), 
	CONSTRAINT ck_driver_behavior_events_event_type CHECK (event_type IN ('harsh_braking', 'harsh_acceleration', 'harsh_cornering', 'speeding', 'idle_excess', 'distracted_driving', 'no_seatbelt')), 
	CONSTRAINT ck_driver_behavior_events_severity CHECK (severity IN ('minor', 'moderate', 'severe')), 
	CONSTRAINT ck_driver_behavior_events_speed_limit_is_positive CHECK (speed_limit > 0), 
	CONSTRAINT ck_driver_behavior_events_duration_seconds_are_not_negative CHECK (duration_seconds >= 0)
)
;
CREATE INDEX ix_driver_behavior_events_driver_id_recorded_at ON driver_behavior_events (driver_id, recorded_at DESC)
;
CREATE INDEX ix_driver_behavior_events_tenant_id_event_type_recorded_at ON driver_behavior_events (tenant_id, event_type, recorded_at DESC)
;
CREATE INDEX ix_driver_behavior_events_tenant_id_recorded_at ON driver_behavior_events (tenant_id, recorded_at DESC)
;
CREATE INDEX ix_driver_behavior_events_vehicle_id_recorded_at ON driver_behavior_events (vehicle_id, recorded_at DESC)
;
CREATE UNIQUE INDEX uq_driver_behavior_events_tenant_id_id ON driver_behavior_events (tenant_id, id)
;
COMMENT ON TABLE driver_behavior_events IS 'Harsh braking, acceleration, cornering events'
;
COMMENT ON COLUMN driver_behavior_events.driver_id IS 'Who drove then'
;
COMMENT ON COLUMN driver_behavior_events.speed_at_event IS 'km/h'
;
COMMENT ON COLUMN driver_behavior_events.speed_limit IS 'km/h, where it happened'
;
COMMENT ON COLUMN driver_behavior_events.g_force IS 'Peak acceleration, g; braking is negative'
;
COMMENT ON COLUMN driver_behavior_events.duration_seconds IS 's, of speeding, idling and what a camera watched'
;
COMMENT ON COLUMN driver_behavior_events.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN driver_behavior_events.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN driver_behavior_events.video_url IS 'Link to dashcam footage'
;
COMMENT ON COLUMN driver_behavior_events.source IS 'Who noticed it, such as derived, device, camera, samsara, geotab'
;
CREATE TABLE driver_training_records (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	training_type VARCHAR(100), 
	training_provider VARCHAR(255), 
	training_date DATE NOT NULL, 
	completion_date DATE, 
	expiration_date DATE, 
	certification_number VARCHAR(100), 
	score NUMERIC(5, 2), 
	passing_score NUMERIC(5, 2), 
	status VARCHAR(20) DEFAULT 'in_progress' NOT NULL, 
	instructor_name VARCHAR(255), 
	training_hours NUMERIC(4, 1), 
	training_location TEXT, 
	certificate_url TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_driver_training_records PRIMARY KEY (id), 
	CONSTRAINT ck_driver_training_records_status CHECK (status IN ('in_progress', 'completed', 'failed')), 
	CONSTRAINT ck_driver_training_records_completion_follows_the_start CHECK (completion_date >= training_date), 
	CONSTRAINT ck_driver_training_records_expiration_follows_the_completion CHECK (expiration_date >= completion_date), 
	CONSTRAINT ck_driver_training_records_scores_from_zero CHECK (score >= 0 AND passing_score >= 0), 
	CONSTRAINT ck_driver_training_records_training_hours_from_zero CHECK (training_hours >= 0)
)
;
CREATE INDEX ix_driver_training_records_driver_id_training_type_com_ea08d756 ON driver_training_records (driver_id, training_type, completion_date DESC)
;
CREATE INDEX ix_driver_training_records_status_expiration_date ON driver_training_records (status, expiration_date)
;
CREATE INDEX ix_driver_training_records_tenant_id_expiration_date ON driver_training_records (tenant_id, expiration_date)
;
CREATE INDEX ix_driver_training_records_tenant_id_training_date ON driver_training_records (tenant_id, training_date DESC)
;
CREATE INDEX ix_driver_training_records_tenant_id_training_type ON driver_training_records (tenant_id, training_type)
;
CREATE UNIQUE INDEX uq_driver_training_records_tenant_id_id ON driver_training_records (tenant_id, id)
;
COMMENT ON TABLE driver_training_records IS 'Driver training completion tracking'
;
COMMENT ON COLUMN driver_training_records.training_type IS 'Such as defensive_driving, hazmat, forklift, smith_system'
;
COMMENT ON COLUMN driver_training_records.training_date IS 'First day'
;
COMMENT ON COLUMN driver_training_records.expiration_date IS 'Last day on which it counts; null: for good'
;
COMMENT ON COLUMN driver_training_records.score IS 'Percent or points of the test'
;
COMMENT ON COLUMN driver_training_records.passing_score IS 'In the unit of the score'
;
COMMENT ON COLUMN driver_training_records.status IS 'What was decided; current_status also knows expired'
;
COMMENT ON COLUMN driver_training_records.training_hours IS 'Hours'
;
CREATE TABLE driver_violations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	vehicle_id UUID, 
	violation_type VARCHAR(100), 
	citation_number VARCHAR(100), 
	violation_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	location TEXT, 
	issuing_agency VARCHAR(255), 
	officer_name VARCHAR(255), 
	violation_description TEXT, 
	is_moving_violation BOOLEAN DEFAULT 'false' NOT NULL, 
	accident_report_id UUID, 
	fine_amount NUMERIC(8, 2), 
	fine_due_date DATE, 
	points INTEGER, 
	points_expire_on DATE, 
	court_date DATE, 
	court_location TEXT, 
	plea VARCHAR(50), 
	outcome VARCHAR(100), 
	fine_paid BOOLEAN DEFAULT 'false' NOT NULL, 
	fine_paid_date DATE, 
	fine_paid_by VARCHAR(50), 
	insurance_notified BOOLEAN DEFAULT 'false' NOT NULL, 
	points_added_to_record BOOLEAN DEFAULT 'false' NOT NULL, 
	affects_insurance BOOLEAN DEFAULT 'false' NOT NULL, 
	corrective_action_taken TEXT, 
	attachments TEXT[], 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_driver_violations PRIMARY KEY (id), 
	CONSTRAINT ck_driver_violations_fine_amount_from_zero CHECK (fine_amount >= 0), 
	CONSTRAINT ck_driver_violations_points_from_zero CHECK (points >= 0), 
	CONSTRAINT ck_driver_violations_only_a_paid_fine_has_a_payment_date CHECK (fine_paid OR fine_paid_date IS NULL)
)
;
CREATE INDEX ix_driver_violations_accident_report_id ON driver_violations (accident_report_id)
;
CREATE INDEX ix_driver_violations_driver_id_violation_date ON driver_violations (driver_id, violation_date DESC)
;
CREATE INDEX ix_driver_violations_fine_paid_fine_paid_date ON driver_violations (fine_paid, fine_paid_date)
;
CREATE INDEX ix_driver_violations_tenant_id_court_date ON driver_violations (tenant_id, court_date)
;
CREATE INDEX ix_driver_violations_tenant_id_fine_due_date ON driver_violations (tenant_id, fine_due_date)
;
CREATE INDEX ix_driver_violations_tenant_id_violation_date ON driver_violations (tenant_id, violation_date DESC)
;
CREATE INDEX ix_driver_violations_tenant_id_violation_type ON driver_violations (tenant_id, violation_type)
;
CREATE INDEX ix_driver_violations_vehicle_id_violation_date ON driver_violations (vehicle_id, violation_date DESC)
;
CREATE UNIQUE INDEX uq_driver_violations_tenant_id_id ON driver_violations (tenant_id, id)
;
COMMENT ON TABLE driver_violations IS 'Traffic citations and violations'
;
COMMENT ON COLUMN driver_violations.violation_type IS 'Such as speeding, red_light, stop_sign, parking, DUI, seatbelt'
;
COMMENT ON COLUMN driver_violations.is_moving_violation IS 'Committed in motion: counts for licence points and post-accident tests'
;
COMMENT ON COLUMN driver_violations.accident_report_id IS 'Accident at which it was issued'
;
COMMENT ON COLUMN driver_violations.points IS 'Licence points'
;
COMMENT ON COLUMN driver_violations.points_expire_on IS 'When the points stop counting'
;
COMMENT ON COLUMN driver_violations.plea IS 'Such as not_guilty, guilty, no_contest, dismissed'
;
COMMENT ON COLUMN driver_violations.outcome IS 'Such as convicted, dismissed, reduced, traffic_school'
;
COMMENT ON COLUMN driver_violations.fine_paid_by IS 'Such as driver, company'
;
COMMENT ON COLUMN driver_violations.points_added_to_record IS 'The authority has put the points on the licence'
;
COMMENT ON COLUMN driver_violations.attachments IS 'Citation documents, court papers'
;
CREATE TABLE drug_alcohol_tests (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	accident_report_id UUID, 
	test_type VARCHAR(20) NOT NULL, 
	reason VARCHAR(30) NOT NULL, 
	status VARCHAR(20) DEFAULT 'due' NOT NULL, 
	ordered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	remind_at TIMESTAMP WITH TIME ZONE, 
	due_at TIMESTAMP WITH TIME ZONE, 
	taken_at TIMESTAMP WITH TIME ZONE, 
	collection_site VARCHAR(255), 
	collector_name VARCHAR(255), 
	specimen_number VARCHAR(100), 
	result VARCHAR(20), 
	concentration NUMERIC(5, 3), 
	review_officer VARCHAR(255), 
	by_law_enforcement BOOLEAN DEFAULT 'false' NOT NULL, 
	delay_reason TEXT, 
	missed_reason TEXT, 
	document_id UUID, 
	ordered_by_user_id UUID, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_drug_alcohol_tests PRIMARY KEY (id), 
	CONSTRAINT ck_drug_alcohol_tests_test_type CHECK (test_type IN ('alcohol', 'drug')), 
	CONSTRAINT ck_drug_alcohol_tests_reason CHECK (reason IN ('pre_employment', 'random', 'post_accident', 'reasonable_suspicion', 'return_to_duty', 'follow_up')), 
	CONSTRAINT ck_drug_alcohol_tests_status CHECK (status IN ('due', 'completed', 'missed', 'cancelled')), 
	CONSTRAINT ck_drug_alcohol_tests_result CHECK (result IN ('negative', 'negative_dilute', 'positive', 'refused', 'invalid')), 
	CONSTRAINT ck_drug_alcohol_tests_due_after_it_was_ordered CHECK (due_at >= ordered_at), 
	CONSTRAINT ck_drug_alcohol_tests_a_completed_test_has_a_result CHECK (status <> 'completed' OR result IS NOT NULL), 
	CONSTRAINT ck_drug_alcohol_tests_a_missed_test_has_a_reason CHECK (status <> 'missed' OR missed_reason IS NOT NULL), 
	CONSTRAINT ck_drug_alcohol_tests_concentration_from_zero CHECK (concentration >= 0)
)
;
CREATE INDEX ix_drug_alcohol_tests_accident_report_id ON drug_alcohol_tests (accident_report_id)
;
CREATE INDEX ix_drug_alcohol_tests_driver_id_ordered_at ON drug_alcohol_tests (driver_id, ordered_at DESC)
;
CREATE INDEX ix_drug_alcohol_tests_tenant_id_ordered_at ON drug_alcohol_tests (tenant_id, ordered_at DESC)
;
CREATE INDEX ix_drug_alcohol_tests_tenant_id_reason ON drug_alcohol_tests (tenant_id, reason)
;
CREATE INDEX ix_drug_alcohol_tests_tenant_id_status_due_at ON drug_alcohol_tests (tenant_id, status, due_at)
;
CREATE UNIQUE INDEX uq_drug_alcohol_tests_tenant_id_id ON drug_alcohol_tests (tenant_id, id)
;
COMMENT ON TABLE drug_alcohol_tests IS 'Drug and alcohol tests of drivers, with their deadlines and results'
;
COMMENT ON COLUMN drug_alcohol_tests.accident_report_id IS 'Accident that calls for it'
;
COMMENT ON COLUMN drug_alcohol_tests.ordered_at IS 'When the clock began; the time of the accident after one'
;
COMMENT ON COLUMN drug_alcohol_tests.remind_at IS 'From here on a delay must be explained: 2 hours for alcohol after an accident'
;
COMMENT ON COLUMN drug_alcohol_tests.due_at IS 'No attempt after this: 8 hours for alcohol, 32 for drugs after an accident (49 CFR 382.303)'
;
COMMENT ON COLUMN drug_alcohol_tests.concentration IS 'Alcohol, grams per 210 litres of breath'
;
COMMENT ON COLUMN drug_alcohol_tests.review_officer IS 'Medical review officer'
;
COMMENT ON COLUMN drug_alcohol_tests.by_law_enforcement IS 'Made by the police; may stand in for the employer''s test'
;
COMMENT ON COLUMN drug_alcohol_tests.delay_reason IS 'Why it was later than the law wants'
;
COMMENT ON COLUMN drug_alcohol_tests.missed_reason IS 'Why it was not made in time; kept on file'
;
COMMENT ON COLUMN drug_alcohol_tests.document_id IS 'Chain of custody form or report'
;
CREATE TABLE equipment (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	equipment_number VARCHAR(50) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	equipment_type VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'available' NOT NULL, 
	manufacturer VARCHAR(255), 
	model VARCHAR(100), 
	serial_number VARCHAR(100), 
	facility_id UUID, 
	department_id UUID, 
	vehicle_id UUID, 
	held_by_user_id UUID, 
	purchased_on DATE, 
	purchase_price NUMERIC(12, 2), 
	warranty_until DATE, 
	next_service_on DATE, 
	retired_on DATE, 
	notes TEXT, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_equipment PRIMARY KEY (id), 
	CONSTRAINT ck_equipment_status CHECK (status IN ('available', 'in_use', 'in_repair', 'lost', 'retired')), 
	CONSTRAINT ck_equipment_purchase_price_not_negative CHECK (purchase_price >= 0), 
	CONSTRAINT uq_equipment_tenant_id_equipment_number UNIQUE (tenant_id, equipment_number)
)
;
CREATE INDEX ix_equipment_department_id ON equipment (department_id)
;
CREATE INDEX ix_equipment_facility_id ON equipment (facility_id)
;
CREATE INDEX ix_equipment_held_by_user_id ON equipment (held_by_user_id)
;
CREATE INDEX ix_equipment_tenant_id_equipment_type ON equipment (tenant_id, equipment_type)
;
CREATE INDEX ix_equipment_tenant_id_name_id ON equipment (tenant_id, name, id)
;
CREATE INDEX ix_equipment_tenant_id_next_service_on_id ON equipment (tenant_id, next_service_on, id)
;
CREATE INDEX ix_equipment_tenant_id_status ON equipment (tenant_id, status)
;
CREATE INDEX ix_equipment_vehicle_id ON equipment (vehicle_id)
;
CREATE UNIQUE INDEX uq_equipment_tenant_id_id ON equipment (tenant_id, id)
;
COMMENT ON TABLE equipment IS 'Tools, attachments and shop equipment: what is tagged and transferred besides vehicles'
;
COMMENT ON COLUMN equipment.equipment_number IS 'Inventory number'
;
COMMENT ON COLUMN equipment.equipment_type IS 'Such as tool, attachment, diagnostic, lifting, safety, radio, container'
;
COMMENT ON COLUMN equipment.facility_id IS 'Where it is kept'
;
COMMENT ON COLUMN equipment.vehicle_id IS 'Vehicle that carries it'
;
COMMENT ON COLUMN equipment.held_by_user_id IS 'Who has it now'
;
COMMENT ON COLUMN equipment.next_service_on IS 'Next calibration or inspection'
;
CREATE TABLE ev_charging_stations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	station_id VARCHAR(50) DEFAULT uuidv7()::text NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	address TEXT, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	operator VARCHAR(100), 
	network VARCHAR(100), 
	num_ports INTEGER, 
	charging_levels TEXT[], 
	max_power_kw NUMERIC(6, 2), 
	pricing TEXT, 
	access_type VARCHAR(20), 
	available_24x7 BOOLEAN, 
	amenities JSONB, 
	last_updated TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_ev_charging_stations PRIMARY KEY (id), 
	CONSTRAINT ck_ev_charging_stations_latitude_is_within_90_degrees CHECK (latitude BETWEEN -90 AND 90), 
	CONSTRAINT ck_ev_charging_stations_longitude_is_within_180_degrees CHECK (longitude BETWEEN -180 AND 180), 
	CONSTRAINT ck_ev_charging_stations_num_ports_is_not_negative CHECK (num_ports >= 0), 
	CONSTRAINT ck_ev_charging_stations_max_power_kw_is_not_negative CHECK (max_power_kw >= 0), 
	CONSTRAINT uq_ev_charging_stations_tenant_id_station_id UNIQUE NULLS NOT DISTINCT (tenant_id, station_id)
)
;
CREATE INDEX ix_ev_charging_stations_ll_to_earth_latitude_longitude ON ev_charging_stations USING gist (ll_to_earth(latitude, longitude))
;
CREATE INDEX ix_ev_charging_stations_operator ON ev_charging_stations (operator)
;
CREATE INDEX ix_ev_charging_stations_tenant_id_name_id ON ev_charging_stations (tenant_id, name, id)
;
COMMENT ON TABLE ev_charging_stations IS 'EV charging station locations and availability'
;
COMMENT ON COLUMN ev_charging_stations.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN ev_charging_stations.station_id IS 'Its identifier at the source; made up if left out'
;
COMMENT ON COLUMN ev_charging_stations.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN ev_charging_stations.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN ev_charging_stations.network IS 'Such as ChargePoint, EVgo, own'
;
COMMENT ON COLUMN ev_charging_stations.num_ports IS 'Vehicles that can charge at once'
;
COMMENT ON COLUMN ev_charging_stations.charging_levels IS 'Such as level1, level2, dcfast'
;
COMMENT ON COLUMN ev_charging_stations.max_power_kw IS 'kW, of the strongest port'
;
COMMENT ON COLUMN ev_charging_stations.pricing IS 'As the operator puts it'
;
COMMENT ON COLUMN ev_charging_stations.access_type IS 'Such as public, private, restricted'
;
COMMENT ON COLUMN ev_charging_stations.available_24x7 IS 'Open day and night'
;
COMMENT ON COLUMN ev_charging_stations.amenities IS 'What else is there'
;
COMMENT ON COLUMN ev_charging_stations.last_updated IS 'When the source last told about it'
;
CREATE TABLE expenses (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	expense_number VARCHAR(50), 
	expense_type VARCHAR(50) NOT NULL, 
	category VARCHAR(100), 
	vehicle_id UUID, 
	driver_id UUID, 
	department_id UUID, 
	submitted_by_user_id UUID NOT NULL, 
	vendor_id UUID, 
	receipt_document_id UUID, 
	expense_date DATE NOT NULL, 
	amount NUMERIC(12, 2) NOT NULL, 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	tax_amount NUMERIC(12, 2), 
	distance_km NUMERIC(10, 2), 
	description TEXT, 
	reimbursement_status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	approval_workflow_id UUID, 
	supervisor_approved_by_user_id UUID, 
	supervisor_approved_at TIMESTAMP WITH TIME ZONE, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	rejection_reason TEXT, 
	paid_at TIMESTAMP WITH TIME ZONE, 
	payment_method VARCHAR(50), 
	payment_reference VARCHAR(100), 
	cost_center VARCHAR(100), 
	project_code VARCHAR(100), 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_expenses PRIMARY KEY (id), 
	CONSTRAINT ck_expenses_reimbursement_status CHECK (reimbursement_status IN ('pending', 'supervisor_approved', 'approved', 'rejected', 'paid', 'withdrawn')), 
	CONSTRAINT ck_expenses_amounts_from_zero CHECK (amount >= 0 AND tax_amount >= 0), 
	CONSTRAINT ck_expenses_the_tax_is_part_of_the_amount CHECK (tax_amount <= amount), 
	CONSTRAINT ck_expenses_currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'), 
	CONSTRAINT ck_expenses_distance_from_zero CHECK (distance_km >= 0), 
	CONSTRAINT uq_expenses_tenant_id_expense_number UNIQUE (tenant_id, expense_number)
)
;
CREATE INDEX ix_expenses_department_id ON expenses (department_id)
;
CREATE INDEX ix_expenses_driver_id ON expenses (driver_id)
;
CREATE INDEX ix_expenses_submitted_by_user_id_reimbursement_status ON expenses (submitted_by_user_id, reimbursement_status)
;
CREATE INDEX ix_expenses_tenant_id_cost_center ON expenses (tenant_id, cost_center)
;
CREATE INDEX ix_expenses_tenant_id_expense_date ON expenses (tenant_id, expense_date DESC)
;
CREATE INDEX ix_expenses_tenant_id_expense_type ON expenses (tenant_id, expense_type)
;
CREATE INDEX ix_expenses_tenant_id_reimbursement_status_expense_date ON expenses (tenant_id, reimbursement_status, expense_date DESC)
;
CREATE INDEX ix_expenses_vehicle_id ON expenses (vehicle_id)
;
CREATE INDEX ix_expenses_vendor_id ON expenses (vendor_id)
;
CREATE UNIQUE INDEX uq_expenses_tenant_id_id ON expenses (tenant_id, id)
;
COMMENT ON TABLE expenses IS 'FLAIR expense submission and tracking'
;
COMMENT ON COLUMN expenses.expense_type IS 'Such as fuel, maintenance, toll, parking, mileage, rental, other'
;
COMMENT ON COLUMN expenses.category IS 'Budget category it is charged to'
;
COMMENT ON COLUMN expenses.department_id IS 'Department that bears it'
;
COMMENT ON COLUMN expenses.amount IS 'Tax included'
;
COMMENT ON COLUMN expenses.currency IS 'ISO 4217'
;
COMMENT ON COLUMN expenses.tax_amount IS 'Tax within the amount'
;
COMMENT ON COLUMN expenses.distance_km IS 'km driven with a private car, for mileage'
;
COMMENT ON COLUMN expenses.approval_workflow_id IS 'Approval that runs through several people'
;
COMMENT ON COLUMN expenses.payment_method IS 'Such as bank_transfer, check, payroll, cash, company_card'
;
COMMENT ON COLUMN expenses.payment_reference IS 'Transfer or check number'
;
CREATE TABLE export_jobs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	export_type VARCHAR(100) NOT NULL, 
	export_format VARCHAR(20) DEFAULT 'csv' NOT NULL, 
	filters JSONB, 
	columns TEXT[], 
	row_count INTEGER, 
	rows_total INTEGER, 
	file_url TEXT, 
	file_id UUID, 
	file_size_bytes BIGINT, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	error_message TEXT, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	requested_by_user_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_export_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_export_jobs_export_format CHECK (export_format IN ('csv', 'excel', 'pdf', 'json', 'ndjson')), 
	CONSTRAINT ck_export_jobs_status CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled', 'expired'))
)
;
CREATE INDEX ix_export_jobs_expires_at ON export_jobs (expires_at)
;
CREATE INDEX ix_export_jobs_requested_by_user_id_created_at ON export_jobs (requested_by_user_id, created_at DESC)
;
CREATE INDEX ix_export_jobs_tenant_id_created_at ON export_jobs (tenant_id, created_at DESC)
;
CREATE INDEX ix_export_jobs_tenant_id_export_type_created_at ON export_jobs (tenant_id, export_type, created_at DESC)
;
CREATE INDEX ix_export_jobs_tenant_id_status_created_at ON export_jobs (tenant_id, status, created_at DESC)
;
CREATE UNIQUE INDEX uq_export_jobs_tenant_id_id ON export_jobs (tenant_id, id)
;
COMMENT ON TABLE export_jobs IS 'Data export job tracking'
;
COMMENT ON COLUMN export_jobs.export_type IS 'Table that is exported, such as vehicles, maintenance_records'
;
COMMENT ON COLUMN export_jobs.filters IS 'The parameters of the list, such as {"status": "active", "sort": "vehicle_number"}'
;
COMMENT ON COLUMN export_jobs.columns IS 'In order; null: all'
;
COMMENT ON COLUMN export_jobs.row_count IS 'Rows written'
;
COMMENT ON COLUMN export_jobs.rows_total IS 'Rows found when it started'
;
COMMENT ON COLUMN export_jobs.file_url IS 'Where the file can be fetched'
;
COMMENT ON COLUMN export_jobs.file_id IS 'The file as it is stored'
;
COMMENT ON COLUMN export_jobs.expires_at IS 'The file is removed then'
;
CREATE TABLE external_system_mappings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_id UUID NOT NULL, 
	entity_type VARCHAR(50) NOT NULL, 
	internal_id UUID NOT NULL, 
	external_id VARCHAR(255) NOT NULL, 
	external_system VARCHAR(100) NOT NULL, 
	metadata JSONB, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	last_synced_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_external_system_mappings PRIMARY KEY (id), 
	CONSTRAINT uq_external_system_mappings_tenant_id_integration_id_e_08c4b0bd UNIQUE (tenant_id, integration_id, entity_type, external_id), 
	CONSTRAINT uq_external_system_mappings_tenant_id_integration_id_e_7b8930de UNIQUE (tenant_id, integration_id, entity_type, internal_id)
)
;
CREATE INDEX ix_external_system_mappings_entity_type_internal_id_ex_6f3ceddf ON external_system_mappings (entity_type, internal_id, external_system)
;
CREATE INDEX ix_external_system_mappings_integration_id_entity_type_f7eb5b61 ON external_system_mappings (integration_id, entity_type, is_active)
;
CREATE INDEX ix_external_system_mappings_tenant_id_entity_type_internal_id ON external_system_mappings (tenant_id, entity_type, internal_id)
;
CREATE UNIQUE INDEX uq_external_system_mappings_tenant_id_id ON external_system_mappings (tenant_id, id)
;
COMMENT ON TABLE external_system_mappings IS 'Map internal IDs to external system IDs'
;
COMMENT ON COLUMN external_system_mappings.entity_type IS 'Such as vehicle, driver, work_order'
;
COMMENT ON COLUMN external_system_mappings.internal_id IS 'Of the record here'
;
COMMENT ON COLUMN external_system_mappings.external_id IS 'Of the record there'
;
COMMENT ON COLUMN external_system_mappings.external_system IS 'Such as geotab, samsara, quickbooks'
;
CREATE TABLE feature_flags (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	flag_key VARCHAR(255) NOT NULL, 
	flag_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	is_enabled BOOLEAN DEFAULT 'false' NOT NULL, 
	rollout_percentage INTEGER DEFAULT '0' NOT NULL, 
	target_users UUID[], 
	target_roles TEXT[], 
	target_departments TEXT[], 
	environment VARCHAR(50), 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_feature_flags PRIMARY KEY (id), 
	CONSTRAINT ck_feature_flags_rollout_percentage_is_between_0_and_100 CHECK (rollout_percentage BETWEEN 0 AND 100), 
	CONSTRAINT ck_feature_flags_flag_key_is_in_small_letters CHECK (flag_key ~ '^[a-z][a-z0-9_.-]*$'), 
	CONSTRAINT uq_feature_flags_tenant_id_flag_key UNIQUE NULLS NOT DISTINCT (tenant_id, flag_key)
)
;
CREATE INDEX ix_feature_flags_flag_key ON feature_flags (flag_key)
;
CREATE INDEX ix_feature_flags_tenant_id_flag_name_id ON feature_flags (tenant_id, flag_name, id)
;
CREATE INDEX ix_feature_flags_tenant_id_is_enabled ON feature_flags (tenant_id, is_enabled)
;
COMMENT ON TABLE feature_flags IS 'Feature toggles and A/B testing'
;
COMMENT ON COLUMN feature_flags.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN feature_flags.flag_key IS 'As the program asks for it: new_dispatch_board'
;
COMMENT ON COLUMN feature_flags.is_enabled IS 'Off is off for everybody, whatever else is set'
;
COMMENT ON COLUMN feature_flags.rollout_percentage IS '0-100: share of the people who are not named below'
;
COMMENT ON COLUMN feature_flags.target_users IS 'People for whom it is on'
;
COMMENT ON COLUMN feature_flags.target_roles IS 'Names of roles'
;
COMMENT ON COLUMN feature_flags.target_departments IS 'Codes of departments'
;
COMMENT ON COLUMN feature_flags.environment IS 'Such as development, staging, production; null: everywhere'
;
CREATE TABLE files (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	media_type VARCHAR(100) NOT NULL, 
	size_bytes BIGINT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	storage_key TEXT NOT NULL, 
	purpose VARCHAR(50) DEFAULT 'attachment' NOT NULL, 
	entity_type VARCHAR(63), 
	entity_id UUID, 
	uploaded_by_user_id UUID, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_files PRIMARY KEY (id), 
	CONSTRAINT ck_files_size_bytes CHECK (size_bytes > 0), 
	CONSTRAINT ck_files_entity_both_or_neither CHECK ((entity_type IS NULL) = (entity_id IS NULL)), 
	CONSTRAINT uq_files_tenant_id_storage_key UNIQUE (tenant_id, storage_key)
)
;
CREATE INDEX ix_files_tenant_id_created_at_id ON files (tenant_id, created_at DESC, id DESC)
;
CREATE INDEX ix_files_tenant_id_deleted_at ON files (tenant_id, deleted_at)
;
CREATE INDEX ix_files_tenant_id_entity_type_entity_id ON files (tenant_id, entity_type, entity_id)
;
CREATE INDEX ix_files_tenant_id_expires_at ON files (tenant_id, expires_at)
;
CREATE INDEX ix_files_tenant_id_name_id ON files (tenant_id, name, id)
;
CREATE INDEX ix_files_tenant_id_sha256 ON files (tenant_id, sha256)
;
CREATE INDEX ix_files_tenant_id_uploaded_by_user_id ON files (tenant_id, uploaded_by_user_id)
;
CREATE UNIQUE INDEX uq_files_tenant_id_id ON files (tenant_id, id)
;
COMMENT ON TABLE files IS 'Uploaded and generated files; the content is in the file store'
;
COMMENT ON COLUMN files.name IS 'File name as shown and downloaded'
;
COMMENT ON COLUMN files.media_type IS 'As found in the content, not as declared'
;
COMMENT ON COLUMN files.sha256 IS 'Checksum of the content, 64 hex digits'
;
COMMENT ON COLUMN files.storage_key IS 'Where the file store holds it: tenant, day, random digits'
;
COMMENT ON COLUMN files.purpose IS 'attachment, document, photo, import, export, model'
;
COMMENT ON COLUMN files.entity_type IS 'Table of the record it belongs to'
;
COMMENT ON COLUMN files.entity_id IS 'The record it belongs to'
;
COMMENT ON COLUMN files.uploaded_by_user_id IS 'null: made by the program'
;
COMMENT ON COLUMN files.expires_at IS 'Deleted at this time; null: kept'
;
COMMENT ON COLUMN files.deleted_at IS 'Marked as deleted; the content is removed some days later'
;
CREATE TABLE fuel_card_transactions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	fuel_card_id UUID NOT NULL, 
	fuel_transaction_id UUID, 
	vehicle_id UUID, 
	driver_id UUID, 
	external_id VARCHAR(100), 
	transaction_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	merchant_name VARCHAR(255), 
	merchant_location TEXT, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	fuel_type VARCHAR(50), 
	quantity_liters NUMERIC(8, 2), 
	unit_price NUMERIC(6, 3), 
	total_amount NUMERIC(12, 2) NOT NULL, 
	odometer INTEGER, 
	is_approved BOOLEAN GENERATED ALWAYS AS (approval_status IN ('pending', 'approved')) STORED NOT NULL, 
	approval_status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	flagged_reason TEXT, 
	anomalies TEXT[], 
	fraud_score NUMERIC(4, 3), 
	reviewed_by_user_id UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_fuel_card_transactions PRIMARY KEY (id), 
	CONSTRAINT ck_fuel_card_transactions_approval_status CHECK (approval_status IN ('pending', 'approved', 'flagged', 'rejected')), 
	CONSTRAINT ck_fuel_card_transactions_quantity_and_price_from_zero CHECK (quantity_liters >= 0 AND unit_price >= 0), 
	CONSTRAINT ck_fuel_card_transactions_odometer_from_zero CHECK (odometer >= 0), 
	CONSTRAINT ck_fuel_card_transactions_latitude_and_longitude_go_together CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	CONSTRAINT ck_fuel_card_transactions_fraud_score_from_0_to_1 CHECK (fraud_score BETWEEN 0 AND 1), 
	CONSTRAINT uq_fuel_card_transactions_tenant_id_fuel_card_id_external_id UNIQUE (tenant_id, fuel_card_id, external_id)
)
;
CREATE INDEX ix_fuel_card_transactions_approval_status ON fuel_card_transactions (approval_status)
;
CREATE INDEX ix_fuel_card_transactions_driver_id_transaction_date ON fuel_card_transactions (driver_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_card_transactions_fuel_card_id_transaction_date ON fuel_card_transactions (fuel_card_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_card_transactions_fuel_transaction_id ON fuel_card_transactions (fuel_transaction_id)
;
CREATE INDEX ix_fuel_card_transactions_tenant_id_approval_status_tr_22e0e103 ON fuel_card_transactions (tenant_id, approval_status, transaction_date DESC)
;
CREATE INDEX ix_fuel_card_transactions_tenant_id_transaction_date ON fuel_card_transactions (tenant_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_card_transactions_vehicle_id_transaction_date ON fuel_card_transactions (vehicle_id, transaction_date DESC)
;
CREATE UNIQUE INDEX uq_fuel_card_transactions_tenant_id_id ON fuel_card_transactions (tenant_id, id)
;
COMMENT ON TABLE fuel_card_transactions IS 'Detailed fuel card transaction records'
;
COMMENT ON COLUMN fuel_card_transactions.fuel_transaction_id IS 'The fill that it paid for, once matched'
;
COMMENT ON COLUMN fuel_card_transactions.external_id IS 'The provider''s number of it'
;
COMMENT ON COLUMN fuel_card_transactions.latitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN fuel_card_transactions.longitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN fuel_card_transactions.fuel_type IS 'Such as gasoline, premium, diesel, e85, def; other goods by their name'
;
COMMENT ON COLUMN fuel_card_transactions.quantity_liters IS 'Litres'
;
COMMENT ON COLUMN fuel_card_transactions.unit_price IS 'Price of a litre'
;
COMMENT ON COLUMN fuel_card_transactions.total_amount IS 'Negative for a refund'
;
COMMENT ON COLUMN fuel_card_transactions.odometer IS 'km, as typed in at the pump'
;
COMMENT ON COLUMN fuel_card_transactions.is_approved IS 'It counts: nobody has flagged or rejected it'
;
COMMENT ON COLUMN fuel_card_transactions.anomalies IS 'Such as over_capacity, odometer_backwards, duplicate, unusual_price, unusual_time, off_site, wrong_fuel, too_frequent, over_limit'
;
COMMENT ON COLUMN fuel_card_transactions.fraud_score IS 'From 0 to 1'
;
CREATE TABLE fuel_cards (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	card_number VARCHAR(50) NOT NULL, 
	card_number_ciphertext BYTEA, 
	card_number_blind_index BYTEA, 
	card_label VARCHAR(100), 
	card_provider VARCHAR(100), 
	card_type VARCHAR(50), 
	assigned_vehicle_id UUID, 
	assigned_driver_id UUID, 
	card_status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	status_note TEXT, 
	credit_limit NUMERIC(12, 2), 
	current_balance NUMERIC(12, 2), 
	pin_required BOOLEAN DEFAULT 'true' NOT NULL, 
	restrictions JSONB, 
	issue_date DATE, 
	expiration_date DATE, 
	last_used_at TIMESTAMP WITH TIME ZONE, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_fuel_cards PRIMARY KEY (id), 
	CONSTRAINT ck_fuel_cards_card_status CHECK (card_status IN ('active', 'suspended', 'lost', 'cancelled')), 
	CONSTRAINT ck_fuel_cards_credit_limit_from_zero CHECK (credit_limit >= 0), 
	CONSTRAINT ck_fuel_cards_expiration_follows_the_issue CHECK (expiration_date >= issue_date), 
	CONSTRAINT uq_fuel_cards_tenant_id_card_number_blind_index UNIQUE (tenant_id, card_number_blind_index)
)
;
CREATE INDEX ix_fuel_cards_assigned_driver_id ON fuel_cards (assigned_driver_id)
;
CREATE INDEX ix_fuel_cards_assigned_vehicle_id ON fuel_cards (assigned_vehicle_id)
;
CREATE INDEX ix_fuel_cards_card_number ON fuel_cards (card_number)
;
CREATE INDEX ix_fuel_cards_tenant_id_card_label ON fuel_cards (tenant_id, card_label)
;
CREATE INDEX ix_fuel_cards_tenant_id_card_provider ON fuel_cards (tenant_id, card_provider)
;
CREATE INDEX ix_fuel_cards_tenant_id_card_status ON fuel_cards (tenant_id, card_status)
;
CREATE INDEX ix_fuel_cards_tenant_id_expiration_date ON fuel_cards (tenant_id, expiration_date)
;
CREATE UNIQUE INDEX uq_fuel_cards_tenant_id_id ON fuel_cards (tenant_id, id)
;
COMMENT ON TABLE fuel_cards IS 'Fuel card management and transactions'
;
COMMENT ON COLUMN fuel_cards.card_number IS 'Shown by its last four digits, stored encrypted; no number is used twice'
;
COMMENT ON COLUMN fuel_cards.card_label IS 'What people call it, such as VAN-12 WEX'
;
COMMENT ON COLUMN fuel_cards.card_provider IS 'Such as WEX, Voyager, FleetCor'
;
COMMENT ON COLUMN fuel_cards.card_type IS 'Such as vehicle, driver, pool, charging'
;
COMMENT ON COLUMN fuel_cards.card_status IS 'What was decided; current_status also knows the expiry'
;
COMMENT ON COLUMN fuel_cards.status_note IS 'Why it was suspended or cancelled'
;
COMMENT ON COLUMN fuel_cards.credit_limit IS 'A month'
;
COMMENT ON COLUMN fuel_cards.current_balance IS 'As the provider told it last'
;
COMMENT ON COLUMN fuel_cards.restrictions IS '{fuel_type: [], max_amount: 0, locations: []}'
;
COMMENT ON COLUMN fuel_cards.expiration_date IS 'Last day on which it works'
;
CREATE TABLE fuel_transactions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	transaction_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	vendor_id UUID, 
	facility_id UUID, 
	station_name VARCHAR(255), 
	station_address TEXT, 
	jurisdiction VARCHAR(10), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	fuel_type VARCHAR(50) DEFAULT 'gasoline' NOT NULL, 
	quantity NUMERIC(10, 3) NOT NULL, 
	unit VARCHAR(10) DEFAULT 'liters' NOT NULL, 
	unit_price NUMERIC(10, 4), 
	total_amount NUMERIC(12, 2) NOT NULL, 
	tax_amount NUMERIC(12, 2), 
	discount_amount NUMERIC(12, 2), 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	odometer INTEGER, 
	engine_hours NUMERIC(9, 1), 
	is_full BOOLEAN DEFAULT 'true' NOT NULL, 
	is_previous_missing BOOLEAN DEFAULT 'false' NOT NULL, 
	is_personal BOOLEAN DEFAULT 'false' NOT NULL, 
	level_before_percent NUMERIC(5, 2), 
	level_after_percent NUMERIC(5, 2), 
	fuel_card_id UUID, 
	payment_method_id UUID, 
	expense_id UUID, 
	receipt_number VARCHAR(100), 
	receipt_document_id UUID, 
	source VARCHAR(50) DEFAULT 'manual' NOT NULL, 
	external_id VARCHAR(100), 
	status VARCHAR(20) DEFAULT 'recorded' NOT NULL, 
	anomalies TEXT[], 
	anomaly_score NUMERIC(4, 3), 
	review_note TEXT, 
	reviewed_by_user_id UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	recorded_by_user_id UUID, 
	notes TEXT, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_fuel_transactions PRIMARY KEY (id), 
	CONSTRAINT ck_fuel_transactions_status CHECK (status IN ('recorded', 'flagged', 'verified', 'void')), 
	CONSTRAINT ck_fuel_transactions_unit CHECK (unit IN ('liters', 'kwh', 'kg')), 
	CONSTRAINT ck_fuel_transactions_quantity_above_zero CHECK (quantity > 0), 
	CONSTRAINT ck_fuel_transactions_amounts_from_zero CHECK (unit_price >= 0 AND total_amount >= 0 AND tax_amount >= 0 AND discount_amount >= 0), 
	CONSTRAINT ck_fuel_transactions_currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'), 
	CONSTRAINT ck_fuel_transactions_odometer_from_zero CHECK (odometer >= 0), 
	CONSTRAINT ck_fuel_transactions_engine_hours_from_zero CHECK (engine_hours >= 0), 
	CONSTRAINT ck_fuel_transactions_latitude_and_longitude_go_together CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	CONSTRAINT ck_fuel_transactions_end_after_start CHECK (ended_at >= transaction_date), 
	CONSTRAINT ck_fuel_transactions_levels_from_0_to_100_percent CHECK (level_before_percent BETWEEN 0 AND 100 AND level_after_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_fuel_transactions_anomaly_score_from_0_to_1 CHECK (anomaly_score BETWEEN 0 AND 1), 
	CONSTRAINT uq_fuel_transactions_tenant_id_source_external_id UNIQUE (tenant_id, source, external_id)
)
;
CREATE INDEX ix_fuel_transactions_driver_id_transaction_date ON fuel_transactions (driver_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_expense_id ON fuel_transactions (expense_id)
;
CREATE INDEX ix_fuel_transactions_fuel_card_id_transaction_date ON fuel_transactions (fuel_card_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_tenant_id_facility_id ON fuel_transactions (tenant_id, facility_id)
;
CREATE INDEX ix_fuel_transactions_tenant_id_fuel_type ON fuel_transactions (tenant_id, fuel_type)
;
CREATE INDEX ix_fuel_transactions_tenant_id_status_transaction_date ON fuel_transactions (tenant_id, status, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_tenant_id_transaction_date ON fuel_transactions (tenant_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_tenant_id_vehicle_id_transaction_date ON fuel_transactions (tenant_id, vehicle_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_vehicle_id_transaction_date ON fuel_transactions (vehicle_id, transaction_date DESC)
;
CREATE INDEX ix_fuel_transactions_vendor_id_transaction_date ON fuel_transactions (vendor_id, transaction_date DESC)
;
CREATE UNIQUE INDEX uq_fuel_transactions_tenant_id_id ON fuel_transactions (tenant_id, id)
;
COMMENT ON TABLE fuel_transactions IS 'Fills and charges of vehicles: where, when, how much, at what price, at which odometer'
;
COMMENT ON COLUMN fuel_transactions.transaction_date IS 'When it began'
;
COMMENT ON COLUMN fuel_transactions.ended_at IS 'End of a charge'
;
COMMENT ON COLUMN fuel_transactions.vendor_id IS 'Who sold it'
;
COMMENT ON COLUMN fuel_transactions.facility_id IS 'Own pump or charger'
;
COMMENT ON COLUMN fuel_transactions.jurisdiction IS 'State or province of the purchase for IFTA, ISO 3166-2 such as US-CA'
;
COMMENT ON COLUMN fuel_transactions.latitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN fuel_transactions.longitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN fuel_transactions.fuel_type IS 'Such as gasoline, premium, diesel, biodiesel, electric, cng, lpg, hydrogen, e85, def'
;
COMMENT ON COLUMN fuel_transactions.quantity IS 'In the unit of the row'
;
COMMENT ON COLUMN fuel_transactions.unit IS 'Litres, kWh (electric) or kg (cng, hydrogen)'
;
COMMENT ON COLUMN fuel_transactions.unit_price IS 'Price of one litre, kWh or kg, tax included'
;
COMMENT ON COLUMN fuel_transactions.total_amount IS 'What was paid, tax included'
;
COMMENT ON COLUMN fuel_transactions.tax_amount IS 'Tax within the total'
;
COMMENT ON COLUMN fuel_transactions.discount_amount IS 'Already taken off the total'
;
COMMENT ON COLUMN fuel_transactions.currency IS 'ISO 4217'
;
COMMENT ON COLUMN fuel_transactions.odometer IS 'km'
;
COMMENT ON COLUMN fuel_transactions.engine_hours IS 'Hours, for machines'
;
COMMENT ON COLUMN fuel_transactions.is_full IS 'The tank or battery was filled up; consumption is computed between full ones'
;
COMMENT ON COLUMN fuel_transactions.is_previous_missing IS 'A fill before this one was not recorded, so consumption is not known'
;
COMMENT ON COLUMN fuel_transactions.is_personal IS 'For private use, to be charged'
;
COMMENT ON COLUMN fuel_transactions.level_before_percent IS 'Percent'
;
COMMENT ON COLUMN fuel_transactions.level_after_percent IS 'Percent'
;
COMMENT ON COLUMN fuel_transactions.expense_id IS 'Expense by which it was claimed'
;
COMMENT ON COLUMN fuel_transactions.source IS 'Such as manual, fuel_card, import, telematics, charger, own_pump'
;
COMMENT ON COLUMN fuel_transactions.external_id IS 'The source''s own number of it'
;
COMMENT ON COLUMN fuel_transactions.anomalies IS 'Such as over_capacity, odometer_backwards, duplicate, unusual_price, unusual_time, off_site, wrong_fuel, too_frequent, over_limit'
;
COMMENT ON COLUMN fuel_transactions.anomaly_score IS 'How doubtful it is, from 0 to 1'
;
CREATE TABLE geofence_events (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	geofence_id UUID NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	event_type VARCHAR(20) NOT NULL, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	dwell_duration_minutes INTEGER, 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_geofence_events PRIMARY KEY (id), 
	CONSTRAINT ck_geofence_events_event_type CHECK (event_type IN ('entry', 'exit', 'dwell')), 
	CONSTRAINT ck_geofence_events_dwell_duration_minutes_are_not_negative CHECK (dwell_duration_minutes >= 0)
)
;
CREATE INDEX ix_geofence_events_driver_id_recorded_at ON geofence_events (driver_id, recorded_at DESC)
;
CREATE INDEX ix_geofence_events_geofence_id_recorded_at ON geofence_events (geofence_id, recorded_at DESC)
;
CREATE INDEX ix_geofence_events_tenant_id_recorded_at ON geofence_events (tenant_id, recorded_at DESC)
;
CREATE INDEX ix_geofence_events_vehicle_id_recorded_at ON geofence_events (vehicle_id, recorded_at DESC)
;
CREATE UNIQUE INDEX uq_geofence_events_tenant_id_id ON geofence_events (tenant_id, id)
;
COMMENT ON TABLE geofence_events IS 'Vehicle geofence entry/exit logging'
;
COMMENT ON COLUMN geofence_events.driver_id IS 'Who drove then'
;
COMMENT ON COLUMN geofence_events.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN geofence_events.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN geofence_events.dwell_duration_minutes IS 'min inside, of an exit or a dwell'
;
COMMENT ON COLUMN geofence_events.recorded_at IS 'Time of the position that shows it'
;
CREATE TABLE geofences (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	type VARCHAR(20) NOT NULL, 
	center_lat NUMERIC(10, 8), 
	center_lng NUMERIC(11, 8), 
	radius_meters INTEGER, 
	coordinates JSONB, 
	color VARCHAR(7), 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	alert_on_entry BOOLEAN DEFAULT 'false' NOT NULL, 
	alert_on_exit BOOLEAN DEFAULT 'false' NOT NULL, 
	alert_on_dwell BOOLEAN DEFAULT 'false' NOT NULL, 
	dwell_minutes INTEGER, 
	vehicle_group_id UUID, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_geofences PRIMARY KEY (id), 
	CONSTRAINT ck_geofences_type CHECK (type IN ('circle', 'polygon', 'rectangle')), 
	CONSTRAINT ck_geofences_a_circle_has_a_centre_and_a_radius CHECK (type <> 'circle' OR (center_lat IS NOT NULL AND center_lng IS NOT NULL AND radius_meters IS NOT NULL)), 
	CONSTRAINT ck_geofences_a_polygon_or_rectangle_has_coordinates CHECK (type = 'circle' OR coordinates IS NOT NULL), 
	CONSTRAINT ck_geofences_radius_is_1_to_500000_metres CHECK (radius_meters BETWEEN 1 AND 500000), 
	CONSTRAINT ck_geofences_center_lat_is_within_90_degrees CHECK (center_lat BETWEEN -90 AND 90), 
	CONSTRAINT ck_geofences_center_lng_is_within_180_degrees CHECK (center_lng BETWEEN -180 AND 180), 
	CONSTRAINT ck_geofences_color_is_six_hex_digits_after_a_hash CHECK (color ~ '^#[0-9A-Fa-f]{6}$'), 
	CONSTRAINT ck_geofences_an_alert_on_dwell_has_dwell_minutes CHECK (NOT alert_on_dwell OR dwell_minutes IS NOT NULL), 
	CONSTRAINT ck_geofences_dwell_minutes_are_positive CHECK (dwell_minutes > 0)
)
;
CREATE INDEX ix_geofences_tenant_id_is_active ON geofences (tenant_id, is_active)
;
CREATE INDEX ix_geofences_tenant_id_name_id ON geofences (tenant_id, name, id)
;
CREATE INDEX ix_geofences_vehicle_group_id ON geofences (vehicle_group_id)
;
CREATE UNIQUE INDEX uq_geofences_tenant_id_id ON geofences (tenant_id, id)
;
COMMENT ON TABLE geofences IS 'Geographic boundary definitions'
;
COMMENT ON COLUMN geofences.center_lat IS 'Of a circle, degrees, WGS84'
;
COMMENT ON COLUMN geofences.center_lng IS 'Of a circle, degrees, WGS84'
;
COMMENT ON COLUMN geofences.radius_meters IS 'Of a circle, m'
;
COMMENT ON COLUMN geofences.coordinates IS 'Of a polygon or rectangle: a GeoJSON Polygon, longitude first'
;
COMMENT ON COLUMN geofences.color IS '#rrggbb, on the map'
;
COMMENT ON COLUMN geofences.is_active IS 'Positions are compared with it'
;
COMMENT ON COLUMN geofences.alert_on_dwell IS 'When a vehicle stays dwell_minutes'
;
COMMENT ON COLUMN geofences.dwell_minutes IS 'min inside before it counts as a dwell'
;
COMMENT ON COLUMN geofences.vehicle_group_id IS 'Only vehicles of this group; null: all'
;
CREATE TABLE hours_of_service_logs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	vehicle_id UUID, 
	co_driver_id UUID, 
	log_date DATE NOT NULL, 
	duty_status VARCHAR(20) NOT NULL, 
	special_category VARCHAR(20), 
	exceptions TEXT[], 
	status_start_time TIMESTAMP WITH TIME ZONE NOT NULL, 
	status_end_time TIMESTAMP WITH TIME ZONE, 
	duration_minutes INTEGER GENERATED ALWAYS AS ((floor(extract(epoch FROM (status_end_time - status_start_time)) / 60))::integer) STORED, 
	location_start TEXT, 
	location_end TEXT, 
	latitude_start NUMERIC(10, 8), 
	longitude_start NUMERIC(11, 8), 
	odometer_start INTEGER, 
	odometer_end INTEGER, 
	engine_hours_start NUMERIC(9, 1), 
	engine_hours_end NUMERIC(9, 1), 
	trailer_numbers TEXT[], 
	shipping_documents TEXT[], 
	remarks TEXT, 
	violations TEXT[], 
	origin VARCHAR(20) DEFAULT 'driver' NOT NULL, 
	driver_decision VARCHAR(20) DEFAULT 'undecided' NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	is_certified BOOLEAN GENERATED ALWAYS AS (certified_at IS NOT NULL) STORED NOT NULL, 
	certified_at TIMESTAMP WITH TIME ZONE, 
	eld_provider VARCHAR(100), 
	eld_device_id VARCHAR(100), 
	eld_sequence_id INTEGER, 
	replaces_log_id UUID, 
	is_edited BOOLEAN GENERATED ALWAYS AS (replaces_log_id IS NOT NULL) STORED NOT NULL, 
	edit_reason TEXT, 
	created_by_user_id UUID, 
	edited_by_user_id UUID GENERATED ALWAYS AS (CASE WHEN replaces_log_id IS NOT NULL THEN created_by_user_id END) STORED, 
	edited_at TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS (CASE WHEN replaces_log_id IS NOT NULL THEN created_at END) STORED, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_hours_of_service_logs PRIMARY KEY (id), 
	CONSTRAINT ck_hours_of_service_logs_duty_status CHECK (duty_status IN ('off_duty', 'sleeper_berth', 'driving', 'on_duty_not_driving')), 
	CONSTRAINT ck_hours_of_service_logs_special_category CHECK (special_category IN ('personal_conveyance', 'yard_move')), 
	CONSTRAINT ck_hours_of_service_logs_origin CHECK (origin IN ('automatic', 'driver', 'carrier', 'unidentified')), 
	CONSTRAINT ck_hours_of_service_logs_driver_decision CHECK (driver_decision IN ('undecided', 'accepted', 'rejected')), 
	CONSTRAINT ck_hours_of_service_logs_end_after_start CHECK (status_end_time > status_start_time), 
	CONSTRAINT ck_hours_of_service_logs_odometer_does_not_run_backwards CHECK (odometer_end >= odometer_start), 
	CONSTRAINT ck_hours_of_service_logs_special_category_fits_the_duty_status CHECK (special_category IS NULL OR (special_category = 'personal_conveyance' AND duty_status = 'off_duty') OR (special_category = 'yard_move' AND duty_status = 'on_duty_not_driving')), 
	CONSTRAINT ck_hours_of_service_logs_an_edit_needs_a_reason_of_4_letters CHECK (replaces_log_id IS NULL OR (edit_reason IS NOT NULL AND length(trim(edit_reason)) >= 4)), 
	CONSTRAINT ck_hours_of_service_logs_a_log_does_not_replace_itself CHECK (replaces_log_id <> id), 
	CONSTRAINT ck_hours_of_service_logs_an_automatic_record_names_its_device CHECK (origin <> 'automatic' OR eld_device_id IS NOT NULL)
)
;
CREATE INDEX ix_hours_of_service_logs_driver_id_log_date ON hours_of_service_logs (driver_id, log_date DESC)
;
CREATE INDEX ix_hours_of_service_logs_driver_id_status_start_time ON hours_of_service_logs (driver_id, status_start_time)
;
CREATE INDEX ix_hours_of_service_logs_replaces_log_id ON hours_of_service_logs (replaces_log_id)
;
CREATE INDEX ix_hours_of_service_logs_tenant_id_driver_decision ON hours_of_service_logs (tenant_id, driver_decision)
;
CREATE INDEX ix_hours_of_service_logs_tenant_id_log_date ON hours_of_service_logs (tenant_id, log_date DESC)
;
CREATE INDEX ix_hours_of_service_logs_tenant_id_status_start_time ON hours_of_service_logs (tenant_id, status_start_time DESC)
;
CREATE INDEX ix_hours_of_service_logs_vehicle_id_log_date ON hours_of_service_logs (vehicle_id, log_date DESC)
;
CREATE INDEX ix_hours_of_service_logs_violations ON hours_of_service_logs USING gin (violations)
;
CREATE UNIQUE INDEX uq_hours_of_service_logs_tenant_id_id ON hours_of_service_logs (tenant_id, id)
;
COMMENT ON TABLE hours_of_service_logs IS 'DOT HOS compliance (for CDL drivers): duty status changes, their edits and certification'
;
COMMENT ON COLUMN hours_of_service_logs.co_driver_id IS 'The other driver of a team'
;
COMMENT ON COLUMN hours_of_service_logs.log_date IS 'Day of the home terminal that the record belongs to'
;
COMMENT ON COLUMN hours_of_service_logs.special_category IS 'Personal conveyance (off duty) or yard move (on duty)'
;
COMMENT ON COLUMN hours_of_service_logs.exceptions IS 'Such as adverse_driving, short_haul_150_air_mile, short_haul_16_hour, agricultural'
;
COMMENT ON COLUMN hours_of_service_logs.status_end_time IS 'null: it goes on'
;
COMMENT ON COLUMN hours_of_service_logs.duration_minutes IS 'Whole elapsed minutes'
;
COMMENT ON COLUMN hours_of_service_logs.location_start IS 'Distance and direction from a place, such as 3mi ESE Oakland, CA'
;
COMMENT ON COLUMN hours_of_service_logs.latitude_start IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN hours_of_service_logs.longitude_start IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN hours_of_service_logs.odometer_start IS 'km'
;
COMMENT ON COLUMN hours_of_service_logs.odometer_end IS 'km'
;
COMMENT ON COLUMN hours_of_service_logs.engine_hours_start IS 'Hours'
;
COMMENT ON COLUMN hours_of_service_logs.engine_hours_end IS 'Hours'
;
COMMENT ON COLUMN hours_of_service_logs.shipping_documents IS 'Document numbers, or shipper and commodity'
;
COMMENT ON COLUMN hours_of_service_logs.remarks IS 'Annotation of the driver or the carrier'
;
COMMENT ON COLUMN hours_of_service_logs.violations IS '[''11_hour_driving'', ''14_hour_window'', ''70_hour_8_day'']'
;
COMMENT ON COLUMN hours_of_service_logs.origin IS 'Who made the record: a device, the driver, the carrier, or a device without a known driver'
;
COMMENT ON COLUMN hours_of_service_logs.driver_decision IS 'What the driver said to it; a carrier''s edit counts once accepted'
;
COMMENT ON COLUMN hours_of_service_logs.is_certified IS 'The driver has certified the record'
;
COMMENT ON COLUMN hours_of_service_logs.eld_provider IS 'Electronic Logging Device'
;
COMMENT ON COLUMN hours_of_service_logs.eld_sequence_id IS 'Event sequence number of the device, 0 to 65535'
;
COMMENT ON COLUMN hours_of_service_logs.replaces_log_id IS 'The record that this one edits; it stays as it was'
;
COMMENT ON COLUMN hours_of_service_logs.is_edited IS 'This record is an edit of another'
;
COMMENT ON COLUMN hours_of_service_logs.edit_reason IS 'At least four characters, on every edit'
;
CREATE TABLE import_errors (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	import_job_id UUID NOT NULL, 
	row_number INTEGER NOT NULL, 
	field VARCHAR(100), 
	heading TEXT, 
	value TEXT, 
	message TEXT NOT NULL, 
	code VARCHAR(50) DEFAULT 'invalid' NOT NULL, 
	CONSTRAINT pk_import_errors PRIMARY KEY (id)
)
;
CREATE INDEX ix_import_errors_tenant_id_import_job_id_row_number ON import_errors (tenant_id, import_job_id, row_number)
;
CREATE UNIQUE INDEX uq_import_errors_tenant_id_id ON import_errors (tenant_id, id)
;
COMMENT ON TABLE import_errors IS 'What is wrong with the rows of an imported file'
;
COMMENT ON COLUMN import_errors.row_number IS 'As a spreadsheet counts: the heading is row 1'
;
COMMENT ON COLUMN import_errors.field IS 'Our column; null: the row as a whole'
;
COMMENT ON COLUMN import_errors.heading IS 'The file''s column'
;
COMMENT ON COLUMN import_errors.value IS 'What stands in the cell'
;
CREATE TABLE import_jobs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	import_type VARCHAR(100) NOT NULL, 
	file_name VARCHAR(500), 
	file_url TEXT, 
	file_id UUID, 
	file_size_bytes BIGINT, 
	row_count INTEGER, 
	rows_processed INTEGER DEFAULT '0' NOT NULL, 
	rows_succeeded INTEGER DEFAULT '0' NOT NULL, 
	rows_failed INTEGER DEFAULT '0' NOT NULL, 
	rows_created INTEGER DEFAULT '0' NOT NULL, 
	rows_updated INTEGER DEFAULT '0' NOT NULL, 
	status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	error_log JSONB, 
	validation_errors JSONB, 
	error_message TEXT, 
	error_file_id UUID, 
	import_parameters JSONB, 
	preview JSONB, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	imported_by_user_id UUID NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_import_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_import_jobs_status CHECK (status IN ('pending', 'checking', 'checked', 'processing', 'completed', 'failed', 'cancelled')), 
	CONSTRAINT ck_import_jobs_every_row_succeeded_or_failed CHECK (rows_processed = rows_succeeded + rows_failed)
)
;
CREATE INDEX ix_import_jobs_imported_by_user_id_created_at ON import_jobs (imported_by_user_id, created_at DESC)
;
CREATE INDEX ix_import_jobs_tenant_id_created_at ON import_jobs (tenant_id, created_at DESC)
;
CREATE INDEX ix_import_jobs_tenant_id_import_type_created_at ON import_jobs (tenant_id, import_type, created_at DESC)
;
CREATE INDEX ix_import_jobs_tenant_id_status_created_at ON import_jobs (tenant_id, status, created_at DESC)
;
CREATE UNIQUE INDEX uq_import_jobs_tenant_id_id ON import_jobs (tenant_id, id)
;
COMMENT ON TABLE import_jobs IS 'Bulk data import job tracking'
;
COMMENT ON COLUMN import_jobs.import_type IS 'Table that the rows go into, such as vehicles, drivers, fuel_transactions'
;
COMMENT ON COLUMN import_jobs.file_url IS 'Where the file can be fetched'
;
COMMENT ON COLUMN import_jobs.file_id IS 'The file as it was sent'
;
COMMENT ON COLUMN import_jobs.row_count IS 'Rows below the heading; known after the first reading'
;
COMMENT ON COLUMN import_jobs.rows_created IS 'Of those that succeeded'
;
COMMENT ON COLUMN import_jobs.rows_updated IS 'Of those that succeeded: were there before'
;
COMMENT ON COLUMN import_jobs.error_log IS '[{row, error, field}]: the first ones; all stand in import_errors'
;
COMMENT ON COLUMN import_jobs.validation_errors IS '[{error, field, rows}]: the errors of the dry run by kind'
;
COMMENT ON COLUMN import_jobs.error_message IS 'Why the whole import failed'
;
COMMENT ON COLUMN import_jobs.error_file_id IS 'The rows that failed, with their errors, to correct and send again'
;
COMMENT ON COLUMN import_jobs.import_parameters IS 'Sheet, column mapping, what happens to rows that exist and to empty cells'
;
COMMENT ON COLUMN import_jobs.preview IS 'Headings and first rows of the file, to choose the mapping by'
;
CREATE TABLE incident_people (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	incident_id UUID NOT NULL, 
	role VARCHAR(20) DEFAULT 'witness' NOT NULL, 
	full_name VARCHAR(255) NOT NULL, 
	phone VARCHAR(40), 
	email VARCHAR(320), 
	address TEXT, 
	license_number VARCHAR(50), 
	license_region VARCHAR(50), 
	license_plate VARCHAR(20), 
	vehicle_description VARCHAR(255), 
	insurer VARCHAR(255), 
	insurance_policy_number VARCHAR(100), 
	statement TEXT, 
	statement_taken_at TIMESTAMP WITH TIME ZONE, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_incident_people PRIMARY KEY (id), 
	CONSTRAINT ck_incident_people_role CHECK (role IN ('witness', 'other_driver', 'passenger', 'pedestrian', 'property_owner', 'responder'))
)
;
CREATE INDEX ix_incident_people_incident_id_role ON incident_people (incident_id, role)
;
CREATE INDEX ix_incident_people_tenant_id_full_name ON incident_people (tenant_id, full_name)
;
CREATE UNIQUE INDEX uq_incident_people_tenant_id_id ON incident_people (tenant_id, id)
;
COMMENT ON TABLE incident_people IS 'Witnesses and other parties of incidents, with their statements'
;
COMMENT ON COLUMN incident_people.license_number IS 'Driving licence'
;
COMMENT ON COLUMN incident_people.vehicle_description IS 'Make, model and colour of the other vehicle'
;
COMMENT ON COLUMN incident_people.statement IS 'In the person''s own words'
;
CREATE TABLE incidents (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	incident_number VARCHAR(50) NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	incident_type VARCHAR(50) NOT NULL, 
	severity VARCHAR(20) DEFAULT 'minor' NOT NULL, 
	status VARCHAR(20) DEFAULT 'reported' NOT NULL, 
	occurred_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	location TEXT, 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	vehicle_id UUID, 
	driver_id UUID, 
	trip_id UUID, 
	facility_id UUID, 
	department_id UUID, 
	description TEXT, 
	immediate_action TEXT, 
	injury_count INTEGER DEFAULT '0' NOT NULL, 
	treated_away_count INTEGER DEFAULT '0' NOT NULL, 
	fatality_count INTEGER DEFAULT '0' NOT NULL, 
	towed_count INTEGER DEFAULT '0' NOT NULL, 
	is_dot_recordable BOOLEAN DEFAULT 'false' NOT NULL, 
	is_osha_recordable BOOLEAN DEFAULT 'false' NOT NULL, 
	police_notified BOOLEAN DEFAULT 'false' NOT NULL, 
	police_report_number VARCHAR(100), 
	estimated_cost NUMERIC(12, 2), 
	actual_cost NUMERIC(12, 2), 
	photos TEXT[], 
	dashcam_footage_id UUID, 
	reported_by_user_id UUID, 
	assigned_to_user_id UUID, 
	root_cause TEXT, 
	root_cause_category VARCHAR(50), 
	contributing_factors TEXT[], 
	lessons_learned TEXT, 
	closing_note TEXT, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	resolved_by_user_id UUID, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_incidents PRIMARY KEY (id), 
	CONSTRAINT ck_incidents_severity CHECK (severity IN ('minor', 'moderate', 'serious', 'critical')), 
	CONSTRAINT ck_incidents_status CHECK (status IN ('reported', 'investigating', 'pending_insurance', 'resolved', 'archived')), 
	CONSTRAINT ck_incidents_it_is_reported_after_it_occurred CHECK (reported_at >= occurred_at), 
	CONSTRAINT ck_incidents_people_and_vehicles_are_counted_from_zero CHECK (injury_count >= 0 AND fatality_count >= 0 AND treated_away_count >= 0 AND towed_count >= 0), 
	CONSTRAINT ck_incidents_costs_from_zero CHECK (estimated_cost >= 0 AND actual_cost >= 0), 
	CONSTRAINT ck_incidents_latitude_and_longitude_go_together CHECK ((latitude IS NULL) = (longitude IS NULL)), 
	CONSTRAINT uq_incidents_tenant_id_incident_number UNIQUE (tenant_id, incident_number)
)
;
CREATE INDEX ix_incidents_driver_id_occurred_at ON incidents (driver_id, occurred_at DESC)
;
CREATE INDEX ix_incidents_tenant_id_assigned_to_user_id ON incidents (tenant_id, assigned_to_user_id)
;
CREATE INDEX ix_incidents_tenant_id_department_id ON incidents (tenant_id, department_id)
;
CREATE INDEX ix_incidents_tenant_id_facility_id ON incidents (tenant_id, facility_id)
;
CREATE INDEX ix_incidents_tenant_id_incident_type ON incidents (tenant_id, incident_type)
;
CREATE INDEX ix_incidents_tenant_id_occurred_at ON incidents (tenant_id, occurred_at DESC)
;
CREATE INDEX ix_incidents_tenant_id_severity_occurred_at ON incidents (tenant_id, severity, occurred_at DESC)
;
CREATE INDEX ix_incidents_tenant_id_status_occurred_at ON incidents (tenant_id, status, occurred_at DESC)
;
CREATE INDEX ix_incidents_vehicle_id_occurred_at ON incidents (vehicle_id, occurred_at DESC)
;
CREATE UNIQUE INDEX uq_incidents_tenant_id_id ON incidents (tenant_id, id)
;
COMMENT ON TABLE incidents IS 'What harmed people, vehicles or property, or nearly did, from report to root cause'
;
COMMENT ON COLUMN incidents.title IS 'What happened, in a few words'
;
COMMENT ON COLUMN incidents.incident_type IS 'Such as collision, near_miss, injury, property_damage, theft, vandalism, fire, spill, breakdown, complaint'
;
COMMENT ON COLUMN incidents.location IS 'Address or description of the place'
;
COMMENT ON COLUMN incidents.latitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN incidents.longitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN incidents.vehicle_id IS 'Own vehicle, the main one of several'
;
COMMENT ON COLUMN incidents.trip_id IS 'Trip during which it happened'
;
COMMENT ON COLUMN incidents.facility_id IS 'Where it happened on own ground'
;
COMMENT ON COLUMN incidents.department_id IS 'Part of the organisation it concerns'
;
COMMENT ON COLUMN incidents.immediate_action IS 'What was done on the spot'
;
COMMENT ON COLUMN incidents.injury_count IS 'People injured, not counting dead'
;
COMMENT ON COLUMN incidents.treated_away_count IS 'Of them, treated at once away from the scene'
;
COMMENT ON COLUMN incidents.fatality_count IS 'People who died'
;
COMMENT ON COLUMN incidents.towed_count IS 'Vehicles towed away because of disabling damage'
;
COMMENT ON COLUMN incidents.is_dot_recordable IS 'Goes into the accident register (49 CFR 390.15)'
;
COMMENT ON COLUMN incidents.is_osha_recordable IS 'Goes into the OSHA 300 log (29 CFR 1904.7)'
;
COMMENT ON COLUMN incidents.photos IS 'URLs of photos'
;
COMMENT ON COLUMN incidents.assigned_to_user_id IS 'Who investigates'
;
COMMENT ON COLUMN incidents.root_cause IS 'Needed to resolve it'
;
COMMENT ON COLUMN incidents.root_cause_category IS 'Such as human, vehicle, road, weather, procedure, third_party'
;
COMMENT ON COLUMN incidents.contributing_factors IS 'Such as speed, distraction, fatigue, visibility, maintenance'
;
CREATE TABLE injury_records (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	case_number VARCHAR(50) NOT NULL, 
	incident_id UUID, 
	person_name VARCHAR(255) NOT NULL, 
	user_id UUID, 
	driver_id UUID, 
	is_employee BOOLEAN DEFAULT 'true' NOT NULL, 
	is_privacy_case BOOLEAN DEFAULT 'false' NOT NULL, 
	job_title VARCHAR(100), 
	facility_id UUID, 
	injured_on DATE NOT NULL, 
	injured_at TIMESTAMP WITH TIME ZONE, 
	shift_began_at TIMESTAMP WITH TIME ZONE, 
	location TEXT, 
	activity TEXT, 
	description TEXT, 
	body_part VARCHAR(100), 
	harmful_object VARCHAR(255), 
	injury_type VARCHAR(30) DEFAULT 'injury' NOT NULL, 
	classification VARCHAR(20) DEFAULT 'first_aid' NOT NULL, 
	days_away INTEGER DEFAULT '0' NOT NULL, 
	days_restricted INTEGER DEFAULT '0' NOT NULL, 
	treated_by VARCHAR(255), 
	treated_away BOOLEAN DEFAULT 'false' NOT NULL, 
	emergency_room BOOLEAN DEFAULT 'false' NOT NULL, 
	hospitalized BOOLEAN DEFAULT 'false' NOT NULL, 
	died_on DATE, 
	returned_to_work_on DATE, 
	recorded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_injury_records PRIMARY KEY (id), 
	CONSTRAINT ck_injury_records_classification CHECK (classification IN ('death', 'days_away', 'restricted', 'other_recordable', 'first_aid')), 
	CONSTRAINT ck_injury_records_injury_type CHECK (injury_type IN ('injury', 'skin_disorder', 'respiratory_condition', 'poisoning', 'hearing_loss', 'other_illness')), 
	CONSTRAINT ck_injury_records_days_are_counted_from_zero CHECK (days_away >= 0 AND days_restricted >= 0), 
	CONSTRAINT ck_injury_records_death_follows_the_injury CHECK (died_on >= injured_on), 
	CONSTRAINT uq_injury_records_tenant_id_case_number UNIQUE (tenant_id, case_number)
)
;
CREATE INDEX ix_injury_records_driver_id_injured_on ON injury_records (driver_id, injured_on DESC)
;
CREATE INDEX ix_injury_records_incident_id ON injury_records (incident_id)
;
CREATE INDEX ix_injury_records_tenant_id_classification_injured_on ON injury_records (tenant_id, classification, injured_on DESC)
;
CREATE INDEX ix_injury_records_tenant_id_facility_id ON injury_records (tenant_id, facility_id)
;
CREATE INDEX ix_injury_records_tenant_id_injured_on ON injury_records (tenant_id, injured_on DESC)
;
CREATE UNIQUE INDEX uq_injury_records_tenant_id_id ON injury_records (tenant_id, id)
;
COMMENT ON TABLE injury_records IS 'Injuries and illnesses at work, as the OSHA 300 and 301 forms ask for them'
;
COMMENT ON COLUMN injury_records.user_id IS 'The injured person''s account'
;
COMMENT ON COLUMN injury_records.driver_id IS 'When the injured person is a driver'
;
COMMENT ON COLUMN injury_records.is_employee IS 'Others than own staff are not in the OSHA log'
;
COMMENT ON COLUMN injury_records.is_privacy_case IS 'The log shows no name (29 CFR 1904.29)'
;
COMMENT ON COLUMN injury_records.facility_id IS 'Establishment whose log it is in'
;
COMMENT ON COLUMN injury_records.injured_at IS 'Exact time, when known'
;
COMMENT ON COLUMN injury_records.shift_began_at IS 'When the person began work'
;
COMMENT ON COLUMN injury_records.activity IS 'What the person was doing just before'
;
COMMENT ON COLUMN injury_records.description IS 'What happened, and the harm done'
;
COMMENT ON COLUMN injury_records.body_part IS 'Such as head, neck, back, hand, knee, foot'
;
COMMENT ON COLUMN injury_records.harmful_object IS 'Object or substance that did the harm'
;
COMMENT ON COLUMN injury_records.classification IS 'Most serious outcome; first aid is not recordable'
;
COMMENT ON COLUMN injury_records.days_away IS 'Calendar days away from work; OSHA counts at most 180'
;
COMMENT ON COLUMN injury_records.days_restricted IS 'Calendar days of restricted work or job transfer'
;
COMMENT ON COLUMN injury_records.treated_by IS 'Physician or clinic'
;
COMMENT ON COLUMN injury_records.treated_away IS 'Treated at once, away from the scene'
;
COMMENT ON COLUMN injury_records.hospitalized IS 'In-patient; must be told to OSHA within 24 hours'
;
COMMENT ON COLUMN injury_records.died_on IS 'Must be told to OSHA within 8 hours'
;
CREATE TABLE insurance_claims (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	claim_number VARCHAR(100) NOT NULL, 
	insurance_policy_id UUID, 
	insurer VARCHAR(255), 
	direction VARCHAR(20) DEFAULT 'own' NOT NULL, 
	claim_type VARCHAR(50), 
	incident_id UUID, 
	accident_report_id UUID, 
	vehicle_id UUID, 
	loss_on DATE, 
	filed_on DATE NOT NULL, 
	status VARCHAR(20) DEFAULT 'filed' NOT NULL, 
	description TEXT, 
	claimant VARCHAR(255), 
	adjuster_name VARCHAR(255), 
	adjuster_contact VARCHAR(255), 
	claimed_amount NUMERIC(12, 2), 
	reserve_amount NUMERIC(12, 2), 
	paid_amount NUMERIC(12, 2), 
	deductible_paid NUMERIC(12, 2), 
	settled_on DATE, 
	denial_reason TEXT, 
	notes TEXT, 
	filed_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_insurance_claims PRIMARY KEY (id), 
	CONSTRAINT ck_insurance_claims_status CHECK (status IN ('filed', 'under_review', 'approved', 'denied', 'settled', 'closed')), 
	CONSTRAINT ck_insurance_claims_direction CHECK (direction IN ('own', 'against_us')), 
	CONSTRAINT ck_insurance_claims_amounts_from_zero CHECK (claimed_amount >= 0 AND reserve_amount >= 0 AND paid_amount >= 0 AND deductible_paid >= 0), 
	CONSTRAINT ck_insurance_claims_it_is_filed_after_the_loss CHECK (filed_on >= loss_on), 
	CONSTRAINT ck_insurance_claims_it_is_settled_after_it_was_filed CHECK (settled_on >= filed_on), 
	CONSTRAINT uq_insurance_claims_tenant_id_claim_number UNIQUE (tenant_id, claim_number)
)
;
CREATE INDEX ix_insurance_claims_accident_report_id ON insurance_claims (accident_report_id)
;
CREATE INDEX ix_insurance_claims_incident_id ON insurance_claims (incident_id)
;
CREATE INDEX ix_insurance_claims_insurance_policy_id ON insurance_claims (insurance_policy_id)
;
CREATE INDEX ix_insurance_claims_tenant_id_filed_on ON insurance_claims (tenant_id, filed_on DESC)
;
CREATE INDEX ix_insurance_claims_tenant_id_status_filed_on ON insurance_claims (tenant_id, status, filed_on DESC)
;
CREATE INDEX ix_insurance_claims_vehicle_id ON insurance_claims (vehicle_id)
;
CREATE UNIQUE INDEX uq_insurance_claims_tenant_id_id ON insurance_claims (tenant_id, id)
;
COMMENT ON TABLE insurance_claims IS 'Insurance claims, from filing to settlement'
;
COMMENT ON COLUMN insurance_claims.claim_number IS 'The insurer''s number, ours until it is known'
;
COMMENT ON COLUMN insurance_claims.insurer IS 'When it is not one of our policies'
;
COMMENT ON COLUMN insurance_claims.direction IS 'We claim, or another party claims against us'
;
COMMENT ON COLUMN insurance_claims.claim_type IS 'Such as collision, comprehensive, liability, bodily_injury, cargo, workers_comp'
;
COMMENT ON COLUMN insurance_claims.loss_on IS 'Day of the loss'
;
COMMENT ON COLUMN insurance_claims.claimant IS 'The other party, when it claims'
;
COMMENT ON COLUMN insurance_claims.adjuster_contact IS 'Phone or e-mail'
;
COMMENT ON COLUMN insurance_claims.reserve_amount IS 'What the insurer set aside'
;
COMMENT ON COLUMN insurance_claims.paid_amount IS 'What the insurer paid'
;
COMMENT ON COLUMN insurance_claims.deductible_paid IS 'What we paid ourselves'
;
CREATE TABLE insurance_policies (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_number VARCHAR(100) NOT NULL, 
	insurance_carrier VARCHAR(255) NOT NULL, 
	vendor_id UUID, 
	policy_type VARCHAR(100), 
	coverage_type VARCHAR(100), 
	policy_start_date DATE NOT NULL, 
	policy_end_date DATE NOT NULL, 
	premium_amount NUMERIC(12, 2), 
	deductible NUMERIC(12, 2), 
	coverage_limits JSONB, 
	covered_vehicles UUID[], 
	covered_drivers UUID[], 
	agent_name VARCHAR(255), 
	agent_contact VARCHAR(255), 
	policy_document_url TEXT, 
	document_id UUID, 
	renewal_status VARCHAR(20) DEFAULT 'current' NOT NULL, 
	renewal_reminder_days INTEGER DEFAULT '60' NOT NULL, 
	renewed_by_id UUID, 
	claims_filed INTEGER DEFAULT '0' NOT NULL, 
	total_claims_paid NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_insurance_policies PRIMARY KEY (id), 
	CONSTRAINT ck_insurance_policies_renewal_status CHECK (renewal_status IN ('current', 'renewed')), 
	CONSTRAINT ck_insurance_policies_the_policy_ends_after_it_starts CHECK (policy_end_date >= policy_start_date), 
	CONSTRAINT ck_insurance_policies_amounts_from_zero CHECK (premium_amount >= 0 AND deductible >= 0 AND total_claims_paid >= 0), 
	CONSTRAINT ck_insurance_policies_claims_are_counted_from_zero CHECK (claims_filed >= 0), 
	CONSTRAINT ck_insurance_policies_reminder_days_from_zero CHECK (renewal_reminder_days >= 0), 
	CONSTRAINT ck_insurance_policies_a_policy_does_not_renew_itself CHECK (renewed_by_id <> id), 
	CONSTRAINT uq_insurance_policies_tenant_id_policy_number UNIQUE (tenant_id, policy_number)
)
;
CREATE INDEX ix_insurance_policies_policy_end_date_renewal_status ON insurance_policies (policy_end_date, renewal_status)
;
CREATE INDEX ix_insurance_policies_tenant_id_insurance_carrier ON insurance_policies (tenant_id, insurance_carrier)
;
CREATE INDEX ix_insurance_policies_tenant_id_policy_end_date ON insurance_policies (tenant_id, policy_end_date)
;
CREATE INDEX ix_insurance_policies_tenant_id_policy_type_is_active ON insurance_policies (tenant_id, policy_type, is_active)
;
CREATE INDEX ix_insurance_policies_tenant_id_vendor_id ON insurance_policies (tenant_id, vendor_id)
;
CREATE UNIQUE INDEX uq_insurance_policies_tenant_id_id ON insurance_policies (tenant_id, id)
;
COMMENT ON TABLE insurance_policies IS 'Fleet insurance policy tracking'
;
COMMENT ON COLUMN insurance_policies.vendor_id IS 'The insurer or broker as vendor'
;
COMMENT ON COLUMN insurance_policies.policy_type IS 'Such as auto_liability, physical_damage, cargo, workers_comp'
;
COMMENT ON COLUMN insurance_policies.coverage_type IS 'Such as comprehensive, collision, liability'
;
COMMENT ON COLUMN insurance_policies.policy_start_date IS 'First day of cover'
;
COMMENT ON COLUMN insurance_policies.policy_end_date IS 'Last day of cover'
;
COMMENT ON COLUMN insurance_policies.premium_amount IS 'For the whole term'
;
COMMENT ON COLUMN insurance_policies.deductible IS 'Own share of each loss'
;
COMMENT ON COLUMN insurance_policies.coverage_limits IS '{bodily_injury: 1000000, property_damage: 500000}'
;
COMMENT ON COLUMN insurance_policies.covered_vehicles IS 'Array of vehicle IDs; null: the whole fleet'
;
COMMENT ON COLUMN insurance_policies.covered_drivers IS 'Array of driver IDs; null: all drivers'
;
COMMENT ON COLUMN insurance_policies.agent_contact IS 'Phone or e-mail'
;
COMMENT ON COLUMN insurance_policies.document_id IS 'The policy, when it is kept here'
;
COMMENT ON COLUMN insurance_policies.renewal_status IS 'What was decided; current_status also knows the term'
;
COMMENT ON COLUMN insurance_policies.renewal_reminder_days IS 'Days before the end from which it counts as expiring'
;
COMMENT ON COLUMN insurance_policies.renewed_by_id IS 'The policy that follows it'
;
COMMENT ON COLUMN insurance_policies.is_active IS 'false: it was cancelled'
;
CREATE TABLE integration_logs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	integration_id UUID NOT NULL, 
	log_type VARCHAR(50), 
	operation VARCHAR(100), 
	records_processed INTEGER, 
	records_succeeded INTEGER, 
	records_failed INTEGER, 
	execution_time_ms INTEGER, 
	status VARCHAR(20), 
	error_details JSONB, 
	log_data JSONB, 
	occurred_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_integration_logs PRIMARY KEY (tenant_id, id, occurred_at), 
	CONSTRAINT ck_integration_logs_status CHECK (status IN ('success', 'partial', 'failed'))
)
 PARTITION BY RANGE (occurred_at)
;
CREATE INDEX ix_integration_logs_integration_id_occurred_at ON integration_logs (integration_id, occurred_at DESC)
;
CREATE INDEX ix_integration_logs_status_occurred_at ON integration_logs (status, occurred_at DESC)
;
CREATE INDEX ix_integration_logs_tenant_id_integration_id_occurred_at ON integration_logs (tenant_id, integration_id, occurred_at DESC)
;
CREATE INDEX ix_integration_logs_tenant_id_occurred_at ON integration_logs (tenant_id, occurred_at DESC)
;
CREATE INDEX ix_integration_logs_tenant_id_status_occurred_at ON integration_logs (tenant_id, status, occurred_at DESC)
;
COMMENT ON TABLE integration_logs IS 'Integration activity and error logging'
;
COMMENT ON COLUMN integration_logs.log_type IS 'Such as sync, push, pull, webhook, error'
;
COMMENT ON COLUMN integration_logs.operation IS 'Such as pull_positions'
;
COMMENT ON COLUMN integration_logs.execution_time_ms IS 'ms'
;
CREATE TABLE invoices (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	invoice_number VARCHAR(100) NOT NULL, 
	vendor_id UUID NOT NULL, 
	invoice_type VARCHAR(50), 
	invoice_date DATE NOT NULL, 
	due_date DATE NOT NULL, 
	po_number VARCHAR(100), 
	purchase_order_id UUID, 
	subtotal NUMERIC(12, 2) NOT NULL, 
	tax_amount NUMERIC(12, 2), 
	discount_amount NUMERIC(12, 2), 
	total_amount NUMERIC(12, 2) NOT NULL, 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	payment_terms VARCHAR(100), 
	status VARCHAR(20) DEFAULT 'received' NOT NULL, 
	payment_status VARCHAR(20) GENERATED ALWAYS AS (CASE WHEN paid_amount >= total_amount AND (paid_amount > 0 OR paid_at IS NOT NULL) THEN 'paid' WHEN paid_amount > 0 THEN 'partial' ELSE 'unpaid' END) STORED NOT NULL, 
	paid_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	paid_at TIMESTAMP WITH TIME ZONE, 
	payment_method VARCHAR(50), 
	payment_method_id UUID, 
	payment_reference VARCHAR(100), 
	line_items JSONB, 
	notes TEXT, 
	attached_documents UUID[], 
	entered_by_user_id UUID, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	dispute_reason TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_invoices PRIMARY KEY (id), 
	CONSTRAINT ck_invoices_status CHECK (status IN ('received', 'pending_approval', 'approved', 'disputed', 'void')), 
	CONSTRAINT ck_invoices_payment_status CHECK (payment_status IN ('unpaid', 'partial', 'paid')), 
	CONSTRAINT ck_invoices_amounts_from_zero CHECK (subtotal >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND total_amount >= 0 AND paid_amount >= 0), 
	CONSTRAINT ck_invoices_subtotal_and_tax_less_discount_is_the_total CHECK (subtotal + coalesce(tax_amount, 0) - coalesce(discount_amount, 0) = total_amount), 
	CONSTRAINT ck_invoices_no_more_is_paid_than_the_total CHECK (paid_amount <= total_amount), 
	CONSTRAINT ck_invoices_due_after_the_invoice_date CHECK (due_date >= invoice_date), 
	CONSTRAINT ck_invoices_currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'), 
	CONSTRAINT uq_invoices_tenant_id_invoice_number UNIQUE (tenant_id, invoice_number)
)
;
CREATE INDEX ix_invoices_due_date_payment_status ON invoices (due_date, payment_status)
;
CREATE INDEX ix_invoices_purchase_order_id ON invoices (purchase_order_id)
;
CREATE INDEX ix_invoices_tenant_id_due_date ON invoices (tenant_id, due_date)
;
CREATE INDEX ix_invoices_tenant_id_invoice_date ON invoices (tenant_id, invoice_date DESC)
;
CREATE INDEX ix_invoices_tenant_id_invoice_type ON invoices (tenant_id, invoice_type)
;
CREATE INDEX ix_invoices_tenant_id_payment_status_due_date ON invoices (tenant_id, payment_status, due_date)
;
CREATE INDEX ix_invoices_tenant_id_po_number ON invoices (tenant_id, po_number)
;
CREATE INDEX ix_invoices_tenant_id_status_due_date ON invoices (tenant_id, status, due_date)
;
CREATE INDEX ix_invoices_vendor_id_payment_status ON invoices (vendor_id, payment_status)
;
CREATE UNIQUE INDEX uq_invoices_tenant_id_id ON invoices (tenant_id, id)
;
COMMENT ON TABLE invoices IS 'Vendor invoices and accounts payable'
;
COMMENT ON COLUMN invoices.invoice_number IS 'The vendor''s number'
;
COMMENT ON COLUMN invoices.invoice_type IS 'Such as fuel, parts, service, lease, insurance'
;
COMMENT ON COLUMN invoices.po_number IS 'Purchase Order reference'
;
COMMENT ON COLUMN invoices.purchase_order_id IS 'The order that po_number stands for, once matched'
;
COMMENT ON COLUMN invoices.total_amount IS 'Subtotal + tax - discount'
;
COMMENT ON COLUMN invoices.currency IS 'ISO 4217'
;
COMMENT ON COLUMN invoices.payment_terms IS 'Such as net 30, 2/10 net 30'
;
COMMENT ON COLUMN invoices.payment_status IS 'Follows the amount paid; current_payment_status also knows overdue'
;
COMMENT ON COLUMN invoices.paid_amount IS 'All payments so far'
;
COMMENT ON COLUMN invoices.paid_at IS 'Last payment'
;
COMMENT ON COLUMN invoices.payment_method IS 'Such as bank_transfer, check, credit_card, direct_debit'
;
COMMENT ON COLUMN invoices.payment_reference IS 'Transfer or check number'
;
COMMENT ON COLUMN invoices.line_items IS '[{description, quantity, unit_price, amount}]'
;
COMMENT ON COLUMN invoices.attached_documents IS 'Array of document IDs'
;
CREATE TABLE job_execution_history (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	scheduled_job_id UUID, 
	execution_status VARCHAR(20), 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	duration_ms INTEGER, 
	records_processed INTEGER, 
	error_message TEXT, 
	error_stack_trace TEXT, 
	output_data JSONB, 
	retry_attempt INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_job_execution_history PRIMARY KEY (id), 
	CONSTRAINT ck_job_execution_history_execution_status CHECK (execution_status IN ('success', 'failed', 'timeout')), 
	CONSTRAINT ck_job_execution_history_completed_after_it_started CHECK (completed_at >= started_at), 
	CONSTRAINT ck_job_execution_history_retry_attempt_is_not_negative CHECK (retry_attempt >= 0)
)
;
CREATE INDEX ix_job_execution_history_execution_status_started_at ON job_execution_history (execution_status, started_at DESC)
;
CREATE INDEX ix_job_execution_history_scheduled_job_id_started_at ON job_execution_history (scheduled_job_id, started_at DESC)
;
CREATE INDEX ix_job_execution_history_tenant_id_started_at ON job_execution_history (tenant_id, started_at DESC)
;
COMMENT ON TABLE job_execution_history IS 'Job execution audit trail'
;
COMMENT ON COLUMN job_execution_history.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN job_execution_history.execution_status IS 'null: still running'
;
COMMENT ON COLUMN job_execution_history.duration_ms IS 'Milliseconds'
;
COMMENT ON COLUMN job_execution_history.error_stack_trace IS 'For whoever repairs the program'
;
COMMENT ON COLUMN job_execution_history.retry_attempt IS '0: the first attempt'
;
CREATE TABLE kpi_targets (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	kpi_name VARCHAR(255) NOT NULL, 
	kpi_category VARCHAR(100), 
	metric_type VARCHAR(100), 
	target_value NUMERIC(12, 4) NOT NULL, 
	target_direction VARCHAR(20) DEFAULT 'at_least' NOT NULL, 
	warning_value NUMERIC(12, 4), 
	current_value NUMERIC(12, 4), 
	unit_of_measure VARCHAR(50), 
	period_type VARCHAR(20), 
	period_start_date DATE NOT NULL, 
	period_end_date DATE NOT NULL, 
	department VARCHAR(100), 
	department_id UUID, 
	vehicle_group VARCHAR(100), 
	vehicle_group_id UUID, 
	target_met BOOLEAN GENERATED ALWAYS AS (coalesce(CASE target_direction WHEN 'at_most' THEN current_value <= target_value
    ELSE current_value >= target_value END, false)) STORED NOT NULL, 
	percent_to_target NUMERIC(9, 2) GENERATED ALWAYS AS (greatest(least(round(100 * CASE target_direction
    WHEN 'at_most' THEN target_value / nullif(current_value, 0)
    ELSE current_value / nullif(target_value, 0) END, 2), 9999999.99), -9999999.99)) STORED, 
	trend VARCHAR(20), 
	notes TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_kpi_targets PRIMARY KEY (id), 
	CONSTRAINT ck_kpi_targets_period_type CHECK (period_type IN ('monthly', 'quarterly', 'yearly')), 
	CONSTRAINT ck_kpi_targets_trend CHECK (trend IN ('improving', 'declining', 'stable')), 
	CONSTRAINT ck_kpi_targets_target_direction CHECK (target_direction IN ('at_least', 'at_most')), 
	CONSTRAINT ck_kpi_targets_period_ends_after_it_starts CHECK (period_end_date > period_start_date)
)
;
CREATE INDEX ix_kpi_targets_tenant_id_department_id ON kpi_targets (tenant_id, department_id)
;
CREATE INDEX ix_kpi_targets_tenant_id_kpi_category_period_start_date ON kpi_targets (tenant_id, kpi_category, period_start_date DESC)
;
CREATE INDEX ix_kpi_targets_tenant_id_kpi_name_id ON kpi_targets (tenant_id, kpi_name, id)
;
CREATE INDEX ix_kpi_targets_tenant_id_period_end_date_target_met ON kpi_targets (tenant_id, period_end_date, target_met)
;
CREATE INDEX ix_kpi_targets_tenant_id_period_start_date ON kpi_targets (tenant_id, period_start_date)
;
CREATE INDEX ix_kpi_targets_tenant_id_vehicle_group_id ON kpi_targets (tenant_id, vehicle_group_id)
;
CREATE UNIQUE INDEX uq_kpi_targets_tenant_id_id ON kpi_targets (tenant_id, id)
;
COMMENT ON TABLE kpi_targets IS 'KPI goals and target tracking'
;
COMMENT ON COLUMN kpi_targets.kpi_category IS 'Such as safety, efficiency, cost, utilization, compliance'
;
COMMENT ON COLUMN kpi_targets.metric_type IS 'Such as mpg, cost_per_mile, accidents_per_million_miles'
;
COMMENT ON COLUMN kpi_targets.target_direction IS 'Whether more is better (mpg) or less (cost per mile)'
;
COMMENT ON COLUMN kpi_targets.warning_value IS 'Beyond this it is called at risk, although the target is not reached'
;
COMMENT ON COLUMN kpi_targets.current_value IS 'As last measured or entered, in the unit of the target'
;
COMMENT ON COLUMN kpi_targets.unit_of_measure IS 'Such as mpg, USD per mile, percent, hours'
;
COMMENT ON COLUMN kpi_targets.period_end_date IS 'Last day of the period'
;
COMMENT ON COLUMN kpi_targets.department IS 'Name; see also the reference'
;
COMMENT ON COLUMN kpi_targets.department_id IS 'Whose goal it is'
;
COMMENT ON COLUMN kpi_targets.vehicle_group IS 'Name; see also the reference'
;
COMMENT ON COLUMN kpi_targets.vehicle_group_id IS 'Which vehicles count'
;
COMMENT ON COLUMN kpi_targets.percent_to_target IS '100: exactly reached'
;
COMMENT ON COLUMN kpi_targets.trend IS 'Against the period before'
;
CREATE TABLE list_views (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	collection VARCHAR(100) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	columns TEXT[], 
	filters JSONB, 
	sort VARCHAR(200), 
	is_default BOOLEAN DEFAULT 'false' NOT NULL, 
	is_shared BOOLEAN DEFAULT 'false' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_list_views PRIMARY KEY (id), 
	CONSTRAINT ck_list_views_collection_is_the_name_of_a_list CHECK (collection ~ '^[a-z][a-z0-9-]*$'), 
	CONSTRAINT ck_list_views_columns_are_at_least_one CHECK (cardinality(columns) > 0), 
	CONSTRAINT uq_list_views_tenant_id_user_id_collection_name UNIQUE (tenant_id, user_id, collection, name)
)
;
CREATE INDEX ix_list_views_tenant_id_collection_is_shared ON list_views (tenant_id, collection, is_shared)
;
CREATE UNIQUE INDEX uq_list_views_default ON list_views (tenant_id, user_id, collection) WHERE is_default
;
CREATE UNIQUE INDEX uq_list_views_tenant_id_id ON list_views (tenant_id, id)
;
COMMENT ON TABLE list_views IS 'Saved columns, filters and order of lists'
;
COMMENT ON COLUMN list_views.user_id IS 'Whose view it is'
;
COMMENT ON COLUMN list_views.collection IS 'List, as in its address: work-orders'
;
COMMENT ON COLUMN list_views.columns IS 'In order; null: the usual ones'
;
COMMENT ON COLUMN list_views.filters IS 'As in the address: {"status": "active", "q": "ford"}'
;
COMMENT ON COLUMN list_views.sort IS 'As in the address: -created_at'
;
COMMENT ON COLUMN list_views.is_default IS 'Shown when its owner opens the list'
;
COMMENT ON COLUMN list_views.is_shared IS 'Everybody here may use it'
;
CREATE TABLE maintenance_records (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	work_order_number VARCHAR(50) NOT NULL, 
	vehicle_id UUID NOT NULL, 
	summary VARCHAR(255) NOT NULL, 
	work_order_type VARCHAR(50) DEFAULT 'corrective' NOT NULL, 
	priority VARCHAR(20) DEFAULT 'medium' NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	facility_id UUID, 
	vendor_id UUID, 
	service_bay_id UUID, 
	assigned_technician_id UUID, 
	requested_by_user_id UUID, 
	driver_id UUID, 
	template_id UUID, 
	schedule_id UUID, 
	source VARCHAR(50) DEFAULT 'manual' NOT NULL, 
	trouble_code VARCHAR(20), 
	recall_number VARCHAR(50), 
	reported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	due_on DATE, 
	scheduled_start TIMESTAMP WITH TIME ZONE, 
	scheduled_end TIMESTAMP WITH TIME ZONE, 
	opened_at TIMESTAMP WITH TIME ZONE, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	closed_by_user_id UUID, 
	cancelled_at TIMESTAMP WITH TIME ZONE, 
	cancellation_reason TEXT, 
	reopened_at TIMESTAMP WITH TIME ZONE, 
	reopen_reason TEXT, 
	waiting_for TEXT, 
	review_notes TEXT, 
	opening_odometer INTEGER, 
	closing_odometer INTEGER, 
	opening_engine_hours NUMERIC(10, 1), 
	closing_engine_hours NUMERIC(10, 1), 
	vehicle_unavailable BOOLEAN DEFAULT 'false' NOT NULL, 
	downtime_started_at TIMESTAMP WITH TIME ZONE, 
	downtime_ended_at TIMESTAMP WITH TIME ZONE, 
	downtime_hours NUMERIC(10, 2) GENERATED ALWAYS AS (round(extract(epoch FROM downtime_ended_at - downtime_started_at) / 3600, 2)) STORED, 
	complaint TEXT, 
	cause TEXT, 
	correction TEXT, 
	system_code VARCHAR(20), 
	assembly_code VARCHAR(20), 
	component_code VARCHAR(20), 
	repair_reason_code VARCHAR(20), 
	work_done_code VARCHAR(20), 
	estimated_hours NUMERIC(6, 2), 
	estimated_cost NUMERIC(12, 2), 
	labor_hours NUMERIC(8, 2) DEFAULT '0' NOT NULL, 
	labor_cost NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	parts_cost NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	outside_service_cost NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	other_cost NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	tax_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	discount_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	total_cost NUMERIC(14, 2) GENERATED ALWAYS AS (labor_cost + parts_cost + outside_service_cost + other_cost + tax_amount - discount_amount) STORED NOT NULL, 
	is_warranty BOOLEAN DEFAULT 'false' NOT NULL, 
	warranty_reference VARCHAR(100), 
	warranty_amount NUMERIC(12, 2) DEFAULT '0' NOT NULL, 
	vendor_invoice_number VARCHAR(100), 
	invoice_id UUID, 
	signature TEXT, 
	signed_by_name VARCHAR(255), 
	signed_at TIMESTAMP WITH TIME ZONE, 
	notes TEXT, 
	tags TEXT[], 
	metadata JSONB, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_maintenance_records PRIMARY KEY (id), 
	CONSTRAINT ck_maintenance_records_status CHECK (status IN ('draft', 'open', 'in_progress', 'waiting_parts', 'review', 'completed', 'cancelled')), 
	CONSTRAINT ck_maintenance_records_priority CHECK (priority IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_maintenance_records_scheduled_end_after_scheduled_start CHECK (scheduled_end > scheduled_start), 
	CONSTRAINT ck_maintenance_records_downtime_ends_after_it_starts CHECK (downtime_ended_at >= downtime_started_at), 
	CONSTRAINT ck_maintenance_records_odometers_not_negative CHECK (opening_odometer >= 0 AND closing_odometer >= 0), 
	CONSTRAINT ck_maintenance_records_engine_hours_not_negative CHECK (opening_engine_hours >= 0 AND closing_engine_hours >= 0), 
	CONSTRAINT ck_maintenance_records_hours_and_costs_not_negative CHECK (labor_hours >= 0 AND labor_cost >= 0 AND parts_cost >= 0 AND outside_service_cost >= 0 AND other_cost >= 0 AND tax_amount >= 0 AND discount_amount >= 0 AND warranty_amount >= 0), 
	CONSTRAINT ck_maintenance_records_discount_not_above_the_cost CHECK (discount_amount <= labor_cost + parts_cost + outside_service_cost + other_cost + tax_amount), 
	CONSTRAINT uq_maintenance_records_tenant_id_work_order_number UNIQUE (tenant_id, work_order_number)
)
;
CREATE INDEX ix_maintenance_records_assigned_technician_id_status ON maintenance_records (assigned_technician_id, status)
;
CREATE INDEX ix_maintenance_records_facility_id_status ON maintenance_records (facility_id, status)
;
CREATE INDEX ix_maintenance_records_requested_by_user_id ON maintenance_records (requested_by_user_id)
;
CREATE INDEX ix_maintenance_records_tenant_id_closed_at_id ON maintenance_records (tenant_id, closed_at, id)
;
CREATE INDEX ix_maintenance_records_tenant_id_due_on_id ON maintenance_records (tenant_id, due_on, id)
;
CREATE INDEX ix_maintenance_records_tenant_id_priority ON maintenance_records (tenant_id, priority)
;
CREATE INDEX ix_maintenance_records_tenant_id_reported_at_id ON maintenance_records (tenant_id, reported_at, id)
;
CREATE INDEX ix_maintenance_records_tenant_id_scheduled_start_id ON maintenance_records (tenant_id, scheduled_start, id)
;
CREATE INDEX ix_maintenance_records_tenant_id_status ON maintenance_records (tenant_id, status)
;
CREATE INDEX ix_maintenance_records_tenant_id_work_order_type ON maintenance_records (tenant_id, work_order_type)
;
CREATE INDEX ix_maintenance_records_vehicle_id_reported_at ON maintenance_records (vehicle_id, reported_at DESC)
;
CREATE INDEX ix_maintenance_records_vendor_id ON maintenance_records (vendor_id)
;
CREATE UNIQUE INDEX uq_maintenance_records_live_schedule ON maintenance_records (tenant_id, schedule_id) WHERE status NOT IN ('completed', 'cancelled')
;
CREATE UNIQUE INDEX uq_maintenance_records_live_trouble_code ON maintenance_records (tenant_id, vehicle_id, trouble_code) WHERE status NOT IN ('completed', 'cancelled')
;
CREATE UNIQUE INDEX uq_maintenance_records_tenant_id_id ON maintenance_records (tenant_id, id)
;
COMMENT ON TABLE maintenance_records IS 'Work orders: what is done to vehicles, by whom, when and at what cost'
;
COMMENT ON COLUMN maintenance_records.work_order_number IS 'Business number; given when left out'
;
COMMENT ON COLUMN maintenance_records.summary IS 'One line that says what is to be done'
;
COMMENT ON COLUMN maintenance_records.work_order_type IS 'Such as preventive, corrective, breakdown, inspection, recall, accident, warranty, tire, upfit'
;
COMMENT ON COLUMN maintenance_records.facility_id IS 'Shop that does the work'
;
COMMENT ON COLUMN maintenance_records.vendor_id IS 'Outside shop, if the work is given away'
;
COMMENT ON COLUMN maintenance_records.assigned_technician_id IS 'Who is responsible'
;
COMMENT ON COLUMN maintenance_records.requested_by_user_id IS 'Who asked for the work'
;
COMMENT ON COLUMN maintenance_records.driver_id IS 'Driver who reported it'
;
COMMENT ON COLUMN maintenance_records.template_id IS 'Template it was made from'
;
COMMENT ON COLUMN maintenance_records.schedule_id IS 'Recurring schedule that it fulfils; one open order each'
;
COMMENT ON COLUMN maintenance_records.source IS 'Such as manual, schedule, inspection, defect, trouble_code, accident, recall, import'
;
COMMENT ON COLUMN maintenance_records.trouble_code IS 'Diagnostic trouble code, such as P0301; one open order a vehicle and code'
;
COMMENT ON COLUMN maintenance_records.recall_number IS 'Campaign number of the recall, such as 23V-456'
;
COMMENT ON COLUMN maintenance_records.due_on IS 'Day by which it should be done'
;
COMMENT ON COLUMN maintenance_records.opened_at IS 'Released for work'
;
COMMENT ON COLUMN maintenance_records.started_at IS 'Work began'
;
COMMENT ON COLUMN maintenance_records.completed_at IS 'Work was finished'
;
COMMENT ON COLUMN maintenance_records.closed_at IS 'Checked and closed'
;
COMMENT ON COLUMN maintenance_records.reopen_reason IS 'Why a closed order was opened again'
;
COMMENT ON COLUMN maintenance_records.waiting_for IS 'Parts that the work waits for'
;
COMMENT ON COLUMN maintenance_records.review_notes IS 'What the check of the work found'
;
COMMENT ON COLUMN maintenance_records.opening_odometer IS 'When the vehicle came in, kilometres'
;
COMMENT ON COLUMN maintenance_records.closing_odometer IS 'When it left, kilometres'
;
COMMENT ON COLUMN maintenance_records.opening_engine_hours IS 'When the vehicle came in, hours'
;
COMMENT ON COLUMN maintenance_records.closing_engine_hours IS 'When it left, hours'
;
COMMENT ON COLUMN maintenance_records.vehicle_unavailable IS 'The vehicle cannot be used while this order is open'
;
COMMENT ON COLUMN maintenance_records.downtime_started_at IS 'Vehicle out of use from'
;
COMMENT ON COLUMN maintenance_records.downtime_ended_at IS 'Vehicle back in use'
;
COMMENT ON COLUMN maintenance_records.downtime_hours IS 'Hours out of use'
;
COMMENT ON COLUMN maintenance_records.complaint IS 'What was reported'
;
COMMENT ON COLUMN maintenance_records.cause IS 'What was found to be wrong'
;
COMMENT ON COLUMN maintenance_records.correction IS 'What was done about it'
;
COMMENT ON COLUMN maintenance_records.system_code IS 'System of the vehicle, by VMRS or a code of one''s own, such as 013 for brakes'
;
COMMENT ON COLUMN maintenance_records.assembly_code IS 'Assembly within the system, such as 013-001'
;
COMMENT ON COLUMN maintenance_records.component_code IS 'Component within the assembly, such as 013-001-015'
;
COMMENT ON COLUMN maintenance_records.repair_reason_code IS 'Why it was repaired, such as breakdown, preventive, driver_report, recall'
;
COMMENT ON COLUMN maintenance_records.work_done_code IS 'Such as adjust, clean, inspect, overhaul, repair, replace'
;
COMMENT ON COLUMN maintenance_records.labor_hours IS 'Hours worked'
;
COMMENT ON COLUMN maintenance_records.labor_cost IS 'Work of one''s own technicians'
;
COMMENT ON COLUMN maintenance_records.parts_cost IS 'Parts that were used'
;
COMMENT ON COLUMN maintenance_records.outside_service_cost IS 'Work of other companies: sublet repair, towing'
;
COMMENT ON COLUMN maintenance_records.other_cost IS 'Shop supplies, disposal, fees'
;
COMMENT ON COLUMN maintenance_records.total_cost IS 'Labour, parts, outside service, other and tax, less discount'
;
COMMENT ON COLUMN maintenance_records.is_warranty IS 'Done under a warranty'
;
COMMENT ON COLUMN maintenance_records.warranty_reference IS 'Number of the claim'
;
COMMENT ON COLUMN maintenance_records.warranty_amount IS 'Got back from the warrantor'
;
COMMENT ON COLUMN maintenance_records.vendor_invoice_number IS 'As on the outside shop''s paper'
;
COMMENT ON COLUMN maintenance_records.signature IS 'Base64 image: who took the vehicle back signed'
;
CREATE TABLE meshy_ai_generations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	generation_type VARCHAR(50), 
	vehicle_id UUID, 
	prompt TEXT, 
	negative_prompt TEXT, 
	reference_images TEXT[], 
	meshy_task_id VARCHAR(255), 
	generation_status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	progress_percent INTEGER DEFAULT '0' NOT NULL, 
	model_url TEXT, 
	preview_url TEXT, 
	texture_urls JSONB, 
	poly_count INTEGER, 
	art_style VARCHAR(100), 
	seed BIGINT, 
	steps INTEGER, 
	guidance_scale NUMERIC(4, 2), 
	error_message TEXT, 
	processing_time_seconds INTEGER, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	requested_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_meshy_ai_generations PRIMARY KEY (id), 
	CONSTRAINT ck_meshy_ai_generations_a_prompt_or_an_image_is_given CHECK (prompt IS NOT NULL OR cardinality(reference_images) > 0), 
	CONSTRAINT ck_meshy_ai_generations_steps_above_zero CHECK (steps > 0), 
	CONSTRAINT ck_meshy_ai_generations_progress_from_0_to_100 CHECK (progress_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_meshy_ai_generations_generation_status CHECK (generation_status IN ('pending', 'processing', 'completed', 'failed')), 
	CONSTRAINT uq_meshy_ai_generations_tenant_id_meshy_task_id UNIQUE (tenant_id, meshy_task_id)
)
;
CREATE INDEX ix_meshy_ai_generations_generation_status ON meshy_ai_generations (generation_status)
;
CREATE INDEX ix_meshy_ai_generations_meshy_task_id ON meshy_ai_generations (meshy_task_id)
;
CREATE INDEX ix_meshy_ai_generations_tenant_id_created_at ON meshy_ai_generations (tenant_id, created_at DESC)
;
CREATE INDEX ix_meshy_ai_generations_tenant_id_generation_status ON meshy_ai_generations (tenant_id, generation_status)
;
CREATE INDEX ix_meshy_ai_generations_vehicle_id ON meshy_ai_generations (vehicle_id)
;
CREATE UNIQUE INDEX uq_meshy_ai_generations_tenant_id_id ON meshy_ai_generations (tenant_id, id)
;
COMMENT ON TABLE meshy_ai_generations IS 'Meshy.AI text-to-3D model generation'
;
COMMENT ON COLUMN meshy_ai_generations.generation_type IS 'Such as text_to_3d, image_to_3d, refinement'
;
COMMENT ON COLUMN meshy_ai_generations.vehicle_id IS 'Vehicle that it is for'
;
COMMENT ON COLUMN meshy_ai_generations.prompt IS 'What the model shall look like'
;
COMMENT ON COLUMN meshy_ai_generations.negative_prompt IS 'What it shall not look like'
;
COMMENT ON COLUMN meshy_ai_generations.reference_images IS 'Addresses of pictures'
;
COMMENT ON COLUMN meshy_ai_generations.meshy_task_id IS 'The provider''s number of the task'
;
COMMENT ON COLUMN meshy_ai_generations.progress_percent IS 'As the provider reports it'
;
COMMENT ON COLUMN meshy_ai_generations.texture_urls IS 'Addresses by kind: base_color, metallic, normal, roughness'
;
COMMENT ON COLUMN meshy_ai_generations.poly_count IS 'Polygons'
;
COMMENT ON COLUMN meshy_ai_generations.art_style IS 'Such as realistic, cartoon, low_poly, pbr'
;
COMMENT ON COLUMN meshy_ai_generations.seed IS 'The same seed gives the same model'
;
COMMENT ON COLUMN meshy_ai_generations.steps IS 'Refinement steps'
;
COMMENT ON COLUMN meshy_ai_generations.guidance_scale IS 'How closely the prompt is followed'
;
COMMENT ON COLUMN meshy_ai_generations.processing_time_seconds IS 'Seconds'
;
CREATE TABLE message_group_members (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	group_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	last_read_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_message_group_members PRIMARY KEY (id), 
	CONSTRAINT uq_message_group_members_tenant_id_group_id_user_id UNIQUE (tenant_id, group_id, user_id)
)
;
CREATE INDEX ix_message_group_members_tenant_id_group_id ON message_group_members (tenant_id, group_id)
;
CREATE INDEX ix_message_group_members_tenant_id_user_id ON message_group_members (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_message_group_members_tenant_id_id ON message_group_members (tenant_id, id)
;
COMMENT ON TABLE message_group_members IS 'Who is in which message group'
;
COMMENT ON COLUMN message_group_members.last_read_at IS 'The group''s messages up to then have been read'
;
CREATE TABLE message_groups (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_message_groups PRIMARY KEY (id), 
	CONSTRAINT uq_message_groups_tenant_id_name UNIQUE (tenant_id, name)
)
;
CREATE UNIQUE INDEX uq_message_groups_tenant_id_id ON message_groups (tenant_id, id)
;
COMMENT ON TABLE message_groups IS 'Groups of people for messages'
;
COMMENT ON COLUMN message_groups.is_active IS 'Can be written to'
;
CREATE TABLE messages (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	conversation_id UUID DEFAULT uuidv7() NOT NULL, 
	sender_user_id UUID NOT NULL, 
	recipient_user_id UUID, 
	recipient_group_id UUID, 
	subject VARCHAR(500), 
	message_body TEXT NOT NULL, 
	parent_message_id UUID, 
	attachments JSONB, 
	is_read BOOLEAN DEFAULT 'false' NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE, 
	is_archived BOOLEAN DEFAULT 'false' NOT NULL, 
	is_starred BOOLEAN DEFAULT 'false' NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (id), 
	CONSTRAINT ck_messages_it_goes_to_a_person_or_to_a_group CHECK (num_nonnulls(recipient_user_id, recipient_group_id) = 1), 
	CONSTRAINT ck_messages_a_message_does_not_answer_itself CHECK (parent_message_id <> id)
)
;
CREATE INDEX ix_messages_conversation_id_sent_at ON messages (conversation_id, sent_at DESC)
;
CREATE INDEX ix_messages_parent_message_id ON messages (parent_message_id)
;
CREATE INDEX ix_messages_recipient_group_id_sent_at ON messages (recipient_group_id, sent_at DESC)
;
CREATE INDEX ix_messages_recipient_user_id_is_read_sent_at ON messages (recipient_user_id, is_read, sent_at DESC)
;
CREATE INDEX ix_messages_sender_user_id_sent_at ON messages (sender_user_id, sent_at DESC)
;
CREATE INDEX ix_messages_tenant_id_sent_at ON messages (tenant_id, sent_at DESC)
;
CREATE UNIQUE INDEX uq_messages_tenant_id_id ON messages (tenant_id, id)
;
COMMENT ON TABLE messages IS 'Internal messaging system'
;
COMMENT ON COLUMN messages.conversation_id IS 'The same for a message and all answers to it'
;
COMMENT ON COLUMN messages.parent_message_id IS 'The message that this one answers'
;
COMMENT ON COLUMN messages.is_read IS 'By the recipient; see the members of a group'
;
COMMENT ON COLUMN messages.is_archived IS 'By the recipient'
;
COMMENT ON COLUMN messages.is_starred IS 'By the recipient'
;
CREATE TABLE microsoft_graph_sync (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	sync_type VARCHAR(50), 
	resource_id VARCHAR(255), 
	delta_token TEXT, 
	last_sync_at TIMESTAMP WITH TIME ZONE, 
	next_sync_at TIMESTAMP WITH TIME ZONE, 
	sync_status VARCHAR(20), 
	error_message TEXT, 
	items_synced INTEGER, 
	items_failed INTEGER, 
	sync_duration_ms INTEGER, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_microsoft_graph_sync PRIMARY KEY (id), 
	CONSTRAINT ck_microsoft_graph_sync_sync_status CHECK (sync_status IN ('success', 'failed', 'in_progress'))
)
;
CREATE INDEX ix_microsoft_graph_sync_next_sync_at_sync_status ON microsoft_graph_sync (next_sync_at, sync_status)
;
CREATE INDEX ix_microsoft_graph_sync_tenant_id_last_sync_at ON microsoft_graph_sync (tenant_id, last_sync_at DESC)
;
CREATE INDEX ix_microsoft_graph_sync_tenant_id_sync_status ON microsoft_graph_sync (tenant_id, sync_status)
;
CREATE INDEX ix_microsoft_graph_sync_user_id_sync_type_last_sync_at ON microsoft_graph_sync (user_id, sync_type, last_sync_at DESC)
;
CREATE UNIQUE INDEX uq_microsoft_graph_sync_tenant_id_id ON microsoft_graph_sync (tenant_id, id)
;
COMMENT ON TABLE microsoft_graph_sync IS 'Microsoft Graph API synchronization state'
;
COMMENT ON COLUMN microsoft_graph_sync.user_id IS 'Whose account it is'
;
COMMENT ON COLUMN microsoft_graph_sync.sync_type IS 'Such as calendar, email, teams, onedrive'
;
COMMENT ON COLUMN microsoft_graph_sync.resource_id IS 'Microsoft resource ID'
;
COMMENT ON COLUMN microsoft_graph_sync.delta_token IS 'For incremental sync'
;
COMMENT ON COLUMN microsoft_graph_sync.sync_status IS 'Of the last run; null: never ran'
;
COMMENT ON COLUMN microsoft_graph_sync.items_synced IS 'In the last run'
;
COMMENT ON COLUMN microsoft_graph_sync.items_failed IS 'In the last run'
;
COMMENT ON COLUMN microsoft_graph_sync.sync_duration_ms IS 'ms'
;
CREATE TABLE notification_preferences (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	email_enabled BOOLEAN DEFAULT 'true' NOT NULL, 
	sms_enabled BOOLEAN DEFAULT 'false' NOT NULL, 
	push_enabled BOOLEAN DEFAULT 'true' NOT NULL, 
	teams_enabled BOOLEAN DEFAULT 'true' NOT NULL, 
	quiet_hours_enabled BOOLEAN DEFAULT 'false' NOT NULL, 
	quiet_hours_start TIME WITHOUT TIME ZONE, 
	quiet_hours_end TIME WITHOUT TIME ZONE, 
	notification_settings JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_notification_preferences PRIMARY KEY (id), 
	CONSTRAINT ck_notification_preferences_quiet_hours_have_a_start_and_an_end CHECK (NOT quiet_hours_enabled OR (quiet_hours_start IS NOT NULL AND quiet_hours_end IS NOT NULL)), 
	CONSTRAINT ck_notification_preferences_quiet_hours_end_at_another_time CHECK (quiet_hours_start <> quiet_hours_end), 
	CONSTRAINT uq_notification_preferences_tenant_id_user_id UNIQUE (tenant_id, user_id)
)
;
CREATE UNIQUE INDEX uq_notification_preferences_tenant_id_id ON notification_preferences (tenant_id, id)
;
COMMENT ON TABLE notification_preferences IS 'User notification settings'
;
COMMENT ON COLUMN notification_preferences.quiet_hours_enabled IS 'E-mail waits until they end, unless it is urgent'
;
COMMENT ON COLUMN notification_preferences.quiet_hours_start IS 'In the person''s time zone'
;
COMMENT ON COLUMN notification_preferences.quiet_hours_end IS 'In the person''s time zone; before the start: the next day'
;
COMMENT ON COLUMN notification_preferences.notification_settings IS 'Exceptions by category: {category: {email: true, sms: false, push: true}}'
;
CREATE TABLE notifications (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID NOT NULL, 
	notification_type VARCHAR(50), 
	category VARCHAR(50), 
	title VARCHAR(255) NOT NULL, 
	message TEXT NOT NULL, 
	priority VARCHAR(20) DEFAULT 'medium' NOT NULL, 
	entity_type VARCHAR(50), 
	entity_id UUID, 
	action_url TEXT, 
	action_label VARCHAR(100), 
	is_read BOOLEAN DEFAULT 'false' NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE, 
	is_dismissed BOOLEAN DEFAULT 'false' NOT NULL, 
	dismissed_at TIMESTAMP WITH TIME ZONE, 
	delivery_channels TEXT[], 
	email_sent_at TIMESTAMP WITH TIME ZONE, 
	email_error TEXT, 
	sms_sent_at TIMESTAMP WITH TIME ZONE, 
	metadata JSONB, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_notifications PRIMARY KEY (id), 
	CONSTRAINT ck_notifications_priority CHECK (priority IN ('low', 'medium', 'high', 'urgent')), 
	CONSTRAINT ck_notifications_read_at_says_when_it_was_read CHECK (is_read = (read_at IS NOT NULL)), 
	CONSTRAINT ck_notifications_dismissed_at_says_when_it_was_dismissed CHECK (is_dismissed = (dismissed_at IS NOT NULL))
)
;
CREATE INDEX ix_notifications_tenant_id_created_at ON notifications (tenant_id, created_at DESC)
;
CREATE INDEX ix_notifications_tenant_id_notification_type_created_at ON notifications (tenant_id, notification_type, created_at DESC)
;
CREATE INDEX ix_notifications_tenant_id_user_id_created_at ON notifications (tenant_id, user_id, created_at DESC)
;
CREATE INDEX ix_notifications_user_id_is_read_created_at ON notifications (user_id, is_read, created_at DESC)
;
CREATE UNIQUE INDEX uq_notifications_tenant_id_id ON notifications (tenant_id, id)
;
COMMENT ON TABLE notifications IS 'System-wide notification center'
;
COMMENT ON COLUMN notifications.user_id IS 'Whom it is for'
;
COMMENT ON COLUMN notifications.notification_type IS 'Such as alert, reminder, approval, message, system'
;
COMMENT ON COLUMN notifications.category IS 'What preferences are set by, such as vehicle, maintenance, safety, policy, expense'
;
COMMENT ON COLUMN notifications.priority IS 'urgent is sent in quiet hours too'
;
COMMENT ON COLUMN notifications.entity_type IS 'What it is about, such as vehicle, driver, work_order, expense'
;
COMMENT ON COLUMN notifications.action_url IS 'Page to open, such as /expenses/…'
;
COMMENT ON COLUMN notifications.action_label IS 'Words on the button'
;
COMMENT ON COLUMN notifications.is_dismissed IS 'No longer listed'
;
COMMENT ON COLUMN notifications.delivery_channels IS 'By which it goes to this person: in_app, email, sms, teams'
;
COMMENT ON COLUMN notifications.email_error IS 'Why the last attempt to mail it failed'
;
COMMENT ON COLUMN notifications.expires_at IS 'No longer listed from then on'
;
CREATE TABLE onboarding_checklists (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	version_number INTEGER DEFAULT '1' NOT NULL, 
	description TEXT, 
	onboarding_for VARCHAR(20) DEFAULT 'driver' NOT NULL, 
	department_id UUID, 
	role_name VARCHAR(100), 
	steps JSONB NOT NULL, 
	duration_days INTEGER DEFAULT '30' NOT NULL, 
	owner_user_id UUID, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	activated_at TIMESTAMP WITH TIME ZONE, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_onboarding_checklists PRIMARY KEY (id), 
	CONSTRAINT ck_onboarding_checklists_status CHECK (status IN ('draft', 'active', 'retired')), 
	CONSTRAINT ck_onboarding_checklists_onboarding_for CHECK (onboarding_for IN ('driver', 'employee', 'vehicle', 'vendor')), 
	CONSTRAINT ck_onboarding_checklists_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_onboarding_checklists_duration_days_above_0 CHECK (duration_days > 0), 
	CONSTRAINT uq_onboarding_checklists_tenant_id_name_version_number UNIQUE (tenant_id, name, version_number)
)
;
CREATE INDEX ix_onboarding_checklists_tenant_id_department_id ON onboarding_checklists (tenant_id, department_id)
;
CREATE INDEX ix_onboarding_checklists_tenant_id_onboarding_for ON onboarding_checklists (tenant_id, onboarding_for)
;
CREATE INDEX ix_onboarding_checklists_tenant_id_owner_user_id ON onboarding_checklists (tenant_id, owner_user_id)
;
CREATE INDEX ix_onboarding_checklists_tenant_id_status ON onboarding_checklists (tenant_id, status)
;
CREATE UNIQUE INDEX uq_onboarding_checklists_tenant_id_id ON onboarding_checklists (tenant_id, id)
;
CREATE UNIQUE INDEX uq_onboarding_checklists_tenant_id_name_active ON onboarding_checklists (tenant_id, name) WHERE status = 'active'
;
COMMENT ON TABLE onboarding_checklists IS 'Plans for taking in drivers, employees, vehicles and vendors'
;
COMMENT ON COLUMN onboarding_checklists.department_id IS 'null: the whole organisation'
;
COMMENT ON COLUMN onboarding_checklists.role_name IS 'Role that the new person gets, such as driver or technician'
;
COMMENT ON COLUMN onboarding_checklists.steps IS 'A list of {key, title, instructions, kind, owner_role, due_days, is_required, policy_id, sop_id, training_module_id, checklist_id}'
;
COMMENT ON COLUMN onboarding_checklists.duration_days IS 'Days from the start to the end of the plan'
;
CREATE TABLE onboarding_progress (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	onboarding_checklist_id UUID NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	driver_id UUID, 
	user_id UUID, 
	vehicle_id UUID, 
	vendor_id UUID, 
	starts_on DATE NOT NULL, 
	due_on DATE, 
	mentor_user_id UUID, 
	responsible_user_id UUID, 
	notes TEXT, 
	status VARCHAR(20) DEFAULT 'planned' NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	closing_reason TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_onboarding_progress PRIMARY KEY (id), 
	CONSTRAINT ck_onboarding_progress_status CHECK (status IN ('planned', 'in_progress', 'on_hold', 'completed', 'cancelled')), 
	CONSTRAINT ck_onboarding_progress_about_one_person_or_thing CHECK (num_nonnulls(driver_id, user_id, vehicle_id, vendor_id) <= 1), 
	CONSTRAINT ck_onboarding_progress_due_on_not_before_starts_on CHECK (due_on >= starts_on)
)
;
CREATE INDEX ix_onboarding_progress_tenant_id_driver_id ON onboarding_progress (tenant_id, driver_id)
;
CREATE INDEX ix_onboarding_progress_tenant_id_due_on ON onboarding_progress (tenant_id, due_on)
;
CREATE INDEX ix_onboarding_progress_tenant_id_mentor_user_id ON onboarding_progress (tenant_id, mentor_user_id)
;
CREATE INDEX ix_onboarding_progress_tenant_id_onboarding_checklist_id ON onboarding_progress (tenant_id, onboarding_checklist_id)
;
CREATE INDEX ix_onboarding_progress_tenant_id_starts_on ON onboarding_progress (tenant_id, starts_on)
;
CREATE INDEX ix_onboarding_progress_tenant_id_status ON onboarding_progress (tenant_id, status)
;
CREATE INDEX ix_onboarding_progress_tenant_id_user_id ON onboarding_progress (tenant_id, user_id)
;
CREATE INDEX ix_onboarding_progress_tenant_id_vehicle_id ON onboarding_progress (tenant_id, vehicle_id)
;
CREATE INDEX ix_onboarding_progress_tenant_id_vendor_id ON onboarding_progress (tenant_id, vendor_id)
;
CREATE UNIQUE INDEX uq_onboarding_progress_tenant_id_id ON onboarding_progress (tenant_id, id)
;
COMMENT ON TABLE onboarding_progress IS 'Newcomers and how far they are'
;
COMMENT ON COLUMN onboarding_progress.title IS 'Such as Ana Ruiz, night shift'
;
COMMENT ON COLUMN onboarding_progress.user_id IS 'A new employee who is no driver'
;
COMMENT ON COLUMN onboarding_progress.mentor_user_id IS 'Who shows the ropes'
;
COMMENT ON COLUMN onboarding_progress.responsible_user_id IS 'Who sees to it that it gets done'
;
COMMENT ON COLUMN onboarding_progress.closing_reason IS 'Why it was put on hold or cancelled'
;
CREATE TABLE onboarding_tasks (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	onboarding_progress_id UUID NOT NULL, 
	step_key VARCHAR(50) NOT NULL, 
	position INTEGER DEFAULT '0' NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	instructions TEXT, 
	is_required BOOLEAN DEFAULT 'true' NOT NULL, 
	assigned_to_user_id UUID, 
	assigned_to_role VARCHAR(100), 
	due_on DATE, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	completed_by_user_id UUID, 
	document_id UUID, 
	comment TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_onboarding_tasks PRIMARY KEY (id), 
	CONSTRAINT ck_onboarding_tasks_status CHECK (status IN ('open', 'done', 'skipped')), 
	CONSTRAINT uq_onboarding_tasks_tenant_id_onboarding_progress_id_step_key UNIQUE (tenant_id, onboarding_progress_id, step_key)
)
;
CREATE INDEX ix_onboarding_tasks_tenant_id_assigned_to_user_id ON onboarding_tasks (tenant_id, assigned_to_user_id)
;
CREATE INDEX ix_onboarding_tasks_tenant_id_due_on ON onboarding_tasks (tenant_id, due_on)
;
CREATE INDEX ix_onboarding_tasks_tenant_id_onboarding_progress_id_position ON onboarding_tasks (tenant_id, onboarding_progress_id, position)
;
CREATE INDEX ix_onboarding_tasks_tenant_id_status ON onboarding_tasks (tenant_id, status)
;
CREATE UNIQUE INDEX uq_onboarding_tasks_tenant_id_id ON onboarding_tasks (tenant_id, id)
;
COMMENT ON TABLE onboarding_tasks IS 'Steps of each newcomer: who does them by when, and whether they are done'
;
COMMENT ON COLUMN onboarding_tasks.step_key IS 'Key of the step in the plan'
;
COMMENT ON COLUMN onboarding_tasks.position IS 'Order, smallest first'
;
COMMENT ON COLUMN onboarding_tasks.assigned_to_role IS 'Name of a role, where no person is named'
;
COMMENT ON COLUMN onboarding_tasks.document_id IS 'The paper that came out of it'
;
CREATE TABLE outlook_emails (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	outlook_message_id VARCHAR(255), 
	conversation_id VARCHAR(255), 
	user_email VARCHAR(255), 
	from_address VARCHAR(255), 
	to_addresses TEXT[], 
	cc_addresses TEXT[], 
	subject VARCHAR(1000), 
	body_preview TEXT, 
	body_content TEXT, 
	body_content_type VARCHAR(20), 
	importance VARCHAR(20), 
	has_attachments BOOLEAN DEFAULT 'false' NOT NULL, 
	attachments JSONB, 
	is_read BOOLEAN DEFAULT 'false' NOT NULL, 
	is_draft BOOLEAN DEFAULT 'false' NOT NULL, 
	received_datetime TIMESTAMP WITH TIME ZONE, 
	sent_datetime TIMESTAMP WITH TIME ZONE, 
	entity_references JSONB, 
	synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_outlook_emails PRIMARY KEY (id), 
	CONSTRAINT ck_outlook_emails_body_content_type CHECK (body_content_type IN ('html', 'text')), 
	CONSTRAINT ck_outlook_emails_importance CHECK (importance IN ('low', 'normal', 'high')), 
	CONSTRAINT uq_outlook_emails_tenant_id_outlook_message_id UNIQUE (tenant_id, outlook_message_id)
)
;
CREATE INDEX ix_outlook_emails_conversation_id ON outlook_emails (conversation_id)
;
CREATE INDEX ix_outlook_emails_outlook_message_id ON outlook_emails (outlook_message_id)
;
CREATE INDEX ix_outlook_emails_tenant_id_received_datetime ON outlook_emails (tenant_id, received_datetime DESC)
;
CREATE INDEX ix_outlook_emails_tenant_id_user_email_received_datetime ON outlook_emails (tenant_id, user_email, received_datetime DESC)
;
CREATE INDEX ix_outlook_emails_user_email_received_datetime ON outlook_emails (user_email, received_datetime DESC)
;
CREATE UNIQUE INDEX uq_outlook_emails_tenant_id_id ON outlook_emails (tenant_id, id)
;
COMMENT ON TABLE outlook_emails IS 'Outlook email integration'
;
COMMENT ON COLUMN outlook_emails.user_email IS 'The mailbox it lies in'
;
COMMENT ON COLUMN outlook_emails.entity_references IS 'Vehicles, work orders and the like that the text names'
;
CREATE TABLE part_stocks (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	part_id UUID NOT NULL, 
	facility_id UUID NOT NULL, 
	bin_location VARCHAR(100), 
	quantity_on_hand NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	quantity_reserved NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	quantity_on_order NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	quantity_available NUMERIC(12, 3) GENERATED ALWAYS AS (quantity_on_hand - quantity_reserved) STORED NOT NULL, 
	reorder_point NUMERIC(12, 3), 
	reorder_quantity NUMERIC(12, 3), 
	maximum_quantity NUMERIC(12, 3), 
	last_movement_at TIMESTAMP WITH TIME ZONE, 
	last_counted_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_part_stocks PRIMARY KEY (id), 
	CONSTRAINT ck_part_stocks_stock_not_negative CHECK (quantity_on_hand >= 0), 
	CONSTRAINT ck_part_stocks_reserved_quantity_not_above_stock CHECK (quantity_reserved >= 0 AND quantity_reserved <= quantity_on_hand), 
	CONSTRAINT ck_part_stocks_ordered_quantity_not_negative CHECK (quantity_on_order >= 0), 
	CONSTRAINT ck_part_stocks_reorder_point_not_negative CHECK (reorder_point >= 0), 
	CONSTRAINT ck_part_stocks_reorder_quantity_above_zero CHECK (reorder_quantity > 0), 
	CONSTRAINT ck_part_stocks_maximum_not_below_reorder_point CHECK (maximum_quantity >= reorder_point), 
	CONSTRAINT uq_part_stocks_tenant_id_part_id_facility_id UNIQUE (tenant_id, part_id, facility_id)
)
;
CREATE INDEX ix_part_stocks_facility_id ON part_stocks (facility_id)
;
CREATE INDEX ix_part_stocks_tenant_id_last_counted_at_id ON part_stocks (tenant_id, last_counted_at, id)
;
CREATE UNIQUE INDEX uq_part_stocks_tenant_id_id ON part_stocks (tenant_id, id)
;
COMMENT ON TABLE part_stocks IS 'Stock of each part at each facility'
;
COMMENT ON COLUMN part_stocks.bin_location IS 'Aisle, shelf and bin'
;
COMMENT ON COLUMN part_stocks.quantity_on_hand IS 'In the part''s unit'
;
COMMENT ON COLUMN part_stocks.quantity_reserved IS 'Held for work orders'
;
COMMENT ON COLUMN part_stocks.quantity_on_order IS 'Ordered and not received'
;
COMMENT ON COLUMN part_stocks.quantity_available IS 'On hand and not reserved'
;
COMMENT ON COLUMN part_stocks.reorder_point IS 'Order again at or below this; null: as the part says'
;
COMMENT ON COLUMN part_stocks.reorder_quantity IS 'How many to order; null: as the part says'
;
COMMENT ON COLUMN part_stocks.maximum_quantity IS 'Never order above this'
;
CREATE TABLE parts (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	part_number VARCHAR(100) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	category VARCHAR(100), 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	manufacturer VARCHAR(255), 
	manufacturer_part_number VARCHAR(100), 
	barcode VARCHAR(100), 
	component_code VARCHAR(20), 
	unit_of_measure VARCHAR(20) DEFAULT 'each' NOT NULL, 
	unit_cost NUMERIC(12, 4) DEFAULT '0' NOT NULL, 
	last_cost NUMERIC(12, 4), 
	list_price NUMERIC(12, 2), 
	core_charge NUMERIC(10, 2) DEFAULT '0' NOT NULL, 
	vendor_id UUID, 
	vendor_part_number VARCHAR(100), 
	lead_time_days INTEGER, 
	reorder_point NUMERIC(12, 3), 
	reorder_quantity NUMERIC(12, 3), 
	is_hazardous BOOLEAN DEFAULT 'false' NOT NULL, 
	hazard_class VARCHAR(50), 
	safety_data_sheet_url TEXT, 
	shelf_life_days INTEGER, 
	warranty_months INTEGER, 
	warranty_miles INTEGER, 
	weight_kg NUMERIC(8, 3), 
	fits TEXT[], 
	superseded_by_part_id UUID, 
	notes TEXT, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_parts PRIMARY KEY (id), 
	CONSTRAINT ck_parts_status CHECK (status IN ('active', 'discontinued', 'retired')), 
	CONSTRAINT ck_parts_costs_not_negative CHECK (unit_cost >= 0 AND last_cost >= 0), 
	CONSTRAINT ck_parts_prices_not_negative CHECK (list_price >= 0 AND core_charge >= 0), 
	CONSTRAINT ck_parts_reorder_point_not_negative CHECK (reorder_point >= 0), 
	CONSTRAINT ck_parts_reorder_quantity_above_zero CHECK (reorder_quantity > 0), 
	CONSTRAINT ck_parts_not_superseded_by_itself CHECK (superseded_by_part_id <> id), 
	CONSTRAINT uq_parts_tenant_id_part_number UNIQUE (tenant_id, part_number)
)
;
CREATE INDEX ix_parts_tenant_id_barcode ON parts (tenant_id, barcode)
;
CREATE INDEX ix_parts_tenant_id_category ON parts (tenant_id, category)
;
CREATE INDEX ix_parts_tenant_id_manufacturer ON parts (tenant_id, manufacturer)
;
CREATE INDEX ix_parts_tenant_id_name_id ON parts (tenant_id, name, id)
;
CREATE INDEX ix_parts_tenant_id_status ON parts (tenant_id, status)
;
CREATE INDEX ix_parts_vendor_id ON parts (vendor_id)
;
CREATE UNIQUE INDEX uq_parts_tenant_id_id ON parts (tenant_id, id)
;
COMMENT ON TABLE parts IS 'Parts, fluids and consumables; stock is by facility in part_stocks'
;
COMMENT ON COLUMN parts.part_number IS 'One''s own number of the part'
;
COMMENT ON COLUMN parts.category IS 'Such as filters, brakes, tires, fluids, electrical, body, lighting, hardware'
;
COMMENT ON COLUMN parts.barcode IS 'UPC, EAN or a label of one''s own'
;
COMMENT ON COLUMN parts.component_code IS 'By VMRS or a code of one''s own'
;
COMMENT ON COLUMN parts.unit_of_measure IS 'Such as each, pair, set, liter, quart, gallon, foot, kg'
;
COMMENT ON COLUMN parts.unit_cost IS 'Moving average of what was paid for one unit'
;
COMMENT ON COLUMN parts.last_cost IS 'Paid for one unit at the last receipt'
;
COMMENT ON COLUMN parts.list_price IS 'Charged to others for one unit'
;
COMMENT ON COLUMN parts.core_charge IS 'Deposit on the old part, for one unit'
;
COMMENT ON COLUMN parts.vendor_id IS 'Preferred supplier'
;
COMMENT ON COLUMN parts.vendor_part_number IS 'The supplier''s number'
;
COMMENT ON COLUMN parts.lead_time_days IS 'From order to delivery, days'
;
COMMENT ON COLUMN parts.reorder_point IS 'Order again at or below this, where the facility''s stock names no other'
;
COMMENT ON COLUMN parts.reorder_quantity IS 'How many to order, where the facility''s stock names no other'
;
COMMENT ON COLUMN parts.is_hazardous IS 'Needs a safety data sheet and special storage'
;
COMMENT ON COLUMN parts.hazard_class IS 'Such as 3 for flammable liquids, 8 for corrosives'
;
COMMENT ON COLUMN parts.shelf_life_days IS 'Days'
;
COMMENT ON COLUMN parts.warranty_months IS 'Months from fitting'
;
COMMENT ON COLUMN parts.warranty_miles IS 'Miles from fitting'
;
COMMENT ON COLUMN parts.weight_kg IS 'Of one unit, kg'
;
COMMENT ON COLUMN parts.fits IS 'Vehicles it fits, such as Ford Transit 2019-2023'
;
COMMENT ON COLUMN parts.superseded_by_part_id IS 'Part that replaces it'
;
CREATE TABLE payment_methods (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	payment_type VARCHAR(50), 
	payment_name VARCHAR(255), 
	account_number_last4 VARCHAR(4), 
	bank_name VARCHAR(255), 
	routing_number VARCHAR(50), 
	routing_number_ciphertext BYTEA, 
	billing_address TEXT, 
	valid_until DATE, 
	is_default BOOLEAN DEFAULT 'false' NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_payment_methods PRIMARY KEY (id), 
	CONSTRAINT ck_payment_methods_last_four_are_four_characters CHECK (account_number_last4 ~ '^[0-9A-Za-z]{4}$'), 
	CONSTRAINT ck_payment_methods_only_an_active_one_is_the_default CHECK (is_active OR NOT is_default)
)
;
CREATE INDEX ix_payment_methods_tenant_id_is_active ON payment_methods (tenant_id, is_active)
;
CREATE INDEX ix_payment_methods_tenant_id_payment_name ON payment_methods (tenant_id, payment_name)
;
CREATE INDEX ix_payment_methods_tenant_id_payment_type ON payment_methods (tenant_id, payment_type)
;
CREATE UNIQUE INDEX uq_payment_methods_one_default ON payment_methods (tenant_id) WHERE is_default
;
CREATE UNIQUE INDEX uq_payment_methods_tenant_id_id ON payment_methods (tenant_id, id)
;
COMMENT ON TABLE payment_methods IS 'Payment method registry'
;
COMMENT ON COLUMN payment_methods.payment_type IS 'Such as credit_card, bank_account, fuel_card, check, wire'
;
COMMENT ON COLUMN payment_methods.payment_name IS 'What people call it'
;
COMMENT ON COLUMN payment_methods.account_number_last4 IS 'Last four characters of the account or card; the rest is never stored'
;
COMMENT ON COLUMN payment_methods.routing_number IS 'Bank''s routing number or BIC; shown masked, stored encrypted'
;
COMMENT ON COLUMN payment_methods.valid_until IS 'Last day on which it can be used'
;
COMMENT ON COLUMN payment_methods.is_default IS 'At most one is'
;
COMMENT ON COLUMN payment_methods.metadata IS 'Encrypted sensitive data reference'
;
CREATE TABLE policies (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_number VARCHAR(50) NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	category VARCHAR(50), 
	description TEXT, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	enforcement_mode VARCHAR(20) DEFAULT 'monitor' NOT NULL, 
	severity VARCHAR(20) DEFAULT 'medium' NOT NULL, 
	applies_to JSONB, 
	owner_user_id UUID, 
	department_id UUID, 
	regulation_reference VARCHAR(255), 
	effective_from DATE, 
	effective_until DATE, 
	review_interval_months INTEGER, 
	last_reviewed_on DATE, 
	review_due_on DATE, 
	requires_acknowledgment BOOLEAN DEFAULT 'true' NOT NULL, 
	acknowledgment_due_days INTEGER DEFAULT '14' NOT NULL, 
	acknowledgment_valid_days INTEGER, 
	blocks_assignment BOOLEAN DEFAULT 'false' NOT NULL, 
	requires_dual_control BOOLEAN DEFAULT 'false' NOT NULL, 
	requires_mfa BOOLEAN DEFAULT 'false' NOT NULL, 
	confidence_score NUMERIC(3, 2) DEFAULT '0.85' NOT NULL, 
	created_by_user_id UUID, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	activated_at TIMESTAMP WITH TIME ZONE, 
	deprecated_at TIMESTAMP WITH TIME ZONE, 
	archived_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policies PRIMARY KEY (id), 
	CONSTRAINT ck_policies_status CHECK (status IN ('draft', 'testing', 'approved', 'active', 'deprecated', 'archived')), 
	CONSTRAINT ck_policies_enforcement_mode CHECK (enforcement_mode IN ('monitor', 'human_in_loop', 'autonomous')), 
	CONSTRAINT ck_policies_severity CHECK (severity IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_policies_effective_until_not_before_effective_from CHECK (effective_until >= effective_from), 
	CONSTRAINT ck_policies_confidence_score_between_0_and_1 CHECK (confidence_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_policies_acknowledgment_due_days_not_negative CHECK (acknowledgment_due_days >= 0), 
	CONSTRAINT ck_policies_acknowledgment_valid_days_above_0 CHECK (acknowledgment_valid_days > 0), 
	CONSTRAINT ck_policies_review_interval_months_above_0 CHECK (review_interval_months > 0), 
	CONSTRAINT uq_policies_tenant_id_policy_number UNIQUE (tenant_id, policy_number)
)
;
CREATE INDEX ix_policies_tenant_id_category ON policies (tenant_id, category)
;
CREATE INDEX ix_policies_tenant_id_department_id ON policies (tenant_id, department_id)
;
CREATE INDEX ix_policies_tenant_id_effective_from ON policies (tenant_id, effective_from)
;
CREATE INDEX ix_policies_tenant_id_owner_user_id ON policies (tenant_id, owner_user_id)
;
CREATE INDEX ix_policies_tenant_id_review_due_on ON policies (tenant_id, review_due_on)
;
CREATE INDEX ix_policies_tenant_id_status ON policies (tenant_id, status)
;
CREATE INDEX ix_policies_tenant_id_title_id ON policies (tenant_id, title, id)
;
CREATE UNIQUE INDEX uq_policies_tenant_id_id ON policies (tenant_id, id)
;
COMMENT ON TABLE policies IS 'Rules of the organisation: what is demanded, of whom, and how strictly it is enforced'
;
COMMENT ON COLUMN policies.policy_number IS 'Such as POL-0012'
;
COMMENT ON COLUMN policies.category IS 'Such as preventive_maintenance, approval, fuel, vehicle_assignment, driver_qualification, safety, data_access, operations, personal_use, conduct'
;
COMMENT ON COLUMN policies.description IS 'What it is for, in a few sentences'
;
COMMENT ON COLUMN policies.enforcement_mode IS 'monitor: only recorded; human_in_loop: a person decides; autonomous: the program acts'
;
COMMENT ON COLUMN policies.severity IS 'How grave a violation is, unless a rule says otherwise'
;
COMMENT ON COLUMN policies.applies_to IS 'Whom it is for: {everyone, users, roles, departments, facilities, vehicle_types}; null: nobody yet'
;
COMMENT ON COLUMN policies.owner_user_id IS 'Who answers questions and reviews it'
;
COMMENT ON COLUMN policies.department_id IS 'null: the whole organisation'
;
COMMENT ON COLUMN policies.regulation_reference IS 'Law or standard behind it, such as 49 CFR 382.601'
;
COMMENT ON COLUMN policies.effective_from IS 'First day on which it applies'
;
COMMENT ON COLUMN policies.effective_until IS 'Last day; null: until further notice'
;
COMMENT ON COLUMN policies.review_interval_months IS 'Months between two reviews'
;
COMMENT ON COLUMN policies.requires_acknowledgment IS 'People whom it is for must confirm that they have read it'
;
COMMENT ON COLUMN policies.acknowledgment_due_days IS 'Days to acknowledge after being asked'
;
COMMENT ON COLUMN policies.acknowledgment_valid_days IS 'Days after which it must be acknowledged again, such as 365; null: never'
;
COMMENT ON COLUMN policies.blocks_assignment IS 'A driver who has not acknowledged it gets no vehicle'
;
COMMENT ON COLUMN policies.requires_dual_control IS 'Two people must agree before the program acts'
;
COMMENT ON COLUMN policies.requires_mfa IS 'Whoever agrees must have confirmed a second factor'
;
COMMENT ON COLUMN policies.confidence_score IS 'How sure an automatic finding must be before the program acts, 0 to 1'
;
CREATE TABLE policy_acknowledgments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_version_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	acknowledged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	method VARCHAR(30) DEFAULT 'electronic' NOT NULL, 
	signed_name VARCHAR(255), 
	signature TEXT, 
	document_id UUID, 
	quiz_answers JSONB, 
	quiz_score_percent NUMERIC(5, 2), 
	comment TEXT, 
	recorded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policy_acknowledgments PRIMARY KEY (id), 
	CONSTRAINT ck_policy_acknowledgments_quiz_score_percent_between_0_and_100 CHECK (quiz_score_percent BETWEEN 0 AND 100)
)
;
CREATE INDEX ix_policy_acknowledgments_tenant_id_acknowledged_at ON policy_acknowledgments (tenant_id, acknowledged_at DESC)
;
CREATE INDEX ix_policy_acknowledgments_tenant_id_policy_version_id ON policy_acknowledgments (tenant_id, policy_version_id)
;
CREATE INDEX ix_policy_acknowledgments_tenant_id_user_id_acknowledged_at ON policy_acknowledgments (tenant_id, user_id, acknowledged_at DESC)
;
CREATE UNIQUE INDEX uq_policy_acknowledgments_tenant_id_id ON policy_acknowledgments (tenant_id, id)
;
COMMENT ON TABLE policy_acknowledgments IS 'Who confirmed which version of a policy when'
;
COMMENT ON COLUMN policy_acknowledgments.user_id IS 'Who confirms it'
;
COMMENT ON COLUMN policy_acknowledgments.method IS 'Such as electronic, paper, in_person'
;
COMMENT ON COLUMN policy_acknowledgments.signed_name IS 'The name as it was typed or written'
;
COMMENT ON COLUMN policy_acknowledgments.signature IS 'Drawn signature as an SVG path'
;
COMMENT ON COLUMN policy_acknowledgments.document_id IS 'The signed form, where it is on paper'
;
COMMENT ON COLUMN policy_acknowledgments.quiz_answers IS 'A list of {question, answer}'
;
COMMENT ON COLUMN policy_acknowledgments.quiz_score_percent IS 'Share of right answers, in percent'
;
COMMENT ON COLUMN policy_acknowledgments.recorded_by_user_id IS 'Who entered it; somebody else where the form is on paper'
;
CREATE TABLE policy_assignments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	due_on DATE NOT NULL, 
	reason VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'assigned' NOT NULL, 
	assigned_by_user_id UUID, 
	assigned_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	last_reminded_at TIMESTAMP WITH TIME ZONE, 
	waiver_reason TEXT, 
	waived_by_user_id UUID, 
	waived_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policy_assignments PRIMARY KEY (id), 
	CONSTRAINT ck_policy_assignments_status CHECK (status IN ('assigned', 'waived')), 
	CONSTRAINT uq_policy_assignments_tenant_id_policy_id_user_id UNIQUE (tenant_id, policy_id, user_id)
)
;
CREATE INDEX ix_policy_assignments_tenant_id_due_on ON policy_assignments (tenant_id, due_on)
;
CREATE INDEX ix_policy_assignments_tenant_id_status ON policy_assignments (tenant_id, status)
;
CREATE INDEX ix_policy_assignments_tenant_id_user_id ON policy_assignments (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_policy_assignments_tenant_id_id ON policy_assignments (tenant_id, id)
;
COMMENT ON TABLE policy_assignments IS 'Who must acknowledge which policy by when'
;
COMMENT ON COLUMN policy_assignments.user_id IS 'Who must acknowledge it'
;
COMMENT ON COLUMN policy_assignments.due_on IS 'Last day for the first acknowledgement'
;
COMMENT ON COLUMN policy_assignments.reason IS 'Such as hire, new_policy, new_version, transfer, incident'
;
COMMENT ON COLUMN policy_assignments.assigned_by_user_id IS 'null: by the program'
;
CREATE TABLE policy_executions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_id UUID NOT NULL, 
	policy_version_id UUID, 
	trigger_event VARCHAR(100) NOT NULL, 
	record_type VARCHAR(63), 
	record_id UUID, 
	user_id UUID, 
	enforcement_mode VARCHAR(20) NOT NULL, 
	decision VARCHAR(20) NOT NULL, 
	was_enforced BOOLEAN DEFAULT 'false' NOT NULL, 
	reasons JSONB, 
	facts JSONB, 
	confidence_score NUMERIC(3, 2), 
	error TEXT, 
	duration_ms INTEGER, 
	workflow_instance_id UUID, 
	executed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policy_executions PRIMARY KEY (id), 
	CONSTRAINT ck_policy_executions_decision CHECK (decision IN ('allow', 'deny', 'warn', 'require_approval')), 
	CONSTRAINT ck_policy_executions_enforcement_mode CHECK (enforcement_mode IN ('monitor', 'human_in_loop', 'autonomous')), 
	CONSTRAINT ck_policy_executions_confidence_score_between_0_and_1 CHECK (confidence_score BETWEEN 0 AND 1)
)
;
CREATE INDEX ix_policy_executions_tenant_id_decision ON policy_executions (tenant_id, decision)
;
CREATE INDEX ix_policy_executions_tenant_id_executed_at ON policy_executions (tenant_id, executed_at DESC)
;
CREATE INDEX ix_policy_executions_tenant_id_policy_id_executed_at ON policy_executions (tenant_id, policy_id, executed_at DESC)
;
CREATE INDEX ix_policy_executions_tenant_id_record_id ON policy_executions (tenant_id, record_id)
;
CREATE INDEX ix_policy_executions_tenant_id_user_id ON policy_executions (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_policy_executions_tenant_id_id ON policy_executions (tenant_id, id)
;
COMMENT ON TABLE policy_executions IS 'Every decision of the policy engine, kept seven years'
;
COMMENT ON COLUMN policy_executions.policy_version_id IS 'null: none was published, so the answer is deny'
;
COMMENT ON COLUMN policy_executions.trigger_event IS 'What asked, such as driver_assignments.create or fuel_transactions.import'
;
COMMENT ON COLUMN policy_executions.record_type IS 'Table of the record, such as purchase_orders or driver_assignments'
;
COMMENT ON COLUMN policy_executions.record_id IS 'The record that was judged'
;
COMMENT ON COLUMN policy_executions.user_id IS 'On whose behalf; null: the program'
;
COMMENT ON COLUMN policy_executions.enforcement_mode IS 'As the policy said at that time'
;
COMMENT ON COLUMN policy_executions.was_enforced IS 'The decision took effect; in monitor mode it is only recorded'
;
COMMENT ON COLUMN policy_executions.reasons IS 'Rules that spoke: a list of {rule, effect, message}'
;
COMMENT ON COLUMN policy_executions.facts IS 'The values that were judged'
;
COMMENT ON COLUMN policy_executions.confidence_score IS '0 to 1'
;
COMMENT ON COLUMN policy_executions.error IS 'Why a rule could not be evaluated; means deny'
;
COMMENT ON COLUMN policy_executions.duration_ms IS 'Milliseconds'
;
COMMENT ON COLUMN policy_executions.workflow_instance_id IS 'The approval that it asked for'
;
CREATE TABLE policy_versions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	policy_id UUID NOT NULL, 
	version_number INTEGER NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	content TEXT NOT NULL, 
	change_summary TEXT, 
	document_id UUID, 
	rules JSONB, 
	quiz JSONB, 
	passing_score_percent NUMERIC(5, 2), 
	requires_new_acknowledgment BOOLEAN DEFAULT 'true' NOT NULL, 
	effective_from DATE, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	reviewed_by_user_id UUID, 
	published_by_user_id UUID, 
	published_at TIMESTAMP WITH TIME ZONE, 
	superseded_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policy_versions PRIMARY KEY (id), 
	CONSTRAINT ck_policy_versions_status CHECK (status IN ('draft', 'in_review', 'published', 'superseded')), 
	CONSTRAINT ck_policy_versions_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_policy_versions_passing_score_between_0_and_100 CHECK (passing_score_percent BETWEEN 0 AND 100), 
	CONSTRAINT uq_policy_versions_tenant_id_policy_id_version_number UNIQUE (tenant_id, policy_id, version_number)
)
;
CREATE INDEX ix_policy_versions_tenant_id_created_at ON policy_versions (tenant_id, created_at DESC)
;
CREATE INDEX ix_policy_versions_tenant_id_document_id ON policy_versions (tenant_id, document_id)
;
CREATE INDEX ix_policy_versions_tenant_id_effective_from ON policy_versions (tenant_id, effective_from)
;
CREATE INDEX ix_policy_versions_tenant_id_status ON policy_versions (tenant_id, status)
;
CREATE UNIQUE INDEX uq_policy_versions_tenant_id_id ON policy_versions (tenant_id, id)
;
CREATE UNIQUE INDEX uq_policy_versions_tenant_id_policy_id_published ON policy_versions (tenant_id, policy_id) WHERE status = 'published'
;
COMMENT ON TABLE policy_versions IS 'Texts of policies; at most one of each is published'
;
COMMENT ON COLUMN policy_versions.version_number IS '1, 2, 3 ...'
;
COMMENT ON COLUMN policy_versions.content IS 'The text, in Markdown'
;
COMMENT ON COLUMN policy_versions.change_summary IS 'What differs from the version before'
;
COMMENT ON COLUMN policy_versions.document_id IS 'The signed or printed form'
;
COMMENT ON COLUMN policy_versions.rules IS 'What the program evaluates: a list of {name, applies_to, condition, effect, message}'
;
COMMENT ON COLUMN policy_versions.quiz IS 'Questions to answer when acknowledging; null: none'
;
COMMENT ON COLUMN policy_versions.passing_score_percent IS 'Share of the quiz that must be right, in percent; null: no quiz is needed'
;
COMMENT ON COLUMN policy_versions.requires_new_acknowledgment IS 'Those who acknowledged an earlier version must do so again'
;
COMMENT ON COLUMN policy_versions.effective_from IS 'First day on which these words apply'
;
CREATE TABLE policy_violations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	violation_number VARCHAR(50) NOT NULL, 
	policy_id UUID NOT NULL, 
	policy_version_id UUID, 
	policy_execution_id UUID, 
	rule_name VARCHAR(100), 
	title VARCHAR(255) NOT NULL, 
	description TEXT, 
	severity VARCHAR(20) DEFAULT 'medium' NOT NULL, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	detected_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	detected_by VARCHAR(30), 
	record_type VARCHAR(63), 
	record_id UUID, 
	vehicle_id UUID, 
	driver_id UUID, 
	user_id UUID, 
	details JSONB, 
	assigned_to_user_id UUID, 
	due_on DATE, 
	escalated_at TIMESTAMP WITH TIME ZONE, 
	escalated_to_user_id UUID, 
	corrective_action TEXT, 
	resolution TEXT, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	resolved_by_user_id UUID, 
	reported_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_policy_violations PRIMARY KEY (id), 
	CONSTRAINT ck_policy_violations_severity CHECK (severity IN ('low', 'medium', 'high', 'critical')), 
	CONSTRAINT ck_policy_violations_status CHECK (status IN ('open', 'investigating', 'resolved', 'dismissed')), 
	CONSTRAINT uq_policy_violations_tenant_id_violation_number UNIQUE (tenant_id, violation_number)
)
;
CREATE INDEX ix_policy_violations_tenant_id_assigned_to_user_id ON policy_violations (tenant_id, assigned_to_user_id)
;
CREATE INDEX ix_policy_violations_tenant_id_detected_at ON policy_violations (tenant_id, detected_at DESC)
;
CREATE INDEX ix_policy_violations_tenant_id_driver_id ON policy_violations (tenant_id, driver_id)
;
CREATE INDEX ix_policy_violations_tenant_id_due_on ON policy_violations (tenant_id, due_on)
;
CREATE INDEX ix_policy_violations_tenant_id_policy_id ON policy_violations (tenant_id, policy_id)
;
CREATE INDEX ix_policy_violations_tenant_id_record_id ON policy_violations (tenant_id, record_id)
;
CREATE INDEX ix_policy_violations_tenant_id_severity ON policy_violations (tenant_id, severity)
;
CREATE INDEX ix_policy_violations_tenant_id_status ON policy_violations (tenant_id, status)
;
CREATE INDEX ix_policy_violations_tenant_id_vehicle_id ON policy_violations (tenant_id, vehicle_id)
;
CREATE UNIQUE INDEX uq_policy_violations_tenant_id_id ON policy_violations (tenant_id, id)
;
COMMENT ON TABLE policy_violations IS 'Cases in which a policy was not kept'
;
COMMENT ON COLUMN policy_violations.violation_number IS 'Such as PV-2026-00031'
;
COMMENT ON COLUMN policy_violations.policy_execution_id IS 'The decision that found it; null: reported by a person'
;
COMMENT ON COLUMN policy_violations.rule_name IS 'Rule of the version that was broken'
;
COMMENT ON COLUMN policy_violations.detected_by IS 'Such as policy_engine, person, telematics, import, audit'
;
COMMENT ON COLUMN policy_violations.record_type IS 'Table of the record, such as purchase_orders or driver_assignments'
;
COMMENT ON COLUMN policy_violations.record_id IS 'The record in which it showed'
;
COMMENT ON COLUMN policy_violations.user_id IS 'Who broke it, where that is no driver'
;
COMMENT ON COLUMN policy_violations.details IS 'Measured and allowed values'
;
COMMENT ON COLUMN policy_violations.assigned_to_user_id IS 'Who looks into it'
;
COMMENT ON COLUMN policy_violations.due_on IS 'To be settled by this day'
;
COMMENT ON COLUMN policy_violations.corrective_action IS 'What was done so that it does not happen again'
;
COMMENT ON COLUMN policy_violations.resolution IS 'How it ended, or why it was dismissed'
;
COMMENT ON COLUMN policy_violations.reported_by_user_id IS 'null: found by the program'
;
CREATE TABLE purchase_orders (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	po_number VARCHAR(100) NOT NULL, 
	vendor_id UUID NOT NULL, 
	requisition_id UUID, 
	po_type VARCHAR(50), 
	department_id UUID, 
	budget_category VARCHAR(100), 
	requested_by_user_id UUID NOT NULL, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	po_date DATE NOT NULL, 
	expected_delivery_date DATE, 
	delivery_facility_id UUID, 
	delivery_address TEXT, 
	subtotal NUMERIC(12, 2) NOT NULL, 
	tax_amount NUMERIC(12, 2), 
	shipping_amount NUMERIC(12, 2), 
	total_amount NUMERIC(12, 2) NOT NULL, 
	currency VARCHAR(3) DEFAULT 'USD' NOT NULL, 
	payment_terms VARCHAR(100), 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	status_note TEXT, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	received_at TIMESTAMP WITH TIME ZONE, 
	line_items JSONB, 
	notes TEXT, 
	terms_and_conditions TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_purchase_orders PRIMARY KEY (id), 
	CONSTRAINT ck_purchase_orders_status CHECK (status IN ('draft', 'pending_approval', 'approved', 'sent', 'partially_received', 'received', 'cancelled')), 
	CONSTRAINT ck_purchase_orders_amounts_from_zero CHECK (subtotal >= 0 AND tax_amount >= 0 AND shipping_amount >= 0 AND total_amount >= 0), 
	CONSTRAINT ck_purchase_orders_subtotal_and_tax_and_shipping_is_the_total CHECK (subtotal + coalesce(tax_amount, 0) + coalesce(shipping_amount, 0) = total_amount), 
	CONSTRAINT ck_purchase_orders_delivery_follows_the_order CHECK (expected_delivery_date >= po_date), 
	CONSTRAINT ck_purchase_orders_currency_is_three_capital_letters CHECK (currency ~ '^[A-Z]{3}$'), 
	CONSTRAINT uq_purchase_orders_tenant_id_po_number UNIQUE (tenant_id, po_number)
)
;
CREATE INDEX ix_purchase_orders_delivery_facility_id ON purchase_orders (delivery_facility_id)
;
CREATE INDEX ix_purchase_orders_department_id ON purchase_orders (department_id)
;
CREATE INDEX ix_purchase_orders_requested_by_user_id ON purchase_orders (requested_by_user_id)
;
CREATE INDEX ix_purchase_orders_status_expected_delivery_date ON purchase_orders (status, expected_delivery_date)
;
CREATE INDEX ix_purchase_orders_tenant_id_expected_delivery_date ON purchase_orders (tenant_id, expected_delivery_date)
;
CREATE INDEX ix_purchase_orders_tenant_id_po_date ON purchase_orders (tenant_id, po_date DESC)
;
CREATE INDEX ix_purchase_orders_tenant_id_po_type ON purchase_orders (tenant_id, po_type)
;
CREATE INDEX ix_purchase_orders_tenant_id_status_po_date ON purchase_orders (tenant_id, status, po_date DESC)
;
CREATE INDEX ix_purchase_orders_vendor_id_status ON purchase_orders (vendor_id, status)
;
CREATE UNIQUE INDEX uq_purchase_orders_tenant_id_id ON purchase_orders (tenant_id, id)
;
COMMENT ON TABLE purchase_orders IS 'Purchase order management'
;
COMMENT ON COLUMN purchase_orders.requisition_id IS 'Request in another system that it answers'
;
COMMENT ON COLUMN purchase_orders.po_type IS 'Such as parts, service, equipment, supplies'
;
COMMENT ON COLUMN purchase_orders.department_id IS 'Department that bears it'
;
COMMENT ON COLUMN purchase_orders.budget_category IS 'Budget category it is charged to'
;
COMMENT ON COLUMN purchase_orders.delivery_facility_id IS 'Own place it is delivered to'
;
COMMENT ON COLUMN purchase_orders.total_amount IS 'Subtotal + tax + shipping'
;
COMMENT ON COLUMN purchase_orders.currency IS 'ISO 4217'
;
COMMENT ON COLUMN purchase_orders.payment_terms IS 'Such as net 30, 2/10 net 30'
;
COMMENT ON COLUMN purchase_orders.status_note IS 'Why it was sent back, cancelled or closed short'
;
COMMENT ON COLUMN purchase_orders.line_items IS '[{item, description, quantity, unit_price, amount}]'
;
CREATE TABLE rag_embeddings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	source_type VARCHAR(50) NOT NULL, 
	source_id UUID NOT NULL, 
	chunk_text TEXT NOT NULL, 
	chunk_index INTEGER, 
	embedding_vector VECTOR(1536), 
	model_used VARCHAR(100), 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_rag_embeddings PRIMARY KEY (id), 
	CONSTRAINT ck_rag_embeddings_chunk_index_not_negative CHECK (chunk_index >= 0)
)
;
CREATE INDEX ix_rag_embeddings_embedding_vector ON rag_embeddings USING ivfflat (embedding_vector vector_cosine_ops)
;
CREATE INDEX ix_rag_embeddings_embedding_vector_hnsw ON rag_embeddings USING hnsw (embedding_vector vector_cosine_ops)
;
CREATE INDEX ix_rag_embeddings_source_type_source_id_chunk_index ON rag_embeddings (source_type, source_id, chunk_index)
;
CREATE INDEX ix_rag_embeddings_tenant_id_created_at ON rag_embeddings (tenant_id, created_at)
;
CREATE INDEX ix_rag_embeddings_tenant_id_model_used ON rag_embeddings (tenant_id, model_used)
;
CREATE INDEX ix_rag_embeddings_tenant_id_source_type_source_id_mode_88ac124a ON rag_embeddings (tenant_id, source_type, source_id, model_used, chunk_index)
;
CREATE UNIQUE INDEX uq_rag_embeddings_tenant_id_id ON rag_embeddings (tenant_id, id)
;
COMMENT ON TABLE rag_embeddings IS 'Vector embeddings for semantic search'
;
COMMENT ON COLUMN rag_embeddings.source_type IS 'Such as document, policy, sop, training, manual'
;
COMMENT ON COLUMN rag_embeddings.source_id IS 'The document, policy version, procedure or module'
;
COMMENT ON COLUMN rag_embeddings.chunk_text IS 'About 1,000 characters, broken at sentences'
;
COMMENT ON COLUMN rag_embeddings.chunk_index IS 'Position within the source, from 0'
;
COMMENT ON COLUMN rag_embeddings.embedding_vector IS 'Shorter vectors are padded with zeros, which leaves the cosine unchanged'
;
COMMENT ON COLUMN rag_embeddings.model_used IS 'Model that made the vector; only vectors of one model are compared'
;
COMMENT ON COLUMN rag_embeddings.metadata IS 'Page, heading and the like'
;
CREATE TABLE record_attachments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	record_type VARCHAR(63) NOT NULL, 
	record_id UUID NOT NULL, 
	document_id UUID NOT NULL, 
	caption VARCHAR(500), 
	position INTEGER DEFAULT '0' NOT NULL, 
	attached_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_record_attachments PRIMARY KEY (id), 
	CONSTRAINT uq_record_attachments_tenant_id_record_type_record_id__bf8d6bc6 UNIQUE (tenant_id, record_type, record_id, document_id)
)
;
CREATE INDEX ix_record_attachments_tenant_id_created_at ON record_attachments (tenant_id, created_at DESC)
;
CREATE INDEX ix_record_attachments_tenant_id_document_id ON record_attachments (tenant_id, document_id)
;
CREATE INDEX ix_record_attachments_tenant_id_record_id_position ON record_attachments (tenant_id, record_id, position)
;
CREATE UNIQUE INDEX uq_record_attachments_tenant_id_id ON record_attachments (tenant_id, id)
;
COMMENT ON TABLE record_attachments IS 'Documents that are attached to records of any kind'
;
COMMENT ON COLUMN record_attachments.record_type IS 'Table of the record, such as vehicles or maintenance_records'
;
COMMENT ON COLUMN record_attachments.record_id IS 'The record that it is attached to'
;
COMMENT ON COLUMN record_attachments.caption IS 'What it shows here, such as Left rear door'
;
COMMENT ON COLUMN record_attachments.position IS 'Order within the record, smallest first'
;
COMMENT ON COLUMN record_attachments.attached_by_user_id IS 'null: attached by the program'
;
CREATE TABLE recurring_maintenance_schedules (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	schedule_name VARCHAR(255), 
	maintenance_type VARCHAR(100), 
	template_id UUID, 
	trigger_type VARCHAR(20) DEFAULT 'whichever_first' NOT NULL, 
	trigger_interval_miles INTEGER, 
	trigger_interval_days INTEGER, 
	trigger_interval_hours INTEGER, 
	last_completed_mileage INTEGER, 
	last_completed_date DATE, 
	last_completed_hours INTEGER, 
	next_due_mileage INTEGER, 
	next_due_date DATE, 
	next_due_hours INTEGER, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	auto_create_work_order BOOLEAN DEFAULT 'false' NOT NULL, 
	advance_notice_days INTEGER DEFAULT '7' NOT NULL, 
	advance_notice_miles INTEGER DEFAULT '500' NOT NULL, 
	advance_notice_hours INTEGER DEFAULT '25' NOT NULL, 
	facility_id UUID, 
	vendor_id UUID, 
	last_work_order_id UUID, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_recurring_maintenance_schedules PRIMARY KEY (id), 
	CONSTRAINT ck_recurring_maintenance_schedules_trigger_type CHECK (trigger_type IN ('mileage', 'time', 'engine_hours', 'whichever_first')), 
	CONSTRAINT ck_recurring_maintenance_schedules_the_trigger_has_its_interval CHECK (CASE trigger_type WHEN 'mileage' THEN trigger_interval_miles IS NOT NULL WHEN 'time' THEN trigger_interval_days IS NOT NULL WHEN 'engine_hours' THEN trigger_interval_hours IS NOT NULL ELSE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours) IS NOT NULL END), 
	CONSTRAINT ck_recurring_maintenance_schedules_intervals_above_zero CHECK (trigger_interval_miles > 0 AND trigger_interval_days > 0 AND trigger_interval_hours > 0), 
	CONSTRAINT ck_recurring_maintenance_schedules_advance_notice_not_negative CHECK (advance_notice_days >= 0 AND advance_notice_miles >= 0 AND advance_notice_hours >= 0)
)
;
CREATE INDEX ix_recurring_maintenance_schedules_template_id ON recurring_maintenance_schedules (template_id)
;
CREATE INDEX ix_recurring_maintenance_schedules_tenant_id_is_active ON recurring_maintenance_schedules (tenant_id, is_active)
;
CREATE INDEX ix_recurring_maintenance_schedules_tenant_id_maintenance_type ON recurring_maintenance_schedules (tenant_id, maintenance_type)
;
CREATE INDEX ix_recurring_maintenance_schedules_tenant_id_next_due__acf52a33 ON recurring_maintenance_schedules (tenant_id, next_due_mileage, id)
;
CREATE INDEX ix_recurring_maintenance_schedules_tenant_id_next_due_date ON recurring_maintenance_schedules (tenant_id, next_due_date)
;
CREATE INDEX ix_recurring_maintenance_schedules_vehicle_id_is_active ON recurring_maintenance_schedules (vehicle_id, is_active)
;
CREATE UNIQUE INDEX uq_recurring_maintenance_schedules_tenant_id_id ON recurring_maintenance_schedules (tenant_id, id)
;
COMMENT ON TABLE recurring_maintenance_schedules IS 'PM scheduling based on time/mileage'
;
COMMENT ON COLUMN recurring_maintenance_schedules.maintenance_type IS 'Such as oil_change, tire_rotation, brake_inspection'
;
COMMENT ON COLUMN recurring_maintenance_schedules.template_id IS 'What its work orders are made from'
;
COMMENT ON COLUMN recurring_maintenance_schedules.trigger_type IS 'What makes it due; whichever_first: the first of all intervals that are given'
;
COMMENT ON COLUMN recurring_maintenance_schedules.trigger_interval_miles IS 'Every so many miles'
;
COMMENT ON COLUMN recurring_maintenance_schedules.trigger_interval_days IS 'Every so many days'
;
COMMENT ON COLUMN recurring_maintenance_schedules.trigger_interval_hours IS 'Every so many engine hours'
;
COMMENT ON COLUMN recurring_maintenance_schedules.last_completed_mileage IS 'Odometer when last done, miles'
;
COMMENT ON COLUMN recurring_maintenance_schedules.last_completed_hours IS 'Engine hours when last done'
;
COMMENT ON COLUMN recurring_maintenance_schedules.next_due_mileage IS 'Odometer at which it is due, miles'
;
COMMENT ON COLUMN recurring_maintenance_schedules.next_due_hours IS 'Engine hours at which it is due'
;
COMMENT ON COLUMN recurring_maintenance_schedules.auto_create_work_order IS 'Make a work order as soon as it is due soon'
;
COMMENT ON COLUMN recurring_maintenance_schedules.advance_notice_days IS 'Due soon from so many days before'
;
COMMENT ON COLUMN recurring_maintenance_schedules.advance_notice_miles IS 'Due soon from so many miles before'
;
COMMENT ON COLUMN recurring_maintenance_schedules.advance_notice_hours IS 'Due soon from so many engine hours before'
;
COMMENT ON COLUMN recurring_maintenance_schedules.facility_id IS 'Shop that usually does it'
;
COMMENT ON COLUMN recurring_maintenance_schedules.vendor_id IS 'Outside shop that usually does it'
;
COMMENT ON COLUMN recurring_maintenance_schedules.last_work_order_id IS 'Work order that last fulfilled it'
;
CREATE TABLE report_executions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	saved_report_id UUID, 
	executed_by_user_id UUID, 
	execution_type VARCHAR(20) DEFAULT 'manual' NOT NULL, 
	report_parameters JSONB, 
	date_range_start DATE, 
	date_range_end DATE, 
	row_count INTEGER, 
	execution_time_ms INTEGER, 
	file_url TEXT, 
	file_id UUID, 
	file_format VARCHAR(20), 
	file_size_bytes BIGINT, 
	status VARCHAR(20) DEFAULT 'running' NOT NULL, 
	error_message TEXT, 
	executed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_report_executions PRIMARY KEY (id), 
	CONSTRAINT ck_report_executions_execution_type CHECK (execution_type IN ('manual', 'scheduled', 'api')), 
	CONSTRAINT ck_report_executions_status CHECK (status IN ('running', 'completed', 'failed', 'timeout')), 
	CONSTRAINT ck_report_executions_file_format CHECK (file_format IN ('pdf', 'excel', 'csv')), 
	CONSTRAINT ck_report_executions_date_range_ends_after_it_starts CHECK (date_range_end >= date_range_start), 
	CONSTRAINT ck_report_executions_row_count_is_not_negative CHECK (row_count >= 0)
)
;
CREATE INDEX ix_report_executions_saved_report_id_executed_at ON report_executions (saved_report_id, executed_at DESC)
;
CREATE INDEX ix_report_executions_tenant_id_executed_at ON report_executions (tenant_id, executed_at DESC)
;
CREATE INDEX ix_report_executions_tenant_id_executed_by_user_id ON report_executions (tenant_id, executed_by_user_id)
;
CREATE INDEX ix_report_executions_tenant_id_status_executed_at ON report_executions (tenant_id, status, executed_at DESC)
;
CREATE UNIQUE INDEX uq_report_executions_tenant_id_id ON report_executions (tenant_id, id)
;
COMMENT ON TABLE report_executions IS 'Report execution history and results'
;
COMMENT ON COLUMN report_executions.executed_by_user_id IS 'null: by its schedule'
;
COMMENT ON COLUMN report_executions.report_parameters IS 'The configuration as it ran'
;
COMMENT ON COLUMN report_executions.execution_time_ms IS 'Milliseconds'
;
COMMENT ON COLUMN report_executions.file_url IS 'Where the file can be fetched'
;
COMMENT ON COLUMN report_executions.file_id IS 'The file as it is stored'
;
CREATE TABLE routes (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	route_name VARCHAR(255), 
	description TEXT, 
	stops JSONB, 
	polyline TEXT, 
	total_distance_km NUMERIC(8, 2), 
	estimated_duration_minutes INTEGER, 
	optimization_criteria VARCHAR(50), 
	assigned_vehicle_id UUID, 
	assigned_driver_id UUID, 
	scheduled_date DATE, 
	status VARCHAR(20) DEFAULT 'planned' NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	actual_trip_id UUID, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_routes PRIMARY KEY (id), 
	CONSTRAINT ck_routes_optimization_criteria CHECK (optimization_criteria IN ('fastest', 'shortest', 'fuel_efficient')), 
	CONSTRAINT ck_routes_status CHECK (status IN ('planned', 'active', 'completed', 'cancelled')), 
	CONSTRAINT ck_routes_total_distance_km_is_not_negative CHECK (total_distance_km >= 0), 
	CONSTRAINT ck_routes_estimated_duration_minutes_are_not_negative CHECK (estimated_duration_minutes >= 0)
)
;
CREATE INDEX ix_routes_assigned_driver_id_scheduled_date ON routes (assigned_driver_id, scheduled_date)
;
CREATE INDEX ix_routes_assigned_vehicle_id_scheduled_date ON routes (assigned_vehicle_id, scheduled_date)
;
CREATE INDEX ix_routes_tenant_id_route_name_id ON routes (tenant_id, route_name, id)
;
CREATE INDEX ix_routes_tenant_id_scheduled_date_status ON routes (tenant_id, scheduled_date, status)
;
CREATE INDEX ix_routes_tenant_id_status_scheduled_date ON routes (tenant_id, status, scheduled_date)
;
CREATE UNIQUE INDEX uq_routes_tenant_id_id ON routes (tenant_id, id)
;
COMMENT ON TABLE routes IS 'Planned or optimized routes'
;
COMMENT ON COLUMN routes.stops IS 'Places to call at'
;
COMMENT ON COLUMN routes.polyline IS 'Encoded polyline, five decimals'
;
COMMENT ON COLUMN routes.total_distance_km IS 'km'
;
COMMENT ON COLUMN routes.estimated_duration_minutes IS 'min, time at stops included'
;
COMMENT ON COLUMN routes.optimization_criteria IS 'What the order of the stops was chosen for'
;
COMMENT ON COLUMN routes.actual_trip_id IS 'The trip that was driven for it'
;
CREATE TABLE safety_inspections (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	inspection_type VARCHAR(100), 
	inspector_type VARCHAR(20), 
	inspector_id UUID, 
	inspection_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	inspection_location TEXT, 
	odometer INTEGER, 
	inspection_status VARCHAR(20), 
	checklist_results JSONB, 
	defects_found JSONB, 
	requires_maintenance BOOLEAN DEFAULT 'false' NOT NULL, 
	work_order_created_id UUID, 
	repairs_certified_at TIMESTAMP WITH TIME ZONE, 
	repairs_certified_by_user_id UUID, 
	repairs_note TEXT, 
	reviewed_by_driver_id UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	next_inspection_due DATE, 
	certification_number VARCHAR(100), 
	certification_expiry DATE, 
	inspector_signature TEXT, 
	notes TEXT, 
	photos TEXT[], 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_safety_inspections PRIMARY KEY (id), 
	CONSTRAINT ck_safety_inspections_inspection_status CHECK (inspection_status IN ('passed', 'failed', 'conditional')), 
	CONSTRAINT ck_safety_inspections_odometer_from_zero CHECK (odometer >= 0)
)
;
CREATE INDEX ix_safety_inspections_inspection_status_next_inspection_due ON safety_inspections (inspection_status, next_inspection_due)
;
CREATE INDEX ix_safety_inspections_tenant_id_inspection_date ON safety_inspections (tenant_id, inspection_date DESC)
;
CREATE INDEX ix_safety_inspections_tenant_id_inspection_type_inspection_date ON safety_inspections (tenant_id, inspection_type, inspection_date DESC)
;
CREATE INDEX ix_safety_inspections_tenant_id_inspector_id ON safety_inspections (tenant_id, inspector_id)
;
CREATE INDEX ix_safety_inspections_tenant_id_next_inspection_due ON safety_inspections (tenant_id, next_inspection_due)
;
CREATE INDEX ix_safety_inspections_vehicle_id_inspection_date ON safety_inspections (vehicle_id, inspection_date DESC)
;
CREATE UNIQUE INDEX uq_safety_inspections_tenant_id_id ON safety_inspections (tenant_id, id)
;
COMMENT ON TABLE safety_inspections IS 'Vehicle safety inspection records'
;
COMMENT ON COLUMN safety_inspections.inspection_type IS 'Such as DOT, pre_trip, post_trip, annual, quarterly'
;
COMMENT ON COLUMN safety_inspections.inspector_type IS 'Such as driver, technician, user; what the inspector is'
;
COMMENT ON COLUMN safety_inspections.inspector_id IS 'Could be driver or technician'
;
COMMENT ON COLUMN safety_inspections.odometer IS 'km'
;
COMMENT ON COLUMN safety_inspections.inspection_status IS 'The result; null: not finished'
;
COMMENT ON COLUMN safety_inspections.checklist_results IS '[{item, status, notes, photo_url}]'
;
COMMENT ON COLUMN safety_inspections.defects_found IS '[{item, severity, action_required}]'
;
COMMENT ON COLUMN safety_inspections.work_order_created_id IS 'Work order that repairs what was found'
;
COMMENT ON COLUMN safety_inspections.repairs_certified_at IS 'When it was certified that defects are repaired or need no repair (49 CFR 396.11)'
;
COMMENT ON COLUMN safety_inspections.repairs_note IS 'What was repaired, or why no repair was needed'
;
COMMENT ON COLUMN safety_inspections.reviewed_by_driver_id IS 'Next driver, who has seen the report (49 CFR 396.13)'
;
COMMENT ON COLUMN safety_inspections.inspector_signature IS 'Base64 signature image'
;
CREATE TABLE safety_meetings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	meeting_date TIMESTAMP WITH TIME ZONE NOT NULL, 
	meeting_type VARCHAR(100), 
	topic VARCHAR(500) NOT NULL, 
	status VARCHAR(20) DEFAULT 'scheduled' NOT NULL, 
	facilitator_user_id UUID, 
	facility_id UUID, 
	incident_id UUID, 
	location TEXT, 
	duration_minutes INTEGER, 
	attendees JSONB, 
	agenda TEXT, 
	minutes TEXT, 
	action_items JSONB, 
	handouts TEXT[], 
	quiz_results JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_safety_meetings PRIMARY KEY (id), 
	CONSTRAINT ck_safety_meetings_status CHECK (status IN ('scheduled', 'held', 'cancelled')), 
	CONSTRAINT ck_safety_meetings_duration_minutes_above_zero CHECK (duration_minutes > 0)
)
;
CREATE INDEX ix_safety_meetings_tenant_id_facilitator_user_id ON safety_meetings (tenant_id, facilitator_user_id)
;
CREATE INDEX ix_safety_meetings_tenant_id_facility_id ON safety_meetings (tenant_id, facility_id)
;
CREATE INDEX ix_safety_meetings_tenant_id_meeting_date ON safety_meetings (tenant_id, meeting_date DESC)
;
CREATE INDEX ix_safety_meetings_tenant_id_meeting_type ON safety_meetings (tenant_id, meeting_type)
;
CREATE INDEX ix_safety_meetings_tenant_id_status_meeting_date ON safety_meetings (tenant_id, status, meeting_date)
;
CREATE UNIQUE INDEX uq_safety_meetings_tenant_id_id ON safety_meetings (tenant_id, id)
;
COMMENT ON TABLE safety_meetings IS 'Safety meeting attendance and topics'
;
COMMENT ON COLUMN safety_meetings.meeting_type IS 'Such as toolbox_talk, monthly_safety, incident_review, training'
;
COMMENT ON COLUMN safety_meetings.facilitator_user_id IS 'Who leads it'
;
COMMENT ON COLUMN safety_meetings.incident_id IS 'Incident that is reviewed'
;
COMMENT ON COLUMN safety_meetings.duration_minutes IS 'Minutes'
;
COMMENT ON COLUMN safety_meetings.attendees IS '[{driver_id, user_id, signed, signature_url}]'
;
COMMENT ON COLUMN safety_meetings.minutes IS 'What was said and decided'
;
COMMENT ON COLUMN safety_meetings.action_items IS '[{description, assigned_to, due_date, status}]'
;
COMMENT ON COLUMN safety_meetings.handouts IS 'URLs to documents'
;
COMMENT ON COLUMN safety_meetings.quiz_results IS '[{driver_id, score, passed}]'
;
CREATE TABLE saved_reports (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	report_name VARCHAR(255) NOT NULL, 
	report_type VARCHAR(100), 
	report_category VARCHAR(100), 
	description TEXT, 
	report_config JSONB, 
	filters JSONB, 
	columns JSONB, 
	grouping JSONB, 
	sorting JSONB, 
	chart_types TEXT[], 
	schedule_enabled BOOLEAN DEFAULT 'false' NOT NULL, 
	schedule_frequency VARCHAR(50), 
	schedule_day INTEGER, 
	schedule_time TIME WITHOUT TIME ZONE, 
	email_recipients TEXT[], 
	file_format VARCHAR(20), 
	is_public BOOLEAN DEFAULT 'false' NOT NULL, 
	is_favorite BOOLEAN DEFAULT 'false' NOT NULL, 
	access_control JSONB, 
	created_by_user_id UUID NOT NULL, 
	last_run_at TIMESTAMP WITH TIME ZONE, 
	next_run_at TIMESTAMP WITH TIME ZONE, 
	run_count INTEGER DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_saved_reports PRIMARY KEY (id), 
	CONSTRAINT ck_saved_reports_schedule_frequency CHECK (schedule_frequency IN ('daily', 'weekly', 'monthly', 'quarterly')), 
	CONSTRAINT ck_saved_reports_file_format CHECK (file_format IN ('pdf', 'excel', 'csv')), 
	CONSTRAINT ck_saved_reports_a_schedule_needs_a_frequency_and_a_time CHECK (NOT schedule_enabled OR (schedule_frequency IS NOT NULL AND schedule_time IS NOT NULL)), 
	CONSTRAINT ck_saved_reports_schedule_day_fits_the_frequency CHECK (schedule_day IS NULL OR CASE schedule_frequency
    WHEN 'weekly' THEN schedule_day BETWEEN 1 AND 7
    WHEN 'monthly' THEN schedule_day BETWEEN 1 AND 31
    WHEN 'quarterly' THEN schedule_day BETWEEN 1 AND 31
    ELSE schedule_day IS NULL END), 
	CONSTRAINT ck_saved_reports_run_count_is_not_negative CHECK (run_count >= 0)
)
;
CREATE INDEX ix_saved_reports_schedule_enabled_schedule_frequency ON saved_reports (schedule_enabled, schedule_frequency)
;
CREATE INDEX ix_saved_reports_tenant_id_created_by_user_id ON saved_reports (tenant_id, created_by_user_id)
;
CREATE INDEX ix_saved_reports_tenant_id_is_public_is_favorite ON saved_reports (tenant_id, is_public, is_favorite)
;
CREATE INDEX ix_saved_reports_tenant_id_last_run_at ON saved_reports (tenant_id, last_run_at DESC)
;
CREATE INDEX ix_saved_reports_tenant_id_next_run_at ON saved_reports (tenant_id, next_run_at)
;
CREATE INDEX ix_saved_reports_tenant_id_report_name_id ON saved_reports (tenant_id, report_name, id)
;
CREATE INDEX ix_saved_reports_tenant_id_report_type ON saved_reports (tenant_id, report_type)
;
CREATE UNIQUE INDEX uq_saved_reports_tenant_id_id ON saved_reports (tenant_id, id)
;
COMMENT ON TABLE saved_reports IS 'User-saved report configurations'
;
COMMENT ON COLUMN saved_reports.report_type IS 'Such as fleet_utilization, maintenance_costs, fuel_analysis, custom'
;
COMMENT ON COLUMN saved_reports.report_category IS 'Such as operations, maintenance, finance, safety, compliance'
;
COMMENT ON COLUMN saved_reports.report_config IS 'Complete report configuration: source table, joined tables, period, totals'
;
COMMENT ON COLUMN saved_reports.filters IS '[{column, operator, value}]; all must hold'
;
COMMENT ON COLUMN saved_reports.columns IS '[{column, heading, aggregate}] in order'
;
COMMENT ON COLUMN saved_reports.grouping IS '[{column, bucket}] from the outside in'
;
COMMENT ON COLUMN saved_reports.sorting IS '[{column, descending}]'
;
COMMENT ON COLUMN saved_reports.chart_types IS 'Such as bar, line, pie, area, table'
;
COMMENT ON COLUMN saved_reports.schedule_day IS 'Weekly: 1 (Monday) to 7; monthly and quarterly: day of the month, the last one when it has no such day'
;
COMMENT ON COLUMN saved_reports.schedule_time IS 'In the organisation''s time zone'
;
COMMENT ON COLUMN saved_reports.email_recipients IS 'Addresses that get each scheduled run'
;
COMMENT ON COLUMN saved_reports.file_format IS 'Of the file that is sent'
;
COMMENT ON COLUMN saved_reports.is_public IS 'Everybody here may run it'
;
COMMENT ON COLUMN saved_reports.access_control IS 'Who else may run it: users, roles, departments'
;
COMMENT ON COLUMN saved_reports.next_run_at IS 'When the schedule is due'
;
CREATE TABLE scheduled_jobs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	job_name VARCHAR(255) NOT NULL, 
	job_type VARCHAR(100) NOT NULL, 
	job_handler VARCHAR(255) NOT NULL, 
	job_parameters JSONB, 
	schedule_type VARCHAR(50) DEFAULT 'cron' NOT NULL, 
	cron_expression VARCHAR(100), 
	interval_minutes INTEGER, 
	scheduled_time TIMESTAMP WITH TIME ZONE, 
	last_run_at TIMESTAMP WITH TIME ZONE, 
	last_run_status VARCHAR(20), 
	last_run_duration_ms INTEGER, 
	next_run_at TIMESTAMP WITH TIME ZONE, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	retry_on_failure BOOLEAN DEFAULT 'true' NOT NULL, 
	max_retries INTEGER DEFAULT '3' NOT NULL, 
	failure_count INTEGER DEFAULT '0' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_scheduled_jobs PRIMARY KEY (id), 
	CONSTRAINT ck_scheduled_jobs_schedule_type CHECK (schedule_type IN ('cron', 'interval', 'one_time')), 
	CONSTRAINT ck_scheduled_jobs_last_run_status CHECK (last_run_status IN ('success', 'failed', 'timeout')), 
	CONSTRAINT ck_scheduled_jobs_a_schedule_says_when CHECK (CASE schedule_type WHEN 'cron' THEN cron_expression IS NOT NULL
    WHEN 'interval' THEN interval_minutes IS NOT NULL ELSE scheduled_time IS NOT NULL END), 
	CONSTRAINT ck_scheduled_jobs_cron_expression_has_five_fields CHECK (cron_expression ~ '^([*]|[0-5]?[0-9](-[0-5]?[0-9])?)(/[1-9][0-9]?)?(,([*]|[0-5]?[0-9](-[0-5]?[0-9])?)(/[1-9][0-9]?)?)* ([*]|([01]?[0-9]|2[0-3])(-([01]?[0-9]|2[0-3]))?)(/[1-9][0-9]?)?(,([*]|([01]?[0-9]|2[0-3])(-([01]?[0-9]|2[0-3]))?)(/[1-9][0-9]?)?)* ([*]|(0?[1-9]|[12][0-9]|3[01])(-(0?[1-9]|[12][0-9]|3[01]))?)(/[1-9][0-9]?)?(,([*]|(0?[1-9]|[12][0-9]|3[01])(-(0?[1-9]|[12][0-9]|3[01]))?)(/[1-9][0-9]?)?)* ([*]|(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(-(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))?)(/[1-9][0-9]?)?(,([*]|(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(-(0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))?)(/[1-9][0-9]?)?)* ([*]|([0-7]|mon|tue|wed|thu|fri|sat|sun)(-([0-7]|mon|tue|wed|thu|fri|sat|sun))?)(/[1-9][0-9]?)?(,([*]|([0-7]|mon|tue|wed|thu|fri|sat|sun)(-([0-7]|mon|tue|wed|thu|fri|sat|sun))?)(/[1-9][0-9]?)?)*$'), 
	CONSTRAINT ck_scheduled_jobs_interval_minutes_is_above_0 CHECK (interval_minutes > 0), 
	CONSTRAINT ck_scheduled_jobs_max_retries_is_between_0_and_20 CHECK (max_retries BETWEEN 0 AND 20), 
	CONSTRAINT ck_scheduled_jobs_failure_count_is_not_negative CHECK (failure_count >= 0), 
	CONSTRAINT uq_scheduled_jobs_tenant_id_job_name UNIQUE NULLS NOT DISTINCT (tenant_id, job_name)
)
;
CREATE INDEX ix_scheduled_jobs_next_run_at_is_active ON scheduled_jobs (next_run_at, is_active)
;
CREATE INDEX ix_scheduled_jobs_tenant_id_job_type_is_active ON scheduled_jobs (tenant_id, job_type, is_active)
;
CREATE INDEX ix_scheduled_jobs_tenant_id_next_run_at ON scheduled_jobs (tenant_id, next_run_at)
;
COMMENT ON TABLE scheduled_jobs IS 'Background job scheduler'
;
COMMENT ON COLUMN scheduled_jobs.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN scheduled_jobs.job_type IS 'Such as report, sync, cleanup, notification'
;
COMMENT ON COLUMN scheduled_jobs.job_handler IS 'Function/class to execute: the name under which the program registers it'
;
COMMENT ON COLUMN scheduled_jobs.job_parameters IS 'What the handler is told'
;
COMMENT ON COLUMN scheduled_jobs.cron_expression IS 'Minute, hour, day, month, weekday in UTC: 30 6 * * mon-fri'
;
COMMENT ON COLUMN scheduled_jobs.interval_minutes IS 'Minutes from one start to the next'
;
COMMENT ON COLUMN scheduled_jobs.scheduled_time IS 'When a job that runs once is due'
;
COMMENT ON COLUMN scheduled_jobs.last_run_duration_ms IS 'Milliseconds'
;
COMMENT ON COLUMN scheduled_jobs.max_retries IS 'Attempts after the first'
;
COMMENT ON COLUMN scheduled_jobs.failure_count IS 'Failures in a row'
;
CREATE TABLE service_bay_schedule (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	service_bay_id UUID NOT NULL, 
	work_order_id UUID NOT NULL, 
	vehicle_id UUID NOT NULL, 
	technician_id UUID, 
	status VARCHAR(20) DEFAULT 'scheduled' NOT NULL, 
	scheduled_start TIMESTAMP WITH TIME ZONE NOT NULL, 
	scheduled_end TIMESTAMP WITH TIME ZONE NOT NULL, 
	actual_start TIMESTAMP WITH TIME ZONE, 
	actual_end TIMESTAMP WITH TIME ZONE, 
	cancellation_reason TEXT, 
	notes TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_service_bay_schedule PRIMARY KEY (id), 
	CONSTRAINT ck_service_bay_schedule_status CHECK (status IN ('scheduled', 'confirmed', 'in_progress', 'completed', 'cancelled')), 
	CONSTRAINT ck_service_bay_schedule_scheduled_end_after_scheduled_start CHECK (scheduled_end > scheduled_start), 
	CONSTRAINT ck_service_bay_schedule_actual_end_after_actual_start CHECK (actual_end >= actual_start), 
	CONSTRAINT ex_service_bay_schedule_bay_period EXCLUDE USING gist (tenant_id WITH =, service_bay_id WITH =, tstzrange(scheduled_start, scheduled_end) WITH &&) WHERE (status IN ('scheduled', 'confirmed', 'in_progress')), 
	CONSTRAINT ex_service_bay_schedule_vehicle_period EXCLUDE USING gist (tenant_id WITH =, vehicle_id WITH =, tstzrange(scheduled_start, scheduled_end) WITH &&) WHERE (status IN ('scheduled', 'confirmed', 'in_progress')), 
	CONSTRAINT ex_service_bay_schedule_technician_period EXCLUDE USING gist (tenant_id WITH =, technician_id WITH =, tstzrange(scheduled_start, scheduled_end) WITH &&) WHERE (status IN ('scheduled', 'confirmed', 'in_progress'))
)
;
CREATE INDEX ix_service_bay_schedule_service_bay_id_scheduled_start_11930927 ON service_bay_schedule (service_bay_id, scheduled_start, scheduled_end)
;
CREATE INDEX ix_service_bay_schedule_technician_id_scheduled_start ON service_bay_schedule (technician_id, scheduled_start)
;
CREATE INDEX ix_service_bay_schedule_tenant_id_scheduled_start_id ON service_bay_schedule (tenant_id, scheduled_start, id)
;
CREATE INDEX ix_service_bay_schedule_tenant_id_status ON service_bay_schedule (tenant_id, status)
;
CREATE INDEX ix_service_bay_schedule_vehicle_id_scheduled_start ON service_bay_schedule (vehicle_id, scheduled_start)
;
CREATE INDEX ix_service_bay_schedule_work_order_id ON service_bay_schedule (work_order_id)
;
CREATE UNIQUE INDEX uq_service_bay_schedule_tenant_id_id ON service_bay_schedule (tenant_id, id)
;
COMMENT ON TABLE service_bay_schedule IS 'Bay utilization scheduling'
;
COMMENT ON COLUMN service_bay_schedule.status IS 'While scheduled, confirmed or in progress it holds bay, vehicle and technician'
;
CREATE TABLE service_bays (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	facility_id UUID NOT NULL, 
	bay_name VARCHAR(100) NOT NULL, 
	bay_number VARCHAR(20) NOT NULL, 
	bay_type VARCHAR(50), 
	max_vehicle_weight_lbs INTEGER, 
	max_lift_capacity_lbs INTEGER, 
	equipment_available TEXT[], 
	is_operational BOOLEAN DEFAULT 'true' NOT NULL, 
	current_work_order_id UUID, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_service_bays PRIMARY KEY (id), 
	CONSTRAINT ck_service_bays_vehicle_weight_above_zero CHECK (max_vehicle_weight_lbs > 0), 
	CONSTRAINT ck_service_bays_lift_capacity_above_zero CHECK (max_lift_capacity_lbs > 0), 
	CONSTRAINT uq_service_bays_tenant_id_facility_id_bay_number UNIQUE (tenant_id, facility_id, bay_number)
)
;
CREATE INDEX ix_service_bays_facility_id_is_operational ON service_bays (facility_id, is_operational)
;
CREATE INDEX ix_service_bays_tenant_id_bay_name_id ON service_bays (tenant_id, bay_name, id)
;
CREATE INDEX ix_service_bays_tenant_id_bay_type ON service_bays (tenant_id, bay_type)
;
CREATE INDEX ix_service_bays_tenant_id_is_operational ON service_bays (tenant_id, is_operational)
;
CREATE UNIQUE INDEX uq_service_bays_tenant_id_id ON service_bays (tenant_id, id)
;
COMMENT ON TABLE service_bays IS 'Garage bay management'
;
COMMENT ON COLUMN service_bays.bay_number IS 'Unique within the facility'
;
COMMENT ON COLUMN service_bays.bay_type IS 'Such as general, alignment, bodywork, paint, heavy_equipment'
;
COMMENT ON COLUMN service_bays.max_vehicle_weight_lbs IS 'Pounds'
;
COMMENT ON COLUMN service_bays.max_lift_capacity_lbs IS 'Pounds'
;
COMMENT ON COLUMN service_bays.equipment_available IS 'Such as two_post_lift, alignment_rack, brake_lathe, tire_changer, pit'
;
COMMENT ON COLUMN service_bays.current_work_order_id IS 'Work order in the bay now'
;
CREATE TABLE sop_assignments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	sop_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	due_on DATE NOT NULL, 
	reason VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'assigned' NOT NULL, 
	assigned_by_user_id UUID, 
	assigned_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	last_reminded_at TIMESTAMP WITH TIME ZONE, 
	waiver_reason TEXT, 
	waived_by_user_id UUID, 
	waived_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sop_assignments PRIMARY KEY (id), 
	CONSTRAINT ck_sop_assignments_status CHECK (status IN ('assigned', 'waived')), 
	CONSTRAINT uq_sop_assignments_tenant_id_sop_id_user_id UNIQUE (tenant_id, sop_id, user_id)
)
;
CREATE INDEX ix_sop_assignments_tenant_id_due_on ON sop_assignments (tenant_id, due_on)
;
CREATE INDEX ix_sop_assignments_tenant_id_status ON sop_assignments (tenant_id, status)
;
CREATE INDEX ix_sop_assignments_tenant_id_user_id ON sop_assignments (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_sop_assignments_tenant_id_id ON sop_assignments (tenant_id, id)
;
COMMENT ON TABLE sop_assignments IS 'Who must master which procedure by when'
;
COMMENT ON COLUMN sop_assignments.user_id IS 'Who must master it'
;
COMMENT ON COLUMN sop_assignments.due_on IS 'Last day for the first completion'
;
COMMENT ON COLUMN sop_assignments.reason IS 'Such as hire, new_procedure, new_version, transfer, incident'
;
COMMENT ON COLUMN sop_assignments.assigned_by_user_id IS 'null: by the program'
;
CREATE TABLE sop_completions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	sop_id UUID NOT NULL, 
	user_id UUID NOT NULL, 
	completed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	method VARCHAR(30) DEFAULT 'read' NOT NULL, 
	duration_minutes INTEGER, 
	quiz_answers JSONB, 
	quiz_score_percent NUMERIC(5, 2), 
	vehicle_id UUID, 
	signed_name VARCHAR(255), 
	signature TEXT, 
	notes TEXT, 
	expires_on DATE, 
	status VARCHAR(20) DEFAULT 'submitted' NOT NULL, 
	reviewed_by_user_id UUID, 
	reviewed_at TIMESTAMP WITH TIME ZONE, 
	review_comment TEXT, 
	recorded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sop_completions PRIMARY KEY (id), 
	CONSTRAINT ck_sop_completions_status CHECK (status IN ('submitted', 'signed_off', 'rejected')), 
	CONSTRAINT ck_sop_completions_quiz_score_percent_between_0_and_100 CHECK (quiz_score_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_sop_completions_duration_minutes_not_negative CHECK (duration_minutes >= 0)
)
;
CREATE INDEX ix_sop_completions_tenant_id_completed_at ON sop_completions (tenant_id, completed_at DESC)
;
CREATE INDEX ix_sop_completions_tenant_id_expires_on ON sop_completions (tenant_id, expires_on)
;
CREATE INDEX ix_sop_completions_tenant_id_sop_id_user_id ON sop_completions (tenant_id, sop_id, user_id)
;
CREATE INDEX ix_sop_completions_tenant_id_status ON sop_completions (tenant_id, status)
;
CREATE INDEX ix_sop_completions_tenant_id_user_id ON sop_completions (tenant_id, user_id)
;
CREATE INDEX ix_sop_completions_tenant_id_vehicle_id ON sop_completions (tenant_id, vehicle_id)
;
CREATE UNIQUE INDEX uq_sop_completions_tenant_id_id ON sop_completions (tenant_id, id)
;
COMMENT ON TABLE sop_completions IS 'Who read or showed which procedure when, and who signed it off'
;
COMMENT ON COLUMN sop_completions.user_id IS 'Who read or showed it'
;
COMMENT ON COLUMN sop_completions.method IS 'Such as read, quiz, observed, performed_on_job'
;
COMMENT ON COLUMN sop_completions.duration_minutes IS 'Minutes'
;
COMMENT ON COLUMN sop_completions.quiz_answers IS 'A list of {question, answer}'
;
COMMENT ON COLUMN sop_completions.quiz_score_percent IS 'Share of right answers, in percent'
;
COMMENT ON COLUMN sop_completions.vehicle_id IS 'On which it was shown'
;
COMMENT ON COLUMN sop_completions.signature IS 'Drawn signature as an SVG path'
;
COMMENT ON COLUMN sop_completions.expires_on IS 'Last day on which it counts; null: for ever'
;
COMMENT ON COLUMN sop_completions.reviewed_by_user_id IS 'Who watched it and signed it off'
;
COMMENT ON COLUMN sop_completions.recorded_by_user_id IS 'Who entered it'
;
CREATE TABLE sop_documents (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	sop_number VARCHAR(50) NOT NULL, 
	version_number INTEGER DEFAULT '1' NOT NULL, 
	supersedes_sop_id UUID, 
	title VARCHAR(255) NOT NULL, 
	category VARCHAR(50), 
	purpose TEXT, 
	scope TEXT, 
	content TEXT, 
	steps JSONB, 
	safety_notes TEXT, 
	required_ppe TEXT[], 
	required_tools TEXT[], 
	vehicle_types TEXT[], 
	estimated_minutes INTEGER, 
	document_id UUID, 
	regulation_reference VARCHAR(255), 
	quiz JSONB, 
	passing_score_percent NUMERIC(5, 2), 
	requires_observation BOOLEAN DEFAULT 'false' NOT NULL, 
	valid_months INTEGER, 
	effective_from DATE, 
	review_interval_months INTEGER, 
	review_due_on DATE, 
	department_id UUID, 
	owner_user_id UUID, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	approved_by_user_id UUID, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_sop_documents PRIMARY KEY (id), 
	CONSTRAINT ck_sop_documents_status CHECK (status IN ('draft', 'in_review', 'approved', 'retired')), 
	CONSTRAINT ck_sop_documents_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_sop_documents_procedure_does_not_supersede_itself CHECK (supersedes_sop_id <> id), 
	CONSTRAINT ck_sop_documents_passing_score_between_0_and_100 CHECK (passing_score_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_sop_documents_estimated_minutes_above_0 CHECK (estimated_minutes > 0), 
	CONSTRAINT ck_sop_documents_valid_months_above_0 CHECK (valid_months > 0), 
	CONSTRAINT ck_sop_documents_review_interval_months_above_0 CHECK (review_interval_months > 0), 
	CONSTRAINT uq_sop_documents_tenant_id_sop_number_version_number UNIQUE (tenant_id, sop_number, version_number)
)
;
CREATE INDEX ix_sop_documents_tenant_id_category ON sop_documents (tenant_id, category)
;
CREATE INDEX ix_sop_documents_tenant_id_department_id ON sop_documents (tenant_id, department_id)
;
CREATE INDEX ix_sop_documents_tenant_id_document_id ON sop_documents (tenant_id, document_id)
;
CREATE INDEX ix_sop_documents_tenant_id_owner_user_id ON sop_documents (tenant_id, owner_user_id)
;
CREATE INDEX ix_sop_documents_tenant_id_review_due_on ON sop_documents (tenant_id, review_due_on)
;
CREATE INDEX ix_sop_documents_tenant_id_status ON sop_documents (tenant_id, status)
;
CREATE INDEX ix_sop_documents_tenant_id_supersedes_sop_id ON sop_documents (tenant_id, supersedes_sop_id)
;
CREATE INDEX ix_sop_documents_tenant_id_title_id ON sop_documents (tenant_id, title, id)
;
CREATE UNIQUE INDEX uq_sop_documents_tenant_id_id ON sop_documents (tenant_id, id)
;
CREATE UNIQUE INDEX uq_sop_documents_tenant_id_sop_number_approved ON sop_documents (tenant_id, sop_number) WHERE status = 'approved'
;
COMMENT ON TABLE sop_documents IS 'Standard operating procedures, a row for each version'
;
COMMENT ON COLUMN sop_documents.sop_number IS 'Such as SOP-0007; the same for all versions of a procedure'
;
COMMENT ON COLUMN sop_documents.supersedes_sop_id IS 'The version before this one'
;
COMMENT ON COLUMN sop_documents.category IS 'Such as maintenance, inspection, fueling, charging, dispatch, emergency, yard, handover'
;
COMMENT ON COLUMN sop_documents.scope IS 'Where and when it applies, and where not'
;
COMMENT ON COLUMN sop_documents.content IS 'Introduction and background, in Markdown'
;
COMMENT ON COLUMN sop_documents.steps IS 'A list of {number, title, instruction, caution, minutes, document_id, needs_photo, needs_signature}'
;
COMMENT ON COLUMN sop_documents.required_ppe IS 'Protective equipment, such as gloves, goggles, high_visibility_vest'
;
COMMENT ON COLUMN sop_documents.vehicle_types IS 'Kinds of vehicle that it is for, such as bus, truck; null: all'
;
COMMENT ON COLUMN sop_documents.estimated_minutes IS 'Minutes that it takes when nothing goes wrong'
;
COMMENT ON COLUMN sop_documents.document_id IS 'Printed form, drawing or manual'
;
COMMENT ON COLUMN sop_documents.regulation_reference IS 'Law or standard behind it, such as 29 CFR 1910.147'
;
COMMENT ON COLUMN sop_documents.quiz IS 'Questions after reading; null: none'
;
COMMENT ON COLUMN sop_documents.passing_score_percent IS 'Share of the quiz that must be right, in percent'
;
COMMENT ON COLUMN sop_documents.requires_observation IS 'Somebody must have watched it done and signed'
;
COMMENT ON COLUMN sop_documents.valid_months IS 'Months after which it must be shown again; null: never'
;
COMMENT ON COLUMN sop_documents.review_interval_months IS 'Months between two reviews'
;
COMMENT ON COLUMN sop_documents.department_id IS 'null: the whole organisation'
;
COMMENT ON COLUMN sop_documents.owner_user_id IS 'Who answers questions and reviews it'
;
CREATE TABLE stock_movements (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	part_id UUID NOT NULL, 
	facility_id UUID NOT NULL, 
	movement_type VARCHAR(20) NOT NULL, 
	quantity NUMERIC(12, 3) NOT NULL, 
	quantity_after NUMERIC(12, 3) NOT NULL, 
	unit_cost NUMERIC(12, 4) DEFAULT '0' NOT NULL, 
	total_cost NUMERIC(14, 2) GENERATED ALWAYS AS (round(quantity * unit_cost, 2)) STORED NOT NULL, 
	work_order_id UUID, 
	work_order_part_id UUID, 
	purchase_order_id UUID, 
	vendor_id UUID, 
	other_facility_id UUID, 
	reference_number VARCHAR(100), 
	reason TEXT, 
	moved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	moved_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_stock_movements PRIMARY KEY (id), 
	CONSTRAINT ck_stock_movements_movement_type CHECK (movement_type IN ('receive', 'issue', 'return', 'adjust', 'count', 'transfer')), 
	CONSTRAINT ck_stock_movements_quantity_has_the_sign_of_its_kind CHECK (CASE movement_type WHEN 'receive' THEN quantity > 0 WHEN 'return' THEN quantity > 0 WHEN 'issue' THEN quantity < 0 WHEN 'count' THEN true ELSE quantity <> 0 END), 
	CONSTRAINT ck_stock_movements_stock_not_negative CHECK (quantity_after >= 0), 
	CONSTRAINT ck_stock_movements_unit_cost_not_negative CHECK (unit_cost >= 0), 
	CONSTRAINT ck_stock_movements_a_transfer_names_the_other_facility CHECK ((movement_type = 'transfer') = (other_facility_id IS NOT NULL)), 
	CONSTRAINT ck_stock_movements_an_adjustment_gives_its_reason CHECK (movement_type <> 'adjust' OR reason IS NOT NULL)
)
;
CREATE INDEX ix_stock_movements_facility_id ON stock_movements (facility_id)
;
CREATE INDEX ix_stock_movements_part_id_facility_id_moved_at ON stock_movements (part_id, facility_id, moved_at DESC)
;
CREATE INDEX ix_stock_movements_tenant_id_moved_at_id ON stock_movements (tenant_id, moved_at, id)
;
CREATE INDEX ix_stock_movements_tenant_id_movement_type ON stock_movements (tenant_id, movement_type)
;
CREATE INDEX ix_stock_movements_work_order_id ON stock_movements (work_order_id)
;
CREATE UNIQUE INDEX uq_stock_movements_tenant_id_id ON stock_movements (tenant_id, id)
;
COMMENT ON TABLE stock_movements IS 'Every change of stock: receipts, issues, returns, adjustments, counts, transfers'
;
COMMENT ON COLUMN stock_movements.quantity IS 'Change of the stock in the part''s unit; below zero: taken out'
;
COMMENT ON COLUMN stock_movements.quantity_after IS 'Stock after it'
;
COMMENT ON COLUMN stock_movements.unit_cost IS 'Paid on receipt, else the moving average at the time'
;
COMMENT ON COLUMN stock_movements.total_cost IS 'Change of the stock''s value'
;
COMMENT ON COLUMN stock_movements.work_order_part_id IS 'Line of the work order'
;
COMMENT ON COLUMN stock_movements.vendor_id IS 'Supplier of a receipt'
;
COMMENT ON COLUMN stock_movements.other_facility_id IS 'Other end of a transfer'
;
COMMENT ON COLUMN stock_movements.reference_number IS 'Packing slip, count sheet or transfer'
;
COMMENT ON COLUMN stock_movements.reason IS 'Such as damaged, expired, found, lost, wrong_part'
;
CREATE TABLE system_settings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	setting_key VARCHAR(255) NOT NULL, 
	setting_value JSONB NOT NULL, 
	setting_type VARCHAR(50) DEFAULT 'json' NOT NULL, 
	category VARCHAR(100), 
	description TEXT, 
	is_public BOOLEAN DEFAULT 'false' NOT NULL, 
	is_encrypted BOOLEAN DEFAULT 'false' NOT NULL, 
	validation_rules JSONB, 
	last_modified_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_system_settings PRIMARY KEY (id), 
	CONSTRAINT ck_system_settings_setting_type CHECK (setting_type IN ('string', 'number', 'boolean', 'json')), 
	CONSTRAINT ck_system_settings_setting_key_is_in_small_letters CHECK (setting_key ~ '^[a-z][a-z0-9_.-]*$'), 
	CONSTRAINT uq_system_settings_tenant_id_setting_key UNIQUE NULLS NOT DISTINCT (tenant_id, setting_key)
)
;
CREATE INDEX ix_system_settings_category ON system_settings (category)
;
CREATE INDEX ix_system_settings_tenant_id_category ON system_settings (tenant_id, category)
;
CREATE INDEX ix_system_settings_tenant_id_setting_key ON system_settings (tenant_id, setting_key)
;
COMMENT ON TABLE system_settings IS 'Application-level configuration'
;
COMMENT ON COLUMN system_settings.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN system_settings.setting_key IS 'Such as fleet.week_starts_on'
;
COMMENT ON COLUMN system_settings.setting_type IS 'What the value is; json: an object or a list'
;
COMMENT ON COLUMN system_settings.category IS 'Such as general, maintenance, safety, notifications, appearance'
;
COMMENT ON COLUMN system_settings.is_public IS 'Visible to frontend'
;
COMMENT ON COLUMN system_settings.is_encrypted IS 'Kept by the program; secrets stand in sealed columns of their own tables'
;
COMMENT ON COLUMN system_settings.validation_rules IS 'What a value must keep to: minimum, maximum, choices, pattern'
;
COMMENT ON COLUMN system_settings.last_modified_by_user_id IS 'See the history for all changes'
;
CREATE TABLE teams_integration_messages (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	teams_message_id VARCHAR(255), 
	teams_channel_id VARCHAR(255), 
	teams_team_id VARCHAR(255), 
	sender_email VARCHAR(255), 
	sender_name VARCHAR(255), 
	message_content TEXT, 
	message_type VARCHAR(50), 
	mentions JSONB, 
	attachments JSONB, 
	reactions JSONB, 
	is_reply BOOLEAN DEFAULT 'false' NOT NULL, 
	reply_to_message_id VARCHAR(255), 
	created_at_teams TIMESTAMP WITH TIME ZONE, 
	synced_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_teams_integration_messages PRIMARY KEY (id), 
	CONSTRAINT uq_teams_integration_messages_tenant_id_teams_message_id UNIQUE (tenant_id, teams_message_id)
)
;
CREATE INDEX ix_teams_integration_messages_teams_channel_id_created_at_teams ON teams_integration_messages (teams_channel_id, created_at_teams DESC)
;
CREATE INDEX ix_teams_integration_messages_teams_message_id ON teams_integration_messages (teams_message_id)
;
CREATE INDEX ix_teams_integration_messages_tenant_id_created_at_teams ON teams_integration_messages (tenant_id, created_at_teams DESC)
;
CREATE INDEX ix_teams_integration_messages_tenant_id_teams_channel__275fa9d2 ON teams_integration_messages (tenant_id, teams_channel_id, created_at_teams DESC)
;
CREATE UNIQUE INDEX uq_teams_integration_messages_tenant_id_id ON teams_integration_messages (tenant_id, id)
;
COMMENT ON TABLE teams_integration_messages IS 'Microsoft Teams message sync'
;
COMMENT ON COLUMN teams_integration_messages.message_type IS 'Such as text, html, card'
;
COMMENT ON COLUMN teams_integration_messages.reply_to_message_id IS 'teams_message_id of the message that it answers'
;
COMMENT ON COLUMN teams_integration_messages.created_at_teams IS 'When it was written'
;
CREATE TABLE technicians (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	user_id UUID, 
	employee_id VARCHAR(50), 
	first_name VARCHAR(100) NOT NULL, 
	last_name VARCHAR(100) NOT NULL, 
	full_name VARCHAR(201) GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED NOT NULL, 
	email VARCHAR(255), 
	phone VARCHAR(20), 
	facility_id UUID, 
	specializations TEXT[], 
	certifications JSONB, 
	hourly_rate NUMERIC(8, 2), 
	hire_date DATE, 
	termination_date DATE, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_technicians PRIMARY KEY (id), 
	CONSTRAINT ck_technicians_status CHECK (status IN ('active', 'on_leave', 'terminated')), 
	CONSTRAINT ck_technicians_hourly_rate_not_negative CHECK (hourly_rate >= 0), 
	CONSTRAINT ck_technicians_termination_not_before_hire CHECK (termination_date >= hire_date), 
	CONSTRAINT uq_technicians_tenant_id_employee_id UNIQUE (tenant_id, employee_id)
)
;
CREATE INDEX ix_technicians_facility_id ON technicians (facility_id)
;
CREATE INDEX ix_technicians_specializations ON technicians USING gin (specializations)
;
CREATE INDEX ix_technicians_tenant_id_last_name_id ON technicians (tenant_id, last_name, id)
;
CREATE INDEX ix_technicians_tenant_id_status ON technicians (tenant_id, status)
;
CREATE INDEX ix_technicians_user_id ON technicians (user_id)
;
CREATE UNIQUE INDEX uq_technicians_tenant_id_id ON technicians (tenant_id, id)
;
CREATE UNIQUE INDEX uq_technicians_tenant_id_user_id ON technicians (tenant_id, user_id) WHERE user_id IS NOT NULL
;
COMMENT ON TABLE technicians IS 'Technician profiles and certifications'
;
COMMENT ON COLUMN technicians.user_id IS 'Account with which the technician signs in'
;
COMMENT ON COLUMN technicians.employee_id IS 'Employee number'
;
COMMENT ON COLUMN technicians.facility_id IS 'Shop where the technician works'
;
COMMENT ON COLUMN technicians.specializations IS 'Such as engine, transmission, electrical, hvac, bodywork'
;
COMMENT ON COLUMN technicians.certifications IS '[{name, issuer, number, expiry_date}]'
;
COMMENT ON COLUMN technicians.hourly_rate IS 'Cost of an hour of work'
;
CREATE TABLE toll_plazas (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	plaza_id VARCHAR(50) DEFAULT uuidv7()::text NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	road VARCHAR(100), 
	direction VARCHAR(10), 
	operator VARCHAR(100), 
	supports_sunpass BOOLEAN, 
	supports_ezpass BOOLEAN, 
	num_lanes INTEGER, 
	toll_rates JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_toll_plazas PRIMARY KEY (id), 
	CONSTRAINT ck_toll_plazas_latitude_is_within_90_degrees CHECK (latitude BETWEEN -90 AND 90), 
	CONSTRAINT ck_toll_plazas_longitude_is_within_180_degrees CHECK (longitude BETWEEN -180 AND 180), 
	CONSTRAINT ck_toll_plazas_num_lanes_is_positive CHECK (num_lanes > 0), 
	CONSTRAINT uq_toll_plazas_tenant_id_plaza_id UNIQUE NULLS NOT DISTINCT (tenant_id, plaza_id)
)
;
CREATE INDEX ix_toll_plazas_ll_to_earth_latitude_longitude ON toll_plazas USING gist (ll_to_earth(latitude, longitude))
;
CREATE INDEX ix_toll_plazas_tenant_id_name_id ON toll_plazas (tenant_id, name, id)
;
COMMENT ON TABLE toll_plazas IS 'Toll plaza locations and operators'
;
COMMENT ON COLUMN toll_plazas.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN toll_plazas.plaza_id IS 'Its identifier at the operator; made up if left out'
;
COMMENT ON COLUMN toll_plazas.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN toll_plazas.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN toll_plazas.road IS 'Such as I-80'
;
COMMENT ON COLUMN toll_plazas.direction IS 'Tolled traffic goes to N, S, E, W'
;
COMMENT ON COLUMN toll_plazas.toll_rates IS 'Such as {"2_axles": {"transponder": "7.25", "cash": "8.25"}}, in USD'
;
CREATE TABLE traffic_cameras (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	fdot_id VARCHAR(50) DEFAULT uuidv7()::text NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	latitude NUMERIC(10, 8) NOT NULL, 
	longitude NUMERIC(11, 8) NOT NULL, 
	road VARCHAR(100), 
	direction VARCHAR(10), 
	county VARCHAR(50), 
	feed_url TEXT, 
	thumbnail_url TEXT, 
	status VARCHAR(20) DEFAULT 'active' NOT NULL, 
	metadata JSONB, 
	last_updated TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_traffic_cameras PRIMARY KEY (id), 
	CONSTRAINT ck_traffic_cameras_status CHECK (status IN ('active', 'inactive', 'maintenance')), 
	CONSTRAINT ck_traffic_cameras_latitude_is_within_90_degrees CHECK (latitude BETWEEN -90 AND 90), 
	CONSTRAINT ck_traffic_cameras_longitude_is_within_180_degrees CHECK (longitude BETWEEN -180 AND 180), 
	CONSTRAINT uq_traffic_cameras_tenant_id_fdot_id UNIQUE NULLS NOT DISTINCT (tenant_id, fdot_id)
)
;
CREATE INDEX ix_traffic_cameras_county ON traffic_cameras (county)
;
CREATE INDEX ix_traffic_cameras_ll_to_earth_latitude_longitude ON traffic_cameras USING gist (ll_to_earth(latitude, longitude))
;
CREATE INDEX ix_traffic_cameras_tenant_id_name_id ON traffic_cameras (tenant_id, name, id)
;
COMMENT ON TABLE traffic_cameras IS 'Traffic camera locations and live feeds'
;
COMMENT ON COLUMN traffic_cameras.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN traffic_cameras.fdot_id IS 'Its identifier at the road authority; made up if left out'
;
COMMENT ON COLUMN traffic_cameras.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN traffic_cameras.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN traffic_cameras.road IS 'Such as I-80'
;
COMMENT ON COLUMN traffic_cameras.direction IS 'It looks at traffic to N, S, E, W'
;
COMMENT ON COLUMN traffic_cameras.feed_url IS 'Live video'
;
COMMENT ON COLUMN traffic_cameras.thumbnail_url IS 'Latest still picture'
;
COMMENT ON COLUMN traffic_cameras.last_updated IS 'When the source last told about it'
;
CREATE TABLE training_assignments (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	module_id UUID NOT NULL, 
	driver_id UUID, 
	user_id UUID, 
	due_on DATE NOT NULL, 
	priority VARCHAR(20) DEFAULT 'normal' NOT NULL, 
	reason VARCHAR(50), 
	record_type VARCHAR(63), 
	record_id UUID, 
	instructions TEXT, 
	status VARCHAR(20) DEFAULT 'assigned' NOT NULL, 
	progress_percent INTEGER DEFAULT '0' NOT NULL, 
	assigned_by_user_id UUID, 
	assigned_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	last_reminded_at TIMESTAMP WITH TIME ZONE, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	closing_reason TEXT, 
	closed_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_training_assignments PRIMARY KEY (id), 
	CONSTRAINT ck_training_assignments_status CHECK (status IN ('assigned', 'in_progress', 'completed', 'waived', 'cancelled')), 
	CONSTRAINT ck_training_assignments_priority CHECK (priority IN ('low', 'normal', 'high', 'urgent')), 
	CONSTRAINT ck_training_assignments_somebody_is_assigned CHECK (user_id IS NOT NULL OR driver_id IS NOT NULL), 
	CONSTRAINT ck_training_assignments_progress_percent_between_0_and_100 CHECK (progress_percent BETWEEN 0 AND 100)
)
;
CREATE INDEX ix_training_assignments_tenant_id_driver_id ON training_assignments (tenant_id, driver_id)
;
CREATE INDEX ix_training_assignments_tenant_id_due_on ON training_assignments (tenant_id, due_on)
;
CREATE INDEX ix_training_assignments_tenant_id_module_id ON training_assignments (tenant_id, module_id)
;
CREATE INDEX ix_training_assignments_tenant_id_status ON training_assignments (tenant_id, status)
;
CREATE INDEX ix_training_assignments_tenant_id_user_id ON training_assignments (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_training_assignments_tenant_id_id ON training_assignments (tenant_id, id)
;
COMMENT ON TABLE training_assignments IS 'Who must take which module by when'
;
COMMENT ON COLUMN training_assignments.driver_id IS 'The driver who takes it'
;
COMMENT ON COLUMN training_assignments.user_id IS 'The employee who takes it, where that is no driver'
;
COMMENT ON COLUMN training_assignments.reason IS 'Such as hire, renewal, incident, violation, coaching, new_vehicle, annual'
;
COMMENT ON COLUMN training_assignments.record_type IS 'Table of the record that is the reason: incidents, accident_reports, driver_violations, driver_behavior_events, policy_violations, safety_inspections, onboarding_progress'
;
COMMENT ON COLUMN training_assignments.record_id IS 'The record that is the reason'
;
COMMENT ON COLUMN training_assignments.assigned_by_user_id IS 'null: by the program'
;
COMMENT ON COLUMN training_assignments.closing_reason IS 'Why it was waived or cancelled'
;
COMMENT ON COLUMN training_assignments.closed_by_user_id IS 'Who waived or cancelled it'
;
CREATE TABLE training_completions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	certificate_number VARCHAR(50) NOT NULL, 
	module_id UUID NOT NULL, 
	training_assignment_id UUID, 
	driver_id UUID, 
	user_id UUID, 
	attempt_number INTEGER DEFAULT '1' NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	passed BOOLEAN NOT NULL, 
	score_percent NUMERIC(5, 2), 
	quiz_answers JSONB, 
	hours NUMERIC(5, 1), 
	instructor_user_id UUID, 
	instructor_name VARCHAR(255), 
	location VARCHAR(255), 
	expires_on DATE, 
	certificate_document_id UUID, 
	cost NUMERIC(10, 2), 
	notes TEXT, 
	status VARCHAR(20) DEFAULT 'recorded' NOT NULL, 
	verified_by_user_id UUID, 
	verified_at TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	revocation_reason TEXT, 
	recorded_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_training_completions PRIMARY KEY (id), 
	CONSTRAINT ck_training_completions_status CHECK (status IN ('recorded', 'verified', 'revoked')), 
	CONSTRAINT ck_training_completions_somebody_took_it CHECK (user_id IS NOT NULL OR driver_id IS NOT NULL), 
	CONSTRAINT ck_training_completions_score_between_0_and_100 CHECK (score_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_training_completions_completed_at_not_before_started_at CHECK (completed_at >= started_at), 
	CONSTRAINT ck_training_completions_attempt_number_at_least_1 CHECK (attempt_number >= 1), 
	CONSTRAINT ck_training_completions_hours_not_negative CHECK (hours >= 0), 
	CONSTRAINT ck_training_completions_cost_not_negative CHECK (cost >= 0), 
	CONSTRAINT uq_training_completions_tenant_id_certificate_number UNIQUE (tenant_id, certificate_number)
)
;
CREATE INDEX ix_training_completions_tenant_id_completed_at ON training_completions (tenant_id, completed_at DESC)
;
CREATE INDEX ix_training_completions_tenant_id_driver_id ON training_completions (tenant_id, driver_id)
;
CREATE INDEX ix_training_completions_tenant_id_expires_on ON training_completions (tenant_id, expires_on)
;
CREATE INDEX ix_training_completions_tenant_id_module_id ON training_completions (tenant_id, module_id)
;
CREATE INDEX ix_training_completions_tenant_id_status ON training_completions (tenant_id, status)
;
CREATE INDEX ix_training_completions_tenant_id_training_assignment_id ON training_completions (tenant_id, training_assignment_id)
;
CREATE INDEX ix_training_completions_tenant_id_user_id ON training_completions (tenant_id, user_id)
;
CREATE UNIQUE INDEX uq_training_completions_tenant_id_id ON training_completions (tenant_id, id)
;
COMMENT ON TABLE training_completions IS 'Results of training, with certificates and their validity'
;
COMMENT ON COLUMN training_completions.certificate_number IS 'Such as CERT-2026-00107'
;
COMMENT ON COLUMN training_completions.score_percent IS 'Percent'
;
COMMENT ON COLUMN training_completions.quiz_answers IS 'A list of {question, answer}'
;
COMMENT ON COLUMN training_completions.hours IS 'Hours of instruction'
;
COMMENT ON COLUMN training_completions.instructor_name IS 'Where it is somebody from outside'
;
COMMENT ON COLUMN training_completions.expires_on IS 'Last day on which it counts; null: for ever'
;
COMMENT ON COLUMN training_completions.cost IS 'In the organisation''s currency'
;
CREATE TABLE training_modules (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	module_code VARCHAR(50) NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	category VARCHAR(50), 
	description TEXT, 
	objectives TEXT[], 
	delivery_method VARCHAR(30), 
	provider_vendor_id UUID, 
	duration_minutes INTEGER, 
	materials JSONB, 
	quiz JSONB, 
	passing_score_percent NUMERIC(5, 2) DEFAULT '80', 
	max_attempts INTEGER, 
	prerequisite_module_ids UUID[], 
	applies_to JSONB, 
	is_mandatory BOOLEAN DEFAULT 'false' NOT NULL, 
	due_days INTEGER DEFAULT '30' NOT NULL, 
	valid_months INTEGER, 
	renewal_notice_days INTEGER DEFAULT '30' NOT NULL, 
	blocks_assignment BOOLEAN DEFAULT 'false' NOT NULL, 
	issues_certificate BOOLEAN DEFAULT 'true' NOT NULL, 
	regulation_reference VARCHAR(255), 
	cost_per_person NUMERIC(10, 2), 
	owner_user_id UUID, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	published_at TIMESTAMP WITH TIME ZONE, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_training_modules PRIMARY KEY (id), 
	CONSTRAINT ck_training_modules_status CHECK (status IN ('draft', 'active', 'retired')), 
	CONSTRAINT ck_training_modules_passing_score_between_0_and_100 CHECK (passing_score_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_training_modules_duration_minutes_above_0 CHECK (duration_minutes > 0), 
	CONSTRAINT ck_training_modules_max_attempts_above_0 CHECK (max_attempts > 0), 
	CONSTRAINT ck_training_modules_valid_months_above_0 CHECK (valid_months > 0), 
	CONSTRAINT ck_training_modules_due_days_not_negative CHECK (due_days >= 0), 
	CONSTRAINT ck_training_modules_cost_per_person_not_negative CHECK (cost_per_person >= 0), 
	CONSTRAINT uq_training_modules_tenant_id_module_code UNIQUE (tenant_id, module_code)
)
;
CREATE INDEX ix_training_modules_tenant_id_category ON training_modules (tenant_id, category)
;
CREATE INDEX ix_training_modules_tenant_id_owner_user_id ON training_modules (tenant_id, owner_user_id)
;
CREATE INDEX ix_training_modules_tenant_id_provider_vendor_id ON training_modules (tenant_id, provider_vendor_id)
;
CREATE INDEX ix_training_modules_tenant_id_status ON training_modules (tenant_id, status)
;
CREATE INDEX ix_training_modules_tenant_id_title_id ON training_modules (tenant_id, title, id)
;
CREATE UNIQUE INDEX uq_training_modules_tenant_id_id ON training_modules (tenant_id, id)
;
COMMENT ON TABLE training_modules IS 'Courses: content, quiz, passing score, validity and renewal'
;
COMMENT ON COLUMN training_modules.module_code IS 'Short code, such as DEF-101'
;
COMMENT ON COLUMN training_modules.category IS 'Such as defensive_driving, hazmat, hours_of_service, drug_alcohol, forklift, winter_driving, security, first_aid, technician, entry_level_driver'
;
COMMENT ON COLUMN training_modules.objectives IS 'What one can do afterwards'
;
COMMENT ON COLUMN training_modules.delivery_method IS 'Such as online, classroom, on_road, simulator, toolbox_talk'
;
COMMENT ON COLUMN training_modules.provider_vendor_id IS 'null: given in-house'
;
COMMENT ON COLUMN training_modules.duration_minutes IS 'Minutes'
;
COMMENT ON COLUMN training_modules.materials IS 'A list of {title, kind, document_id, url, minutes}'
;
COMMENT ON COLUMN training_modules.quiz IS 'Questions of the test; null: none'
;
COMMENT ON COLUMN training_modules.passing_score_percent IS 'Share that must be right, in percent; null: attending is enough'
;
COMMENT ON COLUMN training_modules.max_attempts IS 'null: as often as one likes'
;
COMMENT ON COLUMN training_modules.prerequisite_module_ids IS 'Modules to be passed first'
;
COMMENT ON COLUMN training_modules.applies_to IS 'Whom it is for: {everyone, users, roles, departments, facilities, vehicle_types}; null: nobody yet'
;
COMMENT ON COLUMN training_modules.due_days IS 'Days to finish it after being assigned'
;
COMMENT ON COLUMN training_modules.valid_months IS 'Months after which it must be taken again; null: never'
;
COMMENT ON COLUMN training_modules.renewal_notice_days IS 'Days before the end at which a renewal is assigned'
;
COMMENT ON COLUMN training_modules.blocks_assignment IS 'A driver for whom it is missing or expired gets no vehicle'
;
COMMENT ON COLUMN training_modules.regulation_reference IS 'Law or standard behind it, such as 49 CFR 380.503'
;
COMMENT ON COLUMN training_modules.cost_per_person IS 'In the organisation''s currency'
;
CREATE TABLE triposr_3d_generations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	damage_report_id UUID, 
	vehicle_id UUID, 
	source_photos TEXT[], 
	generation_status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	progress_percent INTEGER DEFAULT '0' NOT NULL, 
	triposr_task_id VARCHAR(255), 
	model_url TEXT, 
	preview_url TEXT, 
	poly_count INTEGER, 
	file_size_bytes BIGINT, 
	processing_time_seconds INTEGER, 
	ai_confidence_score NUMERIC(3, 2), 
	error_message TEXT, 
	metadata JSONB, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	requested_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_triposr_3d_generations PRIMARY KEY (id), 
	CONSTRAINT ck_triposr_3d_generations_at_least_one_photo CHECK (cardinality(source_photos) > 0), 
	CONSTRAINT ck_triposr_3d_generations_confidence_from_0_to_1 CHECK (ai_confidence_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_triposr_3d_generations_progress_from_0_to_100 CHECK (progress_percent BETWEEN 0 AND 100), 
	CONSTRAINT ck_triposr_3d_generations_generation_status CHECK (generation_status IN ('pending', 'processing', 'completed', 'failed'))
)
;
CREATE INDEX ix_triposr_3d_generations_damage_report_id ON triposr_3d_generations (damage_report_id)
;
CREATE INDEX ix_triposr_3d_generations_generation_status ON triposr_3d_generations (generation_status)
;
CREATE INDEX ix_triposr_3d_generations_tenant_id_created_at_id ON triposr_3d_generations (tenant_id, created_at, id)
;
CREATE INDEX ix_triposr_3d_generations_tenant_id_generation_status ON triposr_3d_generations (tenant_id, generation_status)
;
CREATE INDEX ix_triposr_3d_generations_vehicle_id_created_at ON triposr_3d_generations (vehicle_id, created_at DESC)
;
CREATE UNIQUE INDEX uq_triposr_3d_generations_tenant_id_id ON triposr_3d_generations (tenant_id, id)
;
COMMENT ON TABLE triposr_3d_generations IS 'TripoSR AI-generated 3D models from damage photos'
;
COMMENT ON COLUMN triposr_3d_generations.source_photos IS 'URLs to input photos'
;
COMMENT ON COLUMN triposr_3d_generations.progress_percent IS 'As the provider reports it'
;
COMMENT ON COLUMN triposr_3d_generations.triposr_task_id IS 'The provider''s number of the task'
;
COMMENT ON COLUMN triposr_3d_generations.model_url IS 'Generated GLB/GLTF URL'
;
COMMENT ON COLUMN triposr_3d_generations.poly_count IS 'Polygons'
;
COMMENT ON COLUMN triposr_3d_generations.file_size_bytes IS 'Bytes'
;
COMMENT ON COLUMN triposr_3d_generations.processing_time_seconds IS 'Seconds'
;
COMMENT ON COLUMN triposr_3d_generations.ai_confidence_score IS '0 to 1'
;
CREATE TABLE turbosquid_models (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	turbosquid_id VARCHAR(100), 
	model_name VARCHAR(500) NOT NULL, 
	description TEXT, 
	category VARCHAR(100), 
	vehicle_make VARCHAR(100), 
	vehicle_model VARCHAR(100), 
	vehicle_year INTEGER, 
	file_formats TEXT[], 
	poly_count INTEGER, 
	texture_resolution VARCHAR(50), 
	is_rigged BOOLEAN DEFAULT 'false' NOT NULL, 
	is_animated BOOLEAN DEFAULT 'false' NOT NULL, 
	preview_image_url TEXT, 
	model_download_url TEXT, 
	license_type VARCHAR(100), 
	price_usd NUMERIC(10, 2), 
	rating NUMERIC(3, 2), 
	tags TEXT[], 
	downloaded_at TIMESTAMP WITH TIME ZONE, 
	local_file_path TEXT, 
	is_purchased BOOLEAN DEFAULT 'false' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_turbosquid_models PRIMARY KEY (id), 
	CONSTRAINT ck_turbosquid_models_price_not_negative CHECK (price_usd >= 0), 
	CONSTRAINT ck_turbosquid_models_rating_from_0_to_5 CHECK (rating BETWEEN 0 AND 5), 
	CONSTRAINT ck_turbosquid_models_poly_count_not_negative CHECK (poly_count >= 0), 
	CONSTRAINT uq_turbosquid_models_tenant_id_turbosquid_id UNIQUE (tenant_id, turbosquid_id)
)
;
CREATE INDEX ix_turbosquid_models_category ON turbosquid_models (category)
;
CREATE INDEX ix_turbosquid_models_tags ON turbosquid_models USING gin (tags)
;
CREATE INDEX ix_turbosquid_models_tenant_id_category ON turbosquid_models (tenant_id, category)
;
CREATE INDEX ix_turbosquid_models_tenant_id_created_at_id ON turbosquid_models (tenant_id, created_at, id)
;
CREATE INDEX ix_turbosquid_models_tenant_id_is_purchased ON turbosquid_models (tenant_id, is_purchased)
;
CREATE INDEX ix_turbosquid_models_tenant_id_model_name_id ON turbosquid_models (tenant_id, model_name, id)
;
CREATE INDEX ix_turbosquid_models_vehicle_make_vehicle_model_vehicle_year ON turbosquid_models (vehicle_make, vehicle_model, vehicle_year)
;
CREATE UNIQUE INDEX uq_turbosquid_models_tenant_id_id ON turbosquid_models (tenant_id, id)
;
COMMENT ON TABLE turbosquid_models IS 'TurboSquid 3D model library integration'
;
COMMENT ON COLUMN turbosquid_models.turbosquid_id IS 'Number in the library'
;
COMMENT ON COLUMN turbosquid_models.category IS 'Such as vehicle, equipment, environment'
;
COMMENT ON COLUMN turbosquid_models.file_formats IS 'Such as fbx, obj, gltf, blend'
;
COMMENT ON COLUMN turbosquid_models.poly_count IS 'Polygons'
;
COMMENT ON COLUMN turbosquid_models.texture_resolution IS 'Such as 4096x4096'
;
COMMENT ON COLUMN turbosquid_models.license_type IS 'Such as royalty_free, editorial, extended'
;
COMMENT ON COLUMN turbosquid_models.price_usd IS 'US dollars'
;
COMMENT ON COLUMN turbosquid_models.rating IS '0 to 5 stars'
;
COMMENT ON COLUMN turbosquid_models.local_file_path IS 'Where the file store holds it'
;
CREATE TABLE unassigned_driving (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	trip_id UUID, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	distance_km NUMERIC(10, 2), 
	odometer_start INTEGER, 
	odometer_end INTEGER, 
	location_start TEXT, 
	location_end TEXT, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	claimed_by_driver_id UUID, 
	log_id UUID, 
	explanation TEXT, 
	resolved_at TIMESTAMP WITH TIME ZONE, 
	resolved_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_unassigned_driving PRIMARY KEY (id), 
	CONSTRAINT ck_unassigned_driving_status CHECK (status IN ('open', 'claimed', 'explained')), 
	CONSTRAINT ck_unassigned_driving_end_after_start CHECK (ended_at > started_at), 
	CONSTRAINT ck_unassigned_driving_odometer_does_not_run_backwards CHECK (odometer_end >= odometer_start), 
	CONSTRAINT uq_unassigned_driving_tenant_id_vehicle_id_started_at UNIQUE (tenant_id, vehicle_id, started_at)
)
;
CREATE INDEX ix_unassigned_driving_claimed_by_driver_id ON unassigned_driving (claimed_by_driver_id)
;
CREATE INDEX ix_unassigned_driving_tenant_id_started_at ON unassigned_driving (tenant_id, started_at DESC)
;
CREATE INDEX ix_unassigned_driving_tenant_id_status_started_at ON unassigned_driving (tenant_id, status, started_at DESC)
;
CREATE INDEX ix_unassigned_driving_vehicle_id_started_at ON unassigned_driving (vehicle_id, started_at DESC)
;
CREATE UNIQUE INDEX uq_unassigned_driving_tenant_id_id ON unassigned_driving (tenant_id, id)
;
COMMENT ON TABLE unassigned_driving IS 'Driving without a known driver, until somebody claims or explains it'
;
COMMENT ON COLUMN unassigned_driving.trip_id IS 'Trip that shows it'
;
COMMENT ON COLUMN unassigned_driving.distance_km IS 'km'
;
COMMENT ON COLUMN unassigned_driving.odometer_start IS 'km'
;
COMMENT ON COLUMN unassigned_driving.odometer_end IS 'km'
;
COMMENT ON COLUMN unassigned_driving.log_id IS 'The record made of it'
;
COMMENT ON COLUMN unassigned_driving.explanation IS 'Why nobody''s hours are concerned, such as moved by a mechanic in the yard'
;
CREATE TABLE vehicle_3d_models (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	vehicle_id UUID, 
	vehicle_make VARCHAR(100), 
	vehicle_model VARCHAR(100), 
	vehicle_year INTEGER, 
	body_class VARCHAR(100), 
	color VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	source VARCHAR(50) DEFAULT 'upload' NOT NULL, 
	triposr_generation_id UUID, 
	meshy_generation_id UUID, 
	turbosquid_model_id UUID, 
	file_id UUID, 
	file_url TEXT, 
	file_format VARCHAR(20) DEFAULT 'glb' NOT NULL, 
	file_size_bytes BIGINT, 
	ar_file_url TEXT, 
	preview_image_url TEXT, 
	poly_count INTEGER, 
	texture_resolution VARCHAR(50), 
	scale_to_meters NUMERIC(12, 6) DEFAULT '1' NOT NULL, 
	up_axis VARCHAR(1) DEFAULT 'y' NOT NULL, 
	is_rigged BOOLEAN DEFAULT 'false' NOT NULL, 
	is_default BOOLEAN DEFAULT 'false' NOT NULL, 
	quality_score NUMERIC(3, 2), 
	license_type VARCHAR(100), 
	attribution TEXT, 
	review_notes TEXT, 
	reviewed_by_user_id UUID, 
	tags TEXT[], 
	metadata JSONB, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vehicle_3d_models PRIMARY KEY (id), 
	CONSTRAINT ck_vehicle_3d_models_status CHECK (status IN ('draft', 'review', 'approved', 'rejected', 'retired')), 
	CONSTRAINT ck_vehicle_3d_models_up_axis CHECK (up_axis IN ('y', 'z')), 
	CONSTRAINT ck_vehicle_3d_models_counts_not_negative CHECK (poly_count >= 0 AND file_size_bytes >= 0), 
	CONSTRAINT ck_vehicle_3d_models_scale_above_zero CHECK (scale_to_meters > 0), 
	CONSTRAINT ck_vehicle_3d_models_quality_from_0_to_1 CHECK (quality_score BETWEEN 0 AND 1), 
	CONSTRAINT ck_vehicle_3d_models_year_from_1900_to_2100 CHECK (vehicle_year BETWEEN 1900 AND 2100)
)
;
CREATE INDEX ix_vehicle_3d_models_tenant_id_created_at_id ON vehicle_3d_models (tenant_id, created_at, id)
;
CREATE INDEX ix_vehicle_3d_models_tenant_id_name_id ON vehicle_3d_models (tenant_id, name, id)
;
CREATE INDEX ix_vehicle_3d_models_tenant_id_source ON vehicle_3d_models (tenant_id, source)
;
CREATE INDEX ix_vehicle_3d_models_tenant_id_status ON vehicle_3d_models (tenant_id, status)
;
CREATE INDEX ix_vehicle_3d_models_tenant_id_vehicle_make_vehicle_mo_e15a8c97 ON vehicle_3d_models (tenant_id, vehicle_make, vehicle_model, vehicle_year)
;
CREATE INDEX ix_vehicle_3d_models_vehicle_id ON vehicle_3d_models (vehicle_id)
;
CREATE UNIQUE INDEX uq_vehicle_3d_models_default ON vehicle_3d_models (tenant_id, vehicle_id) WHERE is_default
;
CREATE UNIQUE INDEX uq_vehicle_3d_models_tenant_id_id ON vehicle_3d_models (tenant_id, id)
;
COMMENT ON TABLE vehicle_3d_models IS '3D models of vehicles for the viewer, augmented reality and damage pins'
;
COMMENT ON COLUMN vehicle_3d_models.vehicle_id IS 'null: for all of this make, model and year'
;
COMMENT ON COLUMN vehicle_3d_models.vehicle_year IS 'Model year'
;
COMMENT ON COLUMN vehicle_3d_models.body_class IS 'Such as sedan, van, pickup, bus, where the model stands for a kind of vehicle'
;
COMMENT ON COLUMN vehicle_3d_models.status IS 'Only approved models are shown to others'
;
COMMENT ON COLUMN vehicle_3d_models.source IS 'Such as upload, triposr, meshy, turbosquid, scan, manufacturer'
;
COMMENT ON COLUMN vehicle_3d_models.file_id IS 'Stored file of the model'
;
COMMENT ON COLUMN vehicle_3d_models.file_url IS 'Address of the model if it is not stored here'
;
COMMENT ON COLUMN vehicle_3d_models.file_format IS 'Such as glb, gltf, usdz, obj, fbx, stl, ply'
;
COMMENT ON COLUMN vehicle_3d_models.file_size_bytes IS 'Bytes'
;
COMMENT ON COLUMN vehicle_3d_models.ar_file_url IS 'USDZ for augmented reality on a phone'
;
COMMENT ON COLUMN vehicle_3d_models.poly_count IS 'Polygons'
;
COMMENT ON COLUMN vehicle_3d_models.texture_resolution IS 'Such as 2048x2048'
;
COMMENT ON COLUMN vehicle_3d_models.scale_to_meters IS 'Metres of one unit of the model'
;
COMMENT ON COLUMN vehicle_3d_models.up_axis IS 'Axis that points up'
;
COMMENT ON COLUMN vehicle_3d_models.is_rigged IS 'Doors and wheels can move'
;
COMMENT ON COLUMN vehicle_3d_models.is_default IS 'Shown first; at most one for a vehicle'
;
COMMENT ON COLUMN vehicle_3d_models.quality_score IS '0 to 1; the better one is chosen'
;
COMMENT ON COLUMN vehicle_3d_models.license_type IS 'Such as own, CC0, CC-BY-4.0, royalty_free, editorial'
;
COMMENT ON COLUMN vehicle_3d_models.attribution IS 'Author and source as the licence wants them named'
;
COMMENT ON COLUMN vehicle_3d_models.review_notes IS 'Why it was approved or rejected'
;
CREATE TABLE vehicle_reservations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	reservation_number VARCHAR(50) NOT NULL, 
	vehicle_id UUID, 
	vehicle_type VARCHAR(50), 
	status VARCHAR(20) DEFAULT 'requested' NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	requested_by_user_id UUID, 
	driver_id UUID, 
	department_id UUID, 
	purpose TEXT NOT NULL, 
	usage_type VARCHAR(20) DEFAULT 'business' NOT NULL, 
	destination VARCHAR(255), 
	passengers INTEGER, 
	cargo VARCHAR(255), 
	pickup_facility_id UUID, 
	return_facility_id UUID, 
	decision_notes TEXT, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	decided_by_user_id UUID, 
	handed_over_at TIMESTAMP WITH TIME ZONE, 
	handed_over_by_user_id UUID, 
	odometer_out INTEGER, 
	fuel_percent_out NUMERIC(5, 2), 
	condition_out TEXT, 
	returned_at TIMESTAMP WITH TIME ZONE, 
	received_by_user_id UUID, 
	odometer_in INTEGER, 
	fuel_percent_in NUMERIC(5, 2), 
	condition_in TEXT, 
	cancelled_at TIMESTAMP WITH TIME ZONE, 
	cancellation_reason TEXT, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_vehicle_reservations PRIMARY KEY (id), 
	CONSTRAINT ck_vehicle_reservations_status CHECK (status IN ('requested', 'approved', 'rejected', 'handed_over', 'returned', 'cancelled', 'no_show')), 
	CONSTRAINT ck_vehicle_reservations_usage_type CHECK (usage_type IN ('business', 'personal', 'mixed')), 
	CONSTRAINT ck_vehicle_reservations_ends_after_it_starts CHECK (ends_at > starts_at), 
	CONSTRAINT ck_vehicle_reservations_an_approved_one_names_its_vehicle CHECK (vehicle_id IS NOT NULL OR status IN ('requested', 'rejected', 'cancelled')), 
	CONSTRAINT ck_vehicle_reservations_passengers_above_zero CHECK (passengers > 0), 
	CONSTRAINT ck_vehicle_reservations_odometer_not_negative CHECK (odometer_out >= 0), 
	CONSTRAINT ck_vehicle_reservations_odometer_in_not_below_odometer_out CHECK (odometer_in >= odometer_out), 
	CONSTRAINT ck_vehicle_reservations_fuel_out_from_0_to_100 CHECK (fuel_percent_out BETWEEN 0 AND 100), 
	CONSTRAINT ck_vehicle_reservations_fuel_in_from_0_to_100 CHECK (fuel_percent_in BETWEEN 0 AND 100), 
	CONSTRAINT ex_vehicle_reservations_vehicle_period EXCLUDE USING gist (tenant_id WITH =, vehicle_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (status IN ('approved', 'handed_over')), 
	CONSTRAINT uq_vehicle_reservations_tenant_id_reservation_number UNIQUE (tenant_id, reservation_number)
)
;
CREATE INDEX ix_vehicle_reservations_department_id ON vehicle_reservations (department_id)
;
CREATE INDEX ix_vehicle_reservations_driver_id_starts_at ON vehicle_reservations (driver_id, starts_at)
;
CREATE INDEX ix_vehicle_reservations_pickup_facility_id ON vehicle_reservations (pickup_facility_id)
;
CREATE INDEX ix_vehicle_reservations_requested_by_user_id ON vehicle_reservations (requested_by_user_id)
;
CREATE INDEX ix_vehicle_reservations_tenant_id_ends_at_id ON vehicle_reservations (tenant_id, ends_at, id)
;
CREATE INDEX ix_vehicle_reservations_tenant_id_starts_at_id ON vehicle_reservations (tenant_id, starts_at, id)
;
CREATE INDEX ix_vehicle_reservations_tenant_id_status ON vehicle_reservations (tenant_id, status)
;
CREATE INDEX ix_vehicle_reservations_vehicle_id_starts_at ON vehicle_reservations (vehicle_id, starts_at)
;
CREATE UNIQUE INDEX uq_vehicle_reservations_tenant_id_id ON vehicle_reservations (tenant_id, id)
;
COMMENT ON TABLE vehicle_reservations IS 'Who asked for which vehicle from when to when, and its hand-over and return'
;
COMMENT ON COLUMN vehicle_reservations.reservation_number IS 'Business number; given when left out'
;
COMMENT ON COLUMN vehicle_reservations.vehicle_id IS 'null: any that fits, chosen on approval'
;
COMMENT ON COLUMN vehicle_reservations.vehicle_type IS 'Kind that is wanted, such as car, suv, pickup, van, bus'
;
COMMENT ON COLUMN vehicle_reservations.status IS 'While approved or handed over it holds the vehicle'
;
COMMENT ON COLUMN vehicle_reservations.driver_id IS 'Who is to drive'
;
COMMENT ON COLUMN vehicle_reservations.department_id IS 'Who pays'
;
COMMENT ON COLUMN vehicle_reservations.purpose IS 'What the vehicle is needed for'
;
COMMENT ON COLUMN vehicle_reservations.passengers IS 'People, the driver included'
;
COMMENT ON COLUMN vehicle_reservations.cargo IS 'What is to be carried'
;
COMMENT ON COLUMN vehicle_reservations.return_facility_id IS 'null: where it was picked up'
;
COMMENT ON COLUMN vehicle_reservations.decision_notes IS 'Why it was approved or rejected'
;
COMMENT ON COLUMN vehicle_reservations.odometer_out IS 'At hand-over, kilometres'
;
COMMENT ON COLUMN vehicle_reservations.fuel_percent_out IS 'Fuel or charge at hand-over, percent'
;
COMMENT ON COLUMN vehicle_reservations.condition_out IS 'Damage and equipment at hand-over'
;
COMMENT ON COLUMN vehicle_reservations.odometer_in IS 'At return, kilometres'
;
COMMENT ON COLUMN vehicle_reservations.fuel_percent_in IS 'Fuel or charge at return, percent'
;
COMMENT ON COLUMN vehicle_reservations.condition_in IS 'Damage and equipment at return'
;
CREATE TABLE video_telematics_footage (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	driver_id UUID, 
	event_type VARCHAR(50), 
	event_id UUID, 
	camera_position VARCHAR(20), 
	video_url TEXT NOT NULL, 
	thumbnail_url TEXT, 
	duration_seconds INTEGER, 
	file_size_bytes BIGINT, 
	resolution VARCHAR(20), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	recorded_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	uploaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	ai_analysis JSONB, 
	tags TEXT[], 
	is_archived BOOLEAN DEFAULT 'false' NOT NULL, 
	legal_hold BOOLEAN DEFAULT 'false' NOT NULL, 
	CONSTRAINT pk_video_telematics_footage PRIMARY KEY (id), 
	CONSTRAINT ck_video_telematics_footage_duration_seconds_are_not_negative CHECK (duration_seconds >= 0), 
	CONSTRAINT ck_video_telematics_footage_file_size_bytes_are_not_negative CHECK (file_size_bytes >= 0), 
	CONSTRAINT ck_video_telematics_footage_latitude_is_within_90_degrees CHECK (latitude BETWEEN -90 AND 90), 
	CONSTRAINT ck_video_telematics_footage_longitude_is_within_180_degrees CHECK (longitude BETWEEN -180 AND 180)
)
;
CREATE INDEX ix_video_telematics_footage_driver_id_recorded_at ON video_telematics_footage (driver_id, recorded_at DESC)
;
CREATE INDEX ix_video_telematics_footage_event_id ON video_telematics_footage (event_id)
;
CREATE INDEX ix_video_telematics_footage_tenant_id_recorded_at ON video_telematics_footage (tenant_id, recorded_at DESC)
;
CREATE INDEX ix_video_telematics_footage_vehicle_id_recorded_at ON video_telematics_footage (vehicle_id, recorded_at DESC)
;
CREATE UNIQUE INDEX uq_video_telematics_footage_tenant_id_id ON video_telematics_footage (tenant_id, id)
;
COMMENT ON TABLE video_telematics_footage IS 'Dashcam and AI-cam video storage metadata'
;
COMMENT ON COLUMN video_telematics_footage.driver_id IS 'Who drove then'
;
COMMENT ON COLUMN video_telematics_footage.event_type IS 'What event_id names: driver_behavior_event or incident'
;
COMMENT ON COLUMN video_telematics_footage.event_id IS 'The event that the clip shows'
;
COMMENT ON COLUMN video_telematics_footage.camera_position IS 'Such as forward, interior, rear, side_left, side_right'
;
COMMENT ON COLUMN video_telematics_footage.duration_seconds IS 's'
;
COMMENT ON COLUMN video_telematics_footage.file_size_bytes IS 'Bytes'
;
COMMENT ON COLUMN video_telematics_footage.resolution IS 'Such as 1080p, 720p, 4K'
;
COMMENT ON COLUMN video_telematics_footage.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN video_telematics_footage.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN video_telematics_footage.recorded_at IS 'When the clip begins'
;
COMMENT ON COLUMN video_telematics_footage.ai_analysis IS 'What image analysis found'
;
COMMENT ON COLUMN video_telematics_footage.tags IS 'Such as near_miss, coaching'
;
COMMENT ON COLUMN video_telematics_footage.legal_hold IS 'Evidence: kept whatever its age'
;
CREATE TABLE weather_stations (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid, 
	station_id VARCHAR(50) DEFAULT uuidv7()::text NOT NULL, 
	name VARCHAR(255), 
	latitude NUMERIC(10, 8), 
	longitude NUMERIC(11, 8), 
	temperature_f NUMERIC(5, 2), 
	conditions VARCHAR(100), 
	wind_speed_mph NUMERIC(5, 2), 
	visibility_miles NUMERIC(5, 2), 
	road_conditions VARCHAR(50), 
	last_updated TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_weather_stations PRIMARY KEY (id), 
	CONSTRAINT ck_weather_stations_latitude_is_within_90_degrees CHECK (latitude BETWEEN -90 AND 90), 
	CONSTRAINT ck_weather_stations_longitude_is_within_180_degrees CHECK (longitude BETWEEN -180 AND 180), 
	CONSTRAINT uq_weather_stations_tenant_id_station_id UNIQUE NULLS NOT DISTINCT (tenant_id, station_id)
)
;
CREATE INDEX ix_weather_stations_ll_to_earth_latitude_longitude ON weather_stations USING gist (ll_to_earth(latitude, longitude))
;
CREATE INDEX ix_weather_stations_tenant_id_name_id ON weather_stations (tenant_id, name, id)
;
COMMENT ON TABLE weather_stations IS 'Weather conditions affecting routes'
;
COMMENT ON COLUMN weather_stations.tenant_id IS 'null: shared by all tenants'
;
COMMENT ON COLUMN weather_stations.station_id IS 'Such as KSFO; made up if left out'
;
COMMENT ON COLUMN weather_stations.latitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN weather_stations.longitude IS 'Degrees, WGS84'
;
COMMENT ON COLUMN weather_stations.temperature_f IS 'Degrees Fahrenheit'
;
COMMENT ON COLUMN weather_stations.conditions IS 'Such as clear, fog, light rain'
;
COMMENT ON COLUMN weather_stations.wind_speed_mph IS 'mph'
;
COMMENT ON COLUMN weather_stations.visibility_miles IS 'mi'
;
COMMENT ON COLUMN weather_stations.road_conditions IS 'Such as dry, wet, icy, snow'
;
COMMENT ON COLUMN weather_stations.last_updated IS 'When the station last reported'
;
CREATE TABLE webhook_deliveries (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	webhook_subscription_id UUID NOT NULL, 
	event_type VARCHAR(100) NOT NULL, 
	event_id UUID, 
	payload JSONB, 
	request_headers JSONB, 
	request_body TEXT, 
	response_status INTEGER, 
	response_headers JSONB, 
	response_body TEXT, 
	delivery_attempt INTEGER DEFAULT '1' NOT NULL, 
	delivery_status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	error_message TEXT, 
	duration_ms INTEGER, 
	triggered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	delivered_at TIMESTAMP WITH TIME ZONE, 
	next_retry_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_webhook_deliveries PRIMARY KEY (tenant_id, id, triggered_at), 
	CONSTRAINT ck_webhook_deliveries_delivery_status CHECK (delivery_status IN ('pending', 'success', 'failed', 'retrying'))
)
 PARTITION BY RANGE (triggered_at)
;
CREATE INDEX ix_webhook_deliveries_delivery_status_next_retry_at ON webhook_deliveries (delivery_status, next_retry_at)
;
CREATE INDEX ix_webhook_deliveries_tenant_id_delivery_status_triggered_at ON webhook_deliveries (tenant_id, delivery_status, triggered_at DESC)
;
CREATE INDEX ix_webhook_deliveries_tenant_id_triggered_at ON webhook_deliveries (tenant_id, triggered_at DESC)
;
CREATE INDEX ix_webhook_deliveries_tenant_id_webhook_subscription_i_c5c74b37 ON webhook_deliveries (tenant_id, webhook_subscription_id, triggered_at DESC)
;
CREATE INDEX ix_webhook_deliveries_webhook_subscription_id_triggered_at ON webhook_deliveries (webhook_subscription_id, triggered_at DESC)
;
COMMENT ON TABLE webhook_deliveries IS 'Webhook delivery logs'
;
COMMENT ON COLUMN webhook_deliveries.event_type IS 'Such as work_order.completed'
;
COMMENT ON COLUMN webhook_deliveries.event_id IS 'The same in all attempts'
;
COMMENT ON COLUMN webhook_deliveries.request_headers IS 'Without the signature'
;
COMMENT ON COLUMN webhook_deliveries.response_status IS 'HTTP status; null: no answer'
;
COMMENT ON COLUMN webhook_deliveries.response_body IS 'Its beginning'
;
COMMENT ON COLUMN webhook_deliveries.delivery_attempt IS '1 is the first'
;
COMMENT ON COLUMN webhook_deliveries.duration_ms IS 'ms'
;
CREATE TABLE webhook_subscriptions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	webhook_name VARCHAR(255) NOT NULL, 
	endpoint_url TEXT NOT NULL, 
	event_types TEXT[], 
	http_method VARCHAR(10) DEFAULT 'POST' NOT NULL, 
	headers JSONB, 
	secret_key VARCHAR(255), 
	secret_key_ciphertext BYTEA, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	retry_on_failure BOOLEAN DEFAULT 'true' NOT NULL, 
	max_retries INTEGER DEFAULT '3' NOT NULL, 
	timeout_seconds INTEGER DEFAULT '30' NOT NULL, 
	last_triggered_at TIMESTAMP WITH TIME ZONE, 
	success_count INTEGER DEFAULT '0' NOT NULL, 
	failure_count INTEGER DEFAULT '0' NOT NULL, 
	consecutive_failures INTEGER DEFAULT '0' NOT NULL, 
	paused_at TIMESTAMP WITH TIME ZONE, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_webhook_subscriptions PRIMARY KEY (id), 
	CONSTRAINT ck_webhook_subscriptions_http_method CHECK (http_method IN ('POST', 'PUT', 'PATCH')), 
	CONSTRAINT ck_webhook_subscriptions_endpoint_url_begins_with_https CHECK (endpoint_url ~ '^https://[^[:space:]]+$'), 
	CONSTRAINT ck_webhook_subscriptions_max_retries_are_at_most_twenty CHECK (max_retries BETWEEN 0 AND 20), 
	CONSTRAINT ck_webhook_subscriptions_timeout_is_one_second_to_two_minutes CHECK (timeout_seconds BETWEEN 1 AND 120)
)
;
CREATE INDEX ix_webhook_subscriptions_event_types ON webhook_subscriptions USING gin (event_types)
;
CREATE INDEX ix_webhook_subscriptions_tenant_id_is_active ON webhook_subscriptions (tenant_id, is_active)
;
CREATE INDEX ix_webhook_subscriptions_tenant_id_webhook_name_id ON webhook_subscriptions (tenant_id, webhook_name, id)
;
CREATE UNIQUE INDEX uq_webhook_subscriptions_tenant_id_id ON webhook_subscriptions (tenant_id, id)
;
COMMENT ON TABLE webhook_subscriptions IS 'Outgoing webhook subscriptions'
;
COMMENT ON COLUMN webhook_subscriptions.endpoint_url IS 'https://…, of a public address'
;
COMMENT ON COLUMN webhook_subscriptions.event_types IS 'Such as vehicle.created, work_order.completed; null: every event'
;
COMMENT ON COLUMN webhook_subscriptions.headers IS 'Sent along; what is secret belongs into secret_key'
;
COMMENT ON COLUMN webhook_subscriptions.secret_key IS 'Signs each delivery (HMAC-SHA-256); only its end is shown'
;
COMMENT ON COLUMN webhook_subscriptions.max_retries IS 'Attempts after the first, 0 to 20'
;
COMMENT ON COLUMN webhook_subscriptions.timeout_seconds IS 's, 1 to 120'
;
COMMENT ON COLUMN webhook_subscriptions.consecutive_failures IS 'Since the last success; at 10 it is paused'
;
COMMENT ON COLUMN webhook_subscriptions.paused_at IS 'When failures switched it off'
;
CREATE TABLE work_order_labor (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	work_order_id UUID NOT NULL, 
	task_id UUID, 
	technician_id UUID NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	break_minutes INTEGER DEFAULT '0' NOT NULL, 
	labor_type VARCHAR(50) DEFAULT 'regular' NOT NULL, 
	hourly_rate NUMERIC(8, 2) DEFAULT '0' NOT NULL, 
	hours NUMERIC(8, 2) GENERATED ALWAYS AS (round(extract(epoch FROM ended_at - started_at) / 3600 - break_minutes / 60.0, 2)) STORED, 
	labor_cost NUMERIC(12, 2) GENERATED ALWAYS AS (round(round(extract(epoch FROM ended_at - started_at) / 3600 - break_minutes / 60.0, 2) * hourly_rate, 2)) STORED, 
	is_warranty BOOLEAN DEFAULT 'false' NOT NULL, 
	notes TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_work_order_labor PRIMARY KEY (id), 
	CONSTRAINT ck_work_order_labor_ends_after_it_starts CHECK (ended_at > started_at), 
	CONSTRAINT ck_work_order_labor_break_not_longer_than_the_work CHECK (break_minutes >= 0 AND (ended_at IS NULL OR break_minutes * 60 <= extract(epoch FROM ended_at - started_at))), 
	CONSTRAINT ck_work_order_labor_hourly_rate_not_negative CHECK (hourly_rate >= 0), 
	CONSTRAINT ex_work_order_labor_technician_period EXCLUDE USING gist (tenant_id WITH =, technician_id WITH =, tstzrange(started_at, ended_at) WITH &&)
)
;
CREATE INDEX ix_work_order_labor_task_id ON work_order_labor (task_id)
;
CREATE INDEX ix_work_order_labor_technician_id_started_at ON work_order_labor (technician_id, started_at DESC)
;
CREATE INDEX ix_work_order_labor_tenant_id_started_at_id ON work_order_labor (tenant_id, started_at, id)
;
CREATE INDEX ix_work_order_labor_work_order_id ON work_order_labor (work_order_id)
;
CREATE UNIQUE INDEX uq_work_order_labor_tenant_id_id ON work_order_labor (tenant_id, id)
;
COMMENT ON TABLE work_order_labor IS 'Hours that technicians worked on work orders, from the start/stop clock or entered'
;
COMMENT ON COLUMN work_order_labor.ended_at IS 'null: the clock is running'
;
COMMENT ON COLUMN work_order_labor.break_minutes IS 'Not counted, minutes'
;
COMMENT ON COLUMN work_order_labor.labor_type IS 'Such as regular, overtime, diagnosis, travel, training'
;
COMMENT ON COLUMN work_order_labor.hourly_rate IS 'Cost of an hour when it was worked'
;
COMMENT ON COLUMN work_order_labor.hours IS 'Hours worked, less the break'
;
COMMENT ON COLUMN work_order_labor.labor_cost IS 'Hours x rate'
;
COMMENT ON COLUMN work_order_labor.is_warranty IS 'Claimed from the warrantor'
;
CREATE TABLE work_order_parts (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	work_order_id UUID NOT NULL, 
	task_id UUID, 
	part_id UUID, 
	description VARCHAR(255), 
	facility_id UUID, 
	quantity NUMERIC(12, 3) DEFAULT '1' NOT NULL, 
	quantity_reserved NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	quantity_issued NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	quantity_returned NUMERIC(12, 3) DEFAULT '0' NOT NULL, 
	unit_cost NUMERIC(12, 4) DEFAULT '0' NOT NULL, 
	core_charge NUMERIC(10, 2) DEFAULT '0' NOT NULL, 
	core_returned BOOLEAN DEFAULT 'false' NOT NULL, 
	total_cost NUMERIC(14, 2) GENERATED ALWAYS AS (round((quantity_issued - quantity_returned) * unit_cost, 2)) STORED NOT NULL, 
	serial_number VARCHAR(100), 
	position VARCHAR(50), 
	component_code VARCHAR(20), 
	warranty_until DATE, 
	notes TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_work_order_parts PRIMARY KEY (id), 
	CONSTRAINT ck_work_order_parts_a_part_or_a_description_is_given CHECK (part_id IS NOT NULL OR description IS NOT NULL), 
	CONSTRAINT ck_work_order_parts_quantity_above_zero CHECK (quantity > 0), 
	CONSTRAINT ck_work_order_parts_reserved_quantity_not_negative CHECK (quantity_reserved >= 0), 
	CONSTRAINT ck_work_order_parts_returned_quantity_not_above_issued CHECK (quantity_returned >= 0 AND quantity_returned <= quantity_issued), 
	CONSTRAINT ck_work_order_parts_costs_not_negative CHECK (unit_cost >= 0 AND core_charge >= 0)
)
;
CREATE INDEX ix_work_order_parts_part_id ON work_order_parts (part_id)
;
CREATE INDEX ix_work_order_parts_task_id ON work_order_parts (task_id)
;
CREATE INDEX ix_work_order_parts_tenant_id_created_at_id ON work_order_parts (tenant_id, created_at, id)
;
CREATE INDEX ix_work_order_parts_work_order_id ON work_order_parts (work_order_id)
;
CREATE UNIQUE INDEX uq_work_order_parts_tenant_id_id ON work_order_parts (tenant_id, id)
;
COMMENT ON TABLE work_order_parts IS 'Parts that a work order needs, has reserved and has used'
;
COMMENT ON COLUMN work_order_parts.part_id IS 'null: not a part of the catalogue'
;
COMMENT ON COLUMN work_order_parts.description IS 'What it is, if not of the catalogue'
;
COMMENT ON COLUMN work_order_parts.facility_id IS 'Stock that it is taken from'
;
COMMENT ON COLUMN work_order_parts.quantity IS 'Needed, in the part''s unit'
;
COMMENT ON COLUMN work_order_parts.quantity_reserved IS 'Held in stock for this order'
;
COMMENT ON COLUMN work_order_parts.quantity_issued IS 'Handed out so far'
;
COMMENT ON COLUMN work_order_parts.quantity_returned IS 'Brought back to stock'
;
COMMENT ON COLUMN work_order_parts.unit_cost IS 'Cost of one unit as it was issued or bought'
;
COMMENT ON COLUMN work_order_parts.core_charge IS 'Deposit on the old part, for one unit'
;
COMMENT ON COLUMN work_order_parts.core_returned IS 'The old part went back to the supplier'
;
COMMENT ON COLUMN work_order_parts.total_cost IS 'Of what was issued and not returned'
;
COMMENT ON COLUMN work_order_parts.serial_number IS 'Of the part that was fitted'
;
COMMENT ON COLUMN work_order_parts.position IS 'Where it was fitted, such as left_front, right_rear_outer'
;
COMMENT ON COLUMN work_order_parts.component_code IS 'By VMRS or a code of one''s own'
;
COMMENT ON COLUMN work_order_parts.warranty_until IS 'Warranty of the fitted part ends'
;
CREATE TABLE work_order_tasks (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	work_order_id UUID NOT NULL, 
	task_order INTEGER, 
	task_description TEXT NOT NULL, 
	assigned_technician_id UUID, 
	estimated_hours NUMERIC(6, 2), 
	actual_hours NUMERIC(6, 2), 
	status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	is_required BOOLEAN DEFAULT 'true' NOT NULL, 
	blocked_reason TEXT, 
	started_at TIMESTAMP WITH TIME ZONE, 
	completion_notes TEXT, 
	completed_by_user_id UUID, 
	completed_at TIMESTAMP WITH TIME ZONE, 
	requires_inspection BOOLEAN DEFAULT 'false' NOT NULL, 
	inspection_passed BOOLEAN, 
	inspection_notes TEXT, 
	inspected_by_user_id UUID, 
	inspected_at TIMESTAMP WITH TIME ZONE, 
	metadata JSONB, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_work_order_tasks PRIMARY KEY (id), 
	CONSTRAINT ck_work_order_tasks_status CHECK (status IN ('pending', 'in_progress', 'completed', 'blocked')), 
	CONSTRAINT ck_work_order_tasks_hours_not_negative CHECK (estimated_hours >= 0 AND actual_hours >= 0)
)
;
CREATE INDEX ix_work_order_tasks_assigned_technician_id_status ON work_order_tasks (assigned_technician_id, status)
;
CREATE INDEX ix_work_order_tasks_tenant_id_status ON work_order_tasks (tenant_id, status)
;
CREATE INDEX ix_work_order_tasks_work_order_id_task_order ON work_order_tasks (work_order_id, task_order)
;
CREATE UNIQUE INDEX uq_work_order_tasks_tenant_id_id ON work_order_tasks (tenant_id, id)
;
COMMENT ON TABLE work_order_tasks IS 'Individual tasks within work orders'
;
COMMENT ON COLUMN work_order_tasks.task_order IS 'Place in the order of work, from 1'
;
COMMENT ON COLUMN work_order_tasks.actual_hours IS 'Hours worked'
;
COMMENT ON COLUMN work_order_tasks.is_required IS 'The order cannot be finished without it'
;
COMMENT ON COLUMN work_order_tasks.started_at IS 'Work on it last began'
;
COMMENT ON COLUMN work_order_tasks.requires_inspection IS 'A second person checks the work before the order is closed'
;
CREATE TABLE work_order_templates (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	template_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	work_order_type VARCHAR(50), 
	estimated_hours NUMERIC(6, 2), 
	estimated_cost NUMERIC(12, 2), 
	task_checklist JSONB, 
	required_parts JSONB, 
	required_skills TEXT[], 
	sop_document_ids UUID[], 
	instructions TEXT, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_work_order_templates PRIMARY KEY (id), 
	CONSTRAINT ck_work_order_templates_estimated_hours_not_negative CHECK (estimated_hours >= 0), 
	CONSTRAINT ck_work_order_templates_estimated_cost_not_negative CHECK (estimated_cost >= 0), 
	CONSTRAINT uq_work_order_templates_tenant_id_template_name UNIQUE (tenant_id, template_name)
)
;
CREATE INDEX ix_work_order_templates_tenant_id_is_active ON work_order_templates (tenant_id, is_active)
;
CREATE INDEX ix_work_order_templates_tenant_id_work_order_type ON work_order_templates (tenant_id, work_order_type)
;
CREATE UNIQUE INDEX uq_work_order_templates_tenant_id_id ON work_order_templates (tenant_id, id)
;
COMMENT ON TABLE work_order_templates IS 'Reusable work order templates'
;
COMMENT ON COLUMN work_order_templates.work_order_type IS 'Such as preventive, corrective, inspection, recall, upfit'
;
COMMENT ON COLUMN work_order_templates.task_checklist IS 'What becomes the order''s tasks: [{task, required, order}]'
;
COMMENT ON COLUMN work_order_templates.required_parts IS 'What becomes the order''s part lines: [{part_id, quantity}]'
;
COMMENT ON COLUMN work_order_templates.required_skills IS 'Specializations that the technician must have'
;
COMMENT ON COLUMN work_order_templates.sop_document_ids IS 'Operating procedures to follow'
;
CREATE TABLE workflow_approvals (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	workflow_instance_id UUID NOT NULL, 
	step_key VARCHAR(50) NOT NULL, 
	step_name VARCHAR(255) NOT NULL, 
	position INTEGER DEFAULT '0' NOT NULL, 
	approver_user_id UUID, 
	approver_role VARCHAR(100), 
	status VARCHAR(20) DEFAULT 'pending' NOT NULL, 
	requested_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE, 
	reminded_at TIMESTAMP WITH TIME ZONE, 
	delegated_to_user_id UUID, 
	delegated_by_user_id UUID, 
	delegated_at TIMESTAMP WITH TIME ZONE, 
	escalated_to_user_id UUID, 
	escalated_at TIMESTAMP WITH TIME ZONE, 
	decided_by_user_id UUID, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	comment TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workflow_approvals PRIMARY KEY (id), 
	CONSTRAINT ck_workflow_approvals_status CHECK (status IN ('pending', 'approved', 'rejected', 'skipped')), 
	CONSTRAINT ck_workflow_approvals_a_person_or_a_role_is_asked CHECK (approver_user_id IS NOT NULL OR approver_role IS NOT NULL), 
	CONSTRAINT ck_workflow_approvals_delegated_to_somebody_else CHECK (delegated_to_user_id <> approver_user_id)
)
;
CREATE INDEX ix_workflow_approvals_tenant_id_approver_role_status ON workflow_approvals (tenant_id, approver_role, status)
;
CREATE INDEX ix_workflow_approvals_tenant_id_approver_user_id_status ON workflow_approvals (tenant_id, approver_user_id, status)
;
CREATE INDEX ix_workflow_approvals_tenant_id_delegated_to_user_id ON workflow_approvals (tenant_id, delegated_to_user_id)
;
CREATE INDEX ix_workflow_approvals_tenant_id_due_at ON workflow_approvals (tenant_id, due_at)
;
CREATE INDEX ix_workflow_approvals_tenant_id_escalated_to_user_id ON workflow_approvals (tenant_id, escalated_to_user_id)
;
CREATE INDEX ix_workflow_approvals_tenant_id_requested_at ON workflow_approvals (tenant_id, requested_at DESC)
;
CREATE INDEX ix_workflow_approvals_tenant_id_status ON workflow_approvals (tenant_id, status)
;
CREATE INDEX ix_workflow_approvals_tenant_id_workflow_instance_id_position ON workflow_approvals (tenant_id, workflow_instance_id, position)
;
CREATE UNIQUE INDEX uq_workflow_approvals_tenant_id_id ON workflow_approvals (tenant_id, id)
;
COMMENT ON TABLE workflow_approvals IS 'Decisions that people are asked for, and what they said'
;
COMMENT ON COLUMN workflow_approvals.step_key IS 'Key of the step in the definition'
;
COMMENT ON COLUMN workflow_approvals.position IS 'Order of the steps; equal ones run side by side'
;
COMMENT ON COLUMN workflow_approvals.approver_user_id IS 'Who is asked'
;
COMMENT ON COLUMN workflow_approvals.approver_role IS 'Name of the role that is asked: whoever of it comes first decides'
;
COMMENT ON COLUMN workflow_approvals.due_at IS 'From then on it is escalated'
;
COMMENT ON COLUMN workflow_approvals.delegated_to_user_id IS 'Who decides instead'
;
COMMENT ON COLUMN workflow_approvals.escalated_to_user_id IS 'Who may decide since it was late'
;
COMMENT ON COLUMN workflow_approvals.comment IS 'Why it was decided so'
;
CREATE TABLE workflow_definitions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	workflow_code VARCHAR(50) NOT NULL, 
	version_number INTEGER DEFAULT '1' NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	description TEXT, 
	record_type VARCHAR(63) NOT NULL, 
	trigger_kind VARCHAR(20) DEFAULT 'manual' NOT NULL, 
	trigger_condition VARCHAR(500), 
	steps JSONB NOT NULL, 
	due_hours INTEGER, 
	forbids_own_approval BOOLEAN DEFAULT 'true' NOT NULL, 
	owner_user_id UUID, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	created_by_user_id UUID, 
	activated_at TIMESTAMP WITH TIME ZONE, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workflow_definitions PRIMARY KEY (id), 
	CONSTRAINT ck_workflow_definitions_status CHECK (status IN ('draft', 'active', 'retired')), 
	CONSTRAINT ck_workflow_definitions_trigger_kind CHECK (trigger_kind IN ('manual', 'created', 'updated', 'moved')), 
	CONSTRAINT ck_workflow_definitions_version_number_at_least_1 CHECK (version_number >= 1), 
	CONSTRAINT ck_workflow_definitions_due_hours_above_0 CHECK (due_hours > 0), 
	CONSTRAINT uq_workflow_definitions_tenant_id_workflow_code_version_number UNIQUE (tenant_id, workflow_code, version_number)
)
;
CREATE INDEX ix_workflow_definitions_tenant_id_name_id ON workflow_definitions (tenant_id, name, id)
;
CREATE INDEX ix_workflow_definitions_tenant_id_owner_user_id ON workflow_definitions (tenant_id, owner_user_id)
;
CREATE INDEX ix_workflow_definitions_tenant_id_record_type ON workflow_definitions (tenant_id, record_type)
;
CREATE INDEX ix_workflow_definitions_tenant_id_status ON workflow_definitions (tenant_id, status)
;
CREATE UNIQUE INDEX uq_workflow_definitions_tenant_id_id ON workflow_definitions (tenant_id, id)
;
CREATE UNIQUE INDEX uq_workflow_definitions_tenant_id_workflow_code_active ON workflow_definitions (tenant_id, workflow_code) WHERE status = 'active'
;
COMMENT ON TABLE workflow_definitions IS 'Steps in which records are decided on, a row for each version'
;
COMMENT ON COLUMN workflow_definitions.workflow_code IS 'Short code, such as PO-APPROVAL; the same for all versions'
;
COMMENT ON COLUMN workflow_definitions.record_type IS 'Table that it is for, such as purchase_orders or maintenance_records'
;
COMMENT ON COLUMN workflow_definitions.trigger_kind IS 'What starts it: a person, or what happens to the record'
;
COMMENT ON COLUMN workflow_definitions.trigger_condition IS 'Only records that this filter finds, as in a list''s address: total_amount__gte=500'
;
COMMENT ON COLUMN workflow_definitions.steps IS 'A list of {key, name, kind, approver_user_id, approver_role, approver_field, approvals_needed, due_hours, escalate_to_user_id, escalate_to_role, on_reject, condition}'
;
COMMENT ON COLUMN workflow_definitions.due_hours IS 'Hours until everything should be decided'
;
COMMENT ON COLUMN workflow_definitions.forbids_own_approval IS 'Whoever started it must not approve it'
;
CREATE TABLE workflow_instances (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	instance_number VARCHAR(50) NOT NULL, 
	workflow_definition_id UUID NOT NULL, 
	title VARCHAR(255) NOT NULL, 
	record_type VARCHAR(63) NOT NULL, 
	record_id UUID NOT NULL, 
	vehicle_id UUID, 
	amount NUMERIC(15, 2), 
	priority VARCHAR(20) DEFAULT 'normal' NOT NULL, 
	status VARCHAR(20) DEFAULT 'running' NOT NULL, 
	current_step_key VARCHAR(50), 
	context JSONB, 
	started_by_user_id UUID, 
	started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	due_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	outcome_comment TEXT, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_workflow_instances PRIMARY KEY (id), 
	CONSTRAINT ck_workflow_instances_status CHECK (status IN ('running', 'on_hold', 'approved', 'rejected', 'cancelled')), 
	CONSTRAINT ck_workflow_instances_priority CHECK (priority IN ('low', 'normal', 'high', 'urgent')), 
	CONSTRAINT uq_workflow_instances_tenant_id_instance_number UNIQUE (tenant_id, instance_number)
)
;
CREATE INDEX ix_workflow_instances_tenant_id_due_at ON workflow_instances (tenant_id, due_at)
;
CREATE INDEX ix_workflow_instances_tenant_id_record_id ON workflow_instances (tenant_id, record_id)
;
CREATE INDEX ix_workflow_instances_tenant_id_started_at ON workflow_instances (tenant_id, started_at DESC)
;
CREATE INDEX ix_workflow_instances_tenant_id_started_by_user_id ON workflow_instances (tenant_id, started_by_user_id)
;
CREATE INDEX ix_workflow_instances_tenant_id_status ON workflow_instances (tenant_id, status)
;
CREATE INDEX ix_workflow_instances_tenant_id_vehicle_id ON workflow_instances (tenant_id, vehicle_id)
;
CREATE INDEX ix_workflow_instances_tenant_id_workflow_definition_id ON workflow_instances (tenant_id, workflow_definition_id)
;
CREATE UNIQUE INDEX uq_workflow_instances_tenant_id_id ON workflow_instances (tenant_id, id)
;
COMMENT ON TABLE workflow_instances IS 'Records that are being decided on, or were'
;
COMMENT ON COLUMN workflow_instances.instance_number IS 'Such as WF-2026-00012'
;
COMMENT ON COLUMN workflow_instances.title IS 'What is to be decided, in one line'
;
COMMENT ON COLUMN workflow_instances.record_type IS 'Table of the record, such as purchase_orders or driver_assignments'
;
COMMENT ON COLUMN workflow_instances.record_id IS 'The record that is decided on'
;
COMMENT ON COLUMN workflow_instances.vehicle_id IS 'The vehicle that it is about, if any'
;
COMMENT ON COLUMN workflow_instances.amount IS 'Money at stake, in the organisation''s currency; approval limits look at it'
;
COMMENT ON COLUMN workflow_instances.current_step_key IS 'Key of the step that it waits in; null: over'
;
COMMENT ON COLUMN workflow_instances.context IS 'Values that the steps look at'
;
COMMENT ON COLUMN workflow_instances.started_by_user_id IS 'null: by the program'
;
COMMENT ON COLUMN workflow_instances.outcome_comment IS 'Why it was rejected, held or cancelled'
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_dashcam_footage_id FOREIGN KEY(tenant_id, dashcam_footage_id) REFERENCES video_telematics_footage (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_investigator_user_id FOREIGN KEY(tenant_id, investigator_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_preventability_reviewed_by_user_id FOREIGN KEY(tenant_id, preventability_reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_reported_by_user_id FOREIGN KEY(tenant_id, reported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE accident_reports ADD CONSTRAINT fk_accident_reports_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE accounting_periods ADD CONSTRAINT fk_accounting_periods_closed_by_user_id FOREIGN KEY(tenant_id, closed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE accounting_periods ADD CONSTRAINT fk_accounting_periods_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE alert_history ADD CONSTRAINT fk_alert_history_acknowledged_by_user_id FOREIGN KEY(tenant_id, acknowledged_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE alert_history ADD CONSTRAINT fk_alert_history_alert_rule_id FOREIGN KEY(tenant_id, alert_rule_id) REFERENCES alert_rules (tenant_id, id)
;
ALTER TABLE alert_history ADD CONSTRAINT fk_alert_history_resolved_by_user_id FOREIGN KEY(tenant_id, resolved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE alert_history ADD CONSTRAINT fk_alert_history_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE alert_rules ADD CONSTRAINT fk_alert_rules_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE alert_rules ADD CONSTRAINT fk_alert_rules_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE analytics_cache ADD CONSTRAINT fk_analytics_cache_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE api_integrations ADD CONSTRAINT fk_api_integrations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE asset_tags ADD CONSTRAINT fk_asset_tags_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_tags ADD CONSTRAINT fk_asset_tags_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_from_location_id FOREIGN KEY(tenant_id, from_location_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_from_user_id FOREIGN KEY(tenant_id, from_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_received_by_user_id FOREIGN KEY(tenant_id, received_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_to_location_id FOREIGN KEY(tenant_id, to_location_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_to_user_id FOREIGN KEY(tenant_id, to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE asset_transfers ADD CONSTRAINT fk_asset_transfers_transferred_by_user_id FOREIGN KEY(tenant_id, transferred_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE budget_allocations ADD CONSTRAINT fk_budget_allocations_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE budget_allocations ADD CONSTRAINT fk_budget_allocations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE calendar_integrations ADD CONSTRAINT fk_calendar_integrations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE calendar_integrations ADD CONSTRAINT fk_calendar_integrations_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE comments ADD CONSTRAINT fk_comments_author_user_id FOREIGN KEY(tenant_id, author_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE comments ADD CONSTRAINT fk_comments_deleted_by_user_id FOREIGN KEY(tenant_id, deleted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE comments ADD CONSTRAINT fk_comments_reply_to_comment_id FOREIGN KEY(tenant_id, reply_to_comment_id) REFERENCES comments (tenant_id, id)
;
ALTER TABLE comments ADD CONSTRAINT fk_comments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_assigned_to_user_id FOREIGN KEY(tenant_id, assigned_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_checklist_id FOREIGN KEY(tenant_id, checklist_id) REFERENCES compliance_checklists (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_submitted_by_user_id FOREIGN KEY(tenant_id, submitted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE compliance_checklist_completions ADD CONSTRAINT fk_compliance_checklist_completions_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE compliance_checklists ADD CONSTRAINT fk_compliance_checklists_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklists ADD CONSTRAINT fk_compliance_checklists_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE compliance_checklists ADD CONSTRAINT fk_compliance_checklists_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE compliance_documents ADD CONSTRAINT fk_compliance_documents_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE compliance_documents ADD CONSTRAINT fk_compliance_documents_renewed_by_id FOREIGN KEY(tenant_id, renewed_by_id) REFERENCES compliance_documents (tenant_id, id)
;
ALTER TABLE compliance_documents ADD CONSTRAINT fk_compliance_documents_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE compliance_documents ADD CONSTRAINT fk_compliance_documents_verified_by_user_id FOREIGN KEY(tenant_id, verified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_accident_report_id FOREIGN KEY(tenant_id, accident_report_id) REFERENCES accident_reports (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_assigned_to_user_id FOREIGN KEY(tenant_id, assigned_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_completed_by_user_id FOREIGN KEY(tenant_id, completed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_safety_meeting_id FOREIGN KEY(tenant_id, safety_meeting_id) REFERENCES safety_meetings (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE corrective_actions ADD CONSTRAINT fk_corrective_actions_verified_by_user_id FOREIGN KEY(tenant_id, verified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE cost_allocations ADD CONSTRAINT fk_cost_allocations_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE cost_allocations ADD CONSTRAINT fk_cost_allocations_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE cost_allocations ADD CONSTRAINT fk_cost_allocations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE cost_allocations ADD CONSTRAINT fk_cost_allocations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE counters ADD CONSTRAINT fk_counters_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE damage_marks ADD CONSTRAINT fk_damage_marks_damage_report_id FOREIGN KEY(tenant_id, damage_report_id) REFERENCES damage_reports (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE damage_marks ADD CONSTRAINT fk_damage_marks_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_assessed_by_user_id FOREIGN KEY(tenant_id, assessed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_reported_by_user_id FOREIGN KEY(tenant_id, reported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_safety_inspection_id FOREIGN KEY(tenant_id, safety_inspection_id) REFERENCES safety_inspections (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE damage_reports ADD CONSTRAINT fk_damage_reports_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE dashboards ADD CONSTRAINT fk_dashboards_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE dashboards ADD CONSTRAINT fk_dashboards_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE data_retention_policies ADD CONSTRAINT fk_data_retention_policies_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_certified_by_user_id FOREIGN KEY(tenant_id, certified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_inspection_id FOREIGN KEY(tenant_id, inspection_id) REFERENCES safety_inspections (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_repaired_by_technician_id FOREIGN KEY(tenant_id, repaired_by_technician_id) REFERENCES technicians (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_reported_by_driver_id FOREIGN KEY(tenant_id, reported_by_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_reported_by_user_id FOREIGN KEY(tenant_id, reported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE defects ADD CONSTRAINT fk_defects_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE depreciation_entries ADD CONSTRAINT fk_depreciation_entries_depreciation_schedule_id FOREIGN KEY(tenant_id, depreciation_schedule_id) REFERENCES depreciation_schedules (tenant_id, id)
;
ALTER TABLE depreciation_entries ADD CONSTRAINT fk_depreciation_entries_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE depreciation_schedules ADD CONSTRAINT fk_depreciation_schedules_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE depreciation_schedules ADD CONSTRAINT fk_depreciation_schedules_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE document_ai_analysis ADD CONSTRAINT fk_document_ai_analysis_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE document_ai_analysis ADD CONSTRAINT fk_document_ai_analysis_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE document_audit_log ADD CONSTRAINT fk_document_audit_log_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE document_audit_log ADD CONSTRAINT fk_document_audit_log_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE document_audit_log ADD CONSTRAINT fk_document_audit_log_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_comments ADD CONSTRAINT fk_document_comments_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE document_comments ADD CONSTRAINT fk_document_comments_reply_to_comment_id FOREIGN KEY(tenant_id, reply_to_comment_id) REFERENCES document_comments (tenant_id, id)
;
ALTER TABLE document_comments ADD CONSTRAINT fk_document_comments_resolved_by_user_id FOREIGN KEY(tenant_id, resolved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_comments ADD CONSTRAINT fk_document_comments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE document_comments ADD CONSTRAINT fk_document_comments_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_folders ADD CONSTRAINT fk_document_folders_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_folders ADD CONSTRAINT fk_document_folders_discarded_by_user_id FOREIGN KEY(tenant_id, discarded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_folders ADD CONSTRAINT fk_document_folders_parent_folder_id FOREIGN KEY(tenant_id, parent_folder_id) REFERENCES document_folders (tenant_id, id)
;
ALTER TABLE document_folders ADD CONSTRAINT fk_document_folders_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE document_shares ADD CONSTRAINT fk_document_shares_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE document_shares ADD CONSTRAINT fk_document_shares_shared_by_user_id FOREIGN KEY(tenant_id, shared_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_shares ADD CONSTRAINT fk_document_shares_shared_with_user_id FOREIGN KEY(tenant_id, shared_with_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_shares ADD CONSTRAINT fk_document_shares_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE document_versions ADD CONSTRAINT fk_document_versions_changed_by_user_id FOREIGN KEY(tenant_id, changed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE document_versions ADD CONSTRAINT fk_document_versions_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE document_versions ADD CONSTRAINT fk_document_versions_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE document_versions ADD CONSTRAINT fk_document_versions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_discarded_by_user_id FOREIGN KEY(tenant_id, discarded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_folder_id FOREIGN KEY(tenant_id, folder_id) REFERENCES document_folders (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_parent_document_id FOREIGN KEY(tenant_id, parent_document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_uploaded_by_user_id FOREIGN KEY(tenant_id, uploaded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE documents ADD CONSTRAINT fk_documents_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE driver_behavior_events ADD CONSTRAINT fk_driver_behavior_events_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE driver_behavior_events ADD CONSTRAINT fk_driver_behavior_events_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE driver_behavior_events ADD CONSTRAINT fk_driver_behavior_events_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE driver_training_records ADD CONSTRAINT fk_driver_training_records_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE driver_training_records ADD CONSTRAINT fk_driver_training_records_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE driver_violations ADD CONSTRAINT fk_driver_violations_accident_report_id FOREIGN KEY(tenant_id, accident_report_id) REFERENCES accident_reports (tenant_id, id)
;
ALTER TABLE driver_violations ADD CONSTRAINT fk_driver_violations_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE driver_violations ADD CONSTRAINT fk_driver_violations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE driver_violations ADD CONSTRAINT fk_driver_violations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE drug_alcohol_tests ADD CONSTRAINT fk_drug_alcohol_tests_accident_report_id FOREIGN KEY(tenant_id, accident_report_id) REFERENCES accident_reports (tenant_id, id)
;
ALTER TABLE drug_alcohol_tests ADD CONSTRAINT fk_drug_alcohol_tests_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE drug_alcohol_tests ADD CONSTRAINT fk_drug_alcohol_tests_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE drug_alcohol_tests ADD CONSTRAINT fk_drug_alcohol_tests_ordered_by_user_id FOREIGN KEY(tenant_id, ordered_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE drug_alcohol_tests ADD CONSTRAINT fk_drug_alcohol_tests_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE equipment ADD CONSTRAINT fk_equipment_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE equipment ADD CONSTRAINT fk_equipment_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE equipment ADD CONSTRAINT fk_equipment_held_by_user_id FOREIGN KEY(tenant_id, held_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE equipment ADD CONSTRAINT fk_equipment_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE equipment ADD CONSTRAINT fk_equipment_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_approval_workflow_id FOREIGN KEY(tenant_id, approval_workflow_id) REFERENCES workflow_instances (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_receipt_document_id FOREIGN KEY(tenant_id, receipt_document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_submitted_by_user_id FOREIGN KEY(tenant_id, submitted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_supervisor_approved_by_user_id FOREIGN KEY(tenant_id, supervisor_approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE expenses ADD CONSTRAINT fk_expenses_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE export_jobs ADD CONSTRAINT fk_export_jobs_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE export_jobs ADD CONSTRAINT fk_export_jobs_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE export_jobs ADD CONSTRAINT fk_export_jobs_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE external_system_mappings ADD CONSTRAINT fk_external_system_mappings_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES api_integrations (tenant_id, id)
;
ALTER TABLE external_system_mappings ADD CONSTRAINT fk_external_system_mappings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE files ADD CONSTRAINT fk_files_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE files ADD CONSTRAINT fk_files_uploaded_by_user_id FOREIGN KEY(tenant_id, uploaded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_fuel_card_id FOREIGN KEY(tenant_id, fuel_card_id) REFERENCES fuel_cards (tenant_id, id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_fuel_transaction_id FOREIGN KEY(tenant_id, fuel_transaction_id) REFERENCES fuel_transactions (tenant_id, id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE fuel_card_transactions ADD CONSTRAINT fk_fuel_card_transactions_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE fuel_cards ADD CONSTRAINT fk_fuel_cards_assigned_driver_id FOREIGN KEY(tenant_id, assigned_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE fuel_cards ADD CONSTRAINT fk_fuel_cards_assigned_vehicle_id FOREIGN KEY(tenant_id, assigned_vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE fuel_cards ADD CONSTRAINT fk_fuel_cards_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_expense_id FOREIGN KEY(tenant_id, expense_id) REFERENCES expenses (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_fuel_card_id FOREIGN KEY(tenant_id, fuel_card_id) REFERENCES fuel_cards (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_payment_method_id FOREIGN KEY(tenant_id, payment_method_id) REFERENCES payment_methods (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_receipt_document_id FOREIGN KEY(tenant_id, receipt_document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE fuel_transactions ADD CONSTRAINT fk_fuel_transactions_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE geofence_events ADD CONSTRAINT fk_geofence_events_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE geofence_events ADD CONSTRAINT fk_geofence_events_geofence_id FOREIGN KEY(tenant_id, geofence_id) REFERENCES geofences (tenant_id, id)
;
ALTER TABLE geofence_events ADD CONSTRAINT fk_geofence_events_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE geofence_events ADD CONSTRAINT fk_geofence_events_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE geofences ADD CONSTRAINT fk_geofences_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE geofences ADD CONSTRAINT fk_geofences_vehicle_group_id FOREIGN KEY(tenant_id, vehicle_group_id) REFERENCES vehicle_groups (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_co_driver_id FOREIGN KEY(tenant_id, co_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_edited_by_user_id FOREIGN KEY(tenant_id, edited_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_replaces_log_id FOREIGN KEY(tenant_id, replaces_log_id) REFERENCES hours_of_service_logs (tenant_id, id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE hours_of_service_logs ADD CONSTRAINT fk_hours_of_service_logs_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE import_errors ADD CONSTRAINT fk_import_errors_import_job_id FOREIGN KEY(tenant_id, import_job_id) REFERENCES import_jobs (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE import_errors ADD CONSTRAINT fk_import_errors_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE import_jobs ADD CONSTRAINT fk_import_jobs_error_file_id FOREIGN KEY(tenant_id, error_file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE import_jobs ADD CONSTRAINT fk_import_jobs_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE import_jobs ADD CONSTRAINT fk_import_jobs_imported_by_user_id FOREIGN KEY(tenant_id, imported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE import_jobs ADD CONSTRAINT fk_import_jobs_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE incident_people ADD CONSTRAINT fk_incident_people_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE incident_people ADD CONSTRAINT fk_incident_people_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_assigned_to_user_id FOREIGN KEY(tenant_id, assigned_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_dashcam_footage_id FOREIGN KEY(tenant_id, dashcam_footage_id) REFERENCES video_telematics_footage (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_reported_by_user_id FOREIGN KEY(tenant_id, reported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_resolved_by_user_id FOREIGN KEY(tenant_id, resolved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_trip_id FOREIGN KEY(tenant_id, trip_id) REFERENCES trips (tenant_id, id)
;
ALTER TABLE incidents ADD CONSTRAINT fk_incidents_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE injury_records ADD CONSTRAINT fk_injury_records_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_accident_report_id FOREIGN KEY(tenant_id, accident_report_id) REFERENCES accident_reports (tenant_id, id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_filed_by_user_id FOREIGN KEY(tenant_id, filed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_insurance_policy_id FOREIGN KEY(tenant_id, insurance_policy_id) REFERENCES insurance_policies (tenant_id, id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE insurance_claims ADD CONSTRAINT fk_insurance_claims_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE insurance_policies ADD CONSTRAINT fk_insurance_policies_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE insurance_policies ADD CONSTRAINT fk_insurance_policies_renewed_by_id FOREIGN KEY(tenant_id, renewed_by_id) REFERENCES insurance_policies (tenant_id, id)
;
ALTER TABLE insurance_policies ADD CONSTRAINT fk_insurance_policies_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE insurance_policies ADD CONSTRAINT fk_insurance_policies_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE integration_logs ADD CONSTRAINT fk_integration_logs_integration_id FOREIGN KEY(tenant_id, integration_id) REFERENCES api_integrations (tenant_id, id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_entered_by_user_id FOREIGN KEY(tenant_id, entered_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_payment_method_id FOREIGN KEY(tenant_id, payment_method_id) REFERENCES payment_methods (tenant_id, id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_purchase_order_id FOREIGN KEY(tenant_id, purchase_order_id) REFERENCES purchase_orders (tenant_id, id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE invoices ADD CONSTRAINT fk_invoices_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE kpi_targets ADD CONSTRAINT fk_kpi_targets_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE kpi_targets ADD CONSTRAINT fk_kpi_targets_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE kpi_targets ADD CONSTRAINT fk_kpi_targets_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE kpi_targets ADD CONSTRAINT fk_kpi_targets_vehicle_group_id FOREIGN KEY(tenant_id, vehicle_group_id) REFERENCES vehicle_groups (tenant_id, id)
;
ALTER TABLE list_views ADD CONSTRAINT fk_list_views_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE list_views ADD CONSTRAINT fk_list_views_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_assigned_technician_id FOREIGN KEY(tenant_id, assigned_technician_id) REFERENCES technicians (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_closed_by_user_id FOREIGN KEY(tenant_id, closed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_invoice_id FOREIGN KEY(tenant_id, invoice_id) REFERENCES invoices (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_schedule_id FOREIGN KEY(tenant_id, schedule_id) REFERENCES recurring_maintenance_schedules (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_service_bay_id FOREIGN KEY(tenant_id, service_bay_id) REFERENCES service_bays (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_template_id FOREIGN KEY(tenant_id, template_id) REFERENCES work_order_templates (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE meshy_ai_generations ADD CONSTRAINT fk_meshy_ai_generations_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meshy_ai_generations ADD CONSTRAINT fk_meshy_ai_generations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE meshy_ai_generations ADD CONSTRAINT fk_meshy_ai_generations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE message_group_members ADD CONSTRAINT fk_message_group_members_group_id FOREIGN KEY(tenant_id, group_id) REFERENCES message_groups (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE message_group_members ADD CONSTRAINT fk_message_group_members_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE message_group_members ADD CONSTRAINT fk_message_group_members_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE message_groups ADD CONSTRAINT fk_message_groups_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE message_groups ADD CONSTRAINT fk_message_groups_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE messages ADD CONSTRAINT fk_messages_parent_message_id FOREIGN KEY(tenant_id, parent_message_id) REFERENCES messages (tenant_id, id)
;
ALTER TABLE messages ADD CONSTRAINT fk_messages_recipient_group_id FOREIGN KEY(tenant_id, recipient_group_id) REFERENCES message_groups (tenant_id, id)
;
ALTER TABLE messages ADD CONSTRAINT fk_messages_recipient_user_id FOREIGN KEY(tenant_id, recipient_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE messages ADD CONSTRAINT fk_messages_sender_user_id FOREIGN KEY(tenant_id, sender_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE messages ADD CONSTRAINT fk_messages_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE microsoft_graph_sync ADD CONSTRAINT fk_microsoft_graph_sync_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE microsoft_graph_sync ADD CONSTRAINT fk_microsoft_graph_sync_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE notification_preferences ADD CONSTRAINT fk_notification_preferences_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE notification_preferences ADD CONSTRAINT fk_notification_preferences_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE notifications ADD CONSTRAINT fk_notifications_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE notifications ADD CONSTRAINT fk_notifications_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_checklists ADD CONSTRAINT fk_onboarding_checklists_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_checklists ADD CONSTRAINT fk_onboarding_checklists_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE onboarding_checklists ADD CONSTRAINT fk_onboarding_checklists_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_checklists ADD CONSTRAINT fk_onboarding_checklists_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_mentor_user_id FOREIGN KEY(tenant_id, mentor_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_onboarding_checklist_id FOREIGN KEY(tenant_id, onboarding_checklist_id) REFERENCES onboarding_checklists (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_responsible_user_id FOREIGN KEY(tenant_id, responsible_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE onboarding_progress ADD CONSTRAINT fk_onboarding_progress_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE onboarding_tasks ADD CONSTRAINT fk_onboarding_tasks_assigned_to_user_id FOREIGN KEY(tenant_id, assigned_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_tasks ADD CONSTRAINT fk_onboarding_tasks_completed_by_user_id FOREIGN KEY(tenant_id, completed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE onboarding_tasks ADD CONSTRAINT fk_onboarding_tasks_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE onboarding_tasks ADD CONSTRAINT fk_onboarding_tasks_onboarding_progress_id FOREIGN KEY(tenant_id, onboarding_progress_id) REFERENCES onboarding_progress (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE onboarding_tasks ADD CONSTRAINT fk_onboarding_tasks_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE outlook_emails ADD CONSTRAINT fk_outlook_emails_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE part_stocks ADD CONSTRAINT fk_part_stocks_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE part_stocks ADD CONSTRAINT fk_part_stocks_part_id FOREIGN KEY(tenant_id, part_id) REFERENCES parts (tenant_id, id)
;
ALTER TABLE part_stocks ADD CONSTRAINT fk_part_stocks_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE parts ADD CONSTRAINT fk_parts_superseded_by_part_id FOREIGN KEY(tenant_id, superseded_by_part_id) REFERENCES parts (tenant_id, id)
;
ALTER TABLE parts ADD CONSTRAINT fk_parts_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE parts ADD CONSTRAINT fk_parts_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE payment_methods ADD CONSTRAINT fk_payment_methods_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policies ADD CONSTRAINT fk_policies_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policies ADD CONSTRAINT fk_policies_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policies ADD CONSTRAINT fk_policies_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE policies ADD CONSTRAINT fk_policies_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policies ADD CONSTRAINT fk_policies_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_acknowledgments ADD CONSTRAINT fk_policy_acknowledgments_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE policy_acknowledgments ADD CONSTRAINT fk_policy_acknowledgments_policy_version_id FOREIGN KEY(tenant_id, policy_version_id) REFERENCES policy_versions (tenant_id, id)
;
ALTER TABLE policy_acknowledgments ADD CONSTRAINT fk_policy_acknowledgments_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_acknowledgments ADD CONSTRAINT fk_policy_acknowledgments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_acknowledgments ADD CONSTRAINT fk_policy_acknowledgments_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_assignments ADD CONSTRAINT fk_policy_assignments_assigned_by_user_id FOREIGN KEY(tenant_id, assigned_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_assignments ADD CONSTRAINT fk_policy_assignments_policy_id FOREIGN KEY(tenant_id, policy_id) REFERENCES policies (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE policy_assignments ADD CONSTRAINT fk_policy_assignments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_assignments ADD CONSTRAINT fk_policy_assignments_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_assignments ADD CONSTRAINT fk_policy_assignments_waived_by_user_id FOREIGN KEY(tenant_id, waived_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_executions ADD CONSTRAINT fk_policy_executions_policy_id FOREIGN KEY(tenant_id, policy_id) REFERENCES policies (tenant_id, id)
;
ALTER TABLE policy_executions ADD CONSTRAINT fk_policy_executions_policy_version_id FOREIGN KEY(tenant_id, policy_version_id) REFERENCES policy_versions (tenant_id, id)
;
ALTER TABLE policy_executions ADD CONSTRAINT fk_policy_executions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_executions ADD CONSTRAINT fk_policy_executions_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_executions ADD CONSTRAINT fk_policy_executions_workflow_instance_id FOREIGN KEY(tenant_id, workflow_instance_id) REFERENCES workflow_instances (tenant_id, id)
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_policy_id FOREIGN KEY(tenant_id, policy_id) REFERENCES policies (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_published_by_user_id FOREIGN KEY(tenant_id, published_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_versions ADD CONSTRAINT fk_policy_versions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_assigned_to_user_id FOREIGN KEY(tenant_id, assigned_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_escalated_to_user_id FOREIGN KEY(tenant_id, escalated_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_policy_execution_id FOREIGN KEY(tenant_id, policy_execution_id) REFERENCES policy_executions (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_policy_id FOREIGN KEY(tenant_id, policy_id) REFERENCES policies (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_policy_version_id FOREIGN KEY(tenant_id, policy_version_id) REFERENCES policy_versions (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_reported_by_user_id FOREIGN KEY(tenant_id, reported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_resolved_by_user_id FOREIGN KEY(tenant_id, resolved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE policy_violations ADD CONSTRAINT fk_policy_violations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_delivery_facility_id FOREIGN KEY(tenant_id, delivery_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE purchase_orders ADD CONSTRAINT fk_purchase_orders_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE rag_embeddings ADD CONSTRAINT fk_rag_embeddings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE record_attachments ADD CONSTRAINT fk_record_attachments_attached_by_user_id FOREIGN KEY(tenant_id, attached_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE record_attachments ADD CONSTRAINT fk_record_attachments_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE record_attachments ADD CONSTRAINT fk_record_attachments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_last_work_order_id FOREIGN KEY(tenant_id, last_work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_template_id FOREIGN KEY(tenant_id, template_id) REFERENCES work_order_templates (tenant_id, id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE report_executions ADD CONSTRAINT fk_report_executions_executed_by_user_id FOREIGN KEY(tenant_id, executed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE report_executions ADD CONSTRAINT fk_report_executions_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE report_executions ADD CONSTRAINT fk_report_executions_saved_report_id FOREIGN KEY(tenant_id, saved_report_id) REFERENCES saved_reports (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE report_executions ADD CONSTRAINT fk_report_executions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE routes ADD CONSTRAINT fk_routes_actual_trip_id FOREIGN KEY(tenant_id, actual_trip_id) REFERENCES trips (tenant_id, id)
;
ALTER TABLE routes ADD CONSTRAINT fk_routes_assigned_driver_id FOREIGN KEY(tenant_id, assigned_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE routes ADD CONSTRAINT fk_routes_assigned_vehicle_id FOREIGN KEY(tenant_id, assigned_vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE routes ADD CONSTRAINT fk_routes_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE routes ADD CONSTRAINT fk_routes_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE safety_inspections ADD CONSTRAINT fk_safety_inspections_repairs_certified_by_user_id FOREIGN KEY(tenant_id, repairs_certified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE safety_inspections ADD CONSTRAINT fk_safety_inspections_reviewed_by_driver_id FOREIGN KEY(tenant_id, reviewed_by_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE safety_inspections ADD CONSTRAINT fk_safety_inspections_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE safety_inspections ADD CONSTRAINT fk_safety_inspections_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE safety_inspections ADD CONSTRAINT fk_safety_inspections_work_order_created_id FOREIGN KEY(tenant_id, work_order_created_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE safety_meetings ADD CONSTRAINT fk_safety_meetings_facilitator_user_id FOREIGN KEY(tenant_id, facilitator_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE safety_meetings ADD CONSTRAINT fk_safety_meetings_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE safety_meetings ADD CONSTRAINT fk_safety_meetings_incident_id FOREIGN KEY(tenant_id, incident_id) REFERENCES incidents (tenant_id, id)
;
ALTER TABLE safety_meetings ADD CONSTRAINT fk_safety_meetings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE saved_reports ADD CONSTRAINT fk_saved_reports_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE saved_reports ADD CONSTRAINT fk_saved_reports_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_service_bay_id FOREIGN KEY(tenant_id, service_bay_id) REFERENCES service_bays (tenant_id, id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_technician_id FOREIGN KEY(tenant_id, technician_id) REFERENCES technicians (tenant_id, id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE service_bay_schedule ADD CONSTRAINT fk_service_bay_schedule_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE service_bays ADD CONSTRAINT fk_service_bays_current_work_order_id FOREIGN KEY(tenant_id, current_work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE service_bays ADD CONSTRAINT fk_service_bays_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE service_bays ADD CONSTRAINT fk_service_bays_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE sop_assignments ADD CONSTRAINT fk_sop_assignments_assigned_by_user_id FOREIGN KEY(tenant_id, assigned_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_assignments ADD CONSTRAINT fk_sop_assignments_sop_id FOREIGN KEY(tenant_id, sop_id) REFERENCES sop_documents (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE sop_assignments ADD CONSTRAINT fk_sop_assignments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE sop_assignments ADD CONSTRAINT fk_sop_assignments_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_assignments ADD CONSTRAINT fk_sop_assignments_waived_by_user_id FOREIGN KEY(tenant_id, waived_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_sop_id FOREIGN KEY(tenant_id, sop_id) REFERENCES sop_documents (tenant_id, id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_completions ADD CONSTRAINT fk_sop_completions_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_approved_by_user_id FOREIGN KEY(tenant_id, approved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_document_id FOREIGN KEY(tenant_id, document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_supersedes_sop_id FOREIGN KEY(tenant_id, supersedes_sop_id) REFERENCES sop_documents (tenant_id, id)
;
ALTER TABLE sop_documents ADD CONSTRAINT fk_sop_documents_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_moved_by_user_id FOREIGN KEY(tenant_id, moved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_other_facility_id FOREIGN KEY(tenant_id, other_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_part_id FOREIGN KEY(tenant_id, part_id) REFERENCES parts (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_purchase_order_id FOREIGN KEY(tenant_id, purchase_order_id) REFERENCES purchase_orders (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE stock_movements ADD CONSTRAINT fk_stock_movements_work_order_part_id FOREIGN KEY(tenant_id, work_order_part_id) REFERENCES work_order_parts (tenant_id, id)
;
ALTER TABLE teams_integration_messages ADD CONSTRAINT fk_teams_integration_messages_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE technicians ADD CONSTRAINT fk_technicians_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE technicians ADD CONSTRAINT fk_technicians_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE technicians ADD CONSTRAINT fk_technicians_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_assigned_by_user_id FOREIGN KEY(tenant_id, assigned_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_closed_by_user_id FOREIGN KEY(tenant_id, closed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_module_id FOREIGN KEY(tenant_id, module_id) REFERENCES training_modules (tenant_id, id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE training_assignments ADD CONSTRAINT fk_training_assignments_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_certificate_document_id FOREIGN KEY(tenant_id, certificate_document_id) REFERENCES documents (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_instructor_user_id FOREIGN KEY(tenant_id, instructor_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_module_id FOREIGN KEY(tenant_id, module_id) REFERENCES training_modules (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_recorded_by_user_id FOREIGN KEY(tenant_id, recorded_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_training_assignment_id FOREIGN KEY(tenant_id, training_assignment_id) REFERENCES training_assignments (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_completions ADD CONSTRAINT fk_training_completions_verified_by_user_id FOREIGN KEY(tenant_id, verified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_modules ADD CONSTRAINT fk_training_modules_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_modules ADD CONSTRAINT fk_training_modules_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE training_modules ADD CONSTRAINT fk_training_modules_provider_vendor_id FOREIGN KEY(tenant_id, provider_vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE training_modules ADD CONSTRAINT fk_training_modules_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE triposr_3d_generations ADD CONSTRAINT fk_triposr_3d_generations_damage_report_id FOREIGN KEY(tenant_id, damage_report_id) REFERENCES damage_reports (tenant_id, id)
;
ALTER TABLE triposr_3d_generations ADD CONSTRAINT fk_triposr_3d_generations_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE triposr_3d_generations ADD CONSTRAINT fk_triposr_3d_generations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE triposr_3d_generations ADD CONSTRAINT fk_triposr_3d_generations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE turbosquid_models ADD CONSTRAINT fk_turbosquid_models_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_claimed_by_driver_id FOREIGN KEY(tenant_id, claimed_by_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_log_id FOREIGN KEY(tenant_id, log_id) REFERENCES hours_of_service_logs (tenant_id, id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_resolved_by_user_id FOREIGN KEY(tenant_id, resolved_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_trip_id FOREIGN KEY(tenant_id, trip_id) REFERENCES trips (tenant_id, id)
;
ALTER TABLE unassigned_driving ADD CONSTRAINT fk_unassigned_driving_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_meshy_generation_id FOREIGN KEY(tenant_id, meshy_generation_id) REFERENCES meshy_ai_generations (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_reviewed_by_user_id FOREIGN KEY(tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_triposr_generation_id FOREIGN KEY(tenant_id, triposr_generation_id) REFERENCES triposr_3d_generations (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_turbosquid_model_id FOREIGN KEY(tenant_id, turbosquid_model_id) REFERENCES turbosquid_models (tenant_id, id)
;
ALTER TABLE vehicle_3d_models ADD CONSTRAINT fk_vehicle_3d_models_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_decided_by_user_id FOREIGN KEY(tenant_id, decided_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_department_id FOREIGN KEY(tenant_id, department_id) REFERENCES departments (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_handed_over_by_user_id FOREIGN KEY(tenant_id, handed_over_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_pickup_facility_id FOREIGN KEY(tenant_id, pickup_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_received_by_user_id FOREIGN KEY(tenant_id, received_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_requested_by_user_id FOREIGN KEY(tenant_id, requested_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_return_facility_id FOREIGN KEY(tenant_id, return_facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_reservations ADD CONSTRAINT fk_vehicle_reservations_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE video_telematics_footage ADD CONSTRAINT fk_video_telematics_footage_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE video_telematics_footage ADD CONSTRAINT fk_video_telematics_footage_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE video_telematics_footage ADD CONSTRAINT fk_video_telematics_footage_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE webhook_deliveries ADD CONSTRAINT fk_webhook_deliveries_webhook_subscription_id FOREIGN KEY(tenant_id, webhook_subscription_id) REFERENCES webhook_subscriptions (tenant_id, id)
;
ALTER TABLE webhook_subscriptions ADD CONSTRAINT fk_webhook_subscriptions_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE webhook_subscriptions ADD CONSTRAINT fk_webhook_subscriptions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE work_order_labor ADD CONSTRAINT fk_work_order_labor_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE work_order_labor ADD CONSTRAINT fk_work_order_labor_task_id FOREIGN KEY(tenant_id, task_id) REFERENCES work_order_tasks (tenant_id, id)
;
ALTER TABLE work_order_labor ADD CONSTRAINT fk_work_order_labor_technician_id FOREIGN KEY(tenant_id, technician_id) REFERENCES technicians (tenant_id, id)
;
ALTER TABLE work_order_labor ADD CONSTRAINT fk_work_order_labor_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE work_order_labor ADD CONSTRAINT fk_work_order_labor_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE work_order_parts ADD CONSTRAINT fk_work_order_parts_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE work_order_parts ADD CONSTRAINT fk_work_order_parts_part_id FOREIGN KEY(tenant_id, part_id) REFERENCES parts (tenant_id, id)
;
ALTER TABLE work_order_parts ADD CONSTRAINT fk_work_order_parts_task_id FOREIGN KEY(tenant_id, task_id) REFERENCES work_order_tasks (tenant_id, id)
;
ALTER TABLE work_order_parts ADD CONSTRAINT fk_work_order_parts_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE work_order_parts ADD CONSTRAINT fk_work_order_parts_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE work_order_tasks ADD CONSTRAINT fk_work_order_tasks_assigned_technician_id FOREIGN KEY(tenant_id, assigned_technician_id) REFERENCES technicians (tenant_id, id)
;
ALTER TABLE work_order_tasks ADD CONSTRAINT fk_work_order_tasks_completed_by_user_id FOREIGN KEY(tenant_id, completed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE work_order_tasks ADD CONSTRAINT fk_work_order_tasks_inspected_by_user_id FOREIGN KEY(tenant_id, inspected_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE work_order_tasks ADD CONSTRAINT fk_work_order_tasks_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE work_order_tasks ADD CONSTRAINT fk_work_order_tasks_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE work_order_templates ADD CONSTRAINT fk_work_order_templates_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE work_order_templates ADD CONSTRAINT fk_work_order_templates_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_approver_user_id FOREIGN KEY(tenant_id, approver_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_decided_by_user_id FOREIGN KEY(tenant_id, decided_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_delegated_by_user_id FOREIGN KEY(tenant_id, delegated_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_delegated_to_user_id FOREIGN KEY(tenant_id, delegated_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_escalated_to_user_id FOREIGN KEY(tenant_id, escalated_to_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE workflow_approvals ADD CONSTRAINT fk_workflow_approvals_workflow_instance_id FOREIGN KEY(tenant_id, workflow_instance_id) REFERENCES workflow_instances (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE workflow_definitions ADD CONSTRAINT fk_workflow_definitions_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_definitions ADD CONSTRAINT fk_workflow_definitions_owner_user_id FOREIGN KEY(tenant_id, owner_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_definitions ADD CONSTRAINT fk_workflow_definitions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE workflow_instances ADD CONSTRAINT fk_workflow_instances_started_by_user_id FOREIGN KEY(tenant_id, started_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE workflow_instances ADD CONSTRAINT fk_workflow_instances_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE workflow_instances ADD CONSTRAINT fk_workflow_instances_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE workflow_instances ADD CONSTRAINT fk_workflow_instances_workflow_definition_id FOREIGN KEY(tenant_id, workflow_definition_id) REFERENCES workflow_definitions (tenant_id, id)
;
ALTER TABLE accident_reports ENABLE ROW LEVEL SECURITY
;
ALTER TABLE accident_reports FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON accident_reports TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON accident_reports TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON accident_reports FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON accident_reports TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON accident_reports TO motorpool_app
;
ALTER TABLE accounting_periods ENABLE ROW LEVEL SECURITY
;
ALTER TABLE accounting_periods FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON accounting_periods TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON accounting_periods TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON accounting_periods TO motorpool_app
;
ALTER TABLE alert_history ENABLE ROW LEVEL SECURITY
;
ALTER TABLE alert_history FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON alert_history TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON alert_history TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON alert_history FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON alert_history TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_history TO motorpool_app
;
ALTER TABLE alert_rules ENABLE ROW LEVEL SECURITY
;
ALTER TABLE alert_rules FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON alert_rules TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON alert_rules TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON alert_rules FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON alert_rules TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_rules TO motorpool_app
;
ALTER TABLE analytics_cache ENABLE ROW LEVEL SECURITY
;
ALTER TABLE analytics_cache FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON analytics_cache TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON analytics_cache TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON analytics_cache TO motorpool_app
;
ALTER TABLE api_integrations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE api_integrations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON api_integrations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON api_integrations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON api_integrations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON api_integrations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_integrations TO motorpool_app
;
ALTER TABLE asset_tags ENABLE ROW LEVEL SECURITY
;
ALTER TABLE asset_tags FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON asset_tags TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON asset_tags TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON asset_tags FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON asset_tags TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON asset_tags TO motorpool_app
;
ALTER TABLE asset_transfers ENABLE ROW LEVEL SECURITY
;
ALTER TABLE asset_transfers FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON asset_transfers TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON asset_transfers TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON asset_transfers FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON asset_transfers TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON asset_transfers TO motorpool_app
;
ALTER TABLE benchmark_data ENABLE ROW LEVEL SECURITY
;
ALTER TABLE benchmark_data FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON benchmark_data TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON benchmark_data TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON benchmark_data FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON benchmark_data FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON benchmark_data TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON benchmark_data TO motorpool_app
;
ALTER TABLE budget_allocations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE budget_allocations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON budget_allocations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON budget_allocations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON budget_allocations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON budget_allocations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON budget_allocations TO motorpool_app
;
ALTER TABLE calendar_integrations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE calendar_integrations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON calendar_integrations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON calendar_integrations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON calendar_integrations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON calendar_integrations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendar_integrations TO motorpool_app
;
ALTER TABLE comments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE comments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON comments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON comments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON comments FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON comments TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON comments TO motorpool_app
;
ALTER TABLE compliance_checklist_completions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE compliance_checklist_completions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON compliance_checklist_completions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON compliance_checklist_completions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON compliance_checklist_completions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON compliance_checklist_completions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_checklist_completions TO motorpool_app
;
ALTER TABLE compliance_checklists ENABLE ROW LEVEL SECURITY
;
ALTER TABLE compliance_checklists FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON compliance_checklists TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON compliance_checklists TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON compliance_checklists FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON compliance_checklists TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_checklists TO motorpool_app
;
ALTER TABLE compliance_documents ENABLE ROW LEVEL SECURITY
;
ALTER TABLE compliance_documents FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON compliance_documents TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON compliance_documents TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON compliance_documents FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON compliance_documents TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON compliance_documents TO motorpool_app
;
ALTER TABLE corrective_actions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE corrective_actions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON corrective_actions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON corrective_actions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON corrective_actions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON corrective_actions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON corrective_actions TO motorpool_app
;
ALTER TABLE cost_allocations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE cost_allocations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON cost_allocations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON cost_allocations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON cost_allocations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON cost_allocations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON cost_allocations TO motorpool_app
;
ALTER TABLE counters ENABLE ROW LEVEL SECURITY
;
ALTER TABLE counters FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON counters TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON counters TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON counters TO motorpool_app
;
ALTER TABLE damage_marks ENABLE ROW LEVEL SECURITY
;
ALTER TABLE damage_marks FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON damage_marks TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON damage_marks TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON damage_marks TO motorpool_app
;
ALTER TABLE damage_reports ENABLE ROW LEVEL SECURITY
;
ALTER TABLE damage_reports FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON damage_reports TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON damage_reports TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON damage_reports FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON damage_reports TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON damage_reports TO motorpool_app
;
ALTER TABLE dashboards ENABLE ROW LEVEL SECURITY
;
ALTER TABLE dashboards FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON dashboards TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON dashboards TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON dashboards FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON dashboards TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON dashboards TO motorpool_app
;
ALTER TABLE data_retention_policies ENABLE ROW LEVEL SECURITY
;
ALTER TABLE data_retention_policies FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON data_retention_policies TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON data_retention_policies TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON data_retention_policies FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON data_retention_policies TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON data_retention_policies TO motorpool_app
;
ALTER TABLE defects ENABLE ROW LEVEL SECURITY
;
ALTER TABLE defects FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON defects TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON defects TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON defects FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON defects TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON defects TO motorpool_app
;
ALTER TABLE depreciation_entries ENABLE ROW LEVEL SECURITY
;
ALTER TABLE depreciation_entries FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON depreciation_entries TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON depreciation_entries TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON depreciation_entries TO motorpool_app
;
ALTER TABLE depreciation_schedules ENABLE ROW LEVEL SECURITY
;
ALTER TABLE depreciation_schedules FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON depreciation_schedules TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON depreciation_schedules TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON depreciation_schedules TO motorpool_app
;
ALTER TABLE document_ai_analysis ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_ai_analysis FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_ai_analysis TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_ai_analysis TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_ai_analysis TO motorpool_app
;
ALTER TABLE document_audit_log ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_audit_log FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_audit_log TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_audit_log TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON document_audit_log TO motorpool_app
;
ALTER TABLE document_comments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_comments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_comments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_comments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON document_comments FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON document_comments TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_comments TO motorpool_app
;
ALTER TABLE document_folders ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_folders FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_folders TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_folders TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON document_folders FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON document_folders TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_folders TO motorpool_app
;
ALTER TABLE document_shares ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_shares FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_shares TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_shares TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_shares TO motorpool_app
;
ALTER TABLE document_versions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE document_versions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON document_versions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON document_versions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_versions TO motorpool_app
;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY
;
ALTER TABLE documents FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON documents TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON documents TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON documents FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON documents TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO motorpool_app
;
ALTER TABLE driver_behavior_events ENABLE ROW LEVEL SECURITY
;
ALTER TABLE driver_behavior_events FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON driver_behavior_events TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON driver_behavior_events TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON driver_behavior_events TO motorpool_app
;
ALTER TABLE driver_training_records ENABLE ROW LEVEL SECURITY
;
ALTER TABLE driver_training_records FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON driver_training_records TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON driver_training_records TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON driver_training_records FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON driver_training_records TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON driver_training_records TO motorpool_app
;
ALTER TABLE driver_violations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE driver_violations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON driver_violations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON driver_violations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON driver_violations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON driver_violations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON driver_violations TO motorpool_app
;
ALTER TABLE drug_alcohol_tests ENABLE ROW LEVEL SECURITY
;
ALTER TABLE drug_alcohol_tests FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON drug_alcohol_tests TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON drug_alcohol_tests TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON drug_alcohol_tests FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON drug_alcohol_tests TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON drug_alcohol_tests TO motorpool_app
;
ALTER TABLE equipment ENABLE ROW LEVEL SECURITY
;
ALTER TABLE equipment FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON equipment TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON equipment TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON equipment FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON equipment TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON equipment TO motorpool_app
;
ALTER TABLE ev_charging_stations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ev_charging_stations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON ev_charging_stations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON ev_charging_stations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON ev_charging_stations FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON ev_charging_stations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON ev_charging_stations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON ev_charging_stations TO motorpool_app
;
ALTER TABLE expenses ENABLE ROW LEVEL SECURITY
;
ALTER TABLE expenses FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON expenses TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON expenses TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON expenses FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON expenses TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON expenses TO motorpool_app
;
ALTER TABLE export_jobs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE export_jobs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON export_jobs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON export_jobs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON export_jobs FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON export_jobs TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON export_jobs TO motorpool_app
;
ALTER TABLE external_system_mappings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE external_system_mappings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON external_system_mappings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON external_system_mappings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON external_system_mappings FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON external_system_mappings TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON external_system_mappings TO motorpool_app
;
ALTER TABLE feature_flags ENABLE ROW LEVEL SECURITY
;
ALTER TABLE feature_flags FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON feature_flags TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON feature_flags TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON feature_flags FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON feature_flags FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON feature_flags TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON feature_flags TO motorpool_app
;
ALTER TABLE files ENABLE ROW LEVEL SECURITY
;
ALTER TABLE files FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON files TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON files TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON files FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON files TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON files TO motorpool_app
;
ALTER TABLE fuel_card_transactions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fuel_card_transactions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON fuel_card_transactions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON fuel_card_transactions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON fuel_card_transactions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON fuel_card_transactions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON fuel_card_transactions TO motorpool_app
;
ALTER TABLE fuel_cards ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fuel_cards FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON fuel_cards TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON fuel_cards TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON fuel_cards FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON fuel_cards TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON fuel_cards TO motorpool_app
;
ALTER TABLE fuel_transactions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fuel_transactions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON fuel_transactions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON fuel_transactions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON fuel_transactions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON fuel_transactions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON fuel_transactions TO motorpool_app
;
ALTER TABLE geofence_events ENABLE ROW LEVEL SECURITY
;
ALTER TABLE geofence_events FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON geofence_events TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON geofence_events TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON geofence_events TO motorpool_app
;
ALTER TABLE geofences ENABLE ROW LEVEL SECURITY
;
ALTER TABLE geofences FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON geofences TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON geofences TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON geofences FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON geofences TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON geofences TO motorpool_app
;
ALTER TABLE hours_of_service_logs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE hours_of_service_logs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON hours_of_service_logs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON hours_of_service_logs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON hours_of_service_logs TO motorpool_app
;
ALTER TABLE import_errors ENABLE ROW LEVEL SECURITY
;
ALTER TABLE import_errors FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON import_errors TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON import_errors TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_errors TO motorpool_app
;
ALTER TABLE import_jobs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE import_jobs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON import_jobs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON import_jobs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON import_jobs FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON import_jobs TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_jobs TO motorpool_app
;
ALTER TABLE incident_people ENABLE ROW LEVEL SECURITY
;
ALTER TABLE incident_people FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON incident_people TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON incident_people TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON incident_people FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON incident_people TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON incident_people TO motorpool_app
;
ALTER TABLE incidents ENABLE ROW LEVEL SECURITY
;
ALTER TABLE incidents FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON incidents TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON incidents TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON incidents FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON incidents TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON incidents TO motorpool_app
;
ALTER TABLE injury_records ENABLE ROW LEVEL SECURITY
;
ALTER TABLE injury_records FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON injury_records TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON injury_records TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON injury_records FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON injury_records TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON injury_records TO motorpool_app
;
ALTER TABLE insurance_claims ENABLE ROW LEVEL SECURITY
;
ALTER TABLE insurance_claims FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON insurance_claims TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON insurance_claims TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON insurance_claims FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON insurance_claims TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON insurance_claims TO motorpool_app
;
ALTER TABLE insurance_policies ENABLE ROW LEVEL SECURITY
;
ALTER TABLE insurance_policies FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON insurance_policies TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON insurance_policies TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON insurance_policies FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON insurance_policies TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON insurance_policies TO motorpool_app
;
ALTER TABLE integration_logs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE integration_logs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON integration_logs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON integration_logs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON integration_logs TO motorpool_app
;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY
;
ALTER TABLE invoices FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON invoices TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON invoices TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON invoices FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON invoices TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoices TO motorpool_app
;
ALTER TABLE job_execution_history ENABLE ROW LEVEL SECURITY
;
ALTER TABLE job_execution_history FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON job_execution_history TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON job_execution_history TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON job_execution_history FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_execution_history TO motorpool_app
;
ALTER TABLE kpi_targets ENABLE ROW LEVEL SECURITY
;
ALTER TABLE kpi_targets FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON kpi_targets TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON kpi_targets TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON kpi_targets FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON kpi_targets TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON kpi_targets TO motorpool_app
;
ALTER TABLE list_views ENABLE ROW LEVEL SECURITY
;
ALTER TABLE list_views FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON list_views TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON list_views TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON list_views FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON list_views TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON list_views TO motorpool_app
;
ALTER TABLE maintenance_records ENABLE ROW LEVEL SECURITY
;
ALTER TABLE maintenance_records FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON maintenance_records TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON maintenance_records TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON maintenance_records FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON maintenance_records TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON maintenance_records TO motorpool_app
;
ALTER TABLE meshy_ai_generations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meshy_ai_generations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON meshy_ai_generations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON meshy_ai_generations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON meshy_ai_generations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON meshy_ai_generations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON meshy_ai_generations TO motorpool_app
;
ALTER TABLE message_group_members ENABLE ROW LEVEL SECURITY
;
ALTER TABLE message_group_members FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON message_group_members TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON message_group_members TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON message_group_members TO motorpool_app
;
ALTER TABLE message_groups ENABLE ROW LEVEL SECURITY
;
ALTER TABLE message_groups FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON message_groups TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON message_groups TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON message_groups FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON message_groups TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON message_groups TO motorpool_app
;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY
;
ALTER TABLE messages FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON messages TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON messages TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON messages FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON messages TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO motorpool_app
;
ALTER TABLE microsoft_graph_sync ENABLE ROW LEVEL SECURITY
;
ALTER TABLE microsoft_graph_sync FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON microsoft_graph_sync TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON microsoft_graph_sync TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON microsoft_graph_sync TO motorpool_app
;
ALTER TABLE notification_preferences ENABLE ROW LEVEL SECURITY
;
ALTER TABLE notification_preferences FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON notification_preferences TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON notification_preferences TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification_preferences TO motorpool_app
;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY
;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON notifications TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON notifications TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO motorpool_app
;
ALTER TABLE onboarding_checklists ENABLE ROW LEVEL SECURITY
;
ALTER TABLE onboarding_checklists FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON onboarding_checklists TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON onboarding_checklists TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON onboarding_checklists FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON onboarding_checklists TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON onboarding_checklists TO motorpool_app
;
ALTER TABLE onboarding_progress ENABLE ROW LEVEL SECURITY
;
ALTER TABLE onboarding_progress FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON onboarding_progress TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON onboarding_progress TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON onboarding_progress FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON onboarding_progress TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON onboarding_progress TO motorpool_app
;
ALTER TABLE onboarding_tasks ENABLE ROW LEVEL SECURITY
;
ALTER TABLE onboarding_tasks FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON onboarding_tasks TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON onboarding_tasks TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON onboarding_tasks FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON onboarding_tasks TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON onboarding_tasks TO motorpool_app
;
ALTER TABLE outlook_emails ENABLE ROW LEVEL SECURITY
;
ALTER TABLE outlook_emails FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON outlook_emails TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON outlook_emails TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON outlook_emails FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON outlook_emails TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON outlook_emails TO motorpool_app
;
ALTER TABLE part_stocks ENABLE ROW LEVEL SECURITY
;
ALTER TABLE part_stocks FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON part_stocks TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON part_stocks TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON part_stocks TO motorpool_app
;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY
;
ALTER TABLE parts FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON parts TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON parts TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON parts FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON parts TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON parts TO motorpool_app
;
ALTER TABLE payment_methods ENABLE ROW LEVEL SECURITY
;
ALTER TABLE payment_methods FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON payment_methods TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON payment_methods TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON payment_methods FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON payment_methods TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON payment_methods TO motorpool_app
;
ALTER TABLE policies ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policies FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policies TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policies TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON policies FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON policies TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON policies TO motorpool_app
;
ALTER TABLE policy_acknowledgments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policy_acknowledgments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policy_acknowledgments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policy_acknowledgments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON policy_acknowledgments TO motorpool_app
;
ALTER TABLE policy_assignments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policy_assignments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policy_assignments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policy_assignments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON policy_assignments TO motorpool_app
;
ALTER TABLE policy_executions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policy_executions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policy_executions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policy_executions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON policy_executions TO motorpool_app
;
ALTER TABLE policy_versions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policy_versions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policy_versions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policy_versions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON policy_versions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON policy_versions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON policy_versions TO motorpool_app
;
ALTER TABLE policy_violations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE policy_violations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON policy_violations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON policy_violations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON policy_violations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON policy_violations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON policy_violations TO motorpool_app
;
ALTER TABLE purchase_orders ENABLE ROW LEVEL SECURITY
;
ALTER TABLE purchase_orders FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON purchase_orders TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON purchase_orders TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON purchase_orders FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON purchase_orders TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchase_orders TO motorpool_app
;
ALTER TABLE rag_embeddings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE rag_embeddings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON rag_embeddings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON rag_embeddings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON rag_embeddings TO motorpool_app
;
ALTER TABLE record_attachments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE record_attachments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON record_attachments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON record_attachments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON record_attachments TO motorpool_app
;
ALTER TABLE recurring_maintenance_schedules ENABLE ROW LEVEL SECURITY
;
ALTER TABLE recurring_maintenance_schedules FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON recurring_maintenance_schedules TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON recurring_maintenance_schedules TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON recurring_maintenance_schedules FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON recurring_maintenance_schedules TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON recurring_maintenance_schedules TO motorpool_app
;
ALTER TABLE report_executions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE report_executions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON report_executions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON report_executions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON report_executions TO motorpool_app
;
ALTER TABLE routes ENABLE ROW LEVEL SECURITY
;
ALTER TABLE routes FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON routes TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON routes TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON routes FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON routes TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON routes TO motorpool_app
;
ALTER TABLE safety_inspections ENABLE ROW LEVEL SECURITY
;
ALTER TABLE safety_inspections FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON safety_inspections TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON safety_inspections TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON safety_inspections FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON safety_inspections TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON safety_inspections TO motorpool_app
;
ALTER TABLE safety_meetings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE safety_meetings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON safety_meetings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON safety_meetings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON safety_meetings FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON safety_meetings TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON safety_meetings TO motorpool_app
;
ALTER TABLE saved_reports ENABLE ROW LEVEL SECURITY
;
ALTER TABLE saved_reports FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON saved_reports TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON saved_reports TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON saved_reports FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON saved_reports TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_reports TO motorpool_app
;
ALTER TABLE scheduled_jobs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE scheduled_jobs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON scheduled_jobs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON scheduled_jobs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON scheduled_jobs FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON scheduled_jobs FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON scheduled_jobs TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON scheduled_jobs TO motorpool_app
;
ALTER TABLE service_bay_schedule ENABLE ROW LEVEL SECURITY
;
ALTER TABLE service_bay_schedule FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON service_bay_schedule TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON service_bay_schedule TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON service_bay_schedule TO motorpool_app
;
ALTER TABLE service_bays ENABLE ROW LEVEL SECURITY
;
ALTER TABLE service_bays FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON service_bays TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON service_bays TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON service_bays FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON service_bays TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON service_bays TO motorpool_app
;
ALTER TABLE sop_assignments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE sop_assignments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON sop_assignments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON sop_assignments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON sop_assignments TO motorpool_app
;
ALTER TABLE sop_completions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE sop_completions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON sop_completions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON sop_completions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON sop_completions TO motorpool_app
;
ALTER TABLE sop_documents ENABLE ROW LEVEL SECURITY
;
ALTER TABLE sop_documents FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON sop_documents TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON sop_documents TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON sop_documents FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON sop_documents TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON sop_documents TO motorpool_app
;
ALTER TABLE stock_movements ENABLE ROW LEVEL SECURITY
;
ALTER TABLE stock_movements FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON stock_movements TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON stock_movements TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON stock_movements TO motorpool_app
;
ALTER TABLE system_settings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE system_settings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON system_settings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON system_settings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON system_settings FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON system_settings FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON system_settings TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON system_settings TO motorpool_app
;
ALTER TABLE teams_integration_messages ENABLE ROW LEVEL SECURITY
;
ALTER TABLE teams_integration_messages FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON teams_integration_messages TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON teams_integration_messages TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON teams_integration_messages FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON teams_integration_messages TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON teams_integration_messages TO motorpool_app
;
ALTER TABLE technicians ENABLE ROW LEVEL SECURITY
;
ALTER TABLE technicians FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON technicians TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON technicians TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON technicians FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON technicians TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON technicians TO motorpool_app
;
ALTER TABLE toll_plazas ENABLE ROW LEVEL SECURITY
;
ALTER TABLE toll_plazas FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON toll_plazas TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON toll_plazas TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON toll_plazas FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON toll_plazas FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON toll_plazas TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON toll_plazas TO motorpool_app
;
ALTER TABLE traffic_cameras ENABLE ROW LEVEL SECURITY
;
ALTER TABLE traffic_cameras FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON traffic_cameras TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON traffic_cameras TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON traffic_cameras FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON traffic_cameras FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON traffic_cameras TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON traffic_cameras TO motorpool_app
;
ALTER TABLE training_assignments ENABLE ROW LEVEL SECURITY
;
ALTER TABLE training_assignments FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON training_assignments TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON training_assignments TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON training_assignments TO motorpool_app
;
ALTER TABLE training_completions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE training_completions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON training_completions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON training_completions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON training_completions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON training_completions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON training_completions TO motorpool_app
;
ALTER TABLE training_modules ENABLE ROW LEVEL SECURITY
;
ALTER TABLE training_modules FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON training_modules TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON training_modules TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON training_modules FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON training_modules TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON training_modules TO motorpool_app
;
ALTER TABLE triposr_3d_generations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE triposr_3d_generations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON triposr_3d_generations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON triposr_3d_generations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON triposr_3d_generations TO motorpool_app
;
ALTER TABLE turbosquid_models ENABLE ROW LEVEL SECURITY
;
ALTER TABLE turbosquid_models FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON turbosquid_models TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON turbosquid_models TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON turbosquid_models FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON turbosquid_models TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON turbosquid_models TO motorpool_app
;
ALTER TABLE unassigned_driving ENABLE ROW LEVEL SECURITY
;
ALTER TABLE unassigned_driving FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON unassigned_driving TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON unassigned_driving TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON unassigned_driving TO motorpool_app
;
ALTER TABLE vehicle_3d_models ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_3d_models FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_3d_models TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_3d_models TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vehicle_3d_models FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vehicle_3d_models TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_3d_models TO motorpool_app
;
ALTER TABLE vehicle_reservations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_reservations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_reservations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_reservations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON vehicle_reservations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON vehicle_reservations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_reservations TO motorpool_app
;
ALTER TABLE video_telematics_footage ENABLE ROW LEVEL SECURITY
;
ALTER TABLE video_telematics_footage FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON video_telematics_footage TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON video_telematics_footage TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON video_telematics_footage TO motorpool_app
;
ALTER TABLE weather_stations ENABLE ROW LEVEL SECURITY
;
ALTER TABLE weather_stations FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON weather_stations TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON weather_stations TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000')) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) OR (tenant_id IS NULL AND (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid) = '00000000-0000-0000-0000-000000000000'))
;
CREATE POLICY shared_rows ON weather_stations FOR SELECT TO motorpool_app USING (tenant_id IS NULL)
;
CREATE POLICY motorpool_search_reads ON weather_stations FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON weather_stations TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON weather_stations TO motorpool_app
;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY
;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON webhook_deliveries TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON webhook_deliveries TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO motorpool_app
;
ALTER TABLE webhook_subscriptions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE webhook_subscriptions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON webhook_subscriptions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON webhook_subscriptions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON webhook_subscriptions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON webhook_subscriptions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_subscriptions TO motorpool_app
;
ALTER TABLE work_order_labor ENABLE ROW LEVEL SECURITY
;
ALTER TABLE work_order_labor FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON work_order_labor TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON work_order_labor TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_order_labor TO motorpool_app
;
ALTER TABLE work_order_parts ENABLE ROW LEVEL SECURITY
;
ALTER TABLE work_order_parts FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON work_order_parts TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON work_order_parts TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_order_parts TO motorpool_app
;
ALTER TABLE work_order_tasks ENABLE ROW LEVEL SECURITY
;
ALTER TABLE work_order_tasks FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON work_order_tasks TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON work_order_tasks TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_order_tasks TO motorpool_app
;
ALTER TABLE work_order_templates ENABLE ROW LEVEL SECURITY
;
ALTER TABLE work_order_templates FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON work_order_templates TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON work_order_templates TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON work_order_templates FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON work_order_templates TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON work_order_templates TO motorpool_app
;
ALTER TABLE workflow_approvals ENABLE ROW LEVEL SECURITY
;
ALTER TABLE workflow_approvals FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON workflow_approvals TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON workflow_approvals TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_approvals TO motorpool_app
;
ALTER TABLE workflow_definitions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE workflow_definitions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON workflow_definitions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON workflow_definitions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON workflow_definitions FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON workflow_definitions TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_definitions TO motorpool_app
;
ALTER TABLE workflow_instances ENABLE ROW LEVEL SECURITY
;
ALTER TABLE workflow_instances FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON workflow_instances TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON workflow_instances TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON workflow_instances FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON workflow_instances TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_instances TO motorpool_app
;
CREATE TRIGGER touch BEFORE UPDATE ON accident_reports FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON accounting_periods FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON alert_rules FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON api_integrations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON asset_transfers FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON budget_allocations FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.fiscal_year, OLD.fiscal_period, OLD.department, OLD.department_id, OLD.cost_center, OLD.category, OLD.allocated_amount, OLD.spent_amount, OLD.committed_amount, OLD.warn_at_percent, OLD.critical_at_percent, OLD.notes, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.fiscal_year, NEW.fiscal_period, NEW.department, NEW.department_id, NEW.cost_center, NEW.category, NEW.allocated_amount, NEW.spent_amount, NEW.committed_amount, NEW.warn_at_percent, NEW.critical_at_percent, NEW.notes, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON calendar_integrations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON comments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON compliance_checklist_completions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON compliance_checklists FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON compliance_documents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON corrective_actions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON damage_marks FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON damage_reports FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON dashboards FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON data_retention_policies FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON defects FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON depreciation_schedules FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON document_comments FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.document_id, OLD.user_id, OLD.comment_text, OLD.page_number, OLD.position_x, OLD.position_y, OLD.reply_to_comment_id, OLD.status, OLD.resolved_by_user_id, OLD.resolved_at, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.document_id, NEW.user_id, NEW.comment_text, NEW.page_number, NEW.position_x, NEW.position_y, NEW.reply_to_comment_id, NEW.status, NEW.resolved_by_user_id, NEW.resolved_at, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON document_folders FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON documents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON driver_training_records FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON driver_violations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON drug_alcohol_tests FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON equipment FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON expenses FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON external_system_mappings FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON feature_flags FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON files FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON fuel_cards FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON fuel_transactions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON geofences FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON incident_people FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON incidents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON injury_records FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON insurance_claims FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON insurance_policies FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON invoices FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.invoice_number, OLD.vendor_id, OLD.invoice_type, OLD.invoice_date, OLD.due_date, OLD.po_number, OLD.purchase_order_id, OLD.subtotal, OLD.tax_amount, OLD.discount_amount, OLD.total_amount, OLD.currency, OLD.payment_terms, OLD.status, OLD.paid_amount, OLD.paid_at, OLD.payment_method, OLD.payment_method_id, OLD.payment_reference, OLD.line_items, OLD.notes, OLD.attached_documents, OLD.entered_by_user_id, OLD.approved_by_user_id, OLD.approved_at, OLD.dispute_reason, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.invoice_number, NEW.vendor_id, NEW.invoice_type, NEW.invoice_date, NEW.due_date, NEW.po_number, NEW.purchase_order_id, NEW.subtotal, NEW.tax_amount, NEW.discount_amount, NEW.total_amount, NEW.currency, NEW.payment_terms, NEW.status, NEW.paid_amount, NEW.paid_at, NEW.payment_method, NEW.payment_method_id, NEW.payment_reference, NEW.line_items, NEW.notes, NEW.attached_documents, NEW.entered_by_user_id, NEW.approved_by_user_id, NEW.approved_at, NEW.dispute_reason, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON kpi_targets FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.kpi_name, OLD.kpi_category, OLD.metric_type, OLD.target_value, OLD.target_direction, OLD.warning_value, OLD.current_value, OLD.unit_of_measure, OLD.period_type, OLD.period_start_date, OLD.period_end_date, OLD.department, OLD.department_id, OLD.vehicle_group, OLD.vehicle_group_id, OLD.trend, OLD.notes, OLD.created_by_user_id, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.kpi_name, NEW.kpi_category, NEW.metric_type, NEW.target_value, NEW.target_direction, NEW.warning_value, NEW.current_value, NEW.unit_of_measure, NEW.period_type, NEW.period_start_date, NEW.period_end_date, NEW.department, NEW.department_id, NEW.vehicle_group, NEW.vehicle_group_id, NEW.trend, NEW.notes, NEW.created_by_user_id, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON list_views FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON maintenance_records FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.work_order_number, OLD.vehicle_id, OLD.summary, OLD.work_order_type, OLD.priority, OLD.status, OLD.facility_id, OLD.vendor_id, OLD.service_bay_id, OLD.assigned_technician_id, OLD.requested_by_user_id, OLD.driver_id, OLD.template_id, OLD.schedule_id, OLD.source, OLD.trouble_code, OLD.recall_number, OLD.reported_at, OLD.due_on, OLD.scheduled_start, OLD.scheduled_end, OLD.opened_at, OLD.started_at, OLD.completed_at, OLD.closed_at, OLD.closed_by_user_id, OLD.cancelled_at, OLD.cancellation_reason, OLD.reopened_at, OLD.reopen_reason, OLD.waiting_for, OLD.review_notes, OLD.opening_odometer, OLD.closing_odometer, OLD.opening_engine_hours, OLD.closing_engine_hours, OLD.vehicle_unavailable, OLD.downtime_started_at, OLD.downtime_ended_at, OLD.complaint, OLD.cause, OLD.correction, OLD.system_code, OLD.assembly_code, OLD.component_code, OLD.repair_reason_code, OLD.work_done_code, OLD.estimated_hours, OLD.estimated_cost, OLD.labor_hours, OLD.labor_cost, OLD.parts_cost, OLD.outside_service_cost, OLD.other_cost, OLD.tax_amount, OLD.discount_amount, OLD.is_warranty, OLD.warranty_reference, OLD.warranty_amount, OLD.vendor_invoice_number, OLD.invoice_id, OLD.signature, OLD.signed_by_name, OLD.signed_at, OLD.notes, OLD.tags, OLD.metadata, OLD.created_by_user_id, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.work_order_number, NEW.vehicle_id, NEW.summary, NEW.work_order_type, NEW.priority, NEW.status, NEW.facility_id, NEW.vendor_id, NEW.service_bay_id, NEW.assigned_technician_id, NEW.requested_by_user_id, NEW.driver_id, NEW.template_id, NEW.schedule_id, NEW.source, NEW.trouble_code, NEW.recall_number, NEW.reported_at, NEW.due_on, NEW.scheduled_start, NEW.scheduled_end, NEW.opened_at, NEW.started_at, NEW.completed_at, NEW.closed_at, NEW.closed_by_user_id, NEW.cancelled_at, NEW.cancellation_reason, NEW.reopened_at, NEW.reopen_reason, NEW.waiting_for, NEW.review_notes, NEW.opening_odometer, NEW.closing_odometer, NEW.opening_engine_hours, NEW.closing_engine_hours, NEW.vehicle_unavailable, NEW.downtime_started_at, NEW.downtime_ended_at, NEW.complaint, NEW.cause, NEW.correction, NEW.system_code, NEW.assembly_code, NEW.component_code, NEW.repair_reason_code, NEW.work_done_code, NEW.estimated_hours, NEW.estimated_cost, NEW.labor_hours, NEW.labor_cost, NEW.parts_cost, NEW.outside_service_cost, NEW.other_cost, NEW.tax_amount, NEW.discount_amount, NEW.is_warranty, NEW.warranty_reference, NEW.warranty_amount, NEW.vendor_invoice_number, NEW.invoice_id, NEW.signature, NEW.signed_by_name, NEW.signed_at, NEW.notes, NEW.tags, NEW.metadata, NEW.created_by_user_id, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON message_groups FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON notification_preferences FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON onboarding_checklists FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON onboarding_progress FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON onboarding_tasks FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON part_stocks FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.part_id, OLD.facility_id, OLD.bin_location, OLD.quantity_on_hand, OLD.quantity_reserved, OLD.quantity_on_order, OLD.reorder_point, OLD.reorder_quantity, OLD.maximum_quantity, OLD.last_movement_at, OLD.last_counted_at, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.part_id, NEW.facility_id, NEW.bin_location, NEW.quantity_on_hand, NEW.quantity_reserved, NEW.quantity_on_order, NEW.reorder_point, NEW.reorder_quantity, NEW.maximum_quantity, NEW.last_movement_at, NEW.last_counted_at, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON parts FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON payment_methods FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON policies FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON policy_assignments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON policy_versions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON policy_violations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON purchase_orders FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON recurring_maintenance_schedules FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON routes FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON safety_inspections FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON safety_meetings FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON saved_reports FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON scheduled_jobs FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON service_bay_schedule FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON service_bays FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON sop_assignments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON sop_completions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON sop_documents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON system_settings FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON technicians FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.user_id, OLD.employee_id, OLD.first_name, OLD.last_name, OLD.email, OLD.phone, OLD.facility_id, OLD.specializations, OLD.certifications, OLD.hourly_rate, OLD.hire_date, OLD.termination_date, OLD.status, OLD.metadata, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.user_id, NEW.employee_id, NEW.first_name, NEW.last_name, NEW.email, NEW.phone, NEW.facility_id, NEW.specializations, NEW.certifications, NEW.hourly_rate, NEW.hire_date, NEW.termination_date, NEW.status, NEW.metadata, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON training_assignments FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON training_completions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON training_modules FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON unassigned_driving FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON vehicle_3d_models FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON vehicle_reservations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON webhook_subscriptions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON work_order_labor FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.work_order_id, OLD.task_id, OLD.technician_id, OLD.started_at, OLD.ended_at, OLD.break_minutes, OLD.labor_type, OLD.hourly_rate, OLD.is_warranty, OLD.notes, OLD.created_by_user_id, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.work_order_id, NEW.task_id, NEW.technician_id, NEW.started_at, NEW.ended_at, NEW.break_minutes, NEW.labor_type, NEW.hourly_rate, NEW.is_warranty, NEW.notes, NEW.created_by_user_id, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON work_order_parts FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.work_order_id, OLD.task_id, OLD.part_id, OLD.description, OLD.facility_id, OLD.quantity, OLD.quantity_reserved, OLD.quantity_issued, OLD.quantity_returned, OLD.unit_cost, OLD.core_charge, OLD.core_returned, OLD.serial_number, OLD.position, OLD.component_code, OLD.warranty_until, OLD.notes, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.work_order_id, NEW.task_id, NEW.part_id, NEW.description, NEW.facility_id, NEW.quantity, NEW.quantity_reserved, NEW.quantity_issued, NEW.quantity_returned, NEW.unit_cost, NEW.core_charge, NEW.core_returned, NEW.serial_number, NEW.position, NEW.component_code, NEW.warranty_until, NEW.notes, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON work_order_tasks FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON work_order_templates FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON workflow_approvals FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON workflow_definitions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON workflow_instances FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accident_reports FOR EACH ROW EXECUTE FUNCTION write_audit_trail('accident_reports', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounting_periods FOR EACH ROW EXECUTE FUNCTION write_audit_trail('accounting_periods', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER UPDATE OR DELETE ON alert_history FOR EACH ROW EXECUTE FUNCTION write_audit_trail('alert_history', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON alert_rules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('alert_rules', 'tenant_id', 'last_triggered_at,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON api_integrations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('api_integrations', 'tenant_id', 'last_sync_at,next_sync_at,sync_status,last_error,updated_at', 'credentials_encrypted_ciphertext')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON asset_tags FOR EACH ROW EXECUTE FUNCTION write_audit_trail('asset_tags', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON asset_transfers FOR EACH ROW EXECUTE FUNCTION write_audit_trail('asset_transfers', 'tenant_id', 'updated_at', 'handed_over_signature,received_signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON benchmark_data FOR EACH ROW EXECUTE FUNCTION write_audit_trail('benchmark_data', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON budget_allocations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('budget_allocations', 'tenant_id', 'spent_amount,committed_amount,remaining_amount,percent_utilized,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON calendar_integrations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('calendar_integrations', 'tenant_id', 'last_sync_at,sync_status,access_token_encrypted,access_token_encrypted_ciphertext,token_expires_at,updated_at', 'access_token_encrypted_ciphertext,refresh_token_encrypted_ciphertext')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON comments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('comments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON compliance_checklist_completions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('compliance_checklist_completions', 'tenant_id', 'updated_at', 'signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON compliance_checklists FOR EACH ROW EXECUTE FUNCTION write_audit_trail('compliance_checklists', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON compliance_documents FOR EACH ROW EXECUTE FUNCTION write_audit_trail('compliance_documents', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON corrective_actions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('corrective_actions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON cost_allocations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('cost_allocations', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON damage_marks FOR EACH ROW EXECUTE FUNCTION write_audit_trail('damage_marks', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON damage_reports FOR EACH ROW EXECUTE FUNCTION write_audit_trail('damage_reports', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON dashboards FOR EACH ROW EXECUTE FUNCTION write_audit_trail('dashboards', 'tenant_id', 'last_viewed_at,view_count,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON data_retention_policies FOR EACH ROW EXECUTE FUNCTION write_audit_trail('data_retention_policies', 'tenant_id', 'last_executed_at,records_archived,records_deleted,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON defects FOR EACH ROW EXECUTE FUNCTION write_audit_trail('defects', 'tenant_id', 'updated_at', 'certifier_signature,reviewer_signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON depreciation_entries FOR EACH ROW EXECUTE FUNCTION write_audit_trail('depreciation_entries', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON depreciation_schedules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('depreciation_schedules', 'tenant_id', 'current_book_value,accumulated_depreciation,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON document_comments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('document_comments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON document_folders FOR EACH ROW EXECUTE FUNCTION write_audit_trail('document_folders', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON document_shares FOR EACH ROW EXECUTE FUNCTION write_audit_trail('document_shares', 'tenant_id', 'access_count,last_accessed_at,updated_at', 'share_link')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON document_versions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('document_versions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION write_audit_trail('documents', 'tenant_id', 'is_scanned_ai,ai_metadata,embedding_model,updated_at', 'ai_extracted_text,embedding_vector')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON driver_training_records FOR EACH ROW EXECUTE FUNCTION write_audit_trail('driver_training_records', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON driver_violations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('driver_violations', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON drug_alcohol_tests FOR EACH ROW EXECUTE FUNCTION write_audit_trail('drug_alcohol_tests', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON equipment FOR EACH ROW EXECUTE FUNCTION write_audit_trail('equipment', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON ev_charging_stations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('ev_charging_stations', 'tenant_id', 'last_updated,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON expenses FOR EACH ROW EXECUTE FUNCTION write_audit_trail('expenses', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON export_jobs FOR EACH ROW EXECUTE FUNCTION write_audit_trail('export_jobs', 'tenant_id', 'row_count,rows_total,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON external_system_mappings FOR EACH ROW EXECUTE FUNCTION write_audit_trail('external_system_mappings', 'tenant_id', 'last_synced_at,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON feature_flags FOR EACH ROW EXECUTE FUNCTION write_audit_trail('feature_flags', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON files FOR EACH ROW EXECUTE FUNCTION write_audit_trail('files', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON fuel_card_transactions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('fuel_card_transactions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON fuel_cards FOR EACH ROW EXECUTE FUNCTION write_audit_trail('fuel_cards', 'tenant_id', 'current_balance,last_used_at,updated_at', 'card_number_ciphertext,card_number_blind_index')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON fuel_transactions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('fuel_transactions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON geofences FOR EACH ROW EXECUTE FUNCTION write_audit_trail('geofences', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON hours_of_service_logs FOR EACH ROW EXECUTE FUNCTION write_audit_trail('hours_of_service_logs', 'tenant_id', 'violations,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON import_jobs FOR EACH ROW EXECUTE FUNCTION write_audit_trail('import_jobs', 'tenant_id', 'rows_processed,rows_succeeded,rows_failed,rows_created,rows_updated,error_log,validation_errors,preview,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON incident_people FOR EACH ROW EXECUTE FUNCTION write_audit_trail('incident_people', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON incidents FOR EACH ROW EXECUTE FUNCTION write_audit_trail('incidents', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON injury_records FOR EACH ROW EXECUTE FUNCTION write_audit_trail('injury_records', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON insurance_claims FOR EACH ROW EXECUTE FUNCTION write_audit_trail('insurance_claims', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON insurance_policies FOR EACH ROW EXECUTE FUNCTION write_audit_trail('insurance_policies', 'tenant_id', 'claims_filed,total_claims_paid,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION write_audit_trail('invoices', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON kpi_targets FOR EACH ROW EXECUTE FUNCTION write_audit_trail('kpi_targets', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON list_views FOR EACH ROW EXECUTE FUNCTION write_audit_trail('list_views', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON maintenance_records FOR EACH ROW EXECUTE FUNCTION write_audit_trail('maintenance_records', 'tenant_id', 'updated_at', 'signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON meshy_ai_generations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('meshy_ai_generations', 'tenant_id', 'progress_percent,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON message_group_members FOR EACH ROW EXECUTE FUNCTION write_audit_trail('message_group_members', 'tenant_id', 'last_read_at,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON message_groups FOR EACH ROW EXECUTE FUNCTION write_audit_trail('message_groups', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION write_audit_trail('messages', 'tenant_id', 'is_read,read_at,is_archived,is_starred,updated_at', 'subject,message_body,attachments')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON notification_preferences FOR EACH ROW EXECUTE FUNCTION write_audit_trail('notification_preferences', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON onboarding_checklists FOR EACH ROW EXECUTE FUNCTION write_audit_trail('onboarding_checklists', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON onboarding_progress FOR EACH ROW EXECUTE FUNCTION write_audit_trail('onboarding_progress', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON onboarding_tasks FOR EACH ROW EXECUTE FUNCTION write_audit_trail('onboarding_tasks', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON part_stocks FOR EACH ROW EXECUTE FUNCTION write_audit_trail('part_stocks', 'tenant_id', 'quantity_on_hand,quantity_reserved,quantity_on_order,quantity_available,last_movement_at,last_counted_at,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON parts FOR EACH ROW EXECUTE FUNCTION write_audit_trail('parts', 'tenant_id', 'unit_cost,last_cost,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON payment_methods FOR EACH ROW EXECUTE FUNCTION write_audit_trail('payment_methods', 'tenant_id', 'updated_at', 'routing_number_ciphertext')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policies FOR EACH ROW EXECUTE FUNCTION write_audit_trail('policies', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policy_acknowledgments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('policy_acknowledgments', 'tenant_id', 'updated_at', 'signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policy_assignments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('policy_assignments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policy_versions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('policy_versions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON policy_violations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('policy_violations', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON purchase_orders FOR EACH ROW EXECUTE FUNCTION write_audit_trail('purchase_orders', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON record_attachments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('record_attachments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON recurring_maintenance_schedules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('recurring_maintenance_schedules', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON routes FOR EACH ROW EXECUTE FUNCTION write_audit_trail('routes', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON safety_inspections FOR EACH ROW EXECUTE FUNCTION write_audit_trail('safety_inspections', 'tenant_id', 'updated_at', 'inspector_signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON safety_meetings FOR EACH ROW EXECUTE FUNCTION write_audit_trail('safety_meetings', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON saved_reports FOR EACH ROW EXECUTE FUNCTION write_audit_trail('saved_reports', 'tenant_id', 'last_run_at,run_count,next_run_at,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON scheduled_jobs FOR EACH ROW EXECUTE FUNCTION write_audit_trail('scheduled_jobs', 'tenant_id', 'last_run_at,last_run_status,last_run_duration_ms,next_run_at,failure_count,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON service_bay_schedule FOR EACH ROW EXECUTE FUNCTION write_audit_trail('service_bay_schedule', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON service_bays FOR EACH ROW EXECUTE FUNCTION write_audit_trail('service_bays', 'tenant_id', 'current_work_order_id,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON sop_assignments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('sop_assignments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON sop_completions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('sop_completions', 'tenant_id', 'updated_at', 'signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON sop_documents FOR EACH ROW EXECUTE FUNCTION write_audit_trail('sop_documents', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON system_settings FOR EACH ROW EXECUTE FUNCTION write_audit_trail('system_settings', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON technicians FOR EACH ROW EXECUTE FUNCTION write_audit_trail('technicians', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON toll_plazas FOR EACH ROW EXECUTE FUNCTION write_audit_trail('toll_plazas', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON traffic_cameras FOR EACH ROW EXECUTE FUNCTION write_audit_trail('traffic_cameras', 'tenant_id', 'last_updated,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON training_assignments FOR EACH ROW EXECUTE FUNCTION write_audit_trail('training_assignments', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON training_completions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('training_completions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON training_modules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('training_modules', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON triposr_3d_generations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('triposr_3d_generations', 'tenant_id', 'progress_percent,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON turbosquid_models FOR EACH ROW EXECUTE FUNCTION write_audit_trail('turbosquid_models', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON unassigned_driving FOR EACH ROW EXECUTE FUNCTION write_audit_trail('unassigned_driving', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON vehicle_3d_models FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vehicle_3d_models', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON vehicle_reservations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('vehicle_reservations', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON video_telematics_footage FOR EACH ROW EXECUTE FUNCTION write_audit_trail('video_telematics_footage', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON weather_stations FOR EACH ROW EXECUTE FUNCTION write_audit_trail('weather_stations', 'tenant_id', 'temperature_f,conditions,wind_speed_mph,visibility_miles,road_conditions,last_updated,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON webhook_subscriptions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('webhook_subscriptions', 'tenant_id', 'last_triggered_at,success_count,failure_count,consecutive_failures,updated_at', 'secret_key_ciphertext,headers')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON work_order_labor FOR EACH ROW EXECUTE FUNCTION write_audit_trail('work_order_labor', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON work_order_parts FOR EACH ROW EXECUTE FUNCTION write_audit_trail('work_order_parts', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON work_order_tasks FOR EACH ROW EXECUTE FUNCTION write_audit_trail('work_order_tasks', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON work_order_templates FOR EACH ROW EXECUTE FUNCTION write_audit_trail('work_order_templates', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON workflow_approvals FOR EACH ROW EXECUTE FUNCTION write_audit_trail('workflow_approvals', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON workflow_definitions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('workflow_definitions', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON workflow_instances FOR EACH ROW EXECUTE FUNCTION write_audit_trail('workflow_instances', 'tenant_id', 'updated_at', '')
;
CREATE INDEX ix_accident_reports_search ON accident_reports USING gin ((coalesce(report_number, '') || ' ' || coalesce(location, '') || ' ' || coalesce(police_report_number, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_accident_reports(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM accident_reports
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(report_number, '') || ' ' || coalesce(location, '') || ' ' || coalesce(police_report_number, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(report_number, '') || ' ' || coalesce(location, '') || ' ' || coalesce(police_report_number, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_accident_reports(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_accident_reports(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_accident_reports(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_alert_history_search ON alert_history USING gin ((coalesce(alert_message, '')) gin_trgm_ops)
;
CREATE FUNCTION search_alert_history(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM alert_history
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(alert_message, '')) ILIKE patterns[1] AND (coalesce(alert_message, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_alert_history(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_alert_history(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_alert_history(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_alert_rules_search ON alert_rules USING gin ((coalesce(rule_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_alert_rules(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM alert_rules
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(rule_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(rule_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_alert_rules(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_alert_rules(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_alert_rules(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_api_integrations_search ON api_integrations USING gin ((coalesce(integration_name, '') || ' ' || coalesce(provider, '')) gin_trgm_ops)
;
CREATE FUNCTION search_api_integrations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM api_integrations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(integration_name, '') || ' ' || coalesce(provider, '')) ILIKE patterns[1] AND (coalesce(integration_name, '') || ' ' || coalesce(provider, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_api_integrations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_api_integrations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_api_integrations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_asset_tags_search ON asset_tags USING gin ((coalesce(tag_identifier, '') || ' ' || coalesce(tag_location, '')) gin_trgm_ops)
;
CREATE FUNCTION search_asset_tags(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM asset_tags
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(tag_identifier, '') || ' ' || coalesce(tag_location, '')) ILIKE patterns[1] AND (coalesce(tag_identifier, '') || ' ' || coalesce(tag_location, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_asset_tags(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_asset_tags(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_asset_tags(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_asset_transfers_search ON asset_transfers USING gin ((coalesce(transfer_number, '') || ' ' || coalesce(transfer_reason, '')) gin_trgm_ops)
;
CREATE FUNCTION search_asset_transfers(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM asset_transfers
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(transfer_number, '') || ' ' || coalesce(transfer_reason, '')) ILIKE patterns[1] AND (coalesce(transfer_number, '') || ' ' || coalesce(transfer_reason, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_asset_transfers(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_asset_transfers(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_asset_transfers(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_benchmark_data_search ON benchmark_data USING gin ((coalesce(metric_name, '') || ' ' || coalesce(data_source, '')) gin_trgm_ops)
;
CREATE FUNCTION search_benchmark_data(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM benchmark_data
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(metric_name, '') || ' ' || coalesce(data_source, '')) ILIKE patterns[1] AND (coalesce(metric_name, '') || ' ' || coalesce(data_source, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_benchmark_data(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_benchmark_data(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_benchmark_data(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_budget_allocations_search ON budget_allocations USING gin ((coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(category, '')) gin_trgm_ops)
;
CREATE FUNCTION search_budget_allocations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM budget_allocations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(category, '')) ILIKE patterns[1] AND (coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(category, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_budget_allocations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_budget_allocations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_budget_allocations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_calendar_integrations_search ON calendar_integrations USING gin ((coalesce(calendar_name, '') || ' ' || coalesce(calendar_id, '')) gin_trgm_ops)
;
CREATE FUNCTION search_calendar_integrations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM calendar_integrations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(calendar_name, '') || ' ' || coalesce(calendar_id, '')) ILIKE patterns[1] AND (coalesce(calendar_name, '') || ' ' || coalesce(calendar_id, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_calendar_integrations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_calendar_integrations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_calendar_integrations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_comments_search ON comments USING gin ((coalesce(body, '')) gin_trgm_ops)
;
CREATE FUNCTION search_comments(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM comments
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(body, '')) ILIKE patterns[1] AND (coalesce(body, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_comments(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_comments(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_comments(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_compliance_checklist_completions_search ON compliance_checklist_completions USING gin ((coalesce(completion_number, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_compliance_checklist_completions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM compliance_checklist_completions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(completion_number, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(completion_number, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_compliance_checklist_completions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_compliance_checklist_completions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_compliance_checklist_completions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_compliance_checklists_search ON compliance_checklists USING gin ((coalesce(checklist_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) gin_trgm_ops)
;
CREATE FUNCTION search_compliance_checklists(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM compliance_checklists
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(checklist_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE patterns[1] AND (coalesce(checklist_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_compliance_checklists(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_compliance_checklists(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_compliance_checklists(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_compliance_documents_search ON compliance_documents USING gin ((coalesce(document_type, '') || ' ' || coalesce(document_number, '') || ' ' || coalesce(issuing_authority, '')) gin_trgm_ops)
;
CREATE FUNCTION search_compliance_documents(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM compliance_documents
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(document_type, '') || ' ' || coalesce(document_number, '') || ' ' || coalesce(issuing_authority, '')) ILIKE patterns[1] AND (coalesce(document_type, '') || ' ' || coalesce(document_number, '') || ' ' || coalesce(issuing_authority, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_compliance_documents(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_compliance_documents(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_compliance_documents(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_corrective_actions_search ON corrective_actions USING gin ((coalesce(title, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_corrective_actions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM corrective_actions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_corrective_actions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_corrective_actions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_corrective_actions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_cost_allocations_search ON cost_allocations USING gin ((coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(project_code, '')) gin_trgm_ops)
;
CREATE FUNCTION search_cost_allocations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM cost_allocations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(project_code, '')) ILIKE patterns[1] AND (coalesce(department, '') || ' ' || coalesce(cost_center, '') || ' ' || coalesce(project_code, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_cost_allocations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_cost_allocations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_cost_allocations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_damage_reports_search ON damage_reports USING gin ((coalesce(report_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_damage_reports(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM damage_reports
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(report_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(report_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_damage_reports(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_damage_reports(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_damage_reports(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_dashboards_search ON dashboards USING gin ((coalesce(dashboard_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_dashboards(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM dashboards
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(dashboard_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(dashboard_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_dashboards(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_dashboards(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_dashboards(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_data_retention_policies_search ON data_retention_policies USING gin ((coalesce(policy_name, '') || ' ' || coalesce(table_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_data_retention_policies(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM data_retention_policies
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(policy_name, '') || ' ' || coalesce(table_name, '')) ILIKE patterns[1] AND (coalesce(policy_name, '') || ' ' || coalesce(table_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_data_retention_policies(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_data_retention_policies(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_data_retention_policies(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_defects_search ON defects USING gin ((coalesce(defect_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(component, '')) gin_trgm_ops)
;
CREATE FUNCTION search_defects(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM defects
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(defect_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(component, '')) ILIKE patterns[1] AND (coalesce(defect_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(component, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_defects(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_defects(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_defects(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_document_comments_search ON document_comments USING gin ((coalesce(comment_text, '')) gin_trgm_ops)
;
CREATE FUNCTION search_document_comments(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM document_comments
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(comment_text, '')) ILIKE patterns[1] AND (coalesce(comment_text, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_document_comments(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_document_comments(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_document_comments(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_document_folders_search ON document_folders USING gin ((coalesce(folder_name, '') || ' ' || coalesce(path, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_document_folders(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM document_folders
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(folder_name, '') || ' ' || coalesce(path, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(folder_name, '') || ' ' || coalesce(path, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_document_folders(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_document_folders(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_document_folders(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_documents_search ON documents USING gin ((coalesce(document_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(document_number, '')) gin_trgm_ops)
;
CREATE FUNCTION search_documents(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM documents
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(document_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(document_number, '')) ILIKE patterns[1] AND (coalesce(document_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(document_number, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_documents(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_documents(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_documents(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_driver_training_records_search ON driver_training_records USING gin ((coalesce(training_type, '') || ' ' || coalesce(training_provider, '') || ' ' || coalesce(certification_number, '')) gin_trgm_ops)
;
CREATE FUNCTION search_driver_training_records(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM driver_training_records
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(training_type, '') || ' ' || coalesce(training_provider, '') || ' ' || coalesce(certification_number, '')) ILIKE patterns[1] AND (coalesce(training_type, '') || ' ' || coalesce(training_provider, '') || ' ' || coalesce(certification_number, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_driver_training_records(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_driver_training_records(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_driver_training_records(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_driver_violations_search ON driver_violations USING gin ((coalesce(citation_number, '') || ' ' || coalesce(violation_type, '') || ' ' || coalesce(location, '') || ' ' || coalesce(violation_description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_driver_violations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM driver_violations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(citation_number, '') || ' ' || coalesce(violation_type, '') || ' ' || coalesce(location, '') || ' ' || coalesce(violation_description, '')) ILIKE patterns[1] AND (coalesce(citation_number, '') || ' ' || coalesce(violation_type, '') || ' ' || coalesce(location, '') || ' ' || coalesce(violation_description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_driver_violations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_driver_violations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_driver_violations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_drug_alcohol_tests_search ON drug_alcohol_tests USING gin ((coalesce(specimen_number, '') || ' ' || coalesce(collection_site, '')) gin_trgm_ops)
;
CREATE FUNCTION search_drug_alcohol_tests(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM drug_alcohol_tests
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(specimen_number, '') || ' ' || coalesce(collection_site, '')) ILIKE patterns[1] AND (coalesce(specimen_number, '') || ' ' || coalesce(collection_site, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_drug_alcohol_tests(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_drug_alcohol_tests(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_drug_alcohol_tests(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_equipment_search ON equipment USING gin ((coalesce(equipment_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, '') || ' ' || coalesce(serial_number, '')) gin_trgm_ops)
;
CREATE FUNCTION search_equipment(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM equipment
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(equipment_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, '') || ' ' || coalesce(serial_number, '')) ILIKE patterns[1] AND (coalesce(equipment_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, '') || ' ' || coalesce(serial_number, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_equipment(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_equipment(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_equipment(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_ev_charging_stations_search ON ev_charging_stations USING gin ((coalesce(name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(operator, '') || ' ' || coalesce(network, '')) gin_trgm_ops)
;
CREATE FUNCTION search_ev_charging_stations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM ev_charging_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(operator, '') || ' ' || coalesce(network, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(operator, '') || ' ' || coalesce(network, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_ev_charging_stations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_ev_charging_stations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_ev_charging_stations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_expenses_search ON expenses USING gin ((coalesce(expense_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(category, '') || ' ' || coalesce(project_code, '')) gin_trgm_ops)
;
CREATE FUNCTION search_expenses(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM expenses
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(expense_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(category, '') || ' ' || coalesce(project_code, '')) ILIKE patterns[1] AND (coalesce(expense_number, '') || ' ' || coalesce(description, '') || ' ' || coalesce(category, '') || ' ' || coalesce(project_code, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_expenses(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_expenses(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_expenses(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_export_jobs_search ON export_jobs USING gin ((coalesce(export_type, '')) gin_trgm_ops)
;
CREATE FUNCTION search_export_jobs(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM export_jobs
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(export_type, '')) ILIKE patterns[1] AND (coalesce(export_type, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_export_jobs(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_export_jobs(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_export_jobs(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_external_system_mappings_search ON external_system_mappings USING gin ((coalesce(external_id, '') || ' ' || coalesce(external_system, '')) gin_trgm_ops)
;
CREATE FUNCTION search_external_system_mappings(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM external_system_mappings
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(external_id, '') || ' ' || coalesce(external_system, '')) ILIKE patterns[1] AND (coalesce(external_id, '') || ' ' || coalesce(external_system, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_external_system_mappings(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_external_system_mappings(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_external_system_mappings(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_feature_flags_search ON feature_flags USING gin ((coalesce(flag_key, '') || ' ' || coalesce(flag_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_feature_flags(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM feature_flags
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(flag_key, '') || ' ' || coalesce(flag_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(flag_key, '') || ' ' || coalesce(flag_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_feature_flags(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_feature_flags(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_feature_flags(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_files_search ON files USING gin ((coalesce(name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_files(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM files
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '')) ILIKE patterns[1] AND (coalesce(name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_files(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_files(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_files(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_fuel_card_transactions_search ON fuel_card_transactions USING gin ((coalesce(merchant_name, '') || ' ' || coalesce(merchant_location, '')) gin_trgm_ops)
;
CREATE FUNCTION search_fuel_card_transactions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM fuel_card_transactions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(merchant_name, '') || ' ' || coalesce(merchant_location, '')) ILIKE patterns[1] AND (coalesce(merchant_name, '') || ' ' || coalesce(merchant_location, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_fuel_card_transactions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_fuel_card_transactions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_fuel_card_transactions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_fuel_cards_search ON fuel_cards USING gin ((coalesce(card_number, '') || ' ' || coalesce(card_provider, '') || ' ' || coalesce(card_label, '')) gin_trgm_ops)
;
CREATE FUNCTION search_fuel_cards(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM fuel_cards
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(card_number, '') || ' ' || coalesce(card_provider, '') || ' ' || coalesce(card_label, '')) ILIKE patterns[1] AND (coalesce(card_number, '') || ' ' || coalesce(card_provider, '') || ' ' || coalesce(card_label, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_fuel_cards(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_fuel_cards(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_fuel_cards(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_fuel_transactions_search ON fuel_transactions USING gin ((coalesce(station_name, '') || ' ' || coalesce(receipt_number, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_fuel_transactions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM fuel_transactions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(station_name, '') || ' ' || coalesce(receipt_number, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(station_name, '') || ' ' || coalesce(receipt_number, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_fuel_transactions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_fuel_transactions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_fuel_transactions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_geofences_search ON geofences USING gin ((coalesce(name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_geofences(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM geofences
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_geofences(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_geofences(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_geofences(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_import_jobs_search ON import_jobs USING gin ((coalesce(file_name, '') || ' ' || coalesce(import_type, '')) gin_trgm_ops)
;
CREATE FUNCTION search_import_jobs(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM import_jobs
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(file_name, '') || ' ' || coalesce(import_type, '')) ILIKE patterns[1] AND (coalesce(file_name, '') || ' ' || coalesce(import_type, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_import_jobs(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_import_jobs(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_import_jobs(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_incident_people_search ON incident_people USING gin ((coalesce(full_name, '') || ' ' || coalesce(insurance_policy_number, '') || ' ' || coalesce(license_plate, '')) gin_trgm_ops)
;
CREATE FUNCTION search_incident_people(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM incident_people
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(full_name, '') || ' ' || coalesce(insurance_policy_number, '') || ' ' || coalesce(license_plate, '')) ILIKE patterns[1] AND (coalesce(full_name, '') || ' ' || coalesce(insurance_policy_number, '') || ' ' || coalesce(license_plate, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_incident_people(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_incident_people(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_incident_people(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_incidents_search ON incidents USING gin ((coalesce(incident_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(location, '')) gin_trgm_ops)
;
CREATE FUNCTION search_incidents(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM incidents
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(incident_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(location, '')) ILIKE patterns[1] AND (coalesce(incident_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(location, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_incidents(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_incidents(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_incidents(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_injury_records_search ON injury_records USING gin ((coalesce(case_number, '') || ' ' || coalesce(person_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_injury_records(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM injury_records
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(case_number, '') || ' ' || coalesce(person_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(case_number, '') || ' ' || coalesce(person_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_injury_records(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_injury_records(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_injury_records(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_insurance_claims_search ON insurance_claims USING gin ((coalesce(claim_number, '') || ' ' || coalesce(insurer, '') || ' ' || coalesce(adjuster_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_insurance_claims(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM insurance_claims
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(claim_number, '') || ' ' || coalesce(insurer, '') || ' ' || coalesce(adjuster_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(claim_number, '') || ' ' || coalesce(insurer, '') || ' ' || coalesce(adjuster_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_insurance_claims(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_insurance_claims(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_insurance_claims(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_insurance_policies_search ON insurance_policies USING gin ((coalesce(policy_number, '') || ' ' || coalesce(insurance_carrier, '') || ' ' || coalesce(policy_type, '') || ' ' || coalesce(agent_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_insurance_policies(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM insurance_policies
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(policy_number, '') || ' ' || coalesce(insurance_carrier, '') || ' ' || coalesce(policy_type, '') || ' ' || coalesce(agent_name, '')) ILIKE patterns[1] AND (coalesce(policy_number, '') || ' ' || coalesce(insurance_carrier, '') || ' ' || coalesce(policy_type, '') || ' ' || coalesce(agent_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_insurance_policies(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_insurance_policies(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_insurance_policies(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_invoices_search ON invoices USING gin ((coalesce(invoice_number, '') || ' ' || coalesce(po_number, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_invoices(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM invoices
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(invoice_number, '') || ' ' || coalesce(po_number, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(invoice_number, '') || ' ' || coalesce(po_number, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_invoices(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_invoices(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_invoices(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_kpi_targets_search ON kpi_targets USING gin ((coalesce(kpi_name, '') || ' ' || coalesce(metric_type, '') || ' ' || coalesce(department, '') || ' ' || coalesce(vehicle_group, '')) gin_trgm_ops)
;
CREATE FUNCTION search_kpi_targets(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM kpi_targets
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(kpi_name, '') || ' ' || coalesce(metric_type, '') || ' ' || coalesce(department, '') || ' ' || coalesce(vehicle_group, '')) ILIKE patterns[1] AND (coalesce(kpi_name, '') || ' ' || coalesce(metric_type, '') || ' ' || coalesce(department, '') || ' ' || coalesce(vehicle_group, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_kpi_targets(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_kpi_targets(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_kpi_targets(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_list_views_search ON list_views USING gin ((coalesce(name, '') || ' ' || coalesce(collection, '')) gin_trgm_ops)
;
CREATE FUNCTION search_list_views(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM list_views
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(collection, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(collection, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_list_views(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_list_views(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_list_views(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_maintenance_records_search ON maintenance_records USING gin ((coalesce(work_order_number, '') || ' ' || coalesce(summary, '') || ' ' || coalesce(complaint, '') || ' ' || coalesce(correction, '') || ' ' || coalesce(vendor_invoice_number, '')) gin_trgm_ops)
;
CREATE FUNCTION search_maintenance_records(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM maintenance_records
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(work_order_number, '') || ' ' || coalesce(summary, '') || ' ' || coalesce(complaint, '') || ' ' || coalesce(correction, '') || ' ' || coalesce(vendor_invoice_number, '')) ILIKE patterns[1] AND (coalesce(work_order_number, '') || ' ' || coalesce(summary, '') || ' ' || coalesce(complaint, '') || ' ' || coalesce(correction, '') || ' ' || coalesce(vendor_invoice_number, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_maintenance_records(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_maintenance_records(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_maintenance_records(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_meshy_ai_generations_search ON meshy_ai_generations USING gin ((coalesce(prompt, '')) gin_trgm_ops)
;
CREATE FUNCTION search_meshy_ai_generations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM meshy_ai_generations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(prompt, '')) ILIKE patterns[1] AND (coalesce(prompt, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_meshy_ai_generations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_meshy_ai_generations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_meshy_ai_generations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_message_groups_search ON message_groups USING gin ((coalesce(name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_message_groups(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM message_groups
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_message_groups(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_message_groups(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_message_groups(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_messages_search ON messages USING gin ((coalesce(subject, '') || ' ' || coalesce(message_body, '')) gin_trgm_ops)
;
CREATE FUNCTION search_messages(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM messages
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(subject, '') || ' ' || coalesce(message_body, '')) ILIKE patterns[1] AND (coalesce(subject, '') || ' ' || coalesce(message_body, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_messages(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_messages(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_messages(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_onboarding_checklists_search ON onboarding_checklists USING gin ((coalesce(name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_onboarding_checklists(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM onboarding_checklists
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_onboarding_checklists(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_onboarding_checklists(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_onboarding_checklists(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_onboarding_progress_search ON onboarding_progress USING gin ((coalesce(title, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_onboarding_progress(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM onboarding_progress
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(title, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(title, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_onboarding_progress(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_onboarding_progress(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_onboarding_progress(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_onboarding_tasks_search ON onboarding_tasks USING gin ((coalesce(title, '') || ' ' || coalesce(instructions, '')) gin_trgm_ops)
;
CREATE FUNCTION search_onboarding_tasks(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM onboarding_tasks
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(title, '') || ' ' || coalesce(instructions, '')) ILIKE patterns[1] AND (coalesce(title, '') || ' ' || coalesce(instructions, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_onboarding_tasks(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_onboarding_tasks(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_onboarding_tasks(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_outlook_emails_search ON outlook_emails USING gin ((coalesce(subject, '') || ' ' || coalesce(from_address, '') || ' ' || coalesce(body_preview, '')) gin_trgm_ops)
;
CREATE FUNCTION search_outlook_emails(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM outlook_emails
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(subject, '') || ' ' || coalesce(from_address, '') || ' ' || coalesce(body_preview, '')) ILIKE patterns[1] AND (coalesce(subject, '') || ' ' || coalesce(from_address, '') || ' ' || coalesce(body_preview, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_outlook_emails(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_outlook_emails(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_outlook_emails(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_parts_search ON parts USING gin ((coalesce(part_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(manufacturer_part_number, '') || ' ' || coalesce(barcode, '')) gin_trgm_ops)
;
CREATE FUNCTION search_parts(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM parts
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(part_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(manufacturer_part_number, '') || ' ' || coalesce(barcode, '')) ILIKE patterns[1] AND (coalesce(part_number, '') || ' ' || coalesce(name, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(manufacturer_part_number, '') || ' ' || coalesce(barcode, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_parts(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_parts(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_parts(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_payment_methods_search ON payment_methods USING gin ((coalesce(payment_name, '') || ' ' || coalesce(bank_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_payment_methods(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM payment_methods
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(payment_name, '') || ' ' || coalesce(bank_name, '')) ILIKE patterns[1] AND (coalesce(payment_name, '') || ' ' || coalesce(bank_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_payment_methods(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_payment_methods(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_payment_methods(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_policies_search ON policies USING gin ((coalesce(policy_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) gin_trgm_ops)
;
CREATE FUNCTION search_policies(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM policies
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(policy_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE patterns[1] AND (coalesce(policy_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_policies(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_policies(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_policies(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_policy_versions_search ON policy_versions USING gin ((coalesce(title, '') || ' ' || coalesce(content, '') || ' ' || coalesce(change_summary, '')) gin_trgm_ops)
;
CREATE FUNCTION search_policy_versions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM policy_versions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(title, '') || ' ' || coalesce(content, '') || ' ' || coalesce(change_summary, '')) ILIKE patterns[1] AND (coalesce(title, '') || ' ' || coalesce(content, '') || ' ' || coalesce(change_summary, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_policy_versions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_policy_versions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_policy_versions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_policy_violations_search ON policy_violations USING gin ((coalesce(violation_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_policy_violations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM policy_violations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(violation_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(violation_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_policy_violations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_policy_violations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_policy_violations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_purchase_orders_search ON purchase_orders USING gin ((coalesce(po_number, '') || ' ' || coalesce(notes, '') || ' ' || coalesce(delivery_address, '')) gin_trgm_ops)
;
CREATE FUNCTION search_purchase_orders(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM purchase_orders
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(po_number, '') || ' ' || coalesce(notes, '') || ' ' || coalesce(delivery_address, '')) ILIKE patterns[1] AND (coalesce(po_number, '') || ' ' || coalesce(notes, '') || ' ' || coalesce(delivery_address, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_purchase_orders(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_purchase_orders(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_purchase_orders(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_recurring_maintenance_schedules_search ON recurring_maintenance_schedules USING gin ((coalesce(schedule_name, '') || ' ' || coalesce(maintenance_type, '')) gin_trgm_ops)
;
CREATE FUNCTION search_recurring_maintenance_schedules(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM recurring_maintenance_schedules
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(schedule_name, '') || ' ' || coalesce(maintenance_type, '')) ILIKE patterns[1] AND (coalesce(schedule_name, '') || ' ' || coalesce(maintenance_type, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_recurring_maintenance_schedules(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_recurring_maintenance_schedules(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_recurring_maintenance_schedules(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_routes_search ON routes USING gin ((coalesce(route_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_routes(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM routes
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(route_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(route_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_routes(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_routes(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_routes(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_safety_inspections_search ON safety_inspections USING gin ((coalesce(certification_number, '') || ' ' || coalesce(inspection_type, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_safety_inspections(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM safety_inspections
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(certification_number, '') || ' ' || coalesce(inspection_type, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(certification_number, '') || ' ' || coalesce(inspection_type, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_safety_inspections(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_safety_inspections(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_safety_inspections(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_safety_meetings_search ON safety_meetings USING gin ((coalesce(topic, '') || ' ' || coalesce(agenda, '') || ' ' || coalesce(minutes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_safety_meetings(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM safety_meetings
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(topic, '') || ' ' || coalesce(agenda, '') || ' ' || coalesce(minutes, '')) ILIKE patterns[1] AND (coalesce(topic, '') || ' ' || coalesce(agenda, '') || ' ' || coalesce(minutes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_safety_meetings(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_safety_meetings(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_safety_meetings(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_saved_reports_search ON saved_reports USING gin ((coalesce(report_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(report_category, '')) gin_trgm_ops)
;
CREATE FUNCTION search_saved_reports(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM saved_reports
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(report_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(report_category, '')) ILIKE patterns[1] AND (coalesce(report_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(report_category, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_saved_reports(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_saved_reports(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_saved_reports(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_scheduled_jobs_search ON scheduled_jobs USING gin ((coalesce(job_name, '') || ' ' || coalesce(job_handler, '')) gin_trgm_ops)
;
CREATE FUNCTION search_scheduled_jobs(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM scheduled_jobs
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(job_name, '') || ' ' || coalesce(job_handler, '')) ILIKE patterns[1] AND (coalesce(job_name, '') || ' ' || coalesce(job_handler, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_scheduled_jobs(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_scheduled_jobs(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_scheduled_jobs(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_service_bays_search ON service_bays USING gin ((coalesce(bay_name, '') || ' ' || coalesce(bay_number, '') || ' ' || coalesce(bay_type, '')) gin_trgm_ops)
;
CREATE FUNCTION search_service_bays(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM service_bays
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(bay_name, '') || ' ' || coalesce(bay_number, '') || ' ' || coalesce(bay_type, '')) ILIKE patterns[1] AND (coalesce(bay_name, '') || ' ' || coalesce(bay_number, '') || ' ' || coalesce(bay_type, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_service_bays(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_service_bays(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_service_bays(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_sop_documents_search ON sop_documents USING gin ((coalesce(sop_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(content, '')) gin_trgm_ops)
;
CREATE FUNCTION search_sop_documents(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM sop_documents
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(sop_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(content, '')) ILIKE patterns[1] AND (coalesce(sop_number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(content, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_sop_documents(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_sop_documents(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_sop_documents(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_system_settings_search ON system_settings USING gin ((coalesce(setting_key, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_system_settings(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM system_settings
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(setting_key, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(setting_key, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_system_settings(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_system_settings(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_system_settings(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_teams_integration_messages_search ON teams_integration_messages USING gin ((coalesce(sender_name, '') || ' ' || coalesce(message_content, '')) gin_trgm_ops)
;
CREATE FUNCTION search_teams_integration_messages(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM teams_integration_messages
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(sender_name, '') || ' ' || coalesce(message_content, '')) ILIKE patterns[1] AND (coalesce(sender_name, '') || ' ' || coalesce(message_content, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_teams_integration_messages(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_teams_integration_messages(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_teams_integration_messages(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_technicians_search ON technicians USING gin ((coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(employee_id, '') || ' ' || coalesce(email, '')) gin_trgm_ops)
;
CREATE FUNCTION search_technicians(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM technicians
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(employee_id, '') || ' ' || coalesce(email, '')) ILIKE patterns[1] AND (coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(employee_id, '') || ' ' || coalesce(email, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_technicians(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_technicians(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_technicians(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_toll_plazas_search ON toll_plazas USING gin ((coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(operator, '')) gin_trgm_ops)
;
CREATE FUNCTION search_toll_plazas(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM toll_plazas
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(operator, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(operator, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_toll_plazas(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_toll_plazas(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_toll_plazas(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_traffic_cameras_search ON traffic_cameras USING gin ((coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(county, '')) gin_trgm_ops)
;
CREATE FUNCTION search_traffic_cameras(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM traffic_cameras
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(county, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(road, '') || ' ' || coalesce(county, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_traffic_cameras(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_traffic_cameras(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_traffic_cameras(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_training_completions_search ON training_completions USING gin ((coalesce(certificate_number, '') || ' ' || coalesce(instructor_name, '') || ' ' || coalesce(notes, '')) gin_trgm_ops)
;
CREATE FUNCTION search_training_completions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM training_completions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(certificate_number, '') || ' ' || coalesce(instructor_name, '') || ' ' || coalesce(notes, '')) ILIKE patterns[1] AND (coalesce(certificate_number, '') || ' ' || coalesce(instructor_name, '') || ' ' || coalesce(notes, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_training_completions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_training_completions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_training_completions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_training_modules_search ON training_modules USING gin ((coalesce(module_code, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) gin_trgm_ops)
;
CREATE FUNCTION search_training_modules(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM training_modules
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(module_code, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE patterns[1] AND (coalesce(module_code, '') || ' ' || coalesce(title, '') || ' ' || coalesce(description, '') || ' ' || coalesce(regulation_reference, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_training_modules(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_training_modules(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_training_modules(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_turbosquid_models_search ON turbosquid_models USING gin ((coalesce(model_name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_turbosquid_models(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM turbosquid_models
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(model_name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(model_name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_turbosquid_models(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_turbosquid_models(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_turbosquid_models(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vehicle_3d_models_search ON vehicle_3d_models USING gin ((coalesce(name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vehicle_3d_models(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vehicle_3d_models
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(vehicle_make, '') || ' ' || coalesce(vehicle_model, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vehicle_3d_models(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vehicle_3d_models(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vehicle_3d_models(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_vehicle_reservations_search ON vehicle_reservations USING gin ((coalesce(reservation_number, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(destination, '')) gin_trgm_ops)
;
CREATE FUNCTION search_vehicle_reservations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM vehicle_reservations
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(reservation_number, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(destination, '')) ILIKE patterns[1] AND (coalesce(reservation_number, '') || ' ' || coalesce(purpose, '') || ' ' || coalesce(destination, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_vehicle_reservations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_vehicle_reservations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_vehicle_reservations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_weather_stations_search ON weather_stations USING gin ((coalesce(name, '') || ' ' || coalesce(station_id, '')) gin_trgm_ops)
;
CREATE FUNCTION search_weather_stations(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM weather_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (coalesce(name, '') || ' ' || coalesce(station_id, '')) ILIKE patterns[1] AND (coalesce(name, '') || ' ' || coalesce(station_id, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_weather_stations(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_weather_stations(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_weather_stations(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_webhook_subscriptions_search ON webhook_subscriptions USING gin ((coalesce(webhook_name, '') || ' ' || coalesce(endpoint_url, '')) gin_trgm_ops)
;
CREATE FUNCTION search_webhook_subscriptions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM webhook_subscriptions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(webhook_name, '') || ' ' || coalesce(endpoint_url, '')) ILIKE patterns[1] AND (coalesce(webhook_name, '') || ' ' || coalesce(endpoint_url, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_webhook_subscriptions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_webhook_subscriptions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_webhook_subscriptions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_work_order_templates_search ON work_order_templates USING gin ((coalesce(template_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(work_order_type, '')) gin_trgm_ops)
;
CREATE FUNCTION search_work_order_templates(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM work_order_templates
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(template_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(work_order_type, '')) ILIKE patterns[1] AND (coalesce(template_name, '') || ' ' || coalesce(description, '') || ' ' || coalesce(work_order_type, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_work_order_templates(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_work_order_templates(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_work_order_templates(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_workflow_definitions_search ON workflow_definitions USING gin ((coalesce(workflow_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_workflow_definitions(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM workflow_definitions
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(workflow_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(workflow_code, '') || ' ' || coalesce(name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_workflow_definitions(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_workflow_definitions(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_workflow_definitions(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_workflow_instances_search ON workflow_instances USING gin ((coalesce(instance_number, '') || ' ' || coalesce(title, '')) gin_trgm_ops)
;
CREATE FUNCTION search_workflow_instances(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM workflow_instances
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(instance_number, '') || ' ' || coalesce(title, '')) ILIKE patterns[1] AND (coalesce(instance_number, '') || ' ' || coalesce(title, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_workflow_instances(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_workflow_instances(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_workflow_instances(text[], integer) OWNER TO motorpool_search
;
