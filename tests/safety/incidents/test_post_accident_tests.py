"""An accident starts its test clocks, whichever way its facts come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from tests.contract.conftest import Api
from tests.contract.rows import insert

from motorpool.core.access.decision import Reach, Rule

Owner = psycopg.Connection[Any]
CRASH = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
HOUR = timedelta(hours=1)


def at(moment: datetime) -> str:
    return moment.isoformat()


async def made(api: Api, collection: str, **body: Any) -> dict[str, Any]:
    answer = await api("POST", collection, json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    return row


async def changed(api: Api, path: str, **body: Any) -> dict[str, Any]:
    answer = await api("PATCH", path, json=body)
    assert answer.status_code == 200, answer.text
    row: dict[str, Any] = answer.json()
    return row


def truck(owner: Owner, api: Api, kilograms: int = 15_000) -> str:
    return str(insert(owner, "vehicles", api.actor.tenant_id, vehicle_type="truck", gvwr_kg=kilograms))


def driver(owner: Owner, api: Api) -> str:
    return str(insert(owner, "drivers", api.actor.tenant_id))


async def kept_tests(api: Api, report: str) -> dict[tuple[str, str], dict[str, Any]]:
    rows = (await api("GET", f"drug-alcohol-tests?accident_report_id={report}&limit=100")).json()["items"]
    return {(row["driver_id"], row["test_type"]): row for row in rows}


async def crash(api: Api, owner: Owner, **more: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The incident and its accident reports."""
    body = {
        "title": "Rear-ended at a light",
        "incident_type": "collision",
        "occurred_at": at(CRASH),
        "vehicle_id": truck(owner, api),
        "driver_id": driver(owner, api),
    } | more
    incident = await made(api, "incidents", **body)
    reports = (await api("GET", f"accident-reports?incident_id={incident['id']}")).json()["items"]
    return incident, reports


async def test_a_death_orders_both_tests_at_once(api: Api, owner: Owner) -> None:
    incident, (report,) = await crash(api, owner, fatality_count=1, location="I-80, mile 12")
    assert report["fatalities"] == 1
    assert (report["vehicle_id"], report["driver_id"]) == (incident["vehicle_id"], incident["driver_id"])
    assert (report["location"], report["severity"]) == ("I-80, mile 12", "fatal")
    assert (await api("GET", f"incidents/{incident['id']}")).json()["is_dot_recordable"] is True
    tests = await kept_tests(api, report["id"])
    alcohol = tests[incident["driver_id"], "alcohol"]
    drug = tests[incident["driver_id"], "drug"]
    assert len(tests) == 2
    assert [alcohol[name] for name in ("status", "reason", "ordered_at", "remind_at", "due_at")] == [
        "due",
        "post_accident",
        at(CRASH),
        at(CRASH + 2 * HOUR),
        at(CRASH + 8 * HOUR),
    ]
    assert (drug["remind_at"], drug["due_at"]) == (None, at(CRASH + 32 * HOUR))


async def test_a_tow_waits_for_the_citation(api: Api, owner: Owner) -> None:
    incident, (report,) = await crash(api, owner, towed_count=1)
    who, path = incident["driver_id"], f"accident-reports/{report['id']}"
    assert await kept_tests(api, report["id"]) == {}
    await changed(api, path, citation_issued_at=at(CRASH + 9 * HOUR))
    assert set(await kept_tests(api, report["id"])) == {(who, "drug")}
    await changed(api, path, citation_issued_at=at(CRASH + 8 * HOUR))
    tests = await kept_tests(api, report["id"])
    assert set(tests) == {(who, "alcohol"), (who, "drug")}
    # Said again it is the same, and a word about the weather changes nothing.
    await changed(api, path, citation_issued_at=at(CRASH + 8 * HOUR))
    await changed(api, path, weather_conditions="rain")
    assert await kept_tests(api, report["id"]) == tests
    # It was a mistake: they are taken back with a note; and come back as the same rows.
    await changed(api, path, citation_issued_at=None)
    gone = await kept_tests(api, report["id"])
    assert {row["status"] for row in gone.values()} == {"cancelled"}
    assert all("Withdrawn: as the accident is described now" in row["notes"] for row in gone.values())
    await changed(api, path, citation_issued_at=at(CRASH + HOUR))
    back = await kept_tests(api, report["id"])
    assert {row["id"] for row in back.values()} == {row["id"] for row in tests.values()}
    assert {row["status"] for row in back.values()} == {"due"}


