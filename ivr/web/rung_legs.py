"""The addresses of a leg that was rung for an offer: an agent's, or that of a person called back.

POST <path>/<reservation>           it was picked up
POST <path>/<reservation>/key       a key was pressed, or none
POST <path>/<reservation>/done      it is out of the room
POST <path>/<reservation>/status    it rings, was answered, ended
"""

from datetime import datetime
from typing import Protocol

from flask import Blueprint

from ivr.carrier import requests as said
from ivr.services.clock import Clock
from ivr.services.ports import Documents
from ivr.web.gate import Form, Gate


class RungLeg(Protocol):
    """What such a leg asks and tells. Answers are documents."""

    @property
    def documents(self) -> Documents:
        """Where documents come from."""

    def answered(self, reservation: str, leg: str, now: datetime) -> str:
        """It was picked up."""

    def key(self, reservation: str, leg: str, keys: str, now: datetime) -> str:
        """A key was pressed, or none."""

    def done(self, reservation: str, now: datetime) -> str:
        """It is out of the room."""

    def status(self, reservation: str, leg: str, status: str, answered_by: str, now: datetime) -> None:
        """What the carrier says of it."""


def mount(blueprint: Blueprint, gate: Gate, path: str, leg: RungLeg, clock: Clock) -> None:
    """Mount the four addresses below `path`, whose last part names them."""
    name = path.rpartition("/")[2]

    @gate.spoken("offer")
    def answered(form: Form, reservation: str) -> str:
        if said.ended(form):
            return leg.documents.nothing()
        return leg.answered(reservation, said.call_sid(form), clock.now())

    @gate.spoken("offer")
    def key(form: Form, reservation: str) -> str:
        if said.ended(form):
            return leg.documents.nothing()
        return leg.key(reservation, said.call_sid(form), form.get("Digits", ""), clock.now())

    @gate.spoken("offer")
    def done(form: Form, reservation: str) -> str:  # noqa: ARG001 - every view is given the form
        return leg.done(reservation, clock.now())

    @gate.notice("offer")
    def status(form: Form, reservation: str) -> None:
        answered_by = form.get("AnsweredBy", "")
        leg.status(reservation, said.call_sid(form), form.get("CallStatus", ""), answered_by, clock.now())

    for rest, view in (("", answered), ("/key", key), ("/done", done), ("/status", status)):
        endpoint = name + rest.replace("/", "_")
        blueprint.add_url_rule(f"{path}/<reservation>{rest}", endpoint, view, methods=["POST"])
