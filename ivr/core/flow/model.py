"""A flow, as the engine walks it. Built by `ivr/flowfile`, never changed: a new version is a new Flow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from ivr.core.flow.fields import Duration, Range
from ivr.core.flow.text import Text
from ivr.core.hours import Span
from ivr.core.knowledge import Knowledge
from ivr.core.match import Matcher
from ivr.core.queue_rules import Onward


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a file; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Languages:
    """What `languages.yaml` says, by locale (`nl-BE`) or language (`nl`).

    `voices` are the carrier's voices; `instead` tells which languages are spoken, in order, where a text lacks one.
    """

    voices: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours several flows share, of `calendars.yaml`. `zone` empty: that of the flow that asks."""

    week: Mapping[int, tuple[Span, ...]]
    closures: Mapping[date, Text] = field(default_factory=dict)
    days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the checker holds a flow to, so that callers can follow it; each is the operator's to change.

    `human_within` is the most keys to a person, 0 where nobody answers this line; `menu_width` the most choices of a
    menu, `menu_depth` the most menus one after another; `longest_text` the most seconds of one text.
    """

    human_within: Annotated[int, Range(0, 20)] = 4
    menu_width: Annotated[int, Range(2, 12)] = 5
    menu_depth: Annotated[int, Range(1, 10)] = 3
    longest_text: Annotated[int, Duration(5, 300)] = 40


OFFER_AFTER_SECONDS = 30
"""From when on keys are offered to a caller who waits, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class LineWays:
    """A line's own ways (`line_ways.py`). `overflow` by cause; `menu` is a flow's name, empty for none.

    `offer` is what is said of the menu while waiting (None: that any key offers more), from `offer_after` seconds on,
    or as soon as the wait is expected to be longer than `offer_when_expected_over`.
    """

    overflow: Mapping[str, Onward] = field(default_factory=dict)
    menu: str = ""
    offer: Text | None = None
    offer_after: int = OFFER_AFTER_SECONDS
    offer_when_expected_over: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A version of a flow. `digest` names it for good; `start` is the first step's name; `steps` by name.

    `on_fault` is the step entered when something in the flow fails, empty for a sentence and hanging up. `time_zone`
    is an IANA name. `holds` gives each queue's hold texts, as the queues' file has them, `music` the sound file
    played between them, `line_hours` the calendar out of which a queue takes nobody in, `line_ways` what queues
    lead their callers to by themselves. `positions` finds a part of the file by its path
    ("steps.menu.keys.1.next"), for messages only.

    `parameters` are what a flow that runs this one has to hand over; `runs` names the flows it may run; `voices` are
    its own, by locale or language.
    `languages`, `calendars`, `prompts` (the sound files there are; None where that is not known) and `library` (flows
    that steps may run, by name and by digest) come from beside the file, so they are not part of the version.
    """

    name: str
    digest: str
    language: str
    start: str
    steps: Mapping[str, Any]
    title: str = ""
    time_zone: str = "UTC"
    on_fault: str = ""
    holds: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    music: Mapping[str, str] = field(default_factory=dict)
    line_hours: Mapping[str, str] = field(default_factory=dict)
    line_ways: Mapping[str, LineWays] = field(default_factory=dict, repr=False, compare=False)
    parameters: tuple[str, ...] = ()
    voices: Mapping[str, str] = field(default_factory=dict)
    runs: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits, compare=False)
    languages: Languages = field(default_factory=Languages, compare=False)
    calendars: Mapping[str, Calendar] = field(default_factory=dict, repr=False, compare=False)
    prompts: frozenset[str] | None = field(default=None, compare=False)
    matchers: Mapping[str, Matcher] = field(default_factory=dict, repr=False, compare=False)
    """For each step where a caller may say what they mean, what finds it out."""

    knowledge: Mapping[str, Knowledge] = field(default_factory=dict, repr=False, compare=False)
    """What `answers` steps speak, by file; from beside the flow, so no part of its version."""

    library: Mapping[str, "Flow"] = field(default_factory=dict, repr=False, compare=False)
    positions: Mapping[str, Position] = field(default_factory=dict, repr=False, compare=False)

    def voice(self, locale: str) -> str:
        """The voice a locale is spoken in: the flow's own, else the house's; empty for the carrier's own."""
        language = locale.partition("-")[0]
        for voices in (self.voices, self.languages.voices):
            if voice := voices.get(locale) or voices.get(language):
                return voice
        return ""

    def spoken_instead(self, locale: str) -> tuple[str, ...]:
        """The languages to look for, in order, where a text is not given in `locale`; the flow's own is the last."""
        instead = self.languages.instead
        others = instead.get(locale) or instead.get(locale.partition("-")[0]) or ()
        return (*others, self.language)
