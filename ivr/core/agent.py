"""An agent's states, and by what they change.

Theory of operation
-------------------
An agent is a person with a phone. At any moment they are in exactly one of six states:

    offline     not working. Nothing is offered.
    available   idle, in the lists of every skill group they may serve, ranked by how long they have been idle.
    reserved    a waiting call is held for them; their phone is about to ring, or rings.
    on_call     they accepted a call by key. The talk, and the seconds before the caller is in the room.
    wrap_up     after-call work. A lease: it ends by itself at its deadline, or sooner by the agent.
    paused      not to be offered calls. By the agent (lunch, meeting), for good until they resume; or by the machinery:
                a short back-off after an offer that was declined or not answered (a lease), and after two offers in a
                row that rang out an open pause, because a phone nobody picks up costs every caller its ringing time.

Who becomes available while a call waits for them is reserved for it in the same step, and only that is told.

Two rules keep an agent from being stuck. Every state the machinery puts an agent in ends without anybody's help:
`reserved` and `on_call` by the deadline of their reservation, `wrap_up` and back-off by a lease that the transition
which grants it also dates (`next_deadline`). And an agent's own wish is never lost: asked to pause or log out while
a call is held for them or going on, they are noted as wishing it (`LATER`) and go there when that is over; so they are
while they still have to say what came of a talk, where its line requires that.

Which wish or event leads where is said by TRANSITIONS alone. The Lua scripts carry it out atomically; the verbs an
agent uses are handed their legal states from this table, and the rest is held to it by the property tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from ivr.core.reservation import RANG_OUT

AgentState = Literal["offline", "available", "reserved", "on_call", "wrap_up", "paused"]
AgentEvent = Literal[
    "log_in", "log_out", "pause", "resume", "reserve", "accept", "back_off", "free", "finish", "wrap_up_ends"
]  # fmt: skip

STATES: tuple[AgentState, ...] = get_args(AgentState)

TRANSITIONS: Mapping[AgentState, Mapping[AgentEvent, AgentState]] = MappingProxyType(
    {
        "offline": {"log_in": "available"},
        "available": {"reserve": "reserved", "pause": "paused", "log_out": "offline"},
        "reserved": {
            "accept": "on_call",
            "back_off": "paused",
            "free": "available",
            "pause": "paused",
            "log_out": "offline",
        },
        "on_call": {"finish": "wrap_up", "back_off": "paused", "pause": "paused", "log_out": "offline"},
        "wrap_up": {"wrap_up_ends": "available", "resume": "available", "pause": "paused", "log_out": "offline"},
        "paused": {"resume": "available", "pause": "paused", "log_out": "offline"},
    }
)
"""State and event to next state. From `reserved` and `on_call`, `pause` and `log_out` take effect when that is over."""

EXTEND_SECONDS = 120
"""By how much an agent makes their wrap-up longer at a time."""
MOST_WRAP_UP_SECONDS = 30 * 60
"""How long it may be made in all: who works on after that is on pause."""

LATER: frozenset[AgentState] = frozenset({"reserved", "on_call"})
"""States in which a wish to pause or log out is kept until they end."""


class IllegalTransition(Exception):  # noqa: N818 - says what it is
    """An event that means nothing in this state. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent as the lines see them. `deadline_ms` is when the state ends by itself, None where it doesn't.

    `wish` is the state asked for while a call was held or going on, empty for none. `misses` counts offers that rang
    out in a row.
    """

    id: str
    state: AgentState = "offline"
    since_ms: int = 0
    deadline_ms: int | None = None
    reservation: str = ""
    call: str = ""
    pause_reason: str = ""
    wish: str = ""
    misses: int = 0
    name: str = ""


def after(state: AgentState, event: AgentEvent) -> AgentState:
    """The state an event leads to. Raises IllegalTransition where it means nothing."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalTransition(f"an agent who is {state} can't {event}") from None


def rang_out(agent: Agent) -> bool:
    """Whether the machinery has paused them until they resume, since their phone rang out too often."""
    return agent.state == "paused" and agent.deadline_ms is None and agent.pause_reason in RANG_OUT


def states_for(event: AgentEvent) -> tuple[AgentState, ...]:
    """The states in which an event means something."""
    return tuple(state for state in STATES if event in TRANSITIONS[state])


def next_deadline(agent: Agent) -> int | None:
    """When the agent's state ends by itself, ms; None where only the agent or their reservation ends it."""
    return agent.deadline_ms if agent.state in ("wrap_up", "paused") else None
