"""Insurance policies as a fleet manager looks at them: whom one covers, its claims, its chain, and who has no cover at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import reached

IN_SERVICE = "t.status IN ('active', 'in_shop', 'out_of_service')"
#: As `safety.availability` asks, whether or not any policy is kept.
UNCOVERED = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.vehicle_number AS number, t.name, t.vehicle_type, t.make, t.model, t.model_year, t.status,
           t.in_service_on AS since, x.last
    FROM vehicles t
    LEFT JOIN LATERAL (
        SELECT max(p.policy_end_date) AS last FROM insurance_policies p
        WHERE p.tenant_id = %(tenant)s AND p.is_active AND position('liability' in lower(p.policy_type)) > 0
          AND p.policy_start_date <= %(today)s AND (p.covered_vehicles IS NULL OR t.id = ANY (p.covered_vehicles))) AS x ON true
    WHERE t.tenant_id = %(tenant)s AND {IN_SERVICE} AND coalesce(t.vehicle_type, '') NOT IN ('trailer', 'equipment')
      AND coalesce(x.last < %(today)s, true) AND {{scope}}
    ORDER BY t.vehicle_number, t.id) AS q
"""
COVERED = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.vehicle_number AS number, t.name, t.vehicle_type, t.make, t.model, t.model_year, t.status
    FROM vehicles t
    WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s) AND {scope}
    ORDER BY t.vehicle_number, t.id) AS q
"""
MISSING = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.vehicle_number AS number, t.name, t.vehicle_type, t.make, t.model, t.model_year, t.status
    FROM vehicles t
    WHERE t.tenant_id = %(tenant)s AND t.id <> ALL (%(keys)s) AND {IN_SERVICE} AND {{scope}}
    ORDER BY t.vehicle_number, t.id) AS q
"""
CHAIN = """
WITH RECURSIVE before AS (
    SELECT p.id, p.renewed_by_id, 0 AS step FROM insurance_policies p WHERE p.tenant_id = %(tenant)s AND p.id = %(key)s
    UNION ALL
    SELECT p.id, p.renewed_by_id, b.step - 1 FROM insurance_policies p JOIN before b ON p.renewed_by_id = b.id
    WHERE p.tenant_id = %(tenant)s AND b.step > -20
), after AS (
    SELECT p.id, p.renewed_by_id, 0 AS step FROM insurance_policies p WHERE p.tenant_id = %(tenant)s AND p.id = %(key)s
    UNION ALL
    SELECT p.id, p.renewed_by_id, a.step + 1 FROM insurance_policies p JOIN after a ON p.id = a.renewed_by_id
    WHERE p.tenant_id = %(tenant)s AND a.step < 20
)
SELECT row_to_json(q)::text FROM (
    SELECT DISTINCT ON (p.policy_start_date, p.id) p.id, p.policy_number AS number, p.policy_start_date AS first,
           p.policy_end_date AS last, p.premium_amount::text AS premium, p.total_claims_paid::text AS paid, p.claims_filed AS claims
    FROM (SELECT id FROM before UNION SELECT id FROM after) AS c
    JOIN insurance_policies p ON p.tenant_id = %(tenant)s AND p.id = c.id
    ORDER BY p.policy_start_date, p.id) AS q
"""
#: Others of the same type around it, for gaps before and after.
AROUND = """
SELECT p.policy_start_date, p.policy_end_date FROM insurance_policies p
WHERE p.tenant_id = %(tenant)s AND p.is_active AND p.id <> %(key)s
  AND lower(coalesce(p.policy_type, 'policy')) = lower(coalesce(%(kind)s, 'policy'))
  AND (p.covered_vehicles IS NULL OR p.covered_vehicles && %(vehicles)s OR %(whole)s)
"""
#: What an insurance card says.
CARD = """
SELECT row_to_json(q)::text FROM (
    SELECT p.id, p.policy_number AS number, p.insurance_carrier AS carrier, p.naic_code AS naic, p.policy_type AS kind,
           p.policy_start_date AS first, p.policy_end_date AS last, p.agent_name AS agent, p.agent_contact AS contact
    FROM insurance_policies p
    WHERE p.tenant_id = %(tenant)s AND p.is_active AND position('liability' in lower(p.policy_type)) > 0
      AND p.policy_end_date >= %(today)s AND (p.covered_vehicles IS NULL OR %(vehicle)s = ANY (p.covered_vehicles))
    ORDER BY p.policy_start_date, p.id LIMIT 4) AS q
"""


