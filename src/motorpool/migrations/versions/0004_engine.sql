-- What engines say about fuel, charge and the check-engine lamp, and how a trip's consumption was found.
ALTER TABLE obd_telemetry
    ADD COLUMN fuel_volume NUMERIC(8, 2),
    ADD COLUMN fuel_rate NUMERIC(6, 2),
    ADD COLUMN fuel_used NUMERIC(10, 2),
    ADD COLUMN state_of_charge NUMERIC(5, 2),
    ADD COLUMN mil_on BOOLEAN
;
COMMENT ON COLUMN obd_telemetry.fuel_volume IS 'litres in the tank'
;
COMMENT ON COLUMN obd_telemetry.fuel_rate IS 'litres per hour'
;
COMMENT ON COLUMN obd_telemetry.fuel_used IS 'litres since the engine was new, a counter'
;
COMMENT ON COLUMN obd_telemetry.state_of_charge IS 'of the traction battery, percentage'
;
COMMENT ON COLUMN obd_telemetry.mil_on IS 'Whether the check-engine lamp is on'
;
-- Months that exist already: the application may COPY into the new columns as into the others.
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'obd_telemetry'::regclass LOOP
        EXECUTE format('GRANT INSERT (fuel_volume, fuel_rate, fuel_used, state_of_charge, mil_on) ON %s TO motorpool_app', leaf);
    END LOOP;
END
$$
;
ALTER TABLE trips
    ADD COLUMN energy_consumed_kwh NUMERIC(8, 2),
    ADD COLUMN fuel_method VARCHAR(20),
    ADD COLUMN fuel_details JSONB
;
COMMENT ON COLUMN trips.energy_consumed_kwh IS 'Out of the traction battery, net of what came back; null: not known'
;
COMMENT ON COLUMN trips.fuel_method IS 'How the consumption was found: counter, rate, air_flow, level or charge'
;
COMMENT ON COLUMN trips.fuel_details IS 'What it was found from: levels, coverage, what came in and went on the way'
;
