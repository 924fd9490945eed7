"""The output file of Appendix A: check values by known vectors, and the layout of each segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from motorpool.safety.rules.duty_eld_file import (
    SEGMENTS,
    EldCertification,
    EldEvent,
    EldFile,
    EldUser,
    EldVehicle,
    eld_file_name,
    event_check,
    file_check,
    line_check,
    write_eld_file,
)

START = datetime(2026, 3, 2, 14, tzinfo=UTC)
TRUCK = EldVehicle("T-101", "1FUJGLDR5CSBF1234")
DISPATCHER = EldUser("dispatch", "Olga Office", "S")
GIVEN = EldFile(
    driver=EldUser("jsmith", "John Smith"),
    license_state="CT",
    license_number="W8569238",
    carrier="Freight, Inc.",
    usdot="123456",
    zone=ZoneInfo("America/Chicago"),
    day_start=time(0),
    multiday=8,
    made_at=START + timedelta(hours=12),
    events=[
        EldEvent("on_duty_not_driving", START, vehicle=TRUCK, place="3mi ESE Oakland, CA"),
        EldEvent(
            "driving",
            START + timedelta(hours=1),
            origin="automatic",
            latitude=41.321,
            longitude=-72.929,
            miles=45,
            hours=1.5,
            vehicle=TRUCK,
        ),
        EldEvent(
            "on_duty_not_driving",
            START + timedelta(hours=5),
            record_status="change_requested",
            origin="carrier",
            maker=DISPATCHER,
            comment="The gate log shows\r\nwork",
        ),
    ],
    certifications=[EldCertification(date(2026, 3, 1), START - timedelta(hours=1), TRUCK)],
    unidentified=[EldEvent("driving", START - timedelta(days=1), origin="unidentified", vehicle=TRUCK)],
)


@pytest.mark.parametrize(("text", "check"), [("", "96"), ("A", "1E"), ("SMITH,JOHN", "B6")])
def test_check_of_a_line(text: str, check: str) -> None:
    assert line_check(text) == check


def test_check_of_an_event() -> None:
    assert event_check([]) == "C3"
    assert event_check([1, 1, "090426", "060000", 45, 1.5, 41.32, -72.93, 101, "jsmith"]) == "26"


@pytest.mark.parametrize(("checks", "value"), [([], "969C"), (["01"], "9694"), (["FF", "FF"], "9E6B")])
def test_check_of_a_file(checks: list[str], value: str) -> None:
    assert file_check(checks) == value


def whole(text: str) -> str:
    """A file whose lines were changed, with the check value that is right for it."""
    lines = text.split("\r\n")
    lines[-2] = file_check(line.rpartition(",")[2] for line in lines[:-2] if line not in SEGMENTS)
    return "\r\n".join(lines)


def segments(text: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    title = ""
    for line in text.split("\r\n"):
        if line in SEGMENTS:
            title = line
            found[title] = []
        elif line:
            found[title].append(line.split(","))
    return found


def test_layout() -> None:
    text = write_eld_file(GIVEN)
    assert text.endswith("\r\n") and text.isascii()
    found = segments(text)
    assert tuple(found) == SEGMENTS
    for rows in (rows for title, rows in found.items() if title != SEGMENTS[-1]):
        for *fields, check in rows:
            assert line_check(",".join(fields)) == check
    header = found[SEGMENTS[0]]
    assert [len(row) - 1 for row in header] == [5, 3, 3, 5, 2, 6, 4]
    assert header[0][:5] == ["Smith", "John", "jsmith", "CT", "W8569238"]
    assert header[3][:5] == ["123456", "Freight; Inc.", "8", "000000", "06"]
    assert header[6][3].endswith("not a registered ELD") and header[6][:3] == ["", "", ""]
    assert [row[1:4] for row in found["User List:"]] == [
        ["D", "Smith", "John"], ["S", "Office", "Olga"], ["D", "Unidentified", "Driver"],
    ]  # fmt: skip
    assert [row[:3] for row in found["CMV List:"]] == [["1", "T-101", "1FUJGLDR5CSBF1234"]]
    events = found["ELD Event List:"]
    assert [len(row) for row in events] == [18] * 3, "seventeen fields and the check of the line"
    assert [row[1:7] for row in events] == [
        ["3", "3", "1", "4", "030226", "130000"],
        ["1", "1", "1", "3", "030226", "090000"],
        ["1", "2", "1", "4", "030226", "080000"],
    ]
    assert events[1][7:11] == ["45", "1.5", "41.32", "-72.93"] and events[0][9:11] == ["X", "X"]
    assert events[0][13] == "2", "made by the office"
    notes = found["ELD Event Annotations or Comments:"]
    assert [row[1:3] for row in notes] == [["dispatch", "The gate log shows;work"], ["jsmith", ""]]
    assert notes[1][5] == "3mi ESE Oakland; CA"
    (certified,) = found["Driver's Certification/Recertification Actions:"]
    assert certified[1:6] == ["1", "030226", "070000", "030126", "1"]
    (unknown,) = found["Unidentified Driver Profile Records:"]
    assert len(unknown) == 16 and unknown[2] == "4"
    (end,) = found[SEGMENTS[-1]]
    checks = [row[-1] for title, rows in found.items() if title != SEGMENTS[-1] for row in rows]
    assert end == [file_check(checks)]


def test_name() -> None:
    assert eld_file_name(GIVEN) == "SMITH3841030226-000000000.csv"
    short = replace(GIVEN, driver=EldUser("ng", "Li Ng"), license_number="7")
    assert eld_file_name(short, 1) == "NG___0707030226-000000001.csv"
