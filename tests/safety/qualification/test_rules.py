"""The qualification file, a driver's standing, and cover without gaps: pure rules with their edges."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from motorpool.safety.rules.citations import Citation, standing
from motorpool.safety.rules.coverage import Gap, gaps, lapses_between
from motorpool.safety.rules.qualification import Qualification, medical_until, qualification
from motorpool.safety.rules.qualification_facts import DriverFacts, DrugTest, Paper, Training, state_of
from motorpool.safety.rules.qualification_items import Item

TODAY = date(2027, 3, 1)


def paper(kind: str, issued: date | None, **more: Any) -> Paper:
    return Paper(uuid.uuid4(), kind, issued=issued, **more)


def driver(**facts: Any) -> DriverFacts:
    given: dict[str, Any] = {
        "license_number": "D123",
        "license_class": "A",
        "license_region": "CA",
        "license_expires_on": date(2029, 1, 1),
        "medical_card_expires_on": date(2028, 1, 1),
        "hired_on": date(2020, 5, 1),
    }
    return DriverFacts(uuid.uuid4(), "Dora Driver", **(given | facts))


#: What a driver of class A has on file who lacks nothing.
WHOLE = [
    ("employment_application", date(2020, 4, 20)),
    ("mvr", date(2020, 4, 25)),
    ("mvr", date(2026, 9, 1)),
    ("mvr_annual_review", date(2026, 9, 3)),
    ("safety_performance_history", date(2020, 5, 20)),
    ("drug_clearinghouse_query", date(2026, 10, 1)),
]


def whole() -> list[Paper]:
    return [paper(kind, issued, authority="California DMV") for kind, issued in WHOLE]


def item(found: Qualification, code: str) -> Item:
    return next(one for one in found.items if one.code == code)


def states(found: Qualification) -> dict[str, str]:
    return {one.code: one.state for one in found.items}


def test_a_file_that_lacks_nothing() -> None:
    passed = DrugTest(uuid.uuid4(), "drug", "pre_employment", "negative", date(2020, 4, 28))
    found = qualification(driver(papers=whole(), tests=[passed]), TODAY)
    assert (found.state, found.missing, found.lapsed) == ("complete", 0, 0)
    assert found.is_regulated and found.because == "Holds a commercial license, class A"
    assert found.next_lapse == date(2027, 9, 1), "the driving record of the year comes first"
    assert item(found, "road_test").sentence == "The commercial license takes its place"
    assert "examiner_registry" not in states(found), "of a commercial license the state keeps it"


def test_an_empty_file_names_everything() -> None:
    found = qualification(driver(), TODAY)
    assert found.state == "incomplete"
    missing = [one.code for one in found.items if one.state == "missing"]
    assert missing == [
        "application",
        "mvr_at_hire",
        "mvr_annual",
        "mvr_review",
        "safety_history",
        "clearinghouse",
    ]
    assert item(found, "mvr_at_hire").sentence == "Was needed by 31 May 2020"
    assert item(found, "mvr_at_hire").title == "Driving record at hire, California"
    assert "pre_employment_test" not in states(found), "who may not know of tests is not told of them"


def test_the_annual_list_of_violations_is_not_asked_for() -> None:
    assert not any("violation" in one.title.lower() for one in qualification(driver(), TODAY).items)


def test_whoever_drives_no_commercial_vehicle_needs_the_license_alone() -> None:
    found = qualification(driver(license_class="C", papers=[paper("taxi_permit", None)]), TODAY)
    assert not found.is_regulated and found.state == "complete"
    assert [one.code for one in found.items] == ["license", "medical", "paper"]
    assert item(found, "medical").part == "other"
    by_vehicle = qualification(driver(license_class="C", drives=["TRK-1"]), TODAY)
    assert by_vehicle.is_regulated and by_vehicle.because == "Assigned to commercial vehicles: TRK-1"
    assert states(by_vehicle)["road_test"] == "missing"
    assert states(by_vehicle)["examiner_registry"] == "missing"
    assert qualification(driver(license_class="c", license_endorsements=["p"]), TODAY).is_regulated


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (TODAY - timedelta(days=1), "lapsed"),
        (TODAY, "lapses_soon"),
        (TODAY + timedelta(days=29), "lapses_soon"),
        (TODAY + timedelta(days=30), "there"),
    ],
)
def test_a_paper_is_valid_on_its_last_day(last: date, state: str) -> None:
    found = qualification(driver(license_expires_on=last, medical_card_expires_on=last), TODAY)
    assert states(found)["license"] == states(found)["medical"] == state


def test_a_medical_certificate_lasts_two_years_at_most() -> None:
    assert medical_until(date(2025, 3, 1), date(2028, 3, 1)) == date(2027, 3, 1)
    assert medical_until(date(2025, 3, 1), date(2026, 3, 1)) == date(2026, 3, 1)
    assert medical_until(None, None) is None
    assert medical_until(date(2024, 2, 29), None) == date(2026, 2, 28)


def test_a_new_driver_has_thirty_days_and_a_year() -> None:
    hired = TODAY - timedelta(days=30)
    found = qualification(driver(hired_on=hired), TODAY)
    assert states(found)["mvr_at_hire"] == states(found)["safety_history"] == "due"
    assert item(found, "mvr_at_hire").due_on == TODAY
    assert states(found)["mvr_annual"] == states(found)["mvr_review"] == "not_needed"
    late = qualification(driver(hired_on=hired - timedelta(days=1)), TODAY)
    assert states(late)["mvr_at_hire"] == "missing"


def test_a_driving_record_of_each_state_of_the_last_three_years() -> None:
    hired = date(2026, 9, 1)
    papers = [
        paper("license", date(2020, 1, 1), expires=date(2024, 8, 31), authority="Nevada DMV"),
        paper("license", date(2010, 1, 1), expires=date(2020, 1, 1), authority="Oregon DMV"),
        paper("mvr", hired + timedelta(days=31), authority="California DMV"),
        paper("mvr", hired - timedelta(days=31), authority="Nevada DMV"),
    ]
    found = qualification(driver(hired_on=hired, papers=papers), TODAY)
    records = {one.title: one for one in found.items if one.code == "mvr_at_hire"}
    assert set(records) == {"Driving record at hire, California", "Driving record at hire, Nevada"}
    assert records["Driving record at hire, California"].sentence.endswith("1 day late")
    assert records["Driving record at hire, Nevada"].state == "missing", "older than 30 days at the hire"


def test_a_driving_record_that_was_verified_is_reviewed() -> None:
    record = paper("mvr", date(2026, 9, 1), authority="CA", verified_on=date(2026, 9, 9))
    found = qualification(driver(papers=[record]), TODAY)
    assert item(found, "mvr_review").lapses_on == date(2027, 9, 9)
    assert item(found, "mvr_annual").lapses_on == date(2027, 9, 1)


def test_a_positive_test_stands_until_a_return_to_duty_test_of_its_kind() -> None:
    def test(kind: str, reason: str, result: str, day: int, **more: Any) -> DrugTest:
        return DrugTest(uuid.uuid4(), kind, reason, result, date(2027, 1, day), **more)

    positive = test("drug", "random", "positive", 5)
    assert states(qualification(driver(tests=[positive]), TODAY))["return_to_duty"] == "missing"
    other_kind = test("alcohol", "return_to_duty", "negative", 9)
    follow_up = test("drug", "follow_up", "negative", 9)
    assert "return_to_duty" in states(qualification(driver(tests=[positive, other_kind, follow_up]), TODAY))
    cleared = test("drug", "return_to_duty", "negative", 9)
    assert "return_to_duty" not in states(qualification(driver(tests=[positive, cleared]), TODAY))
    drunk = test("alcohol", "post_accident", "negative", 5, concentration=0.04)
    assert "return_to_duty" in states(qualification(driver(tests=[drunk]), TODAY))


def test_hazardous_materials_need_a_training_every_three_years() -> None:
    carries: dict[str, Any] = {"license_endorsements": ["H"], "papers": whole()}
    assert states(qualification(driver(**carries), TODAY))["hazmat_training"] == "missing"
    done = Training(uuid.uuid4(), "hazmat", completed=date(2024, 3, 1))
    found = qualification(driver(trainings=[done], **carries), TODAY)
    assert item(found, "hazmat_training").lapses_on == TODAY
    assert found.state == "lapses_soon"
    plain = qualification(driver(trainings=[done], papers=whole()), TODAY)
    assert states(plain)["training"] == "there", "without the endorsement it is a training like others"


def test_states_by_code_and_by_name() -> None:
    assert state_of("ca") == state_of("California DMV") == "California"
    assert state_of("West Virginia DMV") == "West Virginia" != state_of("Virginia DMV")
    assert state_of("NV DMV") == "Nevada"
    assert state_of("Bayern") == "Bayern" and state_of(" ") is None


# -- standing


def citation(ago: int, **more: Any) -> Citation:
    return Citation(uuid.uuid4(), TODAY - timedelta(days=ago), **more)


def test_points_count_until_they_expire_and_never_when_dismissed() -> None:
    held = [
        citation(100, points=1, is_moving=True, points_expire_on=TODAY),
        citation(100, points=2, points_expire_on=TODAY - timedelta(days=1)),
        citation(100, points=4, outcome="dismissed"),
        citation(500, points=1),
    ]
    found = standing(held, TODAY, commercial=False)
    assert found.points == 2 and [one.points for one in found.windows] == [1, 2, 2]
    assert (found.level, found.moving) == ("noted", 1)


def test_too_many_points() -> None:
    one = standing([citation(10, points=2), citation(20, points=2)], TODAY, commercial=False)
    assert one.level == "too_many" and one.sentences == ["4 points within 12 months; 4 are too many"]
    assert standing([citation(10, points=2)], TODAY, commercial=False).level == "watch"
    # The day a year ago does not count any more.
    year = [citation(365, points=4)]
    assert standing(year, TODAY, commercial=False).windows[0].points == 0


def test_serious_convictions_disqualify_holders_of_a_commercial_license() -> None:
    two = [citation(n, kind="texting", outcome="convicted") for n in (10, 400)]
    assert "disqualified for 60 days" in standing(two, TODAY, commercial=True).sentences[0]
    assert standing(two, TODAY, commercial=False).level == "clear"
    three = [*two, citation(700, kind="reckless_driving", outcome="reduced")]
    assert "120 days" in standing(three, TODAY, commercial=True).sentences[0]
    pending = [citation(n, kind="texting") for n in (10, 400)]
    assert standing(pending, TODAY, commercial=True).sentences == [], "only a conviction counts"
    major = standing([citation(10, kind="DUI", outcome="convicted")], TODAY, commercial=True)
    assert "for a year" in major.sentences[0]


def test_fines_and_court_days() -> None:
    held = [
        citation(40, fine="100.00", fine_due_on=TODAY - timedelta(days=1)),
        citation(10, fine="50.50", fine_due_on=TODAY, court_on=TODAY),
        citation(10, fine="9.00", fine_paid=True, court_on=TODAY - timedelta(days=1)),
        citation(10, fine="70.00", outcome="dismissed"),
    ]
    for one in held:
        one.fine = type(standing([], TODAY, commercial=False).fines_open)(str(one.fine))
    found = standing(held, TODAY, commercial=False)
    assert (str(found.fines_open), str(found.fines_overdue), found.next_court_on) == (
        "150.50",
        "100.00",
        TODAY,
    )


# -- cover


def test_gaps() -> None:
    first, last = date(2027, 1, 1), date(2027, 12, 31)
    assert gaps([], first, last) == [Gap(first, None)]
    whole_year = [(date(2026, 6, 1), date(2027, 5, 31)), (date(2027, 6, 1), date(2028, 5, 31))]
    assert gaps(whole_year, first, last) == [], "one begins on the day behind the other"
    torn = [(date(2026, 6, 1), date(2027, 5, 31)), (date(2027, 6, 11), date(2028, 6, 10))]
    (gap,) = lapses_between(torn, first, last)
    assert (gap.first, gap.last, gap.days) == (date(2027, 6, 1), date(2027, 6, 10), 10)
    assert gaps(torn[:1], first, last) == [Gap(date(2027, 6, 1), None)]
    assert lapses_between(torn[:1], first, last) == []


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
        lambda one: (TODAY + timedelta(days=one[0]), TODAY + timedelta(days=one[0] + one[1]))
    ),
    max_size=6,
)


@given(SPANS)
def test_every_day_is_covered_or_in_one_gap(spans: list[tuple[date, date]]) -> None:
    until = TODAY + timedelta(days=90)
    found = gaps(spans, TODAY, until)
    for offset in range(91):
        day = TODAY + timedelta(days=offset)
        covered = any(first <= day <= last for first, last in spans)
        inside = sum(one.first <= day <= (one.last or until) for one in found)
        assert inside == (not covered)
