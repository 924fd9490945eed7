"""The library of the demonstration, and remarks on its records. All of it is made up; no file stands behind a document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet
from motorpool.demo.domains.inserting import Row, add

#: (path, what is in it, colour, icon)
FOLDERS = (
    ("/Vehicles", "Papers of vehicles", "#4263eb", "car"),
    ("/Vehicles/Registrations", "One a vehicle and year", "#4263eb", "license"),
    ("/Vehicles/Insurance", "Certificates and proofs", "#4263eb", "shield"),
    ("/Vehicles/Inspections", "Reports of the yearly inspection", "#4263eb", "clipboard-check"),
    ("/Drivers", "Licences, medical cards, records", "#2f9e44", "steering-wheel"),
    ("/Drivers/Medical cards", "Kept apart: only the safety office reads them", "#2f9e44", "heart"),
    ("/Manuals", "Workshop manuals and bulletins", "#f59f00", "book"),
    ("/Contracts", "Leases, suppliers, airport permit", "#ae3ec9", "file-text"),
    ("/Photos", "Damage and handover", "#868e96", "photo"),
)
#: (name, kind, folder, file type, kilobytes, days until it expires, tags)
PAPERS = (
    ("Airport ground transportation permit", "permit", "/Contracts", "pdf", 412, 21, ["airport"]),
    ("Lease of the Bayview depot", "contract", "/Contracts", "pdf", 2_310, 640, ["depot"]),
    ("Fuel supply agreement", "contract", "/Contracts", "pdf", 885, -12, ["fuel"]),
    ("Workshop manual, hybrid sedan", "manual", "/Manuals", "pdf", 38_400, None, ["hybrid", "workshop"]),
    ("Bulletin: inverter coolant pump", "manual", "/Manuals", "pdf", 640, None, ["hybrid", "recall"]),
    ("High-voltage safety poster", "manual", "/Manuals", "png", 1_720, None, ["safety"]),
    ("Price list, tires", "other", "/Contracts", "xlsx", 96, 45, ["tires"]),
)
REMARKS = (
    "Waiting for the left mirror, expected on Thursday.",
    "Passenger found a purse in the back; it is at the front desk.",
    "Pulls to the right above 50 mph. Please look at the alignment.",
    "Looked at it: tire pressure was low on one side, corrected.",
    "Radio replaced, the old one is in the store.",
    "Parked at the airport lot overnight, key is with the night lead.",
)


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    folders = _folders(connection, tenant, fleet)
    documents = _documents(fleet, now, folders)
    add(connection, "documents", tenant, documents)
    _versions(connection, tenant, fleet, documents)
    _talk(connection, tenant, fleet, now, documents)


def _folders(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> dict[str, UUID]:
    made: dict[str, UUID] = {}
    for depth in (1, 2):
        rows: list[Row] = [
            {
                "folder_name": path.rsplit("/", 1)[1],
                "parent_folder_id": made.get(path.rsplit("/", 1)[0]),
                "path": path,
                "description": text,
                "color": color,
                "icon": icon,
                "access_control": {"roles": ["safety_officer"]} if "Medical" in path else None,
                "created_by_user_id": fleet.users[0],
                "is_system": path == "/Photos",
            }
            for path, text, color, icon in FOLDERS
            if path.count("/") == depth
        ]
        add(connection, "document_folders", tenant, rows)
        made |= {row["path"]: row["id"] for row in rows}
    return made


def _documents(fleet: DemoFleet, now: datetime, folders: dict[str, UUID]) -> list[Row]:
    rows: list[Row] = []

    def paper(
        name: str, kind: str, folder: str, suffix: str, size: int, expires: int | None, **more: Any
    ) -> None:
        number = len(rows)
        made = now - timedelta(days=3 + 5 * number, hours=number % 7)
        slug = name.lower().replace(" ", "-").replace(",", "").replace(":", "")
        rows.append(
            {
                "document_name": name,
                "description": "Made up for the demonstration: there is no file behind it",
                "document_type": kind,
                "file_type": suffix,
                "file_size_bytes": size * 1024 + 37 * number,
                "file_url": f"https://files.example/{slug}.{suffix}",
                "checksum": sha256(slug.encode()).hexdigest(),
                "folder_id": folders[folder],
                "uploaded_by_user_id": fleet.users[number % len(fleet.users)],
                "expires_on": None if expires is None else now.date() + timedelta(days=expires),
                "issued_on": None if expires is None else now.date() + timedelta(days=expires - 730),
                "version": 2 if number % 9 == 4 else 1,
                "created_at": made,
                **more,
            }
        )

    for name, kind, folder, suffix, size, expires, tags in PAPERS:
        paper(name, kind, folder, suffix, size, expires, tags=tags)
    for number, vehicle in enumerate(fleet.vehicles[:12]):
        about = {"vehicle_id": vehicle, "entity_type": "vehicle", "entity_id": vehicle}
        lot = f"vehicle {number + 1}"
        paper(
            f"Registration, {lot}",
            "registration",
            "/Vehicles/Registrations",
            "pdf",
            210,
            40 * number - 35,
            **about,
        )
        paper(
            f"Insurance card, {lot}",
            "insurance",
            "/Vehicles/Insurance",
            "pdf",
            180,
            160 - 6 * number,
            **about,
        )
        if number % 3 == 0:
            paper(
                f"Yearly inspection, {lot}", "inspection", "/Vehicles/Inspections", "pdf", 530, 300, **about
            )
            paper(f"Handover photo, {lot}", "photo", "/Photos", "jpg", 3_400, None, **about)
    for number, driver in enumerate(fleet.drivers[:8]):
        about = {"driver_id": driver, "entity_type": "driver", "entity_id": driver}
        paper(f"Licence, driver {number + 1}", "license", "/Drivers", "pdf", 340, 90 * number - 20, **about)
        if number % 2 == 0:
            held = (
                {"legal_hold": True} if number == 4 else {"retention_date": now.date() + timedelta(days=1095)}
            )
            paper(
                f"Medical card, driver {number + 1}",
                "medical_card",
                "/Drivers/Medical cards",
                "pdf",
                260,
                55 * number - 8,
                **about,
                **held,
            )
    return rows


def _versions(
    connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, documents: list[Row]
) -> None:
    versions: list[Row] = [
        {
            "document_id": document["id"],
            "version_number": number,
            "file_url": document["file_url"]
            if number == document["version"]
            else document["file_url"].replace("//files.example/", f"//files.example/v{number}/"),
            "file_size_bytes": document["file_size_bytes"] - 4096 * (document["version"] - number),
            "change_description": "First version" if number == 1 else "Better scan",
            "changed_by_user_id": document["uploaded_by_user_id"],
            "checksum": document["checksum"] if number == document["version"] else None,
            "created_at": document["created_at"] - timedelta(days=20 * (document["version"] - number)),
        }
        for document in documents
        for number in range(1, document["version"] + 1)
    ]
    add(connection, "document_versions", tenant, versions)
    roles = ("dispatcher", "technician", "safety_officer")
    add(
        connection,
        "document_shares",
        tenant,
        [
            {
                "document_id": document["id"],
                "shared_by_user_id": fleet.users[0],
                "shared_with_role": roles[number % 3],
                "permission_level": "edit" if number % 4 == 1 else "view",
                "expires_at": document["created_at"] + timedelta(days=120) if number % 3 == 0 else None,
                "created_at": document["created_at"] + timedelta(hours=2),
            }
            for number, document in enumerate(documents[::4])
        ],
    )


def _talk(
    connection: psycopg.Connection[Any],
    tenant: UUID,
    fleet: DemoFleet,
    now: datetime,
    documents: list[Row],
) -> None:
    people = len(fleet.users)
    notes = (
        "The plate on page 1 does not match the vehicle.",
        "Please scan the back as well.",
        "Renewal is filed.",
    )
    add(
        connection,
        "document_comments",
        tenant,
        [
            {
                "document_id": document["id"],
                "user_id": fleet.users[number % people],
                "comment_text": notes[number % len(notes)],
                "page_number": 1,
                "position_x": str(20 + 7 * (number % 8)),
                "position_y": str(15 + 9 * (number % 7)),
                "status": "resolved" if number % 2 else "open",
                "resolved_by_user_id": fleet.users[0] if number % 2 else None,
                "resolved_at": document["created_at"] + timedelta(days=2) if number % 2 else None,
                "created_at": document["created_at"] + timedelta(hours=5),
            }
            for number, document in enumerate(documents[::5])
        ],
    )
    actions = ("created", "viewed", "downloaded", "viewed", "printed", "shared")
    add(
        connection,
        "document_audit_log",
        tenant,
        [
            {
                "document_id": documents[number % len(documents)]["id"],
                "user_id": fleet.users[number % people],
                "action": actions[number % len(actions)],
                "ip_address": f"10.20.0.{10 + number % 40}",
                "occurred_at": now - timedelta(hours=3 * number + 1),
            }
            for number in range(60)
        ],
    )
    remarks: list[Row] = [
        {
            "record_type": "vehicles",
            "record_id": fleet.vehicles[number // 2 % len(fleet.vehicles)],
            "author_user_id": fleet.users[number % people],
            "body": REMARKS[number % len(REMARKS)],
            "created_at": now - timedelta(hours=9 * number + 2),
            "edited_at": now - timedelta(hours=9 * number + 1) if number % 5 == 0 else None,
        }
        for number in range(24)
    ]
    add(connection, "comments", tenant, remarks)
    about = [document for document in documents if document.get("vehicle_id")]
    add(
        connection,
        "record_attachments",
        tenant,
        [
            {
                "record_type": "vehicles",
                "record_id": document["vehicle_id"],
                "document_id": document["id"],
                "caption": document["document_name"],
                "position": number,
                "attached_by_user_id": document["uploaded_by_user_id"],
                "created_at": document["created_at"],
            }
            for number, document in enumerate(about)
        ],
    )
