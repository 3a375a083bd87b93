"""Workers: what they refuse, and what is left of a job when one is killed in the middle of it."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from ivr.store.redis.jobs import RqJobs
from queue_worker.jobs import ALLOWED
from queue_worker.rq_parts import AllowListedJob, OwnedLockQueue, make_worker
from tests.routing.conftest import Centre

WORKER = """
import os, sys, time
from tests.routing.conftest import Centre
from queue_worker import jobs, worker

centre = Centre(sys.argv[1])
centre.clock.ms = int(sys.argv[2])
centre.agents.add("ann", fr=5)

def stuck(**_: object) -> str:
    open(sys.argv[3], "w").write(str(os.getpid()))
    time.sleep(60)
    return "never"

centre.carrier.call = stuck
jobs.bind(centre)
worker.run("calls", sys.argv[1])
"""


def wait_for(path: Path, seconds: float = 30.0) -> str:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.02)
    raise AssertionError(f"{path.name} never came")


@pytest.mark.parametrize("arguments", [[], ["calls", "slow"], ["default"]])
def test_a_worker_serves_exactly_one_queue(arguments: list[str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "queue_worker", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 2
    assert "exactly one queue a process" in ran.stderr


def test_a_worker_killed_in_the_middle_of_ringing_loses_nobody(centre: Centre, tmp_path: Path) -> None:
    centre.jobs = RqJobs(centre.url)  # type: ignore[assignment]
    centre.dispatch._jobs = centre.jobs  # type: ignore[assignment]
    centre.agent("ann")
    call = centre.caller()
    started = tmp_path / "started"
    process = subprocess.Popen([sys.executable, "-c", WORKER, centre.url, str(centre.now), str(started)])
    try:
        assert int(wait_for(started)) == process.pid
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    reservation = centre.lines.reservation(centre.offer_of(call))
    assert reservation is not None
    assert (reservation.state, bool(reservation.intent_ms)) == ("pending", True)
    centre.sweep(6_000)  # nothing was made at the carrier: it is asked again
    assert len(centre.carrier.ringing()) == 1
    assert centre.lines.reservation(reservation.id).state == "ringing"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("function", "outcome"), [("os.system", JobStatus.FAILED), ("queue_worker.jobs.container", JobStatus.FAILED)]
)
def test_a_job_that_is_not_on_the_list_is_not_run(
    redis_url: str, function: str, outcome: JobStatus, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    with Redis.from_url(redis_url) as connection:
        queue = Queue("calls", connection=connection, serializer=JSONSerializer)
        job = queue.enqueue_call(function, args=[f"touch {mark}"])
        worker = make_worker("calls", redis_url)
        worker.work(burst=True, logging_level="CRITICAL")
        assert AllowListedJob.fetch(job.id, connection=connection, serializer=JSONSerializer).get_status() == outcome
        worker.connection.close()
    assert not mark.exists()


def test_a_worker_says_that_it_lives_by_the_second_and_not_by_the_job(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats: list[float] = []
    monkeypatch.setattr(SimpleWorker, "heartbeat", lambda *_: beats.append(time.monotonic()))
    with Redis.from_url(redis_url) as connection:
        queue = Queue("calls", connection=connection, serializer=JSONSerializer)
        for _ in range(20):
            queue.enqueue_call("queue_worker.jobs.nothing")
        worker = make_worker("calls", redis_url)
        assert worker.work(burst=True, logging_level="CRITICAL")
        assert queue.count == 0
        worker.connection.close()
    assert beats
    assert all(later - earlier >= 1.0 for earlier, later in itertools.pairwise(beats))


def test_a_job_that_cannot_be_read_stops_nobody(redis_url: str) -> None:
    with Redis.from_url(redis_url) as connection:
        queue = Queue("calls", connection=connection, serializer=JSONSerializer)
        poison = queue.enqueue_call("queue_worker.jobs.nothing")
        connection.hset(f"rq:job:{poison.id}", "status", "a status of the future")
        after = queue.enqueue_call("queue_worker.jobs.nothing_either")
        worker = make_worker("calls", redis_url)
        assert worker.work(burst=True, logging_level="CRITICAL")
        assert AllowListedJob.fetch(after.id, connection=connection, serializer=JSONSerializer).is_failed
        worker.connection.close()


def test_a_killed_holder_of_the_maintenance_lock_blocks_for_half_a_minute_at_most(redis_url: str) -> None:
    with Redis.from_url(redis_url) as connection:
        dead, living = (OwnedLockQueue("calls", connection=connection) for _ in range(2))
        assert dead.acquire_maintenance_lock()
        assert not living.acquire_maintenance_lock()
        living.release_maintenance_lock()
        assert 0 < connection.ttl(dead.registry_cleaning_key) <= 30, "not ours: it stays"
        dead.release_maintenance_lock()
        assert connection.ttl(dead.registry_cleaning_key) == -2


def test_hints_are_jobs_of_their_queue_once_an_epoch(redis_url: str) -> None:
    jobs = RqJobs(redis_url)
    for _ in range(3):
        jobs.hint("ring", "CA1-1")
        jobs.hint("record_call", "CA1")
    jobs.hint("ring", "CA1-2")
    jobs.hint("fetch_recording", "RE1", "CA1")
    with Redis.from_url(redis_url) as connection:
        calls = Queue("calls", connection=connection, serializer=JSONSerializer)
        names = [AllowListedJob.fetch(i, connection=connection, serializer=JSONSerializer) for i in calls.job_ids]
        assert [(job.func_name, job.args) for job in names].count(("queue_worker.jobs.ring", ["CA1-1"])) == 1
        assert calls.count == 2
        records = Queue("records", connection=connection, serializer=JSONSerializer)
        assert records.count in (1, 2), "a hint to record may be repeated when its half-minute turns"
        assert Queue("slow", connection=connection, serializer=JSONSerializer).count == 1
        assert all(job.func_name in ALLOWED for job in names)


def test_two_people_waiting_go_before_a_phone_that_rings_in_vain(redis_url: str) -> None:
    jobs = RqJobs(redis_url)
    for job, subject in (("drop_leg", "CA8"), ("ring", "CA1-1"), ("drop_leg", "CA9"), ("bridge", "CA2-1")):
        jobs.hint(job, subject)
    with Redis.from_url(redis_url) as connection:
        calls = Queue("calls", connection=connection, serializer=JSONSerializer)
        names = [AllowListedJob.fetch(i, connection=connection, serializer=JSONSerializer) for i in calls.job_ids]
        assert {job.args[0] for job in names[:2]} == {"CA1-1", "CA2-1"}
        assert [job.args[0] for job in names[2:]] == ["CA8", "CA9"]


def test_a_job_without_an_id_of_its_own_leaves_nothing_behind(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr("queue_worker.jobs.drop_leg", done.append)
    RqJobs(redis_url).hint("drop_leg", "CA8")
    worker = make_worker("calls", redis_url)
    worker.work(burst=True, logging_level="CRITICAL")
    assert done == ["CA8"]
    assert not list(worker.connection.scan_iter("rq:job:*"))
    worker.connection.close()


def test_a_resting_worker_says_that_it_is_idle(redis_url: str) -> None:
    worker = make_worker("calls", redis_url)
    RqJobs(redis_url).hint("drop_leg", "CA8")
    worker.register_birth()
    worker.set_state("busy")
    worker.set_state("idle")
    worker.heartbeat()
    assert worker.connection.hget(worker.key, "state") == b"idle"
    worker.connection.close()


def test_hints_never_raise_and_cost_nothing_while_redis_is_away() -> None:
    jobs = RqJobs("redis://127.0.0.1:1/0")
    began = time.perf_counter()
    for _ in range(200):
        jobs.hint("ring", "CA1-1")
    assert time.perf_counter() - began < 2.0


def test_a_child_of_the_slow_worker_dies_with_it(redis_url: str, tmp_path: Path) -> None:
    mark = tmp_path / "child"
    script = f"""
import os, time
from queue_worker import jobs
from queue_worker.rq_parts import make_worker

def fetch_recording(*_):
    open({str(mark)!r}, "w").write(str(os.getpid()))
    time.sleep(60)

jobs.fetch_recording = fetch_recording
make_worker("slow", {redis_url!r}).work(logging_level="CRITICAL")
"""
    RqJobs(redis_url).hint("fetch_recording", "RE1", "CA1")
    parent = subprocess.Popen([sys.executable, "-c", script])
    try:
        child = int(wait_for(mark))
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert child != parent.pid
    until = time.monotonic() + 5
    while time.monotonic() < until and Path(f"/proc/{child}/stat").exists():
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.02)
    else:
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)
            raise AssertionError("the child outlived its parent")
