"""From the failed items of inspections to defects: which are new, which were known, which need a work order at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

Severity = Literal["minor", "major", "critical"]
RANK: dict[str, int] = {"minor": 0, "major": 1, "critical": 2}
#: How inspections that were not filled in by a form name a severity.
ALSO_CRITICAL = frozenset({"critical", "out_of_service", "unsafe", "severe", "danger"})
ALSO_MAJOR = frozenset({"major", "moderate", "high", "serious"})
FAILED = ("fail", "failed", "defect", "defective")


def severity_of(said: str | None) -> Severity:
    """`out_of_service` is critical; what says nothing is minor."""
    word = (said or "").strip().lower().replace(" ", "_").replace("-", "_")
    return "critical" if word in ALSO_CRITICAL else "major" if word in ALSO_MAJOR else "minor"


def is_unsafe(said: str | None) -> bool:
    """Whether a severity by itself means that the vehicle is not used."""
    return (said or "").strip().lower().replace(" ", "_") in ("out_of_service", "unsafe")


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed item of an inspection."""

    inspection_id: UUID
    vehicle_id: UUID
    found_at: datetime
    item: str
    #: By it a defect is known again; the item's text where the inspection had no form.
    component: str
    severity: Severity
    is_unsafe: bool
    notes: str | None
    photos: tuple[str, ...]
    odometer: int | None
    driver_id: UUID | None

    @property
    def is_grave(self) -> bool:
        """Whether a work order is opened for it at once."""
        return self.is_unsafe or RANK[self.severity] >= RANK["major"]

    @property
    def description(self) -> str:
        return f"{self.item}: {self.notes}" if self.notes else self.item

    @property
    def place(self) -> tuple[UUID, str]:
        """The same vehicle and item: the same defect."""
        return self.vehicle_id, self.component.lower()


def failure_of(inspection: Mapping[str, Any], result: Mapping[str, Any]) -> Failure:
    """A failed element of `checklist_results`; `inspection` has the columns of its row."""
    said = result.get("severity")
    photos = result.get("photos") or ([result["photo_url"]] if result.get("photo_url") else [])
    by_driver = inspection["inspector_type"] == "driver"
    return Failure(
        inspection_id=inspection["id"],
        vehicle_id=inspection["vehicle_id"],
        found_at=inspection["inspection_date"],
        item=str(result["item"])[:255],
        component=str(result.get("key") or result["item"])[:100],
        severity=severity_of(said),
        is_unsafe=bool(result.get("is_unsafe")) or is_unsafe(said),
        notes=(result.get("notes") or "").strip() or None,
        photos=tuple(photos),
        odometer=inspection["odometer"],
        driver_id=inspection["inspector_id"] if by_driver else None,
    )


def without_twins(failures: Iterable[Failure]) -> list[Failure]:
    """One failure for each item of an inspection: a defect is raised once."""
    return list({(one.inspection_id, one.item): one for one in reversed(list(failures))}.values())[::-1]


def order_summary(failures: list[Failure]) -> str:
    """One line that says what is to be repaired."""
    names = list(dict.fromkeys(one.item for one in failures))
    return f"Repair: {names[0]}" if len(names) == 1 else f"Repair {len(names)} defects: {', '.join(names)}"


def order_priority(failures: list[Failure]) -> Literal["high", "critical"]:
    grave = any(one.is_unsafe or one.severity == "critical" for one in failures)
    return "critical" if grave else "high"
