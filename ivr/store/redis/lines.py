"""The lines in Redis: the Python face of `lua/`, one method a script. See services/lines_port.py for what each does.

A verb is one round trip, except where a call asks for something nobody asked for before: its skill group is made
first, and the agents who are logged in are put into it. Who may serve a group is decided in Python (routing/skills.py).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ivr.core import agent as agents
from ivr.core import reservation as reservations
from ivr.core.agent import Agent, AgentState
from ivr.core.queue import WaitingCall
from ivr.core.reservation import Cause, Reservation
from ivr.core.routing.skills import may_answer, parse, requirement
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
from ivr.services.patience import Patience, patience
from ivr.services.ports import StoreDown
from ivr.store.redis.callback_lines import CallbackLines
from ivr.store.redis.client import Argument, StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.line_records import agent_record, call_record, reservation_record, text_map

_ATTEMPTS = 20
_EVENTS: Mapping[AgentState, agents.AgentEvent] = {"available": "resume", "paused": "pause", "offline": "log_out"}


class RedisLines(CallbackLines):
    """The `LineStore` port on Redis. Safe to share between threads."""

    def __init__(self, client: StateClient, keys: Keys, waits: Patience | None = None) -> None:
        self._client = client
        self._prefix = keys.prefix
        self._unrecorded = keys.unrecorded
        self._waits = waits or patience()
        self._scripts: dict[str, Callable[[Sequence[Argument], Sequence[Argument]], Any]] = {}

    # --- calls -----------------------------------------------------------------------------------------------------
    def join(self, request: Request, now_ms: int) -> InLine:
        """Join a line, once a turn."""
        for _ in range(_ATTEMPTS):
            said = self._run(
                "call_join", now_ms, f"{request.call}:{request.turn}:join",
                request.call, request.requirement, request.queue, request.offset, request.max_wait_ms,
                int(request.leave_if_nobody), request.ring_ms, request.wrap_up_ms, request.reason, request.to_number,
                request.turn, self._waits.silence_ms,
            )  # fmt: skip
            if not said.get("intern"):
                return _in_line(said)
            self._intern(request.requirement, now_ms)
        raise StoreDown("the groups of the lines kept changing")

    def waiting(self, call: str, now_ms: int) -> InLine:
        """A sign of life of a waiting call."""
        return _in_line(self._run("call_wait", now_ms, "", call))

    def leave(self, call: str, reason: str, now_ms: int) -> Gone:
        """Leave the line from whatever state."""
        said = self._run("call_leave", now_ms, "", call, reason, reservations.GONE_SECONDS * 1000)
        return Gone(said["was"], said["reason"], said.get("drop", ""), said.get("tell", ""), _offers(said))

    def bridged(self, reservation: str, call: str, now_ms: int) -> bool:
        """The caller goes into the room."""
        return bool(self._run("call_bridged", now_ms, "", reservation, call, self._waits.silence_ms)["ok"])

    def finish(self, reservation: str, now_ms: int) -> Finished:
        """One of the two has gone."""
        back_off = reservations.BACK_OFF_SECONDS["agent_gone"] * 1000
        said = self._run("call_finish", now_ms, "", reservation, back_off, reservations.NO_TALK_SECONDS * 1000)
        return Finished(said["was"], int(said["wrap_ms"]), _offers(said))

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

    def end_offer(self, reservation: str, cause: Cause, now_ms: int, *, only_overdue: bool = False) -> Ended:
        """The offer came to nothing."""
        said = self._run(
            "offer_end", now_ms, "", reservation, reservations.ENDS_AS[cause], cause,
            reservations.BACK_OFF_SECONDS.get(cause, 0) * 1000, int(cause in reservations.RANG_OUT),
            reservations.MISSES_TO_PAUSE, int(only_overdue),
        )  # fmt: skip
        return Ended(said["ended"], said["drop"], _offers(said))

    def met(self, reservation: str, now_ms: int) -> None:
        """Both are in the room."""
        self._run("offer_met", now_ms, "", reservation)

    def leg_ended(self, reservation: str, leg: str, now_ms: int) -> None:
        """The agent's leg is over."""
        self._run("offer_leg_ended", now_ms, "", reservation, leg)

    # --- agents ----------------------------------------------------------------------------------------------------
    def log_in(self, agent: str, name: str, skills: Mapping[str, int], now_ms: int) -> Changed:
        """Log in, or change skills while logged in."""
        written = requirement(skills)
        for _ in range(_ATTEMPTS):
            groups = self._groups()
            mine = sorted(group for group, wanted in groups.items() if may_answer(skills, wanted, agent))
            said = self._run("agent_login", now_ms, "", agent, name, written, len(groups), *mine)
            if not said.get("stale"):
                return Changed(said["state"], offers=_offers(said))
        raise StoreDown("the groups of the lines kept changing")

    def wish(self, agent: str, wished: AgentState, reason: str, now_ms: int) -> Changed:
        """Pause, resume or log out."""
        legal = agents.states_for(_EVENTS[wished])
        at_once = "".join(f",{state}" for state in legal if state not in agents.LATER) + ","
        later = "".join(f",{state}" for state in agents.STATES if state in agents.LATER) + ","
        said = self._run("agent_set", now_ms, "", agent, wished, reason, at_once, later)
        if "refused" in said:
            return Changed(said["refused"], refused=True)
        return Changed(said["state"], bool(said.get("later")), offers=_offers(said))

    def agent_due(self, agent: str, now_ms: int) -> Sequence[str]:
        """End a wrap-up or back-off whose deadline is over."""
        return _offers(self._run("agent_due", now_ms, "", agent))

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
        kept = self._hash("reservation", reservation)
        return reservation_record(reservation, kept) if kept.get("state") else None

    def call(self, call: str) -> WaitingCall | None:
        """One call."""
        kept = self._hash("call", call)
        return call_record(call, kept) if kept.get("state") else None

    def way(self, call: str) -> Mapping[str, str]:
        """A call's way through its lines, as kept."""
        return self._hash("call", call)

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
        found = [("agent", member.decode()) for member in self._client.execute("SMEMBERS", f"{self._prefix}agents")]
        for queue in self._client.execute("SMEMBERS", f"{self._prefix}queues"):
            key = f"{self._prefix}queue:{queue.decode()}:calls"
            found += [("call", call.decode()) for call in self._client.execute("ZRANGE", key, 0, -1)]
        repaired = []
        for kind, subject in found:
            said = self._run("reconcile", now_ms, "", kind, subject, self._waits.job_ms, self._waits.silence_ms)
            if said["repaired"]:
                repaired.append(f"{kind} {subject}: {said['repaired']}")
        return repaired

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

    # --- within ----------------------------------------------------------------------------------------------------
    def _run(self, name: str, now_ms: int, operation: str, *arguments: Argument) -> dict[str, Any]:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = self._client.script(name)
        said: dict[str, Any] = json.loads(script((self._prefix,), (now_ms, operation, self._waits.job_ms, *arguments)))
        return said

    def _groups(self) -> dict[str, str]:
        return text_map(self._client.execute("HGETALL", f"{self._prefix}groups:names"))

    def _intern(self, wanted: str, now_ms: int) -> None:
        made = self._run("group_intern", now_ms, "", wanted)
        if made["ready"]:
            return
        roster: list[Argument] = []
        for agent in self._client.execute("SMEMBERS", f"{self._prefix}agents"):
            skills = self._client.execute("HGET", f"{self._prefix}agent:{agent.decode()}", "skills")
            if skills is not None and may_answer(parse(skills.decode()), wanted, agent.decode()):
                roster += (agent, skills)
        self._run("group_fill", now_ms, "", made["group"], *roster)

    def _hash(self, kind: str, subject: str) -> dict[str, str]:
        return text_map(self._client.execute("HGETALL", f"{self._prefix}{kind}:{subject}"))


def _offers(said: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(said.get("offers", ()))


def _in_line(said: Mapping[str, Any]) -> InLine:
    return InLine(
        state=said["state"],
        position=int(said.get("position", 0)),
        joined_ms=int(said.get("joined", 0)),
        reservation=said.get("reservation", ""),
        left_reason="nobody" if said.get("nobody") else said.get("left_reason", ""),
        drop=said.get("drop", ""),
        tell=said.get("tell", ""),
        offers=_offers(said),
    )


def _offer(said: Mapping[str, Any]) -> Offer:
    return Offer(
        stale=said.get("stale", ""),
        call=said.get("call", ""),
        agent=said.get("agent", ""),
        first=bool(said.get("first")),
        accepted=bool(said.get("accepted")),
        callback=bool(said.get("callback")),
    )
