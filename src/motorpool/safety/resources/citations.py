"""Citations of drivers, from the stop to the payment."""

from __future__ import annotations

from datetime import date

from motorpool.core.resource.declaration import Computed, Move, Resource, States
from motorpool.safety.models import DriverViolation
from motorpool.safety.resources.drivers import DRIVER_SCOPE
from motorpool.safety.rules.citations import MAJOR, NOTICE_DAYS, OTHER_KINDS, SERIOUS
from motorpool.safety.rules.qualification_facts import COMMERCIAL_ENDORSEMENTS

ENDORSED = ", ".join(f"'{one}', '{one.lower()}'" for one in sorted(COMMERCIAL_ENDORSEMENTS))
#: By when the employer has to be told of a conviction: who holds a commercial license has 30 days (49 CFR 383.31). Parking is left
#: out. `{t}` is the citation.
NOTIFY_BY = (
    "CASE WHEN {t}.outcome IN ('convicted', 'reduced') AND {t}.employer_notified_on IS NULL "
    "AND position('parking' in lower(coalesce({t}.violation_type, ''))) = 0 AND EXISTS (SELECT FROM drivers d "
    "WHERE d.tenant_id = {t}.tenant_id AND d.id = {t}.driver_id AND (upper(d.license_class) IN ('A', 'B') "
    f"OR (upper(d.license_class) = 'C' AND d.license_endorsements && ARRAY[{ENDORSED}]::text[]))) "
    f"THEN {{t}}.decided_on + {NOTICE_DAYS} END"
)
DISMISSED = ("t.outcome = 'dismissed'", "a citation that was dismissed has no fine to pay")
COURSE = States(
    "case_status",
    (
        Move(
            "contest",
            "contested",
            leaves=("open",),
            summary="Answer to it and go to court",
            needs=("plea",),
            takes=("court_date", "court_location"),
        ),
        Move(
            "set_court_date",
            None,
            leaves=("open", "contested"),
            summary="The court has set or moved its day; that alone contests nothing",
            needs=("court_date",),
            takes=("court_location",),
        ),
        Move(
            "report_conviction",
            "decided",
            leaves=("open", "contested"),
            summary="Tell the employer of a conviction (49 CFR 383.31)",
            needs=("decided_on",),
            takes=("fine_amount", "fine_due_date", "points", "court_location"),
        ),
        Move(
            "decide",
            "decided",
            leaves=("open", "contested"),
            summary="Enter the outcome, with fine and points as they are now",
            needs=("outcome", "decided_on"),
            takes=("plea", "fine_amount", "fine_due_date", "points", "points_expire_on"),
        ),
        Move(
            "pay",
            "paid",
            leaves=("open", "decided"),
            summary="The fine is paid; paid without a court it is a conviction (49 CFR 383.5)",
            needs=("fine_paid_date", "fine_paid_amount", "fine_paid_by"),
            unless=(DISMISSED,),
        ),
        Move(
            "reopen",
            "open",
            leaves=("contested", "decided", "paid"),
            summary="Take back the outcome and the payment",
            stamps={
                "outcome": None,
                "decided_on": None,
                "employer_notified_on": None,
                "fine_paid_date": None,
                "fine_paid_amount": None,
                "fine_paid_by": None,
            },
        ),
    ),
)

CITATIONS = (
    Resource(
        model=DriverViolation,
        label="Citation",
        writable=tuple(
            "driver_id vehicle_id violation_type citation_number violation_date location issuing_agency officer_name "
            "violation_description is_moving_violation accident_report_id fine_amount fine_due_date points points_expire_on "
            "court_date court_location employer_notified_on insurance_notified points_added_to_record affects_insurance "
            "corrective_action_taken attachments".split()
        ),
        # Of a citation that is over when it is entered; afterwards the moves say it.
        create_only=tuple(
            "plea outcome decided_on fine_paid fine_paid_date fine_paid_by fine_paid_amount".split()
        ),
        asked_first=tuple(
            "driver_id violation_type violation_date citation_number location issuing_agency vehicle_id is_moving_violation "
            "fine_amount fine_due_date court_date".split()
        ),
        filters=tuple(
            "id driver_id vehicle_id violation_date violation_type case_status fine_paid fine_due_date court_date "
            "accident_report_id is_fine_overdue".split()
        ),
        usual={"violation_type": (*OTHER_KINDS, *SERIOUS, *MAJOR)},
        rules=(
            (
                "t.court_date IS NULL OR t.court_date >= (t.violation_date AT TIME ZONE %(time_zone)s)::date",
                "court_date",
                "must not be before the violation",
            ),
        ),
        default_sort="-violation_date",
        states=COURSE,
        computed={
            "is_fine_overdue": Computed(
                "NOT t.fine_paid AND t.case_status <> 'contested' AND t.outcome IS DISTINCT FROM 'dismissed' "
                "AND coalesce(t.fine_due_date < %(today)s, false)",
                bool,
                "The fine is not paid and its date has passed; while it is contested nothing is due",
            ),
            "notify_by": Computed(
                NOTIFY_BY.format(t="t"),
                date,
                "By when the driver has to tell the employer of the conviction (49 CFR 383.31); null once told, or without a "
                "commercial license",
            ),
            "points_in_force": Computed(
                "CASE WHEN t.points_expire_on < %(today)s OR t.outcome = 'dismissed' THEN 0 ELSE coalesce(t.points, 0) END",
                int,
                "License points that count today",
            ),
        },
        scope=DRIVER_SCOPE,
        list_columns=(
            "citation_number",
            "driver_id",
            "violation_type",
            "violation_date",
            "case_status",
            "fine_amount",
            "fine_due_date",
            "points_in_force",
            "court_date",
        ),
        title_column="citation_number",
    ),
)
