-- Functions that tables, policies and the program rely on. Each has a fixed search_path; who owns it decides what it sees.
CREATE FUNCTION touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$
;
-- Arguments: logical table, tenant column, columns whose change alone is no event, columns whose value stays out.
CREATE FUNCTION write_audit_trail() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ignored text[] := string_to_array(TG_ARGV[2], ',');
    redacted text[] := string_to_array(TG_ARGV[3], ',');
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    row_values jsonb := coalesce(after, before);
    changed text[];
    hidden text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT array_agg(fresh.key ORDER BY fresh.key),
               jsonb_object_agg(fresh.key, stale.value), jsonb_object_agg(fresh.key, fresh.value)
        INTO changed, before, after
        FROM jsonb_each(after) AS fresh JOIN jsonb_each(before) AS stale ON stale.key = fresh.key
        WHERE fresh.value IS DISTINCT FROM stale.value AND fresh.key <> ALL (ignored);
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    FOREACH hidden IN ARRAY redacted LOOP
        IF jsonb_typeof(before -> hidden) <> 'null' THEN
            before := jsonb_set(before, ARRAY[hidden], '"[redacted]"');
        END IF;
        IF jsonb_typeof(after -> hidden) <> 'null' THEN
            after := jsonb_set(after, ARRAY[hidden], '"[redacted]"');
        END IF;
    END LOOP;
    INSERT INTO audit_trails (tenant_id, table_name, record_id, operation, old_values, new_values, changed_fields,
                              user_id, ip_address, user_agent, session_id, reason)
    VALUES ((row_values ->> TG_ARGV[1])::uuid, TG_ARGV[0], (row_values ->> 'id')::uuid, TG_OP, before, after, changed,
            nullif(current_setting('motorpool.actor_id', true), '')::uuid,
            nullif(current_setting('motorpool.address', true), '')::inet,
            nullif(current_setting('motorpool.user_agent', true), ''),
            nullif(current_setting('motorpool.session_id', true), ''),
            nullif(current_setting('motorpool.reason', true), ''));
    RETURN NULL;
