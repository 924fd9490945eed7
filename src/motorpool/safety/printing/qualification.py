"""A driver's qualification file on paper: what an auditor asks for, with the evidence attached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motorpool.core.files.store import FileStore
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.compliance_attachments import fits, render_with_evidence
from motorpool.safety.printing.compliance_pieces import Piece
from motorpool.safety.printing.sheets import TEMPLATES, paper_of
from motorpool.safety.rules.qualification import Qualification
from motorpool.safety.rules.qualification_facts import DriverFacts
from motorpool.safety.rules.qualification_items import Item, Part, said, words_of

PARTS: dict[Part, tuple[str, str]] = {
    "file": ("Qualification file", "49 CFR 391.51"),
    "beside": ("Kept apart from the file", "49 CFR 391.23, 382"),
    "training": ("Trainings", ""),
    "other": ("Other papers", ""),
}
STATES = {
    "there": ("There", "ok"),
    "lapses_soon": ("Lapses soon", "warn"),
    "due": ("Not yet due", "quiet"),
    "missing": ("Missing", "bad"),
    "lapsed": ("Lapsed", "bad"),
    "not_needed": ("Not needed yet", "quiet"),
}
WHOLE = {
    "complete": "Complete",
    "lapses_soon": "Complete; something lapses soon",
    "incomplete": "Incomplete",
}


async def qualification_pdf(
    actor: Actor,
    facts: DriverFacts,
    file: Qualification,
    pieces: Sequence[Piece],
    address: str,
    files: FileStore,
) -> bytes:
    """The checklist with the state of each item and the name of its evidence; the files are attached where they have room."""
    by_record: dict[str, list[Piece]] = {}
    for one in pieces:
        by_record.setdefault(one.evidence.record, []).append(one)
    attached, inside = sum(one.outcome == "attached" for one in pieces), fits(pieces)
    known = [
        ("Number", facts.driver_number),
        ("Hired", said(facts.hired_on) if facts.hired_on else None),
        ("License", " ".join(part for part in (facts.license_region, facts.license_number) if part)),
        ("Class", " ".join(part for part in (facts.license_class, ", ".join(facts.license_endorsements)) if part)),
        ("File", WHOLE[file.state]),
        ("Next lapse", said(file.next_lapse) if file.next_lapse else None),
    ]  # fmt: skip
    shown = [[label, value] for label, value in known if value]
    if len(shown) % 2:
        shown.append(["", ""])
    note = f"{attached} of {len(pieces)} documents have their file here"
    note += ", attached to this PDF." if attached and inside else "."
    data: dict[str, Any] = {
        "title": f"Qualification file of {file.full_name}",
        "name": file.full_name,
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
        "as_of": said(file.as_of),
        "because": file.because,
        "facts": shown,
        "note": note,
        "parts": [
            {"title": title, "rule": rule, "items": [_item(one, by_record) for one in items]}
            for part, (title, rule) in PARTS.items()
            if (items := [one for one in file.items if one.part == part])
        ],
        "evidence": [_row(one) for one in pieces],
        "address": address,
    }
    return await render_with_evidence(
        "qualification", data, folder=TEMPLATES, files=files, pieces=pieces if inside else ()
    )


def _item(one: Item, by_record: dict[str, list[Piece]]) -> dict[str, Any]:
    state, tone = STATES[one.state]
    record = f"{(one.source or '').replace('_', '-')}/{one.source_id}"
    return {
        "state": state,
        "tone": tone,
        "title": one.title,
        "rule": one.rule or "",
        "sentence": one.sentence,
        "last": said(one.lapses_on) if one.lapses_on else "",
        "files": [piece.path or piece.words for piece in by_record.get(record, ())],
    }


def _row(one: Piece) -> list[str]:
    about = one.evidence
    return [
        words_of(about.kind),
        about.number or "",
        about.authority or "",
        said(about.issued) if about.issued else "",
        said(about.expires) if about.expires else "",
        one.path if one.outcome == "attached" else one.words,
    ]
