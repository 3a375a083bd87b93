"""The number agents dial: who calls, the PIN, then the dialogue of `ivr/services/agent_phone.py`.

An agent is known by their number and believed by their PIN. Every request looks both the agent and their state up anew;
nothing is kept between requests but the place in the dialogue, which stands in the signed address.
"""

import logging
from dataclasses import dataclass

from flask import Blueprint, request

from ivr.carrier import requests as said
from ivr.core.agent import Agent, AgentState, IllegalTransition, rang_out
from ivr.core.agent_words import sentence
from ivr.core.flow.effects import Pause, Prompt, Say
from ivr.core.phone import e164
from ivr.services import agent_phone
from ivr.services.agent_phone import At, Place, Reply, Wish
from ivr.services.clock import Clock
from ivr.services.passwords import PIN_LENGTHS, matches
from ivr.services.ports import AgentProfile, Agents, Documents, HistoryDown, StoreDown
from ivr.services.presence import Presence
from ivr.services.results import Asked, Results
from ivr.store.redis.pin_tries import PinTries
from ivr.web.gate import Form, Gate

log = logging.getLogger(__name__)

_LOCALES = {"fr": "fr-FR", "nl": "nl-NL", "de": "de-DE", "en": "en-GB"}
_PIN_SECONDS = 10
_MENU_SECONDS = 6
_COUNTS = 9


@dataclass(frozen=True, slots=True)
class AgentsLine:
    """What the agents' line needs. `language` (a locale) is spoken to whoever is no agent; `region` reads numbers."""

    agents: Agents
    presence: Presence
    results: Results
    tries: PinTries
    documents: Documents
    clock: Clock
    region: str
    language: str

    def open(self, from_raw: str) -> str:
        """A call comes in: the agent is greeted by name and asked for the PIN."""
        try:
            agent = self._agent(from_raw)
            locked = agent is not None and self.tries.locked(agent.id)
        except (HistoryDown, StoreDown) as fault:
            return self._trouble(None, fault)
        has_pin = agent is not None and bool(agent.pin_hash)
        return self._document(agent, agent_phone.opening(known=agent is not None, has_pin=has_pin, locked=locked))

    def answer(self, from_raw: str, at: At, keys: str) -> str:
        """Keys at a place, or none."""
        agent = None
        try:
            agent = self._agent(from_raw)
            if agent is None:
                return self._document(None, Reply(("unknown_number",)))
            reply = self._pin(agent, at, keys) if at.place == "pin" else self._menu(agent, at, keys)
        except (HistoryDown, StoreDown) as fault:
            return self._trouble(agent, fault)
        return self._document(agent, reply)

    def _pin(self, agent: AgentProfile, at: At, keys: str) -> Reply:
        if not keys:
            return agent_phone.wrong_pin(at, locked=False)
        if not self.tries.admit(agent.id):
            log.warning("PIN locked", extra={"agent": agent.id})
            return agent_phone.wrong_pin(at, locked=True)
        # What can't be a PIN is not hashed, but was counted: nobody learns anything by pressing too much.
        if len(keys) not in PIN_LENGTHS or not matches(agent.pin_hash, keys):
            log.warning("wrong PIN", extra={"agent": agent.id, "tries": at.count + 1})
            return agent_phone.wrong_pin(at, locked=self.tries.locked(agent.id))
        self.tries.forget(agent.id)
        return agent_phone.menu(self._state(agent), results=self.results.asked(agent.id).names)

    def _menu(self, agent: AgentProfile, at: At, keys: str) -> Reply:
        asked = self.results.asked(agent.id)
        heard = agent_phone.pressed(at, keys, self._state(agent), asked.names, required=asked.required)
        if isinstance(heard, Reply):
            return heard
        log.info("agent by phone", extra={"agent": agent.id, "wish": heard.verb, "reason": heard.reason})
        try:
            now = self._carry_out(agent, heard, asked)
        except IllegalTransition:  # their state changed between hearing the menu and pressing the key
            return agent_phone.done(heard, self._state(agent), later=False, refused=True)
        later, required = bool(now.wish), asked.required
        return agent_phone.done(heard, now.state, later=later, refused=False, results=asked.names, required=required)

    def _carry_out(self, agent: AgentProfile, wish: Wish, asked: Asked) -> Agent:
        match wish.verb:
            case "available" if self._state(agent) == "offline":
                return self.presence.log_in(agent.id)
            case "available":
                return self.presence.resume(agent.id)
            case "finish":
                return self.presence.finish_wrap_up(agent.id)
            case "result":
                self.results.say(asked, wish.reason)
                return self.presence.state(agent.id)
            case "extend":
                return self.presence.extend_wrap_up(agent.id)
            case "pause":
                return self.presence.pause(agent.id, wish.reason)
            case "log_out":
                return self.presence.log_out(agent.id)

    def _agent(self, from_raw: str) -> AgentProfile | None:
        number = e164(from_raw, self.region)
        return self.agents.by_number(number) if number else None

    def _state(self, agent: AgentProfile) -> AgentState:
        return self.presence.state(agent.id).state

    def _why_paused(self, agent: AgentProfile | None, key: str) -> str:
        """Whoever was paused since their phone rang out hears so."""
        if key != "paused" or agent is None or not rang_out(self.presence.state(agent.id)):
            return key
        return "paused_rang_out"

    def _trouble(self, agent: AgentProfile | None, fault: Exception) -> str:
        log.error("agents' line without a store", extra={"reason": str(fault)})
        return self._document(agent, Reply(("trouble",)))

    def _document(self, agent: AgentProfile | None, reply: Reply) -> str:
        language = _LOCALES.get(agent.languages[0], agent.languages[0]) if agent and agent.languages else self.language
        name = agent.name if agent else ""
        keys = (self._why_paused(agent, key) for key in reply.said)
        prompts: list[Prompt] = [Say(sentence(key, language, name=name), language) for key in keys]
        for digit, result in enumerate(reply.choices, 1):
            prompts.append(Say(sentence("result_choice", language, result=result, digit=str(digit)), language))
        if reply.at is None:
            return self.documents.close([*prompts, Pause(1)])
        path = f"/voice/agents/{reply.at.place}?count={reply.at.count}"
        if reply.at.place == "pin":
            return self.documents.ask(prompts, path, seconds=_PIN_SECONDS, digits=None)
        return self.documents.ask(prompts, path, seconds=_MENU_SECONDS, digits=1)


def register(blueprint: Blueprint, gate: Gate, line: AgentsLine) -> None:
    """Mount the agents' addresses."""

    @blueprint.post("/voice/agents")
    @gate.spoken("agents")
    def agents(form: Form) -> str:
        """An agent dials in."""
        return line.open(form.get("From", ""))

    @blueprint.post("/voice/agents/<any(pin, menu, pause, result):place>")
    @gate.spoken("agents")
    def agents_at(form: Form, place: Place) -> str:
        """What the agent pressed."""
        if said.ended(form):
            return line.documents.nothing()
        count = request.args.get("count", "0")
        at = At(place, int(count) if count.isdecimal() and len(count) == 1 else _COUNTS)
        return line.answer(form.get("From", ""), at, form.get("Digits", ""))
