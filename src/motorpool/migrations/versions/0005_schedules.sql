-- Recurring schedules: calendar months, grace, where counting began, programmes; and what meters truly come to.
ALTER TABLE recurring_maintenance_schedules
    ADD COLUMN program_id UUID,
    ADD COLUMN trigger_interval_months INTEGER,
    ADD COLUMN anchor_date DATE,
    ADD COLUMN anchor_mileage INTEGER,
    ADD COLUMN anchor_hours INTEGER,
    ADD COLUMN hold_until DATE,
    ADD COLUMN grace_days INTEGER DEFAULT 0 NOT NULL,
    ADD COLUMN grace_miles INTEGER DEFAULT 100 NOT NULL,
    ADD COLUMN grace_hours INTEGER DEFAULT 5 NOT NULL
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT fk_recurring_maintenance_schedules_program_id FOREIGN KEY(tenant_id, program_id) REFERENCES service_programs (tenant_id, id)
;
ALTER TABLE recurring_maintenance_schedules DROP CONSTRAINT ck_recurring_maintenance_schedules_the_trigger_has_its_interval
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT ck_recurring_maintenance_schedules_the_trigger_has_its_interval CHECK (CASE trigger_type WHEN 'mileage' THEN trigger_interval_miles IS NOT NULL WHEN 'time' THEN coalesce(trigger_interval_days, trigger_interval_months) IS NOT NULL WHEN 'engine_hours' THEN trigger_interval_hours IS NOT NULL ELSE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours, trigger_interval_months) IS NOT NULL END)
;
ALTER TABLE recurring_maintenance_schedules DROP CONSTRAINT ck_recurring_maintenance_schedules_intervals_above_zero
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT ck_recurring_maintenance_schedules_intervals_above_zero CHECK (trigger_interval_miles > 0 AND trigger_interval_days > 0 AND trigger_interval_hours > 0 AND trigger_interval_months > 0)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT ck_recurring_maintenance_schedules_grace_not_negative CHECK (grace_days >= 0 AND grace_miles >= 0 AND grace_hours >= 0)
;
CREATE UNIQUE INDEX uq_recurring_maintenance_schedules_program ON recurring_maintenance_schedules (tenant_id, vehicle_id, program_id, schedule_name) WHERE program_id IS NOT NULL
;
COMMENT ON COLUMN recurring_maintenance_schedules.program_id IS 'Programme that it was assigned with'
;
COMMENT ON COLUMN recurring_maintenance_schedules.trigger_interval_months IS 'Every so many calendar months; on the last day where a month has no such day'
;
COMMENT ON COLUMN recurring_maintenance_schedules.anchor_date IS 'Day that the next one is counted from: last done, skipped, or the beginning'
;
COMMENT ON COLUMN recurring_maintenance_schedules.anchor_mileage IS 'Odometer that the next one is counted from, miles'
;
COMMENT ON COLUMN recurring_maintenance_schedules.anchor_hours IS 'Engine hours that the next one is counted from'
;
COMMENT ON COLUMN recurring_maintenance_schedules.hold_until IS 'No work order is made by itself before this day, because one was cancelled'
;
COMMENT ON COLUMN recurring_maintenance_schedules.grace_days IS 'Overdue when more than so many days past the day; until then due'
;
COMMENT ON COLUMN recurring_maintenance_schedules.grace_miles IS 'Overdue when more than so many miles past the mark; until then due'
;
COMMENT ON COLUMN recurring_maintenance_schedules.grace_hours IS 'Overdue when more than so many engine hours past the mark; until then due'
;
UPDATE recurring_maintenance_schedules SET anchor_date = last_completed_date, anchor_mileage = last_completed_mileage,
    anchor_hours = last_completed_hours
