"""`linli recordings`: what an administrator does with the recordings' keys."""

import json

import click

from audio.sealing import SealError, key_file
from audio.sealing_keys import add_key
from models.settings import load_settings


@click.group("recordings")
def recordings_command() -> None:
    """录音的钥匙 / The keys of the recordings."""


@recordings_command.command("new-key")
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def new_key(*, as_json: bool) -> None:
    """换一把新钥匙：以后的录音用它封存，旧录音照样打得开 / Seal with a new key from now on; the old ones go on opening.

    Back the file of keys up afterwards, apart from the recordings.
    """
    folder = load_settings().recordings_dir
    try:
        count = add_key(folder)
    except (OSError, SealError) as error:
        raise click.ClickException(f"没有换 / no new key: {error}") from error
    if as_json:
        click.echo(json.dumps({"keys": count, "file": str(key_file(folder))}, ensure_ascii=False))
        return
    click.echo(f"✓ 换好了，现在有 {count} 把 / a new key seals from now on; there are {count}")
    click.echo(f"请备份 {key_file(folder)}，不要和录音放在一起 / back this file up, apart from the recordings")
