"""SQL of who has a role now: given, not switched off, not over."""

from __future__ import annotations

#: Over `user_roles AS a` and `roles AS r`.
HELD_NOW = (
    "a.is_active IS NOT FALSE AND r.is_active IS NOT FALSE AND (a.expires_at IS NULL OR a.expires_at > now())"
)
#: Whoever acts has the role whose name `{role}` gives, an expression over `t` or over an alias other than `a` and `r`.
HOLDS_ROLE = (
    "EXISTS (SELECT FROM user_roles a JOIN roles r ON r.tenant_id = a.tenant_id AND r.id = a.role_id "
    f"WHERE a.tenant_id = t.tenant_id AND a.user_id = %(actor_user)s AND {HELD_NOW} AND r.role_name = {{role}})"
)
