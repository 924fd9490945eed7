DROP TRIGGER stops_follow ON routes
;
DROP FUNCTION route_stops_follow()
;
DROP INDEX ix_routes_tenant_id_plan_id
;
ALTER TABLE routes
    DROP COLUMN estimate_basis,
    DROP COLUMN departs_at,
    DROP COLUMN returns_at,
    DROP COLUMN start_lat,
    DROP COLUMN start_lng,
    DROP COLUMN end_lat,
    DROP COLUMN end_lng,
    DROP COLUMN planned_fuel_liters,
    DROP COLUMN deviation_threshold_m,
    DROP COLUMN plan_id
;
ALTER TABLE vehicles DROP COLUMN height_m
;
