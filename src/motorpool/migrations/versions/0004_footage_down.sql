-- Takes 0004_footage.sql back.
ALTER TABLE video_telematics_footage
    DROP COLUMN archived_at, DROP COLUMN file_id, DROP COLUMN thumbnail_file_id, DROP COLUMN content_deleted_at,
    DROP COLUMN uploaded_by_user_id
;
DROP TRIGGER audit ON video_telematics_footage
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON video_telematics_footage FOR EACH ROW EXECUTE FUNCTION write_audit_trail('video_telematics_footage', 'tenant_id', 'updated_at', '')
;
