"""A server that speaks the MyGeotab API as its documentation says: JSON-RPC at /apiv1, errors with status 200, sessions,
GetFeed with versions, limits.

What tests break is in the fields: `fail_next` is answered before anything else, once each.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.core.http.local_server import Reply, Request

DATABASE, USER, PASSWORD = "acme", "motorpool@acme.test", "open-sesame"


@dataclass
class GeotabServer:
    """The records are in the order of their versions: the place in the list, counted from 1."""

    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    devices: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)
    path: str = "ThisServer"
    limit: int = 50_000
    password: str = PASSWORD
    sessions: set[str] = field(default_factory=set)
    fail_next: list[Reply | str | Callable[[dict[str, Any]], Reply | None]] = field(default_factory=list)
    calls: list[tuple[str, str | None, dict[str, Any]]] = field(default_factory=list)

    def add(self, kind: str, *rows: dict[str, Any]) -> None:
        known = self.records.setdefault(kind, [])
        known += [{"id": f"{kind}{len(known) + number:x}"} | row for number, row in enumerate(rows, 1)]

    def count(self, method: str, kind: str | None = None) -> int:
        return sum(1 for name, of, _ in self.calls if name == method and kind in (None, of))

    async def handle(self, request: Request) -> Reply:
        if request.method != "POST" or request.target != "/apiv1":
            return Reply(404)
        body = json.loads(request.body)
        method, parameters = body["method"], body["params"]
        self.calls.append((method, parameters.get("typeName"), parameters))
        if self.fail_next and method != "Authenticate":
            planned = self.fail_next.pop(0)
            if callable(planned):
                found = planned(parameters)
                if found is not None:
                    return found
            else:
                return error(planned) if isinstance(planned, str) else planned
        if method == "Authenticate":
            return self._authenticate(parameters)
        given = parameters.get("credentials", {})
        if given.get("sessionId") not in self.sessions or given.get("database") != DATABASE:
            return error("InvalidUserException", "Incorrect login credentials")
        if method == "Get":
            listed = {"Device": self.devices, "User": self.users}.get(parameters["typeName"])
            return result(self._searched(parameters) if listed is None else listed)
        if method == "GetFeed":
            return self._feed(parameters)
        return error("MissingMethodException", method)

    def _authenticate(self, given: dict[str, Any]) -> Reply:
        if (given["database"], given["userName"], given["password"]) != (DATABASE, USER, self.password):
            return error("InvalidUserException", "Incorrect login credentials")
        session = f"session{len(self.calls)}"
        self.sessions.add(session)
        credentials = {"database": DATABASE, "userName": USER, "sessionId": session}
        return result({"credentials": credentials, "path": self.path})

    def _searched(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        search = asked["search"]
        begin, end = (datetime.fromisoformat(search[name]) for name in ("fromDate", "toDate"))
        found = [
            row
            for row in self.records.get(asked["typeName"], [])
            if row["device"]["id"] == search["deviceSearch"]["id"] and begin <= _date(row) <= end
        ]
        return sorted(found, key=_date)[: min(asked["resultsLimit"], self.limit)]

    def _feed(self, asked: dict[str, Any]) -> Reply:
        rows = self.records.get(asked["typeName"], [])
        limit = min(asked.get("resultsLimit", 50_000), self.limit)
        if "fromVersion" in asked:
            start = int(asked["fromVersion"], 16)
        else:
            since = datetime.fromisoformat(asked["search"]["fromDate"])
            start = next((number for number, row in enumerate(rows) if _date(row) >= since), len(rows))
        taken = rows[start : start + limit]
        return result({"data": taken, "toVersion": f"{start + len(taken):016x}"})


def _date(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row.get("dateTime") or row["activeFrom"])


def result(value: Any) -> Reply:
    return Reply(body=json.dumps({"result": value, "jsonrpc": "2.0"}).encode())


def error(kind: str, message: str = "no", headers: dict[str, str] | None = None) -> Reply:
    body = {
        "error": {
            "message": message,
            "code": -32000,
            "data": {"id": "1", "type": kind, "requestIndex": 0},
            "name": "JSONRPCError",
            "errors": [{"message": message, "name": kind}],
        },
        "jsonrpc": "2.0",
    }
    return Reply(body=json.dumps(body).encode(), headers=headers or {})
