"""Arithmetic of the figures on incidents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

#: With less driven a rate says nothing, kilometres.
LEAST_KM = 1_000


def per_million_km(incidents: int, km: Decimal) -> Decimal | None:
    """Incidents per million kilometres, to two decimals; None below 1,000 km.

    >>> per_million_km(3, Decimal(2_000_000))
    Decimal('1.50')
    """
    if km < LEAST_KM:
        return None
    return (incidents * Decimal(1_000_000) / km).quantize(Decimal("0.01"), ROUND_HALF_UP)


def share_of(part: int, whole: int) -> Decimal | None:
    """Percent, to one decimal; None of nothing.

    >>> share_of(1, 3), share_of(0, 0)
    (Decimal('33.3'), None)
    """
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def months_between(first: date, last: date) -> Iterator[str]:
    """`2026-11` for each month that has one of the days.

    >>> list(months_between(date(2025, 12, 31), date(2026, 2, 1)))
    ['2025-12', '2026-01', '2026-02']
    """
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year:04}-{month:02}"
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
