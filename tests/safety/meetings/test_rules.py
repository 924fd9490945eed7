"""Scoring of quizzes, and when owners of actions are reminded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, strategies as st

from motorpool.core.chasing import BEGAN
from motorpool.safety.rules.meeting_quiz import (
    Question,
    answer_problems,
    question_problems,
    score,
    tries_left,
)

ONE, SEVERAL, THIRD = (uuid4() for _ in range(3))
QUIZ = [
    Question(ONE, "Following distance in rain?", ("2 s", "3 s", "6 s"), frozenset({2})),
    Question(SEVERAL, "What is checked first?", ("Brakes", "Radio", "Tires"), frozenset({0, 2})),
    Question(THIRD, "Who may stop the work?", ("Anybody", "The foreman"), frozenset({0})),
]


def chosen(**answers: set[int]) -> dict[UUID, frozenset[int]]:
    names = {"one": ONE, "several": SEVERAL, "third": THIRD}
    return {names[name]: frozenset(places) for name, places in answers.items()}


@pytest.mark.parametrize(
    ("answers", "percent", "right", "passed"),
    [
        (chosen(one={2}, several={0, 2}, third={0}), "100", 3, True),
        # Half of several right answers is not right, and neither is one too many.
        (chosen(one={2}, several={0}, third={0}), "66.66", 2, False),
        (chosen(one={2}, several={0, 1, 2}, third={0}), "66.66", 2, False),
        (chosen(one={0}, several={1}, third={1}), "0", 0, False),
        (chosen(), "0", 0, False),
    ],
)
def test_a_question_counts_when_exactly_its_right_choices_were_chosen(
    answers: dict[UUID, frozenset[int]], percent: str, right: int, passed: bool
) -> None:
    found = score(QUIZ, answers, 67)
    assert (found.score, found.right, found.of, found.passed) == (Decimal(percent), right, 3, passed)


def test_the_pass_mark_is_compared_exactly() -> None:
    two_of_three = chosen(one={2}, several={0, 2}, third={1})
    assert score(QUIZ, two_of_three, 66).passed
    assert not score(QUIZ, two_of_three, 67).passed
    assert score(QUIZ, chosen(), None).passed, "without a pass mark every result passes"


@given(st.integers(1, 50), st.data())
def test_more_right_answers_never_score_less(count: int, data: st.DataObject) -> None:
    questions = [Question(uuid4(), "?", ("a", "b"), frozenset({0})) for _ in range(count)]
    right = data.draw(st.integers(0, count - 1))
    mark = data.draw(st.integers(1, 100))

    def made(number: int) -> dict[UUID, frozenset[int]]:
        return {one.id: frozenset({0 if place < number else 1}) for place, one in enumerate(questions)}

    less, more = score(questions, made(right), mark), score(questions, made(right + 1), mark)
    assert 0 <= less.score < more.score <= 100
    assert more.passed >= less.passed
    assert more.passed == (100 * (right + 1) >= mark * count)


def test_answers_are_complete_and_known() -> None:
    good = [(ONE, [2]), (SEVERAL, [0, 2]), (THIRD, [0])]
    assert answer_problems(QUIZ, good) == []
    problems = answer_problems(QUIZ, [(ONE, [3]), (ONE, [1]), (uuid4(), [0]), (SEVERAL, [])])
    assert [(one.field, one.code) for one in problems] == [
        ("answers[0].choices", "out_of_range"),
        ("answers[1].question_id", "repeated"),
        ("answers[2].question_id", "unknown_reference"),
        ("answers[3].choices", "required"),
        ("answers", "required"),
    ]
    assert problems[-1].message == "1 question is not answered"
    assert answer_problems(QUIZ, [(ONE, [-1]), *good[1:]])[0].field == "answers[0].choices"


def test_questions_have_choices_and_a_right_answer() -> None:
    assert question_problems([("Why?", ["So", "Because"], [1])]) == []
    wrong = question_problems(
        [
            (" ", ["Only one"], [0]),
            ("Twice?", ["Yes", "yes "], [0]),
            ("Nothing right?", ["A", "B"], []),
            ("Not there?", ["A", " "], [2]),
        ]
    )
    assert {one.field for one in wrong} == {
        "questions[0].text",
        "questions[0].choices",
        "questions[1].choices",
        "questions[2].right",
        "questions[3].choices",
        "questions[3].right",
    }
    assert "Mark at least one right answer of question 3" in {one.message for one in wrong}


def test_nobody_tries_again_after_passing() -> None:
    assert tries_left(None, 7, passed=False)
    assert tries_left(2, 1, passed=False)
    assert not tries_left(2, 2, passed=False)
    assert not tries_left(None, 1, passed=True)


DUE = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("after", "began"),
    [(-3, -3), (-1, -3), (0, 0), (1, 1), (7, 1), (8, 8), (14, 8), (15, 15), (21, 15), (22, 22)],
)
def test_owners_are_reminded_before_on_and_each_week_after_the_day(
    owner: psycopg.Connection[tuple[object, ...]], after: int, began: int
) -> None:
    """What whoever announces and whoever tells reckon with; days are counted from the due day."""
    expression = BEGAN.format(due="%(due)s::date", today="%(today)s::date")
    today = DUE + timedelta(days=after)
    row = owner.execute(f"SELECT ({expression})::date", {"due": DUE, "today": today}).fetchone()
    assert row == (DUE + timedelta(days=began),)
