-- Takes 0006_compliance.sql back.
ALTER TABLE insurance_policies
    DROP COLUMN naic_code, DROP COLUMN cancelled_on, DROP COLUMN cancellation_reason, DROP COLUMN agreed_end_date
;
DELETE FROM export_jobs WHERE export_format = 'zip'
;
ALTER TABLE export_jobs DROP CONSTRAINT ck_export_jobs_export_format
;
ALTER TABLE export_jobs ADD CONSTRAINT ck_export_jobs_export_format
    CHECK (export_format IN ('csv', 'excel', 'pdf', 'json', 'ndjson'))
;
