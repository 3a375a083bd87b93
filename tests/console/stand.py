"""A small Hotline for the console's tests: the real console, Redis and SQL; only the flows are faked, at their port."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Flask

from ivr.core.flow.model import Flow
from ivr.core.queue_rules import QueueDefinition
from ivr.services.clock import RealClock
from ivr.services.explaining import Explaining
from ivr.services.forecasting import Forecasting
from ivr.services.lines import LineDesk
from ivr.services.ports import AgentProfile, Line, Role
from ivr.services.presence import Presence
from ivr.services.skills import Skilling
from ivr.store.redis.client import StateClient
from ivr.store.redis.event_reader import RedisEventReader
from ivr.store.redis.faces import RedisFaces
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.redis.told import RedisTold
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.engine import Database
from ivr.store.sql.tokens import SqlTokens
from ivr.web import health
from ivr.web.console import register
from ivr.web.site import Site
from tests.conftest import PATIENCE_SECONDS
from tests.databases import make_tables
from tests.fakes import FakeJobs

ROLES: dict[str, Role] = {"ana": "agent", "sam": "supervisor", "olga": "operator", "dora": "operator"}
PASSWORD = "a long and quiet river 42"


PEOPLE = (
    AgentProfile("ana", "Ana Lima", "+33600000001", {"passports": 5, "english": 3}),
    AgentProfile("bo", "Bo Winter", "+33600000002", {"passports": 3}),
    AgentProfile("chloe", "Chloé Martin", "+33600000003", {"taxes": 4, "passports": 2}),
    AgentProfile("dan", "Dan Okafor", "+33600000004", {"taxes": 7}),
    AgentProfile("eve", "Eve Laurent", "+33600000005", {"taxes": 2}),
)


def make_people(url: str) -> tuple[SqlAccounts, SqlAgents]:
    """Five agents and four accounts in a database of their own; dora is shut out."""
    make_tables(url)
    database = Database(url)
    accounts, agents = SqlAccounts(database), SqlAgents(database)
    for profile in PEOPLE:
        agents.add(profile, profile.number, datetime.now(UTC))
    for name, role in ROLES.items():
        accounts.add(name, PASSWORD, role=role, now=datetime.now(UTC), agent_id="ana" if role == "agent" else "")
    accounts.set_disabled("dora", True)
    return accounts, agents


class Flows:
    """The port, in memory."""

    def line_for(self, number: str) -> Line | None:
        return next((line for line in self.lines() if line.number == number), None)

    def current(self, flow: str) -> Flow | None:
        return Flow(name=flow, digest="d", language="fr-FR", start="s", steps={})

    def answering(self, line: Line, caller: str) -> Flow | None:
        return self.current(line.flow)

    def pinned(self, digest: str) -> Flow | None:
        return None

    def queue(self, name: str) -> QueueDefinition | None:
        return next((queue for queue in self.queues() if queue.name == name), None)

    def lines(self) -> Sequence[Line]:
        return [
            Line("town-hall", "+33199001000", "town-hall", "fr-FR", "Town hall"),
            Line("taxes", "+33199001001", "taxes", "fr-FR", "Tax office"),
        ]

    def queues(self) -> Sequence[QueueDefinition]:
        return [
            QueueDefinition("passports", "Passports", (("passports", 1),)),
            QueueDefinition("taxes", "Taxes", (("taxes", 1),)),
        ]


def make_site(
    redis_url: str, *, events_url: str = "", public: str = "http://localhost", people: tuple[SqlAccounts, SqlAgents]
) -> Site:
    """A site on a real Redis."""
    client = StateClient(redis_url, timeout=PATIENCE_SECONDS)
    return Site(
        redis=client,
        redis_url=redis_url,
        accounts=people[0],
        agents=people[1],
        flows=Flows(),
        clock=RealClock(),
        secret_key="k" * 40,
        public_base_url=public,
        events_url=events_url,
        phone_url="http://127.0.0.1:8001/phone",
        checks={"redis": health.redis_check(client), "flows": health.flows_check(Flows())},
    )


def with_desk(site: Site, database_url: str) -> Site:
    """The same with its lines' pages and the API, on real lines and a real history."""
    database, client, keys = Database(database_url), StateClient(site.redis_url, timeout=PATIENCE_SECONDS), Keys()
    lines, audit, jobs = RedisLines(client, keys), SqlAudit(database), FakeJobs()
    agents = SqlAgents(database)
    reader = RedisEventReader(client, keys, "stand")
    return replace(
        site,
        desk=LineDesk(
            lines, site.flows, agents, RedisFaces(client, keys), audit, jobs, site.clock,
            Forecasting(RedisTold(client, keys), lines),
        ),
        explaining=Explaining(SqlDecisions(database), reader, lines, agents, site.flows, site.clock),
        skills=Skilling(agents, audit, site.clock, Presence(lines, agents, jobs, site.clock)),
        tokens=SqlTokens(database),
    )  # fmt: skip


def make_app(site: Site) -> Flask:
    """The console alone."""
    app = Flask("stand", static_folder=None)
    register(app, site)
    return app


def wsgi() -> Flask:
    """For granian: the site by environment."""
    events, public = os.environ["STAND_EVENTS"], os.environ["STAND_PUBLIC"]
    database = os.environ["STAND_DATABASE"]
    site = make_site(os.environ["STAND_REDIS"], events_url=events, public=public, people=make_people(database))
    return make_app(with_desk(site, database))
