"""What all papers of the safety domain share: the folder of their templates, the size of the sheet, and drawn signatures."""

from __future__ import annotations

import base64
import binascii
from importlib import resources
from pathlib import Path

from motorpool.core.export.layout import Paper
from motorpool.core.tenancy import Actor

TEMPLATES = Path(str(resources.files("motorpool.safety.printing") / "templates"))


def paper_of(actor: Actor) -> Paper:
    """What lies in the printers where the actor is."""
    return "us-letter" if actor.units == "imperial" else "a4"


def picture_of(signature: str | None) -> list[int] | None:
    """The bytes of a PNG that is kept as base64; None where there is none."""
    try:
        data = base64.b64decode(signature or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return list(data) if data.startswith(b"\x89PNG") else None
