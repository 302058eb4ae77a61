"""`linli call`: places a real call to the hotline, and speaks and presses what it is told to."""

import json
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from audio.sound import SoundError
from audio.synthesizers import SYNTHESIZERS, SynthesisError, Synthesizer
from linli.call_screen import CallScreen
from linli.call_transcript import read_turns
from linli.scripted_call import Action, Kind, place_call
from linli.softphone import Identity
from models.base import utc_now
from models.calls import Call
from models.database import SessionMaker, session_maker
from models.devices import Device
from models.phones import normalise_number
from models.secrets import own_secret
from models.settings import Settings, load_settings

WITHHELD = "anonymous"
"""The user part of a call whose number is withheld (RFC 3323 §4.1.1.3)."""


class InGivenOrder(click.Command):
    """Remembers in which order options were given; click itself keeps only the order within each one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments once for their order and once for their values."""
        _, _, order = self.make_parser(ctx).parse_args(list(args))
        ctx.meta["given_order"] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


class Voice:
    """The site's voice, loaded when it first has something to say."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _synthesizer(self) -> Synthesizer:
        return SYNTHESIZERS[self._settings.synthesizer](self._settings.prompts_dir)

    def speak(self, words: str) -> bytes:
        """The words as sound; raises `SynthesisError`."""
        return self._synthesizer.speak(words)


@click.command(cls=InGivenOrder)
@click.option("--from", "from_number", metavar="NUMBER", help="主叫号码，不写则隐藏 / calling number; withheld when left out")
@click.option("--to", "to_number", metavar="NUMBER", help="被叫号码，不写则拨热线 / number to call; the hotline when left out")
@click.option("--device", "device_id", type=int, metavar="ID", help="从这台一键通拨打 / call from this one-key phone")
@click.option("--key", type=click.Choice(["sos", "service", "family"]), help="一键通上按的键 / the key on the one-key phone")
@click.option("--say", "say", multiple=True, metavar="TEXT", help="说这句话 / say this")
@click.option(
    "--wav", "wav", multiple=True, metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="播放录音 / play this"
)
@click.option("--dtmf", "dtmf", multiple=True, metavar="KEYS", help="按这些键 / press these keys")
@click.option(
    "--record", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="录下听到的 / record what is heard"
)
@click.option(
    "--stay", "stay_s", default=12.0, show_default=True, metavar="S", help="安静这么多秒后挂断 / hang up after so much silence"
)
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
@click.pass_context
def call(
    context: click.Context,
    *,
    from_number: str | None,
    to_number: str | None,
    device_id: int | None,
    key: str | None,
    say: tuple[str, ...],
    wav: tuple[str, ...],
    dtmf: tuple[str, ...],
    record: Path | None,
    stay_s: float,
    as_json: bool,
) -> None:
    """给热线打真实的电话，等对方说完再说下一句 / Place a real call; each thing is said when the hotline has finished."""
    if (device_id is None) != (key is None) or (device_id is not None and (from_number or to_number)):
        raise click.UsageError(
            "--device 与 --key 要一起用，且不与 --from、--to 同用 / --device goes with --key, and not with --from or --to"
        )
    if any(set(keys) - set("0123456789*#ABCD") or not keys for keys in dtmf):
        raise click.UsageError("按键只能是 0-9 * # A-D / keys are 0-9 * # A-D")
    settings = load_settings()
    sessions = session_maker(settings.database)
    if device_id is None:
        identity, number = _carrier(settings, from_number or WITHHELD), to_number or settings.hotline_number
        is_ours = Call.number == normalise_number(from_number or "")
    else:
        identity, number = _device(sessions, device_id), str(key)
        is_ours = Call.device_id == device_id
    screen = CallScreen(Console(stderr=as_json, highlight=False), partial(read_turns, sessions, is_ours, utc_now()))
    try:
        report = place_call(
            _in_given_order(context.meta["given_order"], {Kind.SAY: say, Kind.WAV: wav, Kind.DTMF: dtmf}),
            server=f"127.0.0.1:{settings.sip_port}",
            identity=identity,
            number=number,
            speak=Voice(settings).speak,
            screen=screen,
            stay_s=stay_s,
            record=record,
        )
    except (SoundError, SynthesisError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        spoken = [{"speaker": line.speaker, "words": line.words} for line in screen.lines]
        click.echo(json.dumps(report.as_json() | {"transcript": spoken}, ensure_ascii=False, indent=2))
    if report.error:
        raise click.ClickException(report.error)


def _in_given_order(order: Sequence[str], given: dict[Kind, tuple[str, ...]]) -> list[Action]:
    values = {kind.value: iter(each) for kind, each in given.items()}
    return [Action(Kind(name), next(values[name])) for name in order if name in values]


def _carrier(settings: Settings, number: str) -> Identity:
    if not settings.demo:
        raise click.ClickException("只有 demo = true 时才能代运营商呼叫 / calling as the carrier is for demo = true only")
    return Identity(number, username="carrier-demo", secret=own_secret(settings, "carrier-demo"))


def _device(sessions: SessionMaker, device_id: int) -> Identity:
    try:
        with sessions() as session:
            device = session.get(Device, device_id)
    except SQLAlchemyError as error:
        raise click.ClickException("数据库不可用，请先运行 make run / there is no database yet: make run first") from error
    if device is None:
        raise click.ClickException(f"没有这台一键通 / there is no such one-key phone: {device_id}")
    return Identity(f"device-{device_id}", secret=device.secret)
