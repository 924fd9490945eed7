ALTER TABLE vehicles DROP COLUMN carries_hazmat
;
DROP INDEX ix_driver_violations_tenant_id_case_status_violation_date
;
ALTER TABLE driver_violations
    DROP COLUMN case_status,
    DROP COLUMN decided_on,
    DROP COLUMN employer_notified_on,
    DROP COLUMN fine_paid_amount
