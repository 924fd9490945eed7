"""Files in, exact counts out: csv, csv.gz, parquet, gpx, through the command that people type."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from click.testing import CliRunner, Result

from motorpool.cli.importing import importing

GPX = """<?xml version="1.0"?>
<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"
     xmlns:g="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"><trk><name>bus</name><trkseg>
<trkpt lat="37.78" lon="-122.41"><ele>12.5</ele><time>2021-05-21T07:30:00Z</time>
<extensions><g:TrackPointExtension><g:speed>10</g:speed><g:course>90</g:course></g:TrackPointExtension></extensions></trkpt>
<trkpt lat="37.79" lon="-122.42"><time>2021-05-21T09:30:10+02:00</time></trkpt>
<trkpt lat="37.79" lon="-122.42"></trkpt>
</trkseg></trk></gpx>"""


@pytest.fixture
def run(database_urls: Any, tenant: Any, monkeypatch: Any, tmp_path: Path) -> Any:
    """Run `motorpool import ...` against this test's database and tenant."""
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", database_urls.owner)
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", database_urls.app)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: Any, tenant_slug: str | None = tenant.slug) -> Result:
        given = [str(argument) for argument in arguments]
        return CliRunner().invoke(importing, given + (["--tenant", tenant_slug] if tenant_slug else []))

    return invoke


def counts(result: Result) -> tuple[int, int, int, int]:
    lines = dict(line.split()[:2] for line in result.stdout.splitlines() if line and line[0].isalpha())
    return tuple(int(lines[name].replace(",", "")) for name in ("read", "written", "duplicates", "rejected"))  # type: ignore[return-value]


def write(path: Path, lines: list[str]) -> Path:
    text = "\n".join(lines) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


