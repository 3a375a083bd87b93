"""What every verb file builds on."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a document, in the carrier's own codes. A warning doesn't stop the rest from running."""

    code: int
    message: str
    level: Level = "warning"


class UnreadableError(Exception):
    """A document nothing of which can run: 12100 not well-formed, 12102 wrong root, 11750 too long."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Verb:
    """One instruction."""


@dataclass(frozen=True, slots=True)
class Broken(Verb):
    """An instruction that can't run. With `fatal`, reaching it is an application error; else it is passed over."""

    name: str
    problem: Problem
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A readable document: its verbs in order and what was wrong with it."""

    verbs: tuple[Verb, ...] = ()
    problems: tuple[Problem, ...] = ()


def with_loop(seconds: float, loop: int) -> float:
    """How long `loop` rounds take; 0 rounds means 1000 (contract 3.1, D)."""
    return seconds * (loop or 1000)
