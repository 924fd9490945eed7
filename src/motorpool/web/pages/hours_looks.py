"""How hours of service are told: clocks, violations, days, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from motorpool.safety.queries.duty_clocks import DutyViolation
from motorpool.safety.queries.duty_documents import DutyDocument
from motorpool.safety.queries.duty_log import GRID_DAYS, DriverLog, as_time
from motorpool.safety.queries.duty_rows import DutyRow
from motorpool.safety.rules.duty_documents import KINDS
from motorpool.safety.rules.duty_grid import LABELS, Grid, clock_words
from motorpool.safety.rules.duty_records import Day, Terms
from motorpool.safety.rules.hours_of_service.clocks import Clocks
from motorpool.safety.rules.hours_of_service.rulesets import RULE_WORDS

STATUS_WORDS = {
    "off_duty": "Off duty",
    "sleeper_berth": "Sleeper berth",
    "driving": "Driving",
    "on_duty_not_driving": "On duty",
}
CATEGORY_WORDS = {"personal_conveyance": "Personal use", "yard_move": "Yard move"}
RULESET_WORDS = {
    "property_60_7": "Property, 60 hours in 7 days",
    "property_70_8": "Property, 70 hours in 8 days",
    "passenger_60_7": "Passengers, 60 hours in 7 days",
    "passenger_70_8": "Passengers, 70 hours in 8 days",
}
SEVERITY_TONES = {"nominal": "quiet", "ordinary": "warn", "egregious": "bad"}
#: Minutes left from which on a clock is shown as short.
SHORT, EMPTY = 60, 0


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a driver: what is left, and of how much (minutes)."""

    label: str
    left: int
    whole: int

    @property
    def tone(self) -> str:
        return "bad" if self.left <= EMPTY else "warn" if self.left <= SHORT else "ok"

    @property
    def words(self) -> str:
        return clock_words(self.left * 60)

    @property
    def share(self) -> float:
        return min(100.0, 100 * self.left / self.whole)


@dataclass(frozen=True, slots=True)
class Driver:
    """A line of the dispatcher's list."""

    log: DriverLog
    clocks: list[Clock]
    violations: list[DutyViolation]

    @property
    def pending(self) -> str | None:
        return pending_words(self.log)

    @property
    def least(self) -> int:
        """Who has least left stands first."""
        return min((one.left for one in self.clocks), default=0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A remark below the grid: from when on what counted, and the record that says so."""

    start: datetime
    end: datetime
    status: str | None
    row: DutyRow | None
    minutes: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One day of a driver's log."""

    day: Day
    desk: Grid
    phone: Grid
    entries: list[Entry]
    violations: list[DutyViolation]
    is_over: bool
    is_certified: bool
    can_certify: bool

    @property
    def on_duty(self) -> str:
        return clock_words(self.day.on_duty)


def entries_of(day: Day, rows: dict[str, DutyRow]) -> list[Entry]:
    return [
        Entry(
            as_time(one.start),
            as_time(one.end),
            one.status,
            rows.get(one.record.id) if one.record else None,
            (one.end - one.start) // 60,
        )
        for one in day.stretches
    ]


def clocks_of(log: DriverLog) -> list[Clock]:
    if log.evaluation is None:
        return []
    clocks: Clocks = log.evaluation.clocks
    rules = log.terms.ruleset
    found = [
        Clock("Drive", clocks.driving // 60, rules.driving // 60),
        Clock(
            "Window" if not rules.window_is_on_duty else "On duty", clocks.window // 60, rules.window // 60
        ),
    ]
    if clocks.until_break is not None:
        found.append(Clock("Break", clocks.until_break // 60, 8 * 60))
    return [*found, Clock("Cycle", clocks.cycle // 60, rules.cycle // 60)]


def may_drive_from(log: DriverLog) -> datetime | None:
    """None: at once."""
    if log.evaluation is None or log.evaluation.clocks.may_drive_from <= log.as_of:
        return None
    return as_time(log.evaluation.clocks.may_drive_from)


def pending_words(log: DriverLog) -> str | None:
    """What would complete a split rest."""
    pending = log.evaluation.clocks.pending if log.evaluation else None
    if pending is None:
        return None
    lasted = clock_words(pending.rest.end - pending.rest.start)
    kind = "in the berth" if pending.needed_kind == "sleeper_berth" else "off duty or in the berth"
    return f"{lasted} h of rest can pair with {clock_words(-(-pending.needed // 60) * 60)} h more {kind}"


def address_of(log: DriverLog, day: date) -> str:
    """The page that shows a day, at this day."""
    until = "" if (log.today - day).days < GRID_DAYS else f"?to={day}"
    return f"/hours-of-service/{log.driver_id}{until}#day-{day}"


# -- words


def grid_words(day: Day, terms: Terms) -> str:
    """The day's line for those who do not see it."""
    parts = [
        f"{datetime.fromtimestamp(one.start, terms.zone):%H:%M} {LABELS[one.record.status] if one.record else 'no record'}"
        for one in day.stretches
    ]
    return f"{day.day:%A}, {day.day}: {', '.join(parts) or 'nothing recorded'}"


def remarks_of(sheet: Sheet, terms: Terms) -> list[tuple[str, str, str]]:
    """(time, status, text) of the print."""
    found = []
    for one in sheet.entries:
        row = one.row
        parts: list[str] = []
        if row is not None:
            parts = [text for text in (row.location_start, row.remarks) if text]
            if row.vehicle_number:
                parts.append(f"vehicle {row.vehicle_number}")
            if row.special_category:
                parts.append(CATEGORY_WORDS[row.special_category].lower())
            parts += [text.replace("_", " ") for text in row.exceptions]
            if row.origin == "automatic":
                parts.append("recorded by a device")
            if row.edit_reason:
                who = "the carrier" if row.origin == "carrier" else "the driver"
                parts.append(f"edited by {who}: {row.edit_reason}")
        status = STATUS_WORDS[one.status] if one.status else "No record"
        found.append((f"{one.start.astimezone(terms.zone):%H:%M}", status, "; ".join(parts)))
    return found


def documents_words(documents: Sequence[DutyDocument]) -> list[str]:
    """Supporting documents of a day for the print."""
    found = []
    for one in documents:
        if not one.is_kept:
            continue
        name = f"{KINDS[one.kind]} {one.document_number}" if one.document_number else KINDS[one.kind]
        at = f"{one.document_time:%H:%M}" if one.document_time else "no time"
        late = "; handed in late" if one.is_late else ""
        found.append(f"{name}: {at}, {one.place}, {one.shown_name}{late}")
    return found


def told(one: DutyViolation, terms: Terms) -> str:
    start, end = one.start.astimezone(terms.zone), one.end.astimezone(terms.zone)
    return f"{RULE_WORDS[one.rule]}: {start:%H:%M} to {end:%H:%M} ({one.severity})"


def certified_words(sheet: Sheet, terms: Terms) -> str:
    moments = [one.row.certified_at for one in sheet.entries if one.row and one.row.certified_at]
    if sheet.is_certified and moments:
        return f"Certified by the driver {max(moments).astimezone(terms.zone):%Y-%m-%d %H:%M}"
    return "Not certified"
