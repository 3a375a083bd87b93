"""<Gather>: keys or speech from the caller."""

import re
from dataclasses import dataclass

from exchange.twiml import pause, play, say
from exchange.twiml.model import Broken, Verb
from exchange.twiml.reader import Reader

_INPUTS = {
    "dtmf": frozenset({"dtmf"}),
    "speech": frozenset({"speech"}),
    "dtmf speech": frozenset({"dtmf", "speech"}),
    "speech dtmf": frozenset({"dtmf", "speech"}),
}
_MODELS = re.compile(
    r"default|numbers_and_commands|phone_call|experimental_\w+|googlev2_\w+|deepgram_nova-[23][\w-]*",
)
_NESTED = {"Say": say.read, "Play": play.read, "Pause": pause.read}
_HINTS, _HINT_LENGTH = 500, 100


@dataclass(frozen=True, slots=True)
class Gather(Verb):
    """`action` is None where absent (the current document). `timeout` is the gap allowed before and between inputs."""

    action: str | None
    method: str
    inputs: frozenset[str]
    timeout: float
    speech_timeout: float | None
    num_digits: int | None
    finish_on_key: str
    action_on_empty_result: bool
    barge_in: bool
    hints: tuple[str, ...]
    language: str
    profanity_filter: bool
    partial_callback: str
    partial_method: str
    max_speech_time: float
    prompts: tuple[Verb, ...]


def read(reader: Reader) -> Verb:
    """The instruction; wrong attributes fall back to their defaults, wrong children are left out (13320)."""
    raw_timeout = reader.text("timeout", "5")
    timeout = 5.0 if raw_timeout == "auto" else float(reader.integer("timeout", 5, 1, 86400, 13313))
    model = reader.text("speechModel", "default")
    if not _MODELS.fullmatch(model):
        reader.report(13338, f"speechModel={model!r} is unknown; default is taken")
    raw_speech = reader.text("speechTimeout")
    speech = None
    if raw_speech == "auto":
        if reader.raw("speechModel") is not None and model != "default":
            reader.report(13335, "speechTimeout=auto does not go with an explicit speechModel")
    elif raw_speech:
        number = reader.optional_integer("speechTimeout", 1, 60, 13337)
        speech = None if number is None else float(number)
    reader.raw("enhanced"), reader.raw("debug")
    verb = Gather(
        action=reader.raw("action"),
        method=reader.method(code=13312),
        inputs=_inputs(reader),
        timeout=timeout,
        speech_timeout=speech,
        num_digits=reader.optional_integer("numDigits", 1, 10**6, 13314),
        finish_on_key=_finish_key(reader),
        action_on_empty_result=reader.boolean("actionOnEmptyResult", False),
        barge_in=reader.boolean("bargeIn", True, 13332),
        hints=_hints(reader),
        language=reader.text("language", "en-US"),
        profanity_filter=reader.boolean("profanityFilter", True),
        partial_callback=reader.text("partialResultCallback"),
        partial_method=reader.method("partialResultCallbackMethod"),
        max_speech_time=float(reader.integer("maxSpeechTime", 60, 1, 60, 13328)),
        prompts=_prompts(reader),
    )
    reader.finish()
    return verb


def _inputs(reader: Reader) -> frozenset[str]:
    value = " ".join(reader.text("input", "dtmf").split())
    if value not in _INPUTS:
        reader.report(12200, f"input={value!r} is none of dtmf, speech, dtmf speech; dtmf is taken")
    return _INPUTS.get(value, _INPUTS["dtmf"])


def _finish_key(reader: Reader) -> str:
    value = reader.text("finishOnKey", "#")
    if value and (len(value) != 1 or value not in "0123456789#*"):
        reader.report(13310, f"finishOnKey={value!r} is no single key; # is taken")
        return "#"
    return value


def _hints(reader: Reader) -> tuple[str, ...]:
    hints = tuple(hint.strip() for hint in reader.text("hints").split(",") if hint.strip())
    if len(hints) > _HINTS or any(len(hint) > _HINT_LENGTH for hint in hints):
        reader.report(13334, f"hints: at most {_HINTS} of at most {_HINT_LENGTH} characters")
        hints = tuple(hint for hint in hints if len(hint) <= _HINT_LENGTH)[:_HINTS]
    return hints


def _prompts(reader: Reader) -> tuple[Verb, ...]:
    prompts: list[Verb] = []
    for child in reader.element:
        nested = _NESTED.get(child.tag)
        if nested is None:
            reader.report(13320, f"<{child.tag}> may not stand in it: only Say, Play and Pause")
            continue
        prompt = nested(Reader(child, reader.problems))
        if isinstance(prompt, play.Play) and prompt.digits:
            reader.report(13430, "Play with digits may not stand in it")
            continue
        if not isinstance(prompt, Broken) or prompt.fatal:
            prompts.append(prompt)
    return tuple(prompts)
