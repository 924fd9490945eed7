"""Shapes of the jsonb columns: what a report and a dashboard are made of."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.]*$", max_length=130)]
Heading = Annotated[str, Meta(max_length=200)]
Positive = Annotated[int, Meta(ge=1)]


class ReportConfig(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a report is about."""

    source: Annotated[Name, Meta(description="Table that the rows come from, such as vehicles")]
    joins: Annotated[
        list[Name], Meta(max_length=10, description="References to follow, such as department")
    ] = field(default_factory=list)
    date_column: Annotated[Name | None, Meta(description="Column that the period looks at")] = None
    period: Annotated[
        Literal[
            "all",
            "today",
            "yesterday",
            "this_week",
            "last_week",
            "this_month",
            "last_month",
            "this_quarter",
            "last_quarter",
            "this_year",
            "last_year",
            "last_30_days",
            "last_12_months",
        ],
        Meta(description="In the organisation's time zone"),
    ] = "all"
    totals: Annotated[bool, Meta(description="A line of totals at the end")] = False
    row_limit: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    options: Annotated[dict[str, Any], Meta(description="Of the report's type")] = field(default_factory=dict)


class ReportFilter(Struct, forbid_unknown_fields=True):
    """One condition, with the operators of the API's filters."""

    column: Name
    operator: Literal["eq", "in", "gt", "gte", "lt", "lte", "contains", "isnull"] = "eq"
    value: str | int | float | bool | list[str | int | float] | None = None


class ReportColumn(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One column, with a computation over the rows of a group."""

    column: Name
    heading: Heading | None = None
    aggregate: Literal["sum", "avg", "min", "max", "count", "count_distinct"] | None = None
    decimals: Annotated[int, Meta(ge=0, le=8)] | None = None


class GroupBy(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Rows with the same value stand together; times by day, week, month, quarter or year."""

    column: Name
    bucket: Literal["day", "week", "month", "quarter", "year"] | None = None


class SortKey(Struct, forbid_unknown_fields=True):
    column: Name
    descending: bool = False


class Sharing(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Who else may use it, beside its maker."""

    user_ids: Annotated[list[UUID], Meta(max_length=500)] = field(default_factory=list)
    roles: Annotated[list[Annotated[str, Meta(max_length=100)]], Meta(max_length=50)] = field(
        default_factory=list
    )
    department_ids: Annotated[list[UUID], Meta(max_length=500)] = field(default_factory=list)


class Layout(Struct, forbid_unknown_fields=True):
    """The grid that widgets are placed on."""

    columns: Annotated[int, Meta(ge=1, le=24)] = 12
    row_height: Annotated[int, Meta(ge=20, le=1000, description="Pixels")] = 80
    gap: Annotated[int, Meta(ge=0, le=100, description="Pixels")] = 16


class Position(Struct, forbid_unknown_fields=True):
    """Upper left corner, in cells of the grid from 0."""

    x: Annotated[int, Meta(ge=0, le=23)] = 0
    y: Annotated[int, Meta(ge=0, le=1000)] = 0


class Size(Struct, forbid_unknown_fields=True):
    """In cells of the grid."""

    width: Annotated[int, Meta(ge=1, le=24)] = 4
    height: Annotated[int, Meta(ge=1, le=50)] = 3


class Widget(Struct, forbid_unknown_fields=True):
    """One card of a dashboard."""

    widget_id: Annotated[str, Meta(min_length=1, max_length=64, description="Unique on its dashboard")]
    type: Literal["figure", "chart", "table", "list", "map", "gauge", "text"]
    title: Heading | None = None
    config: Annotated[dict[str, Any], Meta(description="Of the widget's type: source, measure, filters")] = (
        field(default_factory=dict)
    )
    position: Position = field(default_factory=Position)
    size: Size = field(default_factory=Size)


Filters = Annotated[list[ReportFilter], Meta(max_length=50)]
Columns = Annotated[list[ReportColumn], Meta(max_length=100)]
Grouping = Annotated[list[GroupBy], Meta(max_length=10)]
Sorting = Annotated[list[SortKey], Meta(max_length=10)]
Widgets = Annotated[list[Widget], Meta(max_length=60)]
