"""Rows for any table: what a column demands is made up from its type, parents are made first."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Text,
    Time,
    Uuid,
)
from sqlalchemy.dialects.postgresql import INET, JSONB

from motorpool.core.database.models import Base, closed_set, facts_of
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import load_registry

counter = itertools.count(1)
NOW = datetime.now(UTC).replace(microsecond=0)

#: What a type alone cannot tell.
SPECIAL: dict[tuple[str, str], Any] = {
    ("calendar_integrations", "is_primary"): lambda n: False,
    ("analytics_cache", "period_end"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("benchmark_data", "percentile_25"): lambda n: "1.25",
    ("benchmark_data", "percentile_50"): lambda n: "2.5",
    ("benchmark_data", "percentile_75"): lambda n: "3.75",
    ("benchmark_data", "percentile_90"): lambda n: "4.5",
    ("dashboards", "is_default"): lambda n: False,
    ("dashboards", "layout_config"): lambda n: {"columns": 12, "row_height": 80, "gap": 16},
    ("dashboards", "refresh_interval_seconds"): lambda n: 60 + n,
    ("data_retention_policies", "delete_condition"): lambda n: {"status": "closed"},
    ("data_retention_policies", "table_name"): lambda n: ("trips", "stops")[n % 2],
    ("facilities", "opening_hours"): lambda n: {"mon": [{"opens": "06:30", "closes": "18:00"}]},
    ("feature_flags", "rollout_percentage"): lambda n: n % 101,
    ("kpi_targets", "period_end_date"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("list_views", "collection"): lambda n: ("vehicles", "work-orders")[n % 2],
    ("list_views", "filters"): lambda n: {"status": "active"},
    ("list_views", "is_default"): lambda n: False,
    ("saved_reports", "schedule_day"): lambda n: None,
    ("scheduled_jobs", "cron_expression"): lambda n: f"{n % 60} 6 * * mon-fri",
    ("scheduled_jobs", "job_handler"): lambda n: "system.expire_transfers",
    ("scheduled_jobs", "max_retries"): lambda n: n % 5,
    ("system_settings", "setting_type"): lambda n: "json",
    ("alert_rules", "active_days"): lambda n: ["mon", "fri"],
    ("alert_rules", "escalate_to_roles"): lambda n: None,
    ("alert_rules", "notification_channels"): lambda n: ["in_app", "email"],
    ("alert_rules", "recipient_roles"): lambda n: None,
    ("api_integrations", "api_endpoint"): lambda n: f"https://api{n}.example.test/v1",
    ("behavior_thresholds", "idle_minutes"): lambda n: 1 + n % 1440,
    ("behavior_thresholds", "speeding_min_seconds"): lambda n: n % 3600,
    ("behavior_thresholds", "speeding_tolerance_kph"): lambda n: "5.00",
    ("behavior_thresholds", "idle_liters_per_hour"): lambda n: "2.50",
    ("video_telematics_footage", "legal_hold"): lambda n: False,
    ("geofences", "color"): lambda n: f"#{n % 1000000:06}",
    ("geofences", "coordinates"): lambda n: AREA,
    ("geofences", "speed_limit_kph"): lambda n: f"{20 + n % 100}.50",
    ("facilities", "time_zone"): lambda n: ("America/Los_Angeles", "Europe/Berlin")[n % 2],
    ("notification_preferences", "quiet_hours_end"): lambda n: time(6, 15),
    ("webhook_subscriptions", "endpoint_url"): lambda n: f"https://hooks{n}.example.test/in",
    ("webhook_subscriptions", "max_retries"): lambda n: n % 5,
    ("webhook_subscriptions", "timeout_seconds"): lambda n: 1 + n % 60,
    ("driver_assignments", "ends_at"): lambda n: NOW + timedelta(days=2 * n + 1),
    ("driver_assignments", "starts_at"): lambda n: NOW + timedelta(days=2 * n),
    ("inspection_form_items", "maximum"): lambda n: "9.500",
    ("inspection_form_items", "minimum"): lambda n: "1.500",
    ("inspection_forms", "validity_months"): lambda n: 1 + n % 24,
    ("maintenance_records", "downtime_ended_at"): lambda n: NOW + timedelta(hours=n),
    ("maintenance_records", "scheduled_end"): lambda n: NOW + timedelta(hours=n),
    ("service_bay_schedule", "scheduled_end"): lambda n: NOW + timedelta(hours=n),
    ("technician_absences", "ends_at"): lambda n: NOW + timedelta(hours=n),
    ("technician_shifts", "ends_at"): lambda n: time(23, 45),
    ("technician_shifts", "valid_until"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("technician_shifts", "weekday"): lambda n: 1 + n % 7,
    ("stock_movements", "movement_type"): lambda n: "receive",
    ("turbosquid_models", "rating"): lambda n: "4.5",
    ("vehicle_3d_models", "quality_score"): lambda n: "0.75",
    ("vehicle_3d_models", "vehicle_year"): lambda n: 1990 + n % 40,
    ("vehicle_reservations", "ends_at"): lambda n: NOW + timedelta(hours=n),
    ("work_order_labor", "break_minutes"): lambda n: n % 30,
    ("work_order_labor", "ended_at"): lambda n: NOW + timedelta(hours=n),
    ("document_shares", "shared_with_department"): lambda n: None,
    ("document_shares", "shared_with_role"): lambda n: None,
    ("onboarding_progress", "due_on"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("policies", "confidence_score"): lambda n: "0.75",
    ("training_assignments", "progress_percent"): lambda n: n % 101,
    ("training_completions", "passed"): lambda n: False,
    ("accounting_periods", "ends_on"): lambda n: date(2000, 1, 1) + timedelta(days=n),
    ("accounting_periods", "starts_on"): lambda n: date(2000, 1, 1) + timedelta(days=n),
    ("damage_marks", "x"): lambda n: "0.25",
    ("damage_marks", "y"): lambda n: "0.75",
    ("driver_training_records", "completion_date"): lambda n: date(2026, 12, 1),
    ("driver_training_records", "expiration_date"): lambda n: date(2027, 1, 1) + timedelta(days=n % 300),
    ("driver_violations", "case_status"): lambda n: "contested",
    ("driver_violations", "court_date"): lambda n: NOW.date(),
    ("driver_violations", "fine_paid"): lambda n: True,
    ("driver_violations", "fine_paid_by"): lambda n: ("driver", "company")[n % 2],
    ("driver_violations", "fine_paid_date"): lambda n: NOW.date(),
    ("driver_violations", "decided_on"): lambda n: NOW.date(),
    ("driver_violations", "outcome"): lambda n: "convicted",
    ("osha_years", "employer_number"): lambda n: f"{940000000 + n % 9_999_999}",
    ("osha_years", "naics_code"): lambda n: f"{484110 + n % 500_000}",
    ("osha_years", "year"): lambda n: 1971 + n % 229,
    ("expenses", "currency"): lambda n: "USD",
    ("fuel_transactions", "currency"): lambda n: "EUR",
    ("hours_of_service_logs", "origin"): lambda n: "driver",
    ("hours_of_service_logs", "special_category"): lambda n: None,
    ("hours_of_service_logs", "status_end_time"): lambda n: NOW + timedelta(hours=n),
    ("injury_records", "classification"): lambda n: "death",
    ("insurance_claims", "settled_on"): lambda n: date(2026, 12, 1),
    ("invoices", "currency"): lambda n: "USD",
    ("invoices", "paid_amount"): lambda n: f"0.{10 + n % 40}",
    ("invoices", "line_items"): lambda n: [
        {"description": "Oil", "quantity": "1", "unit_price": f"{n % 80}.5", "amount": f"{n % 80}.50"}
    ],
    ("payment_methods", "account_number_last4"): lambda n: f"{n % 10_000:04}",
    ("payment_methods", "is_default"): lambda n: False,
    ("meeting_questions", "choices"): lambda n: ["Yes", "No"],
    ("meeting_questions", "right_choices"): lambda n: [n % 2],
    ("safety_meetings", "quiz_pass_percent"): lambda n: 1 + n % 100,
    ("safety_meetings", "training_valid_months"): lambda n: 1 + n % 120,
    ("purchase_orders", "currency"): lambda n: "USD",
    ("purchase_orders", "expected_delivery_date"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("purchase_orders", "line_items"): lambda n: [
        {
            "item": "OIL-5W30",
            "description": "Oil",
            "quantity": "1",
            "unit_price": f"{n % 80}.5",
            "amount": f"{n % 80}.50",
            "quantity_received": "0",
        }
    ],
    ("purchase_orders", "shipping_amount"): lambda n: "0.00",
    ("purchase_orders", "tax_amount"): lambda n: "0.00",
    ("behavior_thresholds", "harsh_acceleration_g"): lambda n: "0.35",
    ("behavior_thresholds", "harsh_braking_g"): lambda n: "0.40",
    ("behavior_thresholds", "harsh_cornering_g"): lambda n: "0.45",
    ("behavior_thresholds", "speeding_moderate_percent"): lambda n: f"{n % 10}.50",
    ("behavior_thresholds", "speeding_severe_percent"): lambda n: f"{20 + n % 10}.50",
    ("coaching_sessions", "period_end"): lambda n: date(2026, 12, 1) + timedelta(days=n % 300),
    ("coaching_sessions", "score"): lambda n: f"{n % 100}.50",
    ("driver_score_weights", "distracted_driving"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "harsh_acceleration"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "harsh_braking"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "harsh_cornering"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "idle_excess"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "no_seatbelt"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "speeding_minor"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "speeding_moderate"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "speeding_severe"): lambda n: f"{n % 10}.50",
    ("driver_score_weights", "coaching_below"): lambda n: f"{n % 100}.50",
    ("driver_score_weights", "valid_from"): lambda n: date(2000, 1, 1) + timedelta(days=n),
    ("trip_edits", "ends_at"): lambda n: NOW + timedelta(hours=n),
    ("trip_edits", "starts_at"): lambda n: NOW + timedelta(hours=n),
    ("trip_edits", "trip_started_at"): lambda n: NOW - timedelta(hours=n),
    ("unassigned_driving", "ended_at"): lambda n: NOW + timedelta(hours=n),
    ("users", "email"): lambda n: f"person{n}@example.test",
}

AREA = {
    "type": "Polygon",
    "coordinates": [[[-122.5, 37.7], [-122.3, 37.7], [-122.3, 37.8], [-122.5, 37.8], [-122.5, 37.7]]],
}
#: Nullable columns of which a CHECK demands one or all: a value, or the table of the row to point at.
ALSO: dict[str, dict[str, Any]] = {
    "document_shares": {"shared_with_user_id": "users"},
    "policy_versions": {"status": "published"},
    "training_assignments": {"driver_id": "drivers"},
    "training_completions": {"driver_id": "drivers"},
    "workflow_approvals": {"approver_role": "fleet_manager"},
    "geofences": {"center_lat": "37.75", "center_lng": "-122.4", "radius_meters": 150, "coordinates": AREA},
    "meshy_ai_generations": {"prompt": "A white van"},
    "messages": {"recipient_user_id": "users"},
    "recurring_maintenance_schedules": {"trigger_interval_days": 90},
    "vehicle_reservations": {"vehicle_id": "vehicles"},
    "work_order_parts": {"description": "Wiper blade"},
    "depreciation_schedules": {"useful_life_years": 5},
    "hours_of_service_logs": {"edit_reason": "Wrong vehicle"},
    "meeting_attendees": {"driver_id": "drivers"},
}

#: Column that, when it is given, stands instead of what ALSO adds.
OTHERWISE = {"messages": "recipient_group_id", "meeting_attendees": "user_id"}

#: References of a body that another row settles: (column that names the row, its table, column there).
SAME: dict[str, dict[str, tuple[str, str, str]]] = {
    "service_bay_schedule": {"vehicle_id": ("work_order_id", "maintenance_records", "vehicle_id")},
}
#: References that a rule of the resource demands in a body.
SENT: dict[str, dict[str, str]] = {
    "document_shares": {"shared_with_user_id": "users"},
    "training_assignments": {"driver_id": "drivers"},
    "training_completions": {"driver_id": "drivers"},
}


def value_for(table: Table, name: str, number: int) -> Any:
    """A value that fits a column."""
    column = table.columns[name]
    if (table.name, name) in SPECIAL:
        return SPECIAL[table.name, name](number)
    if values := closed_set(column):
        return values[number % len(values)]
    kind = column.type
    if isinstance(kind, ARRAY):
        if isinstance(kind.item_type, Uuid):
            return []  # ids must name rows; the tests of the references make them
        return ["10.0.0.0/8"] if isinstance(kind.item_type, INET) else [f"item{number}"]
    if isinstance(kind, JSONB):
        return {"made": number}
    if isinstance(kind, INET):
        return "10.1.2.3"
    if isinstance(kind, Uuid):
        return uuid.uuid4()
    if isinstance(kind, Time):
        return time(hour=number % 24, minute=30)
    if isinstance(kind, LargeBinary):
        return f"secret{number}".encode()
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Integer | BigInteger):
        return number
    if isinstance(kind, Float):
        return float(number)
    if isinstance(kind, Numeric):
        return f"{number % 80}.5"
    if isinstance(kind, DateTime):
        return NOW - timedelta(minutes=number)
    if isinstance(kind, Date):
        return date(2026, 1, 1) + timedelta(days=number % 300)
    if isinstance(kind, String | Text):
        return f"{name[:4]}{number}"[: kind.length or 40]
    raise TypeError(kind)


def references(table: Table) -> dict[str, str]:
    """Foreign key column -> table, composite keys and plain ones."""
    found = {}
    for constraint in table.foreign_key_constraints:
        columns = [column.name for column in constraint.columns if column.name != "tenant_id"]
        if len(columns) == 1:
            found[columns[0]] = constraint.referred_table.name
    return found


def needed(table: Table) -> list[str]:
    """Columns that an INSERT must name."""
    return [
        column.name
        for column in table.columns
        if not column.nullable
        and column.server_default is None
        and column.identity is None
        and column.name != "tenant_id"
    ]


#: Whoever acts has one row there; another one takes its place.
ONE_FOR_EACH_USER = {"notification_preferences"}


@cache
def shapes_of(table_name: str) -> Mapping[str, Any]:
    """jsonb columns of a table whose shape its resource declares."""
    resource = load_registry().get(table_name)
    return resource.shapes if resource else {}


def parent(connection: psycopg.Connection[Any], table_name: str, tenant_id: uuid.UUID) -> uuid.UUID:
    """A row to refer to. The first user of the tenant is the one who acts, so rows of people are their own."""
    if table_name == "users":
        first = connection.execute(
            "SELECT id FROM users WHERE tenant_id = %s ORDER BY created_at, id LIMIT 1", (tenant_id,)
        ).fetchone()
        if first is not None:
            found: uuid.UUID = first[0]
            return found
    return insert(connection, table_name, tenant_id)


def insert(
    connection: psycopg.Connection[Any], table_name: str, tenant_id: uuid.UUID, **given: Any
) -> uuid.UUID:
    """Insert a row with what is needed (as the owner), parents included; its id."""
    table = Base.metadata.tables[table_name]
    number = next(counter)
    values: dict[str, Any] = {}
    parents = references(table)
    for name in needed(table):
        if name in given:
            continue
        if name in parents:
            values[name] = parent(connection, parents[name], tenant_id)
        elif name in shapes_of(table_name) and (table_name, name) not in SPECIAL:
            shaped = {name: sample(shapes_of(table_name)[name], number)}
            name_json_rows(facts_of(table).json_refs, shaped, connection, tenant_id)
            values[name] = Jsonb(shaped[name])
        else:
            values[name] = value_for(table, name, number)
    if OTHERWISE.get(table_name) not in given:
        values |= {
            name: parent(connection, also, tenant_id) if name in parents else also
            for name, also in ALSO.get(table_name, {}).items()
            if name not in given
        }
    values |= given
    values |= settled(connection, table_name, values) | given
    if table_name == "files" and {"entity_type", "entity_id"} & set(given):
        values = {"entity_type": "vehicles", "entity_id": uuid.uuid4()} | values
    for pair in facts_of(table).polymorphic:
        if {pair.type_column, pair.id_column} & set(values) and pair.id_column not in given:
            kind, target = sorted(pair.targets.items())[0]
            values |= {pair.type_column: kind, pair.id_column: insert(connection, target, tenant_id)}
    if "tenant_id" in table.columns and facts_of(table).ownership == "tenant":
        values["tenant_id"] = tenant_id
    if facts_of(table).partition_by:
        moment = values.get(facts_of(table).partition_by) or NOW
        connection.execute("SELECT ensure_partition(%s, %s)", (table_name, moment))
    if facts_of(table).ownership == "tenants":
        return tenant_id
    if table_name in ONE_FOR_EACH_USER:
        connection.execute(
            sql.SQL("DELETE FROM {} WHERE tenant_id = %s AND user_id = %s").format(
                sql.Identifier(table_name)
            ),
            (tenant_id, values["user_id"]),
        )
    columns = sql.SQL(", ").join(sql.Identifier(name) for name in values)
    key = "id" if "id" in table.columns else "vehicle_id"
    row = connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
            sql.Identifier(table_name),
            columns,
            sql.SQL(", ").join([sql.Placeholder()] * len(values)),
            sql.Identifier(key),
        ),
        [Jsonb(value) if isinstance(value, dict) else value for value in values.values()],
    ).fetchone()
    assert row is not None
    result: uuid.UUID = row[0]
    return result


def settled(
    connection: psycopg.Connection[Any], table_name: str, values: Mapping[str, Any]
) -> dict[str, uuid.UUID]:
    """Columns that follow from a row which the values name; see SAME."""
    found: dict[str, uuid.UUID] = {}
    for name, (by, target, column) in SAME.get(table_name, {}).items():
        row = connection.execute(
            sql.SQL("SELECT {} FROM {} WHERE id = %s").format(sql.Identifier(column), sql.Identifier(target)),
            (values[by],),
        ).fetchone()
        assert row is not None
        found[name] = row[0]
    return found


def as_json(value: Any) -> Any:
    """A value as a request's body holds it."""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def sample(kind: Any, number: int) -> Any:
    """A value of a shape: what its fields demand, one item in each list."""
    info = kind if isinstance(kind, msgspec.inspect.Type) else msgspec.inspect.type_info(kind)
    match info:
        case msgspec.inspect.StructType():
            fields = {one.encode_name: (sample(one.type, number), one.default) for one in info.fields}
            # What a field is by default may be left out when it is stored.
            return {name: value for name, (value, default) in fields.items() if value != default}
        case msgspec.inspect.ListType():
            return [sample(info.item_type, number)] * max(1, info.min_length or 0)
        case msgspec.inspect.TupleType():
            return [sample(item, number) for item in info.item_types]
        case msgspec.inspect.VarTupleType():
            return [sample(info.item_type, number)]
        case msgspec.inspect.DictType():
            return {str(sample(info.key_type, number)): sample(info.value_type, number)}
        case msgspec.inspect.UnionType():
            return sample(next(t for t in info.types if not isinstance(t, msgspec.inspect.NoneType)), number)
        case msgspec.inspect.LiteralType():
            return sorted(info.values, key=str)[number % len(info.values)]
        case msgspec.inspect.BoolType():
            return number % 2 == 0
        case msgspec.inspect.IntType():
            return _within(number, info)
        case msgspec.inspect.FloatType():
            return float(_within(number, info))
        case msgspec.inspect.DecimalType():
            return f"{number % 80}.50"
        case msgspec.inspect.UUIDType():
            return str(uuid.uuid4())
        case msgspec.inspect.DateTimeType():
            return NOW.isoformat()
        case msgspec.inspect.DateType():
            return "2026-03-04"
        case msgspec.inspect.TimeType():
            return "08:30:00"
        case msgspec.inspect.StrType():
            if info.pattern:
                fitting = [text for text in PATTERNED if re.search(info.pattern, text)]
                assert fitting, f"no text in PATTERNED fits {info.pattern}"
                return fitting[0]
            return f"text{number}".ljust(info.min_length or 0, "x")[: info.max_length or 40]
        case msgspec.inspect.AnyType():
            return f"any{number}"
        case msgspec.inspect.Metadata():
            return sample(info.type, number)
    raise TypeError(info)


