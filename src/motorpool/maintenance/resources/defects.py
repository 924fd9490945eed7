"""Defects of vehicles."""

from __future__ import annotations

from dataclasses import replace

from motorpool.core.resource.declaration import READ_ONLY, Computed, Numbered, Resource, Scope
from motorpool.fleet.resources import DRIVEN_NOW, vehicle_scope
from motorpool.maintenance.models import Defect, DefectSighting
from motorpool.maintenance.rules.defect_states import DEFECT

#: Whoever reported a defect sees it for ever; reporting one takes having the vehicle now.
REPORTS = replace(
    vehicle_scope(),
    own=f"t.reported_by_driver_id = %(actor_driver)s OR t.reported_by_user_id = %(actor_user)s "
    f"OR {DRIVEN_NOW.format(vehicle='t.vehicle_id')}",
    new=DRIVEN_NOW.format(vehicle="t.vehicle_id"),
)
OF_DEFECT = (
    "EXISTS (SELECT FROM defects d WHERE d.tenant_id = t.tenant_id AND d.id = t.defect_id AND ({condition}))"
)
RESOURCES = (
    Resource(
        model=Defect,
        label="Defect",
        writable=tuple(
            "description severity is_unsafe component system_code position source inspection_item reported_at odometer "
            "photos resolution_notes notes".split()
        ),
        create_only=("defect_number", "vehicle_id", "inspection_id", "reported_by_driver_id"),
        numbered=Numbered("defect_number", "DEF-{year}-{number:05}"),
        made_by=("reported_by_user_id",),
        filters=tuple(
            "id defect_number vehicle_id severity status inspection_id reported_at reported_by_driver_id work_order_id "
            "deferred_until blocks_vehicle".split()
        ),
        default_sort="-reported_at",
        states=DEFECT,
        computed={
            "blocks_vehicle": Computed(
                "t.is_unsafe AND t.status NOT IN ('certified', 'dismissed')",
                bool,
                "The vehicle may not be used until the defect is certified",
            )
        },
        scope=REPORTS,
        list_columns=tuple(
            "defect_number vehicle_id description severity blocks_vehicle status reported_at".split()
        ),
        title_column="defect_number",
        examples={"description": "Air leak at the left rear brake chamber", "component": "service_brakes"},
    ),
    Resource(
        model=DefectSighting,
        label="Defect sighting",
        operations=READ_ONLY,
        default_sort="-seen_at",
        scope=Scope(
            facility=OF_DEFECT.format(
                condition="EXISTS (SELECT FROM vehicles v WHERE v.tenant_id = d.tenant_id AND v.id = d.vehicle_id "
                "AND v.facility_id = ANY (%(reach_facilities)s))"
            ),
            department=OF_DEFECT.format(
                condition="EXISTS (SELECT FROM vehicles v WHERE v.tenant_id = d.tenant_id AND v.id = d.vehicle_id "
                "AND v.department_id = ANY (%(reach_departments)s))"
            ),
            own=f"t.reported_by_driver_id = %(actor_driver)s OR "
            f"{OF_DEFECT.format(condition=DRIVEN_NOW.replace('t.tenant_id', 'd.tenant_id').format(vehicle='d.vehicle_id'))}",
        ),
        list_columns=("defect_id", "inspection_id", "inspection_item", "seen_at", "notes"),
        title_column="inspection_item",
    ),
)
