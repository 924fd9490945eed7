"""What the communication domain offers."""

from __future__ import annotations

from motorpool.communication.models import (
    AlertHistory,
    AlertRule,
    Message,
    MessageGroup,
    MessageGroupMember,
    Notification,
    NotificationPreference,
    OutlookEmail,
    TeamsIntegrationMessage,
)
from motorpool.communication.shapes import (
    Attachment,
    CategoryChannels,
    EntityReference,
    Mention,
    TriggerConditions,
)
from motorpool.core.resource.declaration import (
    FULL,
    READ_ONLY,
    Move,
    Resource,
    Scope,
    States,
    Verb,
)

MEMBER = (
    "EXISTS (SELECT FROM message_group_members m WHERE m.tenant_id = t.tenant_id AND m.group_id = {group} "
    "AND m.user_id = %(actor_user)s)"
)
UNKNOWN_ROLE = (
    "NOT EXISTS (SELECT FROM unnest(t.{column}) AS x(name) WHERE NOT EXISTS "
    "(SELECT FROM roles r WHERE r.tenant_id = t.tenant_id AND r.role_name = x.name))"
)
#: A mailbox that belongs to nobody here, such as fleet@…, is everybody's; a person's is that person's.
OF_MAILBOX = (
    "NOT EXISTS (SELECT FROM users u WHERE u.tenant_id = t.tenant_id AND lower(u.email) = lower(t.user_email) "
    "AND u.id <> %(actor_user)s)"
)
TOLD = (
    "EXISTS (SELECT FROM alert_rules r WHERE r.tenant_id = t.tenant_id AND r.id = t.alert_rule_id "
    "AND %(actor_user)s = ANY (r.recipient_users))"
)

RESOURCES = (
    Resource(
        model=Notification,
        label="Notification",
        operations=READ_ONLY,
        default_sort="-created_at",
        scope=Scope(own="t.user_id = %(actor_user)s", personal=True),
        list_columns=("created_at", "priority", "title", "category", "is_read"),
        title_column="title",
    ),
    Resource(
        model=NotificationPreference,
        label="Notification preferences",
        plural="Notification preferences",
        operations=FULL,
        writable=tuple(
            "email_enabled sms_enabled push_enabled teams_enabled quiet_hours_enabled quiet_hours_start quiet_hours_end "
            "notification_settings".split()
        ),
        create_only=("user_id",),
        shapes={"notification_settings": dict[str, CategoryChannels]},
        scope=Scope(own="t.user_id = %(actor_user)s", personal=True),
        list_columns=(
            "user_id",
            "email_enabled",
            "quiet_hours_enabled",
            "quiet_hours_start",
            "quiet_hours_end",
        ),
        examples={
            "quiet_hours_start": "22:00:00",
            "quiet_hours_end": "06:30:00",
            "notification_settings": {"maintenance": {"email": False}},
        },
    ),
    Resource(
        model=MessageGroup,
        label="Message group",
        operations=FULL,
        writable=("name", "description", "is_active"),
        made_by=("created_by_user_id",),
        default_sort="name",
        scope=Scope(own="t.created_by_user_id = %(actor_user)s OR " + MEMBER.format(group="t.id")),
        list_columns=("name", "description", "is_active", "created_by_user_id"),
        title_column="name",
        examples={"name": "Night shift"},
    ),
    Resource(
        model=MessageGroupMember,
        label="Message group member",
        operations=("list", "get", "create", "delete"),
        create_only=("group_id", "user_id"),
        scope=Scope(own=MEMBER.format(group="t.group_id")),
        list_columns=("group_id", "user_id", "created_at"),
    ),
    Resource(
        model=Message,
        label="Message",
        operations=READ_ONLY,
        default_sort="-sent_at",
        shapes={"attachments": list[Attachment]},
        scope=Scope(
            own="t.sender_user_id = %(actor_user)s OR t.recipient_user_id = %(actor_user)s OR "
            + MEMBER.format(group="t.recipient_group_id"),
            personal=True,
        ),
        verbs=(Verb("create", "Send a message"),),
        list_columns=(
            "sent_at",
            "sender_user_id",
            "recipient_user_id",
            "recipient_group_id",
            "subject",
            "is_read",
        ),
        title_column="subject",
    ),
    Resource(
        model=TeamsIntegrationMessage,
        label="Teams message",
        operations=READ_ONLY,
        default_sort="-created_at_teams",
        shapes={"mentions": list[Mention]},
        list_columns=("created_at_teams", "sender_name", "message_content", "teams_channel_id", "is_reply"),
        title_column="sender_name",
    ),
    Resource(
        model=OutlookEmail,
        label="Outlook e-mail",
        operations=READ_ONLY,
        default_sort="-received_datetime",
        shapes={"entity_references": list[EntityReference]},
        scope=Scope(own=OF_MAILBOX, personal=True),
        list_columns=(
            "received_datetime",
            "from_address",
            "subject",
            "importance",
            "has_attachments",
            "is_read",
        ),
        title_column="subject",
    ),
    Resource(
        model=AlertRule,
        label="Alert rule",
        operations=FULL,
        writable=tuple(
            "rule_name description alert_type trigger_conditions severity message_template notification_channels "
            "recipient_users recipient_roles is_active active_days active_from active_until cooldown_minutes "
            "escalate_after_minutes escalate_to_roles".split()
        ),
        made_by=("created_by_user_id",),
        shapes={"trigger_conditions": TriggerConditions},
        rules=tuple(
            (UNKNOWN_ROLE.format(column=column), column, "names a role that does not exist")
            for column in ("recipient_roles", "escalate_to_roles")
        ),
        default_sort="rule_name",
        scope=Scope(own="%(actor_user)s = ANY (t.recipient_users)"),
        list_columns=(
            "rule_name",
            "alert_type",
            "severity",
            "notification_channels",
            "is_active",
            "last_triggered_at",
        ),
        title_column="rule_name",
        examples={
            "rule_name": "Speeding, severe",
            "alert_type": "driver_behavior",
            "trigger_conditions": {
                "conditions": [{"field": "speed_at_event", "operator": "gt", "value": 130}],
                "times": 3,
                "within_minutes": 1440,
            },
            "notification_channels": ["in_app", "email"],
            "active_days": ["mon", "tue", "wed", "thu", "fri"],
            "active_from": "06:00:00",
            "active_until": "20:00:00",
        },
    ),
    Resource(
        model=AlertHistory,
        label="Alert",
        operations=READ_ONLY,
        states=States(
            "status",
            (
                Move(
                    "acknowledge",
                    "acknowledged",
                    leaves=("open",),
                    summary="Acknowledge an alert",
                    stamps={"acknowledged_at": "now", "acknowledged_by_user_id": "actor"},
                ),
                Move(
                    "resolve",
                    "resolved",
                    leaves=("open", "acknowledged"),
                    summary="Resolve an alert",
                    takes=("resolution_notes",),
                    stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
                ),
                Move(
                    "reopen",
                    "open",
                    leaves=("acknowledged", "resolved"),
                    summary="Open an alert again",
                    stamps={
                        "acknowledged_at": None,
                        "acknowledged_by_user_id": None,
                        "resolved_at": None,
                        "resolved_by_user_id": None,
                    },
                ),
            ),
        ),
        default_sort="-fired_at",
        scope=Scope(own=TOLD),
        list_columns=(
            "fired_at",
            "severity",
            "status",
            "alert_message",
            "alert_type",
            "acknowledged_by_user_id",
        ),
        title_column="alert_message",
    ),
)
