"""What tests of offers do first."""

from tests.routing.conftest import Centre


def ringing(centre: Centre) -> tuple[str, str, str]:
    """An agent's phone rings for a waiting call: call, reservation, leg."""
    call = centre.caller()
    centre.work()
    return call, centre.offer_of(call), centre.ringing_leg(call)
