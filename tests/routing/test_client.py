"""The state client: one try, a breaker, scripts that heal."""

import contextlib
import os
import threading
import time
from statistics import median

import pytest
from redis.exceptions import ResponseError

from ivr.services.ports import StoreDown
from ivr.store.redis.breaker import Breaker
from ivr.store.redis.client import StateClient
from ivr.store.redis.scripts import load_script, script_names
from tests.conftest import RedisProcess


def test_scripts_survive_an_emptied_cache(redis_url: str) -> None:
    client = StateClient(redis_url)
    noop = client.script("noop")
    assert noop((), ()) == 1
    client.execute("SCRIPT", "FLUSH")
    assert noop((), ()) == 1


def test_a_wrong_command_is_an_error_and_no_outage(redis_url: str) -> None:
    client = StateClient(redis_url)
    for _ in range(5):
        with pytest.raises(ResponseError):
            client.execute("HGET", "missing-an-argument")
    assert client.breaker.closed
    assert client.execute("PING") == b"PONG"


def test_the_breaker_opens_refuses_at_once_and_closes_by_itself(own_redis: RedisProcess) -> None:
    seconds = [100.0]
    client = StateClient(own_redis.url, breaker=Breaker(seconds=lambda: seconds[0]))
    assert client.execute("PING") == b"PONG"
    own_redis.kill()
    for _ in range(3):
        with pytest.raises(StoreDown, match="away: "):
            client.execute("PING")
    took = []
    for _ in range(100):
        began = time.perf_counter()
        with pytest.raises(StoreDown, match="breaker is open"):
            client.execute("PING")
        took.append(time.perf_counter() - began)
    assert median(took) < 0.002, "refused at once, whatever else keeps this machine busy"
    own_redis.start()
    with pytest.raises(StoreDown, match="breaker is open"):
        client.execute("PING")
    seconds[0] += 1.1
    assert client.execute("PING") == b"PONG"
    assert client.execute("PING") == b"PONG"


def test_a_restart_costs_the_process_one_call_not_one_a_thread(own_redis: RedisProcess) -> None:
    client = StateClient(own_redis.url)
    threads_ready, go = threading.Barrier(5), threading.Event()
    outcomes: list[str] = []

    def use() -> None:
        client.execute("PING")
        threads_ready.wait()
        go.wait()
        try:
            outcomes.append(client.execute("PING").decode())
        except StoreDown:
            outcomes.append("down")

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    client.execute("PING")
    threads_ready.wait()
    own_redis.kill()
    own_redis.start()
    with contextlib.suppress(StoreDown):  # after a second without use it finds the socket closed before it sends
        client.execute("PING")
    go.set()
    for thread in threads:
        thread.join()
    assert outcomes == ["PONG"] * 4


@pytest.mark.usefixtures("products_timeout")
def test_a_silent_redis_costs_a_quarter_of_a_second(own_redis: RedisProcess) -> None:
    client = StateClient(own_redis.url, breaker=Breaker(threshold=1_000))
    client.execute("PING")
    client.execute("CLIENT", "PAUSE", "60000", "ALL")
    quickest = 60.0
    for _ in range(20):  # each waits the same time; a busy machine may only add to it
        began = time.perf_counter()
        with pytest.raises(StoreDown):
            client.execute("GET", "x")
        quickest = min(quickest, time.perf_counter() - began)
        if quickest < 0.6:
            break
    assert 0.2 < quickest < 0.6


def test_a_child_of_a_fork_has_connections_of_its_own(redis_url: str) -> None:
    client = StateClient(redis_url)
    mine = client.execute("CLIENT", "ID")
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(client.execute("CLIENT", "ID")).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 100)) != mine
    assert client.execute("CLIENT", "ID") == mine
    os.close(reading)
    os.close(writing)


def test_every_script_loads_with_what_it_includes(redis_url: str) -> None:
    client = StateClient(redis_url)
    for name in script_names():
        script = load_script(name)
        assert "-- include:" not in script.text
        assert client.execute("SCRIPT", "LOAD", script.text).decode() == script.sha
