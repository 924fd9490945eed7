"""Whether a vehicle or driver can be used: a panel for their pages, with a link to the row behind each reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from motorpool.core.resource.registry import Registry
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Reason, Use, read_reasons
from motorpool.web.navigation import may
from motorpool.web.pages.records import detail_response, key_of, read_row

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A reason on a page; `href` leads to the row behind it, for those who may read such rows."""

    reason: Reason
    href: str | None


def told(registry: Registry, actor: Actor, reasons: Iterable[Reason], here: UUID | None = None) -> list[Told]:
    """Reasons with their links; `here`: the row whose page it is."""
    found = []
    for one in reasons:
        resource = registry.get(one.source or "")
        href = None
        if resource and one.source_id and one.source_id != here and may(actor, resource.permission("read")):
            href = f"/{resource.collection}/{one.source_id}"
        found.append(Told(one, href))
    return found


@get("/availability/{collection:str}/{key:str}", include_in_schema=False)
async def availability_panel(request: AnyRequest) -> Response[Any]:
    """Of a vehicle or a driver, now; fetched by pages that are about something else."""
    is_driver = request.path_params["collection"] == "drivers"
    row, _ = await read_row(request, request.app.state.registry["drivers" if is_driver else "vehicles"])
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor_of(request),
        "availability_panel.html",
        title=f"Availability of {row['full_name' if is_driver else 'vehicle_number']}",
        **await availability_now(request, UUID(row["id"]), is_driver=is_driver),
    )
    return page


async def availability_now(request: AnyRequest, key: UUID, *, is_driver: bool = False) -> dict[str, Any]:
    """What `availability_card.html` shows of a vehicle or a driver, and `unusable` for the head of the page."""
    actor, state = actor_of(request), request.app.state
    use = Use(drivers=[key]) if is_driver else Use(vehicles=[key])
    reasons = await read_reasons(state.database, actor, [use])
    return {
        "reasons": told(state.registry, actor, reasons, key),
        "verb": "drive" if is_driver else "be used",
        "unusable": unusable(reasons),
        "reserve_href": f"/reservations/new?vehicle_id={key}"
        if not is_driver and may(actor, "vehicle_reservations.create")
        else None,
    }


def unusable(reasons: Iterable[Reason]) -> str | None:
    """The word for what must not be used: that it is not safe says more than that it cannot be used."""
    codes = {one.code for one in reasons if one.blocks}
    return None if not codes else "Unsafe" if "defect" in codes else "Cannot be used"


async def driver_page(request: AnyRequest) -> Response[Any]:
    """A driver's record, with whether they can drive now."""
    resource = request.app.state.registry["drivers"]
    key = key_of(request, resource)
    return await detail_response(
        request, resource, template="driver.html", **await availability_now(request, key, is_driver=True)
    )


route_handlers = [availability_panel]
