"""Shapes of the jsonb columns: conditions of alerts, attachments, mentions, preferences."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

Short = Annotated[str, Meta(max_length=255)]
Number = int | float


class CategoryChannels(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a person wants for one category; null: as for everything else."""

    email: bool | None = None
    sms: bool | None = None
    push: bool | None = None
    teams: bool | None = None


class Attachment(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A file that is sent along."""

    file_name: Annotated[str, Meta(min_length=1, max_length=255)]
    file_url: Annotated[str, Meta(min_length=1, max_length=2000)]
    file_type: Annotated[Short | None, Meta(description="Such as application/pdf")] = None
    file_size: Annotated[int, Meta(ge=0, description="Bytes")] | None = None


class Mention(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A person who is named in a message."""

    user_id: Short | None = None
    email: Short | None = None
    name: Short | None = None


class EntityReference(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something of ours that a text names."""

    entity_type: Annotated[Short, Meta(description="Such as vehicle, work_order")]
    text: Annotated[Short, Meta(description="The words that name it")]
    entity_id: UUID | None = None


class AlertCondition(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A comparison with a column of the record that is looked at."""

    field: Annotated[str, Meta(min_length=1, max_length=100, description="Such as speed_at_event")]
    operator: Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "contains", "isnull"] = "eq"
    value: Annotated[str | bool | Number | list[str | Number] | None, Meta(description="A list for `in`")] = (
        None
    )


class TriggerConditions(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """When a rule applies: for whom, how long before a date, how often, and which comparisons hold."""

    match: Annotated[Literal["all", "any"], Meta(description="All conditions, or one of them")] = "all"
    conditions: Annotated[list[AlertCondition], Meta(max_length=50)] = field(default_factory=list)
    vehicle_ids: Annotated[list[UUID], Meta(max_length=1000, description="Only these; empty: all")] = field(
        default_factory=list
    )
    vehicle_group_ids: Annotated[list[UUID], Meta(max_length=100)] = field(default_factory=list)
    geofence_ids: Annotated[list[UUID], Meta(max_length=1000)] = field(default_factory=list)
    days_ahead: Annotated[int, Meta(ge=0, le=3650, description="Days before a due or expiry date")] | None = (
        None
    )
    lasting_minutes: (
        Annotated[int, Meta(ge=0, le=525_600, description="min for which it must have held")] | None
    ) = None
    times: Annotated[int, Meta(ge=1, le=100_000, description="How often it must have happened")] | None = None
    within_minutes: (
        Annotated[int, Meta(ge=1, le=525_600, description="min in which `times` counts")] | None
    ) = None
