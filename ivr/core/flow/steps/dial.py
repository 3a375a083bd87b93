"""The dial step."""

from dataclasses import dataclass

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Dial
from ivr.core.flow.fields import LongSeconds, PhoneNumber, RingSeconds, Target
from ivr.core.flow.inputs import Dialed, Input
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Step, step
from ivr.core.flow.text import Text


@step("dial", main="numbers")
@dataclass(frozen=True, slots=True)
class DialStep(Step):
    """Hands the call over to another number, or to the first of several that answers; `in_order` rings one by one.

    Goes on at `next` after the talk (without it, says goodbye) and at `otherwise` when nobody was reached.

    ```yaml
    other-office:
      dial: "+33199001010"
      words: Nous vous mettons en relation avec la préfecture.
      ring: 25 s
      next: goodbye
      on_busy: message
      otherwise: reception
    ```
    """

    numbers: tuple[PhoneNumber, ...]
    otherwise: Target
    next: Target | None = None
    words: Text | None = None
    ring: RingSeconds = 25
    longest: LongSeconds = 14_400
    in_order: bool = False
    on_busy: Target | None = None
    on_no_answer: Target | None = None
    on_failed: Target | None = None

    people = True
    accepts = (Dialed,)

    @property
    def ends(self) -> bool:
        """Without `next` the call is over when the talk is."""
        return self.next is None

    def enter(self, context: Context) -> Outcome:
        """Says the words and rings."""
        said = context.say(self.words) if self.words is not None else ()
        dial = Dial(self.numbers, self.ring, self.longest, sequential=self.in_order)
        return Waits(dial, said)

    def resume(self, context: Context, input: Input) -> Outcome:
        """Goes the way that fits how the hand-over ended."""
        if not isinstance(input, Dialed):
            raise NotAccepted("the call is being handed over")
        if input.status == "completed":
            return Left(self.next or "", "talked")
        ways = {"busy": self.on_busy, "no-answer": self.on_no_answer, "failed": self.on_failed}
        way = ways.get(input.status)
        said = () if way else context.phrase("hand_over_failed")
        return Left(way or self.otherwise, input.status, said)
