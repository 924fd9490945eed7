"""Fuel for a leg, from its length, its speed and what is on board.

The instantaneous model of M. Barth, T. Younglove and G. Scora (2005) in the form that T. Bektaş and G. Laporte give it for vehicle
routing ("The pollution-routing problem", Transportation Research B 45, 2011, equations 1 to 6; figures of table 1): friction of the
engine for the time under way, rolling resistance for the mass moved, and drag for the square of the speed. Level road and steady
speed are assumed, so town traffic takes more. The masses, areas and engines of the classes are typical figures of ours; a vehicle's
own curb weight goes before. Good for comparing routes; what was burnt is told by the vehicle.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from .track import Floats

#: kJ/g, heating value of diesel, and g per litre (table 1 of the source).
HEATING_VALUE = 44.0
DENSITY = 737.0
KJ_PER_LITRE = HEATING_VALUE * DENSITY
#: kJ per revolution and litre of displacement.
ENGINE_FRICTION = 0.2
#: Efficiency of drive train and engine.
DRIVE_TRAIN, ENGINE = 0.4, 0.9
GRAVITY, AIR_DENSITY, ROLLING = 9.81, 1.2041, 0.01


@dataclass(frozen=True, slots=True)
class Body:
    """What of a vehicle matters for its fuel: kg empty, m² front, drag coefficient, litres of displacement, revolutions per second."""

    curb_kg: float
    front_m2: float
    drag: float
    displacement_l: float
    revolutions: float = 33.0
    payload_kg: float = 0.0

    def __post_init__(self) -> None:
        if not (self.curb_kg > 0 and self.payload_kg >= 0):
            raise ValueError("curb_kg must be above zero and payload_kg not below it")


BODIES = {
    "car": Body(1_500, 2.2, 0.30, 1.6, 30.0, 400),
    "van": Body(2_300, 4.0, 0.38, 2.2, 32.0, 1_200),
    "truck": Body(6_350, 3.912, 0.70, 5.0, 33.0, 3_650),
    "tractor": Body(14_500, 9.5, 0.60, 12.0, 22.0, 24_000),
}
CLASSES = {
    "suv": "car",
    "motorcycle": "car",
    "pickup": "van",
    "van": "van",
    "truck": "truck",
    "bus": "truck",
    "equipment": "truck",
    "tractor": "tractor",
}


def body_of(vehicle_type: str | None, curb_kg: float | None = None, payload_kg: float | None = None) -> Body:
    """The body of a vehicle's class with its own masses where they are known."""
    body = BODIES[CLASSES.get(vehicle_type or "car", "car")]
    return replace(
        body,
        curb_kg=float(curb_kg) if curb_kg else body.curb_kg,
        payload_kg=float(payload_kg) if payload_kg else body.payload_kg,
    )


def litres(body: Body, metres: ArrayLike, seconds: ArrayLike, load_kg: ArrayLike = 0.0) -> Floats:
    """Litres of diesel for legs; arguments broadcast. A leg without length or time takes none."""
    length = np.asarray(metres, np.float64)
    time = np.asarray(seconds, np.float64)
    speed = np.divide(length, time, out=np.zeros(np.broadcast(length, time).shape), where=time > 0)
    idle = ENGINE_FRICTION * body.revolutions * body.displacement_l * time
    rolling = (body.curb_kg + np.asarray(load_kg, np.float64)) * GRAVITY * ROLLING * length
    drag = 0.5 * body.drag * AIR_DENSITY * body.front_m2 * speed**2 * length
    useful = (rolling + drag) / (1000.0 * DRIVE_TRAIN * ENGINE)
    return np.asarray((idle + useful) / KJ_PER_LITRE, dtype=np.float64)
