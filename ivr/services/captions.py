"""A turn in words, as the console shows it: what the hotline said and what the caller did, never a sensitive answer."""

from collections.abc import Sequence

from ivr.core.events import Event
from ivr.core.flow.effects import Gather, Music, Pause, Play, PlayRecording, Prompt, Say
from ivr.core.flow.inputs import Digits, Input, Spoken
from ivr.core.flow.turn import Turn

HIDDEN = "•••"


def heard(turn: Turn, at_ms: int) -> list[Event]:
    """The turn's prompts as one event; none where nothing is said."""
    wait = turn.wait
    text = in_words((*turn.prompts, *wait.prompts) if isinstance(wait, Gather) else turn.prompts)
    return [Event("call.heard", at_ms, turn.session.call_sid, {"text": text})] if text else []


def did(call_sid: str, given: Input, at_ms: int, *, sensitive: bool) -> list[Event]:
    """What the caller pressed or said as an event; none for anything else."""
    match given:
        case Digits(keys):
            text = HIDDEN if sensitive else keys
        case Spoken(said):
            text = HIDDEN if sensitive else said
        case _:
            return []
    return [Event("call.did", at_ms, call_sid, {"text": text})]


def in_words(prompts: Sequence[Prompt]) -> str:
    """Prompts as one text: words as they are, a file by its name, music and silence as nothing."""
    return " ".join(part for prompt in prompts if (part := _words(prompt)))


def _words(prompt: Prompt) -> str:
    match prompt:
        case Say():
            return prompt.text
        case Play():
            return prompt.text or f"[{prompt.path}]"
        case PlayRecording():
            return "[recording]"
        case Music() | Pause():
            return ""
