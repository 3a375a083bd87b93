"""What an agent's leg asks, and what the carrier tells of it and of the room: each address calls one verb."""

from flask import Blueprint

from ivr.carrier import requests as said
from ivr.services.clock import Clock
from ivr.services.offering import Offering
from ivr.web.gate import Form, Gate


def register(blueprint: Blueprint, gate: Gate, offering: Offering, clock: Clock) -> None:
    """Mount the agent's addresses."""
    dispatch, documents = offering.dispatch, offering.documents

    @blueprint.post("/voice/offer/<reservation>")
    @gate.spoken("offer")
    def offer(form: Form, reservation: str) -> str:
        """The agent's phone was picked up."""
        if said.ended(form):
            return documents.nothing()
        return offering.answered(reservation, said.call_sid(form), clock.now())

    @blueprint.post("/voice/offer/<reservation>/key")
    @gate.spoken("offer")
    def offer_key(form: Form, reservation: str) -> str:
        """The agent pressed a key, or none."""
        if said.ended(form):
            return documents.nothing()
        return offering.key(reservation, said.call_sid(form), form.get("Digits", ""), clock.now())

    @blueprint.post("/voice/offer/<reservation>/done")
    @gate.spoken("offer")
    def offer_done(form: Form, reservation: str) -> str:  # noqa: ARG001 - every view is given the form
        """The agent is out of the room."""
        return offering.done(reservation, clock.now())

    @blueprint.post("/voice/offer/<reservation>/status")
    @gate.notice("offer")
    def offer_status(form: Form, reservation: str) -> None:
        """The agent's leg rings, was answered, ended."""
        dispatch.offer_status(
            reservation,
            said.call_sid(form),
            form.get("CallStatus", ""),
            form.get("AnsweredBy", ""),
            clock.now_ms(),
        )

    @blueprint.post("/voice/room/<reservation>")
    @gate.notice("room")
    def room(form: Form, reservation: str) -> None:
        """Somebody joined or left the room."""
        dispatch.room_event(reservation, form.get("StatusCallbackEvent", ""), said.call_sid(form), clock.now_ms())