async def stored(sql: Any, tenant: Any, table: str = "vehicle_locations") -> int:
    count: int = sql(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", tenant.id)[0][0]
    return count


@pytest.mark.parametrize("name", ["fixes.csv", "fixes.csv.gz"])
def test_taxis_twice(run: Any, sql: Any, tenant: Any, tmp_path: Path, name: str) -> None:
    rows = [
        f"cab{second % 7},{1_211_328_000 + second},37.78{second % 1000:03},-122.41,{second % 2}"
        for second in range(60_000)
    ]
    repeated = rows[100:350]
    path = write(tmp_path / name, ["vehicle,epoch,latitude,longitude,occupied", *rows, *repeated])
    result = run("positions", path, "--map", "recorded_at=epoch", "--create-vehicles")
    assert (result.exit_code, counts(result)) == (0, (60_250, 60_000, 250, 0)), result.output
    assert "7 created" in result.output
    assert sql("SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s", tenant.id) == [(60_000,)]
    again = run("positions", path, "--map", "recorded_at=epoch")
    assert counts(again) == (60_250, 0, 60_250, 0)
    row = sql(
        "SELECT v.vehicle_number, l.recorded_at, l.latitude::text, l.source FROM vehicle_locations l "
        "JOIN vehicles v ON v.id = l.vehicle_id WHERE l.tenant_id = %s ORDER BY recorded_at LIMIT 1 OFFSET 59999",
        tenant.id,
    )
    assert row == [("cab2", datetime(2008, 5, 21, 16, 39, 59, tzinfo=UTC), "37.78999000", "import")]


def test_rejected_rows_are_named_by_line(
    run: Any, sql: Any, vehicles: Any, tenant: Any, tmp_path: Path
) -> None:
    good = "bus,2021-05-21T07:30:0{}Z,37.78,-122.41,50"
    path = write(
        tmp_path / "mixed.csv",
        [
            "vehicle,recorded_at,latitude,longitude,speed",
            good.format(0),
            "bus,2021-05-21T07:30:01Z,97,-122.41,50",
            "too,few",
            "nobody,2021-05-21T07:30:02Z,37.78,-122.41,50",
            "bus,soon,37.78,-122.41,50",
            "bus,2021-05-21T07:30:03Z,north,-122.41,-3",
            good.format(4),
            "bus,2021-05-21T07:30:05Z,,-122.41,",
            "one,too,many,columns,for,this",
            good.format(6).replace(",50", ","),
            "bus,1990-01-01T00:00:00Z,37.78,-122.41,1",
        ],
    )
    rejects = tmp_path / "rejects.csv"
    result = run("positions", path, "--rejects", rejects)
    assert (result.exit_code, counts(result)) == (0, (11, 3, 0, 8)), result.output
    with rejects.open() as file:
        named = {(int(row["row"]), row["field"], row["code"]) for row in csv.DictReader(file)}
    assert named == {
        (3, "latitude", "out_of_range"), (4, "", "columns"), (5, "vehicle", "unknown_vehicle"), (6, "recorded_at", "not_a_time"),
        (7, "latitude", "wrong_type"), (7, "speed", "out_of_range"), (9, "latitude", "missing"), (10, "", "columns"),
        (12, "recorded_at", "ancient"),
    }  # fmt: skip
    assert sql(
        "SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s AND speed IS NULL", tenant.id
    ) == [(1,)]


def test_text_that_is_not_utf8_is_one_rejected_row(run: Any, vehicles: Any, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes(
        b"\xef\xbb\xbfvehicle;recorded_at;latitude;longitude\r\nb\xfcs;1621582200;1;2\r\n bus ;1621582200;1;2\r\n"
    )
    assert counts(run("positions", path)) == (2, 1, 0, 1)


def test_local_times_from_two_columns(run: Any, sql: Any, tenant: Any, tmp_path: Path) -> None:
    path = write(
        tmp_path / "drive.csv",
        ["car,date_local,time,speed,rpm,latitude,longitude", "7,2023-11-23,09:46:48,,,-0.29,-78.46",
         "7,2023-11-23,09:46:49,12.4,668.0,-0.29,-78.46"],
    )  # fmt: skip
    mapped = ("--map", "vehicle=car,recorded_at=date_local+time")
    refused = run("positions", path, *mapped)
    assert refused.exit_code == 1
    assert "--time-zone" in str(refused.exception)
    zone = ("--time-zone", "America/Guayaquil", "--create-vehicles")
    assert counts(run("positions", path, *mapped, *zone)) == (2, 2, 0, 0)
    assert counts(run("obd", path, *mapped, *zone)) == (2, 2, 0, 0)
    rows = sql(
        "SELECT recorded_at, rpm, speed FROM obd_telemetry WHERE tenant_id = %s ORDER BY recorded_at",
        tenant.id,
    )
    first = datetime(2023, 11, 23, 14, 46, 48, tzinfo=UTC)
    assert rows == [(first, None, None), (first + timedelta(seconds=1), 668, 12)]


def test_parquet_with_types_of_its_own(
    run: Any, sql: Any, vehicles: Any, tenant: Any, tmp_path: Path
) -> None:
    moments = [datetime(2021, 5, 21, 7, 30, second, tzinfo=UTC) for second in range(3)]
    table = pa.table(
        {
            "unit": pa.array(["bus", "van", "bus"]).dictionary_encode(),
            "recorded_at": pa.array(moments, pa.timestamp("ns", "UTC")),
            "latitude": pa.array([37.5, 37.6, None]),
            "longitude": pa.array([-122, -122, -122], pa.int16()),
            "ignition": pa.array([True, None, False]),
            "attributes": pa.array(['{"a": 1}', "[]", None]),
        }
    )
    path = tmp_path / "fixes.parquet"
    parquet.write_table(table, path)
    result = run("positions", path, "--map", "vehicle=unit", "--source", "logger")
    assert counts(result) == (3, 1, 0, 2), result.output
    rows = sql(
        "SELECT ignition, attributes, source, recorded_at FROM vehicle_locations WHERE tenant_id = %s",
        tenant.id,
    )
    assert rows == [(True, {"a": 1}, "logger", moments[0])]
    naive = tmp_path / "naive.parquet"
    parquet.write_table(
        table.set_column(1, "recorded_at", pa.array([m.replace(tzinfo=None) for m in moments])), naive
    )
    assert "--time-zone" in str(run("positions", naive, "--map", "vehicle=unit").exception)
    assert counts(
        run("positions", naive, "--map", "vehicle=unit", "--source", "logger", "--time-zone", "UTC")
    ) == (3, 0, 1, 2)


def test_gpx(run: Any, sql: Any, vehicles: Any, tenant: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "track.gpx", [GPX])
    assert counts(run("positions", path)) == (3, 2, 0, 1)
    assert counts(run("positions", path, "--vehicle", "van")) == (3, 2, 0, 1)
    rows = sql(
        "SELECT speed::float, heading::float, altitude::float FROM vehicle_locations "
        "WHERE tenant_id = %s AND vehicle_id = %s ORDER BY recorded_at",
        tenant.id, vehicles["bus"],
    )  # fmt: skip
    assert rows == [(36.0, 90.0, 12.5), (None, None, None)]


@pytest.mark.parametrize(
    ("header", "arguments", "said"),
    [
        ("a,b", (), "no column for recorded_at, latitude, longitude, vehicle; it has a, b"),
        ("vehicle,recorded_at,latitude,longitude", ("--map", "speed=v"), "the file has no column 'v'"),
        ("vehicle,recorded_at,latitude,longitude", ("--map", "sped=vehicle"), "there is no column sped"),
        ("vehicle,vehicle", (), "names a column twice"),
        ("", (), "empty"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_clear_line(
    run: Any, tmp_path: Path, header: str, arguments: Any, said: str
) -> None:
    result = run("positions", write(tmp_path / "file.csv", [header]), *arguments)
    assert result.exit_code == 1
    assert said in str(result.exception)


def test_wrong_usage_is_exit_code_2(run: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "file.csv", ["vehicle,recorded_at,latitude,longitude"])
    assert counts(run("positions", path)) == (0, 0, 0, 0)
    assert run("positions", tmp_path / "none.csv").exit_code == 2
    assert run("positions", path, "--map", "oops").exit_code == 2
    assert run("positions", path, "--time-zone", "Mars/Olympus").exit_code == 2
    assert run("positions", path, tenant_slug="no-such-tenant").exit_code == 1
    assert run("positions", write(tmp_path / "file.xls", [""])).exit_code == 1
    damaged = tmp_path / "cut.csv.gz"
    damaged.write_bytes(gzip.compress(b"vehicle,recorded_at,latitude,longitude\n" * 5000)[:60])
    assert run("positions", damaged).exit_code == 1


def test_an_interrupt_is_tidy_and_can_be_taken_up_again(
    run: Any, database_urls: Any, sql: Any, tenant: Any, tmp_path: Path
) -> None:
    rows = [f"bus,{1_300_000_000 + second},37.78,-122.41" for second in range(400_000)]
    path = write(tmp_path / "long.csv", ["vehicle,recorded_at,latitude,longitude", *rows])
    process = subprocess.Popen(
        [sys.executable, "-m", "motorpool.cli", "import", "positions", path, "--tenant", tenant.slug, "--create-vehicles"],
        env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    count = "SELECT count(*) FROM vehicle_locations WHERE tenant_id = %s"
    for _ in range(600):
        if sql(count, tenant.id) != [(0,)]:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    written = int(
        next(line for line in out.splitlines() if line.startswith("written")).split()[1].replace(",", "")
    )
    assert process.returncode == 1
    assert "interrupted" in err
    assert "Traceback" not in err
    assert 0 < written < 400_000
    assert sql(count, tenant.id) == [(written,)]
    assert counts(run("positions", path)) == (400_000, 400_000 - written, written, 0)
