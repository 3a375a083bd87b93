"""The lines' page and the agents' page in a real browser, on real lines: looking, dragging, asking why, refusals."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, StorageState, ViewportSize, expect, sync_playwright

from ivr.services.clock import RealClock
from ivr.services.lines_view import boost_of
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.engine import Database
from tests.api.house import House
from tests.browser import goes_on, launch
from tests.console.conftest import Servers
from tests.console.contrast import too_faint
from tests.console.stand import PASSWORD, Flows

pytestmark = pytest.mark.xdist_group("console")

Open = Callable[..., Page]
MARIE, BRIT, LUIS, TAXED = (f"CA{digit * 32}" for digit in "1234")
BACK = "CB" + "5" * 32


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def house(servers: Servers) -> Iterator[House]:
    """Four calls and a callback wait; two agents talk, one has a break, Chloé is free for what nobody asks."""
    client = StateClient(servers.redis)
    for key in client.execute("KEYS", f"{Keys().prefix}*"):
        if b":console:" not in key:
            client.execute("DEL", key)
    house = House(servers.redis, RealClock(), {queue.name: queue for queue in Flows().queues()})
    house.agent("ana", "Ana Lima", passports=5)
    house.wait("CA8", "passports", 400)
    house.takes("CA8")
    house.agent("dan", "Dan Okafor", taxes=7)
    house.wait("CA9", "taxes", 300)
    house.takes("CA9")
    house.agent("bo", "Bo Winter", passports=3)
    house.pause("bo", "lunch")
    house.agent("chloe", "Chloé Martin", dutch=2)
    house.wait(MARIE, "passports", 190, number="+33639980012", name="Marie Dupont", reason="Lost passport")
    house.wait(BRIT, "passports", 83, number="+447700900123", skills={"english": 2})
    house.callback(BACK, "passports", 40)
    house.wait(LUIS, "passports", 20, name="Luis García")
    house.wait(TAXED, "taxes", 10, name="Eva Sand")
    client.close()
    yield house
    house.close()


@pytest.fixture(scope="module")
def signed_in(browser: Browser, servers: Servers) -> StorageState:
    """A supervisor's cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{servers.web}/sign-in")
    page.get_by_label("Name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{servers.web}/console/live")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def opened(browser: Browser, servers: Servers, signed_in: StorageState) -> Iterator[Open]:
    """Opens a page of the console as that supervisor."""
    contexts = []

    def open_(path: str, width: int = 1440, height: int = 900, **more: Any) -> Page:
        size: ViewportSize = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, storage_state=signed_in, **more))
        page = contexts[-1].new_page()
        page.goto(f"{servers.web}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened: Open, house: House) -> Iterator[Page]:
    """A signed-in supervisor's page of the lines; any script error or refused resource fails the test."""
    wrong: list[str] = []
    page = opened("/console/lines")
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    expect(page.locator("#link")).to_have_attribute("data-link", "live")
    expect(page.locator(".waiting-call")).to_have_count(5)
    expect(page.locator(".person")).to_have_count(4)
    yield page
    assert wrong == []


def lane(page: Page, name: str) -> list[str]:
    return page.locator(f"[data-line={name}] .waiting-call").evaluate_all("rows => rows.map(row => row.dataset.call)")


def acts(servers: Servers, subject: str) -> list[tuple[str, str, str]]:
    found = SqlAudit(Database(servers.database)).newest(subject=subject)
    return [(act.actor, act.action, act.detail) for act in reversed(found)]


def test_every_line_with_its_calls_in_order_as_they_change(page: Page, house: House) -> None:
    assert lane(page, "passports") == [MARIE, BRIT, BACK, LUIS]
    passports = page.locator("[data-line=passports]")
    expect(passports.locator(".lane-count")).to_have_text("4 waiting")
    expect(passports.locator(".lane-team")).to_contain_text("1 talking")
    expect(passports.locator(".lane-team")).to_contain_text("1 lunch")
    expect(page.locator("[data-agent=bo]")).to_contain_text("Lunch")
    house.pause("bo", "no_answer")
    expect(passports.locator(".lane-team")).to_contain_text("1 didn't answer")
    expect(page.locator("[data-agent=bo]")).to_contain_text("Didn't answer")
    marie = page.locator(f"[data-call={MARIE}]")
    expect(marie).to_contain_text("Lost passport")
    goes_on(marie.locator(".waited"), 190)
    expect(page.locator(f"[data-call={BRIT}] [data-kind=asked]")).to_have_text("english 2+, passports")
    expect(page.locator(f"[data-call={BACK}] [data-kind=callback]")).to_be_visible()
    now = house.clock.now_ms()
    house.lines.leave(MARIE, "abandoned", now)
    expect(marie).to_have_count(0)
    expect(page.locator(f"[data-call={BRIT}] .place")).to_have_text("1")
    house.lines.boost(LUIS, 300, "olga", now)  # somebody else did it
    expect(page.locator("[data-line=passports] .waiting-call").first).to_have_attribute("data-call", LUIS)
    expect(page.locator(f"[data-call={LUIS}] [data-kind=boosted]")).to_have_text("+5 min")
    house.agent("eve", "Eve Laurent", taxes=2)
    expect(page.locator(f"[data-call={TAXED}] [data-kind=ringing]")).to_have_text("Ringing Eve Laurent")
    taxes = page.locator("[data-line=taxes]")
    expect(taxes.locator(".lane-count")).to_have_text("Phones ring for 1 call")
    house.lines.leave(TAXED, "abandoned", house.clock.now_ms())
    expect(taxes.locator(".lane-count")).to_have_text("Nobody waits")
    content = page.content()
    assert "639980012" not in content
    assert "7700900123" not in content


def test_how_callbacks_came_out_is_said_where_there_were_any(opened: Open, house: House) -> None:
    def with_callbacks(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        figures = {
            "promised": 8,
            "in_time": 0.75,
            "early": 0,
            "late_seconds": 90,
            "over": 4,
            "reached": 0.5,
            "tries": 1.5,
        }
        body["lines"][0]["called_back"] = figures | {"waited_seconds": 600}
        body["lines"][1]["called_back"] = figures | {"over": 0, "waited_seconds": 0}
        body["lines"][0]["team"]["breaks"] = [{"reason": "break", "agents": 2}]
        route.fulfill(response=answer, json=body)

    page = opened("/console/agents")
    page.route("**/api/lines?*", with_callbacks)
    page.goto(page.url.replace("/agents", "/lines"))
    passports, taxes = page.locator("[data-line=passports]"), page.locator("[data-line=taxes]")
    said = passports.get_by_text("Called back")
    expect(said).to_have_text("Called back in time 75\u00a0% of 8, reached 50\u00a0%")
    expect(said).to_have_attribute(
        "title", re.compile(r"Those late were so by 1:30.*in 1\.5 tries and 10:00 on average")
    )
    expect(taxes.get_by_text("Called back")).to_have_text("Called back in time 75\u00a0% of 8")
    expect(passports.locator(".lane-team")).to_contain_text("2 on break")


def test_a_call_is_dragged_to_another_line_and_back_by_undo(page: Page, house: House, servers: Servers) -> None:
    page.locator(f"[data-call={MARIE}]").drag_to(page.locator("[data-line=taxes] .lane-head"))
    expect(page.locator("#toast")).to_contain_text("Marie Dupont moved to Taxes")
    expect(page.locator(f"[data-line=taxes] [data-call={MARIE}] .place")).to_have_text("1")  # its wait goes along
    assert acts(servers, MARIE)[-1] == ("sam", "call.move", "from passports to taxes")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"[data-line=passports] [data-call={MARIE}] .place")).to_have_text("1")
    page.locator(f"[data-call={BRIT}]").drag_to(page.locator("[data-line=taxes] .lane-head"))
    expect(page.locator("#toast")).to_contain_text("moved to Taxes")
    expect(page.locator("#toast-undo")).to_be_hidden()  # English would not be asked for any more


