"""A full menu turn against a bare Flask view that reads the same form, under the same server in the same run.

    full   signature checked, session, engine, document, stored in Redis with captions and events
    bare   `request.form` read, constant document (`bare.py`)

Rounds are interleaved; each full request is a turn never taken before, of a call answered before the round. The server
under test has core 0, wrk and Redis have the other. Afterwards Redis is asked whether every turn was really taken.
"""

import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from redis import Redis

from benchmarks import servers, traffic
from ivr.store.redis.keys import Keys
from ivr.store.sql.migrate import migrate

BENCHMARK = True
ROUNDS = 5
SECONDS = 3.0
CONNECTIONS = 16
TURNS = 8
"""Turns taken by each call: what a caller makes."""
CALLS = 4000
LOST_SHARE = 0.001
OPEN_RATE, OPEN_SECONDS = 100, 15
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Round:
    """One variant's round. CPU in us a request."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int
    requests: int
    web_cpu_us: float
    redis_cpu_us: float


def main(results: Path) -> None:
    """Measure and write `webhook.json` below `results`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = _one_worker(folder)
        found["two_workers"] = _two_workers(folder)
    found |= {
        "method": __doc__.partition("\n\n")[2].strip() if __doc__ else "",
        "server": f"granian {version('granian')} {' '.join(servers.GRANIAN)}",
        "load": "wrk" if shutil.which("wrk") else "benchmarks.traffic",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "connections": CONNECTIONS,
        "rounds": ROUNDS,
        "seconds_a_round": SECONDS,
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "webhook.json").write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    one, two = found, found["two_workers"]
    print(
        f"webhook: full {one['full_requests_per_second']:.0f}/s, bare {one['bare_requests_per_second']:.0f}/s,"
        f" ratio {one['ratio']:.2f}; two workers {two['ratio']:.2f};"
        f" p99 at {OPEN_RATE}/s {one['open_loop']['p99_ms']:.1f} ms"
    )


def _one_worker(folder: Path) -> dict[str, object]:
    cores = servers.Cores.here(web=1)
    return _compare(folder / "one", cores, workers=1, open_loop=True)


def _two_workers(folder: Path) -> dict[str, object]:
    """As an embedded start runs it, all processes sharing all cores."""
    every = ",".join(map(str, sorted(os.sched_getaffinity(0))))
    return _compare(folder / "two", servers.Cores(every, every), workers=2, open_loop=False)


def _compare(folder: Path, cores: servers.Cores, *, workers: int, open_loop: bool) -> dict[str, object]:
    folder.mkdir(parents=True)
    with servers.redis(folder, cores.rest) as (url, redis_pid):
        environment = _environment(folder, url)
        with (
            servers.granian("ivr.app:wsgi", cores.web, environment, workers) as (full_port, full_pid),
            servers.granian("benchmarks.bare:app", cores.web, environment, workers) as (bare_port, bare_pid),
        ):
            bench = _Bench(folder, cores, url, redis_pid)
            full: list[Round] = []
            bare: list[Round] = []
            for number in range(ROUNDS + 1):  # the first warms up
                bare.append(bench.round(bare_port, bare_pid, number, answered=False))
                full.append(bench.round(full_port, full_pid, number, answered=True))
            full, bare = full[1:], bare[1:]
            found = _summary(full, bare) | {
                "workers": workers,
                "web_cores": cores.web,
                "other_cores": cores.rest,
                "turns_verified_in_redis": bench.verified,
                "answered_without_a_turn": bench.not_taken,
                "memory_mb": {
                    "full": [servers.memory_mb(pid) for pid in servers.family(full_pid)],
                    "bare": [servers.memory_mb(pid) for pid in servers.family(bare_pid)],
                },
            }
            if open_loop:
                found["open_loop"] = bench.open_loop(full_port)
            return found


def _summary(full: Sequence[Round], bare: Sequence[Round]) -> dict[str, object]:
    pairs = list(zip(full, bare, strict=True))
    ratios = [round(f.requests_per_second / b.requests_per_second, 3) for f, b in pairs]
    return {
        "ratio": statistics.median(ratios),
        "ratio_by_round": ratios,
        "ratio_by_cpu": round(statistics.median(b.web_cpu_us / f.web_cpu_us for f, b in pairs), 3),
        "full_requests_per_second": round(statistics.median(r.requests_per_second for r in full)),
        "bare_requests_per_second": round(statistics.median(r.requests_per_second for r in bare)),
        "full_p50_ms": statistics.median(r.p50_ms for r in full),
        "full_p99_ms": statistics.median(r.p99_ms for r in full),
        "full_web_cpu_us": round(statistics.median(r.web_cpu_us for r in full), 1),
        "bare_web_cpu_us": round(statistics.median(r.web_cpu_us for r in bare), 1),
        "full_redis_cpu_us": round(statistics.median(r.redis_cpu_us for r in full), 1),
        "wrong_answers": sum(r.wrong for r in (*full, *bare)),
        "requests": sum(r.requests for r in full),
    }


