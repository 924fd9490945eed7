-- Changes of rows that all tenants share are logged under the platform's tenant.
CREATE OR REPLACE FUNCTION write_audit_trail() RETURNS trigger
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
    VALUES (coalesce((row_values ->> TG_ARGV[1])::uuid, '00000000-0000-0000-0000-000000000000'), TG_ARGV[0], (row_values ->> 'id')::uuid, TG_OP, before, after, changed,
            nullif(current_setting('motorpool.actor_id', true), '')::uuid,
            nullif(current_setting('motorpool.address', true), '')::inet,
            nullif(current_setting('motorpool.user_agent', true), ''),
            nullif(current_setting('motorpool.session_id', true), ''),
            nullif(current_setting('motorpool.reason', true), ''));
    RETURN NULL;
END
$$
;
-- Two more tables are partitioned by month.
CREATE OR REPLACE FUNCTION ensure_partition(parent text, moment timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    leaf text := parent || '_' || to_char(first, '"y"YYYY"m"MM');
    copied text;
BEGIN
    IF parent <> ALL (ARRAY['vehicle_locations', 'obd_telemetry', 'audit_trails', 'user_activity_log', 'integration_logs',
                         'webhook_deliveries']) THEN
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
