"""Where a recorded day is played: a private stack on free ports, its agents logged in and out as the hours go."""

import contextlib
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from exchange.load.plan import Plan, plan_json
from ivr.cli.agents import import_agents
from ivr.cli.bank.day import Anchor
from ivr.cli.bank.house import House
from ivr.cli.bank.staffing import Shift
from ivr.cli.demo import Demo
from ivr.cli.layout import StackError, StackOptions
from ivr.cli.redis_server import NoRedisServer
from ivr.cli.stack import Stack
from ivr.core.agent import IllegalTransition

POLL_SECONDS = 0.5
SETTLE_SECONDS = 12.0
"""Real seconds within which agents have to be free again after the last call."""
LONGEST_DRAIN = timedelta(hours=5)
"""Exchange time after the last arrival within which every call has to be over: longer than any patience or talk."""
RING_STARTS_PER_SECOND = 1000.0
"""The carrier's limit on outgoing calls is no part of the bank's day."""


class StageFailed(Exception):  # noqa: N818 - reads as what it says
    """The stack could not be started, or failed on the way; the message says what."""


class Stage:
    """A stack for one load. Raises StageFailed from everything it does."""

    def __init__(self, folder: Path, house: House, clock: str, progress: Callable[[str], None]) -> None:
        flows, phones = folder / "flows", folder / "phones.yaml"
        house.write(flows)
        house.write_phones(phones)
        self._house = house
        self._progress = progress
        self._agents_file = flows / "agents.yaml"
        self._stack = Stack(
            StackOptions(
                var=folder / "var",
                port=0,
                flows=flows,
                clock=clock,
                phones=phones,
                calls_per_second=RING_STARTS_PER_SECOND,
            ),
            progress,
        )
        self._demo: Demo
        self._plan: Plan
        self._shifts: list[tuple[datetime, Shift]] = []
        self._told = ""

    def __enter__(self) -> Self:
        try:
            self._stack.start()
        except (StackError, NoRedisServer) as error:
            raise StageFailed(str(error)) from error
        self._demo = Demo(self._stack)
        import_agents(self._agents_file, self._demo.hotline.agents)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(AttributeError):
            self._demo.hotline.close()
        self._stack.stop()

    def now(self) -> datetime:
        """The simulated time."""
        return self._demo.hotline.clock.now()

    def begin(self, plan: Plan, shifts: Sequence[Shift], anchor: Anchor) -> None:
        """Put the first shifts on duty, then let the calls come."""
        self._plan = plan
        self._shifts = [(anchor.start + timedelta(seconds=shift.at - anchor.origin), shift) for shift in shifts]
        self._change_shifts()
        self._ask("POST", plan_json(plan))

    def until_over(self) -> dict[str, Any]:
        """Follow the load to its end; the exchange's last figures."""
        last = self._plan.start + timedelta(seconds=self._plan.arrivals[-1].at) + LONGEST_DRAIN
        while True:
            self._change_shifts()
            figures = self._ask("GET")
            self._tell(figures)
            if figures["over"] or self.now() > last:
                return figures
            if not self._stack.alive():
                raise StageFailed("the stack's supervisor has ended")
            time.sleep(POLL_SECONDS)

    def stuck_agents(self) -> list[str]:
        """Agents who are held by nothing and yet not free, some time after the last call."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            held = [agent for agent in self._demo.hotline.presence.all() if agent.state not in {"available", "offline"}]
            if not held or time.monotonic() > deadline:
                return [f"{agent.id} is {agent.state}" for agent in held]
            time.sleep(POLL_SECONDS)

    def _change_shifts(self) -> None:
        presence = self._demo.hotline.presence
        while self._shifts and self._shifts[0][0] <= self.now():
            _, shift = self._shifts.pop(0)
            for agent in shift.starts:
                presence.log_in(agent.lower())
            for agent in shift.stops:
                try:
                    presence.log_out(agent.lower())
                except IllegalTransition as error:
                    raise StageFailed(f"agent {agent} could not log out: {error}") from error

    def _tell(self, figures: dict[str, Any]) -> None:
        hour = figures["now"][11:13]
        if hour != self._told:
            self._told = hour
            came = f"{figures['dialled']} of {figures['planned']} calls"
            line = f"{hour} h  {came}, {figures['answered']} answered, {figures['abandoned']} gave up"
            self._progress(line)

    def _ask(self, method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            reply = requests.request(method, f"{self._stack.exchange_url}/phones/load", json=body, timeout=30)
            reply.raise_for_status()
            return dict(reply.json())
        except (requests.RequestException, ValueError) as error:
            raise StageFailed(f"the exchange failed: {error}") from error
