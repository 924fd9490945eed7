"""A meeting from the invitation to the closed list, through the API, as each of the people in it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.meetings.people import Person, Pool, drawing

QUIZ: dict[str, Any] = {
    "questions": [
        {"text": "Distance in rain?", "choices": ["2 s", "3 s", "6 s"], "right": [2]},
        {"text": "What is checked?", "choices": ["Brakes", "Radio", "Tires"], "right": [0, 2]},
    ],
    "pass_percent": 100,
    "attempts": 2,
}


async def signed(person: Person, place: dict[str, Any], **more: Any) -> httpx.Response:
    body = {"signature": {"name": "Signed here", **more}}
    return await person.client.post(f"/api/v1/meeting-attendees/{place['id']}/sign", json=body)


async def test_people_are_invited_one_by_one_and_by_place(pool: Pool) -> None:
    dee = await pool.person("driver", "Dee")
    tom = await pool.person("technician", "Tom")
    tenant = pool.organisation.id
    depot = insert(pool.owner, "facilities", tenant, name="Depot")
    here = [
        insert(pool.owner, "drivers", tenant, home_facility_id=depot, status=status, user_id=None)
        for status in ("active", "on_leave", "retired")
    ]
    meeting = await pool.meeting()
    # A driver with an account is on the list once, whichever way named.
    made = await pool.invite(meeting, [dee, tom], user_ids=[str(dee.user), str(tom.user)])
    assert len(made) == 2
    assert len(await pool.invite(meeting, [dee], facility_ids=[str(depot)])) == 2
    assert set(await pool.places(meeting)) == {str(one) for one in (dee.driver, tom.user, here[0], here[1])}
    row = (await pool.office.get(f"/api/v1/safety-meetings/{meeting}")).json()
    assert (row["invited_count"], row["attendance"], row["signed_count"]) == (4, 0, 0)
    wrong = await pool.do(
        f"safety-meetings/{meeting}/invite", 422, driver_ids=[str(dee.driver), str(uuid4())]
    )
    assert [one["field"] for one in wrong["errors"]] == ["driver_ids[1]"]


async def test_somebody_signs_on_the_own_phone_once_for_good(pool: Pool) -> None:
    dee, sam = await pool.person("driver", "Dee"), await pool.person("driver", "Sam")
    meeting = await pool.meeting()
    await pool.invite(meeting, [dee, sam])
    places = await pool.places(meeting)
    mine, theirs = places[str(dee.driver)], places[str(sam.driver)]
    listed = (await dee.client.get(f"/api/v1/meeting-attendees?safety_meeting_id={meeting}")).json()["items"]
    assert [one["id"] for one in listed] == [mine["id"]], "a driver sees the own place only"
    assert (await signed(dee, theirs)).status_code == 404, "nobody signs for somebody else"
    assert (await signed(dee, mine, name=" ")).status_code == 422
    assert (await signed(dee, mine, image="bm8=")).json()["errors"][0]["field"] == "signature.image"
    answer = await signed(dee, mine, image=drawing())
    assert answer.status_code == 200, answer.text
    row = answer.json()
    assert (row["signed_name"], row["signed_with"], row["signed_by_user_id"]) == (
        "Signed here",
        "own_account",
        str(dee.user),
    )
    assert row["came_at"] and row["signed_at"] and "signature" not in row
    again = await signed(dee, mine, name="Other")
    assert (again.status_code, again.json()["code"]) == (409, "signed")
    taken = await pool.office.post(
        f"/api/v1/meeting-attendees/{theirs['id']}/sign", json={"signature": {"name": "Sam"}}
    )
    assert (taken.json()["signed_with"], taken.json()["signed_by_user_id"] != str(sam.user)) == (
        "leader",
        True,
    )
    # Not even by SQL.
    with pytest.raises(psycopg.errors.CheckViolation, match="stays as it is"):
        pool.owner.execute("UPDATE meeting_attendees SET signed_name = 'X' WHERE id = %s", (mine["id"],))
    for patch in ({"topic": "Other"}, {"meeting_date": "2030-01-01T00:00:00Z"}):
        locked = await pool.office.patch(f"/api/v1/safety-meetings/{meeting}", json=patch)
        assert (locked.status_code, locked.json()["code"]) == (409, "locked")
    assert (await pool.office.delete(f"/api/v1/safety-meetings/{meeting}")).status_code == 409
    for verb, body in (("cancel", {}), ("reschedule", {"meeting_date": "2030-01-01T00:00:00Z"})):
        refused = await pool.do(f"safety-meetings/{meeting}/{verb}", 409, **body)
        assert refused["code"] == "move_forbidden"


async def test_forty_sign_at_once_while_the_leader_ticks_and_nothing_is_lost(pool: Pool) -> None:
    """Half on their phones, half on the leader's tablet, ticks and a guest between them."""
    people = [await pool.person("driver", f"Driver-{number}") for number in range(6)]
    tenant = pool.organisation.id
    others = [insert(pool.owner, "drivers", tenant, status="active", user_id=None) for _ in range(34)]
    meeting = await pool.meeting()
    await pool.invite(meeting, people, driver_ids=[*(str(one.driver) for one in people), *map(str, others)])
    places = await pool.places(meeting)

    async def by_leader(driver: UUID) -> httpx.Response:
        place = places[str(driver)]["id"]
        return await pool.office.post(
            f"/api/v1/meeting-attendees/{place}/sign",
            json={"signature": {"name": f"N {driver}", "image": drawing()}},
        )

    async def tick(driver: UUID) -> httpx.Response:
        return await pool.office.post(
            f"/api/v1/safety-meetings/{meeting}/record-attendance", json={"came": [places[str(driver)]["id"]]}
        )

    async def guest(number: int) -> httpx.Response:
        return await pool.office.post(
            f"/api/v1/safety-meetings/{meeting}/add-attendee", json={"guest_name": f"Guest {number}"}
        )

    answers = await asyncio.gather(
        *(signed(one, places[str(one.driver)], image=drawing()) for one in people),
        # A finger that taps twice.
        *(signed(one, places[str(one.driver)], image=drawing()) for one in people),
        *(by_leader(one) for one in others),
        *(tick(one) for one in others),
        *(guest(number) for number in range(5)),
    )
    codes = [one.status_code for one in answers]
    assert sorted(codes[:12]) == [200] * 6 + [409] * 6
    assert codes[12:46] == [200] * 34
    assert codes[46:80] == [200] * 34
    assert codes[80:] == [201] * 5
    found = await pool.places(meeting)
    assert sum(one["signed_at"] is not None for one in found.values()) == 40
    assert {found[str(one)]["signed_name"] for one in others} == {f"N {one}" for one in others}
    row = (await pool.office.get(f"/api/v1/safety-meetings/{meeting}")).json()
    assert (row["invited_count"], row["attendance"], row["signed_count"]) == (40, 45, 40)


