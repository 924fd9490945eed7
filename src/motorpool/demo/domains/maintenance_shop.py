"""When the demonstration's shop is open, who works when, and what its jobs ask of bay and technician. All of it is made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from motorpool.demo.domains.inserting import Row, add
from motorpool.demo.domains.maintenance_catalogue import BAYS, TECHNICIANS

#: Open longer on weekdays, in the morning on Saturdays.
OPENING_HOURS = {
    **{day: [{"opens": "07:00", "closes": "18:00"}] for day in ("mon", "tue", "wed", "thu", "fri")},
    "sat": [{"opens": "08:00", "closes": "13:00"}],
}
#: Job -> what the technician must know, what the bay must have.
NEEDS: dict[str, tuple[list[str], list[str]]] = {
    "Oil service": (["engine"], []),
    "Front brakes squeal": (["brakes"], ["two_post_lift", "brake_lathe"]),
    "Rear brake pads": (["brakes"], ["two_post_lift"]),
    "Engine misfires, P0301": (["engine"], []),
    "Does not start": (["electrical"], []),
    "Four tires": (["tires"], ["tire_changer"]),
    "Headlamp out": (["electrical"], []),
    "Runs hot in traffic": (["engine"], []),
    "Annual inspection": (["brakes"], ["two_post_lift"]),
    "Mirror torn off": (["bodywork"], []),
}


def needs(summary: str) -> Row:
    """Columns of a template."""
    skills, equipment = NEEDS.get(summary, ([], []))
    return {"required_skills": skills, "required_equipment": equipment or None}


class Roster:
    """Gives jobs to bays that have the tools and to technicians who know how; nobody gets two at a time."""

    def __init__(self, technicians: Sequence[UUID], bays: Sequence[UUID]) -> None:
        self.people = [
            (key, person.skills) for key, person in zip(technicians[:-1], TECHNICIANS, strict=False)
        ]
        self.bays = [(key, facts[-1]) for key, facts in zip(bays, BAYS, strict=True)]
        self.taken: set[tuple[datetime, UUID]] = set()

    def place(
        self, summary: str, otherwise: UUID, moments: Sequence[datetime]
    ) -> tuple[datetime, UUID, UUID | None]:
        """The first moment at which a bay and a technician are free for a job; else with whoever is responsible, or nobody."""
        skills, equipment = NEEDS.get(summary, ([], []))
        able = [key for key, known in self.people if set(skills) <= set(known)]
        fits = [key for key, tools in self.bays if set(equipment) <= set(tools)]
        wishes: list[list[tuple[UUID, UUID | None]]] = [
            [(bay, who) for bay in fits for who in able],
            [(bay, who) for bay, _ in self.bays for who in (otherwise, None)],
        ]
        for wish in wishes:
            for moment in moments:
                for bay, who in wish:
                    held = {(moment, bay)} | ({(moment, who)} if who else set())
                    if not held & self.taken:
                        self.taken |= held
                        return moment, bay, who
        raise ValueError(f"no place for {summary}")


def open_shop(
    connection: psycopg.Connection[Any],
    tenant: UUID,
    shop: UUID,
    technicians: Sequence[UUID],
    day: datetime,
    user: UUID,
) -> None:
    """Opening hours, short and long shifts, and an absence. `day`: the start of today."""
    connection.execute(
        "UPDATE facilities SET opening_hours = %s WHERE tenant_id = %s AND id = %s",
        (Jsonb(OPENING_HOURS), tenant, shop),
    )
    shifts = [
        {
            "technician_id": technician,
            "weekday": weekday,
            "starts_at": time(7),
            "ends_at": time(15, 30) if number % 2 == 0 else time(17, 30),
        }
        for number, technician in enumerate(technicians[:4])
        for weekday in range(1, 6)
    ]
    add(connection, "technician_shifts", tenant, shifts)
    absence = {
        "technician_id": technicians[2],
        "absence_type": "training",
        "starts_at": day + timedelta(days=9, hours=15),
        "ends_at": day + timedelta(days=11, hours=2),
        "notes": "Made up for the demonstration",
        "created_by_user_id": user,
    }
    add(connection, "technician_absences", tenant, [absence])
