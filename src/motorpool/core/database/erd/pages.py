"""The files of `docs/erd`: for each domain an SVG and a Mermaid source, and a page that shows them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg

from motorpool.core.database.erd import mermaid, svg
from motorpool.core.database.erd.catalog import ErdTable, by_domain, read_catalog
from motorpool.core.database.erd.layout import arrange

INDEX = "README.md"


Plain = Mapping[str, Mapping[str, str]]


def diagrams(connection: psycopg.Connection[Any], plain: Plain | None = None) -> dict[str, str]:
    """File name -> text, of all files. `plain`: table -> columns without a foreign key -> table they lead to."""
    tables = read_catalog(connection, plain)
    domains = by_domain(tables)
    files = {INDEX: _index(domains)}
    for domain, own in domains.items():
        files[f"{domain}.svg"] = svg.draw(arrange(domain, own, tables))
        files[f"{domain}.mmd"] = mermaid.draw(own, tables)
    return dict(sorted(files.items()))


def write_diagrams(
    connection: psycopg.Connection[Any], folder: Path, plain: Plain | None = None
) -> list[Path]:
    """Write the files, remove diagrams of domains that are no more; returns what was written or removed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = diagrams(connection, plain)
    changed = [
        path for path in sorted(folder.glob("*.svg")) + sorted(folder.glob("*.mmd")) if path.name not in files
    ]
    for path in changed:
        path.unlink()
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _index(domains: Mapping[str, Sequence[ErdTable]]) -> str:
    count = sum(len(tables) for tables in domains.values())
    lines = [
        "# Tables",
        "",
        f"The {count} tables of the database, by domain, as they stand in PostgreSQL's catalog. Made by `motorpool db erd`.",
        "A table stands to the right of those it refers to; references to other domains are the small boxes beside a column.",
        "Every `tenant_id` refers to `tenants`; that is not drawn. Open a picture for its full size, where the small boxes",
        "are links and pointing at a column shows its comment.",
        "",
        "| domain | tables |",
        "| --- | --- |",
    ]
    lines += [
        f"| [{domain}](#{domain}) | {', '.join(f'`{table.name}`' for table in tables)} |"
        for domain, tables in domains.items()
    ]
    for domain, tables in domains.items():
        lines += [
            "",
            f"## {domain}",
            "",
            f"[![Tables of {domain}]({domain}.svg)]({domain}.svg)",
            "",
            f"As Mermaid: [{domain}.mmd]({domain}.mmd)",
            "",
        ]
        lines += [f"- `{table.name}`{f': {table.comment}' if table.comment else ''}" for table in tables]
    return "\n".join(lines) + "\n"
