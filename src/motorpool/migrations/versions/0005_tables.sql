-- Made from the models.
CREATE TABLE defect_sightings (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	defect_id UUID NOT NULL, 
	inspection_id UUID NOT NULL, 
	inspection_item VARCHAR(255) NOT NULL, 
	seen_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	reported_by_driver_id UUID, 
	odometer INTEGER, 
	notes TEXT, 
	photos TEXT[], 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_defect_sightings PRIMARY KEY (id), 
	CONSTRAINT uq_defect_sightings_tenant_id_inspection_id_inspection_item UNIQUE (tenant_id, inspection_id, inspection_item)
)
;
CREATE INDEX ix_defect_sightings_defect_id ON defect_sightings (defect_id)
;
CREATE INDEX ix_defect_sightings_reported_by_driver_id ON defect_sightings (reported_by_driver_id)
;
CREATE INDEX ix_defect_sightings_tenant_id_seen_at_id ON defect_sightings (tenant_id, seen_at, id)
;
CREATE UNIQUE INDEX uq_defect_sightings_tenant_id_id ON defect_sightings (tenant_id, id)
;
COMMENT ON TABLE defect_sightings IS 'Later inspections that found a known defect again'
;
COMMENT ON COLUMN defect_sightings.inspection_item IS 'Item of the checklist that failed'
;
COMMENT ON COLUMN defect_sightings.odometer IS 'When it was seen, kilometres'
;
COMMENT ON COLUMN defect_sightings.photos IS 'Addresses of pictures'
;
CREATE TABLE inspection_form_items (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	form_id UUID NOT NULL, 
	position INTEGER DEFAULT '1' NOT NULL, 
	item_key VARCHAR(63) NOT NULL, 
	section VARCHAR(100), 
	item_text VARCHAR(255) NOT NULL, 
	guidance TEXT, 
	kind VARCHAR(20) DEFAULT 'check' NOT NULL, 
	is_required BOOLEAN DEFAULT 'true' NOT NULL, 
	allows_na BOOLEAN DEFAULT 'true' NOT NULL, 
	minimum NUMERIC(12, 3), 
	maximum NUMERIC(12, 3), 
	unit VARCHAR(20), 
	photo_on_failure BOOLEAN DEFAULT 'false' NOT NULL, 
	severity VARCHAR(20) DEFAULT 'major' NOT NULL, 
	is_unsafe BOOLEAN DEFAULT 'false' NOT NULL, 
	vehicle_types TEXT[], 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_inspection_form_items PRIMARY KEY (id), 
	CONSTRAINT ck_inspection_form_items_kind CHECK (kind IN ('check', 'number', 'text', 'photo')), 
	CONSTRAINT ck_inspection_form_items_severity CHECK (severity IN ('minor', 'major', 'critical')), 
	CONSTRAINT ck_inspection_form_items_minimum_not_above_maximum CHECK (minimum <= maximum), 
	CONSTRAINT uq_inspection_form_items_tenant_id_form_id_item_key UNIQUE (tenant_id, form_id, item_key)
)
;
CREATE INDEX ix_inspection_form_items_form_id_position ON inspection_form_items (form_id, position)
;
CREATE INDEX ix_inspection_form_items_tenant_id_created_at_id ON inspection_form_items (tenant_id, created_at, id)
;
CREATE INDEX ix_inspection_form_items_tenant_id_item_key ON inspection_form_items (tenant_id, item_key)
;
CREATE UNIQUE INDEX uq_inspection_form_items_tenant_id_id ON inspection_form_items (tenant_id, id)
;
COMMENT ON TABLE inspection_form_items IS 'Lines of an inspection form'
;
COMMENT ON COLUMN inspection_form_items.position IS 'Place in the form, from 1'
;
COMMENT ON COLUMN inspection_form_items.item_key IS 'The same in later versions and other forms: by it a known defect is found again'
;
COMMENT ON COLUMN inspection_form_items.section IS 'Heading that it stands under'
;
COMMENT ON COLUMN inspection_form_items.item_text IS 'What is looked at'
;
COMMENT ON COLUMN inspection_form_items.guidance IS 'What to look for'
;
COMMENT ON COLUMN inspection_form_items.kind IS 'check is OK, defect or not applicable; the others ask for a number, a text or a photo'
;
COMMENT ON COLUMN inspection_form_items.is_required IS 'Must be answered'
;
COMMENT ON COLUMN inspection_form_items.allows_na IS 'May be answered by not applicable'
;
COMMENT ON COLUMN inspection_form_items.minimum IS 'A lower number is a defect, in the item''s unit'
;
COMMENT ON COLUMN inspection_form_items.maximum IS 'A higher number is a defect, in the item''s unit'
;
COMMENT ON COLUMN inspection_form_items.unit IS 'Of the number, such as mm, psi, percent'
;
COMMENT ON COLUMN inspection_form_items.photo_on_failure IS 'A defect must be shown in a photo'
;
COMMENT ON COLUMN inspection_form_items.severity IS 'Of a defect found here'
;
COMMENT ON COLUMN inspection_form_items.is_unsafe IS 'A defect found here keeps the vehicle from being used'
;
COMMENT ON COLUMN inspection_form_items.vehicle_types IS 'Kinds of vehicle that have this, such as tractor, trailer; empty: all'
;
CREATE TABLE inspection_forms (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	form_key VARCHAR(63) NOT NULL, 
	version INTEGER DEFAULT '1' NOT NULL, 
	form_name VARCHAR(255) NOT NULL, 
	inspection_type VARCHAR(100) DEFAULT 'custom' NOT NULL, 
	status VARCHAR(20) DEFAULT 'draft' NOT NULL, 
	description TEXT, 
	legal_basis VARCHAR(255), 
	inspector_kind VARCHAR(20) DEFAULT 'anyone' NOT NULL, 
	required_certification VARCHAR(255), 
	validity_months INTEGER, 
	needs_signature BOOLEAN DEFAULT 'true' NOT NULL, 
	vehicle_types TEXT[], 
	is_builtin BOOLEAN DEFAULT 'false' NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE, 
	published_by_user_id UUID, 
	retired_at TIMESTAMP WITH TIME ZONE, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_inspection_forms PRIMARY KEY (id), 
	CONSTRAINT ck_inspection_forms_status CHECK (status IN ('draft', 'published', 'retired')), 
	CONSTRAINT ck_inspection_forms_inspector_kind CHECK (inspector_kind IN ('anyone', 'technician')), 
	CONSTRAINT ck_inspection_forms_version_above_zero CHECK (version > 0), 
	CONSTRAINT ck_inspection_forms_validity_from_1_to_120_months CHECK (validity_months BETWEEN 1 AND 120), 
	CONSTRAINT uq_inspection_forms_tenant_id_form_key_version UNIQUE (tenant_id, form_key, version)
)
;
CREATE INDEX ix_inspection_forms_tenant_id_form_name_id ON inspection_forms (tenant_id, form_name, id)
;
CREATE INDEX ix_inspection_forms_tenant_id_inspection_type ON inspection_forms (tenant_id, inspection_type)
;
CREATE INDEX ix_inspection_forms_tenant_id_status ON inspection_forms (tenant_id, status)
;
CREATE UNIQUE INDEX uq_inspection_forms_draft ON inspection_forms (tenant_id, form_key) WHERE status = 'draft'
;
CREATE UNIQUE INDEX uq_inspection_forms_tenant_id_id ON inspection_forms (tenant_id, id)
;
COMMENT ON TABLE inspection_forms IS 'Checklists for inspections, each published version a row'
;
COMMENT ON COLUMN inspection_forms.form_key IS 'The same for all versions of a form, such as dvir_pre_trip'
;
COMMENT ON COLUMN inspection_forms.inspection_type IS 'Such as pre_trip, post_trip, annual, quarterly, custom'
;
COMMENT ON COLUMN inspection_forms.description IS 'What it is for, shown above the checklist'
;
COMMENT ON COLUMN inspection_forms.legal_basis IS 'Such as 49 CFR 396.11'
;
COMMENT ON COLUMN inspection_forms.inspector_kind IS 'Who may fill it in; technicians are qualified inspectors'
;
COMMENT ON COLUMN inspection_forms.required_certification IS 'Certificate that the technician must hold and that has not expired'
;
COMMENT ON COLUMN inspection_forms.validity_months IS 'Months until the next one is due; empty: it is not repeated'
;
COMMENT ON COLUMN inspection_forms.vehicle_types IS 'Kinds of vehicle it is for, such as truck, tractor, bus; empty: all'
;
COMMENT ON COLUMN inspection_forms.is_builtin IS 'Comes with Motorpool'
;
CREATE TABLE maintenance_schedule_events (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	schedule_id UUID NOT NULL, 
	vehicle_id UUID NOT NULL, 
	event VARCHAR(20) NOT NULL, 
	work_order_id UUID, 
	happened_on DATE NOT NULL, 
	mileage INTEGER, 
	engine_hours INTEGER, 
	was_due_date DATE, 
	was_due_mileage INTEGER, 
	was_due_hours INTEGER, 
	reason TEXT, 
	before JSONB NOT NULL, 
	taken_back_at TIMESTAMP WITH TIME ZONE, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_maintenance_schedule_events PRIMARY KEY (id), 
	CONSTRAINT ck_maintenance_schedule_events_event CHECK (event IN ('completed', 'done_elsewhere', 'skipped', 'postponed')), 
	CONSTRAINT ck_maintenance_schedule_events_meters_not_negative CHECK (mileage >= 0 AND engine_hours >= 0)
)
;
CREATE INDEX ix_maintenance_schedule_events_schedule_id_id ON maintenance_schedule_events (schedule_id, id DESC)
;
CREATE INDEX ix_maintenance_schedule_events_tenant_id_happened_on_id ON maintenance_schedule_events (tenant_id, happened_on, id)
;
CREATE INDEX ix_maintenance_schedule_events_vehicle_id_happened_on ON maintenance_schedule_events (vehicle_id, happened_on DESC)
;
CREATE UNIQUE INDEX uq_maintenance_schedule_events_tenant_id_id ON maintenance_schedule_events (tenant_id, id)
;
CREATE UNIQUE INDEX uq_maintenance_schedule_events_work_order ON maintenance_schedule_events (tenant_id, work_order_id) WHERE taken_back_at IS NULL
;
COMMENT ON TABLE maintenance_schedule_events IS 'What became of each service that was due'
;
COMMENT ON COLUMN maintenance_schedule_events.work_order_id IS 'Work order that did it'
;
COMMENT ON COLUMN maintenance_schedule_events.happened_on IS 'Local day of the completion, or of the decision'
;
COMMENT ON COLUMN maintenance_schedule_events.mileage IS 'True odometer then, miles'
;
COMMENT ON COLUMN maintenance_schedule_events.engine_hours IS 'True engine hours then'
;
COMMENT ON COLUMN maintenance_schedule_events.was_due_mileage IS 'Miles'
;
COMMENT ON COLUMN maintenance_schedule_events.was_due_hours IS 'Engine hours'
;
COMMENT ON COLUMN maintenance_schedule_events.reason IS 'Why it was skipped or postponed, or who did it'
;
COMMENT ON COLUMN maintenance_schedule_events.before IS 'Where the schedule stood, for taking it back'
;
COMMENT ON COLUMN maintenance_schedule_events.taken_back_at IS 'The work order was reopened'
;
CREATE TABLE purchase_suggestions (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	part_id UUID NOT NULL, 
	facility_id UUID NOT NULL, 
	vendor_id UUID, 
	status VARCHAR(20) DEFAULT 'open' NOT NULL, 
	quantity NUMERIC(12, 3) NOT NULL, 
	quantity_available NUMERIC(12, 3) NOT NULL, 
	quantity_on_order NUMERIC(12, 3) NOT NULL, 
	reorder_point NUMERIC(12, 3) NOT NULL, 
	unit_cost NUMERIC(12, 4), 
	total_cost NUMERIC(14, 2) GENERATED ALWAYS AS (round(quantity * unit_cost, 2)) STORED, 
	purchase_order_id UUID, 
	reason TEXT, 
	decided_at TIMESTAMP WITH TIME ZONE, 
	decided_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_purchase_suggestions PRIMARY KEY (id), 
	CONSTRAINT ck_purchase_suggestions_status CHECK (status IN ('open', 'dismissed', 'ordered', 'withdrawn')), 
	CONSTRAINT ck_purchase_suggestions_quantity_above_zero CHECK (quantity > 0), 
	CONSTRAINT ck_purchase_suggestions_unit_cost_not_negative CHECK (unit_cost >= 0)
)
;
CREATE INDEX ix_purchase_suggestions_facility_id ON purchase_suggestions (facility_id)
;
CREATE INDEX ix_purchase_suggestions_part_id ON purchase_suggestions (part_id)
;
CREATE INDEX ix_purchase_suggestions_purchase_order_id ON purchase_suggestions (purchase_order_id)
;
CREATE INDEX ix_purchase_suggestions_tenant_id_created_at_id ON purchase_suggestions (tenant_id, created_at, id)
;
CREATE INDEX ix_purchase_suggestions_tenant_id_status ON purchase_suggestions (tenant_id, status)
;
CREATE INDEX ix_purchase_suggestions_vendor_id_status ON purchase_suggestions (vendor_id, status)
;
CREATE UNIQUE INDEX uq_purchase_suggestions_live_place ON purchase_suggestions (tenant_id, part_id, facility_id) WHERE status IN ('open', 'dismissed')
;
CREATE UNIQUE INDEX uq_purchase_suggestions_tenant_id_id ON purchase_suggestions (tenant_id, id)
;
COMMENT ON TABLE purchase_suggestions IS 'Parts to order again, raised as stock falls to its reorder point'
;
COMMENT ON COLUMN purchase_suggestions.vendor_id IS 'The part''s preferred supplier'
;
COMMENT ON COLUMN purchase_suggestions.quantity IS 'To order, in the part''s unit'
;
COMMENT ON COLUMN purchase_suggestions.quantity_available IS 'Was on hand and not reserved'
;
COMMENT ON COLUMN purchase_suggestions.quantity_on_order IS 'Was ordered and not received'
;
COMMENT ON COLUMN purchase_suggestions.reorder_point IS 'Available and ordered were at or below this'
;
COMMENT ON COLUMN purchase_suggestions.unit_cost IS 'Expected price of one: paid last, else the average'
;
COMMENT ON COLUMN purchase_suggestions.total_cost IS 'Expected'
;
COMMENT ON COLUMN purchase_suggestions.purchase_order_id IS 'Order that it went into'
;
COMMENT ON COLUMN purchase_suggestions.reason IS 'Why it was dismissed'
;
COMMENT ON COLUMN purchase_suggestions.decided_at IS 'Ordered, dismissed or withdrawn'
;
COMMENT ON COLUMN purchase_suggestions.decided_by_user_id IS 'null: by the program'
;
CREATE TABLE service_programs (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	program_name VARCHAR(255) NOT NULL, 
	description TEXT, 
	services JSONB NOT NULL, 
	is_active BOOLEAN DEFAULT 'true' NOT NULL, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_service_programs PRIMARY KEY (id), 
	CONSTRAINT uq_service_programs_tenant_id_program_name UNIQUE (tenant_id, program_name)
)
;
CREATE INDEX ix_service_programs_tenant_id_is_active ON service_programs (tenant_id, is_active)
;
CREATE UNIQUE INDEX uq_service_programs_tenant_id_id ON service_programs (tenant_id, id)
;
COMMENT ON TABLE service_programs IS 'Sets of recurring services for classes of vehicles'
;
COMMENT ON COLUMN service_programs.description IS 'Which vehicles it is meant for'
;
COMMENT ON COLUMN service_programs.services IS 'What becomes a schedule of each vehicle'
;
CREATE TABLE technician_absences (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	technician_id UUID NOT NULL, 
	absence_type VARCHAR(50) DEFAULT 'vacation' NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	ends_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	notes TEXT, 
	created_by_user_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_technician_absences PRIMARY KEY (id), 
	CONSTRAINT ck_technician_absences_absence_ends_after_it_starts CHECK (ends_at > starts_at)
)
;
CREATE INDEX ix_technician_absences_technician_id_starts_at ON technician_absences (technician_id, starts_at)
;
CREATE INDEX ix_technician_absences_tenant_id_absence_type ON technician_absences (tenant_id, absence_type)
;
CREATE INDEX ix_technician_absences_tenant_id_starts_at_id ON technician_absences (tenant_id, starts_at, id)
;
CREATE UNIQUE INDEX uq_technician_absences_tenant_id_id ON technician_absences (tenant_id, id)
;
COMMENT ON TABLE technician_absences IS 'Holidays, sickness and training of technicians; no work is planned for them then'
;
COMMENT ON COLUMN technician_absences.absence_type IS 'Such as vacation, sick, training, other'
;
CREATE TABLE technician_shifts (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	technician_id UUID NOT NULL, 
	weekday INTEGER NOT NULL, 
	starts_at TIME WITHOUT TIME ZONE NOT NULL, 
	ends_at TIME WITHOUT TIME ZONE NOT NULL, 
	valid_from DATE, 
	valid_until DATE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pk_technician_shifts PRIMARY KEY (id), 
	CONSTRAINT ck_technician_shifts_weekday_from_1_to_7 CHECK (weekday BETWEEN 1 AND 7), 
	CONSTRAINT ck_technician_shifts_shift_ends_after_it_starts CHECK (ends_at > starts_at), 
	CONSTRAINT ck_technician_shifts_valid_until_not_before_valid_from CHECK (valid_until >= valid_from)
)
;
CREATE INDEX ix_technician_shifts_technician_id_weekday ON technician_shifts (technician_id, weekday)
;
CREATE INDEX ix_technician_shifts_tenant_id_weekday_id ON technician_shifts (tenant_id, weekday, id)
;
CREATE UNIQUE INDEX uq_technician_shifts_tenant_id_id ON technician_shifts (tenant_id, id)
;
COMMENT ON TABLE technician_shifts IS 'When technicians work; one without a shift works while the shop is open'
;
COMMENT ON COLUMN technician_shifts.weekday IS '1 Monday to 7 Sunday'
;
COMMENT ON COLUMN technician_shifts.starts_at IS 'In the time zone of the technician''s shop'
;
COMMENT ON COLUMN technician_shifts.ends_at IS 'The same day; a night shift is two rows'
;
COMMENT ON COLUMN technician_shifts.valid_from IS 'First day; null: always has been'
;
COMMENT ON COLUMN technician_shifts.valid_until IS 'Last day; null: until further notice'
;
CREATE TABLE vehicle_meters (
	id UUID DEFAULT uuidv7() NOT NULL, 
	tenant_id UUID DEFAULT (nullif(current_setting('motorpool.tenant_id', true), ''))::uuid NOT NULL, 
	vehicle_id UUID NOT NULL, 
	meter_type VARCHAR(20) NOT NULL, 
	true_value DOUBLE PRECISION, 
	replacement_offset DOUBLE PRECISION DEFAULT '0' NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE, 
	counts_from TIMESTAMP WITH TIME ZONE, 
	ignored_readings INTEGER DEFAULT '0' NOT NULL, 
	last_ignored_at TIMESTAMP WITH TIME ZONE, 
	daily_use DOUBLE PRECISION, 
	use_basis VARCHAR(20), 
	use_days INTEGER, 
	use_measured_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_vehicle_meters PRIMARY KEY (id), 
	CONSTRAINT ck_vehicle_meters_meter_type CHECK (meter_type IN ('odometer', 'engine_hours')), 
	CONSTRAINT ck_vehicle_meters_use_basis CHECK (use_basis IN ('readings', 'trips')), 
	CONSTRAINT uq_vehicle_meters_tenant_id_vehicle_id_meter_type UNIQUE (tenant_id, vehicle_id, meter_type)
)
;
CREATE UNIQUE INDEX uq_vehicle_meters_tenant_id_id ON vehicle_meters (tenant_id, id)
;
COMMENT ON TABLE vehicle_meters IS 'True value and daily use of each meter of each vehicle'
;
COMMENT ON COLUMN vehicle_meters.true_value IS 'Metres or seconds, earlier meters included; never falls but by a replacement or correction. null: no reading'
;
COMMENT ON COLUMN vehicle_meters.replacement_offset IS 'What is added to what the present meter shows, metres or seconds'
;
COMMENT ON COLUMN vehicle_meters.recorded_at IS 'When the latest reading was taken'
;
COMMENT ON COLUMN vehicle_meters.counts_from IS 'Readings before the last replacement or correction no longer count; null: all do'
;
COMMENT ON COLUMN vehicle_meters.ignored_readings IS 'Readings below an earlier one, which do not count'
;
COMMENT ON COLUMN vehicle_meters.last_ignored_at IS 'When the latest of them was taken'
;
COMMENT ON COLUMN vehicle_meters.daily_use IS 'Metres or seconds on an ordinary day of the last 13 weeks; null: not known'
;
COMMENT ON COLUMN vehicle_meters.use_basis IS 'What the daily use was measured by'
;
COMMENT ON COLUMN vehicle_meters.use_days IS 'Days that the measurement spans'
;
ALTER TABLE defect_sightings ADD CONSTRAINT fk_defect_sightings_defect_id FOREIGN KEY(tenant_id, defect_id) REFERENCES defects (tenant_id, id)
;
ALTER TABLE defect_sightings ADD CONSTRAINT fk_defect_sightings_inspection_id FOREIGN KEY(tenant_id, inspection_id) REFERENCES safety_inspections (tenant_id, id)
;
ALTER TABLE defect_sightings ADD CONSTRAINT fk_defect_sightings_reported_by_driver_id FOREIGN KEY(tenant_id, reported_by_driver_id) REFERENCES drivers (tenant_id, id)
;
ALTER TABLE defect_sightings ADD CONSTRAINT fk_defect_sightings_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE inspection_form_items ADD CONSTRAINT fk_inspection_form_items_form_id FOREIGN KEY(tenant_id, form_id) REFERENCES inspection_forms (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE inspection_form_items ADD CONSTRAINT fk_inspection_form_items_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE inspection_forms ADD CONSTRAINT fk_inspection_forms_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE inspection_forms ADD CONSTRAINT fk_inspection_forms_published_by_user_id FOREIGN KEY(tenant_id, published_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE inspection_forms ADD CONSTRAINT fk_inspection_forms_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE maintenance_schedule_events ADD CONSTRAINT fk_maintenance_schedule_events_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE maintenance_schedule_events ADD CONSTRAINT fk_maintenance_schedule_events_schedule_id FOREIGN KEY(tenant_id, schedule_id) REFERENCES recurring_maintenance_schedules (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE maintenance_schedule_events ADD CONSTRAINT fk_maintenance_schedule_events_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE maintenance_schedule_events ADD CONSTRAINT fk_maintenance_schedule_events_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id)
;
ALTER TABLE maintenance_schedule_events ADD CONSTRAINT fk_maintenance_schedule_events_work_order_id FOREIGN KEY(tenant_id, work_order_id) REFERENCES maintenance_records (tenant_id, id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_decided_by_user_id FOREIGN KEY(tenant_id, decided_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_facility_id FOREIGN KEY(tenant_id, facility_id) REFERENCES facilities (tenant_id, id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_part_id FOREIGN KEY(tenant_id, part_id) REFERENCES parts (tenant_id, id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_purchase_order_id FOREIGN KEY(tenant_id, purchase_order_id) REFERENCES purchase_orders (tenant_id, id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE purchase_suggestions ADD CONSTRAINT fk_purchase_suggestions_vendor_id FOREIGN KEY(tenant_id, vendor_id) REFERENCES vendors (tenant_id, id)
;
ALTER TABLE service_programs ADD CONSTRAINT fk_service_programs_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE service_programs ADD CONSTRAINT fk_service_programs_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE technician_absences ADD CONSTRAINT fk_technician_absences_created_by_user_id FOREIGN KEY(tenant_id, created_by_user_id) REFERENCES users (tenant_id, id)
;
ALTER TABLE technician_absences ADD CONSTRAINT fk_technician_absences_technician_id FOREIGN KEY(tenant_id, technician_id) REFERENCES technicians (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE technician_absences ADD CONSTRAINT fk_technician_absences_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE technician_shifts ADD CONSTRAINT fk_technician_shifts_technician_id FOREIGN KEY(tenant_id, technician_id) REFERENCES technicians (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE technician_shifts ADD CONSTRAINT fk_technician_shifts_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_meters ADD CONSTRAINT fk_vehicle_meters_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenants (id)
;
ALTER TABLE vehicle_meters ADD CONSTRAINT fk_vehicle_meters_vehicle_id FOREIGN KEY(tenant_id, vehicle_id) REFERENCES vehicles (tenant_id, id) ON DELETE CASCADE
;
ALTER TABLE defect_sightings ENABLE ROW LEVEL SECURITY
;
ALTER TABLE defect_sightings FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON defect_sightings TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON defect_sightings TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT ON defect_sightings TO motorpool_app
;
ALTER TABLE inspection_form_items ENABLE ROW LEVEL SECURITY
;
ALTER TABLE inspection_form_items FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON inspection_form_items TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON inspection_form_items TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON inspection_form_items FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON inspection_form_items TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON inspection_form_items TO motorpool_app
;
ALTER TABLE inspection_forms ENABLE ROW LEVEL SECURITY
;
ALTER TABLE inspection_forms FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON inspection_forms TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON inspection_forms TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON inspection_forms FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON inspection_forms TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON inspection_forms TO motorpool_app
;
ALTER TABLE maintenance_schedule_events ENABLE ROW LEVEL SECURITY
;
ALTER TABLE maintenance_schedule_events FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON maintenance_schedule_events TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON maintenance_schedule_events TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON maintenance_schedule_events TO motorpool_app
;
ALTER TABLE purchase_suggestions ENABLE ROW LEVEL SECURITY
;
ALTER TABLE purchase_suggestions FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON purchase_suggestions TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON purchase_suggestions TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON purchase_suggestions TO motorpool_app
;
ALTER TABLE service_programs ENABLE ROW LEVEL SECURITY
;
ALTER TABLE service_programs FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON service_programs TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON service_programs TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
CREATE POLICY motorpool_search_reads ON service_programs FOR SELECT TO motorpool_search USING (true)
;
GRANT SELECT ON service_programs TO motorpool_search
;
GRANT SELECT, INSERT, UPDATE, DELETE ON service_programs TO motorpool_app
;
ALTER TABLE technician_absences ENABLE ROW LEVEL SECURITY
;
ALTER TABLE technician_absences FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON technician_absences TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON technician_absences TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON technician_absences TO motorpool_app
;
ALTER TABLE technician_shifts ENABLE ROW LEVEL SECURITY
;
ALTER TABLE technician_shifts FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON technician_shifts TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON technician_shifts TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON technician_shifts TO motorpool_app
;
ALTER TABLE vehicle_meters ENABLE ROW LEVEL SECURITY
;
ALTER TABLE vehicle_meters FORCE ROW LEVEL SECURITY
;
CREATE POLICY owner_all ON vehicle_meters TO motorpool_owner USING (true) WITH CHECK (true)
;
CREATE POLICY tenant_rows ON vehicle_meters TO motorpool_app USING (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid)) WITH CHECK (tenant_id = (SELECT nullif(current_setting('motorpool.tenant_id', true), '')::uuid))
;
GRANT SELECT, INSERT, UPDATE, DELETE ON vehicle_meters TO motorpool_app
;
CREATE TRIGGER touch BEFORE UPDATE ON inspection_form_items FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON inspection_forms FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON purchase_suggestions FOR EACH ROW WHEN ((OLD.id, OLD.tenant_id, OLD.part_id, OLD.facility_id, OLD.vendor_id, OLD.status, OLD.quantity, OLD.quantity_available, OLD.quantity_on_order, OLD.reorder_point, OLD.unit_cost, OLD.purchase_order_id, OLD.reason, OLD.decided_at, OLD.decided_by_user_id, OLD.created_at, OLD.updated_at) IS DISTINCT FROM (NEW.id, NEW.tenant_id, NEW.part_id, NEW.facility_id, NEW.vendor_id, NEW.status, NEW.quantity, NEW.quantity_available, NEW.quantity_on_order, NEW.reorder_point, NEW.unit_cost, NEW.purchase_order_id, NEW.reason, NEW.decided_at, NEW.decided_by_user_id, NEW.created_at, NEW.updated_at)) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON service_programs FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON technician_absences FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER touch BEFORE UPDATE ON technician_shifts FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION touch_updated_at()
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON defect_sightings FOR EACH ROW EXECUTE FUNCTION write_audit_trail('defect_sightings', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON inspection_form_items FOR EACH ROW EXECUTE FUNCTION write_audit_trail('inspection_form_items', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON inspection_forms FOR EACH ROW EXECUTE FUNCTION write_audit_trail('inspection_forms', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON maintenance_schedule_events FOR EACH ROW EXECUTE FUNCTION write_audit_trail('maintenance_schedule_events', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON purchase_suggestions FOR EACH ROW EXECUTE FUNCTION write_audit_trail('purchase_suggestions', 'tenant_id', 'quantity,quantity_available,quantity_on_order,reorder_point,unit_cost,updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON service_programs FOR EACH ROW EXECUTE FUNCTION write_audit_trail('service_programs', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON technician_absences FOR EACH ROW EXECUTE FUNCTION write_audit_trail('technician_absences', 'tenant_id', 'updated_at', '')
;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON technician_shifts FOR EACH ROW EXECUTE FUNCTION write_audit_trail('technician_shifts', 'tenant_id', 'updated_at', '')
;
CREATE INDEX ix_inspection_form_items_search ON inspection_form_items USING gin ((coalesce(item_text, '') || ' ' || coalesce(item_key, '') || ' ' || coalesce(section, '')) gin_trgm_ops)
;
CREATE FUNCTION search_inspection_form_items(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM inspection_form_items
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(item_text, '') || ' ' || coalesce(item_key, '') || ' ' || coalesce(section, '')) ILIKE patterns[1] AND (coalesce(item_text, '') || ' ' || coalesce(item_key, '') || ' ' || coalesce(section, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_inspection_form_items(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_inspection_form_items(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_inspection_form_items(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_inspection_forms_search ON inspection_forms USING gin ((coalesce(form_name, '') || ' ' || coalesce(form_key, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_inspection_forms(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM inspection_forms
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(form_name, '') || ' ' || coalesce(form_key, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(form_name, '') || ' ' || coalesce(form_key, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_inspection_forms(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_inspection_forms(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_inspection_forms(text[], integer) OWNER TO motorpool_search
;
CREATE INDEX ix_service_programs_search ON service_programs USING gin ((coalesce(program_name, '') || ' ' || coalesce(description, '')) gin_trgm_ops)
;
CREATE FUNCTION search_service_programs(patterns text[], most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM service_programs
    WHERE tenant_id = nullif(current_setting('motorpool.tenant_id', true), '')::uuid
      AND (coalesce(program_name, '') || ' ' || coalesce(description, '')) ILIKE patterns[1] AND (coalesce(program_name, '') || ' ' || coalesce(description, '')) ILIKE ALL (patterns)
    LIMIT most
$$
;
REVOKE ALL ON FUNCTION search_service_programs(text[], integer) FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION search_service_programs(text[], integer) TO motorpool_app
;
ALTER FUNCTION search_service_programs(text[], integer) OWNER TO motorpool_search
;
