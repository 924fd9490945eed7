COMMENT ON COLUMN work_order_templates.task_checklist IS 'What becomes the order''s tasks: [{task, required, order}]'
;
ALTER TABLE work_order_tasks DROP COLUMN hours_from_entries
;
ALTER TABLE maintenance_records ALTER COLUMN downtime_hours SET EXPRESSION AS
    (round(extract(epoch FROM downtime_ended_at - downtime_started_at) / 3600, 2))
;
ALTER TABLE maintenance_records DROP COLUMN instructions, DROP COLUMN labor_from_entries, DROP COLUMN parts_from_lines,
    DROP COLUMN earlier_downtime_hours, DROP COLUMN shop_vehicle_id, DROP COLUMN escalated_at
;
