"""Answers to surveys, from an ended call's facts. Written with the call's record."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ivr.core.survey import Kind
from ivr.services.keeping import EndedCall

ANSWERS = "survey:"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `queue` and `agent_id` say whom it is about, empty where there was no talk."""

    call_sid: str
    survey: str
    question: str
    kind: Kind
    value: int
    answered_at: datetime
    queue: str = ""
    agent_id: str = ""


class Surveys(Protocol):
    """Survey answers. Raises ports.HistoryDown."""

    def keep(self, answers: Sequence[Answer]) -> int:
        """Keep a call's answers, once; how many are new."""


def answers_of(call: EndedCall, at: datetime, queue: str, agent_id: str) -> list[Answer]:
    """What a call's caller answered. Pure."""
    found = []
    for name, text in sorted(call.facts.items()):
        if not name.startswith(ANSWERS):
            continue
        kept = json.loads(text)
        for (question, value), kind in zip(kept["answers"], kept["kinds"], strict=True):
            found.append(Answer(call.session.call_sid, kept["survey"], question, kind, int(value), at, queue, agent_id))
    return found
