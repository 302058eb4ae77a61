"""Programs that Linli starts get the very settings of who starts them."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from linli.environment import environment_of
from models.settings import Settings, load_settings
from tests.conftest import settings_on_free_ports


def test_a_program_reads_back_what_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = settings_on_free_ports(
        tmp_path, trunk="register", trunk_host="127.0.0.1", trunk_user="u", trunk_password=SecretStr("p%a'ss"), sweep_every_s=0.5
    )
    for name, value in environment_of(chosen).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == chosen


def test_a_setting_of_the_environment_that_was_overruled_is_not_handed_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_COMMUNITY", "别处")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/linli")
    environment = environment_of(settings)
    assert "LINLI_COMMUNITY" not in environment
    assert "DATABASE_URL" not in environment
