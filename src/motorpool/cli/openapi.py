"""`motorpool openapi`."""

from __future__ import annotations

import click
import msgspec


@click.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 description of the HTTP API."""
    from motorpool.web.documentation import openapi_bytes

    click.echo(msgspec.json.format(openapi_bytes(), indent=2).decode())
