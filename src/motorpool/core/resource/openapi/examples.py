"""Examples: a plausible value for every field, always the same one.

What a resource declares in `examples` comes first. Else the name of a column says what a person would write there, its
comment (`Such as tool, attachment`) what is usual, its schema what is possible.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.openapi.schemas import SCHEMAS, default_of, value_schema

Json = dict[str, Any]
#: Optional fields shown in the example of an input.
MOST_OPTIONAL = 6

#: What texts of such names hold; the first that fits.
TEXTS: tuple[tuple[str, str], ...] = (
    (r"(^|_)vin$", "1FTBR1C82MKA12345"),
    (r"plate_region", "CA"),
    (r"license_plate|plate_number", "8ABC123"),
    (r"email(_address)?$|_emails?$|^organizer|attendees", "jo.rivera@example.org"),
    (r"phone|fax|mobile", "+14155550142"),
    (r"(^|_)(url|urls|uri|link|website|endpoint)$", "https://example.org/fleet"),
    (r"media_type|mime_type|content_type", "application/pdf"),
    (r"file_name|filename|^original_name", "inspection-2026-05.pdf"),
    (r"file_path|storage_path|folder_path|path$", "fleet/2026/inspection.pdf"),
    (r"checksum|sha256|_hash$|^hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
    (r"ip_address|(^|_)ip$|ips$", "192.0.2.10"),
    (r"password$", "correct horse battery staple"),
    (r"user_agent", "Mozilla/5.0 (Linux; Android 16)"),
    (r"time_zone|timezone", "America/Los_Angeles"),
    (r"currency", "USD"),
    (r"locale|language", "en-US"),
    (r"cron|schedule_expression", "30 6 * * mon-fri"),
    (r"quiet_hours_start|active_from", "22:00:00"),
    (r"_(start|end|time)$|^active_until", "06:30:00"),
    (r"postal_code|zip", "94107"),
    (r"country", "US"),
    (r"(^|_)city$", "San Francisco"),
    (r"(^|_)(state|region|province|jurisdiction)(_code)?$", "CA"),
    (r"^end_address|location_end|dropoff|destination", "San Francisco International Airport"),
    (r"agent_contact", "+14155550142"),
    (r"photo|image|handout|video|attachment", "https://example.org/fleet/photo.jpg"),
    (
        r"address|^location|_location$|location_(start|end)|place|scene|origin|destination",
        "1200 Mariposa Street, San Francisco",
    ),
    (r"first_name", "Jo"),
    (r"last_name", "Rivera"),
    (
        r"driver_name|full_name|display_name|contact_name|signed_name|_by$|_by_name|^(sender|inspector|instructor|trainer|witness|adjuster|officer)|(inspector|trainer|instructor|officer|adjuster|agent|owner|holder|contact|person)_name",
        "Jo Rivera",
    ),
    (r"(^|_)make$|manufacturer|^brand", "Ford"),
    (r"^model$|vehicle_model", "Transit"),
    (r"body_class", "Cargo van"),
    (r"colou?r", "#2a6fdb"),
    (r"serial_number|identifier|imei|device_number", "SN-4402-7719"),
    (r"license_number|permit_number|certificate_number|certification_number", "D4471902"),
    (r"cost_center|project_code|gl_code|account_code", "OPS-210"),
    (r"part_number|sku", "OF-4967"),
    (r"bin_location|storage_bin|^bin$", "A-12"),
    (
        r"manager|vendor|provider|supplier|carrier|merchant|insurer|company|lab(oratory)?_name|shop_name|facility_name",
        "Bay Area Fleet Supply",
    ),
    (r"unit_of_measure|^unit$|uom", "each"),
    (r"version", "1.2"),
    (r"error_message|last_error|error_detail", "The other side did not answer within 10 s"),
    (r"summary|abstract", "All found in order; two tyres to be replaced within 5,000 km"),
    (r"reason", "The customer changed the appointment"),
    (r"resolution|outcome|root_cause|findings?$", "A worn seal was replaced"),
    (r"instructions?|procedure", "Park on level ground, switch off, and set the brake first"),
    (r"message|body|content|comments?$|text$|transcript", "The van is ready to be picked up"),
    (r"subject", "Van 214 is ready"),
    (r"notes|remarks|description|details", "Left rear tyre worn to 3 mm"),
    (r"signature", "data:image/svg+xml;base64,PHN2Zy8+"),
    (r"polyline", "_p~iF~ps|U_ulLnnqC"),
    (r"department|agency|authority|claimant", "Public Works"),
    (r"operator|attribution|bank_name|(station|site|plaza)_name", "Bay Area Fleet Supply"),
    (r"driver_number|employee_id", "E-1042"),
    (r"license_class", "B"),
    (r"trim$", "XL"),
    (r"transmission", "automatic"),
    (r"engine", "3.5 L V6"),
    (r"^role|_role$|role_name", "dispatcher"),
    (r"slug", "golden-gate-cabs"),
    (r"table_name|resource_type|entity_type|^resource$", "vehicles"),
    (r"permission_name", "Read vehicles"),
    (r"step_key|flag_key|^field$|setting_key", "pre_trip_photos"),
    (r"^operation$", "UPDATE"),
    (r"^source$|data_source", "manual"),
    (r"direction", "northbound"),
    (r"county", "San Francisco"),
    (r"condition", "Clean, no new damage"),
    (r"purpose", "Delivery to the depot"),
    (r"scope|^standing$|validity", "current"),
    (r"prompt", "A white cargo van, photorealistic"),
    (r"_model$|model_used", "all-MiniLM-L6-v2"),
    (
        r"agenda|minutes|lessons|statement|complaint|cause|correction|response|closing",
        "Brakes squeal when cold; pads were glazed",
    ),
    (r"_(number|code|id|prefix|reference|tag)$|^code$|barcode|^sort$", ""),
    (r"^item$|^check$|inspected_item", "Front brake pads"),
    (r"severity", "minor"),
    (r"status$", "ok"),
    (r"action", "Replace within a week"),
    (r"topic", "Following distance in rain"),
    (r"title", "Quarterly brake check"),
)
#: What numbers of such names are.
NUMBERS: tuple[tuple[str, float], ...] = (
    (r"end_location_lat", 37.621313),
    (r"end_location_lng", -122.378955),
    (r"latitude|(^|_)lat$", 37.774929),
    (r"longitude|(^|_)(lng|lon)$", -122.419416),
    (r"(^|_)year$", 2026),
    (r"(^|_)month$", 5),
    (r"^(end|closing)_odometer", 48330),
    (r"odometer|mileage", 48210),
    (r"gvwr|gross", 4130),
    (r"payload", 1780),
    (r"_kg$|weight", 2350),
    (r"^(seats|axles)$", 2),
    (r"^avg_", 38),
    (r"heading|bearing", 270),
    (r"altitude", 16),
    (r"rpm", 1800),
    (r"speed|kph|mph", 52),
    (r"percent|percentage|_rate$|ratio$|score|level", 75),
    (
        r"(price|cost|amount|total|subtotal|fee|value|balance|budget|limit|deductible|premium|salary|fine|coverage)(_|$)",
        249.5,
    ),
    (r"bytes|size", 184320),
    (r"duration|minutes", 45),
    (r"seconds|_ms$", 30),
    (r"hours", 2.5),
    (r"days", 30),
    (r"gallons|liters|volume", 46.2),
    (r"miles|_km$|distance", 120),
    (r"_m$|radius|meters", 250),
    (r"port$", 443),
    (r"rating", 4),
    (r"count|number|quantity|total_", 3),
)
#: Moments that come later than the start of the same thing, by the day that the examples play on.
LATER = re.compile(r"expir|until|due|valid_to|next_|renew|warranty_end|effective_to|retention|end_date")
ENDS = re.compile(
    r"end|complet|resolv|closed|finish|decided|approved|returned|updated|last_|paid|deliver|arriv"
)


def example_id(table: str, place: int = 0) -> str:
    """An id that is always the same for a table: a UUIDv7 of the spring of 2026."""
    digest = bytearray(hashlib.sha256(f"{table}/{place}".encode()).digest()[:16])
    digest[:6] = (1_779_350_400_000 + place).to_bytes(6, "big")
    digest[6] = 0x70 | (digest[6] & 0x0F)
    digest[8] = 0x80 | (digest[8] & 0x3F)
    return str(UUID(bytes=bytes(digest)))


def row_example(resource: Resource, components: Mapping[str, Json]) -> Json:
    """A whole row as a read gives it."""
    return {name: read_value(resource, name, components) for name in resource.visible}


def create_example(resource: Resource, components: Mapping[str, Json]) -> Json:
    """The body of a create: what is required, what the resource declares, and the fields that lists show."""
    names = [*resource.writable, *resource.create_only]
    wanted = [name for name in names if resource.required_on_create(name) or name in resource.examples]
    shown = [name for name in _shown(resource, names) if not resource.gives(name)]
    return given_example(resource, [*wanted, *shown], components, names)


def update_example(resource: Resource, components: Mapping[str, Json]) -> Json:
    """The body of an update: two fields that people change."""
    plain = [name for name in resource.writable if name not in resource.references]
    shown = _shown(resource, plain) or plain or list(resource.writable)
    return given_example(resource, shown[:2], components, resource.writable)


def given_example(
    resource: Resource, names: Iterable[str], components: Mapping[str, Json], order: Iterable[str]
) -> Json:
    """Values for some fields, in the order of the schema."""
    wanted = set(names)
    return {name: value_of(resource, name, components) for name in order if name in wanted}


def read_value(resource: Resource, name: str, components: Mapping[str, Json]) -> Any:
    """A value as it is read: what has not happened yet is null."""
    if name == resource.key:
        return example_id(resource.table.name)
    if resource.nullable(name) and name not in resource.examples and _not_yet(resource, name):
        return None
    if name in resource.facts.sealed:
        return "••••4242"
    return value_of(resource, name, components)


def value_of(resource: Resource, name: str, components: Mapping[str, Json]) -> Any:
    """A plausible value of a column."""
    if name in resource.examples:
        return resource.examples[name]
    if name in resource.references:
        return example_id(resource.references[name])
    for pair in resource.facts.polymorphic:
        kind = str(resource.examples.get(pair.type_column) or next(iter(pair.targets)))
        if name == pair.type_column:
            return kind
        if name == pair.id_column:
            return example_id(pair.targets.get(kind, "records"))
    if name in resource.facts.ref_arrays:
        return [example_id(resource.facts.ref_arrays[name])]
    schema = value_schema(resource, name)
    if name in resource.computed or name in resource.shapes:
        return sample(schema, name, components)
    if resource.numbered and resource.numbered.column == name:
        return resource.numbered.pattern.format(year=2026, number=42)
    column = resource.column(name)
    default = default_of(column)
    if default is not None and (schema.get("enum") or isinstance(default, bool)):
        return default
    if suggested := _suggested(column.comment):
        if schema.get("type") == "array":
            return [suggested]
        plain = schema.get("type") == "string" and not {"enum", "pattern", "format"} & set(schema)
        if plain and len(suggested) <= schema.get("maxLength", 999):
            return suggested
    made = sample(schema, name, components)
    if made == _named(name) and name in ("name", resource.title_column):
        return f"{resource.label} 1"[: schema.get("maxLength", 99)]
    return made


def sample(schema: Json, name: str, components: Mapping[str, Json]) -> Any:
    """A value that a JSON schema allows, plausible by its name."""
    if "$ref" in schema:
        return sample(components[schema["$ref"].removeprefix(SCHEMAS)], name, components)
    for key in ("const", "default"):
        if schema.get(key) is not None and key in schema:
            return schema[key]
    if schema.get("examples"):
        return schema["examples"][0]
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    if "anyOf" in schema:
        options = [one for one in schema["anyOf"] if one.get("type") != "null"]
        return sample(options[0], name, components)
    kinds = schema.get("type", "object")
    kind = kinds if isinstance(kinds, str) else next(one for one in kinds if one != "null")
    match kind:
        case "object":
            return _object(schema, components)
        case "array":
            item = schema.get("items")
            places = schema.get("prefixItems")
            if places:
                return [sample(one, name, components) for one in places]
            least = max(1, schema.get("minItems", 1))
            return [sample(item, name, components) for _ in range(least)] if isinstance(item, dict) else []
        case "boolean":
            return not re.search(r"delet|cancel|overdue|expired|fail|block|disab|_due$|stale", name)
        case "integer":
            return int(_bounded(schema, _number(name, 3)))
        case "number":
            return float(_bounded(schema, _number(name, 12.5)))
    return _text(schema, name)


def _object(schema: Json, components: Mapping[str, Json]) -> Json:
    required = schema.get("required", [])
    properties = schema.get("properties", {})
    chosen = [
        *required,
        *(one for one in properties if properties[one].get("examples") and one not in required),
    ]
    chosen = chosen or list(properties)[:2]
    return {one: sample(properties[one], one, components) for one in properties if one in chosen}


def _text(schema: Json, name: str) -> str:
    match schema.get("format"):
        case "uuid":
            return example_id(name.removesuffix("_id"))
        case "date":
            return _day(name)
        case "date-time":
            return f"{_day(name)}T{'08:45' if ENDS.search(name) else '08:00'}:00Z"
        case "decimal":
            return _decimal(schema, name)
    pattern = schema.get("pattern")
    found = next((text for rule, text in TEXTS if re.search(rule, name)), _named(name)) or _numbered(name)
    least, most = schema.get("minLength", 0), schema.get("maxLength", 500)
    if pattern and not re.search(pattern, found):
        fitting = (text for text in PATTERNED if re.search(pattern, text))
        found = next(fitting, found)
    if len(found) > most:
        found = found[:most].rstrip() if most > 12 else (re.sub(r"\W", "", found) or "A1")[:most].upper()
    return found.ljust(least, "x")


#: Texts for the patterns that shapes ask for.
PATTERNED = (
    "#2a6fdb",
    "06:30",
    "06:30:00",
    "2026-05-21",
    "vehicles.created",
    "+14155550142",
    "name",
    "Name",
    "30 6 * * mon-fri",
)


def _decimal(schema: Json, name: str) -> str:
    number = _number(name, 12.5)
    whole = re.search(r"\{1,(\d+)\}", schema.get("pattern", ""))
    if whole and abs(number) >= 10 ** int(whole[1]):
        number = 10 ** int(whole[1]) - 1 if int(whole[1]) else 0.5
    return f"{number:.6f}" if "itude" in name or name.endswith(("lat", "lng")) else f"{number:.2f}"


def _number(name: str, otherwise: float) -> float:
    return next((number for rule, number in NUMBERS if re.search(rule, name)), otherwise)


def _bounded(schema: Json, number: float) -> float:
    low = float(schema.get("minimum", schema.get("exclusiveMinimum", number)) or 0)
    high = float(schema.get("maximum", schema.get("exclusiveMaximum", number)) or 0)
    return max(low, min(number, high))


def _day(name: str) -> str:
    if re.search(r"birth", name):
        return "1988-03-14"
    return "2027-05-31" if LATER.search(name) else "2026-05-21"


def _named(name: str) -> str:
    """The name in words, when nothing better is known: `bay_name` -> `Bay name`."""
    words = re.sub(r"_(id|code|number)$", "", name).replace("_", " ")
    return words[:1].upper() + words[1:]


def _numbered(name: str) -> str:
    """A number of something: `receipt_number` -> `RE-1042`."""
    return f"{name[:2].upper()}-1042"


def _suggested(comment: str | None) -> str | None:
    """The first of the values that a comment suggests: `Such as tool, attachment`, or `tool, attachment`, -> `tool`."""
    found = re.search(r"\b[Ss]uch as ([^,;.()]+)", comment or "") or re.match(
        r"([a-z0-9_]+)(?:, [a-z0-9_]+){2,}$", comment or ""
    )
    if not found:
        return None
    return re.split(r" (?:or|and) ", found[1].strip(" `\"'"))[0]


def _shown(resource: Resource, names: list[str]) -> list[str]:
    """The optional fields that lists show, as far as they can be given."""
    columns = resource.list_columns or resource.visible
    return [name for name in columns if name in names][:MOST_OPTIONAL]


def _not_yet(resource: Resource, name: str) -> bool:
    stem = re.compile(
        r"delet|cancel|reject|revok|retir|discard|waiv|dismiss|archiv|void|escalat|error|fail|superse|lost|stolen|dispos|out_of_service"
    )
    return bool(stem.search(name)) and name not in resource.computed
