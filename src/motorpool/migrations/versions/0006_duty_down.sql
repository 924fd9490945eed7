ALTER TABLE hours_of_service_logs
    DROP COLUMN eld_record_status,
    DROP COLUMN eld_import_id,
    DROP COLUMN trip_id
;
