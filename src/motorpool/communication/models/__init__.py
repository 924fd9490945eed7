"""The tables of communication."""

from motorpool.communication.models.alerts import AlertHistory, AlertRule
from motorpool.communication.models.messages import Message, MessageGroup, MessageGroupMember
from motorpool.communication.models.microsoft import OutlookEmail, TeamsIntegrationMessage
from motorpool.communication.models.notifications import Notification, NotificationPreference

__all__ = [
    "AlertHistory",
    "AlertRule",
    "Message",
    "MessageGroup",
    "MessageGroupMember",
    "Notification",
    "NotificationPreference",
    "OutlookEmail",
    "TeamsIntegrationMessage",
]
