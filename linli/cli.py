"""The command line: `linli`. Each command is imported when it is asked for: all of them together take seconds."""

import gc
import sys
from importlib import import_module

import click

from linli.softphone import SoftphoneError
from models.settings import SettingsError

COMMANDS = {
    "up": "linli.up:up",
    "doctor": "linli.doctor:doctor",
    "call": "linli.call:call",
    "residents": "linli.listing:residents",
    "orders": "linli.listing:orders",
    "complaints": "linli.afterwards:complaints",
    "late": "linli.afterwards:late",
    "calls": "linli.listing:calls",
    "alarms": "linli.alarm_listing:alarms",
    "devices": "linli.devices:devices",
    "care": "linli.care:care",
    "providers": "linli.providers:providers",
    "sheet": "linli.sheets:sheet",
    "messages": "linli.listing:messages",
    "reply": "linli.listing:reply",
    "operator": "linli.operators:operator",
    "when": "linli.when:when",
    "rehearse": "linli.rehearse:rehearse_command",
    "index": "linli.index:index_command",
    "train": "linli.train:train_command",
    "evaluate": "linli.evaluate:evaluate",
    "replay": "linli.replay:replay_command",
    "recordings": "linli.recordings:recordings_command",
    "unseal": "linli.unseal:unseal_command",
}


class Commands(click.Group):
    """The commands of the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order in which help tells them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them; None where there is no such."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        gc.disable()  # what is imported stays: looking through it for rubbish meanwhile takes a fifth of the time
        command: click.Command = getattr(import_module(module), name)
        gc.freeze()
        gc.enable()
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def linli() -> None:
    """邻里：居家老人的服务热线 / Linli: the neighbourhood hotline for elderly residents."""


def main() -> None:
    """Run the command line; a fault that a person can mend is one sentence on standard error, never a traceback."""
    try:
        linli()
    except (SettingsError, SoftphoneError) as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(2 if isinstance(error, SettingsError) else 1)


if __name__ == "__main__":
    main()
