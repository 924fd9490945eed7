"""The tables against their design, column by column; every difference stands with its reason in the documents."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.contract.design import DESIGN, allowances, differences


@pytest.mark.parametrize("table", DESIGN)
def test_a_table_is_built_as_designed(table: str, owner: psycopg.Connection[Any]) -> None:
    allowed = allowances()
    unexplained = [
        difference
        for difference in differences(owner, table)
        if not any(allowance.covers(difference) for allowance in allowed)
    ]
    assert unexplained == [], "explain each in docs/schema-deviations.md, or build it as designed"


def test_every_explained_deviation_exists(owner: psycopg.Connection[Any]) -> None:
    found = [difference for table in DESIGN for difference in differences(owner, table)]
    stale = [
        allowance
        for allowance in allowances()
        if not any(allowance.covers(difference) for difference in found)
    ]
    assert stale == []


def test_the_design_has_83_tables() -> None:
    assert len(DESIGN) == 83
    assert sum(len(table["columns"]) for table in DESIGN.values()) == 1375
