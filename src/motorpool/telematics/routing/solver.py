"""Asking the solver, without holding up whoever asks."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from weakref import WeakKeyDictionary

import msgspec

from motorpool.core.errors import Invalid, MotorpoolError, Unavailable
from motorpool.telematics.routing.problem import Answer, Problem

#: On top of the time limit: starting the process and reading the answer.
GRACE_S = 15.0
#: Solvers that one process runs at a time; more wait for their turn.
AT_ONCE = 2

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def solve(problem: Problem) -> Answer:
    """The best order found within the problem's time limit.

    Raises: Invalid for a problem that the solver refuses; Unavailable when it fails or does not end in time.
    """
    if not problem.visits:
        return Answer([], [], 0)
    loop = asyncio.get_running_loop()
    turn = _turns.setdefault(loop, asyncio.Semaphore(AT_ONCE))
    async with turn:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "motorpool.telematics.routing.solve",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            said, error = await asyncio.wait_for(
                process.communicate(msgspec.json.encode(problem)), problem.time_limit_s + GRACE_S
            )
        except TimeoutError as late:
            raise Unavailable("The solver did not answer in time.", code="solver_timeout") from late
        finally:
            # Also when the caller gave up: nobody waits for this answer any more.
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    return _read(process.returncode, said, error)


def _read(code: int | None, said: bytes, error: bytes) -> Answer:
    if code == 0:
        return msgspec.json.decode(said, type=Answer)
    text = error.decode(errors="replace").strip()
    if code == 1 and text and "Traceback" not in text:
        raise Invalid(f"The solver refuses this plan: {text}", code="not_solvable")
    raise _failed(text)


def _failed(text: str) -> MotorpoolError:
    last = text.splitlines()[-1] if text else "it ended without a word"
    return Unavailable(f"The solver failed: {last}", code="solver_failed")
