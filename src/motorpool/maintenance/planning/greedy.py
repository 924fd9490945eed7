"""The simple planner: the weightiest job first, each at its earliest place. The solver starts from it and is measured by it."""

from __future__ import annotations

from motorpool.maintenance.planning.problem import Answer, Busy, Job, Placed, Problem, objective


def planned(problem: Problem) -> Answer:
    """A plan by priority, then due day, then as the jobs are given; first fit, among equals the bay that suits best, then
    who has least to do."""
    bays = [sorted(busy) for busy in problem.bays]
    workers = [sorted(worker.busy) for worker in problem.workers]
    loads = [worker.load for worker in problem.workers]
    vehicles: dict[int, Busy] = {}
    placed: list[Placed] = []
    left_out: list[int] = []
    order = sorted(
        range(len(problem.jobs)),
        key=lambda number: (-problem.jobs[number].weight, _due(problem, problem.jobs[number]), number),
    )
    for number in order:
        job = problem.jobs[number]
        vehicle = vehicles.setdefault(job.vehicle, [])
        best: tuple[int, int, int, int, int] | None = None
        for bay in job.bays:
            for choice in job.workers:
                busy = [*bays[bay], *workers[choice.worker], *job.away, *vehicle]
                start = _earliest(busy, job.steps)
                end = problem.horizon if choice.until is None else min(choice.until, problem.horizon)
                if start + job.steps <= end:
                    found = (start, job.waste.get(bay, 0), loads[choice.worker], bay, choice.worker)
                    best = found if best is None else min(best, found)
        if best is None:
            left_out.append(number)
            continue
        start, _, _, bay, worker = best
        span = (start, start + job.steps)
        for held in (bays[bay], workers[worker], vehicle):
            held.append(span)
        loads[worker] += job.steps
        placed.append(Placed(number, bay, worker, start))
    placed.sort()
    return Answer(placed, sorted(left_out), objective(problem, placed), 0, "greedy")


def _due(problem: Problem, job: Job) -> int:
    return problem.horizon if job.due is None else job.due


def _earliest(busy: Busy, steps: int) -> int:
    """The first step from which so many steps are free."""
    at = 0
    for start, end in sorted(busy):
        if start >= at + steps:
            break
        at = max(at, end)
    return at
