"""The operations on files in the OpenAPI document; `routes.py` answers them."""

from __future__ import annotations

from typing import Any

from motorpool.core.files.links import DEFAULT_LIFE, LONGEST_LIFE
from motorpool.core.files.reading import FileRow
from motorpool.core.files.resources import RESOURCES
from motorpool.core.resource.openapi import body, content, failures, property_schema, query, shared

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
BELONGING: Json = {
    "purpose": TEXT | {"description": "What it is for", "default": "attachment", "maxLength": 50},
    "entity_type": TEXT | {"description": "Table of the record that it belongs to, with `entity_id`"},
    "entity_id": TEXT | {"format": "uuid", "description": "The record that it belongs to"},
}
SHOWN = [name for name in FileRow.__dataclass_fields__ if name in RESOURCES[0].visible]
FILE: Json = {
    "type": "object",
    "required": [*SHOWN, "content_url"],
    "properties": {name: property_schema(RESOURCES[0], name) for name in SHOWN}
    | {"content_url": TEXT | {"description": "Address of the content, for who may read it"}},
}
LINK: Json = {
    "type": "object",
    "required": ["url", "path", "expires_at"],
    "properties": {
        "url": TEXT | {"description": "Works without signing in until it expires"},
        "path": TEXT | {"description": "The same without the server's name"},
        "expires_at": TEXT | {"format": "date-time"},
    },
}
WISH: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "expires_in_seconds": {
            "type": "integer",
            "minimum": 1,
            "maximum": int(LONGEST_LIFE.total_seconds()),
            "default": int(DEFAULT_LIFE.total_seconds()),
            "x-unit": "s",
        },
        "inline": {"type": "boolean", "default": False, "description": "Shown in the browser, not saved"},
    },
}
CONTENT: Json = {
    "200": {
        "description": "The content, with its checksum as ETag",
        "content": {"application/octet-stream": {}},
        "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
    },
    "206": {"description": "The part that `Range` asks for", "content": {"application/octet-stream": {}}},
    "304": {"description": "It is as you know it"},
    "307": {"description": "It lies in an object store, at the address of `Location`"},
    "416": {"description": "There is no such part"},
}


def described(action: str, summary: str, description: str, responses: Json, **more: Any) -> Json:
    return {
        "tags": ["System"],
        "operationId": f"{action}_files",
        "summary": summary,
        "description": description,
        **more,
        "responses": responses,
    }


def _upload() -> Json:
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": TEXT | {"format": "binary"}, **BELONGING},
    }
    return described(
        "create",
        "Send a file",
        "A form with the part `file`, or the bare content with `?name=`; then the other fields are parameters of the query. "
        "The kind is found from the content. Needs `files.create`.",
        {"201": content(FILE, "The file as it is kept")}
        | failures("BadRequest", "NotFound", "TooLarge", "Invalid"),
        requestBody={"required": True, "content": {"multipart/form-data": {"schema": form}}},
        parameters=[query("name", TEXT, "Name of the file, for bare content")],
    )


#: Paths of the OpenAPI document.
OPERATIONS: dict[str, Json] = {
    "/api/v1/files": {"post": _upload()},
    "/api/v1/files/{id}": {
        "get": described(
            "get",
            "Read name, kind, size and checksum of a file",
            "For who sent it, and for whoever has `files.read`.",
            {"200": content(FILE, "The file")} | failures("NotFound"),
        ),
        "delete": described(
            "delete",
            "Delete a file",
            "It cannot be read any more, links to it included. Needs `files.delete`.",
            {"204": {"description": "It is gone"}} | failures("NotFound", "Conflict"),
        ),
    },
    "/api/v1/files/{id}/content": {
        "parameters": shared("id"),
        "get": described(
            "content",
            "Fetch the content of a file",
            "`Range` and `If-None-Match` are understood. For who sent it, and for whoever has `files.read`.",
            CONTENT | failures("NotFound"),
            parameters=[
                query(
                    "inline", {"type": "integer", "enum": [1]}, "Show it in the browser where its kind allows"
                )
            ],
        ),
    },
    "/api/v1/files/{id}/link": {
        "parameters": shared("id"),
        "post": described(
            "link",
            "Make a link to a file that works without signing in",
            "For whoever may read the file.",
            {"200": content(LINK, "The link")} | failures("NotFound", "Invalid"),
            requestBody=body(WISH, {"expires_in_seconds": 3600, "inline": True}, required=False),
        ),
    },
}
