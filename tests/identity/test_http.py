"""Authentication in front of routes: cookies, tokens, CSRF, redirects, the pages and the API of identity."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import psycopg
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from sqlalchemy import select

from motorpool.core.errors.http import exception_handler, problem_response
from motorpool.core.resource.problems import problem_of
from motorpool.core.settings import Settings
from motorpool.identity.actions.assign_role import assign_role
from motorpool.identity.actions.create_user import create_user, invite_user
from motorpool.identity.actions.disable_user import disable_user
from motorpool.identity.actions.first_start import first_start_link
from motorpool.identity.actions.set_user_permission import set_user_permission
from motorpool.identity.actions.suspend_tenant import suspend_tenant
from motorpool.identity.http import SESSION_COOKIE, Authentication, actor_for
from motorpool.identity.models import Role
from motorpool.identity.routes import route_handlers
from motorpool.identity.rules.tokens import csrf_token, parse_token

from .conftest import PASSWORD, Organisation

AnyRequest = Request[Any, Any, Any]


@get("/")
async def home(request: AnyRequest) -> dict[str, Any]:
    return {"name": actor_for(request.scope).name, "csrf": request.scope["state"].get("csrf_token")}


@post("/echo", status_code=200)
async def echo(request: AnyRequest) -> dict[str, Any]:
    return dict((await request.form()).items())


@get("/api/docs")
async def docs() -> str:
    return "docs"


@get("/health/live")
async def live() -> str:
    return "ok"


class PlainRenderer:
    """Shows a page's template and values as JSON."""

    def page(
        self, request: Any, actor: Any, template: str, *, status: int = 200, **context: Any
    ) -> Response[Any]:
        return Response({"template": template, **context}, status_code=status, type_encoders={object: str})


@dataclass
class Site:
    org: Organisation
    app: Any
    authentication: Authentication

    def client(self, address: str | None = None, **options: Any) -> httpx.AsyncClient:
        where = address or f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"
        transport = httpx.ASGITransport(self.app, client=(where, 4711))
        return httpx.AsyncClient(transport=transport, **({"base_url": "http://fleet.test"} | options))

    async def signed_in(self, *roles: str, **options: Any) -> tuple[httpx.AsyncClient, dict[str, str]]:
        """A browser that is signed in, and the header with its CSRF token."""
        user = await self.org.user(*roles)
        client = self.client(**options)
        answer = await client.post(
            "/sign-in", data={"email": user.email, "password": PASSWORD, "next": "/x?y=1"}
        )
        assert answer.status_code == 303, answer.text
        session = parse_token("session", client.cookies[SESSION_COOKIE])
        assert session is not None
        return client, {"X-CSRFToken": csrf_token(session)}


def build(org: Organisation, settings: Settings) -> Site:
    authentication = Authentication(org.database, org.keyring, settings)
    handle = exception_handler(problem_of, lambda _, problem: problem_response(problem))
    state = {
        "settings": settings,
        "database": org.database,
        "keyring": org.keyring,
        "renderer": PlainRenderer(),
    }
    app = Litestar(
        [*route_handlers, home, echo, docs, live],
        state=State(state),
        middleware=[authentication.middleware],
        exception_handlers={Exception: handle, psycopg.Error: handle},
        openapi_config=None,
    )
    return Site(org, app, authentication)


@pytest.fixture
def site(org: Organisation, settings: Settings) -> Site:
    return build(org, settings)


# -- who gets in


