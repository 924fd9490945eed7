"""An inspection as a PDF: the driver vehicle inspection report on paper, with its signatures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor

TEMPLATES = Path(str(resources.files("motorpool.safety.printing") / "templates"))
KM_PER_MILE = 1.609344
Row = dict[str, Any]


async def inspection_pdf(
    actor: Actor,
    row: Row,
    *,
    title: str,
    vehicle: Sequence[tuple[str, str]],
    legal_basis: str | None,
    defects: Sequence[Row],
    sections: Sequence[tuple[str, Sequence[Row]]],
    signatures: Sequence[tuple[str, str | None, str | None, str | None]],
) -> bytes:
    """The document. `row` is the inspection as the API gives it; `signatures`: (what for, name, when, base64 PNG)."""
    zone = ZoneInfo(actor.time_zone)
    odometer = row["odometer"]
    imperial = actor.units == "imperial"
    facts = [*vehicle, ("Made", _moment(row["inspection_date"], zone))]
    if odometer is not None:
        facts.append(("Odometer", f"{odometer / KM_PER_MILE:,.0f} mi" if imperial else f"{odometer:,} km"))
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
        "paper": "us-letter" if imperial else "a4",
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
            {"label": label, "name": name or "", "at": _moment(at, zone), "picture": _picture(image)}
            for label, name, at, image in signatures
        ],
    }
    return await render_pdf("inspection", data, folder=TEMPLATES)


def _moment(text: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M}" if text else ""


def _picture(text: str | None) -> list[int] | None:
    """The bytes of a PNG; None where there is none."""
    try:
        data = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return list(data) if data.startswith(b"\x89PNG") else None
