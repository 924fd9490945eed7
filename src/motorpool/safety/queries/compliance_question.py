"""What somebody asks of the overview, and the lines and the evidence that it chooses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_evidence import Evidence, compliance_evidence
from motorpool.safety.queries.compliance_home import Compliance
from motorpool.safety.rules.compliance_lines import Line, State


class Asked(Struct, forbid_unknown_fields=True):
    """Query parameters of the overview."""

    state: Annotated[State, Meta(description="Only lines of this state")] | None = None
    about: (
        Annotated[
            Literal["driver", "vehicle", "facility", "fleet"], Meta(description="Only lines about these")
        ]
        | None
    ) = None
    within: (
        Annotated[
            Literal[30, 60, 90],
            Meta(description="Of what lapses, only what does in so many days; 90 when left out"),
        ]
        | None
    ) = None
    facility_id: Annotated[UUID, Meta(description="Of drivers and vehicles of this home facility")] | None = (
        None
    )
    department_id: Annotated[UUID, Meta(description="Of drivers and vehicles of this department")] | None = (
        None
    )
    q: Annotated[str, Meta(max_length=100, description="A part of the name or number")] | None = None
    format: Literal["json", "xlsx", "pdf"] = "json"


def chosen(lines: Sequence[Line], asked: Asked) -> list[Line]:
    """The lines that are asked for."""
    words = (asked.q or "").strip().lower()
    most = asked.within or 90
    return [
        one
        for one in lines
        if asked.state in (None, one.state)
        and asked.about in (None, one.about)
        and (one.within is None or one.within <= most)
        and words in f"{one.subject} {one.title} {one.sentence}".lower()
    ]


async def proving(
    database: Database, registry: Registry, actor: Actor, asked: Asked, found: Compliance
) -> list[Evidence]:
    """The evidence of whom the question is about, in order or not: an auditor wants to see both. Raises: Invalid for too much."""
    somewhere = asked.facility_id or asked.department_id
    evidence = await compliance_evidence(database, registry, actor, found.subjects if somewhere else None)
    words = (asked.q or "").strip().lower()
    return [one for one in evidence if asked.about in (None, one.about) and words in one.subject.lower()]


def filters_of(asked: Asked) -> dict[str, str]:
    """What was asked, as the list of exports shows it."""
    names = ("about", "state", "within", "facility_id", "department_id", "q")
    return {name: str(value) for name in names if (value := getattr(asked, name))}
