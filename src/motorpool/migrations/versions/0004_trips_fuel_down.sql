ALTER TABLE obd_telemetry DROP COLUMN fuel_volume, DROP COLUMN fuel_rate, DROP COLUMN fuel_used,
    DROP COLUMN state_of_charge, DROP COLUMN mil_on
;
DROP TRIGGER audit ON trips
;
CREATE TRIGGER audit AFTER UPDATE ON trips FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trips', 'tenant_id', 'driver_id,end_location_lat,end_location_lng,start_odometer,end_odometer,distance_km,duration_minutes,end_odometer_m,idle_time_minutes,max_speed_kph,avg_speed_kph,ended_at,route_polyline,metadata,updated_at', '')
;
ALTER TABLE trips DROP COLUMN energy_consumed_kwh, DROP COLUMN fuel_method, DROP COLUMN fuel_details
;
