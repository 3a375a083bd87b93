"""How true the waits were that callers were told today, for Prometheus."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from ivr.services.told_port import Accuracy, ToldStore


def accuracies(told: ToldStore, queues: Iterable[str], now_ms: int) -> dict[str, Accuracy]:
    """Each queue's of today (UTC), where there is any. Raises StoreDown."""
    found = {queue: told.accuracy(queue, now_ms, 1) for queue in queues}
    return {queue: accuracy for queue, accuracy in found.items() if accuracy.calls}


def wait_families(today: dict[str, Accuracy]) -> Iterator[Metric]:
    """The metrics of them."""
    calls = _family("calls", "Answered calls of today that had a forecast of their wait.")
    shares = GaugeMetricFamily(
        "hotline_forecast_share", "Of these, the share answered within the range, under and over it.",
        labels=["queue", "where"],
    )  # fmt: skip
    width = _family("width_seconds", "Mean width of the range.")
    error = _family("error_seconds", "Mean absolute error of the expected wait.")
    for queue, accuracy in sorted(today.items()):
        calls.add_metric([queue], accuracy.calls)
        for where, share in (("within", accuracy.within), ("under", accuracy.under), ("over", accuracy.over)):
            shares.add_metric([queue, where], share)
        width.add_metric([queue], accuracy.width_s)
        error.add_metric([queue], accuracy.error_s)
    yield from (calls, shares, width, error)


def _family(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"hotline_forecast_{name}", text, labels=["queue"])
