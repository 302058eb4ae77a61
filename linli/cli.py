"""The command line: `linli`."""

import sys

import click

from dispatch.gateways.errors import GatewayError
from linli.alarm_listing import alarms
from linli.call import call
from linli.care import care
from linli.devices import devices
from linli.doctor import doctor
from linli.evaluate import evaluate
from linli.listing import calls, messages, orders, reply, residents
from linli.operators import operator
from linli.rehearse import rehearse_command
from linli.replay import replay_command
from linli.softphone import SoftphoneError
from linli.train import train_command
from linli.up import up
from linli.when import when
from models.settings import SettingsError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def linli() -> None:
    """邻里：居家老人的服务热线 / Linli: the neighbourhood hotline for elderly residents."""


for command in (
    up,
    doctor,
    call,
    residents,
    orders,
    calls,
    alarms,
    devices,
    care,
    messages,
    reply,
    operator,
    when,
    rehearse_command,
    train_command,
    evaluate,
    replay_command,
):
    linli.add_command(command)


def main() -> None:
    """Run the command line; a fault that a person can mend is one sentence on standard error, never a traceback."""
    try:
        linli()
    except (SettingsError, SoftphoneError, GatewayError) as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(2 if isinstance(error, SettingsError) else 1)


if __name__ == "__main__":
    main()
