"""The lines in Redis: the Python face of `lua/`, one method a script. See services/lines_port.py for what each does.

A verb is one round trip, except where a call asks for something nobody asked for before: its skill group is made
first, and the agents who are logged in are put into it. Who may serve a group is decided in Python (routing/skills.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ivr.core import agent as agents
from ivr.core import reservation as reservations
from ivr.core.agent import Agent, AgentState
from ivr.core.queue import WaitingCall
from ivr.core.reservation import Cause, Reservation
from ivr.core.routing.groups import groups_for
from ivr.core.routing.skills import requirement
from ivr.services.lines_port import (
    Changed,
    Claim,
    Ended,
    Finished,
    Gone,
    InLine,
    Offer,
    QueueNow,
    Request,
    Snapshot,
)
from ivr.services.ports import StoreDown
from ivr.store.redis.callback_lines import CallbackLines
from ivr.store.redis.client import Argument
from ivr.store.redis.kept_places import KeptPlaces
from ivr.store.redis.keys import fit
from ivr.store.redis.line_acts import LineActs
from ivr.store.redis.line_records import agent_record, call_record, reservation_record, text_map, way_record
from ivr.store.redis.line_verbs import ATTEMPTS, asks_kept, drops_of, offers_of
from ivr.store.redis.old_groups import OldGroups

HEADS = 50
_EVENTS: Mapping[AgentState, agents.AgentEvent] = {"available": "resume", "paused": "pause", "offline": "log_out"}


class RedisLines(CallbackLines, LineActs, KeptPlaces, OldGroups):
    """The `LineStore` port on Redis. Safe to share between threads."""

    # --- calls -----------------------------------------------------------------------------------------------------
    def join(self, request: Request, now_ms: int) -> InLine:
        """Join a line, once a turn."""
        arguments = (
            fit("call", request.call), request.queue, request.rules.digest, request.offset, request.max_wait_ms,
            int(request.leave_if_nobody), request.to_number, request.turn, asks_kept(request), request.prefer,
            request.resumes_ms, int(request.overflow),
        )  # fmt: skip
        return _in_line(self._run_asking("call_join", now_ms, "", request.line, arguments))

    def waiting(self, call: str, now_ms: int) -> InLine:
        """A sign of life of a waiting call."""
        return _in_line(self._run("call_wait", now_ms, "", call))

    def leave(self, call: str, reason: str, now_ms: int) -> Gone:
        """Leave the line from whatever state."""
        said = self._run("call_leave", now_ms, "", call, reason, reservations.GONE_SECONDS * 1000)
        return Gone(said["was"], said["reason"], drops_of(said), said.get("tell", ""), offers_of(said))

    def bridged(self, reservation: str, call: str, now_ms: int) -> bool:
        """The caller goes into the room."""
        return bool(self._run("call_bridged", now_ms, "", reservation, call, self._waits.silence_ms)["ok"])

    def finish(self, reservation: str, now_ms: int) -> Finished:
        """One of the two has gone."""
        back_off = reservations.BACK_OFF_SECONDS["agent_gone"] * 1000
        said = self._run("call_finish", now_ms, "", reservation, back_off, reservations.NO_TALK_SECONDS * 1000)
        return Finished(said["was"], int(said["wrap_ms"]), offers_of(said))

    # --- offers ----------------------------------------------------------------------------------------------------
    def claim(self, reservation: str, now_ms: int, *, again: bool = False) -> Claim | None:
        """Record the intent to ring."""
        said = self._run("offer_claim", now_ms, "", reservation, self._waits.rest_ms, int(again))
        if "refused" in said:
            return None
        return Claim(
            agent=said["agent"],
            call=said["call"],
            ring_ms=int(said["ring_ms"]),
            to_number=said["to_number"],
            old_leg=said["leg"],
            attempts=int(said["attempts"]),
        )

    def ring_later(self, reservation: str, now_ms: int, ms: int) -> None:
        """Take the intent back."""
        self._run("offer_later", now_ms, "", reservation, ms)

    def ringing(self, reservation: str, leg: str, now_ms: int, *, lease_ms: int, picked_up: bool = False) -> Offer:
        """The agent's leg is known."""
        return _offer(self._run("offer_ringing", now_ms, "", reservation, leg, lease_ms, int(picked_up)))

    def accept(self, reservation: str, now_ms: int) -> Offer:
        """The agent pressed the key."""
        return _offer(self._run("offer_accept", now_ms, "", reservation, self._waits.bridge_ms))

    def found(self, reservation: str, agent: str, leg: str, now_ms: int) -> Offer:
        """The agent is in the room of an offer whose acceptance the store has lost."""
        return _offer(self._run("offer_found", now_ms, "", reservation, agent, leg, self._waits.bridge_ms))

    def end_offer(self, reservation: str, cause: Cause, now_ms: int, *, only_overdue: bool = False) -> Ended:
        """The offer came to nothing."""
        said = self._run(
            "offer_end", now_ms, "", reservation, reservations.ENDS_AS[cause], cause,
            reservations.BACK_OFF_SECONDS.get(cause, 0) * 1000, int(cause in reservations.RANG_OUT),
            reservations.MISSES_TO_PAUSE, int(only_overdue),
        )  # fmt: skip
        return Ended(said["ended"], said["drop"], offers_of(said))

    def met(self, reservation: str, now_ms: int) -> None:
        """Both are in the room."""
        self._run("offer_met", now_ms, "", reservation)

    def leg_ended(self, reservation: str, leg: str, now_ms: int) -> None:
        """The agent's leg is over."""
        self._run("offer_leg_ended", now_ms, "", reservation, leg)

    # --- agents ----------------------------------------------------------------------------------------------------
    def log_in(
        self, agent: str, name: str, skills: Mapping[str, int], now_ms: int, *, relearn: bool = False
    ) -> Changed:
        """Log in, or take over skills while logged in."""
        fit("agent", agent)
        written = requirement(skills)
        for _ in range(ATTEMPTS):
            last = self._client.execute("HGET", f"{self._prefix}groups:meta", "last") or b"0"
            groups = text_map(self._client.execute("HGETALL", f"{self._prefix}groups:names"))
            mine: list[Argument] = []
            for group, skilled in groups_for(agent, skills, groups).items():
                mine += (group, skilled)
            said = self._run("agent_login", now_ms, "", agent, name, written, last, int(relearn), *mine)
            if not said.get("stale"):
                return Changed(said["state"], offers=offers_of(said))
        raise StoreDown("the groups of the lines kept changing")

    def wish(self, agent: str, wished: AgentState, reason: str, now_ms: int) -> Changed:
        """Pause, resume or log out."""
        legal = agents.states_for(_EVENTS[wished])
        at_once = "".join(f",{state}" for state in legal if state not in agents.LATER) + ","
        later = "".join(f",{state}" for state in agents.STATES if state in agents.LATER) + ","
        owing_ms = agents.MOST_WRAP_UP_SECONDS * 1000
        said = self._run("agent_set", now_ms, "", agent, wished, reason, at_once, later, owing_ms)
        if "refused" in said:
            return Changed(said["refused"], refused=True)
        return Changed(said["state"], bool(said.get("later")), offers=offers_of(said))

    def extend_wrap_up(self, agent: str, now_ms: int) -> Changed:
        """More time for after-call work."""
        limits = (agents.EXTEND_SECONDS * 1000, agents.MOST_WRAP_UP_SECONDS * 1000)
        said = self._run("agent_extend", now_ms, "", agent, *limits)
        return Changed(said["refused"], refused=True) if "refused" in said else Changed(said["state"])

    def limit_wrap_up(self, agent: str, ms: int, now_ms: int) -> None:
        """After-call work ends so long after it began."""
        self._run("agent_extend", now_ms, "", agent, 0, ms)

    def agent_due(self, agent: str, now_ms: int) -> Sequence[str]:
        """End a wrap-up or back-off whose deadline is over."""
        return offers_of(self._run("agent_due", now_ms, "", agent))

    # --- deadlines -------------------------------------------------------------------------------------------------
    def due(self, now_ms: int, most: int) -> Sequence[tuple[str, str]]:
        """What is due, put off by a lease."""
        members = self._run("due_pop", now_ms, "", most, self._waits.rest_ms)["due"]
        return [(kind, subject) for kind, _, subject in (member.partition(":") for member in members)]

    def put_off(self, kind: str, subject: str, ms: int, now_ms: int) -> None:
        """Look again later, or never."""
        self._run("due_later", now_ms, "", f"{kind}:{subject}", ms)

    def unrecorded(self, now_ms: int, most: int) -> Sequence[str]:
        """Ended calls the history doesn't have yet."""
        reply = self._client.execute("ZRANGEBYSCORE", self._unrecorded, "-inf", now_ms, "LIMIT", 0, most)
        return [member.decode() for member in reply]

    # --- looking ---------------------------------------------------------------------------------------------------
    def reservation(self, reservation: str) -> Reservation | None:
        """One reservation."""
        for _ in range(2):  # somebody may begin to ring between the looks
            kept = self._hash("reservation", reservation) or self._unrung(reservation)
            if kept.get("state"):
                return reservation_record(reservation, kept)
        return None

    def _unrung(self, reservation: str) -> dict[str, str]:
        """A reservation nobody has rung for has no record: it is in its call and its agent."""
        call = reservation.rpartition("-")[0]
        kept = self._hash("call", call)
        offers, people = kept.get("reservation", "").split(), kept.get("agent", "").split()
        if kept.get("state") != "offered" or reservation not in offers:
            return {}
        agent = people[offers.index(reservation)]
        made = int(self._hash("agent", agent).get("since") or 0)
        return {
            "call": call, "agent": agent, "state": "pending", "queue": kept["queue"], "mode": kept.get("mode", ""),
            "made": str(made), "deadline": str(made + self._waits.job_ms),
        }  # fmt: skip

    def call(self, call: str) -> WaitingCall | None:
        """One call."""
        kept = self._hash("call", call)
        return self._as_asked(call_record(call, kept)) if kept.get("state") else None

    def way(self, call: str) -> Mapping[str, str]:
        """A call's way through its lines, as kept."""
        return way_record(self._hash("call", call))

    def agent(self, agent: str) -> Agent | None:
        """One agent."""
        kept = self._hash("agent", agent)
        return agent_record(agent, kept) if kept.get("state") else None

    def agent_leg(self, agent: str) -> str:
        """A leg of this agent that may be up."""
        reply = self._client.execute("HGET", f"{self._prefix}agent:{agent}", "leg")
        return reply.decode() if reply else ""

    def snapshot(self, now_ms: int, calls: int = 50) -> Snapshot:
        """Everything, for people."""
        said = self._run("snapshot", now_ms, "", calls)
        queues = (
            QueueNow(
                queue["name"],
                int(queue["waiting"]),
                tuple(call_record(kept["call"], kept | {"queue": queue["name"]}) for kept in queue["calls"]),
            )
            for queue in said["queues"]
        )
        return Snapshot(
            at_ms=int(said["now"]),
            agents=tuple(sorted((agent_record(kept["id"], kept) for kept in said["agents"]), key=lambda a: a.id)),
            queues=tuple(sorted(queues, key=lambda q: q.name)),
            skills={kept["id"]: kept["skills"] for kept in said["agents"]},
        )

    def reconcile(self, now_ms: int) -> Sequence[str]:
        """Repair what disagrees."""
        repaired = []
        for kind, subject, group in self._to_reconcile():
            said = self._run("reconcile", now_ms, "", kind, subject, self._waits.job_ms, self._waits.silence_ms, group)
            if said["repaired"]:
                repaired.append(f"{kind} {subject}: {said['repaired']}")
        return repaired

    def _to_reconcile(self) -> Iterator[tuple[str, str, str]]:
        """Every agent and line, every call with an agent, every callback, and the first of those who wait: the rest of
        them is looked at by patrols and heartbeats."""
        members, prefix = self._members, self._prefix
        yield from (("agent", agent, "") for agent in members("SMEMBERS", f"{prefix}agents"))
        for queue in members("SMEMBERS", f"{prefix}queues"):
            yield "queue", queue, ""
            yield from (("call", call, "") for call in self._with_agents(queue))
            for group in members("SMEMBERS", f"{prefix}queue:{queue}:groups"):
                key = f"{prefix}group:{group}:calls"
                yield from (("call", call, group) for call in members("ZRANGE", key, 0, HEADS - 1))
        yield from (("call", call, "") for call in members("HVALS", f"{prefix}callbacks"))

    def _members(self, *command: Argument) -> list[str]:
        return [member.decode() for member in self._client.execute(*command)]

    def dump(self) -> Mapping[str, Any]:
        """Every key of the lines with its value."""
        pattern = self._prefix.replace("[", r"\[").replace("*", r"\*").replace("?", r"\?") + "*"
        said = self._run("dump", 0, "", pattern)
        found: dict[str, Any] = {}
        for name, flat in said["hashes"].items():
            found[name] = dict(zip(flat[::2], flat[1::2], strict=True))
        for name, flat in said["zsets"].items():
            scores = map(float, flat[1::2])
            found[name] = dict(zip(flat[::2], scores, strict=True))
        found |= {name: set(members) for name, members in said["sets"].items()}
        return found | dict(said["texts"]) | dict(said["streams"])


def _in_line(said: Mapping[str, Any]) -> InLine:
    return InLine(
        state=said.get("state", ""),
        position=int(said.get("position", 0)),
        joined_ms=int(said.get("joined", 0)),
        reservation=said.get("reservation", "").partition(" ")[0],
        left_reason=said.get("left_reason", ""),
        drops=drops_of(said),
        tell=said.get("tell", ""),
        offers=offers_of(said),
        ring=int(said.get("ring", 1)),
        rings=int(said.get("rings", 1)),
        queue=said.get("queue", ""),
        overflow=said.get("overflow", ""),
    )


def _offer(said: Mapping[str, Any]) -> Offer:
    return Offer(
        stale=said.get("stale", ""),
        call=said.get("call", ""),
        agent=said.get("agent", ""),
        first=bool(said.get("first")),
        accepted=bool(said.get("accepted")),
        callback=bool(said.get("callback")),
        drops=drops_of(said),
        losers=tuple(said.get("losers") or ()),
        offers=offers_of(said),
    )
