"""A line store in front of the real one that dies when told to: before a verb, or after it with the answer lost."""

from typing import Any

from ivr.store.redis.lines import RedisLines


class Died(Exception):  # noqa: N818 - says what happened
    """The process is gone at this instant."""


class CrashingLines:
    """Hands every verb on; the `countdown`-th from now dies, before or `after` it acted. With `twice`, each is sent
    two times, as by somebody who lost the first answer."""

    def __init__(self, real: RedisLines) -> None:
        self._real = real
        self.countdown = 0
        self.after = False
        self.twice = False
        self.acted = False
        """Whether a verb that may change anything ran since this was last set to False."""

    def arm(self, countdown: int, *, after: bool) -> None:
        self.countdown, self.after = countdown, after

    def disarm(self) -> None:
        self.countdown = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        def verb(*args: Any, **kwargs: Any) -> Any:
            dies = self._dies()
            if dies and not self.after:
                raise Died(name)
            self.acted = self.acted or name not in _READ
            answer = real(*args, **kwargs)
            if self.twice and name in _REPEATABLE:
                real(*args, **kwargs)
            if dies:
                raise Died(name)
            return answer

        return verb

    def _dies(self) -> bool:
        if self.countdown:
            self.countdown -= 1
            return self.countdown == 0
        return False


_REPEATABLE = frozenset(
    {"join", "waiting", "leave", "bridged", "finish", "ringing", "accept", "end_offer", "met", "leg_ended", "log_in"}
)
_READ = frozenset(
    {"reservation", "call", "way", "agent", "agent_leg", "unrecorded", "unkept", "callback_of", "digests"}
)
