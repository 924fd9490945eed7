"""A server that speaks Samsara's API as its documentation says: bearer tokens, pages with cursors, the stats feed with at
most three types, limits with Retry-After; and a sender of signed webhooks.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.core.http.local_server import Reply, Request

TOKEN = "samsara_api_0123456789abcdef"
SECRET = base64.b64encode(b"a secret of twenty-four").decode()


@dataclass
class SamsaraServer:
    """`stats` is a list of (vehicle id, type, entry); a cursor is a place in it, so each feed has its own."""

    vehicles: list[dict[str, Any]] = field(default_factory=list)
    drivers: list[dict[str, Any]] = field(default_factory=list)
    stats: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    harsh: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    page: int = 100
    token: str = TOKEN
    fail_next: list[Reply] = field(default_factory=list)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def handle(self, request: Request) -> Reply:
        parts = urlsplit(request.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.calls.append((parts.path, query))
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return reply({"message": "Unauthorized", "requestId": "1"}, 401)
        if self.fail_next:
            return self.fail_next.pop(0)
        if parts.path == "/fleet/vehicles/stats/feed":
            return self._feed(query)
        if parts.path == "/fleet/vehicles/stats/history":
            return self._history(query)
        if parts.path in ("/fleet/vehicles", "/fleet/drivers"):
            rows = self.vehicles if parts.path.endswith("vehicles") else self.drivers
            start = int(query.get("after") or 0)
            limit = min(int(query.get("limit", 512)), self.page)
            end = min(start + limit, len(rows))
            return reply({"data": rows[start:end], "pagination": paging(str(end), end < len(rows))})
        if parts.path.endswith("/safety/harsh_event"):
            vehicle = parts.path.split("/")[4]
            found = self.harsh.get((vehicle, int(query["timestamp"])))
            return reply(found) if found else reply({"message": "not found"}, 404)
        return reply({"message": "not found"}, 404)

    def _feed(self, query: dict[str, str]) -> Reply:
        types = query.get("types", "").split(",")
        if len(types) > 3:
            return reply({"message": "Too many stat types requested"}, 400)
        after = query.get("after")
        if after is not None and not after.startswith("at"):
            return reply({"message": "Invalid cursor"}, 400)
        if after is None:
            last: dict[tuple[str, str], dict[str, Any]] = {}
            for vehicle, kind, entry in self.stats:
                if kind in types:
                    last[vehicle, kind] = entry
            chosen = [(vehicle, kind, entry) for (vehicle, kind), entry in last.items()]
            end, more = len(self.stats), False
        else:
            start = int(after[2:])
            end, chosen = start, []
            while end < len(self.stats) and len(chosen) < self.page:
                vehicle, kind, entry = self.stats[end]
                if kind in types:
                    chosen.append((vehicle, kind, entry))
                end += 1
            more = any(kind in types for _, kind, _ in self.stats[end:])
        return reply({"data": by_vehicle(chosen), "pagination": paging(f"at{end}", more)})

    def _history(self, query: dict[str, str]) -> Reply:
        begin, end = (datetime.fromisoformat(query[name]) for name in ("startTime", "endTime"))
        chosen = [
            (vehicle, kind, entry)
            for vehicle, kind, entry in self.stats
            if kind in query["types"].split(",")
            and vehicle in query["vehicleIds"].split(",")
            and begin <= datetime.fromisoformat(entry["time"]) < end
        ]
        start = int(query.get("after") or 0)
        stop = min(start + self.page, len(chosen))
        return reply(
            {"data": by_vehicle(chosen[start:stop]), "pagination": paging(str(stop), stop < len(chosen))}
        )


def by_vehicle(chosen: list[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    for vehicle, kind, entry in chosen:
        rows[vehicle].setdefault(kind, []).append(entry)
    return [{"id": vehicle, "name": f"Vehicle {vehicle}"} | row for vehicle, row in rows.items()]


def paging(cursor: str, more: bool) -> dict[str, Any]:
    return {"endCursor": cursor, "hasNextPage": more}


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"} | (headers or {}))


def signed(body: bytes, timestamp: int, secret: str = SECRET) -> dict[str, str]:
    """The headers of a webhook, as Samsara makes them."""
    message = b"v1:%d:" % timestamp + body
    digest = hmac.digest(base64.b64decode(secret), message, "sha256").hex()
    return {
        "X-Samsara-Timestamp": str(timestamp),
        "X-Samsara-Signature": f"v1={digest}",
        "X-Samsara-Event-Type": "AlertIncident",
        "Content-Type": "application/json",
    }


def harsh_event_message(
    event_id: str, vehicle: str, at: str, description: str = "Harsh Braking", driver: str | None = None
) -> bytes:
    """An AlertIncident of the second version."""
    details: dict[str, Any] = {"vehicle": {"id": vehicle, "name": "Truck"}}
    if driver:
        details["driver"] = {"id": driver, "name": "Bob"}
    return json.dumps(
        {
            "eventId": event_id,
            "eventTime": at,
            "eventType": "AlertIncident",
            "orgId": 20936,
            "webhookId": "1411751028848270",
            "data": {
                "conditions": [
                    {"description": description, "details": {"harshEvent": details}, "triggerId": 1000}
                ],
                "configurationId": "9814a1fa-f0c6-408b-bf85-51dc3bc71ac7",
                "happenedAtTime": at,
                "incidentUrl": "https://cloud.samsara.com/o/1/fleet/workflows/123",
                "isResolved": False,
                "updatedAtTime": at,
            },
        }
    ).encode()
