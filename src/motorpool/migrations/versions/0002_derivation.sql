-- Trips and stops name their driver and their odometer: when either is corrected, what follows is derived again.
CREATE FUNCTION derive_again() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moment text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
        VALUES (OLD.tenant_id, OLD.vehicle_id, (to_jsonb(OLD) ->> moment)::timestamptz);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
        VALUES (NEW.tenant_id, NEW.vehicle_id, (to_jsonb(NEW) ->> moment)::timestamptz);
    END IF;
    RETURN NULL;
END
$$
;
CREATE TRIGGER derive_again AFTER INSERT OR DELETE OR UPDATE OF vehicle_id, driver_id, starts_at, ends_at
ON driver_assignments FOR EACH ROW EXECUTE FUNCTION derive_again('starts_at')
;
CREATE TRIGGER derive_again AFTER INSERT OR DELETE OR UPDATE OF vehicle_id, meter_type, value, replacement_offset, recorded_at
ON meter_readings FOR EACH ROW EXECUTE FUNCTION derive_again('recorded_at')
