"""SQL of the reads. One SELECT a request; PostgreSQL writes each row's JSON, Python only joins the texts (decision 22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.ddl import column_type, search_expression
from motorpool.core.errors import BadRequest, FieldProblem, Forbidden
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import OPERATORS, Filter, ListRequest
from motorpool.core.tenancy import Actor

OWN_OR_SHARED = "(t.tenant_id = %(tenant)s OR t.tenant_id IS NULL)"
#: A text that more rows hold than this is not looked up by its index.
SEARCH_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Search:
    """A text that rows must hold, by the index of `TableFacts.search`. `patterns`: SQL of a text[] for ILIKE ALL."""

    resource: Resource
    patterns: str

    @property
    def expression(self) -> str:
        return search_expression(tuple(self.resource.facts.search))


@dataclass(slots=True)
class Statement:
    sql: str
    parameters: dict[str, Any] = field(default_factory=dict)


def reach_or_forbid(resource: Resource, actor: Actor, action: str) -> Reach:
    """The rows that the actor's permission covers.

    Raises: Forbidden when the permission is not held at all.
    """
    permission = resource.permission(action)
    reach = actor.access.reach(permission)
    if reach is None:
        raise Forbidden(
            f"This needs the permission {permission}.", code="permission_needed", permission=permission
        )
    if resource.scope.about:
        return replace(reach, kinds=_kinds_read(resource, actor))
    return reach


def _kinds_read(resource: Resource, actor: Actor) -> frozenset[str] | None:
    """The kinds of record about which the actor may see rows: those of which they may read all."""
    (targets,) = (
        pair.targets for pair in resource.facts.polymorphic if pair.type_column == resource.scope.about
    )
    kinds = {
        kind
        for kind, table in targets.items()
        if (reach := actor.access.reach(f"{table}.read")) is not None and reach.everything
    }
    return None if len(kinds) == len(targets) else frozenset(kinds)


def scope_condition(resource: Resource, reach: Reach, *, new: bool = False) -> str | None:
    """SQL for a reach that is less than everything; `false` where the table has no such notion. `new`: of new rows."""
    own = resource.scope.new if new and resource.scope.new else resource.scope.own
    if resource.scope.personal:
        return f"(%(actor_user)s::uuid IS NULL OR ({own or 'false'}))"
    if reach.everything and reach.kinds is not None:
        kinds = ", ".join(f"'{kind}'" for kind in sorted(reach.kinds))
        about = f"t.{resource.scope.about} IN ({kinds})" if kinds else "false"
        return f"({about} OR ({own or 'false'}))"
    if reach.everything:
        return None
    parts = [
        condition
        for held, condition in (
            (bool(reach.facilities), resource.scope.facility),
            (bool(reach.departments), resource.scope.department),
            (reach.own, own),
        )
        if held and condition
    ]
    return "(" + " OR ".join(f"({part})" for part in parts) + ")" if parts else "false"


def base_parameters(actor: Actor, reach: Reach) -> dict[str, Any]:
    return {
        "tenant": actor.tenant_id,
        "reach_facilities": list(reach.facilities),
        "reach_departments": list(reach.departments),
        "actor_driver": actor.driver_id,
        "actor_user": actor.user_id,
        "time_zone": actor.time_zone,
        "today": actor.today,
    }


def row_json(
    resource: Resource, fields: tuple[str, ...] | None, expand: tuple[str, ...], resources: Any
) -> str:
    """The scalar sub-select that gives one row's JSON text."""
    columns = [resource.whole_row] if fields is None else [resource.output_as(name) for name in fields]
    columns += [_expanded(resource, name, resources) for name in expand]
    return f"(SELECT row_to_json(_row)::text FROM (SELECT {', '.join(columns)}) AS _row)"


def _expanded(resource: Resource, name: str, resources: dict[str, Resource]) -> str:
    column = resource.expand[name]
    target = resources[resource.references[column]]
    columns = ", ".join(
        f"{target.output_of(visible, 'e')} AS {visible}"
        for visible in target.visible
        if visible not in target.computed
    )
    return (
        f"(SELECT row_to_json(_row) FROM (SELECT {columns} FROM {target.table.name} e "
        f"WHERE {same_tenant(target)}e.id = t.{column}) AS _row) AS {name}"
    )


