"""Which performer each verb has. Imported once, by the switch."""

from exchange.player import PERFORMERS
from exchange.twiml.dial import Dial
from exchange.twiml.enqueue import Enqueue
from exchange.twiml.gather import Gather
from exchange.twiml.hangup import Hangup
from exchange.twiml.leave import Leave
from exchange.twiml.pause import Pause
from exchange.twiml.play import Play
from exchange.twiml.record import Record
from exchange.twiml.redirect import Redirect
from exchange.twiml.reject import Reject
from exchange.twiml.say import Say
from exchange.verbs import dial, gather, queue, record, simple, sounds


def register() -> None:
    """Fill the player's table."""
    PERFORMERS.update(
        {
            Say: sounds.perform,
            Play: sounds.perform,
            Pause: sounds.perform,
            Gather: gather.perform,
            Record: record.perform,
            Dial: dial.perform,
            Enqueue: queue.perform,
            Leave: simple.leave,
            Redirect: simple.redirect,
            Reject: simple.reject,
            Hangup: simple.hangup,
        }
    )
