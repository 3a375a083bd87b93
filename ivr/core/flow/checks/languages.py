"""Languages: every text is given in the flow's own, and in those that the flow's other texts are given in."""

from collections import Counter
from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.registry import Found
from ivr.core.flow.text import Text


@check()
def own(view: View) -> Iterator[Found]:
    """A text by language has the flow's own."""
    language = view.flow.language
    for path, _, link in view.of(Text):
        if "" not in link.value.by_language and _base(language) not in _spoken(link.value):
            yield Found("F034", path, f"this text is not given in {language}")


@check()
def others(view: View) -> Iterator[Found]:
    """A language that half the texts are given in is missing in none: callers would hear two in one call."""
    texts = [(path, link.value) for path, _, link in view.of(Text)]
    given = Counter(language for _, text in texts for language in _spoken(text))
    own_language = _base(view.flow.language)
    offered = [
        language
        for language, times in given.items()
        if times >= _FEW and times * 2 >= len(texts) and language != own_language
    ]
    for path, text in texts:
        lacking = [language for language in offered if language not in _spoken(text)]
        if lacking:
            message = f"this text is not given in {', '.join(lacking)}, as other texts of this flow are"
            yield Found("F057", path, message, "callers hear it in another language")


_FEW = 2
"""Texts in a language that are no more than a greeting."""


def _spoken(text: Text) -> set[str]:
    return {_base(language) for language in text.by_language if language}


def _base(locale: str) -> str:
    return locale.partition("-")[0]
