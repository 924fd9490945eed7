"""PDF: the layout's arithmetic, and documents that typst really sets."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from motorpool.core.errors import Invalid
from motorpool.core.export import Column, Heading, render_pdf
from motorpool.core.export.layout import (
    CELL_PADDING,
    PAPERS,
    SIDE_MARGIN,
    breakable,
    em_width,
    fit,
    for_people,
)
from motorpool.core.export.pdf import table_data, table_pdf

HEADING = Heading(
    "Vehicles",
    "Acme Fleet",
    [("Status", "active")],
    datetime(2026, 11, 22, 19, 30, tzinfo=UTC),
    ZoneInfo("America/Denver"),
)
FEW = (Column("number", "Number"), Column("cost", "Cost", "money"), Column("due", "Due", "date"))
MANY = tuple(Column(f"c{i}", f"Column {i}") for i in range(20))


async def chunks(rows: Sequence[Any]) -> AsyncIterator[Sequence[Any]]:
    yield rows


def pages(document: bytes) -> int:
    """Page objects, in the file and in its compressed object streams."""
    bodies = [document]
    for match in re.finditer(rb"stream\r?\n", document):
        try:
            bodies.append(zlib.decompressobj().decompress(document[match.end() :]))
        except zlib.error:
            continue
    return sum(len(re.findall(rb"/Type\s*/Page\b", body)) for body in bodies)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("money", Decimal("1234567.5"), "1,234,567.50"),
        ("money", 3, "3.00"),
        ("money", Decimal("3.459"), "3.459"),
        ("integer", 480000, "480,000"),
        ("decimal", "12.50", "12.50"),
        ("boolean", True, "Yes"),
        ("date", date(2026, 3, 1), "2026-03-01"),
        ("datetime", datetime(2026, 3, 1, 6, 59, tzinfo=UTC), "2026-02-28 23:59"),
        ("list", ["a", "b"], "a, b"),
        ("text", "=1+1", "=1+1"),
        ("text", None, ""),
    ],
)
def test_values_for_people(kind: Any, value: Any, shown: str) -> None:
    assert for_people(kind, ZoneInfo("America/Denver"), value) == shown


def room(landscape: bool) -> float:
    return PAPERS["a4"][1 if landscape else 0] - 2 * SIDE_MARGIN


def test_a_small_table_is_upright_and_fills_the_page() -> None:
    layout = fit(FEW, [["V-1", "1,234.50", "2026-01-01"]], "a4")
    assert not layout.landscape and layout.size == 8.5
    assert sum(layout.widths) == pytest.approx(room(False))
    assert layout.widths[2] == pytest.approx((em_width("2026-01-01") + 0.1) * 8.5 + CELL_PADDING)


def test_a_wide_table_is_turned_and_smaller() -> None:
    layout = fit(MANY, [[f"word{i}" * 2 for i in range(20)]], "a4")
    assert layout.landscape and layout.size < 8.5
    assert sum(layout.widths) == pytest.approx(room(True))


def test_a_table_that_cannot_fit_still_stays_on_the_page() -> None:
    columns = tuple(replace(column, kind="uuid") for column in MANY)
    layout = fit(columns, [["0" * 36] * 20], "a4")
    assert sum(layout.widths) == pytest.approx(room(True))


def test_long_words_are_broken_to_the_width() -> None:
    broken = breakable("short " + "x" * 100, 60.0, 8.0)
    pieces = broken.split(" ", 1)[1].split("\u200b")
    assert "".join(pieces) == "x" * 100
    assert all(em_width(piece) * 8.0 <= 60.0 - CELL_PADDING for piece in pieces)
    assert breakable("2026-01-01", (em_width("2026-01-01")) * 8 + CELL_PADDING, 8.0) == "2026-01-01"


async def test_a_table_over_several_pages_is_the_same_every_time() -> None:
    rows = [(f"V-{i}", Decimal(i), date(2026, 1, 1)) for i in range(120)]
    first, second = [await table_pdf(FEW, chunks(rows), HEADING) for _ in range(2)]
    assert first.startswith(b"%PDF-") and first == second
    assert pages(first) == 3


EVIL = [
    '#import "x.typ"',
    '#panic("no")',
    '*bold* _x_ $1+1$ `raw` @ref <tag> \\ // /* [ ] { } ~ -- ... "',
    '"); evil("',
    "</script>\u2028\u202e\ufeff",
    "x" * 5000,
    "word " * 3000,
    "",
    "\x01\x1f\x7f",
    "😀 车辆 مركبة",
]


async def test_data_is_never_source() -> None:
    heading = replace(HEADING, title=EVIL[0], tenant=EVIL[2], filters=[(EVIL[1], EVIL[3])])
    document = await table_pdf(
        (Column("a", EVIL[1]), Column("b", EVIL[2])), chunks([(text, text) for text in EVIL]), heading
    )
    assert document.startswith(b"%PDF-") and pages(document) >= 2


async def test_no_rows() -> None:
    assert pages(await table_pdf(FEW, chunks([]), replace(HEADING, tenant="", filters=[]))) == 1


async def test_limits() -> None:
    with pytest.raises(Invalid, match="may have 2 rows") as caught:
        await table_pdf(FEW, chunks([("a", 1, None)] * 3), HEADING, most=2)
    assert caught.value.code == "too_many_rows"
    with pytest.raises(Invalid, match="room for 24 columns"):
        await table_pdf(MANY * 2, chunks([]), HEADING)
    with pytest.raises(Invalid, match="20 columns may have 2000 rows"):
        await table_pdf(MANY, chunks([("a",) * 20] * 2001), HEADING, most=20_000)


async def test_own_templates(tmp_path: Path) -> None:
    (tmp_path / "letter.typ").write_text(
        "#let data = json(bytes(sys.inputs.data))\nDear #data.name,\n#data.total"
    )
    document = await render_pdf("letter", {"name": "Ada", "total": Decimal("1.50")}, folder=tmp_path)
    assert document.startswith(b"%PDF-")
    for name in ("missing", "../letter", "letter.typ", "/etc/passwd", ""):
        with pytest.raises(LookupError):
            await render_pdf(name, {}, folder=tmp_path)
    with pytest.raises(RuntimeError, match=r"letter\.typ"):
        await render_pdf("letter", {}, folder=tmp_path)


async def test_a_template_reads_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "thief.typ").write_text('#read("../secret.txt")')
    with pytest.raises(RuntimeError):
        await render_pdf("thief", {}, folder=folder)


def test_the_data_of_the_template() -> None:
    data = table_data(FEW, [["V-1", "1.00", "2026-01-01"]], HEADING, "us-letter")
    assert (data["paper"], data["count"], data["generated"]) == ("us-letter", "1 row", "2026-11-22 12:30 MST")
    assert [column["right"] for column in data["columns"]] == [False, True, False]
