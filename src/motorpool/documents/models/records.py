"""Comments and attachments on any record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Polymorphic,
    TableFacts,
    TenantModel,
    Timestamped,
    one_of,
    reference,
)

#: Tables whose rows people talk about and put papers to. Not here: logs, series, caches, rights and mere parts of a row.
RECORDS = tuple(
    """
    vehicles drivers facilities departments vendors vehicle_groups driver_assignments vehicle_reservations
    trips routes geofences devices driver_behavior_events video_telematics_footage
    equipment asset_tags asset_transfers vehicle_3d_models damage_reports
    documents document_folders
    policies policy_versions policy_violations sop_documents sop_assignments sop_completions
    training_modules training_assignments training_completions
    onboarding_checklists onboarding_progress onboarding_tasks
    compliance_checklists compliance_checklist_completions
    workflow_definitions workflow_instances workflow_approvals
    maintenance_records work_order_templates work_order_tasks service_bays service_bay_schedule technicians
    recurring_maintenance_schedules parts defects
    incidents accident_reports safety_inspections driver_violations hours_of_service_logs driver_training_records
    compliance_documents safety_meetings insurance_policies insurance_claims corrective_actions
    expenses invoices purchase_orders budget_allocations cost_allocations depreciation_schedules
    fuel_transactions fuel_cards fuel_card_transactions
    alert_rules alert_history saved_reports dashboards kpi_targets users
    """.split()
)
#: The value is the table's own name.
ANY_RECORD = Polymorphic("record_type", "record_id", {table: table for table in RECORDS})


class Comment(TenantModel, Timestamped):
    """A remark on a record. A changed one says so, a removed one leaves its place in the thread."""

    __tablename__ = "comments"
    __facts__ = TableFacts(
        search=("body",), polymorphic=(ANY_RECORD,), ref_arrays={"mentioned_user_ids": "users"}
    )
    __indexes__ = (
        "tenant_id, record_id, created_at",
        "tenant_id, created_at DESC, id DESC",
        "tenant_id, author_user_id",
        "tenant_id, reply_to_comment_id",
    )
    __table_args__ = (
        one_of("status", "visible", "removed"),
        CheckConstraint("reply_to_comment_id <> id", name="comment_does_not_reply_to_itself"),
        {"comment": "Remarks of people on records of any kind"},
    )

    record_type: Mapped[str] = mapped_column(
        String(63), comment="Table of the record, such as vehicles or maintenance_records"
    )
    record_id: Mapped[UUID] = mapped_column(comment="The record that it is about")
    author_user_id: Mapped[UUID] = reference("users")
    body: Mapped[str] = mapped_column(Text, comment="Plain text")
    reply_to_comment_id: Mapped[UUID | None] = reference("comments", comment="null: begins a thread")
    mentioned_user_ids: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid), comment="People who are to see it"
    )
    status: Mapped[str] = mapped_column(String(20), server_default="visible")
    edited_at: Mapped[datetime | None] = mapped_column(comment="null: as it was first written")
    deleted_at: Mapped[datetime | None]
    deleted_by_user_id: Mapped[UUID | None] = reference("users")


class RecordAttachment(TenantModel):
    """A document that belongs to a record. Taking it off leaves the document in the library."""

    __tablename__ = "record_attachments"
    __facts__ = TableFacts(polymorphic=(ANY_RECORD,))
    __unique__ = ("record_type, record_id, document_id",)
    __indexes__ = (
        "tenant_id, record_id, position",
        "tenant_id, document_id",
        "tenant_id, created_at DESC",
    )
    __table_args__ = ({"comment": "Documents that are attached to records of any kind"},)

    record_type: Mapped[str] = mapped_column(
        String(63), comment="Table of the record, such as vehicles or maintenance_records"
    )
    record_id: Mapped[UUID] = mapped_column(comment="The record that it is attached to")
    document_id: Mapped[UUID] = reference("documents", cascade=True)
    caption: Mapped[str | None] = mapped_column(
        String(500), comment="What it shows here, such as Left rear door"
    )
    position: Mapped[int] = mapped_column(
        server_default="0", comment="Order within the record, smallest first"
    )
    attached_by_user_id: Mapped[UUID | None] = reference("users", comment="null: attached by the program")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
