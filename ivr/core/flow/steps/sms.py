"""The sms step."""

from dataclasses import dataclass

from ivr.core.dialable import may_dial
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Gather, Note, Prompt, SendText
from ivr.core.flow.fields import Seconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text

_YES, _NO = "1", "2"
_ENDING = 4
LONGEST = 600
"""Characters: four texts' worth."""


@step("sms", main="text")
@dataclass(frozen=True, slots=True)
class SmsStep(Step):
    """Sends a text to the number that called. With `ask` (as it is) the caller agrees by key first.

    Goes on at `next` when it is on its way, at `refused` (else `next`) where the caller doesn't want it, and at
    `not_possible` (else `next`) where it can't be: a hidden number, a landline, a country the house doesn't allow, or
    texts are off (`HOTLINE_SMS`). The text itself is sent by a job, within the day's budgets.

    ```yaml
    send-address:
      sms: "Mairie: 1 place de l'Église. Apportez une pièce d'identité."
      next: goodbye
      refused: goodbye
      not_possible: say-address
    ```
    """

    text: Text
    next: Target
    refused: Target | None = None
    not_possible: Target | None = None
    ask: bool = True
    words: Text | None = None
    tries: Tries = 2
    wait: Seconds = 6

    accepts = (Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Asks, or sends at once; or says that it can't be."""
        session = context.session
        verdict = may_dial(session.caller.number, "text", session.rules)
        if not session.texts or not verdict.allowed:
            return Left(self.not_possible or self.next, "not_possible")
        return self._ask(context, (), 0) if self.ask else self._send(context)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the key that agrees or doesn't. Silence is no consent."""
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if key == _YES:
            return self._send(context)
        tries = context.session.tries + 1
        if key == _NO or tries >= self.tries:
            return Left(self.refused or self.next, "refused")
        return self._ask(context, context.phrase("wrong_key" if key else "nothing_pressed"), tries)

    def _ask(self, context: Context, said: tuple[Prompt, ...], tries: int) -> Waits:
        ending = " ".join(context.session.caller.number[-_ENDING:])
        offer = context.say(self.words) if self.words is not None else context.phrase("text_offer", ending=ending)
        return Waits(Gather((*said, *offer), 1, self.wait, language=context.language), tries=tries)

    def _send(self, context: Context) -> Left:
        text = context.render(self.text).strip()[:LONGEST]
        command = SendText(context.session.caller.number, text)
        effects = (command, Note(context.step, "sent"), *context.phrase("text_sent"))
        return Left(self.next, "sent", effects)
