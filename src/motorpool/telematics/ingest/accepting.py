"""From columns that somebody sent to a receipt: check them, find the vehicles, store what is good."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from motorpool.core.tenancy import Actor
from motorpool.telematics.ingest import metrics
from motorpool.telematics.ingest.checks import check
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import Batch, Columns, Problem, Receipt
from motorpool.telematics.ingest.vehicles import to_batch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of each row of a batch: accepted + duplicates + rejected = received."""

    received: int
    receipt: Receipt
    rejected: int
    #: In the order of the rows; a row may have several.
    problems: list[Problem]


async def prepare(pipeline: IngestPipeline, actor: Actor, columns: Columns) -> Batch:
    """The rows that can be stored; why the others cannot is in `columns.problems`. Raises Forbidden."""
    good = check(columns, time.time_ns() // 1000)
    codes = np.unique(columns.vehicle.codes[good])
    names = [columns.vehicle.values[code] for code in codes if code >= 0]
    found = await pipeline.vehicles.find(actor, columns.series, names)
    return to_batch(columns, good, found, actor.tenant_id)


async def accept(pipeline: IngestPipeline, actor: Actor, columns: Columns, received: int) -> Outcome:
    """Store the good rows and say what is wrong with the others. Raises what `prepare` and `submit` raise."""
    batch = await prepare(pipeline, actor, columns)
    receipt = await pipeline.submit(batch)
    rejected = received - len(batch)
    if rejected:
        metrics.REJECTED[columns.series.table].inc(rejected)
        columns.problems.sort(key=lambda problem: problem.index)
    return Outcome(received, receipt, rejected, columns.problems)
