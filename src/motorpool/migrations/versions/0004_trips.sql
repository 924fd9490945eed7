-- Trips: the way to work as a use of its own, and who said what a trip was for, when, and by which rule.
ALTER TABLE trips DROP CONSTRAINT ck_trips_usage_type
;
ALTER TABLE trips ADD CONSTRAINT ck_trips_usage_type CHECK (usage_type IN ('business', 'personal', 'commute', 'mixed'))
;
ALTER TABLE trips ADD COLUMN business_percent NUMERIC(5, 2),
    ADD COLUMN classified_by VARCHAR(10),
    ADD COLUMN classified_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN classified_by_user_id UUID,
    ADD COLUMN trip_rule_id UUID
;
ALTER TABLE trips ADD CONSTRAINT ck_trips_classified_by CHECK (classified_by IN ('user', 'rule'))
;
ALTER TABLE trips ADD CONSTRAINT ck_trips_business_percent_is_0_to_100 CHECK (business_percent BETWEEN 0 AND 100)
;
ALTER TABLE trips ADD CONSTRAINT fk_trips_classified_by_user_id FOREIGN KEY(tenant_id, classified_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE trips ADD CONSTRAINT fk_trips_trip_rule_id FOREIGN KEY(tenant_id, trip_rule_id) REFERENCES trip_rules (tenant_id, id)
;
CREATE INDEX ix_trips_tenant_id_driver_id_started_at ON trips (tenant_id, driver_id, started_at DESC)
;
CREATE INDEX ix_trips_tenant_id_usage_type_started_at ON trips (tenant_id, usage_type, started_at DESC)
;
COMMENT ON COLUMN trips.business_percent IS 'Of a mixed trip: the share of its distance that was business'
;
COMMENT ON COLUMN trips.classified_by IS 'Who said what it was for: user, or rule; null: nobody yet'
;
COMMENT ON COLUMN trips.trip_rule_id IS 'The rule that said it'
;
-- Whoever changes what a trip was for without saying who says so is a person: by the API, a form, a list or an import.
CREATE FUNCTION stamp_trip_classification() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.usage_type IS NULL AND NEW.business_purpose IS NULL THEN
        NEW.classified_by := NULL;
        NEW.classified_at := NULL;
        NEW.classified_by_user_id := NULL;
        NEW.trip_rule_id := NULL;
    ELSIF (NEW.classified_by, NEW.classified_at, NEW.trip_rule_id)
          IS NOT DISTINCT FROM (OLD.classified_by, OLD.classified_at, OLD.trip_rule_id) THEN
        NEW.classified_by := 'user';
        NEW.classified_at := now();
        NEW.classified_by_user_id := nullif(current_setting('motorpool.actor_id', true), '')::uuid;
        NEW.trip_rule_id := NULL;
    END IF;
    RETURN NEW;
END
$$
;
CREATE TRIGGER stamp BEFORE UPDATE OF usage_type, business_purpose, business_percent ON trips FOR EACH ROW
WHEN ((OLD.usage_type, OLD.business_purpose, OLD.business_percent)
      IS DISTINCT FROM (NEW.usage_type, NEW.business_purpose, NEW.business_percent))
EXECUTE FUNCTION stamp_trip_classification()
;
-- What is derived is rewritten while a trip is under way, its consumption (0004_engine.sql) too, and who classified it goes with
-- the classification: that is no event for the audit log.
DROP TRIGGER audit ON trips
;
CREATE TRIGGER audit AFTER UPDATE ON trips FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trips', 'tenant_id', 'driver_id,end_location_lat,end_location_lng,start_odometer,end_odometer,distance_km,duration_minutes,end_odometer_m,idle_time_minutes,max_speed_kph,avg_speed_kph,ended_at,route_polyline,metadata,fuel_consumed_liters,fuel_efficiency_l_per_100km,energy_consumed_kwh,fuel_method,fuel_details,classified_by,classified_at,classified_by_user_id,trip_rule_id,updated_at', '')
;
UPDATE trips SET classified_by = 'user' WHERE usage_type IS NOT NULL OR business_purpose IS NOT NULL
;
-- The rates that the tax office of the United States published, in USD for a statute mile.
INSERT INTO mileage_rates (tenant_id, kind, valid_from, rate_per_mile, source) VALUES
    (NULL, 'business', '2022-01-01', 0.585, 'IRS Notice 2022-3'),
    (NULL, 'business', '2022-07-01', 0.625, 'IRS Announcement 2022-13'),
    (NULL, 'business', '2023-01-01', 0.655, 'IRS Notice 2023-3'),
    (NULL, 'business', '2024-01-01', 0.67, 'IRS Notice 2024-8'),
    (NULL, 'business', '2025-01-01', 0.70, 'IRS Notice 2025-5'),
    (NULL, 'business', '2026-01-01', 0.725, 'IRS Notice 2026-10'),
    (NULL, 'medical', '2022-01-01', 0.18, 'IRS Notice 2022-3'),
    (NULL, 'medical', '2022-07-01', 0.22, 'IRS Announcement 2022-13'),
    (NULL, 'medical', '2023-01-01', 0.22, 'IRS Notice 2023-3'),
    (NULL, 'medical', '2024-01-01', 0.21, 'IRS Notice 2024-8'),
    (NULL, 'medical', '2025-01-01', 0.21, 'IRS Notice 2025-5'),
    (NULL, 'medical', '2026-01-01', 0.205, 'IRS Notice 2026-10'),
    (NULL, 'charity', '2022-01-01', 0.14, '26 U.S.C. 170(i)')
;
