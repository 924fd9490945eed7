"""From posted texts to the API's body and back: structures, units, secrets, lists."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import uuid4

import msgspec
import pytest

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.registry import load_registry
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.fields import field_of, kind_of, sections_of
from motorpool.web.forms import default_texts, field_names, texts_of, wrong_places
from motorpool.web.posting import body_of, posted_texts
from motorpool.web.presentation import Presenter
from motorpool.web.structure import draft_of, posted_draft, posted_tree, structure_of, value_of

REGISTRY = load_registry()
METRIC = Actor(tenant_id=uuid4(), time_zone="America/Los_Angeles")
IMPERIAL = Actor(tenant_id=uuid4(), time_zone="America/Los_Angeles", units="imperial")


class Price(msgspec.Struct, forbid_unknown_fields=True):
    amount: Decimal
    per: Literal["hour", "day"] = "day"


class Offer(msgspec.Struct, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(max_length=10)]
    count: int
    price: Price
    until: date | None = None
    tags: list[str] = []
    is_firm: bool = False
    extras: dict[str, int] = {}


NODE = structure_of(list[Offer], "Offers", {})


def read(pairs: list[tuple[str, str]], node: Any = NODE) -> tuple[Any, list[FieldProblem]]:
    problems: list[FieldProblem] = []
    return value_of(node, posted_tree(pairs, "offers"), "offers", problems, lambda text: text), problems


OFFER = [
    ("offers[7].name", "Tow"),
    ("offers[7].count", "3"),
    ("offers[7].price.amount", "12.50"),
    ("offers[7].price.per", "hour"),
    ("offers[7].tags", "a"),
    ("offers[7].tags", "b"),
    ("offers[7].is_firm", "true"),
    ("offers[7].extras[0].key", "km"),
    ("offers[7].extras[0].value", "40"),
]


def test_nested_fields_become_a_value_that_the_api_takes() -> None:
    value, problems = read([("offers.", ""), *OFFER])
    assert problems == []
    assert value == [
        {
            "name": "Tow",
            "count": 3,
            "price": {"amount": "12.50", "per": "hour"},
            "tags": ["a", "b"],
            "is_firm": True,
            "extras": {"km": 40},
        }
    ]
    assert msgspec.convert(value, list[Offer])[0].price.amount == Decimal("12.50")


def test_rows_come_in_the_order_of_the_form_and_empty_ones_are_left_out() -> None:
    second = [("offers[2].name", "Wash"), ("offers[2].count", "1"), ("offers[2].price.amount", "5")]
    empty = [("offers[1001].name", ""), ("offers[1001].is_firm", "false")]
    value, problems = read([*OFFER, *empty, *second])
    assert not problems and [one["name"] for one in value] == ["Tow", "Wash"]
    assert read([("offers.", ""), *empty]) == (None, [])


def test_every_wrong_place_is_named_at_once() -> None:
    wrong = [
        ("offers[0].name", "much too long a name"),
        ("offers[0].count", "many"),
        ("offers[0].until", "soon"),
    ]
    _, problems = read([*wrong, ("offers[0].extras[0].value", "1")])
    assert {one.field for one in problems} == {
        "offers[0].name",
        "offers[0].count",
        "offers[0].until",
        "offers[0].price.amount",
        "offers[0].extras[0].key",
    }


def test_what_was_posted_stands_in_the_form_again() -> None:
    tree = posted_tree([*OFFER, ("offers[9].count", "many")], "offers")
    draft = posted_draft(NODE, tree)
    assert draft[0]["price"] == {"amount": "12.50", "per": "hour"} and draft[0]["tags"] == "a\nb"
    assert draft[1]["count"] == "many"
    value, _ = read(OFFER)
    assert draft_of(NODE, value, str)[0] == draft[0]


def posted(name: str, draft: Any) -> list[tuple[str, str]]:
    """What a browser sends for a draft; a box that is not ticked is not sent."""
    if isinstance(draft, dict):
        return [pair for key, value in draft.items() for pair in posted(f"{name}.{key}", value)]
    if isinstance(draft, list):
        return [pair for index, value in enumerate(draft) for pair in posted(f"{name}[{index}]", value)]
    return [] if draft == "false" else [(name, draft)]


@pytest.mark.parametrize(
    ("table", "column"),
    [(resource.table.name, name) for resource in REGISTRY.values() for name in resource.shapes],
)
def test_an_editor_of_every_shape_gives_back_what_it_was_given(table: str, column: str) -> None:
    """An empty editor says nothing, so that saving a form changes no structure that nobody touched."""
    resource = REGISTRY[table]
    node = field_of(resource, column).node
    if node is None:
        return
    empty = draft_of(node, None, str)
    actor_texts = texts_of(resource, {}, METRIC, names=[column])
    assert actor_texts[column] == empty
    pairs = [(f"{column}.", ""), *posted(column, empty)]
    assert column not in body_of(resource, pairs, METRIC, names=[column])


def test_invoice_lines_are_named_in_the_summary() -> None:
    invoices = REGISTRY["invoices"]
    pairs = [
        ("invoice_number", "A-1"),
        ("line_items.", ""),
        ("line_items[0].description", "Tyres"),
        ("line_items[0].quantity", "four"),
        ("line_items[0].unit_price", "100"),
        ("line_items[0].amount", "400"),
    ]
    with pytest.raises(Invalid) as caught:
        body_of(invoices, pairs, METRIC)
    errors = {one.field: one.message for one in caught.value.fields}
    assert "line_items[0].quantity" in errors and errors["vendor_id"] == "is required"
    [place] = [one for one in wrong_places(invoices, errors, {"line_items"}) if "quantity" in one.label]
    assert (place.label, place.anchor) == ("Line items, row 1: quantity", "field-line_items-0-quantity")


def test_numbers_are_entered_in_the_persons_units_and_kept_in_the_columns() -> None:
    vehicles = REGISTRY["vehicles"]
    row = {"curb_weight_kg": 2000, "tank_capacity_liters": "80.00", "speed_limit_kph": "104.60"}
    names = list(row)
    before = texts_of(vehicles, row, IMPERIAL, names=names)
    assert before == {"curb_weight_kg": "4410", "tank_capacity_liters": "21.13", "speed_limit_kph": "65"}
    assert texts_of(vehicles, row, METRIC, names=names)["tank_capacity_liters"] == "80"
    untouched = body_of(vehicles, list(before.items()), IMPERIAL, before=before, names=names)
    assert untouched == {}, "what was rounded for the eye is not written back"
    changed = [("speed_limit_kph", "70"), ("tank_capacity_liters", "20")]
    body = body_of(vehicles, changed, IMPERIAL, before=before, names=names)
    assert body == {"speed_limit_kph": "112.65", "tank_capacity_liters": "75.71"}


@pytest.mark.parametrize(
    ("column", "typed", "kept", "shown"),
    [
        ("gvwr_kg", "8000", "3629", "8,000 lb"),
        ("payload_kg", "1235", "560", "1,235 lb"),
        ("height_m", "11.5", "3.51", "11.50 ft"),
        ("speed_limit_kph", "65", "104.61", "65.00 mph"),
    ],
)
def test_what_was_typed_comes_back(column: str, typed: str, kept: str, shown: str) -> None:
    vehicles = REGISTRY["vehicles"]
    assert body_of(vehicles, [(column, typed)], IMPERIAL, before={}, names=[column]) == {column: kept}
    assert texts_of(vehicles, {column: kept}, IMPERIAL, names=[column]) == {column: typed}
    assert Presenter(REGISTRY, IMPERIAL).cell(vehicles, {column: kept}, column).text == shown


@pytest.mark.parametrize(
    ("meter", "actor", "typed", "kept", "shown"),
    [
        ("odometer", IMPERIAL, "51234.5", "82453935.168000", "51,234.5 mi"),
        ("odometer", METRIC, "82454", "82454000.000000", "82,454.0 km"),
        ("engine_hours", IMPERIAL, "4210.5", "15157800.000000", "4,210.5 h"),
        ("engine_hours", METRIC, "4210.5", "15157800.000000", "4,210.5 h"),
    ],
)
def test_a_meter_is_read_as_it_shows(meter: str, actor: Actor, typed: str, kept: str, shown: str) -> None:
    readings, names = REGISTRY["meter_readings"], ["meter_type", "value"]
    pairs = [("meter_type", meter), ("value", typed)]
    body = body_of(readings, pairs, actor, names=names)
    assert body == {"meter_type": meter, "value": kept}
    row = {"meter_type": meter, "value": float(kept)}
    assert texts_of(readings, row, actor, names=names) == dict(pairs)
    assert Presenter(REGISTRY, actor).cell(readings, row, "value").text == shown


def test_every_ten_pounds_come_back() -> None:
    """Whole kilograms are coarser than pounds: 1,234 and 1,235 lb are the same to them, tens are not."""
    factor = formats.factor_of("kg", "imperial")
    for pounds in range(10, 80_001, 10):
        assert formats.as_typed(round(pounds * factor), factor, 0) == pounds


def test_a_meter_that_is_not_named_is_an_odometer() -> None:
    """As the database takes it."""
    pairs = [("meter_type", ""), ("value", "10")]
    body = body_of(REGISTRY["meter_readings"], pairs, IMPERIAL, names=["meter_type", "value"])
    assert body == {"value": "16093.440000"}


def test_no_hint_names_another_unit_than_the_input() -> None:
    """Comments say what the column keeps; the input says what the person types."""
    told = {
        f"{table}.{name}": described.help
        for table, resource in REGISTRY.items()
        for name in field_names(resource, creating=True)
        if (described := field_of(resource, name)).kind == "number"
        and (described.unit or described.unit_by) not in (None, "minutes", "days")
        and re.search(r"\b(km|km/h|kg|litres?|metres?|m|seconds?|kilometres?)\b", described.help or "", re.I)
    }
    assert told == {}


def test_a_secret_is_shown_masked_and_left_alone_when_empty() -> None:
    cards = REGISTRY["fuel_cards"]
    assert kind_of(cards, "card_number")[0] == "secret"
    assert texts_of(cards, {"card_number": "••••1234"}, METRIC, names=["card_number"]) == {"card_number": ""}
    before = {"card_number": ""}
    names = ["card_number"]
    assert body_of(cards, [("card_number", "")], METRIC, before=before, names=names) == {}
    given = body_of(cards, [("card_number", "4000111122223333")], METRIC, before=before, names=names)
    assert given == {"card_number": "4000111122223333"}


def test_local_times_are_those_of_the_tenant() -> None:
    routes = REGISTRY["vehicle_reservations"]
    body = body_of(routes, [("starts_at", "2026-07-01T08:30")], METRIC, before={}, names=["starts_at"])
    assert body == {"starts_at": "2026-07-01T08:30:00-07:00"}
    texts = texts_of(routes, {"starts_at": "2026-07-01T15:30:00+00:00"}, METRIC, names=["starts_at"])
    assert texts == {"starts_at": "2026-07-01T08:30"}


def test_an_unticked_box_says_no_and_a_missing_one_nothing() -> None:
    policies = REGISTRY["insurance_policies"]
    assert posted_texts(policies, [("is_active", "false")], ["is_active"]) == {"is_active": "false"}
    assert posted_texts(policies, [("is_active", "false"), ("is_active", "true")], ["is_active"]) == {
        "is_active": "true"
    }


@pytest.mark.parametrize("table", REGISTRY)
def test_every_column_has_a_widget_and_a_place(table: str) -> None:
    resource = REGISTRY[table]
    names = list(resource.visible)
    placed = [name for _, held in sections_of(resource, names) for name in held]
    assert sorted(placed) == sorted(names)
    default_texts(resource)
