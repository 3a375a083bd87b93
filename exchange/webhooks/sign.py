"""`X-Twilio-Signature`, strictly by contract 2.1 and 2.2: HMAC-SHA1 over the URL and the sorted form, base64."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def signed_url(url: str) -> str:
    """The URL as it is signed: no user info, no fragment; over https without port, over http with the one
    configured.
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme == "https":
        head, colon, port = host.rpartition(":")
        if colon and port.isdecimal():
            host = head
    path = parts.path or "/"
    return urlunsplit((parts.scheme, host, path, parts.query, ""))


def signature(token: str, url: str, form: Mapping[str, str]) -> str:
    """The header's value. `form` is empty for GET, whose parameters are in the URL."""
    text = signed_url(url) + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
