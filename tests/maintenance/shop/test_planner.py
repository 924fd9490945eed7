"""The planner: never impossible, never worse than the simple one, the best where the best is known, the same every time."""

from __future__ import annotations

import random
from itertools import permutations, product

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from tests.maintenance.shop.checker import cost, faults

from motorpool.maintenance.planning import cpsat, greedy
from motorpool.maintenance.planning.problem import Choice, Job, Placed, Problem, Worker, objective
from motorpool.maintenance.planning.solver import solve

ANYBODY = [Choice(0), Choice(1)]


def tiny() -> Problem:
    """One bay, one technician, a morning of four hours (16 steps): an urgent short job, a heavy long one, and one too many.

    By hand: A (weight 4, 8 steps), B (weight 2, 2 steps, due at step 2), C (weight 1, 8 steps). All three need 18 steps of
    16, so one is left out. The simple planner takes A first: A ends at 8 (32), B at 10 (2 x (10 + 3 x 8) = 68), C is left
    out (2 x 16 + 1 = 33), 10 steps of work: 143. B first: B at 2 (4), A at 10 (40), C left out (33), 10 steps: 87. Leaving
    out B instead costs 2 x 2 x (16 + 3 x 14) + 2 = 234, leaving out A 2 x 4 x 16 + 4 = 132; neither can be better.
    All of it is counted in tenths of a step.
    """
    one = [Choice(0)]
    return Problem(
        16,
        [
            Job(8, 4, [0], one, vehicle=0),
            Job(2, 2, [0], one, vehicle=1, due=2),
            Job(8, 1, [0], one, vehicle=2),
        ],
        [[]],
        [Worker()],
    )


def test_the_day_that_was_worked_out_by_hand() -> None:
    problem = tiny()
    simple = greedy.planned(problem)
    assert (simple.objective, simple.left_out) == (1430, [2])
    best = cpsat.planned(problem)
    assert best.placed == [Placed(0, 0, 0, 2), Placed(1, 0, 0, 0)]
    assert (best.objective, best.bound, best.left_out) == (870, 870, [2])


def test_between_bays_that_are_free_the_one_that_suits_best_is_taken_and_nothing_waits_for_it() -> None:
    """Two jobs of 4 steps begin together in two bays, each in its own; a third does not wait for the bay that suits it."""
    pair = Problem(
        40,
        [
            Job(4, 2, [0, 1], ANYBODY, 0, waste={0: 9, 1: 0}),
            Job(4, 2, [0, 1], ANYBODY, 1, waste={0: 0, 1: 9}),
        ],
        [[], []],
        [Worker(), Worker()],
    )
    for answer in (greedy.planned(pair), cpsat.planned(pair)):
        assert {(one.job, one.bay, one.start) for one in answer.placed} == {(0, 1, 0), (1, 0, 0)}
        # Each ends at 4 and weighs 2, and whoever has most to do has 4: (8 + 8 + 4) x 10, and no bay is too good.
        assert answer.objective == 200
    pair.bays[1] = [(0, 1)]
    for answer in (greedy.planned(pair), cpsat.planned(pair)):
        assert sorted(one.start for one in answer.placed) == [0, 1]
    alone = Problem(
        40, [Job(4, 1, [0, 1], ANYBODY, 0, waste={0: 9, 1: 0})], [[], [(0, 1)]], [Worker(), Worker()]
    )
    for answer in (greedy.planned(alone), cpsat.planned(alone)):
        assert [(one.bay, one.start, answer.objective) for one in answer.placed] == [(0, 0, 89)]


def test_the_best_of_all_orders_is_found() -> None:
    """Two bays, two technicians: every order and every assignment tried by brute force."""
    dice = random.Random(7)
    jobs = [
        Job(
            dice.randint(2, 6),
            dice.choice((1, 2, 4, 8)),
            [0, 1] if number % 3 else [0],
            ANYBODY if number % 2 else [Choice(1)],
            vehicle=number,
            due=dice.choice((None, 4, 8)),
        )
        for number in range(5)
    ]
    problem = Problem(40, jobs, [[(3, 5)], []], [Worker(), Worker([(0, 2)])])
    best = min(
        objective(problem, placed)
        for order in permutations(range(5))
        for choice in product(*(product(job.bays, [one.worker for one in job.workers]) for job in jobs))
        if (placed := _packed(problem, order, choice)) is not None
    )
    found = cpsat.planned(problem)
    assert found.objective == best == found.bound


