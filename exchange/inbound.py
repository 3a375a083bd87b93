"""An inbound call's life: from ringing at one of the account's numbers to its documents (contract 1.2, 3.9)."""

from exchange.leg import Goto, HungUp, Leg
from exchange.player import Player
from exchange.records import Number


async def carry(leg: Leg, number: Number | None) -> None:
    """Ring, ask the number's webhook what to do, do it."""
    leg.rings()
    if number is None or number.voice is None:
        await leg.wait(leg.switch.behaviour.ring_seconds)
        reason = "the number is not in service" if number is None else "the number has no voice webhook"
        leg.end("failed", reason)
        raise HungUp
    await Player(leg).run(Goto(number.voice, kind="voice"))
