"""Every route of the whole application, for everybody: default deny, and nobody further than their role."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.app import create_app
from ivr.settings import Settings
from ivr.web import console
from ivr.web.auth import auth_of
from ivr.web.policy import PolicyMissing, policy
from ivr.wiring import Hotline, build
from tests.console.conftest import sign_in
from tests.console.stand import PASSWORD, ROLES, make_people, make_site

SAMPLES = {
    "turn_no": 1,
    "reservation": "CA1-1",
    "call": "CA1",
    "place": "pin",
    "name": "x.wav",
    "filename": "css/base.css",
    "number": 1,
    "call_sid": "CA1",
    "recording": "RE1",
    "proof": "x",
    "agent": "ana",
    "skill": "passports",
    "code": "call_left",
    "at": 0,
    "seconds": 12,
}
PEOPLE = {"anonymous": "", "ana": "agent", "sam": "supervisor", "olga": "operator"}
TABLE = {
    "console.home": {"agent", "supervisor", "operator"},
    "console.live": {"supervisor", "operator"},
    "console.directory": {"supervisor", "operator"},
    "console.lines": {"supervisor", "operator"},
    "console.agents": {"supervisor", "operator"},
    "api.lines": {"supervisor", "operator"},
    "api.line": {"supervisor", "operator"},
    "api.call": {"supervisor", "operator"},
    "api.boost": {"supervisor", "operator"},
    "api.move": {"supervisor", "operator"},
    "api.pull": {"supervisor", "operator"},
    "api.why": {"supervisor", "operator"},
    "api.all_agents": {"supervisor", "operator"},
    "api.set_skill": {"supervisor", "operator"},
    "api.drop_skill": {"supervisor", "operator"},
    "api.openapi_json": {"public"},
    "api.problem_type": {"public"},
    "console.session_alive": {"agent", "supervisor", "operator"},
    "console.mine": {"agent", "supervisor", "operator"},
    "console.say_result": {"agent", "supervisor", "operator"},
    "console.sign_out_form": {"agent", "supervisor", "operator"},
    "console.sign_in": {"public"},
    "console.sign_in_form": {"public"},
    "console.static": {"public"},
    "console.flows": {"supervisor", "operator"},
    "console.flow": {"supervisor", "operator"},
    "console.flow_svg": {"supervisor", "operator"},
    "console.flow_version": {"supervisor", "operator"},
    "console.flow_graph_css": {"supervisor", "operator"},
    "console.flow_check": {"operator"},
    "console.flow_draft": {"operator"},
    "console.flow_drop": {"operator"},
    "console.flow_publish": {"operator"},
    "console.flow_rollback": {"operator"},
    "console.flow_call": {"operator"},
    "console.flow_schema_json": {"public"},
    "health.healthz": {"public"},
    "health.readyz": {"public"},
    "metrics.metrics": {"machine"},
    "voice.prompt": {"public"},
}


@pytest.fixture
def hotline(redis_url: str, tmp_path: Path) -> Hotline:
    """The real application's parts."""
    database = f"sqlite:///{tmp_path}/history.sqlite"
    make_people(database)
    return build(
        Settings(
            redis_url=redis_url,
            public_base_url="http://localhost",
            twilio_account_sid="AC" + "0" * 32,
            twilio_auth_token="t" * 32,
            hotline_secret_key="k" * 40,
            database_url=database,
            hotline_var=tmp_path,
        )
    )


@pytest.fixture
def whole(hotline: Hotline) -> Flask:
    """The real application."""
    return create_app(hotline)


def test_the_policies_are_exactly_these(whole: Flask) -> None:
    said = {name: set(allowed) for name, allowed in auth_of(whole).table.items()}
    signed = {name for name, allowed in said.items() if allowed == {"signed"}}
    assert all(rule.rule.startswith("/voice/") for rule in whole.url_map.iter_rules() if rule.endpoint in signed)
    public_files = {
        name: allowed
        for name, allowed in said.items()
        if name not in signed and not name.startswith(("console", "health", "metrics", "api"))
    }
    assert all(allowed == {"public"} for allowed in public_files.values())
    assert {name: allowed for name, allowed in said.items() if name not in signed and name not in public_files} == {
        name: allowed for name, allowed in TABLE.items() if name != "voice.prompt"
    }


