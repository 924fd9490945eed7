-- Work orders: sums of their lines, the downtime of an order that was opened again, the vehicle in the shop, escalation.
ALTER TABLE maintenance_records
    ADD COLUMN instructions TEXT,
    ADD COLUMN labor_from_entries BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN parts_from_lines BOOLEAN DEFAULT false NOT NULL,
    ADD COLUMN earlier_downtime_hours NUMERIC(10, 2) DEFAULT '0' NOT NULL,
    ADD COLUMN shop_vehicle_id UUID,
    ADD COLUMN escalated_at TIMESTAMP WITH TIME ZONE
;
ALTER TABLE maintenance_records ALTER COLUMN downtime_hours SET EXPRESSION AS
    (earlier_downtime_hours + round(extract(epoch FROM downtime_ended_at - downtime_started_at) / 3600, 2))
;
ALTER TABLE maintenance_records ADD CONSTRAINT fk_maintenance_records_shop_vehicle_id FOREIGN KEY(tenant_id, shop_vehicle_id) REFERENCES vehicles (tenant_id, id)
;
CREATE INDEX ix_maintenance_records_shop_vehicle_id ON maintenance_records (shop_vehicle_id)
;
COMMENT ON COLUMN maintenance_records.instructions IS 'How the work is done; the template''s'
;
COMMENT ON COLUMN maintenance_records.labor_from_entries IS 'Hours and cost of labour are the sums of the labour entries'
;
COMMENT ON COLUMN maintenance_records.parts_from_lines IS 'The cost of parts is the sum of the part lines'
;
COMMENT ON COLUMN maintenance_records.earlier_downtime_hours IS 'Hours out of use before the clock of the downtime was started again'
;
COMMENT ON COLUMN maintenance_records.shop_vehicle_id IS 'Vehicle that was active and is in the shop because of this order'
;
COMMENT ON COLUMN maintenance_records.escalated_at IS 'When it was told that nobody had begun with it for two days'
;
ALTER TABLE work_order_tasks ADD COLUMN hours_from_entries BOOLEAN DEFAULT false NOT NULL
;
COMMENT ON COLUMN work_order_tasks.hours_from_entries IS 'The hours worked are the sum of the labour entries'
;
COMMENT ON COLUMN work_order_templates.task_checklist IS 'What becomes the order''s tasks: [{task, required, order, requires_inspection, estimated_hours}]'
;
-- Orders that have lines already go by them from now on.
UPDATE maintenance_records w SET
    labor_from_entries = EXISTS (SELECT FROM work_order_labor x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id),
    parts_from_lines = EXISTS (SELECT FROM work_order_parts x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id)
WHERE EXISTS (SELECT FROM work_order_labor x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id)
   OR EXISTS (SELECT FROM work_order_parts x WHERE x.tenant_id = w.tenant_id AND x.work_order_id = w.id)
;
