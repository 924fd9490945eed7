"""What a person may do and why: roles, direct grants and denies, and the decision in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import lacking
from motorpool.identity.actions.assign_role import assign_role, remove_role
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.queries.explain_record import RecordAnswer, explain_record, find_record
from motorpool.identity.queries.load_holdings import Person, load_person
from motorpool.identity.rules.explanation import explain, words_of
from motorpool.identity.rules.holdings import HeldRole
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.access.matrix import access_matrix
from motorpool.web.pages.access.roles import may_everywhere, require
from motorpool.web.pages.access.until import OPTIONS, moment_of
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import detail_context, key_of, read_row
from motorpool.web.presentation import choices_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
DECISIONS: dict[str, Literal["grant", "deny"]] = {"grant": "grant", "deny": "deny"}
_ROLES = """
    SELECT role_name, coalesce(display_name, role_name), coalesce(description, '') FROM roles
    WHERE tenant_id = %(tenant)s AND is_active IS NOT FALSE ORDER BY 2
"""


async def user_page(request: AnyRequest) -> Response[Any]:
    """The record of a user, with what they hold in short."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["users"]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    person = None
    if row["id"] == str(actor.user_id) or may_everywhere(actor, "users.read"):
        person = await load_person(state.database, actor, UUID(row["id"]))
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "user_access_summary.html",
        **context,
        held=person and held_roles(person, datetime.now(UTC)),
        overrides=len(person.holdings.overrides) if person else 0,
    )
    return page


@get("/users/{key:str}/access", include_in_schema=False)
async def access_page(request: AnyRequest) -> Response[Any]:
    return await shown(request)


@post("/users/{key:str}/access/roles", include_in_schema=False, status_code=200)
async def role_posted(request: AnyRequest) -> Response[Any]:
    """Give a role, change how it is held, or take it away (`remove`)."""
    actor, state = actor_of(request), request.app.state
    require(actor, "users.assign_roles")
    key = key_of(request, state.registry["users"])
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    role, where = texts.get("role", ""), texts.get("where", "all")
    try:
        async with state.database.transaction(actor) as session:
            if "remove" in texts:
                await remove_role(session, actor, key, role)
            else:
                await assign_role(
                    session,
                    actor,
                    key,
                    role,
                    expires_at=moment_of(texts, actor.time_zone),
                    facility_ids=_ids(form.getall("facility_ids", [])) if where == "places" else None,
                    department_ids=_ids(form.getall("department_ids", [])) if where == "places" else None,
                    own_only=where == "own",
                )
    except FAILURES as error:
        return await shown(request, problem=as_problem(error, problem_of))
    done = "Role taken away." if "remove" in texts else "Role given. It holds now."
    return see_other(f"/users/{key}/access", done)


@post("/users/{key:str}/access/permissions", include_in_schema=False, status_code=200)
async def permission_posted(request: AnyRequest) -> Response[Any]:
    """Grant or deny one permission, or take that back."""
    actor, state = actor_of(request), request.app.state
    require(actor, "users.assign_roles")
    key = key_of(request, state.registry["users"])
    texts = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    permission = texts.get("permission", "").strip()
    decision = DECISIONS.get(texts.get("decision", ""))
    try:
        async with state.database.transaction(actor) as session:
            await set_user_permission(
                session,
                actor,
                key,
                permission,
                decision,
                expires_at=moment_of(texts, actor.time_zone) if decision else None,
                reason=texts.get("reason", "").strip()[:1000] or None,
            )
    except FAILURES as error:
        return await shown(request, problem=as_problem(error, problem_of))
    said = {"grant": "is granted now.", "deny": "is denied now."}.get(
        decision or "", "is up to the roles again."
    )
    return see_other(f"/users/{key}/access?why={permission}#why", f"{permission} {said}")