#: Texts that the patterns of our shapes ask for.
PATTERNED = (
    "#12ab34",
    "08:30",
    "2026-11-22",
    "vehicles.created",
    "+14155550100",
    "name",
    "Name",
    "30 6 * * mon-fri",
    "USD",
)


def _within(number: int, info: Any) -> int:
    low = info.ge if info.ge is not None else (info.gt + 1 if info.gt is not None else 0)
    high = info.le if info.le is not None else (info.lt - 1 if info.lt is not None else low + 1000)
    return int(low + number % max(1, int(high - low)))


def body_for(resource: Resource, connection: psycopg.Connection[Any], tenant_id: uuid.UUID) -> dict[str, Any]:
    """A body that creates a row: every writable column, parents made first."""
    number = next(counter)
    body: dict[str, Any] = {}
    for name in (*resource.writable, *resource.create_only):
        target = resource.references.get(name)
        if target:
            if resource.required_on_create(name):
                body[name] = str(parent(connection, target, tenant_id))
            continue
        if name in resource.shapes and (resource.table.name, name) not in SPECIAL:
            body[name] = sample(resource.shapes[name], number)
            continue
        value = value_for(resource.table, name, number)
        body[name] = as_json(value)
    for name, target in SENT.get(resource.table.name, {}).items():
        body[name] = str(parent(connection, target, tenant_id))
    body |= {name: str(key) for name, key in settled(connection, resource.table.name, body).items()}
    name_real_rows(resource, body, connection, tenant_id)
    return body


