"""Where lines of the compliance overview come from beside papers and files: each subject may add a source of its own.

A source is named in `SOURCES`. It gets everybody whom the overview looks at, at once: no query in a loop.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_hours import hours_lines
from motorpool.safety.queries.compliance_tests import due_tests
from motorpool.safety.rules.compliance_lines import Line


class Known(Struct):
    """A driver or vehicle in service."""

    id: UUID
    name: str
    facility_id: UUID | None
    department_id: UUID | None
    #: Last days on the row itself, by the code of the reason that says that they are over.
    last_days: dict[str, date | None] = {}


class Looked(Struct):
    """Whom the overview looks at. `whole`: the fleet, not a facility's or department's part of it."""

    drivers: dict[UUID, Known]
    vehicles: dict[UUID, Known]
    whole: bool


LineSource = Callable[[Database, Registry, Actor, Looked], Awaitable[list[Line]]]
SOURCES: tuple[LineSource, ...] = (
    hours_lines,
    due_tests,
)
