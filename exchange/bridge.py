"""Two legs talking to each other."""

from exchange.leg import Leg


class Bridge:
    """Connects `a` and `b` from its making until `end`, a hang-up of either included. `began` in exchange seconds."""

    def __init__(self, a: Leg, b: Leg) -> None:
        self.a, self.b = a, b
        self.over = False
        self.began = a.switch.clock.seconds()
        self.ended_at: float | None = None
        for leg, peer in ((a, b), (b, a)):
            leg.hearers = self._hearers(peer)
            leg.on_end.append(self.end)
            leg.is_bridged(peer)

    @staticmethod
    def _hearers(peer: Leg) -> "_Peer":
        return _Peer(peer)

    @property
    def seconds(self) -> int:
        """How long they talked, in whole seconds."""
        end = self.ended_at if self.ended_at is not None else self.a.switch.clock.seconds()
        return max(0, round(end - self.began))

    def end(self) -> None:
        """They are apart; nothing where they already are."""
        if self.over:
            return
        self.over = True
        self.ended_at = self.a.switch.clock.seconds()
        for leg in (self.a, self.b):
            leg.hearers = list
            leg.on_end.remove(self.end)
            leg.is_bridged(None)
            leg.ring_bell()


class _Peer:
    """Who hears a bridged leg."""

    def __init__(self, peer: Leg) -> None:
        self.peer = peer

    def __call__(self) -> list[Leg]:
        return [self.peer]
