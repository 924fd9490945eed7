DROP TRIGGER apply_geofence_from_now ON geofences
;
DROP FUNCTION apply_geofence_from_now()
;
COMMENT ON COLUMN geofence_events.recorded_at IS 'Time of the position that shows it'
;
ALTER TABLE geofences DROP COLUMN applies_from
;
