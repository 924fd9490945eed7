-- Clips in the file store, what was done with them, and when their content went.
ALTER TABLE video_telematics_footage
    ADD COLUMN archived_at timestamptz,
    ADD COLUMN file_id uuid,
    ADD COLUMN thumbnail_file_id uuid,
    ADD COLUMN content_deleted_at timestamptz,
    ADD COLUMN uploaded_by_user_id uuid,
    ADD CONSTRAINT ck_video_telematics_footage_deleted_content_names_no_file
        CHECK (content_deleted_at IS NULL OR file_id IS NULL),
    ADD CONSTRAINT fk_video_telematics_footage_file_id FOREIGN KEY (tenant_id, file_id) REFERENCES files (tenant_id, id),
    ADD CONSTRAINT fk_video_telematics_footage_thumbnail_file_id
        FOREIGN KEY (tenant_id, thumbnail_file_id) REFERENCES files (tenant_id, id),
    ADD CONSTRAINT fk_video_telematics_footage_uploaded_by_user_id
        FOREIGN KEY (tenant_id, uploaded_by_user_id) REFERENCES users (tenant_id, id)
;
DROP TRIGGER audit ON video_telematics_footage
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON video_telematics_footage FOR EACH ROW EXECUTE FUNCTION write_audit_trail('video_telematics_footage', 'tenant_id', 'updated_at', 'video_url,thumbnail_url')
;
COMMENT ON COLUMN video_telematics_footage.archived_at IS 'When it was moved to the archive of the file store'
;
COMMENT ON COLUMN video_telematics_footage.file_id IS 'The film in the file store; null: it lies with the camera''s provider'
;
COMMENT ON COLUMN video_telematics_footage.thumbnail_file_id IS 'A still picture of it'
;
COMMENT ON COLUMN video_telematics_footage.content_deleted_at IS 'When the film was deleted because its time was over; the row stays'
;
COMMENT ON COLUMN video_telematics_footage.uploaded_by_user_id IS 'null: sent by a device or program'
;
CREATE INDEX ix_video_telematics_footage_tenant_id_content_deleted_at ON video_telematics_footage (tenant_id, content_deleted_at)
;
CREATE INDEX ix_video_telematics_footage_file_id ON video_telematics_footage (file_id)
;
CREATE INDEX ix_video_telematics_footage_thumbnail_file_id ON video_telematics_footage (thumbnail_file_id)
;
