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
DO $do$
DECLARE
    places text;
    made text;
BEGIN
    FOREACH places IN ARRAY ARRAY['traffic_cameras', 'weather_stations', 'ev_charging_stations', 'toll_plazas'] LOOP
        EXECUTE format($make$
            CREATE FUNCTION nearest_%1$s(lat double precision, lng double precision, radius_m double precision, most integer)
            RETURNS TABLE (place uuid, metres double precision)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
                SELECT id, earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) AS apart
                FROM %1$s
                WHERE (tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid OR tenant_id IS NULL)
                  AND earth_box(ll_to_earth(lat, lng), radius_m) @> ll_to_earth(latitude, longitude)
                  AND earth_distance(ll_to_earth(lat, lng), ll_to_earth(latitude, longitude)) <= radius_m
                ORDER BY apart, id LIMIT most
            $$
        $make$, places);
        EXECUTE format($make$
            CREATE FUNCTION %1$s_in_box(west double precision, south double precision, east double precision,
                                        north double precision, most integer)
            RETURNS SETOF uuid
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
                SELECT id FROM %1$s
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
        $make$, places);
        FOREACH made IN ARRAY ARRAY['nearest_' || places, places || '_in_box'] LOOP
            EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', made);
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO motorpool_app', made);
            -- Last: whoever gives a function away has no say over its grants any more.
            EXECUTE format('ALTER FUNCTION %s OWNER TO motorpool_search', made);
        END LOOP;
    END LOOP;
END
$do$
;
