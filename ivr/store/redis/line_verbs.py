"""What every part of `RedisLines` stands on: running a script, and making the skill groups it asks for."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ivr.core.queue import WaitingCall
from ivr.core.queue_rules import Rules
from ivr.core.routing.groups import Group, agents_for, group_of
from ivr.core.routing.skills import parse
from ivr.services.lines_port import LineAsk, Request
from ivr.services.patience import Patience, patience
from ivr.services.ports import StoreDown
from ivr.store.redis.client import Argument, StateClient
from ivr.store.redis.keys import Keys, fit
from ivr.store.redis.line_records import AS_ITS_GROUP, text_map

ATTEMPTS = 20
REDIS_TIME = 0
"""What scripts are told of the time where they are to ask Redis for it."""

REASON_BYTES = 60
"""Redis keeps small values of small hashes compactly (hash-max-listpack-value, 64)."""


class LineVerbs:
    """The client, the prefix and the scripts. `own_time`: it is what Redis says it is, as in every real centre, and not
    what verbs are told, as under a clock that runs faster."""

    def __init__(
        self, client: StateClient, keys: Keys, waits: Patience | None = None, *, own_time: bool = False
    ) -> None:
        self._client = client
        self._own_time = own_time
        self._prefix = keys.prefix
        self._unrecorded = keys.unrecorded
        self._waits = waits or patience()
        self._scripts: dict[str, Callable[[Sequence[Argument], Sequence[Argument]], Any]] = {}

    def _run(self, name: str, now_ms: int, operation: str, *arguments: Argument) -> dict[str, Any]:
        script = self._scripts.get(name)
        if script is None:
            script = self._scripts[name] = self._client.script(name)
        at = REDIS_TIME if self._own_time else now_ms
        said: dict[str, Any] = json.loads(script((self._prefix,), (at, operation, self._waits.job_ms, *arguments)))
        return said

    def _run_asking(
        self, name: str, now_ms: int, operation: str, ask: LineAsk, arguments: Sequence[Argument]
    ) -> dict[str, Any]:
        """Run a script that ends in rings. Where it lacks a group or the line's rules, make them and run it again."""
        groups = [Group(ask.queue, ring.wanted, ask.rules.strategy) for ring in ask.rings]
        rings: list[Argument] = []
        for group, ring in zip(groups, ask.rings, strict=True):
            rings += (str(group), ring.after_ms)
        for _ in range(ATTEMPTS):
            said = self._run(name, now_ms, operation, *arguments, *rings)
            if said.get("define"):
                self._define(ask.queue, ask.rules, now_ms)
            elif said.get("intern"):
                for group in groups:
                    self._intern(group, now_ms)
            else:
                return said
        raise StoreDown("the groups of the lines kept changing")

    def _define(self, queue: str, rules: Rules, now_ms: int) -> bool:
        said = self._run(
            "line_define", now_ms, "", fit("line", queue), rules.digest, rules.shape,
            "ring_ms", rules.ring_ms, "wrap_ms", rules.wrap_ms, "several", rules.several, "budget_ms", rules.budget_ms,
            "max_wait_ms", rules.max_wait_ms, "max_waiting", rules.max_waiting, "max_talking", rules.max_talking,
            "strategy", rules.strategy, "overflow", rules.overflow,
            "required", int(rules.required),
        )  # fmt: skip
        return bool(said["changed"])

    def _intern(self, group: Group, now_ms: int) -> None:
        made = self._run("group_intern", now_ms, "", str(group), group.letter)
        if made["ready"]:
            return
        roster = text_map(self._client.execute("HGETALL", f"{self._prefix}agents:skills"))
        serving: list[Argument] = []
        for agent, skilled in agents_for(group, ((name, parse(skills)) for name, skills in roster.items())).items():
            serving += (agent, roster[agent], skilled)
        self._run("group_fill", now_ms, "", made["group"], str(group), *serving)

    def _as_asked(self, call: WaitingCall) -> WaitingCall:
        """A call with what its step asked for in full."""
        if call.asks != AS_ITS_GROUP:
            return call
        name = self._client.execute("HGET", f"{self._prefix}groups:names", call.group)
        return replace(call, asks=group_of(name.decode()).wanted if name else "")

    def _with_agents(self, queue: str) -> list[str]:
        """The calls of a line that are with agents."""
        fields = (field.decode() for field in self._client.execute("HKEYS", f"{self._prefix}queue:{queue}"))
        return [field.removeprefix("with:") for field in fields if field.startswith("with:")]

    def _hash(self, kind: str, subject: str) -> dict[str, str]:
        return text_map(self._client.execute("HGETALL", f"{self._prefix}{kind}:{subject}"))


def offers_of(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The reservations a script made by the way."""
    return tuple(said.get("offers") or ())


def drops_of(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The legs a script says to hang up. An empty table of Lua comes as an object."""
    return tuple(said.get("drops") or ())


def shortened(reason: str) -> str:
    """A caller's path in words, short enough to keep a waiting call small."""
    return reason.encode()[:REASON_BYTES].decode(errors="ignore")


def asks_kept(request: Request) -> str:
    """What a call's step asked for, as kept: where its only ring asks for just that, its group says it already."""
    rings = request.line.rings
    return AS_ITS_GROUP if len(rings) == 1 and rings[0].wanted == request.asks else request.asks
