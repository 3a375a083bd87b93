"""How long is too long without a store."""

from ivr.web.outage import Outage


def test_it_counts_from_the_first_failure_since_the_last_success() -> None:
    now = [0.0]
    outage = Outage(30.0, lambda: now[0])
    assert not outage.too_long()
    now[0] = 29.9
    assert not outage.too_long()
    now[0] = 30.0
    assert outage.too_long()
    outage.over()
    assert not outage.too_long()
    now[0] = 59.9
    assert not outage.too_long()
    now[0] = 60.0
    assert outage.too_long()
