"""A new draft of a form: what was published stays as it is, because inspections name it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict
from motorpool.core.tenancy import Actor

ITEM_COLUMNS = (
    "position, item_key, section, item_text, guidance, kind, is_required, allows_na, minimum, maximum, unit, "
    "photo_on_failure, severity, is_unsafe, vehicle_types"
)
DRAFT_OF = text("""
SELECT d.id FROM inspection_forms f
JOIN inspection_forms d ON d.tenant_id = f.tenant_id AND d.form_key = f.form_key AND d.status = 'draft'
WHERE f.tenant_id = :tenant AND f.id = :form
""")
COPY_FORM = text("""
INSERT INTO inspection_forms (tenant_id, form_key, version, form_name, inspection_type, description, legal_basis,
    inspector_kind, required_certification, validity_months, needs_signature, vehicle_types, is_builtin, created_by_user_id)
SELECT f.tenant_id, f.form_key,
    (SELECT max(x.version) + 1 FROM inspection_forms x WHERE x.tenant_id = f.tenant_id AND x.form_key = f.form_key),
    f.form_name, f.inspection_type, f.description, f.legal_basis, f.inspector_kind, f.required_certification,
    f.validity_months, f.needs_signature, f.vehicle_types, f.is_builtin, :user
FROM inspection_forms f WHERE f.tenant_id = :tenant AND f.id = :form
RETURNING id
""")
COPY_ITEMS = text(f"""
INSERT INTO inspection_form_items (tenant_id, form_id, {ITEM_COLUMNS})
SELECT i.tenant_id, :draft, {ITEM_COLUMNS} FROM inspection_form_items i
WHERE i.tenant_id = :tenant AND i.form_id = :form
RETURNING 1
""")


async def revise_inspection_form(session: AsyncSession, actor: Actor, form_id: UUID) -> UUID:
    """A draft with the next version number and the same items; its id. The form's row is locked by the caller.

    Raises: Conflict when there is a draft already, with its id.
    """
    where = {"tenant": actor.tenant_id, "form": form_id}
    draft = (await session.execute(DRAFT_OF, where)).scalar()
    if draft is not None:
        raise Conflict(
            "There is a draft of this form already; change that one.",
            code="draft_exists",
            draft_id=str(draft),
        )
    made: UUID = (await session.execute(COPY_FORM, where | {"user": actor.user_id})).scalar_one()
    await session.execute(COPY_ITEMS, where | {"draft": made})
    return made
