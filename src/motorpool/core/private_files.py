"""Small files that only their owner may read, written whole or not at all, and the data folder that holds
them.
"""

from __future__ import annotations

import os
from pathlib import Path

from motorpool.core.errors import ConfigurationError


def write_private(path: Path, text: str, owner: tuple[int, int] | None = None) -> None:
    """Replace `path` by a file of mode 0600 with this text; `owner` is (uid, gid) when it is not the caller.

    Links are never followed: the folder may belong to the database's user while the writer is root.
    """
    fresh = _write_beside(path, text, owner)
    try:
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def create_private(path: Path, text: str) -> bool:
    """Make `path` with mode 0600 and this text; False when somebody else has made it first, whose text then
    stands.
    """
    fresh = _write_beside(path, text, None)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


def _write_beside(path: Path, text: str, owner: tuple[int, int] | None) -> Path:
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            if owner is not None:
                os.fchown(file.fileno(), *owner)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def read_text(path: Path) -> str | None:
    """The text of a file, None when there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def ensure_folder(path: Path, mode: int, owner: tuple[int, int] | None = None) -> None:
    """Make a folder if it is missing. The mode and owner of an existing one, and of its parents, are left
    alone.
    """
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        return
    path.chmod(mode)
    if owner is not None:
        os.chown(path, *owner)


def ensure_data_folder(path: Path) -> None:
    """Make MOTORPOOL_DATA_DIR, closed to others. Its parent must exist: a misspelt path must not grow a new
    tree.

    For root others may pass through it (not list it), since the database runs as another user below it.
    """
    if not path.parent.is_dir():
        raise ConfigurationError(f"MOTORPOOL_DATA_DIR: the folder {path.parent} does not exist")
    try:
        ensure_folder(path, 0o711 if os.geteuid() == 0 else 0o700)
    except PermissionError as error:
        raise ConfigurationError(f"MOTORPOOL_DATA_DIR: {path} cannot be made: permission denied") from error
