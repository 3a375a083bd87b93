"""Who calls. Never fails and never keeps a caller waiting for more than the database's own short time-outs."""

from ivr.core.caller import facts
from ivr.core.flow.session import CallerFacts
from ivr.core.phone import Number, normalise
from ivr.services.ports import History, HistoryDown


def identify(history: History, from_raw: str, region: str) -> tuple[CallerFacts, str]:
    """What is known of the caller, and why not more: the second is a fault for the log, empty where all went well.

    `from_raw` is the carrier's From as it came. Hidden and malformed callers are never looked up. Without a database
    the number alone has to do: the call goes on.
    """
    caller = normalise(from_raw, region)
    if not isinstance(caller, Number):
        return facts(caller), ""
    try:
        return history.caller(from_raw, region), ""
    except HistoryDown as fault:
        return facts(caller), str(fault)
