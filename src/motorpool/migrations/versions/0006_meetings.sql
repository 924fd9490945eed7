-- Safety meetings: the quiz's rules, what it counts as, how it ended; signatures that stay as they are.
ALTER TABLE safety_meetings
    ADD COLUMN quiz_pass_percent integer,
    ADD COLUMN quiz_attempts integer,
    ADD COLUMN training_type varchar(100),
    ADD COLUMN training_valid_months integer,
    ADD COLUMN cancellation_reason text,
    ADD COLUMN held_at timestamptz,
    ADD COLUMN held_by_user_id uuid,
    ADD CONSTRAINT ck_safety_meetings_pass_mark_from_1_to_100_percent CHECK (quiz_pass_percent BETWEEN 1 AND 100),
    ADD CONSTRAINT ck_safety_meetings_at_least_one_attempt CHECK (quiz_attempts > 0),
    ADD CONSTRAINT ck_safety_meetings_training_counts_1_to_120_months CHECK (training_valid_months BETWEEN 1 AND 120),
    ADD CONSTRAINT fk_safety_meetings_held_by_user_id FOREIGN KEY (tenant_id, held_by_user_id) REFERENCES users (tenant_id, id)
;
COMMENT ON COLUMN safety_meetings.quiz_pass_percent IS 'Percent of the questions that must be right; null: every result passes'
;
COMMENT ON COLUMN safety_meetings.quiz_attempts IS 'How often one may try; null: until it is passed'
;
COMMENT ON COLUMN safety_meetings.training_type IS 'Drivers who signed, and passed the quiz if there is one, get a training record of this type'
;
COMMENT ON COLUMN safety_meetings.training_valid_months IS 'Months for which the training counts; null: for good'
;
COMMENT ON COLUMN safety_meetings.held_at IS 'When it was closed'
;
-- Whatever path a change comes by: once signed, who signed, how and when stays as it is.
CREATE FUNCTION meeting_signature_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a signature stays as it is; withdraw the attendance with a reason' USING ERRCODE = 'check_violation';
END
$$
;
CREATE TRIGGER signature_stays BEFORE UPDATE ON meeting_attendees FOR EACH ROW WHEN (OLD.signed_at IS NOT NULL AND (OLD.safety_meeting_id, OLD.driver_id, OLD.user_id, OLD.guest_name, OLD.came_at, OLD.signed_at, OLD.signed_name, OLD.signature, OLD.signed_with, OLD.signed_by_user_id) IS DISTINCT FROM (NEW.safety_meeting_id, NEW.driver_id, NEW.user_id, NEW.guest_name, NEW.came_at, NEW.signed_at, NEW.signed_name, NEW.signature, NEW.signed_with, NEW.signed_by_user_id)) EXECUTE FUNCTION meeting_signature_stays()
;
