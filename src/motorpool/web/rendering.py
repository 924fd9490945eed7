"""Pages from templates: one place that knows what every page needs.

Templates see `user`, `tenant`, `navigation`, `title`, `flashes`, `csrf_token`, `path`, `map`, the functions
`asset(name)` and `may(permission)`, and filters that show times in the viewer's zone and lengths in the
viewer's units. Autoescape is on and an unknown name is an error, so that a misspelt one is found at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from litestar import Request, Response
from markupsafe import escape

from motorpool import __version__
from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.registry import Registry
from motorpool.core.secrets import Keyring
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor
from motorpool.web import formats
from motorpool.web.assets import Manifest
from motorpool.web.navigation import may, navigation
from motorpool.web.structure import blank
from motorpool.web.tones import tone_of

TEMPLATES = Path(__file__).resolve().parent / "templates"
FLASH_COOKIE = "motorpool_flash"
SECTIONS_COOKIE = "motorpool_sections"
FLASH_KINDS = ("success", "warning", "danger")
NO_STORE = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request-Type"}
AnyRequest = Request[Any, Any, Any]
ROLE = re.compile(r"^the role (\w+)$")


class Renderer:
    """Renders templates for one process."""

    def __init__(self, settings: Settings, registry: Registry, keyring: Keyring) -> None:
        self.settings = settings
        self.registry = registry
        self.manifest = Manifest()
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "asset": self.manifest.address,
            "version": __version__,
        }
        self.environment.filters |= FILTERS

    def standalone(self, template: str, **context: Any) -> Response[str]:
        """A page outside of any tenant: signing in, setting up."""
        return self._response(self._render(template, self._viewer(None) | context))

    def page(
        self, request: AnyRequest, actor: Actor | None, template: str, *, status: int = 200, **context: Any
    ) -> Response[str]:
        """A page for an actor; `title` among the context names it. `actor` None: nobody is signed in."""
        shown, flash = self._request_context(request, actor)
        response = self._response(self._render(template, shown | context), status)
        if flash:
            response.delete_cookie(FLASH_COOKIE, path="/")
        return response

    def error(self, request: AnyRequest, problem: MotorpoolError) -> Response[str]:
        """`error.html` for a problem; plain text when even that cannot be shown."""
        actor = request.scope.get("actor")
        known = actor if isinstance(actor, Actor) else None
        context, _ = self._request_context(request, known)
        context |= {
            "title": problem.title,
            "status": problem.status,
            "heading": problem.title,
            "detail": problem.detail if problem.detail != problem.title else "",
            "code": problem.code,
            "request_id": None,
            "partial": is_partial(request),
        }
        try:
            text = self._render("error.html", context)
        except MotorpoolError as second:
            text = "<!doctype html><title>Motorpool</title>"
            text += f"<h1>{escape(problem.title)}</h1><p>{escape(problem.detail)}</p>"
            text += f"<p>{escape(second.detail)}</p>" if second.detail != problem.detail else ""
        return self._response(text, problem.status, problem.headers)

    def _render(self, template: str, context: dict[str, Any]) -> str:
        self.manifest.refresh()
        return self.environment.get_template(template).render(context)

    def _response(self, text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
        return Response(
            text,
            status_code=status,
            media_type="text/html; charset=utf-8",
            headers=NO_STORE | (headers or {}),
        )

    def _viewer(self, actor: Actor | None) -> dict[str, Any]:
        def allowed(permission: str) -> bool:
            return may(actor, permission)

        return {
            "user": actor and {"name": actor.name, "role": role_of(actor), "email": actor.email},
            "tenant": {
                "name": actor.tenant_name if actor else "Motorpool",
                "time_zone": actor.time_zone if actor else "UTC",
                "units": actor.units if actor else "metric",
            },
            "demo": actor is not None and actor.is_demo,
            "may": allowed,
            "title": "Motorpool",
            "flashes": [],
            "query": "",
            "csrf_token": None,
            "path": "/",
            "request_partial": False,
            "map": {
                "tiles": self.settings.map.tile_url,
                "attribution": self.settings.map.tile_attribution,
                "pmtiles": "/map/tiles.pmtiles" if self.settings.map.pmtiles else None,
            },
        }

    def _request_context(self, request: AnyRequest, actor: Actor | None) -> tuple[dict[str, Any], bool]:
        state = request.scope.get("state") or {}
        path = request.url.path
        flash = read_flash(request)
        context = self._viewer(actor) | {
            "csrf_token": state.get("csrf_token"),
            "navigation": partial(navigation, self.registry, actor, path, opened_sections(request)),
            "path": path,
            "request_partial": is_partial(request),
            "flashes": [flash] if flash else [],
        }
        return context, flash is not None


def opened_sections(request: AnyRequest) -> frozenset[str]:
    """Sections of the sidebar that the person left open, as the page's script noted them."""
    return frozenset(unquote(request.cookies.get(SECTIONS_COOKIE, ""))[:500].split("."))


