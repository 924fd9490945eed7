"""Inspections and their forms."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, Computed, Lock, Move, Resource, States, Verb
from motorpool.fleet.resources import DRIVEN_NOW, vehicle_scope
from motorpool.safety import shapes
from motorpool.safety.models import InspectionForm, InspectionFormItem, SafetyInspection

Standing = Literal["clear", "repair_due", "to_review", "settled"]

FORM_STATES = States(
    "status",
    (
        Move(
            "publish",
            "published",
            ("draft",),
            "Use it from now on, in place of the version before",
            stamps={"published_at": "now", "published_by_user_id": "actor"},
            unless=(
                (
                    "NOT EXISTS (SELECT FROM inspection_form_items x WHERE x.tenant_id = t.tenant_id AND x.form_id = t.id)",
                    "the form has no items yet",
                ),
            ),
        ),
        Move("retire", "retired", ("published",), "Use it no more", stamps={"retired_at": "now"}),
        Move(
            "reinstate",
            "published",
            ("retired",),
            "Use it again, in place of the version in use",
            stamps={"retired_at": None},
        ),
    ),
)
FORM_IS_SETTLED = (
    "This version is not a draft and no longer changes; revise the form, which makes a new draft."
)

INSPECTIONS = (
    Resource(
        model=SafetyInspection,
        label="Safety inspection",
        writable=tuple(
            "vehicle_id inspection_type inspector_type inspector_id inspection_date inspection_location odometer "
            "inspection_status checklist_results defects_found requires_maintenance work_order_created_id "
            "repairs_certified_at repairs_certified_by_user_id repairs_note reviewed_by_driver_id reviewed_at "
            "next_inspection_due certification_number certification_expiry inspector_signature notes photos".split()
        ),
        hidden=("client_key", "certifier_signature", "reviewer_signature"),
        filters=tuple(
            "id vehicle_id inspection_type inspection_date inspection_status inspector_id next_inspection_due "
            "is_next_overdue standing form_id submitted_by_user_id".split()
        ),
        default_sort="-inspection_date",
        computed={
            "is_next_overdue": Computed(
                "coalesce(t.next_inspection_due < %(today)s, false) AND NOT EXISTS (SELECT FROM safety_inspections s "
                "WHERE s.tenant_id = t.tenant_id AND s.vehicle_id = t.vehicle_id "
                "AND s.inspection_type IS NOT DISTINCT FROM t.inspection_type AND s.inspection_date > t.inspection_date)",
                bool,
                "The next inspection of this kind should have been made by now, and there is none",
            ),
            "standing": Computed(
                "CASE WHEN t.inspection_status = 'passed' OR t.inspection_status IS NULL AND NOT t.requires_maintenance "
                "THEN 'clear' WHEN t.repairs_certified_at IS NULL THEN 'repair_due' WHEN t.reviewed_at IS NULL THEN 'to_review' "
                "ELSE 'settled' END",
                Standing,
                "What is still to be done: the repair certified (49 CFR 396.11), then the report signed by the next driver "
                "(396.13)",
            ),
        },
        shapes={
            "checklist_results": list[shapes.ChecklistResult],
            "defects_found": list[shapes.FoundDefect],
        },
        locks=(
            Lock(
                "t.form_id IS NOT NULL",
                "This inspection was filled in and signed; it stays as it is.",
                open=("notes", "work_order_created_id", "certification_number", "certification_expiry"),
            ),
        ),
        scope=vehicle_scope(
            own=f"t.submitted_by_user_id = %(actor_user)s OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}"
        ),
        verbs=(
            Verb("submit", "Send filled-in inspections"),
            Verb("certify", "Certify that what an inspection found is repaired or needs no repair"),
            Verb("review", "Sign an inspection as the next driver"),
        ),
        list_columns=(
            "vehicle_id",
            "inspection_type",
            "inspection_date",
            "inspection_status",
            "standing",
            "next_inspection_due",
            "is_next_overdue",
        ),
        title_column="inspection_type",
    ),
    Resource(
        model=InspectionForm,
        label="Inspection form",
        operations=FULL,
        writable=tuple(
            "form_name inspection_type description legal_basis inspector_kind required_certification validity_months "
            "needs_signature vehicle_types".split()
        ),
        create_only=("form_key",),
        made_by=("created_by_user_id",),
        default_sort="form_name",
        states=FORM_STATES,
        locks=(Lock("t.status <> 'draft'", FORM_IS_SETTLED),),
        verbs=(Verb("revise", "Make a new draft of an inspection form"),),
        list_columns=(
            "form_name",
            "version",
            "status",
            "inspection_type",
            "inspector_kind",
            "validity_months",
            "vehicle_types",
        ),
        title_column="form_name",
        examples={
            "form_name": "Forklift, daily",
            "form_key": "forklift_daily",
            "inspection_type": "pre_trip",
        },
    ),
    Resource(
        model=InspectionFormItem,
        label="Inspection item",
        operations=FULL,
        writable=tuple(
            "position section item_text guidance kind is_required allows_na minimum maximum unit photo_on_failure severity "
            "is_unsafe vehicle_types".split()
        ),
        create_only=("form_id", "item_key"),
        default_sort="created_at",
        locks=(
            Lock(
                "EXISTS (SELECT FROM inspection_forms f WHERE f.tenant_id = t.tenant_id AND f.id = t.form_id "
                "AND f.status <> 'draft')",
                FORM_IS_SETTLED,
            ),
        ),
        list_columns=("form_id", "position", "section", "item_text", "kind", "severity", "is_unsafe"),
        title_column="item_text",
        examples={"item_text": "Mast and chains", "item_key": "mast", "severity": "critical"},
    ),
)
