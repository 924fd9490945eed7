"""What a toll plaza asks: which of its rates holds for a vehicle, a way of paying and a moment."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct, field

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Cars and vans; what is counted for a vehicle whose axles nobody entered.
USUAL_AXLES = 2
Axles = Annotated[int, Meta(ge=1, le=20)]


class TollRate(Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True):
    """One amount and when it holds; what is left out does not matter."""

    amount: Annotated[Decimal, Meta(description="In the currency of the plaza, for one passing")]
    payment: (
        Annotated[str, Meta(max_length=30, description="transponder, plate, invoice or cash; left out: any")]
        | None
    ) = None
    axles_from: Axles | None = None
    axles_to: Axles | None = None
    vehicle_types: Annotated[
        list[str], Meta(max_length=20, description="Such as motorcycle, bus; empty: any")
    ] = field(default_factory=list)
    days: Annotated[list[Day], Meta(max_length=7, description="Empty: every day")] = field(
        default_factory=list
    )
    from_time: Annotated[time | None, Meta(description="Local; with to_time")] = None
    to_time: Annotated[time | None, Meta(description="Local, exclusive; before from_time: past midnight")] = (
        None
    )
    valid_from: Annotated[date | None, Meta(description="First day")] = None
    valid_to: Annotated[date | None, Meta(description="Last day")] = None


class TollRates(Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True):
    """All rates of a plaza."""

    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217")]
    rates: Annotated[list[TollRate], Meta(max_length=500)]
    time_zone: Annotated[str | None, Meta(description="Of the plaza; left out: the organisation's")] = None
    source: Annotated[str, Meta(max_length=500, description="Who published the amounts, and when")] | None = (
        None
    )


def zone_of(rates: TollRates, otherwise: str) -> ZoneInfo:
    """The plaza's time zone, or `otherwise` where it names none that exists."""
    try:
        return ZoneInfo(rates.time_zone or otherwise)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(otherwise)


def rate_of(
    rates: TollRates,
    at: datetime,
    *,
    axles: int | None,
    vehicle_type: str | None,
    payment: str,
    zone: ZoneInfo,
) -> TollRate | None:
    """The rate that holds for one passing at `at` (with its zone), or None where no rate fits.

    Of those that fit, the one that began last wins; then the one that asks for more (way of paying, axles, class, hours).
    `zone` is that of the plaza.
    """
    local = at.astimezone(zone)
    fitting = [
        rate for rate in rates.rates if _fits(rate, local, axles or USUAL_AXLES, vehicle_type, payment)
    ]
    return max(fitting, key=lambda rate: (rate.valid_from or date.min, _conditions(rate)), default=None)


def _fits(rate: TollRate, local: datetime, axles: int, vehicle_type: str | None, payment: str) -> bool:
    day, clock = local.date(), local.time()
    hours = True
    if rate.from_time is not None and rate.to_time is not None:
        inside = rate.from_time <= clock < rate.to_time
        past_midnight = clock >= rate.from_time or clock < rate.to_time
        hours = inside if rate.from_time < rate.to_time else past_midnight
    return (
        hours
        and (rate.valid_from is None or rate.valid_from <= day)
        and (rate.valid_to is None or day <= rate.valid_to)
        and (not rate.days or DAYS[day.weekday()] in rate.days)
        and (rate.axles_from is None or axles >= rate.axles_from)
        and (rate.axles_to is None or axles <= rate.axles_to)
        and (not rate.vehicle_types or vehicle_type in rate.vehicle_types)
        and (rate.payment is None or rate.payment == payment)
    )


def _conditions(rate: TollRate) -> int:
    return sum(
        (
            rate.payment is not None,
            rate.axles_from is not None or rate.axles_to is not None,
            bool(rate.vehicle_types),
            bool(rate.days),
            rate.from_time is not None,
        )
    )
