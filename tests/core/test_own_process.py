"""A solver in a process of its own: answers, refuses, fails, is ended when its time is up or nobody waits."""

from __future__ import annotations

import asyncio
import time

import msgspec
import pytest

from motorpool.core.errors import Invalid, Unavailable
from motorpool.core.own_process import OwnProcess


class Problem(msgspec.Struct):
    do: str
    text: str = ""


class Answer(msgspec.Struct):
    text: str


def solver(grace_s: float = 20.0) -> OwnProcess:
    return OwnProcess("tests.core.solver_that_obeys", "The solver", grace_s=grace_s, at_once=1)


async def test_it_answers_refuses_and_fails() -> None:
    one = solver()
    assert (await one.ask(Problem("answer", "Zürich"), Answer, 1)).text == "Zürich"
    with pytest.raises(Invalid, match="The solver refuses this plan: there is no way") as refused:
        await one.ask(Problem("refuse"), Answer, 1)
    assert refused.value.code == "not_solvable"
    with pytest.raises(Unavailable, match="The solver failed: RuntimeError: out of luck") as failed:
        await one.ask(Problem("fail"), Answer, 1)
    assert failed.value.code == "solver_failed"


async def test_it_is_ended_when_its_time_is_up_or_nobody_waits() -> None:
    one = solver(grace_s=0.2)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="The solver did not answer in time") as late:
        await one.ask(Problem("wait"), Answer, 0.1)
    assert late.value.code == "solver_timeout"
    given_up = asyncio.create_task(solver().ask(Problem("wait"), Answer, 1))
    await asyncio.sleep(0.3)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert time.monotonic() - began < 20
    # Its turn is given back.
    assert (await solver().ask(Problem("answer", "next"), Answer, 1)).text == "next"
