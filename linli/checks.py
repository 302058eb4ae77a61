"""What `linli doctor` looks at: one check a function, each with how to mend what it finds."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from agi_scripts.asterisk.program import AsteriskError, find_asterisk
from audio.prompts.catalogue import load_catalogue
from audio.recognizers.vosk_model import is_unpacked
from audio.recognizers.whisper_model import is_assembled
from linli.gateway_probes import gateway_address, gateway_weights, reaches
from linli.phones import registered_phones
from linli.probes import accepts
from linli.programs import programs_for
from models.database import open_database
from models.migrating import alembic_config
from models.settings import PROJECT, Settings

# A recorded call takes 1 MB a minute.
_DISK_NEEDED_GB = 1.0


@dataclass(frozen=True)
class Finding:
    """What one check found; `mend` says what to do where it is not well, and `needed` whether Linli works without it."""

    name: str
    ok: bool
    detail: str
    mend: str = ""
    needed: bool = True


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    for check in CHECKS:
        yield check(settings)
    for program in programs_for(settings):
        ready = program.is_ready(settings)
        log = settings.log_dir / f"{program.name}.log"
        mend = f"make run；若已运行请看 / if it runs already, see {log}"
        yield Finding(program.name, ready, program.title, mend)
    yield check_phones(settings)


def check_packages(settings: Settings) -> Finding:
    """Whether every locked Python package is installed, in its locked version."""
    lock = (PROJECT / "requirements.lock").read_text().splitlines()
    pinned = [line.split(" ")[0].split("==") for line in lock if "==" in line and not line.startswith((" ", "#"))]
    wrong = [name for name, pin in pinned if installed_version(name) != pin]
    detail = f"缺少或版本不符 / missing or of another version: {', '.join(wrong)}" if wrong else f"{len(pinned)} 个 / packages"
    return Finding("python", not wrong, detail, "make setup")


def installed_version(name: str) -> str:
    """The version of an installed package, or nothing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_asterisk(settings: Settings) -> Finding:
    """Whether there is an Asterisk to run."""
    try:
        program = find_asterisk(settings)
    except AsteriskError as error:
        return Finding("asterisk-installed", False, str(error), "make run")
    return Finding("asterisk-installed", True, f"Asterisk {program.version}")


def check_model(settings: Settings) -> Finding:
    """Whether the recogniser has its model."""
    if "whisper" not in settings.recognizers:
        return Finding("speech-model", True, f"{settings.recognizer}: {settings.vosk_model_dir or settings.recognition_url}")
    is_there = is_assembled(settings.model_dir) and is_unpacked(settings.phrases_dir) and settings.phrases.is_file()
    return Finding("speech-model", is_there, f"{settings.model_dir} · {settings.phrases_dir}", "make run")


def check_prompts(settings: Settings) -> Finding:
    """Whether the prompts with fixed words were rendered; one that lacks is spoken a little later, in the call."""
    names = load_catalogue().fixed()
    made = sum((settings.data_dir / "sounds" / "linli" / f"{name}.wav").is_file() for name in names)
    return Finding("prompts", made == len(names), f"{made}/{len(names)}", "make run")


def check_database(settings: Settings) -> Finding:
    """Whether the database is reached, and of the newest version."""
    kind = make_url(settings.database).get_backend_name()
    newest = ScriptDirectory.from_config(alembic_config(settings.database)).get_current_head()
    path = make_url(settings.database).database or ""
    if kind == "sqlite" and not Path(path).is_file():  # looking would make it
        return Finding("database", False, f"还没有 / not there yet: {path}", "make run")
    engine = open_database(settings.database)
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        return Finding("database", False, f"{kind}: {type(error).__name__}", "检查 / check LINLI_DATABASE_URL")
    finally:
        engine.dispose()
    return Finding("database", current == newest, f"{kind}, {current or '空 / empty'}", "make run 会迁移 / migrates it")


def check_disk(settings: Settings) -> Finding:
    """Whether there is room for recordings."""
    folder = next(parent for parent in (settings.data_dir, *settings.data_dir.parents) if parent.exists())
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", free >= _DISK_NEEDED_GB, f"{free:.1f} GB 可用 / free", f"腾出空间 / make room: {folder}")


def check_gateway(settings: Settings) -> Finding:
    """Whether every gateway can be reached, and what of its share it has; nothing is sent."""
    if settings.is_demo_gateway:
        return Finding("sms-gateway", True, "demo：短信不会真正发出 / no SMS leaves this machine")
    told, well = [], True
    weights = gateway_weights(settings)
    for name, whole in settings.gateway_shares.items():
        weight, reached = weights.get(name, whole), reaches(gateway_address(settings, name))
        well = well and reached and weight > 0
        told.append(f"{name} {weight}/{whole}" + ("" if reached else " 连不上 / cannot be reached"))
    mend = "看控制台的短信页 / see the console's page 短信；docs/configuring.md"
    return Finding("sms-gateway", well, "；".join(told), mend)


def check_phones(settings: Settings) -> Finding:
    """How many one-key phones and operators' phones are registered."""
    phones = registered_phones(settings) if accepts(settings.ami_port) else None
    if phones is None:
        return Finding("phones", False, "无法询问交换机 / the exchange cannot be asked", "make run", needed=False)
    registered = sorted(name for name, here in phones.items() if here)
    detail = f"{len(registered)}/{len(phones)} 已注册 / registered {' '.join(registered)}".strip()
    return Finding(
        "phones",
        bool(registered),
        detail,
        f"把话机注册到 / register a phone with sip:{settings.bind_address}:{settings.sip_port}",
        needed=False,
    )


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    check_packages,
    check_disk,
    check_asterisk,
    check_model,
    check_prompts,
    check_database,
    check_gateway,
)
