"""A reservation: one call held for one agent for a limited time.

Theory of operation
-------------------
    pending    the match is committed; nobody has asked the carrier to ring yet, or its answer isn't known
    ringing    the agent's leg is known. It rings, or the agent hears who calls and is asked for a key
    accepted   the agent pressed the key first. From here the caller is led into the room
    rejected   the agent declined, hung up while asked, or was busy
    timed_out  nobody answered, or whatever answered pressed no key: a voicemail can't accept
    rescinded  taken back: a colleague was faster, the call left its line, the carrier failed, the agent was removed
    cancelled  the caller is gone, or one of the two left between acceptance and the room

The reservation's id is `<call>-<epoch>`, and the epoch counts the call's offers: whatever arrives late carries an id
that is no longer the call's, is told so, and changes nothing.

Each open state has a deadline, after which any process may look at it (`overdue`):

    pending    without intent: a worker is late or dead: ring now. With intent: the process that asked the carrier has
               died or got no answer: look for the leg at the carrier before ringing again.
    ringing    time out, drop the leg, offer the call to the next agent.
    accepted   until the caller is in the room: lead them there again; after `BRIDGE_SECONDS`, give up and put the call
               back in its place. In the room: see at the carrier whether both are still there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ReservationState = Literal["pending", "ringing", "accepted", "rejected", "timed_out", "rescinded", "cancelled"]
Cause = Literal[
    "declined", "hung_up", "busy", "no_answer", "no_key", "machine", "carrier", "removed", "taken", "left",
    "caller_gone", "agent_gone",
]  # fmt: skip
Overdue = Literal["ring", "look", "time_out", "bridge", "give_up", "check", "forget"]

TRANSITIONS: Mapping[ReservationState, frozenset[ReservationState]] = MappingProxyType(
    {
        "pending": frozenset({"ringing", "rejected", "timed_out", "rescinded", "cancelled"}),
        "ringing": frozenset({"accepted", "rejected", "timed_out", "rescinded", "cancelled"}),
        "accepted": frozenset({"cancelled"}),
        "rejected": frozenset(),
        "timed_out": frozenset(),
        "rescinded": frozenset(),
        "cancelled": frozenset(),
    }
)

ENDS_AS: Mapping[Cause, ReservationState] = MappingProxyType(
    {
        "declined": "rejected",
        "hung_up": "rejected",
        "busy": "rejected",
        "no_answer": "timed_out",
        "no_key": "timed_out",
        "machine": "timed_out",
        "carrier": "rescinded",
        "removed": "rescinded",
        "taken": "rescinded",
        "left": "rescinded",
        "caller_gone": "cancelled",
        "agent_gone": "cancelled",
    }
)

BACK_OFF_SECONDS: Mapping[Cause, int] = MappingProxyType(
    {
        "declined": 10,
        "hung_up": 10,
        "busy": 15,
        "no_answer": 10,
        "no_key": 10,
        "machine": 10,
        "carrier": 10,
        "agent_gone": 10,
    }
)
"""How long an agent isn't offered another call after an offer ended so. The next agent is tried meanwhile."""

RANG_OUT: frozenset[Cause] = frozenset({"no_answer", "no_key", "machine"})
"""Causes that say nobody is at the phone: `MISSES_TO_PAUSE` of them in a row pause the agent until they resume."""

MISSES_TO_PAUSE = 2
KEY_SECONDS = 45
"""From picking up until a key must have come: the whisper, repeated on request, and the time to press."""
RING_GRACE_SECONDS = 5
"""A carrier rings some 5 s longer than told (contract: surprise 13)."""
BRIDGE_SECONDS = 30
"""From acceptance until the caller must be in the room."""
NO_TALK_SECONDS = 3
"""A room left sooner than this, with no word that both were in it, was no talk: the call goes back to its place."""
GONE_SECONDS = 5
"""Wrap-up of an agent whose caller hung up before the room: the time to be told so."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A reservation as kept. Times in ms, 0 where it hasn't happened. `leg` is the agent's leg at the carrier.

    Of a callback, the caller is dialled once the agent has accepted: `dial_ms` is the intent, `dials` how often the
    carrier was asked, `caller_leg` the leg, `caller_up_ms` when it was picked up.
    """

    id: str
    call: str
    agent: str
    state: ReservationState
    epoch: int
    made_ms: int
    deadline_ms: int
    leg: str = ""
    cause: str = ""
    intent_ms: int = 0
    attempts: int = 0
    answered_ms: int = 0
    accepted_ms: int = 0
    bridged_ms: int = 0
    met_ms: int = 0
    ended_ms: int = 0
    callback: bool = False
    dial_ms: int = 0
    dials: int = 0
    caller_leg: str = ""
    caller_up_ms: int = 0


class IllegalTransition(Exception):  # noqa: N818 - says what it is
    """A reservation in this state can't become that. Nothing was changed."""


def after(state: ReservationState, wanted: ReservationState) -> ReservationState:
    """`wanted`, where it may follow `state`. Raises IllegalTransition otherwise."""
    if wanted not in TRANSITIONS[state]:
        raise IllegalTransition(f"a {state} reservation can't become {wanted}")
    return wanted


def overdue(reservation: Reservation, now_ms: int, bridge_limit_ms: int = BRIDGE_SECONDS * 1000) -> Overdue:
    """What a reservation past its deadline needs."""
    match reservation.state:
        case "pending":
            return "look" if reservation.intent_ms else "ring"
        case "ringing":
            return "time_out"
        case "accepted" if reservation.ended_ms:
            return "forget"
        case "accepted" if reservation.bridged_ms:
            return "check"
        case "accepted":
            return "bridge" if now_ms - reservation.accepted_ms < bridge_limit_ms else "give_up"
        case _:
            return "forget"


def cause_of(status: str, *, answered: bool, answered_by: str = "") -> Cause:
    """Why an offer ended, from the terminal status of the agent's leg (contract 1.4)."""
    if answered_by.startswith(("machine", "fax")):
        return "machine"
    if answered:
        return "hung_up"
    match status:
        case "busy":
            return "busy"
        case "failed":
            return "carrier"
        case _:
            return "no_answer"
