"""The floor of (e): bare handlers that let PostgreSQL write the same JSON, behind the same server and authentication."""

from __future__ import annotations

import socket
from typing import Any, cast

from litestar import Litestar, Request, Response, get
from litestar.types import ASGIApp, Middleware

from motorpool.cli.web_server import made_to_stay, serve_web
from motorpool.core.database.database import Database
from motorpool.core.resource.registry import load_registry
from motorpool.core.resource.routes import actor_of
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import load_settings
from motorpool.identity.http import Authentication
from motorpool.web.headers import SecurityHeaders

COLUMNS = load_registry()["vehicles"].whole_row
LIST = (
    f"SELECT json_agg(q)::text FROM (SELECT {COLUMNS} FROM vehicles t WHERE t.tenant_id = %(tenant)s "
    "ORDER BY t.vehicle_number LIMIT 50) q"
)
ONE = (
    f"SELECT row_to_json(q)::text FROM (SELECT {COLUMNS} FROM vehicles t WHERE t.tenant_id = %(tenant)s "
    "AND t.id = %(key)s) q"
)


def make_app() -> ASGIApp:
    settings = load_settings(env_file=None)
    database = Database(settings.database.app_url or "", pool_size=settings.database.pool_max)
    authentication = Authentication(database, load_keyring(settings), settings)

    @get("/api/v1/vehicles")
    async def list_rows(request: Request[Any, Any, Any]) -> Response[bytes]:
        actor = actor_of(request)
        rows = await database.read(actor, LIST, {"tenant": actor.tenant_id})
        return Response(f'{{"items":{rows[0][0]}}}'.encode(), media_type="application/json")

    @get("/api/v1/vehicles/{key:str}")
    async def get_row(request: Request[Any, Any, Any]) -> Response[bytes]:
        actor = actor_of(request)
        key = request.path_params["key"]
        rows = await database.read(actor, ONE, {"tenant": actor.tenant_id, "key": key})
        return Response(rows[0][0].encode(), media_type="application/json")

    application = Litestar(
        [list_rows, get_row],
        on_startup=[database.open],
        on_shutdown=[database.close],
        middleware=[cast(Middleware, authentication.middleware)],
        openapi_config=None,
    )
    return SecurityHeaders(cast(ASGIApp, application), settings)


def main() -> None:
    settings = load_settings(env_file=None)
    listener = socket.create_server(("127.0.0.1", settings.http.port))
    serve_web(made_to_stay(make_app), settings, listener)


if __name__ == "__main__":
    main()