async def test_the_list_is_kept_by_whoever_leads(pool: Pool) -> None:
    lee, dee, eve = [await pool.person("driver", name) for name in ("Lee", "Dee", "Eve")]
    meeting = await pool.meeting(facilitator_user_id=str(lee.user))
    await pool.invite(meeting, [dee, eve])
    places = await pool.places(meeting)
    base = f"/api/v1/safety-meetings/{meeting}"
    tick = {"came": [places[str(dee.driver)]["id"]]}
    # A driver who leads may; one who is only invited may not; for one who is not, there is no such meeting.
    assert (await lee.client.post(f"{base}/record-attendance", json=tick)).status_code == 200
    refused = await eve.client.post(f"{base}/record-attendance", json=tick)
    assert (refused.status_code, refused.json()["permission"]) == (403, "safety_meetings.lead")
    stranger = await pool.person("driver", "Stranger")
    assert (await stranger.client.post(f"{base}/record-attendance", json=tick)).status_code == 404
    assert (await stranger.client.get(base)).status_code == 404
    gone = await lee.client.post(f"/api/v1/meeting-attendees/{places[str(eve.driver)]['id']}/take-off")
    assert gone.status_code == 200, gone.text
    assert (await eve.client.get(base)).status_code == 404
    guest = await lee.client.post(
        f"{base}/add-attendee", json={"guest_name": "Ida Insurer", "guest_company": "Bayline"}
    )
    assert guest.status_code == 201, guest.text
    twice = await lee.client.post(f"{base}/add-attendee", json={"guest_name": "ida insurer"})
    assert (twice.status_code, twice.json()["code"]) == (409, "on_the_list")
    nobody = await lee.client.post(f"{base}/add-attendee", json={})
    assert nobody.status_code == 422
    signature = {"signature": {"name": "Ida Insurer"}}
    assert (
        await lee.client.post(f"/api/v1/meeting-attendees/{guest.json()['id']}/sign", json=signature)
    ).status_code == 200
    # A mistaken tick goes, what is signed is withdrawn with a reason.
    off = {"absent": [places[str(dee.driver)]["id"], guest.json()["id"]]}
    wrong = await lee.client.post(f"{base}/record-attendance", json=off)
    assert [one["field"] for one in wrong.json()["errors"]] == ["absent[1]"]
    off["absent"].pop()
    assert (await lee.client.post(f"{base}/record-attendance", json=off)).json()["attendance"] == 1
    path = f"/api/v1/meeting-attendees/{guest.json()['id']}"
    assert (await lee.client.post(f"{path}/withdraw", json={"reason": " "})).status_code == 422
    withdrawn = await lee.client.post(f"{path}/withdraw", json={"reason": "Left after five minutes"})
    assert withdrawn.status_code == 200, withdrawn.text
    assert withdrawn.json()["signed_at"], "what was signed stays on record"
    row = (await lee.client.get(base)).json()
    assert (row["attendance"], row["signed_count"]) == (0, 0)
    assert (await lee.client.post(f"{path}/withdraw", json={"reason": "Again"})).json()["code"] == "withdrawn"
    assert (await lee.client.post(f"{path}/reinstate", json={})).json()["withdrawn_at"] is None


