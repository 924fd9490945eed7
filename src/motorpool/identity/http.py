"""Who is asking, for every request: a pure-ASGI middleware in front of all routes.

It sets `scope["actor"]` and `scope["state"]["actor"]` (an `Actor`), for a signed-in browser also
`scope["state"]["csrf_token"]`. Without proof an API path answers 401 problem+json, and a page redirects to
/sign-in. A request that changes something and is authenticated by the cookie must come from our own pages:
the browser's `Sec-Fetch-Site` or `Origin` says so, and it carries the CSRF token (header `X-CSRFToken` or
form field `csrf_token`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden, Unauthenticated
from motorpool.core.secrets import Keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor
from motorpool.identity.queries.authenticate import authenticate_bearer, authenticate_session
from motorpool.identity.rules.tokens import Token, csrf_matches, csrf_token, parse_token

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

SESSION_COOKIE = "motorpool_session"
#: Answered without an actor. A trailing slash stands for everything below.
PUBLIC_PATHS = (
    "/health/",
    "/metrics",
    "/static/",
    "/favicon.ico",
    "/sign-in",
    "/set-up",
    "/osmand",
    "/download/",
    "/api/v1/incoming/",
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_NO_NEXT = ("//", "/sign-in", "/sign-out", "/set-up", "/api/v1/")
#: A form larger than this has to send its CSRF token as a header.
_MAX_FORM_BYTES = 1 << 20


class Authentication:
    """`middleware` goes in front of all routes; `authenticate` looks again during a long answer."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        settings: Settings,
        public_paths: Iterable[str] = PUBLIC_PATHS,
    ) -> None:
        self.database = database
        self.keyring = keyring
        self.public_url = settings.http.public_url
        self._exact = frozenset(path for path in public_paths if not path.endswith("/"))
        self._below = tuple(path for path in public_paths if path.endswith("/"))

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def authenticated(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] not in ("http", "websocket") or self._is_public(scope["path"]):
                await app(scope, receive, send)
                return
            try:
                receive = await self._admit(scope, receive)
            except Unauthenticated as error:
                await _ask_to_sign_in(scope, send, error)
                return
            await app(scope, receive, send)

        return authenticated

    async def authenticate(self, scope: Scope, *, counted: bool = False) -> Actor:
        """The actor behind a request as things stand now. Raises Unauthenticated, Forbidden or
        TooManyRequests.
        """
        headers = _headers(scope)
        address, agent = client_address(scope), headers.get(b"user-agent", b"").decode("latin-1") or None
        if b"authorization" in headers:
            value = headers[b"authorization"].decode("latin-1")
            return await authenticate_bearer(
                self.database, self.keyring, value, address, agent, counted=counted
            )
        cookie = read_session_cookie(scope)
        if cookie is None:
            raise Unauthenticated(headers={"WWW-Authenticate": 'Bearer realm="motorpool"'})
        return await authenticate_session(self.database, self.keyring, cookie, address, agent)

    def _is_public(self, path: str) -> bool:
        return path in self._exact or path.startswith(self._below)

    async def _admit(self, scope: Scope, receive: Receive) -> Receive:
        """Put the actor into the scope; returns the `receive` to go on with."""
        actor = await self.authenticate(scope, counted=True)
        state = scope.setdefault("state", {})
        if actor.session_id is not None:
            session = parse_token("session", read_session_cookie(scope) or "")
            assert session is not None
            changes = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
            if changes or scope["type"] == "websocket":
                refuse_foreign_origin(scope, self.public_url)
            if changes:
                receive = await _require_csrf_token(scope, receive, session)
            state["csrf_token"] = csrf_token(session)
        scope["actor"] = state["actor"] = actor
        return receive


async def _require_csrf_token(scope: Scope, receive: Receive, session: Token) -> Receive:
    presented = _headers(scope).get(b"x-csrftoken", b"").decode("latin-1")
    if not presented:
        presented, receive = await _form_field(_headers(scope), receive)
    if not csrf_matches(session, presented):
        raise Forbidden(
            "The request does not carry this session's CSRF token; reload the page and try again.",
            code="csrf_refused",
        )
    return receive


def actor_for(scope: Mapping[str, Any]) -> Actor:
    """The actor of a request that passed the middleware. Raises Unauthenticated on a public path."""
    actor = scope.get("actor")
    if not isinstance(actor, Actor):
        raise Unauthenticated()
    return actor


