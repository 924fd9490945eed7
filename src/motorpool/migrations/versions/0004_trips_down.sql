DROP TRIGGER stamp ON trips
;
DROP FUNCTION stamp_trip_classification()
;
DROP INDEX ix_trips_tenant_id_driver_id_started_at
;
DROP INDEX ix_trips_tenant_id_usage_type_started_at
;
ALTER TABLE trips DROP CONSTRAINT ck_trips_usage_type
;
UPDATE trips SET usage_type = 'personal' WHERE usage_type = 'commute'
;
ALTER TABLE trips ADD CONSTRAINT ck_trips_usage_type CHECK (usage_type IN ('business', 'personal', 'mixed'))
;
ALTER TABLE trips DROP COLUMN business_percent, DROP COLUMN classified_by, DROP COLUMN classified_at,
    DROP COLUMN classified_by_user_id, DROP COLUMN trip_rule_id
;
