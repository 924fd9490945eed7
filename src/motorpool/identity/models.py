"""Tenants, people, what they may do, and how they prove who they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import (
    Base,
    Identified,
    PartitionedModel,
    TableFacts,
    TenantModel,
    Timestamped,
    TimeZone,
    one_of,
    tenant_reference,
)


class Tenant(Identified, Timestamped):
    """An organisation whose data nobody else sees."""

    __tablename__ = "tenants"
    __facts__ = TableFacts(ownership="tenants", readable_by=("motorpool_auth",))
    __table_args__ = (
        UniqueConstraint("slug", name="uq_tenants_slug"),
        one_of("status", "active", "suspended"),
        one_of("units", "metric", "imperial"),
        {"comment": "Organisations; nothing of one is visible to another"},
    )

    slug: Mapped[str] = mapped_column(
        String(63), comment="Short name in commands and addresses, a-z, 0-9 and -"
    )
    name: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    time_zone: Mapped[str] = mapped_column(
        TimeZone(), server_default="UTC", comment="IANA zone; its days and months"
    )
    units: Mapped[str] = mapped_column(
        String(10), server_default="metric", comment="What people see by default"
    )
    currency: Mapped[str] = mapped_column(String(3), server_default="USD", comment="ISO 4217")
    is_demo: Mapped[bool] = mapped_column(server_default="false", comment="Holds replayed recorded data")
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class User(TenantModel, Timestamped):
    """A person who signs in, or an account that only owns API tokens."""

    __tablename__ = "users"
    __facts__ = TableFacts(
        audit_ignore=("last_sign_in_at", "updated_at"),
        audit_redact=("password_hash", "set_up_token_hash"),
        readable_by=("motorpool_auth",),
        search=("display_name", "email"),
    )
    __table_args__ = (
        Index("uq_users_tenant_id_email", "tenant_id", text("lower(email)"), unique=True),
        Index("ix_users_lower_email", text("lower(email)")),
        Index("ix_users_tenant_id_display_name", "tenant_id", "display_name", "id"),
        tenant_reference("users", "department_id", "departments"),
        tenant_reference("users", "facility_id", "facilities"),
        one_of("status", "invited", "active", "disabled"),
        one_of("units", "metric", "imperial"),
        {"comment": "People who sign in"},
    )

    email: Mapped[str] = mapped_column(String(320))
    display_name: Mapped[str] = mapped_column(String(255))
    status: Mapped[str] = mapped_column(String(20), server_default="active")
    password_hash: Mapped[str | None] = mapped_column(Text, comment="Argon2id; null until a password is set")
    must_change_password: Mapped[bool] = mapped_column(server_default="false")
    set_up_token_hash: Mapped[str | None] = mapped_column(
        String(64), comment="Keyed SHA-256 of the one-time link with which this person sets a password, hex"
    )
    set_up_expires_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(String(40))
    time_zone: Mapped[str | None] = mapped_column(TimeZone(), comment="IANA zone; null: the tenant's")
    units: Mapped[str | None] = mapped_column(String(10), comment="null: the tenant's")
    department_id: Mapped[UUID | None]
    facility_id: Mapped[UUID | None]
    last_sign_in_at: Mapped[datetime | None]


class Session(TenantModel):
    """A browser that is signed in. The cookie holds the secret, the row its keyed hash."""

    __tablename__ = "sessions"
    __facts__ = TableFacts(
        audited=False, reason="short-lived machine state; sign-ins are in user_activity_log"
    )
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash", name="uq_sessions_tenant_id_token_hash"),
        Index("ix_sessions_tenant_id_user_id", "tenant_id", "user_id", "created_at"),
        tenant_reference("sessions", "user_id", "users", cascade=True),
        {"comment": "Browsers that are signed in"},
    )

    user_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(String(64), comment="Keyed SHA-256 of the cookie's secret, hex")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    ip_address: Mapped[Any | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)


class Role(TenantModel):
    """A named set of permissions. The nine system roles are kept in step by `db upgrade`."""

    __tablename__ = "roles"
    __table_args__ = (
        UniqueConstraint("tenant_id", "role_name", name="uq_roles_tenant_id_role_name"),
        Index("ix_roles_tenant_id_is_active", "tenant_id", "is_active"),
        Index("ix_roles_role_name", "role_name"),
        one_of("role_type", "system", "tenant", "custom"),
        {"comment": "Role-based access control definitions"},
    )

    role_name: Mapped[str] = mapped_column(String(100))
    display_name: Mapped[str | None] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    role_type: Mapped[str | None] = mapped_column(String(50), server_default="custom")
    permissions: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB,
        comment='{"vehicles": {"actions": ["read", "update"], "scope": "all"|"own"}}; "*" stands for all',
    )
    is_system_role: Mapped[bool | None] = mapped_column(server_default="false", comment="Cannot be deleted")
    is_active: Mapped[bool | None] = mapped_column(server_default="true")
    created_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))


class Permission(Identified):
    """Every permission that the program knows, written by `db upgrade` from the resources."""

    __tablename__ = "permissions"
    __facts__ = TableFacts(
        ownership="global", rights="read", audited=False, reason="made from the resources, not by people"
    )
    __table_args__ = (
        UniqueConstraint("permission_key", name="uq_permissions_permission_key"),
        Index("ix_permissions_resource_action", "resource", "action"),
        {"comment": "Granular permission definitions"},
    )

    permission_key: Mapped[str] = mapped_column(
        String(255), comment="<collection>.<action>, as vehicles.read"
    )
    permission_name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    resource: Mapped[str | None] = mapped_column(String(100))
    action: Mapped[str | None] = mapped_column(String(50))
    permission_category: Mapped[str | None] = mapped_column(String(100))
    is_system_permission: Mapped[bool | None] = mapped_column(server_default="true")
    created_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))


class UserRole(TenantModel):
    """A role given to a person, perhaps for a time and for some facilities or departments only."""

    __tablename__ = "user_roles"
    __table_args__ = (
        UniqueConstraint("tenant_id", "user_id", "role_id", name="uq_user_roles_tenant_id_user_id_role_id"),
        Index("ix_user_roles_user_id_is_active", "user_id", "is_active"),
        Index("ix_user_roles_role_id", "role_id"),
        tenant_reference("user_roles", "user_id", "users", cascade=True),
        tenant_reference("user_roles", "role_id", "roles", cascade=True),
        tenant_reference("user_roles", "assigned_by_user_id", "users"),
        {"comment": "User-role assignments"},
    )

    user_id: Mapped[UUID]
    role_id: Mapped[UUID]
    assigned_by_user_id: Mapped[UUID | None]
    assigned_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime | None]
    is_active: Mapped[bool | None] = mapped_column(server_default="true")
    facility_ids: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid()), comment="null: everywhere; else only these facilities"
    )
    department_ids: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid()), comment="null: everywhere; else only these departments"
    )


class UserPermission(TenantModel):
    """A permission given to or taken from one person, over and above the roles. Deny wins."""

    __tablename__ = "user_permissions"
    __table_args__ = (
        UniqueConstraint(
            "tenant_id",
            "user_id",
            "permission_id",
            name="uq_user_permissions_tenant_id_user_id_permission_id",
        ),
        Index("ix_user_permissions_user_id_permission_type", "user_id", "permission_type"),
        Index("ix_user_permissions_permission_id", "permission_id"),
        tenant_reference("user_permissions", "user_id", "users", cascade=True),
        tenant_reference("user_permissions", "granted_by_user_id", "users"),
        ForeignKeyConstraint(
            ["permission_id"],
            ["permissions.id"],
            ondelete="CASCADE",
            name="fk_user_permissions_permission_id",
        ),
        one_of("permission_type", "grant", "deny"),
        {"comment": "Direct user permission overrides"},
    )

    user_id: Mapped[UUID]
    permission_id: Mapped[UUID]
    permission_type: Mapped[str | None] = mapped_column(String(20), server_default="grant")
    granted_by_user_id: Mapped[UUID | None]
    granted_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class ApiToken(TenantModel):
    """A secret for a program. Only its keyed hash is stored; what it may do is a subset of its owner's rights."""

    __tablename__ = "api_tokens"
    __facts__ = TableFacts(
        audit_ignore=("last_used_at", "usage_count", "quota_hour", "quota_used"), audit_redact=("token_hash",)
    )
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash", name="uq_api_tokens_tenant_id_token_hash"),
        Index("ix_api_tokens_token_hash", "token_hash"),
        Index("ix_api_tokens_user_id_is_active", "user_id", "is_active"),
        Index("ix_api_tokens_tenant_id_is_active", "tenant_id", "is_active"),
        tenant_reference("api_tokens", "user_id", "users", cascade=True),
        tenant_reference("api_tokens", "revoked_by_user_id", "users"),
        {"comment": "API authentication tokens"},
    )

    user_id: Mapped[UUID | None]
    token_name: Mapped[str] = mapped_column(String(255))
    token_hash: Mapped[str] = mapped_column(String(255), comment="Keyed SHA-256 of the secret, hex")
    token_prefix: Mapped[str | None] = mapped_column(String(20), comment="For display")
    permissions: Mapped[list[str] | None] = mapped_column(
        JSONB, comment='Patterns such as ["vehicles.read", "trips.*"]; null: all that the owner may do'
    )
    rate_limit: Mapped[int | None] = mapped_column(comment="Requests per hour; null: no limit of its own")
    allowed_ips: Mapped[list[str] | None] = mapped_column(ARRAY(INET), comment="null: from anywhere")
    last_used_at: Mapped[datetime | None]
    usage_count: Mapped[int | None] = mapped_column(server_default="0")
    quota_hour: Mapped[datetime | None] = mapped_column(comment="The hour that quota_used counts")
    quota_used: Mapped[int] = mapped_column(
        server_default="0", comment="Requests of rate_limit handed out to the processes in that hour"
    )
    expires_at: Mapped[datetime | None]
    is_active: Mapped[bool | None] = mapped_column(server_default="true")
    created_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    revoked_at: Mapped[datetime | None]
    revoked_by_user_id: Mapped[UUID | None]
    revoked_reason: Mapped[str | None] = mapped_column(Text)


