-- A month is closed 7 days after its end and 24 hours without inserts. Later rows are still taken, they only cost more.
CREATE FUNCTION partition_is_closed(leaf text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ends timestamptz;
    busy boolean := false;
BEGIN
    SELECT (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz INTO ends
    FROM pg_class c
    WHERE c.relname = leaf AND c.relnamespace = 'public'::regnamespace AND c.relispartition AND c.relkind = 'r';
    IF ends IS NULL THEN
        RAISE EXCEPTION '% is no partition of a month', leaf;
    END IF;
    IF ends + interval '7 days' > now() THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = leaf::regclass AND attname = 'created_at' AND NOT attisdropped) THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE created_at > now() - interval ''24 hours'')', leaf) INTO busy;
    END IF;
    RETURN NOT busy;
END
$$
;
-- The index of places on one closed month of positions that lacks it; returns the month's table, null when none is left.
-- On the months that are still written it would cost more than half of the speed (decision 9).
CREATE FUNCTION build_place_index() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    leaf text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('build_place_index'));
    FOR leaf IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'vehicle_locations'::regclass
          AND NOT EXISTS (SELECT FROM pg_class x WHERE x.relname = 'ix_' || c.relname || '_place'
                          AND x.relnamespace = 'public'::regnamespace)
        ORDER BY c.relname
    LOOP
        IF partition_is_closed(leaf) THEN
            EXECUTE format('CREATE INDEX %I ON %I USING gist (ll_to_earth(latitude, longitude))', 'ix_' || leaf || '_place', leaf);
            RETURN leaf;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
;
REVOKE ALL ON FUNCTION partition_is_closed(text) FROM PUBLIC
;
REVOKE ALL ON FUNCTION build_place_index() FROM PUBLIC
;
GRANT EXECUTE ON FUNCTION build_place_index() TO motorpool_app
