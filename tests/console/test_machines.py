"""Health and metrics, as machines read them."""

import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.meter import RedisMeter, fold_events, read_meter
from ivr.web import health
from ivr.web.metrics import timed
from tests.console.seed import Seeder, busy_morning
from tests.console.stand import make_app, make_people, make_site

CA1 = "CA" + "1" * 32


def scrape(client: FlaskClient, **options: Any) -> dict[str, float]:
    answer = client.get("/metrics", **options)
    assert answer.status_code == 200, answer.text
    found = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.name.startswith("hotline_")
        assert family.documentation
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {"ready": True, "parts": {name: {"ready": True, "reason": ""} for name in ("redis", "flows")}},
    )


def test_not_ready_says_which_part_and_why(tmp_path: Path) -> None:
    browser = make_app(
        make_site("redis://127.0.0.1:1/0", people=make_people(f"sqlite:///{tmp_path}/h.sqlite"))
    ).test_client()
    assert browser.get("/healthz").status_code == 200
    answer = browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json["parts"]["redis"] == {"ready": False, "reason": "Redis does not answer"}  # type: ignore[index]
    assert answer.json["parts"]["flows"]["ready"]  # type: ignore[index]
    assert browser.get("/metrics").status_code == 503


def test_a_check_that_fails_gives_its_reason() -> None:
    def broken() -> None:
        raise OSError("no")

    assert health.answer_check(broken, "SQL does not answer", OSError)() == "SQL does not answer"
    assert health.answer_check(lambda: None, "x", OSError)() == ""


def test_the_live_moment_in_figures(client: FlaskClient, seed: Seeder) -> None:
    busy_morning(seed)
    found = scrape(client)
    assert found["hotline_calls{}"] == 4
    assert (found["hotline_waiting{queue=taxes}"], found["hotline_waiting{queue=passports}"]) == (1, 2)
    assert 255 < found["hotline_longest_wait_seconds{queue=taxes}"] < 270
    states = {
        state: found[f"hotline_agents{{state={state}}}"]
        for state in ("available", "on_call", "reserved", "paused", "wrap_up", "offline")
    }
    assert states == {"available": 1, "on_call": 1, "reserved": 1, "paused": 1, "wrap_up": 1, "offline": 0}


def test_every_event_is_counted_once_whoever_scrapes(client: FlaskClient, seed: Seeder, redis_url: str) -> None:
    seed.call(CA1)
    seed.joins(CA1, "passports")
    seed.ends(CA1, "abandoned")
    seed.emit("fault", "", {"code": "template", "detail": "x"})
    redis, keys = StateClient(redis_url), Keys()
    for _ in range(3):
        fold_events(redis, keys, at_once=2)
        found = scrape(client)
        assert found["hotline_calls_started_total{}"] == 1
        assert found["hotline_calls_joined_total{queue=passports}"] == 1
        assert found["hotline_calls_ended_total{outcome=abandoned}"] == 1
        assert found["hotline_faults_total{code=template}"] == 1
    seed.ends("CA" + "2" * 32)  # unknown: no event
    seed.call("CA" + "2" * 32)
    assert scrape(client)["hotline_calls_started_total{}"] == 2


def test_callbacks_are_counted_by_line(client: FlaskClient, seed: Seeder, redis_url: str) -> None:
    for type_, data in (
        ("callback.booked", {"queue": "taxes"}),
        ("callback.booked", {"queue": "passports"}),
        ("callback.missed", {"queue": "taxes", "cause": "busy"}),
        ("callback.due", {"queue": "taxes"}),
        ("call.left", {"queue": "taxes", "reason": "unreached"}),
        ("call.left", {"queue": "passports", "reason": "talked"}),
    ):
        seed.emit(type_, "CB" + "1" * 32, data)
    seed.emit("call.left", CA1, {"queue": "taxes", "reason": "expired"})  # no callback
    found = {name: number for name, number in scrape(client).items() if name.startswith("hotline_callbacks_")}
    assert found == {
        "hotline_callbacks_booked_total{queue=taxes}": 1,
        "hotline_callbacks_booked_total{queue=passports}": 1,
        "hotline_callbacks_due_total{queue=taxes}": 1,
        "hotline_callbacks_missed_total{queue=taxes}": 2,
        "hotline_callbacks_given_up_total{queue=taxes}": 1,
    }


