"""The sweeper's thread survives whatever a sweep meets."""

import time

from ivr.services.ports import StoreDown
from ivr.services.sweeper import Sweeper
from tests.fakes import FakeClock


def test_it_goes_on_after_an_outage_and_after_a_failure() -> None:
    outcomes: list[Exception] = [StoreDown("away"), StoreDown("away"), ValueError("a bug"), RuntimeError("another")]
    swept: list[int] = []
    reconciled: list[int] = []

    def sweep(now_ms: int) -> int:
        if outcomes:
            raise outcomes.pop(0)
        swept.append(now_ms)
        return 0

    def reconcile(now_ms: int) -> int:
        reconciled.append(now_ms)
        raise ValueError("repairs fail")

    sweeper = Sweeper(sweep, reconcile, FakeClock(ms=5, speed=1000.0))
    sweeper.start()
    until = time.monotonic() + 30
    while (len(swept) < 60 or not reconciled) and time.monotonic() < until:
        time.sleep(0.01)
    sweeper.stop()
    assert len(swept) >= 60
    assert len(reconciled) >= 1, "now and then"
