"""The same call through the browser's phone, and the console watching it, in headless Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import launch
from tests.end_to_end.conftest import Running

pytestmark = pytest.mark.xdist_group("hotline-run")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def signed_in(browser: Browser, running: Running) -> Page:
    """The console's live page, signed in with the account `hotline run` made."""
    found = re.search(r"sign in as (\S+) with password (\S+)", running.said)
    assert found, running.said
    page = browser.new_page()
    page.goto(f"{running.stack['web']}/")
    page.locator("input[name=name]").fill(found[1])
    page.locator("input[name=password]").fill(found[2])
    page.locator("form button[type=submit]").first.click()
    page.goto(f"{running.stack['web']}/console/live")
    return page


def test_a_call_by_the_browser_phone_reaches_an_agent_while_the_console_watches(
    browser: Browser, running: Running
) -> None:
    console = signed_in(browser, running)
    phone = browser.new_page()
    phone.goto(f"{running.stack['exchange']}/phone")
    phone.locator("#to").fill("+33199001000")
    phone.locator("#call").click()
    captions = phone.locator("#captions")
    expect(captions).to_contain_text("mairie")
    expect(console.locator("body")).to_contain_text("mairie")
    phone.locator("#keypad button", has_text="1").first.click()
    expect(captions).to_contain_text("passeport ou une carte")
    with phone.expect_response(lambda response: "/prompts/music/" in response.url, timeout=40_000) as music:
        phone.locator("#keypad button", has_text="1").first.click()
    assert music.value.headers["content-type"] == "audio/x-wav", "waiting is heard, not only captioned"
    expect(captions).to_contain_text("Quel est votre souci", timeout=40_000)
    expect(console.locator("body")).to_contain_text("Maëlle Le Goff")
    phone.locator("#hangup").click()
    expect(phone.locator("body")).to_have_attribute("data-state", re.compile("idle|ended"))
