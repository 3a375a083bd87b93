"""The door every webhook goes through: signed by the carrier or refused, and what is signed is always answered.

Everything at and below `/voice` is checked before anything is looked at, addresses that don't exist included. A refusal
is 403 with an empty body, changes nothing and writes one line. A signed request never gets a redirect or an error: the
caller would hear "an application error has occurred" (contract 1.5 D), so whatever fails ends in a spoken sentence.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from flask import Request, request

from ivr.carrier.form import MAX_BODY_BYTES, BadForm, parse
from ivr.carrier.signature import SignatureCheck
from ivr.services.ports import Meter, StoreDown

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

PREFIX = "/voice"
STAFF = frozenset({"agents", "offer", "whisper"})
"""Kinds of webhook that speak to an agent."""

_FORM = "hotline.form"
_PATH_SAFE = "/:@!$&'()*+,;=-._~"
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/_.~-]*")

Form = Mapping[str, str]
P = ParamSpec("P")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Gate:
    """What the door knows. `fallback` gives the document for a caller of the number in its argument; it needs no store.

    `apology` is the document for an agent's leg, which is never dialled through. `fault_id` names an unexpected
    failure for the log: drawn here, at the edge.
    """

    check: SignatureCheck
    account_sid: str
    fallback: Callable[[str], str]
    apology: Callable[[], str]
    meter: Meter
    fault_id: Callable[[], str]

    def admit(self, request: Request) -> "Reply | None":
        """Before every view (`webhooks.py`): None lets it pass. The decoded form is left in the request (`form_of`)."""
        environ = request.environ
        try:
            form = parse(_body(environ))
        except BadForm as fault:
            return _refuse(f"unreadable form: {fault}")
        signature = environ.get("HTTP_X_TWILIO_SIGNATURE", "")
        if not self.check.passes(_raw_path(environ), environ.get("QUERY_STRING", ""), form, signature):
            return _refuse("wrong signature" if signature else "no signature")
        if form.get("AccountSid") != self.account_sid:
            return _refuse("another account")
        environ[_FORM] = form
        if request.routing_exception is not None:
            log.error("signed request to no address", extra={"path": request.path, "method": request.method})
            return twiml(self.fallback(form.get("To", "")))
        return None

    def spoken(self, kind: str) -> Callable[[Callable[Concatenate[Form, P], str]], Callable[P, "Reply"]]:
        """A view that takes the form and answers a document; whatever fails becomes the fallback's."""

        def wrap(view: Callable[Concatenate[Form, P], str]) -> Callable[P, Reply]:
            @wraps(view)
            def answer(*args: P.args, **kwargs: P.kwargs) -> Reply:
                form = form_of()
                try:
                    document = view(form, *args, **kwargs)
                except Exception as error:  # noqa: BLE001 - the caller must hear a sentence; the log has what it was
                    self._failed(kind, error)
                    document = self.apology() if kind in STAFF else self.fallback(form.get("To", ""))
                return twiml(document)

            return answer

        return wrap

    def notice(self, kind: str) -> Callable[[Callable[Concatenate[Form, P], None]], Callable[P, "Reply"]]:
        """A view the carrier only tells something: always 204. What it failed to note, the sweep finds."""

        def wrap(view: Callable[Concatenate[Form, P], None]) -> Callable[P, Reply]:
            @wraps(view)
            def noted(*args: P.args, **kwargs: P.kwargs) -> Reply:
                try:
                    view(form_of(), *args, **kwargs)
                except Exception as error:  # noqa: BLE001 - as above
                    self._failed(kind, error)
                return Reply("204 No Content")

            return noted

        return wrap

    def _failed(self, kind: str, error: Exception) -> None:
        if isinstance(error, StoreDown):
            self.meter.count("faults", "store-down")
            log.warning("webhook without a store", extra={"kind": kind, "reason": str(error)})
            return
        self.meter.count("faults", f"webhook-{kind}")
        log.error("webhook failed", extra={"kind": kind, "fault": self.fault_id()}, exc_info=error)


def form_of() -> Form:
    """The form of the request being answered, checked and decoded."""
    form: Form = request.environ[_FORM]
    return form


class Reply:
    """A whole response, as WSGI has it: a status, a document or nothing, and what keeps it out of every cache."""

    __slots__ = ("body", "status")

    def __init__(self, status: str, body: bytes = b"") -> None:
        self.status = status
        self.body = body

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Send it."""
        del environ
        headers = [("Cache-Control", "no-store"), ("Content-Length", str(len(self.body)))]
        if self.body:
            headers.append(("Content-Type", "text/xml; charset=utf-8"))
        start_response(self.status, headers)
        return (self.body,)


def twiml(document: str) -> Reply:
    """A document as a response."""
    return Reply("200 OK", document.encode())


def _refuse(reason: str) -> Reply:
    log.warning("webhook refused", extra={"path": request.path, "reason": reason, "peer": request.remote_addr})
    return Reply("403 Forbidden")


def _body(environ: Mapping[str, object]) -> bytes:
    """The body, at most one byte beyond the limit. A length that lies or is missing changes nothing about that."""
    stream = environ["wsgi.input"]
    declared = str(environ.get("CONTENT_LENGTH") or "")
    if declared and not declared.isdigit():
        raise BadForm("a malformed length")
    wanted = min(int(declared), MAX_BODY_BYTES + 1) if declared else MAX_BODY_BYTES + 1
    if not declared and not environ.get("wsgi.input_terminated"):
        return b""
    body: bytes = stream.read(wanted)  # type: ignore[attr-defined]  # PEP 3333 names no type
    return body


def _raw_path(environ: Mapping[str, object]) -> str:
    """The path as it came over the wire, where the server tells; else encoded again from what it decoded.

    Addresses of this application hold nothing that can be encoded in two ways.
    """
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if isinstance(raw, str) and raw.startswith("/"):
        return raw.partition("?")[0]
    path = str(environ["PATH_INFO"])
    return path if _PLAIN_PATH.fullmatch(path) else quote(path.encode("latin-1", "replace"), safe=_PATH_SAFE)
