"""What each system role may do, as a text that a person can read and a change shows up in.

After a change that is meant, write it anew from the root of the repository with

    .venv/bin/python -m tests.contract.role_matrix
"""

from __future__ import annotations

from pathlib import Path

from motorpool.core.access import Access
from motorpool.core.resource.registry import Registry, load_registry
from motorpool.identity.rules.grants import role_rules
from motorpool.identity.rules.system_roles import SYSTEM_ROLES, PermissionFact

SNAPSHOT = Path(__file__).with_name("role_matrix.txt")
HEADER = "# Permission by role. all: all rows, own: one's own rows, -: none. Made by tests/contract/role_matrix.py."


def role_matrix(registry: Registry) -> str:
    """One line for each permission, one column for each role."""
    facts = [PermissionFact(*fact) for fact in registry.permissions()]
    accesses = [
        Access(tuple(role_rules(role.permissions(facts), role.name, None, None))) for role in SYSTEM_ROLES
    ]
    keys = sorted({fact.key for fact in facts})
    width = max(len(key) for key in keys)
    names = [role.name for role in SYSTEM_ROLES]
    lines = [HEADER, "  ".join(["permission".ljust(width), *names])]
    for key in keys:
        told = [
            "-" if reach is None else "all" if reach.everything else "own"
            for reach in (access.reach(key) for access in accesses)
        ]
        cells = [word.ljust(len(name)) for word, name in zip(told, names, strict=True)]
        lines.append("  ".join([key.ljust(width), *cells]).rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(role_matrix(load_registry()), encoding="utf-8")
