"""Lines of the compliance overview about papers with a last day, and about policies that end or leave gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.compliance_lines import LONGEST, About, Line
from motorpool.safety.rules.coverage import lapses_between
from motorpool.safety.rules.qualification_items import said, words_of

POLICIES = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.policy_number AS number, coalesce(t.policy_type, 'policy') AS kind, t.policy_start_date AS first,
           t.policy_end_date AS last, t.covered_vehicles AS vehicles, t.covered_drivers AS drivers,
           t.renewal_status = 'renewed' AS renewed
    FROM insurance_policies t
    WHERE t.tenant_id = %(tenant)s AND t.is_active AND t.policy_end_date >= %(today)s - 365
    ORDER BY t.policy_start_date, t.id) AS q
"""


class Policy(Struct):
    id: UUID
    number: str
    kind: str
    first: date
    last: date
    vehicles: list[UUID] | None
    drivers: list[UUID] | None
    renewed: bool


def paper_line(
    about: About,
    key: UUID | None,
    subject: str,
    code: str,
    title: str,
    last: date | None,
    today: date,
    source: str,
    source_id: UUID,
) -> Line:
    """A paper with a last day; without one it is missing."""
    words = words_of(title)
    line = Line(about, key, subject, "missing", code, words, f"No {words.lower()} on record", last)
    line.source, line.source_id = source, source_id
    if last is None:
        line.document_type = title.lower()
        return line
    over = last < today
    line.state, line.days_left = "lapsed" if over else "lapses", (last - today).days
    line.sentence = f"{words} {'expired' if over else 'expires'} on {said(last)}"
    if code == "annual_inspection":
        line.sentence = f"{words} is due on {said(last)}"
    return line


async def insurance_lines(database: Database, actor: Actor, vehicles: Mapping[UUID, str]) -> list[Line]:
    """Policies that end, and covers that lapse before the next one begins; `vehicles`: their numbers by id."""
    reach = actor.access.reach("insurance_policies.read")
    if reach is None or not reach.everything:
        return []
    today = actor.today
    until = today + timedelta(days=LONGEST)
    rows = await database.read(actor, POLICIES, {"tenant": actor.tenant_id, "today": today})
    policies = [msgspec.json.decode(row[0], type=Policy) for row in rows]
    lines = []
    for one in policies:
        followed = one.renewed or any(
            later.kind == one.kind and later.last > one.last and _covers_all_of(later, one)
            for later in policies
        )
        if one.last <= until and not followed:
            line = paper_line(
                "fleet", None, "Whole fleet", f"policy:{one.number}", one.kind, one.last, today,
                "insurance_policies", one.id,
            )  # fmt: skip
            ends = "ended" if one.last < today else "ends"
            line.sentence = f"{line.title} {one.number} {ends} on {said(one.last)}, and none follows"
            lines.append(line)
    return lines + _gaps(policies, vehicles, today, until)


def _covers_all_of(later: Policy, one: Policy) -> bool:
    if later.vehicles is None:
        return True
    return one.vehicles is not None and set(one.vehicles) <= set(later.vehicles)


def _gaps(policies: list[Policy], vehicles: Mapping[UUID, str], today: date, until: date) -> list[Line]:
    """Days without cover between two policies of a kind: of all vehicles at once where all share them."""
    lines = []
    for kind in dict.fromkeys(one.kind for one in policies):
        of_kind = [one for one in policies if one.kind == kind]
        shared: dict[tuple[int, ...], list[UUID]] = defaultdict(list)
        held = [None if one.vehicles is None else set(one.vehicles) for one in of_kind]
        for key in vehicles:
            shared[tuple(n for n, named in enumerate(held) if named is None or key in named)].append(key)
        for numbers, keys in shared.items():
            spans = [(of_kind[n].first, of_kind[n].last) for n in numbers]
            if not spans:
                continue
            for gap in lapses_between(
                spans, max(today, min(first for first, _ in spans)), until + timedelta(365)
            ):
                if gap.first > until or gap.last is None:
                    continue
                following = next(of_kind[n] for n in numbers if of_kind[n].first > gap.last)
                whole = len(keys) == len(vehicles) and len(keys) > 1
                about: list[UUID | None] = [None] if whole else [*keys]
                for one in about:
                    name = "Whole fleet" if one is None else vehicles[one]
                    line = Line(
                        "fleet" if one is None else "vehicle", one, name, "lapses", f"gap:{kind}", "", ""
                    )
                    line.title = kind.replace("_", " ").capitalize()
                    line.lapses_on = gap.first - timedelta(days=1)
                    line.days_left = (line.lapses_on - today).days
                    if gap.first <= today:
                        line.state = "lapsed"
                    line.sentence = (
                        f"No {line.title.lower()} cover from {said(gap.first)} to {said(gap.last)}"
                    )
                    line.source, line.source_id = "insurance_policies", following.id
                    lines.append(line)
    return lines
