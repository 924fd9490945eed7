"""What the rows of the demonstration's domains refer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DemoFleet:
    """Ids, the most suitable first: the administrator, the cabs, the shop in San Francisco. Vendors by what they sell."""

    users: list[UUID]
    vehicles: list[UUID]
    drivers: list[UUID]
    facilities: list[UUID]
    vendors: dict[str, UUID]
    departments: list[UUID]
