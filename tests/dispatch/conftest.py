import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from rq.job import Job as QueuedJob
from rq.registry import ScheduledJobRegistry
from rq.serializers import JSONSerializer

from dispatch import expiring, offering, sending
from dispatch.alarms import raise_alarm
from dispatch.means import Means
from dispatch.outbound import calling
from dispatch.placing import place_order
from dispatch.queue import JobQueue, open_queue
from models.alarms import AlarmSource
from models.database import SessionMaker
from models.devices import Device
from models.residents import ResidentPhone
from models.settings import Gateway, Settings
from tests.conftest import free_ports, settings_on_free_ports
from tests.dispatch.alarm_facts import FIRST, Press, later
from tests.dispatch.facts import PROVIDERS_NUMBER, RESIDENTS_NUMBER, Clock, Community, FakeGateway, add_community
from tests.dispatch.platform import Platform, served_platform
from tests.dispatch.servers import DESCRIPTION, Program, RedisServer, dispatch_program, start_prism


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
    return Means(settings, sessions, queue, {"demo": gateway}, clock)


@pytest.fixture
def work_off(means: Means, redis: Redis) -> Callable[[], list[str]]:
    """Run what is queued, one job after another, with the test's means; return the jobs' names. Delayed jobs stay."""
    run = {
        "dispatch.jobs.offer_order": offering.offer_order,
        "dispatch.jobs.expire_offer": expiring.expire_offer,
        "dispatch.jobs.send_message": sending.send_message,
        "dispatch.jobs.place_call": calling.place_call,
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
def order_id(community: Community, sessions: SessionMaker, place: Callable[..., int], work_off: Callable[[], list[str]]) -> int:
    """An order that the only provider of its trade has been offered; its resident has a mobile telephone."""
    community.provider("近水维修", PROVIDERS_NUMBER)
    with sessions.begin() as session:
        session.add(ResidentPhone(resident_id=community.resident_id, number=RESIDENTS_NUMBER))
    order_id = place()
    work_off()
    return order_id


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
def platform() -> Iterator[Platform]:
    """An SMS platform over HTTP that answers as the test says."""
    with served_platform() as platform:
        yield platform


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


@pytest.fixture
def device_id(sessions: SessionMaker, community: Community) -> int:
    with sessions.begin() as session:
        device = Device(resident_id=community.resident_id, number="057188886666", model="SOS-1", place="床头", secret="x")
        session.add(device)
        session.flush()
        return device.id


@pytest.fixture
def press(sessions: SessionMaker, device_id: int) -> Press:
    """Press the device's red key; return the alarm's id."""

    def once(channel_id: str = FIRST, after_s: float = 0, **facts: object) -> int:
        with sessions() as session:
            usual = {"device_id": device_id, "number": "057188886666"}
            return raise_alarm(session, channel_id, AlarmSource.KEY, later(after_s), **(usual | facts)).id  # type: ignore[arg-type]

    return once
