"""Answers: asked for somewhere, and sensitive ones neither heard, kept nor sent."""

from collections.abc import Iterator

from ivr.core.flow.bound import Address, Bound
from ivr.core.flow.checks.view import View, check
from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName
from ivr.core.flow.names import ANSWERS
from ivr.core.flow.registry import Found, Step
from ivr.core.flow.text import Text

_LEAKS = {
    "heard": ("F032", "would be heard here", "take it out of the text"),
    "kept": ("F056", "would be kept under another name here", "take it out; a sensitive answer is never copied"),
    "sent": ("F056", "would be sent out here", "take it out; a sensitive answer never leaves the house"),
}
"""By where a step's texts go (`Step.texts_are`): code, what happens to a sensitive answer there, hint."""


@check()
def asked(view: View) -> Iterator[Found]:
    """Every answer that is used is saved by some step, and no sensitive one gets out."""
    sensitive: dict[str, bool] = {}
    for _, step, link in view.of(AnswerName):
        sensitive[link.value] = sensitive.get(link.value, False) or bool(getattr(step, "sensitive", False))
    for path, step, link in view.of(Text, Condition, Address, Bound):
        for value in link.value.names:
            answer = value.removeprefix(ANSWERS)
            if not value.startswith(ANSWERS):
                continue
            if answer not in sensitive:
                yield Found("F028", path, f"no step asks for '{value}'", view.near(answer, sensitive))
            elif link.kind is Text and sensitive[answer]:
                code, said, hint = _LEAKS[step.texts_are]
                yield Found(code, path, f"'{value}' is sensitive and {said}", hint)
            elif link.kind in {Address, Bound} and sensitive[answer] and not _safely_sent(path, step):
                said = "be sent unencrypted" if path.split(".")[2] == "body" else "stand in an address, and so in logs,"
                hint = "send it in `body`, by `method: post` and https"
                yield Found("F056", path, f"'{value}' is sensitive and would {said} here", hint)


def _safely_sent(path: str, step: Step) -> bool:
    """Whether what is sent there is encrypted and no part of an address."""
    address = getattr(step, "address", None)
    return path.split(".")[2] == "body" and isinstance(address, Address) and address.scheme == "https"