class _Bench:
    """Rounds against one pair of servers."""

    def __init__(self, folder: Path, cores: servers.Cores, url: str, redis_pid: int) -> None:
        self._list = folder / "turns"
        self._cores = cores
        self._url = url
        self._redis_pid = redis_pid
        self.verified = 0
        self.not_taken = 0

    def round(self, port: int, pid: int, number: int, *, answered: bool) -> Round:
        """One round of turns; with `answered` their calls are answered before, outside the measurement."""
        sids = traffic.calls(number, CALLS)
        if answered:
            self._send_all(port, traffic.turns(sids, range(1)))
        self._list.write_text("".join(traffic.lines(traffic.turns(sids, range(1, TURNS + 1)))))
        web = servers.family(pid)
        before = servers.cpu_seconds(web), servers.cpu_seconds([self._redis_pid])
        found = self._wrk(port) if shutil.which("wrk") else self._python(port, "--seconds", str(SECONDS))
        web_us, redis_us = (
            (servers.cpu_seconds(pids) - spent) / found["requests"] * 1e6
            for pids, spent in zip((web, [self._redis_pid]), before, strict=True)
        )
        if answered:
            self._verify(sids, int(found["requests"]), int(found["wrong"]))
        return Round(
            requests_per_second=found["requests"] / found["seconds"],
            p50_ms=found["p50_ms"],
            p99_ms=found["p99_ms"],
            wrong=int(found["wrong"]),
            requests=int(found["requests"]),
            web_cpu_us=web_us,
            redis_cpu_us=redis_us,
        )

    def open_loop(self, port: int) -> dict[str, float]:
        """Turns at a fixed rate, timed from when each was due."""
        sids = traffic.calls(999, OPEN_RATE * OPEN_SECONDS // TURNS)
        self._send_all(port, traffic.turns(sids, range(1)))
        self._list.write_text("".join(traffic.lines(traffic.turns(sids, range(1, TURNS + 1)))))
        return {"rate": OPEN_RATE, **self._python(port, "--rate", str(OPEN_RATE))}

    def _send_all(self, port: int, turns: Sequence[traffic.Turn]) -> None:
        found = asyncio.run(traffic.closed_loop(port, turns, CONNECTIONS, 600.0))
        if found.wrong or found.requests != len(turns):
            raise RuntimeError(f"{found.wrong} of {found.requests} calls were not answered")

    def _wrk(self, port: int) -> dict[str, float]:
        command = [
            *servers.pinned(self._cores.rest),
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS:.0f}s",
            "-s",
            str(HERE / "turns.lua"),
            f"http://127.0.0.1:{port}",
        ]
        environment = {
            **os.environ,
            "TURNS": str(self._list),
            "FORM_HEAD": traffic.HEAD,
            "FORM_TAIL": traffic.TAIL,
        }
        output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        result = next(line for line in output.splitlines() if line.startswith("RESULT"))
        requests, microseconds, wrong, p50, p99 = map(float, result.split()[1:])
        seconds, p50_ms, p99_ms = microseconds / 1e6, p50 / 1000, p99 / 1000
        return {"requests": requests, "seconds": seconds, "wrong": wrong, "p50_ms": p50_ms, "p99_ms": p99_ms}

    def _python(self, port: int, *options: str) -> dict[str, float]:
        command = [
            *servers.pinned(self._cores.rest),
            sys.executable,
            "-m",
            "benchmarks.traffic",
            str(port),
            str(self._list),
            "--connections",
            str(CONNECTIONS),
            *options,
        ]
        found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return found

    def _verify(self, sids: Sequence[str], requests: int, wrong: int) -> None:
        """Every answer counted was a turn taken: the sessions' turns add up to the requests sent."""
        keys = Keys()
        with Redis.from_url(self._url) as client:
            pipeline = client.pipeline(transaction=False)
            for sid in sids:
                pipeline.hget(keys.session(sid), "turn")
            taken = sum(int(turn or 0) for turn in pipeline.execute())
        # What was under way when the round ended was taken but not counted; a caller sent to the fallback because Redis
        # had no core for a quarter of a second was answered but took no turn.
        self.not_taken += max(0, requests - taken)
        if wrong or not requests * (1 - LOST_SHARE) <= taken <= requests + CONNECTIONS:
            raise RuntimeError(f"{requests} requests answered, {wrong} wrongly, but {taken} turns taken")
        self.verified += taken


def _environment(folder: Path, url: str) -> dict[str, str]:
    database = f"sqlite:///{folder / 'history.sqlite'}"
    migrate(database)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE.parent),
        "REDIS_URL": url,
        "DATABASE_URL": database,
        "PUBLIC_BASE_URL": traffic.PUBLIC,
        "TWILIO_ACCOUNT_SID": traffic.ACCOUNT,
        "TWILIO_AUTH_TOKEN": traffic.TOKEN,
        "HOTLINE_SECRET_KEY": "s" * 32,
        "HOTLINE_FLOWS": str(HERE / "flows"),
        "HOTLINE_VAR": str(folder / "var"),
        "HOTLINE_FALLBACK_NUMBER": "+33199009999",
    }
