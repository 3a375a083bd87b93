"""The `Lookups` port over HTTP: allowed, resolved once, checked, sent to that very address, cut off in time."""

import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPException
from queue import Empty, SimpleQueue

from ivr.core.flow.effects import Fetch
from ivr.core.flow.inputs import Fetched
from ivr.lookups.addresses import Destination, Network, Refused, Resolve, addresses, destination, resolve
from ivr.lookups.exchange import Answer, Exchange
from ivr.lookups.health import Health
from ivr.services.lookups import HostRule

log = logging.getLogger(__name__)

_MISSING = frozenset({404, 410})
_OK, _FAULT = 200, 500
_TRIED_ADDRESSES = 2


class HttpLookups:
    """Asks hosts by `rule_of` (`hosts.yaml`). `environment` holds the secrets; `private` the networks of the house.

    The work is done in a thread of its own, because neither a resolver nor a slow sender keeps to a time-out: when the
    budget is used up the connection is cut and the caller's turn goes on. Threads are bounded by each host's `at_once`.
    """

    def __init__(
        self,
        rule_of: Callable[[str], HostRule | None],
        environment: Mapping[str, str],
        *,
        private: Sequence[Network] = (),
        ca_file: str = "",
        resolver: Resolve = resolve,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rule_of = rule_of
        self._environment = environment
        self._private = tuple(private)
        self._resolve = resolver
        self._seconds = seconds
        self._ca_file = ca_file
        self._tls: ssl.SSLContext | None = None
        self._health: dict[str, Health] = {}
        self._lock = threading.Lock()

    def ask(self, fetch: Fetch, budget_ms: int) -> Fetched:
        """What became of it, after at most `budget_ms` of real time. Never raises."""
        if budget_ms <= 0:
            return Fetched("timeout", detail="no time left in this turn")
        began = self._seconds()
        try:
            to, rule = destination(fetch.url, self._rule_of)
            headers = self._secrets(rule)
            health = self._health_of(to, rule)
            health.enter()
        except Refused as refusal:
            return Fetched("failed", detail=str(refusal))
        fetched = _Asking(self, fetch, to, headers=headers, health=health, deadline=began + budget_ms / 1000).wait()
        took_ms = int((self._seconds() - began) * 1000)
        return Fetched(fetched.outcome, fetched.body, took_ms, f"{to.host}: {fetched.detail}" if fetched.detail else "")

    def left(self, deadline: float) -> float:
        """Seconds until a moment of this clock, at least a little, so that a socket gets a time-out that is one."""
        return max(deadline - self._seconds(), 0.001)

    def addresses(self, to: Destination) -> list[str]:
        """The checked addresses of a destination. Raises Refused."""
        return addresses(to, self._resolve, self._private)[:_TRIED_ADDRESSES]

    def tls(self, to: Destination) -> ssl.SSLContext | None:
        """How to encrypt; None for plain http."""
        if to.scheme == "http":
            return None
        with self._lock:
            if self._tls is None:
                self._tls = ssl.create_default_context(cafile=self._ca_file or None)
                self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
            return self._tls

    def _secrets(self, rule: HostRule) -> dict[str, str]:
        missing = sorted(name for name in rule.headers.values() if not self._environment.get(name))
        if missing:
            raise Refused(f"{', '.join(missing)} not set in the environment")
        return {header: self._environment[name] for header, name in rule.headers.items()}

    def _health_of(self, to: Destination, rule: HostRule) -> Health:
        with self._lock:
            health = self._health.get(to.host_header)
            if health is None or health.at_once != rule.at_once:
                health = self._health[to.host_header] = Health(rule.at_once, self._seconds)
            return health


class _Asking:
    """One look-up: a thread that asks, and the turn that waits for it no longer than its deadline."""

    def __init__(
        self,
        house: HttpLookups,
        fetch: Fetch,
        to: Destination,
        *,
        headers: Mapping[str, str],
        health: Health,
        deadline: float,
    ) -> None:
        self._house, self._fetch, self._to = house, fetch, to
        self._headers, self._health, self._deadline = headers, health, deadline
        self._result: SimpleQueue[Fetched] = SimpleQueue()
        self._exchange: Exchange | None = None
        self._over = threading.Event()
        threading.Thread(target=self._run, name="look-up", daemon=True).start()

    def wait(self) -> Fetched:
        """The outcome, or a time-out at the deadline."""
        try:
            fetched = self._result.get(timeout=self._house.left(self._deadline))
        except Empty:
            self._over.set()
            if self._exchange is not None:
                self._exchange.abort()
            fetched = Fetched("timeout", detail="no answer in time")
        if fetched.outcome == "timeout":
            self._health.failed()
        return fetched

    def _run(self) -> None:
        try:
            outcome = self._outcome()
        finally:  # before anybody hears of it: whoever asks next must not be one too many
            self._health.leave()
        self._result.put(outcome)

    def _outcome(self) -> Fetched:
        try:
            answer = self._answer()
        except Refused as refusal:
            return Fetched("failed", detail=str(refusal))
        except TimeoutError:
            return Fetched("timeout", detail="no answer in time")
        except (OSError, HTTPException, ValueError) as error:
            self._health.failed()
            return Fetched("failed", detail=type(error).__name__)
        except Exception:
            log.exception("look-up broke off")
            self._health.failed()
            return Fetched("failed", detail="an unexpected fault")
        if answer.status >= _FAULT:
            self._health.failed()
            return Fetched("failed", detail=f"status {answer.status}")
        self._health.succeeded()
        if answer.status in _MISSING:
            return Fetched("missing")
        return (
            Fetched("ok", answer.body) if answer.status == _OK else Fetched("failed", detail=f"status {answer.status}")
        )

    def _answer(self) -> Answer:
        last: OSError | None = None
        for ip in self._house.addresses(self._to):
            if self._over.is_set():
                break
            self._exchange = Exchange(self._to, ip, self._house.tls(self._to), self._house.left(self._deadline))
            try:
                return self._exchange.run(self._fetch, self._headers)
            except ConnectionRefusedError as error:  # nothing was sent: the next address may be tried
                last = error
        raise last or TimeoutError("too late")
