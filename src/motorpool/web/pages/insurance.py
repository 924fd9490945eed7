"""Insurance policies: one with its cover, claims and terms; whom it covers; renewing, cancelling; vehicles without cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.files.names import content_disposition
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking, struct_of
from motorpool.safety.actions.cancel_policy import Cancellation, cancel_policy
from motorpool.safety.actions.change_cover import Cover, change_cover
from motorpool.safety.actions.keep_paper import keep_document
from motorpool.safety.actions.renew_policy import NextTerm, renew_policy
from motorpool.safety.printing.insurance_card import insurance_card_pdf
from motorpool.safety.queries import insurance as asked
from motorpool.safety.rules.coverage import Gap, lapses_between
from motorpool.safety.rules.insurance_terms import Losses, earned, losses, next_term
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.importing import sentences
from motorpool.web.pages.records import can, detail_context, form_pairs, form_texts, read_row
from motorpool.web.rendering import go_on, see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
POLICIES = "insurance_policies"
#: Vehicles and claims of a page.
SHOWN_VEHICLES, PAGE_VEHICLES, SHOWN_CLAIMS = 12, 200, 50
AMOUNTS = ("premium_amount", "deductible")


async def policy_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[POLICIES]
    row, _ = await read_row(request, resource)
    key = UUID(row["id"])
    context = await detail_context(request, actor, resource, row)
    context["actions"] = [one for one in context["actions"] if not one.href.endswith("/renew")]
    named = None if row["covered_vehicles"] is None else [UUID(one) for one in row["covered_vehicles"]]
    vehicles = await asked.covered_vehicles(state.database, state.registry, actor, named or [])
    claims = await claims_of(request, actor, row["id"])
    around = await asked.terms_around(state.database, actor, key, row["policy_type"], named)
    own = (date.fromisoformat(row["policy_start_date"]), date.fromisoformat(row["policy_end_date"]))
    before, after, follows = gaps_around(own, around)
    is_live = row["is_active"] and row["cancelled_on"] is None
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "insurance_policy.html",
        **context,
        cells={cell.field.name: cell for cell in (*context["facts"], *context["long_facts"])},
        here=f"/insurance-policies/{row['id']}",
        named=named,
        vehicles=vehicles[:SHOWN_VEHICLES],
        hidden=len(named or []) - min(len(vehicles), SHOWN_VEHICLES),
        claims=claims[:SHOWN_CLAIMS] if claims is not None else None,
        losses=losses_of(row, claims, own, actor.today) if claims is not None else None,
        chain=await asked.chain_of(state.database, actor, key),
        gap_before=before,
        gap_after=after,
        follows=follows,
        passed=term_passed(own, actor.today),
        days_left=(own[1] - actor.today).days,
        limits=sorted((row["coverage_limits"] or {}).items()),
        money=money_of(actor),
        may_cover=may(actor, f"{POLICIES}.cover"),
        may_file=context["edit_href"] is not None and may(actor, "documents.create"),
        may_renew=is_live and row["renewal_status"] == "current" and can(actor, resource, "create")
        and may(actor, f"{POLICIES}.renew"),
        may_cancel=is_live and own[1] >= actor.today and may(actor, f"{POLICIES}.cancel"),
        may_claim=may(actor, "insurance_claims.create"),
    )  # fmt: skip
    return page


def money_of(actor: Actor) -> Callable[[Any], str]:
    return lambda value: formats.money(value, actor.currency)


async def claims_of(request: AnyRequest, actor: Actor, key: str) -> list[Row] | None:
    """The claims on a policy that the actor reaches, the latest first; None for who may not read claims."""
    if not may(actor, "insurance_claims.read"):
        return None
    wanted = [("insurance_policy_id", key), ("sort", "-filed_on"), ("limit", "1000")]
    texts, _, _ = await request.app.state.apis["insurance_claims"].list_page(actor, wanted)
    return [msgspec.json.decode(text) for text in texts]


def losses_of(row: Row, claims: list[Row], own: tuple[date, date], today: date) -> Losses:
    """What the claims come to, against the premium earned until today."""

    def amount(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    agreed = date.fromisoformat(row["agreed_end_date"]) if row["agreed_end_date"] else own[1]
    premium = amount(row["premium_amount"])
    so_far = earned(premium, own[0], agreed, min(today, own[1])) if premium else None
    counted = [
        (
            one["status"],
            amount(one["paid_amount"]),
            amount(one["reserve_amount"]),
            amount(one["deductible_paid"]),
        )
        for one in claims
    ]
    return losses(counted, so_far)


def gaps_around(
    own: tuple[date, date], around: list[tuple[date, date]]
) -> tuple[Gap | None, Gap | None, bool]:
    """The gap before a term, the one after it, and whether another follows at all."""
    spans = [own, *around]
    found = lapses_between(spans, min(first for first, _ in spans), max(last for _, last in spans))
    before = next((gap for gap in reversed(found) if gap.last and gap.last < own[0]), None)
    after = next((gap for gap in found if gap.first > own[1]), None)
    return before, after, any(last > own[1] for _, last in around)


def term_passed(own: tuple[date, date], today: date) -> int:
    """How much of a term is over, in percent."""
    days = (own[1] - own[0]).days + 1
    return max(0, min(100, round(100 * (today - own[0]).days / days)))


# -- whom it covers


@get("/insurance-policies/{key:str}/vehicles", include_in_schema=False)
async def vehicles_page(request: AnyRequest) -> Response[Any]:
    """The vehicles that a policy covers, and those that it does not: `?show=others`."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[POLICIES])
    named = None if row["covered_vehicles"] is None else [UUID(one) for one in row["covered_vehicles"]]
    others = request.query_params.get("show") == "others" and named is not None
    words = request.query_params.get("q", "").strip()[:100]
    find = asked.other_vehicles if others else asked.covered_vehicles
    found = await find(state.database, state.registry, actor, named or [])
    if words:
        found = [
            one for one in found if words.lower() in f"{one.number} {one.name} {one.make} {one.model}".lower()
        ]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "insurance_vehicles.html",
        title=f"Vehicles of {row['policy_number']}",
        row=row,
        named=named,
        others=others,
        words=words,
        vehicles=found[:PAGE_VEHICLES],
        count=len(found),
        may_cover=may(actor, f"{POLICIES}.cover"),
    )
    return page


