"""Makes `data/vpic.sqlite` when Motorpool is built: what a fleet needs of NHTSA's vPIC, out of an npm package.

Only the standard library: the build runs it before anything is installed. The package is named by `vpic.lock.json` beside
this file with its version and hash, and is fetched by npm from whatever registry the builder uses.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCK = HERE / "vpic.lock.json"
TARGET = HERE / "data" / "vpic.sqlite"
#: What is kept of each rule: element of vPIC by its name -> name in our file.
ELEMENTS = {
    "Model": "Model",
    "Body Class": "BodyClass",
    "Vehicle Type": "VehicleType",
    "Series": "Series",
    "Series2": "Series2",
    "Trim": "Trim",
    "Trim2": "Trim2",
    "Fuel Type - Primary": "FuelTypePrimary",
    "Fuel Type - Secondary": "FuelTypeSecondary",
    "Electrification Level": "ElectrificationLevel",
    "EV Drive Unit": "EVDriveUnit",
    "Battery Energy (kWh) From": "BatteryKWh",
    "Drive Type": "DriveType",
    "Engine Number of Cylinders": "EngineCylinders",
    "Engine Configuration": "EngineConfiguration",
    "Engine Model": "EngineModel",
    "Engine Manufacturer": "EngineManufacturer",
    "Displacement (L)": "DisplacementL",
    "Displacement (CC)": "DisplacementCC",
    "Displacement (CI)": "DisplacementCI",
    "Turbo": "Turbo",
    "Transmission Style": "TransmissionStyle",
    "Transmission Speeds": "TransmissionSpeeds",
    "Plant City": "PlantCity",
    "Doors": "Doors",
    "Number of Seats": "Seats",
    "Axles": "Axles",
    "Gross Vehicle Weight Rating From": "GVWR",
    "Gross Vehicle Weight Rating To": "GVWR_to",
}

#: What stands for nothing.
NO_VALUES = ("Not Applicable", "TBD")


def stamp() -> str:
    """What the file is made of: the package and this program."""
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def is_current() -> bool:
    """Whether the file is there and made of what it would be made of now."""
    if not TARGET.exists():
        return False
    with sqlite3.connect(f"file:{TARGET}?mode=ro", uri=True) as connection:
        try:
            row = connection.execute("SELECT value FROM about WHERE name = 'stamp'").fetchone()
        except sqlite3.DatabaseError:
            return False
    return row is not None and row[0] == stamp()


def make(fetch: Callable[[str, Path], Path]) -> None:
    """Make the file anew. `fetch(package, folder)` puts a package's archive into a folder and says where it is.

    Raises ValueError when the archive is not the one that the lock file names.
    """
    lock = json.loads(LOCK.read_text())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = fetch(f"{lock['package']}@{lock['version']}", folder)
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != lock["integrity"]:
            raise ValueError(
                f"{lock['package']} {lock['version']} has the hash {found}, not {lock['integrity']}"
            )
        source = folder / "source.sqlite"
        with tarfile.open(archive) as opened:
            member = opened.extractfile(lock["file"])
            if member is None:
                raise ValueError(f"{lock['package']} {lock['version']} has no {lock['file']}")
            with gzip.open(member) as packed, source.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
        made = folder / "made.sqlite"
        reduce(source, made, lock)
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target first, so that it appears whole or not at all.
        beside = TARGET.with_suffix(".new")
        shutil.copyfile(made, beside)
        os.replace(beside, TARGET)


def reduce(source: Path, target: Path, lock: dict[str, str]) -> None:
    """From vPIC's tables to ours: makers, which schemas they use in which model years, and the rules of each schema packed."""
    old = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    new = sqlite3.connect(target)
    try:
        new.executescript(
            """
            CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE wmi (wmi TEXT PRIMARY KEY, maker TEXT, country TEXT, vehicle_type TEXT, makes TEXT NOT NULL,
                              is_light INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE wmi_schema (wmi TEXT, year_from INTEGER, year_to INTEGER, schema INTEGER,
                                     PRIMARY KEY (wmi, year_from, schema)) WITHOUT ROWID;
            CREATE TABLE schema (id INTEGER PRIMARY KEY, rules BLOB NOT NULL);
            CREATE TABLE engine (name TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
            """
        )
        makers = list(_makers(old))
        new.executemany("INSERT OR IGNORE INTO wmi VALUES (?, ?, ?, ?, ?, ?)", makers)
        new.executemany("INSERT OR IGNORE INTO wmi_schema VALUES (?, ?, ?, ?)", _wmi_schemas(old))
        counted = [0, 0]
        new.executemany("INSERT INTO schema VALUES (?, ?)", _schemas(old, counted))
        new.executemany("INSERT INTO engine VALUES (?, ?)", _engines(old))
        about = {
            "stamp": stamp(),
            "package": lock["package"],
            "version": lock["version"],
            "source": "NHTSA Vehicle Product Information Catalog (vPIC), public domain (United States government)",
            "licence_of_package": "ISC",
            "makers": str(len(makers)),
            "schemas": str(counted[0]),
            "rules": str(counted[1]),
        }
        new.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        new.commit()
        new.execute("VACUUM")
    finally:
        old.close()
        new.close()


