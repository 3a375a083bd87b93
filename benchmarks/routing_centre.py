"""A centre of any size in a real Redis, built through the verbs the product uses.

Half of the agents take the calls that wait; they are in after-call work between two of them. The other half are free
and serve groups in which nobody waits: a call that joins one of those is offered at once.
"""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from redis import Redis

from ivr.core.routing.order import offset
from ivr.core.routing.rings import OpenRing
from ivr.core.routing.skills import either, may_answer, requirement
from ivr.services.clock import RealClock
from ivr.services.lines_port import Request
from ivr.store.redis.client import Argument, StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.scripts import load_script

SKILLS = 50
QUEUES = 10
"""What an agent hears of a call before taking it: the choices the caller made."""
DIALLED = "+33199001000"
TURN = 3
ORDER = offset(urgent=False, priority_seconds=0)
_BATCH = 2000
_TIDY_SECONDS = 1.5
"""How long Redis has to fit its tables to fewer keys."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a centre is like: what its calls ask for, and what a share of them asks for that nobody present can meet.

    With `rings` each call's ring widens after one minute and after two.
    """

    name: str
    wanted: tuple[str, ...]
    hopeless: tuple[str, ...] = ()
    hopeless_share: float = 0.0
    rings: bool = False


def skill(number: int) -> str:
    """A skill agents may have."""
    return f"skill{number:02d}"


def requirements(count: int, seed: int = 1) -> tuple[str, ...]:
    """So many different requirements: each skill, then pairs, then threes of them, at levels from 1 to 3."""
    chance = random.Random(seed)
    found = {requirement({skill(number): 1}): None for number in range(SKILLS)}
    of = 2 if count <= SKILLS * 10 else 3
    while len(found) < count:
        asked = chance.sample(range(SKILLS), chance.randint(2, of))
        found[requirement({skill(number): chance.randint(1, 3) for number in asked})] = None
    return tuple(found)[:count]


QUIET = tuple(requirement({f"quiet{number:02d}": 1}) for number in range(SKILLS))
"""Requirements of the lines in which nobody waits."""
NOBODY = tuple(requirement({f"nobody{number:02d}": 1}) for number in range(SKILLS))
"""Requirements that none of the agents meets."""


@dataclass(slots=True)
class Person:
    """An agent of the benchmark. `serves` are the requirements of the case they can meet."""

    id: str
    skills: dict[str, int]
    serves: tuple[str, ...] = ()


