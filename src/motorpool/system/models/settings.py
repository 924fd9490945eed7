"""What an administrator sets while the program runs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, String, Text
from sqlalchemy.dialects.postgresql import JSONB, UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import SharedModel, TableFacts, Timestamped, one_of


class SystemSetting(SharedModel, Timestamped):
    """One setting of a tenant, or of all where the tenant has none of its own."""

    __tablename__ = "system_settings"
    __facts__ = TableFacts(ownership="shared_or_own", search=("setting_key", "description"))
    __unique__ = ("setting_key",)
    __indexes__ = (
        "tenant_id, setting_key",
        "category",
        "tenant_id, category",
    )
    __table_args__ = (
        one_of("setting_type", "string", "number", "boolean", "json"),
        CheckConstraint("setting_key ~ '^[a-z][a-z0-9_.-]*$'", name="setting_key_is_in_small_letters"),
        {"comment": "Application-level configuration"},
    )

    setting_key: Mapped[str] = mapped_column(String(255), comment="Such as fleet.week_starts_on")
    setting_value: Mapped[Any] = mapped_column(JSONB)
    setting_type: Mapped[str] = mapped_column(
        String(50), server_default="json", comment="What the value is; json: an object or a list"
    )
    category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as general, maintenance, safety, notifications, appearance"
    )
    description: Mapped[str | None] = mapped_column(Text)
    is_public: Mapped[bool] = mapped_column(server_default="false", comment="Visible to frontend")
    is_encrypted: Mapped[bool] = mapped_column(
        server_default="false",
        comment="Kept by the program; secrets stand in sealed columns of their own tables",
    )
    validation_rules: Mapped[Any | None] = mapped_column(
        JSONB, comment="What a value must keep to: minimum, maximum, choices, pattern"
    )
    last_modified_by_user_id: Mapped[UUID | None] = mapped_column(comment="See the history for all changes")


class FeatureFlag(SharedModel, Timestamped):
    """A switch for a part of the program: off, on for some, on for all."""

    __tablename__ = "feature_flags"
    __facts__ = TableFacts(
        ownership="shared_or_own",
        search=("flag_key", "flag_name", "description"),
        ref_arrays={"target_users": "users"},
    )
    __unique__ = ("flag_key",)
    __indexes__ = (
        "tenant_id, is_enabled",
        "flag_key",
        "tenant_id, flag_name, id",
    )
    __table_args__ = (
        CheckConstraint(
            "rollout_percentage BETWEEN 0 AND 100", name="rollout_percentage_is_between_0_and_100"
        ),
        CheckConstraint("flag_key ~ '^[a-z][a-z0-9_.-]*$'", name="flag_key_is_in_small_letters"),
        {"comment": "Feature toggles and A/B testing"},
    )

    flag_key: Mapped[str] = mapped_column(
        String(255), comment="As the program asks for it: new_dispatch_board"
    )
    flag_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    is_enabled: Mapped[bool] = mapped_column(
        server_default="false", comment="Off is off for everybody, whatever else is set"
    )
    rollout_percentage: Mapped[int] = mapped_column(
        server_default="0", comment="0-100: share of the people who are not named below"
    )
    target_users: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(PG_UUID(as_uuid=True)), comment="People for whom it is on"
    )
    target_roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Names of roles")
    target_departments: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Codes of departments")
    environment: Mapped[str | None] = mapped_column(
        String(50), comment="Such as development, staging, production; null: everywhere"
    )
    created_by_user_id: Mapped[UUID | None]
