"""Whether a plan is possible, looked at step by step and not by intervals: shares nothing with the planners."""

from __future__ import annotations

from motorpool.maintenance.planning.problem import Placed, Problem


def faults(problem: Problem, placed: list[Placed]) -> list[str]:
    """What is wrong with a plan, in words; nothing when it can be done."""
    found: list[str] = []
    holder: dict[tuple[str, int, int], str] = {}
    for number, busy in enumerate(problem.bays):
        for start, end in busy:
            holder |= {("bay", number, step): "taken" for step in range(start, end)}
    for number, worker in enumerate(problem.workers):
        for start, end in worker.busy:
            holder |= {("worker", number, step): "taken" for step in range(start, end)}
    for job in problem.jobs:
        for start, end in job.away:
            holder |= {("vehicle", job.vehicle, step): "taken" for step in range(start, end)}
    seen: set[int] = set()
    for one in placed:
        job = problem.jobs[one.job]
        name = f"job {one.job}"
        if one.job in seen:
            found.append(f"{name} comes twice")
        seen.add(one.job)
        last = one.start + job.steps
        if one.start < 0 or last > problem.horizon:
            found.append(f"{name} lies outside")
        if one.bay not in job.bays:
            found.append(f"{name} does not fit its bay")
        limits = {choice.worker: choice.until for choice in job.workers}
        if one.worker not in limits:
            found.append(f"{name} is not for its worker")
        elif (until := limits[one.worker]) is not None and last > until:
            found.append(f"{name} ends behind the certificate")
        for step in range(one.start, last):
            for key in (("bay", one.bay, step), ("worker", one.worker, step), ("vehicle", job.vehicle, step)):
                if key in holder:
                    found.append(f"{name}: {key} is held by {holder[key]}")
                holder[key] = name
    return found


def cost(problem: Problem, placed: list[Placed]) -> int:
    """What a plan costs, from the words of docs/bays.md: each step a job waits counts its weight, each step that it is late
    three times more; what is left out twice what it would cost at the very end; the longest day of a technician once. All of
    it tenfold, and each bay by how much too good it is."""
    there = {one.job: one.start + problem.jobs[one.job].steps for one in placed}
    total = 0
    for number, job in enumerate(problem.jobs):
        end = there.get(number, problem.horizon)
        late = end - max(job.due, 0) if job.due is not None else 0
        price = job.weight * end + 3 * job.weight * max(late, 0)
        total += price if number in there else 2 * price + job.weight
    days = [
        worker.load + sum(problem.jobs[one.job].steps for one in placed if one.worker == number)
        for number, worker in enumerate(problem.workers)
    ]
    too_good = sum(problem.jobs[one.job].waste.get(one.bay, 0) for one in placed)
    return 10 * (total + max(days, default=0)) + too_good
