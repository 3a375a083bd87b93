"""What is wrong with where lines lead their callers by themselves: the flows they run are checked as any flow is, and
what lines and flows together make of a call that finds all of them full.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ivr.core.flow.across import led_into
from ivr.core.flow.check import check_flow, problem_of
from ivr.core.flow.links import links
from ivr.core.flow.model import Flow
from ivr.core.flow.near import nearest
from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import Found, World
from ivr.core.flow.steps.handoff import HandoffStep
from ivr.core.flow.steps.voicemail import VoicemailStep
from ivr.core.flow.text import Text
from ivr.core.queue_rules import OVERFLOW_CAUSES, QueueDefinition
from ivr.flowfile.queues import Queues

NOT_THEIRS = frozenset({"F033"})
"""What is no fault in them: where something fails in one, the way of the flow that led into the line is taken."""


def line_problems(queues: Queues, world: World, file: str) -> list[Problem]:
    """Every problem of the flows that lines run, at its place in queues.yaml. `world` has the flows' faces."""
    found: list[Problem] = []
    for flow in queues.flows.values():
        spoken = replace(flow, language=_language(flow))
        found += [one for one in check_flow(spoken, world, file) if one.code not in NOT_THEIRS]
        found += [problem_of(flow, file, one) for one in _mailboxes(flow, world)]
    found += [problem_of(queues.flows[name], file, one) for name, one in _rounds(queues, world)]
    return found


def _mailboxes(flow: Flow, world: World) -> Iterator[Found]:
    """A mailbox that no flow leaves messages in, though one of nearly that name is: a slip of the pen."""
    known = sorted({mailbox for face in (world.flows or {}).values() for mailbox in face.mailboxes})
    for name, step in flow.steps.items():
        if isinstance(step, VoicemailStep) and step.mailbox not in known and (near := nearest(step.mailbox, known)):
            message = f"no flow leaves messages in a mailbox '{step.mailbox}'"
            yield Found("F081", f"steps.{name}.voicemail", message, f"did you mean '{near}'?")


def _rounds(queues: Queues, world: World) -> Iterator[tuple[str, Found]]:
    """Lines that hand over to a line of this house whose flow leads back to them before it asks the caller anything."""
    lines, faces = world.lines or {}, world.flows or {}
    for flow in queues.flows.values():
        _, start, part, *_ = flow.name.split(".")
        for name, step in flow.steps.items():
            if part != "overflow" or not isinstance(step, HandoffStep) or step.to.line not in lines:
                continue
            if start in _come_into(queues, world, led_into(faces, lines, step.to.line)):
                message = f"whoever '{start}' hands over to line '{step.to.line}' is led back to it, asked nothing"
                yield flow.name, Found("F079", f"steps.{name}.handoff", message, "let a message or a callback end it")


def _come_into(queues: Queues, world: World, first: frozenset[str]) -> set[str]:
    """The lines a call comes into from some of them, where each is full, itself and by the lines of this house."""
    found = set(first)
    waiting = [*first]
    while waiting:
        queue = queues.definitions.get(waiting.pop())
        more = _next(queue, world) - found if queue is not None else set()
        found |= more
        waiting += more
    return found


def _next(queue: QueueDefinition, world: World) -> set[str]:
    found: set[str] = set()
    for cause in OVERFLOW_CAUSES if queue.overflow is not None else ():
        onward = queue.overflow.of(cause) if queue.overflow is not None else None
        if onward is not None and onward.kind == "queue":
            found.add(onward.to)
        elif onward is not None and onward.kind == "office":
            found |= led_into(world.flows or {}, world.lines or {}, onward.to)
    return found


def _language(flow: Flow) -> str:
    """The language most texts are given in: a line speaks that of the flow that leads there, so it has none itself."""
    given = Counter(language for text in _texts(flow) for language in text.by_language if language)
    return given.most_common(1)[0][0] if given else "en"


def _texts(flow: Flow) -> Iterator[Text]:
    return (link.value for step in flow.steps.values() for link in links(step) if link.kind is Text)
