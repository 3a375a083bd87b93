"""The checker: what is wrong with a flow as a whole, though each part of it could be read. Pure; tells all at once.

Each check is a small generator of (path, code, message, hint); `check_flow` puts places to them. What a single step
can tell by itself stands in its own file (`Step.problems`).
"""

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches

from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName, PromptFile, QueueName
from ivr.core.flow.links import links, targets
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.names import ANSWERS
from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import Found, World
from ivr.core.flow.text import Text

Check = Callable[[Flow, World], Iterator[Found]]


def check_flow(flow: Flow, world: World, file: str, declared: Iterable[str] = ()) -> list[Problem]:
    """Every problem of a flow, by place.

    `declared` names all steps of the file, where some could not be read: then ways are checked, but not where they
    lead, so that one mistake is not told as ten.
    """
    names = frozenset(declared) or frozenset(flow.steps)
    whole = names == frozenset(flow.steps)
    found = [*_missing_targets(flow, names), *(one for check in _ALWAYS for one in check(flow, world))]
    if whole and not any(one.code == "F020" for one in found):
        found += [one for check in _WHOLE for one in check(flow, world)]
    return sorted(_problem(flow, file, one) for one in found)


def _problem(flow: Flow, file: str, found: Found) -> Problem:
    at = place(flow, found.path)
    return Problem(file, at.line, at.column, found.code, found.message, found.hint)


def place(flow: Flow, path: str) -> Position:
    """Where a path stands in the file, or the nearest part above it."""
    while path and path not in flow.positions:
        path = path.rpartition(".")[0]
    return flow.positions.get(path, Position(1, 1))


def _near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else otherwise


def _missing_targets(flow: Flow, names: frozenset[str]) -> Iterator[Found]:
    ways = [("flow.start", flow.start), ("flow.on_fault", flow.on_fault)]
    ways += [(f"steps.{name}.{path}", to) for name, step in flow.steps.items() for path, to in targets(step)]
    for path, to in ways:
        if to and to not in names:
            yield Found("F020", path, f"there is no step '{to}'", _near(to, names))


def _queues(flow: Flow, world: World) -> Iterator[Found]:
    for name, step in flow.steps.items():
        for link in links(step):
            if link.kind is QueueName and link.value not in world.queues:
                hint = _near(link.value, world.queues, "queues are defined in queues.yaml")
                yield Found("F024", f"steps.{name}.{link.path}", f"there is no queue '{link.value}'", hint)


def _prompts(flow: Flow, world: World) -> Iterator[Found]:
    for name, step in flow.steps.items():
        for link in links(step):
            if link.kind is PromptFile and world.prompts is not None and link.value not in world.prompts:
                hint = _near(link.value, world.prompts, "sound files belong in flows/prompts/")
                yield Found("F027", f"steps.{name}.{link.path}", f"there is no sound file '{link.value}'", hint)


def _answers(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    asked: dict[str, bool] = {}
    used: list[tuple[str, bool, str]] = []
    for name, step in flow.steps.items():
        for link in links(step):
            if link.kind is AnswerName:
                asked[link.value] = asked.get(link.value, False) or bool(getattr(step, "sensitive", False))
            elif link.kind in {Text, Condition}:
                path = f"steps.{name}.{link.path}"
                used += [(path, link.kind is Text, value) for value in link.value.names if value.startswith(ANSWERS)]
    for path, spoken, value in used:
        answer = value.removeprefix(ANSWERS)
        if answer not in asked:
            yield Found("F028", path, f"no step asks for '{value}'", _near(answer, asked))
        elif spoken and asked[answer]:
            yield Found("F032", path, f"'{value}' is sensitive and would be heard here", "take it out of the text")


def _languages(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    base = flow.language.partition("-")[0]
    for name, step in flow.steps.items():
        for link in links(step):
            if link.kind is Text and "" not in link.value.by_language:
                spoken = {language.partition("-")[0] for language in link.value.by_language}
                if base not in spoken:
                    yield Found("F034", f"steps.{name}.{link.path}", f"this text is not given in {flow.language}")


def _steps_own(flow: Flow, world: World) -> Iterator[Found]:
    for name, step in flow.steps.items():
        for found in step.problems(world):
            yield Found(found.code, f"steps.{name}.{found.path}", found.message, found.hint)


def _no_way_out(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    if not flow.on_fault:
        yield Found(
            "F033",
            "steps",
            "no `on_fault`: a caller is hung up on when something fails",
            "name a step that takes a message",
        )


def _unreachable(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    reached: set[str] = set()
    waiting = [flow.start, *([flow.on_fault] if flow.on_fault else [])]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [to for _, to in targets(flow.steps[name])]
    for name in flow.steps:
        if name not in reached:
            yield Found(
                "F021", f"steps.{name}", f"no call can come to step '{name}'", "lead a way to it, or take it out"
            )


def _dead_ends(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    came_from: dict[str, set[str]] = {name: set() for name in flow.steps}
    for name, step in flow.steps.items():
        for _, to in targets(step):
            came_from[to].add(name)
    ending = {name for name, step in flow.steps.items() if step.ends}
    waiting = list(ending)
    while waiting:
        for name in came_from[waiting.pop()] - ending:
            ending.add(name)
            waiting.append(name)
    for name in flow.steps:
        if name not in ending:
            message = f"from step '{name}' no way leads to the end of the call"
            yield Found("F022", f"steps.{name}", message, "lead a way to a hangup step")


def _endless(flow: Flow, world: World) -> Iterator[Found]:  # noqa: ARG001 - a check's shape
    silent = {
        name: [to for _, to in targets(step) if not flow.steps[to].accepts and not flow.steps[to].ends]
        for name, step in flow.steps.items()
        if not step.accepts and not step.ends
    }
    told: set[str] = set()
    for name in silent:
        round_trip = _round(silent, name) if name not in told else []
        if round_trip:
            told.update(round_trip)
            way = " -> ".join([*round_trip, name])
            message = f"these steps go round without asking the caller anything: {way}"
            yield Found("F023", f"steps.{name}", message, "put a menu, a queue or a hangup between them")


def _round(graph: dict[str, list[str]], start: str) -> list[str]:
    """The steps of a way from `start` back to itself, shortest first; empty where there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for to in graph[name]:
            if to == start:
                way = [name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if to not in came_from:
                came_from[to] = name
                waiting.append(to)
    return []


_ALWAYS: tuple[Check, ...] = (_queues, _prompts, _answers, _languages, _steps_own, _no_way_out)
"""Checks that need only the step they look at."""

_WHOLE: tuple[Check, ...] = (_unreachable, _dead_ends, _endless)
"""Checks of the ways through a flow, which need all of it."""
