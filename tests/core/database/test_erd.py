"""Diagrams: everything in the catalog is drawn, nothing lies on anything else, and the same catalog gives the same bytes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psycopg
import pytest

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.erd.catalog import ErdTable, by_domain, domains_of_tables, read_catalog
from motorpool.core.database.erd.layout import arrange
from motorpool.core.database.erd.pages import diagrams, write_diagrams
from motorpool.core.database.erd.shapes import ROW, Diagram

SVG = "{http://www.w3.org/2000/svg}"
PLAIN = {"vehicle_locations": {"vehicle_id": "vehicles"}}


@pytest.fixture(scope="module")
def connection(database_urls: Any) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def tables(connection: psycopg.Connection[Any]) -> dict[str, ErdTable]:
    return read_catalog(connection, PLAIN)


@pytest.fixture(scope="module")
def arranged(tables: dict[str, ErdTable]) -> list[Diagram]:
    return [arrange(domain, own, tables) for domain, own in by_domain(tables).items()]


@pytest.fixture(scope="module")
def files(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Drawing all takes seconds."""
    return diagrams(connection, PLAIN)


def test_every_table_is_in_the_domain_of_its_model(tables: dict[str, ErdTable]) -> None:
    assert set(load_metadata().tables) <= set(tables)
    assert tables["vehicles"].domain == "fleet"
    assert tables["vehicle_locations"].domain == "telematics"
    assert tables["audit_trails"].domain == tables["procrastinate_jobs"].domain == "core"
    assert not [name for name in tables if re.search(r"_y\d{4}m\d\d$", name)], (
        "partitions are not tables of their own"
    )
    assert {table.domain for table in tables.values()} == {*domains_of_tables().values()}


def test_columns_keys_and_comments_come_from_the_catalog(tables: dict[str, ErdTable]) -> None:
    columns = {column.name: column for column in tables["vehicle_locations"].columns}
    assert columns["latitude"].type == "numeric(10,8)"
    assert columns["latitude"].comment == "degrees, WGS 84"
    assert columns["recorded_at"].type == "timestamptz"
    assert [name for name, column in columns.items() if column.primary] == ["id", "tenant_id", "recorded_at"]
    assert (columns["vehicle_id"].target, columns["vehicle_id"].kept) == ("vehicles", False)
    columns = {column.name: column for column in tables["vehicles"].columns}
    assert columns["vehicle_number"].unique
    assert not columns["vehicle_number"].nullable
    assert (columns["department_id"].target, columns["department_id"].kept) == ("departments", True)
    assert columns["tenant_id"].target is None


def test_nothing_overlaps(arranged: list[Diagram]) -> None:
    for diagram in arranged:
        shapes = [(box.x, box.y, box.x + box.width, box.y + box.height, box.name) for box in diagram.boxes]
        shapes += [
            (chip.x, chip.y - 7, chip.x + chip.width, chip.y + 7, f"{chip.column.name} {chip.y}")
            for chip in diagram.chips
        ]
        for (l1, t1, r1, b1, one), (l2, t2, r2, b2, other) in itertools.combinations(shapes, 2):
            assert r1 <= l2 or r2 <= l1 or b1 <= t2 or b2 <= t1, f"{diagram.domain}: {one} and {other}"
        for shape in shapes:
            assert (
                shape[0] >= 0 and shape[1] >= 0 and shape[2] <= diagram.width and shape[3] <= diagram.height
            )


