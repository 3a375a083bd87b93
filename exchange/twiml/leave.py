"""<Leave>: out of the queue."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader


@dataclass(frozen=True, slots=True)
class Leave(Verb):
    """No attributes."""


def read(reader: Reader) -> Verb:
    """The instruction."""
    reader.finish()
    reader.no_children()
    return Leave()