async def shown(request: AnyRequest, problem: MotorpoolError | None = None) -> Response[Any]:
    """`user_access.html`. Raises Forbidden, NotFound, and a problem that is not about the input."""
    if problem is not None and problem.status not in (403, 409, 422):
        raise problem
    actor, state = actor_of(request), request.app.state
    key = key_of(request, state.registry["users"])
    if key != actor.user_id and not may_everywhere(actor, "users.read"):
        raise lacking("users.read")
    person = await load_person(state.database, actor, key)
    now = datetime.now(UTC)

    def told(moment: datetime) -> str:
        return formats.local_time(moment, actor.time_zone)

    access = person.holdings.access(now)
    can_edit = may_everywhere(actor, "users.assign_roles")
    asked = request.query_params.get("why", "").strip()
    record_text = request.query_params.get("record", "").strip()
    permissions = sorted(key for resource in state.registry.values() for key in resource.permissions)
    why = explain(person.holdings, asked, now, told) if asked in permissions else None
    about, record_problem = None, None
    if why is not None and record_text:
        about, record_problem = await record_answer(request, actor, person, asked, record_text, now)
    roles, places = await choices(state.database, state.registry, actor) if can_edit else ([], [])
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "user_access.html",
        status=problem.status if problem else 200,
        title=f"Access of {person.name}",
        person=person,
        is_self=key == actor.user_id,
        shut_out=person.holdings.shut_out(),
        roles=held_roles(person, now),
        overrides=[(one, one.rest(now)) for one in person.holdings.overrides],
        can_edit=can_edit,
        role_choices=roles,
        places=places,
        until=OPTIONS,
        local_input=lambda moment: f"{moment.astimezone(formats.zone_of(actor.time_zone)):%Y-%m-%dT%H:%M}",
        permissions=permissions,
        matrix=access_matrix(state.registry, access, lambda reach: words_of(reach, person.holdings.places)),
        asked=asked,
        asked_unknown=bool(asked) and why is None,
        record_text=record_text,
        why=why,
        about=about,
        record_problem=record_problem,
        problem=problem and problem.detail,
        problem_fields=[entry.message for entry in problem.fields] if problem else [],
    )
    return page


async def record_answer(
    request: AnyRequest, actor: Actor, person: Person, permission: str, text: str, now: datetime
) -> tuple[RecordAnswer | None, str | None]:
    """The decision about one record, or why there is none to tell."""
    state = request.app.state
    resource = state.registry[permission.partition(".")[0]]
    if not may(actor, resource.permission("read")):
        return None, f"You may not read {resource.plural.lower()} yourself."
    record = await find_record(state.database, actor, resource, text)
    if record is None:
        return None, f"There is no {resource.label.lower()} “{text}” that you may read."
    subject = person.as_actor(actor.tenant_id, now)
    return await explain_record(state.database, subject, person.holdings, resource, permission, record), None


def held_roles(person: Person, now: datetime) -> list[tuple[HeldRole, str | None, str, str]]:
    """(role, why it rests, for which rows in words, choice of `where`) of each."""
    found = []
    for role in person.holdings.roles:
        reach = role.reach
        where = "all" if reach.everything else "own" if reach.own else "places"
        words = {"all": "Everywhere", "own": "Own records only"}.get(where)
        words = words or f"Only {words_of(reach, person.holdings.places)}"
        found.append((role, role.rest(now), words, where))
    return found


async def choices(
    database: Any, registry: Registry, actor: Actor
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, list[tuple[str, str]]]]]:
    """(name, title, description) of the roles; (field, words, choices) of the kinds of places."""
    rows = await database.read(actor, _ROLES, {"tenant": actor.tenant_id})
    places = []
    for table, name in (("facilities", "facility_ids"), ("departments", "department_ids")):
        if may(actor, f"{table}.read"):
            found = await choices_of(database, registry, actor, table, MOST_CHOICES)
            places.append((name, registry[table].plural, found))
    return [(name, title, description) for name, title, description in rows], places


def _ids(values: list[Any]) -> list[UUID]:
    """Raises NotFound for something that is no id; the boxes only hold ids."""
    found = [parse_uuid(str(value)) for value in values]
    if None in found:
        raise NotFound("There is no such place.")
    return [key for key in found if key is not None]


route_handlers = [access_page, role_posted, permission_posted]
