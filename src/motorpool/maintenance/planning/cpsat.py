"""The solver's own process: a `Problem` as JSON on standard input, an `Answer` as JSON on standard output.

    python -m motorpool.maintenance.planning.cpsat < problem.json

CP-SAT of OR-Tools (https://github.com/google/or-tools, Apache 2.0): an optional interval for each job in each bay that it
fits and for each technician who can do it, no two of which overlap. One worker, a fixed seed and a limit by work, not by
time, so that the same day gives the same plan. A process of its own can be ended, and keeps the solver's memory out of the
web server.
"""

from __future__ import annotations

import sys
from typing import Any

import msgspec

from motorpool.maintenance.planning import greedy
from motorpool.maintenance.planning.problem import (
    LATE,
    TENTHS,
    Answer,
    Placed,
    Problem,
    busiest,
    cost_left_out,
    objective,
)

#: Of so many jobs one search alone finds the best plan and proves it sooner.
FEW = 16


def planned(problem: Problem) -> Answer:
    """The best plan found; never worse than the simple planner's, which the search begins with."""
    simple = greedy.planned(problem)
    if not problem.jobs:
        return Answer([], [], simple.objective, simple.objective)
    model = _Model(problem)
    model.hint(simple.placed)
    placed, bound = model.solve()
    if placed is None or objective(problem, placed) > simple.objective:
        return Answer(simple.placed, simple.left_out, simple.objective, min(bound, simple.objective))
    there = {one.job for one in placed}
    left_out = [number for number in range(len(problem.jobs)) if number not in there]
    return Answer(placed, left_out, objective(problem, placed), bound)


