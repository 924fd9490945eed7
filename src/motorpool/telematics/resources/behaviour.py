"""When driving is an event, how it is scored, coaching, and the limits of streets."""

from __future__ import annotations

from motorpool.core.resource.declaration import FULL, READ_ONLY, Resource, Scope, Verb
from motorpool.telematics.models import BehaviorThreshold, CoachingSession, DriverScoreWeight, StreetLimit
from motorpool.telematics.rules.coaching_states import COACHING

#: Rows about a driver: reached through where the driver belongs.
OF_DRIVER = "EXISTS (SELECT FROM drivers d WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id AND d.{column} = ANY ({ids}))"

RESOURCES = (
    Resource(
        model=BehaviorThreshold,
        label="Behaviour threshold",
        operations=FULL,
        writable=tuple(
            "harsh_braking_g harsh_acceleration_g harsh_cornering_g speeding_tolerance_kph speeding_min_seconds "
            "speeding_moderate_percent speeding_severe_percent idle_minutes idle_liters_per_hour idle_exempt notes".split()
        ),
        create_only=("vehicle_type", "valid_from"),
        default_sort="-valid_from",
        # What is measured by is no secret from those who are measured.
        scope=Scope(facility="true", department="true", own="true"),
        list_columns=tuple(
            "vehicle_type valid_from harsh_braking_g harsh_acceleration_g harsh_cornering_g speeding_tolerance_kph "
            "idle_minutes".split()
        ),
        title_column="vehicle_type",
        examples={"vehicle_type": "van", "harsh_braking_g": "0.36", "idle_minutes": 5},
    ),
    Resource(
        model=DriverScoreWeight,
        label="Driver score weight",
        operations=FULL,
        writable=tuple(
            "harsh_braking harsh_acceleration harsh_cornering speeding_minor speeding_moderate speeding_severe "
            "distracted_driving no_seatbelt idle_excess minimum_km coaching_below notes".split()
        ),
        create_only=("valid_from",),
        default_sort="-valid_from",
        scope=Scope(facility="true", department="true", own="true"),
        list_columns=tuple(
            "valid_from harsh_braking harsh_acceleration harsh_cornering speeding_minor speeding_moderate speeding_severe "
            "minimum_km coaching_below".split()
        ),
        title_column="valid_from",
        examples={"valid_from": "2026-01-01", "speeding_severe": "4", "minimum_km": "80"},
    ),
    Resource(
        model=CoachingSession,
        label="Coaching session",
        operations=FULL,
        writable=tuple("reason event_type period_start period_end coach_user_id due_on notes".split()),
        create_only=("driver_id", "score"),
        made_by=("opened_by_user_id",),
        default_sort="-created_at",
        states=COACHING,
        scope=Scope(
            facility=OF_DRIVER.format(column="home_facility_id", ids="%(reach_facilities)s"),
            department=OF_DRIVER.format(column="department_id", ids="%(reach_departments)s"),
            own="t.driver_id = %(actor_driver)s",
        ),
        list_columns=tuple("driver_id status reason event_type score period_start period_end due_on".split()),
        title_column="reason",
        examples={
            "reason": "Brakes late in town: 4 times this week",
            "event_type": "harsh_braking",
            "period_start": "2026-05-18",
            "period_end": "2026-05-24",
        },
    ),
    Resource(
        model=StreetLimit,
        label="Street limit",
        operations=READ_ONLY,
        verbs=(Verb("import", "Import streets"),),
        default_sort="street_name",
        list_columns=("street_name", "limit_kph", "is_one_way", "source"),
        title_column="street_name",
    ),
)
