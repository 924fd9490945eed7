"""What Prometheus sees of the gateway."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

CONNECTIONS = Gauge("motorpool_gateway_connections", "Open connections of devices.", ["protocol"])
MESSAGES = Counter(
    "motorpool_gateway_messages", "Messages of devices, by what became of them.", ["protocol", "outcome"]
)
COMMANDS = Counter("motorpool_gateway_commands", "Commands to devices, by what became of them.", ["outcome"])
