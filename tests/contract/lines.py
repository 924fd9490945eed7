"""How many lines of Python the tables cost: the class of the model and the call of `Resource`, as they stand in the files."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import statistics
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from motorpool.core.database.models import Base
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import RESOURCE_MODULES, load_registry

#: Tables that the page names: simple ones of different size and kind.
NAMED = (
    "departments",
    "toll_plazas",
    "facilities",
    "vendors",
    "service_bays",
    "asset_tags",
    "drivers",
    "vehicles",
)


class Cost(NamedTuple):
    table: str
    columns: int
    model: int
    declaration: int

    @property
    def lines(self) -> int:
        return self.model + self.declaration


def modules() -> Iterator[ModuleType]:
    for name in RESOURCE_MODULES:
        module = import_module(name)
        yield module
        for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
            yield import_module(f"{name}.{found.name}")


def calls(module: ModuleType) -> Iterator[tuple[type, str]]:
    """(model, source) of each `Resource(model=...)` in a module, and of each `obligation(model, ...)` that makes one."""
    assert module.__file__ is not None
    text = Path(module.__file__).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "model"]
            for argument in [*named, *node.args[:1]]:
                model = getattr(module, argument.id, None) if isinstance(argument, ast.Name) else None
                if isinstance(model, type) and issubclass(model, Base):
                    yield model, "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])


@cache
def declarations() -> dict[type, str]:
    return {model: source for module in modules() for model, source in calls(module)}


def cost(resource: Resource) -> Cost:
    model = inspect.getsource(resource.model).rstrip().splitlines()
    declared = declarations()[resource.model].splitlines()
    return Cost(resource.table.name, len(resource.table.columns), len(model), len(declared))


def is_simple(resource: Resource) -> bool:
    """Neither a life cycle nor structures, computed columns, rules or locks of its own."""
    return not (resource.states or resource.shapes or resource.computed or resource.rules or resource.locks)


def table_of_lines() -> str:
    """The table of `docs/adding-a-table.md`."""
    registry = load_registry()
    rows = [cost(registry[name]) for name in NAMED]
    simple = [cost(one) for one in registry.values() if is_simple(one)]
    every = [cost(one) for one in registry.values()]
    lines = ["| table | columns | model | declaration | lines |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {one.table} | {one.columns} | {one.model} | {one.declaration} | {one.lines} |"
        for one in sorted(rows, key=lambda one: one.lines)
    ]
    for what, costs in ((f"the {len(simple)} simple tables", simple), (f"all {len(every)} tables", every)):
        middle = [round(statistics.median(part)) for part in zip(*(one[1:] for one in costs), strict=True)]
        whole = round(statistics.median(one.lines for one in costs))
        lines.append(f"| median of {what} | {' | '.join(map(str, middle))} | {whole} |")
    return "\n".join(lines)
