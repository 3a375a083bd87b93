"""`/metrics` for Prometheus. Counts come from the meter in Redis, so any process tells the whole.

`timed` wraps the WSGI application and times webhooks by kind; everything else passes it by.
"""

import hmac
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from ivr.core.agent import STATES
from ivr.services.ports import Meter
from ivr.services.told_port import Accuracy
from ivr.store.redis.live_figures import LiveFigures, live_figures
from ivr.store.redis.meter import BUCKETS, fold_events, read_meter
from ivr.store.redis.told import RedisTold
from ivr.web.policy import SIGNED_PREFIX, policy
from ivr.web.site import Site
from ivr.web.wait_metrics import accuracies, wait_families

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KINDS = frozenset(
    {"answer", "turn", "wait", "queue", "bridge", "offer", "room", "recording", "agents", "status", "fallback"}
)
_LOCAL = frozenset({"127.0.0.1", "::1", ""})

COUNTERS: Mapping[str, tuple[str, str]] = {
    "calls_started": ("Calls that came in.", ""),
    "calls_ended": ("Calls that ended, by outcome.", "outcome"),
    "calls_joined": ("Calls that joined a queue.", "queue"),
    "calls_left": ("Calls that left a queue, by reason.", "reason"),
    "calls_bridged": ("Calls brought together with an agent.", ""),
    "offers": ("Calls offered to an agent.", ""),
    "offers_accepted": ("Offers an agent accepted by key.", ""),
    "callbacks_booked": ("Callbacks booked, by line.", "queue"),
    "callbacks_due": ("Callbacks whose time came, further tries among them, by line.", "queue"),
    "callbacks_in_time": ("Callbacks first dialled by when their caller was told, by line.", "queue"),
    "callbacks_late": ("Callbacks first dialled later than their caller was told, by line.", "queue"),
    "callbacks_missed": ("Calls back that reached nobody, by line.", "queue"),
    "callbacks_given_up": ("Callbacks given up: not reached, not dialled in time or not allowed, by line.", "queue"),
    "turns": ("Turns taken by flows.", ""),
    "faults": ("Faults at run time, by code.", "code"),
    "flows_published": ("Flow versions published.", ""),
    "carrier_errors": ("REST requests to the carrier that failed, by error code.", "code"),
    "sweeps": ("Sweeps of due deadlines, by result.", "result"),
}
"""Every counter there is: its help and its label, empty for none."""


def register(app: Flask, site: Site) -> None:
    """Mount `/metrics`: for scrapers that hold the token or, where none is set, on this machine and directly."""
    pages = Blueprint("metrics", __name__)

    @pages.get("/metrics")
    @policy("machine")
    def metrics() -> Response:
        """The exposition text. 403 for others; 503 where Redis does not answer."""
        if not _may_scrape(site):
            abort(403)
        fold_events(site.redis, site.keys)
        now_ms, live = site.clock.now_ms(), live_figures(site.redis, site.keys)
        told = accuracies(RedisTold(site.redis, site.keys), (queue.queue for queue in live.queues), now_ms)
        families = _Families(read_meter(site.redis, site.keys), live, now_ms, told)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(families)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE)

    app.register_blueprint(pages)


def timed(app: "WSGIApplication", meter: Meter) -> "WSGIApplication":
    """The application with the time of each webhook noted, from the first byte read to the document made."""
    observe = meter.observe
    clock: Callable[[], float] = time.perf_counter
    start = len(SIGNED_PREFIX)

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith(SIGNED_PREFIX):
            return app(environ, start_response)
        began = clock()
        try:
            return app(environ, start_response)
        finally:
            kind = path[start:].partition("/")[0]
            observe(kind if kind in KINDS else "other", clock() - began)

    return serve


def _may_scrape(site: Site) -> bool:
    if site.metrics_token:
        return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {site.metrics_token}")
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in _LOCAL and not forwarded


class _Families(Collector):
    """One scrape's metrics."""

    def __init__(self, meter: Mapping[str, float], live: LiveFigures, now_ms: int, told: dict[str, Accuracy]) -> None:
        self._meter = meter
        self._live = live
        self._now_ms = now_ms
        self._told = told

    def collect(self) -> Iterator[Metric]:
        """Every family."""
        yield from self._counters()
        yield self._webhooks()
        live, now_ms = self._live, self._now_ms
        yield GaugeMetricFamily("hotline_calls", "Calls in progress.", value=live.calls)
        behind = "Events that the history doesn't have yet; grows where no worker of `records` runs."
        yield GaugeMetricFamily("hotline_events_unfolded", behind, value=live.unfolded)
        waiting = GaugeMetricFamily("hotline_waiting", "Calls waiting in a queue.", labels=["queue"])
        longest = GaugeMetricFamily(
            "hotline_longest_wait_seconds", "The longest wait in a queue now.", labels=["queue"]
        )
        for queue in live.queues:
            waiting.add_metric([queue.queue], queue.waiting)
            longest.add_metric([queue.queue], max(0.0, (now_ms - queue.oldest_ms) / 1000) if queue.oldest_ms else 0.0)
        agents = GaugeMetricFamily("hotline_agents", "Agents by state.", labels=["state"])
        for state in STATES:
            agents.add_metric([state], live.agents.get(state, 0))
        yield from (waiting, longest, agents)
        yield from wait_families(self._told)

    def _counters(self) -> Iterator[Metric]:
        for name, (text, label) in COUNTERS.items():
            family = CounterMetricFamily(f"hotline_{name}", text, labels=[label] if label else [])
            prefix = f"count:{name}:"
            found = {field.removeprefix(prefix): n for field, n in self._meter.items() if field.startswith(prefix)}
            if not label:
                family.add_metric([], sum(found.values()))
            for value, number in sorted(found.items() if label else ()):
                family.add_metric([value], number)
            yield family

    def _webhooks(self) -> Metric:
        family = HistogramMetricFamily("hotline_webhook_seconds", "Time to answer a webhook, by kind.", labels=["kind"])
        fields: dict[str, dict[str, float]] = {}
        for field, number in self._meter.items():
            if field.startswith("time:"):
                _, kind, part = field.split(":")
                fields.setdefault(kind, {})[part] = number
        for kind, parts in sorted(fields.items()):
            total, buckets = 0.0, []
            for index, edge in enumerate((*(str(edge) for edge in BUCKETS), "+Inf")):
                total += parts.get(str(index), 0.0)
                buckets.append((edge, total))
            family.add_metric([kind], buckets, sum_value=parts.get("sum", 0.0))
        return family
