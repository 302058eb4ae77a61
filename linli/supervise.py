"""Run supervisord over some of Linli's programs: `python -m linli.supervise NAME…` writes its configuration and becomes it.

The settings come from the environment. Whoever runs this owns every file of the data folder, the configuration too,
so that a process started by root never writes where the service user could have laid a link.
"""

import configparser
import os
import pwd
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from linli.processes import supervisor_url
from linli.programs import Program, programs_for
from linli.service_user import NAME
from models.settings import Settings, load_settings

# Asterisk gives a call in progress no time; a worker finishes its job, the media server closes its calls.
_STOP_WITHIN_S = 10
_LOG_BYTES = 10_000_000
_LOGS_KEPT = 5


def run_dir(settings: Settings) -> Path:
    """Where the supervisor's configuration, socket and process id are."""
    return settings.data_dir / "run"


def configuration(settings: Settings, names: Sequence[str]) -> configparser.ConfigParser:
    """The supervisor's configuration for the programs of these names; it starts none by itself."""
    parser = configparser.ConfigParser(interpolation=None)
    folder = run_dir(settings)
    parser["unix_http_server"] = _escaped({"file": supervisor_url(settings).removeprefix("unix://"), "chmod": "0700"})
    parser["rpcinterface:supervisor"] = {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"}
    parser["supervisord"] = _escaped(
        {
            "nodaemon": "true",
            "silent": "true",
            "logfile": f"{settings.log_dir}/supervisor.log",
            "pidfile": f"{folder}/supervisor.pid",
            "childlogdir": str(settings.log_dir),
            "user": _own_name(),
        }
    )
    for program in programs_for(settings):
        if program.name in names:
            parser[f"program:{program.name}"] = _escaped(_section(program, settings))
    return parser


def _section(program: Program, settings: Settings) -> dict[str, str]:
    return {
        "command": shlex.join(program.command(settings)),
        "directory": str(settings.data_dir),
        # Only where root could not let the service user read the clone does this differ from who runs the supervisor.
        "user": NAME if os.geteuid() == 0 and not program.is_ours else _own_name(),
        "autostart": "false",
        "autorestart": "true",
        # What ends sooner is tried again only after a while (linli.supervisor): a start of ours costs seconds of a core.
        "startsecs": "10" if program.is_ours else "1",
        "startretries": "1000000",
        "stopwaitsecs": str(_STOP_WITHIN_S),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": f"{settings.log_dir}/{program.name}.log",
        "stdout_logfile_maxbytes": str(_LOG_BYTES),
        "stdout_logfile_backups": str(_LOGS_KEPT),
    }


def _own_name() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _escaped(section: dict[str, str]) -> dict[str, str]:
    # The supervisor expands %(...)s, which a folder's name may hold by chance.
    return {name: value.replace("%", "%%") for name, value in section.items()}


def main() -> None:
    """Write the configuration for the programs named on the command line and become the supervisor."""
    settings = load_settings()
    for folder in (settings.data_dir, run_dir(settings), settings.log_dir):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    path = run_dir(settings) / "supervisor.conf"
    with path.open("w") as file:
        configuration(settings, sys.argv[1:]).write(file)
    os.execv(sys.executable, [sys.executable, "-m", "linli.supervisor", "--configuration", str(path)])  # noqa: S606  (our own words only)


if __name__ == "__main__":
    main()
