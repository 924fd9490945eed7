"""Roles, access, tokens, one's own account and groups over HTTP: what holds without a browser's help."""

from __future__ import annotations

import re
import uuid
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from tests.site import PASSWORD, Organisation, Site

from motorpool.core.resource.registry import load_registry
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.identity.http import SESSION_COOKIE
from motorpool.web.pages.access.matrix import permissions_of, role_matrix

REGISTRY = load_registry()


@pytest.fixture
async def browser(site: Site, organisation: Organisation) -> Any:
    """The administrator's browser without JavaScript: a cookie, and forms that carry the CSRF token."""
    async with httpx.AsyncClient(base_url=site.address, timeout=20) as client:
        form = {"email": organisation.email, "password": PASSWORD, "next": "/"}
        assert (await client.post("/sign-in", data=form)).status_code == 303
        page = await client.get("/account", headers={"Accept": "text/html"})
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert token
        client.headers.update({"X-CSRFToken": token[1], "Accept": "text/html"})
        yield client


async def invited(client: httpx.AsyncClient, **options: Any) -> dict[str, Any]:
    body = {"email": f"{uuid.uuid4().hex[:8]}@example.test", "display_name": "Jo"} | options
    answer = await client.post("/api/v1/users", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


# -- the mechanism


async def test_a_repeated_verb_does_its_work_once_and_keeps_no_secret(
    client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    body = {"name": f"Import {uuid.uuid4().hex[:6]}", "scopes": ["trips.read"]}
    first = await client.post("/api/v1/api-tokens", json=body, headers=key)
    again = await client.post("/api/v1/api-tokens", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json()["token"].startswith("mp_")
    assert again.json() == first.json() | {"token": None}
    made = owner.execute("SELECT count(*) FROM api_tokens WHERE token_name = %s", (body["name"],)).fetchone()
    assert made == (1,)
    stored = owner.execute("SELECT response_body FROM idempotency_keys").fetchall()
    assert not [row for row in stored if row[0] and first.json()["token"] in row[0]]
    other = await client.post("/api/v1/api-tokens", json=body | {"name": "x"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_verb_without_an_answer_gives_the_row_and_honours_if_match(client: httpx.AsyncClient) -> None:
    device = (await client.post("/api/v1/devices", json={"name": "Ours"})).json()
    path = f"/api/v1/devices/{device['id']}"
    stale = await client.post(f"{path}/disable", headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    key = {"Idempotency-Key": uuid.uuid4().hex}
    done = await client.post(f"{path}/disable", headers=key)
    assert done.json() == (await client.get(path)).json()
    assert done.headers["etag"] == (await client.get(path)).headers["etag"]
    assert (await client.post(f"{path}/disable", headers=key)).json() == done.json()
    assert (await client.post(f"{path}/disable")).status_code == 409
    wrong = await client.post(f"{path}/adopt", json={"vehicle": 1, "name": 2})
    assert {(one["field"], one["code"]) for one in wrong.json()["errors"]} == {
        ("vehicle", "unknown_field"),
        ("vehicle_id", "required"),
        ("name", "invalid"),
    }


async def test_every_verb_is_in_the_document(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    for path, method in (
        ("/api/v1/me", "get"),
        ("/api/v1/me", "patch"),
        ("/api/v1/me/password", "post"),
        ("/api/v1/roles", "post"),
        ("/api/v1/roles/{id}", "patch"),
        ("/api/v1/roles/{id}/delete", "post"),
        ("/api/v1/users/{id}/roles", "post"),
        ("/api/v1/users/{id}/access", "get"),
        ("/api/v1/users/{id}/access/explain", "get"),
        ("/api/v1/devices/{id}/enable", "post"),
        ("/api/v1/vehicle-groups/{id}/add-vehicles", "post"),
    ):
        operation = paths[path][method]
        assert operation["summary"] and operation["description"], path
        assert "401" in operation["responses"], path
        headers = [one["name"] for one in operation["parameters"] if one["in"] == "header"]
        assert ("Idempotency-Key" in headers) == (method == "post"), path
    assert paths["/api/v1/roles"]["get"]["summary"] == "List roles"
    taken = paths["/api/v1/users/{id}/permissions"]["post"]["requestBody"]["content"]["application/json"][
        "schema"
    ]
    assert taken["properties"]["decision"]["enum"] == ["deny", "grant", "none"]
    names = [
        one["operationId"] for path in paths.values() for name, one in path.items() if name != "parameters"
    ]
    assert len(names) == len(set(names))


def test_a_wrong_declaration_fails_at_start() -> None:
    verbs = Verbs([REGISTRY["devices"]])

    async def handler(call: Call[Nothing]) -> None:
        """Never called"""

    for table, name, options, message in (
        ("trains", "stop", {}, "no resource trains"),
        ("devices", "explode", {}, "no permission devices.explode"),
        ("devices", "adopt", {"path": ""}, "name what it answers"),
    ):
        with pytest.raises(ValueError, match=message):
            verbs.post(table, name, Nothing, **options)(handler)
    assert not verbs.routes


# -- roles


async def test_a_role_that_names_what_is_not_there(client: httpx.AsyncClient) -> None:
    body = {
        "role_name": f"role_{uuid.uuid4().hex[:8]}",
        "permissions": {
            "vehicles": {"actions": ["read", "fly"]},
            "trains": {"actions": ["read"]},
            "*": {"actions": ["read"]},
        },
    }
    answer = await client.post("/api/v1/roles", json=body)
    assert answer.status_code == 422
    told = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert set(told) == {"permissions.vehicles.actions[1]", "permissions.trains"}
    assert "vehicles.fly" in told["permissions.vehicles.actions[1]"]
    assert "update" in told["permissions.vehicles.actions[1]"]


async def test_a_role_is_made_changed_and_deleted_by_forms(
    browser: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    title = f"Night {uuid.uuid4().hex[:8]}"
    form = {"display_name": title, "p": ["vehicles.read", "vehicles.update", "trips.*"], "scope.trips": "own"}
    made = await browser.post("/roles/new", data=form)
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    role = (await client.get(f"/api/v1{path}")).json()
    assert role["role_name"] == title.lower().replace(" ", "_")
    assert role["permissions"] == {
        "vehicles": {"actions": ["read", "update"], "scope": "all"},
        "trips": {"actions": ["*"], "scope": "own"},
    }
    page = (await browser.get(path)).text
    etag = re.search(r'name="etag" value="([^"]+)"', page)
    assert etag
    change = {"display_name": title, "has_active": "1", "is_active": "true", "p": ["stops.read"]}
    change["etag"] = etag[1].replace("&#34;", '"')
    assert (await browser.post(path, data=change)).status_code == 303
    stale = await browser.post(path, data=change)
    assert stale.status_code == 412
    assert "changed since you read it" in stale.text
    assert (await client.get(f"/api/v1{path}")).json()["permissions"] == {
        "stops": {"actions": ["read"], "scope": "all"}
    }
    again = await browser.post("/roles/new", data=form)
    assert again.status_code == 409
    assert "Is taken" in again.text

    user = await invited(client, roles=[role["role_name"]])
    kept = await client.post(f"/api/v1{path}/delete")
    assert (kept.status_code, kept.json()["code"]) == (409, "role_in_use")
    await client.post(f"/api/v1/users/{user['id']}/roles", json={"role": role["role_name"], "remove": True})
    assert (await browser.post(f"{path}/delete")).headers["location"] == "/roles"
    assert (await client.get(f"/api/v1{path}")).status_code == 404


def test_what_a_form_says_is_what_the_matrix_shows() -> None:
    permissions = permissions_of(["vehicles.read", "vehicles.*", "trips.read", "*.export"], {"trips": "own"})
    assert permissions == {
        "*": {"actions": ["export"], "scope": "all"},
        "trips": {"actions": ["read"], "scope": "own"},
        "vehicles": {"actions": ["*"], "scope": "all"},
    }
    found = role_matrix(REGISTRY, permissions, None)
    rows = {row.table: row for domain in found.domains for row in domain.rows}
    assert rows["vehicles"].held == rows["vehicles"].total
    assert rows["trips"].ticks["read"].is_held and not rows["trips"].ticks["update"].is_held
    assert rows["stops"].ticks["export"].is_held and not rows["stops"].ticks["read"].is_held
    assert {key.table for domain in found.domains for key in domain.rows} == {*REGISTRY, "*"}


# -- access


async def test_why_about_one_record(client: httpx.AsyncClient, strange_client: httpx.AsyncClient) -> None:
    async def add(collection: str, **row: Any) -> str:
        answer = await client.post(f"/api/v1/{collection}", json=row)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    north = await add("facilities", name="North", code=uuid.uuid4().hex[:8])
    south = await add("facilities", name="South", code=uuid.uuid4().hex[:8])
    here = await add("vehicles", vehicle_number=f"N-{uuid.uuid4().hex[:6]}", facility_id=north)
    there = await add("vehicles", vehicle_number=f"S-{uuid.uuid4().hex[:6]}", facility_id=south)
    user = await invited(client)
    path = f"/api/v1/users/{user['id']}"
    await client.post(f"{path}/roles", json={"role": "fleet_manager", "facility_ids": [north]})

    async def why(record: str | None = None, permission: str = "vehicles.update") -> Any:
        query = {"permission": permission} | ({"record": record} if record else {})
        return (await client.get(f"{path}/access/explain", params=query)).json()

    assert (await why())["conclusion"] == "No: the account is invited."
    await client.post(f"{path}/disable")
    assert (await why(here))["record"]["allowed"] is False
    foreign = await strange_client.post("/api/v1/vehicles", json={"vehicle_number": "X-1"})
    assert (await why(foreign.json()["id"]))["code"] == "not_found"
    assert (await why(permission="vehicles.fly"))["errors"][0]["field"] == "permission"
    assert (await strange_client.get(f"{path}/access")).status_code == 404
    assert (await client.get(f"{path}/access?colour=1")).status_code == 400
    assert there


async def test_pages_ask_for_their_permission(
    site: Site, client: httpx.AsyncClient, organisation: Organisation, owner: psycopg.Connection[Any]
) -> None:
    user = await invited(client, roles=["viewer"])
    owner.execute("UPDATE users SET status = 'active' WHERE id = %s", (user["id"],))
    token = (await client.post("/api/v1/api-tokens", json={"name": "v", "user_id": user["id"]})).json()[
        "token"
    ]
    me = (await client.get("/api/v1/me")).json()["user"]["id"]
    group = (await client.post("/api/v1/vehicle-groups", json={"name": uuid.uuid4().hex})).json()["id"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/html"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as viewer:
        for path, data in (
            ("/roles/new", {"display_name": "x"}),
            (f"/users/{user['id']}/access/roles", {"role": "admin"}),
            (f"/users/{user['id']}/access/permissions", {"permission": "trips.read", "decision": "grant"}),
            (f"/vehicle-groups/{group}/vehicles", {"vehicle": str(uuid.uuid4())}),
            (f"/vehicle-groups/{group}/colour", {"color": "#1971c2"}),
            ("/api-tokens/new", {"name": "x"}),
        ):
            assert (await viewer.post(path, data=data)).status_code == 403, path
        assert (await viewer.get(f"/users/{me}/access")).status_code == 403
        own = await viewer.get(f"/users/{user['id']}/access")
        assert own.status_code == 200
        assert "Give a role" not in own.text
        assert (await viewer.get("/account")).status_code == 200
        # A token must not lock its owner out.
        body = {"current_password": PASSWORD, "new_password": "another long password"}
        refused = await viewer.post("/api/v1/me/password", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "session_needed")


# -- one's own account


async def test_a_new_password_signs_other_browsers_out(site: Site, client: httpx.AsyncClient) -> None:
    person = await invited(client, roles=["viewer"])
    async with (
        httpx.AsyncClient(base_url=site.address, timeout=20) as one,
        httpx.AsyncClient(base_url=site.address, timeout=20) as two,
    ):
        link = person["set_up_path"].partition("token=")[2]
        assert (await one.post("/set-up", data={"token": link, "password": PASSWORD})).status_code == 303
        form = {"email": person["email"], "password": PASSWORD}
        assert (await two.post("/sign-in", data=form)).status_code == 303
        page = await one.get("/account", headers={"Accept": "text/html"})
        assert page.text.count("last seen") == 2
        token = re.search(r'name="csrf-token" content="([^"]+)"', page.text)
        assert token
        headers = {"X-CSRFToken": token[1]}
        for current, new, field in (
            ("wrong", "another long password", "current_password"),
            (PASSWORD, "short", "new_password"),
            (PASSWORD, PASSWORD, "new_password"),
        ):
            body = {"current_password": current, "new_password": new}
            answer = await one.post("/api/v1/me/password", json=body, headers=headers)
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        assert (await two.get("/api/v1/me")).status_code == 200
        body = {"current_password": PASSWORD, "new_password": "another long password"}
        assert (await one.post("/api/v1/me/password", json=body, headers=headers)).status_code == 200
        assert (await one.get("/api/v1/me")).status_code == 200
        assert (await two.get("/api/v1/me")).status_code == 401
        assert (await two.post("/sign-in", data=form)).status_code == 401
        new = form | {"password": "another long password"}
        assert (await two.post("/sign-in", data=new)).status_code == 303
        assert two.cookies[SESSION_COOKIE]
        changed = await one.patch("/api/v1/me", json={"time_zone": "Mars", "units": "feet"}, headers=headers)
        assert {entry["field"] for entry in changed.json()["errors"]} == {"time_zone", "units"}
        changed = await one.patch("/api/v1/me", json={"time_zone": "Europe/Berlin"}, headers=headers)
        assert changed.json()["time_zone"] == "Europe/Berlin"
        assert (await one.get("/api/v1/me")).json()["time_zone"] == "Europe/Berlin"


# -- groups


async def test_vehicles_of_a_group(client: httpx.AsyncClient, strange_client: httpx.AsyncClient) -> None:
    group = (await client.post("/api/v1/vehicle-groups", json={"name": uuid.uuid4().hex})).json()["id"]
    vehicles = [
        (await client.post("/api/v1/vehicles", json={"vehicle_number": uuid.uuid4().hex[:8]})).json()["id"]
        for _ in range(2)
    ]
    path = f"/api/v1/vehicle-groups/{group}"
    added = await client.post(f"{path}/add-vehicles", json={"vehicle_ids": [*vehicles, vehicles[0]]})
    assert added.json() == {"id": group, "changed": 2}
    assert (await client.post(f"{path}/add-vehicles", json={"vehicle_ids": vehicles})).json()["changed"] == 0
    items = (await client.get(f"{path}/vehicles")).json()["items"]
    assert {one["id"] for one in items} == set(vehicles)
    removed = await client.post(f"{path}/remove-vehicles", json={"vehicle_ids": vehicles[:1]})
    assert removed.json()["changed"] == 1
    foreign = (await strange_client.post("/api/v1/vehicles", json={"vehicle_number": "Z-9"})).json()["id"]
    messages = []
    for wrong in (foreign, str(uuid.uuid4())):
        answer = await client.post(f"{path}/add-vehicles", json={"vehicle_ids": [wrong]})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "vehicle_ids[0]"
        messages.append(answer.json()["errors"][0]["message"].replace(wrong, "ID"))
    assert messages[0] == messages[1]
    assert (await client.post(f"{path}/add-vehicles", json={"vehicle_ids": []})).status_code == 422
    for verb in ("add-vehicles", "remove-vehicles"):
        answer = await strange_client.post(f"{path}/{verb}", json={"vehicle_ids": vehicles})
        assert answer.status_code == 404
    assert (await strange_client.get(f"{path}/vehicles")).status_code == 404
    log = (await client.get("/api/v1/user-activity-log", params={"resource_id": group})).json()["items"]
    assert {entry["action_type"] for entry in log} == {"add_vehicles", "remove_vehicles"}


async def test_who_cannot_read_a_group_does_not_see_its_vehicles(
    site: Site, client: httpx.AsyncClient, owner: psycopg.Connection[Any]
) -> None:
    facility = {"name": "North", "code": uuid.uuid4().hex[:8]}
    north = (await client.post("/api/v1/facilities", json=facility)).json()["id"]
    user = await invited(client)
    owner.execute("UPDATE users SET status = 'active' WHERE id = %s", (user["id"],))
    given = {"role": "fleet_manager", "facility_ids": [north]}
    assert (await client.post(f"/api/v1/users/{user['id']}/roles", json=given)).status_code < 300
    made = (await client.post("/api/v1/api-tokens", json={"name": "v", "user_id": user["id"]})).json()
    group = (await client.post("/api/v1/vehicle-groups", json={"name": uuid.uuid4().hex})).json()["id"]
    headers = {"Authorization": f"Bearer {made['token']}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as person:
        assert (await person.get("/api/v1/vehicles")).status_code == 200
        assert (await person.get(f"/api/v1/vehicle-groups/{group}")).status_code == 404
        assert (await person.get(f"/api/v1/vehicle-groups/{group}/vehicles")).status_code == 404


def test_no_struct_of_a_verb_swallows_unknown_fields() -> None:
    from motorpool.fleet.routes import verbs as fleet
    from motorpool.identity.routes.collector import verbs as identity
    from motorpool.telematics.device_routes import verbs as devices

    for route in (*identity.routes, *fleet.routes, *devices.routes):
        assert msgspec.structs.fields(route.takes) is not None
        assert route.takes.__struct_config__.forbid_unknown_fields, route.name
