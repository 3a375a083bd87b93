"""From an HTTP answer to a document (contract 1.5): TwiML, audio to play, text to read."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

from exchange.records import Hook
from exchange.twiml import parse
from exchange.twiml.model import Document, UnreadableError
from exchange.twiml.play import Play
from exchange.twiml.say import Say, spoken_seconds
from exchange.webhooks.client import FetchError, Reply

_MARKUP = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Page:
    """A document and where it came from: `hook` is None for TwiML given inline, which has no base for relative URLs."""

    document: Document
    hook: Hook | None

    def resolve(self, url: str, method: str) -> Hook:
        """The hook an attribute names. Raises FetchError (11100) for a relative one without a base."""
        address = url.strip()
        if self.hook is not None:
            return Hook(urljoin(self.hook.url, address) if address else self.hook.url, method)
        if not address.startswith(("http://", "https://")):
            raise FetchError(11100, f"{url!r} is relative, and inline TwiML has no address to start from", url)
        return Hook(address, method)


def page(reply: Reply, *, empty_is_error: bool = True) -> Page:
    """The document of an answer. Raises FetchError with the carrier's code where there is none."""
    hook = Hook(reply.url, reply.method)
    if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        raise FetchError(11200, f"HTTP {reply.status}", reply.url)
    if not reply.body.strip():
        if empty_is_error:
            raise FetchError(11770, f"an empty body (HTTP {reply.status})", reply.url)
        return Page(Document(), hook)
    if reply.content_type.startswith("audio/"):
        return Page(Document((Play(reply.url, "", 1),)), hook)
    try:
        if reply.content_type in _MARKUP:
            return Page(parse.read(reply.body), hook)
        if reply.content_type == "text/plain":
            return Page(_plain(reply.body), hook)
    except UnreadableError as error:
        raise FetchError(error.code, error.message, reply.url) from error
    raise FetchError(12300, f"Content-Type {reply.content_type or '(none)'!r} is not usable", reply.url)


def _plain(body: bytes) -> Document:
    try:
        return parse.read(body)
    except UnreadableError:
        text = " ".join(body.decode("utf-8", "replace").split())
        return Document((Say(text, "", "man", "en-US", 1, spoken_seconds(text)),))
