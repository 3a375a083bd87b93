"""Text to `Document`. Elements and attributes that aren't known are warnings (12200); what can run, runs."""

from collections.abc import Callable
from xml.etree import ElementTree as ET

from exchange.twiml import dial, enqueue, gather, hangup, leave, pause, play, record, redirect, reject, say
from exchange.twiml.model import Broken, Document, Problem, UnreadableError, Verb
from exchange.twiml.reader import Reader

MOST_BYTES = 64 * 1024
_READERS: dict[str, Callable[[Reader], Verb]] = {
    "Say": say.read,
    "Play": play.read,
    "Pause": pause.read,
    "Gather": gather.read,
    "Record": record.read,
    "Dial": dial.read,
    "Enqueue": enqueue.read,
    "Leave": leave.read,
    "Redirect": redirect.read,
    "Reject": reject.read,
    "Hangup": hangup.read,
}
NOT_CARRIED = frozenset({"Pay", "Connect", "Start", "Stop", "Refer", "Sms", "Message", "Echo", "Prompt", "Queue"})


def read(text: str | bytes) -> Document:
    """The document. Raises UnreadableError (11750, 12100, 12102) where nothing of it can run."""
    body = text.encode() if isinstance(text, str) else text
    if len(body) > MOST_BYTES:
        raise UnreadableError(11750, f"the document has {len(body)} bytes; at most {MOST_BYTES}")
    try:
        # The documents come from the application under test; expat itself limits entity expansion.
        root = ET.fromstring(body.strip())  # noqa: S314 - see above
    except ET.ParseError as error:
        raise UnreadableError(12100, f"the document is not well-formed: {error}") from error
    if root.tag != "Response":
        raise UnreadableError(12102, f"the document's root is <{root.tag}>, not <Response>")
    problems: list[Problem] = []
    reader = Reader(root, problems)
    reader.finish()
    if reader.content():
        reader.report(12200, f"text outside of any verb: {reader.content()[:40]!r}")
    verbs = [_verb(Reader(child, problems)) for child in root]
    return Document(tuple(verbs), tuple(problems))


def _verb(reader: Reader) -> Verb:
    read_verb = _READERS.get(reader.name)
    if read_verb is not None:
        return read_verb(reader)
    if reader.name in NOT_CARRIED:
        return Broken(reader.name, reader.report(12200, "is not carried by this exchange; it is passed over"))
    return Broken(reader.name, reader.report(12200, "is no verb (names are case-sensitive); it is passed over"))