def same_tenant(target: Resource) -> str:
    match target.facts.ownership:
        case "tenant":
            return "e.tenant_id = t.tenant_id AND "
        case "shared_or_own":
            return "e.tenant_id IS NOT DISTINCT FROM t.tenant_id AND "
    return ""


def of_tenant(resource: Resource) -> str:
    """Which rows `t` a tenant may write: its own. The row of a tenant is the tenant itself."""
    return "t.id = %(tenant)s" if resource.facts.ownership == "tenants" else "t.tenant_id = %(tenant)s"


def check_expand(
    resource: Resource, actor: Actor, expand: tuple[str, ...], resources: dict[str, Resource]
) -> None:
    """A row may only be put in by somebody who could read all rows of its kind."""
    for name in expand:
        target = resources[resource.references[resource.expand[name]]]
        reach = reach_or_forbid(target, actor, "read")
        if not reach.everything or target.scope.personal:
            raise Forbidden(
                f"expand={name} needs {target.permission('read')} without limits.", code="permission_needed"
            )


def list_statement(
    resource: Resource,
    actor: Actor,
    reach: Reach,
    request: ListRequest,
    after: list[str | None] | None,
    resources: dict[str, Resource],
) -> Statement:
    """One page and a row more; columns: the row's JSON, then the sort values as text."""
    statement = Statement("", base_parameters(actor, reach))
    conditions, searches = list_conditions(resource, reach, request, statement.parameters)
    if after is not None:
        conditions.append(_after(resource, request.sort, after, statement.parameters))
    keys = ", ".join(f"{resource.sql_of(column)}::text" for column, _ in request.sort)
    order = ", ".join(
        f"{resource.sql_of(column)}{' DESC' if descending else ''}" for column, descending in request.sort
    )
    columns = f"{row_json(resource, request.fields, request.expand, resources)}, {keys}"
    statement.sql = searched(
        lambda where: (
            f"SELECT {columns} FROM {resource.table.name} t WHERE {where} "
            f"ORDER BY {order} LIMIT {request.limit + 1}"
        ),
        conditions,
        searches,
    )
    return statement


def count_statement(
    resource: Resource, actor: Actor, reach: Reach, request: ListRequest, most: int
) -> Statement:
    """Counts to `most` + 1 and no further."""
    statement = Statement("", base_parameters(actor, reach))
    conditions, searches = list_conditions(resource, reach, request, statement.parameters)
    rows = searched(
        lambda where: f"SELECT 1 FROM {resource.table.name} t WHERE {where} LIMIT {most + 1}",
        conditions,
        searches,
    )
    statement.sql = f"SELECT count(*) FROM ({rows}) c"
    return statement


def get_statement(
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    resources: dict[str, Resource],
    *,
    fields: tuple[str, ...] | None = None,
    expand: tuple[str, ...] = (),
    lock: bool = False,
) -> Statement:
    """One row: its JSON and its ETag."""
    statement = Statement("", base_parameters(actor, reach) | {"key": key})
    conditions = ["t.tenant_id = %(tenant)s", f"t.{resource.key} = %(key)s"]
    if resource.facts.ownership == "global":
        conditions = conditions[1:]
    elif resource.facts.ownership == "tenants":
        conditions = ["t.id = %(tenant)s", "t.id = %(key)s"]
    elif resource.facts.ownership == "shared_or_own":
        conditions[0] = OWN_OR_SHARED
    if condition := scope_condition(resource, reach):
        conditions.append(condition)
    statement.sql = (
        f"SELECT {row_json(resource, fields, expand, resources)}, md5(t.xmin::text || t.{resource.key}::text) "
        f"FROM {resource.table.name} t WHERE {' AND '.join(conditions)}{' FOR NO KEY UPDATE OF t' if lock else ''}"
    )
    return statement


def list_conditions(
    resource: Resource, reach: Reach, request: ListRequest, parameters: dict[str, Any]
) -> tuple[list[str], list[Search]]:
    """What the rows of a list have in common, and the text searches among it."""
    searches: list[Search] = []
    own = {"tenant": "t.tenant_id = %(tenant)s", "tenants": "t.id = %(tenant)s", "global": "true"}
    conditions = [own.get(resource.facts.ownership, OWN_OR_SHARED)]
    if condition := scope_condition(resource, reach):
        conditions.append(condition)
    for position, wanted in enumerate(request.filters):
        conditions.append(_filter(resource, wanted, f"f{position}", parameters))
        if wanted.operator == "contains":
            # The indexed search narrows to rows that hold the text somewhere, the exact column decides.
            searches.append(Search(resource, f"ARRAY[%(f{position})s]::text[]"))
    if request.search:
        parameters["words"] = [
            f"%{escape_like(word)}%" for word in sorted(request.search.split(), key=len, reverse=True)
        ]
        searches.append(Search(resource, "%(words)s::text[]"))
    return conditions, searches


