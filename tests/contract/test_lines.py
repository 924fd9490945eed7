"""`docs/adding-a-table.md` shows the code as it is and counts its lines right."""

from __future__ import annotations

import inspect
import re
import statistics
from pathlib import Path

from tests.contract.lines import cost, declarations, is_simple, table_of_lines

from motorpool.core.resource.registry import load_registry

PAGE = Path(__file__).parents[2] / "docs" / "adding-a-table.md"


def test_the_page_shows_the_code_as_it_is() -> None:
    resource = load_registry()["service_bays"]
    model, declaration = re.findall(r"```python\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert model == inspect.getsource(resource.model).rstrip()
    assert declaration == declarations()[resource.model]


def test_the_page_counts_the_lines_right() -> None:
    found = re.search(r"<!-- lines -->\n(.*)\n<!-- /lines -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the table of lines is missing"
    assert found[1] == table_of_lines(), f"put this between the marks:\n{table_of_lines()}"


def test_a_simple_table_costs_at_most_90_lines() -> None:
    simple = [cost(one) for one in load_registry().values() if is_simple(one)]
    assert len(simple) > 30
    assert statistics.median(one.lines for one in simple) <= 60
    dear = [one for one in simple if one.lines > 90]
    assert len(dear) <= 2, dear
