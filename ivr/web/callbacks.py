"""The leg of a person being called back, and what the carrier tells of texts sent."""

from flask import Blueprint

from ivr.services.calling_back import CallingBack
from ivr.services.clock import Clock
from ivr.services.texting import Texting
from ivr.web.gate import Form, Gate
from ivr.web.rung_legs import mount


def register(blueprint: Blueprint, gate: Gate, calling: CallingBack, *, texting: Texting, clock: Clock) -> None:
    """Mount the addresses."""
    mount(blueprint, gate, "/voice/callback", calling, clock)

    @blueprint.post("/voice/text/<identity>")
    @gate.notice("text")
    def text_status(form: Form, identity: str) -> None:
        """What became of a text."""
        texting.said(identity, form.get("MessageStatus", ""), form.get("ErrorCode", ""), clock.now())
