"""Permissions as a matrix: collections by domain down, actions across. Pure; forms and pages are made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import matches
from motorpool.core.resource.declaration import Resource
from motorpool.identity.rules.grants import covers
from motorpool.web import formats

EVERYWHERE = Reach(everything=True)
#: Actions with a column of their own, as far as any collection has them; the others stand under "More".
COLUMNS = ("read", "create", "update", "delete", "export", "approve")
EVERY = "*"
EVERYTHING_DOMAIN = "Everything"


@dataclass(frozen=True, slots=True)
class Tick:
    """One permission. `state`: no, all, or some (limited rows); `is_locked`: whoever looks cannot give it."""

    key: str
    action: str
    label: str
    state: str = "no"
    is_locked: bool = False
    hint: str = ""

    @property
    def is_held(self) -> bool:
        return self.state != "no"


@dataclass(frozen=True, slots=True)
class Row:
    """A collection. `every`: the tick for all its actions, those of later versions included."""

    table: str
    label: str
    every: Tick
    ticks: Mapping[str, Tick]
    scope: str = "all"
    has_own: bool = False

    @property
    def more(self) -> list[Tick]:
        return [tick for action, tick in self.ticks.items() if action not in COLUMNS]

    @property
    def held(self) -> int:
        return len(self.ticks) if self.every.is_held else sum(tick.is_held for tick in self.ticks.values())

    @property
    def total(self) -> int:
        return len(self.ticks)

    @property
    def words(self) -> str:
        """What a search finds it by."""
        return f"{self.label} {self.table.replace('_', ' ')} {self.table}".lower()


@dataclass(frozen=True, slots=True)
class Domain:
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def held(self) -> int:
        return sum(row.held for row in self.rows)

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


@dataclass(frozen=True, slots=True)
class Matrix:
    domains: list[Domain]
    columns: list[str]

    @property
    def held(self) -> int:
        return sum(domain.held for domain in self.domains)

    @property
    def total(self) -> int:
        return sum(domain.total for domain in self.domains)

    @property
    def collections(self) -> int:
        return sum(len(domain.rows) for domain in self.domains)


def label_of(action: str) -> str:
    return "All" if action == EVERY else formats.words(action)


def role_matrix(
    registry: Mapping[str, Resource], permissions: Mapping[str, Any], giver: Access | None
) -> Matrix:
    """What a role holds. `giver`: whoever edits it, and can hand on only what is theirs; None: it is only looked at.

    Looked at, a tick shows what the role gives, also through "*"; edited, what is written down.
    """

    def tick(table: str, action: str) -> Tick:
        key = f"{table}.{action}"
        written = action in _actions(permissions, table)
        held = written or (giver is None and _gives(permissions, key))
        locked = giver is not None and not covers(giver, key, EVERYWHERE)
        return Tick(key, action, label_of(action), "all" if held else "no", locked)

    def scope(table: str) -> str:
        grant = permissions.get(table)
        return str(grant.get("scope", "all")) if isinstance(grant, Mapping) else "all"

    return _matrix(registry, tick, scope, with_everything=giver is not None or EVERY in permissions)


def token_matrix(registry: Mapping[str, Resource], owner: Access, chosen: Iterable[str]) -> Matrix:
    """What a token may be scoped to: only what its owner holds, on whatever rows."""
    wanted = set(chosen)

    def tick(table: str, action: str) -> Tick | None:
        key = f"{table}.{action}"
        if not covers(owner, key):
            return None
        return Tick(key, action, label_of(action), "all" if key in wanted else "no")

    return _matrix(registry, tick, lambda _: "all", with_everything=False)


def access_matrix(registry: Mapping[str, Resource], access: Access, words: Callable[[Reach], str]) -> Matrix:
    """What somebody may do in effect; `words` says for which rows."""

    def tick(table: str, action: str) -> Tick:
        key = f"{table}.{action}"
        reach = None if action == EVERY else access.reach(key)
        state = "no" if reach is None else "all" if reach.everything else "some"
        return Tick(key, action, label_of(action), state, hint="" if reach is None else words(reach))

    return _matrix(registry, tick, lambda _: "all", with_everything=False)


def permissions_of(ticked: Iterable[str], scopes: Mapping[str, str]) -> dict[str, Any]:
    """`roles.permissions` from posted ticks and the rows chosen for each collection."""
    actions: dict[str, list[str]] = {}
    for key in ticked:
        table, _, action = key.partition(".")
        actions.setdefault(table, []).append(action)
    return {
        table: {
            "actions": [EVERY] if EVERY in found else list(dict.fromkeys(found)),
            "scope": scopes.get(table, "all"),
        }
        for table, found in sorted(actions.items())
    }


def _matrix(
    registry: Mapping[str, Resource],
    tick: Callable[[str, str], Tick | None],
    scope: Callable[[str], str],
    *,
    with_everything: bool,
) -> Matrix:
    domains: dict[str, Domain] = {}
    for table, resource in registry.items():
        names = [key.partition(".")[2] for key in resource.permissions]
        ordered = [name for name in COLUMNS if name in names] + [
            name for name in names if name not in COLUMNS
        ]
        ticks = {name: found for name in ordered if (found := tick(table, name)) is not None}
        if not ticks:
            continue
        every = tick(table, EVERY) or Tick("", EVERY, label_of(EVERY), is_locked=True)
        has_own = resource.scope.own is not None
        row = Row(table, resource.plural, every, ticks, scope(table), has_own)
        domains.setdefault(resource.domain, Domain(resource.domain)).rows.append(row)
    ordered_domains = [domains[name] for name in sorted(domains)]
    for domain in ordered_domains:
        domain.rows.sort(key=lambda row: row.label)
    columns = [
        name
        for name in COLUMNS
        if any(name in row.ticks for domain in ordered_domains for row in domain.rows)
    ]
    if with_everything:
        ordered_domains.insert(0, _everything(tick, columns))
    return Matrix(ordered_domains, columns)


def _everything(tick: Callable[[str, str], Tick | None], columns: list[str]) -> Domain:
    """The row of "*": every collection, those of later versions included."""
    ticks = {name: found for name in columns if (found := tick(EVERY, name)) is not None}
    every = tick(EVERY, EVERY)
    assert every is not None
    return Domain(EVERYTHING_DOMAIN, [Row(EVERY, "Every collection", every, ticks)])


def _actions(permissions: Mapping[str, Any], table: str) -> list[str]:
    grant = permissions.get(table)
    found = grant.get("actions") if isinstance(grant, Mapping) else None
    return found if isinstance(found, list) else []


def _gives(permissions: Mapping[str, Any], key: str) -> bool:
    return any(
        matches(f"{table}.{action}", key) for table in permissions for action in _actions(permissions, table)
    )
