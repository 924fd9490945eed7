"""What a role's `permissions` say, checked and turned into rules of a decision.

`{"vehicles": {"actions": ["read", "update"], "scope": "all"}, "trips": {"actions": ["*"], "scope": "own"}}`;
the collection `*` means every collection.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule, matches
from motorpool.core.errors import FieldProblem

SCOPES = ("all", "own")
_NAME = re.compile(r"\*|[a-z][a-z0-9_]*", re.ASCII)
_PATTERN = re.compile(r"(\*|[a-z][a-z0-9_]*)\.(\*|[a-z][a-z0-9_]*)", re.ASCII)


def is_pattern(text: object) -> bool:
    """Whether a text names permissions: `vehicles.read`, `vehicles.*`, `*.read` or `*.*`."""
    return isinstance(text, str) and _PATTERN.fullmatch(text) is not None


def unknown_problems(
    permissions: Mapping[str, Any], known: Collection[str], field: str = "permissions"
) -> list[FieldProblem]:
    """Collections and actions of a role's `permissions` that the program does not know, each by name.

    known: all permission keys; when there are none (before the first `db upgrade`) nothing is refused.
    """
    problems: list[FieldProblem] = []
    collections = {key.partition(".")[0] for key in known}
    for collection, grant in permissions.items() if known else ():
        if collection != "*" and collection not in collections:
            problems.append(
                FieldProblem(f"{field}.{collection}", f"there is no collection {collection}", "unknown")
            )
            continue
        for index, action in enumerate(grant["actions"]):
            if not any(matches(f"{collection}.{action}", key) for key in known):
                there = sorted({key.partition(".")[2] for key in known if matches(f"{collection}.*", key)})
                message = f"there is no permission {collection}.{action}; the actions are {', '.join(there)}"
                problems.append(FieldProblem(f"{field}.{collection}.actions[{index}]", message, "unknown"))
    return problems


def permission_problems(permissions: object, field: str = "permissions") -> list[FieldProblem]:
    """What is wrong with the `permissions` of a role; empty when they may be stored."""
    if not isinstance(permissions, Mapping):
        return [
            FieldProblem(
                field, 'must be an object such as {"vehicles": {"actions": ["read"], "scope": "all"}}'
            )
        ]
    problems: list[FieldProblem] = []
    for collection, grant in permissions.items():
        place = f"{field}.{collection}"
        if not isinstance(collection, str) or not _NAME.fullmatch(collection):
            problems.append(FieldProblem(place, "must be the name of a collection, such as vehicles, or *"))
        elif not isinstance(grant, Mapping):
            problems.append(FieldProblem(place, 'must be an object with "actions" and "scope"'))
        else:
            problems += _grant_problems(grant, place)
    return problems


def _grant_problems(grant: Mapping[str, Any], place: str) -> Iterator[FieldProblem]:
    actions = grant.get("actions")
    if not isinstance(actions, list) or not actions:
        yield FieldProblem(
            f"{place}.actions", 'must be a list of actions, such as ["read", "update"] or ["*"]'
        )
    else:
        for index, action in enumerate(actions):
            if not isinstance(action, str) or not _NAME.fullmatch(action):
                yield FieldProblem(
                    f"{place}.actions[{index}]", "must be the name of an action, such as read, or *"
                )
    if grant.get("scope", "all") not in SCOPES:
        yield FieldProblem(f"{place}.scope", 'must be "all" or "own"')
    for unknown in set(grant) - {"actions", "scope"}:
        yield FieldProblem(
            f"{place}.{unknown}", 'is not known; there are "actions" and "scope"', "unknown_field"
        )


def reach_of_assignment(facilities: Iterable[UUID] | None, departments: Iterable[UUID] | None) -> Reach:
    """The rows for which a role was given: everywhere (None, None), in some places, or, when both name no place at all,
    the person's own.
    """
    if facilities is None and departments is None:
        return Reach(everything=True)
    some = Reach(facilities=frozenset(facilities or ()), departments=frozenset(departments or ()))
    own_only = facilities is not None and departments is not None and not some
    return Reach(own=True) if own_only else some


def role_rules(
    permissions: object, origin: str, facilities: Iterable[UUID] | None, departments: Iterable[UUID] | None
) -> Iterator[Rule]:
    """The rules that a role gives to a person to whom it was assigned as `reach_of_assignment` says.

    What is malformed gives nothing: a role is checked when it is written, and a wrong one must not open a
    door.
    """
    reach = reach_of_assignment(facilities, departments)
    if not isinstance(permissions, Mapping):
        return
    for collection, grant in permissions.items():
        if permission_problems({collection: grant}):
            continue
        covered = Reach(own=True) if grant.get("scope") == "own" else reach
        if covered:
            for action in grant["actions"]:
                yield Rule(f"{collection}.{action}", origin, covered)


def covers(access: Access, pattern: str, reach: Reach | None = None) -> bool:
    """Whether an access holds everything that `pattern` names, on the rows of `reach` (None: on any rows at
    all).

    Used before rights are handed on: nobody can give what they do not have. A deny anywhere inside the
    pattern, or a narrower API token, means that it is not covered.
    """
    if access.narrowed_to is not None and not any(_includes(part, pattern) for part in access.narrowed_to):
        return False
    if any(rule.deny and _overlap(rule.pattern, pattern) for rule in access.rules):
        return False
    return any(
        _includes(rule.pattern, pattern) and (reach is None or _within(reach, rule.reach))
        for rule in access.rules
        if not rule.deny
    )


def covers_access(mine: Access, theirs: Access) -> bool:
    """Whether acting with `theirs` gives nothing that `mine` does not give."""
    return all(covers(mine, rule.pattern, rule.reach) for rule in theirs.rules if not rule.deny)


def uncovered_patterns(
    access: Access, permissions: object, facilities: Iterable[UUID] | None, departments: Iterable[UUID] | None
) -> list[str]:
    """What a role, assigned in some places, gives and `access` does not hold itself."""
    rules = role_rules(permissions, "", facilities, departments)
    return [rule.pattern for rule in rules if not covers(access, rule.pattern, rule.reach)]


def _within(narrow: Reach, wide: Reach) -> bool:
    return wide.everything or (
        not narrow.everything
        and narrow.facilities <= wide.facilities
        and narrow.departments <= wide.departments
        and (wide.own or not narrow.own)
    )


def _includes(wide: str, narrow: str) -> bool:
    # A wildcard in `narrow` is only included by the same wildcard in `wide`: "*" is no collection's name.
    return matches(wide, narrow)


def _overlap(one: str, other: str) -> bool:
    return all(a == b or "*" in (a, b) for a, b in zip(one.split("."), other.split("."), strict=True))
