"""The API's description: the OpenAPI document, and pages to read it, one for each collection."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath
from markupsafe import Markup, escape

from motorpool.core.errors import NotFound
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi import document
from motorpool.core.resource.openapi.document import DESCRIPTION
from motorpool.core.resource.openapi.markdown import pages
from motorpool.core.resource.openapi.reading import curl, kind_of, lines_of, resource_lines, structures_of
from motorpool.core.resource.openapi.schemas import purpose
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.core.resource.routes import actor_of
from motorpool.web.operations import OPERATIONS

Json = dict[str, Any]
AnyRequest = Request[Any, Any, Any]
METHODS = ("get", "post", "patch", "delete")
TONES = {"get": "is-info", "post": "is-ok", "patch": "is-warn", "delete": "is-bad"}
#: Groups of operations that belong to no collection: first part of the path -> title.
GROUPS = {"me": "Your account", "telemetry": "Batches of telemetry", "stream": "Live stream"}


@dataclass(frozen=True, slots=True)
class Described:
    """The document of this version, as sent and as compressed."""

    text: bytes
    compressed: bytes
    etag: str


@lru_cache(maxsize=1)
def described() -> Described:
    """Takes half a second the first time: never call it on the event loop."""
    text = openapi_bytes()
    compressed = gzip.compress(text, 6, mtime=0)
    return Described(text, compressed, f'"{hashlib.sha256(text).hexdigest()[:32]}"')


def openapi_bytes() -> bytes:
    """The OpenAPI document of this version."""
    return openapi_of(load_registry())


def openapi_of(registry: Registry) -> bytes:
    return msgspec.json.encode(document(registry, OPERATIONS))


def markdown_pages() -> dict[str, str]:
    """File name -> text of docs/api."""
    return pages(load_registry(), OPERATIONS, DESCRIPTION)


@lru_cache(maxsize=1)
def whole() -> Json:
    """The document for the pages, made once."""
    found: Json = msgspec.json.decode(described().text)
    return found


@get("/api/openapi.json", include_in_schema=False)
async def openapi_json(request: AnyRequest) -> Response[bytes]:
    """The document; it changes with the version only."""
    found = await asyncio.to_thread(described)
    headers = {"ETag": found.etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(b"", status_code=304, headers=headers)
    body = found.text
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"], body = "gzip", found.compressed
    return Response(body, media_type="application/json", headers=headers)


@get("/api/docs", include_in_schema=False)
async def openapi_page(request: AnyRequest) -> Response[str]:
    """What there is, by domain; `?q=` looks for collections, fields and verbs."""
    api = await asyncio.to_thread(whole)
    registry: Registry = request.app.state.registry
    words = request.query_params.get("q", "")[:200].lower().split()
    domains = []
    for tag in api["tags"]:
        entries = [found for one in chapters(registry, tag["name"]) if (found := matching(one, words))]
        if entries:
            domains.append((tag["name"], tag["description"], entries))
    page: Response[str] = request.app.state.renderer.page(
        request,
        actor_of(request),
        "api_docs.html",
        title="API",
        api_version=api["info"]["version"],
        introduction=prose(api["info"]["description"]),
        domains=domains,
        wanted=" ".join(words),
    )
    return page


@get("/api/docs/{name:str}", include_in_schema=False)
async def collection_page(request: AnyRequest, name: FromPath[str]) -> Response[str]:
    """All operations of one collection."""
    api = await asyncio.to_thread(whole)
    registry: Registry = request.app.state.registry
    resource = next((one for one in registry.values() if one.collection == name), None)
    operations = [
        operation_view(api, path, method, item)
        for path, item in api["paths"].items()
        if path.removeprefix("/api/v1/").split("/")[0] == name
        for method in METHODS
        if method in item
    ]
    if not operations:
        raise NotFound("There is no such collection.")
    schemas = api["components"]["schemas"]
    row = schemas[resource.model.__name__] if resource else {}
    page: Response[str] = request.app.state.renderer.page(
        request,
        actor_of(request),
        "api_collection.html",
        title=f"{resource.plural if resource else GROUPS.get(name, name)} · API",
        heading=resource.plural if resource else GROUPS.get(name, name),
        purpose=prose(purpose(resource)) if resource else "",
        domain=operations[0]["tag"],
        siblings=chapters(registry, operations[0]["tag"]),
        name=name,
        fields=resource_lines(resource) if resource else [],
        states=resource.moves if resource else (),
        example=json.dumps(row.get("examples", [None])[0], ensure_ascii=False, indent=2),
        structures=[
            (one, schemas[one].get("description", ""), lines_of(schemas[one])) for one in nested(schemas, row)
        ],
        operations=operations,
        prose=prose,
    )
    return page


@dataclass(frozen=True, slots=True)
class Chapter:
    """One page of the reference."""

    name: str
    title: str
    purpose: str
    words: tuple[str, ...] = ()
    #: Fields and verbs that a search found.
    found: tuple[str, ...] = ()


def chapters(registry: Registry, domain: str) -> list[Chapter]:
    """The pages of a domain: its collections, then what belongs to none."""
    resources = sorted((one for one in registry.values() if one.domain == domain), key=lambda one: one.plural)
    known = {one.collection for one in registry.values()}
    groups = {
        path.removeprefix("/api/v1/").split("/")[0]
        for path, item in OPERATIONS.items()
        for operation in item.values()
        if isinstance(operation, dict) and domain in operation["tags"]
    } - known
    return [
        *(Chapter(one.collection, one.plural, purpose(one), searched(one)) for one in resources),
        *(Chapter(name, GROUPS.get(name, name.capitalize()), "") for name in sorted(groups)),
    ]


def searched(resource: Resource) -> tuple[str, ...]:
    """Fields, moves and verbs."""
    return (
        *resource.visible,
        *(move.verb for move in resource.moves),
        *(verb.name for verb in resource.verbs),
    )


def matching(chapter: Chapter, words: list[str]) -> Chapter | None:
    """The chapter if all words are in its name, purpose, fields or verbs."""
    heading = f"{chapter.name} {chapter.title} {chapter.purpose}".lower()
    everything = f"{heading} {' '.join(chapter.words)}"
    if not all(word in everything for word in words):
        return None
    found = tuple(one for one in chapter.words if any(word in one and word not in heading for word in words))
    return Chapter(chapter.name, chapter.title, chapter.purpose, chapter.words, found[:12])


def operation_view(api: Json, path: str, method: str, item: Json) -> Json:
    """What the page shows of an operation."""
    operation = item[method]
    given = [*item.get("parameters", []), *operation.get("parameters", [])]
    parameters: dict[tuple[str, str], Json] = {}
    for one in given:
        full = resolved(api, one)
        parameters[full["name"], full["in"]] = {
            "name": full["name"],
            "place": full["in"],
            "kind": kind_of(full.get("schema", {})),
            "meaning": prose(full.get("description", "")),
        }
    media: Json = operation.get("requestBody", {}).get("content", {})
    kind = next(iter(media), "")
    request: Json = media.get(kind, {})
    schema = resolved(api, request.get("schema", {}))
    example = request.get("example") if kind == "application/json" else None
    shown = path.replace("{id}", "$ID")
    if operation["operationId"].startswith("list_"):
        shown += "?limit=10"
    etag = any(name == "If-Match" for name, _ in parameters) and method == "patch"
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "method": method,
        "tone": TONES[method],
        "path": path,
        "summary": operation["summary"],
        "description": prose(operation.get("description", "")),
        "parameters": list(parameters.values()),
        "body_kind": kind,
        "fields": lines_of(schema),
        "curl": None if kind and example is None else curl(method, shown, example, etag=etag),
        "answers": [
            (code, answer.get("description", ""), next(iter(answer.get("content", {})), ""))
            for code, answer in ((code, resolved(api, one)) for code, one in operation["responses"].items())
        ],
    }


def resolved(api: Json, part: Json) -> Json:
    """What a reference leads to."""
    while "$ref" in part:
        found: Any = api
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def nested(schemas: Json, row: Json) -> list[str]:
    """The structures inside of a row, and inside of those."""
    found: dict[str, None] = {}
    waiting = structures_of(row.get("properties", {}))
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += structures_of(schemas[name])
    return list(found)


def prose(text: str) -> Markup:
    """Paragraphs with `code` and **strong** words."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    safe = [str(escape(part)) for part in paragraphs]
    safe = [re.sub(r"`([^`]+)`", r"<code>\1</code>", part) for part in safe]
    safe = [re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", part) for part in safe]
    joined = "</p><p>".join(safe)
    return Markup(f"<p>{joined}</p>") if len(safe) > 1 else Markup(joined)  # noqa: S704 (every part was escaped)


route_handlers = [openapi_json, openapi_page, collection_page]