class Uncovered(Struct):
    """A vehicle in service without liability cover today, or one that a policy may cover."""

    id: UUID
    number: str
    name: str | None
    vehicle_type: str | None
    make: str | None
    model: str | None
    model_year: int | None
    status: str
    since: Annotated[date | None, Meta(description="In service since")] = None
    last: Annotated[date | None, Meta(description="Last day of cover; null: it never had any")] = None


class Link(Struct):
    """A term of the chain of renewals."""

    id: UUID
    number: str
    first: date
    last: date
    premium: Decimal | None
    paid: Decimal
    claims: int


class Card(Struct):
    """What a driver shows at the roadside."""

    id: UUID
    number: str
    carrier: str
    naic: str | None
    kind: str | None
    first: date
    last: date
    agent: str | None
    contact: str | None


async def uncovered_vehicles(database: Database, registry: Registry, actor: Actor) -> list[Uncovered]:
    """Vehicles in service that the actor may read and that no liability policy covers today."""
    return await _vehicles(database, registry, actor, UNCOVERED, {})


async def covered_vehicles(
    database: Database, registry: Registry, actor: Actor, keys: list[UUID]
) -> list[Uncovered]:
    """Those of the vehicles that the actor may read."""
    return await _vehicles(database, registry, actor, COVERED, {"keys": keys})


async def other_vehicles(
    database: Database, registry: Registry, actor: Actor, keys: list[UUID]
) -> list[Uncovered]:
    """Vehicles in service beside these."""
    return await _vehicles(database, registry, actor, MISSING, {"keys": keys})


async def _vehicles(
    database: Database, registry: Registry, actor: Actor, sql: str, more: dict[str, Any]
) -> list[Uncovered]:
    parameters: dict[str, Any] = {"tenant": actor.tenant_id, "today": actor.today} | more
    scope = reached(registry, actor, "vehicles", ("vehicles.read",), parameters)
    if scope is None:
        return []
    rows = await database.read(actor, sql.format(scope=scope), parameters)
    return [msgspec.json.decode(text, type=Uncovered) for (text,) in rows]


async def chain_of(database: Database, actor: Actor, key: UUID) -> list[Link]:
    """The terms before and after a policy, itself included, in order."""
    rows = await database.read(actor, CHAIN, {"tenant": actor.tenant_id, "key": key})
    return [msgspec.json.decode(text, type=Link, strict=False) for (text,) in rows]


async def terms_around(
    database: Database, actor: Actor, key: UUID, kind: str | None, vehicles: list[UUID] | None
) -> list[tuple[date, date]]:
    """Terms of other policies of the type that cover some of the same vehicles."""
    where = {
        "tenant": actor.tenant_id,
        "key": key,
        "kind": kind,
        "vehicles": vehicles or [],
        "whole": vehicles is None,
    }
    return [(first, last) for first, last in await database.read(actor, AROUND, where)]


async def cards_of(database: Database, actor: Actor, vehicle: UUID) -> list[Card]:
    """Liability policies in force for a vehicle, and those that begin later; for whoever reads the vehicle."""
    where = {"tenant": actor.tenant_id, "today": actor.today, "vehicle": vehicle}
    return [msgspec.json.decode(text, type=Card) for (text,) in await database.read(actor, CARD, where)]
