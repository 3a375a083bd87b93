"""The desk's ports in memory: lines with calls whose places, rings and agents a test sets as it likes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ivr.core.agent import Agent
from ivr.core.queue import WaitingCall
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import Rules
from ivr.core.routing.order import CLASS_SPAN
from ivr.core.routing.rings import OpenRing
from ivr.services.desk_ports import Face, Standing
from ivr.services.lines_port import QueueNow, Snapshot


@dataclass(frozen=True)
class Done:
    """What an act came to."""

    refused: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True)
class FakeRange:
    """A forecast."""

    low_s: float
    high_s: float


@dataclass(frozen=True)
class FakeTold:
    """A forecast's record."""

    told: int
    covered: float
    error_s: float


class FakeForecasts:
    """Two minutes for each call ahead."""

    def expected(self, queue: str, figures: QueueFigures) -> FakeRange | None:
        return FakeRange(figures.ahead * 60 + 30, figures.ahead * 90 + 90) if figures.staff else None

    def accuracy(self, queue: str) -> FakeTold | None:
        return FakeTold(120, 0.83, 41.0) if queue == "passports" else None


@dataclass
class FakeDesk:
    """`DeskStore` and `Faces` in memory."""

    places: dict[str, Standing] = field(default_factory=dict)
    people: dict[str, tuple[Agent, str]] = field(default_factory=dict)
    known: dict[str, Face] = field(default_factory=dict)
    acts: list[tuple[object, ...]] = field(default_factory=list)

    # --- for tests -------------------------------------------------------------------------------------------------
    def wait(self, call: str, queue: str, since_ms: int, *, face: Face | None = None, **more: object) -> None:
        """A call waits."""
        standing = {
            name: more.pop(name) for name in ("wanted", "ring", "rings", "next_ring_ms", "asks") if name in more
        }
        offset = int(more.pop("offset", CLASS_SPAN))  # type: ignore[call-overload]
        record = WaitingCall(call, queue, "waiting", since_ms, since_ms, since_ms + offset, group=f"L{queue}")
        self.places[call] = Standing(replace(record, **more), **standing)  # type: ignore[arg-type]
        self.known[call] = face or Face("+33*******78")

    def agent(
        self, agent: str, state: str, skills: str, *, call: str = "", reason: str = "", since_ms: int = 0
    ) -> None:
        """An agent is logged in."""
        made = Agent(agent, state, since_ms=since_ms, call=call, pause_reason=reason, name=agent.title())  # type: ignore[arg-type]
        self.people[agent] = (made, skills)

    # --- the ports -------------------------------------------------------------------------------------------------
    def standing(self, call: str) -> Standing | None:
        return self.places.get(call)

    def waiting_in(self, queue: str, start: int, count: int) -> Sequence[Standing]:
        return self._order(queue)[start : start + count]

    def figures(self, queue: str, call: str = "") -> QueueFigures:
        order = self._order(queue)
        ahead = [place.call.call for place in order].index(call) if call and self.places[call] in order else len(order)
        return QueueFigures(
            at_ms=0,
            waiting=len(order),
            ahead=ahead,
            callbacks_ahead=sum(place.call.mode == "callback" for place in order[:ahead]),
            staff=len(self.people),
            head_since_ms=min((place.call.virtual_start_ms for place in order), default=0),
        )

    def snapshot(self, now_ms: int, calls: int = 50) -> Snapshot:
        names = sorted({place.call.queue for place in self.places.values()})
        queues = tuple(QueueNow(name, len(self._order(name))) for name in names)
        agents = tuple(agent for agent, _ in self.people.values())
        return Snapshot(now_ms, agents, queues, {agent.id: skills for agent, skills in self.people.values()})

    def boost(self, call: str, seconds: int, by: str, now_ms: int) -> Done:
        self.acts.append(("boost", call, seconds, by))
        place = self.places[call]
        self._set(call, place, score=place.call.score - 1000 * seconds)
        return Done()

    def move(  # noqa: PLR0917 - the port's shape
        self, call: str, queue: str, rings: tuple[OpenRing, ...], rules: Rules, by: str, now_ms: int
    ) -> Done:
        self.acts.append(("move", call, queue, tuple(ring.wanted for ring in rings), by))
        place = self.places[call]
        self._set(call, replace(place, wanted=rings[0].wanted, ring=1, rings=len(rings)), queue=queue, state="waiting")
        return Done()

    def pull(self, call: str, agent: str, by: str, now_ms: int) -> Done:
        self.acts.append(("pull", call, agent, by))
        found = self.people.get(agent)
        if found is None or found[0].state != "available":
            return Done("busy")
        self._set(call, self.places[call], state="offered", agent=agent)
        self.agent(agent, "reserved", found[1], call=call)
        return Done(offers=(f"{call}-1",))

    def faces(self, calls: Sequence[str]) -> Mapping[str, Face]:
        return {call: self.known[call] for call in calls if call in self.known}

    def _order(self, queue: str) -> list[Standing]:
        found = [place for place in self.places.values() if place.call.queue == queue and place.call.state == "waiting"]
        return sorted(found, key=lambda place: (place.call.score, place.call.call))

    def _set(self, call: str, place: Standing, **changed: object) -> None:
        self.places[call] = replace(place, call=replace(place.call, **changed))  # type: ignore[arg-type]
