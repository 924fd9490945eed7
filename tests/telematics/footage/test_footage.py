"""Clips over HTTP: sent, tied, played in parts, kept from those who may not see them; and what time does to them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.site import Organisation, Site

from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.settings import Settings
from motorpool.telematics.actions.retire_footage import archive_key, retire_footage
from motorpool.telematics.actions.tie_footage import tie_footage

DATA = Path(__file__).parents[3] / "src" / "motorpool" / "demo" / "data"
FILM = (DATA / "clip_forward.mp4").read_bytes()
PICTURE = (DATA / "clip_forward.jpg").read_bytes()
PATH = "/api/v1/video-telematics-footage"
AT = datetime(2026, 5, 21, 15, 0, tzinfo=UTC)
Owner = psycopg.Connection[Any]


@pytest.fixture
def vehicle(owner: Owner, organisation: Organisation) -> str:
    return str(insert(owner, "vehicles", organisation.id, status="active"))


async def send(client: httpx.AsyncClient, vehicle: str, **fields: str) -> httpx.Response:
    given = {"vehicle_id": vehicle, "recorded_at": AT.isoformat(), "camera_position": "forward"} | fields
    return await client.post(f"{PATH}/upload", files={"file": ("clip.mp4", FILM, "video/mp4")}, data=given)


async def sent(client: httpx.AsyncClient, vehicle: str, **fields: str) -> str:
    answer = await send(client, vehicle, **fields)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_a_film_is_read_tied_and_played_in_parts(
    client: httpx.AsyncClient,
    strange_client: httpx.AsyncClient,
    owner: Owner,
    organisation: Organisation,
    vehicle: str,
) -> None:
    minor = insert(
        owner, "driver_behavior_events", organisation.id, vehicle_id=vehicle, severity="minor",
        event_type="speeding", recorded_at=AT + timedelta(seconds=2),
    )  # fmt: skip
    severe = insert(
        owner, "driver_behavior_events", organisation.id, vehicle_id=vehicle, severity="severe",
        event_type="harsh_braking", recorded_at=AT + timedelta(seconds=8),
    )  # fmt: skip
    insert(
        owner, "driver_behavior_events", organisation.id, vehicle_id=vehicle, severity="severe",
        event_type="harsh_braking", recorded_at=AT + timedelta(minutes=5),
    )  # fmt: skip
    key = await sent(client, vehicle, tags="Near_Miss, coaching near_miss")
    row = (await client.get(f"{PATH}/{key}")).json()
    assert (row["duration_seconds"], row["resolution"], row["file_size_bytes"]) == (14, "480x270", len(FILM))
    assert (row["event_type"], row["event_id"]) == ("driver_behavior_event", str(severe))
    assert row["tags"] == ["near_miss", "coaching"]
    assert row["content"] == "kept"
    about = (await client.get(f"{PATH}/{key}/context")).json()
    assert [one["id"] for one in about["events"]] == [str(minor), str(severe)]
    assert about["events"][1]["offset_seconds"] == 8

    link = (await client.get(f"{PATH}/{key}/play")).json()
    assert datetime.fromisoformat(link["expires_at"]) > datetime.now(UTC) + timedelta(minutes=50)
    async with httpx.AsyncClient(base_url=str(client.base_url)) as nobody:
        whole = await nobody.get(link["url"])
        part = await nobody.get(link["url"], headers={"Range": "bytes=100-199"})
        forged = await nobody.get(link["url"].replace("expires=1", "expires=2"))
    assert whole.content == FILM and whole.headers["content-type"] == "video/mp4"
    assert (part.status_code, part.content) == (206, FILM[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(FILM)}"
    assert forged.status_code == 403
    for path in (key, f"{key}/play", f"{key}/thumbnail", f"{key}/context"):
        assert (await strange_client.get(f"{PATH}/{path}")).status_code == 404


async def test_driver_and_place_are_looked_up(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, vehicle: str
) -> None:
    driver = insert(owner, "drivers", organisation.id)
    insert(
        owner, "trips", organisation.id, vehicle_id=vehicle, driver_id=driver,
        started_at=AT - timedelta(hours=1), ended_at=AT + timedelta(hours=1),
    )  # fmt: skip
    owner.execute("SELECT ensure_partition('vehicle_locations', %s)", (AT,))
    owner.execute(
        "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at, source) "
        "VALUES (%s, %s, 37.5, -122.5, %s, 'test')",
        (organisation.id, vehicle, AT + timedelta(seconds=20)),
    )
    row = (await client.get(f"{PATH}/{await sent(client, vehicle)}")).json()
    assert row["driver_id"] == str(driver)
    assert (float(row["latitude"]), float(row["longitude"])) == (37.5, -122.5)
    about = (await client.get(f"{PATH}/{row['id']}/context")).json()
    assert about["trip_id"] is not None


async def test_what_is_wrong_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, owner: Owner, organisation: Organisation, vehicle: str, stranger: Organisation
) -> None:
    foreign = str(insert(owner, "vehicles", stranger.id, status="active"))
    for fields, field in (
        ({"vehicle_id": foreign}, "vehicle_id"),
        ({"vehicle_id": "x"}, "vehicle_id"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"recorded_at": ""}, "recorded_at"),
        ({"camera_position": "roof"}, "camera_position"),
        ({"latitude": "95", "longitude": "1"}, "latitude"),
        ({"speed": "50"}, "speed"),
    ):
        answer = await send(client, vehicle, **fields)
        assert answer.status_code == 422, (fields, answer.text)
        assert field in {entry["field"] for entry in answer.json()["errors"]}, answer.text
    picture = await client.post(
        f"{PATH}/upload",
        files={"file": ("clip.mp4", PICTURE, "video/mp4")},
        data={"vehicle_id": vehicle, "recorded_at": AT.isoformat()},
    )
    assert picture.status_code == 422
    count = owner.execute(
        "SELECT count(*) FROM video_telematics_footage WHERE tenant_id = %s AND vehicle_id = %s",
        (organisation.id, vehicle),
    ).fetchone()
    assert count == (0,)


async def test_a_picture_of_a_clip(client: httpx.AsyncClient, vehicle: str) -> None:
    key = await sent(client, vehicle)
    assert (await client.get(f"{PATH}/{key}/thumbnail")).status_code == 404
    kept = await client.post(f"{PATH}/{key}/thumbnail", files={"file": ("still.jpg", PICTURE, "image/jpeg")})
    assert kept.status_code == 201, kept.text
    shown = await client.get(f"{PATH}/{key}/thumbnail")
    assert (shown.content, shown.headers["content-type"]) == (PICTURE, "image/jpeg")
    film = await client.post(f"{PATH}/{key}/thumbnail", files={"file": ("still.mp4", FILM, "video/mp4")})
    assert film.status_code == 422


async def test_the_camera_inside_needs_a_right_of_its_own(
    client: httpx.AsyncClient,
    site: Site,
    site_settings: Settings,
    owner: Owner,
    organisation: Organisation,
    vehicle: str,
) -> None:
    inside, ahead = await sent(client, vehicle, camera_position="interior"), await sent(client, vehicle)
    assert (await client.get(f"{PATH}/{inside}/play")).status_code == 200
    owner.execute(
        "UPDATE roles SET permissions = jsonb_set(permissions, '{video_telematics_footage}', "
        '\'{"actions": ["read"], "scope": "all"}\') WHERE tenant_id = %s AND role_name = \'auditor\'',
        (organisation.id,),
    )
    token = await _token_of(site_settings, organisation, "auditor")
    async with httpx.AsyncClient(
        base_url=site.address, headers={"Authorization": f"Bearer {token}"}
    ) as auditor:
        assert (await auditor.get(f"{PATH}/{ahead}/play")).status_code == 200
        refused = await auditor.get(f"{PATH}/{inside}/play")
        assert refused.status_code == 403
        assert "view_interior" in refused.text
        assert (await auditor.get(f"{PATH}/{inside}/thumbnail")).status_code == 403


async def test_a_linked_film_of_the_camera_inside_is_told_to_those_who_may_see_it(
    client: httpx.AsyncClient,
    site: Site,
    site_settings: Settings,
    owner: Owner,
    organisation: Organisation,
    vehicle: str,
) -> None:
    given = {
        "vehicle_id": vehicle, "recorded_at": AT.isoformat(), "camera_position": "interior",
        "video_url": "https://camera.example/film", "thumbnail_url": "https://camera.example/still",
    }  # fmt: skip
    made = await client.post(PATH, json=given)
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    accident = insert(owner, "accident_reports", organisation.id, dashcam_footage_id=key)
    token = await _token_of(site_settings, organisation, "auditor")
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=site.address, headers=headers) as auditor:
        for path in (
            f"{PATH}/{key}", PATH, f"{PATH}?fields=id,video_url,thumbnail_url", f"{PATH}/{key}/play", f"{PATH}/{key}/thumbnail",
            f"/api/v1/accident-reports/{accident}?expand=dashcam_footage", "/api/v1/audit-trails",
            f"/video-telematics-footage/{key}", f"/video-telematics-footage/{key}?tab=history",
        ):  # fmt: skip
            answer = await auditor.get(path)
            assert answer.status_code in (200, 403), (path, answer.text)
            assert "camera.example" not in answer.text, path
    assert made.json()["video_url"] == f"{PATH}/{key}/play"
    assert (await client.get(f"{PATH}/{key}/play")).json()["url"] == given["video_url"]
    still = await client.get(made.json()["thumbnail_url"])
    assert (still.status_code, still.headers["location"]) == (302, given["thumbnail_url"])
    for name in ("video_url", "thumbnail_url"):
        back = await client.patch(f"{PATH}/{key}", json={name: made.json()[name]})
        assert (back.status_code, back.json()["errors"][0]["field"]) == (422, name)
    assert (await client.patch(f"{PATH}/{key}", json={"tags": ["seen"]})).status_code == 200
    assert (await client.get(f"{PATH}/{key}/play")).json()["url"] == given["video_url"], "it is still known"


async def _token_of(settings: Settings, organisation: Organisation, role: str) -> str:
    from motorpool.core.secrets import load_keyring
    from motorpool.identity.actions.create_api_token import create_api_token
    from motorpool.identity.actions.create_user import create_user

    database = Database(settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        async with database.transaction(organisation.actor) as session:
            user = await create_user(
                session, organisation.actor, email=f"{role}-{uuid4()}@{organisation.slug}.test", display_name=role,
                password="quite a long password", roles=(role,),
            )  # fmt: skip
            _, token = await create_api_token(
                session, load_keyring(settings), organisation.actor, user_id=user.id, name="test"
            )
    finally:
        await database.close()
    return str(token.text)


async def test_an_event_that_comes_later_is_tied_and_a_persons_choice_stays(
    client: httpx.AsyncClient, database: Database, owner: Owner, organisation: Organisation, vehicle: str
) -> None:
    recent = datetime.now(UTC) - timedelta(hours=2)
    key = await sent(client, vehicle, recorded_at=recent.isoformat())
    assert (await client.get(f"{PATH}/{key}")).json()["event_id"] is None
    first = insert(
        owner, "driver_behavior_events", organisation.id, vehicle_id=vehicle, severity="minor",
        event_type="speeding", recorded_at=recent + timedelta(seconds=3),
    )  # fmt: skip
    async with database.transaction(organisation.actor) as session:
        assert await tie_footage(session, organisation.id) >= 1
    incident = insert(
        owner, "incidents", organisation.id, vehicle_id=vehicle, occurred_at=recent, reported_at=recent
    )
    async with database.transaction(organisation.actor) as session:
        assert await tie_footage(session, organisation.id) == 0
    assert (await client.get(f"{PATH}/{key}")).json()["event_id"] == str(first)
    other = await sent(client, vehicle, recorded_at=recent.isoformat())
    assert (await client.get(f"{PATH}/{other}")).json()["event_id"] == str(incident), (
        "an incident comes first"
    )


async def test_old_clips_are_archived_and_deleted_but_not_those_held(
    client: httpx.AsyncClient,
    database: Database,
    site_settings: Settings,
    owner: Owner,
    organisation: Organisation,
    vehicle: str,
) -> None:
    def days_ago(days: int) -> str:
        return (datetime.now(UTC) - timedelta(days=days)).isoformat()

    clips = {
        name: await sent(client, vehicle, recorded_at=days_ago(days))
        for name, days in (("new", 1), ("older", 40), ("old", 100), ("held", 100))
    }
    await client.post(
        f"{PATH}/{clips['old']}/thumbnail", files={"file": ("still.jpg", PICTURE, "image/jpeg")}
    )
    held = await client.patch(f"{PATH}/{clips['held']}", json={"legal_hold": True})
    assert held.status_code == 200, held.text
    assert (await client.delete(f"{PATH}/{clips['held']}")).status_code == 409
    owner.execute(
        "INSERT INTO system_settings (tenant_id, setting_key, setting_value, setting_type) "
        "VALUES (%s, 'footage.retention_days', '90', 'number')",
        (organisation.id,),
    )
    before = {
        key: owner.execute(
            "SELECT s.storage_key FROM video_telematics_footage f JOIN files s ON s.id IN (f.file_id, f.thumbnail_file_id) "
            "WHERE f.id = %s ORDER BY s.size_bytes", (key,),
        ).fetchall()
        for key in clips.values()
    }  # fmt: skip
    files = FileStore.of(site_settings)
    await asyncio.gather(*[retire_footage(database, files, site_settings.footage, organisation.id)])
    folder = site_settings.data.dir / "files"
    states = {name: (await client.get(f"{PATH}/{key}")).json() for name, key in clips.items()}
    assert {name: row["content"] for name, row in states.items()} == {
        "new": "kept", "older": "archived", "old": "deleted", "held": "archived",
    }  # fmt: skip
    assert states["old"]["content_deleted_at"] and len(before[clips["old"]]) == 2
    for (object_key,) in before[clips["old"]]:
        assert not (folder / object_key).exists()
        assert not (folder / archive_key(object_key)).exists()
    ((moved,),) = before[clips["older"]]
    assert not (folder / moved).exists() and (folder / archive_key(moved)).read_bytes() == FILM
    gone = await client.get(f"{PATH}/{clips['old']}/play")
    assert (gone.status_code, gone.json()["code"]) == (404, "content_deleted")
    link = (await client.get(f"{PATH}/{clips['older']}/play")).json()
    assert (await client.get(link["url"])).content == FILM
    again = await retire_footage(database, files, site_settings.footage, organisation.id)
    assert (again.archived, again.deleted) == (0, 0)
