"""What people do, in the words of the wishes."""

from ivr.core.flow.effects import Book
from ivr.core.flow.inputs import Booked
from ivr.core.flow.session import CallerFacts, Session
from tests.fakes import ENDED, MadeLeg
from tests.routing.conftest import Centre

MARIE, PAUL = "+33639980055", "+33639980056"
LINE = "+33139753975"


def asks_to_be_called_back(centre: Centre, call: str, number: str = MARIE, turn: int = 5, **more: object) -> Booked:
    """The caller of a call books a callback."""
    caller = CallerFacts(number=number)
    session = Session(call, "main", "f", "d", "s", "fr-FR", to_number=LINE, turn=turn, caller=caller)
    return centre.dispatch.callbacks.book(session, Book("help", number, **more), centre.now)  # type: ignore[arg-type]


def callback_of(centre: Centre, number: str = MARIE) -> str:
    """The callback a number has."""
    return centre.lines.callback_of("help", number)


def hangs_up(centre: Centre, call: str) -> None:
    """A caller hangs up, and the carrier says so."""
    centre.carrier.legs[call].status = "completed"
    centre.dispatch.caller_gone(call, centre.now)


def offered_to(centre: Centre, agent: str) -> str:
    """The call an agent is being offered or talks to, empty for none."""
    return centre.presence.state(agent).call


def accepts(centre: Centre, agent: str) -> str:
    """An agent picks up and presses 1; the reservation."""
    centre.work()
    offer = centre.presence.state(agent).reservation
    leg = centre.lines.reservation(offer).leg  # type: ignore[union-attr]
    centre.dispatch.offer_answered(offer, leg, centre.now)
    centre.dispatch.offer_key(offer, "1", centre.now)
    centre.work()
    return offer


def rings_out(centre: Centre, agent: str) -> None:
    """An agent's phone rings until the carrier gives up."""
    centre.work()
    offer = centre.presence.state(agent).reservation
    leg = centre.lines.reservation(offer).leg  # type: ignore[union-attr]
    centre.carrier.legs[leg].status = "no-answer"
    centre.dispatch.offer_status(offer, leg, "no-answer", "", centre.now)


def talks(centre: Centre, agent: str, ms: int = 60_000) -> str:
    """An agent accepts, talks to the caller and says goodbye; the call."""
    call = offered_to(centre, agent)
    offer = accepts(centre, agent)
    assert centre.dispatch.bridge(offer, call, centre.now) is not None
    centre.dispatch.room_event(offer, "conference-start", "", centre.now)
    centre.clock.pass_ms(ms)
    centre.dispatch.talked(call, centre.now)
    leg = centre.lines.reservation(offer).leg  # type: ignore[union-attr]
    centre.carrier.legs[leg].status = "completed"
    centre.dispatch.offer_status(offer, leg, "completed", "", centre.now)
    return call


def dialled(centre: Centre, number: str) -> list[MadeLeg]:
    """Every leg the carrier was asked to make to a number."""
    return [leg for leg in centre.carrier.legs.values() if leg.to_number == number]


def ringing(centre: Centre, number: str) -> list[MadeLeg]:
    """Those that are up."""
    return [leg for leg in dialled(centre, number) if leg.status not in ENDED]
