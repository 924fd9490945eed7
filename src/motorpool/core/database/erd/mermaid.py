"""A domain's tables as a Mermaid `erDiagram`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from motorpool.core.database.erd.catalog import ErdColumn, ErdTable


def draw(tables: Sequence[ErdTable], everything: Mapping[str, ErdTable]) -> str:
    """The diagram's source; tables of other domains appear with their key alone."""
    lines = ["erDiagram", "    direction LR"]
    named = {table.name for table in tables}
    links = [
        (column.target, table.name, column) for table in tables for column in table.columns if column.target
    ]
    for target, referring, column in links:
        one, many = "|o" if column.nullable else "||", "o|" if column.unique else "o{"
        # A reference that may be empty is no part of what identifies the row: a dotted line.
        line = ".." if column.nullable or not column.kept else "--"
        lines.append(f'    {target} {one}{line}{many} {referring} : "{column.name}"')
    for table in tables:
        lines += [
            f"    {table.name} {{",
            *(f"        {_attribute(column)}" for column in table.columns),
            "    }",
        ]
    for target in sorted({target for target, _, _ in links} - named):
        key = [column for column in everything[target].columns if column.primary]
        lines += [f"    {target} {{", *(f"        {_attribute(column)}" for column in key), "    }"]
    return "\n".join(lines) + "\n"


def _attribute(column: ErdColumn) -> str:
    marks = ", ".join(_marks(column))
    comment = column.comment.replace('"', "'")
    return " ".join(
        part for part in (_type(column), column.name, marks, f'"{comment}"' if comment else "") if part
    )


def _type(column: ErdColumn) -> str:
    """Mermaid knows letters, digits, brackets and _ in a type: numeric(10,2) becomes numeric(10_2)."""
    return re.sub(r"[^\w()\[\]]", "_", column.type)


def _marks(column: ErdColumn) -> Iterator[str]:
    if column.primary:
        yield "PK"
    if column.target and column.kept:
        yield "FK"
    if column.unique and not column.primary:
        yield "UK"
