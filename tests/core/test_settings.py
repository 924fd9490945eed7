"""Settings: where a value comes from, and what is said about a wrong one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import SECTIONS, describe, load_settings, unknown_variables, variable_name

UNITS = {"_M": "metres", "_S": "seconds", "_MPS": "metres per second", "_HOURS": "hours"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MOTORPOOL_")]:
        monkeypatch.delenv(name)


def test_environment_beats_file_beats_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("MOTORPOOL_PORT=8001\nMOTORPOOL_HOST=127.0.0.2\nMOTORPOOL_MAP_TILE_URL=\n")
    monkeypatch.setenv("MOTORPOOL_PORT", "8002")
    settings = load_settings(file)
    assert (settings.http.port, settings.http.host, settings.gateway.osmand_port) == (8002, "127.0.0.2", 5055)
    assert settings.map.tile_url is None  # an empty value is none
    assert load_settings(None).http.host == "127.0.0.1"


def test_names_that_others_rely_on() -> None:
    names = {variable_name(section, field) for section, cls in SECTIONS.items() for field in cls.model_fields}
    assert names >= {
        "MOTORPOOL_DATA_DIR",
        "MOTORPOOL_DATABASE_URL",
        "MOTORPOOL_DATABASE_APP_URL",
        "MOTORPOOL_HOST",
        "MOTORPOOL_PORT",
        "MOTORPOOL_GATEWAY_OSMAND_PORT",
        "MOTORPOOL_DEMO",
        "MOTORPOOL_OFFLINE_AFTER_SECONDS",
        "MOTORPOOL_INGEST_QUEUE_ROWS",
        "MOTORPOOL_INGEST_COMMIT_ROWS",
        "MOTORPOOL_TRIP_MIN_DISTANCE_M",
        "MOTORPOOL_TRIP_MIN_DURATION_S",
        "MOTORPOOL_TRIP_STOP_GAP_S",
        "MOTORPOOL_TRIP_MAX_SPEED_MPS",
        "MOTORPOOL_MAP_TILE_URL",
        "MOTORPOOL_MAP_TILE_ATTRIBUTION",
        "MOTORPOOL_MAP_PMTILES",
        "MOTORPOOL_SESSION_HOURS",
        "MOTORPOOL_MASTER_KEY",
    }


def test_every_setting_is_described_with_its_unit() -> None:
    for line in describe(load_settings(None)):
        assert line.meaning.endswith("."), line.variable
        assert not line.changed
        for ending, unit in (
            ("_M", "metres"),
            ("_S", "seconds"),
            ("_MPS", "metres per second"),
            ("_HOURS", "hours"),
        ):
            assert not line.variable.endswith(ending) or unit in line.meaning, line.variable


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "MOTORPOOL_PORT": "70000",
        "MOTORPOOL_DEMO": "perhaps",
        "MOTORPOOL_TRIP_STOP_GAP_S": "-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", "postgresql://u:hunter2@h/d")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(None)
    for part in (
        "MOTORPOOL_PORT",
        "'70000'",
        "MOTORPOOL_DEMO",
        "MOTORPOOL_TRIP_STOP_GAP_S",
        "MOTORPOOL_DATABASE_APP_URL",
    ):
        assert part in caught.value.detail
    assert "hunter2" not in caught.value.detail


def test_settings_do_not_change_but_copies_may(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(None)
    with pytest.raises(ValidationError):
        settings.http.port = 1  # type: ignore[misc]
    other = settings.replace(http={"port": 8001}, database={"url": "postgresql://u:hunter2@h/d"})
    assert (other.http.port, settings.http.port) == (8001, 8000)
    assert "hunter2" not in repr(other)


def test_misspelt_names_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("MOTORPOOL_PROT=1\nOTHER=1\n")
    monkeypatch.setenv("MOTORPOOL_HOSTS", "x")
    assert unknown_variables(tmp_path / ".env") == ["MOTORPOOL_HOSTS", "MOTORPOOL_PROT"]
