"""Shapes of the jsonb columns, and of texts that have a grammar."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from motorpool.system.rules.schedules import CRON_PATTERN, HANDLERS

#: The name of a list filter with its operator: `status`, `created_at__lt`.
FilterName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]*?(__(gt|gte|lt|lte|in|contains|isnull))?$", max_length=110)
]
FilterValue = str | int | float | bool
DeleteCondition = Annotated[dict[FilterName, FilterValue], Meta(max_length=20)]
ListFilters = Annotated[dict[FilterName, FilterValue], Meta(max_length=50)]
CronLine = Annotated[
    str, Meta(pattern=CRON_PATTERN, max_length=100, description="Minute, hour, day, month, weekday in UTC")
]
HandlerName = Literal[tuple(HANDLERS)]  # type: ignore[valid-type]
SettingValue = dict[str, Any] | list[Any] | str | int | float | bool


class SettingRules(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the value of a setting must keep to."""

    minimum: float | None = None
    maximum: float | None = None
    choices: Annotated[list[str | float], Meta(max_length=200)] = field(default_factory=list)
    pattern: Annotated[str, Meta(max_length=500)] | None = None
    max_length: Annotated[int, Meta(ge=1)] | None = None


class ImportParameters(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """How a file is read and what its rows do."""

    mapping: Annotated[
        dict[str, str], Meta(max_length=300, description="Our column -> heading of the file")
    ] = field(default_factory=dict)
    sheet: Annotated[
        Annotated[str, Meta(max_length=100)] | None,
        Meta(description="Of a workbook; the first when left out"),
    ] = None
    existing: Annotated[
        Literal["update", "skip", "refuse"],
        Meta(description="What happens to a row whose business key is there already"),
    ] = "update"
    missing: Annotated[
        Literal["create", "refuse"], Meta(description="What happens to a row that is not there yet")
    ] = "create"
    empty_cells: Annotated[
        Literal["keep", "clear"], Meta(description="What an empty cell does to a value that is there")
    ] = "keep"
    day_first: Annotated[bool | None, Meta(description="03/04/2026 is in April; left out: in March")] = None


class Preview(Struct, omit_defaults=True):
    """What is seen of a file before it is imported."""

    headings: list[str]
    samples: Annotated[list[list[str]], Meta(description="The first rows, as text")]
    rows: Annotated[int, Meta(description="Rows below the heading")]
    format: str
    sheet: str | None = None
    sheets: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    day_first: Annotated[bool, Meta(description="A 13th or later day stands first in some date")] = False
