"""The flows' pages without a browser: who may what, what is refused and why, what the headers allow."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.core.flow.problem import Problem
from ivr.core.flow.walks import Tally
from ivr.flowfile.catalog import Catalog
from ivr.services.ports import HistoryDown
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.engine import Database
from ivr.store.sql.walks import SqlWalks
from ivr.wiring import publishing_of
from tests.console.conftest import csrf_of, sign_in
from tests.console.stand import make_app, make_site

FLOWS = Path(__file__).resolve().parents[1] / "fixtures" / "house"
PAGE = "/console/flows/town-hall"
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a small house's flows."""
    return Path(shutil.copytree(FLOWS, tmp_path / "flows"))


def newest(catalog: Catalog) -> Sequence[Problem]:
    """What is wrong with the files now, without waiting for the watcher."""
    catalog.reload_if_changed()
    return catalog.problems


@pytest.fixture
def flows_app(redis_url: str, people: tuple[SqlAccounts, SqlAgents], folder: Path, tmp_path: Path) -> Flask:
    """The console with the flows' pages."""
    database = Database(f"sqlite:///{tmp_path}/history.sqlite")
    catalog = Catalog(folder, tmp_path / "var" / "flows")
    site = replace(
        make_site(redis_url, people=people),
        publishing=publishing_of(folder, tmp_path / "var", SqlAudit(database)),
        walks=SqlWalks(database),
        prompts=folder / "prompts",
        test_callers=lambda: ("+33639980099",),
        flows=catalog,
        problems=lambda: newest(catalog),
    )
    return make_app(site)


@pytest.fixture
def olga(flows_app: Flask) -> FlaskClient:
    """An operator's browser."""
    client = flows_app.test_client()
    sign_in(client, "olga")
    return client


def post(client: FlaskClient, path: str, page: str = PAGE, **body: Any) -> TestResponse:
    """As the page does: JSON, with the session's token."""
    token = csrf_of(client.get("/console/flows").text)
    return client.post(f"{page}/{path}", json=body, headers={"X-CSRFToken": token, "Accept": "application/json"})


def text_in(folder: Path) -> str:
    """The file as it is."""
    return (folder / "town-hall.yaml").read_text(encoding="utf-8")


def test_the_list_tells_title_lines_and_problems(olga: FlaskClient, folder: Path) -> None:
    (folder / "broken.yaml").write_text("language: fr-FR\n", encoding="utf-8")
    page = unescape(olga.get("/console/flows").text)
    assert "Mairie" in page
    assert "+33 1 99 00 10 00" in page
    assert "No problems" in page or "warning" in page
    assert re.search(r"\d errors?", page)


def test_the_policy_of_the_page_is_strict_and_says_its_nonce(olga: FlaskClient) -> None:
    answer = olga.get(PAGE)
    rules = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"style-src 'self' 'nonce-([\w-]{20,})'", rules)
    assert nonce
    assert f'data-nonce="{nonce[1]}"' in answer.text
    assert "frame-src http://localhost:8001" in rules
    assert "unsafe" not in rules
    assert nonce[1] not in olga.get(PAGE).text
    other = olga.get("/console/flows").headers
    assert "nonce" not in other["Content-Security-Policy"]
    assert "frame-src" not in other["Content-Security-Policy"]
    assert "microphone=()" in other["Permissions-Policy"]


def test_no_text_of_a_flow_becomes_markup(olga: FlaskClient, folder: Path) -> None:
    quoted = HOSTILE.replace("'", "''")
    text = f"title: '{quoted}'\nlanguage: fr-FR\ntime_zone: UTC\nsteps:\n  a:\n    hangup: '{quoted}'\n"
    (folder / "hostile.yaml").write_text(text, encoding="utf-8")
    page = olga.get("/console/flows/hostile").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<script>alert" not in olga.get("/console/flows").text


def test_checking_tells_problems_picture_and_differences_and_keeps_nothing(olga: FlaskClient, folder: Path) -> None:
    before = text_in(folder)
    answer = post(olga, "check", text=before.replace("next: opening", "next: openin", 1)).get_json()
    [problem] = [one for one in answer["problems"] if one["code"] == "F020"]
    assert before.splitlines()[problem["line"] - 1].strip() == "next: opening"
    assert "opening" in problem["hint"]
    assert answer["picture"].startswith("<svg")
    assert "openin" in " ".join(answer["changes"])
    assert text_in(folder) == before
    assert not answer["draft"]


@pytest.mark.parametrize("body", [{}, {"text": 7}, {"text": None}])
def test_a_body_that_is_none_is_refused(olga: FlaskClient, body: dict[str, Any]) -> None:
    for path in ("check", "draft", "publish"):
        assert post(olga, path, **body).status_code == 400


def test_half_a_character_is_refused(olga: FlaskClient) -> None:
    token = csrf_of(olga.get("/console/flows").text)
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    assert olga.post(f"{PAGE}/check", data=b'{"text": "\\ud800"}', headers=headers).status_code == 400