def client_address(scope: Mapping[str, Any]) -> str | None:
    """The caller's address in its shortest form, IPv4 also where the socket is IPv6; None when there is none.

    Behind a proxy the server has already put the believed X-Forwarded-For here (MOTORPOOL_TRUSTED_PROXIES).
    """
    client = scope.get("client")
    try:
        address = ip_address(client[0].partition("%")[0] if client else "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def is_https(scope: Mapping[str, Any], public_url: str | None) -> bool:
    return scope.get("scheme") in ("https", "wss") or (public_url or "").lower().startswith("https://")


def session_cookie(value: str, *, secure: bool, max_age_s: int) -> str:
    """The `Set-Cookie` header of a session; an empty value with 0 seconds removes it."""
    attributes = f"Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    return f"{SESSION_COOKIE}={value}; {attributes}"


def read_session_cookie(scope: Mapping[str, Any]) -> str | None:
    for name, value in scope["headers"]:
        if name == b"cookie" and SESSION_COOKIE.encode() in value:
            try:
                morsel = SimpleCookie(value.decode("latin-1")).get(SESSION_COOKIE)
            except CookieError:
                continue
            if morsel is not None and morsel.value:
                return morsel.value
    return None


def safe_next(target: str | None) -> str:
    """Where to go after signing in: a path of our own pages, else the start page."""
    if not target or len(target) > 2000 or not target.startswith("/") or target.startswith(_NO_NEXT):
        return "/"
    if not target.isprintable() or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


def refuse_foreign_origin(scope: Mapping[str, Any], public_url: str | None) -> None:
    """Raise Forbidden when the browser says that another site sent this request.

    Programs send neither header; they are let through here, and a cookie still needs its CSRF token.
    """
    headers = _headers(scope)
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    site = headers.get(b"sec-fetch-site", b"").decode("latin-1").lower()
    own_hosts = {
        headers.get(b"host", b"").decode("latin-1").lower(),
        urlsplit((public_url or "").lower()).netloc,
    } - {""}
    foreign = site not in ("", "same-origin", "none") or (
        origin != "" and urlsplit(origin).netloc not in own_hosts
    )
    if foreign:
        raise Forbidden(
            "The request comes from another site. Open Motorpool under its own address, or set "
            "MOTORPOOL_PUBLIC_URL to it.",
            code="foreign_origin",
        )


async def _ask_to_sign_in(scope: Scope, send: Send, error: Unauthenticated) -> None:
    """401 problem+json for programs, a redirect to /sign-in for a browser's page, `HX-Redirect` for a part of
    one.
    """
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4401, "reason": error.code})
        return
    headers = dict(error.headers)
    status, body, content_type = (
        error.status,
        msgspec.json.encode(error.problem()),
        "application/problem+json",
    )
    if b"authorization" not in _headers(scope):
        location = "/sign-in?next=" + quote(safe_next(_wanted_page(scope)), safe="/")
        if b"hx-request" in _headers(scope):
            headers["HX-Redirect"] = location
        elif _wants_page(scope):
            status, body, content_type = 303, b"", "text/plain; charset=utf-8"
            headers = {"Location": location}
        if read_session_cookie(scope) is not None:
            headers["Set-Cookie"] = session_cookie("", secure=False, max_age_s=0)
    headers |= {"Content-Type": content_type, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _wants_page(scope: Mapping[str, Any]) -> bool:
    if not scope["path"].startswith("/api/"):
        return True
    return scope["method"] in ("GET", "HEAD") and b"text/html" in _headers(scope).get(b"accept", b"")


def _wanted_page(scope: Mapping[str, Any]) -> str:
    """The page to come back to; a fragment or a form's target is no page, the page that it stood on is."""
    if b"hx-request" in _headers(scope):
        current = urlsplit(_headers(scope).get(b"hx-current-url", b"").decode("latin-1"))
        return current.path + (f"?{current.query}" if current.query else "")
    if scope["method"] not in ("GET", "HEAD"):
        return "/"
    query = scope["query_string"].decode("latin-1")
    return str(scope["path"]) + (f"?{query}" if query else "")


def _headers(scope: Mapping[str, Any]) -> dict[bytes, bytes]:
    return dict(scope["headers"])


async def _form_field(headers: dict[bytes, bytes], receive: Receive) -> tuple[str, Receive]:
    """The form's `csrf_token`, and a `receive` that gives the body once more to the route."""
    if not headers.get(b"content-type", b"").lower().startswith(b"application/x-www-form-urlencoded"):
        return "", receive
    messages: list[Message] = []
    body = b""
    while len(body) <= _MAX_FORM_BYTES:
        message = await receive()
        messages.append(message)
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    replay = iter(messages)

    async def receive_again() -> Message:
        return next(replay, None) or await receive()

    if len(body) > _MAX_FORM_BYTES:
        return "", receive_again
    fields = parse_qs(body.decode("latin-1"), max_num_fields=1000) if body else {}
    return fields.get("csrf_token", [""])[0], receive_again
