"""Calls of the MyGeotab API: JSON-RPC, sessions, and what its errors mean.

Errors come with HTTP status 200 and an `error` object; its type is the name of an exception. A session ends without notice:
then InvalidUserException comes, the same as for a wrong password, so one new sign-in tells which of the two it was. The
server that Authenticate names takes all further calls ("ThisServer": the one that was asked).
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec

from motorpool.core.http import Answer, NoAnswer, OutgoingClient, Refused
from motorpool.integrations.connectors.contract import (
    Account,
    ConnectorError,
    SignInRefused,
    TooFast,
    TryLater,
)

HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?")
REFUSALS = ("InvalidUserException", "MyGeotabInvalidUserException", "InvalidPermissionsException")


@dataclass(frozen=True, slots=True)
class Session:
    server: str
    credentials: dict[str, str]


#: Sessions of this process, so that not each poll signs in: Authenticate may be called ten times a minute.
_SESSIONS: OrderedDict[tuple[str, str, str, int], Session] = OrderedDict()
MOST_SESSIONS = 1_000


class ApiError(Exception):
    """An error object of the API."""

    def __init__(self, kind: str, message: str, after_s: float | None) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.after_s = kind, after_s


class GeotabCalls:
    """Calls for one account."""

    def __init__(self, client: OutgoingClient, account: Account) -> None:
        self._client = client
        self._account = account
        self._database = str(account.configuration.get("database", ""))
        self._user = str(account.configuration.get("user_name", ""))
        self._password = account.credentials.get("password", "")
        self._key = (account.endpoint, self._database, self._user, hash(self._password))

    async def authenticate(self) -> Session:
        """Sign in. Raises SignInRefused for wrong credentials, other ConnectorErrors for what passes."""
        asked = {"database": self._database, "userName": self._user, "password": self._password}
        try:
            found = await self._post(self._account.endpoint, "Authenticate", asked)
        except ApiError as error:
            _SESSIONS.pop(self._key, None)
            if error.kind in REFUSALS:
                raise SignInRefused(
                    f"Geotab refuses the user {self._user!r} of the database {self._database!r}: {error}"
                ) from None
            raise self._meaning(error) from None
        given = found.get("credentials") if isinstance(found, dict) else None
        path = found.get("path") if isinstance(found, dict) else None
        if not isinstance(given, dict) or not isinstance(given.get("sessionId"), str):
            raise self.broken("Authenticate without a session")
        server = self._account.endpoint
        if isinstance(path, str) and path and path != "ThisServer":
            if not HOST.fullmatch(path):
                raise self.broken("Authenticate with a strange server name")
            server = f"https://{path}"
        session = Session(server, {name: str(value) for name, value in given.items()})
        _SESSIONS[self._key] = session
        if len(_SESSIONS) > MOST_SESSIONS:
            _SESSIONS.popitem(last=False)
        return session

    async def call(self, method: str, parameters: dict[str, Any]) -> Any:
        """The result of a method; a session that has ended is renewed once. Raises ConnectorError."""
        session = _SESSIONS.get(self._key) or await self.authenticate()
        for is_last in (False, True):
            try:
                return await self._post(
                    session.server, method, parameters | {"credentials": session.credentials}
                )
            except ApiError as error:
                if error.kind == "InvalidUserException" and not is_last:
                    session = await self.authenticate()
                    continue
                if error.kind == "DbUnavailableException":
                    # The database may have moved to another server; the next sign-in tells.
                    _SESSIONS.pop(self._key, None)
                raise self._meaning(error) from None
        raise AssertionError("unreachable")

    def broken(self, what: str) -> TryLater:
        return TryLater(f"Geotab's answer cannot be read: {what}")

    def _meaning(self, error: ApiError) -> ConnectorError:
        if error.kind == "OverLimitException":
            return TooFast("Geotab wants fewer requests", error.after_s)
        if error.kind in REFUSALS:
            return SignInRefused(f"Geotab refuses: {error}")
        return TryLater(f"Geotab answers {error}")

    async def _post(self, server: str, method: str, parameters: dict[str, Any]) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        try:
            answer = await self._client.request("POST", f"{server}/apiv1", json=body)
        except Refused as error:
            raise SignInRefused(str(error)) from None
        except NoAnswer as error:
            raise TryLater(str(error)) from None
        return await self._result(answer, method)

    async def _result(self, answer: Answer, method: str) -> Any:
        try:
            # A full page takes a moment to read; the loop goes on meanwhile.
            found = await asyncio.to_thread(answer.json, dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = {}
        error = found.get("error")
        if isinstance(error, dict):
            listed = error.get("errors")
            first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
            data = error.get("data")
            kind = (
                first.get("name")
                or (data.get("type") if isinstance(data, dict) else None)
                or error.get("name")
            )
            text = str(first.get("message") or error.get("message") or "")[:300]
            raise ApiError(str(kind), text.replace(self._password or "\0", "…"), answer.retry_after_s())
        if answer.status == 429:
            raise TooFast("Geotab wants fewer requests", answer.retry_after_s())
        if answer.status in (401, 403):
            raise SignInRefused(f"Geotab answers with status {answer.status}")
        if answer.status != 200:
            raise TryLater(f"Geotab answers with status {answer.status}")
        if "result" not in found:
            raise self.broken(f"{method} without a result")
        return found["result"]
