"""What a turn may be expected to have done, one small rule a word. A new expectation is one function and one line.

Each rule gets the beat that followed the act and the stage as it stands, and answers None, or in words the difference.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from ivr.core.flow.context import SECRET
from ivr.core.flow.effects import Dial, Fault, Join
from ivr.core.flow.turn import Turn
from ivr.flowtest.match import first_missing, heard_in, plain
from ivr.flowtest.show import command_in_words, command_name
from ivr.flowtest.stage import Beat, Stage


@dataclass(frozen=True, slots=True)
class Scene:
    """What an expectation is compared with: the beats it is about, and the call as it stands behind them."""

    beats: tuple[Beat, ...]
    stage: Stage

    @property
    def heard(self) -> list[str]:
        """Every prompt in words, in order."""
        return [text for beat in self.beats for text in beat.heard]

    @property
    def turns(self) -> list[Turn]:
        """Every turn of the engine, in order."""
        return [turn for beat in self.beats for turn in beat.turns]

    @property
    def steps(self) -> list[str]:
        """Every step walked or waited at, in order."""
        return [walked.step for turn in self.turns for walked in turn.trail]

    @property
    def kinds(self) -> list[str]:
        """The kind of every step walked or waited at, in order."""
        house = self.stage.house
        walked = [(turn.session.flow, one) for turn in self.turns for one in turn.trail]
        found = [
            (house.line_flows.get(one.flow) or house.flows.get(one.flow or flow), one.step) for flow, one in walked
        ]
        return [flow.steps[name].word for flow, name in found if flow is not None and name in flow.steps]

    @property
    def doings(self) -> list[Any]:
        """Every command, in order."""
        return [command for turn in self.turns for command in turn.commands]


@dataclass(frozen=True, slots=True)
class Miss:
    """What was expected and not found: both sides in words."""

    expected: str
    found: tuple[str, ...] = field(default=())


Rule = Callable[[Any, Scene], Miss | None]


def _hears(texts: tuple[str, ...], scene: Scene) -> Miss | None:
    missing = first_missing(texts, scene.heard)
    if missing is None:
        return None
    known = f'to hear "{missing}"'
    if heard_in(missing, scene.heard):
        known += " behind what was expected before it"
    return Miss(known, _nearest_first(missing, scene.heard))


def _not_hears(texts: tuple[str, ...], scene: Scene) -> Miss | None:
    said = next((text for text in texts if heard_in(text, scene.heard)), None)
    return None if said is None else Miss(f'not to hear "{said}"', _quoted(scene.heard))


def _reaches(names: tuple[str, ...], scene: Scene) -> Miss | None:
    missing = next((name for name in names if name not in scene.steps), None)
    return None if missing is None else Miss(f"to reach step '{missing}'", (f"steps: {_list(scene.steps)}",))


def _waits_at(name: str, scene: Scene) -> Miss | None:
    session = scene.stage.session
    if not session.ended and session.step == name:
        return None
    found = "the call is over" if session.ended else f"the call waits at '{session.step}'"
    return Miss(f"to wait at step '{name}'", (found,))


def _offered(word: str, scene: Scene) -> Miss | None:
    kinds = scene.kinds
    return None if word in kinds else Miss(f"to be offered a step of the kind '{word}'", (f"kinds: {_list(kinds)}",))


def _joins(wanted: Mapping[str, Mapping[str, str]], scene: Scene) -> Miss | None:
    joined = [turn.wait for turn in scene.turns if isinstance(turn.wait, Join)]
    for queue, parts in wanted.items():
        if not any(_has(asdict(one), parts) for one in joined if one.queue == queue):
            found = tuple(f"joined '{one.queue}'{_parts(asdict(one), parts)}" for one in joined)
            return Miss(f"to join line '{queue}'{_parts(parts, parts)}", found or ("no line was joined",))
    return None


def _dials(numbers: tuple[str, ...], scene: Scene) -> Miss | None:
    dialled = [number for turn in scene.turns if isinstance(turn.wait, Dial) for number in turn.wait.numbers]
    missing = next((number for number in numbers if number not in dialled), None)
    return None if missing is None else Miss(f"to dial {missing}", (f"dialled: {_list(dialled)}",))


def _speaks(language: str, scene: Scene) -> Miss | None:
    spoken = scene.stage.session.language or scene.stage.flow.language
    return None if spoken == language else Miss(f"to speak {language}", (f"speaks {spoken}",))


def _path(labels: tuple[str, ...], scene: Scene) -> Miss | None:
    way = scene.stage.session.path
    same = [plain(label) for label in labels] == [plain(label) for label in way]
    return None if same else Miss(f"the way in words: {_list(labels)}", (f"the way: {_list(way)}",))


def _answers(wanted: Mapping[str, str], scene: Scene) -> Miss | None:
    known = scene.stage.session.values
    for name, value in wanted.items():
        found = known.get(name) or known.get(SECRET + name, "")
        if found != value:
            return Miss(f"answer '{name}' to be '{value}'", (f"answer '{name}': '{found}'",))
    return None


def _does(wanted: Mapping[str, Mapping[str, str]], scene: Scene) -> Miss | None:
    for name, parts in wanted.items():
        fitting = [one for one in scene.doings if command_name(one) == name]
        if not any(_has(asdict(one), parts) for one in fitting):
            done = tuple(command_in_words(one) for one in scene.doings) or ("nothing was done",)
            return Miss(f"to do {name}{_parts(parts, parts)}", done)
    return None


def _has(fields: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(name in fields and heard_in(value, [_written(fields[name])]) for name, value in wanted.items())


def _parts(fields: Mapping[str, Any], wanted: Mapping[str, str]) -> str:
    return "".join(f" {name}={_written(fields.get(name, 'unknown'))}" for name in wanted)


def _written(value: Any) -> str:
    """A value as an operator writes it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{key} {_written(one)}" for key, one in value.items())
        case tuple() | list():
            return ", ".join(map(_written, value))
    return str(value)


def _fault(code: str, scene: Scene) -> Miss | None:
    codes = [command.code for command in scene.doings if isinstance(command, Fault)]
    return None if code in codes else Miss(f"fault {code}", (f"faults: {_list(codes)}",))


def _ends(outcome: str, scene: Scene) -> Miss | None:
    found = scene.stage.outcome
    return None if found == outcome else Miss(f"the call to end as '{outcome}'", (f"it stands at '{found}'",))


KINDS: Mapping[str, Rule] = {
    "hears": _hears,
    "not_hears": _not_hears,
    "reaches": _reaches,
    "waits_at": _waits_at,
    "offered": _offered,
    "joins": _joins,
    "dials": _dials,
    "speaks": _speaks,
    "path": _path,
    "answers": _answers,
    "does": _does,
    "fault": _fault,
    "ends": _ends,
}
"""By the word in the file: its rule. `decode.READ` says how each is written."""


def _nearest_first(wanted: str, heard: list[str]) -> tuple[str, ...]:
    """What was heard, with the prompt most like the expected one marked."""
    if not heard:
        return ("nothing was heard",)
    likeness = [SequenceMatcher(None, plain(wanted), plain(text)).ratio() for text in heard]
    best = max(likeness)
    near = likeness.index(best) if best > 0.5 and len(heard) > 1 else -1  # noqa: PLR2004 - more alike than not
    return tuple(f'"{text}"{"   <- most like it" if at == near else ""}' for at, text in enumerate(heard))


def _quoted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(f'"{text}"' for text in texts)


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