def _names(old: sqlite3.Connection, table: str) -> dict[str, str]:
    """Id -> name of a lookup table."""
    return {str(key): name for key, name in old.execute(f'SELECT Id, Name FROM "{table}"')}


def _tables(old: sqlite3.Connection) -> set[str]:
    return {name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}


def _columns(old: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in old.execute(f'PRAGMA table_info("{table}")')}


def _makers(old: sqlite3.Connection) -> Iterator[tuple[str, str | None, str | None, str | None, str, int]]:
    makers, countries, kinds, makes = (
        _names(old, table) for table in ("Manufacturer", "Country", "VehicleType", "Make")
    )
    of_wmi: dict[int, list[str]] = {}
    for wmi, make in old.execute("SELECT WmiId, MakeId FROM Wmi_Make ORDER BY WmiId, MakeId"):
        of_wmi.setdefault(wmi, []).append(makes.get(str(make), ""))
    light = "TruckTypeId" if "TruckTypeId" in _columns(old, "Wmi") else "NULL"
    rows = old.execute(
        f"SELECT Id, Wmi, ManufacturerId, CountryId, VehicleTypeId, {light} FROM Wmi WHERE Wmi IS NOT NULL ORDER BY Id"
    )
    for key, wmi, maker, country, kind, truck in rows:
        names = json.dumps([name for name in of_wmi.get(key, []) if name])
        yield (
            wmi.strip().upper(),
            makers.get(str(maker)),
            countries.get(str(country)),
            kinds.get(str(kind)),
            names,
            int(truck == 1),
        )


def _wmi_schemas(old: sqlite3.Connection) -> Iterator[tuple[str, int, int | None, int]]:
    for wmi, first, last, schema in old.execute(
        "SELECT w.Wmi, s.YearFrom, s.YearTo, s.VinSchemaId FROM Wmi_VinSchema s JOIN Wmi w ON w.Id = s.WmiId "
        "WHERE w.Wmi IS NOT NULL ORDER BY w.Wmi, s.YearFrom, s.VinSchemaId"
    ):
        yield wmi.strip().upper(), int(first or 0), None if last is None else int(last), int(schema)


def _elements(old: sqlite3.Connection) -> dict[int, tuple[str, dict[str, str] | None]]:
    """Id -> (our name, names of the values where they are ids) of the elements that are kept."""
    tables = _tables(old)
    found: dict[int, tuple[str, dict[str, str] | None]] = {}
    lookups: dict[str, dict[str, str]] = {}
    for key, name, lookup in old.execute("SELECT Id, Name, LookupTable FROM Element"):
        if name not in ELEMENTS:
            continue
        if lookup and lookup in tables:
            if lookup not in lookups:
                lookups[lookup] = _names(old, lookup)
            found[key] = (ELEMENTS[name], lookups[lookup])
        else:
            found[key] = (ELEMENTS[name], None)
    return found


def _engines(old: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What an engine is by the name of its model: cylinders, displacement, fuel."""
    elements = _elements(old)
    found: dict[str, dict[str, str]] = {}
    for name, element, value in old.execute(
        "SELECT m.Name, p.ElementId, p.AttributeId FROM EngineModelPattern p JOIN EngineModel m ON m.Id = p.EngineModelId "
        "ORDER BY m.Name, p.Id"
    ):
        if element in elements and value not in (None, ""):
            known, lookup = elements[element]
            said = str(value) if lookup is None else lookup.get(str(value))
            if said and said not in NO_VALUES:
                found.setdefault(name.strip().upper(), {})[known] = said.strip()
    for name, facts in found.items():
        yield name, json.dumps(facts, ensure_ascii=False)


def _schemas(old: sqlite3.Connection, counted: list[int]) -> Iterator[tuple[int, bytes]]:
    """(schema, its rules packed). The values of elements that are ids become the names that they stand for."""
    elements = _elements(old)
    makes = _names(old, "Make")
    make_of_model = {
        str(model): makes.get(str(make), "")
        for model, make in old.execute("SELECT ModelId, MakeId FROM Make_Model")
    }
    rules: dict[str, dict[str, str]] = {}
    current: int | None = None
    for schema, pattern, element, value in old.execute(
        "SELECT VinSchemaId, Keys, ElementId, AttributeId FROM Pattern ORDER BY VinSchemaId, Id"
    ):
        if schema != current:
            if rules and current is not None:
                counted[0] += 1
                yield current, _packed(rules)
            rules, current = {}, schema
        if element not in elements or not pattern or value in (None, ""):
            continue
        name, lookup = elements[element]
        said = (lookup or {}).get(str(value)) if lookup is not None else str(value)
        if not said or said in NO_VALUES:
            continue
        held = rules.setdefault(pattern.strip().upper(), {})
        held[name] = said.strip()
        counted[1] += 1
        if name == "Model" and make_of_model.get(str(value)):
            held["Make"] = make_of_model[str(value)]
    if rules and current is not None:
        counted[0] += 1
        yield current, _packed(rules)


def _packed(rules: dict[str, dict[str, str]]) -> bytes:
    return zlib.compress(
        json.dumps(list(rules.items()), separators=(",", ":"), ensure_ascii=False).encode(), 9
    )
