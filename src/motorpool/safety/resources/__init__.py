"""What the safety domain offers."""

from __future__ import annotations

from motorpool.safety.resources.accidents import ACCIDENTS
from motorpool.safety.resources.citations import CITATIONS
from motorpool.safety.resources.compliance import COMPLIANCE
from motorpool.safety.resources.drivers import DRIVERS
from motorpool.safety.resources.duty_files import DUTY_FILES
from motorpool.safety.resources.incidents import INCIDENTS
from motorpool.safety.resources.inspections import INSPECTIONS
from motorpool.safety.resources.meetings import MEETINGS
from motorpool.safety.resources.osha import OSHA

RESOURCES = (
    *INCIDENTS,
    *ACCIDENTS,
    *DRIVERS,
    *CITATIONS,
    *DUTY_FILES,
    *COMPLIANCE,
    *INSPECTIONS,
    *MEETINGS,
    *OSHA,
)

__all__ = ["RESOURCES"]
