"""Make the package that somebody ordered, and keep it for some days among the exports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.export.archive import MEDIA_TYPE
from motorpool.core.files.store import FileStore
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.settings import ExportSettings
from motorpool.core.tenancy.actor import system_actor
from motorpool.core.verbs import struct_of
from motorpool.identity.queries.load_access import load_actor
from motorpool.safety.actions.write_compliance_package import Overview, pieces_of, write_package
from motorpool.safety.queries.compliance_home import compliance_home
from motorpool.safety.queries.compliance_question import Asked, chosen, proving
from motorpool.system.actions.export_list import begin_export, keep_export, outcome_of, tell_progress

#: Documents from one sign of life to the next.
TOLD_EVERY = 20


async def keep_compliance_package(
    database: Database,
    files: FileStore,
    settings: ExportSettings,
    registry: Registry,
    tenant_id: UUID,
    job_id: UUID,
    address: str,
) -> None:
    """Write the package with the rights that the person has now. One whose worker was killed is written anew."""
    system = system_actor(tenant_id)
    row = await begin_export(database, system, job_id)
    if row is None:
        return
    _, _, filters, _, user_id = row

    async def told(count: int, total: int) -> None:
        if count == total or count % TOLD_EVERY == 0:
            await tell_progress(database, system, job_id, count, total)

    async with outcome_of(database, tenant_id, job_id):
        actor = await load_actor(database, tenant_id, user_id)
        asked = struct_of(filters or {}, Asked, strict=False)
        reach_or_forbid(registry["compliance_documents"], actor, "export")
        found = await compliance_home(
            database,
            registry,
            actor,
            facility_id=asked.facility_id,
            department_id=asked.department_id,
            permission="compliance_documents.export",
        )
        evidence = await proving(database, registry, actor, asked, found)
        pieces = await pieces_of(database, registry, actor, evidence, int(settings.package_mb * 1e6))
        await tell_progress(database, system, job_id, 0, len(pieces))
        content = write_package(
            files, actor, Overview(found, chosen(found.lines, asked)), pieces, address, told
        )
        expires = datetime.now(UTC) + timedelta(days=settings.keep_days)
        name = f"compliance-{actor.today}.zip"
        await keep_export(database, files, actor, job_id, content, name, expires, made_as=MEDIA_TYPE)
