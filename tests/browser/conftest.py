"""Chromium on the real application: one browser a session, one context a test, and no complaint unheard."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    WebError,
    async_playwright,
    expect,
)
from tests.site import PASSWORD, Organisation, Site

from motorpool.identity.http import SESSION_COOKIE

#: Pictures of pages for people to look at are taken on request, those of failures always.
SHOTS = os.environ.get("MOTORPOOL_SHOTS", "") not in ("", "0")
ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts" / "browser"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "/usr/bin/chromium")
#: Maps draw with WebGL, which takes a graphics card made of software; putting pages together does not, and with
#: such a card it takes half of the time that a page takes.
ARGUMENTS = (
    "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --use-angle=swiftshader --enable-unsafe-swiftshader --disable-gpu-compositing"
).split()
PATIENCE_MS = 20_000
DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 850}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
#: A browser tells about a violated policy by this event, also where it prints nothing.
TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI} in ${event.sourceFile}`));
"""

expect.set_options(timeout=PATIENCE_MS)


def find_chromium() -> str | None:
    names = (os.environ.get("MOTORPOOL_CHROMIUM", ""), *CHROMIUM_NAMES)
    return next((path for name in names if name and (path := shutil.which(name))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Before any fixture: without a browser the tests of this folder are skipped, or fail where one is required."""
    if find_chromium() is None:
        message = "no Chromium found; install it or set MOTORPOOL_CHROMIUM"
        if os.environ.get("MOTORPOOL_REQUIRE_BROWSER") == "1":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Complaints:
    """What pages wrote to the console as an error, or threw; `expected` ones are left out."""

    found: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Errors that this test causes on purpose, such as the browser's note of a 401."""
        self.patterns.append(pattern)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._thrown)

    def unexpected(self) -> list[str]:
        return [text for text in self.found if not any(re.search(one, text) for one in self.patterns)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"{message.text} ({message.location.get('url', '')})")

    def _thrown(self, error: WebError) -> None:
        self.found.append(f"thrown: {error.error}")


MakeContext = Callable[..., Awaitable[BrowserContext]]


async def open_context(
    browser: Browser,
    complaints: Complaints,
    where: Site,
    who: Organisation | None = None,
    device: dict[str, Any] = DESK,
    **options: Any,
) -> BrowserContext:
    """Windows of somebody who is signed in, or of a stranger, on a device; whoever asks for it closes it."""
    context = await browser.new_context(
        base_url=where.address,
        reduced_motion="reduce",
        timezone_id="UTC",
        **{"color_scheme": "light", "locale": "en-GB", **device, **options},
    )
    context.set_default_timeout(PATIENCE_MS)
    await context.add_init_script(TELL_VIOLATIONS)
    complaints.watch(context)
    if who is not None:
        await context.add_cookies([{**await session_cookie(where, who), "url": where.address}])  # type: ignore[typeddict-item]
    return context


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
async def make_context(
    browser: Browser, complaints: Complaints, request: pytest.FixtureRequest
) -> AsyncIterator[MakeContext]:
    """Contexts of this test, closed after it. A test during which a page complained fails."""
    made: list[BrowserContext] = []
    failure = f"failed-{file_name(request.node.name)}"
    for old in ARTEFACTS.glob(f"{failure}-*.png"):
        old.unlink()

    async def make(
        where: Site, who: Organisation | None = None, device: dict[str, Any] = DESK, **options: Any
    ) -> BrowserContext:
        context = await open_context(browser, complaints, where, who, device, **options)
        made.append(context)
        return context

    yield make
    failed = getattr(request.node, "failed", False)
    for number, context in enumerate(made):
        for tab, page in enumerate(context.pages):
            if failed:
                await shot(page, f"{failure}-{number}{tab}", always=True)
        await context.close()
    assert complaints.unexpected() == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
async def page(make_context: MakeContext, site: Site, organisation: Organisation) -> Page:
    """A page of the signed-in administrator, at a desk."""
    return await (await make_context(site, organisation)).new_page()


COOKIES: dict[str, dict[str, str]] = {}


async def session_cookie(where: Site, who: Organisation) -> dict[str, str]:
    """Signing in by form is one test's task; the others start with the session that it gives."""
    if who.slug not in COOKIES:
        async with httpx.AsyncClient(base_url=where.address, timeout=30) as nobody:
            answer = await nobody.post(
                "/sign-in", data={"email": who.email, "password": PASSWORD, "next": "/"}
            )
            assert answer.status_code == 303, answer.text
            COOKIES[who.slug] = {"name": SESSION_COOKIE, "value": nobody.cookies[SESSION_COOKIE]}
    return COOKIES[who.slug]


async def shot(page: Page, name: str, *, always: bool = False, **options: Any) -> None:
    """A picture for people to look at, among the test run's artefacts, if `MOTORPOOL_SHOTS` asks for them."""
    if not (SHOTS or always):
        return
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    # To hide the caret Playwright writes style attributes, which htmx copies and the content policy then refuses.
    await page.screenshot(path=ARTEFACTS / f"{file_name(name)}.png", caret="initial", **options)


def file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "_", text).strip("_")
