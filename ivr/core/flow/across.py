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
from ivr.core.flow.steps.return_ import ReturnStep

LINE = "line:"
"""Before the name of a line that a call is handed over to, where a flow's name stands otherwise."""

__all__ = ["endless", "face_of", "settled"]


def face_of(flow: Flow | None) -> Face:
    """What other flows have to know of a flow; of one that can't be read, nothing is known."""
    if flow is None:
        return Face()
    results = frozenset(step.result for step in flow.steps.values() if isinstance(step, ReturnStep))
    lines = {name: f"{LINE}{step.to.line}" for name, step in flow.steps.items() if _hands_over(step)}
    if not flow.runs and not results and not lines:
        return Face(frozenset(flow.parameters))
    view = View(flow, World({}), frozenset(flow.steps))
    runs = {name: link.value for name, several in view.found.items() for link in several if link.kind is FlowName}
    calls = tuple(
        RunFrom(name, to, _next(view, [way.to for way in view.ways[name]], runs | lines))
        for name, to in (runs | lines).items()
    )
    runs |= lines
    return Face(frozenset(flow.parameters), results, first=_next(view, [flow.start], runs), calls=calls)


def _hands_over(step: object) -> bool:
    return isinstance(step, HandoffStep) and bool(step.to.line)


def _next(view: View, starts: list[str], runs: Mapping[str, object]) -> tuple[str, ...]:
    """The run steps, and BACK for a return, come to from some steps without the caller being asked anything."""
    steps = view.flow.steps
    found: dict[str, None] = {}
    seen = {name for name in starts if name in steps}
    waiting = [*seen]
    while waiting:
        name = waiting.pop()
        step = steps[name]
        if name in runs:
            found[name] = None
        elif isinstance(step, ReturnStep):
            found[BACK] = None
        elif step.silent and not step.ends:
            for way in view.ways[name]:
                if way.to not in seen:
                    seen.add(way.to)
                    waiting.append(way.to)
    return tuple(sorted(found))


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
