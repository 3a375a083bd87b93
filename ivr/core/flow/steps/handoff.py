"""The handoff step."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.core.flow import line_ways
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Dial, Effect, HandOver, Note, Say
from ivr.core.flow.fields import Destination, LongSeconds, RingSeconds, Target
from ivr.core.flow.inputs import Dialed, Input, NotHandedOver
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text


@step("handoff", main="to")
@dataclass(frozen=True, slots=True)
class HandoffStep(Step):
    """Hands the call over with all that is known of it, so that nobody tells their story twice.

    To another line of this house: its flow goes on with the caller's way and answers (`handed.NAME`), and a wait in
    line counts from where it began. To another office's number: whoever answers hears who hands over and why the caller
    calls, and takes the call by key; after the talk it goes on at `next`, or the system says goodbye. `otherwise` is
    for a line or number that can't take it.

    ```yaml
    to-tax-office:
      handoff: tax-office
      words: Nous vous mettons en relation avec le service des impôts.
      otherwise: reception
    to-prefecture:
      handoff: "+33 1 99 00 10 10"
      tell: "Dossier {{ answers.file | default('sans numéro') | digits }}."
      otherwise: reception
    ```
    """

    to: Destination
    otherwise: Target
    next: Target | None = None
    words: Text | None = None
    tell: Text | None = None
    press: bool = True
    ring: RingSeconds = 25
    longest: LongSeconds = 14_400

    people = True

    accepts = (NotHandedOver, Dialed)

    @property
    def ends(self) -> bool:
        """The call goes on elsewhere; or, without `next`, it is over when the talk is."""
        return bool(self.to.line) or self.next is None

    def enter(self, context: Context) -> Outcome:
        """Says the words and hands over."""
        said = context.say_or(self.words, "fallback") if self.words or line_ways.leads_on(context.flow) else ()
        note = Note("handed over", self.to.line or self.to.number)
        if self.to.line:
            return Waits(HandOver(self.to.line), (*said, note))
        dial = Dial((self.to.number,), self.ring, self.longest, whisper=self._whisper(context), press_key=self.press)
        effects: tuple[Effect, ...] = (*said, note)
        return Waits(dial, effects)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Goes on after the talk, or where nobody took the call."""
        if isinstance(input, NotHandedOver):
            return Left(self.otherwise, "failed", context.phrase("hand_over_failed"))
        if not isinstance(input, Dialed) or self.to.line:
            raise NotAccepted("the call is being handed over")
        if input.status == "completed":
            return Left(self.next or "", "talked")
        return Left(self.otherwise, input.status, context.phrase("hand_over_failed"))

    def problems(self, world: World) -> Iterator[Found]:
        """A line there is none of; fields that only a number can have."""
        if self.to.line and world.lines is not None and self.to.line not in world.lines:
            hint = f"lines are {', '.join(sorted(world.lines))}" if world.lines else "lines are named in lines.yaml"
            yield Found("F073", "handoff", f"there is no line '{self.to.line}'", hint)
        if self.to.line and (self.next or self.tell is not None):
            name = "next" if self.next else "tell"
            message = f"`{name}` is for another office's number: after this the other line's flow goes on"
            yield Found("F008", name, message, "take it out")

    def _whisper(self, context: Context) -> tuple[Say, ...]:
        """What whoever answers is told, in the flow's own language: from where, why, and what to press."""
        here = context.speaking(context.flow.language)
        told = [here.phrase("handed_call", line=context.value("line.title"))]
        if context.session.path:
            told.append(here.phrase("handed_about", path=", ".join(context.session.path)))
        if self.tell is not None:
            told.append(here.say(self.tell))
        if self.press:
            told.append(here.phrase("press_to_take"))
        return tuple(prompt for several in told for prompt in several if isinstance(prompt, Say))
