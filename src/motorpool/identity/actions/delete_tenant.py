"""Remove an organisation with everything that belongs to it.

Only the owner's role can: the application cannot delete from logs and series.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Table, text

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.errors import Invalid, NotFound
from motorpool.core.tenancy import SYSTEM_TENANT_ID
from motorpool.identity.queries.actor_cache import forget


def delete_tenant(connection: Connection, tenant_id: UUID) -> dict[str, int]:
    """Delete all rows of a tenant in the caller's transaction; returns how many of each table there were.

    Tables refer to each other in circles (a department has a manager, a user a department). Foreign keys are
    checked at the end of a statement, so one statement deletes from all of them. What remains is a note in
    the audit trail of the system tenant. Raises NotFound; Invalid for the system tenant.
    """
    if tenant_id == SYSTEM_TENANT_ID:
        raise Invalid("The system tenant cannot be deleted.")
    parameters = {"tenant": tenant_id}
    found = connection.execute(
        text("SELECT slug, name FROM tenants WHERE id = :tenant FOR UPDATE"), parameters
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such tenant.")
    owned = [table for table in load_metadata().sorted_tables if "tenant_id" in table.columns]
    alone = [table for table in owned if not table.foreign_keys and not _is_referenced(table, owned)]
    related = [table for table in owned if table not in alone]
    counts = {table.name: _count(connection, table, tenant_id) for table in owned}
    deletions = ",\n".join(
        f"d{index} AS (DELETE FROM {table.name} WHERE tenant_id = :tenant)"
        for index, table in enumerate(related)
    )
    connection.execute(text(f"WITH {deletions} DELETE FROM tenants WHERE id = :tenant"), parameters)
    # The series and what stands alone; the audit log last, since deleting audited rows writes to it.
    for table in sorted(alone, key=lambda table: bool(table.name == "audit_trails")):
        connection.execute(text(f"DELETE FROM {table.name} WHERE tenant_id = :tenant"), parameters)
    connection.execute(
        text(
            "INSERT INTO audit_trails (tenant_id, table_name, record_id, operation, old_values, reason) "
            "VALUES (:system, 'tenants', :tenant, 'DELETE', jsonb_build_object('slug', CAST(:slug AS text), 'name', "
            "CAST(:name AS text)), 'tenant deleted')"
        ),
        parameters | {"system": SYSTEM_TENANT_ID, "slug": found.slug, "name": found.name},
    )
    forget(tenant_id)
    return {name: count for name, count in counts.items() if count}


def _is_referenced(table: Table, others: list[Table]) -> bool:
    return any(key.column.table is table for other in others for key in other.foreign_keys)


def _count(connection: Connection, table: Table, tenant_id: UUID) -> int:
    statement = text(f"SELECT count(*) FROM {table.name} WHERE tenant_id = :tenant")
    return int(connection.execute(statement, {"tenant": tenant_id}).scalar_one())