def test_processes_add_up(client: FlaskClient, redis_url: str) -> None:
    first, second = (RedisMeter(StateClient(redis_url), Keys(), flush_seconds=60) for _ in range(2))
    for seconds in (0.0005, 0.004, 0.3, 20.0):
        first.observe("turn", seconds)
    second.observe("turn", 0.004)
    second.count("carrier_errors", "429")
    second.count("sweeps", "done:2")
    first.close()
    second.close()
    found = scrape(client)
    assert found["hotline_webhook_seconds_count{kind=turn}"] == 5
    assert found["hotline_webhook_seconds_sum{kind=turn}"] == pytest.approx(20.3085)
    assert found["hotline_webhook_seconds_bucket{kind=turn,le=0.005}"] == 3
    assert found["hotline_webhook_seconds_bucket{kind=turn,le=15.0}"] == 4
    assert found["hotline_webhook_seconds_bucket{kind=turn,le=+Inf}"] == 5
    assert found["hotline_carrier_errors_total{code=429}"] == 1


def test_the_meter_sends_by_itself_and_survives_a_store_that_is_away(redis_url: str) -> None:
    away = RedisMeter(StateClient("redis://127.0.0.1:1/0"), Keys(), flush_seconds=60)
    away.count("turns")
    away.close()  # nothing raised
    meter = RedisMeter(StateClient(redis_url), Keys(), flush_seconds=0.02)
    meter.count("turns")
    client = StateClient(redis_url)
    until = time.monotonic() + 30
    while not read_meter(client, Keys()) and time.monotonic() < until:
        time.sleep(0.02)
    assert read_meter(client, Keys()) == {"count:turns:": 1.0}
    meter.close()


class Noted:
    """A meter that remembers."""

    def __init__(self) -> None:
        self.times: list[tuple[str, float]] = []

    def count(self, name: str, label: str = "") -> None:
        raise AssertionError

    def observe(self, kind: str, seconds: float) -> None:
        self.times.append((kind, seconds))


def test_webhooks_are_timed_by_kind_and_nothing_else_is() -> None:
    app, noted = Flask("timed"), Noted()
    app.add_url_rule("/<path:rest>", "all", lambda rest: time.sleep(0.01) or "", methods=["GET", "POST"])
    app.wsgi_app = timed(app.wsgi_app, noted)  # type: ignore[method-assign]
    client = app.test_client()
    for path in ("/voice/turn/3", "/voice/answer", "/voice/evil-kind/x", "/console/live", "/healthz"):
        client.post(path)
    assert [kind for kind, _ in noted.times] == ["turn", "answer", "other"]
    assert all(0.01 <= seconds < 1 for _, seconds in noted.times)


def test_timing_a_webhook_costs_next_to_nothing(redis_url: str) -> None:
    meter = RedisMeter(StateClient(redis_url), Keys(), flush_seconds=60)

    def bare(environ: Any, start_response: Any) -> list[bytes]:
        return []

    wrapped, environ = timed(bare, meter), {"PATH_INFO": "/voice/turn/3"}

    def cost(app: Any) -> float:
        best = 1.0
        for _ in range(15):
            began = time.process_time()
            for _ in range(4000):
                app(environ, None)
            best = min(best, (time.process_time() - began) / 4000)
        return best

    cost(wrapped)
    assert cost(wrapped) - cost(bare) < 4e-6  # about 1 us on a quiet machine
    meter.close()


def test_only_scrapers_get_figures(app: Flask, redis_url: str, tmp_path: Path) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    from dataclasses import replace

    site = replace(
        make_site(redis_url, people=make_people(f"sqlite:///{tmp_path}/m.sqlite")), metrics_token="scrape-me-please"
    )
    closed = make_app(site).test_client()
    assert closed.get("/metrics").status_code == 403
    assert closed.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    scrape(closed, headers={"Authorization": "Bearer scrape-me-please"}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
