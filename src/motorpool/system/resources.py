"""What the system domain offers."""

from __future__ import annotations

from motorpool.core.audit.models import AuditTrail
from motorpool.core.resource.declaration import FULL, READ_ONLY, Move, Resource, Scope, States, Verb
from motorpool.system.models import (
    DataRetentionPolicy,
    ExportJob,
    FeatureFlag,
    ImportJob,
    ImportRowError,
    JobExecutionHistory,
    ListView,
    ScheduledJob,
    SystemSetting,
)
from motorpool.system.shapes import (
    CronLine,
    DeleteCondition,
    HandlerName,
    ImportParameters,
    ListFilters,
    SettingRules,
    SettingValue,
)

FITS_ITS_TYPE = """CASE t.setting_type WHEN 'json' THEN jsonb_typeof(t.setting_value) IN ('object', 'array')
    ELSE jsonb_typeof(t.setting_value) = t.setting_type END"""
A_TABLE = "to_regclass('public.' || quote_ident(t.table_name)) IS NOT NULL"

RESOURCES = (
    Resource(
        model=AuditTrail,
        domain="System",
        label="Audit entry",
        plural="Audit trail",
        operations=READ_ONLY,
        filters=("id", "table_name", "record_id", "operation", "user_id", "occurred_at"),
        sorts=("occurred_at",),
        default_sort="-occurred_at",
        points_to={"user_id": "users"},
        expand={"user": "user_id"},
        list_columns=("occurred_at", "user_id", "operation", "table_name", "record_id", "changed_fields"),
    ),
    Resource(
        model=SystemSetting,
        label="System setting",
        operations=FULL,
        create_only=("setting_key",),
        writable=tuple("setting_value setting_type category description is_public validation_rules".split()),
        made_by=("last_modified_by_user_id",),
        shapes={"setting_value": SettingValue, "validation_rules": SettingRules},
        rules=((FITS_ITS_TYPE, "setting_value", "must be what setting_type says"),),
        points_to={"last_modified_by_user_id": "users"},
        default_sort="setting_key",
        list_columns=("setting_key", "setting_value", "category", "is_public", "updated_at"),
        title_column="setting_key",
        examples={"setting_key": "fleet.week_starts_on", "setting_type": "string", "setting_value": "monday"},
    ),
    Resource(
        model=FeatureFlag,
        label="Feature flag",
        operations=FULL,
        create_only=("flag_key",),
        writable=tuple(
            "flag_name description is_enabled rollout_percentage target_users target_roles target_departments "
            "environment".split()
        ),
        made_by=("created_by_user_id",),
        points_to={"created_by_user_id": "users"},
        default_sort="flag_name",
        list_columns=("flag_name", "flag_key", "is_enabled", "rollout_percentage", "environment"),
        title_column="flag_name",
    ),
    Resource(
        model=ScheduledJob,
        label="Scheduled job",
        operations=FULL,
        writable=tuple(
            "job_name job_type job_handler job_parameters schedule_type cron_expression interval_minutes "
            "scheduled_time is_active retry_on_failure max_retries".split()
        ),
        shapes={"job_handler": HandlerName, "cron_expression": CronLine},
        default_sort="job_name",
        list_columns=(
            "job_name",
            "is_active",
            "last_run_status",
            "next_run_at",
            "last_run_at",
            "schedule_type",
            "job_handler",
        ),
        title_column="job_name",
        examples={
            "job_name": "Old exports",
            "job_type": "cleanup",
            "job_handler": "system.expire_transfers",
            "schedule_type": "cron",
            "cron_expression": "30 6 * * mon",
        },
    ),
    Resource(
        model=JobExecutionHistory,
        label="Job run",
        operations=READ_ONLY,
        points_to={"scheduled_job_id": "scheduled_jobs"},
        default_sort="-started_at",
        hidden=("error_stack_trace",),
        list_columns=(
            "started_at",
            "scheduled_job_id",
            "execution_status",
            "duration_ms",
            "records_processed",
            "error_message",
        ),
        title_column="started_at",
    ),
    Resource(
        model=ImportJob,
        label="Import",
        operations=READ_ONLY,
        shapes={"import_parameters": ImportParameters},
        states=States(
            "status",
            (
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("pending", "checking", "checked", "processing"),
                    summary="Cancel; rows that were written stay",
                    stamps={"completed_at": "now"},
                    final=True,
                ),
            ),
            by_program=("checking", "checked", "processing", "completed", "failed"),
        ),
        verbs=(Verb("create", "Import a file"),),
        hidden=("file_id",),
        default_sort="-created_at",
        scope=Scope(own="t.imported_by_user_id = %(actor_user)s"),
        list_columns=(
            "created_at",
            "import_type",
            "status",
            "file_name",
            "rows_succeeded",
            "rows_failed",
            "imported_by_user_id",
        ),
        title_column="file_name",
    ),
    Resource(
        model=ImportRowError,
        label="Import error",
        operations=READ_ONLY,
        filters=("id", "import_job_id"),
        default_sort="id",
        scope=Scope(
            own="EXISTS (SELECT FROM import_jobs j WHERE j.tenant_id = t.tenant_id AND j.id = t.import_job_id "
            "AND j.imported_by_user_id = %(actor_user)s)"
        ),
        list_columns=("import_job_id", "row_number", "field", "message", "value"),
        title_column="message",
    ),
    Resource(
        model=ExportJob,
        label="Export",
        operations=READ_ONLY,
        states=States(
            "status",
            (
                Move(
                    "cancel",
                    "cancelled",
                    leaves=("pending", "processing"),
                    summary="Cancel",
                    stamps={"completed_at": "now"},
                    final=True,
                ),
            ),
            by_program=("processing", "completed", "failed", "expired"),
        ),
        hidden=("file_id",),
        default_sort="-created_at",
        scope=Scope(own="t.requested_by_user_id = %(actor_user)s"),
        list_columns=(
            "created_at",
            "export_type",
            "status",
            "export_format",
            "row_count",
            "file_size_bytes",
            "expires_at",
        ),
        title_column="export_type",
    ),
    Resource(
        model=DataRetentionPolicy,
        label="Retention policy",
        plural="Retention policies",
        operations=FULL,
        writable=tuple(
            "policy_name table_name retention_days archive_before_delete archive_storage_location delete_condition "
            "is_active".split()
        ),
        shapes={"delete_condition": DeleteCondition},
        rules=((A_TABLE, "table_name", "must be the name of a table, such as vehicle_locations"),),
        default_sort="policy_name",
        list_columns=(
            "policy_name",
            "table_name",
            "retention_days",
            "is_active",
            "archive_before_delete",
            "last_executed_at",
            "records_deleted",
        ),
        title_column="policy_name",
        examples={
            "policy_name": "Positions for two years",
            "table_name": "vehicle_locations",
            "retention_days": 730,
        },
    ),
    Resource(
        model=ListView,
        label="List view",
        operations=FULL,
        create_only=("collection",),
        writable=("name", "columns", "filters", "sort", "is_default", "is_shared"),
        made_by=("user_id",),
        shapes={"filters": ListFilters},
        filters=("id", "user_id", "collection"),
        default_sort="id",
        # Shared views are read by the list pages themselves; only their owner changes them.
        scope=Scope(own="t.user_id = %(actor_user)s", personal=True),
        list_columns=("name", "collection", "user_id", "is_default", "is_shared", "sort"),
        title_column="name",
        examples={"name": "Due this week", "collection": "vehicles", "columns": ["vehicle_number", "status"]},
    ),
)
