"""Every page that follows from a declaration, for every resource, with a row in each table: it opens, and knows its icons."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import PASSWORD, Organisation, Site, make_organisation

from motorpool.core.database.models import Base, facts_of
from motorpool.core.resource.registry import load_registry
from motorpool.web.icons import ICONS
from motorpool.web.navigation import SECTION_ICONS, SECTION_ORDER, UNLISTED, section_of
from motorpool.web.pages.records import MOVE_ICONS

REGISTRY = load_registry()
FRONTEND = Path(__file__).resolve().parents[2] / "frontend" / "src"
WEB = Path(__file__).resolve().parents[2] / "src" / "motorpool" / "web"
TALKED_ABOUT = re.compile(r'\?tab=(comments|files|history)"')


@pytest.fixture(scope="module")
def furnished(site: Site, database_urls: Any) -> tuple[Organisation, dict[str, str]]:
    """An organisation with a row in every table that is its own, by table."""
    organisation = asyncio.run(make_organisation(site.settings))
    rows: dict[str, str] = {}
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        for name, table in Base.metadata.tables.items():
            if facts_of(table).ownership == "tenant" and "id" in table.columns:
                rows[name] = str(insert(connection, name, organisation.id))
    return organisation, rows


@pytest.fixture(scope="module")
async def person(
    site: Site, furnished: tuple[Organisation, dict[str, str]]
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who signs in once and looks at everything."""
    organisation, _ = furnished
    async with httpx.AsyncClient(
        base_url=site.address, timeout=30, headers={"Accept": "text/html"}
    ) as client:
        form = {"email": organisation.email, "password": PASSWORD, "next": "/"}
        assert (await client.post("/sign-in", data=form)).status_code == 303
        yield client


@pytest.mark.parametrize("table", REGISTRY)
async def test_the_pages_of_a_resource_open(
    table: str, person: httpx.AsyncClient, furnished: tuple[Organisation, dict[str, str]]
) -> None:
    resource, key = REGISTRY[table], furnished[1].get(table)
    here = f"/{resource.collection}"
    wanted = []
    if "list" in resource.operations:
        wanted += [here, f"/lists/{resource.collection}/matches?q=a"]
    if "create" in resource.operations:
        wanted.append(f"{here}/new")
    page = await person.get(f"{here}/{key}") if key and "get" in resource.operations else None
    if page is not None and page.status_code == 404:
        assert resource.scope.personal, "only what is personal may be somebody else's"
        page = None
    if page is not None:
        assert page.status_code == 200, page.text[:500]
        parts = ["related", "related/rows", *TALKED_ABOUT.findall(page.text)]
        wanted += [f"/records/{resource.collection}/{key}/{part}" for part in parts]
        wanted += [f"{here}/{key}?tab=related"]
        wanted += [f"{here}/{key}/edit"] if "update" in resource.operations else []
        wanted += re.findall(r'href="(/records/[^"]+/moves/\w+)"', page.text)
    for address in wanted:
        answer = await person.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text[:500]}"


def test_every_symbol_is_built() -> None:
    """A name that the sprite lacks would be an empty place on the page."""
    built = set(json.loads((FRONTEND / "icons.json").read_text()))
    assert {*ICONS.values(), *SECTION_ICONS.values(), *MOVE_ICONS.values()} - built == set()
    assert set(REGISTRY) - set(ICONS) == set(), "tables without a symbol of their own"


def test_no_symbol_is_built_in_vain() -> None:
    """Each is a word in quotes somewhere; the sprite comes with every first page."""
    files = [
        *WEB.rglob("*.html"),
        *WEB.rglob("*.py"),
        *FRONTEND.rglob("*.ts"),
        *FRONTEND.parent.glob("*.mjs"),
    ]
    words = set(re.findall(r"""["'`]([a-z][a-z0-9-]*)["'`]""", "".join(one.read_text() for one in files)))
    assert set(json.loads((FRONTEND / "icons.json").read_text())) - words == set()


def test_every_section_has_its_place() -> None:
    listed = {section_of(one) for name, one in REGISTRY.items() if name not in UNLISTED}
    assert listed == set(SECTION_ORDER)


async def test_an_address_that_no_collection_has_is_told(person: httpx.AsyncClient) -> None:
    """One route serves all collections, so what it finds for an address has to be looked at."""
    for address in (
        "/nothing",
        "/nothing/new",
        "/work_order_parts",  # a table's name is no address
        "/audit-trails/new",  # append-only: no form
        "/api-tokens/0/edit",  # by name, beside hand-written pages
        "/records/nothing/0/related",
    ):
        answer = await person.get(address)
        assert answer.status_code == 404, f"{address}: {answer.status_code}"
        assert "There is no such" in answer.text and "<nav" in answer.text, address
