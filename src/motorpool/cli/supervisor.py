"""Keeps child processes running: starts them again when they die, ends them when it ends.

A child holds the reading end of a pipe as its standard input. However the supervisor ends, be it by
SIGKILL, the pipe closes and the child stops itself (`stop_with_parent`). Children have their own session,
so that Ctrl-C in the terminal reaches the supervisor alone, which then stops them in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from motorpool.core.errors import Unavailable

SUPERVISED = "MOTORPOOL_SUPERVISED"
#: Waits before a restart, in seconds; the last one repeats. A child that lived longer than HEALTHY_S starts
#: over.
BACK_OFF_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
HEALTHY_S = 60.0


@dataclass(frozen=True, slots=True)
class Child:
    """One process. `essential`: when it fails `failures_allowed` times before the start is complete, all of
    it failed.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    keep_open: tuple[int, ...] = ()
    essential: bool = False


class Supervisor:
    """`stop_after_s`: how long a child may take to stop before it is killed, in seconds."""

    def __init__(
        self,
        children: Sequence[Child],
        say: Callable[[str], None],
        *,
        stop_after_s: float = 6.0,
        failures_allowed: int = 3,
    ) -> None:
        self._children = children
        self._say = say
        self._stop_after_s = stop_after_s
        self._failures_allowed = failures_allowed
        #: Set by the caller once everything answers; from then on nothing but `stop` ends the supervisor.
        self.started = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises Unavailable when an essential child does not start."""
        try:
            async with asyncio.TaskGroup() as tasks:
                for child in self._children:
                    tasks.create_task(self._keep(child, stop))
        except ExceptionGroup as group:
            raise group.exceptions[0] from None

    async def _keep(self, child: Child, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            began = time.monotonic()
            code = await self._live(child, stop)
            if stop.is_set():
                return
            failures = 0 if time.monotonic() - began > HEALTHY_S else failures
            wait = BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)]
            failures += 1
            if child.essential and not self.started.is_set() and failures >= self._failures_allowed:
                raise Unavailable(
                    f"The process `{child.name}` does not start ({_ended(code)}); its messages are above"
                )
            self._say(f"The process `{child.name}` {_ended(code)}; starting it again in {wait:g} s.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait)

    async def _live(self, child: Child, stop: asyncio.Event) -> int:
        """Start it and wait for its end, or end it. Its exit code, negative for a signal."""
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=asyncio.subprocess.PIPE,
            env={**os.environ, **child.environment, SUPERVISED: "1"},
            pass_fds=child.keep_open,
            start_new_session=True,
        )
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            if process.returncode is None:
                await self._end(child, process)
        return await ended

    async def _end(self, child: Child, process: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self._stop_after_s)
        except TimeoutError:
            self._say(f"The process `{child.name}` does not stop; killing it.")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _ended(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def stop_with_parent(patience_s: float = 8.0) -> None:
    """In a child: stop when the supervisor is gone, tidily first, for certain after `patience_s` seconds."""
    if os.environ.get(SUPERVISED) != "1":
        return
    descriptor = os.dup(sys.stdin.fileno())

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(descriptor, 1024):
                pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(patience_s)
        os._exit(1)

    threading.Thread(target=watch, name="stop-with-parent", daemon=True).start()
