"""An offer as the agent's leg lives it: whisper, key, room. Dispatch decides; here its answers become documents."""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.agent_words import sentence
from ivr.core.callback import Known
from ivr.core.flow.effects import Say
from ivr.core.flow.session import CallerFacts
from ivr.core.offer_words import offer_sentence
from ivr.core.whisper import WhisperFacts, whisper
from ivr.services.dispatch import Dispatch
from ivr.services.dispatch_answers import Accepted, Declined, Repeat, Stale, Whisper
from ivr.services.ports import AgentProfile, Agents, Documents, SessionStore
from ivr.services.results import NOTHING, Asked, Results

RESULT_TRIES = 2
RESULT_KEYS = 9
KEY_SECONDS = 8
"""Silence after the whisper that counts as no: a voicemail presses nothing."""

_LOCALES = {"fr": "fr-FR", "nl": "nl-NL", "de": "de-DE", "en": "en-GB"}


@dataclass(frozen=True, slots=True)
class Offering:
    """The verbs of an agent's leg. `language` (a locale) is spoken where the agent's own isn't known. They raise
    StoreDown.
    """

    dispatch: Dispatch
    sessions: SessionStore
    agents: Agents
    documents: Documents
    language: str
    results: Results

    def answered(self, reservation: str, leg_sid: str, now: datetime) -> str:
        """The phone was picked up: who calls and why, and "press 1"."""
        said = self.dispatch.offer_answered(reservation, leg_sid, _ms(now))
        if isinstance(said, Stale):
            return self._close(said.reason, reservation)
        return self._ask(reservation, said, now)

    def key(self, reservation: str, leg_sid: str, keys: str, now: datetime) -> str:
        """The agent pressed a key, or none."""
        match self.dispatch.offer_key(reservation, keys, _ms(now)):
            case Accepted(room, calling):
                language = self._theirs(reservation) if calling else ""
                words = (Say(offer_sentence("calling", language), language),) if calling else ()
                return self.documents.agent_room(room.name, reservation, words)
            case Repeat():
                return self.answered(reservation, leg_sid, now)
            case Stale(reason):
                return self._close(reason, reservation)
            case Declined():
                return self._close("declined", reservation)

    def done(self, reservation: str, now: datetime) -> str:
        """The agent is out of the room: wrap-up begins. Where their line has words for what came of the talk, they are
        asked for one before the leg ends."""
        self.dispatch.offer_done(reservation, _ms(now))
        return self._ask_result(reservation, 1) or self.documents.close(())

    def result(self, reservation: str, keys: str, tries: int) -> str:
        """The key pressed after the talk, or none: noted and thanked for, or asked once more."""
        asked = self._asked(reservation)
        place = int(keys[0]) if keys[:1].isdecimal() else 0
        if 0 < place <= len(asked.names[:RESULT_KEYS]):
            self.results.say(asked, asked.names[place - 1])
            language = self._theirs(reservation)
            return self.documents.close((Say(sentence("noted", language), language),))
        again = self._ask_result(reservation, tries + 1) if tries < RESULT_TRIES else ""
        return again or self.documents.close(())

    def _asked(self, reservation: str) -> Asked:
        agent = self.dispatch.agent_of(reservation)
        asked = self.results.asked(agent.id) if agent else NOTHING
        return asked if asked.reservation == reservation else NOTHING

    def _ask_result(self, reservation: str, tries: int) -> str:
        names = self._asked(reservation).names[:RESULT_KEYS]
        if not names:
            return ""
        language = self._theirs(reservation)
        choices = (sentence("result_choice", language, result=name, digit=str(n)) for n, name in enumerate(names, 1))
        question = Say(" ".join((sentence("which_result", language), *choices)), language)
        path = f"/voice/offer/{reservation}/result/{tries}"
        return self.documents.ask((question,), path, seconds=KEY_SECONDS)

    def status(self, reservation: str, leg: str, status: str, answered_by: str, now: datetime) -> None:
        """The agent's leg rings, was answered, ended."""
        self.dispatch.offer_status(reservation, leg, status, answered_by, _ms(now))

    def _ask(self, reservation: str, said: Whisper, now: datetime) -> str:
        language = self._spoken(said.agent)
        known = said.callback
        if known is None:
            loaded = self.sessions.load(said.call_sid)
            known = Known(loaded[0].caller, loaded[0].path) if loaded else Known(CallerFacts(kind="hidden"))
        facts = WhisperFacts(
            caller=known.caller,
            # A callback outlives its session: its reason, the path in words, still says why they called.
            path=known.path or tuple(filter(None, (said.reason,))),
            waited_seconds=said.waited_seconds,
            callback=said.callback is not None,
        )
        words = Say(whisper(facts, language, now), language)
        return self.documents.ask((words,), f"/voice/offer/{reservation}/key", seconds=KEY_SECONDS)

    def _close(self, key: str, reservation: str) -> str:
        language = self._theirs(reservation)
        return self.documents.close((Say(offer_sentence(key, language), language),))

    def _theirs(self, reservation: str) -> str:
        agent = self.dispatch.agent_of(reservation)
        return self._spoken(agent) if agent else self.language

    def _spoken(self, agent: AgentProfile) -> str:
        first = agent.languages[0] if agent.languages else ""
        return _LOCALES.get(first, first) or self.language


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
