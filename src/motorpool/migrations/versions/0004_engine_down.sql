ALTER TABLE obd_telemetry DROP COLUMN fuel_volume, DROP COLUMN fuel_rate, DROP COLUMN fuel_used,
    DROP COLUMN state_of_charge, DROP COLUMN mil_on
;
ALTER TABLE trips DROP COLUMN energy_consumed_kwh, DROP COLUMN fuel_method, DROP COLUMN fuel_details
;
