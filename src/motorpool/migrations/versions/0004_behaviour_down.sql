ALTER TABLE geofences DROP COLUMN speed_limit_kph
;
ALTER TABLE driver_behavior_events DROP COLUMN is_estimated, DROP COLUMN limit_source, DROP COLUMN fuel_wasted_liters
