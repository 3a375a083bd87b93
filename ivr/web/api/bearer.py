"""Who uses the API: a program by its token, or a page of the console by its session. And how often they may.

Requests are counted in Redis, so that all web processes share one count: `PER_ACCOUNT` for who may, `WRONG_TOKENS` an
address for who tries. A right token is never refused because of somebody else's wrong ones at another address.
"""

import time

from flask import g, request
from flask_login import current_user
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import RedisStorage
from limits.strategies import FixedWindowRateLimiter

from ivr.services.ports import Account, StoreDown
from ivr.services.tokens import Tokens
from ivr.store.redis.keys import Keys
from ivr.web.api.problems import ApiProblem
from ivr.web.attempts import redis_storage
from ivr.web.site import Site

PER_ACCOUNT = RateLimitItemPerMinute(600, 1, namespace="account")
WRONG_TOKENS = RateLimitItemPerMinute(20, 15, namespace="address")
_ACCOUNT = "api_account"


class Budget:
    """Counts requests. Methods raise StoreDown."""

    def __init__(self, redis_url: str, keys: Keys) -> None:
        storage: RedisStorage = redis_storage(redis_url, f"{keys.prefix}api:requests")
        self._window = FixedWindowRateLimiter(storage)

    def spend(self, item: RateLimitItem, who: str) -> None:
        """Count a request. Raises ApiProblem where there were too many."""
        try:
            if not self._window.hit(item, who):
                raise self._too_many(item, who)
        except StorageError as error:
            raise StoreDown("requests can't be counted") from error

    def ask(self, item: RateLimitItem, who: str) -> None:
        """Whether one more would be too many, without counting one. Raises ApiProblem."""
        try:
            if not self._window.test(item, who):
                raise self._too_many(item, who)
        except StorageError as error:
            raise StoreDown("requests can't be counted") from error

    def _too_many(self, item: RateLimitItem, who: str) -> ApiProblem:
        reset = self._window.get_window_stats(item, who).reset_time
        return ApiProblem("too_many_requests", retry_after=max(1, int(reset - time.time()) + 1))


def has_token() -> bool:
    """Whether this request comes with a token: then a session it has besides counts for nothing."""
    return "Authorization" in request.headers


def take_token(site: Site, tokens: Tokens | None, budget: Budget) -> Account:
    """The account of this request's token. Raises ApiProblem, StoreDown, HistoryDown."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    address = request.remote_addr or "unknown"
    budget.ask(WRONG_TOKENS, address)
    right = scheme.casefold() == "bearer" and tokens is not None
    account = tokens.check(text.strip(), site.clock.now()) if right and tokens else None
    if account is None:
        budget.spend(WRONG_TOKENS, address)
        raise ApiProblem("not_signed_in", "This token is not valid.")
    setattr(g, _ACCOUNT, account)
    return account


def account_now() -> Account:
    """Who makes this request, which the gate has let pass."""
    found: Account | None = g.get(_ACCOUNT)
    return found if found is not None else current_user.account
