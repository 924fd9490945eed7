"""The compliance overview for an auditor, with the list of the evidence: a workbook, and a PDF."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from motorpool.core.errors import Invalid
from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_evidence import Evidence
from motorpool.safety.queries.compliance_home import Compliance
from motorpool.safety.rules.compliance_lines import Line, grouped
from motorpool.safety.rules.qualification_items import said, words_of

TEMPLATES = Path(str(resources.files("motorpool.safety.printing") / "templates"))
#: Lines and documents of a PDF at most; a workbook has room for all.
MOST_LINES, MOST_EVIDENCE = 4_000, 4_000
STATES = {
    "stops": "Not legal today",
    "lapsed": "Lapsed",
    "missing": "Missing",
    "lapses": "Lapses",
}
#: What the names of the counts are for people.
COUNTS = (
    ("drivers_stopped", "Drivers who may not drive today"),
    ("vehicles_stopped", "Vehicles that may not be used today"),
    ("lapsed", "Papers that have lapsed"),
    ("missing", "Papers that are missing"),
    ("lapse_within_30", "Lapse within 30 days"),
    ("lapse_within_60", "Lapse in 31 to 60 days"),
    ("lapse_within_90", "Lapse in 61 to 90 days"),
)
LINE_COLUMNS = (
    ("About", 10), ("Driver, vehicle or place", 26), ("State", 16), ("Item", 28), ("What is wrong", 60), ("Last day", 12),
    ("Days left", 10), ("Rule", 22), ("Record", 50),
)  # fmt: skip
EVIDENCE_COLUMNS = (
    ("About", 10), ("Driver, vehicle or place", 26), ("Document", 26), ("Number", 20), ("Issued by", 28), ("Issued", 12),
    ("Last day", 12), ("Verified by", 20), ("Verified on", 12), ("Status", 12), ("File", 60), ("Record", 60),
)  # fmt: skip


async def compliance_workbook(
    actor: Actor, found: Compliance, lines: Sequence[Line], evidence: Sequence[Evidence], address: str
) -> bytes:
    """An Excel workbook with three sheets: the figures, the lines, the evidence. `address` stands before paths."""
    return await asyncio.to_thread(_workbook, actor, found, lines, evidence, address)


def _workbook(
    actor: Actor, found: Compliance, lines: Sequence[Line], evidence: Sequence[Evidence], address: str
) -> bytes:
    written = io.BytesIO()
    # Text is text: nothing that somebody typed becomes a formula or a link.
    book = Workbook(
        written,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": "Compliance", "company": actor.tenant_name})
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    dated = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    summary = book.add_worksheet("Summary")
    summary.set_column(0, 0, 44)
    summary.set_column(1, 1, 14)
    facts: list[tuple[str, Any]] = [
        ("Compliance of", actor.tenant_name),
        ("As of", found.as_of),
        ("Drivers in service", found.counts.drivers),
        ("Vehicles in service", found.counts.vehicles),
        *((label, getattr(found.counts, name)) for name, label in COUNTS),
        ("Lines in this file", len(lines)),
        ("Documents in this file", len(evidence)),
    ]
    for row, (label, value) in enumerate(facts):
        summary.write_string(row, 0, label)
        _write(summary, row, 1, value, dated)
    sheets: tuple[tuple[str, Any, list[tuple[Any, ...]]], ...] = (
        ("Compliance", LINE_COLUMNS, [_line_cells(one, address) for one in _in_order(lines)]),
        ("Evidence", EVIDENCE_COLUMNS, [_evidence_cells(one, address) for one in evidence]),
    )
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name)
        for place, (heading, width) in enumerate(columns):
            sheet.write_string(0, place, heading, bold)
            sheet.set_column(place, place, width)
        for number, cells in enumerate(rows, 1):
            for place, value in enumerate(cells):
                _write(sheet, number, place, value, dated)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    book.close()
    return written.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, dated: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, dated)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, str(value))


def _in_order(lines: Sequence[Line]) -> list[Line]:
    return [line for subject in grouped(lines) for line in subject.lines]


def _line_cells(one: Line, address: str) -> tuple[Any, ...]:
    return (
        words_of(one.about), one.subject, STATES[one.state], one.title, one.sentence, one.lapses_on, one.days_left,
        one.rule, _record(one, address),
    )  # fmt: skip


def _evidence_cells(one: Evidence, address: str) -> tuple[Any, ...]:
    return (
        words_of(one.about), one.subject, words_of(one.kind), one.number, one.authority, one.issued, one.expires,
        one.verified_by, one.verified_on, words_of(one.status or ""), _file(one, address), f"{address}{one.record}",
    )  # fmt: skip


def _record(one: Line, address: str) -> str:
    return f"{address}{one.source.replace('_', '-')}/{one.source_id}" if one.source and one.source_id else ""


def _file(one: Evidence, address: str) -> str:
    return f"{address}{one.file}" if one.document_id else one.file


async def compliance_pdf(
    actor: Actor, found: Compliance, lines: Sequence[Line], evidence: Sequence[Evidence], address: str
) -> bytes:
    """The overview on paper. Raises Invalid when it would be too long."""
    if len(lines) > MOST_LINES or len(evidence) > MOST_EVIDENCE:
        raise Invalid(
            f"A PDF has room for {MOST_LINES:,} lines and {MOST_EVIDENCE:,} documents; choose a facility, or export to Excel.",
            code="too_many_rows",
        )
    data = {
        "title": "Compliance",
        "tenant": actor.tenant_name,
        "paper": "us-letter" if actor.units == "imperial" else "a4",
        "printed": said(actor.today),
        "as_of": said(found.as_of),
        "people": f"{found.counts.drivers:,} drivers and {found.counts.vehicles:,} vehicles in service",
        "counts": [[label, f"{getattr(found.counts, name):,}"] for name, label in COUNTS],
        "subjects": [
            {
                "name": one.name,
                "about": words_of(one.about),
                "lines": [
                    {
                        "state": STATES[line.state],
                        "bad": line.state != "lapses",
                        "title": line.title,
                        "sentence": line.sentence + (f" ({line.rule})" if line.rule else ""),
                        "last": said(line.lapses_on) if line.lapses_on else "",
                    }
                    for line in one.lines
                ],
            }
            for one in grouped(lines)
        ],
        "evidence": [
            [
                one.subject,
                words_of(one.kind),
                one.number or "",
                one.authority or "",
                said(one.issued) if one.issued else "",
                said(one.expires) if one.expires else "",
                " ".join(
                    part
                    for part in (one.verified_by or "", said(one.verified_on) if one.verified_on else "")
                    if part
                ),
                "Yes" if one.file else "",
            ]
            for one in evidence
        ],
        "address": address,
    }
    return await render_pdf("compliance", data, folder=TEMPLATES)
