"""Reading an ELD's file: what Motorpool writes it reads back to the same line of time, and what is wrong is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from tests.safety.duty.test_eld_file import GIVEN, START, TRUCK, whole

from motorpool.core.errors import Invalid
from motorpool.safety.queries.duty_eld import _events
from motorpool.safety.queries.duty_log import DriverLog, as_time
from motorpool.safety.rules.duty_eld_file import EldEvent, EldFile, EldUser, line_check, write_eld_file
from motorpool.safety.rules.duty_eld_reading import LONGEST_LINE, ReadFile, read_eld_file
from motorpool.safety.rules.duty_eld_records import EldRecord, records_of
from motorpool.safety.rules.duty_records import Record, Terms, line_of_time
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

ZONE = ZoneInfo("America/Chicago")
TEXT = write_eld_file(GIVEN)
NOW = GIVEN.made_at + timedelta(hours=1)


def read(text: str) -> ReadFile:
    return read_eld_file(text.encode())


def wrong(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as error:
        records_of(read(text), ZONE, NOW)
    return [(one.field, one.message) for one in error.value.fields]


def changed(line: int, old: str, new: str, *, mended: bool = True) -> str:
    """The file with something else in a line; `mended`: with the check value that is right for it."""
    lines = TEXT.split("\r\n")
    assert old in lines[line - 1], lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new, 1)
    if mended:
        body = lines[line - 1].rpartition(",")[0]
        lines[line - 1] = f"{body},{line_check(body)}"
    return "\r\n".join(lines)


def number_of(start: str) -> int:
    return next(at for at, line in enumerate(TEXT.split("\r\n"), 1) if line.startswith(start))


def test_what_the_file_says() -> None:
    found = read(TEXT)
    assert (found.driver_name, found.username, found.license_number) == ("John Smith", "jsmith", "W8569238")
    assert (found.usdot, found.multiday, found.day_start, found.offset_hours) == ("123456", 8, time(0), 6)
    assert [(one.type, one.code, one.origin, one.record_status) for one in found.events] == [
        (1, 4, "driver", "active"),
        (1, 3, "automatic", "active"),
        (1, 4, "carrier", "change_requested"),
    ]
    assert (
        found.events[0].place == "3mi ESE Oakland; CA"
        and found.events[2].comment == "The gate log shows;work"
    )
    assert found.events[1].vehicle and found.events[1].vehicle.number == "T-101" and not found.doubtful
    records = records_of(found, ZONE, NOW)
    assert [(one.start, one.end, one.status) for one in records.line] == [
        (START, START + timedelta(hours=1), "on_duty_not_driving"),
        (START + timedelta(hours=1), None, "driving"),
    ]
    assert [one.record_status for one in records.inactive] == ["change_requested"]
    # An old file says nothing about what came after it.
    late = records_of(found, ZONE, NOW + timedelta(days=3))
    assert late.line[-1].end == GIVEN.made_at


EVENT = number_of("0003,1,1,1,3")


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("", "file", "is empty"),
        ("hello", "line 2", "must be the title 'ELD File Header Segment:'"),
        (TEXT.replace("CMV List:\r\n", ""), f"line {number_of('ELD Event List:') - 1}", "'CMV List:'"),
        (TEXT.replace("Smith", "Smythe", 1), "line 2, check value", "the line was changed"),
        (changed(EVENT, "030226", "133226"), f"line {EVENT}, event date and time", "a day and a time that exist"),
        (changed(EVENT, "0003,1,1,1,3", "0003,5,1,1,3"), f"line {EVENT}, record status", "must be 1 active"),
        (changed(EVENT, "0003,1,1,1,3", "0003,1,1,1,7"), f"line {EVENT}, event code", "must be one of 1, 2, 3, 4"),
        (changed(EVENT, "41.32", "north"), f"line {EVENT}, latitude", "must be degrees such as 41.32"),
        (changed(EVENT, "41.32", "99.32"), f"line {EVENT}, latitude", "must be from -90 to 90"),
        (changed(EVENT, ",0,1,1,0,0,", ",0,9,1,0,0,"), f"line {EVENT}, CMV order number", "9 is not there"),
        (changed(EVENT, ",45,", ",45,45,"), f"line {EVENT}", "must have 17 values and a check value, has 19"),
        (write_eld_file(replace(GIVEN, zone=ZoneInfo("America/Denver"))), "line 5, time zone offset", "America/Chicago"),
        (TEXT.replace("Smith", "Smi\u00fc", 1), "line 2", "ASCII"),
        (TEXT.replace("Smith", "S" * LONGEST_LINE, 1), "line 2", "characters long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, where: str, message: str) -> None:
    found = wrong(text)
    assert where in dict(found), found
    assert message in dict(found)[where]


def test_a_wrong_check_value_of_the_file_is_named() -> None:
    (problem,) = wrong(TEXT[:-6] + "0000\r\n")
    assert problem[0].endswith("file data check value") and "of the check values above it is" in problem[1]


def test_a_line_more_or_less_shows() -> None:
    lines = TEXT.split("\r\n")
    assert any(
        "file data check" in where for where, _ in wrong("\r\n".join([*lines[: EVENT - 1], *lines[EVENT:]]))
    )


def test_an_event_check_that_differs_is_told_and_refuses_nothing() -> None:
    lines = TEXT.split("\r\n")
    check = lines[EVENT - 1].split(",")[-2]
    other = "00" if check != "00" else "01"
    text = changed(EVENT, f",{check},", f",{other},")
    # Only the file's own check value is wrong now.
    assert [where.partition(", ")[2] for where, _ in wrong(text)] == ["file data check value"]
    assert read(whole(text)).doubtful == [EVENT]


def test_times_to_come_and_times_that_do_not_exist() -> None:
    early = replace(GIVEN, made_at=NOW + timedelta(days=2))
    assert wrong(write_eld_file(early))[0][0] == "file"
    spring = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    text = write_eld_file(replace(GIVEN, zone=ZoneInfo("America/Phoenix"), made_at=spring, events=[
        EldEvent("driving", datetime(2026, 3, 8, 9, 30, tzinfo=UTC))], certifications=(), unidentified=()))  # fmt: skip
    mended = text.replace(",07,", ",06,", 1)
    lines = mended.split("\r\n")
    body = lines[4].rpartition(",")[0]
    lines[4] = f"{body},{line_check(body)}"
    found = read(whole("\r\n".join(lines)))
    with pytest.raises(Invalid) as error:
        records_of(found, ZONE, spring + timedelta(days=1))
    (problem,) = error.value.fields
    assert problem.field == f"line {found.events[0].line}, event date and time"
    assert "02:30:00 does not exist on 2026-03-08" in problem.message


# -- what is written reads back

STATES = [
    ("off_duty", None),
    ("sleeper_berth", None),
    ("driving", None),
    ("on_duty_not_driving", None),
    ("off_duty", "personal_conveyance"),
    ("on_duty_not_driving", "yard_move"),
]
BEGIN = 1_772_431_200


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """Records as people and devices make them: some end, some go on, some are laid over others, some leave gaps."""
    records = []
    for number in range(draw(st.integers(1, 14))):
        start = BEGIN + draw(st.integers(0, 60 * 24 * 4)) * 60
        length = draw(st.one_of(st.none(), st.integers(1, 900)))
        status, category = draw(st.sampled_from(STATES))
        is_automatic = status == "driving" and draw(st.booleans())
        end = None if length is None else start + length * 60
        records.append(Record(str(number), status, category, start, end, is_automatic))
    return records


def row_of(one: Record) -> dict[str, Any]:
    return {
        "id": one.id, "status": one.status, "category": one.category, "start": as_time(one.start).isoformat(),
        "record_status": "active", "origin": "automatic" if one.is_automatic else "driver", "latitude": None, "longitude": None,
        "odometer": None, "hours": None, "sequence": None, "comment": "", "place": "", "number": "T-101", "vin": TRUCK.vin,
        "maker": None, "maker_name": None, "is_own": True,
    }  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(logs(), st.sampled_from(["America/Chicago", "America/Phoenix", "Pacific/Honolulu"]))
def test_what_is_written_reads_back_to_the_same_line(records: list[Record], zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    as_of = BEGIN + 5 * 86_400
    line = line_of_time(records, as_of)
    if not line:
        return
    terms = Terms(RULESETS["property_70_8"], zone)
    log = DriverLog(UUID(int=1), "John Smith", "7", terms, as_of, tuple(line), None)
    driver = EldUser("jsmith", "John Smith")
    events = list(_events(log, [row_of(one) for one in records], driver, line[0].start, as_of))
    text = write_eld_file(
        EldFile(driver, "CT", "W8569238", "Freight", "1", zone, time(0), 8, as_time(as_of), events)
    )
    found = records_of(read(text), zone, as_time(as_of))
    assert joined(found.line, as_of) == [
        (one.start, one.end, one.record.status, one.record.category) for one in merged(line) if one.record
    ]
    assert {one.record_status for one in found.inactive} <= {"inactive_changed"}


def merged(line: list[Any]) -> list[Any]:
    """Neighbours that say the same are one stretch."""
    found: list[Any] = []
    for one in line:
        last = found[-1] if found else None
        is_same = last and last.record and one.record and last.end == one.start
        if is_same and (last.status, last.record.category) == (one.status, one.record.category):
            found[-1] = last._replace(end=one.end)
            continue
        found.append(one)
    return found


def joined(line: tuple[EldRecord, ...], as_of: int) -> list[tuple[int, int, str, str | None]]:
    found: list[tuple[int, int, str, str | None]] = []
    for one in line:
        start, end = int(one.start.timestamp()), int(one.end.timestamp()) if one.end else as_of
        if found and found[-1][1:] == (start, one.status, one.category):
            found[-1] = (found[-1][0], end, one.status, one.category)
        else:
            found.append((start, end, one.status, one.category))
    return found
