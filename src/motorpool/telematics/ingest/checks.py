"""Which rows can be stored, and what is wrong with the others. Whole columns at a time; no I/O, no clock."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from motorpool.telematics.ingest.records import NO_TIME, Coded, Columns, Floats, Mask, Number, Problem

#: 2000-01-01 in microseconds since 1970; nothing on a vehicle knows an earlier time (decision 9).
EARLIEST = 946_684_800_000_000
#: A clock may be ahead by this much, in microseconds.
AHEAD = 600_000_000
SOURCE_LENGTH = 50
VEHICLE_LENGTH = 100
TEXT_LENGTH = 16_384
#: An escape for NUL in JSON text that is not itself escaped; jsonb refuses it.
JSON_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def is_possible(recorded_at: int, now: int) -> bool:
    """Whether a device can mean this time; both in microseconds since 1970."""
    return EARLIEST <= recorded_at <= now + AHEAD


def check(columns: Columns, now: int) -> Mask:
    """True for each row that may be stored; what is wrong with the others is appended to `columns.problems`.

    `now` is in microseconds since 1970. Rows that already have a problem (by their `index`) stay refused.
    """
    columns.index = columns.index if len(columns.index) else np.arange(len(columns))
    known = {problem.index for problem in columns.problems}
    good = ~np.isin(columns.index, list(known)) if known else np.ones(len(columns), bool)
    if not len(columns):
        return good
    _check_times(columns, now, good)
    for number in columns.series.numbers:
        _check_number(columns, number, good)
    if "latitude" in columns.numbers:
        nowhere = (columns.numbers["latitude"] == 0) & (columns.numbers["longitude"] == 0)
        _refuse(
            columns, good, nowhere, "latitude", "0, 0 is what a tracker sends while it has no fix", "no_fix"
        )
    _check_coded(columns, columns.vehicle, "vehicle", VEHICLE_LENGTH, good, required=True)
    if columns.source is not None:
        _check_coded(columns, columns.source, "source", SOURCE_LENGTH, good)
    for name, texts in columns.texts.items():
        _check_texts(columns, name, texts, good)
    return good


def _check_times(columns: Columns, now: int, good: Mask) -> None:
    times = columns.recorded_at
    readable = times != NO_TIME
    ancient = readable & (times < EARLIEST)
    _refuse(columns, good, ancient, "recorded_at", "lies before 2000-01-01", "ancient")
    _refuse(
        columns, good, times > now + AHEAD, "recorded_at", "lies more than 10 minutes in the future", "future"
    )
    unexplained = ~readable & good
    _refuse(
        columns, good, unexplained, "recorded_at",
        "is not a time with its zone; write 2026-05-21T07:30:00Z or seconds or milliseconds since 1970", "not_a_time",
    )  # fmt: skip


def _check_number(columns: Columns, number: Number, good: Mask) -> None:
    values = columns.numbers.get(number.name)
    if values is None:
        if number.required:
            _refuse(columns, good, np.ones(len(columns), bool), number.name, "is missing", "missing")
        return
    wrong = (values < number.low) | (values > number.high)
    if wrong.any():
        message = f"must be from {number.low:,g} to {number.high:,.10g} {number.unit}"
        for row in np.flatnonzero(wrong):
            text = f"{message}, not {values[row]:.10g}"
            columns.problems.append(Problem(int(columns.index[row]), number.name, text, "out_of_range"))
        good &= ~wrong
    if number.required:
        _refuse(columns, good, np.isnan(values) & good, number.name, "is missing", "missing")
    if number.whole:
        columns.numbers[number.name] = np.rint(values)


def _check_coded(
    columns: Columns, coded: Coded, name: str, limit: int, good: Mask, required: bool = False
) -> None:
    """Each different value is looked at once."""
    refused: dict[int, tuple[str, str]] = {}
    for code, value in enumerate(coded.values):
        if problem := _text_problem(value, limit):
            refused[code] = problem
        elif required and not value:
            refused[code] = ("is missing", "missing")
    if required:
        refused[-1] = ("is missing", "missing")
    for code, (message, problem_code) in refused.items():
        _refuse(columns, good, coded.codes == code, name, message, problem_code)


def _check_texts(columns: Columns, name: str, texts: Any, good: Mask) -> None:
    for row, text in enumerate(texts):
        if text is None:
            continue
        problem = _text_problem(text, TEXT_LENGTH)
        if problem is None and "\\u0000" in text and JSON_NUL.search(text):
            problem = ("contains the character NUL, which PostgreSQL cannot store", "nul")
        if problem:
            columns.problems.append(Problem(int(columns.index[row]), name, *problem))
            good[row] = False


def _text_problem(text: str, limit: int) -> tuple[str, str] | None:
    if len(text) > limit:
        return f"is {len(text):,} characters long; at most {limit:,} are kept", "too_long"
    if "\x00" in text:
        return "contains the character NUL, which PostgreSQL cannot store", "nul"
    return None


def _refuse(columns: Columns, good: Mask, wrong: Mask, field: str, message: str, code: str) -> None:
    """Mark rows as refused and say why."""
    if not wrong.any():
        return
    for row in np.flatnonzero(wrong):
        columns.problems.append(Problem(int(columns.index[row]), field, message, code))
    good &= ~wrong


def not_numbers(values: Floats, nulls: int) -> Mask | None:
    """Rows where a sender wrote NaN instead of leaving the value out; None when there are none."""
    strange = np.isnan(values)
    return strange if int(strange.sum()) > nulls else None
