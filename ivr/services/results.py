"""What came of a talk, as its agent says by a key after it: one of the line's `dispositions`, noted with the call.

They are asked on their own phone right after the talk, and can say it in the console or on the agents' line while they
wrap up. A line may require it: wrap-up then lasts until it was said (half an hour at most, for no state is for ever).
"""

from dataclasses import dataclass
from typing import Protocol

from ivr.services.clock import Clock
from ivr.services.lines_port import LineStore
from ivr.services.ports import Flows, History, Jobs

NOTE = "disposition"
CALLBACK = "CB"


class TalkResults(Protocol):
    """Where it is kept until the history has it. Raises ports.StoreDown."""

    def last(self, agent: str) -> str:
        """The reservation of an agent's last talk, empty for none."""

    def of(self, reservation: str) -> str:
        """What came of a talk, empty where nobody said."""

    def keep(self, reservation: str, call_sid: str, result: str) -> None:
        """Keep it, with the call's session as well, whose record takes it along."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an agent in wrap-up may say of their last talk, in the order of the keys; `required`: and has to.

    `wrap_up_ms` is their line's wrap-up, which is left to them when it was said in time.
    """

    reservation: str = ""
    names: tuple[str, ...] = ()
    required: bool = False
    agent: str = ""
    wrap_up_ms: int = 0


NOTHING = Asked()


@dataclass(frozen=True, slots=True)
class Results:
    """The verbs. They raise StoreDown."""

    kept: TalkResults
    lines: LineStore
    flows: Flows
    jobs: Jobs
    clock: Clock

    def asked(self, agent_id: str) -> Asked:
        """What is still to be said; nothing where it was said, or the agent isn't in wrap-up."""
        agent = self.lines.agent(agent_id)
        if agent is None or agent.state != "wrap_up":
            return NOTHING
        reservation = self.kept.last(agent_id)
        call = self.lines.call(reservation.rpartition("-")[0]) if reservation else None
        queue = self.flows.queue(call.queue) if call else None
        if queue is None or not queue.dispositions or self.kept.of(reservation):
            return NOTHING
        wrap_up_ms = queue.wrap_up_seconds * 1000
        return Asked(reservation, queue.dispositions, queue.disposition_required, agent_id, wrap_up_ms)

    def say(self, asked: Asked, result: str) -> None:
        """Note what came of a talk. Where it had to be said, wrap-up now ends when it would have."""
        self.kept.keep(asked.reservation, call_of(asked.reservation), result)
        if asked.required:
            self.lines.limit_wrap_up(asked.agent, asked.wrap_up_ms, self.clock.now_ms())
        self.jobs.hint("keep_result", asked.reservation)

    def record(self, reservation: str, history: History) -> None:
        """Write it into a history that has the call already; one that hasn't takes it with the call."""
        result = self.kept.of(reservation)
        if result:
            history.note(call_of(reservation), NOTE, result)


def call_of(reservation: str) -> str:
    """The call a talk is recorded with: for a callback, the one that asked for it."""
    call = reservation.rpartition("-")[0]
    return f"CA{call.removeprefix(CALLBACK).partition('t')[0]}" if call.startswith(CALLBACK) else call
