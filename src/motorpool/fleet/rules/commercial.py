"""Which vehicles the law counts as commercial, by weight, seats and what they carry. A pound is 0.45359237 kg."""

from __future__ import annotations

#: Gross weight from which on a vehicle is a commercial motor vehicle: 10,001 lb (49 CFR 390.5), in kilograms.
COMMERCIAL_KG = 4_537
#: Gross weight from which on it needs a commercial license, and part 382 tests its drivers: 26,001 lb (49 CFR 383.91, 382.107).
HEAVY_KG = 11_794
#: Seats, the driver's included, from which on it is one when it carries passengers (49 CFR 390.5, 383.5, 382.107).
PASSENGER_SEATS = 16
#: Always one, also where nobody has said the weight or the seats.
ALWAYS = ("tractor", "bus")
_ALWAYS = ", ".join(f"'{one}'" for one in ALWAYS)
#: SQL condition over `v`, a vehicle: `is_commercial`.
IS_COMMERCIAL = f"(v.gvwr_kg >= {COMMERCIAL_KG} OR v.seats >= {PASSENGER_SEATS} OR v.vehicle_type IN ({_ALWAYS}) OR v.carries_hazmat)"


def is_commercial(
    vehicle_type: str | None, gvwr_kg: int | None, seats: int | None, carries_hazmat: bool = False
) -> bool:
    """Whether a vehicle is a commercial motor vehicle of 49 CFR 390.5."""
    return _is_one(COMMERCIAL_KG, vehicle_type, gvwr_kg, seats, carries_hazmat)


def is_heavy(
    vehicle_type: str | None, gvwr_kg: int | None, seats: int | None, carries_hazmat: bool = False
) -> bool:
    """Whether it is one of 49 CFR 382.107: of any size when it carries hazardous materials that need placards."""
    return _is_one(HEAVY_KG, vehicle_type, gvwr_kg, seats, carries_hazmat)


def _is_one(
    least_kg: int, vehicle_type: str | None, gvwr_kg: int | None, seats: int | None, carries_hazmat: bool
) -> bool:
    return (
        carries_hazmat
        or (gvwr_kg or 0) >= least_kg
        or (seats or 0) >= PASSENGER_SEATS
        or vehicle_type in ALWAYS
    )