WHERE last_completed_date IS NOT NULL OR last_completed_mileage IS NOT NULL OR last_completed_hours IS NOT NULL
;
DROP TRIGGER audit ON recurring_maintenance_schedules
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON recurring_maintenance_schedules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('recurring_maintenance_schedules', 'tenant_id', 'anchor_date,anchor_mileage,anchor_hours,hold_until,updated_at', '')
;
-- What is added to what a meter shows: the offset of the replaced one, or nothing where a device counts through both, whichever
-- is nearer to what is known.
CREATE FUNCTION meter_offset(present vehicle_meters, shown double precision, at timestamptz) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN present.replacement_offset <> 0 AND at >= coalesce(present.counts_from, '-infinity')
        AND abs(shown + present.replacement_offset - present.true_value) < abs(shown - present.true_value)
        THEN present.replacement_offset ELSE 0 END
$$
;
-- A reading that does not say what earlier meters had shown gets it: the first of a new meter goes on where the old one ended,
-- and what follows on the new meter carries the same offset.
CREATE FUNCTION carry_meter_offset() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    present vehicle_meters;
    known double precision;
BEGIN
    IF NEW.replacement_offset <> 0 THEN
        RETURN NEW;
    END IF;
    -- Whoever reads this meter at the same moment is waited for: what it comes to depends on what was read before.
    SELECT * INTO present FROM vehicle_meters m
    WHERE m.tenant_id = NEW.tenant_id AND m.vehicle_id = NEW.vehicle_id AND m.meter_type = NEW.meter_type FOR NO KEY UPDATE;
    IF NEW.is_replacement THEN
        SELECT max(r.value + r.replacement_offset) INTO known FROM meter_readings r
        WHERE r.tenant_id = NEW.tenant_id AND r.vehicle_id = NEW.vehicle_id AND r.meter_type = NEW.meter_type
          AND r.recorded_at <= NEW.recorded_at AND r.recorded_at >= coalesce((
              SELECT max(x.recorded_at) FROM meter_readings x
              WHERE x.tenant_id = NEW.tenant_id AND x.vehicle_id = NEW.vehicle_id AND x.meter_type = NEW.meter_type
                AND x.recorded_at <= NEW.recorded_at AND (x.is_replacement OR x.source = 'correction')), '-infinity');
        IF NEW.meter_type = 'odometer' AND known IS NOT NULL THEN
            -- What was driven since the last reading.
            known := greatest(known, (
                SELECT p.end_odometer_m FROM trips p
                WHERE p.tenant_id = NEW.tenant_id AND p.vehicle_id = NEW.vehicle_id AND p.started_at <= NEW.recorded_at
                  AND p.started_at >= coalesce(present.counts_from, '-infinity')
                ORDER BY p.started_at DESC LIMIT 1));
        END IF;
        NEW.replacement_offset := coalesce(known - NEW.value, 0);
    ELSE
        NEW.replacement_offset := meter_offset(present, NEW.value, NEW.recorded_at);
    END IF;
    RETURN NEW;
END
$$
;
CREATE TRIGGER carry_offset BEFORE INSERT ON meter_readings FOR EACH ROW EXECUTE FUNCTION carry_meter_offset()
;
-- The true meter is the highest reading since the last replacement or correction. A lower one does not count; by less than a
-- mile or an hour it is how meters are read, and is not told.
CREATE FUNCTION follow_meter() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    present vehicle_meters;
    carried double precision;
    reached double precision;
    begins boolean := NEW.is_replacement OR coalesce(NEW.source = 'correction', false);
    near double precision := CASE NEW.meter_type WHEN 'odometer' THEN 1609.344 ELSE 3600 END;
    is_low boolean;
    is_present boolean;
