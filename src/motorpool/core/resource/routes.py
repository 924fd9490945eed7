"""HTTP routes of a resource. Thin: read the request, one transaction, answer with PostgreSQL's own JSON."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, MethodNotAllowed, NotFound
from motorpool.core.resource.cursor import binding, decode_cursor, encode_cursor
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.idempotency import Answer, once
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.request import ListRequest, parse_list_request
from motorpool.core.resource.select import (
    check_expand,
    count_statement,
    get_statement,
    list_statement,
    reach_or_forbid,
)
from motorpool.core.resource.write import create_row, delete_row, read_body, update_row
from motorpool.core.tenancy import Actor

COUNT_MOST = 100_000
Handler = Callable[..., Coroutine[Any, Any, Response[bytes]]]
AnyRequest = Request[Any, Any, Any]


def actor_of(request: AnyRequest) -> Actor:
    """The actor that authentication put into the request."""
    actor = request.scope["actor"]  # type: ignore[typeddict-item]
    assert isinstance(actor, Actor)
    return actor


def json_response(
    body: bytes | str, status: int = 200, headers: dict[str, str] | None = None
) -> Response[bytes]:
    content = body.encode() if isinstance(body, str) else body
    return Response(content, status_code=status, media_type="application/json", headers=headers)


class ResourceApi:
    """The handlers of one resource."""

    def __init__(self, resource: Resource, registry: Registry, database: Database, cursor_key: bytes) -> None:
        self.resource = resource
        self.registry = registry
        self.database = database
        self.cursor_key = cursor_key

    async def list_page(
        self, actor: Actor, query: list[tuple[str, str]]
    ) -> tuple[list[str], str | None, ListRequest]:
        """One page: the rows' JSON texts, the cursor of the next page, and what was asked for."""
        resource = self.resource
        reach = reach_or_forbid(resource, actor, "read")
        wanted = parse_list_request(resource, query)
        check_expand(resource, actor, wanted.expand, self.registry)
        bound_to = binding(resource.collection, wanted.sort_text, wanted.raw_filters)
        after = decode_cursor(self.cursor_key, bound_to, wanted.cursor) if wanted.cursor else None
        statement = list_statement(resource, actor, reach, wanted, after, self.registry)
        rows = await self.database.read(actor, statement.sql, statement.parameters)
        page = rows[: wanted.limit]
        following = (
            encode_cursor(self.cursor_key, bound_to, list(page[-1][1:])) if len(rows) > wanted.limit else None
        )
        return [row[0] for row in page], following, wanted

    async def list_rows(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        items, following, wanted = await self.list_page(actor, list(request.query_params.multi_items()))
        parts = [f'{{"items":[{",".join(items)}],"next_cursor":{msgspec.json.encode(following).decode()}']
        if wanted.count:
            parts.append(await self._count(actor, reach_or_forbid(self.resource, actor, "read"), wanted))
        return json_response("".join(parts) + "}")

    async def _count(self, actor: Actor, reach: Reach, wanted: ListRequest) -> str:
        statement = count_statement(self.resource, actor, reach, wanted, COUNT_MOST)
        total = (await self.database.read(actor, statement.sql, statement.parameters))[0][0]
        if total > COUNT_MOST:
            return f',"count":null,"count_at_least":{COUNT_MOST}'
        return f',"count":{total}'

    async def get_row(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, "read")
        fields, expand = self._columns(request)
        check_expand(self.resource, actor, expand, self.registry)
        text, etag = await self.read_one(actor, reach, self._key(request), fields=fields, expand=expand)
        if request.headers.get("if-none-match") == etag and not expand:
            return Response(b"", status_code=304, headers={"ETag": etag})
        return json_response(text, headers={"ETag": etag})

    async def read_one(
        self,
        actor: Actor,
        reach: Reach,
        key: UUID,
        *,
        fields: tuple[str, ...] | None = None,
        expand: tuple[str, ...] = (),
    ) -> tuple[str, str]:
        """A row's JSON text and its ETag. Raises: NotFound, for another tenant's row too."""
        statement = get_statement(
            self.resource, actor, reach, key, self.registry, fields=fields, expand=expand
        )
        rows = await self.database.read(actor, statement.sql, statement.parameters)
        if not rows:
            raise NotFound(f"There is no such {self.resource.label.lower()}.")
        return rows[0][0], f'"{rows[0][1]}"'

    async def create(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, "create")
        raw = await request.body()
        body = read_body(raw, request.headers.get("content-type", ""))
        async with self.database.transaction(actor) as session:

            async def work() -> Answer:
                key = await create_row(session, self.resource, actor, reach, body)
                return await self._answer(session, actor, key, 201)

            answer = await once(
                session, actor, request.url.path, request.headers.get("idempotency-key"), raw, work
            )
        return json_response(answer.body, answer.status, answer.headers)

    async def update(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, "update")
        body = read_body(await request.body(), request.headers.get("content-type", ""))
        key = self._key(request)
        async with self.database.transaction(actor) as session:
            await update_row(session, self.resource, actor, reach, key, body, request.headers.get("if-match"))
            answer = await self._answer(session, actor, key, 200)
        return json_response(answer.body, answer.status, answer.headers)

    async def delete(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, "delete")
        async with self.database.transaction(actor) as session:
            await delete_row(
                session, self.resource, actor, reach, self._key(request), request.headers.get("if-match")
            )
        return Response(b"", status_code=204)

    async def _answer(self, session: Any, actor: Actor, key: UUID, status: int) -> Answer:
        """Read the row back inside the writing transaction."""
        everything = Reach(everything=True)
        statement = get_statement(self.resource, actor, everything, key, self.registry)
        connection = await session.connection()
        text, tag = (await connection.exec_driver_sql(statement.sql, statement.parameters)).one()
        headers = {"ETag": f'"{tag}"'}
        if status == 201:
            headers["Location"] = f"/api/v1/{self.resource.collection}/{key}"
        return Answer(status, text, headers)

    def _key(self, request: AnyRequest) -> UUID:
        key = parse_uuid(request.path_params["key"])
        if key is None:
            raise NotFound(f"There is no such {self.resource.label.lower()}.")
        return key

    def _columns(self, request: AnyRequest) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        parameters = list(request.query_params.multi_items())
        if unknown := [name for name, _ in parameters if name not in ("fields", "expand")]:
            raise BadRequest(
                "Some parameters of the request are wrong.",
                fields=[
                    FieldProblem(name, "unknown parameter; there are fields, expand") for name in unknown
                ],
                code="bad_parameters",
            )
        wanted = parse_list_request(self.resource, parameters)
        return wanted.fields, wanted.expand

    def handlers(self, taken: Collection[tuple[str, str]] = ()) -> list[HTTPRouteHandler]:
        """Litestar handlers. `taken` are (path, method) pairs that a domain answers itself."""
        path = f"/api/v1/{self.resource.collection}"
        offered = self.resource.operations
        collection: dict[str, Handler] = {}
        row: dict[str, Handler] = {}
        for operation, method, handler, where in (
            ("list", "GET", self.list_rows, collection),
            ("create", "POST", self.create, collection),
            ("get", "GET", self.get_row, row),
            ("update", "PATCH", self.update, row),
            ("delete", "DELETE", self.delete, row),
        ):
            if operation in offered:
                where[method] = handler
        return [
            *_route(path, f"{self.resource.table.name}_collection", collection, taken),
            *_route(path + "/{key:str}", f"{self.resource.table.name}_row", row, taken),
        ]


def _route(
    path: str, name: str, methods: dict[str, Handler], taken: Collection[tuple[str, str]]
) -> list[HTTPRouteHandler]:
    """One handler a method, and 405 with `Allow` for the methods that are not offered."""
    allowed = sorted(set(methods) | {method for where, method in taken if where == path})
    made = []
    for method in ("GET", "POST", "PATCH", "DELETE", "PUT"):
        if (path, method) in taken:
            continue
        handler = methods.get(method)
        made.append(
            HTTPRouteHandler(
                path,
                http_method=[method],
                name=f"{name}_{method.lower()}",
                include_in_schema=False,
                status_code=200,
            )(_bare(handler) if handler else _refuse(allowed))
        )
    return made


def _bare(handler: Handler) -> Handler:
    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await handler(request)

    return handle


def _refuse(allowed: list[str]) -> Handler:
    async def handle(request: Request[Any, Any, Any]) -> Response[bytes]:
        raise MethodNotAllowed(
            f"This collection offers {', '.join(allowed) or 'nothing'} here.",
            headers={"Allow": ", ".join(allowed)},
        )

    return handle
