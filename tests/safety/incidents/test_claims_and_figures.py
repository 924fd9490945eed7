"""Claims on their policies and in the incident's costs, and incidents in figures."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from hypothesis import given, strategies
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_person

from motorpool.safety.rules.incident_costs import Claimed, costs_of
from motorpool.safety.rules.incident_figures import months_between, per_million_km

Owner = psycopg.Connection[Any]
NOW = datetime.now(UTC).replace(microsecond=0)
CLAIMS = "/api/v1/insurance-claims"


def policy(owner: Owner, organisation: Organisation, **more: Any) -> str:
    values = {
        "policy_type": "physical_damage",
        "policy_start_date": date(2026, 1, 1),
        "policy_end_date": date(2026, 12, 31),
        "covered_vehicles": None,
        "covered_drivers": None,
        "is_active": True,
        "claims_filed": 0,
        "total_claims_paid": 0,
        "renewed_by_id": None,
    }
    return str(insert(owner, "insurance_policies", organisation.id, **(values | more)))


async def test_policies_know_their_claims_whichever_way_these_change(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    first, second = policy(owner, organisation), policy(owner, organisation)

    async def known(key: str) -> tuple[int, str]:
        row = (await client.get(f"/api/v1/insurance-policies/{key}")).json()
        return row["claims_filed"], row["total_claims_paid"]

    body = {
        "insurance_policy_id": first,
        "loss_on": "2026-03-01",
        "filed_on": "2026-03-02",
        "claimed_amount": "4000",
    }
    made = await client.post(CLAIMS, json=body)
    assert made.status_code == 201, made.text
    key = made.json()["id"]
    assert await known(first) == (1, "0.00")
    many = await client.post(f"{CLAIMS}/bulk", json={"create": [body, body]})
    assert many.status_code in (200, 201), many.text
    assert await known(first) == (3, "0.00")
    for verb, given_ in (
        ("approve", {}),
        ("settle", {"paid_amount": "3500", "settled_on": "2026-05-01", "deductible_paid": "500"}),
    ):
        done = await client.post(f"{CLAIMS}/{key}/{verb}", json=given_)
        assert done.status_code == 200, done.text
    assert await known(first) == (3, "3500.00")
    # It was the other policy after all.
    moved = await client.patch(f"{CLAIMS}/{key}", json={"insurance_policy_id": second})
    assert moved.status_code == 200, moved.text
    assert (await known(first), await known(second)) == ((2, "0.00"), (1, "3500.00"))
    gone = await client.patch(f"{CLAIMS}/{key}", json={"insurance_policy_id": None})
    assert gone.status_code == 200 and await known(second) == (0, "0.00")


def test_costs_add_up_and_recoveries_come_off() -> None:
    found = costs_of(
        entered=None,
        damages=[(Decimal(2000), Decimal(1500)), (None, Decimal(300)), (None, None)],
        fines=[Decimal(90), None],
        claims=[
            Claimed("own", Decimal(2000), Decimal(1500), Decimal(500)),
            Claimed("against_us", Decimal(9000), Decimal(8000), Decimal(1000)),
        ],
    )
    assert (found.damage, found.is_damage_estimated, found.fines) == (Decimal(2300), True, Decimal(90))
    assert found.total == Decimal(2300 + 90 + 1000) and found.net == found.total - 1500
    assert found.paid_to_others == 8000


@given(
    strategies.lists(strategies.tuples(strategies.decimals(0, 10_000, places=2), strategies.none())),
    strategies.lists(strategies.decimals(0, 10_000, places=2)),
)
def test_without_claims_nothing_is_recovered(damages: list[Any], fines: list[Decimal]) -> None:
    found = costs_of(entered=None, damages=damages, fines=fines, claims=[])
    assert found.net == found.total == sum((one for one, _ in damages), Decimal(0)) + sum(fines, Decimal(0))


async def test_workers_compensation_is_claimed_for_our_own_people_only(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner, site: Site
) -> None:
    user, token = await make_person(site.settings, organisation, "driver", "Ona")
    driver = str(insert(owner, "drivers", organisation.id, full_name="Ona Own", user_id=user))
    number = f"WC-{uuid4()}"
    policy(owner, organisation, policy_type="workers_comp", policy_number=number, policy_start_date=date(2020, 1, 1),
           policy_end_date=date(2099, 1, 1))  # fmt: skip
    told = {
        "title": "Hit a dock",
        "incident_type": "collision",
        "occurred_at": NOW.isoformat(),
        "driver_id": driver,
    }
    async with httpx.AsyncClient(
        base_url=site.address, headers={"Authorization": f"Bearer {token}"}, timeout=20
    ) as own:
        made = (await own.post("/api/v1/incidents", json=told)).json()
        # Who reads no other people's accounts still sees the own name.
        assert re.search(
            r"<dt>Reported by</dt><dd>[^<]*(<[^>]*>)?\s*Ona", (await own.get(f"/incidents/{made['id']}")).text
        )
    offer = f'Claim<span class="visually-hidden"> on {number}</span>'
    assert offer not in (await client.get(f"/incidents/{made['id']}")).text
    injury = {"incident_id": made["id"], "person_name": "Ona Own", "is_employee": True, "classification": "other_recordable",
              "injured_on": str(NOW.date())}  # fmt: skip
    hurt = await client.post("/api/v1/injury-records", json=injury)
    assert hurt.status_code == 201, hurt.text
    assert offer in (await client.get(f"/incidents/{made['id']}")).text


async def test_figures_count_what_happened(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    van = insert(owner, "vehicles", organisation.id, vehicle_type="van", gvwr_kg=3_000)
    driver = insert(owner, "drivers", organisation.id)
    year = 2024

    def incident(month: int, **more: Any) -> Any:
        at = datetime(year, month, 10, 20, tzinfo=UTC)
        values = {
            "occurred_at": at,
            "reported_at": at + timedelta(hours=1),
            "status": "reported",
            "severity": "minor",
            "incident_type": "collision",
            "injury_count": 0,
            "fatality_count": 0,
            "vehicle_id": van,
            "driver_id": driver,
            "resolved_at": None,
            "estimated_cost": None,
            "actual_cost": None,
        }
        return insert(owner, "incidents", organisation.id, **(values | more))

    one = incident(1, severity="critical", injury_count=2, fatality_count=1, estimated_cost=100)
    two = incident(1, status="resolved", resolved_at=NOW, actual_cost=50, estimated_cost=70)
    incident(3, incident_type="theft", vehicle_id=None)
    incident(3, status="archived")  # dismissed: it did not happen
    incident(3, status="archived", resolved_at=NOW)
    for key, judged in ((one, "preventable"), (two, "non_preventable")):
        insert(
            owner,
            "accident_reports",
            organisation.id,
            incident_id=key,
            vehicle_id=van,
            driver_id=driver,
            preventability=judged,
            investigation_status="completed",
        )
    start = datetime(year, 1, 5, tzinfo=UTC)
    insert(
        owner,
        "trips",
        organisation.id,
        vehicle_id=van,
        driver_id=driver,
        started_at=start,
        ended_at=start + timedelta(hours=9),
        distance_km=2_000,
    )
    asked = {"from": f"{year}-01-01", "to": f"{year}-12-31"}
    found = (await client.get("/api/v1/incidents/figures", params=asked)).json()
    assert (found["all"]["incidents"], found["all"]["injuries"], found["all"]["fatalities"]) == (4, 2, 1)
    assert Decimal(found["all"]["cost"]) == 150
    assert (found["judged"], found["preventable"], found["preventable_percent"]) == (2, 1, "50.0")
    # Three with a vehicle on 2,000 km.
    assert found["all"]["per_million_km"] == "1500.00"
    assert {one["value"]: one["incidents"] for one in found["by_type"]} == {"collision": 3, "theft": 1}
    assert {one["value"]: one["incidents"] for one in found["by_severity"]} == {
        "critical": 1,
        "serious": 0,
        "moderate": 0,
        "minor": 3,
    }
    months = {one["value"]: one["incidents"] for one in found["by_month"]}
    assert len(months) == 12 and (months["2024-01"], months["2024-02"], months["2024-03"]) == (2, 0, 2)
    # Whatever it is counted by, it comes to the same.
    for by in ("by_type", "by_status", "by_severity", "by_month"):
        assert sum(one["incidents"] for one in found[by]) == 4
    table = await client.get("/api/v1/incidents/figures", params=asked | {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[0]["By"] == "all" and rows[0]["Incidents"] == "4" and len(rows) == 1 + 3 + 4 + 2 + 12
    wrong = await client.get("/api/v1/incidents/figures", params={"from": "2025-01-01", "to": "2024-01-01"})
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "from"


def test_rates_and_months() -> None:
    assert per_million_km(2, Decimal(999)) is None and per_million_km(2, Decimal(1000)) == 2000
    assert list(months_between(date(2026, 1, 31), date(2026, 1, 31))) == ["2026-01"]


async def test_the_reason_of_a_delay_is_asked_for_after_the_result_too(
    client: httpx.AsyncClient, organisation: Organisation, owner: Owner
) -> None:
    told = {
        "title": "Rear-ended",
        "incident_type": "collision",
        "occurred_at": (NOW - timedelta(hours=4)).isoformat(),
        "vehicle_id": str(insert(owner, "vehicles", organisation.id, vehicle_type="truck", gvwr_kg=15_000)),
        "driver_id": str(insert(owner, "drivers", organisation.id)),
        "fatality_count": 1,
    }
    made = (await client.post("/api/v1/incidents", json=told)).json()
    where = {"driver_id": told["driver_id"]}
    tests = (await client.get("/api/v1/drug-alcohol-tests", params=where)).json()["items"]
    path = next(f"/api/v1/drug-alcohol-tests/{one['id']}" for one in tests if one["test_type"] == "alcohol")
    done = await client.post(f"{path}/record", json={"taken_at": NOW.isoformat(), "result": "negative"})
    assert done.status_code == 200, done.text
    page = (await client.get(f"/incidents/{made['id']}")).text
    assert "The reason of the delay is missing" in page and ">Reason of delay</a>" in page
    assert ">Correct<" in page
    assert (await client.patch(path, json={"delay_reason": "Snow"})).status_code == 200
    assert ">Reason of delay</a>" not in (await client.get(f"/incidents/{made['id']}")).text
