"""The settings as environment variables: how a program that Linli starts gets the very settings of who starts it."""

import os
from enum import Enum
from typing import Any

from pydantic import SecretStr

from models.settings import Settings

# Where the environment names these, the settings have taken them in already.
_TAKEN_IN = ("LINLI_", "DATABASE_URL")


def environment_of(settings: Settings) -> dict[str, str]:
    """This process's environment, with `LINLI_*` naming what was chosen in these settings and nothing else."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(_TAKEN_IN) or name == "LINLI_SETTINGS"
    }
    for name in sorted(settings.model_fields_set | {"data_dir"}):
        value = getattr(settings, name)
        if value is not None:
            environment[f"LINLI_{name.upper()}"] = _in_words(value)
    return environment


def _in_words(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value.value if isinstance(value, Enum) else value)