async def test_facts_that_are_corrected_on_the_incident_reach_report_and_clocks(
    api: Api, owner: Owner
) -> None:
    incident, reports = await crash(api, owner)
    assert reports == []
    path = f"incidents/{incident['id']}"
    await changed(api, path, treated_away_count=1, injury_count=1)
    (report,) = (await api("GET", f"accident-reports?incident_id={incident['id']}")).json()["items"]
    assert (report["injury_treated_away"], report["injury_count"]) == (True, 1)
    assert await kept_tests(api, report["id"]) == {}
    await changed(api, path, fatality_count=1)  # the person died in hospital
    before = await kept_tests(api, report["id"])
    assert len(before) == 2
    earlier = CRASH - HOUR
    await changed(api, path, occurred_at=at(earlier))
    after = await kept_tests(api, report["id"])
    assert {row["id"] for row in after.values()} == {row["id"] for row in before.values()}
    assert {row["due_at"] for row in after.values()} == {at(earlier + 8 * HOUR), at(earlier + 32 * HOUR)}
    await changed(api, path, fatality_count=0)
    assert {row["status"] for row in (await kept_tests(api, report["id"])).values()} == {"cancelled"}


async def test_another_driver_means_another_persons_tests(api: Api, owner: Owner) -> None:
    incident, (report,) = await crash(api, owner, fatality_count=1)
    other = driver(owner, api)
    await changed(api, f"accident-reports/{report['id']}", driver_id=other)
    tests = await kept_tests(api, report["id"])
    assert {key: row["status"] for key, row in tests.items()} == {
        (incident["driver_id"], "alcohol"): "cancelled",
        (incident["driver_id"], "drug"): "cancelled",
        (other, "alcohol"): "due",
        (other, "drug"): "due",
    }


async def test_a_driver_that_is_corrected_on_the_incident_is_corrected_on_its_only_report(
    api: Api, owner: Owner
) -> None:
    incident, (report,) = await crash(api, owner, fatality_count=1)
    other = driver(owner, api)
    await changed(api, f"incidents/{incident['id']}", driver_id=other)
    assert (await api("GET", f"accident-reports/{report['id']}")).json()["driver_id"] == other
    due = {key for key, row in (await kept_tests(api, report["id"])).items() if row["status"] == "due"}
    assert due == {(other, "alcohol"), (other, "drug")}
    second = {
        "incident_id": incident["id"],
        "vehicle_id": truck(owner, api),
        "driver_id": driver(owner, api),
        "incident_date": at(CRASH),
        "fatalities": 1,
    }
    more = await made(api, "accident-reports", **second)
    assert len(await kept_tests(api, more["id"])) == 2, "each surviving driver is tested"
    await changed(api, f"incidents/{incident['id']}", driver_id=incident["driver_id"])
    assert (await api("GET", f"accident-reports/{report['id']}")).json()["driver_id"] == other


async def test_a_pool_car_follows_the_companys_own_rule(api: Api, owner: Owner) -> None:
    car = str(insert(owner, "vehicles", api.actor.tenant_id, vehicle_type="car", gvwr_kg=2_000))
    incident, (report,) = await crash(api, owner, fatality_count=1, vehicle_id=car)
    assert incident["is_dot_recordable"] is False
    assert await kept_tests(api, report["id"]) == {}
    await changed(api, f"accident-reports/{report['id']}", drug_alcohol_test_required=True)
    tests = await kept_tests(api, report["id"])
    assert len(tests) == 2
    assert all("Ordered by the company" in row["notes"] for row in tests.values())
    for row in tests.values():
        gone = await api("POST", f"drug-alcohol-tests/{row['id']}/cancel", json={"notes": "Not on duty"})
        assert gone.status_code == 200, gone.text
    await changed(api, f"accident-reports/{report['id']}", at_fault=False, driver_id=incident["driver_id"])
    assert {row["status"] for row in (await kept_tests(api, report["id"])).values()} == {"cancelled"}


