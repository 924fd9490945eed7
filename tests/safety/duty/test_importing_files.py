"""An ELD's file comes into a driver's log once; supporting documents of a day are kept as the rule asks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.duty.people import LOGS, Person, log, make_driver, rows_of
from tests.safety.duty.test_eld_file import whole
from tests.site import Organisation, Site

from motorpool.safety.rules.duty_eld_file import (
    EldCertification,
    EldEvent,
    EldFile,
    EldUser,
    EldVehicle,
    line_check,
    write_eld_file,
)

Owner = psycopg.Connection[Any]
IMPORT = "/api/v1/hours-of-service/import"
UNASSIGNED = "/api/v1/unassigned-driving"
ZONE = ZoneInfo("America/Chicago")
HOUR = timedelta(hours=1)
TODAY = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
BEGIN = (TODAY - timedelta(days=2)).replace(hour=6).astimezone(UTC)
MADE = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
VIN = "1FUJGLDR5CSBF1234"


@pytest.fixture
async def dora(site: Site, organisation: Organisation, owner: Owner) -> Person:
    dora = await make_driver(site, organisation, owner)
    home = insert(owner, "facilities", organisation.id, time_zone=ZONE.key)
    owner.execute(
        "UPDATE drivers SET home_facility_id = %s, license_number = %s, license_region = 'IL' WHERE id = %s",
        (home, f"D{dora.driver_id.hex[-9:]}".upper(), dora.driver_id),
    )
    return dora


def license_of(dora: Person) -> str:
    return f"D{dora.driver_id.hex[-9:]}".upper()


def file_of(dora: Person, **more: Any) -> EldFile:
    truck = EldVehicle("Unit 7", f"{VIN[:-9]}{dora.driver_id.hex[-9:].upper()}")
    driver = EldUser("whoever", dora.name)
    events = [
        EldEvent("on_duty_not_driving", BEGIN, vehicle=truck, place="Joliet, IL", sequence=10),
        EldEvent(
            "driving",
            BEGIN + HOUR,
            origin="automatic",
            latitude=41.5,
            longitude=-88.1,
            vehicle=truck,
            sequence=11,
        ),
        EldEvent("driving", BEGIN + 4 * HOUR, "inactive_changed", "driver", vehicle=truck, sequence=12),
        EldEvent("on_duty_not_driving", BEGIN + 5 * HOUR, vehicle=truck, sequence=13, comment="Unloading"),
        EldEvent("off_duty", BEGIN + 6 * HOUR, vehicle=truck, sequence=14),
    ]
    given: dict[str, Any] = {
        "events": events,
        "certifications": [EldCertification(BEGIN.astimezone(ZONE).date(), BEGIN + 12 * HOUR, truck)],
        "unidentified": [
            EldEvent("driving", BEGIN - 5 * HOUR, origin="unidentified", vehicle=truck, sequence=1),
            EldEvent(
                "on_duty_not_driving", BEGIN - 4 * HOUR, origin="unidentified", vehicle=truck, sequence=2
            ),
        ],
    }
    return EldFile(
        driver=driver, license_state="IL", license_number=license_of(dora), carrier="Freight", usdot="1", zone=ZONE,
        day_start=time(0), multiday=8, made_at=MADE, comment="Made by a device", **(given | more),
    )  # fmt: skip


def from_device(text: str) -> str:
    """With the registration and identifier of a device in line 8."""
    lines = text.split("\r\n")
    body = "ACME,ACM001,," + lines[7].rpartition(",")[0].removeprefix(",,,")
    lines[7] = f"{body},{line_check(body)}"
    return whole("\r\n".join(lines))


async def send(client: httpx.AsyncClient, text: str, **more: Any) -> httpx.Response:
    return await client.post(IMPORT, json={"content": text, **more})


async def logged(client: httpx.AsyncClient, dora: Person) -> list[dict[str, Any]]:
    rows = await client.get(
        LOGS, params={"driver_id": str(dora.driver_id), "sort": "status_start_time", "limit": 500}
    )
    found: list[dict[str, Any]] = rows.json()["items"]
    return found


async def test_a_file_comes_in_once(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    given = file_of(dora)
    truck = insert(owner, "vehicles", organisation.id, vehicle_number=f"TR-{dora.driver_id.hex[-6:]}",
                   vin=given.events[0].vehicle.vin if given.events[0].vehicle else "", vehicle_type="tractor")  # fmt: skip
    text = from_device(write_eld_file(given))
    look = await send(client, text, preview=True)
    assert look.status_code == 200, look.text
    seen = look.json()
    assert (seen["new"], seen["known"], seen["unassigned"], seen["driver_id"]) == (
        5,
        0,
        1,
        str(dora.driver_id),
    )
    assert (seen["eld_provider"], seen["eld_device_id"]) == ("ACME", "ACM001")
    assert await logged(client, dora) == [] and seen["import_id"] is None
    done = (await send(client, text)).json()
    assert (done["new"], done["unassigned"], done["is_repeat"]) == (5, 1, False)
    rows = await logged(client, dora)
    assert [
        (one["duty_status"], one["record_status"], one["origin"], one["eld_sequence_id"]) for one in rows
    ] == [
        ("on_duty_not_driving", "active", "driver", 10),
        ("driving", "active", "automatic", 11),
        ("driving", "inactive_changed", "driver", 12),
        ("on_duty_not_driving", "active", "driver", 13),
        ("off_duty", "active", "driver", 14),
    ]
    assert {one["eld_device_id"] for one in rows} == {"ACM001"} and {one["vehicle_id"] for one in rows} == {
        str(truck)
    }
    assert [one["duration_minutes"] for one in rows] == [60, 240, 60, 60, None]
    # The file is not older than a day, so its last status goes on; what is over was certified on the device.
    assert [one["is_certified"] for one in rows] == [True, True, False, True, False]
    (unknown,) = (await client.get(UNASSIGNED, params={"vehicle_id": str(truck)})).json()["items"]
    assert datetime.fromisoformat(unknown["ended_at"]) == BEGIN - 4 * HOUR
    kept = await client.get(f"/api/v1/duty-file-imports/{done['import_id']}/content")
    assert kept.status_code == 200 and kept.text == text
    # Again: nothing. A later file that tells more: only what is new, and what went on ends.
    again = (await send(client, text)).json()
    assert again["is_repeat"] and again["new"] == 0 and again["import_id"] == done["import_id"]
    more = [*given.events, EldEvent("driving", BEGIN + 20 * HOUR, origin="automatic", sequence=15),
            EldEvent("off_duty", BEGIN + 21 * HOUR, sequence=16)]  # fmt: skip
    later = (await send(client, from_device(write_eld_file(replace(given, events=more))))).json()
    assert (later["new"], later["changed"], later["known"]) == (2, 1, 4)
    rows = await logged(client, dora)
    assert [one["duration_minutes"] for one in rows] == [60, 240, 60, 60, 14 * 60, 60, None]
    # Driving that the device recorded cannot be shortened.
    shorter = rows_of(dora.driver_id, "0 D 1", BEGIN + HOUR)[0]
    shorter |= {"replaces_log_id": rows[1]["id"], "edit_reason": "It was less than that"}
    refused = await client.post(LOGS, json=shorter, headers=dora.headers)
    assert refused.status_code == 422, refused.text


async def test_two_who_read_the_same_file_in_at_once_add_it_once(
    client: httpx.AsyncClient, dora: Person
) -> None:
    text = from_device(write_eld_file(file_of(dora)))
    answers = await asyncio.gather(*(send(client, text) for _ in range(4)))
    assert [one.status_code for one in answers] == [200] * 4
    assert sorted(one.json()["new"] for one in answers) == [0, 0, 0, 5]
    assert len(await logged(client, dora)) == 5


async def test_what_is_recorded_differently_is_told_and_refused_unless_wanted(
    client: httpx.AsyncClient, dora: Person
) -> None:
    await log(client, rows_of(dora.driver_id, "0 OFF 3 SB 8 OFF", BEGIN), dora.headers)
    text = from_device(write_eld_file(file_of(dora)))
    look = (await send(client, text, preview=True)).json()
    assert [(one["recorded"], one["told"]) for one in look["overlaps"]] == [
        ("off_duty", "on_duty_not_driving"),
        ("off_duty", "driving"),
        ("sleeper_berth", "driving"),
        ("sleeper_berth", "on_duty_not_driving"),
        ("sleeper_berth", "off_duty"),
    ]
    refused = await send(client, text)
    assert refused.status_code == 409 and refused.json()["code"] == "overlaps"
    assert len(await logged(client, dora)) == 3
    assert (await send(client, text, over=True)).status_code == 200
    at = (BEGIN + 6 * HOUR).isoformat()
    hours = await client.get(f"/api/v1/drivers/{dora.driver_id}/hours-of-service", params={"as_of": at})
    assert hours.json()["clocks"]["drive_minutes"] == 7 * 60


async def test_whose_file_it_is(
    client: httpx.AsyncClient, site: Site, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    stranger = write_eld_file(replace(file_of(dora), license_number="X000000"))
    refused = await send(client, stranger, preview=True)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "driver_id"
    named = (await send(client, stranger, preview=True, driver_id=str(dora.driver_id))).json()
    assert any("neither username nor license" in note for note in named["notes"])
    # Drivers do not read files into their own log: it would make records of a device.
    assert (await client.post(IMPORT, json={"content": stranger}, headers=dora.headers)).status_code == 403
    broken = await send(client, stranger.replace("Joliet", "Peoria", 1), preview=True)
    assert broken.status_code == 422 and "check value" in broken.json()["errors"][0]["field"]


async def test_motorpools_own_file_says_nothing_new(client: httpx.AsyncClient, dora: Person) -> None:
    # An entry laid over a status that goes on around it.
    await log(client, rows_of(dora.driver_id, "0 OFF 20 ON 21 D 24 OFF", BEGIN), dora.headers)
    await log(client, rows_of(dora.driver_id, "3 ON 4", BEGIN), dora.headers)
    await log(
        client,
        rows_of(dora.driver_id, "22 OFF 23", BEGIN, special_category="personal_conveyance"),
        dora.headers,
    )
    page = await client.get(f"/hours-of-service/{dora.driver_id}/eld-file.csv")
    assert page.status_code == 200, page.text
    look = (await send(client, page.text, preview=True)).json()
    assert (look["new"], look["changed"], look["overlaps"]) == (0, 0, []), look


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082"
)
DOCUMENTS = "/api/v1/duty-supporting-documents"


def picture(number: int) -> bytes:
    """Another file each time, still a picture."""
    return PNG + bytes([number])


async def hand_in(
    client: httpx.AsyncClient, dora: Person, number: int = 0, headers: Any = None, **more: Any
) -> httpx.Response:
    today = datetime.now(ZONE).date()
    data = {"log_date": str(today), "kind": "bill_of_lading", "place": "Joliet, IL"} | more
    return await client.post(
        f"/api/v1/drivers/{dora.driver_id}/supporting-documents",
        data=data,
        files={"file": ("bill.png", picture(number), "image/png")},
        headers=headers,
    )


async def test_supporting_documents(
    client: httpx.AsyncClient, site: Site, organisation: Organisation, owner: Owner, dora: Person
) -> None:
    today = datetime.now(ZONE).date()
    made = await hand_in(client, dora, headers=dora.headers, document_time="14:30", document_number="BOL-1")
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    # The same file for the same day is the same document.
    assert (await hand_in(client, dora, headers=dora.headers)).json()["id"] == key
    row = (await client.get(f"{DOCUMENTS}/{key}")).json()
    assert (row["shown_name"], row["document_time"], row["is_late"]) == (dora.name, "14:30:00", False)
    assert row["document_date"] == str(today)
    picture_back = await client.get(f"{DOCUMENTS}/{key}/content", headers=dora.headers)
    assert picture_back.content == picture(0) and picture_back.headers["content-type"] == "image/png"
    # Late: more than 13 days after the day, unless the driver got it later.
    long_ago = str(today - timedelta(days=14))
    late = (await hand_in(client, dora, 1, log_date=long_ago)).json()["id"]
    on_time = (
        await hand_in(client, dora, 2, log_date=long_ago, received_on=str(today - timedelta(days=2)))
    ).json()["id"]
    last_day = (await hand_in(client, dora, 5, log_date=str(today - timedelta(days=13)))).json()["id"]
    told = [(await client.get(f"{DOCUMENTS}/{one}")).json()["is_late"] for one in (late, on_time, last_day)]
    assert told == [True, False, False]
    # Others see nothing of it, and cannot hand in for this driver.
    other = await make_driver(site, organisation, owner, "Otto Other")
    assert (await client.get(f"{DOCUMENTS}/{key}", headers=other.headers)).status_code == 404
    assert (await client.get(f"{DOCUMENTS}/{key}/content", headers=other.headers)).status_code == 404
    assert (await hand_in(client, dora, 3, headers=other.headers)).status_code == 404
    for wrong, field in (
        ({"place": ""}, "place"),
        ({"kind": "letter"}, "kind"),
        ({"log_date": str(today + timedelta(days=1))}, "log_date"),
        ({"document_date": str(today - timedelta(days=5))}, "document_date"),
        ({"document_time": "25:00"}, "document_time"),
    ):
        refused = await hand_in(client, dora, 4, **wrong)
        assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == field, (
            wrong,
            refused.text,
        )
    withdrawn = await client.post(
        f"{DOCUMENTS}/{key}/withdraw", json={"withdrawn_reason": "Another driver's"}
    )
    assert withdrawn.status_code == 200, withdrawn.text
    assert (await client.post(f"{DOCUMENTS}/{key}/restore", headers=dora.headers)).status_code == 403


async def test_a_file_of_what_is_known_is_not_offered_to_be_read_in(
    client: httpx.AsyncClient, dora: Person
) -> None:
    text = write_eld_file(file_of(dora))
    parts = {"file": ("eld.csv", text.encode(), "text/csv")}
    new = await client.post("/hours-of-service/import", files=parts, follow_redirects=True)
    assert new.status_code == 200 and "Read it in" in new.text and "unnamed" not in new.text
    assert (await send(client, text)).json()["new"] == 5
    known = await client.post("/hours-of-service/import", files=parts, follow_redirects=True)
    assert known.status_code == 200 and "Everything in this file is known already" in known.text
    assert "Read it in" not in known.text and f'href="/hours-of-service/{dora.driver_id}"' in known.text
