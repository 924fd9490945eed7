"""What is asked about costs: a period of local days and which vehicles and work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from motorpool.core.tenancy import Actor
from motorpool.telematics.periods import local_period

#: Days of the longest period.
LONGEST_DAYS = 3700
#: Text that PostgreSQL can hold.
PLAIN = r"^[^\x00]*$"

By = Literal["vehicle", "month", "category", "system", "class"]


class Question(Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Query parameters."""

    from_: (
        Annotated[date, Meta(description="First local day; the first of the month eleven months ago")] | None
    ) = None
    to: Annotated[date, Meta(description="Last local day, included; today when left out")] | None = None
    by: Annotated[
        By, Meta(description="What a row is; category: type of work order, class: type of vehicle")
    ] = "vehicle"
    vehicle: Annotated[UUID, Meta(description="Only this vehicle")] | None = None
    department: Annotated[UUID, Meta(description="Only vehicles of this department")] | None = None
    facility: Annotated[UUID, Meta(description="Only vehicles whose home this facility is")] | None = None
    group: Annotated[UUID, Meta(description="Only vehicles of this group")] | None = None
    vehicle_type: (
        Annotated[str, Meta(max_length=50, pattern=PLAIN, description="Only this class of vehicles")] | None
    ) = None
    work_order_type: (
        Annotated[str, Meta(max_length=50, pattern=PLAIN, description="Only work orders of this type")] | None
    ) = None
    system_code: (
        Annotated[str, Meta(max_length=20, pattern=PLAIN, description="Only work on this system")] | None
    ) = None
    format: Annotated[Literal["json", "csv", "xlsx", "pdf"], Meta(description="A file instead of JSON")] = (
        "json"
    )
    limit: Annotated[int, Meta(ge=1, le=1000, description="Rows of the JSON answer")] = 200
    offset: Annotated[int, Meta(ge=0, le=1_000_000, description="Rows to leave out")] = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its period: local days `first` to `last`, included; moments `start` to `end`, the end exclusive."""

    question: Question
    first: date
    last: date
    start: datetime
    end: datetime
    #: Beginnings of the local months that the period touches, the first and the end cut to it: one more than months.
    cuts: tuple[datetime, ...]
    months: tuple[date, ...]

    def query(self) -> list[tuple[str, str]]:
        """The filters as parameters of an address."""
        asked = self.question
        given = (
            ("from", self.first),
            ("to", self.last),
            ("vehicle", asked.vehicle),
            ("department", asked.department),
            ("facility", asked.facility),
            ("group", asked.group),
            ("vehicle_type", asked.vehicle_type),
            ("work_order_type", asked.work_order_type),
            ("system_code", asked.system_code),
        )
        return [(name, str(value)) for name, value in given if value not in (None, "")]


def a_year_until(day: date) -> date:
    """The first of the month eleven months before a day, so that twelve months are touched."""
    return date(max(1, day.year - (day.month < 12)), day.month % 12 + 1, 1)


def months_of(first: date, last: date) -> list[date]:
    """The first days of the months from one day to another."""
    found = []
    month = first.replace(day=1)
    while month <= last:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def asked_of(question: Question, actor: Actor) -> Asked:
    """Raises BadRequest for a period that ends before it begins, or of more than ten years."""
    last = question.to or actor.today
    first = question.from_ or min(a_year_until(last), last)
    start, end = local_period(first, last, actor.time_zone, most_days=LONGEST_DAYS)
    months = months_of(first, last)
    where = ZoneInfo(actor.time_zone)
    inner = [datetime.combine(month, time(), where).astimezone(UTC) for month in months[1:]]
    return Asked(question, first, last, start, end, (start, *inner, end), tuple(months))