@post("/insurance-policies/{key:str}/vehicles", include_in_schema=False, status_code=200)
async def vehicles_changed(request: AnyRequest) -> Response[Any]:
    """Cover what was chosen (`do` = add), take it off (remove), all others at once (all), or the whole fleet (fleet, named)."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[POLICIES])
    here = f"/insurance-policies/{row['id']}/vehicles"
    pairs = await form_pairs(request)
    keys = [found for name, value in pairs if name == "id" and (found := parse_uuid(value))]
    named = [UUID(one) for one in row["covered_vehicles"] or []]
    match dict(pairs).get("do"):
        case "add":
            wanted, said = Cover(add=keys), "covered now"
        case "remove":
            wanted, said = Cover(remove=keys), "no longer covered"
        case "all":
            others = await asked.other_vehicles(state.database, state.registry, actor, named)
            keys = [one.id for one in others]
            wanted, said = Cover(add=keys), "covered now"
        case "fleet":
            wanted, said = Cover(whole_fleet=True), ""
        case _:
            covered = await asked.other_vehicles(state.database, state.registry, actor, [])
            wanted, said = Cover(add=[one.id for one in covered], whole_fleet=False), ""
    if not keys and wanted.whole_fleet is None:
        return see_other(
            f"{here}?{urlencode({'show': dict(pairs).get('show', '')})}", "Choose vehicles first.", "warning"
        )
    await _cover(request, actor, UUID(row["id"]), wanted)
    count = f"{len(keys):,} {'vehicle is' if len(keys) == 1 else 'vehicles are'} {said}."
    message = (
        count
        if said
        else "It covers the whole fleet now."
        if wanted.whole_fleet
        else "It names its vehicles now."
    )
    return see_other(here, message)


async def _cover(request: AnyRequest, actor: Actor, key: UUID, wanted: Cover) -> None:
    state = request.app.state
    resource = state.registry[POLICIES]
    reach = reach_or_forbid(resource, actor, "cover")
    if not reach.everything:
        raise lacking(f"{POLICIES}.cover")
    async with state.database.transaction(actor) as session:
        await lock_row(session, resource, actor, reach, key, None)
        await change_cover(session, resource, actor, key, wanted)


@get("/insurance/uncovered", include_in_schema=False)
async def uncovered_page(request: AnyRequest) -> Response[Any]:
    """Vehicles in service that no liability policy covers today, to be put on a policy together."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[POLICIES], actor, "read")
    vehicles = await asked.uncovered_vehicles(state.database, state.registry, actor)
    wanted = [("policy_end_date__gte", str(actor.today)), ("is_active", "true"), ("limit", "200")]
    texts, _, _ = await state.apis[POLICIES].list_page(actor, wanted)
    policies = [msgspec.json.decode(text) for text in texts]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "insurance_uncovered.html",
        title="Vehicles without liability cover",
        vehicles=vehicles[:1_000],
        count=len(vehicles),
        policies=[
            one for one in policies
            if "liability" in (one["policy_type"] or "").lower() and one["covered_vehicles"] is not None
            and one["policy_start_date"] <= str(actor.today)
        ],
        any_policy=bool(policies),
        may_cover=may(actor, f"{POLICIES}.cover"),
        may_add=may(actor, f"{POLICIES}.create"),
    )  # fmt: skip
    return page


