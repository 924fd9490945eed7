"""The verbs of identity are collected here; see `core/verbs.py`."""

from __future__ import annotations

from datetime import datetime

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.verbs import Verbs
from motorpool.identity.resources import RESOURCES

verbs = Verbs(RESOURCES)


def require_zone(field: str, value: datetime | None) -> None:
    """Raises Invalid for a time of which nobody knows when it is."""
    if value is not None and value.tzinfo is None:
        raise Invalid(fields=[FieldProblem(field, "must have a time zone, such as 2027-01-31T12:00:00Z")])
