"""The live page in a real browser: signs in, sees calls come, change and go, says when it is cut off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from tests.browser import goes_on, launch
from tests.console.conftest import Servers, events_settings, granian, wait_for
from tests.console.seed import Seeder, busy_morning, now_ms
from tests.console.stand import PASSWORD

pytestmark = pytest.mark.xdist_group("console")

CA1, CA8, CA9 = (f"CA{digit * 32}" for digit in "189")
PAYLOADS = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    '"><svg onload=window.hit=1>',
    "{{7*7}}",
    "javascript:window.hit=1",
    "'-window.hit=1-'",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def seed(servers: Servers) -> Seeder:
    """Callers and agents, where the servers look."""
    seed = Seeder(servers.redis)
    seed.redis.flushall()
    return seed


@pytest.fixture
def page(servers: Servers, browser: Browser, seed: Seeder) -> Iterator[Page]:
    """A signed-in supervisor's live page; any script error or refused resource fails the test."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{servers.web}/console/live")
    page.get_by_label("Name").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#link")).to_have_attribute("data-link", "live")
    expect(page.locator(".card")).to_have_count(0)
    yield page
    context.close()
    assert wrong == []


def test_a_call_from_its_first_word_to_its_end(page: Page, seed: Seeder) -> None:
    expect(page.get_by_text("No call in progress")).to_be_visible()
    expect(page.get_by_text("+33 1 99 00 10 00").first).to_be_visible()
    seed.call(CA1, "+33612345678", name="Marie Dupont", kind="known", ago=60)
    card = page.locator(f"[data-call={CA1}]")
    expect(card.get_by_role("heading", name="Marie Dupont")).to_be_visible()
    expect(card).to_contain_text("Town hall")
    expect(card).to_contain_text("In the menu")
    expect(page.get_by_text("No call in progress")).to_be_hidden()
    seed.says(CA1, ("hotline", "Bonjour, pour un passeport tapez 1"))
    expect(card.get_by_role("log")).to_contain_text("pour un passeport tapez 1")
    seed.says(CA1, ("caller", "1"), path=("Passports",))
    expect(card.locator("[data-who=caller]")).to_have_text("Caller: 1")
    seed.joins(CA1, "passports", ago=83)
    expect(card).to_contain_text("Waiting in Passports")
    goes_on(card.locator(".now time"), 83)
    expect(page.locator("#queues")).to_contain_text("1 waiting")
    seed.agent("ana", "reserved", call=CA1, name="Ana Lima")
    seed.way(CA1, "offered", "ana", "call.offered")
    expect(card).to_contain_text("Ringing Ana Lima")
    expect(page.locator("#agents")).to_contain_text("for Marie Dupont")
    seed.agent("ana", "on_call", call=CA1, name="Ana Lima")
    seed.way(CA1, "bridged", "ana", "call.bridged", bridged=now_ms())
    expect(card).to_contain_text("Talking with Ana Lima")
    expect(page.locator("#figure-waiting")).to_have_text("0")
    seed.ends(CA1)
    expect(card).to_contain_text("Talked")
    expect(card).to_have_count(0)
    assert "612345678" not in page.content()


def test_what_callers_say_never_becomes_markup(page: Page, seed: Seeder) -> None:
    for number, payload in enumerate(PAYLOADS):
        sid = "CA" + f"{number:032x}"
        seed.call(sid, "+33612345678", name=payload, kind="known", line=payload)
        seed.says(sid, ("caller", payload), ("hotline", payload), path=(payload,))
        seed.joins(sid, payload)
        seed.agent(f"a{number}", "paused", reason=payload, name=payload)
    for payload in PAYLOADS:
        expect(page.get_by_role("heading", name=payload, exact=True)).to_be_visible()
    assert page.evaluate("window.hit") is None


def test_a_lost_connection_is_said_and_mended(page: Page, seed: Seeder, servers: Servers) -> None:
    seed.call(CA8)
    expect(page.locator(f"[data-call={CA8}]")).to_be_visible()
    page.context.set_offline(True)
    servers.processes[0].terminate()
    servers.processes[0].wait(10)
    expect(page.get_by_role("alert")).to_contain_text("Connection lost")
    port = int(servers.events.rsplit(":", 1)[1])
    servers.processes[0] = granian("asgi", "ivr.events_app:app", port, events_settings(servers.redis, servers.web))
    wait_for(f"{servers.events}/healthz", servers.processes[0])
    seed.ends(CA8)
    seed.call(CA9)
    page.context.set_offline(False)
    expect(page.locator("#link")).to_have_attribute("data-link", "live")
    expect(page.locator(f"[data-call={CA9}]")).to_be_visible()
    expect(page.locator(f"[data-call={CA8}]")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_signed_out_elsewhere_is_said(page: Page, servers: Servers) -> None:
    client = StateClient(servers.redis)
    for key in client.execute("KEYS", f"{Keys().prefix}console:session:*"):
        client.execute("DEL", key)
    expect(page.get_by_role("alert")).to_contain_text("signed out")
    page.get_by_role("alert").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(f"{servers.web}/sign-in?next=/console/live")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_it_fits_phones_and_desks(page: Page, seed: Seeder, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    busy_morning(seed)
    expect(page.locator(".card")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('button, a, summary')].filter(e => e.offsetParent && !e.closest('.skip'))"
        ".map(e => e.getBoundingClientRect()).filter(box => box.height && box.height < 24).length"
    )
    assert small == 0  # WCAG 2.2, target size


def test_the_keyboard_reaches_everything(page: Page, seed: Seeder) -> None:
    busy_morning(seed)
    expect(page.locator(".card")).to_have_count(4)
    page.locator("body").press("Tab")
    reached = []
    for _ in range(20):
        reached.append(
            page.evaluate(
                "document.activeElement.textContent.trim().split(/\\s+/u)[0] + '/' + document.activeElement.className"
            )
        )
        page.keyboard.press("Tab")
    words = " ".join(reached)
    for wanted in ("Skip/skip", "Hotline/brand", "Live/", "All/", "Talking/", "/said", "Show/open-button"):
        assert wanted in words, f"{wanted} not in {reached}"
    page.get_by_role("button", name="Waiting").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(2)
