"""Values as people read them."""

from __future__ import annotations

import pytest

from motorpool.web import formats
from motorpool.web.pages.vehicle_health import measured


@pytest.mark.parametrize(
    ("value", "unit", "metric", "imperial"),
    [
        (160.9344, "km", "160.9 km", "100.0 mi"),
        (100, "celsius", "100.0 °C", "212.0 °F"),
        (-40, "celsius", "-40.0 °C", "-40.0 °F"),
        (9.4, "l_per_100km", "9.4 L/100 km", "25.0 mpg"),
        (23.52, "l_per_100km", "23.5 L/100 km", "10.0 mpg"),
        (0, "l_per_100km", "0.0 L/100 km", "–"),
        (90, "minutes", "1 h 30 min", "1 h 30 min"),
        (None, "celsius", "–", "–"),
    ],
)
def test_quantities(value: float | None, unit: str, metric: str, imperial: str) -> None:
    assert formats.quantity(value, unit, "metric") == metric
    assert formats.quantity(value, unit, "imperial") == imperial


def test_what_an_engine_says_has_the_units_of_the_reader() -> None:
    assert measured("coolant_temp", 118, "metric") == "118 °C"
    assert measured("coolant_temp", 118, "imperial") == "244 °F"
    assert measured("speed", 50, "imperial") == "31 mph"
    assert measured("battery_voltage", 11.64, "imperial") == "11.6 V"
