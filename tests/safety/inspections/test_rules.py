"""Answers against the form, the result, and the dates: worked by hand, and with answers made up by hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.safety.printing.inspection import Signed
from motorpool.safety.rules.inspection_catalogue import FORMS, form_rows
from motorpool.safety.rules.inspection_periods import (
    Reading,
    add_months,
    doubt_about,
    report_every_day,
)
from motorpool.safety.rules.inspection_results import Given, Item, judge
from motorpool.safety.rules.inspection_signature import Signature, signature_problems

BRAKES = Item("service_brakes", "Service brakes", severity="critical", is_unsafe=True)
HORN = Item("horn", "Horn", severity="minor")
TIRES = Item("tires", "Tires", photo_on_failure=True)
TREAD = Item("tread", "Tread depth", kind="number", minimum=Decimal(2), unit="mm", allows_na=False)
FORM = (BRAKES, HORN, TIRES, TREAD)
FINE = (
    Given("service_brakes", "pass"),
    Given("horn", "pass"),
    Given("tires", "pass"),
    Given("tread", value="4.5"),
)


def test_everything_fine_is_passed() -> None:
    found = judge(FORM, FINE)
    assert (found.problems, found.result) == ([], "passed")
    assert [one.status for one in found.answers] == ["pass"] * 4


def test_a_minor_defect_is_conditional_and_a_grave_one_failed() -> None:
    minor = judge(FORM, [FINE[0], Given("horn", "fail", notes=" Dead "), *FINE[2:]])
    assert (minor.result, minor.failures[0].notes) == ("conditional", "Dead")
    assert judge(FORM, [Given("service_brakes", "fail", notes="Soft"), *FINE[1:]]).result == "failed"
    raised = judge(FORM, [FINE[0], Given("horn", "fail", notes="Dead", is_unsafe=True), *FINE[2:]])
    assert (raised.result, raised.failures[0].severity) == ("failed", "major"), (
        "what is called unsafe is not minor"
    )


def test_each_item_tells_what_is_wrong_with_it() -> None:
    found = judge(
        FORM,
        [
            Given("service_brakes"),
            Given("tires", "fail"),
            Given("tread", "not_applicable"),
            Given("wings", "pass"),
            Given("tires", "pass"),
        ],
    )
    assert [(one.field, one.code) for one in found.problems] == [
        ("results[3].item", "unknown_item"),
        ("results[4].item", "twice"),
        ("results[0].status", "required"),
        ("results[horn]", "required"),
        ("results[1].photos", "photo_required"),
        ("results[2].status", "not_applicable_refused"),
    ]
    assert found.problems[3].message == "Horn: has to be answered"


def test_a_defect_says_what_is_wrong() -> None:
    for silent in (Given("horn", "fail"), Given("horn", "fail", notes="  ", is_unsafe=True)):
        found = judge(FORM, [FINE[0], silent, *FINE[2:]])
        assert [(one.field, one.code) for one in found.problems] == [("results[1].notes", "required")]
        assert found.problems[0].message == "Horn: say what is wrong, or show it in a photo"
    shown = judge(FORM, [FINE[0], Given("horn", "fail", photos=(uuid4(),)), *FINE[2:]])
    measured = judge(FORM, [*FINE[:3], Given("tread", value="1.2")])
    assert (shown.problems, measured.problems, measured.result) == ([], [], "failed"), "a number tells itself"
    ticked = judge(FORM, [*FINE[:3], Given("tread", "fail", "4.5")])
    assert [one.field for one in ticked.problems] == ["results[3].notes"], "within its range it tells nothing"


@pytest.mark.parametrize(
    ("value", "status"), [("1.9", "fail"), ("2", "pass"), ("2,0", None), ("NaN", None), (None, None)]
)
def test_a_number_out_of_range_is_a_defect(value: str | None, status: str | None) -> None:
    found = judge([TREAD], [Given("tread", "pass", value)])
    assert [one.status for one in found.answers] == ([status] if status else [])
    assert bool(found.problems) == (status is None)


def test_texts_and_photos() -> None:
    seal = Item("seal", "Seal number", kind="text")
    front = Item("front", "Front view", kind="photo")
    wrong = judge([seal, front], [Given("seal", value="  "), Given("front")])
    assert [one.field for one in wrong.problems] == ["results[0].value", "results[1].photos"]
    photo = uuid4()
    fine = judge([seal, front], [Given("seal", value=" A-77 "), Given("front", photos=(photo,))])
    assert [(one.value, one.photos) for one in fine.answers] == [("A-77", ()), (None, (photo,))]


def test_what_a_vehicle_does_not_have_is_not_asked() -> None:
    coupling = Item("coupling", "Coupling devices", vehicle_types=("tractor", "trailer"))
    assert judge([coupling], [], "bus").problems == []
    assert [one.field for one in judge([coupling], [], "tractor").problems] == ["results[coupling]"]
    assert judge([coupling], [], None).problems, "a vehicle whose kind is not known may have everything"


@given(
    st.lists(
        st.tuples(st.sampled_from([item.key for item in FORM]), st.sampled_from(["pass", "fail", None])),
        max_size=8,
    )
)
def test_without_problems_every_required_item_is_answered_once(answers: list[tuple[str, str | None]]) -> None:
    found = judge(
        FORM,
        [
            Given(key, status, "3" if key == "tread" else None, "Worn")  # type: ignore[arg-type]
            for key, status in answers
        ],
    )
    if not found.problems:
        assert sorted(one.item.key for one in found.answers) == sorted(item.key for item in FORM)
        assert (found.result == "passed") == all(status != "fail" for _, status in answers)


def test_the_kept_answer_reads_by_itself() -> None:
    photo = uuid4()
    (answer,) = judge([TIRES], [Given("tires", "fail", notes="Bulge", photos=(photo,))]).answers
    assert answer.as_json("/p") == {
        "item": "Tires",
        "key": "tires",
        "status": "fail",
        "notes": "Bulge",
        "photo_url": f"/p/{photo}",
        "photos": [f"/p/{photo}"],
        "severity": "major",
        "is_unsafe": False,
    }


@pytest.mark.parametrize(
    ("day", "months", "due"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 23), 24, date(2028, 11, 23)),
    ],
)
def test_months_are_counted_as_in_a_calendar(day: date, months: int, due: date) -> None:
    assert add_months(day, months) == due


def test_an_odometer_is_doubted_beside_its_neighbours() -> None:
    at = datetime(2026, 5, 2, tzinfo=UTC)
    before = Reading(100_000_000.0, datetime(2026, 5, 1, tzinfo=UTC))
    after = Reading(100_900_000.0, datetime(2026, 5, 3, tzinfo=UTC))
    assert doubt_about(100_400_000, at, before, after) is None
    assert doubt_about(99_999_000, at, before, None) == "rollback"
    assert doubt_about(100_900_001, at, before, after) == "ahead"
    assert doubt_about(110_000_000, at, before, None) == "jump"
    assert doubt_about(5, at, None, None) is None


def test_who_needs_what() -> None:
    assert report_every_day("bus", None) and report_every_day("van", 16) and not report_every_day("truck", 3)


def test_the_built_in_forms_hold_what_the_law_names() -> None:
    named = {
        "service_brakes", "parking_brake", "steering", "lights_reflectors", "tires", "horn", "wipers", "mirrors",
        "coupling_devices", "wheels_rims", "emergency_equipment",
    }  # fmt: skip
    rows = {row["form_key"]: row for row in form_rows()}
    for key in ("dvir_pre_trip", "dvir_post_trip"):
        assert named <= {item["item_key"] for item in rows[key]["items"]}
    annual = rows["dot_annual"]
    assert (annual["validity_months"], annual["inspector_kind"]) == (12, "technician")
    assert len(FORMS[2].sections) == 15
    for row in rows.values():
        keys = [item["item_key"] for item in row["items"]]
        assert len(keys) == len(set(keys)) and all(len(key) <= 63 for key in keys)
        assert [item["position"] for item in row["items"]] == list(range(1, len(keys) + 1))


def test_signatures_are_names_and_pictures() -> None:
    assert signature_problems(Signature("Ann Lee"), "signature") == []
    assert signature_problems(Signature("Ann", "iVBORw0KGgo="), "signature") == []
    for wrong in ("not base64!", "SGVsbG8="):
        (problem,) = signature_problems(Signature("Ann", wrong), "signature")
        assert problem.field == "signature.image"
    assert signature_problems(Signature("  "), "reviewed")[0].field == "reviewed.name"


@pytest.mark.parametrize(
    ("signed_as", "image", "how"),
    [
        ("Ada Admin", None, "Signed by name"),
        ("Ada Admin", "iVBORw0", ""),
        ("A. Admin", "iVBORw0", "Signed as A. Admin"),
        (None, "iVBORw0", ""),
        (None, None, "Confirmed without a signature"),
    ],
)
def test_a_signature_is_claimed_only_where_there_is_one(
    signed_as: str | None, image: str | None, how: str
) -> None:
    assert Signed("Repairs certified", "Ada Admin", signed_as, "2026-05-01T08:00:00Z", image).how == how
