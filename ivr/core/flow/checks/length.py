"""Texts short enough to be followed, in seconds of speech."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found
from ivr.core.flow.speech import spoken_seconds
from ivr.core.flow.text import Text


@check()
def too_long(view: View) -> Iterator[Found]:
    """No text takes longer to say than the flow allows, in any language."""
    most = view.flow.limits.longest_text
    for path, _, link in view.of(Text):
        for language, template in link.value.by_language.items():
            seconds = spoken_seconds(template, language or view.flow.language)
            if seconds > most:
                where = f"{path}.{language}" if language else path
                message = f"this text takes about {seconds:.0f} s to say; past {most} s callers lose the thread"
                yield Found("F051", where, message, "shorten it, or make two texts of it")
