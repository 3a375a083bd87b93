"""The Redis a simulation plays in: a private one that goes with it, or a part of a given one that is emptied after."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from ivr.cli.redis_server import NoRedisServer, find_redis_server
from ivr.services.forecasting import Forecasting
from ivr.services.joining import Entrance
from ivr.services.patience import patience
from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.told import RedisTold

START_SECONDS = 10.0
ANSWER_SECONDS = 30.0
"""How long Redis may take to answer: nobody waits on a line here, and the machine may be busy."""
_BATCH = 1000


class Bench:
    """Lines to play in, one set after another."""

    def __init__(self, url: str) -> None:
        self._client = StateClient(url, timeout=ANSWER_SECONDS)
        self._keys = Keys(f"simulated-{uuid4().hex[:12]}")

    def fresh(self) -> RedisLines:
        """Empty lines. Raises ports.StoreDown."""
        self.clear()
        return RedisLines(self._client, self._keys, patience())

    def entrance(self, lines: RedisLines) -> Entrance:
        """Who is let in by a line's conditions, from forecasts as a line that has learnt nothing yet makes them."""
        return Forecasting(RedisTold(self._client, self._keys), lines)

    def clear(self) -> None:
        """Take away what was played. Only keys of its own are touched."""
        cursor = b"0"
        while True:
            cursor, found = self._client.execute("SCAN", cursor, "MATCH", f"{self._keys.prefix}*", "COUNT", _BATCH)
            if found:
                self._client.execute("UNLINK", *found)
            if cursor == b"0":
                return

    def close(self) -> None:
        """No more is played."""
        self._client.close()


@contextmanager
def bench(redis_url: str = "") -> Iterator[Bench]:
    """A place to play in: in the Redis of that address, else in one started for it. Raises NoRedisServer, StoreDown."""
    if redis_url:
        place = Bench(redis_url)
        try:
            yield place
        finally:
            place.clear()
            place.close()
        return
    with tempfile.TemporaryDirectory(prefix="hotline-simulate-") as folder:
        socket = Path(folder) / "redis.sock"
        server = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "ivr.cli.part", find_redis_server().executable, "--port", "0",
             "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", folder, "--save", "",
             "--appendonly", "no", "--loglevel", "warning"],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            place = _ready(f"unix://{socket}", server)
            yield place
            place.close()
        finally:
            server.kill()
            server.wait()


def _ready(url: str, server: subprocess.Popen[bytes]) -> Bench:
    """Waits until the server answers."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        place = Bench(url)
        try:
            place.clear()
        except StoreDown:
            time.sleep(0.02)
        else:
            return place
    raise NoRedisServer("the Redis started for the simulation doesn't answer")
