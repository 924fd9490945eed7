"""Claims and costs of an incident: which policies covered that day, a claim on each, and what is left with the fleet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request

from motorpool.core.tenancy import Actor
from motorpool.safety.queries.coverage import Subject, coverage
from motorpool.safety.rules.incident_costs import Claimed, Costs, costs_of
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.records import can

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
#: Part of a policy's kind -> type of claim, and who claims.
KINDS = (
    ("liability", "liability", "against_us"),
    ("physical", "collision", "own"),
    ("collision", "collision", "own"),
    ("comprehensive", "comprehensive", "own"),
    ("cargo", "cargo", "own"),
    ("workers", "workers_comp", "own"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A policy that was in force on the day of the loss, and the form of a claim on it."""

    number: str
    kind: str
    insurer: str
    until: date | None
    href: str
    #: A claim on it stands here already.
    is_used: bool


@dataclass(frozen=True, slots=True)
class Claims:
    day: date
    offers: list[Offer]
    #: Whether the actor may read policies at all; if not, nothing is said about cover.
    knows: bool
    claimed: Decimal
    paid: Decimal


async def claims_of(
    request: AnyRequest, actor: Actor, row: Row, parts: dict[str, list[Row]], here: str
) -> Claims:
    """The incident's claims in sum, and the policies that can still be claimed on."""
    state = request.app.state
    moment = formats.moment(row["occurred_at"])
    assert moment is not None
    day = moment.astimezone(ZoneInfo(actor.time_zone)).date()
    claims = parts["insurance_claims"]
    found = Claims(
        day,
        [],
        False,
        sum((_amount(one["claimed_amount"]) or Decimal(0) for one in claims), Decimal(0)),
        sum((_amount(one["paid_amount"]) or Decimal(0) for one in claims), Decimal(0)),
    )
    about: Subject = "vehicle" if row["vehicle_id"] else "driver"
    key = row["vehicle_id"] or row["driver_id"]
    if key is None or not can(actor, state.registry["insurance_claims"], "create"):
        return found
    cover = await coverage(state.database, state.registry, actor, about, UUID(key), day)
    if cover.insurance is None:
        return found
    used = {one["insurance_policy_id"] for one in claims}
    reports = parts["accident_reports"]
    given = [
        ("incident_id", row["id"]),
        ("loss_on", str(day)),
        ("filed_on", str(actor.today)),
        ("back", here),
    ]
    if row["vehicle_id"]:
        given.append(("vehicle_id", row["vehicle_id"]))
    if len(reports) == 1:
        given.append(("accident_report_id", reports[0]["id"]))
    is_ours_hurt = any(one["is_employee"] for one in parts["injury_records"])
    offers = []
    for one in cover.insurance:
        if not one.in_force or ("workers" in one.kind.lower() and not is_ours_hurt):
            continue
        fits = next(((kind, side) for part, kind, side in KINDS if part in one.kind.lower()), None)
        more = [
            ("insurance_policy_id", str(one.id)),
            *zip(("claim_type", "direction"), fits or (), strict=False),
        ]
        offers.append(
            Offer(
                one.number or "",
                formats.words(one.kind),
                one.authority or "",
                one.last,
                f"/insurance-claims/new?{urlencode([*given, *more])}",
                str(one.id) in used,
            )
        )
    return Claims(day, offers, True, found.claimed, found.paid)


def costs(row: Row, parts: dict[str, list[Row]], citations: list[Row]) -> Costs:
    return costs_of(
        entered=_amount(row["actual_cost"]),
        damages=[
            (_amount(one["actual_cost"]), _amount(one["estimated_cost"]))
            for one in parts["damage_reports"]
            if one["status"] != "dismissed"
        ],
        fines=[
            _amount(one["fine_paid_amount"] or one["fine_amount"])
            for one in citations
            if one["fine_paid"] and one["fine_paid_by"] == "company"
        ],
        claims=[
            Claimed(
                one["direction"],
                _amount(one["claimed_amount"]),
                _amount(one["paid_amount"]),
                _amount(one["deductible_paid"]),
            )
            for one in parts["insurance_claims"]
        ],
    )


def may_see_costs(actor: Actor) -> bool:
    """Sums are right only for those who see what they are made of."""
    return all(may(actor, f"{table}.read") for table in ("insurance_claims", "damage_reports"))


def _amount(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
