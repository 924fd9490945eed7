"""Where the master key comes from."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from motorpool.core.errors import ConfigurationError, Conflict
from motorpool.core.secrets import generate_key, load_keyring, rotate_master_key
from motorpool.core.secrets.keyring import encode_key
from motorpool.core.settings import Settings, load_settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("MOTORPOOL_MASTER_KEY", raising=False)
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path / "data"))
    return load_settings(None)


def test_first_start_makes_a_closed_file(settings: Settings) -> None:
    ring = load_keyring(settings)
    path = settings.data.dir / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_keyring(settings).current == ring.current


def test_rotation_puts_a_new_key_first_and_keeps_the_old(settings: Settings) -> None:
    first = load_keyring(settings)
    second = rotate_master_key(settings)
    third = rotate_master_key(settings)
    assert [key.id for key in third.keys] == [third.current.id, second.current.id, first.current.id]
    assert load_keyring(settings).keys == third.keys
    assert (settings.data.dir / "master.key").read_text().count("# Motorpool") == 1
    assert stat.S_IMODE((settings.data.dir / "master.key").stat().st_mode) == 0o600


def test_environment_comes_first(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = generate_key(), generate_key()
    monkeypatch.setenv("MOTORPOOL_MASTER_KEY", f"{encode_key(new)},{encode_key(old)}")
    from_environment = load_settings(None)
    assert load_keyring(from_environment).keys == (new, old)
    assert not settings.data.dir.exists()
    with pytest.raises(Conflict, match="MOTORPOOL_MASTER_KEY"):
        rotate_master_key(from_environment)


def test_readable_or_empty_files_are_refused(settings: Settings) -> None:
    load_keyring(settings)
    path = settings.data.dir / "master.key"
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        load_keyring(settings)
    path.chmod(0o600)
    path.write_text("# nothing\n")
    with pytest.raises(ConfigurationError, match="holds no key"):
        load_keyring(settings)
    path.write_text("c2hvcnQ=\n")
    with pytest.raises(ConfigurationError, match="32 bytes"):
        load_keyring(settings)
