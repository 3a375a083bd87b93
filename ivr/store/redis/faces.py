"""Who is calling, for people to see: names and masked numbers of live calls, many in one round trip."""

import logging
from collections.abc import Mapping, Sequence

import msgspec

from ivr.core.flow.session import Session
from ivr.core.phone import mask
from ivr.services.desk_ports import Face
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

log = logging.getLogger(__name__)

_BATCH = 200
"""Sessions a round trip asks for: Redis serves others between two of them."""

_unpack = msgspec.msgpack.Decoder(Session).decode


class RedisFaces:
    """The port `Faces`. Safe to share between threads."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._keys = keys
        self._blobs = client.script("session_faces")

    def faces(self, calls: Sequence[str]) -> Mapping[str, Face]:
        """Those of some live calls; who is unknown is left out. Raises StoreDown."""
        found: dict[str, Face] = {}
        for start in range(0, len(calls), _BATCH):
            some = calls[start : start + _BATCH]
            for call, blob in zip(some, self._blobs([self._keys.session(sid) for sid in some], ()), strict=True):
                face = _face(call, blob) if blob else None
                if face is not None:
                    found[call] = face
        return found


def _face(call: str, blob: bytes) -> Face | None:
    try:
        session = _unpack(blob)
    except msgspec.MsgspecError as error:
        log.warning("a call can't be shown: written by another version", extra={"call": call, "reason": str(error)})
        return None
    number = mask(session.from_number) if session.from_number else ""
    return Face(number, session.caller.name, session.caller.kind, ", ".join(session.path))
