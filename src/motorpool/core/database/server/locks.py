"""Locks between processes that end with their holder, however it ends: nothing to clean up after SIGKILL."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from motorpool.core.errors import ConfigurationError


def open_lock_file(path: Path, owner: tuple[int, int] | None) -> int:
    """Descriptor of a lock file, made with mode 0600 if it is missing; not inherited by child programs."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        if owner is not None:
            os.fchown(fd, *owner)
        return fd
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)


@contextmanager
def exclusive(
    path: Path, owner: tuple[int, int] | None, wait_s: float, say: Callable[[str], None]
) -> Iterator[None]:
    """Hold `path` alone, waiting up to `wait_s` seconds for others; ConfigurationError when they take
    longer.
    """
    fd = open_lock_file(path, owner)
    try:
        start = time.monotonic()
        told = False
        while not _try_lock(fd, fcntl.LOCK_EX):
            waited = time.monotonic() - start
            if waited > wait_s:
                raise ConfigurationError(
                    "Another Motorpool process has been starting or stopping the database for "
                    f"{wait_s:.0f} s "
                    f"(it holds {path}); end it, then try again"
                )
            if waited > 2 and not told:
                say("Waiting for another Motorpool process that is starting or stopping the database ...")
                told = True
            time.sleep(0.05)
        yield
    finally:
        os.close(fd)


class Users:
    """The processes that use a server right now: each holds a shared lock on one file."""

    def __init__(self, path: Path, owner: tuple[int, int] | None) -> None:
        self._path = path
        self._owner = owner
        self._fd: int | None = None

    def join(self) -> None:
        """Count this process as a user. Call it while holding the start lock."""
        if self._fd is None:
            self._fd = open_lock_file(self._path, self._owner)
            fcntl.flock(self._fd, fcntl.LOCK_SH)

    def leave(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def others(self) -> bool:
        """Whether any other process (or another object of this one) uses the server. Call it while not
        joined.
        """
        fd = open_lock_file(self._path, self._owner)
        try:
            return not _try_lock(fd, fcntl.LOCK_EX)
        finally:
            os.close(fd)


def _try_lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