class UserActivity(PartitionedModel):
    """What people did: sign-ins, sign-outs, refusals, exports, changes made through the API."""

    __tablename__ = "user_activity_log"
    __facts__ = TableFacts(
        rights="append", audited=False, partition_by="occurred_at", reason="is itself a log"
    )
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id", "occurred_at"),
        Index("ix_user_activity_log_user_id_occurred_at", "user_id", text("occurred_at DESC")),
        Index(
            "ix_user_activity_log_tenant_id_action_type_occurred_at",
            "tenant_id",
            "action_type",
            text("occurred_at DESC"),
        ),
        Index(
            "ix_user_activity_log_resource_type_resource_id_occurred_at",
            "resource_type",
            "resource_id",
            text("occurred_at DESC"),
        ),
        Index("ix_user_activity_log_tenant_id_occurred_at", "tenant_id", "occurred_at", "id"),
        {"comment": "Comprehensive user activity auditing", "postgresql_partition_by": "RANGE (occurred_at)"},
    )

    user_id: Mapped[UUID]
    action_type: Mapped[str] = mapped_column(
        String(100), comment="login, logout, login_failed, create, update, ..."
    )
    resource_type: Mapped[str | None] = mapped_column(String(100))
    resource_id: Mapped[UUID | None]
    action_details: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    ip_address: Mapped[Any | None] = mapped_column(INET)
    user_agent: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[str | None] = mapped_column(String(255))
    request_method: Mapped[str | None] = mapped_column(String(10))
    request_path: Mapped[str | None] = mapped_column(Text)
    response_status: Mapped[int | None]
    duration_ms: Mapped[int | None]
    occurred_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class SignInAttempt(Base):
    """Failed and successful sign-ins by key (e-mail or address), for the rate limit over all processes."""

    __tablename__ = "sign_in_attempts"
    __facts__ = TableFacts(
        ownership="global",
        rights="none",
        audited=False,
        reason="written before a tenant is known, by definer functions",
    )
    __table_args__ = (
        Index("ix_sign_in_attempts_key_attempted_at", "attempt_key", "attempted_at"),
        {"comment": "Sign-in attempts of the last day, for rate limits"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    attempt_key: Mapped[str] = mapped_column(String(400), comment="email:<address> or ip:<address>")
    succeeded: Mapped[bool]
    attempted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
