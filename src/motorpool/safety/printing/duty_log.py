"""Eight days of a driver's log on paper, one grid for each day, as an inspector wants to see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.sheets import TEMPLATES, paper_of
from motorpool.safety.queries.duty_log import DriverLog
from motorpool.safety.rules.duty_grid import Grid, clock_words
from motorpool.safety.rules.duty_records import Day

INK, QUIET, WRONG = "#111827", "#9ca3af", "#b91c1c"
FONT = 'font-family="IBM Plex Sans, Noto Sans, DejaVu Sans" font-size="9"'
#: (day, grid, remarks as (time, status, text), violations, how it is certified, supporting documents).
Sheet = tuple[Day, Grid, Sequence[tuple[str, str, str]], Sequence[str], str, Sequence[str]]


async def duty_log_pdf(
    actor: Actor,
    log: DriverLog,
    *,
    ruleset: str,
    clocks: Sequence[tuple[str, str]],
    sheets: Sequence[Sheet],
    vehicles: Sequence[str],
) -> bytes:
    zone = log.terms.zone
    data = {
        "title": f"Record of duty status: {log.name}",
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
        "printed": f"{datetime.now(UTC).astimezone(zone):%Y-%m-%d %H:%M}",
        "facts": [
            ("Driver", f"{log.name} ({log.number})"),
            ("Carrier", actor.tenant_name),
            ("Rules", ruleset),
            ("Time zone", f"{zone.key}, day begins {log.terms.day_start:%H:%M}"),
            ("Vehicles", ", ".join(vehicles) or "none recorded"),
            ("Left now", ", ".join(f"{label.lower()} {words}" for label, words in clocks) or "no records"),
        ],
        "days": [
            {
                "heading": f"{day.day:%A}, {day.day}",
                "svg": svg_of(grid),
                "on_duty": clock_words(day.on_duty),
                "empty": not day.stretches,
                "remarks": [list(one) for one in remarks],
                "violations": list(violations),
                "certified": certified,
                "documents": list(documents),
            }
            for day, grid, remarks, violations, certified, documents in sheets
        ],
    }
    return await render_pdf("duty_log", data, folder=TEMPLATES)


def svg_of(grid: Grid) -> str:
    """The grid as a picture of its own."""
    look = grid.look
    bottom = look.top + 4 * look.row
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {grid.width} {grid.height}" width="{grid.width}" '
        f'height="{grid.height}">'
    ]
    parts += [
        f'<rect x="{mark.left}" y="{look.top}" width="{mark.width}" height="{4 * look.row}" fill="#e5e7eb"/>'
        for mark in grid.missing
    ]
    parts += [
        f'<rect x="{mark.left}" y="{mark.y - look.row / 2}" width="{mark.width}" height="{look.row}" fill="#fecaca"/>'
        for mark in grid.violations
    ]
    parts.append(f'<path d="{grid.columns}" stroke="{QUIET}" stroke-width="0.7" fill="none"/>')
    parts.append(f'<path d="{grid.quarters}" stroke="{QUIET}" stroke-width="0.5" fill="none"/>')
    for x, name in grid.hours:
        parts.append(
            f'<text x="{x}" y="{look.top - 6}" text-anchor="middle" fill="{INK}" {FONT}>{escape(name)}</text>'
        )
    for name, middle, top, total in grid.rows:
        parts.append(f'<path d="M{grid.begin} {top}H{grid.end}" stroke="{QUIET}" stroke-width="0.7"/>')
        parts.append(
            f'<text x="{grid.begin - 7}" y="{middle + 3}" text-anchor="end" fill="{INK}" {FONT}>{name}</text>'
        )
        parts.append(f'<text x="{grid.end + 8}" y="{middle + 3}" fill="{INK}" {FONT}>{total}</text>')
    parts.append(f'<path d="M{grid.begin} {bottom}H{grid.end}" stroke="{QUIET}" stroke-width="0.7"/>')
    parts.append(f'<path d="{grid.line}" stroke="{INK}" stroke-width="2" fill="none"/>')
    parts += [
        f'<path d="M{mark.left} {mark.y}h{mark.width}" stroke="{WRONG}" stroke-width="3" fill="none"/>'
        for mark in grid.violations
    ]
    parts.append("</svg>")
    return "".join(parts)
