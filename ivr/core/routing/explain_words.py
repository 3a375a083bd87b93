"""The words of an explanation: durations, names, requirements, states."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from ivr.core.routing.skills import HIGHEST, alternatives
from ivr.core.routing.timeline import BACKING_OFF, AgentChange

_MINUTE, _HOUR = 60, 3600
_SHORT = 120
_NAMED = 3
AT_ONCE = "at once"

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "declined": "{} declined",
        "hung_up": "{} hung up when asked",
        "busy": "the phone of {} was busy",
        "no_answer": "{} didn't answer",
        "no_key": "the phone of {} was picked up, but nobody pressed the key",
        "machine": "a voicemail answered at the phone of {}",
        "carrier": "the carrier couldn't ring {}",
        "agent_gone": "{} hung up before the two met",
        "taken": "a colleague of {} was quicker",
        "moved": "the offer to {} was taken back, because the call was moved",
        "left": "the offer to {} was taken back, because the call left the line",
        "caller_gone": "the caller hung up while the phone of {} rang",
    }
)
"""How an offer ended, with room for whom it was for."""

NOT_REACHED: Mapping[str, str] = MappingProxyType(
    {
        "no_answer": "nobody answered",
        "busy": "the line was busy",
        "no_key": "somebody picked up, but nobody pressed the key",
        "machine": "a voicemail answered",
        "carrier": "the carrier couldn't ring it",
        "agent_gone": "the agent hung up first",
        "not_now": "the caller asked for some other time",
        "called_off": "the caller doesn't want it any more",
        "refused": "the number may not be called",
    }
)
"""Why a caller who was called back wasn't reached."""

LEFT: Mapping[str, str] = MappingProxyType(
    {
        "talked": "the talk ended",
        "abandoned": "the caller hung up",
        "timeout": "had waited as long as the line allows",
        "nobody": "nobody who may answer was logged in",
        "full": "the line was full",
        "closed": "the line was closed",
        "unanswered": "phones had rung as long as the line allows, and nobody answered",
        "key": "the caller left by a key",
        "failed": "something broke",
        "moved": "moved on to another line",
        "callback": "the caller chose to be called back",
        "unreached": "the caller couldn't be reached",
        "expired": "it was too late to call back",
        "cancelled": "it was cancelled",
        "refused": "the number may not be called",
    }
)
"""Why a call left its line."""

CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "longest_idle": "idle longest",
        "fewest_calls": "with the fewest calls",
        "round_robin": "whose turn it was",
        "most_skilled": "the most skilled",
        "least_skilled": "the least skilled who suffices",
        "fair_load": "with the least load",
        "ring_all": "first of all who ring",
    }
)
"""Why an agent goes before others, by strategy."""

NOT_NEXT: Mapping[str, str] = MappingProxyType(
    {
        "longest_idle": "but others for longer",
        "fewest_calls": "but with no fewer calls",
        "round_robin": "but it wasn't their turn",
        "fair_load": "but with no less load",
        "ring_all": "but others ring first",
    }
)
"""Why an agent who is free goes after the chosen one."""

_STATES: Mapping[str, str] = MappingProxyType(
    {
        "offline": "not logged in",
        "available": "free",
        "reserved": "being offered another call",
        "on_call": "talking",
        "wrap_up": "in wrap-up",
    }
)
_OUT: Mapping[str, str] = MappingProxyType(
    {
        "declined": "a declined call",
        "hung_up": "hanging up on an offer",
        "busy": "a busy phone",
        "no_answer": "a call not answered",
        "no_key": "a call not accepted",
        "machine": "a voicemail that answered",
        "carrier": "a call the carrier couldn't place",
        "agent_gone": "hanging up too soon",
    }
)


def duration(ms: int) -> str:
    """Such as `94 s`, `3 min 20 s`, `1 h 5 min`."""
    seconds = max(0, round(ms / 1000))
    if seconds < _SHORT:
        return f"{seconds} s"
    if seconds < _HOUR:
        minutes, rest = divmod(seconds, _MINUTE)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(round(seconds / _MINUTE), _MINUTE)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def after(ms: int) -> str:
    """Such as `after 94 s`, `at once`."""
    return f"after {duration(ms)}" if round(ms / 1000) > 0 else AT_ONCE


def minutes(low_s: int, high_s: int) -> str:
    """A range as it was told: `2 to 5 min`, `at most 3 min`."""
    low, high = low_s // _MINUTE, -(-high_s // _MINUTE)
    return f"{low} to {high} min" if low else f"at most {high} min"


def ordinal(number: int) -> str:
    """Such as `1st`, `12th`, `23rd`."""
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def count(number: int, one: str, several: str = "") -> str:
    """Such as `1 agent`, `2 agents`, `no agent`."""
    if not number:
        return f"no {one}"
    return f"{number} {one if number == 1 else several or one + 's'}"


def listed(names: Sequence[str], also: str = "and") -> str:
    """Such as `Ana, Ben and Cem`; of many the first, and how many others."""
    if len(names) > _NAMED + 1:
        names = [*names[:_NAMED], f"{len(names) - _NAMED} others"]
    return f"{', '.join(names[:-1])} {also} {names[-1]}" if len(names) > 1 else "".join(names)


def wanted_words(wanted: str, name: Callable[[str], str]) -> str:
    """A requirement in words: `fr 3 or better and tax 2 to 5, or Ana`. `name` gives an agent's by id."""
    return ", or ".join(
        " and ".join(
            ([name(way.agent)] if way.agent else [])
            + [skill_words(skill, least, most) for skill, (least, most) in sorted(way.skills.items())]
        )
        or "anybody"
        for way in alternatives(wanted)
    )


def skill_words(skill: str, least: int, most: int = HIGHEST) -> str:
    """Such as `fr 3 or better`, `tax 2 to 5`, `vip 4`."""
    if most == least:
        return f"{skill} {least}"
    return f"{skill} {least} or better" if most == HIGHEST else f"{skill} {least} to {most}"


def state_words(change: AgentChange, at_ms: int) -> str:
    """What an agent was doing at a moment, and for how long: `on break (lunch) for 12 min`."""
    lasting = f" for {duration(at_ms - change.at_ms)}" if change.at_ms and round((at_ms - change.at_ms) / 1000) else ""
    if change.state != "paused":
        return _STATES.get(change.state, change.state) + (lasting if change.state != "offline" else "")
    if change.flapping:
        return f"taken off for {change.misses} calls in a row that rang out{lasting and ', ' + lasting[5:] + ' ago'}"
    if change.reason in BACKING_OFF:
        return f"backing off after {_OUT[change.reason]}"
    return f"on break{_named(change.reason)}{lasting}"


def not_paused(change: AgentChange) -> str:
    """What would have had to be otherwise for a paused agent to be free: `had not been on break (lunch)`."""
    if change.reason in _OUT:
        return f"had not been {'taken off' if change.flapping else 'backing off'} after {_OUT[change.reason]}"
    return f"had not been on break{_named(change.reason)}"


def _named(reason: str) -> str:
    """A break's reason; one that only says that it is a break says nothing."""
    return f" ({reason})" if reason not in ("", "break") else ""
