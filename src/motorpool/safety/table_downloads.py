"""Tables that leave as CSV, Excel or PDF, and how the OpenAPI document tells of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar.response import Stream
from msgspec import Struct

from motorpool.core.export import FORMATS, Column, Heading, write_table
from motorpool.core.resource.openapi import content, failures, query
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import schema_of

Json = dict[str, Any]
NO_STORE = {"Cache-Control": "no-store"}
CHUNK = 1000


async def as_file(
    actor: Actor,
    title: str,
    name: str,
    form: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    about: Sequence[tuple[str, str]],
) -> Stream:
    """A table as an attachment. Raises Invalid for a PDF that would be too long."""

    async def chunks() -> AsyncIterator[Sequence[tuple[Any, ...]]]:
        for start in range(0, len(rows), CHUNK):
            yield rows[start : start + CHUNK]

    heading = Heading(title, actor.tenant_name, about, zone=ZoneInfo(actor.time_zone))
    blocks = write_table(form, columns, chunks(), heading)
    # The first block is made here, so that a mistake is a clear answer and not a broken file.
    first = await anext(blocks, b"")

    async def all_blocks() -> AsyncIterator[bytes]:
        yield first
        async for block in blocks:
            yield block

    return Stream(
        all_blocks(),
        media_type=FORMATS[form].media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{FORMATS[form].extension}"'}
        | NO_STORE,
    )


def parameters_of(kind: type[msgspec.Struct]) -> list[Json]:
    found = []
    for name, schema in schema_of(kind).get("properties", {}).items():
        said = [one.get("description") for one in (schema, *schema.get("anyOf", ()))]
        found.append(query(name, schema, next((one for one in said if one), name)))
    return found


def table_operation(name: str, summary: str, needs: str, asked: type[Struct], answer: type[Struct]) -> Json:
    files = {
        FORMATS[form].media_type: {"schema": {"type": "string", "format": "binary"}}
        for form in ("csv", "xlsx", "pdf")
    }
    done = content(schema_of(answer), "The answer")
    done["content"] |= files
    return {
        "get": {
            "tags": ["Safety"],
            "operationId": f"get_{name}",
            "summary": summary,
            "description": f"Needs `{needs}.read`; a file needs `{needs}.export`.",
            "parameters": parameters_of(asked),
            "responses": {"200": done} | failures("BadRequest", "Unauthenticated", "Forbidden"),
        }
    }
