"""Fakes at the ports, for tests of the product's verbs. Each behaves as its contract suite says the real thing does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ivr.core.events import Event
from ivr.core.flow.model import Flow
from ivr.core.queue_rules import QueueDefinition
from ivr.services.ports import AgentProfile, CarrierError, Leg, Line, OpenRoom

ENDED = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass
class FakeClock:
    """A clock that is moved by hand."""

    ms: int = 1_700_000_000_000
    speed: float = 1.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.ms / 1000, UTC)

    def now_ms(self) -> int:
        return self.ms

    def pass_ms(self, ms: int) -> int:
        self.ms += ms
        return self.ms


@dataclass
class MadeLeg:
    """A leg the fake carrier was asked for."""

    sid: str
    to_number: str
    from_number: str
    path: str
    made_ms: int
    status: str = "queued"


class FakeCarrier:
    """The `Carrier` port in memory. `faults` are raised by the next requests of that name, oldest first; a fault marked
    `after` acts first and then loses its answer, as a time-out may."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.legs: dict[str, MadeLeg] = {}
        self.redirects: list[tuple[str, str]] = []
        self.hung_up: list[str] = []
        self.seated: dict[str, tuple[str, ...]] = {}
        self.texts: list[tuple[str, str, str, str]] = []
        self.recordings: dict[str, bytes] = {}
        self.faults: dict[str, list[tuple[CarrierError, bool]]] = {}
        self.requests: list[str] = []
        self.on_call: Callable[[MadeLeg], None] | None = None

    # --- the port --------------------------------------------------------------------------------------------------
    def call(self, *, to_number: str, from_number: str, path: str, status_path: str, ring_seconds: int) -> str:
        after = self._fault("call")
        sid = f"CA{len(self.legs) + 1:032x}"
        leg = MadeLeg(sid, to_number, from_number, path, self.clock.now_ms(), "ringing")
        self.legs[sid] = leg
        if self.on_call:
            self.on_call(leg)
        if after:
            raise after
        return sid

    def redirect(self, call_sid: str, path: str) -> None:
        after = self._fault("redirect")
        self._live(call_sid)
        self.redirects.append((call_sid, path))
        if after:
            raise after

    def hang_up(self, call_sid: str) -> None:
        after = self._fault("hang_up")
        self.hung_up.append(call_sid)
        leg = self.legs.get(call_sid)
        if leg is not None and leg.status not in ENDED:
            leg.status = "canceled" if leg.status in ("queued", "ringing") else "completed"
        if after:
            raise after

    def leg(self, call_sid: str) -> Leg:
        self._fault("leg")
        leg = self._known(call_sid)
        return Leg(leg.sid, leg.status, leg.to_number)

    def legs_to(self, to_number: str, since: datetime) -> Sequence[Leg]:
        self._fault("legs_to")
        since_ms = int(since.timestamp() * 1000)
        rung = [leg for leg in self.legs.values() if leg.path]
        found = [leg for leg in rung if leg.to_number == to_number and leg.made_ms >= since_ms]
        return [Leg(leg.sid, leg.status, leg.to_number) for leg in reversed(found)]

    def rooms(self) -> Sequence[OpenRoom]:
        self._fault("rooms")
        return [OpenRoom(f"CF{name}", name) for name in self.seated]

    def in_room(self, room_sid: str) -> Sequence[str]:
        self._fault("in_room")
        return self.seated.get(room_sid.removeprefix("CF"), ())

    def text(self, *, to_number: str, from_number: str, text: str, status_path: str) -> str:
        after = self._fault("text")
        self.texts.append((to_number, from_number, text, status_path))
        if after:
            raise after
        return f"SM{len(self.texts):032x}"

    def recording(self, recording_sid: str) -> bytes:
        self._fault("recording")
        if recording_sid not in self.recordings:
            raise CarrierError("no such recording", code=20404, gone=True)
        return self.recordings[recording_sid]

    def delete_recording(self, recording_sid: str) -> None:
        self._fault("delete_recording")
        self.recordings.pop(recording_sid, None)

    # --- for tests -------------------------------------------------------------------------------------------------
    def fail(self, request: str, error: CarrierError, *, after: bool = False) -> None:
        """Let the next request of this name fail; `after` it has acted."""
        self.faults.setdefault(request, []).append((error, after))

    def inbound(self, call_sid: str, status: str = "in-progress", to_number: str = "") -> None:
        """A caller's leg, so that looking at it finds something."""
        self.legs[call_sid] = MadeLeg(call_sid, to_number, "", "", self.clock.now_ms(), status)

    def pick_up(self, call_sid: str) -> None:
        """A phone that rings is answered; nothing where it doesn't ring."""
        leg = self.legs.get(call_sid)
        if leg is not None and leg.status not in ENDED:
            leg.status = "in-progress"

    def ringing(self) -> list[MadeLeg]:
        """Agents' legs that are up."""
        return [leg for leg in self.legs.values() if leg.path and leg.status not in ENDED]

    def _fault(self, request: str) -> CarrierError | None:
        self.requests.append(request)
        waiting = self.faults.get(request)
        if not waiting:
            return None
        error, after = waiting.pop(0)
        if not after:
            raise error
        return error

    def _known(self, sid: str) -> MadeLeg:
        if sid not in self.legs:
            raise CarrierError("no such call", code=20404, gone=True)
        return self.legs[sid]

    def _live(self, sid: str) -> None:
        if self._known(sid).status != "in-progress":
            raise CarrierError("not in progress", code=21220, gone=True)


