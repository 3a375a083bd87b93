"""Text as XML, and nothing else as XML: the few lines through which every character of a document passes (threat T15).

Names and attributes of elements are literals of this package; whatever comes from outside goes through `text` or
`attribute`. Characters XML 1.0 has no place for are dropped: the carrier refuses a document that holds one (12100),
and the twilio library doesn't drop them.
"""

import re
from functools import lru_cache

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile('[&<>"\t\n\r]|[^\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def legal(raw: str) -> str:
    """`raw` without what XML 1.0 can't hold."""
    return _ILLEGAL.sub("", raw)


@lru_cache(maxsize=4096)
def text(raw: str) -> str:
    """`raw` as the content of an element."""
    return legal(raw).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


@lru_cache(maxsize=4096)
def attribute(raw: str) -> str:
    """`raw` as the value of an attribute, to stand between double quotes."""
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0], ""), raw)
