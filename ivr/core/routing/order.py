"""Who goes first: one comparable number per call, fixed when it joins.

    class   0 urgent, 1 everyone else
    order   virtual_start - 1000 * priority_seconds, in ms

so that priority is worth a stated number of seconds and ages by itself. Both fit one score below 2**53, the largest
whole number a Redis score holds exactly.
"""

CLASS_SPAN = 10**15
URGENT, EVERYONE = 0, 1
MAX_PRIORITY_SECONDS = 30 * 24 * 3600


def offset(*, urgent: bool, priority_seconds: int) -> int:
    """What is added to a call's virtual start to get its score. Priority is bounded to thirty days either way."""
    boost = max(-MAX_PRIORITY_SECONDS, min(MAX_PRIORITY_SECONDS, priority_seconds))
    return (URGENT if urgent else EVERYONE) * CLASS_SPAN - 1000 * boost


def score(virtual_start_ms: int, *, urgent: bool = False, priority_seconds: int = 0) -> int:
    """A call's place: smaller goes first. Equal scores go by call id, so that the order is total."""
    return virtual_start_ms + offset(urgent=urgent, priority_seconds=priority_seconds)


def is_urgent(call_score: int) -> bool:
    """Whether a score is of the urgent class."""
    return call_score < CLASS_SPAN // 2
