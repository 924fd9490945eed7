"""Asking the solver, without holding up whoever asks."""

from __future__ import annotations

from motorpool.core.own_process import OwnProcess
from motorpool.maintenance.planning.problem import Answer, Problem

#: Grace on top of the limit: OR-Tools brings pandas, and the model has to be built.
PLANNER = OwnProcess("motorpool.maintenance.planning.cpsat", "The planner", grace_s=20.0, at_once=1)


async def solve(problem: Problem) -> Answer:
    """The best plan found within the problem's effort.

    Raises: Unavailable when the solver fails or does not end in time.
    """
    return await PLANNER.ask(problem, Answer, problem.patience_s)