async def test_what_the_law_asks_for_is_missed_with_its_reason_not_cancelled(api: Api, owner: Owner) -> None:
    incident, (report,) = await crash(api, owner, fatality_count=1)
    for row in (await kept_tests(api, report["id"])).values():
        path = f"drug-alcohol-tests/{row['id']}"
        refused = await api("POST", f"{path}/cancel", json={"notes": "We forgot"})
        assert (refused.status_code, refused.json()["code"]) == (409, "needed_by_law")
        assert (await api("POST", f"{path}/miss", json={})).status_code == 422
        early = await api("POST", f"{path}/miss", json={"missed_reason": "We forgot"})
        assert (early.status_code, early.json()["code"]) == (409, "still_possible")
        assert "can still be made until" in early.json()["detail"]
    await changed(api, f"incidents/{incident['id']}", occurred_at=at(CRASH - 40 * HOUR))
    for row in (await kept_tests(api, report["id"])).values():
        path = f"drug-alcohol-tests/{row['id']}"
        missed = await api(
            "POST", f"{path}/miss", json={"missed_reason": "The driver was in surgery until morning"}
        )
        assert missed.status_code == 200, missed.text


async def test_when_a_test_was_taken_is_looked_at_and_a_wrong_record_put_right(
    api: Api, owner: Owner
) -> None:
    incident, (report,) = await crash(api, owner, fatality_count=1)
    test = (await kept_tests(api, report["id"]))[incident["driver_id"], "alcohol"]
    path, result = f"drug-alcohol-tests/{test['id']}", {"result": "negative"}
    for taken, told in ((CRASH + 2 * HOUR, "future"), (CRASH - HOUR, "before the accident")):
        refused = await api("POST", f"{path}/record", json=result | {"taken_at": at(taken)})
        assert refused.status_code == 422, refused.text
        (problem,) = refused.json()["errors"]
        assert problem["field"] == "taken_at" and told in problem["message"]
    # The clinic's clock is a little ahead.
    ahead = at(datetime.now(UTC) + timedelta(minutes=5))
    done = await api("POST", f"{path}/record", json={"result": "positive", "taken_at": ahead})
    assert done.status_code == 200, done.text
    for notes in (None, test["notes"]):
        refused = await api("POST", f"{path}/reopen", json={"notes": notes})
        assert [one["field"] for one in refused.json()["errors"]] == ["notes"]
    again = await api(
        "POST", f"{path}/reopen", json={"notes": f"{test['notes']} Entered for the other driver."}
    )
    assert again.status_code == 200, again.text
    assert [again.json()[name] for name in ("status", "taken_at", "result")] == ["due", None, None]
    done = await api("POST", f"{path}/record", json=result | {"taken_at": at(CRASH + HOUR / 2)})
    assert done.json()["result"] == "negative"


async def test_a_citation_is_not_older_than_its_accident(api: Api, owner: Owner) -> None:
    _, (report,) = await crash(api, owner, towed_count=1)
    refused = await api(
        "PATCH", f"accident-reports/{report['id']}", json={"citation_issued_at": at(CRASH - HOUR)}
    )
    assert [one["field"] for one in refused.json()["errors"]] == ["citation_issued_at"]


async def test_many_at_once_are_followed_at_once(api: Api, owner: Owner) -> None:
    vehicle, who = truck(owner, api), driver(owner, api)
    rows = [
        {
            "title": f"Crash {number}",
            "incident_type": "collision",
            "occurred_at": at(CRASH - number * HOUR),
            "vehicle_id": vehicle,
            "driver_id": who,
            "fatality_count": number % 2,
        }
        for number in range(6)
    ]
    answer = await api("POST", "incidents/bulk", json={"create": rows})
    assert answer.status_code == 200, answer.text
    reports = (await api("GET", f"accident-reports?driver_id={who}")).json()["items"]
    assert len(reports) == 3
    tests = (await api("GET", f"drug-alcohol-tests?driver_id={who}&limit=100")).json()["items"]
    assert len(tests) == 6


