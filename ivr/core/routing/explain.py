"""Why a call waits, or went to whom: one sentence from the facts of the moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.agent import Agent
from ivr.core.queue import WaitingCall
from ivr.core.routing.skills import may_answer, missing


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an agent isn't taking a call, in words."""

    agent: str
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a call asks for, who could answer it and why each of them doesn't."""

    call: str
    sentence: str
    refusals: tuple[Refusal, ...] = ()


def explain(
    call: WaitingCall,
    wanted: str,
    agents: Sequence[tuple[Agent, Mapping[str, int]]],
    position: int,
    now_ms: int,
) -> Explanation:
    """Why `call` is where it is. `agents` are all who are known, each with their skills; `position` counts from 1."""
    refusals = tuple(Refusal(agent.id, _refusal(agent, skills, wanted, now_ms)) for agent, skills in agents)
    asks = wanted or "anybody"
    match call.state:
        case "waiting":
            able = [
                agent for agent, skills in agents if agent.state != "offline" and may_answer(skills, wanted, agent.id)
            ]
            who = f"{len(able)} logged-in agents may answer, none is free" if able else "nobody logged in may answer"
            sentence = f"waits in {call.queue} at place {position} for {asks}: {who}"
        case "offered":
            sentence = f"is offered to {call.agent}, who had been free longest of those with {asks}"
        case "accepted" | "bridged":
            sentence = f"was taken by {call.agent}"
        case _:
            sentence = f"left {call.queue}: {call.left_reason}"
    return Explanation(call.call, sentence, refusals)


def _refusal(agent: Agent, skills: Mapping[str, int], wanted: str, now_ms: int) -> str:
    lacking = missing(skills, wanted, agent.id)
    if lacking:
        return "lacks " + ", ".join(f"{skill} {least}" for skill, (least, _) in sorted(lacking.items()))
    seconds = max(0, now_ms - agent.since_ms) // 1000
    reason = f" ({agent.pause_reason})" if agent.pause_reason else ""
    return f"{agent.state}{reason} for {seconds} s"
