"""`linli unseal`: a sealed recording as a plain sound file, for whoever administers the site."""

import os
import pwd
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click

from audio.sealing import ENDING, SealError, open_recording
from models.settings import load_settings


@click.command("unseal")
@click.argument("name", metavar="FILE")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="写到哪里 / where to write the plain sound",
)
def unseal_command(name: str, target: Path) -> None:
    """解开一个封存的录音 / Write the plain sound of FILE, a recording by its name or path; the sealed one stays.

    Whoever may read the folder of secrets can do this; a line in unsealed.log says who did and when.
    """
    settings = load_settings()
    path = settings.recordings_dir / name.removesuffix(ENDING)  # an absolute path stays itself
    if target.exists():
        raise click.ClickException(f"{target} 已经有了 / {target} is there already")
    try:
        with open_recording(path) as sound, target.open("xb") as plain:
            target.chmod(0o600)
            _write_down(settings.log_dir / "unsealed.log", path)  # before a byte of it is out
            shutil.copyfileobj(sound, plain)
    except (OSError, SealError) as error:
        raise click.ClickException(f"没有解开 / not unsealed: {error}") from error
    click.echo(f"已解开 / unsealed: {target}")


def _write_down(log: Path, recording: Path) -> None:
    """Who takes which recording out: the system's account, and under root whoever became root by sudo."""
    who = pwd.getpwuid(os.getuid()).pw_name
    before = os.environ.get("SUDO_USER", "")
    log.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as lines:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines.write(f"{at} {who}{f' (sudo: {before})' if before else ''} {recording.name!r}\n")
        if os.geteuid() == 0:  # the service user goes on writing there
            owner = log.parent.stat()
            os.fchown(lines.fileno(), owner.st_uid, owner.st_gid)
