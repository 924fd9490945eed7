"""No harsh event comes out of taxis that report once a minute, whatever is made of their speeds.

The recorded day of the demonstration; the whole week with MOTORPOOL_SOAK=1 where CABS_WEEK names its file (sf_cabs_week_a.csv.gz:
vehicle, epoch, latitude, longitude).
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from motorpool.demo.recording import load_recording
from motorpool.telematics.rules.behaviour import DEFAULTS
from motorpool.telematics.rules.behaviour_harsh import MAX_LEG_S, harsh_events
from motorpool.telematics.rules.track import Track, bearing
from motorpool.telematics.rules.trips import derive

SOAK = os.environ.get("MOTORPOOL_SOAK") == "1"
WEEK = os.environ.get("CABS_WEEK") if SOAK else None


def recorded_day() -> Iterator[Track]:
    cabs = load_recording().cabs
    for cab in np.unique(cabs.vehicle):
        own = cabs.vehicle == cab
        yield Track.of(cabs.phase[own], cabs.values["latitude"][own], cabs.values["longitude"][own])


def whole_week(file: Path) -> Iterator[Track]:
    with gzip.open(file, "rt") as text:
        next(text)
        rows = np.array([line.split(",")[:4] for line in text])
    for cab in np.unique(rows[:, 0]):
        own = rows[rows[:, 0] == cab, 1:].astype(float)
        yield Track.of(own[:, 0], own[:, 1], own[:, 2])


def with_speeds(track: Track) -> Track:
    """As if the device had said the mean speed and course of the leg that leads to each fix."""
    if len(track) < 2:
        return track
    course = bearing(track.lat[:-1], track.lng[:-1], track.lat[1:], track.lng[1:])
    return Track.of(
        track.t,
        track.lat,
        track.lng,
        speed=np.concatenate(([0.0], track.leg_speed)),
        heading=np.concatenate(([0.0], course)),
    )


def test_no_harsh_event_out_of_a_fix_a_minute() -> None:
    tracks = list(whole_week(Path(WEEK)) if WEEK else recorded_day())
    assert len(tracks) >= (192 if WEEK else 10)
    close = 0
    for track in tracks:
        trips = derive(track).trips
        spans = [(trip.first, trip.last) for trip in trips if not trip.silent]
        assert harsh_events(track, spans, DEFAULTS["bus"]) == []
        # Not only because they say no speeds: nearly all legs are too long to tell anything (of the week 98 %).
        close += int((track.leg_s <= MAX_LEG_S).sum())
        apart = track.leg_s > MAX_LEG_S
        spaced = with_speeds(track.take(np.concatenate(([True], apart))))
        assert harsh_events(spaced, [(0, len(spaced) - 1)], DEFAULTS["bus"]) == []
    assert close < sum(map(len, tracks)) * 0.04


@pytest.mark.skipif(not WEEK, reason="MOTORPOOL_SOAK=1 and CABS_WEEK=<file>")
def test_the_week_is_the_week() -> None:
    assert sum(len(track) for track in whole_week(Path(str(WEEK)))) > 1_200_000
