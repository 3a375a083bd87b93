"""What the console, health and metrics need of the rest, handed over by `ivr.app` as plain values and ports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ivr.core.flow.problem import Problem
from ivr.services.clock import Clock
from ivr.services.desk_ports import Explaining, SkillBook
from ivr.services.lines import LineDesk
from ivr.services.ports import Accounts, Agents, Flows
from ivr.services.publishing import Publishing
from ivr.services.results import Results
from ivr.services.tokens import Tokens
from ivr.services.walks import Walks
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys

Check = Callable[[], str]
"""Whether a part can serve: empty for yes, else the reason in a few words. Never raises."""


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of a running server that people and machines look at.

    `clock` is the system's (maybe a simulated one): times of calls. Sessions and limits always run on real time.
    `public_base_url` decides whether cookies are Secure; `events_url` is where browsers find `/events`.
    `redis_url` is for the rate limiter's own connections. `checks` are the parts `/readyz` asks, by name.
    `proxies` is how many trusted proxies stand in front. `phone_url` is a browser phone to try calls with, or empty.
    `publishing` and `walks` are for the flows' pages, which are not there without them; `desk` is for the lines' pages
    and the API, `explaining`, `skills` and `tokens` for their parts of those. `prompts` is the folder of sound files.
    `test_callers` gives the numbers (E.164) that hear drafts, `problems` what is wrong with the flows' files now.
    """

    redis: StateClient
    redis_url: str
    accounts: Accounts
    agents: Agents
    flows: Flows
    clock: Clock
    secret_key: str
    public_base_url: str
    events_url: str
    keys: Keys = field(default_factory=Keys)
    phone_url: str = ""
    metrics_token: str = ""
    proxies: int = 0
    publishing: Publishing | None = None
    walks: Walks | None = None
    prompts: Path | None = None
    desk: LineDesk | None = None
    explaining: Explaining | None = None
    skills: SkillBook | None = None
    tokens: Tokens | None = None
    test_callers: Callable[[], tuple[str, ...]] = tuple
    problems: Callable[[], Sequence[Problem]] = tuple
    results: Results | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def secure(self) -> bool:
        """Whether people reach this server over https only."""
        return self.public_base_url.startswith("https://")