def role_of(actor: Actor) -> str | None:
    """The actor's roles in words, as the rules say where they come from."""
    found = dict.fromkeys(match[1] for rule in actor.access.rules if (match := ROLE.match(rule.origin)))
    return ", ".join(formats.words(name) for name in found) or None


def is_partial(request: AnyRequest) -> bool:
    """Whether htmx asks for a part of the page only."""
    return request.headers.get("hx-request-type") == "partial"


def see_other(location: str, message: str | None = None, kind: str = "success") -> Response[bytes]:
    """Go on to a page, which shows the message once."""
    response = Response(
        b"",
        status_code=303,
        headers={"Location": location, "Cache-Control": "no-store"},
        media_type="text/plain",
    )
    if message:
        response.set_cookie(
            FLASH_COOKIE, quote(f"{kind}:{message}"), path="/", max_age=60, httponly=True, samesite="lax"
        )
    return response


def go_on(
    request: AnyRequest, location: str, message: str | None = None, kind: str = "success"
) -> Response[bytes]:
    """`see_other`; a dialog, which cannot see where a redirect leads, is told by a header."""
    response = see_other(location, message, kind)
    if is_partial(request):
        response.status_code = 200
        response.headers["HX-Redirect"] = response.headers.pop("Location")
    return response


def read_flash(request: AnyRequest) -> dict[str, str] | None:
    value = unquote(request.cookies.get(FLASH_COOKIE, ""))
    kind, _, message = value.partition(":")
    return {"kind": kind, "text": message[:300]} if kind in FLASH_KINDS and message else None


def _with_zone(function: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def wrapped(context: Context, value: Any, **options: Any) -> str:
        return function(value, context["tenant"]["time_zone"], **options)

    return wrapped


def _with_unit(unit: str) -> Callable[..., str]:
    @pass_context
    def wrapped(context: Context, value: Any, places: int = 1) -> str:
        return formats.quantity(value, unit, context["tenant"]["units"], places)

    return wrapped


def _ago(value: Any) -> str:
    return formats.ago(value, datetime.now(UTC))


def _iso(value: Any) -> str:
    found = formats.moment(value)
    return "" if found is None else found.astimezone(UTC).isoformat()


def dom_id(path: str) -> str:
    """A form's field name as an id: `line_items[2].price` -> `line_items-2-price`."""
    return re.sub(r"\W+", "-", path).strip("-")


def phrase(label: str) -> str:
    """A label inside a sentence: `work order`, but `API token`."""
    return label if label[:2].isupper() or label[:1].isdigit() else label[:1].lower() + label[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": _with_zone(formats.clock),
    "day": formats.day,
    "ago": _ago,
    "iso": _iso,
    "number": formats.number,
    "distance": _with_unit("km"),
    "speed": _with_unit("kph"),
    "volume": _with_unit("liters"),
    "consumption": _with_unit("l_per_100km"),
    "temperature": _with_unit("celsius"),
    "label": formats.label,
    "duration": formats.duration,
    "words": formats.words,
    "tone": tone_of,
    "blank": blank,
    "dom_id": dom_id,
    "phrase": phrase,
}
