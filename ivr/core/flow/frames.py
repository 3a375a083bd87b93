"""Flows run by other flows: where a call is, and which version of each it keeps. Pure look-ups; `engine.py` walks."""

from collections.abc import Mapping

from ivr.core.flow.model import Flow
from ivr.core.flow.session import Session

MAX_FRAMES = 8
"""How many flows may be run within one another."""


def flow_at(flow: Flow, session: Session) -> Flow | None:
    """The flow a call is in: the line's own, or the one it runs. None where that version is gone."""
    return flow.library.get(session.frames[-1].digest) if session.frames else flow


def version_of(flow: Flow, session: Session, name: str) -> Flow | None:
    """The version of a library flow this call is to run; the newest where it began before there was such a flow."""
    pinned = session.versions.get(name)
    return flow.library.get(pinned or name) or flow.library.get(name)


def versions_of(flow: Flow) -> Mapping[str, str]:
    """The digests of all flows that a flow may run, directly or through others, by name."""
    found: dict[str, str] = {}
    waiting = list(flow.runs)
    while waiting:
        name = waiting.pop()
        run = flow.library.get(name)
        if run is not None and name not in found:
            found[name] = run.digest
            waiting += run.runs
    return found
