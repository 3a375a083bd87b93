"""An agent whose phone rings out again and again is paused by the lines; here they get to know, and so do others.

Nobody picks up a phone they don't look at, so the notice is a text, where texts are set up: why no more calls come, and
how to go on. The audit has it for whoever wonders where an agent has gone.
"""

from dataclasses import dataclass
from datetime import datetime

from ivr.core.agent import Agent, rang_out
from ivr.core.agent_words import sentence
from ivr.core.phone import spaced
from ivr.services.lines_port import LineStore
from ivr.services.ports import Act, AgentProfile, Agents, Audit
from ivr.services.texting import Texting, TextRecord


@dataclass(frozen=True, slots=True)
class RangOut:
    """`agents_number` is where agents dial in, empty for none; `from_number` sends texts, empty for the line's own."""

    lines: LineStore
    agents: Agents
    audit: Audit
    texting: Texting
    agents_number: str
    from_number: str

    def tell(self, reservation: str, now: datetime) -> None:
        """Tell, where this offer was the one too many. Raises StoreDown and HistoryDown."""
        held = self.lines.reservation(reservation)
        agent = self.lines.agent(held.agent) if held else None
        profile = self.agents.get(agent.id) if agent else None
        if held is None or agent is None or not rang_out(agent) or not held.ended_ms >= agent.since_ms:
            return
        self.audit.note(Act(now, "hotline", "agent-paused", agent.id, f"{agent.misses} calls in a row rang out"))
        call = self.lines.call(held.call)
        sender = self.from_number or (call.to_number if call else "")
        if profile is not None and sender:
            self.texting.notify(self._text(reservation, agent, profile, sender, now), now)

    def _text(self, reservation: str, agent: Agent, profile: AgentProfile, sender: str, now: datetime) -> TextRecord:
        language = profile.languages[0] if profile.languages else "en"
        key = "text_rang_out" if self.agents_number else "text_rang_out_ask"
        words = sentence(key, language, number=spaced(self.agents_number), misses=str(agent.misses))
        call = reservation.rpartition("-")[0]
        return TextRecord(f"paused-{reservation}"[:64], call[:34], profile.number, sender, words, now, now)
