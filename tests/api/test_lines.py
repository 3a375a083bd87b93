"""Lines and calls over the API: what is shown, what is done, what is refused and by which name."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from ivr.services.desk_ports import Face
from tests.api.conftest import FakeAudit
from tests.api.desk import FakeDesk
from tests.fakes import FakeClock, FakeJobs

SAM = {"Authorization": "Bearer hotline_sam"}


@pytest.fixture
def waiting(desk: FakeDesk, clock: FakeClock) -> FakeDesk:
    """Three calls in one line, one in another, three agents."""
    now = clock.now_ms()
    desk.wait("CA2", "passports", now - 60_000, wanted="passports:1", ring=1, rings=2, next_ring_ms=now + 30_000)
    desk.wait(
        "CA1", "passports", now - 90_000, face=Face("+33*******12", "Marie Dupont", "known"), wanted="passports:1"
    )
    desk.wait("CB3", "passports", now - 30_000, mode="callback", number="+33612345678", wanted="passports:1")
    desk.wait("CA4", "taxes", now - 10_000, wanted="taxes:1")
    desk.agent("ana", "available", "english:3,passports:5")
    desk.agent("bo", "paused", "passports:3", reason="lunch")
    desk.agent("dan", "on_call", "taxes:7", call="CA9")
    return desk


def get(api: FlaskClient, path: str, status: int = 200) -> Any:
    answer = api.get(path, headers=SAM)
    assert answer.status_code == status, answer.text
    return answer.json


def post(api: FlaskClient, path: str, body: object, status: int = 200) -> Any:
    answer = api.post(path, headers=SAM, json=body)
    assert answer.status_code == status, answer.text
    return answer.json


def test_every_line_with_its_figures(api: FlaskClient, waiting: FakeDesk) -> None:
    first, second = get(api, "/api/lines")["lines"]
    assert (first["name"], first["title"], first["waiting"], first["callbacks"]) == ("passports", "Passports", 3, 1)
    assert first["oldest_seconds"] == 90
    assert first["team"] == {
        "staff": 2, "available": 1, "ringing": 0, "talking": 0, "wrap_up": 0, "paused": 1,
        "breaks": [{"reason": "lunch", "agents": 1}],
    }  # fmt: skip
    assert first["expected"] == {"low_seconds": 210, "high_seconds": 360}
    assert first["accuracy"] == {"told": 120, "within": 0.83, "error_seconds": 41}
    assert first["calls"] == []
    assert second["team"]["talking"] == 1
    assert second["accuracy"] is None


def test_calls_in_order_with_all_that_is_known_of_them(api: FlaskClient, waiting: FakeDesk) -> None:
    page = get(api, "/api/lines/passports")
    one, two, three = page["line"]["calls"]
    assert [call["call"] for call in (one, two, three)] == ["CA1", "CA2", "CB3"]
    assert [call["position"] for call in (one, two, three)] == [1, 2, 3]
    assert (one["name"], one["number"], one["waited_seconds"]) == ("Marie Dupont", "+33*******12", 90)
    assert (two["ring"], two["rings"], two["wanted"]) == (1, 2, "passports:1")
    assert two["expected"] == {"low_seconds": 90, "high_seconds": 180}
    assert (three["mode"], three["number"]) == ("callback", "+33*******78")
    assert page["rules"]["strategy"] == "longest_idle"
    assert page["rules"]["rings"] == [{"after_seconds": 0, "wanted": "passports:1"}]
    assert "612345678" not in api.get("/api/lines/passports", headers=SAM).text


def test_a_page_says_where_the_next_begins(api: FlaskClient, waiting: FakeDesk) -> None:
    page = get(api, "/api/lines/passports?count=2")["line"]
    assert ([call["call"] for call in page["calls"]], page["next"]) == (["CA1", "CA2"], 2)
    rest = get(api, "/api/lines/passports?start=2&count=2")["line"]
    assert ([(call["call"], call["position"]) for call in rest["calls"]], rest["next"]) == ([("CB3", 3)], None)


@pytest.mark.parametrize("query", ["count=-1", "count=1000", "start=x", "count=1e2", "start=99999999999999999999"])
def test_a_page_that_is_none(api: FlaskClient, waiting: FakeDesk, query: str) -> None:
    assert get(api, f"/api/lines/passports?{query}", 422)["code"] == "wrong_value"


def test_a_boost_moves_a_call_ahead_and_is_in_the_audit(api: FlaskClient, waiting: FakeDesk, audit: FakeAudit) -> None:
    said = post(api, "/api/calls/CA2/boost", {"seconds": 60, "why": "waited on +33612345678 before"})
    assert (said["line"], said["call"]["position"], said["call"]["boost_seconds"]) == ("passports", 1, 60)
    assert waiting.acts == [("boost", "CA2", 60, "sam")]
    (act,) = audit.acts
    assert (act.actor, act.action, act.subject) == ("sam", "call.boost", "CA2")
    assert act.detail == "+60 s: waited on +33*******78 before"
    assert post(api, "/api/calls/CA2/boost", {"seconds": -60})["call"]["position"] == 2


def test_a_move_asks_what_the_new_line_asks(api: FlaskClient, waiting: FakeDesk, audit: FakeAudit) -> None:
    waiting.wait("CA5", "passports", 1_000, asks="english:2", wanted="english:2,passports:1")
    said = post(api, "/api/calls/CA5/move", {"queue": "taxes"})
    assert (said["line"], said["call"]["position"]) == ("taxes", 1)
    assert waiting.acts == [("move", "CA5", "taxes", ("english:2,taxes:1",), "sam")]
    assert audit.acts[0].detail == "from passports to taxes"


def test_a_pull_rings_that_agent(api: FlaskClient, waiting: FakeDesk, audit: FakeAudit, jobs: FakeJobs) -> None:
    said = post(api, "/api/calls/CA4/pull", {"agent": "ana"})
    assert (said["call"]["state"], said["call"]["agents"], said["call"]["position"]) == ("offered", ["ana"], 0)
    assert jobs.hints == [("ring", "CA4-1")]
    assert audit.acts[0].detail == "to ana"
    (call,) = get(api, "/api/lines?calls=5")["lines"][1]["calls"]
    assert (call["call"], call["state"], call["position"]) == ("CA4", "offered", 0)


@pytest.mark.parametrize(
    "case",
    [
        ("CA0", "boost", {"seconds": 60}, 404, "unknown_call"),
        ("CA7", "boost", {"seconds": 60}, 409, "call_left"),
        ("CA8", "move", {"queue": "taxes"}, 409, "call_taken"),
        ("CA1", "move", {"queue": "moon"}, 404, "unknown_line"),
        ("CA1", "move", {"queue": "passports"}, 409, "already_there"),
        ("CA1", "pull", {"agent": "nobody"}, 404, "unknown_agent"),
        ("CA1", "pull", {"agent": "bo"}, 409, "agent_not_free"),
        ("CA1", "pull", {"agent": "eve"}, 409, "agent_not_free"),
        ("CA7", "pull", {"agent": "ana"}, 409, "call_left"),
    ],
)
def test_what_is_refused_has_a_name_and_does_nothing(
    api: FlaskClient, waiting: FakeDesk, audit: FakeAudit, jobs: FakeJobs, case: tuple[str, str, object, int, str]
) -> None:
    call, act, body, status, code = case
    waiting.wait("CA7", "passports", 0, state="left")
    waiting.wait("CA8", "passports", 0, state="bridged", agent="dan")
    before = dict(waiting.places)
    answer = api.post(f"/api/calls/{call}/{act}", headers=SAM, json=body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["code"] == code  # type: ignore[index]
    assert answer.json["status"] == status  # type: ignore[index]
    assert (waiting.places, audit.acts, jobs.hints) == (before, [], [])
    assert get(api, f"/api/problems/{code}")["title"]


@pytest.mark.parametrize(
    "body",
    [{}, {"seconds": 0}, {"seconds": "60"}, {"seconds": 60.5}, {"seconds": 10**9}, {"seconds": 60, "x": 1}, [], "60",
     {"seconds": 60, "why": "x" * 201}],
)  # fmt: skip
def test_a_body_that_cannot_be_used(api: FlaskClient, waiting: FakeDesk, body: object) -> None:
    said = post(api, "/api/calls/CA1/boost", body, 422)
    assert said["code"] == "wrong_value"
    assert said["detail"]
    assert waiting.acts == []


def test_a_body_that_is_no_json(api: FlaskClient, waiting: FakeDesk) -> None:
    where = "/api/calls/CA1/boost"
    assert api.post(where, headers=SAM, data="{", content_type="application/json").json["code"] == "bad_request"  # type: ignore[index]
    assert api.post(where, headers=SAM, data=b"\xff", content_type="application/json").status_code in {400, 422}
    assert api.post(where, headers=SAM, data={"seconds": 60}).status_code == 415
    assert api.post(where, headers=SAM, data=b" " * 20_000, content_type="application/json").status_code == 413
    assert waiting.acts == []


def test_a_call_whose_line_is_in_no_file_any_more_is_still_shown(api: FlaskClient, desk: FakeDesk) -> None:
    desk.wait("CA1", "gone-line", 1_000)
    assert [line["name"] for line in get(api, "/api/lines")["lines"]] == ["passports", "taxes", "gone-line"]
    assert get(api, "/api/lines/gone-line")["line"]["waiting"] == 1
    assert get(api, "/api/lines/never-was", 404)["code"] == "unknown_line"
