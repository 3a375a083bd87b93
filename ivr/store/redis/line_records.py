"""Hashes of the lines as records of the core."""

from collections.abc import Mapping
from typing import Any

from ivr.core.agent import Agent
from ivr.core.queue import WaitingCall
from ivr.core.reservation import Reservation
from ivr.core.routing.order import CLASS_SPAN

AS_ITS_GROUP = "="
"""What a call asked for that has only one ring, which asks for just that: its group says it already."""


def text_map(flat: list[bytes]) -> dict[str, str]:
    """A HGETALL reply as a mapping of texts."""
    return {name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)}


def call_record(call: str, kept: Mapping[str, Any]) -> WaitingCall:
    """`call:<id>` as a WaitingCall. What the hash doesn't have is its default."""
    start = _whole(kept, "start")
    reservations = tuple(str(kept.get("reservation") or "").split())
    agents = tuple(str(kept.get("agent") or "").split())
    return WaitingCall(
        call=call,
        queue=kept.get("queue", ""),
        state=kept["state"],
        virtual_start_ms=start,
        joined_ms=_whole(kept, "joined") or start,
        score=start + int(kept.get("offset") or CLASS_SPAN),
        group=kept.get("group", ""),
        epoch=_whole(kept, "epoch"),
        reservation=reservations[0] if reservations else "",
        agent=agents[0] if agents else "",
        reason=kept.get("reason", ""),
        to_number=kept.get("to", ""),
        turn=_whole(kept, "turn"),
        max_wait_ms=_whole(kept, "max_wait"),
        left_reason=kept.get("left_reason", ""),
        accepted_ms=_whole(kept, "accepted"),
        bridged_ms=_whole(kept, "bridged"),
        left_ms=_whole(kept, "left"),
        mode=kept.get("mode") or "call",
        number=kept.get("number", ""),
        tries=_whole(kept, "tries"),
        attempts=_whole(kept, "attempts"),
        not_before_ms=_whole(kept, "not_before"),
        facts=kept.get("facts", ""),
        reservations=reservations,
        agents=agents,
        ring=_whole(kept, "ring") or 1,
        rings=_rings(kept.get("rings", "")),
        asks=kept.get("asks", AS_ITS_GROUP),
        prefer=kept.get("prefer", ""),
        rang_ms=_whole(kept, "rang"),
    )


def _rings(text: str) -> tuple[tuple[str, int], ...]:
    return tuple((group, int(after)) for group, _, after in (ring.partition(":") for ring in text.split()))


def way_record(kept: Mapping[str, str]) -> dict[str, str]:
    """`call:<id>` as texts, with what a small hash leaves out."""
    way = dict(kept)
    if way.get("start"):
        way.setdefault("joined", way["start"])
    return way


def reservation_record(reservation: str, kept: Mapping[str, Any]) -> Reservation:
    """`reservation:<id>` as a Reservation."""
    return Reservation(
        id=reservation,
        call=kept["call"],
        agent=kept["agent"],
        state=kept["state"],
        epoch=int(reservation.rpartition("-")[2]),
        made_ms=_whole(kept, "made"),
        deadline_ms=_whole(kept, "deadline"),
        leg=kept.get("leg", ""),
        cause=kept.get("cause", ""),
        intent_ms=_whole(kept, "intent"),
        attempts=_whole(kept, "attempts"),
        answered_ms=_whole(kept, "answered"),
        accepted_ms=_whole(kept, "accepted"),
        bridged_ms=_whole(kept, "bridged"),
        met_ms=_whole(kept, "met"),
        ended_ms=_whole(kept, "ended"),
        callback=kept.get("mode") == "callback",
        dial_ms=_whole(kept, "dial"),
        dials=_whole(kept, "dials"),
        caller_leg=kept.get("caller_leg", ""),
        caller_up_ms=_whole(kept, "caller_up"),
    )


def agent_record(agent: str, kept: Mapping[str, Any]) -> Agent:
    """`agent:<id>` as an Agent."""
    return Agent(
        id=agent,
        state=kept.get("state") or "offline",
        since_ms=_whole(kept, "since"),
        deadline_ms=_whole(kept, "deadline") or None,
        reservation=kept.get("reservation", ""),
        call=kept.get("call", ""),
        pause_reason=kept.get("pause_reason", ""),
        wish=kept.get("wish", ""),
        misses=_whole(kept, "misses"),
        name=kept.get("name", ""),
    )


def _whole(kept: Mapping[str, Any], name: str) -> int:
    return int(float(kept.get(name) or 0))
