"""Who may use the API: tokens and sessions, roles, form tokens, and how often."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.services.lines_view import boost_of
from ivr.services.ports import HistoryDown
from ivr.web.api import bearer
from ivr.web.auth import auth_of
from tests.api.house import House
from tests.console.conftest import csrf_of, sign_in

BOOST = "/api/calls/CA1/boost"


def token(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer hotline_{name}"}


def boosted(house: House) -> int:
    found = house.lines.call("CA1")
    assert found is not None
    return boost_of(found)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic hotline_sam"}, {"Authorization": ""}],
)
def test_without_a_good_token_nothing_is_told(api: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/api/lines", "/api/lines/passports", "/api/calls/CA1", "/api/agents"):
        answer = api.get(path, headers=headers)
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Set-Cookie" not in answer.headers
    assert api.post(BOOST, headers=headers, json={"seconds": 60}).status_code == 401


def test_an_agents_token_reaches_nothing(api: FlaskClient, house: House) -> None:
    house.wait("CA1", "passports", 1)
    assert api.get("/api/lines", headers=token("ana")).json["code"] == "not_allowed"  # type: ignore[index]
    assert api.post(BOOST, headers=token("ana"), json={"seconds": 60}).status_code == 403
    assert boosted(house) == 0


def test_a_session_reads_and_with_its_form_token_acts(app: Flask, house: House) -> None:
    house.wait("CA1", "passports", 1)
    with app.test_client() as browser:
        sign_in(browser, "sam")
        assert browser.get("/api/lines").status_code == 200
        refused = browser.post(BOOST, json={"seconds": 60})
        assert (refused.status_code, refused.json["code"]) == (400, "wrong_form_token")  # type: ignore[index]
        form = csrf_of(browser.get("/console/live").text)
        headers = {"X-CSRFToken": form}
        assert browser.post(BOOST, json={"seconds": 60}, headers=headers).status_code == 200
        elsewhere = headers | {"Sec-Fetch-Site": "cross-site"}
        assert browser.post(BOOST, json={"seconds": 60}, headers=elsewhere).status_code == 400
    assert boosted(house) == 60


def test_with_a_token_the_session_counts_for_nothing(app: Flask, house: House) -> None:
    house.wait("CA1", "passports", 1)
    with app.test_client() as browser:
        sign_in(browser, "sam")
        assert browser.get("/api/lines", headers=token("nobody")).status_code == 401
        assert browser.get("/api/lines", headers=token("ana")).status_code == 403
        assert browser.get("/console/live", headers=token("nobody")).status_code == 200
    assert app.test_client().get("/console/live", headers=token("sam")).status_code != 200


def test_too_many_requests_have_to_wait(api: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bearer.PER_ACCOUNT, "amount", 3)
    said = [api.get("/api/lines", headers=token("sam")) for _ in range(4)]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429]
    assert 1 <= int(said[-1].headers["Retry-After"]) <= 61
    assert said[-1].json["code"] == "too_many_requests"  # type: ignore[index]
    assert api.get("/api/lines", headers=token("olga")).status_code == 200


def test_guessing_tokens_ends_soon(api: FlaskClient) -> None:
    said = [api.get("/api/lines", headers=token("x")).status_code for _ in range(21)]
    assert said == [401] * 20 + [429]
    assert api.get("/api/lines", headers=token("sam")).status_code == 429
    other = {"REMOTE_ADDR": "192.0.2.7"}
    assert api.get("/api/lines", headers=token("sam"), environ_overrides=other).status_code == 200


@pytest.mark.parametrize(("path", "code"), [("/api/nothing", "unknown_address"), ("/api/", "unknown_address")])
def test_an_address_there_is_not(api: FlaskClient, path: str, code: str) -> None:
    answer = api.get(path, headers={"Accept": "text/html", **token("sam")})
    assert (answer.status_code, answer.content_type, answer.json["code"]) == (404, "application/problem+json", code)  # type: ignore[index]


def test_a_method_there_is_not(api: FlaskClient) -> None:
    assert api.put("/api/lines", headers=token("sam"), json={}).json["code"] == "wrong_method"  # type: ignore[index]


def test_a_database_that_is_away_is_said(app: Flask, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = auth_of(app).site.tokens
    assert tokens is not None

    def away(text: str, now: object) -> None:
        raise HistoryDown("locked")

    monkeypatch.setattr(tokens, "check", away)
    answer = app.test_client().get("/api/lines", headers=token("sam"))
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert answer.headers["Retry-After"] == "5"