@dataclass
class FakeJobs:
    """The `Jobs` port: keeps what was hinted."""

    hints: list[tuple[str, ...]] = field(default_factory=list)

    def hint(self, job: str, *args: str) -> None:
        self.hints.append((job, *args))

    def take(self) -> list[tuple[str, ...]]:
        taken, self.hints = self.hints, []
        return taken


@dataclass
class FakeLive:
    """The `Live` port: keeps what was published."""

    events: list[Event] = field(default_factory=list)

    def publish(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class FakeMeter:
    """The `Meter` port: keeps what was counted."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def count(self, name: str, label: str = "") -> None:
        self.counts[name, label] = self.counts.get((name, label), 0) + 1

    def observe(self, kind: str, seconds: float) -> None:
        self.count(f"webhook_{kind}")


@dataclass
class FakeAgents:
    """The `Agents` port in memory."""

    profiles: dict[str, AgentProfile] = field(default_factory=dict)

    def add(self, agent_id: str, **skills: int) -> AgentProfile:
        profile = AgentProfile(agent_id, agent_id.title(), f"+3315550{len(self.profiles):04d}", dict(skills))
        self.profiles[agent_id] = profile
        return profile

    def train(self, agent_id: str, **skills: int) -> None:
        self.profiles[agent_id] = replace(self.profiles[agent_id], skills=dict(skills))

    def set_skill(self, agent_id: str, skill: str, level: int | None) -> bool:
        if agent_id not in self.profiles:
            return False
        skills = {name: known for name, known in self.profiles[agent_id].skills.items() if name != skill}
        return self.set_skills(agent_id, skills if level is None else skills | {skill: level})

    def set_skills(self, agent_id: str, skills: dict[str, int]) -> bool:
        if agent_id not in self.profiles:
            return False
        self.train(agent_id, **skills)
        return True

    def all(self) -> Sequence[AgentProfile]:
        return [self.profiles[name] for name in sorted(self.profiles)]

    def get(self, agent_id: str) -> AgentProfile | None:
        return self.profiles.get(agent_id)

    def by_number(self, number: str) -> AgentProfile | None:
        return next((profile for profile in self.profiles.values() if profile.number == number), None)


@dataclass
class FakeFlows:
    """The `Flows` port: queues only."""

    queue_definitions: dict[str, QueueDefinition] = field(default_factory=dict)

    def line_for(self, number: str) -> Line | None:
        return None

    def current(self, flow: str) -> Flow | None:
        return None

    def answering(self, line: Line, caller: str) -> Flow | None:
        return self.current(line.flow)

    def pinned(self, digest: str) -> Flow | None:
        return None

    def queue(self, name: str) -> QueueDefinition | None:
        return self.queue_definitions.get(name)

    def lines(self) -> Sequence[Line]:
        return ()

    def queues(self) -> Sequence[QueueDefinition]:
        return tuple(self.queue_definitions.values())
