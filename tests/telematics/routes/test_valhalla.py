"""The client of a Valhalla service, against a local server that answers as its documentation says; and the solver's process."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import polyline
import pytest

from motorpool.core.errors import Invalid, Unavailable
from motorpool.core.settings import load_settings
from motorpool.telematics.routing.problem import Grid, Problem, Van, Visit
from motorpool.telematics.routing.roads import WithFallback, roads_of
from motorpool.telematics.routing.solver import solve
from motorpool.telematics.routing.travel import Profile, Spot, StraightLines
from motorpool.telematics.routing.valhalla import Valhalla


class Service(BaseHTTPRequestHandler):
    """`mode`: what is wrong with it, if anything. Distances are 100 km a degree, at 50 km/h."""

    mode: ClassVar[str] = ""
    asked: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Service.asked.append((self.path, question))
        if Service.mode == "slow":
            time.sleep(1.5)
        if Service.mode.isdigit():
            status = 400 if len(Service.mode) == 3 and Service.mode != "500" else 500
            return self.say(
                status, {"error_code": int(Service.mode), "error": "as asked", "status_code": status}
            )
        if Service.mode == "garbage":
            return self.say(200, {"trip": "?"})
        places = [(one["lat"], one["lon"]) for one in question.get("locations", ())]
        if self.path == "/locate":
            return self.say(200, [{"edges": [] if lat < 30 else [{"way_id": 1}]} for lat, _ in places])
        if any(one["lat"] < 30 for one in question.get("sources", ())):
            return self.say(
                400, {"error_code": 171, "error": "No suitable edges near location", "status_code": 400}
            )
        if self.path == "/route":
            legs = [
                {
                    "shape": polyline.encode([a, b], 6),
                    "summary": {"length": self.km(a, b), "time": self.km(a, b) * 72},
                }
                for a, b in pairwise(places)
            ]
            return self.say(200, {"trip": {"legs": legs, "status": 0, "units": "kilometers"}})
        rows = [
            [
                {"distance": None, "time": None, "from_index": i, "to_index": j}
                if b["lat"] > 80
                else {"distance": self.km((a["lat"], a["lon"]), (b["lat"], b["lon"])), "time": 60 * (j + 1)}
                for j, b in enumerate(question["targets"])
            ]
            for i, a in enumerate(question["sources"])
        ]
        return self.say(200, {"sources_to_targets": rows, "units": "kilometers"})

    def km(self, a: tuple[float, float], b: tuple[float, float]) -> float:
        return 100 * (abs(a[0] - b[0]) + abs(a[1] - b[1]))

    def say(self, status: int, answer: dict[str, Any]) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def valhalla() -> Iterator[Valhalla]:
    Service.mode, Service.asked[:] = "", []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Valhalla(f"http://127.0.0.1:{server.server_address[1]}/", load_settings(None).outgoing, 1.0)
    server.shutdown()
    server.server_close()


SPOTS = [Spot(40.0, -75.0), Spot(40.1, -75.0), Spot(40.1, -75.2)]


async def test_a_matrix_and_a_line(valhalla: Valhalla) -> None:
    travel = await valhalla.travel(SPOTS, Profile.of("truck", 3.9, 18_000))
    assert travel.basis == "road"
    assert travel.metres[0] == pytest.approx([0, 10_000, 30_000])
    assert (np.diag(travel.seconds) == 0).all()
    assert Service.asked[0][1]["costing"] == "truck"
    assert Service.asked[0][1]["costing_options"] == {"truck": {"height": 3.9, "weight": 18.0}}
    line = await valhalla.line(SPOTS, Profile())
    assert line.lat == pytest.approx([40.0, 40.1, 40.1, 40.1]) and line.basis == "road"
    assert line.lng == pytest.approx([-75.0, -75.0, -75.0, -75.2])
    assert Service.asked[1][1]["costing_options"] == {"auto": {}}


async def test_large_plans_are_asked_in_blocks(valhalla: Valhalla) -> None:
    spots = [Spot(40 + i / 1000, -75) for i in range(70)]
    travel = await valhalla.travel(spots, Profile())
    assert len(Service.asked) == 4 and travel.metres[0, 69] == pytest.approx(6900)
    assert np.isfinite(travel.metres).all()
    line = await valhalla.line(spots, Profile())
    ends = [spots[i].lat for leg in range(69) for i in (leg, leg + 1)]
    assert line.lat == pytest.approx(ends) and max(len(q["locations"]) for _, q in Service.asked[4:]) <= 20


async def test_a_place_without_a_way_is_told_as_such(valhalla: Valhalla) -> None:
    travel = await valhalla.travel([*SPOTS, Spot(85, 0)], Profile())
    assert travel.reachable.tolist()[0] == [True, True, True, False]


async def test_a_place_in_the_sea_does_not_spoil_the_others(valhalla: Valhalla) -> None:
    travel = await valhalla.travel([Spot(10, 10), *SPOTS], Profile())
    assert travel.metres[1] == pytest.approx([np.nan, 0, 10_000, 30_000], nan_ok=True)
    assert not travel.reachable[0].any() and not travel.reachable[:, 0].any()


@pytest.mark.parametrize("code", ["171", "442", "170"])
async def test_places_off_the_roads_are_the_callers_to_change(valhalla: Valhalla, code: str) -> None:
    Service.mode = code
    with pytest.raises(Invalid) as caught:
        await valhalla.travel(SPOTS, Profile())
    assert caught.value.code == "unroutable" and caught.value.fields[0].field == "stops"
    with pytest.raises(Invalid):
        await WithFallback(valhalla).travel(SPOTS, Profile())


@pytest.mark.parametrize("mode", ["154", "500", "slow", "garbage"])
async def test_a_service_that_fails_is_replaced_by_labelled_estimates(valhalla: Valhalla, mode: str) -> None:
    Service.mode = mode
    with pytest.raises(Unavailable, match="MOTORPOOL_ROUTING_URL"):
        await valhalla.travel(SPOTS, Profile())
    travel = await WithFallback(valhalla).travel(SPOTS, Profile())
    assert travel.basis == "straight_line" and travel.reachable.all()
    assert (await WithFallback(valhalla).line(SPOTS, Profile())).basis == "straight_line"


def test_without_an_address_there_are_estimates() -> None:
    settings = load_settings(None).replace(routing={"url": None})
    assert isinstance(roads_of(settings), StraightLines)
    assert isinstance(roads_of(settings.replace(routing={"url": "http://127.0.0.1:1"})), WithFallback)


def problem(count: int, limit_s: float) -> Problem:
    grid = [[abs(i - j) * 60 for j in range(count)] for i in range(count)]
    return Problem([Visit(i) for i in range(1, count)], [Van("car", 0, 0)] * 2, {"car": Grid(grid)}, limit_s)


async def test_the_solver_does_not_hold_up_the_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.02)
            ticks += 1

    ticking = asyncio.create_task(tick())
    answer = await solve(problem(30, 1.0))
    ticking.cancel()
    assert sorted(visit for tour in answer.tours for visit in tour.visits) == list(range(29))
    assert answer.cost == 2 * 29 * 60 and ticks > 10


async def test_a_problem_that_makes_no_sense_is_refused_in_words() -> None:
    wrong = problem(3, 0.5)
    wrong.vans[0].end = 99
    with pytest.raises(Invalid, match="solver refuses"):
        await solve(wrong)


async def test_whoever_gives_up_leaves_no_process() -> None:
    task = asyncio.create_task(solve(problem(200, 30.0)))
    await asyncio.sleep(1.5)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 2