class _Model:
    def __init__(self, problem: Problem) -> None:
        from ortools.sat.python import cp_model  # brings pandas: a second, and nobody else needs it

        self.problem, self.cp = problem, cp_model
        self.model = cp_model.CpModel()
        self.start: list[Any] = []
        self.present: list[Any] = []
        self.in_bay: dict[tuple[int, int], Any] = {}
        self.by_worker: dict[tuple[int, int], Any] = {}
        self.spans: dict[tuple[str, int], list[Any]] = {}
        self.cost: list[Any] = []
        self.end: list[Any] = []
        self.late: dict[int, Any] = {}
        self.most: Any = None
        self._jobs()
        self._taken()
        self._load()
        for spans in self.spans.values():
            self.model.add_no_overlap(spans)
        self.model.minimize(sum(self.cost))

    def _jobs(self) -> None:
        for number, job in enumerate(self.problem.jobs):
            possible = bool(job.bays and job.workers) and job.steps <= self.problem.horizon
            start = self.model.new_int_var(0, max(0, self.problem.horizon - job.steps), f"start {number}")
            present = self.model.new_bool_var(f"present {number}")
            self.start.append(start)
            self.end.append(self.model.new_int_var(0, self.problem.horizon, f"end {number}"))
            self.present.append(present)
            self.cost.append(cost_left_out(job, self.problem.horizon) * (1 - present))
            if not possible:
                self.model.add(present == 0)
                self.model.add(self.end[number] == 0)
                continue
            self._hold(("vehicle", job.vehicle), number, present)
            bays = [self.in_bay.setdefault((number, bay), self._literal()) for bay in job.bays]
            for bay, chosen in zip(job.bays, bays, strict=True):
                self._hold(("bay", bay), number, chosen)
                self.cost.append(job.waste.get(bay, 0) * chosen)
            workers = []
            for choice in job.workers:
                chosen = self.by_worker.setdefault((number, choice.worker), self._literal())
                workers.append(chosen)
                self._hold(("worker", choice.worker), number, chosen)
                if choice.until is not None:
                    self.model.add(start + job.steps <= choice.until).only_enforce_if(chosen)
            self.model.add(sum(bays) == present)
            self.model.add(sum(workers) == present)
            if job.away:
                away = self.cp.Domain.from_intervals(
                    [[begin - job.steps + 1, end - 1] for begin, end in job.away]
                ).complement()
                self.model.add_linear_expression_in_domain(start, away).only_enforce_if(present)
            self._price(number, present)

    def _price(self, number: int, present: Any) -> None:
        """Waiting and lateness count only for what is planned."""
        job, horizon = self.problem.jobs[number], self.problem.horizon
        end = self.end[number]
        self.model.add(end == self.start[number] + job.steps).only_enforce_if(present)
        self.model.add(end == 0).only_enforce_if(~present)
        self.cost.append(TENTHS * job.weight * end)
        if job.due is not None and job.due < horizon:
            late = self.late[number] = self.model.new_int_var(0, horizon, f"late {number}")
            self.model.add(late >= end - max(job.due, 0))
            self.cost.append(TENTHS * job.weight * LATE * late)

    def _taken(self) -> None:
        """What is booked already, and when technicians are not there."""
        held = [(("bay", number), busy) for number, busy in enumerate(self.problem.bays)]
        held += [(("worker", number), worker.busy) for number, worker in enumerate(self.problem.workers)]
        for key, busy in held:
            for begin, end in _union(busy):
                span = self.model.new_fixed_size_interval_var(begin, end - begin, f"taken {key}")
                self.spans.setdefault(key, []).append(span)

    def _load(self) -> None:
        total = sum(worker.load for worker in self.problem.workers) + sum(
            job.steps for job in self.problem.jobs
        )
        most = self.most = self.model.new_int_var(0, max(total, 0), "busiest")
        for worker, facts in enumerate(self.problem.workers):
            mine = [
                self.problem.jobs[number].steps * chosen
                for (number, who), chosen in self.by_worker.items()
                if who == worker
            ]
            self.model.add(most >= facts.load + sum(mine))
        self.cost.append(TENTHS * most)

    def _literal(self) -> Any:
        return self.model.new_bool_var("")

    def _hold(self, key: tuple[str, int], number: int, chosen: Any) -> None:
        span = self.model.new_optional_fixed_size_interval_var(
            self.start[number], self.problem.jobs[number].steps, chosen, ""
        )
        self.spans.setdefault(key, []).append(span)

    def hint(self, placed: list[Placed]) -> None:
        """Begin with a plan that is possible: every variable, so that the search improves it from the first moment."""
        there = {one.job: one for one in placed}
        for number, job in enumerate(self.problem.jobs):
            one = there.get(number)
            end = 0 if one is None else one.start + job.steps
            self.model.add_hint(self.present[number], one is not None)
            self.model.add_hint(self.start[number], 0 if one is None else one.start)
            self.model.add_hint(self.end[number], end)
            if number in self.late and job.due is not None:
                self.model.add_hint(self.late[number], max(0, end - max(job.due, 0)))
        self.model.add_hint(self.most, busiest(self.problem, placed))
        for (number, bay), chosen in self.in_bay.items():
            self.model.add_hint(chosen, number in there and there[number].bay == bay)
        for (number, worker), chosen in self.by_worker.items():
            self.model.add_hint(chosen, number in there and there[number].worker == worker)

    def solve(self) -> tuple[list[Placed] | None, int]:
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        # With many jobs, turns between a search for proofs and searches round the best plan so far, always in the same order.
        solver.parameters.interleave_search = len(self.problem.jobs) > FEW
        solver.parameters.random_seed = self.problem.seed
        solver.parameters.max_deterministic_time = self.problem.effort_s
        solver.parameters.max_time_in_seconds = self.problem.patience_s
        status = solver.solve(self.model)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None, 0
        placed = [
            Placed(
                number,
                next(bay for bay in job.bays if solver.value(self.in_bay[number, bay])),
                next(one.worker for one in job.workers if solver.value(self.by_worker[number, one.worker])),
                int(solver.value(self.start[number])),
            )
            for number, job in enumerate(self.problem.jobs)
            if solver.value(self.present[number])
        ]
        return placed, round(solver.best_objective_bound)


def _union(busy: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Taken steps with those that touch made one: fixed intervals must not overlap each other."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(busy):
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def main() -> int:
    problem = msgspec.json.decode(sys.stdin.buffer.read(), type=Problem)
    sys.stdout.buffer.write(msgspec.json.encode(planned(problem)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
