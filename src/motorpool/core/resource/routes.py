"""HTTP routes of a resource. Thin: read the request, one transaction, answer with PostgreSQL's own JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.errors import BadRequest, FieldProblem, MethodNotAllowed, NotFound
from motorpool.core.export import FORMATS, write_table
from motorpool.core.resource.bulk import write_bulk
from motorpool.core.resource.cursor import binding, decode_cursor, encode_cursor
from motorpool.core.resource.declaration import Move, Resource
from motorpool.core.resource.export import export_columns, export_rows, heading
from motorpool.core.resource.idempotency import Answer, once
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.request import ListRequest, parse_list_request
from motorpool.core.resource.select import (
    check_expand,
    count_statement,
    get_statement,
    list_statement,
    reach_or_forbid,
)
from motorpool.core.resource.validation import read_body
from motorpool.core.resource.write import create_row, delete_row, update_row
from motorpool.core.tenancy import Actor

COUNT_MOST = 100_000
METHODS: tuple[Any, ...] = ("GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS")
Handler = Callable[..., Coroutine[Any, Any, Response[Any]]]
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

    def __init__(
        self,
        resource: Resource,
        registry: Registry,
        database: Database,
        cursor_key: bytes,
        *,
        pdf_rows: int = 2_000,
    ) -> None:
        self.resource = resource
        self.registry = registry
        self.database = database
        self.cursor_key = cursor_key
        #: More rows than this are no longer a document for people.
        self.pdf_rows = pdf_rows

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
        items, following, wanted = await self.list_page(actor, list(request.query_params.items()))
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

        async def work(session: AsyncSession) -> Answer:
            key = await create_row(session, self.resource, actor, reach, body)
            return await self._answer(session, actor, key, 201)

        return await self._once(request, actor, raw, work)

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

    async def bulk(self, request: AnyRequest) -> Response[bytes]:
        actor = actor_of(request)
        raw = await request.body()
        body = read_body(raw, request.headers.get("content-type", ""))

        async def work(session: AsyncSession) -> Answer:
            done = await write_bulk(session, self.resource, actor, body)
            return Answer(200, msgspec.json.encode(done).decode())

        return await self._once(request, actor, raw, work)

    async def move(self, request: AnyRequest, move: Move) -> Response[bytes]:
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, move.verb)
        raw = await request.body()
        body = read_body(raw or b"{}", request.headers.get("content-type", ""))
        key = self._key(request)
        if_match = request.headers.get("if-match")

        async def work(session: AsyncSession) -> Answer:
            await move_row(session, self.resource, actor, reach, key, move, body, if_match)
            return await self._answer(session, actor, key, 200)

        return await self._once(request, actor, raw, work)

    async def _once(
        self,
        request: AnyRequest,
        actor: Actor,
        raw: bytes,
        work: Callable[[AsyncSession], Awaitable[Answer]],
    ) -> Response[bytes]:
        """Do a POST's work in one transaction, or repeat the answer of its twin."""
        key = request.headers.get("idempotency-key")
        async with self.database.transaction(actor) as session:
            answer = await once(session, actor, request.url.path, key, raw, lambda: work(session))
        return json_response(answer.body, answer.status, answer.headers)

    async def export(self, request: AnyRequest) -> Stream:
        """The list as a file; `limit` and `cursor` have no meaning here."""
        actor = actor_of(request)
        reach = reach_or_forbid(self.resource, actor, "export")
        query = list(request.query_params.items())
        form = next((value for name, value in query if name == "format"), "csv")
        wanted = parse_list_request(self.resource, [pair for pair in query if pair[0] != "format"])
        columns = export_columns(self.resource, self.registry, actor, wanted.fields)
        rows = export_rows(self.database, actor, reach, self.resource, self.registry, wanted, columns)
        blocks = write_table(
            form, columns, rows, heading(self.resource, actor, wanted), pdf_rows=self.pdf_rows
        )
        # The first block is made here, so that a mistake is a clear answer and not a broken file.
        first = await anext(blocks, b"")
        name = f"{self.resource.collection}-{actor.today}.{FORMATS[form].extension}"
        return Stream(
            _chained(first, blocks),
            media_type=FORMATS[form].media_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

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
        parameters = list(request.query_params.items())
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
        name = self.resource.table.name
        routes = [
            *_route(path, f"{name}_collection", collection, taken),
            *_route(path + "/{key:str}", f"{name}_row", row, taken),
        ]
        if "list" in offered:
            routes += _route(path + "/export", f"{name}_export", {"GET": self.export}, taken)
        if {"create", "update", "delete"} & set(offered) or self.resource.moves:
            routes += _route(path + "/bulk", f"{name}_bulk", {"POST": self.bulk}, taken)
        for move in self.resource.moves:
            address = f"{path}/{{key:str}}/{move.verb}"
            routes += _route(address, f"{name}_{move.verb}", {"POST": self._mover(move)}, taken)
        return routes

    def _mover(self, move: Move) -> Handler:
        async def handle(request: AnyRequest) -> Response[bytes]:
            return await self.move(request, move)

        return handle


async def _chained(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block


def _route(
    path: str, name: str, methods: dict[str, Handler], taken: Collection[tuple[str, str]]
) -> list[HTTPRouteHandler]:
    """One handler for a path, which answers 405 with `Allow` to the methods that are not offered.

    One for all methods, because the framework's registration takes time with the square of the handlers.
    """
    allowed = sorted(set(methods) | {method for where, method in taken if where == path})
    here = [method for method in METHODS if (path, method) not in taken]
    if len(here) < len(METHODS):
        here.remove("OPTIONS")  # another handler of this path brings it

    async def handle(request: Request[Any, Any, Any]) -> Response[Any]:
        handler = methods.get(str(request.method))
        if request.method == "OPTIONS":
            return Response(b"", status_code=204, headers={"Allow": ", ".join([*allowed, "OPTIONS"])})
        if handler is None:
            raise MethodNotAllowed(
                f"This collection offers {', '.join(allowed) or 'nothing'} here.",
                headers={"Allow": ", ".join(allowed)},
            )
        return await handler(request)

    if not here:
        return []
    handle.__annotations__ = {"request": AnyRequest, "return": Response[Any]}  # resolving names takes time
    return [
        HTTPRouteHandler(path, http_method=here, name=name, include_in_schema=False, status_code=200)(handle)
    ]