@dataclass(slots=True)
class Centre:
    """A centre. `busy` agents take calls that wait, `free` ones those of quiet lines; `waiting` is who stands in line.

    Built with `staff` first, then `grow`n to ever more waiting calls.
    """

    url: str
    case: Case
    agents: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    busy: list[Person] = field(default_factory=list)
    free: list[Person] = field(default_factory=list)
    waiting: list[Request] = field(default_factory=list)
    client: StateClient = field(init=False)
    lines: RedisLines = field(init=False)
    later: RedisLines = field(init=False)
    redis: Redis = field(init=False)
    clock: RealClock = field(default_factory=RealClock)

    def __post_init__(self) -> None:
        self.client = StateClient(self.url, timeout=60.0)
        self.lines = RedisLines(self.client, Keys(), own_time=True)
        self.later = RedisLines(self.client, Keys())
        self.redis = Redis.from_url(self.url, socket_timeout=60)

    @property
    def now(self) -> int:
        """The time, ms, as the product's own clock tells it."""
        return self.clock.now_ms()

    def staff(self) -> None:
        """Make every group and log everybody in."""
        self.redis.flushall()
        for wanted in (*self.case.wanted, *self.case.hopeless, *QUIET):
            call = self.request(wanted)
            self.lines.join(call, self.now)
            self.lines.leave(call.call, "abandoned", self.now)
        for number in range(self.agents):
            quiet = number % 2 == 1
            names = [f"quiet{at:02d}" if quiet else skill(at) for at in range(SKILLS)]
            person = Person(f"agent-{number:05d}", self._skills(names))
            if not quiet:
                person.serves = tuple(w for w in self.case.wanted if may_answer(person.skills, w, person.id))
            self.lines.log_in(person.id, f"Camille {number}", person.skills, self.now)
            if not quiet:
                self.lines.wish(person.id, "paused", "start", self.now)
            if quiet or person.serves:
                (self.free if quiet else self.busy).append(person)

    def grow(self, calls: int) -> None:
        """Let calls join until so many wait; each gives a sign of life."""
        few: list[Request] = []
        stay = int(calls * self.case.hopeless_share)
        have = sum(call.requirement in set(self.case.hopeless) for call in self.waiting)
        while len(self.waiting) + len(few) < calls:
            hopeless = have < stay
            have += hopeless
            few.append(self.request(self.chance.choice(self.case.hopeless if hopeless else self.case.wanted)))
        self.chance.shuffle(few)
        for at in range(0, len(few), _BATCH):
            self._together(lambda lines, call: lines.join(call, self.now), few[at : at + _BATCH])
        self.waiting += few
        for at in range(0, len(self.waiting), _BATCH):
            self._together(lambda lines, call: lines.waiting(call.call, self.now), self.waiting[at : at + _BATCH])

    def request(self, wanted: str) -> Request:
        """A new call that asks for something."""
        queue = f"line{hash_of(wanted) % QUEUES}"
        call = f"CA{self.chance.getrandbits(128):032x}"
        rings: tuple[OpenRing, ...] = ()
        if self.case.rings:
            wider = either(wanted, requirement({skill(hash_of(wanted) % SKILLS): 2}))
            widest = either(wider, requirement({skill(len(wanted)): 1}))
            rings = (OpenRing(0, wanted), OpenRing(60_000, wider), OpenRing(120_000, widest))
        return Request(call, queue, wanted, TURN, ORDER, to_number=DIALLED, asks=wanted, rings=rings)

    def quiet_call(self, person: Person) -> Request:
        """A new call to a quiet line this agent is free for."""
        return self.request(requirement({self.chance.choice(sorted(person.skills)): 1}))

    def used_bytes(self) -> int:
        """What the data take in Redis, without connections, the log on its way to the disk and the event stream, whose
        size is capped and doesn't grow with those who wait."""
        found = self.redis.info("memory")
        events = int(self.redis.memory_usage(Keys().events, samples=0) or 0)
        return int(found["used_memory"]) - int(found["mem_clients_normal"]) - int(found["mem_aof_buffer"]) - events

    def forget(self) -> None:
        """Forget calls that are over, and their reservations, which are kept for a day else."""
        prefix = Keys().prefix
        calls = list(self.redis.scan_iter(f"{prefix}call:*", count=1000))
        pipeline: Any = self.redis.pipeline(transaction=False)
        for key in calls:
            pipeline.hget(key, "state")
        over = [key for key, state in zip(calls, pipeline.execute(), strict=True) if state == b"left"]
        for key in (*over, *self.redis.scan_iter(f"{prefix}reservation:*", count=1000)):
            pipeline.delete(key)
        pipeline.execute()
        time.sleep(_TIDY_SECONDS)

    def standing(self) -> int:
        """How many calls wait, as Redis has it."""
        return sum(queue.waiting for queue in self.lines.snapshot(self.now, 1).queues)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self.redis.close()

    def _skills(self, names: Sequence[str]) -> dict[str, int]:
        return {name: self.chance.randint(1, 10) for name in self.chance.sample(names, self.chance.randint(1, 8))}

    def _together(self, act: Callable[[RedisLines, Request], object], calls: Sequence[Request]) -> None:
        """Do something to calls that leaves them waiting: the scripts `RedisLines` would call, sent together."""
        kept = _Kept(self.url)
        lines = RedisLines(kept, Keys(), own_time=True)
        for call in calls:
            act(lines, call)
        pipeline: Any = self.redis.pipeline(transaction=False)
        for text in kept.texts:
            self.redis.script_load(text)
        for words in kept.sent:
            pipeline.execute_command(*words)
        for reply in pipeline.execute():
            if json.loads(reply).get("state") != "waiting":
                raise RuntimeError(f"a call that should wait got {reply!r}")


class _Kept(StateClient):
    """Keeps what is sent instead of sending it, and answers that the call waits."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sent: list[tuple[Argument, ...]] = []
        self.texts: set[str] = set()

    def script(self, name: str) -> Any:
        sha = load_script(name).sha
        self.texts.add(load_script(name).text)

        def call(keys: Sequence[Argument], args: Sequence[Argument]) -> bytes:
            self.sent.append(("EVALSHA", sha, len(keys), *keys, *args))
            return b'{"state": "waiting"}'

        return call


def hash_of(text: str) -> int:
    """A number that depends on the text alone, in every run."""
    return sum(ord(letter) * (at + 1) for at, letter in enumerate(text))


NORMAL = Case("normal", requirements(200))
HOPELESS = replace(NORMAL, name="99 % can be answered by nobody present", hopeless=NOBODY, hopeless_share=0.99)
RINGS = replace(NORMAL, name="three rings a call", rings=True)
MANY = Case("6,000 different requirements", requirements(6000))
