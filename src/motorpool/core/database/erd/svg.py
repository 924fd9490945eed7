"""An arranged diagram as SVG that is legible on light and on dark ground. It needs no script and no font of its own."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from motorpool.core.database.erd.catalog import ErdColumn, ErdTable
from motorpool.core.database.erd.layout import type_text
from motorpool.core.database.erd.shapes import LANE, MARGIN, MARK_PX, ROW, Box, Chip, Diagram, Trunk

TOP = 64
FOOT = 76
RADIUS = 5
#: (light, dark) of trunk lines, in turn.
LINES = (
    ("#2563c9", "#74a7f5"),
    ("#b4530a", "#f0a35e"),
    ("#0f7b5f", "#52c7a5"),
    ("#8b3fb5", "#cf95ee"),
    ("#b3214f", "#f288a8"),
    ("#5f6b12", "#bcc866"),
    ("#0b7285", "#5ec4d6"),
    ("#6b4f3a", "#c8a58a"),
)
#: Hue of each domain; others get one from their name.
HUES = {
    "analytics": 265,
    "assets": 190,
    "communication": 205,
    "core": 220,
    "documents": 45,
    "finance": 150,
    "fleet": 215,
    "governance": 285,
    "identity": 340,
    "integrations": 20,
    "maintenance": 30,
    "safety": 0,
    "system": 240,
    "telematics": 170,
}
MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace"
SANS = "Inter, system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"


def draw(diagram: Diagram) -> str:
    """The whole picture."""
    height = TOP + diagram.height + FOOT
    width = max(diagram.width, 900)
    count = len(diagram.boxes)
    title = f"Tables of {diagram.domain}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-labelledby="title about">',
        f'<title id="title">{title}</title>',
        f'<desc id="about">{escape(", ".join(sorted(box.name for box in diagram.boxes)))}</desc>',
        f"<style>{_style(diagram)}</style>",
        f'<rect class="ground" width="{width}" height="{height}"/>',
        f'<text class="title" x="{MARGIN}" y="36">{escape(diagram.domain)}'
        f'<tspan class="note" dx="12">{count} table{"s" if count > 1 else ""}</tspan></text>',
        f'<g transform="translate(0 {TOP})">',
    ]
    colours = {
        name: place % len(LINES) for place, name in enumerate(sorted({t.parent for t in diagram.trunks}))
    }
    # A line that comes later passes over the earlier ones with a small gap, like a bridge.
    for trunk in sorted(diagram.trunks, key=lambda trunk: (trunk.source.layer, trunk.parent)):
        parts += _trunk(trunk, colours[trunk.parent])
    for box in sorted(diagram.boxes, key=lambda box: box.name):
        parts += _table(box, diagram.domain)
    for trunk in sorted(diagram.trunks, key=lambda trunk: (trunk.source.layer, trunk.parent)):
        parts += _marks(trunk, colours[trunk.parent])
    for box, column in diagram.loops:
        parts += _loop(box, column)
    for chip in sorted(diagram.chips, key=lambda chip: (chip.x, chip.y)):
        parts += _chip(chip)
    parts.append("</g>")
    parts += _legend(diagram, height - FOOT + 30)
    parts.append("</svg>\n")
    return "\n".join(parts)


def hue(domain: str) -> int:
    return HUES.get(domain, sum(map(ord, domain)) * 47 % 360)


def _style(diagram: Diagram) -> str:
    domains = sorted({diagram.domain, *(chip.target.domain for chip in diagram.chips)})
    light = "".join(
        f".d-{name}{{--fill:hsl({hue(name)} 55% 93%);--edge:hsl({hue(name)} 45% 45%);--ink:hsl({hue(name)} 60% 24%)}}"
        for name in domains
    )
    dark = "".join(
        f".d-{name}{{--fill:hsl({hue(name)} 35% 20%);--edge:hsl({hue(name)} 45% 58%);--ink:hsl({hue(name)} 70% 86%)}}"
        for name in domains
    )
    lines = "".join(f".n{i}{{--line:{colour}}}" for i, (colour, _) in enumerate(LINES))
    dark_lines = "".join(f".n{i}{{--line:{colour}}}" for i, (_, colour) in enumerate(LINES))
    return (
        ":root{--ground:#fff;--box:#fff;--rule:#eceff3;--frame:#b9c2cd;--text:#1c2430;--soft:#5d6875;--key:#946200}"
        f"{light}{lines}"
        "@media (prefers-color-scheme:dark){"
        ":root{--ground:#12161c;--box:#1a2028;--rule:#262e38;--frame:#465160;--text:#e4e9f0;--soft:#98a4b3;--key:#e2b04c}"
        f"{dark}{dark_lines}}}"
        ".ground{fill:var(--ground)}"
        f"text{{font-family:{MONO};font-size:11px;fill:var(--text)}}"
        f".title{{font:650 22px {SANS}}}.name{{font:650 13px {SANS};fill:var(--ink)}}"
        f".note{{font:11px {SANS};fill:var(--soft)}}.about{{font:10.5px {SANS};fill:var(--ink);opacity:.85}}"
        ".type{font-size:10.5px;fill:var(--soft);text-anchor:end}.mark{font-size:8.5px;font-weight:700;fill:var(--key)}"
        ".fk{fill:var(--soft)}.pk{font-weight:700}.chip text{font-size:10px;fill:var(--ink)}"
        ".box{fill:var(--box)}.frame{fill:none;stroke:var(--frame)}.head{fill:var(--fill)}"
        ".rule{stroke:var(--rule);fill:none}.chip rect{fill:var(--fill);stroke:var(--edge);stroke-width:.8}"
        ".chip path{stroke:var(--edge);fill:none}.loose rect,.loose path{stroke-dasharray:3 2}"
        ".bridge{stroke:var(--ground);stroke-width:5;fill:none}"
        ".line{stroke:var(--line);stroke-width:1.5;fill:none;stroke-linejoin:round}.foot{stroke-width:1.3}"
    )


def _table(box: Box, domain: str) -> Iterator[str]:
    assert box.table is not None
    x, y, width, height = box.x, box.y, box.width, box.height
    yield f'<g id={quoteattr(box.name)} class="d-{domain}">'
    if box.table.comment:
        yield f"<title>{escape(box.table.comment)}</title>"
    yield f'<rect class="box" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    yield (
        f'<path class="head" d="M{x} {y + box.head}V{y + 6}q0-6 6-6H{x + width - 6}q6 0 6 6V{y + box.head}z"/>'
    )
    middle = 22 if not box.note else 16
    yield f'<text class="name" x="{x + 10}" y="{y + middle}">{escape(box.name)}</text>'
    for place, line in enumerate(box.note):
        yield f'<text class="about" x="{x + 10}" y="{y + 30 + place * 14}">{escape(line)}</text>'
    for place, column in enumerate(box.table.columns):
        yield from _row(
            column, x, y + box.head + place * ROW, width, last=place + 1 == len(box.table.columns)
        )
    yield f'<rect class="frame" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
    yield "</g>"


def _row(column: ErdColumn, x: int, y: int, width: int, *, last: bool) -> Iterator[str]:
    base = y + 13
    yield "<g>"
    if column.comment:
        yield f"<title>{escape(column.comment)}</title>"
    if column.primary:
        yield f'<text class="mark" x="{x + 10}" y="{base - 1}">PK</text>'
    elif column.target and column.kept:
        yield f'<text class="mark fk" x="{x + 10}" y="{base - 1}">FK</text>'
    elif column.unique:
        yield f'<text class="mark fk" x="{x + 10}" y="{base - 1}">UQ</text>'
    style = ' class="pk"' if column.primary else ""
    yield f'<text{style} x="{x + MARK_PX}" y="{base}">{escape(column.name)}</text>'
    yield f'<text class="type" x="{x + width - 10}" y="{base}">{escape(type_text(column))}</text>'
    yield "</g>"
    if not last:
        yield f'<path class="rule" d="M{x} {y + ROW}h{width}"/>'


def _trunk(trunk: Trunk, colour: int) -> Iterator[str]:
    paths = []
    for (box, column), end in zip(trunk.branches, trunk.ends(), strict=True):
        begin = trunk.source.x + trunk.source.width
        down = 1 if end > trunk.start else -1
        until = box.x if column else box.x + box.width
        paths.append(
            f"M{begin} {trunk.start}H{trunk.x - RADIUS}q{RADIUS} 0 {RADIUS} {down * RADIUS}"
            f"V{end - down * RADIUS}q0 {down * RADIUS} {RADIUS} {down * RADIUS}H{until}"
        )
    together = "".join(paths)
    yield f'<path class="bridge" d="{together}"/>'
    yield f'<path class="line n{colour}" d="{together}"/>'


def _marks(trunk: Trunk, colour: int) -> Iterator[str]:
    """One at the end of the key; many, or at most one, at the referring row."""
    if trunk.source.table is not None:
        x = trunk.source.x + trunk.source.width
        yield f'<path class="line foot n{colour}" d="M{x + 6} {trunk.start - 5}v10"/>'
    for (box, column), y in zip(trunk.branches, trunk.ends(), strict=True):
        if column is not None:
            mark = _foot(box.x, y, column)
            yield f'<path class="line foot n{colour}" d="{mark}"/>'


def _foot(x: int, y: int, column: ErdColumn) -> str:
    if column.unique:
        return f"M{x - 6} {y - 5}v10"
    return f"M{x - 9} {y}L{x} {y - 5}M{x - 9} {y}L{x} {y + 5}"


def _loop(box: Box, column: ErdColumn) -> Iterator[str]:
    """A table that refers to itself: a line on its right side."""
    x, start, end = box.x + box.width, box.row_y("id"), box.row_y(column.name)
    bend = f"M{x} {start}H{x + LANE - 4}q4 0 4 4V{end - 4}q0 4-4 4H{x}"
    foot = f"M{x + 8} {end}L{x} {end - 5}M{x + 8} {end}L{x} {end + 5}M{x + 5} {start - 5}v10"
    yield f'<path class="line n7" d="{bend}"/><path class="line foot n7" d="{foot}"/>'


def _chip(chip: Chip) -> Iterator[str]:
    y = chip.y
    style = "chip" if chip.column.kept else "chip loose"
    yield f'<a href="{chip.target.domain}.svg#{chip.target.name}"><g class="{style} d-{chip.target.domain}">'
    yield f"<title>{escape(_full(chip.target))}</title>"
    yield f'<rect x="{chip.x}" y="{y - 7}" width="{chip.width}" height="14" rx="7"/>'
    yield f'<text x="{chip.x + 9}" y="{y + 3.5}">{escape(chip.target.name)}</text>'
    right = chip.x + chip.width
    yield f'<path d="M{right} {y}H{right + 14}"/><path d="{_foot(right + 14, y, chip.column)}"/>'
    yield "</g></a>"


def _full(table: ErdTable) -> str:
    return f"{table.domain}: {table.name}" + (f", {table.comment}" if table.comment else "")


def _legend(diagram: Diagram, y: int) -> Iterator[str]:
    x = MARGIN
    for domain in sorted({chip.target.domain for chip in diagram.chips}):
        width = round(len(domain) * 6.05) + 18
        yield f'<g class="chip d-{domain}"><rect x="{x}" y="{y - 10}" width="{width}" height="14" rx="7"/>'
        yield f'<text x="{x + 9}" y="{y + 0.5}">{domain}</text></g>'
        x += width + 8
    if x > MARGIN:
        words = "tables of these domains stand beside the column that refers to them"
        yield f'<text class="note" x="{x + 2}" y="{y + 0.5}">{words}</text>'
    words = (
        "PK key · FK refers to · UQ unique within a tenant · ? may be empty · "
        "dashed: without a foreign key · tenant_id always refers to tenants and is not drawn"
    )
    yield f'<text class="note" x="{MARGIN}" y="{y + 24}">{words}</text>'
