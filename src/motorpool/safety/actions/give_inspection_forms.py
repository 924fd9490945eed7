"""The forms that every tenant starts with."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.safety.rules.inspection_catalogue import form_rows

#: A form that the tenant has in any version, or has retired, is left alone.
FORMS = text("""
INSERT INTO inspection_forms (tenant_id, form_key, form_name, inspection_type, legal_basis, description, inspector_kind,
    validity_months, status, is_builtin, published_at)
SELECT :tenant, f.form_key, f.form_name, f.inspection_type, f.legal_basis, f.description, f.inspector_kind,
    f.validity_months, 'published', true, now()
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS f (form_key text, form_name text, inspection_type text, legal_basis text,
    description text, inspector_kind text, validity_months int)
WHERE NOT EXISTS (SELECT FROM inspection_forms x WHERE x.tenant_id = :tenant AND x.form_key = f.form_key)
ON CONFLICT (tenant_id, form_key, version) DO NOTHING
RETURNING id, form_key
""")
ITEMS = text("""
INSERT INTO inspection_form_items (tenant_id, form_id, position, item_key, section, item_text, guidance, severity, is_unsafe,
    photo_on_failure, vehicle_types)
SELECT :tenant, i.form_id, i.position, i.item_key, i.section, i.item_text, i.guidance, i.severity, i.is_unsafe,
    i.photo_on_failure, i.vehicle_types
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS i (form_id uuid, position int, item_key text, section text, item_text text,
    guidance text, severity text, is_unsafe boolean, photo_on_failure boolean, vehicle_types text[])
ON CONFLICT (tenant_id, form_id, item_key) DO NOTHING
RETURNING 1
""")


async def give_inspection_forms(session: AsyncSession, actor: Actor) -> int:
    """Give a tenant the built-in forms that it has never had; returns how many. May be called at any time."""
    forms = form_rows()
    made = (
        await session.execute(FORMS, {"tenant": actor.tenant_id, "rows": msgspec.json.encode(forms).decode()})
    ).all()
    if made:
        keys = {key: form_id for form_id, key in made}
        items: list[dict[str, Any]] = [
            {"form_id": keys[form["form_key"]], **item}
            for form in forms
            if form["form_key"] in keys
            for item in form["items"]
        ]
        rows = msgspec.json.encode(items).decode()
        await session.execute(ITEMS, {"tenant": actor.tenant_id, "rows": rows})
    return len(made)
