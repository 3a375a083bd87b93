"""What one page may do beyond what every page may: styles with a nonce, frames of one other address. Read by `auth.py`.

A page asks while it is being made; the header says it of this one answer. Nothing here loosens scripts.
"""

import secrets
from urllib.parse import urlsplit

from flask import g, has_request_context

_NONCE = "style_nonce"
_FRAMED = "framed_origin"


def style_nonce() -> str:
    """The nonce this answer's own styles carry: for an editor that writes its style sheet while it runs."""
    if _NONCE not in g:
        setattr(g, _NONCE, secrets.token_urlsafe(16))
    nonce: str = g.get(_NONCE)
    return nonce


def may_frame(url: str) -> None:
    """This page shows the page at `url` in a frame, which may use the microphone there."""
    parts = urlsplit(url)
    setattr(g, _FRAMED, f"{parts.scheme}://{parts.netloc}")


def content_rules() -> str:
    """What this answer's content policy says beside the general one; empty for nothing."""
    if not has_request_context():
        return ""
    rules = []
    if nonce := g.get(_NONCE):
        rules.append(f"; style-src 'self' 'nonce-{nonce}'")
    if framed := g.get(_FRAMED):
        rules.append(f"; frame-src {framed}")
    return "".join(rules)


def permissions() -> str:
    """What this answer allows devices to: nothing, but where a framed phone may listen."""
    framed = g.get(_FRAMED) if has_request_context() else None
    microphone = f'(self "{framed}")' if framed else "()"
    return f"camera=(), geolocation=(), microphone={microphone}"
