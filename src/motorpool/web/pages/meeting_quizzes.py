"""The quiz of a meeting: answering it, how it went, and writing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.answer_quiz import QuizAnswer, QuizAnswers, answer_quiz
from motorpool.safety.actions.set_quiz import NewQuiz, QuizQuestion, set_quiz
from motorpool.safety.queries.meeting_quiz import meeting_quiz
from motorpool.safety.queries.meeting_reach import meeting_to_lead
from motorpool.safety.queries.meeting_sheet import attendees_of
from motorpool.safety.rules.meeting_quiz import MOST_CHOICES, MOST_QUESTIONS
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.meeting import may_answer, standing_of
from motorpool.web.pages.meeting_forms import at, place_of
from motorpool.web.pages.meetings import TABLE
from motorpool.web.pages.records import form_pairs, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
#: Answers that a question of the form has room for.
ROOM = 6


@get("/meetings/{key:str}/quiz", include_in_schema=False)
async def quiz_page(request: AnyRequest) -> Response[Any]:
    """The quiz to answer, or how it went; `?place=`: of whom, on the leader's device."""
    return await _quiz(request)


@post("/meetings/{key:str}/quiz", include_in_schema=False, status_code=200)
async def quiz_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    key = key_of(request, state.registry[TABLE])
    pairs = await form_pairs(request)
    chosen: dict[UUID, list[int]] = {}
    for name, text in pairs:
        question = parse_uuid(name.removeprefix("q-"))
        if name.startswith("q-") and question is not None and text.isdecimal():
            chosen.setdefault(question, []).append(int(text))
    place = place_of(dict(pairs))
    try:
        async with state.database.transaction(actor) as session:
            answers = [QuizAnswer(question, choices) for question, choices in chosen.items()]
            result = await answer_quiz(session, actor, place, QuizAnswers(answers))
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 422):
            raise
        return await _quiz(request, place, chosen, problem)
    words = f"{result.right} of {result.of} right: {'passed' if result.passed else 'not passed'}."
    back = f"/meetings/{key}/quiz?place={place}"
    return see_other(back, words, "success" if result.passed else "warning")


async def _quiz(
    request: AnyRequest,
    place: UUID | None = None,
    chosen: dict[UUID, list[int]] | None = None,
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[TABLE])
    meeting = await standing_of(request, actor, UUID(row["id"]))
    people = await attendees_of(state.database, actor, meeting.id, everybody=meeting.leads)
    wanted = place or parse_uuid(request.query_params.get("place", ""))
    one = next((one for one in people if (one.id == wanted if wanted else one.is_own)), None)
    if one is None or not (meeting.leads or one.is_own):
        raise NotFound("There is no such page.")
    # On the leader's device too: right answers come after the last attempt.
    quiz = await meeting_quiz(state.database, actor, meeting.id, leads=False, place=one.id)
    if not quiz.questions:
        return see_other(at(meeting.id), "This meeting has no quiz.", "warning")
    again = "again" in request.query_params
    asks = may_answer(one, quiz) and (quiz.taken == 0 or again or problem is not None)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "meeting_quiz.html",
        status=problem.status if problem else 200,
        title=f"Quiz: {row['topic']}",
        row=row,
        one=one,
        quiz=quiz,
        asks=asks,
        may_answer=may_answer(one, quiz),
        chosen=chosen or {},
        problem=told_short(problem) if problem else "",
    )
    return page


def told_short(problem: MotorpoolError) -> str:
    """For somebody who answers, not for a program."""
    left = [one.message for one in problem.fields if one.field == "answers"]
    return f"{left[0][:1].upper()}{left[0][1:]}." if left else problem.detail


@get("/meetings/{key:str}/quiz/edit", include_in_schema=False)
async def quiz_edit_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[TABLE])
    key = UUID(row["id"])
    async with state.database.transaction(actor) as session:
        await meeting_to_lead(session, actor, key)
    quiz = await meeting_quiz(state.database, actor, key, leads=True)
    drafts = [{"text": one.text, "choices": one.choices, "right": one.right or []} for one in quiz.questions]
    terms = {"pass_percent": quiz.pass_percent or ("" if drafts else 80), "attempts": quiz.attempts or ""}
    return _editor(request, actor, row, drafts, terms)


@post("/meetings/{key:str}/quiz/edit", include_in_schema=False, status_code=200)
async def quiz_edit_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry[TABLE])
    key = UUID(row["id"])
    pairs = await form_pairs(request)
    form = dict(pairs)
    drafts = drafts_of(form)
    terms = {name: form.get(name, "").strip() for name in ("pass_percent", "attempts")}
    try:
        numbers = {name: int(text) if text else None for name, text in terms.items()}
        if any(one is not None and not 1 <= one <= 100 for one in numbers.values()):
            raise ValueError
    except ValueError:
        problem = BadRequest("Pass mark and attempts are whole numbers from 1 to 100.")
        return _editor(request, actor, row, drafts, terms, problem)
    quiz = NewQuiz([QuizQuestion(one["text"], one["choices"], one["right"]) for one in drafts], **numbers)
    try:
        async with state.database.transaction(actor) as session:
            await set_quiz(session, actor, key, quiz)
    except FAILURES as error:
        found = as_problem(error, problem_of)
        if found.status not in (409, 422):
            raise
        return _editor(request, actor, row, drafts, terms, found)
    if form.get("then") == "more":
        return see_other(f"/meetings/{key}/quiz/edit#question-{len(drafts) + 1}", "Saved.")
    return see_other(at(key, "quiz"), "The quiz is set." if drafts else "There is no quiz.")


def drafts_of(form: dict[str, str]) -> list[dict[str, Any]]:
    """The questions of the form; what was left empty is left out, and places of right answers follow."""
    drafts = []
    for number in range(MOST_QUESTIONS):
        name = f"q{number}"
        choices: list[str] = []
        right: list[int] = []
        for place in range(MOST_CHOICES):
            if text := form.get(f"{name}.c{place}", "").strip():
                if f"{name}.r{place}" in form:
                    right.append(len(choices))
                choices.append(text)
        text = form.get(f"{name}.text", "").strip()
        if text or choices:
            drafts.append({"text": text, "choices": choices, "right": right})
    return drafts


def _editor(
    request: AnyRequest,
    actor: Actor,
    row: dict[str, Any],
    drafts: list[dict[str, Any]],
    terms: dict[str, Any],
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    wrong: dict[int, list[str]] = {}
    for one in problem.fields if problem else ():
        number = one.field.partition("[")[2].partition("]")[0]
        part = {"text": "The question", "choices": "The answers", "right": "The right answers"}.get(
            one.field.rpartition(".")[2], "It"
        )
        wrong.setdefault(int(number) if number.isdecimal() else 0, []).append(
            # What is a sentence by itself stays one.
            f"{one.message}." if one.message[:1].isupper() else f"{part} {one.message}."
        )
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "meeting_quiz_edit.html",
        status=problem.status if problem else 200,
        title="Quiz of the meeting",
        row=row,
        drafts=[*drafts, {"text": "", "choices": [], "right": []}][:MOST_QUESTIONS],
        room=ROOM,
        terms=terms,
        wrong=wrong,
        problem=problem.detail if problem else "",
    )
    return page


route_handlers = [quiz_page, quiz_posted, quiz_edit_page, quiz_edit_posted]
