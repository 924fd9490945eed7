"""Supporting documents of a driver's day (49 CFR 395.11): how many have to be kept, which, and until when they are sent in.

A carrier need not keep more than eight for a driver's day. Of more than eight, those with the earliest and the latest time are
among the ones that are kept. All messages of a fleet system on a day may be counted as one document; toll receipts, which are
kept where a driver writes the log by hand, are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

KINDS = {
    "bill_of_lading": "Bill of lading, itinerary",
    "dispatch_record": "Dispatch or trip record",
    "expense_receipt": "Receipt of an expense on duty",
    "mobile_communication": "Messages of a fleet system",
    "payroll_record": "Payroll record",
    "toll_receipt": "Toll receipt",
}
#: Counted as one a day, and not counted at all.
COUNTED_ONCE, NOT_COUNTED = "mobile_communication", "toll_receipt"
ENOUGH = 8
#: Days in which the driver hands it in, and months for which the carrier keeps it.
SUBMIT_DAYS, KEPT_MONTHS = 13, 6


@dataclass(frozen=True, slots=True)
class Supporting:
    """What the rule asks of a document. `at`: the time that it shows."""

    id: str
    kind: str
    day: date
    at: time | None = None


def counted(documents: Sequence[Supporting]) -> int:
    """How many of the eight these are."""
    kinds = [one.kind for one in documents]
    return sum(kind not in (COUNTED_ONCE, NOT_COUNTED) for kind in kinds) + (COUNTED_ONCE in kinds)


def to_keep(documents: Sequence[Supporting]) -> tuple[Supporting, ...]:
    """Of more than eight: the two that must be among the ones kept, with the earliest and the latest time; else none."""
    if counted(documents) <= ENOUGH:
        return ()
    timed = [one for one in documents if one.at is not None and one.kind != NOT_COUNTED]
    if not timed:
        return ()
    in_time = sorted(timed, key=lambda one: (one.day, one.at or time(0), one.id))
    return (in_time[0],) if len(in_time) == 1 else (in_time[0], in_time[-1])


def due_on(day: date, received_on: date | None = None) -> date:
    """Last day on which the driver may hand it in: 13 days after the day, or after the driver had it if that is later."""
    return max(day, received_on or day) + timedelta(days=SUBMIT_DAYS)
