"""`motorpool openapi`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec


@click.command()
@click.option(
    "--markdown",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the reference as Markdown into a folder instead: a page for each domain.",
)
def openapi(markdown: Path | None) -> None:
    """Print the OpenAPI 3.1 description of the HTTP API."""
    from motorpool.web.documentation import markdown_pages, openapi_bytes

    if markdown is None:
        click.echo(msgspec.json.format(openapi_bytes(), indent=2).decode())
        return
    pages = markdown_pages()
    markdown.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (markdown / name).write_text(text, encoding="utf-8")
    for left in markdown.glob("*.md"):
        if left.name not in pages:
            left.unlink()
    click.echo(f"{len(pages)} pages in {markdown}")
