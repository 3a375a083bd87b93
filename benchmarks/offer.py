"""From "an agent becomes available" to "the agent's phone rings", under load, through the whole stack.

Web, workers, Redis, SQLite and the exchange run as `hotline run` runs them, on real time. Callers dial in at `--rate` a
second, choose at a menu and wait in one line; some agents talk to them. Meanwhile other agents are made available one
after another and rung at once; measured from the moment before that is asked for until the exchange has the REST
request, by the exchange's own timeline. In between, a plain RQ job that does nothing is asked for by the same process
and run by as many plain RQ workers on the same Redis. Written to `benchmarks/results/offer.json`.

All callers have the same patience and there are far more of them than agents, so that whoever is next in line is about
to hang up: most phones ring in vain and are hung up again, which is the harder case for the workers.

    python -m benchmarks.offer [--seconds 60] [--rate 50]
"""

import argparse
import contextlib
import itertools
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from redis import Redis
from rq import Queue
from rq.job import Job

from benchmarks import offer_house
from benchmarks.servers import cpu_seconds, family
from ivr.cli.agents import import_agents
from ivr.cli.demo import Demo
from ivr.cli.layout import StackOptions
from ivr.cli.stack import Stack

BENCHMARK = True
PROBES, TALKERS, WORKERS = 60, 20, 2
PATIENCE, TALK = 4.0, 2.0
"""Seconds: how long a caller waits before hanging up, how long they talk."""
BETWEEN = 0.1
"""Seconds from one agent made available to the next."""
WARM_UP = 5.0
IDLE = "nothing"


@dataclass(frozen=True, slots=True)
class Asked:
    """An agent was made available at `at` (Unix seconds); their offer."""

    at: float
    reservation: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One offer's times after its agent became available, ms: a worker took it up; the exchange had the request."""

    claimed: float
    rung: float


class Offers:
    """Makes agents available, one after another, and finds out when their phones rang."""

    def __init__(self, demo: Demo, exchange: str) -> None:
        self._hotline = demo.hotline
        self._exchange = exchange
        self._agents = itertools.cycle(f"{offer_house.PROBE}{n}" for n in range(PROBES))
        self._open: list[Asked] = []
        self.rung: list[Rung] = []
        self.busy = 0
        self.unmatched = 0

    def ask(self) -> None:
        """Make the next agent available, where they are not being rung still."""
        name = next(self._agents)
        presence = self._hotline.presence
        if presence.state(name).state not in ("paused", "offline"):
            self.busy += 1
            return
        at = time.time()
        agent = presence.log_in(name) if presence.state(name).state == "offline" else presence.resume(name)
        if agent.reservation:
            self._open.append(Asked(at, agent.reservation))
        else:
            self.unmatched += 1

    def look(self, *, older_than: float) -> None:
        """Note what became of those asked for some seconds ago."""
        now = time.time()
        ripe = [asked for asked in self._open if now - asked.at > older_than]
        self._open = [asked for asked in self._open if now - asked.at <= older_than]
        for asked in ripe:
            found = self._hotline.lines.reservation(asked.reservation)
            if found is None or not found.leg:
                continue
            entries = _get(f"{self._exchange}/exchange/calls/{found.leg}")["timeline"]
            (dialled,) = [entry["at_ms"] for entry in entries if entry["kind"] == "dialled"]
            self.rung.append(Rung(found.intent_ms - asked.at * 1000, dialled - asked.at * 1000))


def measure(folder: Path, seconds: float, rate: float) -> dict[str, Any]:
    """One run."""
    flows, phones = offer_house.write(folder, probes=PROBES, talkers=TALKERS)
    options = StackOptions(var=folder / "var", port=0, flows=flows, phones=phones, calls_per_second=0.0)
    with Stack(options) as stack:
        demo = Demo(stack)
        import_agents(flows / "agents.yaml", demo.hotline.agents)
        for n in range(TALKERS):
            demo.hotline.presence.log_in(f"{offer_house.TALKER}{n}")
        with _plain_workers(stack.redis_url) as (queue, connection):
            return _run(stack, demo, (queue, connection), seconds, rate)


