"""What a step may know: the flow, the session and the time, with the texts of both put into words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.core.flow.effects import Play, Prompt, Say
from ivr.core.flow.model import Flow
from ivr.core.flow.names import ANSWERS, GIVEN, HANDED
from ivr.core.flow.session import Incident, Session
from ivr.core.flow.text import Template, Text
from ivr.core.hours import OpeningHours
from ivr.core.match import Match
from ivr.core.phrases import LANGUAGES, phrase
from ivr.core.spoken import spoken_moment

SECRET = "secret."  # noqa: S105 - a prefix of names, no secret
"""Prefix of `Session.values` for answers that are never said, logged or noted."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Context:
    """One step's view of a call. `step` is its name; `now` is aware, in UTC."""

    flow: Flow
    session: Session
    now: datetime
    step: str

    @property
    def language(self) -> str:
        """The locale spoken now."""
        return self.session.language or self.flow.language

    @property
    def local(self) -> datetime:
        """The time in the flow's time zone."""
        return self.now.astimezone(ZoneInfo(self.flow.time_zone))

    def value(self, name: str) -> str:
        """A value by its dotted name (`names.NAMES`, `answers.*`); empty where nothing is known."""
        known = _VALUES.get(name)
        if known is not None:
            return known(self)
        if name.startswith(ANSWERS):
            answer = name[len(ANSWERS) :]
            return self.session.values.get(answer) or self.session.values.get(SECRET + answer, "")
        if name.startswith(HANDED):
            return self.session.values.get(name, "")
        if name.startswith(GIVEN):
            frames = self.session.frames
            return frames[-1].given.get(name[len(GIVEN) :], "") if frames else ""
        return ""

    def closed(self, queue: str) -> bool:
        """Whether a line takes nobody in now. One without hours, or whose calendar is gone, is open."""
        calendar = self.flow.calendars.get(self.flow.line_hours.get(queue, ""))
        if calendar is None:
            return False
        zone = calendar.zone or self.flow.time_zone
        return not OpeningHours(zone, calendar.week, calendar.closures, calendar.days).is_open(self.now)

    def meant(self, said: str) -> Sequence[Match]:
        """What a caller may have meant by some words, of the step's `meanings`: best first."""
        matcher = self.flow.matchers.get(self.step)
        return matcher.ranked(said, self.language) if matcher else ()

    def render(self, text: Text) -> str:
        """A text of the flow in this caller's language, with its values filled in."""
        locale, template = text.choose(self.language, *self.flow.spoken_instead(self.language))
        return template.render(self.value, locale)

    def say(self, text: Text) -> tuple[Prompt, ...]:
        """A text of the flow as it is spoken to this caller: recorded where there is such a file, else by voice.

        Nothing where it comes out empty.
        """
        locale, key = text.key_for(self.language, *self.flow.spoken_instead(self.language))
        spoken = text.by_language[key].render(self.value, locale)
        recorded = text.audio.get(key)
        if recorded and (self.flow.prompts is None or recorded in self.flow.prompts):
            return (Play(recorded, spoken),)
        return (Say(spoken, locale, self.flow.voice(locale)),) if spoken.strip() else ()

    def phrase(self, key: str, /, **values: str | int) -> tuple[Prompt, ...]:
        """A sentence of the system's own, in the caller's language or, where it lacks that, in the next best."""
        locale = self.shipped_locale
        return (Say(phrase(key, locale, **values), locale, self.flow.voice(locale)),)

    @property
    def languages(self) -> tuple[str, ...]:
        """The locale spoken now, then what is spoken instead; the flow's own is the last."""
        return (self.language, *self.flow.spoken_instead(self.language))

    @property
    def shipped_locale(self) -> str:
        """The locale the system's own sentences are spoken in: the nearest to the caller's that it ships."""
        for locale in (self.language, *self.flow.spoken_instead(self.language)):
            if locale.partition("-")[0] in LANGUAGES:
                return locale
        return "en-GB"

    def incident(self, incident: Incident) -> tuple[Prompt, ...]:
        """A disturbance as it is told to this caller. Its words are taken as they are, not as a template."""
        return self.say(Text({language: Template((words,)) for language, words in incident.texts.items()}))

    def speaking(self, locale: str) -> "Context":
        """The same call as if `locale` were spoken."""
        return replace(self, session=replace(self.session, language=locale))

    def gives(self, text: Text) -> bool:
        """Whether a text is given in the language spoken."""
        _, key = text.key_for(self.language, *self.flow.spoken_instead(self.language))
        return key.partition("-")[0] == self.language.partition("-")[0]

    def say_or(self, text: Text | None, key: str) -> tuple[Prompt, ...]:
        """The operator's own words, or the system's."""
        return self.phrase(key) if text is None else self.say(text)


def _opens_at(context: Context) -> str:
    values = context.session.values
    moment = values.get("hours.opens_at", "")
    if not moment:
        return ""
    zone = ZoneInfo(values["hours.zone"])
    return spoken_moment(
        datetime.fromisoformat(moment).astimezone(zone), context.now.astimezone(zone), context.language
    )


_VALUES: Mapping[str, Callable[[Context], str]] = {
    "caller.kind": lambda c: c.session.caller.kind,
    "caller.name": lambda c: c.session.caller.name,
    "caller.number": lambda c: c.session.caller.number,
    "caller.calls_before": lambda c: str(c.session.caller.calls_before),
    "caller.last_reason": lambda c: c.session.caller.last_reason,
    "caller.last_agent": lambda c: c.session.caller.last_agent,
    "caller.adviser": lambda c: c.session.caller.adviser,
    "caller.callback": lambda c: c.session.caller.callback,
    "caller.language": lambda c: c.session.caller.language,
    "line.name": lambda c: c.session.line,
    "line.title": lambda c: c.session.line_title or c.flow.title or c.session.line,
    "line.number": lambda c: c.session.to_number,
    "call.language": lambda c: c.language,
    "call.path": lambda c: ", ".join(c.session.path),
    "now.date": lambda c: c.local.date().isoformat(),
    "now.time": lambda c: c.local.strftime("%H:%M"),
    "now.hour": lambda c: str(c.local.hour),
    "now.minute": lambda c: str(c.local.minute),
    "now.day": lambda c: str(c.local.day),
    "now.month": lambda c: str(c.local.month),
    "now.weekday": lambda c: WEEKDAYS[c.local.weekday()],
    "line.incidents": lambda c: str(len(c.session.incidents)),
    "hours.opens_at": _opens_at,
    "hours.reason": lambda c: c.session.values.get("hours.reason", ""),
}
