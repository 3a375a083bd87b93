"""Events are read leniently, and their page says what they carry."""

import re
from pathlib import Path
from typing import get_args

import pytest

from ivr.cli.event_types import table
from ivr.core.events import Event, EventType
from ivr.core.facts import FACTS, AgentChanged, CallLeft, CallMoved, CallOffered, data_of, fact_of

ROOT = Path(__file__).parents[2]


def test_every_type_is_described() -> None:
    assert set(FACTS) == set(get_args(EventType))
    assert all(kind.__doc__ for kind in FACTS.values())


def test_what_scripts_and_versions_write_differently_is_read_alike() -> None:
    event = Event("call.offered", 1, "CA1", {"agent": "ana", "free": "3", "waited_ms": 94_000.0, "colour": "blue"})
    assert fact_of(event) == CallOffered(agent="ana", free=3, waited_ms=94_000)


@pytest.mark.parametrize("value", [None, "many", 1e400, "9" * 40, True])
def test_a_field_of_another_kind_has_its_default_or_its_nearest(value: object) -> None:
    fact = fact_of(Event("call.left", 1, "CA1", {"waited_ms": value}))  # type: ignore[dict-item]
    assert fact == CallLeft(waited_ms=1 if value is True else 0)


def test_a_number_where_a_text_is_due_is_its_text() -> None:
    assert fact_of(Event("agent.changed", 1, "", {"agent": 7.0, "reason": 4})) == AgentChanged(agent="7", reason="4")


def test_a_type_of_another_version_is_no_fact() -> None:
    assert fact_of(Event("call.sang", 1, "CA1")) is None  # type: ignore[arg-type]


def test_a_field_named_like_a_word_of_the_language_keeps_its_name_outside() -> None:
    moved = fact_of(Event("call.moved", 1, "CA1", {"from": "help", "queue": "tax", "by": "zoe"}))
    assert moved == CallMoved("tax", "help", "zoe")
    assert data_of(moved) == {"from": "help", "queue": "tax", "by": "zoe", "dropped": ""}


def test_the_page_of_events_says_what_the_code_does() -> None:
    page = (ROOT / "docs" / "events.md").read_text()
    found = re.search(r"<!-- types -->\n(.*)<!-- end of types -->", page, re.DOTALL)
    assert found, "docs/events.md has lost its marks"
    assert found[1].strip() == table().strip(), "run: hotline webhooks types --markdown"
