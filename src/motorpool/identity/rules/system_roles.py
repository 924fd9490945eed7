"""The nine system roles and what each may do.

A role is written down by category (the domain that a collection belongs to), so that it grows with the
program, and expanded to collections when it is stored: `roles.permissions` then says plainly what holds.
Collections that tell about people's accounts, about what they did, or that hold secrets are never reached
through a category, only by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

ADMIN = "admin"
SENSITIVE = frozenset(
    {
        "tenants",
        "users",
        "roles",
        "permissions",
        "user_roles",
        "user_permissions",
        "api_tokens",
        "sessions",
        "audit_trails",
        "user_activity_log",
        "devices",
        # Confidential about a person's health: 49 CFR 40.321 for tests, 29 CFR 1904.29(b)(6) for injuries.
        "drug_alcohol_tests",
        "injury_records",
        # Who is sick, and when.
        "technician_absences",
        "payment_methods",
        # Pictures of the inside of a cab, and letters.
        "video_telematics_footage",
        "outlook_emails",
        "teams_integration_messages",
        "document_audit_log",
    }
)


class PermissionFact(NamedTuple):
    """One permission as the resources declare it: `PermissionFact("vehicles.read", "Read vehicles", "...",
    "Fleet")`.
    """

    key: str
    name: str
    description: str
    category: str


class Grant(NamedTuple):
    actions: tuple[str, ...]
    scope: str = "all"


READ = Grant(("read", "export"))
WRITE = Grant(("read", "export", "create", "update"))
FULL = Grant(("*",))
OWN_READ = Grant(("read",), "own")
OWN_WRITE = Grant(("read", "create", "update"), "own")
OWN_REPORT = Grant(("read", "create"), "own")


@dataclass(frozen=True, slots=True)
class SystemRole:
    name: str
    display_name: str
    description: str
    categories: Mapping[str, Grant] = field(default_factory=dict)
    #: By name; replaces what the category gives.
    collections: Mapping[str, Grant] = field(default_factory=dict)

    def permissions(self, known: Iterable[PermissionFact]) -> dict[str, Any]:
        """`roles.permissions` of this role for the collections that the program has."""
        grants: dict[str, Grant] = {}
        for fact in known:
            collection = fact.key.partition(".")[0]
            category = fact.category.lower()
            if category in self.categories and collection not in SENSITIVE:
                grants[collection] = self.categories[category]
        grants |= {} if "*" in self.collections else PERSONAL
        grants |= self.collections
        return {
            collection: {"actions": list(grant.actions), "scope": grant.scope}
            for collection, grant in sorted(grants.items())
        }


def _each(names: str, grant: Grant) -> dict[str, Grant]:
    return dict.fromkeys(names.split(), grant)


#: Each person's own API tokens.
OWN_TOKENS = {"api_tokens": Grant(("read", "create", "revoke"), "own")}
#: What is a person's own whatever their work is. Over a category: nobody reads other people's messages by their role.
PERSONAL = {
    "notifications": Grant(("*",), "own"),
    "notification_preferences": Grant(("*",), "own"),
    "messages": OWN_WRITE,
    "outlook_emails": OWN_READ,
    "calendar_integrations": Grant(("*",), "own"),
    "list_views": Grant(("*",), "own"),
    "import_jobs": Grant(("*",), "own"),
    "import_errors": OWN_READ,
    "export_jobs": Grant(("*",), "own"),
}
#: Public facts about the road.
ALONG_THE_ROAD = _each(
    "ev_charging_stations traffic_cameras weather_stations weather_observations toll_plazas", Grant(("read",))
)
#: Meetings that one is invited to, and what was decided there for one to do.
OF_AN_ATTENDEE = {
    **_each("safety_meetings meeting_attendees meeting_questions meeting_quiz_attempts", OWN_READ),
    "corrective_actions": Grant(("read", "start", "complete"), "own"),
}
#: What drivers see and report of their own: logs, medical and other papers, training, inspections, fuel, incidents.
OF_A_DRIVER = {
    **_each("driver_training_records compliance_documents drug_alcohol_tests", OWN_READ),
    "driver_violations": Grant(("read", "create", "contest", "set_court_date", "report_conviction"), "own"),
    **_each("policies policy_versions sop_documents training_modules compliance_checklists", OWN_READ),
    **_each("onboarding_checklists onboarding_progress message_groups policy_violations", OWN_READ),
    **_each("policy_assignments sop_assignments document_versions document_shares", OWN_READ),
    **_each(
        "geofence_events geofence_visits driver_behavior_events video_telematics_footage coaching_sessions",
        OWN_READ,
    ),
    **_each("behavior_thresholds driver_score_weights", Grant(("read",))),
    **_each("training_completions equipment", OWN_READ),
    **OF_AN_ATTENDEE,
    **_each("incidents damage_reports", OWN_WRITE),
    "safety_inspections": Grant(("read", "create", "submit", "review"), "own"),
    **_each("inspection_forms inspection_form_items", Grant(("read",))),
    **_each("accident_reports damage_marks incident_people fuel_transactions", OWN_REPORT),
    **_each("policy_acknowledgments sop_completions documents maintenance_records", OWN_REPORT),
    **_each("document_comments record_attachments", OWN_REPORT),
    "onboarding_tasks": Grant(("read", "complete"), "own"),
    "routes": Grant(("read", "start", "complete"), "own"),
    "route_stops": OWN_READ,
    **ALONG_THE_ROAD,
    "defects": Grant(("read", "create", "review"), "own"),
    "hours_of_service_logs": Grant(("read", "create", "certify", "accept", "reject"), "own"),
    "unassigned_driving": Grant(("read", "claim", "explain"), "own"),
    "duty_supporting_documents": Grant(("read", "submit"), "own"),
    "duty_file_imports": OWN_READ,
    "training_assignments": Grant(("read", "start"), "own"),
    "compliance_checklist_completions": Grant(("read", "start", "save", "submit"), "own"),
    "comments": Grant(("read", "create", "edit", "remove"), "own"),
    "expenses": Grant(("read", "create", "update", "resubmit", "withdraw"), "own"),
    "fuel_cards": Grant(("read", "report_lost"), "own"),
    "vehicle_reservations": Grant(("read", "create", "update", "cancel"), "own"),
    "asset_transfers": Grant(("read", "receive"), "own"),
}
#: What everybody who works on records of others says, confirms and decides.
OF_A_COLLEAGUE = {
    "comments": Grant(("read", "create")),
    **_each("policy_acknowledgments sop_completions workflow_instances", OWN_REPORT),
    "workflow_approvals": Grant(("read", "approve", "reject", "delegate"), "own"),
}
#: What a workshop does with its own records; approving and certifying stay with those who answer for them.
OF_A_TECHNICIAN = {
    "maintenance_records": Grant(
        (*WRITE.actions, "start", "wait_for_parts", "resume", "finish", "clock_in", "clock_out")
    ),
    "work_order_tasks": Grant(
        (*WRITE.actions, "start", "block", "unblock", "complete", "inspect", "redo", "clock_in", "clock_out")
    ),
    "work_order_parts": Grant((*WRITE.actions, "delete", "reserve", "release", "issue", "return")),
    "part_stocks": Grant((*WRITE.actions, "receive", "transfer")),
    "purchase_suggestions": READ,
    "work_order_labor": Grant((*WRITE.actions, "delete")),
    "recurring_maintenance_schedules": Grant((*WRITE.actions, "complete_without_order", "open_work_order")),
    "service_bay_schedule": Grant((*WRITE.actions, "start", "finish")),
    "defects": Grant((*WRITE.actions, "plan_repair", "repair", "take_up")),
    **_each("technicians technician_shifts", Grant(("read",))),
    "technician_absences": OWN_READ,
    "equipment": Grant(
        (*WRITE.actions, "check_out", "check_in", "send_to_repair", "report_lost", "report_found")
    ),
    "asset_transfers": Grant((*WRITE.actions, "hand_over", "receive")),
    "damage_reports": Grant(("read", "create", "schedule_repair", "repair")),
    "damage_marks": Grant(("read", "create", "update")),
    "safety_inspections": Grant(("read", "create", "update", "submit")),
    **_each("inspection_forms inspection_form_items", Grant(("read",))),
}
#: What a fleet manager decides about money, beyond writing it down.
OF_A_BUDGET_HOLDER = {
    "expenses": Grant((*WRITE.actions, "approve", "supervisor_approve", "reject")),
    "invoices": Grant((*WRITE.actions, "approve", "submit", "dispute")),
    "purchase_orders": Grant(
        (*WRITE.actions, "approve", "submit", "send_back", "send", "receive_part", "receive", "cancel")
    ),
    "fuel_cards": Grant((*WRITE.actions, "suspend", "reactivate", "report_lost", "cancel")),
    "fuel_transactions": Grant((*WRITE.actions, "flag", "verify", "void")),
    "fuel_card_transactions": Grant((*WRITE.actions, "approve", "flag", "reject")),
}
#: Whoever reads reservations may ask for a vehicle; what is one's own stays in the hands of those who decide.
MAY_ASK = {"vehicle_reservations": Grant(("read", "create"))}
#: Who is who, for roles that assign work to people.
PEOPLE = {"users": Grant(("read",)), "roles": Grant(("read",))}

SYSTEM_ROLES = (
    SystemRole(
        ADMIN, "Administrator", "Everything, people and their rights included.", collections={"*": FULL}
    ),
    SystemRole(
        "fleet_manager",
        "Fleet manager",
        "Runs the fleet: vehicles, drivers, maintenance, safety and costs; does not administer accounts.",
        categories={
            "fleet": FULL,
            "assets": FULL,
            "telematics": FULL,
            "documents": FULL,
            "governance": FULL,
            "maintenance": FULL,
            "safety": FULL,
            "communication": FULL,
            "analytics": FULL,
            "finance": Grant((*WRITE.actions, "approve")),
            "integrations": READ,
        },
        collections={
            **PEOPLE,
            **OWN_TOKENS,
            **OF_A_BUDGET_HOLDER,
            "video_telematics_footage": FULL,
            "api_integrations": Grant((*READ.actions, "poll", "pause")),
            "connector_objects": Grant((*READ.actions, "map", "ignore")),
            **_each("teams_integration_messages document_audit_log", Grant(("read",))),
            "devices": FULL,
            "technician_absences": FULL,
            "user_roles": Grant(("read",)),
            "user_activity_log": Grant(("read",)),
            "audit_trails": Grant(("read",)),
        },
    ),
    SystemRole(
        "dispatcher",
        "Dispatcher",
        "Watches the live map and says who drives what, where and when.",
        categories={
            "fleet": READ,
            "telematics": WRITE,
            "communication": WRITE,
            "maintenance": Grant(("read",)),
            "safety": Grant(("read", "create")),
            "documents": Grant(("read",)),
            "analytics": Grant(("read",)),
        },
        collections={
            **PEOPLE,
            **OF_A_COLLEAGUE,
            **_each("message_groups message_group_members", FULL),
            "alert_history": Grant((*WRITE.actions, "acknowledge", "resolve", "reopen")),
            "routes": Grant((*WRITE.actions, "start", "complete", "cancel", "replan")),
            "driver_assignments": FULL,
            **_each("behavior_thresholds driver_score_weights coaching_sessions street_limits", READ),
            "vehicle_reservations": FULL,
            "defects": Grant(OWN_REPORT.actions),
            "maintenance_records": Grant(OWN_REPORT.actions),
            "unassigned_driving": Grant(("read", "claim", "explain")),
            "duty_supporting_documents": Grant(("read", "submit")),
            # What is given to them to do after a meeting or an incident.
            "corrective_actions": Grant(("read", "create", "start", "complete")),
        },
    ),
    SystemRole(
        "technician",
        "Technician",
        "Repairs vehicles: work orders, parts, inspections, meters. Does not see where people drove.",
        categories={
            "fleet": Grant(("read",)),
            "assets": WRITE,
            "maintenance": WRITE,
            "documents": Grant(("read", "create")),
            "governance": Grant(("read",)),
        },
        collections={
            "drivers": OWN_READ,
            "driver_assignments": OWN_READ,
            **OF_AN_ATTENDEE,
            "meter_readings": Grant(("read", "export", "create")),
            "obd_telemetry": Grant(("read",)),
            "vehicle_states": Grant(("read",)),
            **OF_A_COLLEAGUE,
            **MAY_ASK,
            **OF_A_TECHNICIAN,
            **ALONG_THE_ROAD,
            "alert_history": Grant(("read",)),
        },
    ),
    SystemRole(
        "driver",
        "Driver",
        "Sees and reports what is their own: vehicles, trips, logs, papers, training; nobody else's.",
        collections={
            **OF_A_DRIVER,
            "drivers": OWN_READ,
            "driver_assignments": OWN_READ,
            "vehicles": OWN_READ,
            "vehicle_states": OWN_READ,
            "trips": Grant(("read", "update"), "own"),
            "stops": OWN_READ,
            "meter_readings": Grant(("read", "create"), "own"),
        },
    ),
    SystemRole(
        "safety_officer",
        "Safety officer",
        "Incidents, inspections, hours of service, compliance and training.",
        categories={
            "safety": FULL,
            "governance": FULL,
            "fleet": READ,
            "telematics": READ,
            "maintenance": READ,
            "documents": WRITE,
            "communication": WRITE,
            "analytics": READ,
        },
        collections={
            **PEOPLE,
            "drivers": WRITE,
            "driver_assignments": READ,
            **_each("message_groups message_group_members", FULL),
            "alert_history": Grant((*WRITE.actions, "acknowledge", "resolve", "reopen")),
            "video_telematics_footage": Grant(("read", "create", "update", "view_interior")),
            **_each("behavior_thresholds driver_score_weights coaching_sessions", FULL),
            "drug_alcohol_tests": FULL,
            "injury_records": FULL,
            "defects": Grant((*WRITE.actions, "defer", "take_up", "certify", "dismiss", "review", "reopen")),
        },
    ),
    SystemRole(
        "accountant",
        "Accountant",
        "Costs, invoices, budgets and fuel; reads what they are about.",
        categories={
            "finance": FULL,
            "fleet": READ,
            "assets": READ,
            "maintenance": READ,
            "documents": WRITE,
            "analytics": READ,
        },
        collections={
            **OWN_TOKENS,
            **OF_A_COLLEAGUE,
            **OF_AN_ATTENDEE,
            "payment_methods": FULL,
            "purchase_suggestions": Grant((*READ.actions, "order", "dismiss", "reopen")),
            "vendors": WRITE,
            "trips": READ,
            "meter_readings": READ,
        },
    ),
    SystemRole(
        "auditor",
        "Auditor",
        "Reads and exports everything that is not a secret, the audit trail included; changes nothing.",
        categories=_each(
            "fleet assets telematics documents governance maintenance safety finance communication "
            "integrations analytics system",
            READ,
        ),
        collections=_each(
            "users roles permissions user_roles user_permissions audit_trails user_activity_log", READ
        ),
    ),
    SystemRole(
        "viewer",
        "Viewer",
        "Looks at the fleet, its trips and its maintenance, and asks for vehicles; no costs, no accounts, no exports.",
        categories=_each("fleet assets telematics maintenance analytics", Grant(("read",))),
        collections={**MAY_ASK, **OF_AN_ATTENDEE},
    ),
)

BY_NAME = {role.name: role for role in SYSTEM_ROLES}
