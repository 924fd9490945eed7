"""Errors that a caller can act on.

Each class carries the HTTP status and a stable `code`; `core.errors.http` renders it once as RFC 9457 problem+json,
the command line prints `detail` and exits with 1. Code raises these, it never returns an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong input: `field` as a path (`stops[2].lat`), `message` says what would be right."""

    field: str
    message: str
    code: str = "invalid"

    def as_dict(self) -> dict[str, str]:
        return {"field": self.field, "message": self.message, "code": self.code}


class MotorpoolError(Exception):
    status = 500
    code = "internal_error"
    title = "Something went wrong"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: Sequence[FieldProblem] = (),
        code: str | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = tuple(fields)
        self.headers = headers or {}
        self.extra = extra
        if code:
            self.code = code

    def problem(self) -> dict[str, Any]:
        """The body of an RFC 9457 answer."""
        body: dict[str, Any] = {
            "type": f"urn:motorpool:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.fields:
            body["errors"] = [field.as_dict() for field in self.fields]
        body.update(self.extra)
        return body


class BadRequest(MotorpoolError):
    status, code, title = 400, "bad_request", "The request cannot be read"


class Unauthenticated(MotorpoolError):
    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(MotorpoolError):
    status, code, title = 403, "forbidden", "You may not do this"


class NotFound(MotorpoolError):
    status, code, title = 404, "not_found", "There is no such thing here"


class MethodNotAllowed(MotorpoolError):
    status, code, title = 405, "method_not_allowed", "This cannot be done here"


class Conflict(MotorpoolError):
    status, code, title = 409, "conflict", "This conflicts with what is stored"


class PreconditionFailed(MotorpoolError):
    status, code, title = 412, "stale", "It was changed in the meantime"


class PayloadTooLarge(MotorpoolError):
    status, code, title = 413, "too_large", "The request is too large"


class Invalid(MotorpoolError):
    status, code, title = 422, "invalid", "The input is not valid"


class TooManyRequests(MotorpoolError):
    status, code, title = 429, "too_many_requests", "Too many requests"


class Unavailable(MotorpoolError):
    status, code, title = 503, "unavailable", "Not available right now"


class ConfigurationError(MotorpoolError):
    """Raised at start: the message says which setting is wrong and what would be right."""

    code, title = "configuration", "The configuration is not usable"
