"""Serve the console: `python -m operator_console`."""

import errno
import logging
import signal
import sys

from waitress import create_server

from exchange.ami import AsteriskManager
from exchange.conference import Conference
from ivr.errors import PortTaken
from models.database import session_maker
from models.secrets import own_secret
from models.settings import Settings, SettingsError, load_settings
from operator_console.app import create_app
from operator_console.operators import ensure_demo_operator

THREADS = 8
LARGEST_BODY = 32 * 1024 * 1024  # more than any page takes, so that the page can say what is too large


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, letting requests that have begun end; raise `PortTaken` if the port is another's."""
    sessions = session_maker(settings.database)
    if settings.demo:
        with sessions.begin() as session:
            ensure_demo_operator(session)
    manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli-desk", own_secret(settings, "ami-desk"))
    try:
        server = create_server(
            create_app(settings, sessions, conference=Conference(manager)),
            host=settings.bind_address,
            port=settings.console_port,
            threads=THREADS,
            ident=None,
            max_request_body_size=LARGEST_BODY,
            clear_untrusted_proxy_headers=True,
        )
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(settings.console_port, "console_port") from None
        raise
    signal.signal(signal.SIGTERM, _stop)
    logging.getLogger(__name__).info("console at http://%s:%d", settings.bind_address, settings.console_port)
    manager.start()
    server.run()
    server.close()
    manager.close()


def _stop(_signal: int, _frame: object) -> None:
    raise SystemExit  # waitress waits for its threads on the way out


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        serve(load_settings())
    except (SettingsError, PortTaken) as error:
        sys.exit(str(error))
