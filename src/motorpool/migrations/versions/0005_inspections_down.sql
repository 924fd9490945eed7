-- Takes 0005_inspections.sql back.
ALTER TABLE safety_inspections
    DROP COLUMN certifier_name, DROP COLUMN certifier_signature, DROP COLUMN reviewed_by_user_id, DROP COLUMN reviewer_name,
    DROP COLUMN reviewer_signature, DROP COLUMN inspector_name, DROP COLUMN form_id, DROP COLUMN client_key,
    DROP COLUMN submitted_by_user_id, DROP COLUMN received_at, DROP COLUMN latitude, DROP COLUMN longitude
;
DROP TRIGGER audit ON safety_inspections
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON safety_inspections FOR EACH ROW EXECUTE FUNCTION write_audit_trail('safety_inspections', 'tenant_id', 'updated_at', 'inspector_signature')
;
