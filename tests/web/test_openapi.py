"""The OpenAPI document: complete, consistent, small enough, quickly made; its pages and its Markdown."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from motorpool.core.resource.openapi.reading import structures_of
from motorpool.core.resource.registry import load_registry
from motorpool.core.settings import Settings
from motorpool.web import app as web_app
from motorpool.web.documentation import described, markdown_pages, openapi_of, prose

DOCUMENT: dict[str, Any] = msgspec.json.decode(described().text)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
METHODS = ("get", "post", "patch", "delete")
REFERENCE = Path(__file__).parents[2] / "docs" / "api"


def operations() -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """(path, method, operation, all parameters with references resolved)."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                given = [*item.get("parameters", []), *item[method].get("parameters", [])]
                yield path, method, item[method], [resolved(one) for one in given]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside of a value."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from parts(one)


def wrong(schema: dict[str, Any], value: Any) -> list[str]:
    needed: dict[str, Any] = {}
    waiting = structures_of(schema)
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed[name] = SCHEMAS[name]
            waiting += structures_of(SCHEMAS[name])
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": {"schemas": needed}}
    validator = jsonschema_rs.Draft202012Validator(whole | schema, validate_formats=True)
    return [f"{error.instance_path}: {error.message}" for error in validator.iter_errors(value)]


def test_every_reference_leads_somewhere() -> None:
    for part in parts(DOCUMENT):
        if isinstance(part.get("$ref"), str):
            assert resolved(part) is not None


def test_every_schema_is_one() -> None:
    for name, schema in SCHEMAS.items():
        jsonschema_rs.meta.validate(schema)
        assert set(structures_of(schema)) <= set(SCHEMAS), name


def test_operations_have_unique_names_words_tags_and_answers() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    names: set[str] = set()
    for path, method, operation, _ in operations():
        where = f"{method} {path}"
        assert operation["operationId"] not in names, where
        names.add(operation["operationId"])
        assert operation["summary"] and not operation["summary"].endswith("."), where
        assert operation["description"].endswith("."), where
        assert set(operation["tags"]) <= tags and len(operation["tags"]) == 1, where
        assert {"401", "403"} <= set(operation["responses"]), where
        assert any(code[0] == "2" for code in operation["responses"]), where


