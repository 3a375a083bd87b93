"""What flows have to know of each other, and rounds without end through several of them. Pure.

A flow's face says which flows it runs before asking the caller anything, and which after each of those came back in
silence. That is enough to find, for a whole folder, which flows can be passed in silence and which run each other
without end; no flow has to be read again for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ivr.core.flow.checks.rounds import circles
from ivr.core.flow.checks.view import View
from ivr.core.flow.fields import FlowName
from ivr.core.flow.model import Flow
from ivr.core.flow.registry import BACK, Face, Found, RunFrom, World
from ivr.core.flow.steps.handoff import HandoffStep
from ivr.core.flow.steps.queue import QueueStep
from ivr.core.flow.steps.return_ import ReturnStep
from ivr.core.flow.steps.voicemail import VoicemailStep

LINE = "line:"
"""Before the name of a line that a call is handed over to, where a flow's name stands otherwise."""

__all__ = ["endless", "face_of", "led_into", "settled"]


def face_of(flow: Flow | None) -> Face:
    """What other flows have to know of a flow; of one that can't be read, nothing is known."""
    if flow is None:
        return Face()
    results = frozenset(step.result for step in flow.steps.values() if isinstance(step, ReturnStep))
    lines = {name: f"{LINE}{step.to.line}" for name, step in flow.steps.items() if _hands_over(step)}
    mailboxes = tuple(sorted({step.mailbox for step in flow.steps.values() if isinstance(step, VoicemailStep)}))
    waits = any(isinstance(step, QueueStep) for step in flow.steps.values())
    if not flow.runs and not results and not lines and not waits:
        return Face(frozenset(flow.parameters), mailboxes=mailboxes)
    view = View(flow, World({}), frozenset(flow.steps))
    runs = {name: link.value for name, several in view.found.items() for link in several if link.kind is FlowName}
    calls = tuple(
        RunFrom(name, to, _next(view, [way.to for way in view.ways[name]], runs | lines))
        for name, to in (runs | lines).items()
    )
    runs |= lines
    first, queues = _next(view, [flow.start], runs), _queues(view, runs)
    return Face(frozenset(flow.parameters), results, first=first, calls=calls, queues=queues, mailboxes=mailboxes)


def _hands_over(step: object) -> bool:
    return isinstance(step, HandoffStep) and bool(step.to.line)


def _next(view: View, starts: list[str], runs: Mapping[str, object]) -> tuple[str, ...]:
    """The run steps, and BACK for a return, come to from some steps without the caller being asked anything."""
    steps = view.flow.steps
    reached = _in_silence(view, starts, runs)
    found = {name for name in reached if name in runs}
    if any(isinstance(steps[name], ReturnStep) for name in reached):
        found.add(BACK)
    return tuple(sorted(found))


def _queues(view: View, runs: Mapping[str, object]) -> tuple[str, ...]:
    """The lines a flow leads into, and on from, without the caller being asked anything, in the flow itself."""
    reached = (view.flow.steps[name] for name in _in_silence(view, [view.flow.start], runs))
    return tuple(sorted({str(step.queue) for step in reached if isinstance(step, QueueStep) and step.line_overflow}))


def _in_silence(view: View, starts: list[str], runs: Mapping[str, object]) -> set[str]:
    """The steps come to from some without the caller being asked anything, in the flow itself."""
    steps = view.flow.steps
    seen = {name for name in starts if name in steps}
    waiting = [*seen]
    while waiting:
        name = waiting.pop()
        step = steps[name]
        if name not in runs and not isinstance(step, ReturnStep) and step.silent and not step.ends:
            for way in view.ways[name]:
                if way.to not in seen:
                    seen.add(way.to)
                    waiting.append(way.to)
    return seen


def led_into(faces: Mapping[str, Face], lines: Mapping[str, str], line: str) -> frozenset[str]:
    """The queues a call handed over to a line of this house comes into without being asked anything."""
    found: set[str] = set()
    waiting = [lines.get(line, "")]
    seen = set(waiting)
    while waiting:
        face = faces.get(waiting.pop(), Face())
        found.update(face.queues)
        for call in face.calls:
            to = lines.get(call.flow.removeprefix(LINE), "") if call.flow.startswith(LINE) else call.flow
            if call.step in face.first and to not in seen:
                seen.add(to)
                waiting.append(to)
    return frozenset(found)


def settled(faces: Mapping[str, Face]) -> dict[str, Face]:
    """The faces, each with whether its flow can be passed in silence, which hangs on the flows it runs."""
    silent = {name for name, face in faces.items() if not face.calls and BACK in face.first}
    changed = True
    while changed:
        more = {
            name for name, face in faces.items() if name not in silent and face.calls and BACK in _reached(face, silent)
        }
        silent |= more
        changed = bool(more)
    return {name: replace(face, silent=True) if name in silent else face for name, face in faces.items()}


def endless(faces: Mapping[str, Face], lines: Mapping[str, str]) -> Iterator[tuple[str, Found]]:
    """(flow, problem) for each flow that is run again before the caller is asked anything.

    `faces` are settled; `lines` tells which flow answers each line, for hand-overs.
    """
    silent = {name for name, face in faces.items() if face.silent}
    runs = {
        name: [
            replace(call, flow=lines.get(call.flow.removeprefix(LINE), "") if call.flow.startswith(LINE) else call.flow)
            for call in face.calls
            if call.step in _reached(face, silent)
        ]
        for name, face in faces.items()
        if face.calls
    }
    graph = {name: [call.flow for call in calls if call.flow in runs] for name, calls in runs.items()}
    for group in circles(graph):
        for name in group:
            call = next(call for call in runs[name] if call.flow in group)
            message = f"flows lead to each other without asking the caller anything: {' and '.join(sorted(group))}"
            if len(group) == 1:
                message = f"flow '{name}' leads to itself without asking the caller anything"
            hint = "put a menu, a question or a hangup before it"
            yield name, Found("F023", f"steps.{call.step}", message, hint)


def _reached(face: Face, silent: set[str]) -> set[str]:
    """The run steps, and BACK, that a call comes to in silence, over flows that can be passed so."""
    after = {call.step: call.after for call in face.calls if call.flow in silent}
    found = set(face.first)
    waiting = [*found]
    while waiting:
        more = set(after.get(waiting.pop(), ())) - found
        found |= more
        waiting += more
    return found
