"""A Redis for histories alone: on a socket of this machine, without a log. What they prove is in the scripts."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from ivr.cli.redis_server import find_redis_server


@pytest.fixture(scope="session")
def quick_redis() -> Iterator[str]:
    """The URL of a real Redis."""
    with tempfile.TemporaryDirectory(prefix="hl-", dir="/tmp") as folder:  # a socket's path is short
        path = Path(folder) / "redis.sock"
        process = subprocess.Popen(
            [find_redis_server().executable, "--port", "0", "--unixsocket", str(path), "--dir", folder,
             "--appendonly", "no", "--save", "", "--loglevel", "warning"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _until_it_answers(f"unix://{path}")
            yield f"unix://{path}"
        finally:
            process.kill()
            process.wait()


def _until_it_answers(url: str) -> None:
    with Redis.from_url(url, socket_timeout=1) as client:
        for _ in range(200):
            try:
                client.ping()
            except RedisError:
                time.sleep(0.02)
            else:
                return
    raise RuntimeError("Redis did not start")
