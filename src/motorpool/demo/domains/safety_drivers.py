"""The drivers' files of the demonstration: duty records, citations, training, tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from motorpool.demo.domains import safety_records as records, safety_stories as stories
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_office import Accident, Office

#: So many drivers keep duty records, for so many days before today.
LOGGED_DRIVERS, LOGGED_DAYS = 3, 8
#: Midnight in San Francisco, roughly, as hours of UTC.
MIDNIGHT = timedelta(hours=8)


class DriverFiles(Office):
    def fill(self, accidents: list[Accident]) -> None:
        self._logs()
        self._unassigned()
        self._citations()
        self._trainings()
        self._tests(accidents)

    def _logs(self) -> None:
        rows: list[Row] = []
        for person in range(LOGGED_DRIVERS):
            for day in range(LOGGED_DAYS, 0, -1):
                rows += self._day(person, day)
        keys = self.add("hours_of_service_logs", rows)
        self._edits(rows, keys)

    def _day(self, person: int, days_ago: int) -> list[Row]:
        date_ = self.today - timedelta(days=days_ago)
        midnight = datetime.combine(date_, datetime.min.time(), UTC) + MIDNIGHT
        late = timedelta(minutes=15 * ((person + days_ago) % 3))
        changes: list[tuple[timedelta, str, str]] = []
        if date_.weekday() > 4:
            changes = [(timedelta(), "off_duty", "San Francisco, CA")]
        for hour, status, place in () if changes else records.DAY:
            changes.append((timedelta(hours=hour) + (late if hour else timedelta()), status, place))
        ends = [start for start, _, _ in changes[1:]] + [timedelta(hours=24)]
        odometer = 88_000 + person * 21_000 + (LOGGED_DAYS - days_ago) * 310
        rows: list[Row] = []
        for (start, status, place), end in zip(changes, ends, strict=True):
            driven = round((end - start).total_seconds() / 3600 * 38) if status == "driving" else 0
            rows.append(
                {
                    "driver_id": self.driver(person),
                    "vehicle_id": self.vehicle(person),
                    "log_date": date_,
                    "duty_status": status,
                    "status_start_time": midnight + start,
                    # The last status goes on.
                    "status_end_time": None if (start, days_ago) == (changes[-1][0], 1) else midnight + end,
                    "location_start": place,
                    "odometer_start": odometer,
                    "odometer_end": odometer + driven,
                    "origin": "automatic" if status == "driving" else "driver",
                    "eld_provider": "Motorpool" if status == "driving" else None,
                    "eld_device_id": f"DEMO-{person + 1}" if status == "driving" else None,
                    "driver_decision": "accepted" if days_ago > 1 else "undecided",
                    "decided_at": midnight + timedelta(hours=25) if days_ago > 1 else None,
                    "certified_at": midnight + timedelta(hours=25) if days_ago > 1 else None,
                    "created_at": midnight + end,
                }
            )
            odometer += driven
        return rows

    def _edits(self, rows: list[Row], keys: list[UUID]) -> None:
        """One edit by the driver, one by the office that waits for the driver."""
        breaks = [
            index
            for index, row in enumerate(rows)
            if row["location_start"] == "2mi SW Oakland, CA" and row["duty_status"] == "off_duty"
        ]
        edits: list[Row] = []
        for index, origin, reason in (
            (breaks[0], "driver", "Helped to unload during the break; was on duty"),
            (breaks[-1], "carrier", "The gate log shows work at the dock in this time"),
        ):
            edits.append(
                {
                    **{
                        name: value
                        for name, value in rows[index].items()
                        if name not in ("id", "driver_decision", "decided_at", "certified_at", "created_at")
                    },
                    "duty_status": "on_duty_not_driving",
                    "origin": origin,
                    "replaces_log_id": keys[index],
                    "edit_reason": reason,
                    "created_by_user_id": self.user,
                }
            )
        self.add("hours_of_service_logs", edits)

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
