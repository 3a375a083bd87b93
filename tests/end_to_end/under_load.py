"""A whole Hotline of a test's own under a load of calls, whose processes can be killed, and what it all came to."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests
import yaml

from exchange.load.plan import Arrival, Plan, plan_json
from exchange.player import APPLICATION_ERROR
from ivr.cli.agents import import_agents
from ivr.cli.bank.house import LINE, House
from ivr.cli.demo import Demo
from ivr.cli.parts import answers
from ivr.cli.stack import Stack, StackOptions
from ivr.services.ports import StoreDown
from ivr.store.redis.event_reader import unfolded

SPEED = 8
AGENTS = tuple(f"A{n}" for n in range(8))
FALLBACK = "+33199009999"
HELD_BACK_MS = 2_000 * SPEED
"""While the disk is busy, Redis itself keeps to itself for so long what it is to write: that is lost besides."""
FOUND_AGAIN_MS = 1_500 * SPEED
"""So long each process may take to find the store again: whoever hangs up then is noted only where it is remembered."""
KEYS = ("1",) * 8
"""Two menus lead to the line. Whoever is asked once more, by a Hotline that has forgotten, answers once more."""
WEBHOOK_SECONDS = 15.0
"""What the carrier gives a webhook, in real seconds: processes and networks don't run faster with the clock."""
OUT_OF_REACH = "out of reach"


@dataclass(frozen=True)
class Caller:
    """A call from outside, over. `ways`: how it was served or ended, once each: `agent NAME` for everybody it was
    connected with, `elsewhere` where it was put through to the fallback number, `gave up` where its caller hung up
    without either, `out of reach` where the carrier got no answer from the address nor from the fallback's, and
    apologised itself: nothing of such a call ever came here. `lasted`: from when to when, in ms of the clock."""

    sid: str
    ways: tuple[str, ...]
    lasted: tuple[int, int]


def _ways_out(leg: dict[str, Any], agents: dict[str, str], sent_on: set[str]) -> tuple[str, ...]:
    happened = leg["timeline"]
    met = dict.fromkeys(entry["number"] for entry in happened if entry["kind"] == "bridged")
    ways = [f"agent {agents[number]}" for number in met if number in agents]
    if leg["sid"] in sent_on:
        ways.append("elsewhere")
    if ways:
        return tuple(ways)
    if any(entry["kind"] == "ended" and entry["text"] == "caller hung up" for entry in happened):
        return ("gave up",)
    if any(entry["kind"] == "heard" and entry["text"] == APPLICATION_ERROR for entry in happened):
        return (OUT_OF_REACH,)
    return ()


def _lasted(leg: dict[str, Any]) -> tuple[int, int]:
    moments = [entry["at_ms"] for entry in leg["timeline"] if entry["kind"] in {"dialled", "ended"}]
    return moments[0], moments[-1]


