-- Charging stations know their fuel, hours and plugs; places are found by distance and by the map's box.
ALTER TABLE ev_charging_stations
    ADD COLUMN access_hours text,
    ADD COLUMN connector_types text[],
    ADD COLUMN fuel_type varchar(30) NOT NULL DEFAULT 'electric',
    ADD COLUMN status varchar(20) NOT NULL DEFAULT 'available'
;
COMMENT ON COLUMN ev_charging_stations.access_hours IS 'When it is open, as the operator puts it'
;
COMMENT ON COLUMN ev_charging_stations.connector_types IS 'Such as J1772, CCS, CHAdeMO, NACS'
;
COMMENT ON COLUMN ev_charging_stations.fuel_type IS 'electric, or another fuel of an imported register: cng, lng, lpg, e85, biodiesel, renewable_diesel, hydrogen'
;
COMMENT ON COLUMN ev_charging_stations.status IS 'Such as available, planned, unavailable'
;
COMMENT ON COLUMN toll_plazas.toll_rates IS 'Amounts by axles, class of vehicle, way of paying, time of day and first day; see docs/road_data.md'
;
CREATE INDEX ix_ev_charging_stations_tenant_id_fuel_type ON ev_charging_stations (tenant_id, fuel_type)
;
CREATE FUNCTION nearest_traffic_cameras(lat double precision, lng double precision, radius_m double precision, most integer)
RETURNS TABLE (place uuid, metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) AS apart
    FROM traffic_cameras
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND earth_box(ll_to_earth(lat, lng), radius_m) @> ll_to_earth(latitude, longitude)
      AND earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) <= radius_m
    ORDER BY apart, id LIMIT most
$$
;
CREATE FUNCTION traffic_cameras_in_box(west double precision, south double precision, east double precision, north double precision, most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM traffic_cameras
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (east - west > 20 OR north - south > 20
           OR earth_box(ll_to_earth((south + north) / 2, (west + east) / 2),
                        greatest(
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(south, west)),
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(north, west))
                        ) * 1.05 + 100)
              @> ll_to_earth(latitude, longitude))
      AND latitude BETWEEN south AND north AND longitude BETWEEN west AND east
    ORDER BY id LIMIT most
$$
;
REVOKE ALL ON FUNCTION nearest_traffic_cameras(double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION nearest_traffic_cameras(double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION nearest_traffic_cameras(double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
REVOKE ALL ON FUNCTION traffic_cameras_in_box(double precision, double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION traffic_cameras_in_box(double precision, double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION traffic_cameras_in_box(double precision, double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
CREATE FUNCTION nearest_weather_stations(lat double precision, lng double precision, radius_m double precision, most integer)
RETURNS TABLE (place uuid, metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) AS apart
    FROM weather_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND earth_box(ll_to_earth(lat, lng), radius_m) @> ll_to_earth(latitude, longitude)
      AND earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) <= radius_m
    ORDER BY apart, id LIMIT most
$$
;
CREATE FUNCTION weather_stations_in_box(west double precision, south double precision, east double precision, north double precision, most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM weather_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (east - west > 20 OR north - south > 20
           OR earth_box(ll_to_earth((south + north) / 2, (west + east) / 2),
                        greatest(
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(south, west)),
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(north, west))
                        ) * 1.05 + 100)
              @> ll_to_earth(latitude, longitude))
      AND latitude BETWEEN south AND north AND longitude BETWEEN west AND east
    ORDER BY id LIMIT most
$$
;
REVOKE ALL ON FUNCTION nearest_weather_stations(double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION nearest_weather_stations(double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION nearest_weather_stations(double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
REVOKE ALL ON FUNCTION weather_stations_in_box(double precision, double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION weather_stations_in_box(double precision, double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION weather_stations_in_box(double precision, double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
CREATE FUNCTION nearest_ev_charging_stations(lat double precision, lng double precision, radius_m double precision, most integer)
RETURNS TABLE (place uuid, metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) AS apart
    FROM ev_charging_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND earth_box(ll_to_earth(lat, lng), radius_m) @> ll_to_earth(latitude, longitude)
      AND earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) <= radius_m
    ORDER BY apart, id LIMIT most
$$
;
CREATE FUNCTION ev_charging_stations_in_box(west double precision, south double precision, east double precision, north double precision, most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM ev_charging_stations
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (east - west > 20 OR north - south > 20
           OR earth_box(ll_to_earth((south + north) / 2, (west + east) / 2),
                        greatest(
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(south, west)),
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(north, west))
                        ) * 1.05 + 100)
              @> ll_to_earth(latitude, longitude))
      AND latitude BETWEEN south AND north AND longitude BETWEEN west AND east
    ORDER BY id LIMIT most
$$
;
REVOKE ALL ON FUNCTION nearest_ev_charging_stations(double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION nearest_ev_charging_stations(double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION nearest_ev_charging_stations(double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
REVOKE ALL ON FUNCTION ev_charging_stations_in_box(double precision, double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION ev_charging_stations_in_box(double precision, double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION ev_charging_stations_in_box(double precision, double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
CREATE FUNCTION nearest_toll_plazas(lat double precision, lng double precision, radius_m double precision, most integer)
RETURNS TABLE (place uuid, metres double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) AS apart
    FROM toll_plazas
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND earth_box(ll_to_earth(lat, lng), radius_m) @> ll_to_earth(latitude, longitude)
      AND earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) <= radius_m
    ORDER BY apart, id LIMIT most
$$
;
CREATE FUNCTION toll_plazas_in_box(west double precision, south double precision, east double precision, north double precision, most integer)
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM toll_plazas
    WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
      AND (east - west > 20 OR north - south > 20
           OR earth_box(ll_to_earth((south + north) / 2, (west + east) / 2),
                        greatest(
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(south, west)),
                            earth_distance(ll_to_earth((south + north) / 2, (west + east) / 2), ll_to_earth(north, west))
                        ) * 1.05 + 100)
              @> ll_to_earth(latitude, longitude))
      AND latitude BETWEEN south AND north AND longitude BETWEEN west AND east
    ORDER BY id LIMIT most
$$
;
REVOKE ALL ON FUNCTION nearest_toll_plazas(double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION nearest_toll_plazas(double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION nearest_toll_plazas(double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
REVOKE ALL ON FUNCTION toll_plazas_in_box(double precision, double precision, double precision, double precision, integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION toll_plazas_in_box(double precision, double precision, double precision, double precision, integer) TO motorpool_app
;
ALTER FUNCTION toll_plazas_in_box(double precision, double precision, double precision, double precision, integer) OWNER TO motorpool_search
;
