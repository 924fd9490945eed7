"""Why somebody may do something, or may not: each rule that was considered, in the order in which they decide.

Account, then denies, then direct grants, then roles. What has expired or is switched off is named too, because that is
most often what an administrator is looking for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.access.decision import matches
from motorpool.identity.rules.holdings import HeldRole, Holdings

Effect = Literal["refuses", "gives", "rests", "silent"]
Until = Callable[[datetime | None], str]
Kind = Literal["account", "deny", "grant", "role", "record"]


@dataclass(frozen=True, slots=True)
class Step:
    """One rule that was looked at. `rests`: it would matter, but does not hold; `silent`: it does not speak about this."""

    kind: Kind
    effect: Effect
    sentence: str
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    permission: str
    reach: Reach | None
    conclusion: str
    steps: tuple[Step, ...]

    @property
    def allowed(self) -> bool:
        return self.reach is not None


def in_utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def explain(
    holdings: Holdings, permission: str, now: datetime, told: Callable[[datetime], str] = in_utc
) -> Explanation:
    """The decision about `permission`, with its reasons. Says the same as `holdings.access(now).reach(permission)`.

    told: how a moment is written in the sentences.
    """

    def until(moment: datetime | None) -> str:
        return "" if moment is None else f" until {told(moment)}"

    steps = [_account(holdings), *_denies(holdings, permission, now, until)]
    steps += _grants(holdings, permission, now, until)
    steps += [_role(holdings, role, permission, now, until) for role in holdings.roles]
    refusal = next((step for step in steps if step.effect == "refuses"), None)
    total = Reach()
    for step in steps:
        if step.effect == "gives" and step.reach is not None and step.kind != "account":
            total = total | step.reach
    reach = total if refusal is None and total else None
    return Explanation(permission, reach, _conclusion(holdings, permission, refusal, reach), tuple(steps))


def _account(holdings: Holdings) -> Step:
    if reason := holdings.shut_out():
        return Step("account", "refuses", f"{_capital(reason)}, so nothing is allowed.")
    return Step("account", "gives", "The account is active.")


def _denies(holdings: Holdings, permission: str, now: datetime, until_of: Until) -> Iterable[Step]:
    found = [one for one in holdings.overrides if one.deny and matches(one.key, permission)]
    if not found:
        yield Step("deny", "silent", f"Nothing denies {permission} directly.")
    for one in found:
        why = f" Reason given: {one.reason.rstrip('.')}." if one.reason else ""
        until = until_of(one.expires_at)
        if rest := one.rest(now):
            yield Step("deny", "rests", f"{permission} was denied directly, but {rest}.{why}")
        else:
            yield Step("deny", "refuses", f"{permission} is denied directly{until}. A deny always wins.{why}")


def _grants(holdings: Holdings, permission: str, now: datetime, until_of: Until) -> Iterable[Step]:
    found = [one for one in holdings.overrides if not one.deny and matches(one.key, permission)]
    if not found:
        yield Step("grant", "silent", f"Nothing grants {permission} directly.")
    for one in found:
        why = f" Reason given: {one.reason.rstrip('.')}." if one.reason else ""
        if rest := one.rest(now):
            yield Step("grant", "rests", f"{permission} was granted directly, but {rest}.{why}")
        else:
            reach = Reach(everything=True)
            until = until_of(one.expires_at)
            yield Step(
                "grant", "gives", f"{permission} is granted directly{until}, for all records.{why}", reach
            )


def _role(holdings: Holdings, role: HeldRole, permission: str, now: datetime, until_of: Until) -> Step:
    name = f"The role {role.title}"
    rules = [rule for rule in role.rules() if matches(rule.pattern, permission)]
    if not rules:
        return Step("role", "silent", f"{name} does not include {permission}.")
    if rest := role.rest(now):
        return Step("role", "rests", f"{name} includes {permission}, but {rest}.")
    reach = Reach()
    for rule in rules:
        reach = reach | rule.reach
    patterns = ", ".join(dict.fromkeys(rule.pattern for rule in rules))
    by = "" if patterns == permission else f" through {patterns}"
    until = until_of(role.expires_at)
    return Step(
        "role",
        "gives",
        f"{name} includes {permission}{by}, for {words_of(reach, holdings.places)}{until}.",
        reach,
    )


def words_of(reach: Reach, places: Mapping[UUID, str]) -> str:
    """A reach in plain words: `records of North depot and own records`."""
    if reach.everything:
        return "all records"
    named = sorted(places.get(key, f"… {str(key)[-8:]}") for key in (*reach.facilities, *reach.departments))
    parts = [f"records of {listed(named)}"] if named else []
    return " and ".join([*parts, *(["own records"] if reach.own else [])]) or "no records"


def listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _conclusion(holdings: Holdings, permission: str, refusal: Step | None, reach: Reach | None) -> str:
    if reach is not None:
        return f"Yes: {holdings.name} has {permission} for {words_of(reach, holdings.places)}."
    if refusal is not None and refusal.kind == "account":
        return f"No: {holdings.shut_out()}."
    if refusal is not None:
        return f"No: {permission} is denied to {holdings.name}."
    return f"No: nothing that holds now gives {permission} to {holdings.name}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