def _packed(
    problem: Problem, order: tuple[int, ...], choice: tuple[tuple[int, int], ...]
) -> list[Placed] | None:
    """Each job in this order at its first free step."""
    bays = [set(range(0)) | {step for a, b in busy for step in range(a, b)} for busy in problem.bays]
    workers = [{step for a, b in worker.busy for step in range(a, b)} for worker in problem.workers]
    placed = []
    for number in order:
        bay, worker = choice[number]
        steps = problem.jobs[number].steps
        taken = bays[bay] | workers[worker]
        start = next(s for s in range(200) if not taken & set(range(s, s + steps)))
        if start + steps > problem.horizon:
            return None
        bays[bay] |= set(range(start, start + steps))
        workers[worker] |= set(range(start, start + steps))
        placed.append(Placed(number, bay, worker, start))
    return placed


spans = st.lists(st.tuples(st.integers(0, 38), st.integers(1, 8)), max_size=3).map(
    lambda found: [(start, min(start + length, 40)) for start, length in found]
)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    bays = draw(st.integers(0, 3))
    workers = draw(st.integers(0, 3))

    def some(count: int) -> list[int]:
        return sorted(draw(st.sets(st.integers(0, count - 1)))) if count else []

    jobs = [
        Job(
            draw(st.integers(1, 12)),
            draw(st.sampled_from((1, 2, 4, 8))),
            some(bays),
            [Choice(worker, draw(st.none() | st.integers(0, 40))) for worker in some(workers)],
            draw(st.integers(0, 4)),
            draw(st.none() | st.integers(-10, 60)),
            draw(spans),
            {bay: draw(st.integers(0, 9)) for bay in range(bays)},
        )
        for _ in range(draw(st.integers(0, 7)))
    ]
    # What a vehicle does is the same for all of its jobs.
    away = {job.vehicle: job.away for job in jobs}
    for job in jobs:
        job.away = away[job.vehicle]
    return Problem(
        40,
        jobs,
        [draw(spans) for _ in range(bays)],
        [Worker(draw(spans), draw(st.integers(0, 20))) for _ in range(workers)],
        effort_s=0.5,
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_plans_are_possible_and_the_solver_is_never_worse(problem: Problem) -> None:
    simple = greedy.planned(problem)
    best = cpsat.planned(problem)
    for answer in (simple, best):
        assert faults(problem, answer.placed) == []
        assert answer.objective == cost(problem, answer.placed)
        assert sorted([*(one.job for one in answer.placed), *answer.left_out]) == list(
            range(len(problem.jobs))
        )
    assert best.bound <= best.objective <= simple.objective


def test_the_checker_finds_what_is_wrong() -> None:
    problem = tiny()
    assert faults(problem, [Placed(0, 0, 0, 0), Placed(1, 0, 0, 7)])
    assert faults(problem, [Placed(0, 0, 0, 9)])
    assert faults(problem, [Placed(0, 1, 0, 0)])
    assert faults(problem, [Placed(0, 0, 1, 0)])
    assert faults(problem, [Placed(0, 0, 0, 0), Placed(0, 0, 0, 8)])
    problem.jobs[0].workers = [Choice(0, 4)]
    assert faults(problem, [Placed(0, 0, 0, 0)])
    problem.jobs[1].away = [(1, 2)]
    assert faults(problem, [Placed(1, 0, 0, 0)])
    problem.workers[0].busy = [(0, 1)]
    assert faults(problem, [Placed(2, 0, 0, 0)])
    assert faults(problem, [Placed(2, 0, 0, 1)]) == []


async def test_the_same_day_gives_the_same_plan_in_a_process_of_its_own() -> None:
    dice = random.Random(3)
    jobs = [
        Job(dice.randint(2, 10), dice.choice((1, 2, 4)), [0, 1], ANYBODY, vehicle=number)
        for number in range(9)
    ]
    problem = Problem(44, jobs, [[], []], [Worker(), Worker()], effort_s=0.3, patience_s=120)
    first, second = await solve(problem), await solve(problem)
    assert first == second
    assert faults(problem, first.placed) == []


@pytest.mark.parametrize("jobs", [[], [Job(4, 1, [], [], 0)], [Job(50, 1, [0], [Choice(0)], 0)]])
async def test_what_cannot_be_planned_is_left_out(jobs: list[Job]) -> None:
    answer = await solve(Problem(40, jobs, [[]], [Worker()]))
    assert (answer.placed, answer.left_out) == ([], list(range(len(jobs))))
