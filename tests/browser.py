"""A real headless Chromium for tests. Missing, it fails with what to install."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, Locator, Playwright, expect

PATIENCE_MS = 30_000
"""How long anything may take to show on a machine busy with other things; what is there is never waited for."""

expect.set_options(timeout=PATIENCE_MS)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """The browser's path."""
    found = os.environ.get("HOTLINE_TEST_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.fail(
            "no Chromium found: run `python tools/install_test_parts.py`, or set HOTLINE_TEST_BROWSER to its path"
        )
    return found


def launch(playwright: Playwright, *options: str) -> Browser:
    """Start it, with options of one's own as well."""
    return playwright.chromium.launch(executable_path=executable(), args=[*QUIET, *options])


def goes_on(time: Locator, since: int) -> None:
    """A time shown as `1:25` is `since` seconds or more, and goes on by itself."""
    first = _once(time, since)
    _once(time, first + 1)


def _once(time: Locator, least: int) -> int:
    """The seconds shown, once they are so many."""
    for _ in range(PATIENCE_MS // 50):
        if (shown := _seconds(time)) >= least:
            return shown
        time.page.wait_for_timeout(50)
    pytest.fail(f"{time.inner_text()} is shown, not {least} s or more")


def _seconds(time: Locator) -> int:
    seconds = 0
    for part in time.inner_text().split(":"):
        seconds = seconds * 60 + int(part)
    return seconds
