"""The build step: from vPIC's tables to the small file, by a tiny vPIC made here."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
import tarfile
from pathlib import Path

import pytest

from motorpool.fleet.vin import making
from motorpool.fleet.vin.catalogue import Catalogue
from motorpool.fleet.vin.check_digit import check_digit
from motorpool.fleet.vin.decoding import decode

LOCK = {"package": "tiny", "version": "1.0.0"}


@pytest.fixture
def vpic(tmp_path: Path) -> Path:
    file = tmp_path / "vpic.sqlite"
    connection = sqlite3.connect(file)
    connection.executescript(
        """
        CREATE TABLE EngineModel (Id INTEGER, Name TEXT);
        CREATE TABLE EngineModelPattern (Id INTEGER, EngineModelId INTEGER, ElementId INTEGER, AttributeId TEXT);
        CREATE TABLE Make (Id INTEGER, Name TEXT);
        CREATE TABLE Model (Id INTEGER, Name TEXT);
        CREATE TABLE Make_Model (Id INTEGER, MakeId INTEGER, ModelId INTEGER);
        CREATE TABLE Manufacturer (Id INTEGER, Name TEXT);
        CREATE TABLE Country (Id INTEGER, Name TEXT);
        CREATE TABLE VehicleType (Id INTEGER, Name TEXT);
        CREATE TABLE BodyStyle (Id INTEGER, Name TEXT);
        CREATE TABLE GrossVehicleWeightRating (Id INTEGER, Name TEXT);
        CREATE TABLE Wmi (Id INTEGER, Wmi TEXT, ManufacturerId INTEGER, CountryId INTEGER, VehicleTypeId INTEGER, TruckTypeId INTEGER);
        CREATE TABLE Wmi_Make (WmiId INTEGER, MakeId INTEGER);
        CREATE TABLE Wmi_VinSchema (Id INTEGER, WmiId INTEGER, VinSchemaId INTEGER, YearFrom INTEGER, YearTo INTEGER);
        CREATE TABLE Element (Id INTEGER, Name TEXT, LookupTable TEXT);
        CREATE TABLE Pattern (Id INTEGER, VinSchemaId INTEGER, Keys TEXT, ElementId INTEGER, AttributeId TEXT);
        INSERT INTO Make VALUES (1, 'FORD'), (2, 'LINCOLN');
        INSERT INTO Model VALUES (10, 'F-150'), (11, 'F-550'), (12, 'Mark LT');
        INSERT INTO Make_Model VALUES (1, 1, 10), (2, 1, 11), (3, 2, 12);
        INSERT INTO Manufacturer VALUES (7, 'FORD MOTOR COMPANY');
        INSERT INTO Country VALUES (6, 'UNITED STATES (USA)');
        INSERT INTO VehicleType VALUES (3, 'TRUCK');
        INSERT INTO BodyStyle VALUES (60, 'Pickup');
        INSERT INTO GrossVehicleWeightRating VALUES (3, 'Class 2E: 6,001 - 7,000 lb (2,722 - 3,175 kg)'),
                                                    (5, 'Class 5: 16,001 - 19,500 lb (7,258 - 8,845 kg)');
        INSERT INTO Wmi VALUES (100, '1FT', 7, 6, 3, 1);
        INSERT INTO Wmi_Make VALUES (100, 1), (100, 2);
        INSERT INTO Wmi_VinSchema VALUES (1, 100, 900, 2011, 2014), (2, 100, 901, 1980, 1989), (3, 100, 902, 2015, NULL);
        INSERT INTO Element VALUES (28, 'Model', 'Model'), (5, 'Body Class', 'BodyStyle'),
            (25, 'Gross Vehicle Weight Rating From', 'GrossVehicleWeightRating'), (13, 'Displacement (L)', NULL),
            (999, 'Wheel Size', NULL);
        INSERT INTO Pattern VALUES (1, 900, 'F*1', 28, '11'), (2, 900, 'FW1', 28, '10'), (3, 900, '*', 5, '60'),
            (4, 900, '****T', 13, '3.5'), (5, 900, '*', 999, '17'), (6, 900, 'FW', 25, '3'),
            (7, 901, 'FW1', 28, '12'), (8, 902, 'F', 28, '10');
        """
    )
    connection.commit()
    connection.close()
    return file


def test_reduced_and_read_again(vpic: Path, tmp_path: Path) -> None:
    target = tmp_path / "small.sqlite"
    making.reduce(vpic, target, LOCK)
    catalogue = Catalogue(target)
    about = catalogue.about()
    assert (about["package"], about["makers"], about["schemas"], about["rules"]) == ("tiny", "1", "3", "7")
    maker = catalogue.maker("1FTFW1ET5DFC10312")
    assert maker is not None
    assert (maker.name, maker.vehicle_type, maker.is_light) == ("FORD MOTOR COMPANY", "TRUCK", True)
    assert maker.schemas == ((1980, 1989, 901), (2011, 2014, 900), (2015, None, 902))
    # What nobody asks for is left out.
    assert all("Wheel Size" not in says for _, says in catalogue.rules(900))
    assert catalogue.rules(12345) == []


def test_the_pattern_that_says_more_wins_and_position_7_tells_the_cycle(vpic: Path, tmp_path: Path) -> None:
    making.reduce(vpic, tmp_path / "small.sqlite", LOCK)
    catalogue = Catalogue(tmp_path / "small.sqlite")
    # F*1 says F-550, FW1 says F-150.
    late = decode("1FTFW1ET9DFC10312", catalogue, this_year=2026)
    assert late.check_digit == "9" and late.is_valid
    # Position 7 is a letter: 2013, not 1983.
    assert (late.model_year, late.make, late.model) == (2013, "Ford", "F-150")
    assert (late.body_class, late.vehicle_type, late.gvwr_kg) == ("Pickup", "pickup", 3175)
    assert (late.engine, late.displacement_l) == ("3.5 L", 3.5)
    # A digit there: 1983, which is another schema and the other make of this maker.
    text = "1FTFW11T0DFC10312"
    early = decode(text[:8] + check_digit(text) + text[9:], catalogue, this_year=2026)
    assert (early.model_year, early.make, early.model) == (1983, "Lincoln", "Mark LT")


def packed(vpic: Path, folder: Path) -> Path:
    archive = folder / "tiny-1.0.0.tgz"
    inner = folder / "vpic.gz"
    inner.write_bytes(gzip.compress(vpic.read_bytes()))
    with tarfile.open(archive, "w:gz") as opened:
        opened.add(inner, "package/db.gz")
    return archive


def test_made_once_and_only_from_the_package_that_is_named(
    vpic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = packed(vpic, tmp_path)
    hashed = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    lock = tmp_path / "lock.json"
    lock.write_text(json.dumps(LOCK | {"integrity": hashed, "file": "package/db.gz"}))
    monkeypatch.setattr(making, "LOCK", lock)
    monkeypatch.setattr(making, "TARGET", tmp_path / "data" / "vpic.sqlite")
    asked = []

    def fetch(package: str, folder: Path) -> Path:
        asked.append(package)
        return archive

    assert not making.is_current()
    making.make(fetch)
    assert asked == ["tiny@1.0.0"] and making.is_current()
    lock.write_text(json.dumps(LOCK | {"integrity": "sha512-another", "file": "package/db.gz"}))
    assert not making.is_current()
    with pytest.raises(ValueError, match="has the hash"):
        making.make(fetch)
    # What was there before is still whole.
    assert Catalogue(making.TARGET).maker("1FTFW1ET5DFC10312") is not None


def test_the_real_lock_names_a_version_and_a_hash_and_no_address() -> None:
    lock = json.loads(making.LOCK.read_text())
    assert set(lock) == {"package", "version", "integrity", "file"}
    assert lock["integrity"].startswith("sha512-") and len(base64.b64decode(lock["integrity"][7:])) == 64
    assert "://" not in making.LOCK.read_text()
