"""The solver's own process: a `Problem` as JSON on standard input, an `Answer` as JSON on standard output.

    python -m motorpool.telematics.routing.solve < problem.json

A process of its own can be ended when its time is up, keeps its memory (the solver brings pandas) out of the web server, and
a fault in it harms nobody else. VROOM (https://github.com/VROOM-Project/vroom, BSD 2-clause) finds a solution in a second or
two and looks no further; it depends on the order in which the visits are given, so the rest of the time is used for other orders.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import timedelta
from typing import Any

import msgspec

from motorpool.telematics.routing.problem import Answer, Problem, Tour

#: VROOM's most thorough search.
EXPLORATION = 5
THREADS = 2
#: Rounds in a row that found nothing better, after which no more are made.
PATIENCE = 8


def solved(problem: Problem) -> Answer:
    """The best answer found within the time limit. Raises ValueError with VROOM's words for a problem that it refuses."""
    deadline = time.monotonic() + problem.time_limit_s
    shuffle = random.Random(problem.seed).shuffle
    order = list(range(len(problem.visits)))
    best = _round(problem, order, problem.time_limit_s)
    rounds, idle = 1, 0
    while idle < PATIENCE and len(order) > 2 and (left := deadline - time.monotonic()) > 0.05:
        shuffle(order)
        found = _round(problem, order, left)
        rounds += 1
        idle += 1
        if _rank(problem, found) < _rank(problem, best):
            best, idle = found, 0
    best.rounds = rounds
    return best


def _rank(problem: Problem, answer: Answer) -> tuple[int, int, int]:
    """Smaller is better: what matters most is served, then as many as possible, then at the least cost."""
    lost = sum(problem.visits[visit].priority for visit in answer.left_out)
    return lost, len(answer.left_out), answer.cost


def _round(problem: Problem, order: list[int], limit_s: float) -> Answer:
    import vroom  # brings pandas: a second and 97 MB when measured; nobody else needs it

    given = vroom.Input()
    for profile, grid in problem.grids.items():
        given.set_durations_matrix(profile, grid.seconds)
        if grid.costs is not None:
            given.set_costs_matrix(profile, grid.costs)
    for number in order:
        visit = problem.visits[number]
        given.add_job(
            vroom.Job(
                number,
                visit.place,
                default_service=visit.service_s,
                delivery=visit.demand,
                priority=visit.priority,
                skills=set(visit.skills),
                time_windows=[vroom.TimeWindow(start, end) for start, end in visit.windows],
            )
        )
    for number, van in enumerate(problem.vans):
        more: dict[str, Any] = {} if van.most_visits is None else {"max_tasks": van.most_visits}
        given.add_vehicle(
            vroom.Vehicle(
                number,
                start=van.start,
                end=van.end,
                profile=van.profile,
                capacity=van.capacity,
                skills=set(van.skills),
                time_window=None if van.window is None else vroom.TimeWindow(*van.window),
                **more,
            )
        )
    try:
        found = given.solve(EXPLORATION, nb_threads=THREADS, timeout=timedelta(seconds=max(limit_s, 0.05)))
    except vroom._vroom.VroomInputException as error:
        raise ValueError(str(error)) from error
    return _answer(found.to_dict())


def _answer(said: dict[str, Any]) -> Answer:
    """VROOM's own JSON, as documented in its docs/API.md."""
    tours = [
        Tour(
            route["vehicle"],
            route["steps"][0]["arrival"],
            [step["id"] for step in route["steps"] if step["type"] == "job"],
        )
        for route in said["routes"]
    ]
    left_out = sorted(job["id"] for job in said["unassigned"])
    return Answer(tours, left_out, said["summary"]["cost"])


def main() -> int:
    try:
        problem = msgspec.json.decode(sys.stdin.buffer.read(), type=Problem)
        answer = solved(problem)
    except ValueError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
