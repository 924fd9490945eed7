"""What the sources publish, read into rows."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from motorpool.core.errors import Invalid
from motorpool.telematics.road_data import nws
from motorpool.telematics.road_data.afdc import read_lines, read_stations
from motorpool.telematics.road_data.cameras_511 import read_cameras, site_of
from motorpool.telematics.road_data.toll_files import read_csv, read_json, read_plazas

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "road_data"
DEMO = ROOT / "src" / "motorpool" / "demo" / "data"
OBSERVATION = msgspec.json.decode((DATA / "nws_observation_KTYQ.json").read_bytes())


def stations(*lines: dict[str, str]) -> csv.DictReader[str]:
    columns = ("ID", "Station Name", "Latitude", "Longitude", "Fuel Type Code", "Access Days Time")
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(lines)
    text.seek(0)
    return csv.DictReader(text)


def test_a_slice_of_the_register_comes_in_whole() -> None:
    read = read_stations(DEMO / "afdc_ny_2025-02_slice.csv.gz")
    assert read.refusals == []
    assert 150 <= len(read.rows) <= 200
    fuels = {row["fuel_type"] for row in read.rows}
    assert {"electric", "cng", "lpg", "e85"} <= fuels
    fast = next(row for row in read.rows if row["charging_levels"] == ["dcfast"])
    assert fast["num_ports"] == fast["amenities"]["ports"]["dcfast"] > 0
    assert all(row["max_power_kw" if "max_power_kw" in row else "num_ports"] != 0 for row in read.rows)


def test_wrong_places_are_told_row_by_row_and_the_others_stay() -> None:
    good = {
        "ID": "1",
        "Station Name": "A",
        "Latitude": "40.1",
        "Longitude": "-73.9",
        "Fuel Type Code": "ELEC",
    }
    read = read_lines(
        stations(
            good,
            good | {"ID": "2", "Latitude": "140"},
            good | {"ID": "3", "Latitude": "north"},
            good | {"ID": "4", "Latitude": "0", "Longitude": "0"},
            good | {"ID": "1"},
            good | {"ID": "6", "Station Name": " "},
        )
    )
    assert [row["station_id"] for row in read.rows] == ["AFDC-1"]
    assert [(one.row, one.field) for one in read.refusals] == [
        (2, "Latitude"), (3, "Latitude"), (4, "Latitude"), (5, "ID"), (6, "Station Name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "open_always"),
    [
        ("24 hours daily", True),
        (
            "; ".join(f"{d} 12:00am - 12:00am" for d in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
            True,
        ),
        ("Mon 12:00am - 12:00am; Tue 8:00am - 5:00pm", False),
        ("Dealership business hours", False),
        ("", None),
    ],
)
def test_hours_say_whether_it_is_open_day_and_night(hours: str, open_always: bool | None) -> None:
    line = {"ID": "1", "Station Name": "A", "Latitude": "40", "Longitude": "-73", "Fuel Type Code": "ELEC"}
    (row,) = read_lines(stations(line | {"Access Days Time": hours})).rows
    assert row["available_24x7"] is open_always


def test_another_table_is_refused_with_the_columns_that_it_lacks() -> None:
    with pytest.raises(Invalid, match="Station Name"):
        read_lines(csv.DictReader(io.StringIO("ID,Latitude\n1,2\n")))


def test_the_real_observation_in_our_units() -> None:
    observations, found = nws.read_features(OBSERVATION)
    (row,) = observations.rows
    assert not observations.refusals and not found.rows
    assert row["station_id"] == "KTYQ"
    assert row["temperature_f"] == Decimal("75.38")
    assert row["dewpoint_f"] == Decimal("72.32")
    assert row["wind_speed_mph"] == 0
    assert row["visibility_miles"] == Decimal("10.00")
    assert row["wind_gust_mph"] is None and row["precipitation_inches"] is None
    assert row["conditions"] == "Clear"
    (latest,) = nws.latest_of(observations.rows)
    assert (latest["latitude"], latest["longitude"]) == ("40.03", "-86.25")


def test_values_that_failed_their_check_are_not_used() -> None:
    value = {"unitCode": "wmoUnit:degC", "value": 60}
    assert nws.converted(value | {"qualityControl": "V"}, "degF") == 140
    assert nws.converted(value | {"qualityControl": "X"}, "degF") is None
    assert nws.converted({"unitCode": "wmoUnit:degC", "value": None}, "degF") is None
    assert nws.converted({"unitCode": "wmoUnit:m_s-1", "value": 10}, "mph") == pytest.approx(
        Decimal("22.369"), rel=Decimal("1e-4")
    )
    with pytest.raises(nws.UnknownUnit, match="furlong"):
        nws.converted({"unitCode": "wmoUnit:furlong", "value": 1}, "mi")


def test_a_wrong_unit_costs_its_value_and_no_other() -> None:
    document = msgspec.json.decode(msgspec.json.encode(OBSERVATION))
    document["features"][0]["properties"]["visibility"]["unitCode"] = "wmoUnit:furlong"
    observations, _ = nws.read_features(document)
    assert observations.rows[0]["visibility_miles"] is None
    assert observations.rows[0]["temperature_f"] == Decimal("75.38")
    assert [one.field for one in observations.refusals] == ["visibility"]


CAMERA = {
    "Id": 7, "Source": "D4", "Roadway": "I-95", "Direction": "Northbound", "Latitude": 26.1, "Longitude": -80.2,
    "Location": "I-95 at Main St", "Views": [{"Id": 70, "Url": "https://511.example/map/Cctv/70", "Status": "Enabled"}],
}  # fmt: skip


def test_cameras_and_the_ones_that_cannot_be_used() -> None:
    read = read_cameras([CAMERA, CAMERA | {"Id": 8, "Latitude": None}, {"Roadway": "I-4"}, CAMERA], "fl511")
    (row,) = read.rows
    assert (row["fdot_id"], row["direction"], row["status"]) == ("fl511-7", "N", "active")
    assert row["feed_url"] == "https://511.example/map/Cctv/70"
    assert [(one.row, one.field) for one in read.refusals] == [(2, "Latitude"), (3, "Id"), (4, "Id")]
    assert site_of("https://www.fl511.com/") == "fl511"


def test_links_that_are_no_web_address_are_left_out() -> None:
    (row,) = read_cameras(
        [CAMERA | {"Views": [{"Url": "javascript:alert(1)", "Status": "Disabled"}]}], "x"
    ).rows
    assert row["feed_url"] is None
    assert row["status"] == "inactive"


def test_toll_files_of_both_forms_say_the_same() -> None:
    json = read_json(
        {
            "currency": "USD",
            "rate_sets": {
                "a": [{"amount": "7.00", "axles_from": 1, "axles_to": 2, "valid_from": "2022-01-01"}]
            },
            "plazas": [
                {"plaza_id": "P", "name": "Bridge", "latitude": 37.8, "longitude": -122.3, "rates": "a"}
            ],
        }
    )
    lines = read_csv(
        "plaza_id,name,latitude,longitude,currency,amount,axles_from,axles_to,valid_from\n"
        "P,Bridge,37.8,-122.3,USD,7.00,1,2,2022-01-01\n"
    )
    assert json.refusals == lines.refusals == []
    assert json.rows[0]["toll_rates"] == lines.rows[0]["toll_rates"]


def test_a_wrong_rate_refuses_its_plaza_with_the_place_of_the_error() -> None:
    plaza = {"plaza_id": "P", "name": "Bridge", "latitude": 37.8, "longitude": -122.3}
    read = read_json(
        {
            "plazas": [
                plaza | {"rates": [{"amount": "7.00", "days": ["someday"]}]},
                plaza | {"rates": "nowhere"},
                plaza | {"rates": [{"amount": "-1"}]},
            ]
        }
    )
    assert read.rows == []
    assert "rates[0].days" in read.refusals[0].message
    assert len(read.refusals) == 3


def test_the_demonstration_set_can_be_read() -> None:
    read = read_plazas(DEMO / "bay_area_tolls.json")
    assert len(read.rows) == 8 and not read.refusals
    assert all(row["toll_rates"]["source"] for row in read.rows)
