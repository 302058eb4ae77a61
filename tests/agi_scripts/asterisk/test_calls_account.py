"""What the account of Asterisk's manager interface may do that has telephones rung, and what not."""

import socket
from pathlib import Path

import pytest

from models.secrets import own_secret
from tests.agi_scripts.asterisk.manager_events import Events
from tests.agi_scripts.asterisk.running import RunningAsterisk

pytestmark = pytest.mark.e2e

NOBODY = "PJSIP/device-99"
HERE = "Local/s@operators"


def ask(asterisk: RunningAsterisk, **action: str) -> str:
    """What Asterisk answers this account."""
    login = {"Action": "Login", "Username": "linli-calls", "Secret": own_secret(asterisk.settings, "ami-calls")}
    with socket.create_connection(("127.0.0.1", asterisk.settings.ami_port)) as connection:
        for message in (login, action | {"ActionID": "tried"}):
            connection.sendall("".join(f"{key}: {value}\r\n" for key, value in message.items()).encode() + b"\r\n")
        with connection.makefile("r", encoding="utf-8", newline="\r\n") as lines:
            heard: list[str] = []
            for line in lines:
                heard.append(line.strip())
                if "ActionID: tried" in heard and heard[-1].startswith("Message:"):
                    break
    return heard[-1].removeprefix("Message: ")


@pytest.mark.parametrize(
    "action",
    [
        *("Setvar", "Getvar", "Redirect", "Hangup", "CoreShowChannels", "DBGet", "DBPut", "GetConfig", "UpdateConfig"),
        *("QueueAdd", "Bridge", "ConfbridgeKick", "Atxfer", "MixMonitor", "PJSIPShowContacts", "UserEvent", "ModuleLoad"),
    ],
)
def test_it_may_ring_and_nothing_else(asterisk: RunningAsterisk, action: str) -> None:
    assert ask(asterisk, Action=action, Channel="x", Variable="x", Context="sos", Family="x", Key="x") == "Permission denied"


def test_it_runs_no_command(asterisk: RunningAsterisk) -> None:
    assert ask(asterisk, Action="Command", Command="core stop now") == "Permission denied"


@pytest.mark.parametrize(
    ("application", "data"),
    [
        *(("System", "touch {file}"), ("TrySystem", "touch {file}"), ("AGI", "/bin/touch"), ("EAGI", "/bin/touch")),
        *(("MixMonitor", "x.wav,,touch {file}"), ("Exec", "System(touch {file})"), ("TryExec", "System(touch {file})")),
        *(("ExternalIVR", "/bin/touch {file}"), ("Originate", "Local/s@sos,app,System,touch {file}"), ("Reload", "")),
        *(("DBdeltree", "linli-who"), ("Set", "DB(linli-who/n1)=x"), ("Set", "FILE({file})=x"), ("Set", "SHELL(touch {file})=x")),
    ],
)
def test_no_application_reaches_a_shell_or_a_database(
    asterisk: RunningAsterisk, tmp_path: Path, application: str, data: str
) -> None:
    facts = {"Channel": HERE, "Application": application, "Data": data.format(file=tmp_path / "touched")}
    told = ask(asterisk, Action="Originate", **facts)
    assert told.startswith("Originate Access Forbidden"), told
    assert not (tmp_path / "touched").exists()


@pytest.mark.parametrize(
    "variable", ["SHELL(touch {file})=x", "FILE({file},0,1)=x", "DB(linli-who/n1)=x", "x=${{SHELL(touch {file})}}"]
)
def test_no_variable_reaches_a_shell_or_a_file(asterisk: RunningAsterisk, events: Events, tmp_path: Path, variable: str) -> None:
    tried = variable.format(file=tmp_path / "touched")
    ask(asterisk, Action="Originate", Channel=NOBODY, Context="care", Exten="1", Priority="1", Async="true", Variable=tried)
    events.wait_for("OriginateResponse", Context="care", Exten="1")
    assert not (tmp_path / "touched").exists()
    assert "linli-who/n1" not in asterisk.cli("database show linli-who")
