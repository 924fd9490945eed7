"""What follows from changes is found from everywhere, and named after what there is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import motorpool
from motorpool.core.resource.reactions import registered
from motorpool.core.resource.registry import load_registry

#: A process that imports nothing but an action, as a command does.
COMMAND = """
from motorpool.identity.actions.create_tenant import create_tenant
from motorpool.core.resource.reactions import reacts
from motorpool.fleet.availability.registry import registered
assert reacts("tenants", "create"), "a new organisation gets what it starts with"
assert {"reserved", "on_route", "defect", "annual_inspection"} <= {one.code for one in registered()}
"""

#: What a module does that has to be known before anything is written.
REGISTERS = ("\n@reaction(", "\n@foresight(", "\nregister(\n    Reasons(")
LOADED = """
import sys
from motorpool.core.resource.hooks import load_hooks
load_hooks()
print(*sys.modules)
"""


def test_a_command_that_writes_knows_what_follows() -> None:
    subprocess.run([sys.executable, "-c", COMMAND], check=True, timeout=120)


def test_no_module_that_registers_is_forgotten() -> None:
    root = Path(motorpool.__file__).parent.parent
    registering = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in root.glob("motorpool/**/*.py")
        if any(words in path.read_text() for words in REGISTERS)
    }
    assert {"motorpool.fleet.reactions", "motorpool.safety.availability"} <= registering
    loaded = subprocess.run([sys.executable, "-c", LOADED], check=True, timeout=120, capture_output=True)
    assert registering <= set(loaded.stdout.decode().split())


def test_every_occasion_exists() -> None:
    """A wrong name would never be called, and nobody would see it."""
    tables = load_registry()
    for table, occasion in registered():
        if table != "tenants":
            resource = tables[table]
            verbs = {move.verb for move in resource.moves} | {verb.name for verb in resource.verbs}
            assert occasion in verbs | {"create", "update", "delete"}, f"{table}: {occasion}"
