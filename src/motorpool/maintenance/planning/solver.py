"""Asking the solver, without holding up whoever asks."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from weakref import WeakKeyDictionary

import msgspec

from motorpool.core.errors import Unavailable
from motorpool.maintenance.planning.problem import Answer, Problem

#: On top of the limit: starting the process, building the model, reading the answer.
GRACE_S = 20.0
#: Solvers that one process runs at a time; more wait for their turn.
AT_ONCE = 1

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def solve(problem: Problem) -> Answer:
    """The best plan found within the problem's effort.

    Raises: Unavailable when the solver fails or does not end in time.
    """
    loop = asyncio.get_running_loop()
    turn = _turns.setdefault(loop, asyncio.Semaphore(AT_ONCE))
    async with turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "motorpool.maintenance.planning.cpsat",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said, error = await asyncio.wait_for(
                process.communicate(msgspec.json.encode(problem)), problem.patience_s + GRACE_S
            )
        except TimeoutError as late:
            raise Unavailable("The planner did not answer in time.", code="solver_timeout") from late
        finally:
            # Also when the caller gave up: nobody waits for this answer any more.
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode != 0:
        lines = error.decode(errors="replace").strip().splitlines() or ["it ended without a word"]
        raise Unavailable(f"The planner failed: {lines[-1]}", code="solver_failed")
    return msgspec.json.decode(said, type=Answer)
