-- Made from the models.
CREATE TABLE duty_file_imports (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	file_id UUID NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	eld_provider VARCHAR(100) NOT NULL, 
	eld_device_id VARCHAR(100) NOT NULL, 
	made_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	first_event_at TIMESTAMP WITH TIME ZONE, 
	last_event_at TIMESTAMP WITH TIME ZONE, 
	new_records INTEGER DEFAULT '0' NOT NULL, 
	known_records INTEGER DEFAULT '0' NOT NULL, 
	changed_records INTEGER DEFAULT '0' NOT NULL, 
	unassigned_records INTEGER DEFAULT '0' NOT NULL, 
	imported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	imported_by_user_id UUID, 
	CONSTRAINT pk_duty_file_imports PRIMARY KEY (id), 
	CONSTRAINT ck_duty_file_imports_counts_from_zero CHECK (new_records >= 0 AND known_records >= 0 AND changed_records >= 0 AND unassigned_records >= 0), 
	CONSTRAINT uq_duty_file_imports_tenant_id_driver_id_sha256 UNIQUE (tenant_id, driver_id, sha256)
)
;
CREATE INDEX ix_duty_file_imports_driver_id_imported_at ON duty_file_imports (driver_id, imported_at DESC)
;
CREATE INDEX ix_duty_file_imports_file_id ON duty_file_imports (file_id)
;
CREATE INDEX ix_duty_file_imports_tenant_id_imported_at ON duty_file_imports (tenant_id, imported_at DESC)
;
CREATE UNIQUE INDEX uq_duty_file_imports_tenant_id_id ON duty_file_imports (tenant_id, id)
;
COMMENT ON TABLE duty_file_imports IS 'Output files of ELDs that were read into drivers'' logs'
;
COMMENT ON COLUMN duty_file_imports.file_id IS 'The file as it came'
;
COMMENT ON COLUMN duty_file_imports.eld_provider IS 'Registration id of the ELD''s maker, as the file says'
;
COMMENT ON COLUMN duty_file_imports.eld_device_id IS 'ELD identifier, as the file says'
;
COMMENT ON COLUMN duty_file_imports.made_at IS 'When the device wrote the file'
;
COMMENT ON COLUMN duty_file_imports.known_records IS 'They were there before'
;
COMMENT ON COLUMN duty_file_imports.changed_records IS 'Known ones that lasted longer or that the device has changed since'
;
COMMENT ON COLUMN duty_file_imports.unassigned_records IS 'Driving of nobody that is known'
;
CREATE TABLE duty_supporting_documents (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	driver_id UUID NOT NULL, 
	vehicle_id UUID, 
	log_date DATE NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	shown_name VARCHAR(255) NOT NULL, 
	document_number VARCHAR(100), 
	document_date DATE NOT NULL, 
	document_time TIME WITHOUT TIME ZONE, 
	place VARCHAR(255) NOT NULL, 
	notes TEXT, 
	file_id UUID NOT NULL, 
	received_on DATE, 
	submitted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	submitted_by_user_id UUID, 
	status VARCHAR(20) DEFAULT 'kept' NOT NULL, 
	withdrawn_reason TEXT, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	withdrawn_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_duty_supporting_documents PRIMARY KEY (id), 
	CONSTRAINT ck_duty_supporting_documents_kind CHECK (kind IN ('bill_of_lading', 'dispatch_record', 'expense_receipt', 'mobile_communication', 'payroll_record', 'toll_receipt')), 
	CONSTRAINT ck_duty_supporting_documents_status CHECK (status IN ('kept', 'withdrawn')), 
	CONSTRAINT ck_duty_supporting_documents_the_place_names_a_town CHECK (length(trim(place)) >= 2), 
	CONSTRAINT ck_duty_supporting_documents_the_driver_is_named CHECK (length(trim(shown_name)) >= 1), 
	CONSTRAINT ck_duty_supporting_documents_received_on_or_after_the_day CHECK (received_on >= document_date), 
	CONSTRAINT ck_duty_supporting_documents_a_withdrawn_one_says_why CHECK (status <> 'withdrawn' OR withdrawn_reason IS NOT NULL), 
	CONSTRAINT uq_duty_supporting_documents_tenant_id_driver_id_log_d_7aab9b82 UNIQUE (tenant_id, driver_id, log_date, file_id)
)
;
CREATE INDEX ix_duty_supporting_documents_driver_id_log_date ON duty_supporting_documents (driver_id, log_date DESC)
;
CREATE INDEX ix_duty_supporting_documents_file_id ON duty_supporting_documents (file_id)
;
CREATE INDEX ix_duty_supporting_documents_tenant_id_kind ON duty_supporting_documents (tenant_id, kind)
;
CREATE INDEX ix_duty_supporting_documents_tenant_id_log_date ON duty_supporting_documents (tenant_id, log_date DESC)
;
CREATE INDEX ix_duty_supporting_documents_tenant_id_submitted_at ON duty_supporting_documents (tenant_id, submitted_at DESC)
;
CREATE INDEX ix_duty_supporting_documents_vehicle_id ON duty_supporting_documents (vehicle_id)
;
CREATE UNIQUE INDEX uq_duty_supporting_documents_tenant_id_id ON duty_supporting_documents (tenant_id, id)
;
COMMENT ON TABLE duty_supporting_documents IS 'Documents that support a driver''s record of duty status for a day (49 CFR 395.11)'
;
COMMENT ON COLUMN duty_supporting_documents.log_date IS 'The carrier''s day that it supports'
;
COMMENT ON COLUMN duty_supporting_documents.kind IS 'Bill of lading or itinerary, dispatch or trip record, receipt of an expense on duty, messages through a fleet system, payroll record; toll receipts are kept beside the eight of a day'
;
COMMENT ON COLUMN duty_supporting_documents.shown_name IS 'Driver''s name or number, or the vehicle''s, as it stands on the document'
;
COMMENT ON COLUMN duty_supporting_documents.document_date IS 'The date on it, of the place where it was made'
;
COMMENT ON COLUMN duty_supporting_documents.document_time IS 'Clock at the home terminal; null: it shows none'
;
COMMENT ON COLUMN duty_supporting_documents.place IS 'Nearest city, town or village'
;
COMMENT ON COLUMN duty_supporting_documents.file_id IS 'Photo or PDF'
;
COMMENT ON COLUMN duty_supporting_documents.received_on IS 'When the driver got it, if that was later than the day; the 13 days count from then'
;
COMMENT ON COLUMN duty_supporting_documents.status IS 'withdrawn: does not belong to this day; it stays readable'
;
CREATE TABLE meeting_attendees (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	safety_meeting_id UUID NOT NULL, 
	driver_id UUID, 
	user_id UUID, 
	guest_name VARCHAR(255), 
	guest_company VARCHAR(255), 
	is_invited BOOLEAN DEFAULT 'false' NOT NULL, 
	came_at TIMESTAMP WITH TIME ZONE, 
	came_noted_by_user_id UUID, 
	signed_at TIMESTAMP WITH TIME ZONE, 
	signed_name VARCHAR(255), 
	signature TEXT, 
	signed_with VARCHAR(20), 
	signed_by_user_id UUID, 
	withdrawn_at TIMESTAMP WITH TIME ZONE, 
	withdrawn_by_user_id UUID, 
	withdrawal_reason TEXT, 
	training_record_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_meeting_attendees PRIMARY KEY (id), 
	CONSTRAINT ck_meeting_attendees_signed_with CHECK (signed_with IN ('own_account', 'leader')), 
	CONSTRAINT ck_meeting_attendees_it_is_one_person CHECK (num_nonnulls(driver_id, user_id, guest_name) = 1), 
	CONSTRAINT ck_meeting_attendees_a_signature_has_its_time_and_name CHECK (num_nonnulls(signed_at, signed_name, signed_with) IN (0, 3)), 
	CONSTRAINT ck_meeting_attendees_whoever_signs_was_there CHECK (signed_at IS NULL OR came_at IS NOT NULL), 
	CONSTRAINT ck_meeting_attendees_what_is_withdrawn_has_a_reason CHECK (num_nonnulls(withdrawn_at, withdrawal_reason) IN (0, 2)), 
	CONSTRAINT uq_meeting_attendees_tenant_id_safety_meeting_id_driver_id UNIQUE (tenant_id, safety_meeting_id, driver_id), 
	CONSTRAINT uq_meeting_attendees_tenant_id_safety_meeting_id_user_id UNIQUE (tenant_id, safety_meeting_id, user_id)
)
;
CREATE INDEX ix_meeting_attendees_driver_id ON meeting_attendees (driver_id)
;
CREATE INDEX ix_meeting_attendees_tenant_id_signed_at ON meeting_attendees (tenant_id, signed_at DESC)
;
CREATE INDEX ix_meeting_attendees_training_record_id ON meeting_attendees (training_record_id)
;
CREATE INDEX ix_meeting_attendees_user_id ON meeting_attendees (user_id)
;
CREATE UNIQUE INDEX uq_meeting_attendees_tenant_id_id ON meeting_attendees (tenant_id, id)
;
COMMENT ON TABLE meeting_attendees IS 'Who was invited to a meeting, who came, and who signed'
;
COMMENT ON COLUMN meeting_attendees.user_id IS 'Somebody with an account who is no driver'
;
COMMENT ON COLUMN meeting_attendees.guest_name IS 'Somebody from outside'
;
COMMENT ON COLUMN meeting_attendees.is_invited IS 'Was asked to come'
;
COMMENT ON COLUMN meeting_attendees.came_at IS 'When it was noted that the person is there'
;
COMMENT ON COLUMN meeting_attendees.signed_name IS 'As signed'
;
COMMENT ON COLUMN meeting_attendees.signature IS 'Base64 PNG; null: signed by the typed name'
;
COMMENT ON COLUMN meeting_attendees.signed_with IS 'own_account: on the own phone; leader: on the device of whoever led the meeting'
;
COMMENT ON COLUMN meeting_attendees.signed_by_user_id IS 'Account that took the signature'
;
COMMENT ON COLUMN meeting_attendees.withdrawn_at IS 'When the attendance was withdrawn'
;
COMMENT ON COLUMN meeting_attendees.training_record_id IS 'What the meeting counts as'
;
CREATE TABLE meeting_questions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	safety_meeting_id UUID NOT NULL, 
	position INTEGER NOT NULL, 
	question_text TEXT NOT NULL, 
	choices TEXT[] NOT NULL, 
	right_choices INTEGER[] NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_meeting_questions PRIMARY KEY (id), 
	CONSTRAINT ck_meeting_questions_position_from_one CHECK (position > 0), 
	CONSTRAINT ck_meeting_questions_two_to_ten_choices CHECK (cardinality(choices) BETWEEN 2 AND 10), 
	CONSTRAINT ck_meeting_questions_at_least_one_choice_is_right CHECK (cardinality(right_choices) > 0), 
	CONSTRAINT uq_meeting_questions_tenant_id_safety_meeting_id_position UNIQUE (tenant_id, safety_meeting_id, position)
)
;
CREATE INDEX ix_meeting_questions_tenant_id_created_at ON meeting_questions (tenant_id, created_at)
;
CREATE UNIQUE INDEX uq_meeting_questions_tenant_id_id ON meeting_questions (tenant_id, id)
;
COMMENT ON TABLE meeting_questions IS 'Questions of meetings'' quizzes'
;
COMMENT ON COLUMN meeting_questions.position IS 'Place in the quiz, from 1'
;
COMMENT ON COLUMN meeting_questions.choices IS 'Answers to choose from'
;
COMMENT ON COLUMN meeting_questions.right_choices IS 'Places of the right ones, from 0'
;
CREATE TABLE meeting_quiz_attempts (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	meeting_attendee_id UUID NOT NULL, 
	attempt_number INTEGER NOT NULL, 
	answers JSONB NOT NULL, 
	score NUMERIC(5, 2) NOT NULL, 
	passed BOOLEAN NOT NULL, 
	submitted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	submitted_by_user_id UUID, 
	CONSTRAINT pk_meeting_quiz_attempts PRIMARY KEY (id), 
	CONSTRAINT ck_meeting_quiz_attempts_attempts_from_one CHECK (attempt_number > 0), 
	CONSTRAINT ck_meeting_quiz_attempts_score_is_a_percentage CHECK (score BETWEEN 0 AND 100), 
	CONSTRAINT uq_meeting_quiz_attempts_tenant_id_meeting_attendee_id_ff90ffb0 UNIQUE (tenant_id, meeting_attendee_id, attempt_number)
)
;
CREATE INDEX ix_meeting_quiz_attempts_tenant_id_submitted_at ON meeting_quiz_attempts (tenant_id, submitted_at DESC)
;
CREATE UNIQUE INDEX uq_meeting_quiz_attempts_tenant_id_id ON meeting_quiz_attempts (tenant_id, id)
;
COMMENT ON TABLE meeting_quiz_attempts IS 'Answers to meetings'' quizzes, each attempt a row'
;
COMMENT ON COLUMN meeting_quiz_attempts.attempt_number IS 'From 1'
;
COMMENT ON COLUMN meeting_quiz_attempts.answers IS 'Question -> places of the chosen answers'
;
COMMENT ON COLUMN meeting_quiz_attempts.score IS 'Percent of the questions'
;
COMMENT ON COLUMN meeting_quiz_attempts.submitted_by_user_id IS 'Account that sent it'
;
CREATE TABLE osha_years (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	facility_id UUID, 
	year INTEGER NOT NULL, 
	average_employees INTEGER, 
	hours_worked NUMERIC(12, 1), 
	establishment_name VARCHAR(100), 
	street VARCHAR(100), 
	city VARCHAR(100), 
	region VARCHAR(50), 
	postal_code VARCHAR(20), 
	industry_description VARCHAR(300), 
	naics_code VARCHAR(6), 
	employer_number VARCHAR(9), 
	establishment_type VARCHAR(20) DEFAULT 'private' NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	certified_by_name VARCHAR(255), 
	certified_by_title VARCHAR(100), 
	certified_by_phone VARCHAR(40), 
	certified_on DATE, 
	notes TEXT, 
	entered_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_osha_years PRIMARY KEY (id), 
	CONSTRAINT uq_osha_years_tenant_id_facility_id_year UNIQUE NULLS NOT DISTINCT (tenant_id, facility_id, year), 
	CONSTRAINT ck_osha_years_status CHECK (status IN ('draft', 'certified')), 
	CONSTRAINT ck_osha_years_establishment_type CHECK (establishment_type IN ('private', 'state_government', 'local_government')), 
	CONSTRAINT ck_osha_years_a_calendar_year CHECK (year BETWEEN 1971 AND 2200), 
	CONSTRAINT ck_osha_years_employees_are_counted_from_zero CHECK (average_employees >= 0), 
	CONSTRAINT ck_osha_years_hours_worked_above_zero CHECK (hours_worked > 0), 
	CONSTRAINT ck_osha_years_a_naics_code_has_six_digits CHECK (naics_code ~ '^[0-9]{6}$'), 
	CONSTRAINT ck_osha_years_an_employer_number_has_nine_digits CHECK (employer_number ~ '^[0-9]{9}$'), 
	CONSTRAINT ck_osha_years_certified_means_complete_and_signed CHECK (status = 'draft' OR (average_employees IS NOT NULL AND hours_worked IS NOT NULL AND certified_by_name IS NOT NULL AND certified_by_title IS NOT NULL AND certified_on IS NOT NULL))
)
;
CREATE INDEX ix_osha_years_facility_id ON osha_years (facility_id)
;
CREATE INDEX ix_osha_years_tenant_id_year ON osha_years (tenant_id, year DESC)
;
CREATE UNIQUE INDEX uq_osha_years_tenant_id_id ON osha_years (tenant_id, id)
;
COMMENT ON TABLE osha_years IS 'Employees and hours of establishments by year, and who certified the OSHA 300A summary'
;
COMMENT ON COLUMN osha_years.facility_id IS 'Establishment; null: the whole organisation is one'
;
COMMENT ON COLUMN osha_years.year IS 'Calendar year'
;
COMMENT ON COLUMN osha_years.average_employees IS 'Annual average: sum of the employees of each pay period / number of pay periods'
;
COMMENT ON COLUMN osha_years.hours_worked IS 'Hours that all employees worked in the year; no holidays, no sick leave'
;
COMMENT ON COLUMN osha_years.establishment_name IS 'As it stands on the form; null: the facility''s or the organisation''s name'
;
COMMENT ON COLUMN osha_years.street IS 'null: the facility''s'
;
COMMENT ON COLUMN osha_years.city IS 'null: the facility''s'
;
COMMENT ON COLUMN osha_years.region IS 'State, two letters; null: the facility''s'
;
COMMENT ON COLUMN osha_years.postal_code IS 'null: the facility''s'
;
COMMENT ON COLUMN osha_years.industry_description IS 'Such as General freight trucking, local'
;
COMMENT ON COLUMN osha_years.naics_code IS 'North American Industry Classification System, six digits, such as 484110'
;
COMMENT ON COLUMN osha_years.employer_number IS 'Employer identification number (EIN), nine digits'
;
COMMENT ON COLUMN osha_years.certified_by_name IS 'Company executive who examined the log (29 CFR 1904.32(b)(3))'
;
COMMENT ON COLUMN osha_years.certified_by_title IS 'Such as owner, officer of the corporation, highest ranking official'
;
ALTER TABLE duty_file_imports ADD CONSTRAINT fk_duty_file_imports_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE duty_file_imports ADD CONSTRAINT fk_duty_file_imports_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE duty_file_imports ADD CONSTRAINT fk_duty_file_imports_imported_by_user_id FOREIGN KEY(tenant_id, imported_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE duty_file_imports ADD CONSTRAINT fk_duty_file_imports_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_file_id FOREIGN KEY(tenant_id, file_id) REFERENCES files (tenant_id, id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_submitted_by_user_id FOREIGN KEY(tenant_id, submitted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE duty_supporting_documents ADD CONSTRAINT fk_duty_supporting_documents_withdrawn_by_user_id FOREIGN KEY(tenant_id, withdrawn_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_came_noted_by_user_id FOREIGN KEY(tenant_id, came_noted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_driver_id FOREIGN KEY(tenant_id, driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_safety_meeting_id FOREIGN KEY(tenant_id, safety_meeting_id) REFERENCES safety_meetings (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_signed_by_user_id FOREIGN KEY(tenant_id, signed_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_training_record_id FOREIGN KEY(tenant_id, training_record_id) REFERENCES driver_training_records (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_user_id FOREIGN KEY(tenant_id, user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_attendees ADD CONSTRAINT fk_meeting_attendees_withdrawn_by_user_id FOREIGN KEY(tenant_id, withdrawn_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_questions ADD CONSTRAINT fk_meeting_questions_safety_meeting_id FOREIGN KEY(tenant_id, safety_meeting_id) REFERENCES safety_meetings (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE meeting_questions ADD CONSTRAINT fk_meeting_questions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE meeting_quiz_attempts ADD CONSTRAINT fk_meeting_quiz_attempts_meeting_attendee_id FOREIGN KEY(tenant_id, meeting_attendee_id) REFERENCES meeting_attendees (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE meeting_quiz_attempts ADD CONSTRAINT fk_meeting_quiz_attempts_submitted_by_user_id FOREIGN KEY(tenant_id, submitted_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE meeting_quiz_attempts ADD CONSTRAINT fk_meeting_quiz_attempts_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE osha_years ADD CONSTRAINT fk_osha_years_entered_by_user_id FOREIGN KEY(tenant_id, entered_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE osha_years ADD CONSTRAINT fk_osha_years_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE osha_years ADD CONSTRAINT fk_osha_years_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE duty_file_imports ENABLE ROW LEVEL SECURITY
;
ALTER TABLE duty_file_imports FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON duty_file_imports TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON duty_file_imports TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON duty_file_imports TO motorpool_app
;
ALTER TABLE duty_supporting_documents ENABLE ROW LEVEL SECURITY
;
ALTER TABLE duty_supporting_documents FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON duty_supporting_documents TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON duty_supporting_documents TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON duty_supporting_documents TO motorpool_app
;
ALTER TABLE meeting_attendees ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meeting_attendees FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON meeting_attendees TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON meeting_attendees TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_attendees TO motorpool_app
;
ALTER TABLE meeting_questions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meeting_questions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON meeting_questions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON meeting_questions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_questions TO motorpool_app
;
ALTER TABLE meeting_quiz_attempts ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meeting_quiz_attempts FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON meeting_quiz_attempts TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON meeting_quiz_attempts TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_quiz_attempts TO motorpool_app
;
ALTER TABLE osha_years ENABLE ROW LEVEL SECURITY
;
ALTER TABLE osha_years FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON osha_years TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON osha_years TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON osha_years FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON osha_years TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON osha_years TO motorpool_app
;
CREATE TRIGGER touch BEFORE UPDATE ON duty_supporting_documents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON meeting_attendees FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON meeting_questions FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON osha_years FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON duty_file_imports FOR EACH ROW EXECUTE FUNCTION write_audit_trail('duty_file_imports', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON duty_supporting_documents FOR EACH ROW EXECUTE FUNCTION write_audit_trail('duty_supporting_documents', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON meeting_attendees FOR EACH ROW EXECUTE FUNCTION write_audit_trail('meeting_attendees', 'tenant_id', 'updated_at', 'signature')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON meeting_questions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('meeting_questions', 'tenant_id', 'updated_at', 'right_choices')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON meeting_quiz_attempts FOR EACH ROW EXECUTE FUNCTION write_audit_trail('meeting_quiz_attempts', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON osha_years FOR EACH ROW EXECUTE FUNCTION write_audit_trail('osha_years', 'tenant_id', 'updated_at', '')
;
CREATE INDEX ix_osha_years_search ON osha_years USING gin ((coalesce(establishment_name, '') || ' ' || coalesce(certified_by_name, '')) gin_trgm_ops)
;
CREATE FUNCTION search_osha_years(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM osha_years
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(establishment_name, '') || ' ' || coalesce(certified_by_name, '')) ILIKE patterns[1] AND (coalesce(establishment_name, '') || ' ' || coalesce(certified_by_name, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_osha_years(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_osha_years(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_osha_years(text[], integer) OWNER TO motorpool_search
;