async def test_before_it_begins_and_after_it_is_closed(pool: Pool) -> None:
    dee, eve = await pool.person("driver", "Dee"), await pool.person("driver", "Eve")
    later = await pool.meeting(minutes=240)
    await pool.invite(later, [dee])
    place = (await pool.places(later))[str(dee.driver)]
    early = await signed(dee, place)
    assert (early.status_code, early.json()["code"]) == (409, "not_begun")
    assert (await pool.do(f"safety-meetings/{later}/hold", 409))["code"] == "move_forbidden"
    assert (await pool.do(f"safety-meetings/{later}/record-attendance", 409, came=[place["id"]]))[
        "code"
    ] == "not_begun"
    await pool.do(f"safety-meetings/{later}/cancel", cancellation_reason="Storm")
    # From an hour before on people sign; it is closed from its beginning on, and until then nobody is missing.
    soon = await pool.meeting(minutes=30)
    await pool.invite(soon, [dee, eve])
    assert (await signed(dee, (await pool.places(soon))[str(dee.driver)])).status_code == 200
    refused = await pool.do(f"safety-meetings/{soon}/hold", 409)
    assert refused["code"] == "move_forbidden" and refused["detail"].startswith("The meeting begins on 20"), (
        refused
    )
    shown = (await pool.office.get(f"/safety-meetings/{soon}")).text
    assert (
        "Not there yet" in shown and "Missing" not in shown and "It can be closed once it has begun" in shown
    )
    assert (await signed(dee, place)).json()["code"] == "cancelled"

    meeting = await pool.meeting()
    await pool.invite(meeting, [dee, eve])
    places = await pool.places(meeting)
    await pool.do(f"safety-meetings/{meeting}/record-attendance", came=[places[str(dee.driver)]["id"]])
    held = await pool.do(f"safety-meetings/{meeting}/hold", minutes="All said.", duration_minutes=30)
    assert held["status"] == "held" and held["held_at"] and held["held_by_user_id"]
    for path, body in (
        (f"safety-meetings/{meeting}/record-attendance", {"came": [places[str(eve.driver)]["id"]]}),
        (f"safety-meetings/{meeting}/add-attendee", {"guest_name": "Late"}),
        (f"safety-meetings/{meeting}/invite", {"driver_ids": [str(eve.driver)]}),
        (f"safety-meetings/{meeting}/set-quiz", QUIZ),
    ):
        assert (await pool.do(path, 409, **body))["code"] == "closed", path
    assert "Missing" in (await pool.office.get(f"/safety-meetings/{meeting}")).text
    # What is decided is done in days to come.
    wanted = {"title": "Measure the tires", "due_on": "2020-02-01"}
    late = await pool.office.post(f"/meetings/{meeting}/actions", data=wanted, follow_redirects=True)
    assert "2020-02-01 has passed already" in late.text
    assert (await pool.do("corrective-actions", 201, **wanted, safety_meeting_id=meeting))[
        "due_on"
    ] == "2020-02-01"
    # Who was there may still sign; who was not, not.
    assert (await signed(dee, places[str(dee.driver)])).status_code == 200
    assert (await signed(eve, places[str(eve.driver)])).json()["code"] == "not_there"
    minutes = await pool.office.patch(
        f"/api/v1/safety-meetings/{meeting}", json={"minutes": "All said, and more."}
    )
    assert minutes.status_code == 200


