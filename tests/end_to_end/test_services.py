"""The six services of `flows/`, each dialled and walked as a caller does, up to the person who answers.

They are what `hotline run` serves, with the demo's agents, on a working day at ten past six in the evening, when all of
them are open, at a fast clock. What a service does without a person is the business of its test calls (`flows/tests`).
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.cli.demo import Demo, seed_agents
from ivr.cli.layout import StackOptions
from ivr.cli.stack import Stack

pytestmark = pytest.mark.xdist_group("hotline-run")

PROJECT = Path(__file__).parents[2]
SPEED = 4
BEGAN = datetime(2026, 7, 20, 16, 10, tzinfo=UTC)
"""A Monday, ten past six in the evening in Paris."""

WALKS = {
    "town-hall": ("+33199001000", "3", "2"),
    "tax-office": ("+33199001001", "1", "je veux contester mon imposition", "1", "*"),
    "festival-helpline": ("+33199001002", "2", "2"),
    "emergency-triage": ("+33199001003", "2", "mon mari ne respire plus"),
    "customer-care": ("+33199001004", "2"),
    "citizen-desk": ("+33199001005", "2", "0"),
}
"""What is dialled for each service, then what is pressed (said, where it has a space) each time the hotline listens."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All of `hotline run`, with its agents on duty."""
    var = tmp_path_factory.mktemp("services") / "var"
    clock = f"{SPEED}@{time.time()}={BEGAN.timestamp()}"
    options = StackOptions(var=var, port=0, flows=PROJECT / "flows", clock=clock, calls_per_second=50)
    with Stack(options) as started:
        seed_agents(Demo(started), PROJECT / "flows" / "agents.yaml", lambda _: None)
        yield started


class Call:
    """A call that is over: what `hotline call --json` printed."""

    def __init__(self, stack: Stack, caller: str, to: str, *acts: str) -> None:
        words = [word for act in acts for word in (("--say", act) if " " in act else ("--press", act))]
        self._dialled = subprocess.run(
            [sys.executable, "-m", "ivr", "call", "--var", str(stack.options.var), "--from", caller, "--to", to,
             "--json", "--interrupt", "--hang-up-after", "4", "--max", "240", *words],
            cwd=PROJECT, capture_output=True, text=True, timeout=90, check=False,
            env={"PATH": "/usr/bin:/bin", "HOTLINE_VAR": str(stack.options.var)},
        )  # fmt: skip

    @property
    def told(self) -> dict[str, Any]:
        """All of it."""
        assert self._dialled.returncode == 0, self._dialled.stderr
        told: dict[str, Any] = json.loads(self._dialled.stdout)
        return told

    @property
    def heard(self) -> str:
        """All the words of the caller's leg, in order."""
        return " ".join(line["text"] for line in self.told["transcript"])

    @property
    def agent(self) -> str:
        """Who answered; fails where nobody did."""
        assert self.told["outcome"] == "answered", self.told
        assert self.told["bridged"] is True
        return str(self.told["agent"]["name"])


@pytest.fixture(scope="module")
def calls(stack: Stack) -> Mapping[str, Call]:
    """A call to each service, all at the same time, as on any evening; each from a number reserved for fiction."""
    with ThreadPoolExecutor(len(WALKS)) as together:
        dialling = {
            name: together.submit(Call, stack, f"+3363998123{number}", *walk)
            for number, (name, walk) in enumerate(WALKS.items())
        }
        return {name: call.result() for name, call in dialling.items()}


def test_town_hall_hands_over_to_the_tax_office_and_nobody_starts_over(calls: Mapping[str, Call]) -> None:
    call = calls["town-hall"]
    assert call.agent in {"Inès Ferrand", "Idriss Benali"}
    assert "bienvenue à la mairie" in call.heard
    assert "transmis par le service Mairie" in call.heard
    assert "Si vous êtes un particulier" not in call.heard, "what the town hall knows is not asked again"


def test_tax_office_sends_a_dispute_straight_to_the_specialist_of_private_persons(calls: Mapping[str, Call]) -> None:
    call = calls["tax-office"]
    assert call.agent == "Inès Ferrand", "only she is one"
    assert "treize chiffres" in call.heard


def test_festival_helpline_finds_somebody_who_speaks_english(calls: Mapping[str, Call]) -> None:
    call = calls["festival-helpline"]
    assert call.agent in {"Jonas Weber", "Sarah Cohen"}
    assert "nothing is recorded unless you agree" in call.heard


def test_emergency_triage_hears_that_it_is_urgent(calls: Mapping[str, Call]) -> None:
    call = calls["emergency-triage"]
    assert call.agent in {"Jonas Weber", "Sarah Cohen"}
    assert "Votre appel passe avant tous les autres" in call.heard


def test_customer_care_answers_although_its_records_do_not(calls: Mapping[str, Call]) -> None:
    call = calls["customer-care"]
    assert call.agent == "Thomas Girard", "only he knows the technique"
    assert call.told["wait_seconds"] < 150


def test_citizen_desk_speaks_dutch_to_the_end(calls: Mapping[str, Call]) -> None:
    call = calls["citizen-desk"]
    assert call.agent == "Lotte De Smet", "only she speaks it"
    assert "Burgerloket" in call.heard
    assert "Even geduld" in call.heard
