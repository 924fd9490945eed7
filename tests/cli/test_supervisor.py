"""The supervisor with real child programs: restart, tidy stop, and what happens when it is killed itself."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from motorpool.cli.supervisor import Child, Supervisor
from motorpool.core.errors import Unavailable


def program(code: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(code)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wait_until_gone(pids: list[int], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < end, "a child outlived its supervisor"
        time.sleep(0.05)


WRITE_PID = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n')\n"


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


async def until(file: Path, count: int) -> list[int]:
    async with asyncio.timeout(15):
        while len(pids(file)) < count:  # noqa: ASYNC110 - another process writes the file
            await asyncio.sleep(0.02)
    return pids(file)


async def test_killed_child_is_started_again_and_all_stop_at_the_end(tmp_path: Path) -> None:
    file, said, stop = tmp_path / "pids", list[str](), asyncio.Event()
    child = Child("sleeper", [*program(WRITE_PID + "import time; time.sleep(60)"), str(file)])
    supervisor = Supervisor([child], said.append)
    running = asyncio.create_task(supervisor.run(stop))
    first = (await until(file, 1))[0]
    assert os.getsid(first) == first != os.getsid(0)  # Ctrl-C in our terminal does not reach it
    os.kill(first, signal.SIGKILL)
    second = (await until(file, 2))[1]
    assert said == ["The process `sleeper` was ended by SIGKILL; starting it again in 0.5 s."]
    stop.set()
    await asyncio.wait_for(running, 5)
    assert not alive(second)


async def test_child_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    file, said, stop = tmp_path / "pids", list[str](), asyncio.Event()
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + WRITE_PID + "time.sleep(60)"
    )
    supervisor = Supervisor([Child("deaf", [*program(code), str(file)])], said.append, stop_after_s=0.5)
    running = asyncio.create_task(supervisor.run(stop))
    pid = (await until(file, 1))[0]
    stop.set()
    await asyncio.wait_for(running, 5)
    assert not alive(pid)
    assert said == ["The process `deaf` does not stop; killing it."]


async def test_essential_child_that_never_starts_ends_everything(tmp_path: Path) -> None:
    file, said = tmp_path / "pids", list[str]()
    sleeper = Child("sleeper", [*program(WRITE_PID + "import time; time.sleep(60)"), str(file)])
    broken = Child("serve", program("raise SystemExit(3)"), essential=True)
    supervisor = Supervisor([sleeper, broken], said.append, failures_allowed=2)
    with pytest.raises(Unavailable, match=r"`serve` does not start \(ended with exit code 3\)"):
        await asyncio.wait_for(supervisor.run(asyncio.Event()), 15)
    assert not any(alive(pid) for pid in pids(file))


async def test_after_the_start_even_an_essential_child_is_only_restarted(tmp_path: Path) -> None:
    file, said, stop = tmp_path / "pids", list[str](), asyncio.Event()
    child = Child("serve", [*program(WRITE_PID + "raise SystemExit(3)"), str(file)], essential=True)
    supervisor = Supervisor([child], said.append, failures_allowed=1)
    supervisor.started.set()
    running = asyncio.create_task(supervisor.run(stop))
    await until(file, 2)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_environment_and_open_descriptors_reach_the_child(tmp_path: Path) -> None:
    file, stop = tmp_path / "pids", asyncio.Event()
    reader, writer = os.pipe()
    code = (
        f"import os; e = os.environ; os.write({writer}, (e['COLOUR'] + e['MOTORPOOL_SUPERVISED']).encode())\n"
    )
    child = Child("c", [*program(code + WRITE_PID), str(file)], {"COLOUR": "blue"}, keep_open=(writer,))
    running = asyncio.create_task(Supervisor([child], lambda _: None).run(stop))
    await until(file, 1)
    stop.set()
    await running
    assert os.read(reader, 100).startswith(b"blue1")
    os.close(reader)
    os.close(writer)


@pytest.mark.parametrize("tidy", [True, False])
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path, tidy: bool) -> None:
    file = tmp_path / "pids"
    child = (
        "from motorpool.cli.supervisor import stop_with_parent\nstop_with_parent(patience_s=0.5)\n"
        + WRITE_PID
        + ("" if tidy else "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n")
        + "import time\nwhile True: time.sleep(0.1)\n"
    )
    supervisor = f"""
        import asyncio, sys
        from motorpool.cli.supervisor import Child, Supervisor
        child = Child("c", [sys.executable, "-c", {child!r}, {str(file)!r}])
        async def main():
            await Supervisor([child, child], print).run(asyncio.Event())
        asyncio.run(main())
    """
    process = subprocess.Popen(program(supervisor), stdout=subprocess.DEVNULL)
    end = time.monotonic() + 15
    while len(pids(file)) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)
    process.kill()
    process.wait()
    wait_until_gone(pids(file))
