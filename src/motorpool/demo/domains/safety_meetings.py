"""The demonstration's safety meetings: held ones with signatures and a quiz, one that is planned, and what was decided."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from datetime import timedelta
from uuid import UUID

from motorpool.demo.domains import safety_stories as stories
from motorpool.demo.domains.inserting import Row
from motorpool.demo.domains.safety_office import Office

#: (question, answers, places of the right ones)
QUIZ = (
    ("How far behind the vehicle ahead?", ["1 second", "At least 2 seconds", "One car length"], [1]),
    (
        "What may be done while driving?",
        ["Read a message", "Look at the mirrors", "Listen to spoken directions"],
        [1, 2],
    ),
    ("Who may stop the vehicle to make a call?", ["Everybody, at a safe place", "Nobody on a tour"], [0]),
    ("Where is the destination typed in?", ["While rolling slowly", "Standing, before the trip"], [1]),
)
PASS_PERCENT = 66
EXTINGUISHERS = "fire_extinguisher"
AGENDA = "What happened lately\n{topic}\nWho does what until when\nQuestions"


class Meetings(Office):
    def fill(self, incidents: list[UUID]) -> list[UUID]:
        """The meetings in the order of the stories."""
        keys = self._meetings(incidents)
        for index, (key, (days, kind, topic, _)) in enumerate(zip(keys, stories.MEETINGS, strict=True)):
            places = self._people(key, index, days)
            if kind == "monthly_safety" and days < 0:
                self._quiz(key, places)
            if kind == "training":
                self._trainings(places, topic, days)
        self._decided(keys)
        return keys

    def _meetings(self, incidents: list[UUID]) -> list[UUID]:
        rows: list[Row] = []
        for days, kind, topic, minutes in stories.MEETINGS:
            held, at = days < 0, self.ago(-days) + timedelta(hours=1)
            quiz = kind == "monthly_safety" and held
            rows.append(
                {
                    "meeting_date": at,
                    "meeting_type": kind,
                    "topic": topic,
                    "status": "held" if held else "scheduled",
                    "facilitator_user_id": self.user,
                    "facility_id": self.facility(0),
                    "incident_id": incidents[3] if kind == "incident_review" else None,
                    "location": "Drivers' room",
                    "duration_minutes": minutes or 45,
                    "agenda": AGENDA.format(topic=topic),
                    "minutes": "Cases of the last weeks were talked through; what is to be done stands among the actions."
                    if held
                    else None,
                    "quiz_pass_percent": PASS_PERCENT if quiz else None,
                    "quiz_attempts": 2 if quiz else None,
                    "training_type": EXTINGUISHERS if kind == "training" else None,
                    "training_valid_months": 24 if kind == "training" else None,
                    "held_at": at + timedelta(minutes=(minutes or 45) + 5) if held else None,
                    "held_by_user_id": self.user if held else None,
                }
            )
        return self.add("safety_meetings", rows)

    def _people(self, key: UUID, index: int, days: int) -> list[Row]:
        """Who was invited; of a held meeting all but one came, and all but one of these signed."""
        held, at = days < 0, self.ago(-days) + timedelta(hours=1)
        crowd = list(dict.fromkeys(self.driver(index + number) for number in range(7 + index % 3)))
        rows: list[Row] = []
        for number, driver in enumerate(crowd):
            came = held and number != 2
            signed = came and number != len(crowd) - 1
            moment = at + timedelta(minutes=2 + number)
            rows.append(
                {
                    "safety_meeting_id": key,
                    "driver_id": driver,
                    "is_invited": True,
                    "came_at": at if came else None,
                    "came_noted_by_user_id": self.user if came else None,
                    "signed_at": moment if signed else None,
                    "signed_name": self._name(driver) if signed else None,
                    "signature": scribble(number + 3 * index) if signed else None,
                    "signed_with": "leader" if signed else None,
                    "signed_by_user_id": self.user if signed else None,
                }
            )
        self.add("meeting_attendees", rows)
        if held and index == 1:
            self.add(
                "meeting_attendees",
                [
                    {
                        "safety_meeting_id": key,
                        "guest_name": "Ines Baptiste",
                        "guest_company": "City bicycle office",
                        "came_at": at,
                        "came_noted_by_user_id": self.user,
                    }
                ],
            )
        return rows

    def _name(self, driver: UUID) -> str:
        row = self.connection.execute(
            "SELECT full_name FROM drivers WHERE tenant_id = %s AND id = %s", (self.tenant, driver)
        ).fetchone()
        return str(row[0]) if row else "Driver"

    def _quiz(self, key: UUID, places: list[Row]) -> None:
        questions: list[Row] = [
            {
                "safety_meeting_id": key,
                "position": place,
                "question_text": text,
                "choices": choices,
                "right_choices": right,
            }
            for place, (text, choices, right) in enumerate(QUIZ, 1)
        ]
        asked = self.add("meeting_questions", questions)
        tries: list[Row] = []
        for number, place in enumerate(one for one in places if one["signed_at"]):
            # Two tried again, the third still has to.
            for attempt, wrong in enumerate({0: (3, 1), 1: (2, 0), 2: (3,)}.get(number, (number % 2,)), 1):
                right = len(QUIZ) - wrong
                answers = {
                    str(question): [0] if index < wrong else QUIZ[index][2]
                    for index, question in enumerate(asked)
                }
                tries.append(
                    {
                        "meeting_attendee_id": place["id"],
                        "attempt_number": attempt,
                        "answers": answers,
                        "score": math.floor(10_000 * right / len(QUIZ)) / 100,
                        "passed": 100 * right >= PASS_PERCENT * len(QUIZ),
                        "submitted_at": place["signed_at"] + timedelta(minutes=40 + 6 * attempt),
                    }
                )
        self.add("meeting_quiz_attempts", tries)

    def _trainings(self, places: list[Row], topic: str, days: int) -> None:
        signed = [one for one in places if one["signed_at"]]
        day = self.today + timedelta(days=days)
        records = self.add(
            "driver_training_records",
            [
                {
                    "driver_id": one["driver_id"],
                    "training_type": EXTINGUISHERS,
                    "training_provider": "Own staff",
                    "training_date": day,
                    "completion_date": day,
                    "expiration_date": day + timedelta(days=730),
                    "status": "completed",
                    "training_hours": 1,
                    "training_location": "Drivers' room",
                    "notes": f"Safety meeting: {topic}",
                }
                for one in signed
            ],
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE meeting_attendees SET training_record_id = %s WHERE tenant_id = %s AND id = %s",
                [(record, self.tenant, one["id"]) for record, one in zip(records, signed, strict=True)],
            )

    def _decided(self, meetings: list[UUID]) -> None:
        """One that is late, one that is on its way."""
        self.add(
            "corrective_actions",
            [
                {
                    "title": title,
                    "action_type": "equipment",
                    "safety_meeting_id": meetings[meeting],
                    "assigned_to_user_id": owner,
                    "due_on": self.today + timedelta(days=due),
                    "created_by_user_id": self.user,
                }
                for title, meeting, owner, due in (
                    ("Order reflective vests for the yard", 2, self.user, 12),
                    ("Fit phone holders in the pool cars that have none", 3, self.colleague(1), -6),
                )
            ],
        )


def scribble(seed: int) -> str:
    """A drawn signature as a pad sends it: a PNG as base64, the same for the same seed."""
    width, height = 240, 72
    ink = [bytearray(b"\xff" * width) for _ in range(height)]
    for step in range(1200):
        at = step / 1200
        x = 14 + at * (width - 40) + 9 * math.sin(at * (21 + seed % 5) + seed)
        y = height / 2 + 19 * math.sin(at * (30 + seed % 7) + seed) * math.cos(at * (5 + seed % 3)) - 6 * at
        for down in (0, 1):
            for right in (0, 1):
                ink[int(y) + down][int(x) + right] = 0x2A
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + bytes(row) for row in ink), 9)
    parts = b"".join(_chunk(kind, data) for kind, data in ((b"IHDR", head), (b"IDAT", lines), (b"IEND", b"")))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
