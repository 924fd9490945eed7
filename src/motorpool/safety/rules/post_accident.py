"""Which drug and alcohol tests an accident calls for, and until when (49 CFR 382.303).

| outcome | citation needed | tests |
| --- | --- | --- |
| somebody died | no | both |
| somebody was treated at once, away from the scene | yes | both |
| a vehicle was towed because of disabling damage | yes | both |

The citation is the driver's, for a moving violation, within 8 hours of the accident for alcohol and 32 for drugs.

Of vehicles that part 382 does not cover the company may order tests itself; these follow the same clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from motorpool.fleet.rules.commercial import is_heavy

TestType = Literal["alcohol", "drug"]
Basis = Literal["law", "company"]
Phase = Literal["prompt", "explain", "closed"]

#: An alcohol test later than this needs its reason on file (382.303(d)(1)).
PROMPT = timedelta(hours=2)
#: No attempt after this; a citation counts up to it as well (382.303(a), (b), (d)).
LIMITS: dict[TestType, timedelta] = {"alcohol": timedelta(hours=8), "drug": timedelta(hours=32)}
#: First words of the note under a test that the rule took back; without them a person cancelled it.
WITHDRAWN = "Withdrawn: "
LAW = "49 CFR 382.303"


def is_tested_vehicle(
    vehicle_type: str | None, gvwr_kg: int | None, seats: int | None, carries_hazmat: bool = False
) -> bool | None:
    """Whether part 382 covers the drivers of a vehicle; None when its weight is not known and could decide it."""
    if is_heavy(vehicle_type, gvwr_kg, seats, carries_hazmat):
        return True
    return None if gvwr_kg is None and vehicle_type in ("truck", "trailer") else False


@dataclass(frozen=True, slots=True)
class Accident:
    """What is known of an accident now. `is_covered`: the vehicle is one of part 382; `is_ordered`: the company wants tests."""

    occurred_at: datetime
    is_covered: bool
    fatalities: int = 0
    treated_away: bool = False
    towed: bool = False
    cited_at: datetime | None = None
    is_ordered: bool = False

    @property
    def outcome(self) -> str | None:
        """The gravest outcome that matters here, as part of a sentence."""
        if self.fatalities > 0:
            return "somebody died"
        if self.treated_away:
            return "somebody was treated away from the scene"
        return "a vehicle was towed away" if self.towed else None

    def is_cited_within(self, limit: timedelta) -> bool:
        return self.cited_at is not None and timedelta(0) <= self.cited_at - self.occurred_at <= limit


@dataclass(frozen=True, slots=True)
class NeededTest:
    """A test to be made. From `remind_at` on (alcohol only) a delay must be explained; none is made after `due_at`."""

    test_type: TestType
    ordered_at: datetime
    remind_at: datetime | None
    due_at: datetime
    basis: Basis
    reason: str


def tests_needed(accident: Accident) -> tuple[NeededTest, ...]:
    """The tests that the facts call for, alcohol first."""
    found = []
    for kind, limit in LIMITS.items():
        by_law = (
            accident.is_covered
            and accident.outcome is not None
            and (accident.fatalities > 0 or accident.is_cited_within(limit))
        )
        if not by_law and not accident.is_ordered:
            continue
        cited = "" if accident.fatalities > 0 else " and the driver was cited"
        reason = (
            f"{(accident.outcome or '').capitalize()}{cited} ({LAW})."
            if by_law
            else f"Ordered by the company; {LAW} does not ask for it."
        )
        began = accident.occurred_at
        found.append(
            NeededTest(
                kind,
                began,
                began + PROMPT if kind == "alcohol" else None,
                began + limit,
                "law" if by_law else "company",
                reason,
            )
        )
    return tuple(found)


def citation_windows(accident: Accident) -> dict[TestType, datetime]:
    """Until when a citation of the driver would still call for a test that is not needed now."""
    if not accident.is_covered or accident.outcome is None or accident.fatalities > 0:
        return {}
    return {
        kind: accident.occurred_at + limit
        for kind, limit in LIMITS.items()
        if not accident.is_cited_within(limit)
    }


@dataclass(frozen=True, slots=True)
class Clock:
    """Where a test stands in time. `until`: end of the phase; None once it is closed."""

    phase: Phase
    until: datetime | None


def clock_of(remind_at: datetime | None, due_at: datetime, now: datetime) -> Clock:
    """prompt: make it now; explain: still to be made, and the delay to be recorded; closed: no attempt any more."""
    if remind_at is not None and now < remind_at:
        return Clock("prompt", remind_at)
    if now < due_at:
        return Clock("explain" if remind_at is not None else "prompt", due_at)
    return Clock("closed", None)


# -- keeping the rows in step


@dataclass(frozen=True, slots=True)
class KeptTest:
    """A row of drug_alcohol_tests of one accident report. `by_rule`: nobody ordered it by hand."""

    id: UUID
    driver_id: UUID
    test_type: str
    status: str
    ordered_at: datetime
    remind_at: datetime | None
    due_at: datetime | None
    by_rule: bool
    notes: str | None = None

    @property
    def is_withdrawn(self) -> bool:
        last = (self.notes or "").rpartition("\n")[2]
        return self.status == "cancelled" and last.startswith(WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Steps:
    """What brings the rows of one accident in step with what is needed."""

    order: tuple[NeededTest, ...] = ()
    withdraw: tuple[tuple[KeptTest, str], ...] = ()
    restore: tuple[tuple[KeptTest, NeededTest], ...] = ()
    retime: tuple[tuple[KeptTest, NeededTest], ...] = ()


def steps(accident: Accident, driver_id: UUID, kept: Sequence[KeptTest]) -> Steps:
    """Compare what is needed with what is there. Doing the steps and asking again gives none.

    A test that somebody ordered by hand stands for a needed one and is never taken back; one that was taken or missed stays
    whatever the facts become; one that a person cancelled comes back only when the law asks for it.
    """
    needed = {one.test_type: one for one in tests_needed(accident)}
    order, restore, retime = [], [], []
    for kind, one in needed.items():
        ours = [row for row in kept if row.driver_id == driver_id and row.test_type == kind]
        live = [row for row in ours if row.status != "cancelled"]
        if live:
            retime += [(row, one) for row in live if _is_off(row, one)]
            continue
        gone = [row for row in ours if row.is_withdrawn or one.basis == "law"]
        if gone:
            restore.append((gone[-1], one))
        elif not ours:
            order.append(one)
    withdraw = [
        (row, _why(row, driver_id))
        for row in kept
        if row.status == "due"
        and row.by_rule
        and not (row.driver_id == driver_id and row.test_type in needed)
    ]
    return Steps(tuple(order), tuple(withdraw), tuple(restore), tuple(retime))


def _is_off(row: KeptTest, one: NeededTest) -> bool:
    if not row.by_rule:
        return row.due_at is None
    return (row.ordered_at, row.remind_at, row.due_at) != (one.ordered_at, one.remind_at, one.due_at)


def _why(row: KeptTest, driver_id: UUID) -> str:
    if row.driver_id != driver_id:
        return f"{WITHDRAWN}the report names another driver now."
    return f"{WITHDRAWN}as the accident is described now, {LAW} does not ask for it."


def with_note(notes: str | None, line: str) -> str:
    """The notes with a line more, unless it is the last one already."""
    if notes and notes.rpartition("\n")[2] == line:
        return notes
    return f"{notes}\n{line}" if notes else line


def soonest(tests: Iterable[NeededTest]) -> datetime | None:
    """By when something has to be done first."""
    return min((one.remind_at or one.due_at for one in tests), default=None)