@post("/insurance/uncovered", include_in_schema=False, status_code=200)
async def cover_given(request: AnyRequest) -> Response[Any]:
    """Put the vehicles that were chosen on a policy."""
    actor = actor_of(request)
    pairs = await form_pairs(request)
    keys = [found for name, value in pairs if name == "id" and (found := parse_uuid(value))]
    policy = parse_uuid(dict(pairs).get("policy", ""))
    if not keys or policy is None:
        return see_other("/insurance/uncovered", "Choose vehicles and a policy.", "warning")
    await _cover(request, actor, policy, Cover(add=keys))
    return see_other(
        "/insurance/uncovered",
        f"{len(keys):,} {'vehicle is' if len(keys) == 1 else 'vehicles are'} covered now.",
    )


@post(
    "/insurance-policies/{key:str}/document",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=None,
)
async def document_sent(request: AnyRequest) -> Response[Any]:
    """The policy itself, as a file of the library."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[POLICIES]
    row, _ = await read_row(request, resource)
    reach, key = reach_or_forbid(resource, actor, "update"), UUID(row["id"])
    here = f"/insurance-policies/{row['id']}"
    try:
        async with state.files.spool() as spool:
            sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
            received = await spool.finish()
            async with state.database.transaction(actor) as session:
                made = await keep_document(
                    session, state.files, state.registry, actor, sent, received,
                    name=f"Insurance policy {row['policy_number']}", kind="insurance", number=row["policy_number"],
                    first=date.fromisoformat(row["policy_start_date"]), last=date.fromisoformat(row["policy_end_date"]),
                    about=("insurance", key),
                )  # fmt: skip
                await update_row(session, resource, actor, reach, key, {"document_id": str(made)}, None)
    except FAILURES as error:
        return go_on(request, here, " ".join(sentences(_told(error))), "danger")
    return go_on(request, here, "The policy document is on file.")


# -- its term


@get("/insurance-policies/{key:str}/next-term", include_in_schema=False)
async def renewal_form(request: AnyRequest) -> Response[Any]:
    row, _ = await read_row(request, request.app.state.registry[POLICIES])
    start, end = next_term(
        date.fromisoformat(row["policy_start_date"]), date.fromisoformat(row["policy_end_date"])
    )
    values = {
        "policy_number": "",
        "insurance_carrier": row["insurance_carrier"],
        "policy_start_date": str(start),
        "policy_end_date": str(end),
        "premium_amount": row["premium_amount"] or "",
        "deductible": row["deductible"] or "",
    }
    return _term_form(request, "renew", row, values)


@post("/insurance-policies/{key:str}/next-term", include_in_schema=False, status_code=200)
async def renewed(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[POLICIES]
    row, _ = await read_row(request, resource)
    reach = reach_or_forbid(resource, actor, "renew")
    reach_or_forbid(resource, actor, "create")
    texts = await form_texts(request)
    try:
        wanted = struct_of(
            {name: value for name, value in texts.items() if value.strip()}, NextTerm, strict=False
        )
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, UUID(row["id"]), None)
            made = await renew_policy(session, resource, actor, reach, UUID(row["id"]), wanted)
    except FAILURES as error:
        return _term_form(request, "renew", row, texts, _said_of_amounts(_told(error)))
    return see_other(f"/insurance-policies/{made}", f"{row['policy_number']} is renewed by this policy.")


@get("/insurance-policies/{key:str}/cancel", include_in_schema=False)
async def cancellation_form(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    row, _ = await read_row(request, request.app.state.registry[POLICIES])
    latest = date.fromisoformat(row["policy_end_date"]) - timedelta(days=1)
    last = max(date.fromisoformat(row["policy_start_date"]), min(actor.today, latest))
    return _term_form(request, "cancel", row, {"last_day": str(last), "reason": ""})


@post("/insurance-policies/{key:str}/cancel", include_in_schema=False, status_code=200)
async def cancelled(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[POLICIES]
    row, _ = await read_row(request, resource)
    reach = reach_or_forbid(resource, actor, "cancel")
    texts = await form_texts(request)
    try:
        wanted = struct_of(
            {name: value for name, value in texts.items() if value.strip()}, Cancellation, strict=False
        )
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, UUID(row["id"]), None)
            await cancel_policy(session, resource, actor, reach, UUID(row["id"]), wanted)
    except FAILURES as error:
        return _term_form(request, "cancel", row, texts, _told(error))
    return see_other(f"/insurance-policies/{row['id']}", f"It covers until {wanted.last_day}.", "warning")


def _said_of_amounts(problem: MotorpoolError) -> MotorpoolError:
    """With what would be right beside amounts that are no numbers; every other problem stays beside them."""
    message = "must be a number such as 1250 or 1250.50, without a currency or thousands separators"
    problem.fields = tuple(
        FieldProblem(one.field, message, one.code)
        if one.field in AMOUNTS and one.message.startswith(("Invalid", "Expected"))
        else one
        for one in problem.fields
    )
    return problem


def _told(error: Exception) -> MotorpoolError:
    """Raises: what is not about the form."""
    problem = as_problem(error, problem_of)
    if problem.status not in (400, 409, 412, 413, 422):
        raise error
    return problem


def _term_form(
    request: AnyRequest, what: str, row: Row, values: dict[str, Any], problem: MotorpoolError | None = None
) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry[POLICIES], actor, what)
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "insurance_term.html",
        status=problem.status if problem else 200,
        title=f"{'Renew' if what == 'renew' else 'Cancel'} {row['policy_number']}",
        what=what,
        row=row,
        values=values,
        problem=sentences(problem) if problem else None,
        count=None if row["covered_vehicles"] is None else len(row["covered_vehicles"]),
        currency=actor.currency,
    )
    return page


@get("/vehicles/{key:str}/insurance-card.pdf", include_in_schema=False)
async def insurance_card(request: AnyRequest) -> Response[bytes]:
    """What is shown at the roadside; for whoever may read the vehicle, as the card lies in it."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["vehicles"])
    cards = await asked.cards_of(state.database, actor, UUID(row["id"]))
    body = await insurance_card_pdf(actor, row, cards)
    name = f"insurance-card-{row['vehicle_number']}.pdf"
    headers = {"Content-Disposition": content_disposition(name, inline=True), "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


route_handlers = [
    vehicles_page, vehicles_changed, uncovered_page, cover_given, renewal_form, renewed, cancellation_form, cancelled,
    insurance_card, document_sent,
]  # fmt: skip
