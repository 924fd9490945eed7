ALTER TABLE vehicles ADD COLUMN height_m numeric(4, 2)
;
COMMENT ON COLUMN vehicles.height_m IS 'Metres, roof rack and load included'
;
-- Routes: where they begin and end, what the figures rest on, and stops as rows.
ALTER TABLE routes
    ADD COLUMN estimate_basis varchar(20),
    ADD COLUMN departs_at timestamptz,
    ADD COLUMN returns_at timestamptz,
    ADD COLUMN start_lat numeric(10, 8),
    ADD COLUMN start_lng numeric(11, 8),
    ADD COLUMN end_lat numeric(10, 8),
    ADD COLUMN end_lng numeric(11, 8),
    ADD COLUMN planned_fuel_liters numeric(8, 2),
    ADD COLUMN deviation_threshold_m integer DEFAULT 250 NOT NULL,
    ADD COLUMN plan_id uuid
;
ALTER TABLE routes
    ADD CONSTRAINT ck_routes_estimate_basis CHECK (estimate_basis IN ('road', 'straight_line')),
    ADD CONSTRAINT ck_routes_start_lat_is_within_90_degrees CHECK (start_lat BETWEEN -90 AND 90),
    ADD CONSTRAINT ck_routes_start_lng_is_within_180_degrees CHECK (start_lng BETWEEN -180 AND 180),
    ADD CONSTRAINT ck_routes_end_lat_is_within_90_degrees CHECK (end_lat BETWEEN -90 AND 90),
    ADD CONSTRAINT ck_routes_end_lng_is_within_180_degrees CHECK (end_lng BETWEEN -180 AND 180),
    ADD CONSTRAINT ck_routes_planned_fuel_liters_are_not_negative CHECK (planned_fuel_liters >= 0),
    ADD CONSTRAINT ck_routes_deviation_threshold_is_1_to_100000_metres CHECK (deviation_threshold_m BETWEEN 1 AND 100000)
;
COMMENT ON COLUMN routes.estimate_basis IS 'road: from a map of the roads; straight_line: estimated without one'
;
COMMENT ON COLUMN routes.departs_at IS 'Planned departure'
;
COMMENT ON COLUMN routes.returns_at IS 'Planned end of the route'
;
COMMENT ON COLUMN routes.start_lat IS 'Where it begins, degrees, WGS84'
;
COMMENT ON COLUMN routes.start_lng IS 'Where it begins, degrees, WGS84'
;
COMMENT ON COLUMN routes.end_lat IS 'Where it ends, degrees, WGS84'
;
COMMENT ON COLUMN routes.end_lng IS 'Where it ends, degrees, WGS84'
;
COMMENT ON COLUMN routes.planned_fuel_liters IS 'litres, by model; null: electric or not known'
;
COMMENT ON COLUMN routes.deviation_threshold_m IS 'm beside the planned line before it counts as leaving it'
;
COMMENT ON COLUMN routes.plan_id IS 'Routes that were planned together share it'
;
CREATE INDEX ix_routes_tenant_id_plan_id ON routes (tenant_id, plan_id)
;
-- The stops of a plan stand in routes.stops, as the schema has it; what is counted and queried are rows. Whatever path the plan
-- comes by, the rows follow it.
CREATE FUNCTION route_stops_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.stops IS NOT DISTINCT FROM OLD.stops THEN
            IF NEW.status = 'planned' AND OLD.status <> 'planned' THEN
                UPDATE route_stops SET status = 'pending', arrived_at = NULL, departed_at = NULL
                WHERE tenant_id = NEW.tenant_id AND route_id = NEW.id;
            END IF;
            RETURN NULL;
        END IF;
        DELETE FROM route_stops WHERE tenant_id = NEW.tenant_id AND route_id = NEW.id;
    END IF;
    IF jsonb_typeof(NEW.stops) IS DISTINCT FROM 'array' THEN
        RETURN NULL;
    END IF;
    INSERT INTO route_stops (tenant_id, route_id, position, name, address, notes, latitude, longitude, radius_m, service_minutes,
                             window_start, window_end, weight_kg, volume_m3, units, priority, planned_arrival_at,
                             planned_departure_at, leg_distance_m, leg_duration_s)
    SELECT NEW.tenant_id, NEW.id, s."order", s.name, s.address, s.notes, s.lat, s.lng, coalesce(s.radius_m, 100),
           coalesce(s.duration, 0), s.window_start, s.window_end, s.weight_kg, s.volume_m3, s.units, coalesce(s.priority, 0),
           s.planned_arrival, s.planned_departure, s.distance_m, s.travel_s
    FROM jsonb_to_recordset(NEW.stops) AS s("order" integer, name text, address text, notes text, lat numeric, lng numeric,
         radius_m integer, duration integer, window_start timestamptz, window_end timestamptz, weight_kg numeric, volume_m3 numeric,
         units integer, priority integer, planned_arrival timestamptz, planned_departure timestamptz, distance_m integer,
         travel_s integer)
    WHERE s."order" IS NOT NULL AND s.lat IS NOT NULL AND s.lng IS NOT NULL
    ON CONFLICT (tenant_id, route_id, position) DO NOTHING;
    RETURN NULL;
END
$$
;
CREATE TRIGGER stops_follow AFTER INSERT OR UPDATE OF stops, status ON routes
    FOR EACH ROW EXECUTE FUNCTION route_stops_follow()
;
INSERT INTO route_stops (tenant_id, route_id, position, address, notes, latitude, longitude, service_minutes)
SELECT r.tenant_id, r.id, s."order", s.address, s.notes, s.lat, s.lng, coalesce(s.duration, 0)
FROM routes r
CROSS JOIN LATERAL jsonb_to_recordset(CASE WHEN jsonb_typeof(r.stops) = 'array' THEN r.stops ELSE '[]' END)
    AS s("order" integer, address text, notes text, lat numeric, lng numeric, duration integer)
WHERE s."order" IS NOT NULL AND s.lat IS NOT NULL AND s.lng IS NOT NULL
ON CONFLICT (tenant_id, route_id, position) DO NOTHING
;
