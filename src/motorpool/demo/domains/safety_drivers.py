"""The drivers' files of the demonstration: duty records, citations, training, tests."""

from __future__ import annotations

from datetime import timedelta

from motorpool.demo.domains import safety_records as records, safety_stories as stories
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_duty import DutyLogs
from motorpool.demo.domains.safety_office import Accident, Office


class DriverFiles(Office):
    def fill(self, accidents: list[Accident]) -> None:
        DutyLogs(self.connection, self.tenant, self.fleet).fill()
        self._unassigned()
        self._citations()
        self._trainings()
        self._tests(accidents)

    def _unassigned(self) -> None:
        moves = (
            (0.4, 9, "1.20", "open", None),
            (1.6, 22, "6.80", "open", None),
            (3.2, 6, "0.60", "explained", "Moved from the wash bay to its place by a mechanic"),
            (5.5, 48, "19.40", "claimed", None),
            (6.1, 4, "0.30", "explained", "Test drive inside the yard after a brake repair"),
        )
        self.add(
            "unassigned_driving",
            [
                {
                    "vehicle_id": self.vehicle(20 + index),
                    "started_at": self.now - timedelta(days=days),
                    "ended_at": self.now - timedelta(days=days) + timedelta(minutes=minutes),
                    "distance_km": distance,
                    "location_start": "Depot, San Francisco, CA",
                    "status": status,
                    "claimed_by_driver_id": self.driver(2) if status == "claimed" else None,
                    "explanation": text,
                    "resolved_at": None if status == "open" else self.now - timedelta(days=days - 0.3),
                    "resolved_by_user_id": None if status == "open" else self.user,
                }
                for index, (days, minutes, distance, status, text) in enumerate(moves)
            ],
        )

    def _citations(self) -> None:
        rows: list[Row] = []
        for index, (kind, place, agency, moving, fine, points, days, paid, court) in enumerate(
            records.CITATIONS
        ):
            when = self.now - timedelta(days=days)
            rows.append(
                {
                    "driver_id": self.driver(index),
                    "vehicle_id": self.vehicle(index + 3),
                    "violation_type": kind,
                    "citation_number": f"{agency[:2].upper()}{700_311 + index * 4_127}",
                    "violation_date": when,
                    "location": place,
                    "issuing_agency": agency,
                    "is_moving_violation": moving,
                    "fine_amount": fine,
                    "fine_due_date": (when + timedelta(days=30)).date(),
                    "points": points,
                    "points_expire_on": (when + timedelta(days=1_095)).date() if points else None,
                    "court_date": self.today + timedelta(days=court) if court else None,
                    "court_location": "Superior Court, 850 Bryant St" if court else None,
                    "plea": "not_guilty" if court else None,
                    "outcome": "convicted" if paid and moving else None,
                    "decided_on": (when + timedelta(days=16)).date() if paid and moving else None,
                    "employer_notified_on": (when + timedelta(days=18)).date() if paid and moving else None,
                    "case_status": "paid" if paid else "contested" if court else "open",
                    "fine_paid_amount": fine if paid else None,
                    "fine_paid": paid,
                    "fine_paid_date": (when + timedelta(days=16)).date() if paid else None,
                    "fine_paid_by": ("driver" if moving else "company") if paid else None,
                    "points_added_to_record": bool(points and paid),
                    "insurance_notified": bool(points and paid),
                }
            )
        self.add("driver_violations", rows)

    def _trainings(self) -> None:
        rows: list[Row] = []
        for index in range(30):
            kind, provider, hours, years = records.COURSES[index % len(records.COURSES)]
            began = self.today - timedelta(days=4 + index * 37)
            status = "in_progress" if index < 3 else "failed" if index == 11 else "completed"
            done = began + timedelta(days=1)
            rows.append(
                {
                    "driver_id": self.driver(index),
                    "training_type": kind,
                    "training_provider": provider,
                    "training_date": began,
                    "completion_date": None if status == "in_progress" else done,
                    "expiration_date": done + timedelta(days=365 * years)
                    if years and status == "completed"
                    else None,
                    "certification_number": f"{kind[:3].upper()}-{5_120 + index * 71}"
                    if status == "completed"
                    else None,
                    "score": None
                    if status == "in_progress"
                    else 61
                    if status == "failed"
                    else 82 + index % 17,
                    "passing_score": 80,
                    "status": status,
                    "training_hours": hours,
                    "training_location": "Drivers' room" if provider == "In-house" else "San Francisco",
                }
            )
        self.add("driver_training_records", rows)

    def _tests(self, accidents: list[Accident]) -> None:
        rows: list[Row] = []
        for report, driver, when, story in accidents:
            if not (stories.STORIES[story].treated or stories.STORIES[story].towed):
                continue
            for kind, remind, limit in (("alcohol", 2, 8), ("drug", None, 32)):
                missed = kind == "alcohol" and story == 2
                rows.append(
                    {
                        "driver_id": driver,
                        "accident_report_id": report,
                        "test_type": kind,
                        "reason": "post_accident",
                        "status": "missed" if missed else "completed",
                        "ordered_at": when,
                        "remind_at": when + timedelta(hours=remind) if remind else None,
                        "due_at": when + timedelta(hours=limit),
                        "taken_at": None if missed else when + timedelta(hours=1.6 if remind else 5),
                        "collection_site": None if missed else "Mission Bay Occupational Health",
                        "result": None if missed else "negative",
                        "missed_reason": "The driver was held at the scene until after eight hours"
                        if missed
                        else None,
                        "ordered_by_user_id": self.user,
                    }
                )
        for index in range(6):
            ordered = self.now - timedelta(days=index * 31)
            rows.append(
                {
                    "driver_id": self.driver(7 + index),
                    "test_type": ("drug", "alcohol")[index % 2],
                    "reason": "pre_employment" if index == 4 else "random",
                    "status": "due" if index == 0 else "completed",
                    "ordered_at": ordered,
                    "due_at": ordered + timedelta(hours=24),
                    "taken_at": None if index == 0 else ordered + timedelta(hours=3),
                    "collection_site": "Mission Bay Occupational Health",
                    "specimen_number": None if index == 0 else f"S{910_244 + index * 37}",
                    "result": None if index == 0 else "negative_dilute" if index == 3 else "negative",
                    "ordered_by_user_id": self.user,
                }
            )
        self.add("drug_alcohol_tests", rows)
