DROP TRIGGER audit ON trips
;
CREATE TRIGGER audit AFTER UPDATE ON trips FOR EACH ROW EXECUTE FUNCTION write_audit_trail('trips', 'tenant_id', 'driver_id,end_location_lat,end_location_lng,start_odometer,end_odometer,distance_km,duration_minutes,end_odometer_m,idle_time_minutes,max_speed_kph,avg_speed_kph,ended_at,route_polyline,metadata,updated_at', '')
;
DROP TRIGGER stamp ON trips
;
DROP FUNCTION stamp_trip_classification()
;
DROP INDEX ix_trips_tenant_id_driver_id_started_at
;
DROP INDEX ix_trips_tenant_id_usage_type_started_at
;
ALTER TABLE trips DROP CONSTRAINT ck_trips_usage_type
;
UPDATE trips SET usage_type = 'personal' WHERE usage_type = 'commute'
;
ALTER TABLE trips ADD CONSTRAINT ck_trips_usage_type CHECK (usage_type IN ('business', 'personal', 'mixed'))
;
ALTER TABLE trips DROP COLUMN business_percent, DROP COLUMN classified_by, DROP COLUMN classified_at,
    DROP COLUMN classified_by_user_id, DROP COLUMN trip_rule_id
;
