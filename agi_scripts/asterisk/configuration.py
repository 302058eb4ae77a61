"""Writing Asterisk's configuration folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from agi_scripts.asterisk.device import DeviceEndpoint
from agi_scripts.asterisk.melody import write_melody
from agi_scripts.asterisk.program import AsteriskError, AsteriskProgram, asterisk_cli, find_asterisk
from agi_scripts.asterisk.rendering import render_configuration
from agi_scripts.asterisk.ringing import write_ringing_tone, write_silence
from models.settings import Settings

READ = ("etc", "data/sounds", "data/agi-bin")
WRITTEN = ("lib", "lib/keys", "spool", "run", "log", "log/cel-custom")
SHARED_DATA = ("documentation", "rest-api", "sounds/en")  # res_pjsip does not load without its documentation
SOCKET_NAME_LIMIT = 107  # sockaddr_un


def write_configuration(settings: Settings, devices: Sequence[DeviceEndpoint], owner: tuple[int, int] | None = None) -> bool:
    """Write everything that Asterisk reads under `settings.asterisk_dir`; return whether anything changed.

    `owner` is the uid and gid Asterisk will run as where that is not ourselves. Raises `AsteriskError`.
    """
    program = find_asterisk(settings)
    texts = render_configuration(settings, devices, program)
    make_folders(settings, program)
    changed = [write_if_new(settings.asterisk_dir / "etc" / name, text) for name, text in texts.items()]
    if owner:
        give_to(owner, settings)
        for needed in (settings.asterisk_dir, settings.recordings_dir, program.modules, program.data):
            check_reachable(needed, owner)
    return any(changed)


def reload_devices(settings: Settings, devices: Sequence[DeviceEndpoint], even_unchanged: bool = False) -> bool:
    """Let the running exchange know these telephones and no others; calls go on. Return whether there was anything to tell it.

    Raises `AsteriskError`: then it reads them at its next start, or when told again with `even_unchanged`.
    """
    text = render_configuration(settings, devices, find_asterisk(settings))["pjsip.conf"]
    path = settings.asterisk_dir / "etc/pjsip.conf"
    owner = path.stat()
    if not write_if_new(path, text) and not even_unchanged:
        return False
    os.chown(path, owner.st_uid, owner.st_gid)  # where root runs us, Asterisk is somebody else
    asterisk_cli(settings, "module reload res_pjsip.so")
    return True


def make_folders(settings: Settings, program: AsteriskProgram) -> None:
    """Lay out the folder with the links into Asterisk's data, our recordings and our words."""
    folder = settings.asterisk_dir
    socket = folder / "run" / "asterisk.ctl"
    if len(os.fsencode(socket)) > SOCKET_NAME_LIMIT:
        raise AsteriskError(f"data_dir 的路径太长 / data_dir's path is too long for a socket: {socket}")
    words = settings.data_dir / "sounds" / "linli"
    for path in (*(folder / name for name in READ + WRITTEN), settings.recordings_dir, words):
        path.mkdir(parents=True, exist_ok=True)
    for name in WRITTEN:  # numbers of callers and of those who are rung for them
        (folder / name).chmod(0o700)
    for name in SHARED_DATA:
        link(folder / "data" / name, program.data / name)
    link(folder / "data/sounds/linli", words)
    link(folder / "spool/monitor", settings.recordings_dir)
    for name, rounds in (("ringing", 4), ("ringing-short", 2)):
        sound = folder / "data/sounds" / f"{name}.wav"
        if not sound.exists():
            write_ringing_tone(sound, rounds)
    if not (folder / "data/sounds/melody.wav").exists():
        write_melody(folder / "data/sounds/melody.wav")
    if not (folder / "data/sounds/silence.wav").exists():
        write_silence(folder / "data/sounds/silence.wav")


def link(path: Path, target: Path) -> None:
    """Make `path` a symbolic link to `target`, also where it was one to something else."""
    if path.is_symlink() and path.readlink() == target:
        return
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def write_if_new(path: Path, text: str) -> bool:
    """Replace a file at one stroke, readable by its owner alone; return whether it was different before."""
    if path.is_file() and path.read_text() == text:
        return False
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    if os.geteuid() == 0 and path.is_file():  # the one before may have been given to the user that Asterisk runs as
        os.chown(fresh, path.stat().st_uid, path.stat().st_gid)
    fresh.replace(path)
    return True


def give_to(owner: tuple[int, int], settings: Settings) -> None:
    """Let the user that Asterisk runs as read the configuration, write its own folders and the recordings, and pass through ours.

    The folders it reads from stay ours, so that whoever has taken Asterisk over cannot lay traps in them.
    """
    folder = settings.asterisk_dir
    for path in (*(folder / name for name in WRITTEN), *(folder / "etc").iterdir(), settings.recordings_dir):
        os.chown(path, *owner, follow_symlinks=False)
    for path in (settings.data_dir, folder, *(folder / name for name in READ), folder / "data"):
        path.chmod(path.stat().st_mode | 0o011)


def check_reachable(path: Path, owner: tuple[int, int]) -> None:
    """Raise `AsteriskError` if the user that Asterisk runs as cannot get to `path`."""
    uid, gid = owner
    for folder in path.resolve().parents:
        status = folder.stat()
        bit = 0o100 if status.st_uid == uid else 0o010 if status.st_gid == gid else 0o001
        if not status.st_mode & bit:
            raise AsteriskError(
                f"运行 Asterisk 的用户（uid {uid}）进不了文件夹，请运行 chmod o+x 或改 data_dir / "
                f"the user that runs Asterisk (uid {uid}) cannot enter this folder, chmod o+x it or move data_dir: {folder}"
            )
