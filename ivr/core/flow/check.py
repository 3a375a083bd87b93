"""The checker: what is wrong with a flow as a whole, though each part of it could be read. Pure; tells all at once.

Each check is a small generator of (path, code, message, hint); `check_flow` puts places to them. What a single step
can tell by itself stands in its own file (`Step.problems`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from ivr.core.flow.condition import Condition
from ivr.core.flow.fields import AnswerName, FlowName, PromptFile, QueueName, Target
from ivr.core.flow.links import Link, links
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.names import ANSWERS, GIVEN
from ivr.core.flow.problem import Problem
from ivr.core.flow.registry import Found, World
from ivr.core.flow.text import Text


@dataclass(frozen=True, slots=True)
class _View:
    """A flow with what its steps refer to, found once."""

    flow: Flow
    world: World
    links: tuple[tuple[str, Link], ...]
    """(path in the file, link), in the order of the file."""

    ways: Mapping[str, tuple[str, ...]]
    """For each step the steps it leads to."""


Check = Callable[[_View], Iterator[Found]]


def check_flow(flow: Flow, world: World, file: str, declared: Iterable[str] = ()) -> list[Problem]:
    """Every problem of a flow, by place.

    `declared` names all steps of the file, where some could not be read: then ways are checked, but not where they
    lead, so that one mistake is not told as ten.
    """
    names = frozenset(declared) or frozenset(flow.steps)
    whole = names == frozenset(flow.steps)
    view = _view(flow, world)
    found = [*_missing_targets(view, names), *(one for check in _ALWAYS for one in check(view))]
    if whole and not any(one.code == "F020" for one in found):
        found += [one for check in _WHOLE for one in check(view)]
    return sorted(_problem(flow, file, one) for one in found)


def _view(flow: Flow, world: World) -> _View:
    found = {name: tuple(links(step)) for name, step in flow.steps.items()}
    return _View(
        flow,
        world,
        tuple((f"steps.{name}.{link.path}", link) for name, several in found.items() for link in several),
        {name: tuple(link.value for link in several if link.kind is Target) for name, several in found.items()},
    )


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


def _missing_targets(view: _View, names: frozenset[str]) -> Iterator[Found]:
    ways = [("flow.start", view.flow.start), ("flow.on_fault", view.flow.on_fault)]
    ways += [(path, link.value) for path, link in view.links if link.kind is Target]
    for path, to in ways:
        if to and to not in names:
            yield Found("F020", path, f"there is no step '{to}'", _near(to, names))


def _queues(view: _View) -> Iterator[Found]:
    for path, link in view.links:
        if link.kind is QueueName and link.value not in view.world.queues:
            hint = _near(link.value, view.world.queues, "queues are defined in queues.yaml")
            yield Found("F024", path, f"there is no queue '{link.value}'", hint)


def _prompts(view: _View) -> Iterator[Found]:
    known = view.world.prompts
    for path, link in view.links:
        if link.kind is PromptFile and known is not None and link.value not in known:
            hint = _near(link.value, known, "sound files belong in flows/prompts/")
            yield Found("F027", path, f"there is no sound file '{link.value}'", hint)


def _recordings(view: _View) -> Iterator[Found]:
    known = view.world.prompts
    for path, link in view.links:
        if link.kind is not Text:
            continue
        for language, file in link.value.audio.items():
            where = f"{path}.{language}.audio" if language else f"{path}.audio"
            if known is not None and file not in known:
                hint = _near(file, known, "the text is spoken instead; sound files belong in flows/prompts/")
                yield Found("F035", where, f"there is no recording '{file}'", hint)
            if link.value.by_language[language].names:
                message = f"the recording '{file}' can't say what is filled in here"
                yield Found("F035", where, message, "take out the {{ }} or the recording")


def _flows(view: _View) -> Iterator[Found]:
    known = view.world.flows
    for path, link in view.links:
        if link.kind is FlowName and known is not None and link.value not in known:
            hint = _near(link.value, known, "flows are files in flows/ and flows/library/")
            yield Found("F030", path, f"there is no flow '{link.value}'", hint)
        if link.kind in {Text, Condition}:
            for value in link.value.names:
                if value.startswith(GIVEN) and value[len(GIVEN) :] not in view.flow.parameters:
                    hint = "name it at the top of the file: `parameters: [...]`"
                    yield Found("F036", path, f"this flow is not given '{value[len(GIVEN) :]}'", hint)


def _answers(view: _View) -> Iterator[Found]:
    asked: dict[str, bool] = {}
    for path, link in view.links:
        if link.kind is AnswerName:
            step = view.flow.steps[path.split(".")[1]]
            asked[link.value] = asked.get(link.value, False) or bool(getattr(step, "sensitive", False))
    for path, link in view.links:
        if link.kind not in {Text, Condition}:
            continue
        for value in link.value.names:
            answer = value.removeprefix(ANSWERS)
            if not value.startswith(ANSWERS):
                continue
            if answer not in asked:
                yield Found("F028", path, f"no step asks for '{value}'", _near(answer, asked))
            elif link.kind is Text and asked[answer]:
                yield Found("F032", path, f"'{value}' is sensitive and would be heard here", "take it out of the text")


def _languages(view: _View) -> Iterator[Found]:
    language = view.flow.language
    for path, link in view.links:
        if link.kind is Text and "" not in link.value.by_language:
            spoken = {one.partition("-")[0] for one in link.value.by_language}
            if language.partition("-")[0] not in spoken:
                yield Found("F034", path, f"this text is not given in {language}")


def _steps_own(view: _View) -> Iterator[Found]:
    for name, step in view.flow.steps.items():
        for found in step.problems(view.world):
            yield Found(found.code, f"steps.{name}.{found.path}", found.message, found.hint)


def _no_way_out(view: _View) -> Iterator[Found]:
    if not view.flow.on_fault:
        yield Found(
            "F033",
            "steps",
            "no `on_fault`: a caller is hung up on when something fails",
            "name a step that takes a message",
        )


def _unreachable(view: _View) -> Iterator[Found]:
    reached: set[str] = set()
    waiting = [view.flow.start, *([view.flow.on_fault] if view.flow.on_fault else [])]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += view.ways[name]
    for name in view.flow.steps:
        if name not in reached:
            yield Found(
                "F021", f"steps.{name}", f"no call can come to step '{name}'", "lead a way to it, or take it out"
            )


def _dead_ends(view: _View) -> Iterator[Found]:
    came_from: dict[str, set[str]] = {name: set() for name in view.flow.steps}
    for name, several in view.ways.items():
        for to in several:
            came_from[to].add(name)
    ending = {name for name, step in view.flow.steps.items() if step.ends}
    waiting = list(ending)
    while waiting:
        for name in came_from[waiting.pop()] - ending:
            ending.add(name)
            waiting.append(name)
    for name in view.flow.steps:
        if name not in ending:
            message = f"from step '{name}' no way leads to the end of the call"
            yield Found("F022", f"steps.{name}", message, "lead a way to a hangup step")


def _endless(view: _View) -> Iterator[Found]:
    silent = {
        name: [to for to in view.ways[name] if not view.flow.steps[to].accepts and not view.flow.steps[to].ends]
        for name, step in view.flow.steps.items()
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


_ALWAYS: tuple[Check, ...] = (_queues, _prompts, _recordings, _flows, _answers, _languages, _steps_own, _no_way_out)
"""Checks that need only the step they look at."""

_WHOLE: tuple[Check, ...] = (_unreachable, _dead_ends, _endless)
"""Checks of the ways through a flow, which need all of it."""
