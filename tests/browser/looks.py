"""How a page has to look: nothing that axe finds, no sideways scroll, in light and in dark."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page, expect
from tests.browser.conftest import shot

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@cache
def axe() -> str:
    return AXE.read_text(encoding="utf-8")


async def barriers(page: Page) -> list[Any]:
    """What axe finds: the rule, and where."""
    await page.evaluate(axe())
    found: list[Any] = await page.evaluate(
        "(levels) => axe.run(document, {runOnly: levels}).then(({violations}) => violations.map((one) => "
        "[one.id, one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200))]))",
        LEVELS,
    )
    return found


async def looks_well(page: Page, name: str, width: int) -> None:
    """A picture in light and dark, no sideways scroll, nothing that axe finds."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        await shot(page, f"{name}-{scheme}", full_page=True)
        found = await barriers(page)
        assert found == [], json.dumps(found, indent=1)
    await page.emulate_media(color_scheme="light")
