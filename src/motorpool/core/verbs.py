"""Verbs: hand-written operations of the API, declared once.

A domain collects them beside its resources; from one declaration follow the route, the check of the permission, the
reading of the input with a problem for each wrong field, the lock on the row, the transaction, `Idempotency-Key`,
`If-Match`, and the entry in the OpenAPI document:

    verbs = Verbs(RESOURCES)

    @verbs.post("devices", "adopt", Adoption)
    async def adopt(call: Call[Adoption]) -> None:
        \"\"\"Take a quarantined device into use.\"\"\"
        await adopt_device(call.session, call.key, vehicle_id=call.body.vehicle_id)

This is `POST /api/v1/devices/{id}/adopt`. It needs `devices.adopt`, which the resource names among its `verbs`, so that
it can be granted, and it acts only on rows that this permission reaches. A verb that returns nothing answers with the row as
it is afterwards. A declaration that is wrong fails at start.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, Forbidden, Invalid, NotFound
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.idempotency import Answer, once
from motorpool.core.resource.openapi import content, header, ref
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.resource.validation import read_body
from motorpool.core.resource.write import lock_row
from motorpool.core.tenancy import Actor

AnyRequest = Request[Any, Any, Any]
Json = dict[str, Any]
NO_STORE = {"Cache-Control": "no-store"}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
FAILURES = {"400": "BadRequest", "401": "Unauthenticated", "403": "Forbidden"}
Input = TypeVar("Input", bound=msgspec.Struct)


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """The input of a verb that takes none."""


@dataclass(slots=True)
class Call(Generic[Input]):
    """One call of a verb. Reads may go through `database`, changes through `session`."""

    actor: Actor
    body: Input
    reach: Reach
    state: Any
    request: AnyRequest
    row: UUID | None = None
    open_session: AsyncSession | None = None

    @property
    def key(self) -> UUID:
        """The id in the path."""
        assert self.row is not None
        return self.row

    @property
    def session(self) -> AsyncSession:
        """The transaction of this call; a GET has none."""
        assert self.open_session is not None
        return self.open_session

    @property
    def database(self) -> Database:
        found: Database = self.state.database
        return found


Handler = Callable[[Call[Input]], Awaitable[Any]]
Before = Callable[[AsyncSession, Actor, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class VerbRoute:
    """One declared operation. `path` is relative to the collection, `""` the collection itself; absolute ones stand alone."""

    method: str
    resource: Resource
    name: str
    path: str
    permission: str | None
    takes: type[msgspec.Struct]
    answers: type[msgspec.Struct] | None
    status: int
    everywhere: bool
    once_only: tuple[str, ...]
    handler: Handler[Any]
    before: Before | None = None

    @property
    def address(self) -> str:
        if self.path.startswith("/api/"):
            return self.path
        return f"/api/v1/{self.resource.collection}{self.path}"

    @property
    def has_key(self) -> bool:
        return "{id}" in self.path

    @property
    def summary(self) -> str:
        return (self.handler.__doc__ or self.name).strip().split("\n\n")[0].replace("\n    ", " ").rstrip(".")

    @property
    def description(self) -> str:
        _, _, more = (self.handler.__doc__ or "").strip().partition("\n\n")
        needs = (
            f"Needs `{self.permission}`." if self.permission else "Needs no permission for what is one's own."
        )
        return " ".join([needs, *more.split()])

    # -- answering

    async def answer(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        reach = self._reach(actor)
        row = parse_uuid(request.path_params["key"]) if self.has_key else None
        if self.has_key and row is None:
            raise NotFound(f"There is no such {self.resource.label.lower()}.")
        if self.method == "GET":
            if row is not None and self.permission is not None:
                await self._find(request.app.state.database, actor, reach, row)
            call = Call(actor, query_of(request, self.takes), reach, request.app.state, request, row)
            return json_response(encode(await self.handler(call)), headers=NO_STORE)
        return await self._change(request, actor, reach, row)

    async def _find(self, database: Database, actor: Actor, reach: Reach, row: UUID) -> None:
        """Raises NotFound for a row that the permission does not reach."""
        statement = get_statement(self.resource, actor, reach, row, {}, fields=(self.resource.key,))
        if not await database.read(actor, statement.sql, statement.parameters):
            raise NotFound(f"There is no such {self.resource.label.lower()}.")

    async def _change(
        self, request: AnyRequest, actor: Actor, reach: Reach, row: UUID | None
    ) -> Response[bytes]:
        raw = await request.body()
        kind = request.headers.get("content-type", "")
        database: Database = request.app.state.database
        whole: list[bytes] = []
        async with database.transaction(actor) as session:

            async def work() -> Answer:
                if row is not None:
                    if self.before is not None:
                        await self.before(session, actor, row)
                    await lock_row(session, self.resource, actor, reach, row, request.headers.get("if-match"))
                # Only now: of a row that is not there, nobody needs to hear what is wrong with the input.
                body = struct_of(read_body(raw, kind) if raw else {}, self.takes)
                call = Call(actor, body, reach, request.app.state, request, row, session)
                given = await self.handler(call)
                if self.answers is None:
                    return await self._row(call)
                whole.append(encode(given))
                kept = encode(msgspec.structs.replace(given, **dict.fromkeys(self.once_only)))
                return Answer(self.status, kept.decode(), dict(NO_STORE))

            # The key of a PATCH means nothing: it may be repeated as it is.
            key = request.headers.get("idempotency-key") if self.method == "POST" else None
            done = await once(session, actor, request.url.path, key, raw, work)
        return json_response(whole[0] if whole else done.body, done.status, done.headers)

    async def _row(self, call: Call[Any]) -> Answer:
        """The row as it is now, for whoever may read it; else only its id."""
        reach = call.actor.access.reach(self.resource.permission("read"))
        if reach is None:
            return Answer(self.status, encode({"id": call.key}).decode(), dict(NO_STORE))
        await call.session.flush()
        statement = get_statement(self.resource, call.actor, Reach(everything=True), call.key, {})
        connection = await call.session.connection()
        text, tag = tuple((await connection.exec_driver_sql(statement.sql, statement.parameters)).one())
        return Answer(self.status, text, {"ETag": f'"{tag}"'} | NO_STORE)

    def _reach(self, actor: Actor) -> Reach:
        if self.permission is None:
            return Reach(everything=True)
        reach = reach_or_forbid(self.resource, actor, self.permission.rpartition(".")[2])
        if self.everywhere and not reach.everything:
            raise lacking(self.permission)
        return reach

    def route(self) -> HTTPRouteHandler:
        async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
            return await self.answer(request)

        path = self.address.replace("{id}", "{key:str}")
        method = cast(Literal["GET", "POST", "PATCH"], self.method)
        return HTTPRouteHandler(path, http_method=[method], include_in_schema=False, status_code=200)(handle)

    # -- describing

    def operation(self) -> Json:
        """The operation object of the OpenAPI document."""
        failures = dict(FAILURES)
        if self.has_key:
            failures["404"] = "NotFound"
        if self.method != "GET":
            failures |= {"409": "Conflict", "422": "Invalid"}
        if self.has_key and self.method != "GET":
            failures["412"] = "Stale"
        shape = ref(self.resource.model.__name__) if self.answers is None else schema_of(self.answers)
        answers = {str(self.status): content(shape, "It was done" if self.method != "GET" else "The answer")}
        found: Json = {
            "tags": [self.resource.domain],
            "operationId": f"{self.name}_{self.resource.table.name}"
            if self.method != "GET"
            else f"get_{self.name}_{self.resource.table.name}",
            "summary": self.summary,
            "description": self.description,
            "parameters": self._parameters(),
            "responses": answers
            | {code: {"$ref": f"#/components/responses/{name}"} for code, name in sorted(failures.items())},
        }
        fields = msgspec.structs.fields(self.takes)
        if self.method != "GET" and fields:
            needed = any(field.required for field in fields)
            body = {"application/json": {"schema": schema_of(self.takes)}}
            found["requestBody"] = {"required": needed, "content": body}
        return found

    def _parameters(self) -> list[Json]:
        found = [KEY] if self.has_key else []
        if self.method == "POST":
            found.append(header("Idempotency-Key", "Makes a repetition harmless"))
        if self.method == "GET":
            shape = schema_of(self.takes)
            required = shape.get("required", [])
            for name, schema in shape.get("properties", {}).items():
                plain = {key: value for key, value in schema.items() if key != "description"}
                # What may be left out has its words inside of the alternative that is not null.
                said = [one.get("description") for one in (schema, *schema.get("anyOf", ()))]
                words = next((one for one in said if one), name.replace("_", " ").capitalize())
                found.append(
                    {
                        "name": name,
                        "in": "query",
                        "required": name in required,
                        "schema": plain,
                        "description": words,
                    }
                )
        elif self.has_key:
            found.append(header("If-Match", "ETag of the row as you read it"))
        return found


class Verbs:
    """The verbs of one domain."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = {resource.table.name: resource for resource in resources}
        self.routes: list[VerbRoute] = []

    def post(
        self, table: str, name: str, takes: type[Input], **options: Any
    ) -> Callable[[Handler[Input]], Handler[Input]]:
        """`POST`; see `declare`."""
        return self.declare("POST", table, name, takes, **options)

    def patch(
        self, table: str, name: str, takes: type[Input], **options: Any
    ) -> Callable[[Handler[Input]], Handler[Input]]:
        """`PATCH`; see `declare`."""
        return self.declare("PATCH", table, name, takes, **options)

    def get(
        self, table: str, name: str, takes: type[Input], **options: Any
    ) -> Callable[[Handler[Input]], Handler[Input]]:
        """`GET` with `takes` read from the query string; see `declare`."""
        return self.declare("GET", table, name, takes, **options)

    def declare(
        self,
        method: str,
        table: str,
        name: str,
        takes: type[Input],
        *,
        path: str | None = None,
        permission: str | None = "",
        answers: type[msgspec.Struct] | None = None,
        status: int = 200,
        everywhere: bool = False,
        once_only: tuple[str, ...] = (),
        before: Before | None = None,
    ) -> Callable[[Handler[Input]], Handler[Input]]:
        """Declare an operation on a table's collection.

        path: below the collection, `/{id}/<name>` unless given; but for GET its row is locked (and `If-Match` holds)
        before the handler runs. permission: the action, `name` unless given; None: the handler decides. answers: the
        type that the handler returns; None: the row. everywhere: the permission must reach all rows. once_only: fields
        of the answer that are told once and never stored; a repeated request finds them null. before: takes the locks that
        come before the row's in the domain's order; the row need not exist.
        Raises ValueError for a table or a permission that no resource of the domain declares.
        """
        resource = self.resources.get(table)
        if resource is None:
            raise ValueError(f"verb {name}: there is no resource {table}")
        key = None if permission is None else resource.permission(permission or name)
        if key is not None and key not in resource.permissions:
            raise ValueError(f"verb {name}: {table} declares no permission {key}")
        where = f"/{{id}}/{name.replace('_', '-')}" if path is None else path
        if answers is None and "{id}" not in where:
            raise ValueError(f"verb {name}: without a row in its path it has to name what it answers")

        def keep(handler: Handler[Input]) -> Handler[Input]:
            made = VerbRoute(
                method,
                resource,
                name,
                where,
                key,
                takes,
                answers,
                status,
                everywhere,
                once_only,
                handler,
                before,
            )
            self.routes.append(made)
            return handler

        return keep

    def handlers(self) -> list[HTTPRouteHandler]:
        return [route.route() for route in self.routes]

    def operations(self) -> dict[str, Json]:
        """Paths of the OpenAPI document."""
        paths: dict[str, Json] = {}
        for route in self.routes:
            paths.setdefault(route.address, {})[route.method.lower()] = route.operation()
        return paths


