-- What a job asks of bay and technician, and the form of a facility's opening hours.
ALTER TABLE work_order_templates ADD COLUMN required_certifications TEXT[], ADD COLUMN required_equipment TEXT[]
;
COMMENT ON COLUMN work_order_templates.required_certifications IS 'Certificates that must be valid on the day of the work, such as EPA 609'
;
COMMENT ON COLUMN work_order_templates.required_equipment IS 'What the bay must have, such as two_post_lift, brake_lathe'
;
ALTER TABLE maintenance_records ADD COLUMN IF NOT EXISTS required_skills TEXT[], ADD COLUMN required_certifications TEXT[], ADD COLUMN required_equipment TEXT[]
;
COMMENT ON COLUMN maintenance_records.required_skills IS 'Specializations that the technician must have; the template''s when left out'
;
COMMENT ON COLUMN maintenance_records.required_certifications IS 'Certificates that must be valid on the day of the work; the template''s when left out'
;
COMMENT ON COLUMN maintenance_records.required_equipment IS 'What the bay must have, such as two_post_lift; the template''s when left out'
;
COMMENT ON COLUMN facilities.opening_hours IS 'By day of the week, in the facility''s time zone; a day without hours is closed; null: not known'
;
