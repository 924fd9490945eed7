"""`motorpool routing`: a map of the roads for the route planner, made of OpenStreetMap data by Valhalla."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from motorpool.core.settings import load_settings

#: The package whose wheels hold Valhalla's programs; those for Python below 3.12 hold no tile builder.
PACKAGE = "pyvalhalla==3.9.1"
PYTHONS = ("python3.12", "python3.13", "python3.14", "python3")
BUILDER, SERVICE, CONFIG = "valhalla_build_tiles", "valhalla_service", "valhalla_build_config"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the map of the roads is kept."""

    folder: Path

    @property
    def tiles(self) -> Path:
        return self.folder / "tiles"

    @property
    def config(self) -> Path:
        return self.folder / "valhalla.json"

    @property
    def venv(self) -> Path:
        return self.folder / "venv"


def place() -> Place:
    return Place(load_settings().data.dir.resolve() / "routing")


@click.group()
def routing() -> None:
    """Build and serve a map of the roads (Valhalla) for the route planner."""


@routing.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--install", is_flag=True, help=f"Install {PACKAGE} into an environment of its own if it is missing."
)
@click.option(
    "--python", metavar="PATH", help="The Python 3.12 or newer for --install, where it is not on the PATH."
)
def build(files: tuple[Path, ...], install: bool, python: str | None) -> None:
    """Build the map from OpenStreetMap extracts (FILE.osm.pbf), such as those of a state or a city.

    Needs Valhalla's programs: those on the PATH, else those of an environment in the data folder, which --install makes
    with Python 3.12 or newer. The map that was there before is replaced when the new one is complete.
    """
    for file in files:
        if not file.name.endswith(".pbf"):
            raise click.UsageError(f"{file} is no OpenStreetMap extract; its name would end in .osm.pbf")
    where = place()
    builder = program(where, BUILDER, install=install, python=python)
    where.folder.mkdir(parents=True, exist_ok=True)
    fresh = where.folder / "tiles.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    draft = where.folder / "valhalla.new.json"
    draft.write_text(json.dumps(configuration(where, fresh), indent=2))
    click.echo(f"Building the map of {', '.join(file.name for file in files)} ...")
    done = subprocess.run([builder, "-c", draft, *files], capture_output=True, text=True, check=False)
    if done.returncode or not any(fresh.rglob("*.gph")):
        words = (done.stderr or done.stdout).strip().splitlines()
        shutil.rmtree(fresh, ignore_errors=True)
        raise click.ClickException(f"Valhalla built no map: {words[-1] if words else 'it said nothing'}")
    shutil.rmtree(where.tiles, ignore_errors=True)
    fresh.rename(where.tiles)
    where.config.write_text(json.dumps(configuration(where, where.tiles), indent=2))
    draft.unlink()
    tiles = list(where.tiles.rglob("*.gph"))
    size = sum(tile.stat().st_size for tile in tiles) / 1e6
    click.echo(
        f"{len(tiles)} tiles, {size:.1f} MB, in {where.tiles}. Data: © OpenStreetMap contributors, ODbL."
    )
    click.echo(
        "Serve it with `motorpool routing serve`, and start Motorpool with MOTORPOOL_ROUTING_URL=http://127.0.0.1:8002"
    )


@routing.command()
@click.option("--port", default=8002, show_default=True, type=click.IntRange(1, 65535), help="On 127.0.0.1.")
@click.option(
    "--threads",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Questions answered at a time.",
)
def serve(port: int, threads: int) -> None:
    """Answer the route planner's questions, on this machine only; Ctrl-C stops it."""
    where = place()
    if not where.config.exists():
        raise click.ClickException("there is no map yet; build one: motorpool routing build FILE.osm.pbf")
    service = program(where, SERVICE)
    running = where.folder / f"serve-{port}.json"
    running.write_text(json.dumps(configuration(where, where.tiles, port), indent=2))
    sys.stdout.flush()
    # The service takes this process's place, so that a signal reaches it and nothing is left behind.
    os.execv(service, [service, str(running), str(threads)])  # noqa: S606


