"""<Pause>: silence."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader


@dataclass(frozen=True, slots=True)
class Pause(Verb):
    """`length` seconds."""

    length: int


def read(reader: Reader) -> Verb:
    """The instruction; a wrong length is a second."""
    length = reader.integer("length", 1, 1, 86400, 13710)
    reader.finish()
    reader.no_children()
    return Pause(length)