def name_real_rows(
    resource: Resource, body: dict[str, Any], connection: psycopg.Connection[Any], tenant_id: uuid.UUID
) -> None:
    """Make the rows that references without a foreign key in a body lead to."""
    facts = facts_of(resource.table)
    for pair in facts.polymorphic:
        if {pair.type_column, pair.id_column} <= set(body):
            kind, target = sorted(pair.targets.items())[0]
            body |= {pair.type_column: kind, pair.id_column: str(insert(connection, target, tenant_id))}
    for name, target in facts.ref_arrays.items():
        if name in body:
            body[name] = [str(insert(connection, target, tenant_id))]
    name_json_rows(facts.json_refs, body, connection, tenant_id)


def name_json_rows(
    references: Mapping[str, str],
    values: dict[str, Any],
    connection: psycopg.Connection[Any],
    tenant_id: uuid.UUID,
) -> None:
    """Make the rows that ids inside jsonb lead to."""
    for path, target in references.items():
        column, *steps = re.split(r"[.\[]", path.replace("[*]", ".*"))
        if column in values:
            _put(values[column], steps, str(insert(connection, target, tenant_id)))


def _put(value: Any, steps: list[str], key: str) -> None:
    """Set what a path such as `*`, `part_id` leads to."""
    step, *rest = steps
    places = range(len(value)) if step == "*" else [step]
    for place in places:
        if rest:
            _put(value[place], rest, key)
        else:
            value[place] = key
