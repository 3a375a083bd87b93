"""The voicemail step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Command, Effect, Gather, Hangup, KeepMessage, PlayRecording, Prompt, Record
from ivr.core.flow.fields import MessageSeconds, Name, SilenceSeconds, Target, Tries
from ivr.core.flow.inputs import Digits, Input, NoInput, Recorded
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text

_RECORDING, _SECONDS = "recording", "seconds"
_AGAIN, _LISTEN, _URGENT = "2", "3", "4"
_MOST_HEARD = 5
"""How often a message may be listened to before it is sent."""

_SHORTEST = 1
"""Seconds; anything shorter holds no words."""

_CONFIRM_WAIT = 5


@step("voicemail", main="mailbox")
@dataclass(frozen=True, slots=True)
class VoicemailStep(Step):
    """Takes a message for a mailbox: greeting, recording, "1 to send, 2 to record again", thanks.

    Whoever hangs up after speaking has left a message. Nothing pressed sends it. Nothing said asks again, until the
    tries are used up; then it goes on at `next` all the same. With `listen` the caller may hear it first (3), with
    `urgent` mark it as urgent (4). The mailbox's owners are told by text, where texts are sent (`hotline messages`).

    ```yaml
    message:
      voicemail: mairie
      greeting: Nous ne pouvons pas vous répondre. Laissez un message après le bip, puis tapez dièse.
      longest: 3 min
      listen: yes
      urgent: yes
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
    listen: bool = False
    urgent: bool = False

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
        held = context.session.held
        key = input.keys[:1] if isinstance(input, Digits) else ""
        if key == _AGAIN and tries < self.tries:
            return self._record(context.phrase("leave_message"), tries)
        heard = int(held.get(_LISTEN, "0")) + 1
        if key == _LISTEN and self.listen and heard <= _MOST_HEARD:
            played = PlayRecording(held[_RECORDING], context.session.call_sid)
            return self._confirm(context, held[_RECORDING], int(held[_SECONDS]), (played,), heard)
        urgent = key == _URGENT and self.urgent
        return self._keep(context, held[_RECORDING], int(held[_SECONDS]), urgent=urgent)

    def _record(self, said: tuple[Prompt, ...], tries: int) -> Waits:
        return Waits(Record(self.longest, self.silence), said, tries)

    def _confirm(
        self, context: Context, recording: str, seconds: int, played: tuple[Prompt, ...] = (), heard: int = 0
    ) -> Waits:
        prompts = (*played, *context.phrase("message_confirm"))
        prompts += context.phrase("message_listen") if self.listen else ()
        prompts += context.phrase("message_urgent") if self.urgent else ()
        held = {_RECORDING: recording, _SECONDS: str(seconds)} | ({_LISTEN: str(heard)} if heard else {})
        gather = Gather(prompts, 1, _CONFIRM_WAIT, language=context.language)
        return Waits(gather, tries=context.session.tries, held=held)

    def _keep(self, context: Context, recording: str, seconds: int, *, urgent: bool = False) -> Left:
        marked = context.phrase("message_marked") if urgent else ()
        thanks = context.say_or(self.thanks, "message_thanks")
        message = self._message(context, recording, seconds, urgent=urgent)
        effects: tuple[Effect, ...] = (message, *marked, *thanks)
        return Left(self.next, "kept", effects)

    def _message(self, context: Context, recording: str, seconds: int, *, urgent: bool = False) -> KeepMessage:
        return KeepMessage(self.mailbox, recording, seconds, ", ".join(context.session.path), urgent)
