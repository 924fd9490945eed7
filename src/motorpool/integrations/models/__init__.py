"""The tables of integrations."""

from motorpool.integrations.models.calendars import CalendarIntegration, MicrosoftGraphSync
from motorpool.integrations.models.connectors import ApiIntegration, ExternalSystemMapping, IntegrationLog
from motorpool.integrations.models.sync import ConnectorFeed, ConnectorObject, ConnectorState
from motorpool.integrations.models.webhooks import WebhookDelivery, WebhookSubscription

__all__ = [
    "ApiIntegration",
    "CalendarIntegration",
    "ConnectorFeed",
    "ConnectorObject",
    "ConnectorState",
    "ExternalSystemMapping",
    "IntegrationLog",
    "MicrosoftGraphSync",
    "WebhookDelivery",
    "WebhookSubscription",
]
