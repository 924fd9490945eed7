"""What covers a vehicle or driver on a day: policies and papers in force, what is missing, and where cover will lapse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import READ, reached
from motorpool.safety.rules.coverage import covers, lapses_between
from motorpool.safety.rules.qualification_facts import LICENSE, REGISTRATION

#: Gaps are looked for in so many days behind the one that is asked about.
AHEAD_DAYS = 365
Subject = Literal["vehicle", "driver"]
TABLES: dict[Subject, str] = {"vehicle": "vehicles", "driver": "drivers"}
POLICIES = """
SELECT row_to_json(q)::text FROM (
    SELECT 'insurance_policies' AS source, t.id, coalesce(t.policy_type, 'policy') AS kind, t.policy_number AS number,
           t.insurance_carrier AS authority, t.policy_start_date AS first, t.policy_end_date AS last, t.document_id,
           t.policy_document_url AS url, NULL AS verified_on
    FROM insurance_policies t
    WHERE t.tenant_id = %(tenant)s AND t.is_active AND t.policy_end_date >= %(on)s::date - 365
      AND (t.{covered} IS NULL OR %(key)s = ANY (t.{covered}))
    ORDER BY t.policy_type, t.policy_start_date, t.id) AS q
"""
PAPERS = """
SELECT row_to_json(q)::text FROM (
    SELECT 'compliance_documents' AS source, t.id, t.document_type AS kind, t.document_number AS number,
           t.issuing_authority AS authority, t.issue_date AS first, t.expiration_date AS last, t.document_id,
           t.document_url AS url, (t.verified_at AT TIME ZONE %(time_zone)s)::date AS verified_on
    FROM compliance_documents t
    WHERE t.tenant_id = %(tenant)s AND t.entity_type = %(about)s AND t.entity_id = %(key)s AND {scope}
    ORDER BY t.document_type, t.expiration_date DESC NULLS FIRST, t.id) AS q
"""
OWN_DATES: dict[Subject, str] = {
    "vehicle": "SELECT v.registration_expires_on, NULL::date FROM vehicles v WHERE v.tenant_id = %(tenant)s AND v.id = %(key)s",
    "driver": "SELECT d.license_expires_on, d.medical_card_expires_on FROM drivers d "
    "WHERE d.tenant_id = %(tenant)s AND d.id = %(key)s",
}
#: What every one of them needs -> kinds of paper that are it.
NEEDED: dict[Subject, dict[str, tuple[str, ...]]] = {
    "vehicle": {"registration": REGISTRATION},
    "driver": {"license": LICENSE},
}


class Cover(Struct):
    """A policy or a paper, with the days on which it is valid."""

    source: str
    id: UUID
    kind: str
    number: str | None
    authority: Annotated[str | None, Meta(description="Insurer, or who issued the paper")]
    first: date | None
    last: Annotated[date | None, Meta(description="Last day; null: for good")]
    document_id: UUID | None = None
    url: str | None = None
    verified_on: date | None = None
    in_force: bool = False


class Lapse(Struct):
    kind: str
    first: Annotated[date, Meta(description="First day without cover")]
    last: Annotated[date, Meta(description="Last one; the next policy begins on the day after")]


class Coverage(Struct):
    """What covers a vehicle or driver on a day."""

    on: date
    insurance: Annotated[
        list[Cover] | None,
        Meta(description="Policies of a year before and later; null: the caller may not read policies"),
    ]
    papers: list[Cover]
    missing: Annotated[list[str], Meta(description="What it needs and does not have on that day")]
    gaps: Annotated[list[Lapse], Meta(description="Within a year: a cover lapses before the next one begins")]


async def coverage(
    database: Database, registry: Registry, actor: Actor, about: Subject, key: UUID, on: date
) -> Coverage:
    """What covers one of the rows that the caller reaches; their papers as far as the caller may read them."""
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "key": key, "on": on, "about": about}
    reach = actor.access.reach("insurance_policies.read")
    policies: list[Cover] | None = None
    if reach is not None and reach.everything:
        sql = POLICIES.format(covered=f"covered_{about}s")
        policies = [
            msgspec.json.decode(row[0], type=Cover) for row in await database.read(actor, sql, parameters)
        ]
    scope = reached(registry, actor, "compliance_documents", READ, parameters)
    papers = []
    if scope is not None:
        rows = await database.read(actor, PAPERS.format(scope=scope), parameters)
        papers = [msgspec.json.decode(row[0], type=Cover) for row in rows]
    for one in [*(policies or []), *papers]:
        one.in_force = covers((one.first or date.min, one.last or date.max), on)
    rows = await database.read(actor, OWN_DATES[about], parameters)
    dates = rows[0] if rows else (None, None)
    missing = [
        what
        for what, kinds in NEEDED[about].items()
        if not (dates[0] is not None and dates[0] >= on)
        and not any(one.in_force and one.kind.lower() in kinds for one in papers)
    ]
    # Without any policy on record nothing is known about insurance, so nothing is said.
    liability = [one for one in policies or [] if "liability" in one.kind.lower()]
    if liability and not any(one.in_force for one in liability):
        missing.append("liability_insurance")
    return Coverage(on, policies, papers, missing, _gaps(policies or [], on))


def _gaps(policies: list[Cover], on: date) -> list[Lapse]:
    found = []
    for kind in dict.fromkeys(one.kind for one in policies):
        spans = [(one.first, one.last) for one in policies if one.kind == kind and one.first and one.last]
        since = max(on, min((first for first, _ in spans), default=on))
        found += [
            Lapse(kind, gap.first, gap.last)
            for gap in lapses_between(spans, since, on + timedelta(days=AHEAD_DAYS))
            if gap.last is not None
        ]
    return found
