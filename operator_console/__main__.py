"""Serve the console: `python -m operator_console`."""

import gc

# What is imported stays. Looking through it for rubbish again and again takes a third of the time in which a program starts.
gc.disable()

import errno
import logging
import os
import socket
import sys

from flask import Flask
from waitress import create_server

from exchange.ami import AsteriskManager
from exchange.conference import Conference
from exchange.desk_calls import DeskCalls
from exchange.rejoining import Rejoining
from exchange.seats import Seats
from exchange.switchboard import Switchboard
from ivr.errors import PortTaken
from models.database import session_maker
from models.secrets import own_secret
from models.settings import Settings, SettingsError, load_settings
from operator_console.app import create_app
from operator_console.copies import CopyEnded, let_requests_end, serve_in_copies
from operator_console.operators import ensure_demo_operator
from operator_console.part_probes import SUPERVISED_BY, probes_of
from operator_console.part_watch import PartWatch
from operator_console.sharing import SHARED_FOR_S

THREADS = 8
# A browser holds up to six; waitress would take a hundred, and let the thirty-first desk wait.
CONNECTIONS = 1000
BACKLOG = 1024  # as many as waitress asks for
# How many objects more until rubbish is looked for, and how often among the older ones. A page with some hundred rows makes ten
# thousand: at 50,000 the whole process stood still for up to 90 ms, so for no more than 16, and for less in all.
RUBBISH_AFTER = (2000, 10, 100)
LARGEST_BODY = 32 * 1024 * 1024  # more than any page takes, so that the page can say what is too large


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, letting requests that have begun end; raise `PortTaken` if the port is another's."""
    with _listening(settings) as listening:
        sessions = session_maker(settings.database)
        if settings.demo:
            with sessions.begin() as session:
                ensure_demo_operator(session)
            sessions.kw["bind"].dispose()  # no connection may have two owners
        manager = AsteriskManager("127.0.0.1", settings.ami_port, "linli-desk", own_secret(settings, "ami-desk"))
        switchboard = Switchboard(manager)
        conference = Conference(switchboard)
        part_watch = PartWatch(probes_of(settings, manager))
        app = create_app(
            settings,
            sessions,
            conference=conference,
            desk_calls=DeskCalls(switchboard, conference),
            seats=Seats(manager),
            rejoining=Rejoining(manager),
            part_watch=part_watch,
            shared_for_s=SHARED_FOR_S,
        )
        logging.getLogger(__name__).info("console at http://%s:%d", settings.bind_address, settings.console_port)
        serve_in_copies(settings.console_processes, lambda: _answer(listening, app, manager, part_watch))


def _answer(listening: socket.socket, app: Flask, manager: AsteriskManager, part_watch: PartWatch) -> None:
    server = create_server(
        app,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        clear_untrusted_proxy_headers=True,
    )
    manager.start()
    if SUPERVISED_BY in os.environ:  # a console that runs by itself has no parts beside it
        part_watch.start()
    gc.set_threshold(*RUBBISH_AFTER)
    try:
        let_requests_end()
        server.run()
    finally:
        server.close()
        if SUPERVISED_BY in os.environ:
            part_watch.stop()
        manager.close()


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.bind_address else socket.AF_INET
    try:
        return socket.create_server((settings.bind_address, settings.console_port), family=family, backlog=BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(settings.console_port, "console_port") from None
        raise


if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        serve(load_settings())
    except (SettingsError, PortTaken, CopyEnded) as error:
        sys.exit(str(error))
