"""The callback step."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from ivr.core import callback
from ivr.core.dialable import may_dial
from ivr.core.flow import line_ways
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Book, Gather, Note, Prompt
from ivr.core.flow.fields import Clock, DialTries, LongSeconds, QueueName, SkillLevels, Target, Tries
from ivr.core.flow.inputs import Booked, Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text
from ivr.core.phone import spoken
from ivr.core.spoken import spoken_moment

_STAGE, _NUMBER, _AT = "stage", "number", "at"
_CONFIRM, _TYPE, _TIME, _KEPT, _CALLED_OFF, _CHANGED = "confirm", "type", "time", "kept", "called_off", "changed"
_YES, _OTHER_NUMBER, _OTHER_TIME, _NO = "1", "2", "3", "*"
_CANCEL, _CHANGE = "2", "3"
_ENDING = 4
"""Digits of a number that are told when it is confirmed."""

_LONGEST_NUMBER = 20


@step("callback", main="queue")
@dataclass(frozen=True, slots=True)
class CallbackStep(Step):
    """Books a callback in a queue, confirmed by key: to the number that called, or to another, typed in.

    The callback is the same item of the line: who waits there and books keeps the place, and nobody is overtaken.
    Without `skills` it asks for what the waiting call asked for. It is dialled when an agent has accepted it, at most
    `attempts` times. `times` are moments the caller may choose instead, today or tomorrow.

    Goes on at `next` once booked, and at `otherwise` where it can't be or isn't wanted; for a caller who waits that may
    be the queue step itself. A number that has a callback there already hears so: it keeps it and goes on at `already`,
    chooses another number or time in the same place, or calls it off and goes on at `otherwise`; where that is the
    queue step, the caller waits on the line in the callback's place. Whoever picks up hears the line's name and who
    calls; with `greeting` nothing but that, until a key is pressed: somebody else may have answered.

    ```yaml
    call-me-back:
      callback: accueil
      other_number: yes
      times: ["10:00", "14:00", "16:30"]
      attempts: 3
      next: goodbye
      already: goodbye
      otherwise: reception
    ```
    """

    queue: QueueName
    next: Target
    otherwise: Target
    already: Target | None = None
    skills: SkillLevels = field(default_factory=dict)
    priority: LongSeconds = 0
    other_number: bool = False
    times: tuple[Clock, ...] = ()
    attempts: DialTries = 3
    words: Text | None = None
    greeting: Text | None = None
    tries: Tries = 3

    accepts = (Digits, NoInput, Booked)

    def enter(self, context: Context) -> Outcome:
        """Offers the number that called, where it may be dialled; else asks for one, or says that it can't be."""
        number = context.session.caller.number
        if number and may_dial(number, "callback", context.session.rules).allowed:
            said = (
                context.say_or(self.words, "callback_instead") if self.words or line_ways.leads_on(context.flow) else ()
            )
            return self._confirm(context, said, 0, number)
        if self.other_number:
            return self._type(context, context.phrase("callback_not_possible") if number else (), 0)
        return Left(self.otherwise, "not_possible", context.phrase("callback_not_possible"))

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the key of the stage the caller is at, or what became of the booking."""
        if isinstance(input, Booked):
            return self._booked(context, input)
        stage = context.session.held.get(_STAGE, _CONFIRM)
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if stage == _TYPE:
            return self._typed(context, input)
        if stage == _KEPT:
            return self._kept(context, key)
        return Left(self.otherwise, "refused") if key == _NO else self._pressed(context, stage, key)

    def _pressed(self, context: Context, stage: str, key: str) -> Outcome:
        if stage == _TIME:
            return self._chosen(context, key)
        if key == _YES:
            return self._book(context, context.session.held[_NUMBER])
        if key == _OTHER_NUMBER and self.other_number:
            return self._type(context, (), 0)
        if key == _OTHER_TIME and self.times:
            return self._times(context, (), 0)
        return self._again(context, key)

    # --- the stages ------------------------------------------------------------------------------------------------
    def _confirm(self, context: Context, said: tuple[Prompt, ...], tries: int, number: str) -> Waits:
        if number == context.session.caller.number:
            said += context.phrase("callback_number", ending=" ".join(number[-_ENDING:]))
        else:
            region = context.session.rules.home
            said += context.phrase("callback_number_read", number=spoken(number, context.shipped_locale, region))
        said += context.phrase("callback_other_number") if self.other_number else ()
        said += context.phrase("callback_other_time") if self._moments(context) else ()
        said += context.phrase("callback_no")
        return self._ask(context, said, tries, {_STAGE: _CONFIRM, _NUMBER: number})

    def _type(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        prompts = (*said, *context.phrase("callback_which_number"))
        gather = Gather(prompts, None, 8, "#", language=context.language)
        return Waits(gather, tries=tries, held={**context.session.held, _STAGE: _TYPE})

    def _times(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        moments = self._moments(context)
        said += context.phrase("callback_in_turn")
        for key, moment in enumerate(moments, 2):
            words = spoken_moment(moment, context.local, context.shipped_locale)
            said += context.phrase("callback_at", moment=words, digit=key)
        said += context.phrase("callback_no")
        # What was offered is what a key means, however long the caller thinks about it.
        offered = {f"{_AT}{key}": moment.astimezone(UTC).isoformat() for key, moment in enumerate(moments, 2)}
        return self._ask(context, said, tries, {**context.session.held, **offered, _STAGE: _TIME})

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int, held: dict[str, str]) -> Waits:
        return Waits(Gather(said, 1, 8, language=context.language), tries=tries, held=held)

    # --- the answers -----------------------------------------------------------------------------------------------
    def _typed(self, context: Context, input: Input) -> Outcome:
        digits = input.keys.rstrip("#") if isinstance(input, Digits) else ""
        verdict = may_dial(digits[:_LONGEST_NUMBER], "callback", context.session.rules)
        if verdict.allowed:
            return self._confirm(context, (), 0, verdict.number)
        tries = context.session.tries + 1
        said = context.phrase("callback_wrong_number" if digits else "nothing_pressed")
        return Left(self.otherwise, "not_possible", said) if tries >= self.tries else self._type(context, said, tries)

    def _chosen(self, context: Context, key: str) -> Outcome:
        held = context.session.held
        if key == _YES:
            return self._book(context, held[_NUMBER])
        at = held.get(f"{_AT}{key}", "")
        return self._book(context, held[_NUMBER], at) if at else self._again(context, key)

    def _again(self, context: Context, key: str) -> Outcome:
        held = context.session.held
        said = context.phrase("wrong_key" if key else "nothing_pressed")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return Left(self.otherwise, "otherwise", said)
        if held.get(_STAGE) == _TIME:
            return self._times(context, said, tries)
        return self._confirm(context, said, tries, held[_NUMBER])

    def _may_change(self, context: Context) -> bool:
        """Whether there is anything to choose anew: another number, or another time."""
        return self.other_number or bool(self._moments(context))

    def _call_off(self, context: Context, stage: str) -> Waits:
        """Takes the callback back; its place is kept for what the caller chooses next."""
        number = context.session.held[_NUMBER]
        return Waits(Book(queue=self.queue, number=number, cancel=True), held={_STAGE: stage, _NUMBER: number, _AT: ""})

    def _book(self, context: Context, number: str, at: str = "") -> Waits:
        book = Book(
            queue=self.queue,
            number=number,
            skills=self.skills,
            priority_seconds=self.priority,
            not_before=at,
            tries=self.attempts,
            reason=", ".join(context.session.path),
            greeting=context.render(self.greeting).strip() if self.greeting is not None else "",
        )
        return Waits(book, held={_STAGE: _CONFIRM, _NUMBER: number, _AT: at})

    def _booked(self, context: Context, booked: Booked) -> Outcome:
        number = context.session.held[_NUMBER]
        match booked.status:
            case "booked":
                note = Note(context.step, "booked")
                return Left(self.next, "booked", (note, *self._promise(context, booked)), interruptible=False)
            case "already":
                said = self._told(context, booked, "callback_already")
                said += context.phrase("callback_keep_or_cancel")
                said += context.phrase("callback_change") if self._may_change(context) else ()
                return self._ask(context, said, 0, {_STAGE: _KEPT, _NUMBER: number})
            case "cancelled" if context.session.held.get(_STAGE) == _CHANGED:
                return self._confirm(context, (), 0, number)
            case "cancelled":
                return Left(self.otherwise, "cancelled", context.phrase("callback_cancelled"))
            case "taken":
                raise NotAccepted("an agent has just accepted the call")
            case "refused" | "failed":
                return Left(self.otherwise, "not_possible", context.phrase("callback_not_possible"))

    def _kept(self, context: Context, key: str) -> Outcome:
        if key == _CANCEL or (key == _CHANGE and self._may_change(context)):
            return self._call_off(context, _CHANGED if key == _CHANGE else _CALLED_OFF)
        return Left(self.already or self.next, "already", context.phrase("callback_kept"))

    # --- words -----------------------------------------------------------------------------------------------------
    def _promise(self, context: Context, booked: Booked) -> tuple[Prompt, ...]:
        if not booked.at and booked.position <= 1:
            return context.phrase("callback_booked_first")
        return self._told(context, booked, "callback_booked")

    def _told(self, context: Context, booked: Booked, key: str) -> tuple[Prompt, ...]:
        if not booked.at:
            return context.phrase(key, position=max(1, booked.position))
        zone = ZoneInfo(context.flow.time_zone)
        moment = datetime.fromisoformat(booked.at).astimezone(zone)
        return context.phrase(f"{key}_at", moment=spoken_moment(moment, context.local, context.shipped_locale))

    def _moments(self, context: Context) -> list[datetime]:
        times = [time.fromisoformat(written) for written in self.times]
        return callback.moments(context.local, times) if times else []
