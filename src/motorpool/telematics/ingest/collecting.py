"""Single fixes of many devices as batches: what comes in while one batch is being committed makes up the next.

A phone sends one fix per request and waits for its answer. Making a batch of each would cost more than receiving it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np

from motorpool.core.errors import Invalid, Unavailable
from motorpool.telematics.decoders.report import Report
from motorpool.telematics.ingest.checks import TEXT_LENGTH
from motorpool.telematics.ingest.decoding import json_text
from motorpool.telematics.ingest.devices import Known
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, Batch, Coded, Number

#: Requests that may wait at once; more than there can be connections on a sane machine.
MOST_WAITING = 20_000
OPTIONAL = tuple(number for number in POSITIONS.numbers if not number.required)


class Fix(NamedTuple):
    """A report with coordinates, of a device that belongs to a vehicle; `recorded_at` in microseconds since 1970."""

    report: Report
    device: Known
    recorded_at: int


class FixCollector:
    """One per protocol and process."""

    def __init__(self, pipeline: IngestPipeline, source: str) -> None:
        self._pipeline = pipeline
        self._source = source
        self._waiting: list[tuple[Fix, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def store(self, fix: Fix) -> None:
        """Return when the fix is committed. Raises what `IngestPipeline.submit` raises."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many devices are waiting; send again.", headers={"Retry-After": "5"})
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((fix, done))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        await done

    async def _flush(self) -> None:
        """Store what waits until nothing does."""
        try:
            while self._waiting:
                # Whatever has already arrived is read first and joins this batch.
                await asyncio.sleep(0)
                taken, self._waiting = self._waiting, []
                tenants: dict[UUID, list[tuple[Fix, asyncio.Future[None]]]] = {}
                for entry in taken:
                    tenants.setdefault(entry[0].device.tenant_id, []).append(entry)
                await asyncio.gather(*map(self._store, tenants.values()))
        finally:
            self._flushing = None

    async def _store(self, entries: list[tuple[Fix, asyncio.Future[None]]]) -> None:
        try:
            await self._pipeline.submit(batch_of([fix for fix, _ in entries], self._source))
        except Invalid as error:
            if len(entries) > 1:
                # One of them is to blame; alone, the others are stored.
                await asyncio.gather(*(self._store([entry]) for entry in entries))
                return
            _answer(entries, error)
        except BaseException as error:
            _answer(entries, error if isinstance(error, Exception) else _stopping())
            if not isinstance(error, Exception):
                raise
        else:
            _answer(entries, None)


def batch_of(fixes: Sequence[Fix], source: str) -> Batch:
    """Fixes of one tenant as a batch. Optional values that do not fit their column are left out."""
    numbers = {
        "latitude": np.array([fix.report.latitude for fix in fixes], np.float64),
        "longitude": np.array([fix.report.longitude for fix in fixes], np.float64),
    }
    for number in OPTIONAL:
        values = [_fitting(getattr(fix.report, number.name), number) for fix in fixes]
        if values.count(None) < len(values):
            numbers[number.name] = np.array(values, np.float64)
    flags = [fix.report.ignition for fix in fixes]
    texts = np.full(len(fixes), None, object)
    for row, fix in enumerate(fixes):
        if fix.report.attributes:
            text = json_text(fix.report.attributes)
            texts[row] = text if text is not None and len(text) <= TEXT_LENGTH else None
    return Batch(
        POSITIONS,
        fixes[0].device.tenant_id,
        np.array([fix.recorded_at for fix in fixes], np.int64),
        Coded.of([fix.device.vehicle_id for fix in fixes]),
        numbers,
        {}
        if flags.count(None) == len(flags)
        else {"ignition": np.array([-1 if flag is None else flag for flag in flags], np.int8)},
        {"attributes": texts},
        Coded.constant(source, len(fixes)),
        Coded.of([fix.device.device_id for fix in fixes]),
    )


def _fitting(value: float | None, number: Number) -> float | None:
    return value if value is not None and number.low <= value <= number.high else None


def _answer(entries: list[tuple[Fix, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in entries:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _stopping() -> Unavailable:
    return Unavailable("This process is stopping; send again.", headers={"Retry-After": "2"})
