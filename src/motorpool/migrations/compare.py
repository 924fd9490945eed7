"""What autogenerate compares: our tables, without the queue's tables, the partitions and the search indexes."""

from __future__ import annotations

from motorpool.core.database.catalogue import load_metadata


def include_object(
    object_: object, name: str | None, type_: str, reflected: bool, compare_to: object
) -> bool:
    if type_ == "table" and name is not None:
        return not (reflected and name not in load_metadata().tables)
    return not (type_ == "index" and name is not None and name.endswith("_search"))
