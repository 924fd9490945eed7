"""Which user of the operating system the server runs as.

PostgreSQL refuses to run as root. Started by anyone else it simply runs as that user. Started by root it
runs as the owner of an existing cluster, else as a system user of its own.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from motorpool.core.errors import ConfigurationError

#: The first of these that exists is used; the first is created when the machine can.
SYSTEM_USERS = ("motorpool-postgres", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user that root lends to the server."""

    uid: int
    gid: int

    @property
    def ids(self) -> tuple[int, int]:
        return self.uid, self.gid


def server_account(data: Path) -> Account | None:
    """The user for the cluster in `data` (which need not exist yet); None means: as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        owner = data.stat()
    except (FileNotFoundError, NotADirectoryError):
        return _system_user()
    if owner.st_uid == 0:
        raise ConfigurationError(
            f"{data} belongs to root, but PostgreSQL never runs as root; give it to another user"
        )
    return Account(owner.st_uid, owner.st_gid)


def _system_user() -> Account:
    wanted = SYSTEM_USERS[0]
    if _find(wanted) is None and (useradd := shutil.which("useradd", path=os.defpath + ":/usr/sbin:/sbin")):
        # Two programs may do this at once: what counts is that the user is there afterwards.
        subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", wanted],
            check=False,
            capture_output=True,
        )
    for name in SYSTEM_USERS:
        if account := _find(name):
            return account
    raise ConfigurationError(
        "PostgreSQL never runs as root and there is no user to run it as: create a system user named "
        f"{wanted}, or start Motorpool as an ordinary user, or set MOTORPOOL_DATABASE_URL"
    )


def _find(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def can_enter(account: Account | None, folder: Path) -> bool:
    """Whether the server's user can reach `folder`, found out by trying as that user (access lists count
    too).
    """
    if account is None:
        return os.access(folder, os.X_OK)
    return _succeeds_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])


def can_run(account: Account | None, program: Path) -> bool:
    """Whether the server's user can execute `program`, which is asked for its version."""
    return account is None or _succeeds_as(account, [str(program), "--version"])


def _succeeds_as(account: Account, command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command,
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=False,
            capture_output=True,
        )
    except (PermissionError, FileNotFoundError):
        return False
    return done.returncode == 0
