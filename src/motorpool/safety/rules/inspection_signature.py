"""Signatures: a name, and the picture that was drawn where there is one."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem

LARGEST_IMAGE = 150_000
PNG = b"\x89PNG\r\n\x1a\n"


class Signature(Struct, forbid_unknown_fields=True):
    """A signature. The name alone will do: not everybody can draw on a screen."""

    name: Annotated[str, Meta(min_length=1, max_length=255, description="Of the person who signs")]
    image: (
        Annotated[
            str, Meta(max_length=200_000, description="PNG as base64; left out: signed by the typed name")
        ]
        | None
    ) = None


def signature_problems(signature: Signature, place: str) -> list[FieldProblem]:
    """What is wrong with a signature that stands at `place` of the input."""
    problems = []
    if not signature.name.strip():
        problems.append(FieldProblem(f"{place}.name", "must name who signs", "required"))
    if signature.image is not None:
        try:
            content = base64.b64decode(signature.image, validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content.startswith(PNG) or len(content) > LARGEST_IMAGE:
            most = LARGEST_IMAGE // 1000
            problems.append(FieldProblem(f"{place}.image", f"must be a PNG as base64, at most {most} kB"))
    return problems
