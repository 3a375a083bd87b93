"""A callback as the called person's leg lives it: who calls and why, the key that confirms, the room.

Callbacks decide (`callbacks.py`); here their answers become documents. A voicemail gets the greeting and no person.
"""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.callback import CALL_OFF, CONFIRM, NOT_NOW, Known
from ivr.core.flow.effects import Say
from ivr.core.phrases import phrase
from ivr.services.agent_side import room_of
from ivr.services.dispatch import Dispatch
from ivr.services.lines_port import LineStore
from ivr.services.patience import patience
from ivr.services.ports import Agents, Documents

KEY_SECONDS = 8


@dataclass(frozen=True, slots=True)
class CallingBack:
    """The verbs of a called person's leg. `language` (a locale) is spoken where theirs isn't known. Raise StoreDown."""

    dispatch: Dispatch
    lines: LineStore
    agents: Agents
    documents: Documents
    language: str
    speed: float = 1.0

    def answered(self, reservation: str, leg: str, now: datetime) -> str:
        """Picked up: who calls, why, and "press 1"."""
        lease_ms = patience(self.speed).key_ms
        found = self.lines.caller_leg(reservation, leg, _ms(now), lease_ms=lease_ms, picked_up=True)
        known = self.dispatch.callbacks.known(reservation.rpartition("-")[0])
        if found.stale:
            return self._close("callback_gone", known)
        return self._ask(reservation, known, found.agent)

    def key(self, reservation: str, leg: str, keys: str, now: datetime) -> str:
        """A key was pressed, or none."""
        call = reservation.rpartition("-")[0]
        callbacks = self.dispatch.callbacks
        known = callbacks.known(call)
        match keys[:1]:
            case key if key == CONFIRM:
                room = self.dispatch.bridge(reservation, call, now_ms=_ms(now))
                return self._close("callback_gone", known) if room is None else self._into(reservation)
            case key if key == NOT_NOW:
                missed = callbacks.not_now(reservation, leg).missed
                return self._close("callback_not_now" if missed else "goodbye", known)
            case key if key == CALL_OFF:
                missed = callbacks.call_off(reservation, leg).missed
                return self._close("callback_cancelled" if missed else "goodbye", known)
            case "":
                callbacks.no_key(reservation, leg)
                return self._close("goodbye", known)
            case _:
                return self.answered(reservation, leg, now)

    def done(self, reservation: str, now: datetime) -> str:
        """Out of the room: the talk is over."""
        self.dispatch.offer_done(reservation, _ms(now))
        return self._close("goodbye", self.dispatch.callbacks.known(reservation.rpartition("-")[0]))

    def status(self, reservation: str, leg: str, status: str, answered_by: str, now: datetime) -> None:
        """The leg rings, was answered, ended."""
        self.dispatch.callbacks.leg_status(reservation, leg, status, answered_by, _ms(now))

    def _into(self, reservation: str) -> str:
        return self.documents.called_room(room_of(reservation).name, reservation)

    def _ask(self, reservation: str, known: Known, agent_id: str) -> str:
        language = known.language or self.language
        if known.greeting:
            return self._listen(reservation, known.greeting, language)
        agent = self.agents.get(agent_id)
        who = agent.name if agent else phrase("somebody", language)
        text = phrase("callback_greeting", language, line=known.line_title, who=who)
        return self._listen(reservation, text, language)

    def _listen(self, reservation: str, text: str, language: str) -> str:
        return self.documents.ask((Say(text, language),), f"/voice/callback/{reservation}/key", seconds=KEY_SECONDS)

    def _close(self, key: str, known: Known) -> str:
        language = known.language or self.language
        if known.greeting:
            key = "goodbye"  # a greeting of the operator's own is discreet; so is the end
        return self.documents.close((Say(phrase(key, language), language),))


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
