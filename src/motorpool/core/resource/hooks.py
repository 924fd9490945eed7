"""Modules that register what follows from changes, and why a vehicle or driver may not be used.

Whoever asks a register loads them first, so that no way into the program, such as a command, writes without what follows.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

HOOK_MODULES = (
    "motorpool.fleet.availability.reasons",
    "motorpool.fleet.reactions",
    "motorpool.telematics.availability",
    "motorpool.telematics.reactions",
    "motorpool.maintenance.availability",
    "motorpool.maintenance.reactions",
    "motorpool.safety.availability",
    "motorpool.safety.reactions",
)


@cache
def load_hooks() -> None:
    """Import them, once."""
    for module in HOOK_MODULES:
        import_module(module)