# -- input and output


def struct_of(body: dict[str, Any], kind: type[Input], *, strict: bool = True) -> Input:
    """A JSON object as a struct. Raises Invalid that names every field that is unknown, missing or of a wrong type."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    known = f"there are {', '.join(fields)}" if fields else "there are none"
    problems = [
        FieldProblem(name, f"is not known; {known}", "unknown_field") for name in body if name not in fields
    ]
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in body:
            if field.required:
                problems.append(FieldProblem(name, "is required", "required"))
            continue
        try:
            values[field.name] = msgspec.convert(body[name], field.type, strict=strict)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `$")
            problems.append(FieldProblem(name + place.rstrip("`"), message))
    if problems:
        raise Invalid(fields=problems)
    return kind(**values)


def query_of(request: AnyRequest, kind: type[Input]) -> Input:
    """The query string as a struct. Raises BadRequest per parameter."""
    try:
        return struct_of(dict(request.query_params.items()), kind, strict=False)
    except Invalid as error:
        raise BadRequest(
            "Some parameters of the request are wrong.", fields=error.fields, code="bad_parameters"
        ) from error


def lacking(permission: str) -> Forbidden:
    return Forbidden(
        f"This needs the permission {permission}.", code="permission_needed", permission=permission
    )


def encode(value: Any) -> bytes:
    return msgspec.json.encode(value)


def schema_of(kind: type[msgspec.Struct]) -> Json:
    """The JSON schema of a struct with everything that it refers to put in, so that it stands alone."""
    schema = msgspec.json.schema(kind)
    named = schema.pop("$defs", {})

    def inlined(part: Any) -> Any:
        if isinstance(part, list):
            return [inlined(item) for item in part]
        if not isinstance(part, dict):
            return part
        if "$ref" in part:
            found = named[part["$ref"].rpartition("/")[2]]
            return inlined({key: value for key, value in found.items() if key != "title"})
        return {key: inlined(value) for key, value in part.items()}

    result: Json = inlined(schema)
    return result


__all__ = ["Call", "Nothing", "VerbRoute", "Verbs", "lacking", "schema_of", "struct_of"]
