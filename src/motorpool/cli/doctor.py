"""`motorpool doctor`: looks at everything that Motorpool stands on. Each line that is not well says what to
do.
"""

from __future__ import annotations

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import click

from motorpool.cli.listening import listen
from motorpool.core.database.server import DatabaseUrls, database_server
from motorpool.core.database.server.binaries import major_version
from motorpool.core.errors import MotorpoolError
from motorpool.core.secrets import load_keyring
from motorpool.core.settings import Settings, load_settings, unknown_variables
from motorpool.telematics.gateway.ports import ports_of

State = Literal["ok", "warning", "problem"]
SIGNS: dict[State, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "warning": ("!!", "yellow"),
    "problem": ("NO", "red"),
}
#: Below this the disk is nearly full for a database, in bytes.
FREE_ENOUGH = 2 * 1024**3
FREE_LEAST = 300 * 1024**2
CLOCK_TOLERANCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing. `advice` says what to do when it is not well."""

    state: State
    subject: str
    fact: str
    advice: str = ""


@click.command()
def doctor() -> None:
    """Check this installation; each line that is not well says what to do.

    Checks Python, the programs, settings, the data folder, disk, ports, web assets, the key, e-mail, the
    database, its migrations and its clock. Starts the embedded database if needed and leaves it as it was.
    Exit code 1 when there is a problem.
    """
    worst: State = "ok"
    for finding in _findings(load_settings()):
        sign, colour = SIGNS[finding.state]
        click.echo(f"{click.style(sign, fg=colour)}  {finding.subject}: {finding.fact}")
        if finding.advice:
            click.echo(f"      -> {finding.advice}")
        if finding.state == "problem" or worst == "ok":
            worst = finding.state
    if worst == "problem":
        raise SystemExit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    for check in (_python, _settings, _programs, _data_folder, _disk, _key, _ports, _assets, _mail):
        yield from _guarded(check, settings)
    try:
        with database_server(settings) as urls:
            yield from _database(urls)
    except MotorpoolError as error:
        yield Finding(
            "problem", "database", error.detail, "correct this first; nothing works without the database"
        )


def _guarded(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from check(settings)
    except MotorpoolError as error:
        yield Finding("problem", check.__name__.strip("_").replace("_", " "), error.detail)


def _python(_: Settings) -> Iterator[Finding]:
    yield Finding("ok", "Python", sys.version.split()[0])


def _settings(_: Settings) -> Iterator[Finding]:
    unknown = unknown_variables()
    if unknown:
        yield Finding(
            "warning",
            "settings",
            f"nothing reads {', '.join(unknown)}",
            "see `motorpool settings` for the names",
        )
    else:
        yield Finding("ok", "settings", "all names are known")


def _programs(settings: Settings) -> Iterator[Finding]:
    if settings.database.url:
        yield Finding("ok", "PostgreSQL", "your own server (MOTORPOOL_DATABASE_URL)")
    else:
        yield Finding("ok", "PostgreSQL", f"embedded, version {major_version()}")


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.dir.resolve()
    if not folder.exists():
        yield Finding("ok", "data folder", f"{folder} (not there yet, made at the first start)")
    elif folder.stat().st_mode & 0o022:
        yield Finding("warning", "data folder", f"{folder} can be written by others", f"chmod go-w {folder}")
    else:
        yield Finding("ok", "data folder", str(folder))


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data.dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    state: State = "ok" if free >= FREE_ENOUGH else "warning" if free >= FREE_LEAST else "problem"
    advice = "" if state == "ok" else "make room, or move the data with MOTORPOOL_DATA_DIR"
    yield Finding(state, "free disk", f"{free / 1024**3:.1f} GB", advice)


def _key(settings: Settings) -> Iterator[Finding]:
    yield Finding("ok", "master key", load_keyring(settings).current.fingerprint)


def _ports(settings: Settings) -> Iterator[Finding]:
    ports = {
        "MOTORPOOL_PORT": settings.http.port,
        "MOTORPOOL_GATEWAY_OSMAND_PORT": settings.gateway.osmand_port,
    }
    trackers = ports_of(settings.gateway.ports)
    ports |= {f"{name} in MOTORPOOL_GATEWAY_PORTS": port for name, port in trackers.items() if port}
    for name, port in ports.items():
        try:
            listen(settings.http.host, port, may_move=False).close()
            yield Finding("ok", f"port {port}", "free")
        except MotorpoolError as error:
            yield Finding(
                "warning", f"port {port}", error.detail, f"fine if that is Motorpool itself; else set {name}"
            )


def _assets(_: Settings) -> Iterator[Finding]:
    stamp = resources.files("motorpool") / "static" / "dist" / ".stamp"
    if stamp.is_file():
        yield Finding("ok", "web pages", "built")
    else:
        yield Finding("problem", "web pages", "not built", "run `make install`")


def _mail(settings: Settings) -> Iterator[Finding]:
    smtp = settings.smtp
    if smtp.host is None:
        advice = "notifications are shown in the web pages only; MOTORPOOL_SMTP_HOST names a mail server"
        yield Finding("warning", "e-mail", "off", advice)
        return
    try:
        socket.create_connection((smtp.host, smtp.port), timeout=5).close()
    except OSError as error:
        fact = f"{smtp.host}:{smtp.port} does not answer ({error})"
        yield Finding("warning", "e-mail", fact, "check MOTORPOOL_SMTP_HOST and MOTORPOOL_SMTP_PORT")
        return
    if smtp.username and smtp.security == "none":
        advice = "set MOTORPOOL_SMTP_SECURITY to starttls or tls"
        yield Finding("warning", "e-mail", "the password goes over the network unencrypted", advice)
    else:
        yield Finding("ok", "e-mail", f"{smtp.host}:{smtp.port} answers, from {smtp.sender}")


def _database(urls: DatabaseUrls) -> Iterator[Finding]:
    import psycopg

    for role, url in (("owner", urls.owner), ("application", urls.app)):
        try:
            with psycopg.connect(url, connect_timeout=10) as connection:
                row = connection.execute(
                    "SELECT current_setting('server_version_num')::int, clock_timestamp()"
                ).fetchone()
        except psycopg.OperationalError as error:
            what = " ".join(str(error).split())
            yield Finding(
                "problem",
                f"database as {role}",
                what,
                "check the address; `motorpool db prepare` makes the roles",
            )
            return
        version, there = row or (0, None)
        if version < 180_000:
            yield Finding(
                "problem", "database", f"PostgreSQL {version // 10_000}", "Motorpool needs PostgreSQL 18"
            )
            return
        yield Finding(
            "ok", f"database as {role}", f"answers, PostgreSQL {version // 10_000}.{version % 10_000}"
        )
    drift = abs(there.timestamp() - time.time()) if there else 0.0
    if drift > CLOCK_TOLERANCE_S:
        advice = "set both machines' clocks by NTP; positions from the future are refused"
        yield Finding(
            "warning", "clock", f"{drift:.1f} s apart from the database's ({socket.gethostname()})", advice
        )
    else:
        yield Finding("ok", "clock", "agrees with the database's")
    yield from _migrations(urls)


def _migrations(urls: DatabaseUrls) -> Iterator[Finding]:
    from motorpool.core.database import migrate

    missing = migrate.pending(urls.owner)
    if missing:
        yield Finding("problem", "migrations", f"{len(missing)} missing", "run `motorpool db upgrade`")
    else:
        yield Finding("ok", "migrations", "up to date")
