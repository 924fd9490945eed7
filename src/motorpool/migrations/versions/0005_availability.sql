-- Reservations: the key and pictures of hand-over and return, and what holds a vehicle or a driver now.
ALTER TABLE vehicle_reservations
    ADD COLUMN photos_out text[],
    ADD COLUMN key_number varchar(50),
    ADD COLUMN photos_in text[]
;
COMMENT ON COLUMN vehicle_reservations.photos_out IS 'Addresses of pictures taken at hand-over'
;
COMMENT ON COLUMN vehicle_reservations.key_number IS 'Key that was handed out, or compartment of the key box'
;
COMMENT ON COLUMN vehicle_reservations.photos_in IS 'Addresses of pictures taken at return'
;
CREATE INDEX ix_vehicle_reservations_holding_vehicle ON vehicle_reservations (tenant_id, vehicle_id, ends_at)
    WHERE status IN ('approved', 'handed_over')
;
CREATE INDEX ix_vehicle_reservations_holding_driver ON vehicle_reservations (tenant_id, driver_id, ends_at)
    WHERE status IN ('approved', 'handed_over')
