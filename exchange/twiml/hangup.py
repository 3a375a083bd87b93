"""<Hangup>: end the call."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader


@dataclass(frozen=True, slots=True)
class Hangup(Verb):
    """No attributes."""


def read(reader: Reader) -> Verb:
    """The instruction."""
    reader.raw("reason")
    reader.finish()
    reader.no_children()
    return Hangup()
