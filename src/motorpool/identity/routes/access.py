"""What somebody holds, what follows from it, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.access import Reach
from motorpool.core.errors import BadRequest, FieldProblem, NotFound
from motorpool.core.verbs import Call, Nothing, lacking
from motorpool.identity.queries.explain_record import explain_record, find_record
from motorpool.identity.queries.load_holdings import Person, load_person
from motorpool.identity.routes.collector import verbs
from motorpool.identity.rules.explanation import Step, explain
from motorpool.identity.rules.holdings import HeldRole, Override

_KEYS = "SELECT permission_key FROM permissions ORDER BY permission_key"


class Rows(Struct):
    """The rows that a right covers."""

    everything: bool
    own: bool
    facility_ids: list[UUID]
    department_ids: list[UUID]


class RoleGiven(Struct):
    role_id: UUID
    role: str
    display_name: str
    covers: Rows
    expires_at: datetime | None
    given_at: datetime | None
    given_by: str | None
    rests: Annotated[str | None, Meta(description="Why it does not hold now; null: it holds")]


class OverrideGiven(Struct):
    permission: str
    decision: Literal["grant", "deny"]
    expires_at: datetime | None
    reason: str | None
    given_at: datetime | None
    given_by: str | None
    rests: Annotated[str | None, Meta(description="Why it does not hold now; null: it holds")]


class Held(Struct):
    user_id: UUID
    name: str
    status: str
    roles: list[RoleGiven]
    overrides: list[OverrideGiven]
    permissions: Annotated[dict[str, Rows], Meta(description="What is allowed now, and for which rows")]


class StepTold(Struct):
    kind: Literal["account", "deny", "grant", "role", "record"]
    effect: Annotated[
        Literal["refuses", "gives", "rests", "silent"],
        Meta(
            description="rests: it would matter, but does not hold now; silent: it does not speak about this"
        ),
    ]
    sentence: str


class RecordTold(Struct):
    id: UUID
    title: str
    allowed: bool
    conclusion: str
    steps: list[StepTold]


class Explained(Struct):
    user_id: UUID
    permission: str
    allowed: bool
    covers: Rows | None
    conclusion: str
    steps: Annotated[
        list[StepTold], Meta(description="Each rule that was considered, in the order of the decision")
    ]
    record: RecordTold | None = None


class Question(Struct, forbid_unknown_fields=True):
    permission: Annotated[str, Meta(description="A key, as `vehicles.update`", examples=["trips.read"])]
    record: Annotated[UUID | None, Meta(description="A row of that collection")] = None


@verbs.get("users", "access", Nothing, permission=None, answers=Held)
async def held(call: Call[Nothing]) -> Held:
    """What a user may do, and through what

    Somebody else's needs `users.read` for all rows.
    """
    person = await person_of(call)
    now = datetime.now(UTC)
    access = person.holdings.access(now)
    keys = [row[0] for row in await call.database.read(call.actor, _KEYS)]
    reaches = {key: access.reach(key) for key in keys}
    return Held(
        person.id,
        person.name,
        person.status,
        [_role(role, now) for role in person.holdings.roles],
        [_override(one, now) for one in person.holdings.overrides],
        {key: rows_of(reach) for key, reach in reaches.items() if reach is not None},
    )


@verbs.get("users", "explanation", Question, path="/{id}/access/explain", permission=None, answers=Explained)
async def explained(call: Call[Question]) -> Explained:
    """Why a user may do something, or may not

    Somebody else's needs `users.read` for all rows. With `record` the answer is about that row.
    """
    person = await person_of(call)
    key, now = call.body.permission, datetime.now(UTC)
    if not await call.database.read(
        call.actor, "SELECT 1 FROM permissions WHERE permission_key = %s", (key,)
    ):
        raise BadRequest(
            fields=[FieldProblem("permission", f"there is no permission {key!r}", "unknown")],
            code="bad_parameters",
        )
    found = explain(person.holdings, key, now)
    told = Explained(
        person.id,
        key,
        found.allowed,
        None if found.reach is None else rows_of(found.reach),
        found.conclusion,
        [_step(step) for step in found.steps],
    )
    if call.body.record is not None:
        resource = call.state.registry[key.partition(".")[0]]
        record = await find_record(call.database, call.actor, resource, str(call.body.record))
        if record is None:
            raise NotFound(f"There is no such {resource.label.lower()}.")
        subject = person.as_actor(call.actor.tenant_id, now)
        about = await explain_record(call.database, subject, person.holdings, resource, key, record)
        steps = [_step(step) for step in about.steps]
        told.record = RecordTold(about.id, about.title, about.allowed, about.conclusion, steps)
    return told


async def person_of(call: Call[Any]) -> Person:
    """Raises Forbidden unless it is oneself or all users may be read, NotFound."""
    reach = call.actor.access.reach("users.read")
    if call.key != call.actor.user_id and (reach is None or not reach.everything):
        raise lacking("users.read")
    return await load_person(call.database, call.actor, call.key)


def rows_of(reach: Reach) -> Rows:
    return Rows(reach.everything, reach.own, sorted(reach.facilities), sorted(reach.departments))


def _role(role: HeldRole, now: datetime) -> RoleGiven:
    return RoleGiven(
        role.role_id,
        role.name,
        role.title,
        rows_of(role.reach),
        role.expires_at,
        role.given_at,
        role.given_by,
        role.rest(now),
    )


def _override(one: Override, now: datetime) -> OverrideGiven:
    decision: Literal["grant", "deny"] = "deny" if one.deny else "grant"
    return OverrideGiven(
        one.key, decision, one.expires_at, one.reason, one.given_at, one.given_by, one.rest(now)
    )


def _step(step: Step) -> StepTold:
    return StepTold(step.kind, step.effect, step.sentence)