def test_a_call_is_dragged_to_a_free_agent_only(page: Page, house: House, servers: Servers) -> None:
    page.locator(f"[data-call={LUIS}]").drag_to(page.locator("[data-agent=bo]"))  # on a break
    page.locator(f"[data-call={LUIS}]").drag_to(page.locator("[data-agent=chloe]"))
    expect(page.locator("#toast")).to_contain_text("Chloé Martin's phone rings for Luis García")
    expect(page.locator(f"[data-call={LUIS}] [data-kind=ringing]")).to_have_text("Ringing Chloé Martin")
    assert acts(servers, LUIS) == [("sam", "call.pull", "to chloe")]


def test_what_is_dragged_can_be_done_by_keys_as_well(page: Page, house: House, servers: Servers) -> None:
    move = page.locator(f"[data-call={MARIE}]").get_by_role("button", name="Move")
    move.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Move Marie Dupont")
    expect(box.get_by_role("radio", name="Taxes")).to_be_checked()  # the only other line
    box.get_by_label("Why").fill("asked for taxes after all")
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-line=taxes] [data-call={MARIE}]")).to_be_visible()
    assert acts(servers, MARIE)[-1][2] == "from passports to taxes: asked for taxes after all"
    page.locator(f"[data-call={BRIT}]").get_by_role("button", name="Give").press("Enter")
    box = page.get_by_role("dialog", name="to an agent")
    expect(box.get_by_role("radio")).to_have_count(1)
    expect(box).to_contain_text("lacks english 2+")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(page.locator(f"[data-call={BRIT}]").get_by_role("button", name="Give")).to_be_focused()


