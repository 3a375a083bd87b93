"""The exchange's own ends: a leg dialled to one of the account's numbers calls in there; a number nobody has."""

from typing import TYPE_CHECKING

from exchange.handset import Line, Listening, Sound
from exchange.records import Call, CallStatus

if TYPE_CHECKING:
    from exchange.switch import Switch


class Silent:
    """A phone nobody is at: it does nothing."""

    def ringing(self, line: Line) -> None:
        """Nothing rings."""

    def answered(self, line: Line) -> None:
        """Nobody answers."""

    def hears(self, line: Line, sound: Sound) -> None:
        """Nobody hears."""

    def asked(self, line: Line, listening: Listening | None) -> None:
        """Nobody is asked."""

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Nobody talks."""

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        """It never was."""


class NoPhone(Silent):
    """Nobody has this number: a leg to it cannot be connected."""


class Loopback(Silent):
    """One of the account's own numbers, rung by an outbound leg: a second, inbound call whose person is the first
    leg.
    """

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch
        self.near: Line | None = None
        self.far: Line | None = None
        self._unheard: list[Sound] = []

    def ringing(self, line: Line) -> None:
        """Call in at the number."""
        self.near = line
        call = self.switch.dial_in(line.call.from_number, line.call.to_number, _FarEnd(self), attestation="A")
        self.far = self.switch.line(call.sid)

    def bridged(self, line: Line, peer: Call | None) -> None:
        """Somebody listens now: they hear what was said while the line was being connected."""
        unheard, self._unheard = self._unheard, []
        for sound in unheard if peer is not None else ():
            _relay(sound, line)

    def from_far(self, sound: Sound) -> None:
        """What the number says, the outbound leg's person says, as soon as somebody listens."""
        if self.near is None:
            return
        leg = self.switch.leg(self.near.call.sid)
        if leg.ear is None and not leg.hearers():
            self._unheard.append(sound)
        else:
            _relay(sound, leg)

    def hears(self, line: Line, sound: Sound) -> None:  # noqa: ARG002 - the protocol's
        """What one side hears said, the other side says."""
        _relay(sound, self.far)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:  # noqa: ARG002 - the protocol's
        """The outbound leg is over: so is the inbound one."""
        if self.far is not None:
            self.far.hang_up()


class _FarEnd(Silent):
    """The person of the inbound call: the outbound leg."""

    def __init__(self, loopback: Loopback) -> None:
        self.loopback = loopback

    def answered(self, line: Line) -> None:  # noqa: ARG002 - the protocol's
        """The number answered: so does the leg that rang it."""
        if self.loopback.near is not None:
            self.loopback.near.answer()

    def hears(self, line: Line, sound: Sound) -> None:  # noqa: ARG002 - the protocol's
        """What the number says, the outbound leg's person says."""
        self.loopback.from_far(sound)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:  # noqa: ARG002 - the protocol's
        """The number hung up or declined."""
        near = self.loopback.near
        if near is None:
            return
        if near.call.status == "ringing":
            near.decline("unreachable" if status == "failed" else "busy")
        else:
            near.hang_up()


def _relay(sound: Sound, to: Line | None) -> None:
    if to is None:
        return
    if sound.kind == "digits":
        to.press(sound.text)
    elif sound.kind in {"say", "peer"}:
        to.speak(sound.text, sound.seconds)
