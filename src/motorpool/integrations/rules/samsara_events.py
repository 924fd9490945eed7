"""Webhooks of Samsara: whether one is genuine, and what it tells (developers.samsara.com, Webhooks, Alert Webhook schema)."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

#: A message older or newer than this is refused, in seconds: a recorded one cannot be sent again later.
WINDOW_S = 300
#: What Samsara calls a harsh event -> what we call it. A crash, a rollover or a yaw is no driving habit of ours.
KINDS = {
    "harsh braking": "harsh_braking",
    "harsh brake": "harsh_braking",
    "braking": "harsh_braking",
    "harsh acceleration": "harsh_acceleration",
    "acceleration": "harsh_acceleration",
    "harsh turn": "harsh_cornering",
    "harsh cornering": "harsh_cornering",
}
Refusal = Literal["unsigned", "stale", "forged", "no_secret"]


def refusal_of(
    secret: str | None, timestamp: str | None, signature: str | None, body: bytes, now: float
) -> Refusal | None:
    """Why a message is not believed; None when it is genuine and fresh.

    The signature is `v1=` and the HMAC-SHA256, as hex digits, of `v1:<timestamp>:<body>` under the secret, which is shown
    in base64. `timestamp` and `now` are seconds since 1970.
    """
    key = secret_key(secret)
    if key is None:
        return "no_secret"
    if (
        not timestamp
        or not signature
        or not timestamp.isascii()
        or not timestamp.isdigit()
        or len(timestamp) > 12
    ):
        return "unsigned"
    made = "v1=" + hmac.digest(key, b"v1:" + timestamp.encode() + b":" + body, "sha256").hex()
    if not hmac.compare_digest(made.encode(), signature.encode("utf-8", "replace")):
        return "forged"
    # Only now: somebody without the secret learns nothing about our clock.
    return "stale" if abs(now - int(timestamp)) > WINDOW_S else None


def secret_key(secret: str | None) -> bytes | None:
    """The bytes of a secret; None for none and for what is no base64."""
    try:
        return base64.b64decode(secret or "", validate=True) or None
    except (binascii.Error, ValueError):
        return None


def event_type_of(words: str) -> str | None:
    """Our kind of event in Samsara's words, also inside of a longer sentence; None: none of ours."""
    small = words.strip().lower()
    return KINDS.get(small) or next(
        (kind for name, kind in KINDS.items() if " " in name and name in small), None
    )


@dataclass(frozen=True, slots=True)
class HarshEvent:
    """A harsh event as a webhook tells it; `event_type` None: the message does not say which kind."""

    event_id: str
    vehicle: str
    driver: str | None
    recorded_at: datetime
    event_type: str | None


def harsh_events_of(message: dict[str, Any]) -> list[HarshEvent]:
    """The harsh events in a message of either version; empty for any other message (a ping, another alert).

    Raises ValueError for a harsh event that lacks what is needed.
    """
    event_id = message.get("eventId")
    data, old = message.get("data"), message.get("event")
    if message.get("eventType") == "AlertIncident" and isinstance(data, dict):
        found = []
        for number, condition in enumerate(_dicts(data.get("conditions"))):
            details = _dict(condition.get("details")).get("harshEvent")
            if isinstance(details, dict):
                words = str(details.get("harshEventType") or condition.get("description") or "")
                moment = _moment(data.get("happenedAtTime"))
                found.append(_event(event_id, number, details, moment, words))
        return found
    if (
        message.get("eventType") == "Alert"
        and isinstance(old, dict)
        and old.get("alertConditionId") == "HarshEvent"
    ):
        words = f"{old.get('details', '')} {old.get('summary', '')}"
        details = {"vehicle": old.get("vehicle") or old.get("device"), "driver": old.get("driver")}
        start = old.get("startMs")
        if not isinstance(start, int):
            raise ValueError("event.startMs is missing")
        moment = datetime.fromtimestamp(start / 1000, UTC)
        return [_event(event_id, 0, details, moment, words)]
    return []


def _event(event_id: Any, number: int, details: dict[str, Any], moment: datetime, words: str) -> HarshEvent:
    vehicle, driver = _dict(details.get("vehicle")).get("id"), _dict(details.get("driver")).get("id")
    if not isinstance(event_id, str) or not event_id:
        raise ValueError("eventId is missing")
    if not isinstance(vehicle, str | int) or not vehicle:
        raise ValueError("the vehicle's id is missing")
    return HarshEvent(
        event_id if number == 0 else f"{event_id}/{number}",
        str(vehicle),
        str(driver) if isinstance(driver, str | int) and driver else None,
        moment,
        event_type_of(words),
    )


def _moment(text: Any) -> datetime:
    if not isinstance(text, str):
        raise ValueError("happenedAtTime is missing")
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("happenedAtTime has no zone")
    return found.astimezone(UTC)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
