"""Asking the solver, without holding up whoever asks."""

from __future__ import annotations

from motorpool.core.own_process import OwnProcess
from motorpool.telematics.routing.problem import Answer, Problem

SOLVER = OwnProcess("motorpool.telematics.routing.solve", "The solver", grace_s=15.0, at_once=2)


async def solve(problem: Problem) -> Answer:
    """The best order found within the problem's time limit.

    Raises: Invalid for a problem that the solver refuses; Unavailable when it fails or does not end in time.
    """
    if not problem.visits:
        return Answer([], [], 0)
    return await SOLVER.ask(problem, Answer, problem.time_limit_s)
