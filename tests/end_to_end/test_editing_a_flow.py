"""An operator edits a flow in the console: sees the mistake at its line, hears the draft, publishes, goes back.

All of it with a real browser, the real exchange and a caller who is on the line meanwhile and keeps their version.
"""

import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from tests.browser import launch
from tests.end_to_end.conftest import PROJECT, Running, start
from tests.end_to_end.test_in_the_browser import signed_in

pytestmark = pytest.mark.xdist_group("hotline-run")

LINE = "+33199001000"
OLD = "Si vous avez un numéro de dossier, tapez 1. Sinon, tapez 2."
NEW = "Avez-vous votre numéro de dossier sous les yeux ?"
WELCOME = "Bonjour et bienvenue à la mairie"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A stack on a copy of the flows, which this test changes."""
    folder = tmp_path_factory.mktemp("editing")
    shutil.copytree(PROJECT / "tests" / "fixtures" / "house", folder / "flows")
    it = start(folder / "var", "--flows", str(folder / "flows"), "--ring-starts-per-second", "10")
    yield it
    it.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


class Caller:
    """Somebody on a phone of the exchange, driven over HTTP."""

    def __init__(self, running: Running, number: str) -> None:
        self.base = f"{running.stack['exchange']}/phones/calls"
        self.sid = str(self.ask("", {"from": number, "to": LINE})["call_sid"])

    def ask(self, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """A request of the phones' protocol."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def press(self, keys: str) -> None:
        """Press keys."""
        self.ask(f"/{self.sid}/press", {"keys": keys})

    def hang_up(self) -> None:
        """Hang up."""
        self.ask(f"/{self.sid}/hang-up", {})

    @property
    def heard(self) -> str:
        """All that was heard so far."""
        return " ".join(line["text"] for line in self.ask(f"/{self.sid}")["transcript"] if line["type"] == "hears")

    def hears(self, page: Page, words: str) -> None:
        """Wait until the words were heard; what was heard where they weren't."""
        for _ in range(150):
            if words in self.heard:
                return
            page.wait_for_timeout(100)
        raise AssertionError(f"{words!r} is not in {self.heard!r}")


def text_of(page: Page, line: str) -> None:
    """The cursor to the end of the line that holds these words."""
    page.locator(".cm-line", has_text=line).first.click()
    page.keyboard.press("End")


def test_edit_wrongly_correct_hear_publish_go_back(browser: Browser, running: Running) -> None:
    faults: list[str] = []
    page = signed_in(browser, running)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.get_by_role("link", name="Flows").click()
    page.get_by_role("link", name="Mairie").click()
    page.wait_for_selector("main[data-ready]")
    expect(page.locator("#verdict")).to_have_text("No problems")

    # Wrong: a way to a step that isn't there. The problem stands at its line, in the text and below it.
    text_of(page, "otherwise: welcome")
    page.keyboard.type("-nowhere")
    page.keyboard.press("Escape")
    number = page.locator(".cm-gutterElement.cm-activeLineGutter", has_text=re.compile(r"^\d+$")).inner_text()
    problem = page.locator(".problem[data-severity=error]").first
    expect(problem).to_contain_text("welcome-nowhere")
    expect(problem.locator(".problem-line")).to_have_text(f"Line {number}")
    expect(page.locator(".cm-lintRange-error")).to_have_text("welcome-nowhere")
    expect(page.locator("#graph .exit.missing")).to_contain_text("welcome-nowhere")
    page.locator("#publish").click()
    expect(page.locator("#toast")).to_contain_text("Errors keep a flow from being published")
    expect(page.locator("#ask")).not_to_be_visible()

    # Corrected.
    text_of(page, "otherwise: welcome-nowhere")
    for _ in range(len("-nowhere")):
        page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    expect(page.locator("#verdict")).to_have_text("No problems")
    expect(page.locator("#changes")).to_contain_text("The text is the published one")

    # Another text, found by its step in the picture.
    page.locator("#graph .step[data-step=has-file]").click()
    text_of(page, OLD)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(f"menu: {NEW} Tapez 1, sinon tapez 2.")
    expect(page.locator("#changes")).to_contain_text("has-file")
    expect(page.locator("#graph .step[data-step=has-file]")).to_contain_text(NEW[:20])

    # Heard on the draft phone, the step lit up in the picture; other callers still hear what is published.
    page.locator("#hear").click()
    phone = page.frame_locator("#phone")
    dial_draft(phone)
    expect(phone.locator("#captions")).to_contain_text("mairie")
    expect(page.locator("#graph .step.here")).to_have_attribute("data-step", "matters")
    phone.locator("#keypad button[data-key='2']").click()
    expect(phone.locator("#captions")).to_contain_text(NEW)
    expect(page.locator("#graph .step.here")).to_have_attribute("data-step", "has-file")
    expect(page.locator("#graph .step.passed[data-step=matters]")).to_be_visible()
    phone.locator("#hangup").click()
    live = Caller(running, "+33612340001")
    live.hears(page, "tapez 2")

    # Published while somebody is on the line: new callers hear the new text, that caller the old one.
    page.locator("#publish").click()
    expect(page.locator("#ask-changes")).to_contain_text("has-file")
    page.locator("#ask-message").fill("Clearer question about the file number")
    page.locator("#ask-go").click()
    expect(page.locator("#ask")).not_to_be_visible()
    first = page.locator("#versions .version").first
    expect(first).to_contain_text("Clearer question about the file number")
    expect(first).to_contain_text("Callers hear this")
    page.wait_for_timeout(1_500)  # what is published answers within a second
    new = Caller(running, "+33612340002")
    new.hears(page, "tapez 2")
    new.press("2")
    new.hears(page, NEW)
    new.hang_up()
    live.press("2")
    live.hears(page, OLD)
    assert NEW not in live.heard
    live.hang_up()

    # And back.
    before = page.locator("#versions .version", has_text="As it was in its file")
    before.get_by_role("button", name="Go back to this").click()
    page.locator("#ask-go").click()
    expect(page.locator("#versions .version").first).to_contain_text("back to version 1")
    assert OLD in (running.var.parent / "flows" / "town-hall.yaml").read_text(encoding="utf-8")
    page.wait_for_timeout(1_500)
    last = Caller(running, "+33612340003")
    last.hears(page, "tapez 2")
    last.press("2")
    last.hears(page, OLD)
    last.hang_up()
    assert faults == []
    page.close()


