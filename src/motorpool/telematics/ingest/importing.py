"""Import a file through the pipeline, with exact counts."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.create_missing_vehicles import create_missing_vehicles
from motorpool.telematics.ingest.accepting import prepare
from motorpool.telematics.ingest.files import Table
from motorpool.telematics.ingest.mapping import Mapping
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import Columns, Receipt

#: Chunks that may be on their way to the database while the next one is read.
AT_ONCE = 3
SHOWN_PROBLEMS = 5


@dataclass(slots=True)
class Summary:
    """read = written + duplicates + rejected, once the import is complete."""

    read: int = 0
    written: int = 0
    duplicates: int = 0
    rejected: int = 0
    vehicles_created: int = 0
    complete: bool = False
    #: The first few problems as sentences.
    problems: list[str] = field(default_factory=list)


class Rejects:
    """Collects why rows were rejected; writes row number, field and reason to a csv file if there is one."""

    def __init__(self, summary: Summary, table: Table, file: TextIO | None) -> None:
        self._summary, self._table = summary, table
        self._writer = csv.writer(file) if file else None
        if self._writer:
            self._writer.writerow(["row", "field", "code", "reason"])

    def add(self, columns: Columns) -> None:
        for problem in sorted(columns.problems, key=lambda problem: problem.index):
            self.note(self._table.row_number(problem.index), problem.field, problem.code, problem.message)

    def note(self, row: int, name: str, code: str, reason: str) -> None:
        if self._writer:
            self._writer.writerow([row, name, code, reason])
        if len(self._summary.problems) < SHOWN_PROBLEMS:
            self._summary.problems.append(f"row {row}: {name} {reason}".replace("  ", " "))


async def import_table(
    pipeline: IngestPipeline,
    actor: Actor,
    table: Table,
    mapping: Mapping,
    *,
    summary: Summary | None = None,
    create_vehicles: bool = False,
    rejects: TextIO | None = None,
    progress: Callable[[Summary], None] = lambda _: None,
) -> Summary:
    """Read a whole file into the tenant of `actor`. `summary` is kept up to date, so that it holds after
    Ctrl-C too.

    Raises Invalid for a file that cannot be read, Unavailable when the database stays away.
    """
    summary = summary or Summary()
    problems = Rejects(summary, table, rejects)
    chunks = _chunks(table, mapping)
    under_way: set[asyncio.Task[Receipt]] = set()
    try:
        while (columns := await asyncio.to_thread(next, chunks, None)) is not None:
            if create_vehicles:
                missing = await _missing_vehicles(pipeline, actor, columns)
                if missing:
                    summary.vehicles_created += await create_missing_vehicles(
                        pipeline.database, actor, missing
                    )
                    pipeline.vehicles.forget(actor.tenant_id)
            batch = await prepare(pipeline, actor, columns)
            problems.add(columns)
            summary.read += len(columns)
            summary.rejected += len(columns) - len(batch)
            under_way.add(asyncio.create_task(pipeline.submit(batch)))
            if len(under_way) >= AT_ONCE:
                done, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                _count(summary, done)
            progress(summary)
        for row, reason in table.unreadable():
            problems.note(row, "", "columns", reason)
            summary.read += 1
            summary.rejected += 1
    finally:
        # After Ctrl-C too: what is on its way is waited for, so that the summary says what is stored.
        if under_way:
            done, _ = await asyncio.wait(under_way)
            _count(summary, done)
            progress(summary)
    summary.complete = True
    return summary


def _count(summary: Summary, done: set[asyncio.Task[Receipt]]) -> None:
    for task in done:
        receipt = task.result()
        summary.written += receipt.accepted
        summary.duplicates += receipt.duplicates


def _chunks(table: Table, mapping: Mapping) -> Iterator[Columns]:
    first = 0
    for chunk in table.chunks(mapping.wanted):
        if chunk.num_rows:
            yield mapping.columns(chunk, first)
            first += chunk.num_rows


async def _missing_vehicles(pipeline: IngestPipeline, actor: Actor, columns: Columns) -> list[str]:
    """Names that could be vehicle numbers and that no vehicle has."""
    usable = [name for name in columns.vehicle.values if 0 < len(name) <= 50 and name.isprintable()]
    found = await pipeline.vehicles.find(actor, columns.series, usable)
    return [name for name, answer in found.items() if answer is None]


def open_rejects(path: Path | None) -> TextIO | None:
    """The rejects file, if one is wanted."""
    return path.open("w", encoding="utf-8", newline="") if path else None