@pytest.mark.parametrize("name", PEOPLE)
def test_every_route_for_everybody(whole: Flask, name: str) -> None:
    with whole.test_client() as browser:
        if name != "anonymous":
            assert sign_in(browser, name).status_code == 303
        for rule in whole.url_map.iter_rules():
            allowed = auth_of(whole).table[rule.endpoint]
            with whole.test_request_context():
                url = whole.url_for(rule.endpoint, **{key: SAMPLES[key] for key in rule.arguments})
            for method in sorted(rule.methods - {"OPTIONS"}):  # type: ignore[operator]
                answer = browser.open(url, method=method, headers={"Accept": "application/json"}, buffered=True)
                where = f"{method} {url} as {name}: {answer.status}"
                if allowed == {"signed"}:
                    assert answer.status_code == 403, where
                elif method not in {"GET", "HEAD"} and name == "anonymous" and rule.rule.startswith("/api/"):
                    assert answer.status_code == 401, where
                elif method not in {"GET", "HEAD"}:
                    assert answer.status_code == 400, where  # no token, whoever asks
                elif allowed & {"public", "machine"} or PEOPLE[name] in allowed:
                    assert answer.status_code in {200, 204, 302, 404}, where
                elif name == "anonymous":
                    assert answer.status_code == 401, where
                else:
                    assert answer.status_code == 403, where


@pytest.mark.parametrize(
    "path",
    [
        "//console/live",
        "/console//live",
        "/console/live/",
        "/console/%2e%2e/console/live",
        "/CONSOLE/LIVE",
        "/console/live%00",
        "/./console/live",
        "/static/console/../../pages.py",
        "/static/console/%2e%2e/pages.py",
        "/static/console/..%2fpages.py",
    ],
)
def test_no_other_spelling_opens_a_page(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"}, buffered=True)
    assert answer.status_code in {301, 308, 401, 404}
    assert b"figure-calls" not in answer.data
    assert b"Blueprint" not in answer.data


def test_a_method_cannot_be_overridden(client: FlaskClient) -> None:
    answer = client.get("/sign-out", headers={"X-HTTP-Method-Override": "POST", "Accept": "application/json"})
    assert answer.status_code == 405


def test_head_is_guarded_like_get(client: FlaskClient) -> None:
    assert client.head("/console/live", headers={"Accept": "application/json"}).status_code == 401


def test_no_header_signs_anybody_in(client: FlaskClient) -> None:
    headers = {
        "Authorization": "Basic b2xnYTp4",
        "X-Remote-User": "olga",
        "Remote-User": "olga",
        "Accept": "application/json",
    }
    assert client.get("/console/live", headers=headers).status_code == 401


def test_a_route_without_a_policy_stops_the_start(redis_url: str, tmp_path: Path) -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/also", "also", lambda: "secret")
    with pytest.raises(PolicyMissing, match=r"/also \(also\), /forgotten \(forgotten\)"):
        console.register(app, make_site(redis_url, people=make_people(f"sqlite:///{tmp_path}/h.sqlite")))


def test_a_route_added_after_the_start_is_closed(app: Flask) -> None:
    app.add_url_rule("/late", "late", lambda: "secret")
    assert app.test_client().get("/late").status_code == 403


@pytest.mark.parametrize("allowed", [(), ("root",), ("public", "operator")])
def test_a_policy_that_means_nothing_is_refused(allowed: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="expected roles"):
        policy(*allowed)


def test_pages_tell_browsers_how_far_to_trust_them(client: FlaskClient) -> None:
    for path in ("/sign-in", "/static/console/js/live.js", "/nothing-here"):
        headers = client.get(path, buffered=True).headers
        rules = headers["Content-Security-Policy"]
        assert "default-src 'self'" in rules
        assert "frame-ancestors 'none'" in rules
        assert "unsafe" not in rules
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_inline_script_or_style() -> None:
    import re

    root = Path(console.__file__).parent
    for page in root.rglob("*.html"):
        text = page.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", text), page
        assert "http://" not in text, page
        assert "https://" not in text, page
    for script in root.rglob("*.js"):
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text()), (
            script
        )


def test_roles_cover_everybody() -> None:
    assert set(ROLES.values()) == {"agent", "supervisor", "operator"}
    assert len(PASSWORD) > 20