def searched(query: Callable[[str], str], conditions: list[str], searches: list[Search]) -> str:
    """The query under its conditions, by the index of the texts where they are rare.

    A text that many rows hold would hand over more ids than are worth while; then the rows are looked at in the order
    of the list, where enough of them come soon. Which of the two it is, is known when the index was asked: the other
    half of the union is not run.
    """
    if not searches:
        return query(" AND ".join(conditions))
    asked = ", ".join(
        f"h{number} AS MATERIALIZED (SELECT ARRAY(SELECT search_{one.resource.table.name}({one.patterns}, "
        f"{SEARCH_MOST + 1})) AS ids)"
        for number, one in enumerate(searches)
    )
    many = " OR ".join(
        f"(SELECT cardinality(ids) > {SEARCH_MOST} FROM h{number})" for number in range(len(searches))
    )
    rare = [
        f"t.{one.resource.key} = ANY ((SELECT ids FROM h{number})::uuid[])"
        for number, one in enumerate(searches)
    ]
    common = [f"({one.expression}) ILIKE ALL ({one.patterns})" for one in searches]
    halves = (
        query(" AND ".join([f"NOT ({many})", *rare, *conditions])),
        query(" AND ".join([f"({many})", *common, *conditions])),
    )
    return f"WITH {asked} ({halves[0]}) UNION ALL ({halves[1]})"


def _filter(resource: Resource, wanted: Filter, name: str, parameters: dict[str, Any]) -> str:
    sql = resource.sql_of(wanted.column)
    if wanted.operator == "isnull":
        return f"{sql} IS {'' if wanted.value else 'NOT '}NULL"
    if wanted.operator == "contains":
        parameters[name] = f"%{escape_like(wanted.value)}%"
        return f"{sql} ILIKE %({name})s"
    parameters[name] = wanted.value
    cast = "" if wanted.column in resource.computed else f"::{sql_type(resource, wanted.column)}"
    if wanted.operator == "in":
        return f"{sql} = ANY (%({name})s{cast}[])" if cast else f"{sql} = ANY (%({name})s)"
    return f"{sql} {OPERATORS[wanted.operator]} %({name})s{cast}"


def sql_type(resource: Resource, column: str) -> str:
    return column_type(resource.column(column))


def escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _after(
    resource: Resource, sort: list[tuple[str, bool]], after: list[str | None], parameters: dict[str, Any]
) -> str:
    """Rows behind the cursor's. NULLs stand where PostgreSQL puts them: last ascending, first descending."""
    if len(after) != len(sort):
        raise BadRequest(
            "The cursor is not valid.", fields=[FieldProblem("cursor", "does not fit the sort", "bad_cursor")]
        )
    for position, value in enumerate(after):
        parameters[f"a{position}"] = value
    names = [
        f"%(a{position})s::{'text' if column in resource.computed else sql_type(resource, column)}"
        for position, (column, _) in enumerate(sort)
    ]
    directions = {descending for _, descending in sort}
    if len(directions) == 1 and not any(resource.nullable(column) for column, _ in sort):
        left = ", ".join(resource.sql_of(column) for column, _ in sort)
        return f"({left}) {'<' if directions.pop() else '>'} ({', '.join(names)})"
    alternatives = []
    equal: list[str] = []
    for (column, descending), name, value in zip(sort, names, after, strict=True):
        sql = resource.sql_of(column)
        if value is None:
            beyond = f"{sql} IS NOT NULL" if descending else "false"
        elif descending:
            beyond = f"{sql} < {name}"
        else:
            beyond = f"({sql} > {name} OR {sql} IS NULL)"
        alternatives.append("(" + " AND ".join([*equal, beyond]) + ")")
        equal.append(f"{sql} IS NULL" if value is None else f"{sql} = {name}")
    return "(" + " OR ".join(alternatives) + ")"
