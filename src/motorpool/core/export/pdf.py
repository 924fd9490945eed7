"""PDF by typst, offline. A template gets its data as JSON and never as source text, so there is nothing to escape."""

from __future__ import annotations

import asyncio
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from motorpool.core.errors import Invalid, Unavailable
from motorpool.core.export import typesetting
from motorpool.core.export.columns import NUMBERS, Column, Heading, Rows
from motorpool.core.export.layout import BOLD, Paper, breakable, fit, for_people

TEMPLATES = Path(str(resources.files("motorpool.core.export") / "templates"))
FONTS = Path(str(resources.files("fontpkg_ibm_plex_sans") / "files"))
#: More columns cannot be read on paper.
MAX_COLUMNS = 24
#: Typst needs about 16 KB for a cell while it works.
MAX_CELLS = 40_000
#: A document that takes longer is given up, in seconds.
LONGEST_S = 120.0
_WAITING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()
_TEMPLATE = re.compile(r"[a-z][a-z0-9_]*")


async def render_pdf(
    template: str, data: Mapping[str, Any], *, folder: Path = TEMPLATES, generated_at: datetime | None = None
) -> bytes:
    """The document `<template>.typ` of a folder, with `data` as `json(bytes(sys.inputs.data))`.

    The same data and time give the same bytes. Raises LookupError for an unknown template, RuntimeError with typst's
    own words for one that is wrong, Unavailable when it takes more than two minutes.
    """
    if not _TEMPLATE.fullmatch(template) or not (folder / f"{template}.typ").is_file():
        raise LookupError(f"there is no template {template!r} in {folder.name}")
    seconds = int((generated_at or datetime.now(UTC)).timestamp())
    arguments = (str(folder), template, str(FONTS), str(seconds))
    async with _at_once():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", typesetting.__file__, *arguments, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        try:
            async with asyncio.timeout(LONGEST_S):
                document, errors = await process.communicate(msgspec.json.encode(data, enc_hook=str))
        except TimeoutError as error:
            raise Unavailable("The document takes too long; narrow it.", code="timeout") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"typst refused {template}.typ: {errors.decode(errors='replace')[-2000:]}")
    return document


def _at_once() -> asyncio.Semaphore:
    """Two documents at a time for each event loop; the others wait."""
    loop = asyncio.get_running_loop()
    return _WAITING.setdefault(loop, asyncio.Semaphore(2))


async def table_pdf(
    columns: Sequence[Column], rows: Rows, heading: Heading, *, most: int = 2_000, paper: Paper = "a4"
) -> bytes:
    """A table as a report. Raises Invalid for more than `most` rows, 24 columns or 40,000 cells."""
    if len(columns) > MAX_COLUMNS:
        raise Invalid(
            f"A PDF has room for {MAX_COLUMNS} columns; choose fewer, or export to Excel.",
            code="too_many_columns",
        )
    most = min(most, MAX_CELLS // max(len(columns), 1))
    texts: list[list[str]] = []
    async for chunk in rows:
        if len(texts) + len(chunk) > most:
            raise Invalid(
                f"A PDF of {len(columns)} columns may have {most} rows; narrow the list, or export to CSV or Excel.",
                code="too_many_rows",
            )
        texts += [
            [for_people(column.kind, heading.zone, cell) for column, cell in zip(columns, row, strict=True)]
            for row in chunk
        ]
    data = await asyncio.to_thread(table_data, columns, texts, heading, paper)
    return await render_pdf("table", data, generated_at=heading.generated_at)


def table_data(
    columns: Sequence[Column], texts: Sequence[Sequence[str]], heading: Heading, paper: Paper = "a4"
) -> dict[str, Any]:
    """What the template `table` takes."""
    layout = fit(columns, texts, paper)
    at = heading.generated_at.astimezone(heading.zone)
    return {
        "title": heading.title,
        "tenant": heading.tenant,
        "filters": [[label, value] for label, value in heading.filters],
        "generated": f"{at:%Y-%m-%d %H:%M} {at.tzname() or ''}".strip(),
        "count": f"{len(texts):,} {'row' if len(texts) == 1 else 'rows'}",
        "paper": paper,
        "landscape": layout.landscape,
        "size": layout.size,
        "columns": [
            {
                "heading": breakable(column.heading, width, layout.size * BOLD),
                "width": width,
                "right": column.kind in NUMBERS,
            }
            for column, width in zip(columns, layout.widths, strict=True)
        ],
        "rows": [
            [breakable(text, width, layout.size) for text, width in zip(row, layout.widths, strict=True)]
            for row in texts
        ],
    }
