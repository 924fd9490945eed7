-- Takes 0006_meetings.sql back.
DROP TRIGGER signature_stays ON meeting_attendees
;
DROP FUNCTION meeting_signature_stays()
;
ALTER TABLE safety_meetings
    DROP COLUMN quiz_pass_percent, DROP COLUMN quiz_attempts, DROP COLUMN training_type, DROP COLUMN training_valid_months,
    DROP COLUMN cancellation_reason, DROP COLUMN held_at, DROP COLUMN held_by_user_id
;
