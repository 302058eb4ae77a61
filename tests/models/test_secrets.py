import stat
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

from models.secrets import own_secret
from models.settings import Settings


def test_a_secret_is_made_once(settings: Settings) -> None:
    secret = own_secret(settings, "ami")
    assert len(secret) >= 32
    assert own_secret(settings, "ami") == secret


def test_every_name_has_a_secret_of_its_own(settings: Settings) -> None:
    assert own_secret(settings, "device-1") != own_secret(settings, "device-2")


def test_only_its_owner_reads_a_secret(settings: Settings) -> None:
    own_secret(settings, "ami")
    folder = settings.data_dir / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "ami").stat().st_mode) == 0o600


def test_all_who_ask_at_once_get_the_same_secret(settings: Settings) -> None:
    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(lambda _: own_secret(settings, "ami"), range(64)))) == 1
    (settings.data_dir / "secrets" / "ami").unlink()
    with ProcessPoolExecutor(4, mp_context=get_context("fork")) as pool:
        assert len(set(pool.map(own_secret, [settings] * 64, ["ami"] * 64))) == 1
    assert [path.name for path in (settings.data_dir / "secrets").iterdir()] == ["ami"]
