"""Files as a stream of column chunks: csv, csv.gz, parquet and gpx, in bounded memory."""

from __future__ import annotations

import csv as text_csv
import gzip
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from motorpool.core.errors import Invalid

BLOCK_BYTES = 2 * 1024 * 1024
CHUNK_ROWS = 32_768
GPX_BYTES = 256 * 1024 * 1024
NULLS = ["", "NULL", "null", "None", "NaN", "nan", "NA", "N/A", "n/a", "\\N"]
DELIMITERS = ",;\t|"


class Table(Protocol):
    """A file that has been opened. `names` are its columns."""

    names: list[str]

    def chunks(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        """The wanted columns, some thousand rows at a time. csv columns are binary, others have the file's
        types.
        """

    def row_number(self, place: int) -> int:
        """The number by which a person finds a row (counting from 0 over all chunks) in the file."""

    def unreadable(self) -> list[tuple[int, str]]:
        """Rows without the right number of columns, as row number and reason; complete at the end of
        `chunks`.
        """

    def progress(self) -> tuple[int, int]:
        """Bytes (or rows) read and their total."""


def open_table(path: Path) -> Table:
    """Open by the file's ending. Raises Invalid for a kind that is not known or a file that is not of its
    kind.
    """
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")):
            return CsvTable(path)
        if name.endswith((".parquet", ".pq")):
            return ParquetTable(path)
        if name.endswith(".gpx"):
            return GpxTable(path)
    except (pa.ArrowInvalid, OSError, EOFError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from error
    raise Invalid(f"{path.name}: known are .csv, .csv.gz, .parquet and .gpx")


class CsvTable:
    """A csv file with a header line, compressed or not. The delimiter is the one that the header has most of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._compressed = path.name.lower().endswith(".gz")
        # Bytes, because a text file decodes ahead and would stumble over what is wrong further down.
        with gzip.open(path) if self._compressed else path.open("rb") as file:
            header = file.readline(1_000_000).decode("utf-8-sig").rstrip("\r\n")
        self._delimiter = max(DELIMITERS, key=header.count)
        self.names = next(text_csv.reader([header], delimiter=self._delimiter), [])
        if not self.names:
            raise Invalid(f"{path.name} is empty; a csv file begins with a line that names its columns")
        if len(set(self.names)) < len(self.names):
            raise Invalid(f"{path.name} names a column twice")
        self._size = path.stat().st_size
        self._raw: Any = None
        #: Lines that were skipped, as (line, reason); sorted by line.
        self._skipped: list[tuple[int, str]] = []

    def chunks(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        self._raw = pa.OSFile(str(self._path))
        stream = pa.CompressedInputStream(self._raw, "gzip") if self._compressed else self._raw
        try:
            reader = csv.open_csv(
                stream,
                csv.ReadOptions(
                    block_size=BLOCK_BYTES, use_threads=False, column_names=self.names, skip_rows=1
                ),
                csv.ParseOptions(delimiter=self._delimiter, invalid_row_handler=self._skip),
                csv.ConvertOptions(
                    include_columns=wanted,
                    column_types={name: pa.binary() for name in wanted},
                    strings_can_be_null=True,
                    null_values=NULLS,
                ),
            )
            for chunk in reader:
                for start in range(0, chunk.num_rows, CHUNK_ROWS):
                    yield chunk.slice(start, CHUNK_ROWS)
        except pa.ArrowInvalid as error:
            # A file with a header and nothing else is empty, not wrong.
            if "Empty CSV" not in str(error):
                raise Invalid(f"{self._path.name} cannot be read: {str(error).splitlines()[0]}") from error
        except OSError as error:
            raise Invalid(f"{self._path.name} is cut off or damaged: {str(error).splitlines()[0]}") from error

    def _skip(self, row: csv.InvalidRow) -> str:
        # The header was skipped before counting began, so the row's own number is its line in the file.
        reason = f"has {row.actual_columns} columns, not {row.expected_columns}"
        self._skipped.append((row.number or 0, reason))
        return "skip"

    def row_number(self, place: int) -> int:
        line = place + 2
        while (skipped := bisect_right(self._skipped, (line, "\U0010ffff"))) + place + 2 != line:
            line = place + 2 + skipped
        return line

    def unreadable(self) -> list[tuple[int, str]]:
        return self._skipped

    def progress(self) -> tuple[int, int]:
        return (0 if self._raw is None or self._raw.closed else self._raw.tell()), self._size


class ParquetTable:
    """A parquet file; rows count from 1."""

    def __init__(self, path: Path) -> None:
        self._file = parquet.ParquetFile(path)
        self.names: list[str] = list(self._file.schema_arrow.names)
        self._rows = 0

    def chunks(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for chunk in self._file.iter_batches(batch_size=CHUNK_ROWS, columns=wanted):
            self._rows += chunk.num_rows
            yield chunk

    def row_number(self, place: int) -> int:
        return place + 1

    def unreadable(self) -> list[tuple[int, str]]:
        return []

    def progress(self) -> tuple[int, int]:
        return self._rows, int(self._file.metadata.num_rows)


class GpxTable:
    """The track points of a gpx file; points count from 1. `vehicle` is the name of the track."""

    names = ["vehicle", "recorded_at", "latitude", "longitude", "altitude", "speed", "heading"]  # noqa: RUF012

    def __init__(self, path: Path) -> None:
        import gpxpy
        from gpxpy.gpx import GPXException

        if path.stat().st_size > GPX_BYTES:
            raise Invalid(
                f"{path.name} is larger than {GPX_BYTES // 1024**2} MB; split it or convert it to csv"
            )
        try:
            with path.open(encoding="utf-8-sig") as file:
                document = gpxpy.parse(file)
        except GPXException as error:
            raise Invalid(f"{path.name} is not a gpx file: {error}") from error
        rows = [
            (
                track.name,
                point.time.replace(tzinfo=point.time.tzinfo or UTC).astimezone(UTC) if point.time else None,
                point.latitude,
                point.longitude,
                point.elevation,
                _kph(point),
                _extension(point, "course"),
            )
            for track in document.tracks
            for segment in track.segments
            for point in segment.points
        ]
        schema = pa.schema(
            [("vehicle", pa.string()), ("recorded_at", pa.timestamp("us", "UTC"))]
            + [(name, pa.float64()) for name in self.names[2:]]
        )
        columns: list[Any] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in self.names]
        self._table = pa.Table.from_arrays(
            [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)],
            schema=schema,
        )
        self._rows = 0

    def chunks(self, wanted: list[str]) -> Iterator[pa.RecordBatch]:
        for chunk in self._table.select(wanted).to_batches(CHUNK_ROWS):
            self._rows += chunk.num_rows
            yield chunk

    def row_number(self, place: int) -> int:
        return place + 1

    def unreadable(self) -> list[tuple[int, str]]:
        return []

    def progress(self) -> tuple[int, int]:
        return self._rows, int(self._table.num_rows)


def _kph(point: Any) -> float | None:
    """Speed of a point in km/h; gpx writes m/s."""
    speed = point.speed if point.speed is not None else _extension(point, "speed")
    return None if speed is None else speed * 3.6


def _extension(point: Any, name: str) -> float | None:
    """A number among the extensions of a point (as Garmin's TrackPointExtension has it), whatever its
    namespace.
    """
    for extension in point.extensions:
        for element in extension.iter():
            if str(element.tag).rpartition("}")[2] == name and element.text:
                try:
                    return float(element.text)
                except ValueError:
                    return None
    return None
