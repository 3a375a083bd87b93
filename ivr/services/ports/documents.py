"""What a leg does next, written in the carrier's language."""

from collections.abc import Sequence
from typing import Protocol

from ivr.core.flow.effects import Prompt, Wait


class Documents(Protocol):
    """Writes what a leg does next, in the carrier's language. Pure: the same arguments give the same text."""

    def turn(self, call_sid: str, next_turn: int, prompts: Sequence[Prompt], wait: Wait, *, caller_id: str = "") -> str:
        """A turn's prompts and its wait, whose answer goes to turn `next_turn`."""

    def hold(self, prompts: Sequence[Prompt], *, key_turn: int | None = None) -> str:
        """One round of a wait in line; never without length, so that heartbeats keep their distance.

        With `key_turn`, a key pressed meanwhile goes to that turn; silence goes nowhere.
        """

    def leave(self) -> str:
        """Out of the carrier's queue, on to its action."""

    def again(self, path: str) -> str:
        """Some seconds of silence, then the same is asked at `path` (with its query)."""

    def room(self, name: str, reservation: str, next_turn: int) -> str:
        """A caller's way into the room of a reservation; when they are out of it, turn `next_turn` follows."""

    def agent_room(self, name: str, reservation: str, prompts: Sequence[Prompt] = ()) -> str:
        """An agent's way into the room of a reservation, after some words."""

    def called_room(self, name: str, reservation: str) -> str:
        """The way into the room of a caller who was called back."""

    def ask(self, prompts: Sequence[Prompt], path: str, *, seconds: int = 8, digits: int | None = 1) -> str:
        """Prompts that a key interrupts, then the key goes to `path`; silence goes there as well."""

    def close(self, prompts: Sequence[Prompt]) -> str:
        """Last words, then the leg ends."""

    def fallback(self, sentence: str, language: str, number: str, *, caller_id: str = "") -> str:
        """A sentence and on to a number outside; where `number` is empty the leg ends after the sentence."""

    def words(self, prompts: Sequence[Prompt]) -> str:
        """Prompts and nothing else: what comes next is what the leg was called for."""

    def nothing(self) -> str:
        """A document without verbs."""
