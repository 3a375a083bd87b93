"""What a carrier makes of an act: the input it would send for it, by what the call waits for."""

from collections.abc import Mapping
from datetime import timedelta

from ivr.core.flow.effects import Dial, Gather, Join, Record, Stay, Wait
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, NoInput, Recorded, Spoken
from ivr.flowtest.model import Act, HangsUp, NumberEnds, Presses, Records, Speaks, StaysSilent


def input_of(act: Act, wait: Wait, recording: str) -> tuple[Input, timedelta] | str:  # noqa: PLR0911 - one line an act
    """The input and the time it takes; or why the act is not possible now. `recording` is the SID of a next message."""
    match act, wait:
        case HangsUp(), _:
            return HungUp(), timedelta()
        case Presses(keys), Gather() as gather:
            given = _keys(keys, gather)
            return given if isinstance(given, str) else (given, timedelta())
        case Presses(keys), Join() | Stay():
            one = len(keys) == 1
            return (Digits(keys), timedelta()) if one else "one key at a time is taken in line"
        case Speaks(text, confidence), Gather(speech=True):
            return Spoken(text, confidence), timedelta()
        case Speaks(), Gather():
            return "no words are listened for here, only keys"
        case StaysSilent(), Gather() as gather:
            return NoInput(), timedelta(seconds=gather.timeout_seconds)
        case StaysSilent(), Record() as record:
            return NoInput(), timedelta(seconds=record.silence_seconds)
        case Records(seconds, ended_by), Record() as record:
            length = min(seconds, record.max_seconds)
            return Recorded(recording, length, ended_by), timedelta(seconds=length)
        case NumberEnds(status, seconds), Dial():
            return Dialed(status, seconds), timedelta(seconds=seconds)
    return not_here(_NEEDS[type(act)], wait)


def not_here(needed: str, wait: Wait) -> str:
    """Why an act is not possible, as a sentence."""
    return f"the caller would have to be {needed}, but {in_words(wait)}"


def in_words(wait: Wait) -> str:
    """What a call waits for, as the rest of a sentence."""
    match wait:
        case Gather(speech=True):
            return "keys or words are asked for"
        case Gather(num_digits=1):
            return "a key is asked for"
        case Gather():
            return "keys are asked for"
        case Record():
            return "a message is being recorded"
        case Dial(numbers=numbers):
            return f"the call is being handed over to {', '.join(numbers)}"
        case Join(queue=queue):
            return f"the call waits in line '{queue}'"
        case Stay():
            return "the call waits in its line"
    return "the call is over"


_NEEDS: Mapping[type, str] = {
    Presses: "asked for a key",
    Speaks: "asked for words",
    StaysSilent: "asked for something",
    Records: "leaving a message",
    NumberEnds: "handed over to another number",
}


def _keys(keys: str, gather: Gather) -> Input | str:
    """The keys as the carrier hands them over: without the finishing one, and never more than asked for."""
    if gather.finish_on_key and gather.finish_on_key in keys:
        keys, _, more = keys.partition(gather.finish_on_key)
        if more:
            return f"'{gather.finish_on_key}' ends the entry here: '{more}' behind it belongs to the next turn"
    if gather.num_digits and len(keys) > gather.num_digits:
        number = "one key is" if gather.num_digits == 1 else f"{gather.num_digits} keys are"
        return f"{number} asked for here, {len(keys)} are pressed: give the others a turn of their own"
    return Digits(keys) if keys else NoInput()
