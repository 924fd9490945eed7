"""vPIC as it is installed: a small SQLite file that the build makes (see `making.py`). Read-only, safe to share by threads."""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

#: Where the build puts it.
FILE = Path(__file__).resolve().parent / "data" / "vpic.sqlite"
#: Schemas are kept in memory once they were read, so many.
KEPT = 2_000
Rules = Sequence[tuple[str, Mapping[str, str]]]
"""(pattern, what it says: name of the element -> value)."""


@dataclass(frozen=True, slots=True)
class Maker:
    """What the first three characters of a VIN say (six for a maker of fewer than 1,000 vehicles a year)."""

    wmi: str
    name: str | None
    country: str | None
    vehicle_type: str | None
    makes: tuple[str, ...]
    #: Trucks of this maker weigh up to 10,000 lb.
    is_light: bool
    #: (first model year, last one or None, schema).
    schemas: tuple[tuple[int, int | None, int], ...]


class Catalogue:
    """The makers, their schemas and the patterns of those. Raises FileNotFoundError where the file is not installed."""

    def __init__(self, file: Path = FILE) -> None:
        if not file.exists():
            raise FileNotFoundError(f"{file} is missing; `make install` fetches it")
        self.file = file
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            f"file:{file}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._makers: dict[str, Maker | None] = {}
        self._rules: OrderedDict[int, Rules] = OrderedDict()
        self._engines: dict[str, dict[str, str]] = {
            name: msgspec.json.decode(facts)
            for name, facts in self._connection.execute("SELECT name, facts FROM engine")
        }

    def about(self) -> dict[str, str]:
        """Where the data come from: package, version, licence, rows."""
        with self._lock:
            return dict(self._connection.execute("SELECT name, value FROM about").fetchall())

    def maker(self, vin: str) -> Maker | None:
        """By the world manufacturer identifier; one whose third character is 9 goes on in positions 12 to 14."""
        short = vin[:3]
        if short[2:] == "9" and len(vin) >= 14 and (found := self._maker(short + vin[11:14])):
            return found
        return self._maker(short)

    def _maker(self, wmi: str) -> Maker | None:
        with self._lock:
            if wmi not in self._makers:
                self._makers[wmi] = self._read_maker(wmi)
            return self._makers[wmi]

    def _read_maker(self, wmi: str) -> Maker | None:
        row = self._connection.execute(
            "SELECT maker, country, vehicle_type, makes, is_light FROM wmi WHERE wmi = ?", (wmi,)
        ).fetchone()
        if row is None:
            return None
        schemas = self._connection.execute(
            "SELECT year_from, year_to, schema FROM wmi_schema WHERE wmi = ? ORDER BY year_from, schema",
            (wmi,),
        ).fetchall()
        name, country, kind, makes, light = row
        return Maker(
            wmi,
            name,
            country,
            kind,
            tuple(msgspec.json.decode(makes)),
            bool(light),
            tuple(map(tuple, schemas)),
        )

    def engine(self, name: str) -> Mapping[str, str]:
        """What is known of an engine by the name of its model."""
        return self._engines.get(name.strip().upper(), {})

    def rules(self, schema: int) -> Rules:
        """The patterns of a schema."""
        with self._lock:
            found = self._rules.get(schema)
            if found is None:
                row = self._connection.execute("SELECT rules FROM schema WHERE id = ?", (schema,)).fetchone()
                found = (
                    msgspec.json.decode(zlib.decompress(row[0]), type=list[tuple[str, dict[str, str]]])
                    if row
                    else []
                )
                self._rules[schema] = found
                if len(self._rules) > KEPT:
                    self._rules.popitem(last=False)
            else:
                self._rules.move_to_end(schema)
            return found


@cache
def installed_catalogue() -> Catalogue | None:
    """The catalogue of this installation; None where it was installed without (MOTORPOOL_SKIP_ASSETS=1)."""
    try:
        return Catalogue()
    except FileNotFoundError:
        return None
