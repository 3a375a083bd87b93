"""The canary: a number or a secret put anywhere into a log never comes out whole."""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.mask import mask_number, mask_text
from ivr.log import configure, get_logger

DIGITS = "33612345678"
NATIONAL = "0612345678"
SECRET = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"
FORMS = [
    "+33612345678",
    "0033612345678",
    "06 12 34 56 78",
    "06.12.34.56.78",
    "06-12-34-56-78",
    "+33 (0)6 12 34 56 78",
    "tel:+33612345678",
    "sip:33612345678@host",
    "client:+33612345678",
    "To=%2B33612345678&x",
    "33612345678",
    "(06) 12 34 56 78",
    "06 12 34 56 78",
    "x0612345678y",
    "number:0612345678",
    '{"From": "+33612345678"}',
    "+3361234567 8",
    "06‑12‑34‑56‑78",
    "06/12/34/56/78",
]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What was written, by this program and by libraries."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", out)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configure("DEBUG", True, secrets=[SECRET, "short"])
    yield out
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def leaks(line: str) -> bool:
    """Whether seven digits of the number in a row, however separated, can be read."""
    readable = re.sub(r'"timestamp": "[^"]+"', "", line)
    return any(NATIONAL[start : start + 6] in re.sub(r"[^0-9*]", "", readable) for start in range(1, len(NATIONAL) - 5))


@pytest.mark.parametrize("form", FORMS)
def test_a_number_never_comes_out_whole(logged: io.StringIO, form: str) -> None:
    log = get_logger("canary")
    message = f"call from {form} came in"
    log.info(message)
    log.info("call from %s", form)
    log.info("a field", caller=form, nested={"deep": [form, {"deeper": (form,)}], form: 1}, raw=form.encode())
    logging.getLogger("library").warning("lib %s", form, extra={"extra_field": form})
    try:
        int(f"no integer {form}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("library").exception("lib failed")
    lines = [line for line in logged.getvalue().splitlines() if line]
    assert len(lines) == 6
    for line in lines:
        json.loads(line)
        assert not leaks(line), line


@pytest.mark.parametrize("value", [33612345678, 612345678, 33612345678.0])
def test_numbers_as_numbers(logged: io.StringIO, value: float) -> None:
    get_logger("canary").info("x", caller=value, many=[value])
    assert not leaks(logged.getvalue())


def test_secrets_never_come_out(logged: io.StringIO) -> None:
    get_logger("canary").info(
        f"token {SECRET}",
        auth_token="abc",
        password="hunter22",
        headers={"Authorization": "Bearer x", "Cookie": "hotline=abc"},
        pin="4711",
        digits="123456",
    )
    logging.getLogger("library").error("url https://x:%s@host/", SECRET)
    text = logged.getvalue()
    for word in (SECRET, "abc", "hunter22", "Bearer", "4711", "123456"):
        assert word not in text
    assert text.count("[secret]") == 8


def test_what_is_no_number_is_left_alone(logged: io.StringIO) -> None:
    sid, uuid = "CA0123456789abcdef0123456789abcdef", "550e8400-e29b-41d4-a716-446655440000"
    get_logger("canary").info(
        f"turn of {sid} at 2026-03-02T22:10:00.123+01:00 from 127.0.0.1:8000",
        call=sid,
        id=uuid,
        at_ms=1772485800123,
        turn=3,
        took_seconds=0.123456789,
    )
    said = json.loads(logged.getvalue())
    assert said["event"] == f"turn of {sid} at 2026-03-02T22:10:00.123+01:00 from 127.0.0.1:8000"
    assert (said["call"], said["id"], said["at_ms"], said["turn"], said["took_seconds"]) == (
        sid,
        uuid,
        1772485800123,
        3,
        0.123456789,
    )
    assert {"level", "logger", "timestamp"} <= said.keys()


def test_one_line_a_record_whatever_it_says(logged: io.StringIO) -> None:
    get_logger("canary").info('first\nsecond\r\n{"level": "forged"}')
    assert len(logged.getvalue().splitlines()) == 1


def test_a_terminal_gets_readable_lines_masked_too(logged: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", logged)
    configure("INFO", False)
    get_logger("readable").info("call", caller="+33612345678")
    assert "+33*******78" in logged.getvalue()
    assert not logged.getvalue().startswith("{")


def test_an_unknown_level_is_named() -> None:
    with pytest.raises(ValueError, match="LOUD"):
        configure("LOUD")


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+33612345678", "+33*******78"),
        ("+15551234567", "+1********67"),
        ("0033612345678", "+33*******78"),
        ("+442071838750", "+44********50"),
        ("+35312345678", "+353******78"),
        ("06 12 34 56 78", "********78"),
    ],
)
def test_country_code_and_two_digits_stay(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@given(st.text(alphabet="+() .-0123456789abcxyz:/%", max_size=40))
def test_no_run_of_seven_digits_survives(text: str) -> None:
    def longest(value: Any) -> int:
        return max((len(run) for run in re.findall(r"\d+", str(value))), default=0)

    masked = mask_text(text)
    # What may stay: dates, addresses, fractions and digests, none of which can hold seven digits of a number in a row.
    assert longest(re.sub(r"\b0\.\d+|[0-9a-f]{20,}|\d{1,3}(\.\d{1,3}){3}", "", masked)) < 7
