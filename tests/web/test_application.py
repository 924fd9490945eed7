"""What holds for the application as a whole."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from motorpool.core.access import Access
from motorpool.core.access.decision import Reach, Rule
from motorpool.core.errors import Unavailable
from motorpool.core.tenancy import Actor
from motorpool.web.assets import Manifest
from motorpool.web.navigation import has_own_home


def test_the_first_page_is_a_drivers_own_only_for_those_who_see_nobody_else() -> None:
    own = Reach(own=True)
    driver = [Rule("drivers.read", "role", own), Rule("vehicle_states.read", "role", own)]

    def begins_at_home(*rules: Rule, drives: bool = True) -> bool:
        driver_id = uuid.UUID(int=1) if drives else None
        access = Access(tuple(rules))
        return has_own_home(
            Actor(uuid.UUID(int=2), user_id=uuid.UUID(int=3), driver_id=driver_id, access=access)
        )

    assert begins_at_home(*driver)
    assert not begins_at_home(*driver, drives=False)
    # A technician or dispatcher who drives as well keeps the map, and who may not see drivers what they had.
    assert not begins_at_home(*driver, Rule("vehicle_states.read", "another role"))
    assert not begins_at_home(
        *driver, Rule("drivers.read", "another role", Reach(facilities=frozenset({uuid.UUID(int=4)})))
    )
    assert not begins_at_home()


async def test_health_and_metrics_need_no_sign_in(site: Any) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert (await nobody.get(path)).status_code == 200


async def test_everything_under_api_needs_an_actor(site: Any) -> None:
    async with httpx.AsyncClient(base_url=site.address) as nobody:
        document = {"/api/openapi.json", "/api/v1/me", "/api/v1/vehicles", "/api/v1/trips"}
        for path in document:
            answer = await nobody.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["content-type"] == "application/problem+json"


async def test_security_headers_are_on_every_answer(site: Any, client: httpx.AsyncClient) -> None:
    for path in ("/health/live", "/api/v1/vehicles", "/api/v1/nothing", "/sign-in"):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_unknown_route_is_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_document_describes_every_route(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()
    assert document["openapi"] == "3.1.0"
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    assert len(names) == len(set(names))
    assert "/api/v1/vehicle-locations" in document["paths"]
    assert (
        document["components"]["schemas"]["VehicleLocation"]["properties"]["speed"]["description"] == "km/h"
    )


def test_a_new_build_is_noticed_by_the_next_page(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    with pytest.raises(Unavailable):
        manifest.refresh()
    file = tmp_path / "manifest.json"
    for moment, built in enumerate(("app-AAAAAAAA.js", "app-BBBBBBBB.js"), start=1):
        file.write_text(f'{{"app.js": "{built}"}}')
        os.utime(file, (moment, moment))
        manifest.refresh()
        assert manifest.address("app.js") == f"/static/{built}"
    with pytest.raises(Unavailable, match=r"map\.js"):
        manifest.address("map.js")
