"""Comments and pictures belong to an order as to any record."""

from __future__ import annotations

from .conftest import Shop, key_of


async def test_people_talk_about_an_order(shop: Shop) -> None:
    path = await shop.order()
    said = await shop.make(
        "comments", record_type="maintenance_records", record_id=key_of(path), body="Parts are here"
    )
    found = await shop.api(
        "GET", "comments", params={"record_type": "maintenance_records", "record_id": key_of(path)}
    )
    assert [row["id"] for row in found.json()["items"]] == [said["id"]]
    stray = await shop.api(
        "POST",
        "comments",
        json={"record_type": "maintenance_records", "record_id": str(shop.tenant), "body": "Nowhere"},
    )
    assert stray.status_code == 422


async def test_a_closed_order_can_still_be_talked_about(shop: Shop) -> None:
    path = await shop.started()
    await shop.act(path, "finish")
    await shop.act(path, "approve")
    await shop.make("comments", record_type="maintenance_records", record_id=key_of(path), body="Thank you")
    assert (await shop.api("PATCH", path, json={"notes": "Filed"})).status_code == 200
    refused = await shop.refused(path, summary="Another")
    assert (refused["status"], refused["code"]) == (409, "locked")
