"""What routing costs, from 100 to 100,000 waiting calls and from 10 to 10,000 agents, as ratios to doing nothing.

    python -m benchmarks.run routing

server   CPU of Redis in the script, by Redis's own count (`INFO commandstats`: EVALSHA after `CONFIG RESETSTAT`)
cpu      CPU of the whole Redis process (`INFO cpu`): with the network, and the log where it is kept
p50, p99 from the call of the verb in Python until its answer is read

A verb's calls run in rounds of up to 50, each right after as many calls of `lua/noop.lua` by the same client, one
request at a time. Redis and the client have a core each. Calls have real ids, a reason and a number; agents have 1 to
8 of 50 skills; half of them take the calls that wait, the others are free for lines in which nobody waits. Redis keeps
its log as in production (append-only file, fsync every second) except where a cell says otherwise. Bytes are what the
data grew by for each call more that waits, after each has given a sign of life: without the event stream, whose length
is fixed, and without calls that are over, which are kept for a day.
"""

import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.routing_centre import HOPELESS, MANY, NORMAL, RINGS, Case, Centre
from benchmarks.routing_cost import Day

BENCHMARK = True
WAITING = (100, 1_000, 10_000, 100_000)
AGENTS = (10, 100, 1_000, 10_000)
MATCHES = 1_000
BIG = WAITING[-1]


@dataclass(frozen=True, slots=True)
class Limit:
    """What is required, in words and as a number, and what was found."""

    what: str
    most: float
    figure: float

    def kept(self) -> dict[str, Any]:
        """For the file."""
        return {"what": self.what, "at_most": self.most, "figure": self.figure, "holds": self.figure <= self.most}


@dataclass(frozen=True, slots=True)
class Plan:
    """A centre to measure at ever more waiting calls; `log`: whether its Redis keeps one."""

    case: Case
    agents: int
    waiting: tuple[int, ...]
    log: bool = True


def main(results: Path) -> None:
    """Measure and write `routing.json` below `results`."""
    cores = servers.Cores.here(web=1)
    with _on(cores.web), tempfile.TemporaryDirectory() as name:
        plans = enumerate(_plans())
        cells = [cell for number, plan in plans for cell in measured(Path(name) / str(number), cores.rest, plan)]
    limits = _limits(cells)
    found = {
        "requirements": [limit.kept() for limit in limits],
        "method": __doc__.partition("\n\n")[2].strip() if __doc__ else "",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "redis": cells[0]["redis"],
        "cells": cells,
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "routing.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    for limit in limits:
        print(
            f"routing: {limit.what}: {limit.figure} (at most {limit.most}) {'' if limit.kept()['holds'] else 'FAILS'}"
        )


def _plans() -> Iterator[Plan]:
    for agents in AGENTS:
        yield Plan(NORMAL, agents, WAITING)
    yield Plan(NORMAL, 100, (WAITING[1], BIG), log=False)
    yield Plan(HOPELESS, 100, WAITING[1:])
    yield Plan(RINGS, 100, (WAITING[1], BIG))
    yield Plan(MANY, 100, (BIG,))


def measured(folder: Path, cores: str, plan: Plan) -> Iterator[dict[str, Any]]:
    """A cell for each number of waiting calls. `folder` is new."""
    folder.mkdir()
    with servers.redis(folder, cores, log=plan.log) as (url, _):
        centre = Centre(url, plan.case, plan.agents)
        centre.staff()
        for calls in plan.waiting:
            centre.forget()
            before, stood = centre.used_bytes(), len(centre.waiting)
            centre.grow(calls)
            size = centre.used_bytes() - before
            verbs = Day(centre).run(MATCHES)
            if centre.standing() != calls:
                raise RuntimeError(f"{centre.standing()} calls wait in Redis, not {calls}")
            yield {
                "case": plan.case.name,
                "waiting": calls,
                "agents": plan.agents,
                "requirements": len({call.requirement for call in centre.waiting}),
                "requirements_an_agent_meets": round(sum(len(one.serves) for one in centre.busy) / len(centre.busy), 1),
                "log": "append-only file, fsync every second" if plan.log else "none",
                "bytes_a_call": round(size / (calls - stood), 1),
                "redis": centre.redis.info("server")["redis_version"],
                "verbs": verbs,
            }
        centre.close()


def _limits(cells: list[dict[str, Any]]) -> list[Limit]:
    def match(cell: dict[str, Any]) -> float:
        return float(cell["verbs"]["match"]["server_ratio"])

    def flat(case: Case) -> float:
        by = {(cell["agents"], cell["waiting"]): match(cell) for cell in kept if cell["case"] == case.name}
        return round(max(by[agents, BIG] / by[agents, 1_000] for agents, waiting in by if waiting == BIG), 2)

    kept = [cell for cell in cells if cell["log"] != "none"]
    full = [cell for cell in kept if cell["waiting"] == BIG]
    by = {case.name: [cell for cell in full if cell["case"] == case.name] for case in (NORMAL, HOPELESS, MANY)}
    same = "the same where 99 % can be answered by nobody present"
    return [
        Limit(
            "match at 100,000 waiting as a multiple of at 1,000, the worst of 10 to 10,000 agents", 1.3, flat(NORMAL)
        ),
        Limit(same, 1.3, flat(HOPELESS)),
        Limit("match at 100,000 as a multiple of doing nothing, likewise", 25, max(map(match, by[NORMAL.name]))),
        Limit(same, 25, max(map(match, by[HOPELESS.name]))),
        Limit("the same with 6,000 different requirements at once", 60, max(map(match, by[MANY.name]))),
        Limit("bytes a waiting call, of 100,000", 400, max(cell["bytes_a_call"] for cell in by[NORMAL.name])),
    ]


@contextmanager
def _on(cores: str) -> Iterator[None]:
    """This process on these cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(core) for core in cores.split(",")})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
