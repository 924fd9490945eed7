"""The compliance overview for an auditor, with the list of the evidence: a workbook, and a PDF."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.url import Url

from motorpool.core.errors import Invalid
from motorpool.core.export import render_pdf
from motorpool.core.files.store import FileStore
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.compliance_attachments import fits, render_with_evidence
from motorpool.safety.printing.compliance_pieces import TROUBLE, WORDS, Piece
from motorpool.safety.printing.sheets import TEMPLATES, paper_of
from motorpool.safety.queries.compliance_evidence import Evidence
from motorpool.safety.queries.compliance_home import Compliance
from motorpool.safety.rules.compliance_lines import Line, grouped
from motorpool.safety.rules.qualification_items import said, words_of

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
#: In a package: the file is a link to where it stands beside the workbook.
PACKED_COLUMNS = (*EVIDENCE_COLUMNS, ("In this package", 30), ("SHA-256", 66))


class Beside(NamedTuple):
    """A file of the package, from where the workbook stands."""

    path: str


class _Relative(Url):  # type: ignore[misc]
    """A link that works wherever the package was unpacked, in every program: with slashes, as Excel itself writes it."""

    def _target(self) -> str:
        return str(super()._target()).replace("\\", "/")


async def compliance_workbook(
    actor: Actor,
    found: Compliance,
    lines: Sequence[Line],
    evidence: Sequence[Evidence],
    address: str,
    pieces: Sequence[Piece] | None = None,
) -> bytes:
    """An Excel workbook with three sheets: the figures, the lines, the evidence. `address` stands before paths.

    `pieces`: what became of the evidence in the package that the workbook lies in; its files are links into it.
    """
    return await asyncio.to_thread(_workbook, actor, found, lines, evidence, address, pieces)


def _workbook(
    actor: Actor,
    found: Compliance,
    lines: Sequence[Line],
    evidence: Sequence[Evidence],
    address: str,
    pieces: Sequence[Piece] | None,
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
    if pieces is not None:
        facts += [
            ("Files beside this workbook", sum(one.outcome == "attached" for one in pieces)),
            *((words, count) for outcome, words in WORDS.items() if outcome != "attached"
              if (count := sum(one.outcome == outcome for one in pieces))),
        ]  # fmt: skip
    for row, (label, value) in enumerate(facts):
        summary.write_string(row, 0, label)
        _write(summary, row, 1, value, dated)
    sheets: tuple[tuple[str, Any, list[tuple[Any, ...]]], ...] = (
        ("Compliance", LINE_COLUMNS, [_line_cells(one, address) for one in _in_order(lines)]),
        ("Evidence", EVIDENCE_COLUMNS, [_evidence_cells(one, address) for one in evidence])
        if pieces is None
        else ("Evidence", PACKED_COLUMNS, [_packed_cells(one, address) for one in pieces]),
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
    if isinstance(value, Beside):
        link = _Relative(f"external:{value.path}")
        link.text = value.path
        sheet.write_url(row, column, link)
    elif isinstance(value, date):
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


def _packed_cells(one: Piece, address: str) -> tuple[Any, ...]:
    cells = _evidence_cells(one.evidence, address)
    file: Any = Beside(one.path) if one.outcome == "attached" else one.words
    return (*cells[:10], file, cells[11], one.words, one.sha256)


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
    rows = [_evidence_row(one, "Yes" if one.file else "") for one in evidence]
    return await render_pdf("compliance", _paper(actor, found, lines, rows, address), folder=TEMPLATES)


async def packed_pdf(
    actor: Actor,
    found: Compliance,
    lines: Sequence[Line],
    pieces: Sequence[Piece],
    address: str,
    files: FileStore,
) -> bytes:
    """The overview for a package: with the files attached where they have room, and what is not there named.

    What is too long for paper is cut, and the workbook beside it is named.
    """
    rows = [_evidence_row(one.evidence, one.words) for one in pieces[:MOST_EVIDENCE]]
    data = _paper(actor, found, lines[:MOST_LINES], rows, address)
    data["notes"] = []
    if len(lines) > MOST_LINES or len(pieces) > MOST_EVIDENCE:
        data["notes"].append(
            f"This paper shows the first {MOST_LINES:,} lines and {MOST_EVIDENCE:,} documents. The workbook beside it has all "
            f"{len(lines):,} lines and {len(pieces):,} documents."
        )
    attached = sum(one.outcome == "attached" for one in pieces)
    inside = fits(pieces)
    data["notes"].append(
        f"{attached:,} files stand beside this paper, in folders by driver and vehicle"
        + (", and are attached to it." if inside and attached else ".")
    )
    lost = [one for one in pieces if one.outcome in TROUBLE][:MOST_EVIDENCE]
    data["lost"] = [
        [one.evidence.subject, words_of(one.evidence.kind), one.evidence.number or "", one.words]
        for one in lost
    ]
    return await render_with_evidence(
        "compliance", data, folder=TEMPLATES, files=files, pieces=pieces if inside else ()
    )


def _evidence_row(one: Evidence, file: str) -> list[str]:
    verified = (one.verified_by or "", said(one.verified_on) if one.verified_on else "")
    return [
        one.subject,
        words_of(one.kind),
        one.number or "",
        one.authority or "",
        said(one.issued) if one.issued else "",
        said(one.expires) if one.expires else "",
        " ".join(part for part in verified if part),
        file,
    ]


def _paper(
    actor: Actor, found: Compliance, lines: Sequence[Line], evidence: list[list[str]], address: str
) -> dict[str, Any]:
    """What the template takes."""
    return {
        "title": "Compliance",
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
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
        "evidence": evidence,
        "address": address,
    }
