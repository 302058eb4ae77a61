"""`linli train` learns from a corpus, a catalogue and what operators corrected in the console."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.learning.corpus import COLUMNS
from ivr.understanding.model import load_model
from ivr.understanding.reading import LearnedUnderstanding
from linli.cli import linli
from linli.environment import environment_of
from models.base import utc_now
from models.calls import Call, Turn
from models.database import session_maker
from models.operators import Operator, Role
from models.services import Service
from models.settings import Settings, load_settings
from operator_console.app import create_app
from tests.operator_console.forms import send

SENTENCES = {
    "meal": ("我要订午饭", "送一份饭来", "中午给我送饭", "订两份饺子", "晚饭送来"),
    "shopping": ("帮我买点茶叶", "买两斤苹果", "家里没米了", "带一袋盐来", "去超市买东西"),
    "none": ("今天天气真好", "我孙子上学去了", "昨天看电视了", "外面在下雨", "你是哪里人"),
    "emergency": ("救命", "我摔倒了起不来", "快叫救护车", "我胸口疼得厉害", "着火了"),
}
MISUNDERSTOOD = "把那个老样子的茶送来"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus that is learned in a second."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for intent, texts in SENTENCES.items():
        rows = [f"{intent}\t{intent}-{at}\t{text}\t" for at, text in enumerate(texts)]
        (folder / f"{intent}.tsv").write_text("\n".join(["\t".join(COLUMNS), *rows, ""]), encoding="utf-8")
    return folder


@pytest.fixture
def site(tmp_path: Path, migrated_sqlite: Path) -> Settings:
    """A site with two services, and a call in which one sentence was taken for a meal."""
    shutil.copy(migrated_sqlite, tmp_path / "linli.db")
    settings = load_settings(demo=True, data_dir=tmp_path)
    with session_maker(settings.database).begin() as session:
        for key, name in (("meal", "送餐"), ("shopping", "代买")):
            session.add(Service(key=key, name=name, name_en=key, spoken=[name], skill=key, unit="次", lead_time_min=60))
        heard = {"hypotheses": [{"text": MISUNDERSTOOD}], "intent": "meal", "decision": "accept"}
        session.add(
            Call(channel_id="1.1", number="13800000001", turns=[Turn(speaker="caller", words=MISUNDERSTOOD, heard=heard)])
        )
        session.add(Operator(login="chen", name="陈静", role=Role.OPERATOR, password_hash="scrypt:1:1:1$x$x"))
    return settings


def train(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(linli, ["train", *words], env=environment_of(settings))


def meant(settings: Settings, text: str) -> str:
    """What a site that has learned takes a sentence for."""
    understanding = LearnedUnderstanding(load_model(settings.understanding_model))
    return understanding.mean(Hearing((Hypothesis(text, 0.0),))).intent


def correct(settings: Settings, intent: str) -> None:
    """Say in the console what the misunderstood sentence meant."""
    sessions = session_maker(settings.database)
    client = create_app(settings, sessions, utc_now).test_client()
    with sessions() as session, client.session_transaction() as cookie:
        cookie["operator"] = session.scalars(select(Operator.id)).one()
        cookie["active_at"] = int(utc_now().timestamp())
        turn = session.scalars(select(Turn)).one()
    page = f"/calls/{turn.call_id}/corrections"
    assert send(client, page, f"/calls/turns/{turn.id}/correction", intent=intent).location == page
    sessions.kw["bind"].dispose()


def test_what_an_operator_corrected_is_understood_after_the_next_training(site: Settings, corpus: Path) -> None:
    assert train(site, "--corpus", str(corpus), "--json").exit_code == 0
    assert meant(site, MISUNDERSTOOD) != "shopping"
    correct(site, "shopping")
    told = json.loads(train(site, "--corpus", str(corpus), "--json").stdout)
    assert (told["examples"], told["heard"]) == (len(SENTENCES) * 5 + 2 * 2 + 1, 1)
    assert meant(site, MISUNDERSTOOD) == "shopping"
    assert meant(site, "送一份饭来") == "meal"


def test_the_report_examines_wordings_that_were_held_back(site: Settings, corpus: Path) -> None:
    result = train(site, "--corpus", str(corpus), "--report", "--json")
    assert result.exit_code == 0, result.output
    [written] = json.loads(result.stdout)["report"].values()
    assert written["utterances"] >= 4
    assert 0 <= written["right"] <= 1


def test_a_corpus_with_faults_is_told_by_its_lines_and_nothing_is_learned(site: Settings, corpus: Path) -> None:
    (corpus / "odd.tsv").write_text("\t".join(COLUMNS) + "\nmeal\t\t送饭来\t\n", encoding="utf-8")
    result = train(site, "--corpus", str(corpus), "--json")
    assert result.exit_code == 1
    assert "odd.tsv:2" in result.stderr
    assert not site.understanding_model.exists()
