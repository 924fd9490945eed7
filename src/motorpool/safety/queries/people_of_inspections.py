"""SQL for what the people of an inspection `i` are called: by their record, whatever name they signed with."""

from __future__ import annotations

USER = "SELECT u.display_name FROM users u WHERE u.tenant_id = i.tenant_id AND u.id = i."
DRIVER = "SELECT d.full_name FROM drivers d WHERE d.tenant_id = i.tenant_id AND d.id = i."
INSPECTOR = (
    f"coalesce(CASE i.inspector_type WHEN 'driver' THEN ({DRIVER}inspector_id) WHEN 'technician' THEN "
    "(SELECT k.full_name FROM technicians k WHERE k.tenant_id = i.tenant_id AND k.id = i.inspector_id) "
    f"ELSE ({USER}inspector_id) END, i.inspector_name)"
)
CERTIFIER = f"coalesce(({USER}repairs_certified_by_user_id), i.certifier_name)"
REVIEWER = f"coalesce(({DRIVER}reviewed_by_driver_id), ({USER}reviewed_by_user_id), i.reviewer_name)"
