"""`motorpool keys`: the master key that protects stored secrets and token look-ups."""

from __future__ import annotations

import click

from motorpool.core.secrets import load_keyring, rotate_master_key
from motorpool.core.secrets.master_key import VARIABLE, key_file
from motorpool.core.settings import load_settings


@click.group()
def keys() -> None:
    """Show and rotate the key that protects stored secrets.

    The key comes from MOTORPOOL_MASTER_KEY, else from master.key in the data folder. It is in no backup:
    keep a copy.
    """


@keys.command()
def show() -> None:
    """Print where the key comes from and the fingerprint of each key; never a key itself."""
    settings = load_settings()
    ring = load_keyring(settings)
    click.echo(f"source: {VARIABLE if settings.security.master_key else key_file(settings)}")
    for number, key in enumerate(ring.keys):
        click.echo(f"{key.fingerprint}  {'current' if number == 0 else 'older, still opens what it sealed'}")


@keys.command()
@click.confirmation_option(prompt="Make a new master key? Running processes need a restart afterwards.")
def rotate() -> None:
    """Make a new current key; older keys stay in the file and keep opening what they sealed."""
    ring = rotate_master_key(load_settings())
    click.echo("Restart Motorpool now, and copy the key file to a safe place.", err=True)
    click.echo(ring.current.fingerprint)
