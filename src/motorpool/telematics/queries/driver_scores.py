"""Scores of drivers over a span of days: how each one came about, week by week, against others and against the time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.fleet.resources import RESOURCES as FLEET
from motorpool.telematics.rules.driver_score import DEFAULT_WEIGHTS, SEVERITIES, Record, Score, Weights, score

DRIVERS = next(one for one in FLEET if one.table.name == "drivers")
EVENTS = "driver_behavior_events.read"
NAMES = tuple(one.name for one in fields(Weights))

WEIGHTS = f"""
SELECT valid_from, {", ".join(f"{name}::float8" for name in NAMES)}, minimum_km::float8, coaching_below::float8
FROM driver_score_weights WHERE tenant_id = %(tenant)s ORDER BY valid_from
"""
#: One row for each driver and period: `w` are the periods, numbered.
RECORDS = """
WITH w AS (
    SELECT * FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY AS w (since, until, n)
), driven AS (
    SELECT p.driver_id, w.n, sum(p.distance_km)::float8 AS km, sum(p.duration_minutes) * 60::float8 AS seconds
    FROM w JOIN trips p ON p.tenant_id = %(tenant)s AND p.started_at >= w.since AND p.started_at < w.until
    WHERE {of_trips} GROUP BY p.driver_id, w.n
), happened AS (
    SELECT e.driver_id, w.n, e.event_type, coalesce(e.severity, 'minor') AS severity, count(*) AS times,
           coalesce(sum(e.duration_seconds), 0)::float8 AS seconds
    FROM w JOIN driver_behavior_events e ON e.tenant_id = %(tenant)s AND e.recorded_at >= w.since AND e.recorded_at < w.until
    WHERE {of_events} GROUP BY e.driver_id, w.n, e.event_type, coalesce(e.severity, 'minor')
)
SELECT t.id, t.full_name, w.n::int, coalesce(d.km, 0), coalesce(d.seconds, 0),
       (SELECT json_agg(json_build_array(h.event_type, h.severity, h.times, h.seconds)) FROM happened h
        WHERE h.driver_id = t.id AND h.n = w.n),
       (SELECT count(*) FROM coaching_sessions c WHERE c.tenant_id = %(tenant)s AND c.driver_id = t.id AND c.status = 'open')::int
FROM drivers t CROSS JOIN w
LEFT JOIN driven d ON d.driver_id = t.id AND d.n = w.n
WHERE t.tenant_id = %(tenant)s AND {which}
ORDER BY t.full_name, t.id, w.n
"""

#: Who left stays in the ranking of the time in which they drove.
ACTIVE = "(t.status = 'active' OR EXISTS (SELECT FROM driven o WHERE o.driver_id = t.id))"


@dataclass(frozen=True)
class Rating:
    """Weights, and what follows from a score. `valid_from` None: the program's defaults."""

    weights: Weights = DEFAULT_WEIGHTS
    minimum_km: float = 80.0
    coaching_below: float = 70.0
    valid_from: date | None = None