END
$$
;
-- Create a month of a partitioned table if it is missing; returns the name of the leaf. Months are UTC.
CREATE FUNCTION ensure_partition(parent text, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    leaf text := parent || '_' || to_char(first, '"y"YYYY"m"MM');
    copied text;
BEGIN
    IF parent <> ALL (ARRAY['vehicle_locations', 'obd_telemetry', 'audit_trails', 'user_activity_log']) THEN
        RAISE EXCEPTION 'table % is not partitioned by month', parent;
    END IF;
    IF first < '2000-01-01' OR first > now() + interval '6 months' THEN
        RAISE EXCEPTION 'month % is out of range', to_char(first, 'YYYY-MM');
    END IF;
    IF to_regclass(leaf) IS NOT NULL THEN
        RETURN leaf;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_partition'), hashtext(leaf));
    -- A query, because to_regclass may still answer from a cache that is older than the lock.
    IF EXISTS (SELECT FROM pg_class WHERE relname = leaf AND relnamespace = 'public'::regnamespace) THEN
        RETURN leaf;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', leaf, parent);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, leaf,
                   first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
    IF parent IN ('vehicle_locations', 'obd_telemetry') THEN
        -- The application may COPY into the leaf, every column but tenant_id, and nothing else: the tenant can only come
        -- from the transaction's setting, which is the column's default.
        SELECT string_agg(quote_ident(attname), ', ') INTO copied FROM pg_attribute
        WHERE attrelid = leaf::regclass AND attnum > 0 AND NOT attisdropped AND attname NOT IN ('tenant_id', 'id');
        EXECUTE format('GRANT INSERT (%s) ON %I TO motorpool_app', copied, leaf);
    END IF;
    RETURN leaf;
END
$$
;
-- What happens before a tenant is known: sign-in by e-mail.
CREATE FUNCTION find_users_by_email(address text)
RETURNS TABLE (tenant_id uuid, tenant_slug text, tenant_name text, tenant_status text, user_id uuid,
               user_status text, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.tenant_id, t.slug, t.name, t.status, u.id, u.status, u.password_hash
    FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE lower(u.email) = lower(address)
    ORDER BY t.name
$$
;
CREATE FUNCTION find_tenant(wanted text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM tenants WHERE slug = wanted
$$
;
CREATE FUNCTION active_tenants() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id FROM tenants WHERE status = 'active'
$$
;
CREATE FUNCTION tenants_with_derivation_work() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT tenant_id FROM derivation_work
$$
;
CREATE FUNCTION find_device(reported text)
RETURNS TABLE (tenant_id uuid, device_id uuid, vehicle_id uuid, device_status text, tenant_status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.tenant_id, f.device_id, d.vehicle_id, d.status, t.status
    FROM device_directory f
    JOIN devices d ON d.tenant_id = f.tenant_id AND d.id = f.device_id
    JOIN tenants t ON t.id = f.tenant_id
    WHERE f.identifier = reported
$$
;
-- Keeps device_directory in step with devices. A device that somebody adds takes the identifier over from quarantine.
CREATE FUNCTION keep_device_directory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM device_directory WHERE identifier = OLD.identifier AND device_id = OLD.id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    IF NEW.status <> 'quarantined' THEN
        DELETE FROM devices d USING device_directory f
        WHERE f.identifier = NEW.identifier AND d.tenant_id = f.tenant_id AND d.id = f.device_id
          AND d.id <> NEW.id AND d.status = 'quarantined'
          AND d.tenant_id IN (NEW.tenant_id, '00000000-0000-0000-0000-000000000000');
    END IF;
    INSERT INTO device_directory (identifier, tenant_id, device_id) VALUES (NEW.identifier, NEW.tenant_id, NEW.id);
    RETURN NULL;
END
$$
;
-- Note an unknown device: in the only tenant there is, else in the system tenant. At most 1,000 a tenant, so that noise
-- from outside cannot fill the table.
CREATE FUNCTION quarantine_device(reported text, via text, lat numeric, lng numeric, network_address text)
RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    owner_tenant uuid;
    known uuid;
BEGIN
    UPDATE devices d SET last_report_at = now(), report_count = d.report_count + 1, last_address = network_address,
                         last_latitude = coalesce(lat, d.last_latitude), last_longitude = coalesce(lng, d.last_longitude)
    FROM device_directory f
    WHERE f.identifier = reported AND d.tenant_id = f.tenant_id AND d.id = f.device_id AND d.status = 'quarantined'
    RETURNING d.id INTO known;
    IF known IS NOT NULL OR EXISTS (SELECT FROM device_directory WHERE identifier = reported) THEN
        RETURN known;
    END IF;
    SELECT CASE WHEN count(*) = 1 THEN (array_agg(id))[1] ELSE '00000000-0000-0000-0000-000000000000'::uuid END
    INTO owner_tenant FROM tenants WHERE id <> '00000000-0000-0000-0000-000000000000' AND status = 'active';
    IF (SELECT count(*) FROM devices WHERE tenant_id = owner_tenant AND status = 'quarantined') >= 1000 THEN
        RETURN NULL;
    END IF;
    INSERT INTO devices (tenant_id, identifier, name, status, protocol, last_report_at, last_latitude, last_longitude,
                         last_address, report_count)
    VALUES (owner_tenant, reported, 'Unknown device', 'quarantined', via, now(), lat, lng, network_address, 1)
    RETURNING id INTO known;
    RETURN known;
EXCEPTION WHEN unique_violation THEN
    RETURN NULL;
END
$$
;
CREATE FUNCTION record_sign_in_attempt(keys text[], ok boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO sign_in_attempts (attempt_key, succeeded) SELECT unnest(keys), ok
$$
;
-- Failures since the last success, per key, within a window.
CREATE FUNCTION recent_sign_in_failures(keys text[], span interval)
RETURNS TABLE (attempt_key text, failures integer, latest timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.attempt_key, count(*)::integer, max(a.attempted_at)
    FROM sign_in_attempts a
    WHERE a.attempt_key = ANY (keys) AND NOT a.succeeded AND a.attempted_at > now() - span
      AND NOT EXISTS (SELECT FROM sign_in_attempts s WHERE s.attempt_key = a.attempt_key AND s.succeeded
                      AND s.attempted_at > a.attempted_at)
    GROUP BY a.attempt_key
$$
;
-- Rows that have outlived their use, in every tenant.
CREATE FUNCTION prune_expired() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM event_log WHERE occurred_at < now() - interval '1 hour';
    DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours';
    DELETE FROM sign_in_attempts WHERE attempted_at < now() - interval '1 day';
    DELETE FROM sessions WHERE expires_at < now() - interval '30 days';
$$