def test_a_boost_and_its_undo(page: Page, house: House) -> None:
    page.locator(f"[data-call={BRIT}]").get_by_role("button", name="+5 min").click()
    expect(page.locator("[data-line=passports] .waiting-call").first).to_have_attribute("data-call", BRIT)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-line=passports] .waiting-call").first).to_have_attribute("data-call", MARIE)
    found = house.lines.call(BRIT)
    assert found is not None
    assert boost_of(found) == 0


def test_what_was_taken_or_left_meanwhile_is_said(page: Page, house: House, servers: Servers) -> None:
    before = acts(servers, LUIS)
    page.route("**/api/lines*", lambda route: route.abort())  # the page doesn't know yet
    house.lines.leave(MARIE, "abandoned", house.clock.now_ms())
    page.locator(f"[data-call={MARIE}]").get_by_role("button", name="+1 min").click()
    expect(page.locator("#toast")).to_contain_text(
        "Marie Dupont: The call has left its line meanwhile; nothing was done."
    )
    expect(page.locator("#toast-undo")).to_be_hidden()
    page.locator(f"[data-call={LUIS}]").get_by_role("button", name="Give").click()
    house.pause("chloe", "meeting")
    page.get_by_role("dialog").get_by_role("button", name="Give").click()
    expect(page.locator("#toast")).to_contain_text("The agent is not free; nothing was done.")
    page.unroute("**/api/lines*")
    expect(page.locator(f"[data-call={MARIE}]")).to_have_count(0)
    assert acts(servers, LUIS) == before


def test_filters_narrow_down_and_stay(page: Page, house: House) -> None:
    calls = page.locator(".waiting-call")
    page.get_by_label("Skill", exact=True).select_option("english")
    expect(calls).to_have_count(1)
    expect(page.locator("[data-line=passports] .lane-none")).to_have_text("3 calls not shown by the choice above")
    page.get_by_label("Skill", exact=True).select_option("")
    page.get_by_label("Waited", exact=True).select_option("120")
    expect(calls).to_have_count(1)
    expect(calls).to_have_attribute("data-call", MARIE)
    page.get_by_label("Line", exact=True).select_option("*")
    expect(page.locator(".lane")).to_have_count(1)
    page.get_by_label("Waited", exact=True).select_option("")
    expect(page.locator(".lane")).to_have_count(2)
    page.get_by_label("Kind", exact=True).select_option("callback")
    page.get_by_label("Line", exact=True).select_option("passports")
    expect(calls).to_have_count(1)
    expect(page.locator(".lane")).to_have_count(1)
    page.reload()
    expect(calls).to_have_count(1)
    expect(page.get_by_label("Line", exact=True)).to_have_value("passports")
    page.get_by_role("button", name="Clear").click()
    expect(calls).to_have_count(5)


