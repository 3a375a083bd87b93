"""What the leg of a person being called back asks, and what the carrier tells of it; and of texts sent."""

from flask import Blueprint

from ivr.carrier import requests as said
from ivr.services.calling_back import CallingBack
from ivr.services.clock import Clock
from ivr.services.ports import Documents, Jobs
from ivr.services.texting import Texting
from ivr.web.gate import Form, Gate


def register(
    blueprint: Blueprint,
    gate: Gate,
    calling: CallingBack,
    *,
    texting: Texting,
    documents: Documents,
    jobs: Jobs,
    clock: Clock,
) -> None:
    """Mount the addresses."""

    @blueprint.post("/voice/text/<identity>")
    @gate.notice("text")
    def text_status(form: Form, identity: str) -> None:
        """What became of a text."""
        texting.said(identity, form.get("MessageStatus", ""), form.get("ErrorCode", ""), clock.now())

    @blueprint.post("/voice/callback/<reservation>")
    @gate.spoken("offer")
    def callback(form: Form, reservation: str) -> str:
        """Their phone was picked up."""
        if said.ended(form):
            return documents.nothing()
        return calling.answered(reservation, said.call_sid(form), clock.now())

    @blueprint.post("/voice/callback/<reservation>/key")
    @gate.spoken("offer")
    def callback_key(form: Form, reservation: str) -> str:
        """They pressed a key, or none."""
        if said.ended(form):
            return documents.nothing()
        return calling.key(reservation, said.call_sid(form), form.get("Digits", ""), clock.now())

    @blueprint.post("/voice/callback/<reservation>/done")
    @gate.spoken("offer")
    def callback_done(form: Form, reservation: str) -> str:  # noqa: ARG001 - every view is given the form
        """They are out of the room."""
        return calling.done(reservation, clock.now())

    @blueprint.post("/voice/callback/<reservation>/status")
    @gate.notice("offer")
    def callback_status(form: Form, reservation: str) -> None:
        """Their leg rings, was answered, ended."""
        offers = calling.dispatch.callbacks.leg_status(
            reservation,
            said.call_sid(form),
            form.get("CallStatus", ""),
            form.get("AnsweredBy", ""),
            clock.now_ms(),
        )
        for offer in offers:
            jobs.hint("ring", offer)