@dataclass(frozen=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @property
    def before(self) -> Period:
        """The days of the same number before."""
        days = self.last - self.first + timedelta(days=1)
        return Period(self.first - days, self.last - days)

    def weeks(self) -> list[Period]:
        """Calendar weeks, Monday to Sunday, that touch the period; the outer ones are cut to it."""
        found, first = [], self.first
        while first <= self.last:
            last = min(self.last, first + timedelta(days=6 - first.weekday()))
            found.append(Period(first, last))
            first = last + timedelta(days=1)
        return found

    def span(self, zone: str) -> tuple[datetime, datetime]:
        """From the first moment of the first day to that of the day after the last."""
        begin = datetime.combine(self.first, datetime.min.time(), ZoneInfo(zone))
        end = datetime.combine(self.last + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
        return begin, end


@dataclass(frozen=True)
class Scored:
    """A driver in a period. `counts`: kind -> how often."""

    driver_id: UUID
    name: str
    period: Period
    score: Score
    counts: dict[str, int]
    speeding_s: dict[str, float]
    rating: Rating
    open_coaching: int

    @property
    def is_ranked(self) -> bool:
        return self.score.value is not None and self.score.distance_km >= self.rating.minimum_km

    @property
    def wants_coaching(self) -> bool:
        """Coaching is suggested: ranked, below the mark, and no session is open."""
        value = self.score.value
        return (
            self.is_ranked
            and value is not None
            and value < self.rating.coaching_below
            and not self.open_coaching
        )


@dataclass(frozen=True)
class Scorecard:
    """One driver: the period, the one before, its weeks."""

    now: Scored
    before: Scored
    weeks: list[Scored]


@dataclass(frozen=True)
class Ranked:
    """`place` None: drove too little to be compared; those stand last."""

    place: int | None
    now: Scored
    before: Scored


def default_period(today: date) -> Period:
    """The last four weeks, today included."""
    return Period(today - timedelta(days=27), today)


async def ratings(database: Database, actor: Actor) -> list[Rating]:
    """All weights of the organisation, oldest first."""
    rows = await database.read(actor, WEIGHTS, {"tenant": actor.tenant_id})
    return [
        Rating(Weights(**dict(zip(NAMES, row[1:-2], strict=True))), row[-2], row[-1], row[0]) for row in rows
    ]


def rating_on(known: Sequence[Rating], day: date) -> Rating:
    """The weights that hold on a day."""
    return next((one for one in reversed(known) if one.valid_from and one.valid_from <= day), Rating())


async def driver_scorecard(
    database: Database, actor: Actor, reach: Reach, driver_id: UUID, period: Period
) -> Scorecard | None:
    """None for a driver that the reach (of `drivers.read`) does not cover. Raises: Forbidden."""
    weeks = period.weeks()
    found = await _scored(database, actor, reach, [period, period.before, *weeks], driver_id)
    return Scorecard(found[0], found[1], found[2:]) if found else None


async def driver_ranking(database: Database, actor: Actor, reach: Reach, period: Period) -> list[Ranked]:
    """Drivers that the reach covers and that drove or are active: best first, those who drove too little last. Equal scores share a
    place. Raises: Forbidden.
    """
    found = await _scored(database, actor, reach, [period, period.before], None)
    pairs = list(zip(found[::2], found[1::2], strict=True))
    pairs.sort(key=lambda pair: (not pair[0].is_ranked, -_shown(pair[0]), -pair[0].score.distance_km))
    ranked, place = [], 0
    for at, (now, before) in enumerate(pairs):
        if now.is_ranked:
            place = at + 1 if at == 0 or _shown(pairs[at - 1][0]) != _shown(now) else place
        ranked.append(Ranked(place if now.is_ranked else None, now, before))
    return ranked


def _shown(one: Scored) -> float:
    """As people see it: drivers whose scores look equal are equal."""
    return round(one.score.value, 1) if one.score.value is not None else -1.0


async def _scored(
    database: Database, actor: Actor, reach: Reach, periods: Sequence[Period], driver_id: UUID | None
) -> list[Scored]:
    """For each driver all periods, in their order."""
    if actor.access.reach(EVENTS) is None:
        raise Forbidden(f"This needs the permission {EVENTS}.", code="permission_needed", permission=EVENTS)
    known = await ratings(database, actor)
    spans = [period.span(actor.time_zone) for period in periods]
    which = ["t.id = %(driver)s" if driver_id else ACTIVE]
    if condition := scope_condition(DRIVERS, reach):
        which.append(condition)
    only = "{}.driver_id = %(driver)s" if driver_id else "{}.driver_id IS NOT NULL"
    sql = RECORDS.format(of_trips=only.format("p"), of_events=only.format("e"), which=" AND ".join(which))
    parameters = base_parameters(actor, reach) | {
        "since": [since for since, _ in spans],
        "until": [until for _, until in spans],
        "driver": driver_id,
    }
    rows = await database.read(actor, sql, parameters)
    return [_one(row, periods[row[2] - 1], known) for row in rows]


def _one(row: Any, period: Period, known: Sequence[Rating]) -> Scored:
    driver_id, name, _, km, seconds, events, coaching = row
    counts: dict[str, int] = {}
    speeding = dict.fromkeys(SEVERITIES, 0.0)
    for kind, severity, times, lasted in events or ():
        counts[kind] = counts.get(kind, 0) + times
        if kind == "speeding":
            speeding[severity] += lasted
    rating = rating_on(known, period.last)
    found = score(Record(km, seconds, counts, speeding), rating.weights)
    return Scored(driver_id, name, period, found, counts, speeding, rating, coaching)