async def test_right_answers_reach_only_who_may_not_answer_any_more(pool: Pool) -> None:
    dee, eve = await pool.person("driver", "Dee"), await pool.person("driver", "Eve")
    meeting = await pool.meeting()
    await pool.invite(meeting, [dee, eve])
    wrong = {"questions": [{"text": "?", "choices": ["A"], "right": []}]}
    problems = (await pool.do(f"safety-meetings/{meeting}/set-quiz", 422, **wrong))["errors"]
    assert [one["field"] for one in problems] == ["questions[0].choices", "questions[0].right"]
    await pool.do(f"safety-meetings/{meeting}/set-quiz", **QUIZ)
    base, place = f"/api/v1/safety-meetings/{meeting}", (await pool.places(meeting))[str(dee.driver)]
    # Nothing that a driver can ask for holds them before.
    asked = [
        f"{base}/quiz",
        base,
        f"{base}?fields=topic,agenda",
        f"/api/v1/meeting-questions?safety_meeting_id={meeting}",
        "/api/v1/meeting-quiz-attempts",
        f"/api/v1/meeting-attendees/{place['id']}",
    ]
    for path in asked:
        answer = await dee.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        assert "right_choices" not in answer.text
    shown = (await dee.client.get(f"{base}/quiz")).json()
    assert [one["right"] for one in shown["questions"]] == [None, None]
    assert [one["several"] for one in shown["questions"]] == [False, True]
    leading = (await pool.office.get(f"{base}/quiz")).json()
    assert [one["right"] for one in leading["questions"]] == [[2], [0, 2]]
    logged = pool.owner.execute(
        "SELECT t::text FROM audit_trails t WHERE tenant_id = %s AND table_name = 'meeting_questions'",
        (pool.organisation.id,),
    ).fetchall()
    assert len(logged) == 2 and not any("{0,2}" in text or "[0, 2]" in text for (text,) in logged)

    first, second = (one["id"] for one in shown["questions"])

    async def send(person: Person, key: str, *choices: list[int]) -> httpx.Response:
        given = [
            {"question_id": question, "choices": one}
            for question, one in zip((first, second), choices, strict=False)
        ]
        return await person.client.post(f"/api/v1/meeting-attendees/{key}/answer", json={"answers": given})

    early = await send(dee, place["id"], [2], [0, 2])
    assert (early.status_code, early.json()["code"]) == (409, "not_there")
    assert (await signed(dee, place)).status_code == 200
    assert (await send(eve, place["id"], [2], [0, 2])).status_code == 404
    assert (await send(dee, place["id"], [2])).json()["errors"][0]["field"] == "answers"
    half = await send(dee, place["id"], [2], [0])
    assert half.json() == {"score": "50.00", "passed": False, "right": 1, "of": 2}
    between = (await dee.client.get(f"{base}/quiz")).json()
    # What was wrong is told; what would have been right is not, while there is another try.
    assert [one["was_right"] for one in between["questions"]] == [True, False]
    assert [one["right"] for one in between["questions"]] == [None, None]
    assert (await pool.do(f"safety-meetings/{meeting}/set-quiz", 409, **QUIZ))["code"] == "answered"
    # Both thumbs on the button: one try is left.
    both = await asyncio.gather(*(send(dee, place["id"], [0], [1]) for _ in range(3)))
    assert sorted(one.status_code for one in both) == [200, 409, 409]
    after = (await dee.client.get(f"{base}/quiz")).json()
    assert [one["right"] for one in after["questions"]] == [[2], [0, 2]]
    assert (after["taken"], after["may_try"], after["passed"]) == (2, False, False)
    assert [one["right"] for one in (await eve.client.get(f"{base}/quiz")).json()["questions"]] == [
        None,
        None,
    ]
    mine = (await eve.client.get("/api/v1/meeting-quiz-attempts")).json()["items"]
    assert mine == [], "others' results are theirs"


