"""A solver in a process of its own: what it computes holds up nobody, and it can be ended when its time is up."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TypeVar
from weakref import WeakKeyDictionary

import msgspec

from motorpool.core.errors import Invalid, MotorpoolError, Unavailable

Answer = TypeVar("Answer")


class OwnProcess:
    """A module that takes a problem as JSON on standard input and writes its answer as JSON on standard output.

    It ends with 0; with 1 and a sentence on standard error it refuses the problem. `name`: what people call it. `grace_s`:
    seconds on top of the time it was given, for starting the process and reading the answer. `at_once`: how many run at a
    time for one event loop; more wait for their turn.
    """

    def __init__(self, module: str, name: str, *, grace_s: float, at_once: int) -> None:
        self.module, self.name, self.grace_s, self.at_once = module, name, grace_s, at_once
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def ask(self, problem: object, answer: type[Answer], limit_s: float) -> Answer:
        """The answer to a problem for which it may take so many seconds.

        Raises: Invalid for a problem that it refuses; Unavailable when it fails or does not end in time.
        """
        turn = self._turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self.at_once))
        async with turn:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                said, error = await asyncio.wait_for(
                    process.communicate(msgspec.json.encode(problem)), limit_s + self.grace_s
                )
            except TimeoutError as late:
                raise Unavailable(f"{self.name} did not answer in time.", code="solver_timeout") from late
            finally:
                # Also when the caller gave up: nobody waits for this answer any more.
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        if process.returncode == 0:
            return msgspec.json.decode(said, type=answer)
        raise self._failed(process.returncode, error.decode(errors="replace").strip())

    def _failed(self, code: int | None, text: str) -> MotorpoolError:
        if code == 1 and text and "Traceback" not in text:
            return Invalid(f"{self.name} refuses this plan: {text}", code="not_solvable")
        last = text.splitlines()[-1] if text else "it ended without a word"
        return Unavailable(f"{self.name} failed: {last}", code="solver_failed")
