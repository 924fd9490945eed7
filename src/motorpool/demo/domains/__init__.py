"""Believable rows for the other domains of the demo tenant, tied to the vehicles and people that the recordings bring."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DemoFleet:
    """What the rows of every domain refer to."""

    users: list[UUID]
    vehicles: list[UUID]
    drivers: list[UUID]
    facilities: list[UUID]
    vendors: list[UUID]
    departments: list[UUID]
