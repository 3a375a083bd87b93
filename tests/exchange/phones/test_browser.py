"""The browser phone in headless Chromium against the real exchange."""

import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import launch
from tests.exchange.phones.conftest import Exchange
from tests.exchange.phones.hotline_app import LINE, MENU

SPEED = 8.0
pytestmark = [pytest.mark.timeout(90), pytest.mark.xdist_group("phones")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = launch(playwright, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        yield launched
        launched.close()


@pytest.fixture
def phone(browser: Browser, exchange: Exchange) -> Iterator[Page]:
    """A phone, ready; whatever its console complains of fails the test."""
    context = browser.new_context(locale="fr-FR", permissions=["microphone"])
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.goto(f"{exchange.url}/phone")
    expect(page.locator("#state")).to_have_text("Prêt à appeler")
    yield page
    context.close()
    assert complaints == []


def line(page: Page, kind: str, text: str) -> None:
    expect(page.locator(f"#captions .{kind} .text").filter(has_text=text)).to_be_visible()


def test_a_call_with_the_keypad_reaches_an_agent(phone: Page) -> None:
    expect(phone.locator("#to")).to_have_value(LINE)
    expect(phone.locator(".chip")).to_have_text(["Mairie"])
    phone.click("#call")
    line(phone, "hotline", "Bonjour.")
    line(phone, "hotline", MENU)
    expect(phone.locator("#listening")).to_have_text("Tapez ou parlez")
    phone.click('.key[data-key="1"]')
    line(phone, "me", "1")
    line(phone, "event", "En ligne avec Camille Roux")
    expect(phone.locator("#state")).to_have_text("En conversation")
    expect(phone.locator("#party")).to_have_text("Camille Roux")
    line(phone, "agent", "Bonjour, Camille à l'appareil.")
    phone.fill("#words", "Bonjour, c'est pour un passeport.")
    phone.press("#words", "Enter")
    line(phone, "me", "Bonjour, c'est pour un passeport.")
    phone.click("#hangup")
    line(phone, "event", "Appel terminé")
    expect(phone.locator("#state")).to_have_text("Prêt à appeler")
    expect(phone.locator("#call")).to_be_visible()


def test_keys_of_the_keyboard_and_typed_words_work_too(phone: Page, exchange: Exchange) -> None:
    phone.focus("#to")
    phone.keyboard.press("Enter")
    line(phone, "hotline", MENU)
    phone.keyboard.press("2")
    line(phone, "hotline", "Parlez.")
    expect(phone.locator("#listening")).to_have_text("Laissez votre message")
    phone.fill("#words", "Rappelez-moi demain.")
    phone.press("#words", "Enter")
    line(phone, "hotline", "Merci.")
    expect(phone.locator("#state")).to_have_text("Prêt à appeler")
    kept = [form for path, form in exchange.hotline.requests if path == "/kept"]
    assert kept[-1]["RecordingUrl"]


def test_a_message_is_recorded_from_the_microphone(phone: Page, exchange: Exchange) -> None:
    phone.click("#call")
    line(phone, "hotline", MENU)
    phone.keyboard.press("2")
    expect(phone.locator("#listening")).to_have_text("Laissez votre message")
    expect(phone.locator("#mic")).to_be_enabled()
    phone.click("#mic")
    line(phone, "me", "message audio envoyé")
    phone.keyboard.press("#")
    line(phone, "hotline", "Merci.")
    kept = [form for path, form in exchange.hotline.requests if path == "/kept"]
    assert kept[-1]["Digits"] == "#"


def test_a_browser_phone_can_be_an_agents_phone(phone: Page, browser: Browser, exchange: Exchange) -> None:
    phone.click("#duty summary")
    phone.fill("#mine", "+33639980005")
    phone.fill("#name", "Nina")
    phone.click("#ready")
    expect(phone.locator("#badge")).to_have_text("+33639980005")
    exchange.hotline.agent = "+33639980005"
    caller = browser.new_page(locale="fr-FR")
    try:
        caller.goto(f"{exchange.url}/phone")
        expect(caller.locator("#state")).to_have_text("Prêt à appeler")
        caller.click("#call")
        line(caller, "hotline", MENU)
        caller.keyboard.press("1")
        expect(phone.locator("#incoming")).to_be_visible()
        expect(phone.locator("#caller")).to_have_text(LINE)
        phone.keyboard.press("Enter")
        line(phone, "hotline", "Un appel. Tapez 1.")
        phone.keyboard.press("1")
        line(caller, "event", "En ligne avec Nina")
        caller.fill("#words", "Vous m'entendez ?")
        caller.press("#words", "Enter")
        line(phone, "agent", "Vous m'entendez ?")
        phone.click("#hangup")
        expect(phone.locator("#state")).to_have_text("Prêt à appeler")
    finally:
        caller.close()
        exchange.hotline.agent = "+33639980001"


def test_declining_sends_the_call_away(phone: Page, browser: Browser, exchange: Exchange) -> None:
    phone.click("#duty summary")
    phone.fill("#mine", "+33639980006")
    phone.click("#ready")
    expect(phone.locator("#badge")).to_be_visible()
    exchange.hotline.agent = "+33639980006"
    try:
        caller = browser.new_page()
        caller.goto(f"{exchange.url}/phone")
        expect(caller.locator("#call")).to_be_enabled()
        caller.click("#call")
        line(caller, "hotline", MENU)
        caller.keyboard.press("1")
        expect(phone.locator("#incoming")).to_be_visible()
        phone.click("#decline")
        expect(phone.locator("#state")).to_have_text("Prêt à appeler")
        caller.close()
    finally:
        exchange.hotline.agent = "+33639980001"


def test_the_page_keeps_to_itself(exchange: Exchange) -> None:
    """No script, style or connection but its own; no socket for pages of others; changes only as JSON."""
    host = urlsplit(exchange.url).netloc

    def ask(method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(host, timeout=5)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        reply.read()
        connection.close()
        return reply

    policy = ask("GET", "/phone").getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert ask("GET", "/phone/../routes.py").status == 404
    assert ask("GET", "/phone/nothing.js").status == 404
    socket = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "a" * 22 + "==",
    }
    assert ask("GET", "/phones/socket", Origin="https://evil.example", **socket).status == 403
    call = json.dumps({"from": "+33612345678", "to": LINE})
    assert ask("POST", "/phones/calls", call, Content_Type="text/plain").status == 415
