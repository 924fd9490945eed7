-- Inspections by form, sent from a phone once, signed by those who certify and review.
ALTER TABLE safety_inspections
    ADD COLUMN certifier_name varchar(255),
    ADD COLUMN certifier_signature text,
    ADD COLUMN reviewed_by_user_id uuid,
    ADD COLUMN reviewer_name varchar(255),
    ADD COLUMN reviewer_signature text,
    ADD COLUMN inspector_name varchar(255),
    ADD COLUMN form_id uuid,
    ADD COLUMN client_key uuid,
    ADD COLUMN submitted_by_user_id uuid,
    ADD COLUMN received_at timestamptz,
    ADD COLUMN latitude numeric(10, 8),
    ADD COLUMN longitude numeric(11, 8),
    ADD CONSTRAINT uq_safety_inspections_tenant_id_client_key UNIQUE (tenant_id, client_key),
    ADD CONSTRAINT fk_safety_inspections_form_id FOREIGN KEY (tenant_id, form_id) REFERENCES inspection_forms (tenant_id, id),
    ADD CONSTRAINT fk_safety_inspections_submitted_by_user_id
        FOREIGN KEY (tenant_id, submitted_by_user_id) REFERENCES users (tenant_id, id),
    ADD CONSTRAINT fk_safety_inspections_reviewed_by_user_id
        FOREIGN KEY (tenant_id, reviewed_by_user_id) REFERENCES users (tenant_id, id)
;
DROP TRIGGER audit ON safety_inspections
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON safety_inspections FOR EACH ROW EXECUTE FUNCTION write_audit_trail('safety_inspections', 'tenant_id', 'updated_at', 'inspector_signature,certifier_signature,reviewer_signature')
;
COMMENT ON COLUMN safety_inspections.certifier_name IS 'As signed by the certifier'
;
COMMENT ON COLUMN safety_inspections.certifier_signature IS 'Base64 signature image'
;
COMMENT ON COLUMN safety_inspections.reviewer_name IS 'As signed by the next driver'
;
COMMENT ON COLUMN safety_inspections.reviewer_signature IS 'Base64 signature image'
;
COMMENT ON COLUMN safety_inspections.inspector_name IS 'As signed by the inspector'
;
COMMENT ON COLUMN safety_inspections.form_id IS 'The version of the form that was filled in; null: entered without a form'
;
COMMENT ON COLUMN safety_inspections.client_key IS 'Made by the phone that filled it in, so that a report that is sent twice is kept once'
;
COMMENT ON COLUMN safety_inspections.submitted_by_user_id IS 'Account that sent it'
;
COMMENT ON COLUMN safety_inspections.received_at IS 'When it arrived here; later than inspection_date when the phone was offline'
;
COMMENT ON COLUMN safety_inspections.latitude IS 'Degrees, WGS 84'
;
COMMENT ON COLUMN safety_inspections.longitude IS 'Degrees, WGS 84'
;
CREATE INDEX ix_safety_inspections_form_id ON safety_inspections (form_id)
;
CREATE INDEX ix_safety_inspections_submitted_by_user_id ON safety_inspections (submitted_by_user_id)
;
