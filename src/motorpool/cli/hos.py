"""`motorpool hos`: hours of service of drivers, from a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec


@click.group()
def hos() -> None:
    """Hours of service (49 CFR 395). Motorpool is not a registered ELD."""


@hos.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
def evaluate(file: Path) -> None:
    """Print the violations and clocks of the duty log in FILE (`-`: standard input), as JSON.

    FILE holds the same JSON as POST /api/v1/hours-of-service/evaluate takes; docs/hours-of-service.md has an example.
    """
    # Imported here: --help must not wait for it.
    from motorpool.core.resource.validation import read_body
    from motorpool.core.verbs import struct_of
    from motorpool.safety.rules.hours_of_service.exchange import GivenLog, evaluated

    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    found = evaluated(struct_of(read_body(content, "application/json"), GivenLog))
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@hos.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tenant", metavar="SLUG", help="Whose drivers; may be left out while there is only one.")
@click.option(
    "--driver",
    metavar="NUMBER",
    help="Driver number; else the driver whom the file names by username or license.",
)
@click.option("--preview", is_flag=True, help="Say what would come in, and write nothing.")
@click.option("--over", is_flag=True, help="The file takes the place of what is recorded differently.")
def import_(file: Path, tenant: str | None, driver: str | None, preview: bool, over: bool) -> None:
    """Read the output file of an ELD (49 CFR 395, Appendix A, 4.8.2.1) into a driver's log.

    Every line and the file must have the check value that is right. The same file again writes nothing.
    """
    from motorpool.cli.duty_import import run

    run(file, tenant, driver, preview=preview, over=over)
