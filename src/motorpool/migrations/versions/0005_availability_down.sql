DROP INDEX ix_vehicle_reservations_holding_driver
;
DROP INDEX ix_vehicle_reservations_holding_vehicle
;
ALTER TABLE vehicle_reservations
    DROP COLUMN photos_out,
    DROP COLUMN key_number,
    DROP COLUMN photos_in
