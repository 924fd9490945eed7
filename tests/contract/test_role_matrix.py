"""No right of a system role appears or goes without somebody seeing it in a review."""

from __future__ import annotations

import difflib

from tests.contract.conftest import REGISTRY
from tests.contract.role_matrix import SNAPSHOT, role_matrix

from motorpool.identity.rules.system_roles import PERSONAL, SENSITIVE, SYSTEM_ROLES, PermissionFact


def test_the_roles_hold_what_the_snapshot_says() -> None:
    written = SNAPSHOT.read_text(encoding="utf-8").splitlines()
    now = role_matrix(REGISTRY).splitlines()
    changed = "\n".join(
        difflib.unified_diff(written, now, "role_matrix.txt", "the program", lineterm="", n=0)
    )
    assert not changed, (
        f"{changed}\n\nIf this is meant: .venv/bin/python -m tests.contract.role_matrix, and look at the difference."
    )


def test_a_category_never_opens_what_is_sensitive() -> None:
    facts = [PermissionFact(f"{name}.read", "", "", "Fleet") for name in SENSITIVE]
    for role in SYSTEM_ROLES:
        given = set(role.permissions(facts)) & SENSITIVE
        assert given <= {*role.collections, *PERSONAL}, role.name
