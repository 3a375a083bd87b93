"""The API over a desk in memory, with the real console, Redis and accounts around it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.services.lines import LineDesk
from ivr.services.ports import Account, Act
from ivr.services.tokens import Token
from ivr.web.console import register
from tests.api.desk import FakeDesk, FakeForecasts
from tests.console.stand import make_people, make_site
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


class FakeExplaining:
    """Explains one call."""

    def explain_call(self, call_sid: str) -> dict[str, str] | None:
        return {"call": call_sid, "sentence": "waits"} if call_sid == "CA1" else None


@pytest.fixture
def desk() -> FakeDesk:
    """The lines."""
    return FakeDesk()


@pytest.fixture
def clock() -> FakeClock:
    """A clock moved by hand."""
    return FakeClock()


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
    desk: FakeDesk,
    clock: FakeClock,
    audit: FakeAudit,
    jobs: FakeJobs,
    skills: FakeSkills,
) -> Flask:
    """The console with the API."""
    people = make_people(f"sqlite:///{tmp_path}/history.sqlite")
    site = make_site(redis_url, people=people)
    accounts = {f"hotline_{account.name}": account for account in people[0].all()}
    made = replace(
        site,
        desk=LineDesk(desk, site.flows, site.agents, desk, audit, jobs, clock, FakeForecasts()),
        tokens=FakeTokens(accounts),
        skills=skills,
        explaining=FakeExplaining(),
    )
    app = Flask("api", static_folder=None)
    register(app, made)
    return app


@pytest.fixture
def api(app: Flask) -> FlaskClient:
    """A program without a token."""
    return app.test_client()
