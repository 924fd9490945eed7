"""A file that belongs to a record, for whoever may read the record."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.files.reading import find_file
from motorpool.core.files.serving import serve
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import get_statement, reach_or_forbid


async def serve_attached(
    request: Request[Any, Any, Any], table: str, what: str, *, purpose: str | None = None
) -> Response[Any]:
    """Show the file `file_id` of the record `row_id` of the address. `purpose`: only one that was kept as this.

    `what` names such a file where there is none. Raises: NotFound, Forbidden without the permission to read the table.
    """
    actor, state = actor_of(request), request.app.state
    missing = NotFound(f"There is no such {what}.")
    key, file_id = parse_uuid(request.path_params["row_id"]), parse_uuid(request.path_params["file_id"])
    if key is None or file_id is None:
        raise missing
    resource = state.registry[table]
    look = get_statement(resource, actor, reach_or_forbid(resource, actor, "read"), key, {}, fields=("id",))
    if not await state.database.read(actor, look.sql, look.parameters):
        raise missing
    row = await find_file(state.database, actor, file_id)
    if (row.entity_type, row.entity_id) != (table, key) or purpose not in (None, row.purpose):
        raise missing
    return await serve(request, state.files, row, inline=True)
