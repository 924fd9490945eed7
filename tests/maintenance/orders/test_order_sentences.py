"""Audit entries of work orders in words: every move has its own, and what was not done is not said."""

from __future__ import annotations

from typing import Any

import pytest

from motorpool.core.resource.registry import Registry
from motorpool.maintenance.queries.order_story import TABLES
from motorpool.web.pages.order_sentences import Told, order_sentence

LIVING = ("maintenance_records", "work_order_tasks", "service_bay_schedule", "defects", "comments")


def told(registry: Registry, table: str, **changed: tuple[Any, Any]) -> Told:
    entry = {
        "operation": "UPDATE",
        "old_values": {name: before for name, (before, _) in changed.items()},
        "new_values": {name: after for name, (_, after) in changed.items()},
    }
    return order_sentence(registry[table], entry, tuple(sorted(changed)))


def test_every_move_is_told_in_words_of_its_own(registry: Registry) -> None:
    assert {"maintenance_records", *TABLES} - {"work_order_labor", "work_order_parts"} == set(LIVING)
    for table in LIVING:
        states = registry[table].states
        assert states
        for move in states.moves:
            for state in set(move.leaves) - {move.to}:
                words = told(registry, table, **{states.column: (state, move.to)}).words
                assert words and not words.endswith("changed"), (table, move.verb)


def test_a_state_that_a_program_brings_about_is_told_too(registry: Registry) -> None:
    """An order that is reopened or cancelled takes its defects along, by ways that are no moves."""
    assert (
        told(registry, "defects", status=("repaired", "in_repair")).words == "Defect taken back into repair"
    )
    assert told(registry, "defects", status=("in_repair", "open")).words == "Defect taken up again"
    former = told(registry, "maintenance_records", status=("open", "on_hold"))
    assert former.words == "Work order on hold", "a state of a former version"


@pytest.mark.parametrize(
    ("changed", "words", "amount"),
    [
        ({"quantity_reserved": (0, 2.0)}, "Reserved", "2 × "),
        ({"quantity_reserved": (2.0, 0.5)}, "Released", "1.5 × "),
        ({"quantity_reserved": (2.0, 0), "quantity_issued": (1.0, 3.0)}, "Issued", "2 × "),
        ({"quantity_returned": (0, 1.0), "total_cost": (20.0, 10.0)}, "Brought back", "1 × "),
        ({"quantity": (1.0, 2.0)}, "Part line changed", ""),
    ],
)
def test_parts_are_told_by_what_was_moved(
    registry: Registry, changed: dict[str, tuple[Any, Any]], words: str, amount: str
) -> None:
    found = told(registry, "work_order_parts", **changed)
    assert (found.words, found.amount) == (words, amount)
    assert found.listed == (("quantity",) if "quantity" in changed else ())


def test_an_inspection_is_told_by_its_result(registry: Registry) -> None:
    def words(**changed: tuple[Any, Any]) -> str:
        return told(
            registry, "work_order_tasks", inspected_at=(None, "2026-05-04T08:00:00Z"), **changed
        ).words

    assert words(inspection_passed=(None, True)) == "Inspection passed"
    assert words(inspection_passed=(None, False)) == "Inspection failed"
    assert words() == "Inspected again", "with the same result"


def test_what_the_shop_keeps_about_the_vehicle_is_told(registry: Registry) -> None:
    table = "maintenance_records"
    assert told(registry, table, shop_vehicle_id=(None, "x")).words == "Vehicle taken into the shop"
    assert told(registry, table, shop_vehicle_id=("x", None)).words == "Vehicle let out of the shop"
    assert told(registry, table, downtime_started_at=(None, "x")) == Told("Downtime begun")
    ended = told(registry, table, downtime_ended_at=(None, "x"), downtime_hours=(None, 2.5))
    assert ended == Told("Downtime ended", ("downtime_hours",))
    changed = told(registry, table, priority=("low", "high"), total_cost=(1, 2))
    assert changed == Told("Work order changed", ("priority",))
