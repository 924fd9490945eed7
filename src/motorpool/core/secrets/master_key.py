"""Where the master key comes from: MOTORPOOL_MASTER_KEY, else a file in the data folder that nobody else
can read.

Both may hold several keys, the current one first: the variable separates them by commas, the file has one
per line. The key is never part of a backup: who finds a backup cannot read the secrets in it, who loses the
key cannot either.
"""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

from motorpool.core.errors import ConfigurationError, Conflict
from motorpool.core.private_files import create_private, ensure_data_folder, read_text, write_private
from motorpool.core.secrets.keyring import Keyring, MasterKey, encode_key, generate_key, parse_key
from motorpool.core.settings import Settings

VARIABLE = "MOTORPOOL_MASTER_KEY"
HEADER = "# Motorpool's master key. Keep a copy, apart from backups. The first key is the current one.\n"


def key_file(settings: Settings) -> Path:
    return settings.data.dir.resolve() / "master.key"


def load_keyring(settings: Settings) -> Keyring:
    """The keys in force; makes the key file at the first start. ConfigurationError when a key is not
    usable.
    """
    given = settings.security.master_key
    if given is not None:
        return Keyring([parse_key(part, VARIABLE) for part in given.get_secret_value().split(",")])
    path = key_file(settings)
    text = _read(path)
    if text is None:
        ensure_data_folder(path.parent)
        create_private(path, HEADER + _line(generate_key()))
        text = _read(path) or ""
    return Keyring(_parse(text, path))


def rotate_master_key(settings: Settings) -> Keyring:
    """Put a new key first in the file; the older ones stay, to open and recognise what they protected.

    Raises Conflict when the key comes from the environment, which only the operator can change.
    """
    if settings.security.master_key is not None:
        raise Conflict(
            f"The key comes from {VARIABLE}: put a new one (`openssl rand -base64 32`) in front of it, "
            "separated by a comma, "
            "and start Motorpool again"
        )
    older = load_keyring(settings)
    path = key_file(settings)
    fresh = generate_key()
    lines = [line for line in (_read(path) or "").splitlines(keepends=True) if not line.startswith("#")]
    write_private(path, HEADER + _line(fresh) + "".join(lines))
    return Keyring([fresh, *older.keys])


def _read(path: Path) -> str | None:
    text = read_text(path)
    if text is not None and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ConfigurationError(f"{path} can be read by others: chmod 600 {path}")
    return text


def _parse(text: str, path: Path) -> list[MasterKey]:
    lines = [line.split("#", 1)[0].strip() for line in text.splitlines()]
    keys = [parse_key(line, str(path)) for line in lines if line]
    if not keys:
        raise ConfigurationError(f"{path} holds no key; restore it from your copy")
    return keys


def _line(key: MasterKey) -> str:
    return f"{encode_key(key)}  # made {datetime.now(UTC):%Y-%m-%d}\n"
