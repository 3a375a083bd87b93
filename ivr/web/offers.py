"""The agent's leg, and what the carrier tells of the room."""

from flask import Blueprint

from ivr.carrier import requests as said
from ivr.services.clock import Clock
from ivr.services.offering import Offering
from ivr.web.gate import Form, Gate
from ivr.web.rung_legs import mount


def register(blueprint: Blueprint, gate: Gate, offering: Offering, clock: Clock) -> None:
    """Mount the agent's addresses."""
    mount(blueprint, gate, "/voice/offer", offering, clock)

    @blueprint.post("/voice/offer/<reservation>/result/<int:tries>")
    @gate.spoken("offer")
    def result(form: Form, reservation: str, tries: int) -> str:
        """What came of the talk, by a key."""
        if said.ended(form):
            return offering.documents.nothing()
        return offering.result(reservation, form.get("Digits", ""), tries)

    @blueprint.post("/voice/room/<reservation>")
    @gate.notice("room")
    def room(form: Form, reservation: str) -> None:
        """Somebody joined or left the room."""
        event = form.get("StatusCallbackEvent", "")
        offering.dispatch.room_event(reservation, event, said.call_sid(form), clock.now_ms())
