"""panoramisk's FastAGI server with the seven commands: `with_panoramisk.py PORT`."""

import asyncio
import sys

from panoramisk.fast_agi import Application, Request

COMMANDS = (
    "NOOP",
    'GET VARIABLE "CALLERID(num)"',
    "CHANNEL STATUS",
    'SET VARIABLE "LINLI_PRIORITY" "5"',
    'GET FULL VARIABLE "${UNIQUEID}"',
    'EXEC NoOp "benchmark"',
    'SET VARIABLE "LINLI_OUTCOME" "goodbye"',
)


async def seven(request: Request) -> None:
    """Command the call as a short script would."""
    for command in COMMANDS:
        await request.send_command(command)


async def serve() -> None:
    """Take calls until killed."""
    application = Application(loop=asyncio.get_running_loop())
    application.add_route("seven", seven)
    server = await asyncio.start_server(application.handler, "127.0.0.1", int(sys.argv[1]), backlog=128)
    await server.serve_forever()


asyncio.run(serve())
