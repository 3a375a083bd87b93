"""<Redirect>: on with another document."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader


@dataclass(frozen=True, slots=True)
class Redirect(Verb):
    """An empty `url` is the current document."""

    url: str
    method: str


def read(reader: Reader) -> Verb:
    """The instruction."""
    verb = Redirect(reader.content(), reader.method())
    reader.finish()
    reader.no_children()
    return verb
