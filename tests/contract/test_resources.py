"""What holds for every resource. A new table is in here by being declared."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import msgspec
import psycopg
import pytest
from sqlalchemy import UniqueConstraint
from tests.contract.conftest import REGISTRY, Api
from tests.contract.rows import as_json, body_for, insert, needed, references, value_for

from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.database.models import closed_set
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.sealed import mask

ALL = list(REGISTRY.values())
TENANT_OWNED = [resource for resource in ALL if resource.facts.ownership == "tenant"]
CREATABLE = [resource for resource in ALL if "create" in resource.operations]
UPDATABLE = [
    resource for resource in ALL if "update" in resource.operations and resource.facts.ownership == "tenant"
]
Owner = psycopg.Connection[Any]


def name_of(value: Any) -> str:
    return value.collection if isinstance(value, Resource) else str(value)


def one_each(resource: Resource) -> bool:
    """Whether a person has one row of this kind, so that the acting user can have no second."""
    keys = [
        {column.name for column in key.columns}
        for key in resource.table.constraints
        if isinstance(key, UniqueConstraint)
    ]
    return any(key <= {"tenant_id", "user_id", *resource.made_by} for key in keys)


MANY = [resource for resource in TENANT_OWNED if not one_each(resource)]
each_of_many = pytest.mark.parametrize("resource", MANY, ids=name_of)
each = pytest.mark.parametrize("resource", TENANT_OWNED, ids=name_of)
each_creatable = pytest.mark.parametrize("resource", CREATABLE, ids=name_of)
each_updatable = pytest.mark.parametrize("resource", UPDATABLE, ids=name_of)


async def items(api: Api, path: str, /, **parameters: Any) -> list[dict[str, Any]]:
    answer = await api("GET", path, params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@each
async def test_list_and_get_give_all_visible_columns(resource: Resource, api: Api, owner: Owner) -> None:
    key = insert(owner, resource.table.name, api.actor.tenant_id)
    row = (await api("GET", f"{resource.collection}/{key}")).json()
    assert set(row) == set(resource.visible)
    assert not set(row) & set(resource.hidden)
    assert "tenant_id" not in row
    listed = [item for item in await items(api, resource.collection) if item[resource.key] == str(key)]
    assert listed == [row]


@each
async def test_another_tenant_sees_nothing(
    resource: Resource, api: Api, owner: Owner, other_tenant: Any, database: Database
) -> None:
    key = insert(owner, resource.table.name, api.actor.tenant_id)
    stranger = api.as_actor(other_tenant.actor)
    assert (await stranger("GET", f"{resource.collection}/{key}")).status_code == 404
    assert str(key) not in [
        item[resource.key] for item in await items(stranger, resource.collection, limit=1000)
    ]
    if "update" in resource.operations:
        assert (await stranger("PATCH", f"{resource.collection}/{key}", json={})).status_code == 404
    if "delete" in resource.operations:
        assert (await stranger("DELETE", f"{resource.collection}/{key}")).status_code == 404
    seen = await database.read(
        other_tenant.actor, f"SELECT count(*) FROM {resource.table.name} WHERE {resource.key} = %s", (key,)
    )
    assert seen == [(0,)]


@pytest.mark.parametrize("resource", ALL, ids=name_of)
async def test_each_route_demands_its_permission(resource: Resource, api: Api) -> None:
    nobody = api.with_rules()
    key = uuid.uuid4()
    for operation, method, path in (
        ("list", "GET", resource.collection),
        ("get", "GET", f"{resource.collection}/{key}"),
        ("create", "POST", resource.collection),
        ("update", "PATCH", f"{resource.collection}/{key}"),
        ("delete", "DELETE", f"{resource.collection}/{key}"),
    ):
        answer = await nobody(method, path, json={})
        if operation in resource.operations:
            assert answer.status_code == 403, (operation, answer.text)
            assert answer.json()["permission"] in resource.permissions
        else:
            assert answer.status_code == 405
            assert method not in answer.headers["allow"]


@pytest.mark.parametrize("resource", ALL, ids=name_of)
async def test_deny_wins_over_a_role(resource: Resource, api: Api) -> None:
    denied = api.with_rules(Rule("*.*", "role"), Rule(resource.permission("read"), "denied", deny=True))
    assert (await denied("GET", resource.collection)).status_code == 403


@each_creatable
async def test_create_gives_back_what_was_sent_and_is_audited_once(
    resource: Resource, api: Api, owner: Owner
) -> None:
    body = body_for(resource, owner, api.actor.tenant_id)
    answer = await api("POST", resource.collection, json=body)
    assert answer.status_code == 201, answer.text
    row = answer.json()
    for name, sent in body.items():
        if name in resource.hidden:
            assert name not in row
            continue
        stored = row[name]
        if name in resource.facts.sealed:
            assert stored == mask(sent)
        elif name in resource.shapes:
            shape = msgspec.convert(sent, resource.shapes[name], strict=False)
            assert stored == msgspec.json.decode(msgspec.json.encode(shape))
        elif isinstance(sent, str) and "T" in sent and sent[:4].isdecimal():
            assert datetime.fromisoformat(stored) == datetime.fromisoformat(sent)
        elif resource.column(name).type.python_type.__name__ == "Decimal":
            assert float(stored) == float(sent)
        else:
            assert stored == sent
    assert answer.headers["location"] == f"/api/v1/{resource.collection}/{row['id']}"
    read = await api("GET", f"{resource.collection}/{row['id']}")
    assert read.json() == row
    assert read.headers["etag"] == answer.headers["etag"]
    audited = owner.execute(
        "SELECT operation FROM audit_trails WHERE record_id = %s", (row["id"],)
    ).fetchall()
    assert audited == (
        [("INSERT",)] if "INSERT" in resource.facts.audit_on and resource.facts.audited else []
    )


@each_creatable
async def test_bad_bodies_name_each_field(resource: Resource, api: Api, owner: Owner) -> None:
    answer = await api("POST", resource.collection, json={"no_such": 1, "id": str(uuid.uuid4())})
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    fields = {entry["field"]: entry["code"] for entry in problem["errors"]}
    assert fields["no_such"] == "unknown_field"
    assert fields["id"] == "read_only"
    for name in (*resource.writable, *resource.create_only):
        if resource.required_on_create(name) and not resource.gives(name):
            assert fields[name] == "required"
    before = owner.execute(f"SELECT count(*) FROM {resource.table.name}").fetchone()
    body = body_for(resource, owner, api.actor.tenant_id)
    middle = owner.execute(f"SELECT count(*) FROM {resource.table.name}").fetchone()
    for name in body:
        wrong = await api(
            "POST",
            resource.collection,
            json=body | {name: {"wrong": ["type"]} if not _is_json(resource, name) else 7},
        )
        assert wrong.status_code == 422, (name, wrong.text)
        assert [entry["field"] for entry in wrong.json()["errors"]] == [name]
    assert owner.execute(f"SELECT count(*) FROM {resource.table.name}").fetchone() == middle
    assert before is not None


def _is_json(resource: Resource, name: str) -> bool:
    return resource.column(name).type.__class__.__name__ == "JSONB"


@each_creatable
async def test_a_reference_into_another_tenant_is_refused_like_one_that_does_not_exist(
    resource: Resource, api: Api, owner: Owner, other_tenant: Any
) -> None:
    named = [name for name in (*resource.writable, *resource.create_only) if name in resource.references]
    for name in named:
        body = body_for(resource, owner, api.actor.tenant_id)
        theirs = insert(owner, resource.references[name], other_tenant.id)
        answers = []
        for reference in (theirs, uuid.uuid4()):
            answer = await api("POST", resource.collection, json=body | {name: str(reference)})
            assert answer.status_code == 422, answer.text
            answers.append(answer.json())
        assert answers[0] == answers[1]
        assert [entry["field"] for entry in answers[0]["errors"]] == [name]


def changeable(resource: Resource) -> str:
    """A column that can be given any value of its type; text rather than others."""
    tied = {name for pair in resource.facts.polymorphic for name in (pair.type_column, pair.id_column)}
    tied |= {*resource.facts.ref_arrays, *resource.facts.sealed, *resource.shapes, *resource.references}
    free = [name for name in resource.writable if name not in tied and not _is_json(resource, name)]

    def last(name: str) -> tuple[bool, bool]:
        return (not resource.is_text(name), closed_set(resource.column(name)) is not None)

    return sorted(free, key=last)[0]


@each_updatable
async def test_update_with_a_stale_etag_changes_nothing(resource: Resource, api: Api, owner: Owner) -> None:
    key = insert(owner, resource.table.name, api.actor.tenant_id)
    path = f"{resource.collection}/{key}"
    first = await api("GET", path)
    name = changeable(resource)
    candidates = (as_json(value_for(resource.table, name, number)) for number in range(7, 11))
    value, other, *_ = (one for one in candidates if one != first.json()[name])
    changed = await api("PATCH", path, json={name: value}, headers={"If-Match": first.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert changed.json()[name] == value
    assert changed.headers["etag"] != first.headers["etag"]
    stale = await api(
        "PATCH",
        path,
        json={name: other},
        headers={"If-Match": first.headers["etag"]},
    )
    assert stale.status_code == 412
    assert (await api("GET", path)).json()[name] == value
    if resource.facts.audited:
        log = owner.execute(
            "SELECT changed_fields FROM audit_trails WHERE record_id = %s AND operation = 'UPDATE'", (key,)
        ).fetchall()
        assert log == [([name],)]


@each_of_many
async def test_every_filter_finds_its_row(resource: Resource, api: Api, owner: Owner) -> None:
    parents = references(resource.table)
    for name in resource.filters:
        if name in resource.computed:
            continue
        given: dict[str, Any] = {}
        generated = resource.column(name).computed is not None
        if name not in needed(resource.table) and name != "id" and not generated:
            target = parents.get(name)
            if (resource.table.name, name) == ("driver_assignments", "ends_at"):
                given["starts_at"] = value_for(resource.table, "starts_at", 3)
            given[name] = (
                insert(owner, target, api.actor.tenant_id) if target else value_for(resource.table, name, 3)
            )
        key = insert(owner, resource.table.name, api.actor.tenant_id, **given)
        row = (await api("GET", f"{resource.collection}/{key}")).json()
        wanted = row[name]
        text = str(wanted).lower() if isinstance(wanted, bool) else str(wanted)
        for parameter in (name, f"{name}__in"):
            found = await items(api, resource.collection, **{parameter: text, "limit": 1000})
            assert str(key) in [item[resource.key] for item in found], parameter
            assert {item[name] for item in found} == {wanted}
        missing = await items(api, resource.collection, **{f"{name}__isnull": "true", "limit": 1000})
        assert str(key) not in [item[resource.key] for item in missing]


@each_of_many
async def test_every_sort_pages_through_all_rows_once(resource: Resource, api: Api, owner: Owner) -> None:
    for _ in range(5):
        insert(owner, resource.table.name, api.actor.tenant_id)
    everything = await items(api, resource.collection, limit=1000)
    for column in dict.fromkeys((*resource.sorts, resource.default_sort.lstrip("-"), resource.key)):
        seen: dict[str, list[Any]] = {}
        for direction in ("", "-"):
            rows: list[dict[str, Any]] = []
            cursor = None
            while True:
                parameters = {
                    "sort": direction + column,
                    "limit": 2,
                    **({"cursor": cursor} if cursor else {}),
                }
                page = (await api("GET", resource.collection, params=parameters)).json()
                rows += page["items"]
                cursor = page["next_cursor"]
                if cursor is None:
                    break
            keys = [row[resource.key] for row in rows]
            assert sorted(keys) == sorted(row[resource.key] for row in everything), (direction, column)
            seen[direction] = keys
        assert seen[""] == seen["-"][::-1]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("nothing=1", "nothing"),
        ("status__like=a", "status__like"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("sort=notes", "sort"),
        ("fields=id,secret", "fields"),
        ("expand=tenant", "expand"),
        ("count=maybe", "count"),
        ("created_at__gt=yesterday", "created_at__gt"),
        ("department_id=12", "department_id"),
        ("cursor=abc", "cursor"),
    ],
)
async def test_bad_parameters_are_named(query: str, field: str, api: Api) -> None:
    answer = await api("GET", f"vehicles?{query}")
    assert answer.status_code == 400
    assert [entry["field"] for entry in answer.json()["errors"]] == [field]


async def test_count_fields_expand_and_search(api: Api, owner: Owner) -> None:
    department = insert(owner, "departments", api.actor.tenant_id, name="Streets")
    for number in range(3):
        insert(
            owner,
            "vehicles",
            api.actor.tenant_id,
            vehicle_number=f"PLOW {number}",
            make="Oshkosh",
            department_id=department,
        )
    insert(owner, "vehicles", api.actor.tenant_id, vehicle_number="CAR 100%_", make="Ford")
    page = (
        await api(
            "GET", "vehicles", params={"q": "oshkosh plow", "count": "true", "fields": "vehicle_number"}
        )
    ).json()
    assert page["count"] == 3
    assert page["items"] == [{"vehicle_number": f"PLOW {number}"} for number in range(3)]
    assert [row["vehicle_number"] for row in await items(api, "vehicles", q="100%_")] == ["CAR 100%_"]
    assert await items(api, "vehicles", q="100__") == []
    expanded = await items(api, "vehicles", expand="department", q="plow 1")
    assert expanded[0]["department"]["name"] == "Streets"


async def test_search_never_leaves_the_tenant(api: Api, owner: Owner, other_tenant: Any) -> None:
    insert(owner, "vehicles", other_tenant.id, vehicle_number="SECRET 1")
    assert await items(api, "vehicles", q="secret") == []


async def test_a_cursor_is_bound_to_its_list(api: Api, owner: Owner) -> None:
    for _ in range(3):
        insert(owner, "vehicles", api.actor.tenant_id)
    cursor = (await api("GET", "vehicles", params={"limit": 1})).json()["next_cursor"]
    for path, parameters in (
        ("vehicles", {"sort": "-vehicle_number"}),
        ("vehicles", {"status": "active"}),
        ("vendors", {}),
    ):
        answer = await api("GET", path, params={"cursor": cursor, **parameters})
        assert answer.status_code == 400, (path, parameters)
    tampered = ("A" if cursor[5] != "A" else "B").join((cursor[:5], cursor[6:]))
    assert (await api("GET", "vehicles", params={"cursor": tampered, "limit": 1})).status_code == 400


async def test_an_idempotency_key_does_the_work_once(api: Api, owner: Owner) -> None:
    headers = {"Idempotency-Key": "order-1"}
    first = await api("POST", "departments", json={"name": "Parks", "code": "P"}, headers=headers)
    second = await api("POST", "departments", json={"name": "Parks", "code": "P"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    other = await api("POST", "departments", json={"name": "Water", "code": "W"}, headers=headers)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"
    failed = await api(
        "POST", "departments", json={"name": "Parks", "code": "P"}, headers={"Idempotency-Key": "order-2"}
    )
    assert failed.status_code == 409
    assert [entry["field"] for entry in failed.json()["errors"]] == ["code"]


async def test_deleting_what_is_in_use_names_the_referrer(api: Api, owner: Owner) -> None:
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    group = insert(owner, "vehicle_groups", api.actor.tenant_id)
    owner.execute(
        "INSERT INTO vehicle_group_members (tenant_id, group_id, vehicle_id) VALUES (%s, %s, %s)",
        (api.actor.tenant_id, group, vehicle),
    )
    assert (await api("DELETE", f"vehicle-groups/{group}")).status_code == 204
    assert (await api("GET", f"vehicle-groups/{group}")).status_code == 404


async def test_overlapping_assignments_conflict(api: Api, owner: Owner) -> None:
    vehicle = str(insert(owner, "vehicles", api.actor.tenant_id))
    drivers = [str(insert(owner, "drivers", api.actor.tenant_id)) for _ in range(2)]
    body = {"vehicle_id": vehicle, "driver_id": drivers[0], "starts_at": "2026-01-01T00:00:00Z"}
    assert (await api("POST", "driver-assignments", json=body)).status_code == 201
    answer = await api(
        "POST",
        "driver-assignments",
        json=body | {"driver_id": drivers[1], "starts_at": "2026-02-01T00:00:00Z"},
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "overlap")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("purchase_price", "NaN"),
        ("purchase_price", "Infinity"),
        ("purchase_price", "99999999999.00"),
        ("vehicle_number", "nul\u0000"),
        ("vehicle_number", "   "),
        ("vehicle_number", "x" * 51),
        ("vin", 12),
        ("model_year", 2**31),
        ("model_year", "next year"),
        ("acquired_on", "2026-02-30"),
        ("status", "flying"),
        ("metadata", "text"),
    ],
)
async def test_values_that_postgresql_would_refuse_are_told_per_field(
    field: str, value: Any, api: Api
) -> None:
    answer = await api("POST", "vehicles", json={"vehicle_number": "V", field: value})
    assert answer.status_code == 422, answer.text
    assert [entry["field"] for entry in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"7", b"\xff\xfe", b'{"a":1}{'])
async def test_a_body_that_cannot_be_read_is_400(raw: bytes, api: Api) -> None:
    answer = await api("POST", "vehicles", content=raw, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")


async def test_a_limited_reach_narrows_every_way_in(api: Api, owner: Owner) -> None:
    from motorpool.core.access import Reach

    north, south = (insert(owner, "departments", api.actor.tenant_id) for _ in range(2))
    mine = insert(owner, "vehicles", api.actor.tenant_id, department_id=north)
    theirs = insert(owner, "vehicles", api.actor.tenant_id, department_id=south)
    reach = Reach(departments=frozenset({north}))
    limited = api.with_rules(
        *(Rule(f"vehicles.{action}", "role", reach) for action in ("read", "update", "create"))
    )
    assert [row["id"] for row in await items(limited, "vehicles")] == [str(mine)]
    assert (await limited("GET", f"vehicles/{theirs}")).status_code == 404
    assert (await limited("PATCH", f"vehicles/{theirs}", json={"notes": "x"})).status_code == 404
    made = await limited("POST", "vehicles", json={"vehicle_number": "N1", "department_id": str(north)})
    assert made.status_code == 201
    outside = await limited("POST", "vehicles", json={"vehicle_number": "S1", "department_id": str(south)})
    assert (outside.status_code, outside.json()["code"]) == (403, "out_of_reach")
    assert await items(api, "vehicles", vehicle_number="S1") == []


async def test_a_driver_sees_own_trips_only(api: Api, owner: Owner) -> None:
    from motorpool.core.access import Reach

    mine, other = (insert(owner, "drivers", api.actor.tenant_id) for _ in range(2))
    trip = insert(owner, "trips", api.actor.tenant_id, driver_id=mine)
    insert(owner, "trips", api.actor.tenant_id, driver_id=other)
    driver = api.with_rules(Rule("trips.read", "driver", Reach(own=True)), driver_id=mine)
    assert [row["id"] for row in await items(driver, "trips")] == [str(trip)]


@pytest.mark.parametrize("most", [2, 10_000])
async def test_a_text_that_many_rows_hold_is_found_in_all_of_them(
    most: int, api: Api, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motorpool.core.resource.select.SEARCH_MOST", most)
    numbers = [f"Snowplough {place:02}" for place in range(7)]
    for number in reversed(numbers):
        insert(owner, "vehicles", api.actor.tenant_id, vehicle_number=number, make="Oshkosh")
    insert(owner, "vehicles", api.actor.tenant_id, vehicle_number="Sweeper", make="Snowplough Works")
    query = {"sort": "vehicle_number", "limit": 4, "fields": "vehicle_number", "count": "true"}
    for search, found in (
        ({"q": "snowplough osh"}, numbers),
        ({"vehicle_number__contains": "PLOUGH"}, numbers),
        ({"vehicle_number__contains": "plough", "q": "works"}, []),
        ({"q": "snowplough", "vehicle_number": "Sweeper"}, ["Sweeper"]),
    ):
        answer = (await api("GET", "vehicles", params=query | search)).json()
        assert answer["count"] == len(found)
        seen = [item["vehicle_number"] for item in answer["items"]]
        if answer["next_cursor"]:
            following = query | search | {"cursor": answer["next_cursor"]}
            seen += [
                item["vehicle_number"]
                for item in (await api("GET", "vehicles", params=following)).json()["items"]
            ]
        assert seen == found
        lines = (await api("GET", "vehicles/export", params=search | {"sort": "vehicle_number"})).text
        assert len(lines.splitlines()) == 1 + len(found)
