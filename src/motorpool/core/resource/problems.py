"""From a database error to a clear problem: which field, which conflict. On Citus only the message names a constraint."""

from __future__ import annotations

import re
from collections.abc import Iterable

import psycopg
from psycopg import errors as pg
from sqlalchemy import Table
from sqlalchemy.schema import ColumnCollectionConstraint

from motorpool.core.database.models import Base, closed_set
from motorpool.core.errors import BadRequest, Conflict, FieldProblem, Invalid, MotorpoolError, Unavailable

_NAMED = re.compile(r'constraint "([^"]+?)(?:_\d+)?"')
_BOUND = re.compile(r"(\w+) (>=|<=|>|<) (-?\d+(?:\.\d+)?)")
_WORDS = {">=": "{} or more", "<=": "{} or less", ">": "above {}", "<": "below {}"}
_COLUMN = re.compile(r'column "([^"]+)"')


def problem_of(error: psycopg.Error) -> MotorpoolError | None:
    """The problem to answer with, or None for an error that is ours (answered as 500)."""
    match error:
        case pg.UniqueViolation() | pg.ExclusionViolation():
            return _taken(error)
        case pg.ForeignKeyViolation():
            return _reference(error)
        case pg.CheckViolation():
            return _check(error)
        case pg.NotNullViolation():
            column = error.diag.column_name or _first(_COLUMN, str(error)) or "body"
            return Invalid(
                "Some fields are not valid.", fields=[FieldProblem(column, "is required", "required")]
            )
        case psycopg.DataError():
            return Invalid(f"A value does not fit: {_plain(error)}.", code="bad_value")
        case pg.SerializationFailure() | pg.DeadlockDetected():
            return Conflict("Two changes met; try again.", code="try_again", headers={"Retry-After": "1"})
        case pg.QueryCanceled():
            return Unavailable("The database took too long; narrow the request or try again.", code="timeout")
        case psycopg.OperationalError():
            return Unavailable("The database cannot be reached.", headers={"Retry-After": "5"})
        case pg.InsufficientPrivilege():
            return BadRequest("This may not be written.", code="not_writable")
    return None


def _taken(error: psycopg.Error) -> Conflict:
    name, table = _constraint(error)
    columns = _columns_of(table, name)
    if name == "device_directory_pkey" or name == "pk_device_directory":
        columns = ["identifier"]
    if name.startswith("ex_"):
        taken = [FieldProblem(column, "is taken for some of that time", "overlap") for column in columns]
        return Conflict("It overlaps with one that is already there.", code="overlap", fields=taken)
    fields = [FieldProblem(column, "is already used", "taken") for column in columns]
    return Conflict(f"Already used: {', '.join(columns) or name}.", fields=fields, code="already_exists")


def _reference(error: psycopg.Error) -> MotorpoolError:
    name, table = _constraint(error)
    if "still referenced" in (error.diag.message_detail or "") or "update or delete on table" in str(error):
        referrer = error.diag.table_name or (table.name if table is not None else "another table")
        return Conflict(
            f"It is still used by {referrer.replace('_', ' ')}. Remove those first, or retire it instead.",
            code="still_referenced",
            referrers=[referrer],
        )
    columns = [column for column in _columns_of(table, name) if column != "tenant_id"]
    return Invalid(
        "Some fields are not valid.",
        fields=[
            FieldProblem(column, "does not name anything that exists here", "unknown_reference")
            for column in columns
        ],
    )


def _check(error: psycopg.Error) -> Invalid:
    name, table = _constraint(error)
    if table is not None:
        for column in table.columns:
            if name == f"ck_{table.name}_{column.name}" and (values := closed_set(column)):
                return Invalid(
                    "Some fields are not valid.",
                    fields=[FieldProblem(column.name, f"must be one of {', '.join(values)}", "not_in_set")],
                )
    if table is not None and (fields := _bounds(table, name)):
        return Invalid("Some fields are not valid.", fields=fields, code="rule_broken")
    what = name.removeprefix(f"ck_{table.name}_") if table is not None else name
    return Invalid(f"A rule of the data is broken: {what.replace('_', ' ')}.", code="rule_broken")


def _bounds(table: Table, name: str) -> list[FieldProblem]:
    """Problems for a check that is nothing but bounds of one column, such as `fine_amount >= 0`.

    Of several columns the database does not tell which one is wrong.
    """
    check = next((str(getattr(one, "sqltext", "")) for one in table.constraints if str(one.name) == name), "")
    found = []
    for part in check.split(" AND "):
        bound = _BOUND.fullmatch(part)
        if bound is None or bound[1] not in table.columns:
            return []
        found.append(FieldProblem(bound[1], f"must be {_WORDS[bound[2]].format(bound[3])}", "out_of_range"))
    return found if len({one.field for one in found}) == 1 else []


def _constraint(error: psycopg.Error) -> tuple[str, Table | None]:
    name = error.diag.constraint_name or _first(_NAMED, str(error)) or ""
    for table in Base.metadata.tables.values():
        if name in _names(table):
            return name, table
    return name, Base.metadata.tables.get(error.diag.table_name or "")


def _names(table: Table) -> Iterable[str]:
    yield from (str(constraint.name) for constraint in table.constraints)
    yield from (str(index.name) for index in table.indexes)


def _columns_of(table: Table | None, name: str) -> list[str]:
    if table is None:
        return []
    for constraint in table.constraints:
        if str(constraint.name) == name and isinstance(constraint, ColumnCollectionConstraint):
            return [column.name for column in constraint.columns if column.name != "tenant_id"]
    for index in table.indexes:
        if str(index.name) == name:
            return [column.name for column in index.columns if column.name != "tenant_id"]
    return []


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found.group(1) if found else None


def _plain(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error)).split("\n")[0]