def test_parameters_are_declared_once_and_described() -> None:
    for path, method, _, parameters in operations():
        in_path = {one["name"] for one in parameters if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
        for one in parameters:
            assert "schema" in one, (path, method, one)
            assert one["in"] == "path" or one.get("description"), (path, method, one["name"])


def test_tags_say_what_they_are_about() -> None:
    assert [tag["name"] for tag in DOCUMENT["tags"]] == sorted(
        {one.domain for one in load_registry().values()}
    )
    assert all(len(tag["description"]) > 30 for tag in DOCUMENT["tags"])


def test_rows_describe_their_fields() -> None:
    vehicle = SCHEMAS["Vehicle"]["properties"]
    assert vehicle["id"]["readOnly"] and "readOnly" not in vehicle["name"]
    assert vehicle["tank_capacity_liters"]["x-unit"] == "L"
    assert vehicle["facility_id"]["description"] == "Home facility; a row of `/api/v1/facilities`"
    assert vehicle["metadata"]["type"] == ["object", "array", "null"]
    assert SCHEMAS["VehicleCreate"]["properties"]["status"]["default"] == "active"
    assert "tenant_id" not in vehicle
    assert SCHEMAS["VehicleLocation"]["properties"]["speed"]["description"] == "km/h"
    for resource in load_registry().values():
        schema = SCHEMAS[resource.model.__name__]
        assert schema["description"].endswith((".", "!", "?")), resource.collection
        assert set(schema["properties"]) == set(resource.visible), resource.collection
        for hidden in resource.hidden:
            assert hidden not in schema["properties"], resource.collection


def test_examples_hold_what_their_schemas_demand() -> None:
    found = [
        f"{name}: {problem}"
        for name, schema in SCHEMAS.items()
        for example in schema.get("examples", [])
        for problem in wrong(schema, example)
    ]
    for path, method, operation, _ in operations():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            if "example" in media:
                found += [f"{method} {path}: {one}" for one in wrong(media["schema"], media["example"])]
    assert not found


def test_every_body_has_an_example_and_texts_are_no_placeholders() -> None:
    for path, method, operation, _ in operations():
        content = operation.get("requestBody", {}).get("content", {})
        for kind, media in content.items():
            is_file = kind == "multipart/form-data" or kind.startswith("image/")
            assert "example" in media or is_file, (method, path)
    texts = [
        value
        for schema in SCHEMAS.values()
        for example in schema.get("examples", [])
        for value in example.values()
        if isinstance(value, str)
    ]
    assert not {"foo", "bar", "Text", "String", "Example"} & set(texts)
    assert all(resource.model.__name__ in SCHEMAS for resource in load_registry().values())


def test_errors_have_examples() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        media = response["content"]["application/problem+json"]
        assert not wrong(media["schema"], media["example"]), name


def test_it_is_small_and_quickly_made() -> None:
    registry = load_registry()
    before = time.process_time()
    text = openapi_of(registry)
    assert time.process_time() - before < 5
    assert len(text) < 4_000_000
    assert len(described().compressed) < 400_000


def test_hand_written_routes_are_described_and_described_ones_exist(
    site_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered: list[HTTPRouteHandler] = []
    register = web_app.Application.register_all

    def noting(self: Any, handlers: Any) -> None:
        known = list(handlers)
        registered.extend(one for one in known if isinstance(one, HTTPRouteHandler))
        register(self, known)

    monkeypatch.setattr(web_app.Application, "register_all", noting)
    web_app.create_app(site_settings)
    # The kernel's routes have names; they answer methods that are not offered too, with 405.
    by_hand = {
        (re.sub(r"{[^}]*}", "{}", path), str(method).lower())
        for handler in registered
        if not handler.name
        for path in handler.paths
        for method in handler.http_methods
        if path.startswith("/api/v1/") and str(method).lower() in METHODS
    }
    everything = {
        (re.sub(r"{[^}]*}", "{}", path), str(method).lower())
        for handler in registered
        for path in handler.paths
        for method in handler.http_methods
    }
    told = {(re.sub(r"{[^}]*}", "{}", path), method) for path, method, _, _ in operations()}
    assert by_hand - told == set()
    assert told - everything == set()


def test_the_markdown_reference_is_in_step() -> None:
    pages = markdown_pages()
    assert {path.name for path in REFERENCE.glob("*.md")} == set(pages)
    for name, text in pages.items():
        assert (REFERENCE / name).read_text(encoding="utf-8") == text, (
            f"docs/api/{name} is not what the declarations say: run `motorpool openapi --markdown docs/api`"
        )


def test_the_markdown_names_every_collection_move_and_permission() -> None:
    whole = "\n".join(markdown_pages().values())
    for resource in load_registry().values():
        assert f"\n## {resource.collection}\n" in whole
        assert all(f"`{key}`" in whole for key in resource.permissions)
        assert all(f"| `{move.verb}` |" in whole for move in resource.moves)


def test_prose_escapes() -> None:
    assert prose("`a<b>` and **c** & d") == "<code>a&lt;b&gt;</code> and <strong>c</strong> &amp; d"


async def test_it_is_sent_compressed_and_known_ones_are_not_sent_again(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/openapi.json")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == described().text
    again = await client.get("/api/openapi.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await client.get("/api/openapi.json", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == described().text
    assert gzip.decompress(described().compressed) == described().text


class Links(HTMLParser):
    """Addresses and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a":
            self.links.append(values.get("href") or "")
        if values.get("id"):
            self.ids.append(str(values["id"]))


async def test_every_collection_has_a_page(client: httpx.AsyncClient) -> None:
    index = await client.get("/api/docs")
    assert index.status_code == 200
    linked = {link for link in Links(index.text).links if link.startswith("/api/docs/")}
    assert linked >= {f"/api/docs/{one.collection}" for one in load_registry().values()}
    assert linked >= {"/api/docs/me", "/api/docs/telemetry", "/api/docs/stream"}
    for address in sorted(linked):
        page = await client.get(address)
        assert page.status_code == 200, address
        ids = Links(page.text).ids
        assert len(ids) == len(set(ids)), address
        assert "Operations" in page.text and "curl" in page.text, address
    assert (await client.get("/api/docs/nothing")).status_code == 404


async def test_the_page_finds_fields_and_verbs(client: httpx.AsyncClient) -> None:
    found = Links((await client.get("/api/docs", params={"q": "odometer"})).text).links
    assert "/api/docs/meter-readings" in found and "/api/docs/sessions" not in found
    nothing = await client.get("/api/docs", params={"q": "<b>xyzzy"})
    assert "&lt;b&gt;xyzzy" in nothing.text and "<b>xyzzy" not in nothing.text
