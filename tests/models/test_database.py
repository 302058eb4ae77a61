from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from models.areas import Area
from models.calls import Call
from models.database import SessionMaker, open_database, session_maker
from models.migrating import alembic_config, migrate
from models.residents import Resident
from models.tables import metadata


def table_names(url: str) -> set[str]:
    engine = open_database(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def test_the_migrations_make_what_the_models_say(sessions: SessionMaker) -> None:
    with sessions.kw["bind"].connect() as connection:
        # Defaults are not compared: a column that was added later keeps the one that the rows of then were given.
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    before = table_names(database_url)
    migrate(database_url)
    assert table_names(database_url) == before == {*metadata.tables, "alembic_version"}


def test_the_migrations_go_down_and_up_again(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "base")
    assert table_names(database_url) == {"alembic_version"}
    migrate(database_url)
    assert table_names(database_url) == {*metadata.tables, "alembic_version"}


def test_a_database_with_rows_is_brought_to_the_newest_version(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "0001")
    engine = open_database(database_url)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO areas (id, name, latitude, longitude) VALUES (1, '东区', 30, 120)"))
        connection.execute(
            text(
                "INSERT INTO residents"
                " (id, name, form_of_address, born, gender, area_id, address, latitude, longitude, language, notes)"
                " VALUES (1, '王秀英', '王奶奶', '1940-01-01', 'female', 1, '一号楼', 30, 120, 'zh', '')"
            )
        )
        connection.execute(text("INSERT INTO resident_phones (resident_id, number) VALUES (1, '13800000001')"))
    migrate(database_url)
    with Session(engine) as session:
        resident = session.query(Resident).one()
        assert (resident.speech_pace_percent, resident.louder_db) == (100, 0)
        session.delete(resident)
        session.flush()
        session.query(Area).delete()
        session.commit()
    engine.dispose()


def test_a_database_url_may_hold_a_percent_sign() -> None:
    url = "postgresql+psycopg://linli:a%40b@db/linli"
    assert alembic_config(url).get_main_option("sqlalchemy.url") == url
    assert make_url(url).password == "a@b"


def test_a_moment_comes_back_aware_and_in_utc(sessions: SessionMaker) -> None:
    nine_in_shanghai = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
    with sessions.begin() as session:
        session.add(Call(channel_id="1.1", number="", started_at=nine_in_shanghai))
    with sessions() as session:
        call = session.query(Call).one()
        assert call.started_at == nine_in_shanghai
        assert call.started_at.tzinfo is UTC
        assert call.ended_at is None


def test_a_moment_is_found_by_any_time_zone(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        session.add(Call(channel_id="1.1", number="", started_at=datetime(2026, 11, 23, 1, tzinfo=UTC)))
    half_past_nine_in_shanghai = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    with sessions() as session:
        assert session.query(Call).where(Call.started_at < half_past_nine_in_shanghai).count() == 1
        assert session.query(Call).where(Call.started_at < half_past_nine_in_shanghai - timedelta(hours=1)).count() == 0


def test_a_time_without_a_zone_is_refused(sessions: SessionMaker) -> None:
    naive = datetime(2026, 11, 23, 9)  # noqa: DTZ001
    with sessions() as session:
        session.add(Call(channel_id="1.1", number="", started_at=naive))
        with pytest.raises((StatementError, ValueError), match="without a time zone"):
            session.commit()


def test_a_row_that_names_nothing_is_refused(sessions: SessionMaker) -> None:
    with sessions() as session:
        session.add(Call(channel_id="1.1", number="", resident_id=99))
        with pytest.raises(IntegrityError):
            session.commit()


def test_errors_keep_what_residents_said_to_themselves(sessions: SessionMaker) -> None:
    with sessions() as session:
        session.add_all([Call(channel_id="1.1", number="13800000001"), Call(channel_id="1.1", number="13800000001")])
        with pytest.raises(IntegrityError) as told:
            session.commit()
    assert "13800000001" not in str(told.value)


def test_a_sqlite_transaction_sees_one_state_and_writes_alone(tmp_path: object) -> None:
    url = f"sqlite:///{tmp_path}/linli.db"
    migrate(url)
    engine = open_database(url)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
    engine.dispose()


def test_what_was_loaded_stays_readable_after_the_commit(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        area = Area(name="桂花苑", latitude=30.29, longitude=120.14)
        session.add(area)
    assert area.name == "桂花苑"


def test_a_session_maker_opens_sessions_on_its_database(database_url: str) -> None:
    maker = session_maker(database_url)
    with maker() as session:
        assert isinstance(session, Session)
        assert session.query(Resident).count() == 0
    maker.kw["bind"].dispose()


def test_a_connection_that_the_server_has_closed_is_never_given_out(
    postgres_for_all: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.database.RESTS_S", 0.0)
    engine, other = open_database(postgres_for_all), open_database(postgres_for_all)
    with engine.connect() as connection:
        own = connection.scalar(text("SELECT pg_backend_pid()"))
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != own
    engine.dispose()
    other.dispose()
