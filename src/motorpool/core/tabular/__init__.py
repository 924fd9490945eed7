"""Tables that people upload: CSV in its many forms, Excel and OpenDocument, read into rows of plain values."""

from motorpool.core.tabular.reading import read_table
from motorpool.core.tabular.table import (
    Cell,
    Limits,
    SourceRow,
    Table,
    each_chunk,
    join_list,
    shield,
    split_list,
    unshield,
)

__all__ = [
    "Cell",
    "Limits",
    "SourceRow",
    "Table",
    "each_chunk",
    "join_list",
    "read_table",
    "shield",
    "split_list",
    "unshield",
]
