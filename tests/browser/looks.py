"""How a page has to look: nothing that axe finds, no sideways scroll, in light and in dark.

A page is loaded once and changes its colours where it stands, as it does when somebody's evening begins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.async_api import Page, expect
from tests.browser.conftest import shot

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
#: What depends on the theme; everything else was found, or not, in the other one.
COLOURS = ("color-contrast", "link-in-text-block")


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def barriers(page: Page, rules: Sequence[str] = LEVELS) -> list[str]:
    """What keeps people out, as axe-core sees it: rule, place and reason of each finding."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    results = await page.evaluate(
        "async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations",
        rules,
    )
    return [
        f"{rule['id']} ({rule['impact']}) at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in results
        for node in rule["nodes"]
    ]


async def overflow(page: Page) -> int:
    """How many pixels the page can be scrolled sideways."""
    found: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


async def looks_well(page: Page, name: str, width: int | None = None, *, full_page: bool = True) -> None:
    """A picture in light and dark, no sideways scroll, nothing that axe finds. The width is the window's unless given."""
    if width is None:
        assert page.viewport_size is not None
        width = page.viewport_size["width"]
    assert await overflow(page) <= 0, f"{name} scrolls sideways"
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is too wide"
    await shot(page, f"{name}-light", full_page=full_page)
    found = await barriers(page)
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    found += await barriers(page, COLOURS)
    await shot(page, f"{name}-dark", full_page=full_page)
    await page.emulate_media(color_scheme="light")
    assert found == [], f"{name}: {json.dumps(found, indent=1)}"
