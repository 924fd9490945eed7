ALTER TABLE driver_behavior_events
    ADD COLUMN is_estimated boolean DEFAULT false NOT NULL,
    ADD COLUMN limit_source varchar(20),
    ADD COLUMN fuel_wasted_liters numeric(8, 3)
;
COMMENT ON COLUMN driver_behavior_events.is_estimated IS 'Computed from speeds and headings of positions, not measured by a device'
;
COMMENT ON COLUMN driver_behavior_events.limit_source IS 'Whose limit was exceeded: vehicle, geofence or street'
;
COMMENT ON COLUMN driver_behavior_events.fuel_wasted_liters IS 'l burned by idling, by the hourly rate of the vehicle''s class'
;
ALTER TABLE geofences ADD COLUMN speed_limit_kph numeric(6, 2),
    ADD CONSTRAINT ck_geofences_speed_limit_kph_is_1_to_300 CHECK (speed_limit_kph BETWEEN 1 AND 300)
;
COMMENT ON COLUMN geofences.speed_limit_kph IS 'km/h inside, for speeding; empty: the fence limits nothing'
