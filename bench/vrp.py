"""(f) Routes: how far the planner's answers are from the best known ones, in ten seconds each. Also `python -m bench.vrp`."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from motorpool.telematics.routing.problem import Grid, Problem, Van, Visit
from motorpool.telematics.routing.solver import solve

INSTANCES = Path(__file__).parent / "vrp_instances"
CVRP = ("P-n16-k8", "E-n22-k4", "A-n32-k5", "E-n51-k5", "E-n101-k8", "M-n101-k10")
VRPTW = ("C101", "R101", "R105", "RC101", "RC208")
HEAD = re.compile(
    r"# (?P<name>\S+): capacity (?P<capacity>\d+)(?:, service (?P<service>\d+))?, best known (?P<best>\S+) with "
    r"(?P<vehicles>\d+) vehicles(?:, shortest (?P<shortest>\S+) with (?P<tours>\d+))?"
)
LIMIT_S = 10.0
AIM = 0.03
#: Vehicles that a problem may use where their number does not count.
MANY = 25


@dataclass(frozen=True)
class Figure:
    name: str
    convention: str
    best: float
    best_tours: int
    found: float
    tours: int
    left_out: int
    seconds: float

    @property
    def gap(self) -> float:
        return self.found / self.best - 1


def measure(limit_s: float = LIMIT_S) -> str:
    """A Markdown table of the gaps."""
    figures = [figure(name, least_distance=True, limit_s=limit_s) for name in (*CVRP, *VRPTW)]
    figures += [figure(name, least_distance=False, limit_s=limit_s) for name in VRPTW]
    return render(figures)


def figure(name: str, *, least_distance: bool, limit_s: float) -> Figure:
    """Solve one problem. With time windows `least_distance` picks the convention; see vrp_instances/README.md."""
    head, _, *lines = (INSTANCES / f"{name}.txt").read_text().splitlines()
    facts = HEAD.fullmatch(head)
    assert facts is not None, head
    rows = np.array([[int(word) for word in line.split()] for line in lines])
    timed = rows.shape[1] == 5
    exact = np.hypot(rows[:, None, 0] - rows[None, :, 0], rows[:, None, 1] - rows[None, :, 1])
    if not timed:
        scale, matrix, convention = 1, np.floor(exact + 0.5), "whole numbers"
    elif least_distance:
        scale, matrix, convention = 10, np.floor(exact * 10), "least distance"
    else:
        scale, matrix, convention = 1000, np.rint(exact * 1000), "fewest vehicles"
    vehicles = MANY if timed and least_distance else int(facts["vehicles"])
    service = int(facts["service"] or 0) * scale
    problem = Problem(
        visits=[
            Visit(
                place,
                service,
                [(int(row[3]) * scale, int(row[4]) * scale)] if timed else [],
                [int(row[2])],
            )
            for place, row in enumerate(rows)
            if place
        ],
        vans=[
            Van(
                "any",
                0,
                0,
                [int(facts["capacity"])],
                (0, int(rows[0, 4]) * scale) if timed else None,
            )
        ]
        * vehicles,
        grids={"any": Grid(matrix.astype(int).tolist())},
        time_limit_s=limit_s,
    )
    began = time.perf_counter()
    answer = asyncio.run(solve(problem))
    shortest = timed and least_distance
    return Figure(
        name,
        convention,
        float(facts["shortest" if shortest else "best"]),
        int(facts["tours" if shortest else "vehicles"]),
        answer.cost / scale,
        len(answer.tours),
        len(answer.left_out),
        time.perf_counter() - began,
    )


def render(figures: list[Figure]) -> str:
    lines = [
        "| (f) problem | measured as | best known | found | gap | vehicles (best known's) | time |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in figures:
        found = f"{one.found:,.1f}" if one.convention != "whole numbers" else f"{one.found:,.0f}"
        gap = f"{one.left_out} not served" if one.left_out else f"**{max(one.gap, 0):.1%}**"
        lines.append(
            f"| {one.name} | {one.convention} | {one.best:,} | {found} | {gap} | {one.tours} ({one.best_tours}) "
            f"| {one.seconds:.1f} s |"
        )
    aimed = [one for one in figures if one.convention != "fewest vehicles"]
    worst = max(one.gap for one in aimed)
    kept = "kept" if worst <= AIM and not any(one.left_out for one in aimed) else "MISSED"
    lines.append(
        f"\nLargest gap, least distance: {worst:.1%} (aim: at most {AIM:.0%} in {LIMIT_S:.0f} s, {kept})."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(measure())
