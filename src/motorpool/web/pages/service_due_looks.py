"""How services that are due look: lines of the list, days of the calendar, bars of the forecast. No database."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.due_list import DueService, Progress
from motorpool.maintenance.queries.service_forecast import Expected, Stretch
from motorpool.web import formats
from motorpool.web.pages.reports_telematics import Bar

#: Rows of a status on the page; of those that are not due yet fewer.
SHOWN, SHOWN_LATER = 100, 25
#: Services of a day of the calendar that are named.
NAMED = 4
WORDS = {"overdue": "Overdue", "due": "Due now", "due_soon": "Due soon", "upcoming": "Coming up"}
TONES = {"overdue": "bad", "due": "warn", "due_soon": "info", "upcoming": "quiet"}


@dataclass(frozen=True, slots=True)
class Line:
    """A service as the list shows it; `share` of the bar in percent."""

    service: DueService
    stands: str
    share: float
    others: tuple[str, ...]
    when: str


@dataclass(frozen=True, slots=True)
class Group:
    status: str
    title: str
    tone: str
    count: int
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    day: date
    in_month: bool
    is_today: bool
    named: list[Expected]
    more: int


def group_of(status: str, services: list[DueService], actor: Actor) -> Group | None:
    here = [one for one in services if one.due_status == status]
    if not here:
        return None
    shown = here[: SHOWN_LATER if status == "upcoming" else SHOWN]
    return Group(
        status, WORDS[status], TONES[status], here[0].of_status, [line_of(one, actor) for one in shown]
    )


def line_of(service: DueService, actor: Actor) -> Line:
    progress = service.progress(actor.today)
    first = progress[0] if progress else None
    return Line(
        service,
        stands(first, actor.units) if first else "No meter yet",
        100 * min(1.0, first.share) if first else 0,
        tuple(stands(one, actor.units) for one in progress[1:]),
        when_of(service, actor.today),
    )


def stands(progress: Progress, units: str) -> str:
    """`4,820 of 5,000 mi`."""
    if progress.kind == "miles":
        per = 1.0 if units == "imperial" else formats.KM_PER_MILE
        unit = "mi" if units == "imperial" else "km"
        return f"{progress.done * per:,.0f} of {progress.total * per:,.0f} {unit}"
    unit = "h" if progress.kind == "hours" else "days"
    return f"{progress.done:,.0f} of {progress.total:,.0f} {unit}"


def when_of(service: DueService, today: date) -> str:
    """`in 12 days`, `3 days ago`; a dash where nothing can be said."""
    day = service.predicted_due_date
    if day is None:
        return formats.DASH
    gap = (day - today).days
    if gap == 0 and service.next_due_date != today and service.due_status in ("due", "overdue"):
        return "past its mark"
    if gap == 0:
        return "today"
    count = f"{abs(gap)} day{'' if abs(gap) == 1 else 's'}"
    return f"in {count}" if gap > 0 else f"{count} ago"


def basis_of(service: DueService, basis: tuple[str, int] | None, units: str) -> str | None:
    """On what the expected day rests."""
    if service.next_due_mileage is None and service.next_due_hours is None:
        return None
    known = []
    if service.next_due_mileage is not None and service.miles_a_day:
        known.append(f"{formats.quantity(service.miles_a_day * formats.KM_PER_MILE, 'km', units, 0)} a day")
    if service.next_due_hours is not None and service.hours_a_day:
        known.append(f"{service.hours_a_day:.1f} engine hours a day")
    if not known or basis is None:
        return "How much the vehicle is used is not known yet; it follows from meter readings or trips."
    source = "trips" if basis[0] == "trips" else "meter readings"
    weeks = max(1, min(13, basis[1] // 7))
    span = "1 week" if weeks == 1 else f"{weeks} weeks"
    return f"{' and '.join(known)}: the ordinary day of the last {span}, by {source}."


def month_of(text: str | None, today: date) -> date:
    """The first of a month between this one and eleven months ahead."""
    this = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return this
    return min(max(asked, this), (this + timedelta(days=340)).replace(day=1))


def weeks_of(month: date, today: date, expected: list[Expected]) -> list[list[CalendarDay]]:
    by_day: dict[date, list[Expected]] = {}
    for one in expected:
        by_day.setdefault(one.day, []).append(one)
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(month.year, month.month):
        days = []
        for day in week:
            here = by_day.get(day, [])
            days.append(
                CalendarDay(
                    day, day.month == month.month, day == today, here[:NAMED], max(0, len(here) - NAMED)
                )
            )
        weeks.append(days)
    return weeks


def label_of(stretch: Stretch, by: str) -> str:
    return f"{stretch.first:%b %Y}" if by == "month" else f"{stretch.first.day} {stretch.first:%b}"


def bars_of(stretches: list[Stretch], by: str) -> list[Bar]:
    most = max((one.services for one in stretches), default=0)
    if not most:
        return []
    return [
        Bar(
            label_of(one, by),
            f"{one.services} service{'' if one.services == 1 else 's'}, {one.hours:,.1f} h",
            100 * one.services / most,
        )
        for one in stretches
    ]
