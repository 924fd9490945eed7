-- Takes 0004_road_data.sql back.
DROP FUNCTION nearest_traffic_cameras(double precision, double precision, double precision, integer)
;
DROP FUNCTION traffic_cameras_in_box(double precision, double precision, double precision, double precision, integer)
;
DROP FUNCTION nearest_weather_stations(double precision, double precision, double precision, integer)
;
DROP FUNCTION weather_stations_in_box(double precision, double precision, double precision, double precision, integer)
;
DROP FUNCTION nearest_ev_charging_stations(double precision, double precision, double precision, integer)
;
DROP FUNCTION ev_charging_stations_in_box(double precision, double precision, double precision, double precision, integer)
;
DROP FUNCTION nearest_toll_plazas(double precision, double precision, double precision, integer)
;
DROP FUNCTION toll_plazas_in_box(double precision, double precision, double precision, double precision, integer)
;
ALTER TABLE ev_charging_stations DROP COLUMN access_hours, DROP COLUMN connector_types, DROP COLUMN fuel_type, DROP COLUMN status
;
COMMENT ON COLUMN toll_plazas.toll_rates IS 'Such as {"2_axles": {"transponder": "7.25", "cash": "8.25"}}, in USD'
;
