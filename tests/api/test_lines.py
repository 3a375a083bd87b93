"""Lines and calls over the API: what is shown, what is done, what is refused and by which name."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import FakeAudit
from tests.api.house import House
from tests.fakes import FakeJobs

SAM = {"Authorization": "Bearer hotline_sam"}


@pytest.fixture
def waiting(house: House) -> House:
    """Three calls wait in one line, one in another; two agents talk, one has a break, one has other skills."""
    house.agent("ana", passports=5, english=3)
    house.wait("CA8", "passports", 200)
    house.takes("CA8")
    house.agent("dan", taxes=7)
    house.wait("CA9", "taxes", 200)
    house.takes("CA9")
    house.agent("bo", passports=3)
    house.pause("bo", "lunch")
    house.agent("chloe", dutch=2)
    house.wait("CA1", "passports", 90, name="Marie Dupont")
    house.wait("CA2", "passports", 60, skills={"english": 2}, agent="bo")
    house.callback("CB3", "passports", 30)
    house.wait("CA4", "taxes", 10)
    return house


def order(house: House, queue: str) -> list[str]:
    return [call.call for call in house.lines.waiting_in(queue, 0, 50)[1]]


def get(api: FlaskClient, path: str, status: int = 200) -> Any:
    answer = api.get(path, headers=SAM)
    assert answer.status_code == status, answer.text
    return answer.json


def post(api: FlaskClient, path: str, body: object, status: int = 200) -> Any:
    answer = api.post(path, headers=SAM, json=body)
    assert answer.status_code == status, answer.text
    return answer.json


def test_every_line_with_its_figures(api: FlaskClient, waiting: House) -> None:
    first, second = get(api, "/api/lines")["lines"]
    assert (first["name"], first["title"], first["waiting"], first["callbacks"]) == ("passports", "Passports", 3, 1)
    assert (first["oldest_seconds"], first["wanted"]) == (90, "passports:1")
    assert first["team"] == {
        "staff": 2, "available": 0, "ringing": 0, "talking": 1, "wrap_up": 0, "paused": 1,
        "breaks": [{"reason": "lunch", "agents": 1}],
    }  # fmt: skip
    assert first["expected"] == {"low_seconds": 210, "high_seconds": 360}
    assert first["accuracy"] == {"told": 120, "within": 0.83, "error_seconds": 41}
    assert first["called_back"] == {
        "promised": 1, "in_time": 1.0, "early": 0.0, "late_seconds": 0,
        "over": 1, "reached": 1.0, "tries": 2.0, "waited_seconds": 300,
    }  # fmt: skip
    assert first["calls"] == []
    assert second["team"]["talking"] == 1
    assert (second["accuracy"], second["called_back"]) == (None, None)


def test_calls_in_order_with_all_that_is_known_of_them(api: FlaskClient, waiting: House) -> None:
    page = get(api, "/api/lines/passports")
    one, two, three = page["line"]["calls"]
    assert [call["call"] for call in (one, two, three)] == ["CA1", "CA2", "CB3"]
    assert [call["position"] for call in (one, two, three)] == [1, 2, 3]
    assert (one["name"], one["number"], one["waited_seconds"]) == ("Marie Dupont", "+33*******78", 90)
    assert (one["reason"], one["boost_seconds"], one["urgent"], one["ring"], one["rings"]) == ("", 0, False, 1, 1)
    assert (two["ring"], two["rings"], two["wanted"]) == (1, 2, "@bo")
    assert two["next_ring_at"] is not None
    assert two["expected"] == {"low_seconds": 90, "high_seconds": 180}
    assert (three["mode"], three["number"]) == ("callback", "+33*******78")
    assert page["rules"]["strategy"] == "longest_idle"
    assert page["rules"]["rings"] == [{"after_seconds": 0, "wanted": "passports:1"}]
    assert (page["rules"]["overflow"], page["rules"]["leads_on"], page["rules"]["keep_place_seconds"]) == ("", [], 120)
    assert "612345678" not in api.get("/api/lines/passports", headers=SAM).text


def test_a_page_says_where_the_next_begins(api: FlaskClient, waiting: House) -> None:
    page = get(api, "/api/lines/passports?count=2")["line"]
    assert ([call["call"] for call in page["calls"]], page["next"]) == (["CA1", "CA2"], 2)
    rest = get(api, "/api/lines/passports?start=2&count=2")["line"]
    assert ([(call["call"], call["position"]) for call in rest["calls"]], rest["next"]) == ([("CB3", 3)], None)


@pytest.mark.parametrize("query", ["count=-1", "count=1000", "start=x", "count=1e2", "start=99999999999999999999"])
def test_a_page_that_is_none(api: FlaskClient, waiting: House, query: str) -> None:
    assert get(api, f"/api/lines/passports?{query}", 422)["code"] == "wrong_value"


def test_a_boost_moves_a_call_ahead_and_is_in_the_audit(api: FlaskClient, waiting: House, audit: FakeAudit) -> None:
    said = post(api, "/api/calls/CA2/boost", {"seconds": 60, "why": "waited on +33612345678 before"})
    assert (said["line"], said["call"]["position"], said["call"]["boost_seconds"]) == ("passports", 1, 60)
    assert order(waiting, "passports") == ["CA2", "CA1", "CB3"]
    (act,) = audit.acts
    assert (act.actor, act.action, act.subject) == ("sam", "call.boost", "CA2")
    assert act.detail == "+60 s: waited on +33*******78 before"
    assert post(api, "/api/calls/CA2/boost", {"seconds": -60})["call"]["position"] == 2


def test_a_move_keeps_the_place_and_asks_what_that_line_asks(
    api: FlaskClient, waiting: House, audit: FakeAudit
) -> None:
    post(api, "/api/calls/CA2/boost", {"seconds": 15})
    said = post(api, "/api/calls/CA2/move", {"queue": "taxes"})
    assert (said["line"], said["call"]["position"], said["call"]["boost_seconds"]) == ("taxes", 1, 15)
    assert said["call"]["waited_seconds"] == 60
    page = get(api, "/api/lines/taxes")["line"]["calls"]
    assert [call["call"] for call in page] == ["CA2", "CA4"]
    assert (page[0]["wanted"], page[0]["rings"]) == ("taxes:1", 1)
    assert audit.acts[-1].detail == "from passports to taxes, without english 2 or better"


def test_a_pull_rings_that_agent(api: FlaskClient, waiting: House, audit: FakeAudit, jobs: FakeJobs) -> None:
    said = post(api, "/api/calls/CA4/pull", {"agent": "chloe"})
    assert (said["call"]["state"], said["call"]["agents"], said["call"]["position"]) == ("offered", ["chloe"], 0)
    found = waiting.lines.call("CA4")
    assert found is not None
    assert jobs.hints == [("ring", found.reservation)]
    assert audit.acts[0].detail == "to chloe"
    (call,) = get(api, "/api/lines?calls=5")["lines"][1]["calls"]
    assert (call["call"], call["state"], call["position"]) == ("CA4", "offered", 0)


@pytest.mark.parametrize(
    "case",
    [
        ("CA0", "boost", {"seconds": 60}, 404, "unknown_call"),
        ("CA7", "boost", {"seconds": 60}, 409, "call_left"),
        ("CA8", "boost", {"seconds": 60}, 409, "call_taken"),
        ("CA8", "move", {"queue": "taxes"}, 409, "call_taken"),
        ("CA7", "move", {"queue": "taxes"}, 409, "call_left"),
        ("CA1", "move", {"queue": "moon"}, 404, "unknown_line"),
        ("CA1", "move", {"queue": "passports"}, 409, "already_there"),
        ("CA1", "pull", {"agent": "nobody"}, 404, "unknown_agent"),
        ("CA1", "pull", {"agent": "bo"}, 409, "agent_not_free"),
        ("CA1", "pull", {"agent": "eve"}, 409, "agent_not_free"),
        ("CA7", "pull", {"agent": "chloe"}, 409, "call_left"),
        ("CA8", "pull", {"agent": "chloe"}, 409, "call_taken"),
    ],
)
def test_what_is_refused_has_a_name_and_does_nothing(
    api: FlaskClient, waiting: House, audit: FakeAudit, jobs: FakeJobs, case: tuple[str, str, object, int, str]
) -> None:
    call, act, body, status, code = case
    waiting.wait("CA7", "passports", 5)
    waiting.lines.leave("CA7", "abandoned", waiting.clock.now_ms())
    before = waiting.lines.dump()
    answer = api.post(f"/api/calls/{call}/{act}", headers=SAM, json=body)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["code"] == code  # type: ignore[index]
    assert answer.json["status"] == status  # type: ignore[index]
    assert (waiting.lines.dump(), audit.acts, jobs.hints) == (before, [], [])
    assert get(api, f"/api/problems/{code}")["title"]


@pytest.mark.parametrize(
    "body",
    [{}, {"seconds": 0}, {"seconds": "60"}, {"seconds": 60.5}, {"seconds": 10**9}, {"seconds": 60, "x": 1}, [], "60",
     {"seconds": 60, "why": "x" * 201}],
)  # fmt: skip
def test_a_body_that_cannot_be_used(api: FlaskClient, waiting: House, body: object) -> None:
    said = post(api, "/api/calls/CA1/boost", body, 422)
    assert said["code"] == "wrong_value"
    assert said["detail"]
    assert order(waiting, "passports") == ["CA1", "CA2", "CB3"]


def test_a_body_that_is_no_json(api: FlaskClient, waiting: House) -> None:
    where = "/api/calls/CA1/boost"
    assert api.post(where, headers=SAM, data="{", content_type="application/json").json["code"] == "bad_request"  # type: ignore[index]
    assert api.post(where, headers=SAM, data=b"\xff", content_type="application/json").status_code in {400, 422}
    assert api.post(where, headers=SAM, data={"seconds": 60}).status_code == 415
    assert api.post(where, headers=SAM, data=b" " * 20_000, content_type="application/json").status_code == 413
    assert order(waiting, "passports") == ["CA1", "CA2", "CB3"]


def test_a_call_whose_line_is_in_no_file_any_more_is_still_shown(api: FlaskClient, house: House) -> None:
    house.wait("CA1", "gone-line", 10)
    assert [line["name"] for line in get(api, "/api/lines")["lines"]] == ["passports", "taxes", "gone-line"]
    assert get(api, "/api/lines/gone-line")["line"]["waiting"] == 1
    assert get(api, "/api/lines/never-was", 404)["code"] == "unknown_line"


def test_a_long_way_through_the_menus_is_told_whole(api: FlaskClient, house: House) -> None:
    path = ("Payment", "More time to pay", "Professional taxpayer, with a delay granted once already", "By post")
    house.wait("CA1", "taxes", 10, reason=", ".join(path))
    house.seed.says("CA1", path=path)
    kept = house.lines.call("CA1")
    assert kept is not None
    assert len(kept.reason) < len(", ".join(path))
    assert get(api, "/api/calls/CA1")["call"]["reason"] == ", ".join(path)
