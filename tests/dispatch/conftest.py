import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.job import Job as QueuedJob
from rq.registry import ScheduledJobRegistry
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, text

from dispatch import offering, sending
from dispatch.means import Means
from dispatch.placing import place_order
from dispatch.queue import JobQueue, open_queue
from models.database import SessionMaker, session_maker
from models.settings import Gateway, Settings
from models.tables import metadata
from tests.conftest import free_ports, settings_on_free_ports
from tests.dispatch.facts import Clock, Community, FakeGateway, add_community
from tests.dispatch.servers import DESCRIPTION, Program, RedisServer, dispatch_program, start_prism
from tests.postgres import create_database, drop_database

# Empties every table and starts every sequence anew: milliseconds, where a database of its own for each test takes half a second.
_EMPTY = text(
    "DO $$ DECLARE one record; BEGIN "
    + " ".join(f'DELETE FROM "{table.name}";' for table in reversed(metadata.sorted_tables))
    + " FOR one IN SELECT oid FROM pg_class WHERE relkind = 'S' LOOP PERFORM setval(one.oid, 1, false); END LOOP; END $$"
)


@pytest.fixture(scope="session")
def on_postgres(postgres: str, migrated_postgres: str) -> Iterator[SessionMaker]:
    """Sessions on one database for all tests; one engine, so that statements are compiled once."""
    url = create_database(postgres, template=migrated_postgres)
    yield session_maker(url)
    drop_database(postgres, url)


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> SessionMaker:
    """Sessions on one file for all tests, as `on_postgres`."""
    return session_maker(f"sqlite:///{tmp_path_factory.mktemp('sqlite') / 'linli.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def sessions(request: pytest.FixtureRequest) -> Iterator[SessionMaker]:
    """Sessions on a migrated, empty database, once on each kind."""
    maker: SessionMaker = request.getfixturevalue("on_sqlite" if request.param == "sqlite" else "on_postgres")
    engine: Engine = maker.kw["bind"]
    if request.param == "sqlite":
        path = Path(engine.url.database or "")
        for old in path.parent.glob("linli.db*"):
            old.unlink()
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
    else:
        with engine.begin() as connection:
            connection.execute(_EMPTY)
    yield maker
    engine.dispose()


@pytest.fixture
def database_url(sessions: SessionMaker) -> str:
    url: str = sessions.kw["bind"].url.render_as_string(hide_password=False)
    return url


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(free_ports(1)[0], tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(shared_redis: RedisServer) -> Iterator[Redis]:
    """An empty Redis that stays up."""
    with Redis.from_url(shared_redis.url) as connection:
        connection.flushall()
        yield connection


@pytest.fixture
def redis_server(settings: Settings, tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, where the settings look for it; not started yet."""
    server = RedisServer(settings.redis_port, tmp_path)
    yield server
    server.stop()


@pytest.fixture
def queue(redis: Redis, shared_redis: RedisServer) -> JobQueue:
    return JobQueue(shared_redis.url)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def community(sessions: SessionMaker) -> Community:
    return add_community(sessions)


@pytest.fixture
def means(settings: Settings, sessions: SessionMaker, queue: JobQueue, gateway: FakeGateway, clock: Clock) -> Means:
    return Means(settings, sessions, queue, gateway, clock)


@pytest.fixture
def work_off(means: Means, redis: Redis) -> Callable[[], list[str]]:
    """Run what is queued, one job after another, with the test's means; return the jobs' names. Delayed jobs stay."""
    run = {
        "dispatch.jobs.offer_order": offering.offer_order,
        "dispatch.jobs.expire_offer": offering.expire_offer,
        "dispatch.jobs.send_message": sending.send_message,
    }

    def work() -> list[str]:
        done = []
        waiting = open_queue(redis)
        while len(waiting):
            job = QueuedJob.fetch(waiting.pop_job_id(), redis, JSONSerializer)
            job.delete()
            run[job.func_name](means, *job.args)
            done.append(job.func_name.rpartition(".")[2])
        return done

    return work


@pytest.fixture
def scheduled(redis: Redis) -> Callable[[], list[str]]:
    """The ids of the jobs that wait for their time."""
    return lambda: ScheduledJobRegistry(queue=open_queue(redis)).get_job_ids()


@pytest.fixture
def place(sessions: SessionMaker, queue: JobQueue, community: Community, clock: Clock) -> Callable[..., int]:
    """Place an order now; return its id."""

    def place_one(**facts: object) -> int:
        with sessions() as session:
            return place_order(session, queue, community.request(**facts), clock()).id

    return place_one


@pytest.fixture
def programs(database_url: str, settings: Settings) -> Iterator[Callable[..., Program]]:
    """Start our own worker or sweep on the test's database and on the Redis of its settings."""
    started: list[Program] = []

    def start(part: str, beside: Program | None = None, **chosen: str) -> Program:
        usual = {
            "LINLI_DEMO": "1",
            "LINLI_DATA_DIR": str(settings.data_dir),
            "LINLI_DATABASE_URL": database_url,
            "LINLI_REDIS_URL": settings.redis,
        }
        environment = usual | {f"LINLI_{name.upper()}": value for name, value in chosen.items()}
        started.append(dispatch_program(part, environment, beside))
        return started[-1]

    yield start
    for program in started:
        program.stop()


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The address of Prism, which answers as Twilio's own description says and refuses what it does not allow."""
    if not DESCRIPTION.is_file():
        pytest.skip(f"Twilio's description is not there: {DESCRIPTION.name}")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    port = free_ports(1)[0]
    program = start_prism(port)
    yield f"http://127.0.0.1:{port}"
    program.stop()


@pytest.fixture
def twilio_settings(tmp_path: Path) -> Settings:
    return settings_on_free_ports(
        tmp_path,
        gateway=Gateway.TWILIO,
        twilio_account_sid="AC" + "a" * 32,
        twilio_auth_token="0123456789abcdef0123456789abcdef",
        twilio_from="+15005550006",
        public_url="https://linli.example",
    )