class Centre:
    """A bank's line with eight agents on duty, `SPEED` times as fast. `end` stops it."""

    def __init__(self, folder: Path) -> None:
        self.house = House([], {agent: frozenset({"PS"}) for agent in AGENTS})
        flows, phones = folder / "flows", folder / "phones.yaml"
        self.house.write(flows)
        self.house.write_phones(phones)
        book = yaml.safe_load(phones.read_text())
        book["phones"].append({"name": "Permanence", "number": FALLBACK, "ring": [0.5, 1.0], "seed": 99})
        phones.write_text(yaml.safe_dump(book))
        now = time.time()
        self.stack = Stack(
            StackOptions(
                var=folder / "var", port=0, flows=flows, phones=phones, clock=f"{SPEED}@{now}={now}",
                fallback_number=FALLBACK, calls_per_second=1000, least_timeout=WEBHOOK_SECONDS,
            )
        )  # fmt: skip
        self.stack.start()
        self.killed: list[int] = []
        self.forgotten: list[tuple[int, int]] = []
        self._whole = {part: len(self.alive(part)) for part in PARTS}
        self.hotline = Demo(self.stack).hotline
        import_agents(flows / "agents.yaml", self.hotline.agents)
        for agent in AGENTS:
            self.hotline.presence.log_in(agent.lower())

    def end(self) -> None:
        """Stop everything."""
        self.hotline.close()
        self.stack.stop()

    # --- the load --------------------------------------------------------------------------------------------------
    def dial(self, calls: int, every: float, patience: Callable[[int], float], talk: Callable[[int], float]) -> None:
        """Let `calls` people dial in, one `every` so many seconds (of the scaled clock)."""
        start = self.hotline.clock.now() + timedelta(seconds=SPEED / 2)
        arrivals = [
            Arrival(n * every, f"+3363998{6000 + n}", LINE, KEYS, patience(n), talk(n), str(n)) for n in range(calls)
        ]
        self._load("POST", plan_json(Plan(start, tuple(arrivals))))

    def enough(self) -> None:
        """Let nobody else dial in."""
        self._load("DELETE")

    def figures(self) -> dict[str, Any]:
        """How the load goes."""
        return self._load("GET")

    def callers(self) -> list["Caller"]:
        """What became of everybody who dialled, as the exchange knows it."""
        url = f"{self.stack.exchange_url}/exchange/calls"
        legs = requests.get(url, params={"all": "1"}, timeout=30).json()["calls"]
        agents = {number: agent.lower() for agent, number in self.house.numbers.items()}
        sent_on = {leg["parent"] for leg in legs if leg["to"] == FALLBACK}
        return [
            Caller(leg["sid"], _ways_out(leg, agents, sent_on), _lasted(leg))
            for leg in legs
            if leg["direction"] == "inbound"
        ]

    def folded(self) -> bool:
        """Whether the history knows of every event there was. What a killed process held in hand goes to another one
        when it has been silent for half a minute."""
        return unfolded(self.hotline.redis, self.hotline.keys) == 0

    def _load(self, method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        reply = requests.request(method, f"{self.stack.exchange_url}/phones/load", json=body, timeout=30)
        reply.raise_for_status()
        told: dict[str, Any] = reply.json()
        return told

    # --- processes -------------------------------------------------------------------------------------------------
    def alive(self, part: str) -> list[int]:
        """The processes that do a part's work, the oldest first."""
        found = [pid for pid in _below(self._supervisor) if PARTS[part] in _command(pid)]
        return sorted(pid for pid in found if not any(child in found for child in _children(pid)))

    def kill(self, part: str, most: int = 1) -> None:
        """SIGKILL, as the machine does when memory runs out: nobody has a chance to tidy up."""
        pids = self.alive(part)[:most]
        assert pids, f"nobody there who does {part}"
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.killed += pids

    def kill_store(self, lost: float) -> None:
        """SIGKILL Redis, at its worst: what it wrote in the last `lost` real seconds is gone with it.

        `appendfsync everysec` allows for two. Redis stands still while the end of its log is cut off, and never knows.
        """
        (pid,) = self.alive("redis")
        (log,) = (self.stack.options.var / "redis" / "appendonlydir").glob("*.incr.aof")
        began, kept = self.hotline.clock.now_ms(), log.stat().st_size
        time.sleep(lost)
        os.kill(pid, signal.SIGSTOP)
        os.truncate(log, kept)
        os.kill(pid, signal.SIGKILL)
        self.killed.append(pid)
        when(lambda: self.hotline.redis.execute("PING"), "the store answers again")
        since, until = began - HELD_BACK_MS, self.hotline.clock.now_ms() + FOUND_AGAIN_MS
        if self.forgotten and since <= self.forgotten[-1][1]:  # what was restored of a call is lost once more
            since, _ = self.forgotten.pop()
        self.forgotten.append((since, until))

    def forgot(self, caller: "Caller") -> bool:
        """Whether a call began and was over in a time of which the store knows nothing."""
        began, ended = caller.lasted
        return any(since <= began and ended <= until for since, until in self.forgotten)

    def whole(self) -> bool:
        """Whether every part has as many processes as in the beginning, none of them killed, and the web serves."""
        counted = {part: self.alive(part) for part in PARTS}
        return all(
            len(pids) == self._whole[part] and not set(pids) & set(self.killed) for part, pids in counted.items()
        ) and answers(f"{self.stack.web_url}/readyz")

    @property
    def _supervisor(self) -> int:
        return int((self.stack.options.var / "run" / "supervisord.pid").read_text())


PARTS = {
    "calls": "queue_worker calls",
    "records": "queue_worker records",
    "web": "ivr.app:wsgi",
    "redis": "-server",
}
"""What tells a part's processes from others of the same stack."""


def _below(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _below(child)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def when(true: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until something is so. A store that is away for a moment counts as not yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except StoreDown:
            pass
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)
