"""The permission decision, without I/O.

A permission key is `<collection>.<action>`, for example `vehicles.read`. A rule may name every action of a
collection (`vehicles.*`), an action everywhere (`*.read`) or everything (`*.*`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Reach:
    """Which rows a permission covers. `everything` wins; else the union of the named parts."""

    everything: bool = False
    facilities: frozenset[UUID] = frozenset()
    departments: frozenset[UUID] = frozenset()
    own: bool = False
    #: Kinds of record that a row may be about (`Scope.about`); None: any.
    kinds: frozenset[str] | None = None

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.everything or other.everything,
            self.facilities | other.facilities,
            self.departments | other.departments,
            self.own or other.own,
        )

    def __bool__(self) -> bool:
        return self.everything or self.own or bool(self.facilities) or bool(self.departments)


ALL_ROWS = Reach(everything=True)


@dataclass(frozen=True, slots=True)
class Rule:
    """One source of a decision: a deny, a direct grant or what a role gives. `origin` is for the explanation."""

    pattern: str
    origin: str
    reach: Reach = ALL_ROWS
    deny: bool = False


def matches(pattern: str, permission: str) -> bool:
    """Whether a rule's pattern covers a permission key."""
    wanted_collection, _, wanted_action = permission.partition(".")
    collection, _, action = pattern.partition(".")
    return collection in ("*", wanted_collection) and action in ("*", wanted_action)


@dataclass(frozen=True, slots=True)
class Access:
    """The rules that hold for one actor now; rows that are inactive or expired never get in here."""

    rules: tuple[Rule, ...] = ()
    #: The subset that an API token allows, as patterns; None: no narrowing.
    narrowed_to: tuple[str, ...] | None = None
    _cache: dict[str, Reach | None] = field(default_factory=dict, compare=False, repr=False)

    def reach(self, permission: str) -> Reach | None:
        """The rows that `permission` covers, or None when it is not held. Deny wins over grant over role."""
        if permission not in self._cache:
            self._cache[permission] = self._decide(permission)
        return self._cache[permission]

    def allows(self, permission: str) -> bool:
        return self.reach(permission) is not None

    def _decide(self, permission: str) -> Reach | None:
        if self.narrowed_to is not None and not any(matches(p, permission) for p in self.narrowed_to):
            return None
        total = Reach()
        for rule in self.rules:
            if not matches(rule.pattern, permission):
                continue
            if rule.deny:
                return None
            total = total | rule.reach
        return total if total else None

    def explain(self, permission: str) -> list[str]:
        """Every rule that touches a permission, in the order in which they decide, as plain sentences."""
        lines = []
        if self.narrowed_to is not None and not any(matches(p, permission) for p in self.narrowed_to):
            lines.append(f"refused: the API token is not scoped to {permission}")
        touching = [rule for rule in self.rules if matches(rule.pattern, permission)]
        lines += [f"refused: {rule.origin} denies {rule.pattern}" for rule in touching if rule.deny]
        lines += [f"granted: {rule.origin} gives {rule.pattern}" for rule in touching if not rule.deny]
        return lines or [f"refused: nothing gives {permission}"]

    def narrow(self, patterns: Iterable[str]) -> Access:
        return Access(self.rules, tuple(patterns))


NOTHING = Access()
EVERYTHING = Access((Rule("*.*", "the system itself"),))