def test_lines_pass_no_box_and_never_lie_on_each_other(arranged: list[Diagram]) -> None:
    for diagram in arranged:
        flat: list[tuple[int, int, int, str]] = []
        upright: list[tuple[int, int, int, str]] = []
        for trunk in diagram.trunks:
            flat.append((trunk.start, trunk.source.x + trunk.source.width, trunk.x, trunk.parent))
            for (box, column), end in zip(trunk.branches, trunk.ends(), strict=True):
                flat.append((end, trunk.x, box.x if column else box.x + box.width, trunk.parent))
            low, high = trunk.extent()
            upright.append((trunk.x, low, high, trunk.parent))
        for y, left, right, parent in flat:
            assert left < right, f"{diagram.domain}: {parent} runs backwards"
            for box in diagram.boxes:
                inside = box.y <= y <= box.y + box.height and left < box.x + box.width and box.x < right
                assert not inside, f"{diagram.domain}: a line of {parent} runs through {box.name}"
            for chip in diagram.chips:
                assert not (abs(chip.y - y) < 7 and left < chip.x + chip.width and chip.x < right)
        for x, low, high, parent in upright:
            for box in diagram.boxes:
                assert not (box.x <= x <= box.x + box.width and low < box.y + box.height and box.y < high), (
                    parent
                )
        for lines in (flat, upright):
            for (at, a, b, one), (other_at, c, d, other) in itertools.combinations(lines, 2):
                assert one == other or at != other_at or b <= c or d <= a, (
                    f"{diagram.domain}: {one} on {other}"
                )


def test_every_foreign_key_is_drawn_once(arranged: list[Diagram], tables: dict[str, ErdTable]) -> None:
    for diagram in arranged:
        drawn = [
            (box.name, column.name)
            for trunk in diagram.trunks
            for box, column in trunk.branches
            if column is not None
        ]
        drawn += [(box.name, column.name) for box, column in diagram.loops]
        by_place = {
            (box.x, box.row_y(column.name)): (box.name, column.name)
            for box in diagram.boxes
            if box.table
            for column in box.table.columns
        }
        drawn += [by_place[chip.x + chip.width + 14, chip.y] for chip in diagram.chips]
        keys = [
            (table.name, column.name)
            for table in tables.values()
            if table.domain == diagram.domain
            for column in table.columns
            if column.target
        ]
        assert sorted(drawn) == sorted(keys)


def test_files_are_well_formed_complete_and_always_the_same(
    connection: psycopg.Connection[Any], tables: dict[str, ErdTable], files: dict[str, str], tmp_path: Path
) -> None:
    for domain, own in by_domain(tables).items():
        picture = ElementTree.fromstring(files[f"{domain}.svg"])
        groups = {group.get("id") for group in picture.iter(f"{SVG}g")} - {None}
        assert groups == {table.name for table in own}
        texts = [text.text for text in picture.iter(f"{SVG}text")]
        for table in own:
            assert table.name in texts
            assert all(column.name in texts for column in table.columns)
        assert "prefers-color-scheme:dark" in files[f"{domain}.svg"]
        for table in own:
            assert f"    {table.name} {{\n" in files[f"{domain}.mmd"]
        assert f"]({domain}.svg)]({domain}.svg)" in files["README.md"]
    (tmp_path / "gone.svg").write_text("<svg/>")
    assert len(write_diagrams(connection, tmp_path, PLAIN)) == len(files) + 1
    assert write_diagrams(connection, tmp_path, PLAIN) == []
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == files


def test_mermaid_source_keeps_to_its_grammar(files: dict[str, str]) -> None:
    line = re.compile(
        r"erDiagram|    direction LR|    \w+ (\|\||\|o)(--|\.\.)(o\{|o\|) \w+ : \"\w+\"|    \w+ \{|    \}"
        r"|        [A-Za-z][\w()\[\]]* \w+( (PK|FK|UK)(, (PK|FK|UK))*)?( \"[^\"]+\")?"
    )
    for name, text in files.items():
        if name.endswith(".mmd"):
            for number, content in enumerate(text.splitlines(), 1):
                assert line.fullmatch(content), f"{name}:{number}: {content}"


def test_rows_lie_on_the_grid(arranged: list[Diagram]) -> None:
    for diagram in arranged:
        for box in diagram.boxes:
            assert box.y % ROW == (box.layer % 2) * ROW // 2, box.name
