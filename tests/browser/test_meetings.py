"""A toolbox talk as it goes: planned at a desk, signed on a phone and on the tablet, quiz, actions, closed and printed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import Page, expect
from tests.browser.conftest import PHONE, Complaints, MakeContext
from tests.browser.fleet import add
from tests.browser.looks import looks_well as looks_well_here
from tests.browser.workshop import person
from tests.site import Organisation, Site

pytestmark = pytest.mark.browser
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


async def looks_well(page: Page, name: str, width: int) -> None:
    """From the top: what the bar of the page covers after scrolling counts as too small."""
    await page.evaluate("window.scrollTo(0, 0)")
    await looks_well_here(page, name, width)


async def choose(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    await field.fill(text)
    await page.locator(".lookup-list [role=option]", has_text=text).first.click()


async def draw(page: Page) -> None:
    pad = page.locator(".insp-pad canvas")
    await pad.scroll_into_view_if_needed()
    box = await pad.bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + 30, box["y"] + 60)
    await page.mouse.down()
    for step in range(1, 9):
        await page.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 60 + (20 if step % 2 else -20))
    await page.mouse.up()


async def test_a_toolbox_talk_from_the_plan_to_the_printed_list(
    make_context: MakeContext, complaints: Complaints, site: Site, organisation: Organisation, client: httpx.AsyncClient,
    tmp_path: Path,
) -> None:  # fmt: skip
    complaints.expect(r"status of 422")
    user, who = await person(site, organisation, "Dee Driver", "driver")
    depot = await add(client, "facilities", name="North depot", code=f"N{uuid4().hex[:4]}", city="Oakland")
    names = ["Dee Driver", "Sam Short", "Tess Tall"]
    drivers = [
        await add(
            client,
            "drivers",
            full_name=name,
            driver_number=f"D-{uuid4().hex[:6]}",
            home_facility_id=depot["id"],
            **({"user_id": user} if name == "Dee Driver" else {}),
        )
        for name in names
    ]
    page = await (await make_context(site, organisation, DESK)).new_page()
    await page.goto("/meetings")
    await expect(page.get_by_text("No meeting is planned")).to_be_visible()
    await looks_well(page, "meetings-empty-desk", 1280)
    # What is missing is said beside its field, and nothing typed is lost.
    await page.get_by_role("link", name="Plan a meeting").click()
    await page.get_by_label("Place").fill("Drivers' room")
    await page.get_by_role("button", name="Plan it").click()
    await expect(page.locator("#plan-topic-error")).to_have_text("Is required")
    await expect(page.get_by_label("Place")).to_have_value("Drivers' room")
    await page.get_by_label("Topic").fill("Driving in rain")
    began = datetime.now(ZoneInfo("America/Los_Angeles")) - timedelta(minutes=5)
    await page.get_by_label("When", exact=True).fill(f"{began:%Y-%m-%dT%H:%M}")
    await page.get_by_label("Agenda").fill("Tires and their depth\nDistance on wet roads\nQuestions")
    await choose(page, "Everybody of a facility", "North depot")
    await looks_well(page, "meeting-plan-desk", 1280)
    await page.get_by_role("button", name="Plan it").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Driving in rain")
    meeting = page.url.rpartition("/")[2].partition("#")[0]
    counts = page.locator(".meet-counts")
    await expect(counts).to_contain_text("Invited3")

    # The quiz, of which one question has two right answers.
    await page.get_by_role("link", name="Write one").click()
    await page.get_by_label("Text of question 1").fill("How far behind in rain?")
    for place, text in enumerate(("2 seconds", "6 seconds"), 1):
        await page.get_by_label(f"Answer {place} of question 1", exact=True).fill(text)
    await page.get_by_role("button", name="one more question").click()
    await expect(page.get_by_role("alert")).to_contain_text("cannot be kept")
    await page.get_by_label("Answer 2 of question 1 is right").check()
    await page.get_by_role("button", name="one more question").click()
    await page.get_by_label("Text of question 2").fill("What is checked first?")
    for place, text in enumerate(("Brakes", "Radio", "Tires"), 1):
        await page.get_by_label(f"Answer {place} of question 2", exact=True).fill(text)
    for place in (1, 3):
        await page.get_by_label(f"Answer {place} of question 2 is right").check()
    await page.get_by_label("Pass mark, percent").fill("100")
    await page.get_by_label("Attempts").fill("2")
    await looks_well(page, "meeting-quiz-edit-desk", 1280)
    await page.get_by_role("button", name="Save the quiz").click()
    await expect(page.locator("#quiz")).to_contain_text("2 questions, passed from 100")

    # The driver's phone.
    phone = await (await make_context(site, who, PHONE)).new_page()
    await phone.goto("/meetings")
    await expect(phone.locator("#waiting")).to_contain_text("Driving in rain")
    await looks_well(phone, "meetings-phone", 390)
    await phone.get_by_role("link", name="Driving in rain").first.click()
    await expect(phone.get_by_text("Distance on wet roads")).to_be_visible()
    await expect(phone.get_by_text("Sam Short")).to_have_count(0)
    await looks_well(phone, "meeting-phone", 390)
    await phone.get_by_role("link", name="I was there: sign").click()
    await looks_well(phone, "meeting-sign-phone", 390)
    await draw(phone)
    await phone.get_by_role("button", name="I was there").click()
    await expect(phone.locator("#mine")).to_contain_text("You signed")
    await phone.get_by_role("link", name="Answer the quiz").click()
    assert "6 seconds" in await phone.content() and '"right"' not in await phone.content()
    await phone.get_by_label("6 seconds").check()
    await phone.get_by_label("Brakes").check()
    await looks_well(phone, "meeting-quiz-phone", 390)
    await phone.get_by_role("button", name="Send my answers").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Not passed")
    second = phone.get_by_role("region", name="Question 2")
    await expect(second).to_contain_text("Wrong")
    await expect(second).not_to_contain_text("Tires")
    await phone.get_by_role("link", name="Try again").click()
    await phone.get_by_label("6 seconds").check()
    await phone.get_by_label("Brakes").check()
    await phone.get_by_label("Tires").check()
    await phone.get_by_role("button", name="Send my answers").click()
    await expect(phone.get_by_role("heading", level=1)).to_contain_text("Passed")
    await looks_well(phone, "meeting-quiz-passed-phone", 390)

    # The leader's device goes round.
    await page.reload()
    dee = page.locator("#attendance li", has_text="Dee Driver")
    await expect(dee).to_contain_text("own account")
    await expect(dee).to_contain_text("Quiz 100")
    await page.get_by_role("button", name=re.compile("There ?: Sam Short")).click()
    await expect(counts).to_contain_text("Came2")
    await page.get_by_text("Somebody came who was not invited").click()
    await page.get_by_label("Guest", exact=True).fill("Ida Insurer")
    await page.get_by_role("button", name="Put on the list").click()
    await page.get_by_role("link", name="Sign one after another").click()
    await expect(page.locator(".meet-names .btn")).to_have_count(3)
    await looks_well(page, "meeting-round-desk", 1280)
    for name in ("Sam Short", "Ida Insurer"):
        await page.locator(".meet-names").get_by_role("link", name=name).click()
        await draw(page)
        await page.get_by_role("button", name="I was there").click()
        await expect(page.get_by_text(f"{name} has signed")).to_be_visible()
    await page.get_by_role("link", name="Back to the list").click()
    await expect(counts).to_contain_text("Signed3")
    await expect(counts).not_to_contain_text("Missing")

    # What was decided, until a day that has not passed.
    await page.get_by_text("Write an action down").click()
    await page.get_by_label("What is to be done").fill("Measure the tires of all vans")
    await page.get_by_label("Who", exact=True).select_option(label="Dee Driver")
    await page.get_by_label("Until").fill("2020-02-01")
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.get_by_text("2020-02-01 has passed already")).to_be_visible()
    await page.get_by_text("Write an action down").click()
    await page.get_by_label("What is to be done").fill("Measure the tires of all vans")
    await page.get_by_label("Who", exact=True).select_option(label="Dee Driver")
    await page.get_by_label("Until").fill(f"{began + timedelta(days=1):%Y-%m-%d}")
    await page.get_by_role("button", name="Write it down").click()
    await expect(page.locator("#actions")).to_contain_text("Due")
    await page.get_by_label("What was said and decided").fill("Depth below 4 mm: changed before winter.")
    await page.locator("[data-handouts-to] input").set_input_files(
        {"name": "rain.txt", "mimeType": "text/plain", "buffer": b"Six seconds."}
    )
    await expect(page.get_by_role("link", name="rain.txt")).to_be_visible()
    await looks_well(page, "meeting-desk", 1280)
    narrow = await (await make_context(site, organisation, PHONE)).new_page()
    await narrow.goto(f"/safety-meetings/{meeting}")
    await looks_well(narrow, "meeting-leader-phone", 390)
    # What was typed while a file was added is still there.
    await expect(page.get_by_label("What was said and decided")).to_have_value(re.compile("Depth below"))
    await page.get_by_role("button", name="Close the meeting").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Held")
    await expect(counts).to_contain_text("Missing1")
    await expect(page.get_by_role("button", name=re.compile("There ?: Tess Tall"))).to_have_count(0)
    await looks_well(page, "meeting-held-desk", 1280)
    answer = await client.get(f"/api/v1/safety-meetings/{meeting}")
    row = answer.json()
    assert (row["status"], row["attendance"], row["signed_count"], row["facility_id"]) == ("held", 3, 3, None)
    assert len(drivers) == 3

    # The owner does it from the phone.
    await phone.goto("/meetings")
    await phone.get_by_role("button", name=re.compile("Done ?: Measure")).click()
    await phone.get_by_role("dialog").get_by_role("button", name="Complete").click()
    await expect(phone.locator("#waiting")).to_have_count(0)

    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="PDF").click()
    download = await waiting.value
    assert download.suggested_filename.startswith("meeting-")
    await download.save_as(tmp_path / "list.pdf")
    content = (tmp_path / "list.pdf").read_bytes()
    assert content.startswith(b"%PDF") and len(content) > 8_000
