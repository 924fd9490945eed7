"""A day or a week of the shop as plain numbers, and what makes a plan of it good.

Time is counted in steps of a quarter of an hour from the start of the plan. Crosses to the solver's process as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct, field

STEP_MINUTES = 15
#: How much a job counts by its priority.
WEIGHTS = {"critical": 8, "high": 4, "medium": 2, "low": 1}
#: A step that a job is finished after the day on which it is due counts as so many steps of waiting.
LATE = 3
#: Costs are counted in tenths of a step, so that a bay that is too good for a job (at most 9) never counts as much as a step.
TENTHS = 10

Busy = list[tuple[int, int]]
"""Steps in which something is taken: from (included) to (not included)."""


class Worker(Struct):
    """A technician: when not there or booked, and how many steps are booked before anything is planned."""

    busy: Busy = field(default_factory=list)
    load: int = 0


class Choice(Struct):
    """A technician who can do a job. `until`: the job must be over by then, because a certificate ends."""

    worker: int
    until: int | None = None


class Job(Struct):
    steps: int
    weight: int
    #: Bays that it fits, technicians who can do it.
    bays: list[int]
    workers: list[Choice]
    #: Jobs with the same number are on the same vehicle.
    vehicle: int
    #: The step by which it should be finished; None: any time.
    due: int | None = None
    #: Steps in which the vehicle is booked or reserved.
    away: Busy = field(default_factory=list)
    #: Bay -> how much too good it is for the job, in tenths of a step; those that are left out: not at all.
    waste: dict[int, int] = field(default_factory=dict)


class Problem(Struct):
    horizon: int
    jobs: list[Job]
    bays: list[Busy]
    workers: list[Worker]
    #: Seconds of the solver's own clock, which counts work and not time: the answer is the same on every machine.
    effort_s: float = 2.0
    #: The wall clock ends what a slow or busy machine draws out.
    patience_s: float = 12.0
    seed: int = 1


class Placed(Struct, frozen=True, order=True):
    job: int
    bay: int
    worker: int
    start: int


class Answer(Struct):
    placed: list[Placed]
    left_out: list[int]
    objective: int
    #: No plan is better than this; equal to the objective when the plan is proved to be best.
    bound: int
    method: str = "cp_sat"


def cost_of_job(job: Job, end: int) -> int:
    """What it costs that a job ends at a step: waiting, and being late, by its weight. In tenths of a step, as all costs."""
    late = 0 if job.due is None else max(0, end - max(job.due, 0))
    return TENTHS * job.weight * (end + LATE * late)


def cost_left_out(job: Job, horizon: int) -> int:
    """More than the job can cost at any place in the plan, so that nothing is left out to be punctual elsewhere."""
    return 2 * cost_of_job(job, horizon) + TENTHS * job.weight


def busiest(problem: Problem, placed: Iterable[Placed]) -> int:
    """Steps of the technician who has most, booked and planned."""
    loads = [worker.load for worker in problem.workers]
    for one in placed:
        loads[one.worker] += problem.jobs[one.job].steps
    return max(loads, default=0)


def objective(problem: Problem, placed: Sequence[Placed]) -> int:
    """What a plan costs; less is better. Between plans that are alike the evener load and the better bays win."""
    there = {one.job: one for one in placed}
    total = TENTHS * busiest(problem, placed)
    for number, job in enumerate(problem.jobs):
        one = there.get(number)
        if one is None:
            total += cost_left_out(job, problem.horizon)
        else:
            total += cost_of_job(job, one.start + job.steps) + job.waste.get(one.bay, 0)
    return total
