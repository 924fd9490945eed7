"""The command line `motorpool`.

The group knows its commands from the table below and imports a module only when its command is used, so that
`motorpool --help` answers at once. Exit codes: 0 it worked, 1 it failed (one line says why), 2 wrong usage.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import Any

import click

from motorpool import __version__

#: Command -> where its click command or group is, and the line that `motorpool --help` shows for it.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("motorpool.cli.server:run", "Start everything: database, web server, worker and device gateway."),
    "serve": ("motorpool.cli.server:serve", "Start the web server alone."),
    "worker": ("motorpool.cli.server:worker", "Start a worker: jobs, trips and stops, the demo's replay."),
    "gateway": ("motorpool.cli.server:gateway", "Start the listeners for tracking devices."),
    "demo": ("motorpool.cli.demo:demo", "Load or remove the demonstration fleet."),
    "db": ("motorpool.cli.db:db", "Migrate, check and prepare the database."),
    "tenant": ("motorpool.cli.tenant:tenant", "Create, list, suspend, export and delete tenants."),
    "user": ("motorpool.cli.user:user", "Create, invite and disable people, reset passwords."),
    "token": ("motorpool.cli.token:token", "Create API tokens."),
    "import": ("motorpool.cli.importing:importing", "Import positions, OBD readings and other files."),
    "export": ("motorpool.cli.transfers:export", "Export any list to CSV, Excel, JSON or PDF."),
    "vin": ("motorpool.cli.vin:vin", "Say what vehicle a VIN belongs to, offline."),
    "hos": ("motorpool.cli.hos:hos", "Hours of service: evaluate a duty log, read an ELD's file."),
    "routing": ("motorpool.cli.routing:routing", "Build and serve a map of the roads for the route planner."),
    "connectors": ("motorpool.cli.connectors:connectors", "Connections to telematics providers: list, poll."),
    "replay": ("motorpool.cli.replay:replay", "Recompute trips and stops from stored positions."),
    "keys": ("motorpool.cli.keys:keys", "Show and rotate the key that protects stored secrets."),
    "doctor": ("motorpool.cli.doctor:doctor", "Check this installation and say what to do."),
    "settings": ("motorpool.cli.settings:settings", "Show every setting with its meaning and value."),
    "openapi": ("motorpool.cli.openapi:openapi", "Print the OpenAPI description of the HTTP API."),
}


class LazyGroup(click.Group):
    """Imports a command when it is used. A command that cannot be imported is an error, never left out."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry[0].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry[0]} is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        # Imported here: core.errors is cheap today, but --help must not depend on that.
        from motorpool.core.errors import MotorpoolError

        try:
            return super().invoke(ctx)
        except MotorpoolError as error:
            raise click.ClickException(_one_line(error)) from error
        except (click.exceptions.Exit, click.Abort, click.ClickException, BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception as error:
            if os.environ.get("MOTORPOOL_LOG_LEVEL", "").lower() == "debug":
                raise
            hint = "(MOTORPOOL_LOG_LEVEL=debug shows where)"
            raise click.ClickException(f"{type(error).__name__}: {_one_line(error)} {hint}") from error


def _one_line(error: BaseException) -> str:
    """The message without line breaks, with the wrong fields if it names any."""
    plain = getattr(error, "orig", None) or error  # SQLAlchemy wraps the driver's message into a longer one
    parts = [" ".join(str(plain).split())]
    parts += [f"{field.field}: {field.message}" for field in getattr(error, "fields", ())]
    return "; ".join(part for part in parts if part)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, prog_name="motorpool")
def main() -> None:
    """Motorpool: where the vehicles are, what they cost, and what has to be done next.

    `motorpool run` starts everything and prints the address. Settings are environment variables MOTORPOOL_*
    or lines of a .env file; `motorpool settings` lists them.
    """
    # SIGTERM unwinds like Ctrl-C, so that what was started is also stopped. 128 + 15 is the shell's own
    # convention.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
