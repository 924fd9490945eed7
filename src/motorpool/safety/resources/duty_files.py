"""Files of duty logs: they come in by operations of their own (`duty_file_routes.py`)."""

from __future__ import annotations

from datetime import date

from motorpool.core.resource.declaration import READ_ONLY, Computed, Move, Resource, States, Verb
from motorpool.safety.models.duty_files import DutyFileImport, DutySupportingDocument
from motorpool.safety.resources.drivers import DRIVER_SCOPE
from motorpool.safety.rules.duty_documents import KEPT_MONTHS, SUBMIT_DAYS

#: The day on which it was submitted, at the home terminal's clock or the organisation's.
SUBMITTED_ON = (
    "(t.submitted_at AT TIME ZONE (SELECT coalesce(f.time_zone, z.time_zone) FROM drivers d "
    "JOIN tenants z ON z.id = d.tenant_id LEFT JOIN facilities f ON f.tenant_id = d.tenant_id AND f.id = d.home_facility_id "
    "WHERE d.tenant_id = t.tenant_id AND d.id = t.driver_id))::date"
)
DUE_ON = f"greatest(t.log_date, coalesce(t.received_on, t.log_date)) + {SUBMIT_DAYS}"
DUTY_FILES = (
    Resource(
        model=DutySupportingDocument,
        label="Supporting document",
        operations=READ_ONLY,
        verbs=(Verb("submit", "Send supporting documents of a driver's day"),),
        default_sort="-log_date",
        made_by=("submitted_by_user_id",),
        states=States(
            "status",
            (
                Move(
                    "withdraw",
                    "withdrawn",
                    leaves=("kept",),
                    summary="It does not belong to this day; the file stays",
                    needs=("withdrawn_reason",),
                    stamps={"withdrawn_at": "now", "withdrawn_by_user_id": "actor"},
                ),
                Move(
                    "restore",
                    "kept",
                    leaves=("withdrawn",),
                    summary="It does belong to this day",
                    stamps={"withdrawn_at": None, "withdrawn_by_user_id": None, "withdrawn_reason": None},
                ),
            ),
        ),
        computed={
            "is_late": Computed(
                f"{SUBMITTED_ON} > {DUE_ON}",
                bool,
                f"It came later than {SUBMIT_DAYS} days after the day, or after the driver had it (49 CFR 395.11(b))",
            ),
            "kept_until": Computed(
                f"({SUBMITTED_ON} + interval '{KEPT_MONTHS} months')::date",
                date,
                "It has to be kept six months from when it was received (49 CFR 395.8(k))",
            ),
        },
        scope=DRIVER_SCOPE,
        list_columns=("driver_id", "log_date", "kind", "place", "submitted_at", "is_late", "status"),
        title_column="kind",
        examples={"kind": "bill_of_lading", "place": "Oakland, CA", "document_number": "BOL-55121"},
    ),
    Resource(
        model=DutyFileImport,
        label="ELD file",
        operations=READ_ONLY,
        default_sort="-imported_at",
        scope=DRIVER_SCOPE,
        list_columns=(
            "driver_id",
            "imported_at",
            "eld_provider",
            "eld_device_id",
            "made_at",
            "new_records",
            "known_records",
            "changed_records",
            "unassigned_records",
        ),
        title_column="made_at",
    ),
)
