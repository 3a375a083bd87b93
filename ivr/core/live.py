"""The live moment as people watch it: calls, lines and agents now, and what changed between two looks at them.

Pure data and pure functions. A board is what a page shows; `changes` says in messages how to get from one board to
the next, so that a page is always what the store says, whatever events were lost, doubled or late.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

CallState = Literal["menu", "waiting", "ringing", "joining", "talking"]

CAPTIONS_SHOWN = 60

_CALL_FIELDS = ("call", "line", "started_ms", "state", "since_ms", "number", "kind", "name", "queue", "agent")
_AGENT_FIELDS = ("agent", "state", "since_ms", "reason", "call", "name")


@dataclass(frozen=True, slots=True)
class Caption:
    """One thing said or keyed. `who` is hotline, caller or agent."""

    at_ms: int
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call in progress. `number` is masked. `since_ms`: when `state` began; `waiting_ms`: its place's start, or 0."""

    call: str
    line: str
    started_ms: int
    state: CallState = "menu"
    since_ms: int = 0
    number: str = ""
    kind: str = "new"
    name: str = ""
    path: tuple[str, ...] = ()
    queue: str = ""
    agent: str = ""
    waiting_ms: int = 0
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentNow:
    """An agent's state. `since_ms` is when it began; `reason` says why they are paused."""

    agent: str
    state: str = "offline"
    since_ms: int = 0
    reason: str = ""
    call: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue's waiting calls; `oldest_ms` is the start of the longest wait, 0 where nobody waits."""

    queue: str
    waiting: int = 0
    oldest_ms: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """Everything live, by id."""

    calls: Mapping[str, CallNow] = field(default_factory=dict)
    agents: Mapping[str, AgentNow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    """One server-sent event: its type and its JSON data."""

    event: str
    data: Mapping[str, Any]


def queues_of(board: Board) -> Mapping[str, QueueNow]:
    """The queues somebody waits in: a call waits until an agent has taken it."""
    found: dict[str, QueueNow] = {}
    for call in board.calls.values():
        if call.queue and call.state in ("waiting", "ringing"):
            queue = found.get(call.queue, QueueNow(call.queue))
            oldest = min(queue.oldest_ms or call.waiting_ms, call.waiting_ms)
            found[call.queue] = QueueNow(call.queue, queue.waiting + 1, oldest)
    return found


def snapshot(board: Board, now_ms: int, speed: float) -> Message:
    """The whole board. `speed` is how many of the board's seconds pass in a real one."""
    return Message(
        "snapshot",
        {
            "now_ms": now_ms,
            "speed": speed,
            "calls": [_call(call) | {"captions": _captions(call.captions)} for call in board.calls.values()],
            "queues": [_queue(queue) for queue in queues_of(board).values()],
            "agents": [_agent(agent) for agent in board.agents.values()],
        },
    )


def changes(before: Board, after: Board) -> Iterator[Message]:
    """The messages that turn a page showing `before` into one showing `after`."""
    for sid in before.calls:
        if sid not in after.calls:
            yield Message("gone", {"call": sid})
    for sid, call in after.calls.items():
        yield from _call_changes(before.calls.get(sid), call)
    queues, earlier = queues_of(after), queues_of(before)
    for name in earlier.keys() | queues.keys():
        if queues.get(name) != earlier.get(name):
            yield Message("queue", _queue(queues.get(name, QueueNow(name))))
    for agent_id, agent in after.agents.items():
        if before.agents.get(agent_id) != agent:
            yield Message("agent", _agent(agent))
    for agent_id in before.agents:
        if agent_id not in after.agents:
            yield Message("agent", _agent(AgentNow(agent_id)))


def with_changes(board: Board, calls: Mapping[str, CallNow | None], agents: Mapping[str, AgentNow]) -> Board:
    """The board with some calls and agents as they are now; None for a call that is over."""
    kept = dict(board.calls)
    for sid, call in calls.items():
        if call is None:
            kept.pop(sid, None)
        else:
            kept[sid] = call
    return Board(kept, {**board.agents, **agents})


def new_captions(before: Sequence[Caption], after: Sequence[Caption]) -> Sequence[Caption] | None:
    """What `after` says beyond `before`, whose oldest lines may have been dropped; None where they don't join up."""
    for start in range(len(before) + 1):
        kept = before[start:]
        if len(kept) <= len(after) and tuple(after[: len(kept)]) == tuple(kept):
            return None if start and not kept and before else after[len(kept) :]
    return None


def _call_changes(before: CallNow | None, after: CallNow) -> Iterator[Message]:
    if before is None:
        yield Message("call", _call(after) | {"captions": _captions(after.captions)})
        return
    added = new_captions(before.captions, after.captions)
    if added is None:
        yield Message("call", _call(after) | {"captions": _captions(after.captions)})
        return
    if replace(before, captions=()) != replace(after, captions=()):
        yield Message("call", _call(after))
    if added:
        yield Message("captions", {"call": after.call, "captions": _captions(added)})


def _call(call: CallNow) -> dict[str, Any]:
    shown = {name: getattr(call, name) for name in _CALL_FIELDS}
    return shown | {"path": list(call.path)}


def _captions(captions: Iterable[Caption]) -> list[dict[str, Any]]:
    return [{"at_ms": caption.at_ms, "who": caption.who, "text": caption.text} for caption in captions]


def _queue(queue: QueueNow) -> dict[str, Any]:
    return {"queue": queue.queue, "waiting": queue.waiting, "oldest_ms": queue.oldest_ms}


def _agent(agent: AgentNow) -> dict[str, Any]:
    return {name: getattr(agent, name) for name in _AGENT_FIELDS}
