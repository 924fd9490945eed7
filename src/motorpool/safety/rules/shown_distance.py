"""Distances as people read them on a report."""

from __future__ import annotations

KM_PER_MILE = 1.609344


def shown_distance(kilometres: float, units: str) -> str:
    """`120,000 km`, or `74,565 mi` where units are imperial."""
    return f"{kilometres / KM_PER_MILE:,.0f} mi" if units == "imperial" else f"{kilometres:,.0f} km"
