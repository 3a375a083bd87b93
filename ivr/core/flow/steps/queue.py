"""The queue step."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.core.flow import line_ways
from ivr.core.flow.bound import Bound
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Join, Note, Stay
from ivr.core.flow.fields import NAME, Key, LongSeconds, PreferSeconds, QueueName, SkillLevels, Target
from ivr.core.flow.inputs import Digits, Input, LeftLine
from ivr.core.flow.outcomes import Left, NotAccepted, Outcome, Runs, Waits
from ivr.core.flow.registry import Found, Step, World, step
from ivr.core.flow.text import Text
from ivr.core.queue_rules import MOVED_IN_LINE


@step("queue", main="queue")
@dataclass(frozen=True, slots=True)
class QueueStep(Step):
    """Waits in a queue for an agent; goes on at `next` when the talk is over, at `otherwise` when nobody was reached.

    `on_timeout`, `on_nobody`, `on_full`, `on_closed`, `on_unanswered` and `on_failed` may each name a way of their own.
    `priority` is what the call is worth in waiting time. `max_wait` may stand in `queues.yaml` instead; one of them
    must, so that nobody waits for ever.

    `prefer` names agents who have the call to themselves at first, for `prefer_for` or as long as the line says: the
    first of them that is known. `own_adviser` is the contact's, `last_agent` whoever spoke with this caller last;
    anything else is an agent's id, which a look-up may give.

    A key pressed while waiting leads to the step `while_waiting`: ordinary steps, with the call still in its place. A
    way back to this step goes on waiting; a way to a callback, a message or another line leaves it. Where
    `while_waiting` is a menu that has the key pressed, the choice is made at once. `offer` says so, from `offer_after`
    on, or as soon as the wait is expected to be longer than `offer_when_expected_over`. Without `while_waiting` the
    line's own menu is offered, where it has one, but not with `line_menu: no`; the line's `overflow` goes before the
    ways of this step, but not with `line_overflow: no`.

    ```yaml
    civil-registry:
      queue: civil-registry
      skills: {etat-civil: 3}
      max_wait: 5 min
      leave_if_nobody: yes
      hold:
        - Merci de patienter, un agent de l'état civil va vous répondre.
        - Préparez votre pièce d'identité, elle vous sera demandée.
      while_waiting: other-ways
      offer: Pour être rappelé sans perdre votre place, tapez 1.
      offer_after: 30 s
      next: goodbye
      otherwise: message
    ```
    """

    queue: QueueName
    next: Target
    otherwise: Target
    skills: SkillLevels = field(default_factory=dict)
    prefer: tuple[Bound, ...] = ()
    prefer_for: PreferSeconds | None = None
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
    on_closed: Target | None = None
    on_unanswered: Target | None = None
    while_waiting: Target | None = None
    offer: Text | None = None
    offer_after: LongSeconds = 30
    offer_when_expected_over: LongSeconds | None = None
    line_overflow: bool = True
    line_menu: bool = True

    people = True
    accepts = (LeftLine, Digits)

    def enter(self, context: Context) -> Outcome:
        """Joins the line; where the call stands in it already, goes on waiting there."""
        if self._stands(context):
            return Waits(Stay())
        if context.closed(self.queue):
            return self._out(context, self.queue, "closed")
        return Waits(
            Join(
                queue=self.queue,
                skills=self.skills,
                priority_seconds=self.priority,
                urgent=self.urgent or context.session.urgent,
                max_wait_seconds=self.max_wait,
                leave_if_nobody=self.leave_if_nobody,
                reason=", ".join(context.session.path),
                preferred=self._preferred(context),
                prefer_seconds=self.prefer_for,
                overflow=self.line_overflow,
            )
        )

    def resume(self, context: Context, input: Input) -> Outcome:
        """Goes the way that fits why the line was left, or the way of the key pressed while waiting."""
        if isinstance(input, Digits):
            return self._pressed(context, input.keys[:1])
        if not isinstance(input, LeftLine):
            raise NotAccepted("the call waits in a line")
        return self._out(context, input.queue or self.queue, input.reason)

    def returned(self, context: Context, result: str, value: str) -> Outcome:
        """Goes on from where the line itself has led the call: its overflow, or its menu while waiting."""
        match result:
            case line_ways.TALKED:
                return Left(self.next, "talked")
            case line_ways.ENDED:
                return Left("", "taken care of")
            case line_ways.LINE:
                return self._into(context, value, "key")
            case line_ways.STAY | line_ways.PLACE if self._stands(context):
                return Waits(Stay(tell_place=result == line_ways.PLACE))
            case line_ways.STAY | line_ways.PLACE:
                return self.enter(context)
            case _:
                return self._left(value or "key")

    def _out(self, context: Context, line: str, cause: str) -> Outcome:
        """Out of a line: on as it says itself where this step lets it, else by this step's way."""
        onward = line_ways.overflow_of(context.flow, line, cause) if self.line_overflow else None
        # On to another line without leaving is the lines' own affair: whoever comes here found them all full.
        if onward is None or (onward.kind == "queue" and cause in MOVED_IN_LINE):
            return self._left(cause)
        if onward.kind == "queue":
            return self._into(context, onward.to, cause)
        return Runs(onward.flow, {line_ways.CAUSE: cause})

    def _into(self, context: Context, line: str, cause: str) -> Outcome:
        """Into another line than this step's, in the place the call has: what was asked of the first isn't asked."""
        if context.closed(line):
            return self._left("closed" if cause == "key" else cause)
        reason = ", ".join(context.session.path)
        return Waits(
            Join(
                line,
                priority_seconds=self.priority,
                urgent=self.urgent or context.session.urgent,
                leave_if_nobody=self.leave_if_nobody,
                reason=reason,
                overflow=self.line_overflow,
            )
        )

    def _left(self, cause: str) -> Left:
        ways = {
            "talked": self.next,
            "timeout": self.on_timeout,
            "nobody": self.on_nobody,
            "full": self.on_full,
            "failed": self.on_failed,
            "closed": self.on_closed,
            "unanswered": self.on_unanswered,
        }
        return Left(ways.get(cause) or self.otherwise, cause)

    def _stands(self, context: Context) -> bool:
        """Whether the call is in its line already, led there by this very step."""
        place = context.session.place
        return place is not None and place.step == context.step and place.depth == len(context.session.frames)

    def _preferred(self, context: Context) -> tuple[str, ...]:
        """The first that is known of those preferred. What a look-up answered counts only if it can be an id."""
        if self.prefer_for == 0:
            return ()
        caller = context.session.caller
        people = {"own_adviser": caller.adviser, "last_agent": caller.last_agent}
        named = [one.render(context.value).strip() for one in self.prefer] or list(people)
        known = (people.get(name, name) for name in named)
        return tuple(agent for agent in known if NAME.pattern.fullmatch(agent))[:1]

    def _pressed(self, context: Context, key: str) -> Outcome:
        keys = line_ways.keys_at(context.flow, self, context.session)
        if keys is None:
            raise NotAccepted("this line offers no keys")
        menu = context.flow.library.get(keys.flow) if keys.flow else None
        # A key offered in the hold words is a choice made: the menu needn't be heard first.
        steps = context.flow.steps if menu is None else menu.steps
        choice = getattr(steps.get(keys.step), "keys", {}).get(Key(key))
        note = () if choice is None else (Note(keys.flow or keys.step, choice.label or key),)
        label = "" if choice is None else choice.label
        if menu is not None:
            return Runs(menu.name, at=keys.step if choice is None else choice.next, effects=note, label=label)
        if choice is None:
            return Left(keys.step, "while_waiting")
        return Left(choice.next, f"key {key}", note, label=label)

    def passes(self, world: World) -> tuple[str, ...]:
        """The way of those who call out of the line's hours: they don't wait."""
        queue = (world.rules or {}).get(self.queue)
        closes = queue is not None and bool(queue.hours)
        return ("on_closed" if self.on_closed else "otherwise",) if closes else ()

    def problems(self, world: World) -> Iterator[Found]:
        """A line callers could wait in for ever."""
        limited = world.queues.get(self.queue)
        if limited is False and not self.max_wait:
            hint = "give `max_wait: 5 min` here, or `max_wait` in queues.yaml"
            yield Found("F025", "queue", f"nobody may ever leave queue '{self.queue}': its wait has no limit", hint)
        yield from self._opted_out_of_nothing(world)
        if self.max_wait == 0:
            yield Found("F011", "max_wait", "a wait of 0 s reaches nobody", "leave it out, or give for example 5 min")

    def _opted_out_of_nothing(self, world: World) -> Iterator[Found]:
        """Something of the line's put aside that there isn't: perhaps another line was meant."""
        queue = (world.rules or {}).get(self.queue)
        if queue is None or world.menus is None:
            return
        if not self.line_overflow and queue.overflow is None:
            yield Found("F083", "line_overflow", f"'{self.queue}' has no `overflow` to put aside", "leave it out")
        if not self.line_menu and self.queue not in world.menus:
            yield Found("F083", "line_menu", f"'{self.queue}' has no `menu` to put aside", "leave it out")
        elif not self.line_menu and self.while_waiting:
            hint = "leave it out: `while_waiting` goes before the line's menu"
            yield Found("F083", "line_menu", f"the menu of '{self.queue}' isn't offered here anyway", hint)
