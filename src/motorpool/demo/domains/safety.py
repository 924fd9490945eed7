"""A few months of the demonstration's safety office: incidents and what follows, papers, meetings, insurance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, safety_stories as stories
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_drivers import DriverFiles
from motorpool.demo.domains.safety_meetings import Meetings
from motorpool.demo.domains.safety_office import MADE_UP, Accident, Office
from motorpool.demo.domains.safety_papers import Papers
from motorpool.demo.domains.safety_qualification import Qualifications

#: Incidents with an accident report, and the state of its investigation.
ACCIDENTS = {
    0: ("pending", "pending_review"),
    1: ("in_progress", "pending_review"),
    2: ("in_progress", "pending_review"),
    8: ("completed", "preventable"),
}


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today, everything else is always the same."""
    incidents, accidents = Events(connection, tenant, fleet).fill()
    Meetings(connection, tenant, fleet).fill(incidents)
    Papers(connection, tenant, fleet).fill(incidents, accidents)
    DriverFiles(connection, tenant, fleet).fill(accidents)
    Qualifications(connection, tenant, fleet).fill()


class Events(Office):
    def fill(self) -> tuple[list[UUID], list[Accident]]:
        """The incidents, and the accident reports of some of them."""
        incidents = self._incidents()
        accidents = self._accidents(incidents)
        self._people(incidents)
        self._injuries(incidents)
        self._actions(incidents)
        return incidents, accidents

    def _incidents(self) -> list[UUID]:
        stories_ = stories.STORIES
        given = self.numbers("incidents", "INC", [story.ago for story in stories_])
        done = ("resolved", "archived")
        return self.add(
            "incidents",
            [
                {
                    "incident_number": given[index],
                    "title": story.title,
                    "incident_type": story.kind,
                    "severity": story.severity,
                    "status": story.status,
                    "occurred_at": self.ago(story.ago),
                    "reported_at": self.ago(story.ago) + timedelta(minutes=35 + 11 * index),
                    "location": story.place,
                    "latitude": story.latitude,
                    "longitude": story.longitude,
                    "vehicle_id": None if story.kind == "injury" else self.vehicle(index),
                    "driver_id": None if story.kind in ("injury", "spill") else self.driver(index),
                    "facility_id": self.facility(0)
                    if "Depot" in story.place or "bay" in story.place
                    else None,
                    "department_id": self.fleet.departments[index % len(self.fleet.departments)],
                    "description": story.text,
                    "injury_count": story.injured,
                    "treated_away_count": story.treated,
                    "towed_count": story.towed,
                    "is_dot_recordable": bool(story.treated or story.towed) and index in ACCIDENTS,
                    "is_osha_recordable": story.kind == "injury",
                    "police_notified": story.kind in ("theft", "vandalism") or story.severity == "serious",
                    "police_report_number": f"SFPD-{260_000 + index * 731}"
                    if story.severity == "serious"
                    else None,
                    "estimated_cost": story.cost,
                    "actual_cost": story.cost if story.status in done else None,
                    "reported_by_user_id": self.user,
                    "assigned_to_user_id": None if story.status == "reported" else self.colleague(index),
                    "root_cause": story.cause,
                    "root_cause_category": story.category,
                    "resolved_at": self.ago(story.ago - 9) if story.status in done else None,
                    "resolved_by_user_id": self.user if story.status in done else None,
                    "metadata": MADE_UP,
                }
                for index, story in enumerate(stories_)
            ],
        )

    def _accidents(self, incidents: list[UUID]) -> list[Accident]:
        given = self.numbers("accident_reports", "ACC", [stories.STORIES[index].ago for index in ACCIDENTS])
        rows: list[Row] = []
        for number, (index, (status, judged)) in zip(given, ACCIDENTS.items(), strict=True):
            story = stories.STORIES[index]
            done = status == "completed"
            rows.append(
                {
                    "incident_id": incidents[index],
                    "report_number": number,
                    "vehicle_id": self.vehicle(index),
                    "driver_id": self.driver(index),
                    "incident_date": self.ago(story.ago),
                    "location": story.place,
                    "city": "San Francisco",
                    "region": "CA",
                    "latitude": story.latitude,
                    "longitude": story.longitude,
                    "weather_conditions": "rain" if "rain" in story.title else "clear",
                    "road_conditions": "wet" if "rain" in story.title else "dry",
                    "traffic_conditions": ("stop_and_go", "moderate", "heavy", "light")[index % 4],
                    "incident_type": "collision",
                    "severity": "severe" if story.severity == "serious" else "moderate",
                    "at_fault": {0: False, 1: None, 2: False, 8: True}[index],
                    "police_notified": story.severity == "serious",
                    "police_department": "SFPD" if story.severity == "serious" else None,
                    "injuries": [
                        {
                            "person": "Cyclist",
                            "injury_type": "bruised hip",
                            "severity": "minor",
                            "hospitalized": True,
                        }
                    ]
                    if story.treated
                    else None,
                    "injury_count": story.injured,
                    "injury_treated_away": bool(story.treated),
                    "is_tow_away": bool(story.towed),
                    "estimated_damage_cost": story.cost,
                    "other_parties": [
                        {
                            "name": ("Quick Parcel", "Cyclist", "Driver of the pickup", "None")[
                                min(index, 3)
                            ],
                            "contact": f"+1 415 555 01{index:02}",
                            "insurance": None,
                            "vehicle": ("White Ford Transit", "Bicycle", "Black Ram 1500", None)[
                                min(index, 3)
                            ],
                        }
                    ]
                    if index < 3
                    else None,
                    "description": story.text,
                    "drug_alcohol_test_required": bool(story.treated or story.towed),
                    "investigation_status": status,
                    "preventability": judged,
                    "investigator_user_id": None if status == "pending" else self.colleague(index),
                    "investigation_notes": "Tyre depth measured, data of the drive looked at."
                    if done
                    else None,
                    "investigation_completed_at": self.ago(story.ago - 14) if done else None,
                    "preventability_reviewed_by_user_id": self.user if done else None,
                    "corrective_actions": "Wet-weather course; tyres changed at 3 mm." if done else None,
                    "reported_by_user_id": self.user,
                }
            )
        keys = self.add("accident_reports", rows)
        return [
            Accident(key, row["driver_id"], row["incident_date"], index)
            for key, row, index in zip(keys, rows, ACCIDENTS, strict=True)
        ]

    def _people(self, incidents: list[UUID]) -> None:
        people = (
            (
                0,
                "other_driver",
                "Marcus Hale",
                "Saw the light late; was looking at the address list.",
                "8PRC204",
            ),
            (0, "witness", "Dana Okafor", "The cab had been standing for some seconds.", None),
            (
                1,
                "witness",
                "Luis Ferrer",
                "The cyclist rode in the lane; the car turned without a signal.",
                None,
            ),
            (1, "pedestrian", "Ines Baptiste", "Held the bicycle until the ambulance came.", None),
            (2, "other_driver", "Gordon Pike", "Did not see the cab in the mirror.", "7RKL331"),
            (2, "responder", "Officer Tran, CHP", None, None),
            (3, "witness", "Sam Whitaker", "Heard no alarm, jumped back.", None),
        )
        self.add(
            "incident_people",
            [
                {
                    "incident_id": incidents[index],
                    "role": role,
                    "full_name": name,
                    "phone": f"+1 415 555 02{number:02}",
                    "statement": statement,
                    "statement_taken_at": self.ago(stories.STORIES[index].ago - 0.1) if statement else None,
                    "license_plate": plate,
                    "insurer": "Bayline Insurance" if plate else None,
                }
                for number, (index, role, name, statement, plate) in enumerate(people)
            ],
        )

    def _injuries(self, incidents: list[UUID]) -> None:
        cases = (
            (4, "Ray Delgado", "Mechanic", "hand", "Cut palm, four stitches", "days_away", 2, 3, True),
            (
                None,
                "Tomas Vance",
                "Detailer",
                "back",
                "Strained back lifting a wheel",
                "restricted",
                0,
                6,
                True,
            ),
            (
                None,
                "Priya Nair",
                "Driver",
                "knee",
                "Slipped on the wash-bay floor",
                "other_recordable",
                0,
                0,
                True,
            ),
            (None, "Joan Castle", "Dispatcher", "eye", "Dust in the eye, rinsed", "first_aid", 0, 0, False),
        )
        given = self.numbers("injury_records", "INJ", [23 + 19 * place for place in range(len(cases))])
        self.add(
            "injury_records",
            [
                {
                    "case_number": number,
                    "incident_id": None if index is None else incidents[index],
                    "person_name": name,
                    "job_title": job,
                    "facility_id": self.facility(0),
                    "injured_on": self.today - timedelta(days=23 + 19 * place),
                    "location": "Workshop" if job != "Dispatcher" else "Office",
                    "description": text,
                    "body_part": part,
                    "classification": kind,
                    "days_away": away,
                    "days_restricted": restricted,
                    "treated_away": treated,
                    "treated_by": "Mission Bay Occupational Health" if treated else None,
                    "recorded_by_user_id": self.user,
                }
                for place, (
                    number,
                    (index, name, job, part, text, kind, away, restricted, treated),
                ) in enumerate(zip(given, cases, strict=True))
            ],
        )

    def _actions(self, incidents: list[UUID]) -> None:
        rows: list[Row] = []
        for index, (title, kind, due, status, story) in enumerate(stories.ACTIONS):
            done = status in ("completed", "verified")
            when = self.today + timedelta(days=due)
            rows.append(
                {
                    "title": title,
                    "action_type": kind,
                    "incident_id": incidents[story],
                    "vehicle_id": self.vehicle(story) if kind == "repair" else None,
                    "driver_id": self.driver(story) if kind == "coaching" else None,
                    "assigned_to_user_id": self.colleague(index),
                    "priority": ("high", "medium", "low")[index % 3],
                    "status": status,
                    "due_on": when,
                    "completed_at": self.ago(-due + 1) if done else None,
                    "completed_by_user_id": self.user if done else None,
                    "completion_notes": "Done, see the photos in the file." if done else None,
                    "verified_at": self.ago(-due - 1) if status == "verified" else None,
                    "created_by_user_id": self.user,
                }
            )
        self.add("corrective_actions", rows)
