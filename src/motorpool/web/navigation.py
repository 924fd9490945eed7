"""The sidebar: what there is, cut down to what the actor may read, in sections as a fleet's people think of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.web.icons import icon_of

__all__ = ["SECTION_ORDER", "UNLISTED", "Item", "Section", "icon_of", "may", "navigation", "section_of"]

ADMINISTRATION = "Administration"
SECTION_ORDER = (
    "Fleet",
    "Telematics",
    "Driving",
    "Road data",
    "Maintenance",
    "Safety",
    "Finance",
    "Documents",
    "Governance",
    "Communication",
    "Assets",
    "Analytics",
    "Integrations",
    ADMINISTRATION,
)
#: Section -> its symbol where the sections alone are shown.
SECTION_ICONS = {
    "Fleet": "car",
    "Telematics": "broadcast",
    "Driving": "steering-wheel",
    "Road data": "traffic-lights",
    "Maintenance": "tool",
    "Safety": "shield-check",
    "Finance": "coin",
    "Documents": "folder",
    "Governance": "gavel",
    "Communication": "message",
    "Assets": "qrcode",
    "Analytics": "chart-bar",
    "Integrations": "plug-connected",
    ADMINISTRATION: "settings",
}
#: Within a section in this order; what is not named follows behind in the order of the declarations.
ORDER = """
    vehicles drivers vehicle_reservations driver_assignments facilities departments vendors vehicle_groups meter_readings
    trips stops routes geofences geofence_events geofence_visits devices device_events trip_rules mileage_rates
    driver_behavior_events video_telematics_footage coaching_sessions behavior_thresholds driver_score_weights street_limits
    maintenance_records defects recurring_maintenance_schedules service_programs parts part_stocks stock_movements
    purchase_suggestions technicians service_bays
    service_bay_schedule technician_absences technician_shifts work_order_templates work_order_tasks work_order_parts work_order_labor
    incidents accident_reports damage_reports safety_inspections inspection_forms hours_of_service_logs driver_violations
    corrective_actions
    expenses invoices purchase_orders fuel_transactions fuel_cards fuel_card_transactions budget_allocations
    documents document_folders policies sop_documents training_modules compliance_checklists workflow_instances
    messages alert_history alert_rules notifications equipment asset_tags asset_transfers saved_reports dashboards
    users roles api_tokens audit_trails user_activity_log tenants import_jobs export_jobs
""".split()
#: Raw series, parts of a record and joins: reached from the records that they belong to.
UNLISTED = frozenset(
    {
        "vehicle_locations",
        "vehicle_states",
        "weather_observations",
        "route_stops",
        "obd_telemetry",
        "device_connections",
        "device_sessions",
        "permissions",
        "user_roles",
        "user_permissions",
        "sessions",
        "list_views",
        "files",
        "import_errors",
        "comments",
        "record_attachments",
        "document_comments",
        "rag_embeddings",
        "message_group_members",
        "notification_preferences",
        "damage_marks",
        "analytics_cache",
        "connector_feeds",
        "trip_edits",
        "connector_objects",
        "device_commands",
        "vehicle_faults",
        "fuel_events",
        "vehicle_meters",
        "maintenance_schedule_events",
        "inspection_form_items",
        "defect_sightings",
        "meeting_attendees",
        "meeting_questions",
        "meeting_quiz_attempts",
    }
)
#: Tables that people look for elsewhere than under the name of their domain.
ELSEWHERE = {
    **dict.fromkeys(
        (
            "driver_behavior_events",
            "video_telematics_footage",
            "coaching_sessions",
            "behavior_thresholds",
            "driver_score_weights",
            "street_limits",
        ),
        "Driving",
    ),
    **dict.fromkeys(
        ("traffic_cameras", "weather_stations", "ev_charging_stations", "toll_plazas", "road_feeds"),
        "Road data",
    ),
}

#: Tables whose page is not the kernel's list.
OWN_PAGES = {
    "vehicle_reservations": "/reservations",
    "video_telematics_footage": "/footage",
    "import_jobs": "/import",
    "export_jobs": "/exports",
    "connector_states": "/connectors",
    "safety_meetings": "/meetings",
    "driver_violations": "/citations",
}


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    href: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    icon: str
    items: list[Item]
    is_open: bool

    @property
    def key(self) -> str:
        return self.title.lower()


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is more than a table: seen by whoever has one of the permissions."""

    section: str
    label: str
    href: str
    icon: str
    permissions: tuple[str, ...]

    def holds(self, path: str) -> bool:
        return path == self.href or (self.href != "/" and path.startswith(f"{self.href}/"))