def dial_draft(phone: FrameLocator) -> None:
    """Press the green button once the phone in the frame has its line."""
    expect(phone.locator("body")).to_have_attribute("data-state", "idle")
    phone.locator("#call").click()


def test_a_supervisor_sees_and_changes_nothing(browser: Browser, running: Running) -> None:
    made = running.hotline("accounts", "add", "vera", "--role", "supervisor", "--generate")
    if made.returncode:
        pytest.fail(made.stdout + made.stderr)
    password = re.search(r"password[: ]+(\S+)", made.stdout)
    assert password, made.stdout
    page = browser.new_page()
    page.goto(f"{running.stack['web']}/")
    page.locator("input[name=name]").fill("vera")
    page.locator("input[name=password]").fill(password[1])
    page.locator("form button[type=submit]").first.click()
    page.goto(f"{running.stack['web']}/console/flows/town-hall")
    page.wait_for_selector("main[data-ready]")
    expect(page.locator("#graph .step").first).to_be_visible()
    expect(page.locator("#publish")).to_have_count(0)
    page.locator(".cm-line").nth(3).click()
    page.keyboard.type("x")
    expect(page.locator(".cm-content")).not_to_contain_text("xlanguage")
    refused = page.evaluate(
        """async () => {
            const token = document.getElementById("main").dataset.csrf;
            const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
            const body = JSON.stringify({text: "x", message: "m", base: ""});
            return (await fetch(location.pathname + "/publish", {method: "POST", headers, body})).status;
        }"""
    )
    assert refused == 403
    page.close()


def test_completion_knows_steps_fields_names_and_values(browser: Browser, running: Running) -> None:
    page = signed_in(browser, running)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{running.stack['web']}/console/flows/town-hall")
    page.wait_for_selector("main[data-ready]")
    page.locator(".cm-line", has_text="otherwise: welcome").first.click()
    offered = page.locator(".cm-tooltip-autocomplete li")

    def line(text: str) -> None:
        # On a line of its own from its first column, however far the editor indents it.
        for key in ("Escape", "End", "Enter", "#", "Escape", "Shift+Home", "Shift+Home"):
            page.keyboard.press(key)
        page.keyboard.type(text)

    def accept() -> None:
        page.wait_for_timeout(200)  # what has just popped up takes no key yet
        page.keyboard.press("Enter")

    line("  fresh:")
    line("    me")
    expect(offered).to_contain_text(["menu"])
    accept()
    page.keyboard.type('"Bonjour {{ caller.na')
    expect(offered).to_contain_text(["caller.name"])
    line("    otherwi")
    expect(offered).to_contain_text(["otherwise"])
    accept()
    page.keyboard.type("has-f")
    expect(offered).to_contain_text(["has-file"])
    line("    keys:")
    line("      1: {ne")
    expect(offered).to_contain_text(["next"])
    line("      2: fresh")
    line("  line:")
    line("    queue: urb")
    expect(offered).to_contain_text(["urbanisme"])
    line("    leave_if_nobody: y")
    expect(offered).to_contain_text(["yes"])
    line("  fork:")
    line("    branch:")
    line("      - wh")
    expect(offered).to_contain_text(["when"])
    page.close()
