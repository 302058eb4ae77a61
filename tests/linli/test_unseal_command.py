"""Taking a recording out gives the sound, and leaves a line about who did it."""

import os
import pwd
from pathlib import Path

from click.testing import CliRunner

from audio.sealing import key_file, seal
from linli.cli import linli
from linli.environment import environment_of
from models.settings import Settings


def test_taking_a_recording_out_is_written_down(settings: Settings, tmp_path: Path) -> None:
    folder = settings.recordings_dir
    folder.mkdir(parents=True, exist_ok=True)
    key_file(folder).parent.mkdir(parents=True, exist_ok=True)
    key_file(folder).write_text("key\n")
    (folder / "1.wav").write_bytes(b"sound")
    seal(folder / "1.wav")
    run, env, target = CliRunner(), environment_of(settings), tmp_path / "out.wav"
    assert run.invoke(linli, ["unseal", "2.wav", "--to", str(tmp_path / "no.wav")], env=env).exit_code
    assert run.invoke(linli, ["unseal", "1.wav", "--to", str(target)], env=env).exit_code == 0
    assert target.read_bytes() == b"sound"
    [line] = (settings.log_dir / "unsealed.log").read_text().splitlines()
    assert pwd.getpwuid(os.getuid()).pw_name in line
    assert line.endswith("'1.wav'")
