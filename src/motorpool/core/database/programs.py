"""PostgreSQL's client programs, run against one address without showing its password."""

from __future__ import annotations

import os
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from motorpool.core.database.server.binaries import wheel_folder
from motorpool.core.errors import ConfigurationError


def program(name: str, folder: Path | None = None) -> str:
    """Path of `pg_dump` and the like: those that Motorpool brings, or those in `folder`."""
    path = (folder or wheel_folder() / "pginstall" / "bin") / name
    if not path.is_file():
        raise ConfigurationError(f"There is no {name} in {path.parent}")
    return str(path)


def connection_of(url: str) -> tuple[str, dict[str, str]]:
    """(connection string without the password, environment that holds it).

    A command line can be read by every user of the machine, an environment only by the same one.
    """
    parameters = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    password = parameters.pop("password", None)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {name: os.environ[name] for name in ("PGPASSFILE", "PGSSLROOTCERT") if name in os.environ}
    environment["LC_ALL"] = "C"
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parameters), environment


def complaint(output: str) -> str:
    """The line of a program's output that says what went wrong, with advice where the cause is known."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    said = next(
        (line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()),
        lines[-1] if lines else "no message",
    )
    if "SSL support" in output or "SSL off" in output or "no encryption" in output:
        said += (
            ". The programs that Motorpool brings speak no TLS: name the folder of your own with --programs"
        )
    return said
