"""The sidebar: what there is, cut down to what the actor may read."""

from __future__ import annotations

from dataclasses import dataclass

from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor

SECTIONS = {
    "Fleet": "Fleet",
    "Telematics": "Telematics",
    "Identity": "Administration",
    "System": "Administration",
}
#: Symbol of a table; a table of a later domain has the plain one until it is given its own.
ICONS = {
    "vehicles": "car",
    "drivers": "steering-wheel",
    "facilities": "building-warehouse",
    "departments": "hierarchy",
    "vendors": "building-store",
    "vehicle_groups": "tags",
    "driver_assignments": "id-badge-2",
    "meter_readings": "gauge",
    "trips": "route",
    "stops": "parking",
    "devices": "router",
    "vehicle_locations": "map-pin",
    "vehicle_states": "broadcast",
    "obd_telemetry": "engine",
    "tenants": "building",
    "users": "users",
    "roles": "shield",
    "permissions": "lock",
    "user_roles": "shield-check",
    "user_permissions": "shield-lock",
    "sessions": "device-desktop",
    "api_tokens": "key",
    "audit_trails": "history",
    "user_activity_log": "activity",
}
PLAIN_ICON = "list"
#: Shown in this order; what is not named follows behind. Raw series and joins are reached from their records.
ORDER = (
    "vehicles",
    "drivers",
    "driver_assignments",
    "facilities",
    "departments",
    "vendors",
    "vehicle_groups",
    "meter_readings",
    "trips",
    "stops",
    "devices",
    "users",
    "roles",
    "api_tokens",
    "audit_trails",
    "user_activity_log",
    "tenants",
)
UNLISTED = frozenset(
    {
        "vehicle_locations",
        "vehicle_states",
        "obd_telemetry",
        "permissions",
        "user_roles",
        "user_permissions",
        "sessions",
        "import_jobs",
        "import_errors",
        "export_jobs",
        "list_views",
    }
)


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    href: str
    icon: str
    active: bool


def icon_of(table: str) -> str:
    return ICONS.get(table, PLAIN_ICON)


def may(actor: Actor | None, permission: str) -> bool:
    return actor is not None and actor.access.reach(permission) is not None


def navigation(registry: Registry, actor: Actor | None, path: str) -> list[tuple[str, list[Item]]]:
    """(section, pages that the actor may read); the page that `path` belongs to is active."""
    if actor is None:
        return []
    sections = {title: list[Item]() for title in dict.fromkeys(SECTIONS.values())}
    if may(actor, "vehicle_states.read"):
        sections["Fleet"].append(Item("Live map", "/", "map-2", path == "/"))
    listed = [name for name in registry if name not in UNLISTED and "list" in registry[name].operations]
    for name in sorted(listed, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER)):
        resource = registry[name]
        if not may(actor, resource.permission("read")):
            continue
        href = f"/{resource.collection}"
        active = path == href or path.startswith(f"{href}/")
        title = SECTIONS.get(resource.domain, resource.domain)
        sections.setdefault(title, []).append(Item(resource.plural, href, icon_of(name), active))
    if may(actor, "import_jobs.create"):
        here = path == "/import" or path.startswith("/import/")
        sections["Administration"].append(Item("Import", "/import", "database-import", here))
    if may(actor, "export_jobs.read"):
        here = path == "/exports" or path.startswith("/exports/")
        sections["Administration"].append(Item("Exports", "/exports", "file-export", here))
    if "Administration" in sections:
        sections["Administration"].append(Item("API", "/api/docs", "code", path == "/api/docs"))
    return [(title, items) for title, items in sections.items() if items]
