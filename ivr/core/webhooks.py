"""Webhooks out: which events a subscriber wants, what it is sent of them, how that is signed, and when to try again.

Signed by the scheme of Standard Webhooks 1.0 (standardwebhooks.com): headers `webhook-id`, `webhook-timestamp` and
`webhook-signature`, the last a list of `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from ivr.core.events import Event
from ivr.core.facts import FACTS, data_of, fact_of
from ivr.core.mask import mask_text

PRIVATE = frozenset({"call.heard", "call.did"})
"""Types never sent: what callers hear, press and say stays in the house."""

SECRET_PREFIX = "whsec_"  # noqa: S105 - the scheme's own prefix
SECRET_BYTES = 32
_LEAST_SECRET, _MOST_SECRET = 24, 64

GIVE_UP_SECONDS = 24 * 3600
"""From the event until it is given up."""

BACK_OFF_SECONDS = (5, 30, 120, 600, 1800, 3600)
"""How long until the next attempt, after so many failed ones; the last for all further ones."""

_PATTERN = re.compile(r"\*|[a-z_]+(\.(\*|[a-z_]+))?")
_GONE, _BUSY = 410, frozenset({408, 425, 429})
_OK, _REDIRECT, _REFUSED, _FAULT = 200, 300, 400, 500

Verdict = Literal["done", "again", "rest", "gone"]
"""Delivered; this one to be tried again; the subscriber isn't well, so all of its to wait; it wants no more."""


class PatternProblem(ValueError):  # noqa: N818 - names what is wrong
    """A pattern can't be used; the message says which and why."""


def patterns(written: str) -> tuple[str, ...]:
    """Patterns separated by commas, `call.*,agent.changed`; `*` is everything. Raises PatternProblem."""
    found = tuple(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))
    if not found:
        raise PatternProblem("name at least one type of event, such as call.* or agent.changed")
    for pattern in found:
        if _PATTERN.fullmatch(pattern) is None or not types_of((pattern,)):
            known = ", ".join(sorted(set(FACTS) - PRIVATE))
            raise PatternProblem(f"'{pattern}' is no type of event that is sent; there are {known}, and call.* or *")
    return found


def types_of(wanted: Sequence[str]) -> frozenset[str]:
    """The types of event some patterns stand for."""
    return frozenset(kind for kind in FACTS if wants(wanted, kind))


def wants(wanted: Sequence[str], kind: str) -> bool:
    """Whether a subscriber with these patterns is sent events of a type."""
    if kind in PRIVATE:
        return False
    return any(one in ("*", kind) or (one.endswith(".*") and kind.startswith(one[:-1])) for one in wanted)


def message_id(event_id: str) -> str:
    """The message's id, the same for every attempt and subscriber: by it a subscriber knows a repetition."""
    return f"msg_{event_id}"


def body_of(event: Event) -> str | None:
    """What is sent of an event, as JSON; None for a type this version doesn't know.

    Only fields that are known are sent, and whatever looks like a telephone number in them is masked.
    """
    fact = fact_of(event)
    if fact is None or event.type in PRIVATE:
        return None
    data = {name: mask_text(value) if isinstance(value, str) else value for name, value in data_of(fact).items()}
    at = datetime.fromtimestamp(event.at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    call = {"call": event.call} if event.call else {}
    return json.dumps({"type": event.type, "timestamp": at, "data": call | data}, separators=(",", ":"))


def headers(secrets: Sequence[str], message: str, at: datetime, body: str) -> Mapping[str, str]:
    """The scheme's headers of one attempt, signed by each secret. Raises ValueError for a secret that is none."""
    moment = str(int(at.timestamp()))
    signed = f"{message}.{moment}.{body}".encode()
    signatures = [base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode() for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def secret_of(random_bytes: bytes) -> str:
    """Random bytes as a secret to hand out."""
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not _LEAST_SECRET <= len(key) <= _MOST_SECRET:
        raise ValueError("a webhook's secret is whsec_ and the base64 of 24 to 64 bytes")
    return key


def verdict(status: int) -> Verdict:
    """What a status says; 0 for no answer. A redirect is never followed: it is a failure."""
    if _OK <= status < _REDIRECT:
        return "done"
    if status == _GONE:
        return "gone"
    return "again" if _REDIRECT <= status < _FAULT and status not in _BUSY else "rest"


def back_off(failures: int) -> int:
    """Seconds until the next attempt, after so many failed ones (1 or more)."""
    return BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1]
