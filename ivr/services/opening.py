"""A call's session as it begins: one function for real calls and for test calls. Pure."""

from datetime import datetime

from ivr.core.caller_language import greeting_language
from ivr.core.dialable import DialRules
from ivr.core.flow.model import Flow
from ivr.core.flow.session import CallerFacts, Session
from ivr.services.ports import Line


def opening_session(
    call_sid: str,
    line: Line,
    flow: Flow,
    caller: CallerFacts,
    now: datetime,
    *,
    from_raw: str,
    to_number: str,
    rules: DialRules,
    texts: bool,
) -> Session:
    """The session a call begins with. `from_raw` is the carrier's From as it came; `texts`: whether any are sent.

    The language is the caller's where the line offers several, else the line's, else the flow's.
    """
    offered = (line.language, *line.languages) if line.languages else ()
    greeting = greeting_language(offered, caller.language, caller.number)
    return Session(
        call_sid=call_sid,
        line=line.name,
        flow=flow.name,
        digest=flow.digest,
        step=flow.start,
        language=greeting or line.language or flow.language,
        from_number=from_raw,
        to_number=to_number,
        started_at=now.isoformat(),
        caller=caller,
        line_title=line.title,
        rules=rules,
        texts=texts,
    )
