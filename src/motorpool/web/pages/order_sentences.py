"""What an audit entry of a work order, or of something that belongs to one, says that somebody did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import words as words_of
from motorpool.web import formats

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry in words, such as "Task completed"; who did it and the name of what it was done to stand behind.

    `amount` stands before the name. `listed`: columns that are shown with their values beside the words.
    """

    words: str
    listed: tuple[str, ...] = ()
    amount: str = ""


MADE = {
    "maintenance_records": "Work order made",
    "work_order_tasks": "Task added",
    "work_order_parts": "Part added",
    "service_bay_schedule": "Bay booked",
    "defects": "Defect reported",
    "comments": "Comment written",
}
#: Table -> new state, or "old>new" where it matters where it comes from -> what was done.
MOVED = {
    "maintenance_records": {
        "open": "Released for work",
        "completed>open": "Reopened",
        "cancelled>open": "Reopened",
        "in_progress": "Work started",
        "waiting_parts>in_progress": "Work resumed",
        "review>in_progress": "Sent back to the technician",
        "waiting_parts": "Work stopped for parts",
        "review": "Work finished",
        "completed": "Approved and closed",
        "cancelled": "Cancelled",
    },
    "work_order_tasks": {
        "in_progress": "Task started",
        "completed>in_progress": "Task taken up again",
        "blocked": "Task blocked",
        "pending": "Task unblocked",
        "completed": "Task completed",
    },
    "service_bay_schedule": {
        "scheduled": "Booking planned again",
        "confirmed": "Booking confirmed",
        "in_progress": "Vehicle put into the bay",
        "completed": "Bay freed",
        "cancelled": "Booking cancelled",
    },
    "defects": {
        "in_repair": "Defect planned for repair",
        "repaired>in_repair": "Defect taken back into repair",
        "deferred": "Defect deferred",
        "open": "Defect taken up again",
        "repaired": "Defect repaired",
        "certified": "Repair certified",
        "dismissed": "Defect dismissed",
    },
    "comments": {"removed": "Comment removed", "visible": "Comment brought back"},
}
COSTS = frozenset({"labor_hours", "labor_cost", "parts_cost", "total_cost"})
PLAN = frozenset({"scheduled_start", "scheduled_end", "service_bay_id"})
DOWNTIME = frozenset({"downtime_started_at", "downtime_ended_at", "downtime_hours"})
INSPECTION = frozenset({"inspected_at", "inspected_by_user_id", "inspection_passed"})
#: By the result; None: the same result as the time before.
INSPECTED = {True: "Inspection passed", False: "Inspection failed", None: "Inspected again"}
REVIEW = frozenset({"reviewed_at", "reviewed_by_user_id", "reviewed_by_driver_id", "reviewer_signature"})
#: Column of a part line -> what was done when it rises; in the order in which they count.
SUPPLIED = {"quantity_returned": "Brought back", "quantity_issued": "Issued", "quantity_reserved": "Reserved"}


def order_sentence(resource: Resource, entry: Mapping[str, Any], shown: tuple[str, ...]) -> Told:
    """The entry in words. `shown`: columns that it changed and that pages show."""
    table, old, new = str(resource.table.name), entry["old_values"] or {}, entry["new_values"] or {}
    if entry["operation"] == "INSERT":
        return _made(table, new)
    if resource.states and resource.states.column in shown and table in MOVED:
        return _moved(resource, old, new, shown)
    match table:
        case "maintenance_records":
            return _order(resource, new, shown)
        case "work_order_tasks" if new.get("inspected_at"):
            return Told(INSPECTED[new.get("inspection_passed")], _without(shown, INSPECTION))
        case "work_order_tasks" if shown == ("actual_hours",):
            return Told("Hours settled", shown)
        case "work_order_labor" if old.get("ended_at", "") is None:
            return Told("Clock stopped", _without(shown, {"ended_at", "labor_cost"}))
        case "work_order_parts" if SUPPLIED.keys() & set(shown):
            return _supplied(old, new, shown)
        case "service_bay_schedule" if PLAN & set(shown):
            return Told("Booking moved", shown)
        case "defects" if new.get("reviewed_at"):
            return Told("Repair read and signed", _without(shown, REVIEW))
        case "comments":
            return Told("Comment changed")
    return Told(f"{resource.label} changed", shown)


def _made(table: str, new: Values) -> Told:
    match table:
        case "work_order_labor" if new.get("ended_at") is None:
            return Told("Clock started")
        case "work_order_labor":
            return Told("Hours written down", ("hours",))
        case "work_order_parts":
            return Told(MADE[table], amount=_amount(new.get("quantity")))
        case "service_bay_schedule":
            return Told(MADE[table], ("scheduled_start", "scheduled_end"))
    return Told(MADE[table])


def _moved(resource: Resource, old: Values, new: Values, shown: tuple[str, ...]) -> Told:
    """A move; what it asked for is listed, what it stamped is not."""
    assert resource.states is not None
    column, table = resource.states.column, str(resource.table.name)
    before, after = str(old.get(column)), str(new.get(column))
    known = MOVED[table]
    # Old entries may name a state that there is no more.
    words = known.get(f"{before}>{after}") or known.get(after) or f"{resource.label} {words_of(after)}"
    stamped = {name for move in resource.states.moves for name, kind in move.stamps.items() if kind}
    # What an earlier move asked for or stamped, and this one takes away, tells nothing.
    cleared = {name for name in shown if new.get(name) is None}
    return Told(words, _without(shown, {column, *stamped, *cleared, "work_order_id"}))


def _order(resource: Resource, new: Values, shown: tuple[str, ...]) -> Told:
    changed = set(shown)
    if changed <= COSTS:
        return Told("Costs settled", shown)
    if changed <= PLAN:
        return Told("Planned into a bay" if new.get("service_bay_id") else "Planned", shown)
    if changed == {"shop_vehicle_id"}:
        return Told(
            "Vehicle taken into the shop" if new["shop_vehicle_id"] else "Vehicle let out of the shop"
        )
    if changed <= DOWNTIME:
        ended = new.get("downtime_ended_at") is not None
        return Told("Downtime ended" if ended else "Downtime begun", ("downtime_hours",) if ended else ())
    return Told(f"{resource.label} changed", _without(shown, {"total_cost"}))


def _supplied(old: Values, new: Values, shown: tuple[str, ...]) -> Told:
    listed = _without(shown, {*SUPPLIED, "total_cost"})
    moved = {name: Decimal(str(new[name])) - Decimal(str(old[name])) for name in SUPPLIED if name in shown}
    for name, words in SUPPLIED.items():
        if moved.get(name, 0) > 0:
            return Told(words, listed, _amount(moved[name]))
    name, much = next(iter(moved.items()))
    words = "Released" if name == "quantity_reserved" else "Put right"
    return Told(words, listed, _amount(-much))


def _amount(quantity: Any) -> str:
    return f"{formats.number(quantity)} × "


def _without(shown: tuple[str, ...], names: set[str] | frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in shown if name not in names)
