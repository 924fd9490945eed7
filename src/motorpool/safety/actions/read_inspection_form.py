"""A version of a form with its items, as the rules read it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.safety.rules.inspection_results import Item

FORM = text("""
SELECT form_name AS name, inspection_type, status, inspector_kind, required_certification, validity_months, needs_signature,
    coalesce(vehicle_types, '{}') AS vehicle_types
FROM inspection_forms WHERE tenant_id = :tenant AND id = :form
""")
ITEMS = text("""
SELECT item_key AS key, item_text AS text, section, kind, is_required, allows_na, minimum, maximum, unit, photo_on_failure, severity,
    is_unsafe, coalesce(vehicle_types, '{}') AS vehicle_types
FROM inspection_form_items WHERE tenant_id = :tenant AND form_id = :form ORDER BY position, item_key
""")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What an inspection needs to know of the form that it was filled in by."""

    id: UUID
    name: str
    inspection_type: str
    status: str
    inspector_kind: str
    required_certification: str | None
    validity_months: int | None
    needs_signature: bool
    vehicle_types: tuple[str, ...]
    items: tuple[Item, ...]


async def read_inspection_form(session: AsyncSession, actor: Actor, form_id: UUID) -> FilledForm | None:
    """A form in whatever state, or None when there is no such form."""
    where = {"tenant": actor.tenant_id, "form": form_id}
    form = (await session.execute(FORM, where)).first()
    if form is None:
        return None
    rows = (await session.execute(ITEMS, where)).all()
    items = tuple(Item(**dict(row._mapping) | {"vehicle_types": tuple(row.vehicle_types)}) for row in rows)
    named = dict(form._mapping) | {"vehicle_types": tuple(form.vehicle_types)}
    return FilledForm(id=form_id, items=items, **named)
