-- Takes 0004_footage.sql back.
ALTER TABLE video_telematics_footage
    DROP COLUMN archived_at, DROP COLUMN file_id, DROP COLUMN thumbnail_file_id, DROP COLUMN content_deleted_at,
    DROP COLUMN uploaded_by_user_id
;
