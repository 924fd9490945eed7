"""The SQL of the program keeps to what also works on Citus, so that one server and many behave the same.

Walks every string in `src/motorpool` that holds SQL, calls of SQLAlchemy that make it, and the frozen SQL of the
migrations. An exemption names the place and the reason.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint

import motorpool
from motorpool.core.database.catalogue import load_metadata

SOURCE = Path(motorpool.__file__).parent
SQL = re.compile(
    r"\b(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|MERGE\s+INTO\s|ON\s+CONFLICT|ALTER\s+TABLE\s|"
    r"CREATE\s+(TABLE|FUNCTION|TRIGGER|INDEX|UNIQUE|POLICY)\b|FOREIGN\s+KEY|ON\s+DELETE|set_config\s*\()"
)
#: "file: table" -> why this INSERT ... SELECT needs neither ON CONFLICT nor RETURNING.
PLAIN_INSERT_SELECT = {
    "migrations/versions/0001_functions.sql: sign_in_attempts": "stays on the coordinator, has no tenant",
    "telematics/derive/statements.py: derived_removed": "a temporary table has no row-level security",
}
#: "file: table" -> why ON CONFLICT does not name a key that starts with tenant_id.
OTHER_CONFLICT_KEY = {
    "telematics/ingest/writing.py: {table}": "test_keys_that_are_named_by_a_variable looks at it",
}


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of SQL; what a formatted string puts in stands there as `{expression}`."""

    place: str
    line: int
    sql: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}"


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    return tuple(
        (path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(SOURCE.rglob("*.py"))
    )


@cache
def texts() -> tuple[Text, ...]:
    found = [
        Text(place, line, re.sub(r"--[^\n]*", "", text))
        for place, tree in modules()
        for line, text in literals(tree)
        if SQL.search(text)
    ]
    for path in sorted(SOURCE.rglob("*.sql")):
        text = re.sub(r"--[^\n]*", "", path.read_text(encoding="utf-8"))
        found.append(Text(path.relative_to(SOURCE).as_posix(), 1, text))
    return tuple(found)


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Strings of a module, put together where they are added, without docstrings."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }

    def visit(node: ast.AST) -> Iterator[tuple[int, str]]:
        if id(node) in documentation:
            return
        text = folded(node)
        if text is not None:
            assert isinstance(node, ast.expr)
            yield node.lineno, text
            if not isinstance(node, ast.Constant):
                # What is put in may hold strings of its own.
                for inner in ast.walk(node):
                    if isinstance(inner, ast.FormattedValue):
                        yield from visit(inner.value)
            return
        for child in ast.iter_child_nodes(node):
            yield from visit(child)

    return visit(tree)


def folded(node: ast.AST) -> str | None:
    """The text of a string expression; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{" + ast.unparse(part.value) + "}"
            if isinstance(part, ast.FormattedValue)
            else str(ast.literal_eval(part))
            for part in node.values
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = folded(node.left), folded(node.right)
        if left is None and right is None:
            return None
        return (left if left is not None else "{" + ast.unparse(node.left) + "}") + (
            right if right is not None else "{" + ast.unparse(node.right) + "}"
        )
    return None


INSERT = re.compile(r"\bINSERT\s+INTO\s+(\{[^}]*\}|%I|%s|[\w.\"]+)", re.IGNORECASE)


def inserts(text: Text) -> Iterator[tuple[str, str]]:
    """(table, statement from its name to its end) of every INSERT; what stands in quotes is blank."""
    sql = re.sub(r"'[^']*'", lambda quoted: "'" + " " * (len(quoted.group()) - 2) + "'", text.sql)
    for found in INSERT.finditer(sql):
        depth, end = 0, len(sql)
        for place in range(found.end(), len(sql)):
            character = sql[place]
            depth += (character in "({") - (character in ")}")
            if depth < 0 or (depth == 0 and character == ";"):
                end = place
                break
        yield found.group(1).strip('"').removeprefix("public."), sql[found.end() : end]


def top_level(statement: str) -> str:
    """The words outside of parentheses."""
    depth, kept = 0, []
    for character in statement:
        depth -= character == ")"
        kept.append(character if depth == 0 else " ")
        depth += character == "("
    return "".join(kept)


def forbidden(pattern: str) -> list[str]:
    return [
        f"{text}: {found.group()}"
        for text in texts()
        for found in [re.search(pattern, text.sql, re.I)]
        if found
    ]


def test_the_walk_sees_what_it_should() -> None:
    places = {text.place for text in texts()}
    assert {
        "telematics/ingest/writing.py",
        "core/resource/idempotency.py",
        "migrations/versions/0001_tables.sql",
    } <= places
    assert len(texts()) > 100
    assert sum(1 for text in texts() for _ in inserts(text)) > 20
    sample = ast.parse(
        '"""INSERT INTO a SELECT 1"""\nx = "INSERT " f"INTO {t} SELECT {n} " + y + "RETURNING 1"\n'
    )
    assert list(literals(sample)) == [(2, "INSERT INTO {t} SELECT {n} {y}RETURNING 1")]
    one = Text(
        "x",
        1,
        "WITH n AS (INSERT INTO a (b) SELECT 1 FROM c RETURNING id) SELECT 1; INSERT INTO d SELECT ';' ",
    )
    assert list(inserts(one)) == [("a", " (b) SELECT 1 FROM c RETURNING id"), ("d", " SELECT ' ' ")]


def test_no_merge() -> None:
    assert forbidden(r"\bMERGE\s+INTO\b") == [], (
        "Citus refuses MERGE where row-level security has a function in it"
    )


def test_references_neither_set_null_nor_follow_a_changed_key() -> None:
    assert forbidden(r"\bON\s+DELETE\s+SET\b|\bON\s+UPDATE\s+(CASCADE|SET)\b") == [], "Citus refuses it"
    assert keywords("ondelete", lambda value: value not in ("CASCADE", "RESTRICT", "NO ACTION", None)) == []
    assert keywords("onupdate", lambda value: value is not None) == []


def test_nothing_is_deferrable() -> None:
    assert forbidden(r"(?<!NOT )\bDEFERRABLE\b|\bINITIALLY\s+DEFERRED\b|\bSET\s+CONSTRAINTS\b") == [], (
        "a violation would surface at COMMIT as an internal error"
    )
    assert keywords("deferrable", bool) == []
    assert keywords("initially", lambda value: value is not None) == []


def test_settings_are_set_by_literal_set_local() -> None:
    assert forbidden(r"\bset_config\s*\(") == [], (
        "set_config does not reach Citus' workers: tenants would see no rows"
    )
    for place, node in calls():
        assert not (isinstance(node.func, ast.Attribute) and node.func.attr == "set_config"), place


def test_insert_select_says_what_becomes_of_conflicts_or_returns() -> None:
    """Plain, it is turned into COPY, which row-level security refuses."""
    bad, used = [], set()
    for text in texts():
        for table, statement in inserts(text):
            words = top_level(statement)
            plain = re.search(r"\b(SELECT|TABLE|WITH)\b", words, re.I) and not re.search(
                r"\bVALUES\b", words, re.I
            )
            if plain and not re.search(r"\bON\s+CONFLICT\b|\bRETURNING\b", words, re.I):
                key = f"{text.place}: {table}"
                used.add(key)
                if key not in PLAIN_INSERT_SELECT:
                    bad.append(f"{text}: INSERT INTO {table} ... SELECT")
    assert bad == []
    assert used == set(PLAIN_INSERT_SELECT), "an exemption that nobody needs any more"


def test_conflict_keys_start_with_the_tenant() -> None:
    tables = load_metadata().tables
    bad, used = [], set()
    for text in texts():
        for table, statement in inserts(text):
            found = re.search(r"\bON\s+CONFLICT\b\s*(\(([^)]*)\)|ON\s+CONSTRAINT\s+\w+|)", statement, re.I)
            if found is None or (table in tables and "tenant_id" not in tables[table].columns):
                continue
            first = (found.group(2) or "").split(",")[0].strip()
            if first != "tenant_id":
                key = f"{text.place}: {table}"
                used.add(key)
                if key not in OTHER_CONFLICT_KEY:
                    bad.append(f"{text}: INSERT INTO {table} ... {found.group()}")
    for place, node in calls():
        if isinstance(node.func, ast.Attribute) and node.func.attr in (
            "on_conflict_do_update",
            "on_conflict_do_nothing",
        ):
            elements = next((ast.unparse(k.value) for k in node.keywords if k.arg == "index_elements"), "")
            if not re.match(r"[\[(]\s*['\"]tenant_id", elements):
                bad.append(f"{place}: {node.func.attr}({elements})")
    assert bad == []
    assert used == set(OTHER_CONFLICT_KEY), "an exemption that nobody needs any more"


def test_keys_that_are_named_by_a_variable() -> None:
    from motorpool.telematics.ingest import records

    keys = [value.conflict_key for value in vars(records).values() if isinstance(value, records.Series)]
    assert len(keys) >= 2
    for key in keys:
        assert key.split(",")[0].strip() == "tenant_id"


@pytest.mark.parametrize("name", sorted(load_metadata().tables))
def test_unique_keys_of_a_tenant_table_hold_its_tenant(name: str) -> None:
    """But for the primary key `id`, which `db distribute` exchanges."""
    table = load_metadata().tables[name]
    if (
        "tenant_id" not in table.columns
        or table.columns["tenant_id"].nullable
        or table.info["facts"].ownership != "tenant"
    ):
        return
    for index in table.indexes:
        if index.unique:
            assert "tenant_id" in {column.name for column in index.columns}, index.name
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint | ExcludeConstraint):
            assert "tenant_id" in {column.name for column in constraint.columns}, constraint.name


def calls() -> Iterator[tuple[str, ast.Call]]:
    for place, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield f"{place}:{node.lineno}", node


def keywords(name: str, wrong: Any) -> list[str]:
    """Calls that give a keyword a constant that is wrong."""
    return [
        f"{place}: {name}={keyword.value.value!r}"
        for place, node in calls()
        for keyword in node.keywords
        if keyword.arg == name and isinstance(keyword.value, ast.Constant) and wrong(keyword.value.value)
    ]
