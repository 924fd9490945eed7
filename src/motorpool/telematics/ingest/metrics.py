"""What Prometheus sees of ingest."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

ROWS = Counter("motorpool_ingest_rows", "Rows that came in, by what became of them.", ["table", "outcome"])
#: One child per table and outcome, because looking a label up costs more than counting.
ACCEPTED, DUPLICATE, REJECTED = (
    {table: ROWS.labels(table, outcome) for table in ("vehicle_locations", "obd_telemetry")}
    for outcome in ("accepted", "duplicate", "rejected")
)
QUEUED_ROWS = Gauge("motorpool_ingest_queued_rows", "Rows received and not yet committed.")
QUEUED_BYTES = Gauge("motorpool_ingest_queued_bytes", "Bytes received and not yet committed.")
WAITING = Gauge("motorpool_ingest_waiting_senders", "Senders that wait because the queue is full.")
COMMIT_SECONDS = Histogram(
    "motorpool_ingest_commit_seconds",
    "From taking a group of batches to its commit.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15),
)
GROUP_ROWS = Histogram(
    "motorpool_ingest_group_rows",
    "Rows written by one commit.",
    buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000),
)
RETRIES = Counter("motorpool_ingest_retries", "Groups written again, by reason.", ["reason"])
UNKNOWN_DEVICES = Counter(
    "motorpool_ingest_unknown_device_reports", "Reports of devices that nobody has added."
)
