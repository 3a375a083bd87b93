"""`python -m exchange --config FILE [--port N]`: run the exchange until it is told to stop."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from pathlib import Path

from aiohttp import web

from exchange.config import Config, ConfigError, load
from exchange.phones.decode import ScriptProblem
from exchange.server import SWITCH, make_app

log = logging.getLogger("exchange")
_GRACE_SECONDS = 1.0


def main() -> int:
    """Exit status: 0 stopped as told, 2 a configuration or a port that can't be used."""
    parser = argparse.ArgumentParser(prog="python -m exchange", description="A local telephone exchange.")
    parser.add_argument("--config", required=True, type=Path, help="JSON or YAML file")
    parser.add_argument("--port", type=int, help="listen here instead of where the file says; 0 takes a free port")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        config = load(arguments.config)
        if arguments.port is not None:
            config.port = arguments.port
        asyncio.run(serve(config))
    except (ConfigError, ScriptProblem) as error:
        for problem in error.problems:
            log.error("%s: %s", arguments.config, problem)  # noqa: TRY400 - a sentence for the operator, no traceback
        return 2
    except (OSError, ValueError) as error:
        log.error("cannot start: %s", error)  # noqa: TRY400 - a sentence for the operator, no traceback
        return 2
    return 0


async def serve(config: Config) -> None:
    """Serve until SIGTERM or SIGINT, then stop within two seconds. Raises OSError where the port is taken."""
    app = make_app(config)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, config.host, config.port, backlog=1024)
        await site.start()
        host, port = runner.addresses[0][:2]
        if not app[SWITCH].base_url:
            app[SWITCH].base_url = f"http://{host}:{port}"
        log.info(
            "exchange on http://%s:%s, account %s, %d numbers", host, port, config.account_sid, len(config.numbers)
        )
        await _told_to_stop()
        log.info("exchange stops")
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runner.cleanup(), 2 * _GRACE_SECONDS)


async def _told_to_stop() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    raise SystemExit(main())
