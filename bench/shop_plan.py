"""(p) The shop's plan: how much better the solver's is than the one by priority, first come. Also `python -m bench.shop_plan`."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from dataclasses import dataclass

from motorpool.maintenance.planning import greedy
from motorpool.maintenance.planning.problem import Busy, Choice, Job, Problem, Worker
from motorpool.maintenance.planning.solver import solve

#: A day of ten hours in quarters of an hour.
DAY = 40
EFFORT_S = 2.0


@dataclass(frozen=True)
class Figure:
    name: str
    jobs: int
    bays: int
    workers: int
    greedy: int
    found: int
    bound: int
    left_out: tuple[int, int]
    seconds: float

    @property
    def ratio(self) -> float:
        return self.found / self.greedy if self.greedy else 1.0


def busy_week(days: int) -> Busy:
    """Nights of a shop that is open for ten hours, in a plan of whole days."""
    nights = [(number * 96 + 68, (number + 1) * 96 + 28) for number in range(days - 1)]
    return [(0, 28), *nights, ((days - 1) * 96 + 68, days * 96)]


def generated(seed: int, jobs: int, bays: int, workers: int, days: int = 1) -> Problem:
    """A day as shops have it: short services, some long repairs, skills and heavy vehicles that narrow the choice."""
    dice, taste = random.Random(seed), random.Random(seed)
    horizon = DAY if days == 1 else 96 * days
    away = [] if days == 1 else busy_week(days)
    made = []
    for number in range(jobs):
        able = [worker for worker in range(workers) if dice.random() < 0.6] or [dice.randrange(workers)]
        heavy = dice.random() < 0.2
        fits = [0] if heavy else [bay for bay in range(bays) if bay == 0 or dice.random() < 0.8]
        made.append(
            Job(
                dice.choice((2, 3, 4, 4, 6, 6, 8, 8, 12, 16)),
                dice.choice((1, 2, 2, 2, 4, 4, 8)),
                fits,
                [Choice(worker) for worker in able],
                vehicle=number,
                due=dice.choice((None, None, 0, DAY // 2, DAY)),
                # A bay that anything is done in, one for something else, with more tools than needed or not.
                waste={bay: taste.choice((1, 2, 4, 6, 9)) for bay in fits},
            )
        )
    taken = [
        [(start, start + 4)] if (start := dice.randrange(DAY)) < DAY - 4 and days == 1 else []
        for _ in range(bays)
    ]
    return Problem(horizon, made, taken, [Worker(away, dice.randrange(8)) for _ in range(workers)], EFFORT_S)


def by_hand() -> list[tuple[str, Problem]]:
    """Days that go wrong when the weightiest job simply comes first."""
    one = [Choice(0)]
    long_first = Problem(
        DAY,
        [Job(24, 4, [0], one, 0), *(Job(4, 2, [0], one, n, due=DAY // 2) for n in range(1, 5))],
        [[]],
        [Worker()],
    )
    narrow = Problem(
        DAY,
        [
            *(Job(8, 2, [0, 1], [Choice(0), Choice(1)], n) for n in range(4)),
            *(Job(8, 2, [0], one, n) for n in range(4, 8)),
        ],
        [[], []],
        [Worker(), Worker()],
    )
    lunch = Problem(
        DAY,
        [Job(10, 4, [0], one, 0), Job(14, 2, [0], one, 1), Job(6, 2, [0], one, 2)],
        [[(16, 20)]],
        [Worker()],
    )
    return [
        ("one long job before four short ones", long_first),
        ("a specialist who is given what others can do", narrow),
        ("a booking in the middle of the day", lunch),
    ]


async def figure(name: str, problem: Problem) -> Figure:
    simple = greedy.planned(problem)
    began = time.perf_counter()
    found = await solve(problem)
    return Figure(
        name,
        len(problem.jobs),
        len(problem.bays),
        len(problem.workers),
        simple.objective,
        found.objective,
        found.bound,
        (len(simple.left_out), len(found.left_out)),
        time.perf_counter() - began,
    )


async def figures(*, full: bool) -> list[Figure]:
    made = [await figure(name, problem) for name, problem in by_hand()]
    sizes = [(12, 4, 4, 1), (20, 5, 6, 1), (40, 8, 10, 1), (60, 5, 6, 5)] if full else [(12, 4, 4, 1)]
    seeds = range(3 if full else 1)
    return made + [
        await figure(f"generated {'day' if size[3] == 1 else 'week'} {seed + 1}", generated(seed, *size))
        for size in sizes
        for seed in seeds
    ]


def measure(*, full: bool = True) -> str:
    """A Markdown table of the ratios."""
    return render(asyncio.run(figures(full=full)))


def render(found: list[Figure]) -> str:
    lines = [
        "| (p) problem | jobs, bays, people | by priority | solver | ratio | proved within | left out | time |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in found:
        gap = 1 - one.bound / one.found if one.found else 0.0
        lines.append(
            f"| {one.name} | {one.jobs}, {one.bays}, {one.workers} | {one.greedy:,} | {one.found:,} | **{one.ratio:.2f}** "
            f"| {max(gap, 0):.1%} | {one.left_out[0]} → {one.left_out[1]} | {one.seconds:.1f} s |"
        )
    ratios = [one.ratio for one in found]
    kept = "kept" if max(ratios) <= 1 else "MISSED"
    lines.append(
        f"\nMedian ratio {statistics.median(ratios):.2f}, worst {max(ratios):.2f} (aim: never above 1, {kept})."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(measure())
