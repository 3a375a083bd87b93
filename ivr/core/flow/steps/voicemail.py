"""The voicemail step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Command, Effect, Gather, Hangup, KeepMessage, Prompt, Record
from ivr.core.flow.fields import MessageSeconds, Name, SilenceSeconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput, Recorded
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text

_RECORDING, _SECONDS = "recording", "seconds"
_AGAIN = "2"
_SHORTEST = 1
"""Seconds; anything shorter holds no words."""

_CONFIRM_WAIT = 5


@step("voicemail", main="mailbox")
@dataclass(frozen=True, slots=True)
class VoicemailStep(Step):
    """Takes a message for a mailbox: greeting, recording, "1 to send, 2 to record again", thanks.

    Whoever hangs up after speaking has left a message. Nothing pressed sends it. Nothing said asks again, until the
    tries are used up; then it goes on at `next` all the same.

    ```yaml
    message:
      voicemail: mairie
      greeting: Nous ne pouvons pas vous répondre. Laissez un message après le bip, puis tapez dièse.
      longest: 3 min
      thanks: Merci, nous vous rappellerons.
      next: goodbye
    ```
    """

    mailbox: Name
    next: Target
    greeting: Text | None = None
    thanks: Text | None = None
    confirm: bool = True
    longest: MessageSeconds = 180
    silence: SilenceSeconds = 5
    tries: Tries = 2

    accepts = (Recorded, Digits, NoInput)

    def enter(self, context: Context) -> Outcome:
        """Greets and records."""
        return self._record(context.say_or(self.greeting, "leave_message"), 0)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Takes the recording, then the key that sends or repeats it."""
        held = context.session.held
        if _RECORDING in held:
            return self._confirmed(context, input)
        if isinstance(input, Recorded) and input.seconds >= _SHORTEST:
            if input.ended_by == "hangup":
                return Waits(Hangup(), (self._message(context, input.recording_sid, input.seconds),))
            if not self.confirm:
                return self._keep(context, input.recording_sid, input.seconds)
            return self._confirm(context, input.recording_sid, input.seconds)
        if isinstance(input, Digits):
            raise NotAccepted("a message is being recorded")
        tries = context.session.tries + 1
        if tries >= self.tries:
            return Left(self.next, "empty", context.phrase("message_empty"))
        return self._record((*context.phrase("message_empty"), *context.phrase("leave_message")), tries)

    def hung_up(self, context: Context) -> tuple[Command, ...]:
        """A message not confirmed is a message."""
        held = context.session.held
        return (self._message(context, held[_RECORDING], int(held[_SECONDS])),) if _RECORDING in held else ()

    def _confirmed(self, context: Context, input: Input) -> Outcome:
        if isinstance(input, Recorded):
            raise NotAccepted("the message has been recorded")
        tries = context.session.tries + 1
        if isinstance(input, Digits) and input.keys[:1] == _AGAIN and tries < self.tries:
            return self._record(context.phrase("leave_message"), tries)
        held = context.session.held
        return self._keep(context, held[_RECORDING], int(held[_SECONDS]))

    def _record(self, said: tuple[Prompt, ...], tries: int) -> Waits:
        return Waits(Record(self.longest, self.silence), said, tries)

    def _confirm(self, context: Context, recording: str, seconds: int) -> Waits:
        gather = Gather(context.phrase("message_confirm"), 1, _CONFIRM_WAIT, language=context.language)
        return Waits(gather, tries=context.session.tries, held={_RECORDING: recording, _SECONDS: str(seconds)})

    def _keep(self, context: Context, recording: str, seconds: int) -> Left:
        thanks = context.say_or(self.thanks, "message_thanks")
        effects: tuple[Effect, ...] = (self._message(context, recording, seconds), *thanks)
        return Left(self.next, "kept", effects)

    def _message(self, context: Context, recording: str, seconds: int) -> KeepMessage:
        return KeepMessage(self.mailbox, recording, seconds, ", ".join(context.session.path))
