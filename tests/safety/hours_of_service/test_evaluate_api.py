"""Evaluating a given log over HTTP and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from motorpool.cli.hos import hos

PATH = "/api/v1/hours-of-service/evaluate"
#: V-12 of J. J. Keller, in Chicago: three hours off duty and seven in the berth.
LOG: dict[str, Any] = {
    "ruleset": "property_60_7",
    "time_zone": "America/Chicago",
    "day_start": "00:00",
    "exceptions": [],
    "as_of": "2026-03-03T01:30-06:00",
    "log": [
        {"status": "off_duty", "start": "2026-03-02T00:00:00-06:00"},
        {"status": "on_duty_not_driving", "start": "2026-03-02T01:00-06:00"},
        {"status": "driving", "start": "2026-03-02T07:30:00Z"},
        {"status": "on_duty_not_driving", "start": "2026-03-02T07:30:00-06:00"},
        {"status": "off_duty", "start": "2026-03-02T08:00:00-06:00"},
        {"status": "driving", "start": "2026-03-02T11:00:00-06:00"},
        {"status": "on_duty_not_driving", "start": "2026-03-02T16:00:00-06:00", "annotation": "yard_move"},
        {"status": "sleeper_berth", "start": "2026-03-02T18:30:00-06:00"},
    ],
}


async def test_a_log_is_evaluated(client: httpx.AsyncClient) -> None:
    answer = await client.post(PATH, json=LOG)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "violations": [],
        "clocks": {
            "drive_minutes": 360,
            "window_minutes": 390,
            "break_minutes": 480,
            "cycle_minutes": 60 * 60 - 14 * 60 - 30,
            "anchor": "2026-03-02T17:00:00Z",
            "may_drive_from": "2026-03-03T07:30:00Z",
            "pending_pair": {
                "rest_start": "2026-03-03T00:30:00Z",
                "rest_end": "2026-03-03T07:30:00Z",
                "needed_minutes": 180,
                "needed_kind": "off_duty",
            },
        },
    }


async def test_before_the_second_rest(client: httpx.AsyncClient) -> None:
    """17.5 hours after coming on duty the window is closed; seven hours in the berth open it again, three sooner than a reset."""
    early = LOG | {"as_of": "2026-03-02T18:30:00-06:00", "log": LOG["log"][:-1]}
    clocks = (await client.post(PATH, json=early)).json()["clocks"]
    assert (clocks["window_minutes"], clocks["anchor"]) == (0, "2026-03-02T07:00:00Z")
    assert clocks["may_drive_from"] == "2026-03-03T07:30:00Z"
    assert clocks["pending_pair"] == {
        "rest_start": "2026-03-02T14:00:00Z",
        "rest_end": "2026-03-02T17:00:00Z",
        "needed_minutes": 420,
        "needed_kind": "sleeper_berth",
    }


async def test_violations_are_graded(client: httpx.AsyncClient) -> None:
    for minutes, severity in ((14, "nominal"), (15, "ordinary"), (180, "ordinary"), (181, "egregious")):
        hours, rest = divmod(8 * 60 + minutes, 60)
        log = [
            {"status": "driving", "start": "2026-03-02T06:00:00Z"},
            {"status": "off_duty", "start": f"2026-03-02T{6 + hours:02}:{rest:02}:00Z"},
        ]
        given = LOG | {"log": log, "as_of": "2026-03-03T06:00:00Z"}
        found = (await client.post(PATH, json=given)).json()["violations"][0]
        assert (found["rule"], found["start"], found["severity"]) == (
            "30_minute_break",
            "2026-03-02T14:00:00Z",
            severity,
        )


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"ruleset": "property"}, "ruleset", "property_60_7"),
    ({"time_zone": "Chicago"}, "time_zone", "America/Chicago"),
    ({"day_start": "24:00"}, "day_start", "regex"),
    ({"as_of": "2026-03-03 noon"}, "as_of", "2026-03-02T06:00:00Z"),
    ({"as_of": "2026-03-03T06:00:00"}, "as_of", "offset"),
    ({"as_of": "2026-03-02T12:00:00-06:00"}, "log[6].start", "after as_of"),
    ({"log": []}, "log", "1"),
    ({"log": [*LOG["log"], LOG["log"][0]]}, "log[8].start", "order of time"),
    ({"log": [{"status": "sleeping", "start": "2026-03-02T06:00:00Z"}]}, "log[0].status", "sleeper_berth"),
    ({"log": [{"status": "driving"}]}, "log[0]", "start"),
    ({"log": [{"status": "driving", "start": "2025-03-02T06:00:00Z"}]}, "log", "200 days"),
    (
        {"log": [{"status": "off_duty", "start": "2026-03-02T06:00:00Z", "annotation": "yard_move"}]},
        "log[0].annotation",
        "on_duty_not_driving",
    ),
    ({"exceptions": ["snow"]}, "exceptions[0].kind", "adverse_driving"),
    (
        {"exceptions": [{"kind": "agricultural", "start": "2026-03-02T06:00Z", "end": "2026-03-02T06:00Z"}]},
        "exceptions[0].end",
        "after start",
    ),
    ({"driver": "Kim"}, "driver", "not known"),
]


@pytest.mark.parametrize(("changes", "field", "told"), WRONG)
async def test_what_is_wrong_is_named(
    client: httpx.AsyncClient, changes: dict[str, Any], field: str, told: str
) -> None:
    answer = await client.post(PATH, json=LOG | changes)
    assert answer.status_code == 422, answer.text
    problems = {one["field"]: one["message"] for one in answer.json()["errors"]}
    assert told in problems[field]


def test_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "log.json"
    file.write_text(json.dumps(LOG))
    done = CliRunner().invoke(hos, ["evaluate", str(file)])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["clocks"]["drive_minutes"] == 360
    piped = CliRunner().invoke(hos, ["evaluate", "-"], input=json.dumps(LOG))
    assert json.loads(piped.output) == json.loads(done.output)