async def test_who_says_whether_it_goes_into_the_register_is_believed(api: Api, owner: Owner) -> None:
    incident, _ = await crash(api, owner, towed_count=1, is_dot_recordable=False)
    path = f"incidents/{incident['id']}"
    assert (await api("GET", path)).json()["is_dot_recordable"] is False
    await changed(api, path, is_dot_recordable=True)
    await changed(api, path, is_dot_recordable=False)
    assert (await api("GET", path)).json()["is_dot_recordable"] is False


async def test_an_injury_in_the_yard_is_no_accident_of_the_register(api: Api, owner: Owner) -> None:
    incident, reports = await crash(api, owner, incident_type="injury", treated_away_count=1, injury_count=1)
    assert reports == []
    assert (await api("GET", f"incidents/{incident['id']}")).json()["is_dot_recordable"] is False


# -- reach and closing


async def test_a_driver_names_no_other_driver(api: Api, owner: Owner) -> None:
    mine, other = driver(owner, api), driver(owner, api)
    own = [Rule("incidents.*", "role driver", Reach(own=True))]
    me = api.with_rules(*own).as_actor(replace(api.with_rules(*own).actor, driver_id=UUID(mine)))
    body = {"title": "Scratched", "incident_type": "collision", "occurred_at": at(CRASH)}
    refused = await me("POST", "incidents", json=body | {"driver_id": other})
    assert refused.status_code == 422, refused.text
    assert [one["field"] for one in refused.json()["errors"]] == ["driver_id"]
    row = await made(me, "incidents", **body, driver_id=mine)
    refused = await me("PATCH", f"incidents/{row['id']}", json={"driver_id": other})
    assert refused.status_code == 422, refused.text
    await changed(me, f"incidents/{row['id']}", driver_id=None)


async def test_closing_says_everything_that_is_missing(api: Api, owner: Owner) -> None:
    began = CRASH - 4 * HOUR
    incident, (report,) = await crash(api, owner, fatality_count=1, occurred_at=at(began))
    path, moves = f"incidents/{incident['id']}", f"accident-reports/{report['id']}"
    assert (await api("POST", f"{path}/investigate", json={})).status_code == 200
    await made(api, "corrective-actions", title="Coach the driver", incident_id=incident["id"])
    refused = await api("POST", f"{path}/resolve", json={"root_cause": "Speed"})
    assert refused.status_code == 409
    told = refused.json()["detail"]
    for words in ("corrective actions", "drug or alcohol test", "city and state", "preventability"):
        assert words in told, told
    (action,) = (await api("GET", f"corrective-actions?incident_id={incident['id']}")).json()["items"]
    assert (await api("POST", f"corrective-actions/{action['id']}/complete", json={})).status_code == 200
    alcohol, drug = sorted((await kept_tests(api, report["id"])).values(), key=lambda one: one["test_type"])
    late = {"taken_at": at(began + 3 * HOUR), "result": "negative"}
    for row in (alcohol, drug):
        done = await api("POST", f"drug-alcohol-tests/{row['id']}/record", json=late)
        assert done.status_code == 200, done.text
    await changed(api, moves, city="Reno", region="NV")
    assert (await api("POST", f"{moves}/investigate", json={})).status_code == 200
    undecided = await api("POST", f"{moves}/complete", json={"preventability": "pending_review"})
    (problem,) = undecided.json()["errors"]
    assert problem["field"] == "preventability" and "non_preventable" in problem["message"]
    judged = await api("POST", f"{moves}/complete", json={"preventability": "preventable"})
    assert judged.status_code == 200, judged.text
    refused = await api("POST", f"{path}/resolve", json={"root_cause": "Speed"})
    assert "reason of its delay" in refused.json()["detail"]
    await changed(api, f"drug-alcohol-tests/{alcohol['id']}", delay_reason="Snow")
    closed = await api("POST", f"{path}/resolve", json={"root_cause": "Speed"})
    assert closed.status_code == 200, closed.text
