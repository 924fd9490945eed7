"""`motorpool db backup` and `restore`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from motorpool.core.database.server import database_server
from motorpool.core.settings import Settings, load_settings

PROGRAMS = click.option(
    "--programs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with pg_dump, pg_restore and psql of PostgreSQL 18 or later. Those that Motorpool brings speak no TLS.",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@PROGRAMS
def backup(file: Path, programs: Path | None) -> None:
    """Write everything in the database to a new FILE that only you can read.

    Motorpool may run meanwhile: the backup shows one moment. The master key is not in it; without the key the stored
    secrets cannot be read, so keep `master.key` (or MOTORPOOL_MASTER_KEY) as well, in another place.
    """
    from motorpool.core.database.backup import back_up
    from motorpool.core.secrets import load_keyring

    settings = load_settings()
    with database_server(settings, say=_say) as urls:
        progress = ProgressLine()
        manifest = back_up(
            urls.owner,
            file,
            key=load_keyring(settings).current.fingerprint,
            programs=programs,
            progress=progress,
        )
        progress.end()
    click.echo(f"{file}: {human_size(manifest.size)}, schema revision {manifest.revision}.")
    click.echo(
        f"Keep the master key separately: {_key_place(settings)} (fingerprint {manifest.key}) is not in the backup.",
        err=True,
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Restore over a database that is not empty; what is in it is lost."
)
@PROGRAMS
def restore(file: Path, replace: bool, programs: Path | None) -> None:
    """Fill an empty database from a backup FILE, and bring it to this version.

    It is restored whole or not at all. Stop Motorpool first. A backup of a later Motorpool is refused.
    """
    from motorpool.cli.start_up import migrate
    from motorpool.core.database.restore import restore as put_back

    settings = load_settings()
    with database_server(settings, say=_say) as urls:
        progress = ProgressLine()
        manifest = put_back(urls.owner, file, replace=replace, programs=programs, progress=progress)
        progress.end()
        click.echo(
            f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC (Motorpool {manifest.motorpool}, "
            f"schema revision {manifest.revision})."
        )
        migrate(urls.apply(settings), click.echo)
    if warning := _other_key(settings, manifest.key):
        click.echo(warning, err=True)


class ProgressLine:
    """One line that is written anew on a terminal; a line every ten seconds elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._shown = time.monotonic()

    def __call__(self, done: int, total: int, what: str) -> None:
        now = time.monotonic()
        if now - self._shown < (0.1 if self._terminal else 10.0):
            return
        self._shown = now
        line = f"{100 * done // total if total else 100:3d} %  {what}"
        click.echo(f"\r\x1b[K{line}" if self._terminal else line, err=True, nl=not self._terminal)

    def end(self) -> None:
        if self._terminal:
            click.echo("\r\x1b[K", err=True, nl=False)


def _say(line: str) -> None:
    click.echo(line, err=True)


def human_size(number: int) -> str:
    """A number of bytes for people: 12.3 MB."""
    size = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def _key_place(settings: Settings) -> str:
    from motorpool.core.secrets.master_key import VARIABLE, key_file

    return VARIABLE if settings.security.master_key is not None else str(key_file(settings))


def _other_key(settings: Settings, fingerprint: str | None) -> str | None:
    """A warning when the secrets of the backup cannot be read with the keys in force."""
    from motorpool.core.secrets import load_keyring
    from motorpool.core.secrets.master_key import VARIABLE, key_file

    absent = settings.security.master_key is None and not key_file(settings).exists()
    if fingerprint is None or (
        not absent and fingerprint in {key.fingerprint for key in load_keyring(settings).keys}
    ):
        return None
    return (
        f"The master key {fingerprint} of this backup is not here: put your copy at {key_file(settings)} (mode 0600) or "
        f"into {VARIABLE} before you start Motorpool; until then the stored secrets, tokens and links do not work."
    )
