-- Takes 0004_road_data.sql back.
DO $do$
DECLARE
    places text;
BEGIN
    FOREACH places IN ARRAY ARRAY['traffic_cameras', 'weather_stations', 'ev_charging_stations', 'toll_plazas'] LOOP
        EXECUTE format('DROP FUNCTION nearest_%1$s', places);
        EXECUTE format('DROP FUNCTION %1$s_in_box', places);
    END LOOP;
END
$do$
;
ALTER TABLE ev_charging_stations DROP COLUMN access_hours, DROP COLUMN connector_types, DROP COLUMN fuel_type, DROP COLUMN status
;
COMMENT ON COLUMN toll_plazas.toll_rates IS 'Such as {"2_axles": {"transponder": "7.25", "cash": "8.25"}}, in USD'
;
