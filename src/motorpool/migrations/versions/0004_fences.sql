-- What was derived with a fence's old shape stays; the new one speaks of what comes after it.
ALTER TABLE geofences ADD COLUMN applies_from TIMESTAMP WITH TIME ZONE
;
COMMENT ON COLUMN geofences.applies_from IS 'Positions recorded after this are compared with it; null: all. Moved to now when its shape changes'
;
COMMENT ON COLUMN geofence_events.recorded_at IS 'On the way between two positions where that is known'
;
CREATE FUNCTION apply_geofence_from_now() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.type, NEW.center_lat, NEW.center_lng, NEW.radius_meters, NEW.coordinates, NEW.is_active, NEW.dwell_minutes,
        NEW.vehicle_group_id)
       IS DISTINCT FROM
       (OLD.type, OLD.center_lat, OLD.center_lng, OLD.radius_meters, OLD.coordinates, OLD.is_active, OLD.dwell_minutes,
        OLD.vehicle_group_id)
       AND NEW.applies_from IS NOT DISTINCT FROM OLD.applies_from
    THEN
        NEW.applies_from := greatest(now(), OLD.applies_from);
    END IF;
    RETURN NEW;
END
$$
;
CREATE TRIGGER apply_geofence_from_now BEFORE UPDATE ON geofences FOR EACH ROW EXECUTE FUNCTION apply_geofence_from_now()
;
