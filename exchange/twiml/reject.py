"""<Reject>: decline the call unanswered."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader


@dataclass(frozen=True, slots=True)
class Reject(Verb):
    """`reason`: `rejected` or `busy`."""

    reason: str


def read(reader: Reader) -> Verb:
    """The instruction."""
    verb = Reject(reader.choice("reason", "rejected", {"rejected", "busy"}))
    reader.finish()
    reader.no_children()
    return verb
