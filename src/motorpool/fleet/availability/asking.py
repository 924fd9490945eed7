"""The question: what speaks against using these vehicles and drivers at that time? One statement over all reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.registry import Reasons, Subject, registered

#: Parameters of a registered SELECT that are columns of the question; %(tenant)s stays, it routes the statement.
COLUMNS = re.compile(r"%\((vehicles|drivers|starts_at|ends_at|today|last_day|time_zone|except_id)\)s")
#: The questions. A use that ends at midnight does not touch the day that begins then.
ASKED = """
WITH asked AS MATERIALIZED (
    SELECT q.n, coalesce(q.vehicles, '{}') AS vehicles, coalesce(q.drivers, '{}') AS drivers, s.starts_at, s.ends_at,
           q.except_id, z.time_zone, (s.starts_at AT TIME ZONE z.time_zone)::date AS today,
           (greatest(s.starts_at, s.ends_at - interval '1 microsecond') AT TIME ZONE z.time_zone)::date AS last_day
    FROM tenants z
    CROSS JOIN jsonb_to_recordset(%(questions)s::jsonb) AS q(n integer, vehicles uuid[], drivers uuid[],
        starts_at timestamptz, ends_at timestamptz, except_id uuid)
    CROSS JOIN LATERAL (SELECT coalesce(q.starts_at, now()) AS starts_at,
                               coalesce(q.ends_at, q.starts_at, now()) AS ends_at) AS s
    WHERE z.id = %(tenant)s)
SELECT r.n, r.code, r.about, r.subject_id, coalesce(v.vehicle_number, d.full_name) AS subject, r.blocks, r.sentence,
       r.from_at, r.until_at, r.source, r.source_id
FROM ("""
ANSWERED = """) AS r
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = r.subject_id AND r.about <> 'driver'
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = r.subject_id AND r.about = 'driver'
ORDER BY r.n, r.blocks DESC, r.place, r.from_at, r.source_id"""


@dataclass(frozen=True, slots=True)
class Use:
    """What somebody wants to use, and when. `starts_at` None: now; `ends_at` None: the moment at which it starts.

    Vehicles and drivers of one use belong together: what one of these drivers has reserved is not held against the
    vehicle. `except_id` is a row that is not held against itself.
    """

    vehicles: Sequence[UUID] = ()
    drivers: Sequence[UUID] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    except_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks against a use; `use` is its place among those that were asked about."""

    use: int
    code: str
    about: Subject
    subject_id: UUID
    #: Number of the vehicle, or name of the driver.
    subject: str
    #: False: somebody should know, but may go on.
    blocks: bool
    sentence: str
    from_at: datetime | None
    until_at: datetime | None
    source: str | None
    source_id: UUID | None

    @property
    def whole(self) -> str:
        """The sentence with what it is about: `BUS-12: In the shop`."""
        return f"{self.subject}: {self.sentence}"


@lru_cache(maxsize=8)
def statement(reasons: tuple[Reasons, ...]) -> str:
    """The one statement over all these kinds of reasons."""
    parts = [
        f"SELECT question.n, {place} AS place, '{one.code}' AS code, '{one.about}' AS about, x.subject_id::uuid, x.blocks::boolean, "
        f"x.sentence::text, x.from_at::timestamptz, x.until_at::timestamptz, x.source::text, x.source_id::uuid\n"
        f"FROM asked question CROSS JOIN LATERAL ({_of_question(one.sql)}) "
        "AS x(subject_id, blocks, sentence, from_at, until_at, source, source_id)"
        for place, one in enumerate(reasons)
    ]
    return f"{ASKED}{' UNION ALL '.join(parts)}{ANSWERED}"


def question(
    actor: Actor, uses: Sequence[Use], only: Collection[str] | None = None
) -> tuple[str, dict[str, Any]]:
    """SQL and parameters of the one statement; `only`: the codes of the reasons that are asked for."""
    asked = [
        {
            "n": number,
            "vehicles": list(use.vehicles),
            "drivers": list(use.drivers),
            "starts_at": use.starts_at,
            "ends_at": use.ends_at,
            "except_id": use.except_id,
        }
        for number, use in enumerate(uses)
    ]
    parameters = {"tenant": actor.tenant_id, "questions": msgspec.json.encode(asked).decode()}
    reasons = registered()
    if only is not None:
        reasons = tuple(one for one in reasons if one.code in only)
    return statement(reasons), parameters


def _of_question(sql: str) -> str:
    return COLUMNS.sub(r"question.\1", sql)


async def reasons_of(session: AsyncSession, actor: Actor, uses: Sequence[Use]) -> list[Reason]:
    """What speaks against each of the uses, blocking reasons of a use first."""
    if not any(use.vehicles or use.drivers for use in uses):
        return []
    connection = await session.connection()
    return _answers(await connection.exec_driver_sql(*question(actor, uses)))


async def read_reasons(
    database: Database, actor: Actor, uses: Sequence[Use], *, only: Collection[str] | None = None
) -> list[Reason]:
    """As `reasons_of`, in a read of its own; `only`: reasons with these codes."""
    if not any(use.vehicles or use.drivers for use in uses):
        return []
    return _answers(await database.read(actor, *question(actor, uses, only)))


async def refuse_uses(
    session: AsyncSession,
    actor: Actor,
    uses: Sequence[Use],
    fields: Sequence[tuple[str, str]],
    *,
    conflict: bool = False,
) -> None:
    """Refuse uses that something speaks against; `fields` say where the caller named the vehicle and the driver of each.

    Raises: Invalid, or Conflict where `conflict` (what was asked for is right, but not now), with code "not_available"
    and each field's blocking sentences.
    """
    if problems := blocked(await reasons_of(session, actor, uses), fields):
        sentences = dict.fromkeys(one.message for one in problems)
        problem = Conflict if conflict else Invalid
        raise problem(
            f"This cannot be used then. {'; '.join(sentences)}.", code="not_available", fields=problems
        )


def blocked(reasons: Iterable[Reason], fields: Sequence[tuple[str, str]]) -> list[FieldProblem]:
    """One problem for each field with all sentences that block; `fields` name the vehicle and the driver of each use."""
    found: dict[str, list[str]] = {}
    for one in reasons:
        if one.blocks:
            found.setdefault(fields[one.use][one.about == "driver"], []).append(one.whole)
    return [FieldProblem(name, "; ".join(sentences), "not_available") for name, sentences in found.items()]


def _answers(rows: Iterable[Any]) -> list[Reason]:
    found = []
    for use, code, about, subject_id, subject, blocks, sentence, *more in rows:
        told = sentence.rstrip(". ")
        found.append(Reason(use, code, about, subject_id, subject or "?", blocks, told, *more))
    return found