def test_why_a_call_waits(page: Page, house: House) -> None:
    why = page.locator(f"[data-call={BRIT}]").get_by_role("button", name="Why")
    why.click()
    box = page.get_by_role("dialog", name="+44")
    expect(box.locator(".drawer-lead")).to_contain_text("in Passports")
    expect(box).to_contain_text("Joined Passports for")
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(why).to_be_focused()


def test_what_callers_are_called_never_becomes_markup(page: Page, house: House) -> None:
    payload = '"><img src=x onerror=window.hit=1>'
    house.wait("CA" + "6" * 32, "passports", 5, name=payload, reason=payload)
    expect(page.get_by_role("heading", name=payload)).to_be_visible()
    page.locator(f"[data-call=CA{'6' * 32}]").get_by_role("button", name="Give").click()
    expect(page.get_by_role("dialog")).to_contain_text(payload)
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("path", ["/console/lines", "/console/agents"])
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1440, "light"), (1440, "dark")])
def test_it_fits_can_be_hit_and_read(opened: Open, house: House, path: str, width: int, scheme: str) -> None:
    page = opened(path, width, 800, color_scheme=scheme)
    expect(page.locator(".waiting-call, .staff-card").first).to_be_visible()
    if path == "/console/lines":
        expect(page.locator(".person")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    controls = page.locator("main button:visible, main select:visible, main input:visible, main a:visible")
    boxes = controls.evaluate_all("all => all.map(one => one.getBoundingClientRect()).map(box => box.height)")
    assert min(boxes) >= 24  # WCAG 2.2, target size
    nameless = controls.evaluate_all(
        "all => all.filter(one => !(one.getAttribute('aria-label') || one.textContent.trim() || one.labels?.length))"
        ".map(one => one.outerHTML)"
    )
    assert nameless == []
    assert too_faint(page) == []


def test_skills_are_given_changed_and_taken(opened: Open, servers: Servers, house: House) -> None:
    agents = SqlAgents(Database(servers.database))
    agents.set_skills("eve", {"taxes": 2})
    page = opened("/console/agents")
    eve = page.locator("[data-agent=eve]")
    eve.get_by_label("Level of taxes").select_option("6")
    expect(page.locator("#toast")).to_contain_text("Eve Laurent now has taxes 6")
    eve.get_by_label("New skill").fill("Dutch")
    eve.get_by_label("Level to give").select_option("4")
    eve.get_by_role("button", name="Add").click()
    expect(eve.locator("[data-skill=dutch] select")).to_have_value("4")
    eve.get_by_role("button", name="Take taxes").click()
    expect(eve.locator("[data-skill=taxes]")).to_have_count(0)
    found = agents.get("eve")
    assert found is not None
    assert found.skills == {"dutch": 4}
    page.get_by_role("button", name="Undo").click()
    expect(eve.locator("[data-skill=taxes] select")).to_have_value("6")
    eve.get_by_label("New skill").fill("no skill!")
    eve.get_by_role("button", name="Add").click()
    expect(page.locator("#toast")).to_contain_text("a name is lower-case letters")
    assert acts(servers, "eve")[-1] == ("sam", "agent.skills", "taxes 6")
    page.get_by_label("Name", exact=True).fill("eve")
    expect(page.locator(".staff-card")).to_have_count(1)


def test_a_skill_counts_at_once_for_who_works(opened: Open, servers: Servers, house: House) -> None:
    agents = SqlAgents(Database(servers.database))
    agents.set_skills("chloe", {"dutch": 2})
    page = opened("/console/agents")
    card = page.locator("[data-agent=chloe]")
    card.get_by_label("New skill").fill("taxes")
    card.get_by_role("button", name="Add").click()
    expect(card.locator(".pill")).to_have_text("Ringing")
    found = house.lines.call(TAXED)
    assert found is not None
    assert (found.state, found.agent) == ("offered", "chloe")
