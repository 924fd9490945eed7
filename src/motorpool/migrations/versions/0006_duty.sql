-- Duty logs: records that came with an ELD's file, and the trip that an automatic record follows.
ALTER TABLE hours_of_service_logs
    ADD COLUMN eld_record_status varchar(20),
    ADD COLUMN eld_import_id uuid,
    ADD COLUMN trip_id uuid,
    ADD CONSTRAINT ck_hours_of_service_logs_eld_record_status
        CHECK (eld_record_status IN ('active', 'inactive_changed', 'change_requested', 'change_rejected')),
    ADD CONSTRAINT fk_hours_of_service_logs_eld_import_id
        FOREIGN KEY (tenant_id, eld_import_id) REFERENCES duty_file_imports (tenant_id, id),
    ADD CONSTRAINT fk_hours_of_service_logs_trip_id FOREIGN KEY (tenant_id, trip_id) REFERENCES trips (tenant_id, id)
;
COMMENT ON COLUMN hours_of_service_logs.eld_record_status IS
    'What the device''s own file says the record counts for; null: not from such a file'
;
COMMENT ON COLUMN hours_of_service_logs.eld_import_id IS 'The file that it came with'
;
COMMENT ON COLUMN hours_of_service_logs.trip_id IS 'Trip that shows the driving'
;
CREATE INDEX ix_hours_of_service_logs_trip_id ON hours_of_service_logs (trip_id)
;
CREATE INDEX ix_hours_of_service_logs_eld_import_id ON hours_of_service_logs (eld_import_id)
;
