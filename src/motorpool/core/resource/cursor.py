"""Keyset cursors: signed, bound to resource, sort and filters, so that one cannot be forged or used elsewhere."""

from __future__ import annotations

import base64
import hashlib
import hmac

import msgspec

from motorpool.core.errors import BadRequest, FieldProblem


def binding(collection: str, sort: str, filters: list[tuple[str, str]]) -> str:
    """What a cursor belongs to: the same list with another sort or filter is another list."""
    # Slices are plain text also where SQLAlchemy hands out its own kind of string.
    text = msgspec.json.encode([collection[:], sort, sorted((name[:], value[:]) for name, value in filters)])
    return hashlib.sha256(text).hexdigest()[:16]


def encode_cursor(key: bytes, bound_to: str, values: list[str | None]) -> str:
    payload = msgspec.json.encode([bound_to, values])
    signature = hmac.digest(key, payload, "sha256")[:12]
    return base64.urlsafe_b64encode(signature + payload).decode().rstrip("=")


def decode_cursor(key: bytes, bound_to: str, text: str) -> list[str | None]:
    """The sort values of the last row.

    Raises: BadRequest when the cursor is damaged, forged, or of another list.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        signature, payload = raw[:12], raw[12:]
        if not hmac.compare_digest(signature, hmac.digest(key, payload, "sha256")[:12]):
            raise ValueError("signature")
        stored, values = msgspec.json.decode(payload, type=tuple[str, list[str | None]])
    except (ValueError, msgspec.DecodeError) as error:
        raise BadRequest(
            "The cursor is not valid.",
            fields=[FieldProblem("cursor", "must be next_cursor of an earlier answer", "bad_cursor")],
        ) from error
    if stored != bound_to:
        raise BadRequest(
            "The cursor belongs to a list with another sort or other filters.",
            fields=[FieldProblem("cursor", "must be used with the same sort and filters", "bad_cursor")],
        )
    return values
