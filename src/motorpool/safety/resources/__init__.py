"""What the safety domain offers."""

from __future__ import annotations

from motorpool.safety.resources.accidents import ACCIDENTS
from motorpool.safety.resources.compliance import COMPLIANCE
from motorpool.safety.resources.drivers import DRIVERS
from motorpool.safety.resources.incidents import INCIDENTS
from motorpool.safety.resources.inspections import INSPECTIONS

RESOURCES = (*INCIDENTS, *ACCIDENTS, *DRIVERS, *COMPLIANCE, *INSPECTIONS)

__all__ = ["RESOURCES"]