def _run(stack: Stack, demo: Demo, plain: tuple[Queue, "Redis[bytes]"], seconds: float, rate: float) -> dict[str, Any]:
    queue, connection = plain
    _call_in(stack.exchange_url, seconds + WARM_UP, rate)
    offers, jobs = Offers(demo, stack.exchange_url), list[Job]()
    time.sleep(WARM_UP)
    parts = _processes(stack)
    before = {name: cpu_seconds(pids) for name, pids in parts.items()}
    began = time.time()
    for n in range(int(seconds / BETWEEN)):
        time.sleep(max(0.0, began + n * BETWEEN - time.time()))
        offers.ask()
        time.sleep(BETWEEN / 2)
        jobs.append(queue.enqueue(offer_house.nothing, time.time(), result_ttl=600))
        offers.look(older_than=3.0)
    took = time.time() - began
    cores = {name: round((cpu_seconds(pids) - before[name]) / took, 2) for name, pids in parts.items()}
    time.sleep(4.0)
    offers.look(older_than=0.0)
    load = _get(f"{stack.exchange_url}/phones/load")
    done = [job.return_value(refresh=True) for job in jobs]
    demo.hotline.close()
    connection.close()
    return {
        "offer_ms": _spread([one.rung for one in offers.rung]),
        "until_a_worker_has_it_ms": _spread([one.claimed for one in offers.rung]),
        "plain_job_ms": _spread([1000 * value for value in done if value is not None]),
        "offers": len(offers.rung),
        "agents_nobody_waited_for": offers.unmatched,
        "agents_not_free_yet": offers.busy,
        "plain_jobs_lost": sum(value is None for value in done),
        "load": {
            name: load[name] for name in ("dialled", "offered", "lost", "never_offered", "alerts") if name in load
        },
        "latest_dial_seconds": load["latest_dial_seconds"],
        "cores_used": cores,
    }


def _call_in(exchange: str, seconds: float, rate: float) -> None:
    arrivals = [
        {
            "at": n / rate,
            "from": f"+3363998{5000 + n % 5000}",
            "to": offer_house.LINE,
            "keys": ["1"],
            "patience": PATIENCE,
            "talk": TALK,
        }
        for n in range(int(seconds * rate))
    ]
    plan = {"start": datetime.now(UTC).isoformat(), "arrivals": arrivals}
    body = json.dumps(plan).encode()
    request = urllib.request.Request(f"{exchange}/phones/load", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10):
        pass


@contextlib.contextmanager
def _plain_workers(redis_url: str) -> Iterator[tuple[Queue, "Redis[bytes]"]]:
    """As many plain RQ workers as the stack has for short jobs, on a queue of their own."""
    command = (sys.executable, "-m", "rq.cli", "worker", "--worker-class", "rq.SimpleWorker", "--url", redis_url, IDLE)
    running = [subprocess.Popen((*command, "--quiet"), start_new_session=True) for _ in range(WORKERS)]
    try:
        connection = Redis.from_url(redis_url)
        queue = Queue(IDLE, connection=connection)
        first = [queue.enqueue(offer_house.nothing, time.time()) for _ in range(WORKERS)]
        _until(lambda: all(job.return_value(refresh=True) is not None for job in first))
        yield queue, connection
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(10)


def _until(ready: Any) -> None:
    for _ in range(300):
        if ready():
            return
        time.sleep(0.05)
    raise SystemExit("the plain workers did not start")


_PARTS = {
    "redis": "redis-server",
    "exchange": "-m exchange",
    "web": "ivr.app:wsgi",
    "events": "ivr.events_app",
    "workers of calls": "queue_worker calls",
    "worker of records": "queue_worker records",
    "worker of slow": "queue_worker slow",
}


def _processes(stack: Stack) -> dict[str, list[int]]:
    """The PIDs of each part, by its command."""
    supervisor = int((stack.options.var / "run" / "supervisord.pid").read_text())
    found: dict[str, list[int]] = {"benchmark": [os.getpid()]}
    for child in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ")
        name = next((name for name, words in _PARTS.items() if words in command), "other")
        found.setdefault(name, []).extend(family(int(child)))
    return found


def _spread(values: Sequence[float]) -> dict[str, float]:
    if not values:
        return {}
    ordered = sorted(values)
    p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.95, 0.99))
    named = {"p50": statistics.median(ordered), "p95": p95, "p99": p99, "max": ordered[-1]}
    return {name: round(value, 1) for name, value in named.items()}


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as reply:
        return json.load(reply)


def main(results: Path, seconds: float = 60.0, rate: float = 50.0) -> None:
    """Measure and write `offer.json`."""
    with tempfile.TemporaryDirectory(prefix="hotline-offer-") as folder:
        result = measure(Path(folder), seconds, rate)
    result |= {
        "ratio_to_a_plain_job": {
            name: round(result["offer_ms"][name] / result["plain_job_ms"][name], 1) for name in ("p50", "p95")
        },
        "calls_a_second": rate,
        "seconds": seconds,
        "method": f"callers dial in, press one key, wait up to {PATIENCE:g} s; {TALKERS} agents talk to them for "
        f"{TALK:g} s each; every {BETWEEN:g} s another agent becomes available and is rung; everything on the same "
        "cores",
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "offer.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--results", type=Path, default=Path(__file__).parent / "results")
    chosen = parser.parse_args()
    main(chosen.results, chosen.seconds, chosen.rate)
