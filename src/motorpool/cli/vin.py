"""`motorpool vin`: what vehicle a VIN belongs to."""

from __future__ import annotations

import sys

import click
import msgspec

from motorpool.fleet.vin import Decoded, decode_many, installed_catalogue

#: (label, attribute) of the lines that are printed for a VIN.
LINES = (
    ("Type", "vehicle_type"),
    ("Body", "body_class"),
    ("Trim", "trim"),
    ("Fuel", "fuel_type"),
    ("Drive", "drive_type"),
    ("Engine", "engine"),
    ("Transmission", "transmission"),
    ("Weight class", "gvwr_class"),
    ("Doors", "doors"),
    ("Seats", "seats"),
    ("Maker", "maker"),
    ("Country", "country"),
)


@click.command()
@click.argument("vins", nargs=-1, required=True, metavar="VIN...")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a VIN.")
def vin(vins: tuple[str, ...], as_json: bool) -> None:
    """Say what vehicle a VIN belongs to, from NHTSA's vPIC; offline. `-` reads VINs from standard input, one a line.

    Exit code 1 when one of them is wrong.
    """
    wanted = [line for text in vins for line in (_lines() if text == "-" else [text])]
    found = decode_many(wanted)
    if installed_catalogue() is None and not as_json:
        click.echo(
            "The vPIC data are not installed: only check digits and model years are told. Run make install.",
            err=True,
        )
    for number, one in enumerate(found):
        if as_json:
            click.echo(msgspec.json.encode(one).decode())
        else:
            click.echo(("\n" if number else "") + _told(one))
    if not all(one.is_valid for one in found):
        sys.exit(1)


def _lines() -> list[str]:
    return [line.strip() for line in sys.stdin if line.strip()]


def _told(one: Decoded) -> str:
    title = one.title() or "Not known"
    lines = [f"{one.vin}  {title}{'' if one.model_year_is_certain else ' (the year may be 30 years away)'}"]
    for label, name in LINES:
        if (value := getattr(one, name)) is not None:
            lines.append(f"  {label + ':':<14}{value}")
    for problem in one.problems:
        place = f" (position {problem.position})" if problem.position else ""
        lines.append(f"  {'Note' if problem.is_warning else 'Wrong'}: {problem.message}{place}")
    for other in one.suggestions:
        what = f", {other.vehicle}" if other.vehicle else ""
        lines.append(
            f"  Perhaps {other.vin}: {other.meant} for {other.given} at position {other.position}{what}"
        )
    return "\n".join(lines)