LIVE_MAP = Page("Fleet", "Live map", "/", "map-2", ("vehicle_states.read",))
#: Of those who have a first page of their own (`has_own_home`).
OWN_HOME = (
    Page("Fleet", "Home", "/", "home", ("drivers.read",)),
    replace(LIVE_MAP, href="/live-map"),
)
#: They stand before the tables of their section.
PAGES = (
    LIVE_MAP,
    Page("Telematics", "Vehicle health", "/vehicle-health", "engine", ("vehicle_faults.read",)),
    Page("Telematics", "Trip reports", "/reports", "chart-bar", ("trips.read",)),
    Page("Telematics", "Route planner", "/routes/planner", "route", ("routes.create",)),
    Page("Driving", "Driver scores", "/driver-scores", "gauge", ("drivers.read",)),
    Page("Driving", "Driver behaviour", "/driver-behavior", "activity", ("driver_behavior_events.read",)),
    Page(
        "Road data",
        "Nearby",
        "/nearby",
        "current-location",
        ("ev_charging_stations.read", "weather_stations.read"),
    ),
    Page(
        "Maintenance", "Shop board", "/shop", "columns-3", ("maintenance_records.start", "technicians.read")
    ),
    Page("Maintenance", "My work", "/my-work", "clock-play", ("work_order_tasks.complete",)),
    Page("Maintenance", "Shop calendar", "/shop/calendar", "calendar-time", ("service_bay_schedule.read",)),
    Page(
        "Maintenance", "Service due", "/service-due", "clock-check", ("recurring_maintenance_schedules.read",)
    ),
    Page("Maintenance", "Open defects", "/open-defects", "alert-triangle", ("defects.read",)),
    Page("Maintenance", "Parts counter", "/parts-counter", "packages", ("part_stocks.read",)),
    Page(
        "Maintenance", "Maintenance costs", "/maintenance-costs", "chart-bar", ("maintenance_records.export",)
    ),
    Page(
        "Maintenance",
        "Report a problem",
        "/report-problem",
        "message-report",
        ("defects.create", "maintenance_records.create"),
    ),
    Page("Safety", "Report an incident", "/report-incident", "message-report", ("incidents.create",)),
    Page("Safety", "Report damage", "/report-damage", "hammer", ("damage_reports.create",)),
    Page("Safety", "Accident register", "/accident-register", "car-crash", ("accident_reports.export",)),
    Page("Safety", "OSHA log", "/osha-log", "bandage", ("injury_records.export",)),
    Page("Safety", "Incident figures", "/incident-figures", "chart-bar", ("incidents.export",)),
    Page("Safety", "Compliance", "/compliance", "shield-check", ("compliance_documents.read",)),
    Page("Safety", "Inspect a vehicle", "/inspect", "clipboard-check", ("safety_inspections.submit",)),
    Page("Safety", "Hours of service", "/hours-of-service", "clock-hour-4", ("hours_of_service_logs.read",)),
)
#: And one behind them.
API_PAGE = Item("API", "/api/docs", "code", False)


def section_of(resource: Resource) -> str:
    if resource.domain in ("Identity", "System"):
        return ADMINISTRATION
    return ELSEWHERE.get(str(resource.table.name), resource.domain)


def may(actor: Actor | None, permission: str) -> bool:
    return actor is not None and actor.access.reach(permission) is not None


def has_own_home(actor: Actor) -> bool:
    """Whether the first page is a driver's: somebody who drives and sees nobody else, nor the map of the fleet."""
    if actor.driver_id is None or actor.user_id is None:
        return False
    drivers, states = (actor.access.reach(one) for one in ("drivers.read", "vehicle_states.read"))
    wide = (one for one in (drivers, states) if one and (one.everything or one.facilities or one.departments))
    return drivers is not None and not any(wide)


@cache
def _place(table: str) -> int:
    return ORDER.index(table) if table in ORDER else len(ORDER)


def navigation(
    registry: Registry, actor: Actor | None, path: str, opened: frozenset[str] = frozenset()
) -> list[Section]:
    """Sections with the pages that the actor may read; the page that `path` belongs to is active, its section open.

    `opened` are the keys of other sections that stand open.
    """
    if actor is None:
        return []
    sections: dict[str, list[Item]] = {title: [] for title in SECTION_ORDER}
    pages = (*OWN_HOME, *PAGES[1:]) if has_own_home(actor) else PAGES
    own = [page for page in pages if any(may(actor, permission) for permission in page.permissions)]
    # Of /shop and /shop/calendar the longer one is the page that is looked at.
    here = max((page for page in own if page.holds(path)), key=lambda page: len(page.href), default=None)
    for page in own:
        sections[page.section].append(Item(page.label, page.href, page.icon, page is here))
    taken = here is not None
    listed = [name for name in registry if name not in UNLISTED and "list" in registry[name].operations]
    for name in sorted(listed, key=_place):
        resource = registry[name]
        if not may(actor, resource.permission("read")):
            continue
        place = f"/{resource.collection}"
        href = OWN_PAGES.get(name, place)
        active = not taken and any(path == at or path.startswith(f"{at}/") for at in (href, place))
        sections.setdefault(section_of(resource), []).append(
            Item(resource.plural, href, icon_of(name), active)
        )
    if sections[ADMINISTRATION]:
        sections[ADMINISTRATION].append(replace(API_PAGE, active=path == API_PAGE.href))
    found = []
    for title, items in sections.items():
        if items:
            is_open = title.lower() in opened or any(item.active for item in items)
            found.append(Section(title, SECTION_ICONS.get(title, "list"), items, is_open))
    if found and not any(section.is_open for section in found):
        first = found[0]
        found[0] = Section(first.title, first.icon, first.items, True)
    return found
