"""What the verbs of the lines cost: Redis's own count, its process's CPU time, and the time until the answer is read.

A verb runs in short rounds, each after as many calls of a script that does nothing, sent by the same client.
"""

import itertools
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from benchmarks.routing_centre import Centre, Person
from ivr.services.lines_port import Request

PART = 50
"""Calls of which one mean is taken, at least."""
MEANS = ("server_us", "cpu_us")
FIGURES = (*MEANS, "p50_us", "p99_us")
Of = TypeVar("Of")
Got = TypeVar("Got")
LEASE_MS = 30_000
WIDER_MS = 61_000


@dataclass(slots=True)
class Round:
    """One round of a verb, or of the script that does nothing: totals in us, times of each call in us."""

    count: int
    server_us: float
    cpu_us: float
    times: list[float]


@dataclass(slots=True)
class Costs:
    """The rounds of each verb beside those of the script that does nothing."""

    centre: Centre
    rounds: dict[str, list[tuple[Round, Round]]] = field(default_factory=dict)
    _noop: Callable[[Any], Any] = field(init=False)

    def __post_init__(self) -> None:
        script = self.centre.client.script("noop")
        keys = (self.centre.lines._prefix,)  # noqa: SLF001 - the key the verbs themselves send
        self._noop = lambda _: script(keys, (self.centre.now, "", 1000))

    def measure(self, verb: str, of: list[Of], act: Callable[[Of], Got]) -> list[Got]:
        """Do something to each, after as many calls that do nothing; what each came to."""
        if not of:
            return []
        nothing, _ = self._round(range(len(of)), self._noop)
        something, got = self._round(of, act)
        self.rounds.setdefault(verb, []).append((something, nothing))
        return got

    def summary(self) -> dict[str, dict[str, float]]:
        """By verb: what it costs, each figure with its ratio to the script that does nothing, which comes first.

        A ratio is to the calls that did nothing just before: of means the median of that of each part, else of both.
        """
        found = {"noop": _figures([noop for pairs in self.rounds.values() for _, noop in pairs])}
        for verb, pairs in self.rounds.items():
            own, nothing = _figures([one for one, _ in pairs]), _figures([noop for _, noop in pairs])
            means = {name: _ratio(pairs, name) for name in MEANS}
            others = {name: own[name] / nothing[name] for name in FIGURES if name not in MEANS}
            found[verb] = own | {name.replace("_us", "_ratio"): round(one, 2) for name, one in (means | others).items()}
        return found

    def _round(self, of: Iterable[Of], act: Callable[[Of], Got]) -> tuple[Round, list[Got]]:
        redis = self.centre.client
        redis.execute("CONFIG", "RESETSTAT")
        before = _cpu_us(redis.execute("INFO", "cpu"))
        times, got = [], []
        for one in of:
            began = time.perf_counter_ns()
            got.append(act(one))
            times.append((time.perf_counter_ns() - began) / 1000)
        after = _cpu_us(redis.execute("INFO", "cpu"))
        stats = _fields(redis.execute("INFO", "commandstats"))
        used = dict(part.split("=") for part in stats["cmdstat_evalsha"].split(","))
        return Round(len(times), float(used["usec"]), after - before, times), got


def _in_parts(rounds: list[Round]) -> list[slice]:
    """Rounds one after another until they have enough calls, and the next."""
    ends = [0]
    for at in range(len(rounds)):
        if sum(kept.count for kept in rounds[ends[-1] : at]) >= PART:
            ends.append(at)
    return [slice(begin, end) for begin, end in itertools.pairwise([*ends, len(rounds)])]


def _mean(rounds: list[Round], name: str) -> float:
    return float(sum(getattr(one, name) for one in rounds) / sum(one.count for one in rounds))


def _ratio(pairs: list[tuple[Round, Round]], name: str) -> float:
    """The median over the parts, so that a disturbed second decides little."""
    own, nothing = [one for one, _ in pairs], [noop for _, noop in pairs]
    return statistics.median(_mean(own[part], name) / _mean(nothing[part], name) for part in _in_parts(own))


def _figures(rounds: list[Round]) -> dict[str, float]:
    """Costs over all rounds. The means are medians of the means of parts, as the ratios are."""
    times: list[float] = sorted(t for one in rounds for t in one.times)

    def mean(name: str) -> float:
        return round(statistics.median(_mean(rounds[part], name) for part in _in_parts(rounds)), 2)

    def within(share: float) -> float:
        return round(times[min(len(times) - 1, int(len(times) * share))], 1)

    return {
        "count": len(times),
        "server_us": mean("server_us"),
        "cpu_us": mean("cpu_us"),
        "p50_us": within(0.5),
        "p99_us": within(0.99),
    }


