"""Step types, registered where they are defined. To add one: a file in `steps/`, a page in the docs, a test.

A step type is a frozen dataclass whose fields are what the operator writes, with two pure methods: `enter`, when the
call comes to it, and `resume`, when what it waits for has happened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

from ivr.core.flow.context import Context
from ivr.core.flow.effects import Command
from ivr.core.flow.inputs import SAME_TURN, Digits, Input
from ivr.core.flow.outcomes import NotAccepted, Outcome
from ivr.core.match import Entry
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.coverage import Roster

STEPS: dict[str, type["Step"]] = {}
"""Every step type by the word an operator writes for it."""


BACK = "<back>"
"""Stands for a `return` among the names of steps, which never look like this."""


@dataclass(frozen=True, slots=True)
class RunFrom:
    """A step that runs another flow, and the run steps (or BACK) come to after it without asking the caller."""

    step: str
    flow: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Face:
    """What a flow that runs another has to know of it: what it must be handed, and the words it may end with.

    `first` and `calls` tell which flows it runs in silence itself (see `across.py`); `silent` is whether it can be
    passed without the caller being asked anything. `queues` are the lines it leads into in silence, `mailboxes` those
    its steps leave messages in.
    """

    parameters: frozenset[str] = frozenset()
    results: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()
    calls: tuple[RunFrom, ...] = ()
    silent: bool = False
    queues: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What a flow may refer to outside itself. `queues` maps each queue to whether it limits the wait by itself.

    `prompts` are the files below `flows/prompts/`, `flows` the flows by name, `calendars` those of `calendars.yaml`;
    each is None where it is not known and not checked.
    """

    queues: Mapping[str, bool]
    prompts: frozenset[str] | None = None
    flows: Mapping[str, Face] | None = None
    calendars: frozenset[str] | None = None
    hosts: Mapping[str, bool] | None = None
    """The hosts of `hosts.yaml`, each with whether it may be asked by plain http."""

    knowledge: frozenset[str] | None = None
    """The files of `flows/knowledge/`, by name."""

    lines: Mapping[str, str] | None = None
    """The lines of `lines.yaml`, each with the flow that answers it."""

    rules: Mapping[str, QueueDefinition] | None = None
    """The queues of `queues.yaml`, in full."""

    menus: frozenset[str] | None = None
    """The queues of `queues.yaml` that have a `menu` of their own."""

    roster: Roster | None = None
    """The agents of `agents.yaml`."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fault a step found in itself: a code of `problem.CODES`, the field's path below the step, and words."""

    code: str
    path: str
    message: str
    hint: str = ""


class Step:
    """The base of every step type.

    `word` is what the operator writes; the field `main` takes what stands behind it. `accepts` are the inputs it can
    be resumed with; a step that accepts none never waits.
    """

    __slots__ = ()

    word: ClassVar[str] = ""
    main: ClassVar[str] = ""
    accepts: ClassVar[tuple[type[Input], ...]] = ()

    people: ClassVar[bool] = False
    """Whether a person may answer here. `after_people` are the ways out of a talk, by field."""

    after_people: ClassVar[tuple[str, ...]] = ("next",)

    off_duty: ClassVar[tuple[str, ...]] = ()
    """Ways taken only when nobody is there, by field: those of closing time."""

    sets: ClassVar[tuple[str, ...]] = ()
    """Values it sets by their dotted names, beside the answers its fields name."""

    texts_are: ClassVar[Literal["heard", "kept", "sent"]] = "heard"
    """What becomes of its texts: a sensitive answer may be in none of them."""

    @property
    def silent(self) -> bool:
        """Whether a call may go on from here in the same turn, without the caller being asked anything."""
        return all(kind in SAME_TURN for kind in self.accepts)

    @property
    def ends(self) -> bool:
        """Whether the call may end here, without a further step."""
        return False

    @property
    def meanings(self) -> tuple[Entry, ...]:
        """What a caller may mean here by words: the flow gets a matcher of them, asked by `Context.meant`."""
        return ()

    def enter(self, context: Context) -> Outcome:
        """What happens when the call comes to this step."""
        raise NotImplementedError

    def resume(self, context: Context, input: Input) -> Outcome:
        """What happens when the caller has answered. Raises NotAccepted where this stage can't take it."""
        raise NotAccepted(f"{type(self).__name__} waits for nothing, got {type(input).__name__}")

    def returned(self, context: Context, result: str, value: str) -> Outcome:
        """What happens when a flow this step ran is over."""
        raise NotAccepted(f"{type(self).__name__} runs no other flow")

    def hung_up(self, context: Context) -> tuple[Command, ...]:
        """What is still to be done for a caller who hung up while this step waited."""
        return ()

    def presses(self, way: str) -> int:
        """How many keys a caller presses at least to leave by a way (the field it stands in)."""
        return 1 if Digits in self.accepts and not _fails(way) else 0

    def sets_by(self, way: str) -> bool:
        """Whether the values this step saves are known to whoever left it by a way."""
        return not _fails(way)

    def passes(self, world: World) -> tuple[str, ...]:
        """The ways, by field, on which a step that waits may be left without the caller having waited."""
        return ()

    def problems(self, world: World) -> Iterator[Found]:
        """What is wrong with this step taken alone, beyond what its fields' types say."""
        return iter(())


def _fails(way: str) -> bool:
    """Whether a way is the one of callers who gave no answer."""
    return way == "otherwise" or way.startswith("on_")


_S = TypeVar("_S", bound=Step)


def step(word: str, *, main: str) -> Callable[[type[_S]], type[_S]]:
    """Registers a step type under the word an operator writes; the field `main` takes the value behind the word."""

    def register(cls: type[_S]) -> type[_S]:
        if word in STEPS and STEPS[word].__qualname__ != cls.__qualname__:
            raise ValueError(f"two step types are called {word!r}")
        cls.word, cls.main = word, main
        STEPS[word] = cls
        return cls

    return register
