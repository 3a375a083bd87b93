"""Faults on demand: what the carrier or the network may do wrongly, each switchable while calls run.

A fault strikes with `probability`, at most `count` times (None: without end), drawn from its own seeded generator, and
only where `only` is empty or part of what it is asked about (a webhook's kind, a verb's name, a number).
"""

import random
from dataclasses import asdict, dataclass, field

from exchange.errors import ExchangeError

FAULTS: dict[str, str] = {
    "notice_late": "a callback is sent `seconds` late (only: status, conference, recording, amd, message...)",
    "notice_twice": "a callback is sent twice, with the same idempotency token",
    "notice_reordered": "a callback waits until the leg's next one has been sent, or `seconds` have passed",
    "notice_lost": "a callback is never sent",
    "control_twice": "a TwiML request is sent twice, the first answer lost (only: the request's kind)",
    "control_response_lost": "a TwiML request reaches the application and its answer is lost: 11205, then fallback",
    "control_timeout": "a TwiML request runs into the 15 s limit before reaching the application: 11205",
    "control_late": "a TwiML request is sent `seconds` late",
    "signature_wrong": "signed with another token",
    "signature_missing": "sent without X-Twilio-Signature",
    "parameters_extra": "unknown parameters are added to a request",
    "geo_missing": "no geographic fields",
    "caller_anonymous": "an inbound call withholds its number: From is `value` (default anonymous)",
    "caller_name_utf8": "an inbound call carries a CallerName beyond ASCII (`value`)",
    "dequeueing_spelling": "DequeueingCallSid is spelt right, as some SDKs document it",
    "bridging_in_progress_spelling": "QueueResult=bridging-in-progress instead of bridging-in-process",
    "redirect_url_first": "after a REST redirect the new URL is requested before the interrupted verb's action",
    "rest_429": "REST answers 429 (20429) and does nothing",
    "rest_500_after_acting": "REST acts and answers 500 (20500)",
    "rest_drop_after_acting": "REST acts and closes the connection unanswered",
    "rest_late": "REST answers `seconds` late",
    "call_gone": "a call ends just before a REST change reaches it: 21220",
    "member_gone": "a queue member hangs up just before a REST change reaches it: 20404",
    "hang_up_at_verb": "the far end hangs up as a verb begins (only: the verb's name)",
    "hang_up_after_member_post": "the member hangs up between a member POST and its effect",
    "voicemail_answers": "a machine answers a phone that is rung (only: part of its number; after `seconds`)",
    "answer_crosses_cancel": "a ringing phone answers just before a cancel reaches it: the cancel does nothing",
    "leg_fails": "a leg cannot be connected (only: part of its number), with SipResponseCode `value` (default 480)",
    "conference_without_callbacks": "a room's first joiner fixes no callbacks, whatever it asked for",
}


@dataclass(slots=True)
class Fault:
    """One fault that is switched on. `struck` counts."""

    name: str
    probability: float = 1.0
    count: int | None = None
    seed: int = 0
    seconds: float = 0.0
    value: str = ""
    only: str = ""
    struck: int = 0
    _draw: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311 - repeatable, not secret

    def hits(self, about: str) -> bool:
        """Whether it strikes now; counts if so."""
        if self.only and self.only not in about:
            return False
        if self.count is not None and self.struck >= self.count:
            return False
        if self.probability < 1.0 and self._draw.random() >= self.probability:
            return False
        self.struck += 1
        return True


class Faults:
    """All faults that are on."""

    def __init__(self) -> None:
        self._on: dict[str, Fault] = {}

    def set(self, name: str, **settings: object) -> Fault:
        """Switch a fault on (or anew). Raises ExchangeError (20001) for an unknown name or setting."""
        if name not in FAULTS:
            raise ExchangeError(20001, f"unknown fault {name!r}; known: {', '.join(sorted(FAULTS))}")
        unknown = set(settings) - {"probability", "count", "seed", "seconds", "value", "only"}
        if unknown:
            raise ExchangeError(20001, f"fault {name}: unknown setting {', '.join(sorted(unknown))}")
        count = settings.get("count")
        try:
            fault = Fault(
                name,
                probability=float(str(settings.get("probability", 1.0))),
                count=None if count is None else int(str(count)),
                seed=int(str(settings.get("seed", 0))),
                seconds=float(str(settings.get("seconds", 0.0))),
                value=str(settings.get("value", "")),
                only=str(settings.get("only", "")),
            )
        except ValueError as error:
            raise ExchangeError(20001, f"fault {name}: {error}") from error
        self._on[name] = fault
        return fault

    def clear(self, name: str | None = None) -> None:
        """Switch one fault off, or all."""
        if name is None:
            self._on.clear()
        else:
            self._on.pop(name, None)

    def strike(self, name: str, about: str = "") -> Fault | None:
        """The fault if it strikes now."""
        if not self._on:
            return None
        fault = self._on.get(name)
        return fault if fault is not None and fault.hits(about) else None

    def as_list(self) -> list[dict[str, object]]:
        """For JSON."""
        return [{key: value for key, value in asdict(fault).items() if key != "_draw"} for fault in self._on.values()]
