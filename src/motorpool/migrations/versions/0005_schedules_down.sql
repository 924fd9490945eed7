DROP TRIGGER follow ON meter_readings
;
DROP FUNCTION follow_meter()
;
DROP TRIGGER carry_offset ON meter_readings
;
DROP FUNCTION carry_meter_offset()
;
DROP FUNCTION meter_offset(vehicle_meters, double precision, timestamptz)
;
DROP TRIGGER audit ON recurring_maintenance_schedules
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON recurring_maintenance_schedules FOR EACH ROW EXECUTE FUNCTION write_audit_trail('recurring_maintenance_schedules', 'tenant_id', 'updated_at', '')
;
DROP INDEX uq_recurring_maintenance_schedules_program
;
DELETE FROM recurring_maintenance_schedules WHERE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours) IS NULL
;
UPDATE recurring_maintenance_schedules SET trigger_interval_days = 30 * trigger_interval_months
WHERE trigger_type = 'time' AND trigger_interval_days IS NULL
;
ALTER TABLE recurring_maintenance_schedules DROP CONSTRAINT ck_recurring_maintenance_schedules_the_trigger_has_its_interval
;
ALTER TABLE recurring_maintenance_schedules DROP CONSTRAINT ck_recurring_maintenance_schedules_intervals_above_zero
;
ALTER TABLE recurring_maintenance_schedules DROP CONSTRAINT ck_recurring_maintenance_schedules_grace_not_negative
;
ALTER TABLE recurring_maintenance_schedules DROP COLUMN program_id, DROP COLUMN trigger_interval_months,
    DROP COLUMN anchor_date, DROP COLUMN anchor_mileage, DROP COLUMN anchor_hours, DROP COLUMN hold_until,
    DROP COLUMN grace_days, DROP COLUMN grace_miles, DROP COLUMN grace_hours
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT ck_recurring_maintenance_schedules_the_trigger_has_its_interval CHECK (CASE trigger_type WHEN 'mileage' THEN trigger_interval_miles IS NOT NULL WHEN 'time' THEN trigger_interval_days IS NOT NULL WHEN 'engine_hours' THEN trigger_interval_hours IS NOT NULL ELSE coalesce(trigger_interval_miles, trigger_interval_days, trigger_interval_hours) IS NOT NULL END)
;
ALTER TABLE recurring_maintenance_schedules ADD CONSTRAINT ck_recurring_maintenance_schedules_intervals_above_zero CHECK (trigger_interval_miles > 0 AND trigger_interval_days > 0 AND trigger_interval_hours > 0)
;
