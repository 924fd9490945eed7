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
from motorpool.telematics.ingest.happenings import rows_of
from motorpool.telematics.ingest.pipeline import IngestPipeline
from motorpool.telematics.ingest.records import POSITIONS, READINGS, Batch, Coded, Floats, Number

#: Requests that may wait at once; more than there can be connections on a sane machine.
MOST_WAITING = 20_000
OPTIONAL = tuple(number for number in POSITIONS.numbers if not number.required)


class Fix(NamedTuple):
    """A report with coordinates, of a device that belongs to a vehicle; `recorded_at` in microseconds since 1970."""

    report: Report
    device: Known
    recorded_at: int


Entry = tuple[Sequence[Fix], asyncio.Future[None]]


async def submit(pipeline: IngestPipeline, fixes: Sequence[Fix], source: str) -> None:
    """Store fixes of one tenant with what came along; returns when all of it is committed. Raises as the pipeline does."""
    readings = readings_of(fixes)
    if readings is None:
        await pipeline.submit(batch_of(fixes, source))
    else:
        await asyncio.gather(pipeline.submit(batch_of(fixes, source)), pipeline.submit(readings))


class FixCollector:
    """One per protocol and process."""

    def __init__(self, pipeline: IngestPipeline, source: str) -> None:
        self._pipeline = pipeline
        self._source = source
        self._waiting: list[Entry] = []
        self._flushing: asyncio.Task[None] | None = None

    async def store(self, *fixes: Fix) -> None:
        """Return when the fixes of one device are committed. Raises what `IngestPipeline.submit` raises."""
        if len(self._waiting) >= MOST_WAITING:
            raise Unavailable("Too many devices are waiting; send again.", headers={"Retry-After": "5"})
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((fixes, done))
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
                tenants: dict[UUID, list[Entry]] = {}
                for entry in taken:
                    tenants.setdefault(entry[0][0].device.tenant_id, []).append(entry)
                await asyncio.gather(*map(self._store, tenants.values()))
        finally:
            self._flushing = None

    async def _store(self, entries: list[Entry]) -> None:
        try:
            await submit(self._pipeline, [fix for fixes, _ in entries for fix in fixes], self._source)
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
    """Reports of one tenant as a batch of positions and events. Optional values that do not fit their column are left
    out; a report without coordinates only brings its events.
    """
    happenings = [
        row
        for fix in fixes
        if fix.report.happenings and fix.device.vehicle_id is not None
        for row in rows_of(fix.report, fix.recorded_at, fix.device.vehicle_id, fix.device.device_id, source)
    ]
    tenant_id = fixes[0].device.tenant_id
    fixes = [fix for fix in fixes if fix.report.latitude is not None]
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
        tenant_id,
        np.array([fix.recorded_at for fix in fixes], np.int64),
        Coded.of([fix.device.vehicle_id for fix in fixes]),
        numbers,
        {}
        if flags.count(None) == len(flags)
        else {"ignition": np.array([-1 if flag is None else flag for flag in flags], np.int8)},
        {"attributes": texts},
        Coded.constant(source, len(fixes)),
        Coded.of([fix.device.device_id for fix in fixes]),
        happenings,
    )


def readings_of(fixes: Sequence[Fix]) -> Batch | None:
    """What the engines' computers said along with the fixes, None when nothing."""
    told = [fix for fix in fixes if fix.report.readings]
    if not told:
        return None
    numbers: dict[str, Floats] = {}
    for number in READINGS.numbers:
        values = [_fitting(fix.report.readings.get(number.name), number) for fix in told]
        if values.count(None) < len(values):
            column = np.array(values, np.float64)
            numbers[number.name] = np.rint(column) if number.whole else column
    return Batch(
        READINGS,
        told[0].device.tenant_id,
        np.array([fix.recorded_at for fix in told], np.int64),
        Coded.of([fix.device.vehicle_id for fix in told]),
        numbers,
    )


def _fitting(value: float | None, number: Number) -> float | None:
    return value if value is not None and number.low <= value <= number.high else None


def _answer(entries: list[Entry], error: Exception | None) -> None:
    for _, done in entries:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _stopping() -> Unavailable:
    return Unavailable("This process is stopping; send again.", headers={"Retry-After": "2"})
