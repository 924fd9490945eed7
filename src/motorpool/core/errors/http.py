"""Every error leaves as RFC 9457 problem+json, or as a page for a browser. One place, so that no route forgets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout

from motorpool.core.errors import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    MotorpoolError,
    NotFound,
    PayloadTooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

log = logging.getLogger(__name__)
Renderer = Callable[[Request[Any, Any, Any], MotorpoolError], Response[Any]]
BY_STATUS: dict[int, type[MotorpoolError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    429: TooManyRequests,
}


def as_problem(
    error: BaseException, of_database: Callable[[psycopg.Error], MotorpoolError | None]
) -> MotorpoolError:
    """The problem that an exception means; what is not understood becomes an internal error and is logged."""
    if isinstance(error, MotorpoolError):
        return error
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.Error):
        error = error.orig
    if isinstance(error, psycopg.Error) and (problem := of_database(error)):
        return problem
    if isinstance(error, PoolTimeout):
        return Unavailable("The database is busy; try again in a few seconds.", headers={"Retry-After": "5"})
    if isinstance(error, HTTPException):
        kind = BY_STATUS.get(error.status_code, BadRequest if error.status_code < 500 else MotorpoolError)
        headers = dict(error.headers or {})
        return kind(str(error.detail), headers=headers)
    log.error("unexpected error", exc_info=error)
    return MotorpoolError("Something went wrong on our side; it has been logged.")


def problem_response(error: MotorpoolError) -> Response[bytes]:
    return Response(
        msgspec.json.encode(error.problem(), enc_hook=str),
        status_code=error.status,
        media_type="application/problem+json",
        headers=error.headers,
    )


def exception_handler(
    of_database: Callable[[psycopg.Error], MotorpoolError | None], render_page: Renderer
) -> Callable[[Request[Any, Any, Any], Exception], Response[Any]]:
    """Litestar's handler for everything: JSON under /api, a page elsewhere when a browser asks."""

    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        problem = as_problem(error, of_database)
        if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
            return problem_response(problem)
        return render_page(request, problem)

    return handle