async def test_without_proof(site: Site) -> None:
    async with site.client() as client:
        refused = await client.get("/api/v1/me")
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert refused.json()["code"] == "unauthenticated"
        page = await client.get("/?tab=1", headers={"Accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/%3Ftab%3D1")
        part = await client.get(
            "/", headers={"HX-Request": "true", "HX-Current-URL": "http://fleet.test/trips?q=a"}
        )
        assert (part.status_code, part.headers["hx-redirect"]) == (401, "/sign-in?next=/trips%3Fq%3Da")
        assert (await client.get("/api/docs", headers={"Accept": "text/html"})).status_code == 303
        assert (await client.get("/api/docs")).status_code == 401
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/sign-in")).status_code == 200
        assert (await client.get("/sign-in/../api/v1/me")).status_code == 401


async def test_tokens_over_http(site: Site) -> None:
    _, text = await site.org.token(await site.org.user("viewer"), allowed_ips=["198.51.100.0/24"])
    headers = {"Authorization": f"Bearer {text}"}
    async with site.client("198.51.100.7") as client:
        me = await client.get("/api/v1/me", headers=headers)
        assert me.status_code == 200
        assert me.json()["permissions"]["trips.read"] == "all"
        assert "users.read" not in me.json()["permissions"]
        assert me.json()["tenant"]["slug"] == site.org.slug
        # No cookie, no CSRF: a page of another site cannot send this header.
        assert (await client.post("/echo", data={"a": "1"}, headers=headers)).json() == {"a": "1"}
        wrong = await client.get("/api/v1/me", headers={"Authorization": headers["Authorization"][:-1]})
        assert wrong.status_code == 401
        assert "location" not in wrong.headers
    async with site.client("::ffff:198.51.100.8") as client:
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    async with site.client("203.0.113.1") as client:
        refused = await client.get("/api/v1/me", headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "address_not_allowed")
    async with site.client("not-an-address") as client:
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 403


async def test_a_wrong_token_is_not_helped_by_a_cookie(site: Site) -> None:
    client, _ = await site.signed_in("viewer")
    assert (await client.get("/api/v1/me", headers={"Authorization": "Bearer mp_x"})).status_code == 401
    assert (await client.get("/api/v1/me")).status_code == 200


async def test_the_cookie(site: Site, org: Organisation, settings: Settings) -> None:
    user = await org.user("viewer")
    form = {"email": user.email, "password": PASSWORD, "next": "//evil.example"}
    async with site.client() as client:
        answer = await client.post("/sign-in", data=form)
        assert answer.headers["location"] == "/"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Secure" not in cookie
        assert "no-store" in answer.headers["cache-control"]
    async with site.client(base_url="https://fleet.test") as client:
        assert "; Secure" in (await client.post("/sign-in", data=form)).headers["set-cookie"]
    behind_proxy = build(org, settings.replace(http={"public_url": "https://fleet.example.org"}))
    async with behind_proxy.client() as client:
        answer = await client.post("/sign-in", data=form, headers={"Origin": "https://fleet.example.org"})
        assert "; Secure" in answer.headers["set-cookie"]


async def test_signing_in_by_form(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    shown = (await client.get("/")).json()
    assert shown["csrf"] == headers["X-CSRFToken"]
    async with site.client() as other:
        user = await site.org.user()
        wrong = await other.post(
            "/sign-in", data={"email": user.email, "password": "wrong", "next": "/trips"}
        )
        assert wrong.status_code == 401
        assert wrong.json()["next"] == "/trips"
        assert wrong.json()["email"] == user.email
        assert "wrong" in wrong.json()["error"]
        for _ in range(4):
            await other.post("/sign-in", data={"email": user.email, "password": "wrong"})
        delayed = await other.post("/sign-in", data={"email": user.email, "password": PASSWORD})
        assert delayed.status_code == 429
        assert int(delayed.headers["retry-after"]) > 20
        assert "set-cookie" not in delayed.headers
        assert (await other.post("/sign-in", content=b"\xff\x00")).status_code in (400, 401)


async def test_signing_out(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    stolen = client.cookies[SESSION_COOKIE]
    assert (await client.post("/sign-out")).status_code == 403
    out = await client.post("/sign-out", headers=headers)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in out.headers["set-cookie"]
    async with site.client(cookies={SESSION_COOKIE: stolen}) as thief:
        gone = await thief.get("/api/v1/me")
        assert (gone.status_code, gone.json()["code"]) == (401, "session_revoked")
        assert "Max-Age=0" in gone.headers["set-cookie"]


async def test_a_new_sign_in_never_keeps_the_cookie(site: Site) -> None:
    client, _ = await site.signed_in("viewer")
    before = client.cookies[SESSION_COOKIE]
    user = await site.org.user("viewer")
    await client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert client.cookies[SESSION_COOKIE] != before
    async with site.client(cookies={SESSION_COOKIE: before}) as old:
        assert (await old.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Origin": "http://fleet.test"}, True),
        ({"Origin": "http://fleet.test", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "http://fleet.test.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
async def test_requests_of_other_sites_are_refused(
    site: Site, headers: dict[str, str], allowed: bool
) -> None:
    client, csrf = await site.signed_in("viewer")
    answer = await client.post("/echo", data={"a": "1"}, headers=csrf | headers)
    assert answer.status_code == (200 if allowed else 403), answer.text
    user = await site.org.user()
    form = {"email": user.email, "password": PASSWORD}
    assert (await client.post("/sign-in", data=form, headers=headers)).status_code == (
        303 if allowed else 403
    )


async def test_the_csrf_token(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    _, foreign = await site.signed_in("viewer")
    token = headers["X-CSRFToken"]
    for wrong in ({}, foreign, {"X-CSRFToken": ""}, {"X-CSRFToken": token[:-1]}):
        refused = await client.post("/echo", data={"a": "1"}, headers=wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "csrf_refused")
    assert (await client.post("/echo", data={"a": "1"}, headers=headers)).json() == {"a": "1"}
    by_field = await client.post("/echo", data={"a": "ü 1&2", "csrf_token": token})
    assert by_field.json() == {"a": "ü 1&2", "csrf_token": token}
    assert (await client.post("/echo", data={"a": "1", "csrf_token": "x"})).status_code == 403
    assert (await client.post("/echo", json={"csrf_token": token})).status_code == 403
    large = await client.post("/echo", data={"csrf_token": token, "a": "x" * (1 << 20)})
    assert large.status_code == 403
    assert (await client.get("/")).status_code == 200


async def test_forwarded_pieces_of_a_form(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    body = f"csrf_token={headers['X-CSRFToken']}&a=1".encode()

    async def pieces() -> AsyncIterator[bytes]:
        for index in range(0, len(body), 7):
            yield body[index : index + 7]

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/echo", content=pieces(), headers=kind)
    assert answer.json()["a"] == "1"


async def test_shut_out_while_signed_in(site: Site) -> None:
    await site.org.user("admin")
    client, _ = await site.signed_in("viewer")
    me = (await client.get("/api/v1/me")).json()
    await site.org.act(suspend_tenant, site.org.actor)
    suspended = await client.get("/api/v1/me")
    assert (suspended.status_code, suspended.json()["code"]) == (403, "tenant_suspended")
    await site.org.act(suspend_tenant, site.org.actor, suspended=False)
    await site.org.act(disable_user, site.org.actor, uuid.UUID(me["user"]["id"]))
    assert (await client.get("/api/v1/me")).status_code == 401


async def test_looking_again_during_a_long_answer(site: Site) -> None:
    id_, text = await site.org.token(await site.org.user("viewer"), rate_limit=1)
    scope = {"headers": [(b"authorization", f"Bearer {text}".encode())], "client": ("192.0.2.1", 1)}
    for _ in range(3):
        assert (await site.authentication.authenticate(scope)).token_id == id_
    async with site.client() as client:
        headers = {"Authorization": f"Bearer {text}"}
        assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
        limited = await client.get("/api/v1/me", headers=headers)
        assert (limited.status_code, limited.json()["code"]) == (429, "token_rate_limit")
        assert int(limited.headers["retry-after"]) > 0


async def test_a_websocket_needs_its_own_origin(site: Site) -> None:
    client, _ = await site.signed_in("viewer")
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        sent.append(scope["actor"].name)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "path": "/live",
        "client": ("192.0.2.1", 1),
        "headers": [(b"host", b"fleet.test")],
    }
    guarded = site.authentication.middleware(app)
    await guarded(dict(scope), None, send)  # type: ignore[arg-type]
    assert sent.pop()["code"] == 4401
    cookie = (b"cookie", f"{SESSION_COOKIE}={client.cookies[SESSION_COOKIE]}".encode())
    own = scope | {"headers": [*scope["headers"], cookie, (b"origin", b"http://fleet.test")]}  # type: ignore[misc]
    await guarded(own, None, send)  # type: ignore[arg-type]
    assert isinstance(sent.pop(), str)


# -- set-up links


async def test_an_invited_person_comes_in_through_the_link(site: Site) -> None:
    org = site.org
    async with org.database.transaction(org.actor) as session:
        _, link = await invite_user(
            session,
            org.keyring,
            org.actor,
            email=f"new@{org.slug}.example",
            display_name="New One",
            roles=["viewer"],
        )
    async with site.client() as client:
        shown = (await client.get(f"/set-up?token={link.text}")).json()
        assert (shown["ended"], shown["first_start"], shown["values"]["display_name"]) == (
            False,
            False,
            "New One",
        )
        weak = await client.post("/set-up", data={"token": link.text, "password": "short"})
        assert weak.status_code == 422
        assert "at least 10" in weak.json()["errors"]["password"]
        assert weak.json()["values"]["email"] == f"new@{org.slug}.example"
        cross = await client.post(
            "/set-up",
            data={"token": link.text, "password": PASSWORD},
            headers={"Origin": "http://evil.example"},
        )
        assert cross.status_code == 403
        done = await client.post("/set-up", data={"token": link.text, "password": PASSWORD})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert (await client.get("/")).json()["name"] == "New One"
        assert (await client.get(f"/set-up?token={link.text}")).status_code == 404
        assert (await client.post("/set-up", data={"token": link.text, "password": PASSWORD})).json()[
            "ended"
        ] is True
        assert (await client.get("/set-up?token=nonsense")).json()["ended"] is True


async def test_the_first_start(own_database_urls: Any, keyring: Any, settings: Settings) -> None:
    from motorpool.core.database.database import Database
    from motorpool.core.tenancy.actor import system_actor
    from motorpool.identity.actions.synchronise_roles import sync_permissions_and_roles

    sync_permissions_and_roles(own_database_urls.owner, [("trips.read", "Read trips", "", "Telematics")])
    database = Database(own_database_urls.app, pool_size=3)
    await database.open()
    try:
        old = await first_start_link(database, keyring)
        link = await first_start_link(database, keyring)
        assert old is not None
        assert link is not None
        token = parse_qs(urlsplit(link).query)["token"][0]
        site = build(Organisation(database, keyring, system_actor(uuid.UUID(int=0)), "system"), settings)
        form = {
            "token": token,
            "slug": "acme",
            "organisation": "Acme",
            "email": "jo@acme.example",
            "display_name": "Jo",
            "password": PASSWORD,
            "time_zone": "Europe/Berlin",
            "units": "metric",
        }
        async with site.client() as client:
            assert (await client.get(old)).status_code == 404
            assert (await client.get(link)).json()["first_start"] is True
            wrong = await client.post(
                "/set-up", data=form | {"slug": "No!", "organisation": "", "time_zone": "Mars"}
            )
            assert wrong.status_code == 422
            assert set(wrong.json()["errors"]) == {"slug", "organisation", "time_zone"}
            assert "password" not in wrong.json()["values"]
            assert (await client.post("/set-up", data=form)).status_code == 303
            me = (await client.get("/api/v1/me")).json()
            assert (me["tenant"]["slug"], me["time_zone"], me["permissions"]) == (
                "acme",
                "Europe/Berlin",
                {"trips.read": "all"},
            )
            assert (await client.post("/set-up", data=form | {"slug": "second"})).status_code == 404
        assert await first_start_link(database, keyring) is None
    finally:
        await database.close()


# -- the API


async def test_tokens_are_made_shown_once_and_revoked(site: Site) -> None:
    client, headers = await site.signed_in("admin")
    expires = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    made = await client.post(
        "/api/v1/api-tokens",
        headers=headers,
        json={
            "name": "Export",
            "scopes": ["trips.read"],
            "expires_at": expires,
            "allowed_ips": ["2001:db8::/32"],
        },
    )
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    body = made.json()
    async with site.client() as program:
        bearer = {"Authorization": f"Bearer {body['token']}"}
        me = (await program.get("/api/v1/me", headers=bearer)).json()
        assert (me["scopes"], list(me["permissions"])) == (["trips.read"], ["trips.read"])
        refused = await program.post("/api/v1/api-tokens", headers=bearer, json={"name": "more"})
        assert (refused.status_code, refused.json()["permission"]) == (403, "api_tokens.create")
        revoked = await client.post(
            f"/api/v1/api-tokens/{body['id']}/revoke", headers=headers, json={"reason": "lost"}
        )
        assert revoked.json()["status"] == "revoked"
        assert (await program.get("/api/v1/me", headers=bearer)).status_code == 401
    wrong = await client.post(
        "/api/v1/api-tokens",
        headers=headers,
        json={"scopes": "all", "colour": 1, "rate_limit": "x", "expires_at": 1},
    )
    assert wrong.status_code == 422
    assert {error["field"] for error in wrong.json()["errors"]} >= {"name", "scopes", "colour", "rate_limit"}
    naive = await client.post(
        "/api/v1/api-tokens", headers=headers, json={"name": "x", "expires_at": "2030-01-01T00:00:00"}
    )
    assert naive.status_code == 422
    assert (await client.post("/api/v1/api-tokens/nonsense/revoke", headers=headers)).status_code == 404


async def test_people_are_administered_over_http(site: Site, other_org: Organisation) -> None:
    client, headers = await site.signed_in("admin")
    made = await client.post(
        "/api/v1/users",
        headers=headers,
        json={"email": "a@b.example", "display_name": "A", "roles": ["viewer"]},
    )
    assert made.status_code == 201
    assert made.json()["set_up_path"].startswith("/set-up?token=")
    user_id = made.json()["id"]
    given = await client.post(f"/api/v1/users/{user_id}/roles", headers=headers, json={"role": "dispatcher"})
    assert given.json()["held"] is True
    taken = await client.post(
        f"/api/v1/users/{user_id}/roles", headers=headers, json={"role": "viewer", "remove": True}
    )
    assert taken.json()["held"] is False
    denied = await client.post(
        f"/api/v1/users/{user_id}/permissions",
        headers=headers,
        json={"permission": "trips.read", "decision": "deny"},
    )
    assert denied.status_code == 201 or denied.status_code == 200
    path = f"/api/v1/users/{user_id}/access/explain"
    assert (await client.get(path, params={"permission": "trips"})).status_code == 400
    async with site.org.database.transaction(site.org.actor) as session:
        from motorpool.identity.actions.find_user import find_user

        (await find_user(session, site.org.actor, uuid.UUID(user_id))).status = "active"
    why = (await client.get(path, params={"permission": "trips.read"})).json()
    assert why["allowed"] is False
    assert [(step["kind"], step["effect"]) for step in why["steps"]] == [
        ("account", "gives"),
        ("deny", "refuses"),
        ("grant", "silent"),
        ("role", "gives"),
    ]
    assert why["conclusion"] == "No: trips.read is denied to A."
    held = (await client.get(f"/api/v1/users/{user_id}/access")).json()
    assert [role["role"] for role in held["roles"]] == ["dispatcher"]
    assert [(one["permission"], one["decision"]) for one in held["overrides"]] == [("trips.read", "deny")]
    assert "trips.read" not in held["permissions"]
    assert held["permissions"]["vehicles.read"]["everything"] is True
    reset = await client.post(f"/api/v1/users/{user_id}/reset-password", headers=headers)
    assert reset.json()["set_up_path"].startswith("/set-up?token=")
    assert (await client.post(f"/api/v1/users/{user_id}/disable", headers=headers)).json()[
        "status"
    ] == "disabled"
    assert (await client.post(f"/api/v1/users/{user_id}/enable", headers=headers)).json()[
        "status"
    ] == "invited"
    stranger = await other_org.user("viewer")
    for verb in ("disable", "reset-password", "roles"):
        body = {"role": "viewer"} if verb == "roles" else {}
        missing = await client.post(f"/api/v1/users/{stranger.id}/{verb}", headers=headers, json=body)
        assert missing.status_code == 404, verb
    assert (await client.get(f"/api/v1/users/{stranger.id}/access/explain?permission=a.b")).status_code == 404


async def test_every_route_demands_its_permission(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    user = await site.org.user("viewer")
    for path, body in (
        ("/api/v1/users", {"email": "x@y.example", "display_name": "X"}),
        (f"/api/v1/users/{user.id}/disable", {}),
        (f"/api/v1/users/{user.id}/enable", {}),
        (f"/api/v1/users/{user.id}/reset-password", {}),
        (f"/api/v1/users/{user.id}/roles", {"role": "viewer"}),
        (f"/api/v1/users/{user.id}/permissions", {"permission": "trips.read", "decision": "grant"}),
        ("/api/v1/api-tokens", {"name": "x"}),
        (f"/api/v1/api-tokens/{user.id}/revoke", {}),
    ):
        answer = await client.post(path, headers=headers, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_needed"), path
    assert (await client.get(f"/api/v1/users/{user.id}/access/explain?permission=a.b")).status_code == 403
    own = (await client.get("/api/v1/me")).json()["user"]["id"]
    assert (await client.get(f"/api/v1/users/{own}/access/explain?permission=trips.read")).json()[
        "allowed"
    ] is True


async def test_the_tenant_chooser(site: Site, other_org: Organisation) -> None:
    email = f"{uuid.uuid4().hex}@both.example"
    for where in (site.org, other_org):
        await where.act(create_user, where.actor, email=email, display_name="Jo", password=PASSWORD)
    async with site.client() as client:
        page = await client.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/trips"})
        assert page.status_code == 200
        assert "set-cookie" not in page.headers
        choices = page.json()["choices"]
        assert len(choices) == 2
        chosen = await client.post("/sign-in", data={"choice": choices[0]["value"], "next": "/trips"})
        assert (chosen.status_code, chosen.headers["location"]) == (303, "/trips")
        assert (await client.get("/api/v1/me")).json()["tenant"]["slug"] == choices[0]["slug"]
        assert (await client.post("/sign-in", data={"choice": "00.00"})).status_code == 401


async def test_one_browser_is_signed_out(site: Site) -> None:
    client, headers = await site.signed_in("viewer")
    admin, admin_headers = await site.signed_in("admin")
    mine, theirs = [(await who.get("/api/v1/me")).json()["session_id"] for who in (client, admin)]
    assert (await client.post(f"/api/v1/sessions/{theirs}/revoke", headers=headers)).status_code == 404
    assert (await admin.post(f"/api/v1/sessions/{mine}/revoke", headers=admin_headers)).status_code == 200
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await admin.post(f"/api/v1/sessions/{theirs}/revoke", headers=admin_headers)).status_code == 200
    assert (await admin.get("/api/v1/me")).status_code == 401


async def test_roles_of_ones_own(site: Site) -> None:
    admin, headers = await site.signed_in("admin")
    user = await site.org.user("viewer")
    grant = {"trips": {"actions": ["update"], "scope": "all"}}
    made = await admin.post(
        "/api/v1/roles", headers=headers, json={"role_name": "clerk", "permissions": grant}
    )
    assert (made.status_code, made.json()["display_name"], made.json()["role_type"]) == (
        201,
        "Clerk",
        "custom",
    )
    again = await admin.post(
        "/api/v1/roles", headers=headers, json={"role_name": "clerk", "permissions": grant}
    )
    assert again.status_code == 409
    wrong = await admin.post(
        "/api/v1/roles",
        headers=headers,
        json={"role_name": "x", "permissions": {"trips": {"actions": "all"}}},
    )
    assert wrong.json()["errors"][0]["field"] == "permissions.trips.actions"
    await admin.post(f"/api/v1/users/{user.id}/roles", headers=headers, json={"role": "clerk"})
    _, text = await site.org.token(user)
    assert (await site.org.bearer(text)).access.allows("trips.update")
    path = f"/api/v1/roles/{made.json()['id']}"
    smaller = {"stops": {"actions": ["read"]}}
    assert (await admin.patch(path, headers=headers, json={"permissions": smaller})).status_code == 200
    assert not (await site.org.bearer(text)).access.allows("trips.update")
    async with site.org.database.transaction(site.org.actor) as session:
        roles = await session.scalars(select(Role).where(Role.tenant_id == site.org.id, Role.is_system_role))
        system = {role.role_name: role.id for role in roles}
    for name, change, status in (
        ("viewer", {"permissions": {}}, 409),
        ("viewer", {"is_active": False}, 200),
        ("admin", {"is_active": False}, 409),
    ):
        answer = await admin.patch(f"/api/v1/roles/{system[name]}", headers=headers, json=change)
        assert answer.status_code == status, answer.text
    await site.org.act(assign_role, site.org.actor, user.id, "fleet_manager")
    await site.org.act(set_user_permission, site.org.actor, user.id, "roles.create", "grant")
    clerk = {"Authorization": f"Bearer {text}"}
    async with site.client() as client:
        greedy = {"role_name": "greedy", "permissions": {"users": {"actions": ["*"]}}}
        refused = await client.post("/api/v1/roles", headers=clerk, json=greedy)
        assert (refused.status_code, refused.json()["code"]) == (403, "more_powerful_role")
