"""A mileage log as a file: the record that the tax office wants to see, one line a trip, totals at the end.

What has to be shown for each use of a vehicle is amount (miles), time, place and business purpose, recorded at or near
the time of use (26 U.S.C. 274(d); Treas. Reg. 1.274-5T(b)(6), (c)); the business share follows from it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from motorpool.core.export import Column, Heading, write_table
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.mileage_log import LogLine
from motorpool.telematics.rules.mileage import Rate, Totals, is_contemporaneous, total, worth

COLUMNS = (
    Column("date", "Date", "date"),
    Column("started_at", "Start", "time"),
    Column("driver", "Driver"),
    Column("vehicle", "Vehicle"),
    Column("from", "From"),
    Column("to", "To"),
    Column("odometer_start_miles", "Odometer start (mi)", "decimal"),
    Column("odometer_end_miles", "Odometer end (mi)", "decimal"),
    Column("miles", "Miles", "decimal"),
    Column("use", "Use"),
    Column("purpose", "Purpose"),
    Column("business_miles", "Business miles", "decimal"),
    Column("rate", "Rate per mile", "decimal"),
    Column("amount", "Amount", "money"),
    Column("recorded", "Recorded"),
)
MILE_M = 1609.344
CHUNK = 1000


def cells(line: LogLine, rates: Sequence[Rate], zone: ZoneInfo) -> tuple[Any, ...]:
    """A line of the file, in the order of COLUMNS."""
    rate, amount = worth(line.trip, rates)
    business = line.trip.business_miles
    return (
        line.trip.day,
        line.started_at.astimezone(zone).time().replace(microsecond=0),
        line.driver,
        line.vehicle,
        line.start_place,
        line.end_place,
        _miles(line.start_odometer_m),
        _miles(line.end_odometer_m),
        line.trip.miles,
        use(line),
        line.purpose,
        business,
        rate if business else None,
        amount if business else None,
        recorded(line, zone),
    )


def use(line: LogLine) -> str:
    """`Business`, `Mixed, 40 % business`, `Not classified`."""
    trip = line.trip
    if trip.usage is None:
        return "Not classified"
    if trip.usage == "mixed":
        share = "share not said" if trip.percent is None else f"{trip.percent:.0f} % business"
        return f"Mixed, {share}"
    return trip.usage.capitalize()


def recorded(line: LogLine, zone: ZoneInfo) -> str:
    """When and by whom the use was recorded; `later` where that was more than a week after the trip."""
    if line.classified_at is None:
        return ""
    day = line.classified_at.astimezone(zone).date().isoformat()
    by = f"rule {line.rule}" if line.classified_by == "rule" and line.rule else "by hand"
    late = "" if is_contemporaneous(line.started_at, line.classified_at) else ", later"
    return f"{day} {by}{late}"


def summary(found: Totals, currency: str) -> list[tuple[str, str]]:
    """What stands above the log: (label, value)."""
    percent = found.business_percent
    lines = [
        ("total miles", f"{found.miles:,}"),
        ("business", f"{found.business:,}"),
        ("commuting", f"{found.commute:,}"),
        ("other personal", f"{found.personal:,}"),
    ]
    if found.unclassified_trips:
        lines.append(("not classified", f"{found.unclassified:,} ({found.unclassified_trips:,} trips)"))
    lines.append(("business use", f"{percent} %" if percent is not None else "none"))
    for rate, miles, amount in found.by_rate:
        said = f"{rate.per_mile.normalize():f} from {rate.valid_from}" if rate else "no rate"
        lines.append((f"{miles:,} mi at {said}", f"{currency} {amount:,.2f}"))
    lines.append(("amount", f"{currency} {found.amount:,.2f}"))
    return lines


def totals_line(found: Totals) -> tuple[Any, ...]:
    percent = found.business_percent
    said = "" if percent is None else f"{percent} % business use"
    row: dict[str, Any] = {
        "driver": "Total",
        "miles": found.miles,
        "business_miles": found.business,
        "amount": found.amount,
        "use": said,
    }
    return tuple(row.get(column.name) for column in COLUMNS)


async def mileage_file(
    actor: Actor,
    lines: Sequence[LogLine],
    rates: Sequence[Rate],
    currency: str,
    first: date,
    last: date,
    about: Sequence[tuple[str, str]],
    format_name: str,
    *,
    pdf_rows: int,
) -> AsyncIterator[bytes]:
    """The bytes of the log in a format of FORMATS. `about`: label and value of whose log it is. Raises Invalid."""
    zone = ZoneInfo(actor.time_zone)
    found = total((line.trip for line in lines), rates)
    # Data files end with the data; a sheet for people with its total.
    closing = [totals_line(found)] if format_name in ("xlsx", "pdf") else []

    async def rows() -> AsyncIterator[list[tuple[Any, ...]]]:
        for at in range(0, len(lines), CHUNK):
            yield [cells(line, rates, zone) for line in lines[at : at + CHUNK]]
        if closing:
            yield closing

    heading = Heading(
        "Mileage log",
        actor.tenant_name,
        [("period", f"{first} to {last}"), *about, *summary(found, currency)],
        zone=zone,
    )
    async for block in write_table(format_name, COLUMNS, rows(), heading, pdf_rows=pdf_rows):
        yield block


def _miles(metres: float | None) -> Decimal | None:
    return None if metres is None else Decimal(str(round(metres / MILE_M, 1)))
