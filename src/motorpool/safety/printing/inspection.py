"""An inspection as a PDF: the driver vehicle inspection report on paper, with its signatures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.sheets import TEMPLATES, paper_of, picture_of
from motorpool.safety.rules.shown_distance import shown_distance

Row = dict[str, Any]


class Signed(NamedTuple):
    """Who answers for a part of a report. `signed_as`: the name that was signed with; `image`: base64 PNG, where it was drawn."""

    label: str
    name: str | None
    signed_as: str | None
    at: str | None
    image: str | None

    @property
    def how(self) -> str:
        """What is to be said about the signature, if anything; a defect can be certified without one."""
        if self.signed_as and self.signed_as != self.name:
            return f"Signed as {self.signed_as}"
        if self.image:
            return ""
        return "Signed by name" if self.signed_as else "Confirmed without a signature"


async def inspection_pdf(
    actor: Actor,
    row: Row,
    *,
    title: str,
    vehicle: Sequence[tuple[str, str]],
    legal_basis: str | None,
    defects: Sequence[Row],
    sections: Sequence[tuple[str, Sequence[Row]]],
    signatures: Sequence[Signed],
) -> bytes:
    """The document. `row` is the inspection as the API gives it; with what it comes to beside it."""
    zone = ZoneInfo(actor.time_zone)
    facts = [*vehicle, ("Made", _moment(row["inspection_date"], zone))]
    if row["odometer"] is not None:
        facts.append(("Odometer", shown_distance(row["odometer"], actor.units)))
    for label, value in (
        ("Place", row["inspection_location"]),
        ("Next one due", row["next_inspection_due"]),
        ("Certificate", row["certification_number"]),
    ):
        if value:
            facts.append((label, str(value)))
    data = {
        "title": title,
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
        "printed": _moment(datetime.now(UTC).isoformat(), zone),
        "basis": legal_basis or "",
        "result": (row["inspection_status"] or "not finished").capitalize(),
        "bad": row["inspection_status"] in ("failed", "conditional"),
        "facts": facts,
        "defects": [
            [
                one["number"],
                one["description"],
                "Unsafe" if one["is_unsafe"] else one["severity"].capitalize(),
                one["status"].replace("_", " ").capitalize(),
                one["resolution"] or "",
            ]
            for one in defects
        ],
        "sections": [
            {
                "heading": heading,
                "items": [
                    {
                        "text": one["item"],
                        "answer": "Defect" if one["failed"] else "OK" if one["passed"] else "N/A",
                        "failed": one["failed"],
                        "value": " ".join(str(one[name]) for name in ("value", "unit") if one.get(name)),
                        "notes": one.get("notes") or "",
                        "photos": len(one["pictures"]),
                    }
                    for one in results
                ],
            }
            for heading, results in sections
        ],
        "notes": row["notes"] or "",
        "repairs": row["repairs_note"] or "",
        "signatures": [
            {
                "label": one.label,
                "name": one.name or "",
                "how": one.how,
                "at": _moment(one.at, zone),
                "picture": picture_of(one.image),
            }
            for one in signatures
        ],
    }
    return await render_pdf("inspection", data, folder=TEMPLATES)


def _moment(text: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else ""
