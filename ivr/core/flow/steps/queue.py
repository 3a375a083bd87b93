"""The queue step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Join
from ivr.core.flow.fields import Level, LongSeconds, Name, QueueName, Target
from ivr.core.flow.inputs import Input, LeftLine
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text


@step("queue", main="queue")
@dataclass(frozen=True, slots=True)
class QueueStep(Step):
    """Waits in a queue for an agent; goes on at `next` when the talk is over, at `otherwise` when nobody was reached.

    `on_timeout`, `on_nobody`, `on_full` and `on_failed` may each name a way of their own. `priority` is what the call
    is worth in waiting time. `max_wait` may stand in `queues.yaml` instead; one of them must, so that nobody waits for
    ever.

    ```yaml
    civil-registry:
      queue: civil-registry
      skills: {etat-civil: 3}
      max_wait: 5 min
      leave_if_nobody: yes
      hold:
        - Merci de patienter, un agent de l'état civil va vous répondre.
        - Préparez votre pièce d'identité, elle vous sera demandée.
      next: goodbye
      otherwise: message
    ```
    """

    queue: QueueName
    next: Target
    otherwise: Target
    skills: Mapping[Name, Level] = field(default_factory=dict)
    priority: LongSeconds = 0
    urgent: bool = False
    max_wait: LongSeconds | None = None
    leave_if_nobody: bool = False
    hold: tuple[Text, ...] = ()
    tell_position: bool = True
    on_timeout: Target | None = None
    on_nobody: Target | None = None
    on_full: Target | None = None
    on_failed: Target | None = None

    accepts = (LeftLine,)

    def enter(self, context: Context) -> Outcome:
        """Joins the line."""
        return Waits(
            Join(
                queue=self.queue,
                skills=self.skills,
                priority_seconds=self.priority,
                urgent=self.urgent,
                max_wait_seconds=self.max_wait,
                leave_if_nobody=self.leave_if_nobody,
                reason=", ".join(context.session.path),
            )
        )

    def resume(self, context: Context, input: Input) -> Outcome:
        """Goes the way that fits why the line was left."""
        if not isinstance(input, LeftLine):
            raise NotAccepted("the call waits in a line")
        ways = {
            "talked": self.next,
            "timeout": self.on_timeout,
            "nobody": self.on_nobody,
            "full": self.on_full,
            "failed": self.on_failed,
        }
        return Left(ways.get(input.reason) or self.otherwise, input.reason)

    def problems(self, world: World) -> Iterator[Found]:
        """A line callers could wait in for ever."""
        limited = world.queues.get(self.queue)
        if limited is False and not self.max_wait:
            hint = "give `max_wait: 5 min` here, or `max_wait` in queues.yaml"
            yield Found("F025", "queue", f"nobody may ever leave queue '{self.queue}': its wait has no limit", hint)
        if self.max_wait == 0:
            yield Found("F011", "max_wait", "a wait of 0 s reaches nobody", "leave it out, or give for example 5 min")