async def test_a_training_gives_its_record_once_to_who_signed_and_passed(pool: Pool) -> None:
    dee, eve, tom = (
        await pool.person("driver", "Dee"),
        await pool.person("driver", "Eve"),
        await pool.person("technician", "Tom"),
    )
    meeting = await pool.meeting(
        meeting_type="training", training_type="winter_driving", training_valid_months=24, duration_minutes=90
    )
    await pool.invite(meeting, [dee, eve, tom])
    quiz = {"questions": QUIZ["questions"][:1], "pass_percent": 100}
    await pool.do(f"safety-meetings/{meeting}/set-quiz", **quiz)
    places = await pool.places(meeting)
    shown = (await dee.client.get(f"/api/v1/safety-meetings/{meeting}/quiz")).json()
    question = shown["questions"][0]["id"]
    for person, choice in ((dee, 2), (eve, 0)):
        place = places[str(person.driver)]
        assert (await signed(person, place)).status_code == 200
        given = {"answers": [{"question_id": question, "choices": [choice]}]}
        assert (
            await person.client.post(f"/api/v1/meeting-attendees/{place['id']}/answer", json=given)
        ).status_code == 200
    assert (await signed(tom, places[str(tom.user)])).status_code == 200

    async def records() -> list[dict[str, Any]]:
        found = await pool.office.get("/api/v1/driver-training-records?training_type=winter_driving")
        return list(found.json()["items"])

    assert await records() == [], "not before the meeting is closed"
    await pool.do(f"safety-meetings/{meeting}/hold")
    (record,) = await records()
    assert (record["driver_id"], record["status"], record["score"], record["training_hours"]) == (
        str(dee.driver),
        "completed",
        "100.00",
        "1.5",
    )
    began, ends = record["completion_date"], record["expiration_date"]
    assert int(ends[:4]) == int(began[:4]) + 2
    # Who passes later gets it then, and nobody twice.
    given = {"answers": [{"question_id": question, "choices": [2]}]}
    late = await eve.client.post(
        f"/api/v1/meeting-attendees/{places[str(eve.driver)]['id']}/answer", json=given
    )
    assert late.json()["passed"] is True
    assert {one["driver_id"] for one in await records()} == {str(dee.driver), str(eve.driver)}
    await pool.do(f"meeting-attendees/{places[str(dee.driver)]['id']}/withdraw", reason="Was not in the room")
    assert {one["driver_id"]: one["status"] for one in await records()} == {
        str(dee.driver): "failed",
        str(eve.driver): "completed",
    }


async def test_handouts_are_for_those_on_the_list(pool: Pool) -> None:
    dee, eve = await pool.person("driver", "Dee"), await pool.person("driver", "Eve")
    meeting = await pool.meeting()
    await pool.invite(meeting, [dee])
    path = f"/api/v1/safety-meetings/{meeting}/handouts"
    file = {"file": ("rain.txt", b"Keep six seconds.", "text/plain")}
    assert (await dee.client.post(path, files=file)).status_code == 403
    kept = await pool.office.post(path, files=file)
    assert kept.status_code == 201, kept.text
    again = await pool.office.post(path, files=file)
    assert again.json() == kept.json(), "the same file again is the same handout"
    row = (await dee.client.get(f"/api/v1/safety-meetings/{meeting}")).json()
    assert row["handouts"] == [kept.json()["href"]]
    assert (await dee.client.get(row["handouts"][0])).content == b"Keep six seconds."
    assert (await eve.client.get(row["handouts"][0])).status_code == 404


async def test_another_organisation_sees_and_signs_nothing(
    pool: Pool, strange_client: httpx.AsyncClient
) -> None:
    dee = await pool.person("driver", "Dee")
    meeting = await pool.meeting()
    await pool.invite(meeting, [dee])
    place = (await pool.places(meeting))[str(dee.driver)]["id"]
    for path, body in (
        (f"safety-meetings/{meeting}/invite", {}),
        (f"safety-meetings/{meeting}/record-attendance", {"came": [place]}),
        (f"safety-meetings/{meeting}/set-quiz", QUIZ),
        (f"meeting-attendees/{place}/sign", {"signature": {"name": "X"}}),
        (f"meeting-attendees/{place}/withdraw", {"reason": "X"}),
        (f"meeting-attendees/{place}/take-off", {}),
    ):
        assert (await strange_client.post(f"/api/v1/{path}", json=body)).status_code == 404, path
    assert (await strange_client.get(f"/api/v1/safety-meetings/{meeting}/quiz")).status_code == 404
    mine = (
        await strange_client.post(
            "/api/v1/safety-meetings", json={"topic": "X", "meeting_date": "2026-01-01T00:00:00Z"}
        )
    ).json()
    foreign = await strange_client.post(
        f"/api/v1/safety-meetings/{mine['id']}/invite", json={"driver_ids": [str(dee.driver)]}
    )
    assert foreign.status_code == 422
