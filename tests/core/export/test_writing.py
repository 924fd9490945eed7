"""What is written is read back: every format, every kind of value, and what must not grow or run."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from motorpool.core.errors import Invalid
from motorpool.core.export import FORMATS, Column, Heading, write_table
from motorpool.core.export.excel import MAX_TEXT
from motorpool.core.tabular import read_table, split_list

DENVER = ZoneInfo("America/Denver")
HEADING = Heading(
    "Vehicles", "Acme Fleet", [("Status", "active")], datetime(2026, 11, 22, 19, 30, tzinfo=UTC), DENVER
)
COLUMNS = (
    Column("name", "Name"),
    Column("seats", "Seats", "integer"),
    Column("weight", "Weight", "decimal"),
    Column("price", "Price", "money"),
    Column("bought", "Bought on", "date"),
    Column("seen", "Last seen", "datetime"),
    Column("opens", "Opens", "time"),
    Column("active", "Active", "boolean"),
    Column("tags", "Tags", "list"),
    Column("extra", "Extra", "json"),
    Column("id", "Id", "uuid"),
)
SEEN = datetime(2026, 7, 1, 5, 15, 30, tzinfo=UTC)
ROWS: list[tuple[Any, ...]] = [
    (
        "Van 1",
        3,
        Decimal("1234.5670"),
        Decimal("99999.90"),
        date(2024, 2, 29),
        SEEN,
        time(8, 30),
        True,
        ["red", "blue"],
        {"a": [1, None]},
        UUID(int=7),
    ),
    (
        "=1+1",
        -5,
        Decimal("-0.5"),
        Decimal("0.00"),
        date(1999, 12, 31),
        SEEN.astimezone(DENVER),
        time(0),
        False,
        [],
        {},
        UUID(int=8),
    ),
    ("Ü; \"x\", 'y'\nz", 2**53, 0.1, 12, None, None, None, None, ["a;b", "=x"], [1], UUID(int=9)),
    (" '=padded ", None, None, None, None, None, None, None, None, None, None),
]


async def chunks(rows: Sequence[Any], size: int = 2) -> AsyncIterator[Sequence[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def write(
    name: str, columns: Sequence[Column] = COLUMNS, rows: Sequence[Any] = ROWS, **options: Any
) -> bytes:
    return b"".join([block async for block in write_table(name, columns, chunks(rows), HEADING, **options)])


def read(content: bytes) -> list[tuple[Any, ...]]:
    table = read_table(io.BytesIO(content))
    assert table.warnings == []
    assert table.columns == tuple(column.heading for column in COLUMNS)
    return [row.cells for chunk in table.chunks for row in chunk]


async def test_csv_comes_back() -> None:
    content = await write("csv")
    assert content.startswith(b"\xef\xbb\xbfName,Seats,") and b"\r\n" in content
    found = read(content)
    assert found[0] == (
        "Van 1",
        "3",
        "1234.5670",
        "99999.90",
        "2024-02-29",
        "2026-06-30T23:15:30-06:00",
        "08:30:00",
        "true",
        "red; blue",
        '{"a":[1,null]}',
        "00000000-0000-0000-0000-000000000007",
    )
    for row, cells in zip(ROWS, found, strict=True):
        assert cells[0] == row[0]
        assert [None if cell is None else Decimal(cell) for cell in cells[1:4]] == [
            None if cell is None else Decimal(str(cell)) for cell in row[1:4]
        ]
        if row[5]:
            assert datetime.fromisoformat(cells[5]) == row[5]
        assert (None if not cells[8] else split_list(cells[8])) == (row[8] or None)
        assert (None if cells[9] is None else json.loads(cells[9])) == row[9]


async def test_xlsx_comes_back_with_types() -> None:
    found = read(await write("xlsx"))
    assert found[0] == (
        "Van 1",
        3,
        1234.567,
        99999.9,
        date(2024, 2, 29),
        datetime(2026, 6, 30, 23, 15, 30),
        time(8, 30),
        True,
        "red; blue",
        '{"a":[1,null]}',
        "00000000-0000-0000-0000-000000000007",
    )
    assert found[1][:6] == ("=1+1", -5, -0.5, 0, date(1999, 12, 31), datetime(2026, 6, 30, 23, 15, 30))
    assert found[2][:4] == (ROWS[2][0], str(2**53), 0.1, 12), "16 digits would be rounded, so they are text"
    assert found[3][0] == ROWS[3][0]


async def test_json_and_ndjson_come_back() -> None:
    found = json.loads(await write("json"))
    assert [list(row) for row in found] == [[column.name for column in COLUMNS]] * len(ROWS)
    assert found[0] == {
        "name": "Van 1",
        "seats": 3,
        "weight": "1234.5670",
        "price": "99999.90",
        "bought": "2024-02-29",
        "seen": "2026-06-30T23:15:30-06:00",
        "opens": "08:30:00",
        "active": True,
        "tags": ["red", "blue"],
        "extra": {"a": [1, None]},
        "id": "00000000-0000-0000-0000-000000000007",
    }
    assert [json.loads(line) for line in (await write("ndjson")).splitlines()] == found
    assert json.loads(await write("json", rows=[])) == [] and await write("ndjson", rows=[]) == b""


@pytest.mark.parametrize("name", ["csv", "xlsx"])
async def test_no_text_becomes_a_formula(name: str) -> None:
    evil = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "＝1",
        "'=1",
        "http://x.example",
        "=HYPERLINK(1)",
        "{=1}",
    ]
    columns = [Column("a", "=cmd|'/c calc'!A1"), Column("b", "Price", "money"), Column("c", "Tags", "list")]
    content = await write(name, columns, [(text, -5, [text]) for text in evil])
    table = read_table(io.BytesIO(content))
    rows = [row.cells for chunk in table.chunks for row in chunk]
    assert table.columns[0] == columns[0].heading
    assert [row[0] for row in rows] == evil
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet
        assert rows[0][1] == -5
    else:
        raw = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        for line in raw:
            assert line[0][0] not in "=+-@\t\r＝" and line[2][0] not in "=+-@\t\r＝"
        assert raw[1][1] == "-5", "a number is no formula"


async def test_the_workbook_is_ready_for_use() -> None:
    content = await write("xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        properties = archive.read("docProps/core.xml").decode()
        names = archive.read("xl/workbook.xml").decode()
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:K5"/>' in sheet and "<cols>" in sheet
    assert "America/Denver" in properties and 'name="Vehicles"' in names


async def test_values_that_excel_cannot_hold() -> None:
    columns = [
        Column("a", "A"),
        Column("b", "B", "decimal"),
        Column("c", "C", "date"),
        Column("d", "D", "datetime"),
    ]
    long, exact = "x" * 40_000, Decimal("0.12345678901234567890")
    content = await write(
        "xlsx",
        columns,
        [
            (long, exact, date(1850, 5, 1), datetime(1899, 1, 1, tzinfo=UTC)),
            ("bad\x00\x0b\ud800", float("nan"), None, "not a time"),
        ],
    )
    first, second = (row.cells for chunk in read_table(io.BytesIO(content)).chunks for row in chunk)
    assert isinstance(first[0], str) and len(first[0]) == MAX_TEXT and first[0].endswith("…")
    assert first[1:3] == (str(exact), "1850-05-01")
    assert second == ("bad?", "nan", None, "not a time")


@pytest.mark.parametrize("title", ["", "a/b\\c*d?[e]:f", "'quoted'", "History", "x" * 60])
async def test_any_title_makes_a_workbook(title: str) -> None:
    blocks = [
        block async for block in write_table("xlsx", COLUMNS, chunks(ROWS), replace(HEADING, title=title))
    ]
    assert len(read(b"".join(blocks))) == len(ROWS)


async def test_more_rows_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("motorpool.core.export.excel.MAX_ROWS", 4)
    content = await write(
        "xlsx", [Column("a", "A", "integer"), Column("b", "B")], [(i, "x") for i in range(7)]
    )
    sheets = read_table(io.BytesIO(content)).sheets
    assert sheets == ("Vehicles", "Vehicles 2", "Vehicles 3")
    found = [
        [row.cells[0] for chunk in read_table(io.BytesIO(content), sheet=sheet).chunks for row in chunk]
        for sheet in sheets
    ]
    assert found == [[0, 1, 2], [3, 4, 5], [6]]


async def test_an_unknown_format() -> None:
    with pytest.raises(Invalid, match="Some fields") as caught:
        await write("doc")
    assert caught.value.fields[0].message == f"must be one of {', '.join(FORMATS)}"


@pytest.mark.parametrize("name", ["csv", "json", "ndjson", "xlsx"])
async def test_memory_does_not_grow_with_the_rows(name: str) -> None:
    columns = [Column("a", "A"), Column("b", "B", "money"), Column("c", "C", "datetime")]

    async def rows(count: int) -> AsyncIterator[Sequence[Any]]:
        for start in range(0, count, 500):
            yield [(f"row {i}", Decimal(i), SEEN + timedelta(minutes=i)) for i in range(start, start + 500)]

    async def peak(count: int) -> int:
        tracemalloc.start()
        async for _ in write_table(name, columns, rows(count), HEADING):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    await peak(500)
    few, many = await peak(1_000), await peak(10_000)
    assert many < few * 1.5 + 300_000, (few, many)
