"""`motorpool settings`: every setting, what it means, its default and what it is now."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby

import click

from motorpool.core.settings import SECTIONS, describe, load_settings, unknown_variables


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array, for programs.")
def settings(as_json: bool) -> None:
    """Show every setting with its meaning, default and current value.

    Values come from the environment, else from .env in this folder, else from the default. Secrets are
    masked.
    """
    lines = describe(load_settings())
    unknown = unknown_variables()
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        for section, group in groupby(lines, key=lambda line: line.section):
            click.secho(f"\n{section.capitalize()}", bold=True, nl=False)
            click.secho(f"  {(SECTIONS[section].__doc__ or '').strip()}", dim=True)
            for line in group:
                click.echo(
                    "  " + click.style(line.variable, fg="cyan") + f" = {line.value or '(empty)'}", nl=False
                )
                click.secho(f"   default: {line.default or '(empty)'}" if line.changed else "", dim=True)
                click.echo(
                    click.wrap_text(
                        line.meaning, width=100, initial_indent=" " * 6, subsequent_indent=" " * 6
                    )
                )
    for name in unknown:
        click.secho(f"Warning: nothing reads {name}; is it misspelt?", fg="yellow", err=True)
