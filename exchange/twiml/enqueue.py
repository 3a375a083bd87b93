"""<Enqueue>: into a queue, with a document to hear while waiting."""

from dataclasses import dataclass

from exchange.twiml.model import Broken, Verb
from exchange.twiml.reader import Reader

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Enqueue(Verb):
    """`wait_url` None is the carrier's music, empty is silence."""

    name: str
    action: str | None
    method: str
    wait_url: str | None
    wait_method: str


def read(reader: Reader) -> Verb:
    """The instruction; a bad name (14204, 14205) or TaskRouter (not carried here) makes the call's document fail."""
    wait_url = reader.raw("waitUrl")
    verb = Enqueue(
        name=reader.content(),
        action=reader.raw("action"),
        method=reader.method(code=14201),
        wait_url=None if wait_url is None else wait_url.strip(),
        wait_method=reader.method("waitUrlMethod", "POST" if wait_url is not None else "GET", 14206),
    )
    workflow = reader.text("workflowSid")
    reader.finish()
    if workflow:
        problem = reader.report(14218, "TaskRouter is not carried by this exchange", "error")
        return Broken("Enqueue", problem, fatal=True)
    reader.no_children()
    if not verb.name:
        return Broken("Enqueue", reader.report(14205, "there is no queue name", "error"), fatal=True)
    if len(verb.name) > _LONGEST:
        return Broken("Enqueue", reader.report(14204, "queue name over 64 characters", "error"), fatal=True)
    return verb
