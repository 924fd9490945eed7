"""`motorpool routing`: what it says when something is missing. Building with the real programs takes a network; see docs/routes.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motorpool.cli import main

BUILDER = """#!/bin/sh
test "$1" = -c || exit 3
folder=$(sed -n 's/.*"tile_dir": "\\([^"]*\\)".*/\\1/p' "$2")
test -s "$3" || { echo "no data in $3" >&2; exit 1; }
mkdir -p "$folder/2" && cp "$3" "$folder/2/000.gph"
"""
SETTINGS = {"mjolnir": {}, "loki": {}, "thor": {}, "odin": {}, "meili": {}, "httpd": {"service": {}}}
LIMITS = {"service_limits": {"auto": {}, "truck": {}, "bus": {}}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "bin").mkdir()
    return tmp_path


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["routing", *map(str, words)])
    return done.exit_code, done.output


def test_without_valhalla_it_says_what_to_install(place: Path) -> None:
    extract = place / "city.osm.pbf"
    extract.write_bytes(b"x")
    code, text = run("build", extract)
    assert code == 1 and "--install" in text and "Python 3.12" in text
    code, text = run("build", "--install", "--python", "/usr/bin/false", extract)
    assert code == 1 and "--python PATH" in text
    code, text = run("serve")
    assert code == 1 and "motorpool routing build" in text


def test_wrong_files_are_wrong_usage(place: Path) -> None:
    assert run("build", place / "none.osm.pbf")[0] == 2
    other = place / "city.geojson"
    other.write_text("{}")
    code, text = run("build", other)
    assert code == 2 and ".osm.pbf" in text


def test_a_map_replaces_the_one_before_only_when_it_is_complete(place: Path) -> None:
    programs = {
        "valhalla_build_tiles": BUILDER,
        "valhalla_build_config": f"#!/bin/sh\necho '{json.dumps(SETTINGS | LIMITS)}'\n",
    }
    for name, text in programs.items():
        (place / "bin" / name).write_text(text)
        (place / "bin" / name).chmod(0o755)
    extract = place / "city.osm.pbf"
    extract.write_bytes(b"first")
    code, said = run("build", extract)
    assert code == 0 and "1 tiles" in said and "OpenStreetMap contributors" in said
    folder = place / "data" / "routing"
    config = json.loads((folder / "valhalla.json").read_text())
    assert config["mjolnir"]["tile_dir"] == str(folder / "tiles")
    assert config["httpd"]["service"]["listen"] == "tcp://127.0.0.1:8002"
    extract.write_bytes(b"")
    code, said = run("build", extract)
    assert code == 1 and "no data in" in said
    assert (folder / "tiles" / "2" / "000.gph").read_bytes() == b"first"
