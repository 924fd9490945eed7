"""Harsh braking, acceleration and cornering out of fixes that lie close together. Pure.

For leg i, from fix i to fix i+1 of one trip, with `dt` seconds, speeds v as the devices said them and headings h:

* it can tell something if 0 < dt <= MAX_LEG_S and both speeds are known;
* along: a = (v[i+1] - v[i]) / dt;
* across, where both headings are known and both speeds are at least MIN_TURN_SPEED: b = (v[i] + v[i+1]) / 2 * w, where w is the
  turn h[i+1] - h[i], taken between -180 and 180 degrees, in radians, divided by dt;
* a value beyond BELIEVED_G is a fault of measuring and counts as nothing: tyres do not give more.

A *run* of a kind is a longest sequence of neighbouring legs of one trip in which the value is at least HOLD times the
threshold (with one sign across). It is an event if at least one of its legs reaches the threshold and, for braking and
acceleration, the speed changes by at least MIN_CHANGE over the run; for cornering, the heading by at least MIN_TURN. The event
begins at the first fix of the run and lasts to the last one; g is the value of the strongest leg.

Why: speeds come in whole km/h and once a second, so a lone leg is worth about 0.03 g, but a device that stumbles over a second
(a fix repeated, then a leap) makes one leg of twice the truth. Asking for a change of 8 km/h over the run, with HOLD for its
extent as the 17 % of hysteresis of Digital Matter's devices, drops the smallest of those and keeps a short push on the brake.
Samsara's reviewers want 16 mph in 2 s, a device with an accelerometer is content with 0.1 s; this stands between the two.
"""

from __future__ import annotations

import numpy as np

from .behaviour import GRAVITY, Event, Kind, Thresholds, harsh_severity
from .behaviour_runs import Spans, inside, runs
from .track import Flags, Floats, Track

MAX_LEG_S = 3.0
"""s. Between fixes further apart nobody knows how sharply a speed changed."""
MIN_TURN_SPEED = 20.0 / 3.6
"""m/s. Slower, the heading of a receiver wanders."""
BELIEVED_G = 1.2
"""g. More than any road vehicle's tyres hold."""
HOLD = 0.83
MIN_CHANGE = 8.0 / 3.6
"""m/s. The least change of speed of a harsh braking or acceleration."""
MIN_TURN = 15.0
"""degrees. The least turn of a harsh cornering."""


def harsh_events(track: Track, spans: Spans, thresholds: Thresholds) -> list[Event]:
    """Events within the spans (first and last fix of each trip), in order of time for each kind."""
    usable = _usable(track, spans)
    if not usable.any():
        return []
    dt = track.leg_s
    speed, heading = track.speed, track.heading
    with np.errstate(invalid="ignore"):
        along = np.where(usable, np.diff(speed) / dt / GRAVITY, 0.0)
        turn = (np.diff(heading) + 180.0) % 360.0 - 180.0
        fast = np.minimum(speed[:-1], speed[1:]) >= MIN_TURN_SPEED
        pace = (speed[:-1] + speed[1:]) / 2
        across = np.where(usable & fast & ~np.isnan(turn), pace * np.radians(turn) / dt / GRAVITY, 0.0)
    for values in (along, across):
        values[~(np.abs(values) <= BELIEVED_G)] = 0.0
    change = np.where(usable, np.diff(speed), 0.0)
    found: list[Event] = []
    lengthwise: tuple[tuple[Kind, Floats, Floats, float], ...] = (
        ("harsh_braking", -along, -change, thresholds.harsh_braking_g),
        ("harsh_acceleration", along, change, thresholds.harsh_acceleration_g),
    )
    for kind, values, amount, threshold in lengthwise:
        found += _runs(track, spans, kind, values, amount, MIN_CHANGE, threshold)
    turned = np.where(across != 0.0, turn, 0.0)
    for side in (1.0, -1.0):
        found += _runs(
            track,
            spans,
            "harsh_cornering",
            side * across,
            side * turned,
            MIN_TURN,
            thresholds.harsh_cornering_g,
        )
    return found


def _usable(track: Track, spans: Spans) -> Flags:
    """Legs that can tell something: short, within a trip, with a speed at both ends."""
    known = ~np.isnan(track.speed)
    usable = (track.leg_s <= MAX_LEG_S) & known[:-1] & known[1:]
    if usable.any():
        usable &= inside(len(usable), spans)
    return usable


def _runs(
    track: Track,
    spans: Spans,
    kind: Kind,
    values: Floats,
    amount: Floats,
    least: float,
    threshold: float,
) -> list[Event]:
    peaks = values >= threshold
    if not peaks.any():
        return []
    events = []
    for first, last in runs(values >= HOLD * threshold, spans):
        if not peaks[first:last].any() or float(amount[first:last].sum()) < least:
            continue
        peak = float(values[first:last].max())
        events.append(
            Event(
                kind=kind,
                started_at=float(track.t[first]),
                duration=float(track.t[last] - track.t[first]),
                severity=harsh_severity(peak, threshold),
                latitude=float(track.lat[first]),
                longitude=float(track.lng[first]),
                speed=float(track.speed[first]),
                g=-peak if kind == "harsh_braking" else peak,
                estimated=True,
            )
        )
    return events
