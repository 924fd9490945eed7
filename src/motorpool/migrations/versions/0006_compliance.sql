-- Packages for auditors among the exports; insurance policies that are cancelled mid-term, and the insurer's NAIC code.
ALTER TABLE export_jobs DROP CONSTRAINT ck_export_jobs_export_format
;
ALTER TABLE export_jobs ADD CONSTRAINT ck_export_jobs_export_format
    CHECK (export_format IN ('csv', 'excel', 'pdf', 'json', 'ndjson', 'zip'))
;
ALTER TABLE insurance_policies
    ADD COLUMN naic_code varchar(10),
    ADD COLUMN cancelled_on date,
    ADD COLUMN cancellation_reason text,
    ADD COLUMN agreed_end_date date
;
COMMENT ON COLUMN insurance_policies.naic_code IS 'Number of the insurer at the National Association of Insurance Commissioners, as on insurance cards'
;
COMMENT ON COLUMN insurance_policies.cancelled_on IS 'Last day of cover of a policy that was cancelled mid-term'
;
COMMENT ON COLUMN insurance_policies.agreed_end_date IS 'The end that was agreed, of a policy that was cancelled mid-term'
;
