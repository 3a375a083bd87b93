"""The API over real lines, accounts and console; what the desk tells others is kept by fakes."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.core.routing.explain import Explanation
from ivr.services.callback_promises import CalledBack
from ivr.services.lines import LineDesk
from ivr.services.ports import Account, Act
from ivr.services.tokens import Token
from ivr.store.redis.client import StateClient
from ivr.store.redis.faces import RedisFaces
from ivr.store.redis.keys import Keys
from ivr.web.auth import auth_of
from ivr.web.console import register
from tests.api.house import House, SomeCallbacks, SomeForecasts
from tests.console.stand import Flows, make_people, make_site
from tests.fakes import FakeClock, FakeJobs

TOKENS = {"olga": "hotline_olga", "sam": "hotline_sam", "ana": "hotline_ana"}


class FakeTokens:
    """Tokens named after accounts."""

    def __init__(self, accounts: dict[str, Account]) -> None:
        self.accounts = accounts

    def check(self, text: str, now: datetime) -> Account | None:
        return self.accounts.get(text)

    def all(self, account: str = "") -> list[Token]:
        return []

    def revoke(self, token_id: str) -> bool:
        return False


class FakeAudit:
    """Keeps acts."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def note(self, act: Act) -> None:
        self.acts.append(act)


class FakeSkills:
    """Keeps what was set."""

    def __init__(self) -> None:
        self.set_: list[tuple[str, str, int | None, str]] = []

    def set(self, agent_id: str, skill: str, level: int | None, by: str) -> None:
        self.set_.append((agent_id, skill, level, by))


SAID = Explanation("CA1", "passports", "waiting", "has waited 94 s in Passports, 3rd in line")


class FakeExplaining:
    """Explains one call."""

    def explain_call(self, call_sid: str) -> Explanation | None:
        return SAID if call_sid == "CA1" else None


@pytest.fixture
def clock() -> FakeClock:
    """A clock moved by hand, in step with what the sessions were given."""
    return FakeClock(ms=time.time_ns() // 1_000_000)


@pytest.fixture
def house(redis_url: str, clock: FakeClock) -> Iterator[House]:
    """The lines."""
    made = House(redis_url, clock, {queue.name: queue for queue in Flows().queues()})
    yield made
    made.close()


@pytest.fixture
def audit() -> FakeAudit:
    """Who did what."""
    return FakeAudit()


@pytest.fixture
def jobs() -> FakeJobs:
    """Hints to ring."""
    return FakeJobs()


@pytest.fixture
def skills() -> FakeSkills:
    """Skills that were set."""
    return FakeSkills()


@pytest.fixture
def app(  # noqa: PLR0917 - parts of one stand
    redis_url: str,
    tmp_path: Path,
    house: House,
    clock: FakeClock,
    audit: FakeAudit,
    jobs: FakeJobs,
    skills: FakeSkills,
) -> Iterator[Flask]:
    """The console with the API."""
    people = make_people(f"sqlite:///{tmp_path}/history.sqlite")
    site = make_site(redis_url, people=people)
    accounts = {f"hotline_{account.name}": account for account in people[0].all()}
    client = StateClient(redis_url)
    faces = RedisFaces(client, Keys())
    made = replace(
        site,
        desk=LineDesk(
            house.lines,
            site.flows,
            site.agents,
            faces,
            audit,
            jobs,
            clock,
            SomeForecasts(),
            CalledBack(SomeCallbacks()),
        ),
        tokens=FakeTokens(accounts),
        skills=skills,
        explaining=FakeExplaining(),
    )
    app = Flask("api", static_folder=None)
    register(app, made)
    yield app
    auth = auth_of(app)
    for window in (auth.budget._window, auth.attempts._window):
        window.storage.storage.close()
    client.close()
    made.redis.close()


@pytest.fixture
def api(app: Flask) -> FlaskClient:
    """A program without a token."""
    return app.test_client()
