"""`linli up`: check, prepare, start everything, say that it is ready, and stop everything at the end."""

import signal
import sys
from types import FrameType

import click

from linli.ports import taken_ports
from linli.service_user import place_data_dir, service_account
from linli.stack import Stack, StackError
from models.database import session_maker
from models.demo import demo_caller
from models.settings import Settings, SettingsError, load_settings
from operator_console.operators import DEMO_LOGIN, DEMO_PASSWORD

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command()
def up() -> None:
    """启动邻里，Ctrl-C 停止 / Start Linli; Ctrl-C stops it."""
    try:
        settings = settings_in_place()
    except SettingsError as error:
        click.echo(error, err=True)
        sys.exit(2)
    for number in _STOPPING:
        signal.signal(number, _interrupt)
    stack = Stack(settings, report=click.echo)
    try:
        run(stack)
    except StackError as error:
        click.echo(f"✗ {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("\n正在停止… / stopping …")
    finally:
        for number in _STOPPING:  # a second Ctrl-C shall not leave half of it running
            signal.signal(number, signal.SIG_IGN)
        stack.stop()
    click.echo("已停止 / stopped")


def settings_in_place() -> Settings:
    """The settings, once the data folder is where the service user can get to it; raises `SettingsError`."""
    settings = load_settings()
    account = service_account()
    if account is None or "data_dir" in settings.model_fields_set:
        return settings
    place_data_dir(account)
    return load_settings()


def run(stack: Stack) -> None:
    """Start everything and watch over it until it is interrupted; raises `StackError`."""
    stack.claim()
    if taken := taken_ports(stack.settings):
        raise StackError("\n✗ ".join(str(port) for port in taken))
    stack.prepare()
    stack.start()
    click.echo(banner(stack.settings))
    stack.watch()


def banner(settings: Settings) -> str:
    """What a person wants to know once everything is ready."""
    linli = ".venv/bin/linli"
    lines = [
        "",
        f"邻里已就绪，热线 {settings.hotline_number} / Linli is ready to take calls on {settings.hotline_number}",
        f"  控制台 / console:  http://{settings.bind_address}:{settings.console_port}",
    ]
    if settings.demo:
        with session_maker(settings.database)() as session:
            caller = demo_caller(session)
        lines += [
            f"  登录 / sign in:    {DEMO_LOGIN} / {DEMO_PASSWORD}",
            "试一试 / three things to try (in another terminal):",
            f"  {linli} call --from {caller} --say 我家水管漏水了，找人来修一下 --say 明天上午九点 --say 是的",
            f"  {linli} messages          # 服务商收到的短信 / the SMS to the provider; answer it: {linli} reply PHONE TEXT",
            f"  {linli} orders            # 订单到哪一步了 / how far the order is",
        ]
    return "\n".join([*lines, "Ctrl-C 停止 / Ctrl-C stops", ""])


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