BEGIN
    SELECT * INTO present FROM vehicle_meters m
    WHERE m.tenant_id = NEW.tenant_id AND m.vehicle_id = NEW.vehicle_id AND m.meter_type = NEW.meter_type FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        INSERT INTO vehicle_meters (tenant_id, vehicle_id, meter_type) VALUES (NEW.tenant_id, NEW.vehicle_id, NEW.meter_type)
        ON CONFLICT (tenant_id, vehicle_id, meter_type) DO NOTHING;
        SELECT * INTO present FROM vehicle_meters m
        WHERE m.tenant_id = NEW.tenant_id AND m.vehicle_id = NEW.vehicle_id AND m.meter_type = NEW.meter_type FOR NO KEY UPDATE;
    END IF;
    IF NEW.recorded_at < coalesce(present.counts_from, '-infinity') THEN
        RETURN NULL;
    END IF;
    IF NOT NEW.is_replacement AND NEW.replacement_offset <> present.replacement_offset AND (
        NEW.replacement_offset = 0 OR EXISTS (
            SELECT FROM meter_readings r
            WHERE r.tenant_id = NEW.tenant_id AND r.vehicle_id = NEW.vehicle_id AND r.meter_type = NEW.meter_type
              AND r.recorded_at < present.counts_from AND r.replacement_offset = NEW.replacement_offset)) THEN
        -- The meter was replaced by an earlier row of this statement, so that this one has the offset of the meter before.
        carried := meter_offset(present, NEW.value, NEW.recorded_at);
        IF carried <> NEW.replacement_offset THEN
            NEW.replacement_offset := carried;
            UPDATE meter_readings r SET replacement_offset = carried WHERE r.tenant_id = NEW.tenant_id AND r.id = NEW.id;
        END IF;
    END IF;
    reached := NEW.value + NEW.replacement_offset;
    IF begins THEN
        SELECT max(r.value + r.replacement_offset) INTO reached FROM meter_readings r
        WHERE r.tenant_id = NEW.tenant_id AND r.vehicle_id = NEW.vehicle_id AND r.meter_type = NEW.meter_type
          AND r.recorded_at >= NEW.recorded_at;
    END IF;
    is_low := NOT begins AND coalesce(reached < present.true_value - near AND NEW.recorded_at >= present.recorded_at, false);
    is_present := begins OR present.true_value IS NULL
        OR coalesce(reached >= present.true_value AND NEW.recorded_at >= present.recorded_at, false);
    UPDATE vehicle_meters m
    SET true_value = CASE WHEN begins THEN reached ELSE greatest(m.true_value, reached) END,
        counts_from = CASE WHEN begins THEN NEW.recorded_at ELSE m.counts_from END,
        replacement_offset = CASE WHEN is_present THEN NEW.replacement_offset ELSE m.replacement_offset END,
        recorded_at = greatest(m.recorded_at, NEW.recorded_at),
        ignored_readings = m.ignored_readings + is_low::int,
        last_ignored_at = CASE WHEN is_low THEN NEW.recorded_at ELSE m.last_ignored_at END
    WHERE m.tenant_id = NEW.tenant_id AND m.vehicle_id = NEW.vehicle_id AND m.meter_type = NEW.meter_type;
    RETURN NULL;
END
$$
;
CREATE TRIGGER follow AFTER INSERT ON meter_readings FOR EACH ROW EXECUTE FUNCTION follow_meter()
;
INSERT INTO vehicle_meters (tenant_id, vehicle_id, meter_type, true_value, replacement_offset, recorded_at, counts_from)
SELECT r.tenant_id, r.vehicle_id, r.meter_type, max(r.value + r.replacement_offset),
       (array_agg(r.replacement_offset ORDER BY r.recorded_at DESC))[1], max(r.recorded_at), max(b.began)
FROM meter_readings r
LEFT JOIN (
    SELECT tenant_id, vehicle_id, meter_type, max(recorded_at) AS began FROM meter_readings
    WHERE is_replacement OR source = 'correction' GROUP BY 1, 2, 3
) AS b ON b.tenant_id = r.tenant_id AND b.vehicle_id = r.vehicle_id AND b.meter_type = r.meter_type
WHERE b.began IS NULL OR r.recorded_at >= b.began
GROUP BY r.tenant_id, r.vehicle_id, r.meter_type
ON CONFLICT (tenant_id, vehicle_id, meter_type) DO NOTHING
;
