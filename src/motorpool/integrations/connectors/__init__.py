"""Connectors to telematics providers. One file says what a connector fetches and how to page; the poller does the rest."""

from motorpool.integrations.connectors.contract import Connector
from motorpool.integrations.connectors.geotab import Geotab
from motorpool.integrations.connectors.samsara import Samsara

CONNECTORS: dict[str, Connector] = {connector.provider: connector for connector in (Geotab(), Samsara())}

__all__ = ["CONNECTORS", "Connector"]
