"""Agents and their skills over the API."""

import pytest
from flask.testing import FlaskClient

from tests.api.conftest import FakeSkills
from tests.api.house import House
from tests.fakes import FakeClock

SAM = {"Authorization": "Bearer hotline_sam"}


def test_every_agent_with_what_they_do(api: FlaskClient, house: House, clock: FakeClock) -> None:
    clock.ms = 1_700_000_000_000
    house.agent("bo", passports=3)
    house.pause("bo", "lunch")
    said = api.get("/api/agents", headers=SAM)
    ana, bo, *_ = said.json["agents"]  # type: ignore[index]
    assert (ana["id"], ana["state"], ana["since"]) == ("ana", "offline", None)
    assert ana["skills"] == [{"skill": "english", "level": 3}, {"skill": "passports", "level": 5}]
    assert (bo["state"], bo["reason"], bo["since"]) == ("paused", "lunch", "2023-11-14T22:13:20Z")
    assert "+336" not in said.text


def test_a_skill_is_given_and_taken(api: FlaskClient, skills: FakeSkills) -> None:
    assert api.put("/api/agents/ana/skills/dutch", headers=SAM, json={"level": 4}).status_code == 200
    assert api.delete("/api/agents/ana/skills/english", headers=SAM).status_code == 200
    assert skills.set_ == [("ana", "dutch", 4, "sam"), ("ana", "english", None, "sam")]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/api/agents/ana/skills/dutch", {"level": 0}, 422, "wrong_value"),
        ("PUT", "/api/agents/ana/skills/dutch", {"level": 11}, 422, "wrong_value"),
        ("PUT", "/api/agents/ana/skills/dutch", {"level": True}, 422, "wrong_value"),
        ("PUT", "/api/agents/ana/skills/dutch", {}, 422, "wrong_value"),
        ("DELETE", "/api/agents/ana/skills/dutch", None, 404, "unknown_skill"),
        ("DELETE", "/api/agents/zoe/skills/dutch", None, 404, "unknown_agent"),
    ],
)
def test_what_cannot_be_set(  # noqa: PLR0917 - one row of the table above
    api: FlaskClient, skills: FakeSkills, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = api.open(path, method=method, headers=SAM, json=body)
    assert (answer.status_code, answer.json["code"]) == (status, code)  # type: ignore[index]
    assert skills.set_ == []
