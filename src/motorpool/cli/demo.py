"""`motorpool demo`: the demonstration fleet."""

from __future__ import annotations

import click

from motorpool.cli.administration import administration


@click.group()
def demo() -> None:
    """Load or remove the demonstration fleet.

    It consists of real recordings (San Francisco taxis of 2008, drives with engine data of 2023) that are
    replayed every day as if they happened now.
    """


@demo.command()
def load() -> None:
    """Add the demonstration fleet as the organisation `demo`, and print how to sign in."""
    from motorpool import demo as demonstration

    with administration() as admin:
        demonstration.load_demo(admin.settings, click.echo)
        signed = demonstration.sign_in(admin.settings)
    if signed:
        click.echo(f"Sign in as {signed[0]} with the password {signed[1]}")


@demo.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Delete the demonstration fleet with everything in it, and do not load it again at the next start."""
    from motorpool import demo as demonstration

    with administration() as admin:
        if not yes:
            click.confirm("The organisation `demo` and all its data will be gone. Go on?", abort=True)
        counts = demonstration.remove(admin.settings)
    click.echo(f"Removed the demonstration fleet: {sum(counts.values()):,} rows of {len(counts)} tables.")
