"""The quiz of a meeting: what a set of answers comes to. No session, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from motorpool.core.errors import FieldProblem

MOST_QUESTIONS = 50
FEWEST_CHOICES, MOST_CHOICES = 2, 10


@dataclass(frozen=True, slots=True)
class Question:
    """`right`: places of the right choices, from 0."""

    id: UUID
    text: str
    choices: tuple[str, ...]
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class Result:
    """`score` in percent of the questions, cut (not rounded up) to two places."""

    score: Decimal
    passed: bool
    right: int
    of: int


def score(
    questions: Sequence[Question], answers: Mapping[UUID, frozenset[int]], pass_percent: int | None
) -> Result:
    """A question counts when exactly its right choices were chosen; without a pass mark every result passes.

    The pass mark is compared with the exact share, so that 2 of 3 do not pass 67 %.
    """
    right = sum(answers.get(one.id) == one.right for one in questions)
    of = len(questions)
    percent = (Decimal(100 * right) / of).quantize(Decimal("0.01"), ROUND_DOWN) if of else Decimal(100)
    return Result(percent, 100 * right >= (pass_percent or 0) * of, right, of)


def answer_problems(
    questions: Sequence[Question], answers: Sequence[tuple[UUID, Sequence[int]]]
) -> list[FieldProblem]:
    """What is wrong with answers as they were sent: every question is answered once, with choices that it has."""
    known = {one.id: one for one in questions}
    problems, seen = [], set()
    for index, (key, chosen) in enumerate(answers):
        question, place = known.get(key), f"answers[{index}]"
        if question is None:
            problems.append(
                FieldProblem(
                    f"{place}.question_id", "is no question of this meeting's quiz", "unknown_reference"
                )
            )
        elif key in seen:
            problems.append(FieldProblem(f"{place}.question_id", "is answered twice", "repeated"))
        elif not chosen:
            problems.append(FieldProblem(f"{place}.choices", "must name at least one choice", "required"))
        elif not all(0 <= one < len(question.choices) for one in chosen):
            message = f"must be from 0 to {len(question.choices) - 1}"
            problems.append(FieldProblem(f"{place}.choices", message, "out_of_range"))
        seen.add(key)
    if left := [one for one in questions if one.id not in seen]:
        count = "1 question is" if len(left) == 1 else f"{len(left)} questions are"
        problems.append(FieldProblem("answers", f"{count} not answered", "required"))
    return problems


def question_problems(texts: Sequence[tuple[str, Sequence[str], Sequence[int]]]) -> list[FieldProblem]:
    """What is wrong with questions as a leader wrote them: (text, choices, places of the right ones)."""
    problems = []
    if len(texts) > MOST_QUESTIONS:
        problems.append(FieldProblem("questions", f"must be at most {MOST_QUESTIONS}", "too_many"))
    for index, (text, choices, right) in enumerate(texts):
        place = f"questions[{index}]"
        if not text.strip():
            problems.append(FieldProblem(f"{place}.text", "is required", "required"))
        wanted = [one.strip() for one in choices]
        if not FEWEST_CHOICES <= len(wanted) <= MOST_CHOICES:
            problems.append(
                FieldProblem(f"{place}.choices", f"must be {FEWEST_CHOICES} to {MOST_CHOICES} answers")
            )
        elif not all(wanted):
            problems.append(FieldProblem(f"{place}.choices", "must not be empty", "required"))
        elif len({one.casefold() for one in wanted}) < len(wanted):
            problems.append(FieldProblem(f"{place}.choices", "must differ", "repeated"))
        if not right:
            problems.append(
                FieldProblem(
                    f"{place}.right", f"Mark at least one right answer of question {index + 1}", "required"
                )
            )
        elif not all(0 <= one < len(wanted) for one in right):
            problems.append(
                FieldProblem(f"{place}.right", "must be places of the choices, from 0", "out_of_range")
            )
    return problems


def tries_left(allowed: int | None, taken: int, *, passed: bool) -> bool:
    """Whether one may try (again): never after passing, otherwise as often as is set; None: until it is passed."""
    return not passed and (allowed is None or taken < allowed)