def program(where: Place, name: str, *, install: bool = False, python: str | None = None) -> str:
    """The path of one of Valhalla's programs. Raises ClickException that says what to install."""
    if found := shutil.which(name):
        return found
    if own := _in_venv(where, name):
        return str(own)
    if not install:
        raise click.ClickException(
            f"{name} was not found. Add --install to `motorpool routing build` (needs Python 3.12 or newer on this machine), or "
            "install Valhalla 3.5 or newer yourself so that it is on the PATH."
        )
    python = new_enough((python,) if python else PYTHONS)
    if python is None:
        raise click.ClickException(
            f"{PACKAGE} needs Python 3.12 or newer beside Motorpool's own; name one with --python PATH."
        )
    click.echo(f"Installing {PACKAGE} into {where.venv} ...")
    where.folder.mkdir(parents=True, exist_ok=True)
    for command in (
        [python, "-m", "venv", str(where.venv)],
        [
            str(where.venv / "bin" / "python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--only-binary=:all:",
            PACKAGE,
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            words = done.stderr.strip().splitlines()
            raise click.ClickException(
                f"it could not be installed: {words[-1] if words else 'no reason was told'}"
            )
    own = _in_venv(where, name)
    if own is None:
        raise click.ClickException(f"{PACKAGE} was installed, but has no {name} for this machine")
    return str(own)


def _in_venv(where: Place, name: str) -> Path | None:
    # The package's own starters look for the programs on the PATH; these are the programs themselves.
    places = (f"lib/python*/site-packages/valhalla/bin/{name}", f"bin/{name}")
    return next((found for pattern in places for found in where.venv.glob(pattern)), None)


def new_enough(names: Sequence[str]) -> str | None:
    """The first of these that is a Python 3.12 or newer."""
    for name in names:
        if path := shutil.which(name):
            ask = [path, "-c", "import sys; raise SystemExit(sys.version_info < (3, 12))"]
            if subprocess.run(ask, capture_output=True, check=False).returncode == 0:
                return path
    return None


def configuration(where: Place, tiles: Path, port: int = 8002) -> dict[str, Any]:
    """Valhalla's own settings for its version, with ours over them.

    Limits fit a day's plan: 50 by 50 places in a matrix, 20 in a way. No administrative areas, time zones or elevation, which need
    more data. Answers on this machine only. Raises ClickException when Valhalla cannot tell its settings.
    """
    done = subprocess.run([program(where, CONFIG)], capture_output=True, text=True, check=False)
    try:
        settings: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise click.ClickException(f"{CONFIG} told no settings") from None
    mine = settings["mjolnir"]
    mine |= {
        "tile_dir": str(tiles),
        "tile_extract": "",
        "admin": "",
        "timezone": "",
        "traffic_extract": "",
        "landmarks": "",
    }
    mine |= {"transit_dir": "", "transit_feeds_dir": "", "concurrency": max(1, min(os.cpu_count() or 1, 4))}
    for part in ("mjolnir", "loki", "thor", "odin", "meili"):
        settings[part]["logging"] = {"type": "std_err", "color": False, "level": "ERROR"}
        if part != "mjolnir":
            settings[part].setdefault("service", {})["proxy"] = f"ipc://{where.folder}/{part}-{port}"
    settings["httpd"]["service"] |= {
        "listen": f"tcp://127.0.0.1:{port}",
        "loopback": f"ipc://{where.folder}/loopback-{port}",
        "interrupt": f"ipc://{where.folder}/interrupt-{port}",
        "drain_seconds": 1,
        "shutdown_seconds": 1,
    }
    for kind in ("auto", "truck", "bus"):
        settings["service_limits"][kind] |= {"max_locations": 50, "max_matrix_distance": 1_000_000.0}
    settings["service_limits"]["max_timedep_distance_matrix"] = 0
    return settings