def _fields(info: Any) -> dict[str, str]:
    pairs = (line.partition(":") for line in info.decode().splitlines())
    return {name: value for name, _, value in pairs}


def _cpu_us(info: Any) -> float:
    found = _fields(info)
    return (float(found["used_cpu_user"]) + float(found["used_cpu_sys"])) * 1e6


class Day:
    """The life of a centre, over and over: calls join, agents take them, somebody gives up; as many wait as before."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._costs = Costs(centre)
        self._turn = 0
        self._stand = len(centre.waiting)

    def run(self, matches: int) -> dict[str, dict[str, float]]:
        """So many matches; what each verb cost."""
        few = max(1, min(50, len(self._centre.busy), len(self._centre.waiting) // 20))
        for number in range(-(-matches // few) + 1):
            if number == 1:
                self._costs.rounds.clear()  # the first warms up
            self._round(few)
        return self._costs.summary()

    def _round(self, few: int) -> None:
        centre, lines, costs = self._centre, self._centre.lines, self._costs
        agents = [centre.busy[(self._turn + at) % len(centre.busy)] for at in range(few)]
        self._turn += few
        arriving = [centre.request(centre.chance.choice(agent.serves)) for agent in agents]
        costs.measure("join", arriving, lambda call: lines.join(call, centre.now))
        changed = costs.measure("match", agents, lambda agent: lines.wish(agent.id, "available", "", centre.now))
        offers = [offer for one in changed for offer in one.offers]
        self._talk(offers)
        for agent, one in zip(agents, changed, strict=True):
            if not one.offers:
                lines.wish(agent.id, "paused", "start", centre.now)
        taken = self._taken(offers)
        centre.waiting = [call for call in (*centre.waiting, *arriving) if call.call not in taken]
        at_random = [self._pick() for _ in range(few)]
        costs.measure("sign of life", at_random, lambda call: lines.waiting(call.call, centre.now))
        if centre.case.rings:
            costs.measure("widen", at_random, lambda call: centre.later.widen(call.call, centre.now + WIDER_MS))
        self._give_up(few)
        self._quiet(few)

    def _taken(self, offers: list[str]) -> set[str]:
        found = (self._centre.lines.reservation(offer) for offer in offers)
        return {one.call for one in found if one}

    def _talk(self, offers: list[str]) -> None:
        """From the offers to the end of the talks; the agents are in after-call work then."""
        centre, lines, costs = self._centre, self._centre.lines, self._costs
        for offer in offers:
            lines.claim(offer, centre.now)
            leg = f"CA{centre.chance.getrandbits(128):032x}"
            lines.ringing(offer, leg, centre.now, lease_ms=LEASE_MS, picked_up=True)
        costs.measure("accept", offers, lambda offer: lines.accept(offer, centre.now))
        calls = [(offer, one.call) for offer in offers if (one := lines.reservation(offer))]
        costs.measure("bridged", calls, lambda pair: lines.bridged(pair[0], pair[1], centre.now))
        for offer in offers:
            lines.met(offer, centre.now)
        costs.measure("finish", offers, lambda offer: lines.finish(offer, centre.now))

    def _give_up(self, few: int) -> None:
        """Some hang up, and as many others come who ask for the same; as many wait as when the round began."""
        centre, lines = self._centre, self._centre.lines
        going: list[Request] = []
        for _ in range(few + len(centre.waiting) - self._stand):
            at = centre.chance.randrange(len(centre.waiting))
            centre.waiting[at], centre.waiting[-1] = centre.waiting[-1], centre.waiting[at]
            going.append(centre.waiting.pop())
        self._costs.measure("abandon", going, lambda call: lines.leave(call.call, "abandoned", centre.now))
        for call in going[:few]:
            again = centre.request(call.requirement)
            lines.join(again, centre.now)
            centre.waiting.append(again)

    def _quiet(self, few: int) -> None:
        """Calls that find somebody free."""
        centre, lines = self._centre, self._centre.lines
        people: list[Person] = [centre.chance.choice(centre.free) for _ in range(min(few, len(centre.free) // 2))]
        calls = [centre.quiet_call(person) for person in people]
        self._costs.measure("join, offered at once", calls, lambda call: lines.join(call, centre.now))
        for call in calls:
            lines.leave(call.call, "abandoned", centre.now)

    def _pick(self) -> Request:
        return self._centre.chance.choice(self._centre.waiting)
