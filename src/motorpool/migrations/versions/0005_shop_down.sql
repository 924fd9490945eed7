COMMENT ON COLUMN facilities.opening_hours IS '{"mon": [["07:00", "18:00"]], ...} in the facility''s time zone'
;
ALTER TABLE maintenance_records DROP COLUMN IF EXISTS required_skills, DROP COLUMN required_certifications, DROP COLUMN required_equipment
;
ALTER TABLE work_order_templates DROP COLUMN required_certifications, DROP COLUMN required_equipment
;
