"""The form of a booking: whose shop it shows, and what it keeps."""

from __future__ import annotations

import uuid

import httpx
import psycopg
from tests.maintenance.shop.workshop import Workshop, at, make_workshop
from tests.site import Site


async def person_at(
    client: httpx.AsyncClient, owner: psycopg.Connection[object], facility: str
) -> dict[str, str]:
    """Headers of a fleet manager of one facility."""
    email = f"{uuid.uuid4().hex[:8]}@example.test"
    made = await client.post(
        "/api/v1/users", json={"email": email, "display_name": "Nora North", "roles": []}
    )
    assert made.status_code == 201, made.text
    user = made.json()["id"]
    owner.execute("UPDATE users SET status = 'active' WHERE id = %s", (user,))
    given = {"role": "fleet_manager", "facility_ids": [facility]}
    assert (await client.post(f"/api/v1/users/{user}/roles", json=given)).status_code < 300
    token = (await client.post("/api/v1/api-tokens", json={"name": "n", "user_id": user})).json()["token"]
    return {"Authorization": f"Bearer {token}"}


async def test_a_shop_out_of_reach_is_not_shown(
    shop: Workshop, client: httpx.AsyncClient, site: Site, owner: psycopg.Connection[object]
) -> None:
    other = await make_workshop(client)
    secret = await other.add(
        "technicians", first_name="Sally", last_name="Elsewhere", facility_id=other.facility["id"]
    )
    mine = await shop.vehicle(facility_id=shop.facility["id"])
    order = await shop.order(mine, facility_id=None)
    booking = await shop.booked(order, at(9), at(10), service_bay_id=other.bays[0]["id"])
    headers = await person_at(client, owner, shop.facility["id"])
    async with httpx.AsyncClient(base_url=site.address, headers=headers, timeout=20) as nora:
        own = await nora.get(f"/shop/calendar/book?facility={shop.facility['id']}")
        assert own.status_code == 200 and shop.bays[0]["id"] not in own.text
        for query in (f"bay={other.bays[1]['id']}", f"facility={other.facility['id']}"):
            page = await nora.get(f"/shop/calendar/book?order={order['id']}&{query}")
            assert page.status_code == 200, page.text
            assert shop.bays[1]["id"] in page.text
            assert other.bays[1]["id"] not in page.text and secret["id"] not in page.text
        # A booking of her own vehicle is hers to see, with its bay and in the time of its shop, and nothing else there.
        page = await nora.get(f"/shop/calendar/bookings/{booking['id']}")
        assert page.status_code == 200, page.text
        assert other.bays[0]["id"] in page.text
        assert other.bays[1]["id"] not in page.text and secret["id"] not in page.text


async def test_who_is_on_leave_stays_with_the_booking(shop: Workshop, client: httpx.AsyncClient) -> None:
    rosa = shop.technicians[0]
    booking = await shop.booked(await shop.order(), at(9), at(10), technician_id=rosa["id"])
    assert (await shop.move("technicians", rosa, "start_leave")).status_code == 200
    page = await client.get(f"/shop/calendar/bookings/{booking['id']}")
    assert f'<option value="{rosa["id"]}" selected>' in page.text
