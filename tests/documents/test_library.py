"""Folders, documents, shares and comments: what is allowed, what is refused, and who sees what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from tests.contract.conftest import REGISTRY, Api
from tests.contract.rows import insert

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.documents.models import RECORDS

Owner = psycopg.Connection[Any]


async def make(api: Api, collection: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", collection, json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def test_a_folder_s_name_is_unique_among_its_neighbours_until_it_is_in_the_bin(api: Api) -> None:
    top = await make(api, "document-folders", folder_name="Insurance")
    twin = await api("POST", "document-folders", json={"folder_name": "INSURANCE"})
    assert twin.status_code == 409
    await make(api, "document-folders", folder_name="Insurance", parent_folder_id=top["id"])
    inner = await api("POST", f"document-folders/{top['id']}/discard")
    assert inner.json()["detail"] == "Move or discard the folders in it first."
    other = await make(api, "document-folders", folder_name="Old")
    await api("POST", f"document-folders/{other['id']}/discard")
    await make(api, "document-folders", folder_name="Old")
    back = await api("POST", f"document-folders/{other['id']}/restore")
    assert back.status_code == 409, "its name was given to another one"


async def test_a_folder_is_never_below_itself(api: Api) -> None:
    a = await make(api, "document-folders", folder_name="a")
    b = await make(api, "document-folders", folder_name="b", parent_folder_id=a["id"])
    c = await make(api, "document-folders", folder_name="c", parent_folder_id=b["id"])
    for parent in (a, c):
        answer = await api("PATCH", f"document-folders/{a['id']}", json={"parent_folder_id": parent["id"]})
        assert answer.status_code == 422
    answer = await api("PATCH", f"document-folders/{c['id']}", json={"parent_folder_id": a["id"]})
    assert answer.status_code == 200


async def test_evidence_and_what_must_be_kept_cannot_be_discarded(api: Api) -> None:
    soon = (datetime.now(UTC).date() + timedelta(days=10)).isoformat()
    for held in ({"legal_hold": True}, {"retention_date": soon}):
        row = await make(api, "documents", document_name="Claim", file_url="/f", **held)
        assert (await api("POST", f"documents/{row['id']}/discard")).status_code == 409
    row = await make(
        api, "documents", document_name="Permit", file_url="/f", retention_date="2020-01-01", expires_on=soon
    )
    assert row["expiry_state"] == "expiring_soon"
    gone = (await api("POST", f"documents/{row['id']}/discard")).json()
    assert gone["status"] == "discarded"
    assert gone["discarded_by_user_id"] == str(api.actor.user_id)


async def test_a_share_is_for_exactly_one_kind(api: Api, owner: Owner) -> None:
    document = await make(api, "documents", document_name="Manual", file_url="/f")
    base = {"document_id": document["id"], "permission_level": "view"}
    nobody = await api("POST", "document-shares", json=base)
    assert [entry["field"] for entry in nobody.json()["errors"]] == ["shared_with_user_id"]
    two = base | {"shared_with_role": "driver", "shared_with_department": "TAXI"}
    assert (await api("POST", "document-shares", json=two)).status_code == 422
    share = await make(api, "document-shares", **base, shared_with_role="driver")
    assert (await api("DELETE", f"document-shares/{share['id']}")).status_code == 204


async def test_a_shared_document_is_seen_until_the_share_ends(api: Api, owner: Owner) -> None:
    document = await make(api, "documents", document_name="Route book", file_url="/f")
    reader = insert(owner, "users", api.actor.tenant_id)
    own = Rule("documents.read", "role", Reach(own=True))
    person = api.as_actor(replace(api.actor, user_id=reader, access=Access((own,))))
    assert (await person("GET", f"documents/{document['id']}")).status_code == 404
    share = await make(
        api,
        "document-shares",
        document_id=document["id"],
        permission_level="view",
        shared_with_user_id=str(reader),
    )
    assert (await person("GET", f"documents/{document['id']}")).status_code == 200
    await api("PATCH", f"document-shares/{share['id']}", json={"expires_at": "2026-01-01T00:00:00Z"})
    assert (await person("GET", f"documents/{document['id']}")).status_code == 404


async def test_a_document_is_shared_with_a_role_and_with_a_department(api: Api, owner: Owner) -> None:
    tenant = api.actor.tenant_id
    department = insert(owner, "departments", tenant, code="NIGHT")
    reader = insert(owner, "users", tenant, department_id=department)
    role = insert(owner, "roles", tenant, role_name="night_dispatcher")
    insert(owner, "user_roles", tenant, user_id=reader, role_id=role)
    own = Rule("documents.read", "role", Reach(own=True))
    person = api.as_actor(replace(api.actor, user_id=reader, access=Access((own,))))
    for shared in ({"shared_with_role": "night_dispatcher"}, {"shared_with_department": "NIGHT"}):
        document = await make(api, "documents", document_name="Route book", file_url="/f")
        path = f"documents/{document['id']}"
        assert (await person("GET", path)).status_code == 404
        other = await make(api, "documents", document_name="Other", file_url="/f")
        base = {"document_id": other["id"], "permission_level": "view"}
        await make(api, "document-shares", **base, **{key: f"{value}x" for key, value in shared.items()})
        await make(api, "document-shares", **base | {"document_id": document["id"]}, **shared)
        assert (await person("GET", path)).status_code == 200
        assert (await person("GET", f"documents/{other['id']}")).status_code == 404
        if "shared_with_role" in shared:
            owner.execute("UPDATE roles SET is_active = false WHERE id = %s", (role,))
            assert (await person("GET", path)).status_code == 404


async def test_nobody_writes_to_a_document_out_of_reach_or_shares_it_with_themselves(
    api: Api, owner: Owner
) -> None:
    document = await make(api, "documents", document_name="Payroll", file_url="/f")
    stranger = insert(owner, "users", api.actor.tenant_id)
    own = tuple(
        Rule(f"{table}.*", "role", Reach(own=True))
        for table in ("documents", "document_shares", "document_comments", "record_attachments")
    )
    person = api.as_actor(replace(api.actor, user_id=stranger, access=Access(own)))
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    bodies: dict[str, dict[str, Any]] = {
        "document-shares": {"permission_level": "view", "shared_with_user_id": str(stranger)},
        "document-comments": {"comment_text": "Interesting"},
        "record-attachments": {"record_type": "vehicles", "record_id": str(vehicle)},
    }
    for collection, body in bodies.items():
        answer = await person("POST", collection, json=body | {"document_id": document["id"]})
        assert (answer.status_code, answer.json()["code"]) == (403, "out_of_reach"), collection
    mine = await make(person, "documents", document_name="Photo", file_url="/f")
    for collection, body in bodies.items():
        await make(person, collection, **body, document_id=mine["id"])


async def test_a_settled_remark_says_who_and_when(api: Api) -> None:
    document = await make(api, "documents", document_name="Plan", file_url="/f")
    remark = await make(api, "document-comments", document_id=document["id"], comment_text="Wrong date?")
    path = f"document-comments/{remark['id']}"
    assert remark["is_resolved"] is False
    assert remark["user_id"] == str(api.actor.user_id)
    done = (await api("POST", f"{path}/resolve")).json()
    assert (done["is_resolved"], done["resolved_by_user_id"]) == (True, str(api.actor.user_id))
    again = (await api("POST", f"{path}/reopen")).json()
    assert (again["is_resolved"], again["resolved_at"]) == (False, None)


def test_what_can_be_remarked_on_has_a_page() -> None:
    assert set(RECORDS) - set(REGISTRY) == set()


async def test_comments_and_attachments_go_on_any_record(api: Api, owner: Owner) -> None:
    vehicle, vendor = (insert(owner, table, api.actor.tenant_id) for table in ("vehicles", "vendors"))
    first = await make(
        api, "comments", record_type="vehicles", record_id=str(vehicle), body="Mirror is loose"
    )
    assert first["author_user_id"] == str(api.actor.user_id)
    astray: list[tuple[str, UUID, str]] = [
        ("vehicles", vendor, "record_id"),
        ("sessions", vehicle, "record_type"),
    ]
    for kind, key, field in astray:
        wrong = await api("POST", "comments", json={"record_type": kind, "record_id": str(key), "body": "Hm"})
        assert [entry["field"] for entry in wrong.json()["errors"]] == [field]
    reply = {
        "record_type": "vendors",
        "record_id": str(vendor),
        "body": "?",
        "reply_to_comment_id": first["id"],
    }
    assert (await api("POST", "comments", json=reply)).status_code == 422
    edited = (await api("POST", f"comments/{first['id']}/edit", json={"body": "Mirror is gone"})).json()
    assert edited["body"] == "Mirror is gone"
    assert edited["edited_at"] is not None
    await api("POST", f"comments/{first['id']}/remove")
    assert (await api("POST", f"comments/{first['id']}/edit", json={"body": "x"})).status_code == 409
    document = await make(api, "documents", document_name="Photo", file_url="/f")
    link = {"record_type": "vehicles", "record_id": str(vehicle), "document_id": document["id"]}
    await make(api, "record-attachments", **link, caption="Left side")
    assert (await api("POST", "record-attachments", json=link)).status_code == 409
    found = (await api("GET", "record-attachments", params={"record_id": str(vehicle)})).json()["items"]
    assert [row["caption"] for row in found] == ["Left side"]
