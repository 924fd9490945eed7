"""Reading tables: encodings, delimiters, typed cells, and errors that say what is wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, strategies as st

from motorpool.core.errors import Invalid
from motorpool.core.tabular import (
    Limits,
    SourceRow,
    Table,
    each_chunk,
    join_list,
    read_table,
    shield,
    split_list,
    unshield,
)


def read(content: bytes, **options: Any) -> tuple[Table, list[SourceRow]]:
    table = read_table(io.BytesIO(content), **options)
    return table, [row for chunk in table.chunks for row in chunk]


def refusal(content: bytes, **options: Any) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(content, **options)
    return caught.value


# -- CSV

TEXT = "Nummer;Größe;Ort\r\nV-1;1,5;Zürich\r\nV-2;2;Łódź\r\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encodings(encoding: str, found: str) -> None:
    table, rows = read(TEXT.encode(encoding))
    assert (table.columns, table.encoding, table.delimiter) == (("Nummer", "Größe", "Ort"), found, ";")
    assert rows == [SourceRow(2, ("V-1", "1,5", "Zürich")), SourceRow(3, ("V-2", "2", "Łódź"))]
    assert table.warnings == []


def test_an_old_encoding_is_read_with_a_warning() -> None:
    table, rows = read("Name;Preis\nMüller;5 €\n".encode("cp1252"))
    assert rows[0].cells == ("Müller", "5 €")
    assert table.encoding == "cp1252" and "not in UTF-8" in table.warnings[0]
    table, rows = read(b"Name;X\nM\xfcller;\x81\n")
    assert table.encoding == "latin-1" and rows[0].cells[0] == "Müller"


def test_the_encoding_is_found_in_the_whole_file() -> None:
    """The first letter beyond ASCII stands behind the part that is looked at for the delimiter."""
    table, rows = read(b"a,b\n" + b"x,y\n" * 50_000 + b"\xfc,z\n")
    assert table.encoding == "cp1252" and rows[-1] == SourceRow(50_002, ("ü", "z"))


@pytest.mark.parametrize(
    ("content", "delimiter", "columns"),
    [
        ("a,b,c\n1,2,3\n", ",", 3),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";", 2),
        ("a\tb\n1,5\t2\n", "\t", 2),
        ("a|b\n1|2\n", "|", 2),
        ("sep=|\na,x|b\n1|2\n", "|", 2),
        ('"a, or b";c\n"1;2";3\n', ";", 2),
        ("only\nvalues\n", ",", 1),
        ("name,note\nx,one; two; three\ny,four; five; six\n", ",", 2),
    ],
)
def test_delimiters(content: str, delimiter: str, columns: int) -> None:
    table, rows = read(content.encode())
    assert (table.delimiter, len(table.columns)) == (delimiter, columns)
    assert all(row.problem is None for row in rows)


def test_row_numbers_are_those_of_a_spreadsheet() -> None:
    _, rows = read(b'\n\na,b\n\n1,"two\nlines"\n , \n3,4\n')
    assert rows == [SourceRow(5, ("1", "two\nlines")), SourceRow(7, ("3", "4"))]


def test_short_and_long_rows() -> None:
    _, rows = read(b"a,b,c,,\n1\n1,2,3,,\n1,2,3,4\n")
    assert rows[0].cells == ("1", None, None) and rows[0].problem is None
    assert rows[1].problem is None
    assert rows[2].problem == "has 4 cells, the heading has 3"


def test_chunks_hold_so_many_rows() -> None:
    table = read_table(io.BytesIO(b"a\n" + b"1\n" * 25), chunk_rows=10)
    assert [len(chunk) for chunk in table.chunks] == [10, 10, 5]


async def test_chunks_can_be_awaited() -> None:
    table = read_table(io.BytesIO(b"a,b\n1,2\n"))
    assert [chunk async for chunk in each_chunk(table)] == [[SourceRow(2, ("1", "2"))]]


def test_the_file_stays_open() -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    list(read_table(file).chunks)
    assert not file.closed


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty", "is empty"),
        (b" \n\n ", "empty", "is empty"),
        (b"\xef\xbb\xbf", "empty", "is empty"),
        (b"a,b,A\n1,2,3\n", "duplicate_heading", "two columns called 'A'"),
        (b"a,,c\n1,2,3\n", "no_heading", "no heading for column 2 (row 1)"),
        (b"1,2,3\n4,5,6\n", "no_heading", "row 1 holds values"),
        (b"%PDF-1.4\n", "not_a_table", "neither CSV nor a workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_table", "neither CSV nor a workbook"),
        (b"MZ\x90\x00\x03\x01,\x02;", "not_a_table", "neither CSV nor a workbook"),
        (b'a,b\n1,"open\n2,3\n', "open_quote", "row 2"),
        (b'a,b\n1,"x"y\n', "bad_quote", "must be a comma"),
        (b"PK\x03\x04 not a zip", "not_a_table", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nothing", "not_a_table", "damaged"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            "protected by a password",
        ),
    ],
)
def test_what_cannot_be_read(content: bytes, code: str, words: str) -> None:
    error = refusal(content)
    assert (error.code, error.fields[0].field) == (code, "file")
    assert words in error.detail


def test_limits() -> None:
    limits = Limits(rows=3, columns=4)
    assert len(read(b"a\n1\n2\n3\n", limits=limits)[1]) == 3
    assert refusal(b"a\n1\n2\n3\n4\n", limits=limits).code == "too_many_rows"
    assert refusal(b"a,b,c,d,e\n1\n", limits=limits).code == "too_many_columns"
    assert refusal(book([["a"], [1], [2], [3], [4]]), limits=limits).code == "too_many_rows"
    assert refusal(book([list("abcde")]), limits=limits).code == "too_many_columns"


# -- workbooks


def book(rows: list[list[Any]], *, first: int = 0, more: tuple[str, ...] = (), hidden: bool = False) -> bytes:
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    clock = made.add_format({"num_format": "hh:mm:ss"})
    if hidden:
        made.add_worksheet("Secret").hide()
    sheet = made.add_worksheet("Vehicles")
    sheet.activate()
    sheet.set_first_sheet()
    for line, row in enumerate(rows, first):
        for index, cell in enumerate(row):
            sheet.write(line, index, cell, *([clock] if isinstance(cell, time) else []))
    for name in more:
        made.add_worksheet(name).write(0, 0, f"heading of {name}")
    made.close()
    return buffer.getvalue()


def test_cells_have_their_types() -> None:
    moment = datetime(2026, 3, 9, 14, 30, 5)
    values = ["text", 7, -1.25, True, date(2026, 3, 9), moment, time(8, 15), " padded ", None, 12345678901]
    table, rows = read(book([[f"c{i}" for i in range(len(values))], values]))
    assert rows == [SourceRow(2, tuple(values))]
    assert [type(cell) for cell in rows[0].cells] == [type(value) for value in values]
    assert (table.format, table.sheet, table.sheets) == ("xlsx", "Vehicles", ("Vehicles",))


def test_a_table_may_begin_further_down() -> None:
    _, rows = read(book([["a", "b"], [1, 2], [], [3, 4]], first=4))
    assert [row.number for row in rows] == [6, 8]


def test_sheets() -> None:
    content = book([["a"], [1]], more=("Drivers",), hidden=True)
    table, _ = read(content)
    assert (table.sheet, table.sheets) == ("Vehicles", ("Vehicles", "Drivers")), "hidden ones are left out"
    assert table.warnings == ["Only the sheet 'Vehicles' was read, not 'Drivers'."]
    assert read(content, sheet="Drivers")[0].columns == ("heading of Drivers",)
    error = refusal(content, sheet="Trips")
    assert error.fields[0].field == "sheet" and "Vehicles, Drivers" in error.fields[0].message


def test_an_empty_sheet_and_numbers_as_heading() -> None:
    assert refusal(book([])).code == "empty"
    assert refusal(book([[1, 2], [3, 4]])).code == "no_heading"
    assert refusal(book([["a", "a"]])).code == "duplicate_heading"


def test_opendocument() -> None:
    parts = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="Fahrzeuge"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>Nummer</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>km</text:p></table:table-cell></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>V-1</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="4711"><text:p>4711</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", parts)
        made.writestr("META-INF/manifest.xml", "<manifest/>")
    table, rows = read(buffer.getvalue())
    assert (table.format, table.columns) == ("ods", ("Nummer", "km"))
    assert rows == [SourceRow(2, ("V-1", 4711))]


def test_another_archive_and_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        made.writestr("word/document.xml", "<x/>")
    assert "not a workbook" in refusal(buffer.getvalue()).detail
    monkeypatch.setattr("motorpool.core.tabular.workbook.MAX_UNPACKED", 1000)
    assert refusal(book([["a"], [1]])).code == "too_large"


@given(st.binary(max_size=400))
def test_nothing_but_invalid_comes_of_any_bytes(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a,b\n"):
        try:
            read(start + content)
        except Invalid as error:
            assert error.fields


# -- what writers and readers agree on


@given(st.text())
def test_the_shield_comes_off_again(text: str) -> None:
    assert unshield(shield(text)) == text
    assert shield(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")


@given(st.lists(st.one_of(st.text(max_size=8), st.integers(-99, 99), st.none())))
def test_lists_come_back(values: list[Any]) -> None:
    assert split_list(join_list(values)) == values


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cc", "Cs"))),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
    )
)
def test_any_text_that_csv_writes_is_read(rows: list[list[str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(
        [["first name", "second name"], *([shield(cell) for cell in row] for row in rows)]
    )
    _, found = read(buffer.getvalue().encode())
    expected = [tuple(cell if cell.strip() else None for cell in row) for row in rows]
    assert [row.cells for row in found] == [row for row in expected if any(row)]
