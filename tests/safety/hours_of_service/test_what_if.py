"""Whether planned work would be lawful, and from when on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.safety.hours_of_service.test_evaluate_api import LOG

PATH = "/api/v1/hours-of-service/what-if"
#: Ends at 18:30 in Chicago with the window closed; three hours off duty wait for seven in the berth.
BEFORE = LOG | {"as_of": "2026-03-02T18:30:00-06:00", "log": LOG["log"][:-1]}
TOMORROW = [
    {"status": "on_duty_not_driving", "minutes": 30},
    {"status": "driving", "minutes": 300},
    {"status": "off_duty", "minutes": 30},
    {"status": "driving", "minutes": 300},
]


async def ask(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=BEFORE | {"plan": TOMORROW} | more)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_plan_for_tomorrow(client: httpx.AsyncClient) -> None:
    late = await ask(client, plan_start="2026-03-03T05:00:00-06:00")
    assert late["is_lawful"] and late["violations"] == []
    assert late["lawful_from"] == "2026-03-03T11:00:00Z"
    assert (late["clocks"]["drive_minutes"], late["clocks"]["window_minutes"]) == (60, 180)


async def test_too_early_says_when(client: httpx.AsyncClient) -> None:
    """At 02:00 seven and a half hours of rest lie behind the driver: off duty they are no second leg, in the berth they leave
    six hours; only the full rest, at 04:30, makes room for ten hours of driving."""
    early = await ask(client, plan_start="2026-03-03T02:00:00-06:00")
    assert not early["is_lawful"] and early["lawful_from"] == "2026-03-03T10:30:00Z"
    assert {one["rule"] for one in early["violations"]} == {"11_hour_driving", "14_hour_window"}
    split = await ask(client, plan_start="2026-03-03T02:00:00-06:00", resting_in="sleeper_berth")
    assert not split["is_lawful"] and split["lawful_from"] == "2026-03-03T10:30:00Z"
    short = [{"status": "driving", "minutes": 360}]
    assert (
        await ask(client, plan=short, plan_start="2026-03-03T02:00:00-06:00", resting_in="sleeper_berth")
    )["is_lawful"]


async def test_what_no_rest_makes_lawful(client: httpx.AsyncClient) -> None:
    long = [{"status": "driving", "minutes": 9 * 60}]
    found = await ask(client, plan=long, plan_start="2026-03-04T05:00:00-06:00")
    assert not found["is_lawful"] and found["lawful_from"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"plan_start": "2026-03-02T12:00:00-06:00"}, "plan_start"),
        ({"plan_start": "2026-06-02T12:00:00-06:00"}, "plan_start"),
        ({"plan_start": "2026-03-04T12:00:00-06:00", "resting_in": "driving"}, "resting_in"),
        (
            {"plan_start": "2026-03-04T12:00:00-06:00", "plan": [{"status": "resting", "minutes": 1}]},
            "plan[0].status",
        ),
        ({"plan_start": "2026-03-04T12:00:00-06:00", "plan": []}, "plan"),
    ],
)
async def test_what_is_wrong_is_named(client: httpx.AsyncClient, changes: dict[str, Any], field: str) -> None:
    answer = await client.post(PATH, json=BEFORE | {"plan": TOMORROW} | changes)
    assert answer.status_code == 422, answer.text
    assert field in [one["field"] for one in answer.json()["errors"]]
