"""A new key seals from now on, and what the old ones sealed stays readable."""

import json
import stat

import pytest
from click.testing import CliRunner

from audio.sealing import SealedFile, key_file, open_recording, seal
from linli.cli import linli
from linli.environment import environment_of
from models.settings import Settings


def test_a_new_key_seals_and_the_old_one_still_opens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, run, env = settings.recordings_dir, CliRunner(), environment_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    keys = key_file(folder)
    keys.parent.mkdir(parents=True, exist_ok=True)
    refused = run.invoke(linli, ["recordings", "new-key"], env=env)
    assert refused.exit_code
    assert "还没有第一把钥匙" in refused.output
    keys.write_text("first-key")  # as Linli makes it: without an end of line
    (folder / "1.wav").write_bytes(b"before")
    seal(folder / "1.wav")
    done = run.invoke(linli, ["recordings", "new-key", "--json"], env=env)
    assert json.loads(done.output) == {"keys": 2, "file": str(keys)}
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    (folder / "2.wav").write_bytes(b"after")
    seal(folder / "2.wav")
    with open_recording(folder / "1.wav") as before, open_recording(folder / "2.wav") as after:
        assert (before.read(), after.read()) == (b"before", b"after")
    heads = [SealedFile(folder / f"{number}.wav.sealed")._head[8:16] for number in (1, 2)]
    assert heads[0] != heads[1]
