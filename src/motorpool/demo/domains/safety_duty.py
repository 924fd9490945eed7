"""Duty logs of the demonstration, up to the minute: what each driver does now, and how the week before went.

Everything counts from now, so that at any time of day somebody drives, somebody is near a break, one has a rest that waits for its
second half, one broke a rule yesterday, one has a day to certify and one an edit to decide on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_office import Office

HOUR = timedelta(hours=1)
OFF, BERTH, DRIVE, WORK = "off_duty", "sleeper_berth", "driving", "on_duty_not_driving"
#: (hours, status, place), one after the other.
Parts = tuple[tuple[float, str, str], ...]
DEPOT, OAKLAND, SAN_MATEO, TRACY = (
    "Depot, San Francisco, CA",
    "2mi SW Oakland, CA",
    "1mi N San Mateo, CA",
    "4mi W Tracy, CA",
)
USUAL: Parts = (
    (0.5, WORK, DEPOT),
    (4.25, DRIVE, DEPOT),
    (0.75, OFF, OAKLAND),
    (3.75, DRIVE, OAKLAND),
    (0.5, WORK, SAN_MATEO),
    (1.25, DRIVE, SAN_MATEO),
)
#: Days ago on which a shift began; two days off restart the cycle.
SHIFTS = (8, 7, 4, 3, 2, 1)


class Story(NamedTuple):
    """Which of the fleet's drivers it is, what there was until now since the last long rest, and what is open.

    yesterday: the shift before, if it was no usual one, and how long before now it ended (hours).
    """

    driver: int
    now: Parts
    yesterday: tuple[Parts, float] | None = None
    has_day_to_certify: bool = False
    has_edit: bool = False
    #: Rule that the end of the shift before was against.
    broke: str | None = None


STORIES = (
    # Under way since the break.
    Story(0, ((0.5, WORK, DEPOT), (4.25, DRIVE, DEPOT), (0.75, OFF, OAKLAND), (0.8, DRIVE, OAKLAND))),
    # Nearly eight hours without a break.
    Story(3, ((0.5, WORK, DEPOT), (7.6, DRIVE, DEPOT))),
    # Seven hours in the berth: with two hours more they make a pair.
    Story(6, ((0.5, WORK, DEPOT), (4.5, DRIVE, DEPOT), (7.25, BERTH, TRACY), (0.9, DRIVE, TRACY))),
    # 42 minutes too long until 24 hours ago; since then at rest, and at work again.
    Story(
        1,
        ((1.0, WORK, DEPOT),),
        (((0.5, WORK, DEPOT), (5.5, DRIVE, DEPOT), (0.5, OFF, TRACY), (6.2, DRIVE, TRACY)), 24),
        broke="11_hour_driving",
    ),
    Story(2, ((0.75, WORK, DEPOT), (2.25, DRIVE, DEPOT), (0.4, WORK, SAN_MATEO)), has_day_to_certify=True),
    # At rest, with a proposal of the office.
    Story(4, (), (USUAL, 3), has_edit=True),
)


class Piece(NamedTuple):
    start: datetime
    end: datetime | None
    status: str
    place: str


class DutyLogs(Office):
    def fill(self) -> None:
        zone = self._zone()
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        rows: list[Row] = []
        edited: list[tuple[Row, str, str]] = []
        for number, story in enumerate(STORIES):
            own = list(self._rows(number, story, now, zone))
            rows += own
            breaks = [row for row in own if row["duty_status"] == OFF and row["location_start"] == OAKLAND]
            if number == 0:
                edited.append((breaks[0], "driver", "Helped to unload during the break; was on duty"))
            if story.has_edit:
                edited.append((breaks[-1], "carrier", "The gate log shows work at the dock in this time"))
        self.add("hours_of_service_logs", rows)
        self._edits(edited, now)

    def _zone(self) -> ZoneInfo:
        row = self.connection.execute(
            "SELECT time_zone FROM tenants WHERE id = %s", (self.tenant,)
        ).fetchone()
        return ZoneInfo(row[0] if row else "UTC")

    def _driver(self, story: Story) -> UUID:
        return self.fleet.drivers[story.driver % len(self.fleet.drivers)]

    def _rows(self, number: int, story: Story, now: datetime, zone: ZoneInfo) -> Iterator[Row]:
        today = now.astimezone(zone).date()
        pieces = cut_at_midnight(pieces_of(story, now), zone, now)
        uncertified = today - timedelta(days=1 if story.has_day_to_certify else 0)
        if story.has_edit:
            uncertified = max(one.start for one in pieces if one.place == OAKLAND).astimezone(zone).date()
        odometer = 88_000 + number * 21_000
        for one in pieces:
            hours = ((one.end or now) - one.start) / HOUR
            driven = round(hours * 62) if one.status == DRIVE else 0
            day = one.start.astimezone(zone).date()
            at = one.end if one.end and day < uncertified else None
            certified = None if at is None else min(at.replace(minute=0) + 2 * HOUR, now)
            yield {
                "driver_id": self._driver(story),
                "vehicle_id": self.vehicle(number),
                "log_date": day,
                "duty_status": one.status,
                "status_start_time": one.start,
                "status_end_time": one.end,
                "location_start": one.place,
                "odometer_start": odometer,
                "odometer_end": odometer + driven if one.end else None,
                "origin": "automatic" if one.status == DRIVE else "driver",
                "eld_provider": "Motorpool" if one.status == DRIVE else None,
                "eld_device_id": f"DEMO-{number + 1}" if one.status == DRIVE else None,
                "driver_decision": "accepted" if certified else "undecided",
                "decided_at": certified,
                "certified_at": certified,
                "created_at": one.start,
                "violations": [story.broke]
                if story.broke and one.status == DRIVE and one.end == now - 24 * HOUR
                else None,
            }
            odometer += driven

    def _edits(self, edited: Sequence[tuple[Row, str, str]], now: datetime) -> None:
        """By the driver in force at once, by the office waiting for the driver."""
        left_out = ("id", "driver_decision", "decided_at", "certified_at", "created_at")
        self.add(
            "hours_of_service_logs",
            [
                {name: value for name, value in row.items() if name not in left_out}
                | {
                    "duty_status": WORK,
                    "origin": origin,
                    "replaces_log_id": row["id"],
                    "edit_reason": reason,
                    "created_by_user_id": self.user,
                    # The driver certified the day after the edit.
                    "driver_decision": row["driver_decision"] if origin == "driver" else "undecided",
                    "decided_at": row["decided_at"] if origin == "driver" else None,
                    "certified_at": row["certified_at"] if origin == "driver" else None,
                    "created_at": row["status_end_time"] if origin == "driver" else now,
                }
                for row, origin, reason in edited
            ],
        )


def pieces_of(story: Story, now: datetime) -> list[Piece]:
    """The driver's line of time: shifts with rest between, the last status goes on."""
    begun = now - lasts(story.now)
    shifts = [(begun, story.now)] if story.now else []
    if story.yesterday:
        parts, ago = story.yesterday
        shifts.append((now - ago * HOUR - lasts(parts), parts))
    # A usual shift ends half a day before the one after it begins.
    first = min(start for start, _ in shifts)
    shifts += [
        (first - 24 * days * HOUR, USUAL) for days in SHIFTS[1 if story.yesterday and story.now else 0 :]
    ]
    shifts.sort()
    found: list[Piece] = [Piece(shifts[0][0] - 30 * HOUR, shifts[0][0], OFF, "San Francisco, CA")]
    for (start, parts), after in zip(shifts, [*(start for start, _ in shifts[1:]), None], strict=True):
        at = start
        for hours, status, place in parts:
            end = at + lasts(((hours, status, place),))
            found.append(Piece(at, end, status, place))
            at = end
        if after is not None or at < now:
            found.append(Piece(at, after, OFF, "San Francisco, CA"))
    if found[-1].end is not None:
        found[-1] = found[-1]._replace(end=None)
    return found


def lasts(parts: Parts) -> timedelta:
    """In whole minutes."""
    return sum((timedelta(minutes=round(hours * 60)) for hours, _, _ in parts), timedelta())


def cut_at_midnight(pieces: Sequence[Piece], zone: ZoneInfo, now: datetime) -> list[Piece]:
    """As certifying does: a record that goes on beyond a day that is over is two."""
    found: list[Piece] = []
    for one in pieces:
        here = one
        while True:
            day = here.start.astimezone(zone).date() + timedelta(days=1)
            midnight = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
            if midnight >= min(here.end or now, now):
                break
            found.append(here._replace(end=midnight))
            here = here._replace(start=midnight)
        found.append(here)
    return found
