"""Where the carrier's sources are silent or contradict each other (contract section 11), one switch each.

An application must be safe under every setting.
"""

from dataclasses import dataclass, fields, replace

from exchange.errors import ExchangeError


@dataclass(frozen=True, slots=True)
class Behaviour:
    """The defaults are what the sources make likeliest."""

    extra_dial_seconds: float = 5.0
    """Added to every Dial and REST Timeout (D: "about 5 s")."""
    dial_action_after_ringing_hang_up: bool = True
    """Whether Dial's action is requested when the caller hangs up while it rings (open point 1)."""
    dial_status_after_ringing_hang_up: str = "no-answer"
    """DialCallStatus then: `no-answer` or `canceled`."""
    empty_result_digits: str = "empty"
    """Digits with actionOnEmptyResult and no input: `empty` or `absent` (open point 2)."""
    shared_idempotency_token: bool = True
    """Whether retries of one webhook share the token (open point 3)."""
    play_missing: str = "fatal"
    """A Play that answers 404: `fatal` (fallback) or `skip` (open point 4)."""
    type_ahead: bool = False
    """Whether keys pressed between documents wait for the next Gather (open point 5)."""
    queue_size: int = 1000
    """MaxSize of a queue made by Enqueue (open point 6: 1000 or 100)."""
    dial_status_queue_empty: str = "no-answer"
    """DialCallStatus after Dial Queue ran into its timeout (open point 8)."""
    dial_status_queue_unknown: str = "failed"
    """DialCallStatus for an unknown queue (open point 8)."""
    empty_answer: str = "error"
    """204 or an empty body on a TwiML request: `error` (11770) or `empty` (an empty document) (open point 9)."""
    queue_time: str = "wait"
    """QueueTime after a bridge: `wait` or `wait-and-talk` (open point 10)."""
    unregistered_client: str = "no-answer"
    """Status of a leg to a client that isn't there: `no-answer` or `failed`."""
    call_token: bool = True
    """Whether inbound calls carry CallToken."""
    wait_floor_seconds: float = 1.0
    """Least time between two requests of a wait document; a shorter one is reported (contract 3.7)."""
    ring_seconds: float = 0.2
    """From dialling out to the far end ringing."""
    detection_seconds: float = 4.0
    """How long machine detection listens before a human verdict."""
    recording_seconds: float = 1.0
    """From the end of a recording to its being ready."""

    def changed(self, changes: dict[str, object]) -> "Behaviour":
        """A copy with some switches set. Raises ExchangeError (20001) for unknown names and wrong types."""
        kinds = {item.name: type(getattr(self, item.name)) for item in fields(self)}
        taken: dict[str, object] = {}
        for name, value in changes.items():
            kind = kinds.get(name)
            if kind is None:
                raise ExchangeError(20001, f"unknown behaviour {name!r}; known: {', '.join(sorted(kinds))}")
            # JSON writes 5 for 5.0, and a bool is no number.
            whole = kind is float and isinstance(value, int) and not isinstance(value, bool)
            if not whole and not isinstance(value, kind):
                raise ExchangeError(20001, f"behaviour {name}: expected {kind.__name__}, got {value!r}")
            taken[name] = float(str(value)) if whole else value
        return replace(self, **taken)  # type: ignore[arg-type]  # checked above, field by field