def test_a_text_too_long_is_refused(olga: FlaskClient) -> None:
    assert post(olga, "check", text="x" * 1_000_001).status_code == 413


def test_anything_at_all_can_be_checked(olga: FlaskClient) -> None:
    for text in ("", "\0", "a: &x [*x]", "%", "steps: 3", "- " * 5000, "\ud7ff" * 10):
        answer = post(olga, "check", text=text)
        assert answer.status_code == 200, text[:20]
        assert answer.get_json()["errors"]


def test_draft_publish_and_back(olga: FlaskClient, folder: Path) -> None:
    old = text_in(folder)
    new = old.replace("La mairie vous remercie", "La mairie de la ville vous remercie")
    drafted = post(olga, "draft", text=new).get_json()
    assert drafted["draft"]
    assert text_in(folder) == old
    base = re.search(r'"base": ?"([^"]+)"', unescape(olga.get(PAGE).text))
    assert base
    assert post(olga, "publish", text=new, message=" ", base=base[1]).status_code == 422
    done = post(olga, "publish", text=new, message="Says which town", base=base[1])
    assert done.status_code == 200, done.text
    assert text_in(folder) == new
    newest, first = done.get_json()["versions"]
    assert (newest["message"], newest["who"]) == ("Says which town", "olga")
    assert first["message"] == "As it was in its file"
    assert not post(olga, "check", text=new).get_json()["draft"]
    told = olga.get(f"{PAGE}/versions/{newest['number']}").get_json()
    assert "thanks" in " ".join(told["changes"])
    back = post(olga, "rollback", number=first["number"], base=done.get_json()["base"])
    assert back.get_json()["text"] == old == text_in(folder)


def test_what_somebody_else_changed_is_not_overwritten(olga: FlaskClient, folder: Path) -> None:
    old = text_in(folder)
    (folder / "town-hall.yaml").write_text(old + "# by hand\n", encoding="utf-8")
    answer = post(olga, "publish", text=old, message="Mine", base="town-hall-0000000000000000")
    assert answer.status_code == 409
    assert "Somebody else" in answer.get_json()["error"]
    assert text_in(folder).endswith("# by hand\n")


def test_a_text_with_errors_is_not_published(olga: FlaskClient, folder: Path) -> None:
    old = text_in(folder)
    answer = post(olga, "publish", text=old.replace("next: opening", "next: x"), message="Oops", base="")
    assert answer.status_code == 422
    assert answer.get_json()["problems"]
    assert text_in(folder) == old


@pytest.mark.parametrize("name", ["x.y", "..", "%2e%2e", "A", "a" * 65, "a--b", "-a"])
def test_what_is_no_name_of_a_flow_is_nowhere(olga: FlaskClient, name: str) -> None:
    assert olga.get(f"/console/flows/{name}").status_code in {404, 308}
    assert post(olga, "check", page=f"/console/flows/{name}", text="x").status_code in {404, 405, 308}


def test_a_flow_that_does_not_exist_is_begun_only_on_purpose(olga: FlaskClient, folder: Path) -> None:
    assert olga.get("/console/flows/brand-new").status_code == 404
    page = unescape(olga.get("/console/flows/brand-new?new").text)
    assert "title: brand-new" in page
    assert not (folder / "brand-new.yaml").exists()


def test_supervisors_look_and_change_nothing(flows_app: Flask, folder: Path) -> None:
    sam = flows_app.test_client()
    sign_in(sam, "sam")
    page = sam.get(PAGE)
    assert page.status_code == 200
    assert 'id="publish"' not in page.text
    assert "frame-src" not in page.headers["Content-Security-Policy"]
    for path in ("check", "draft", "drop", "publish", "rollback"):
        assert post(sam, path, text="x", message="m", number=1, base="").status_code == 403
    assert sam.get(f"{PAGE}/graph.svg").mimetype == "image/svg+xml"


def test_agents_see_no_flows(flows_app: Flask) -> None:
    ana = flows_app.test_client()
    sign_in(ana, "ana")
    assert ana.get("/console/flows").status_code == 403
    assert ana.get(PAGE).status_code == 403


def test_the_schema_is_for_everybody(flows_app: Flask) -> None:
    schema = flows_app.test_client().get("/console/flows/schema.json")
    assert schema.status_code == 200
    assert "menu-step" in schema.get_json()["$defs"]


class Away:
    """A history that can't be reached."""

    def tally(self, *_: object) -> Tally:
        """Fails."""
        raise HistoryDown("the database does not answer")


def test_without_figures_the_page_stands_and_says_so(
    redis_url: str, people: tuple[SqlAccounts, SqlAgents], folder: Path, tmp_path: Path
) -> None:
    publishing = publishing_of(folder, tmp_path / "var", SqlAudit(Database(f"sqlite:///{tmp_path}/history.sqlite")))
    site = replace(make_site(redis_url, people=people), publishing=publishing, walks=Away())
    client = make_app(site).test_client()
    sign_in(client, "olga")
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "The history is away" in answer.text
    assert post(client, "check", text=text_in(folder)).status_code == 200
