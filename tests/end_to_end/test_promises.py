"""What callers are promised, through every part there is, at a fast clock: called back, asked, texted, listened to."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.cli.agents import import_agents
from ivr.cli.demo import Demo
from ivr.cli.layout import StackOptions
from ivr.cli.stack import Stack
from ivr.core.agent import IllegalTransition
from ivr.services.promises import CallbackRecord

pytestmark = pytest.mark.xdist_group("hotline-run")

HOUSE = Path(__file__).parent / "promises"
PROJECT = Path(__file__).parents[2]
SPEED = 6
NUMBER, SURVEYED = "+33199001000", "+33199001001"
MARIE, PAUL, SOMEBODY = "+33639980077", "+33639980078", "+33639980079"


class Centre:
    """A stack of this module's own, and what is known of it."""

    def __init__(self, folder: Path) -> None:
        now = time.time()
        self.var = folder / "var"
        self.stack = Stack(
            StackOptions(
                var=self.var, port=0, flows=HOUSE / "flows", clock=f"{SPEED}@{now}={now}", phones=HOUSE / "phones.yaml",
                calls_per_second=50, environment={"HOTLINE_SMS": "on"},
            )
        )  # fmt: skip
        self.stack.start()
        self.demo = Demo(self.stack)
        import_agents(HOUSE / "flows" / "agents.yaml", self.demo.hotline.agents)

    def close(self) -> None:
        self.demo.hotline.close()
        self.stack.stop()

    def hotline(self, *words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Another `hotline` command."""
        return subprocess.run(
            [sys.executable, "-m", "ivr", *words], cwd=PROJECT, capture_output=True, text=True, timeout=timeout,
            check=False, env={"PATH": "/usr/bin:/bin", "HOTLINE_VAR": str(self.var)},
        )  # fmt: skip

    def call(self, number: str, *keys: str, most: int = 100, to: str = NUMBER) -> subprocess.Popen[str]:
        """Somebody dials and presses these keys, one each time the hotline listens."""
        presses = [word for key in keys for word in ("--press", key)]
        return subprocess.Popen(
            [sys.executable, "-m", "ivr", "call", "--var", str(self.var), "--from", number, "--to", to, "--json",
             "--interrupt", "--max", str(most), *presses],
            cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOTLINE_VAR": str(self.var)},
        )  # fmt: skip

    def on_duty(self) -> None:
        self.demo.hotline.presence.log_in("camille")

    def off_duty(self) -> None:
        try:
            self.demo.hotline.presence.log_out("camille")
        except IllegalTransition:
            return
        eventually(lambda: self.demo.hotline.presence.state("camille").state == "offline")

    def callback_of(self, number: str) -> CallbackRecord | None:
        return next((one for one in self.demo.hotline.callbacks.newest() if one.number == number), None)

    def said_to_those_in_line(self) -> list[str]:
        """All that each caller in line has been told."""
        house = self.demo.hotline
        calls = [call.call for queue in house.lines.snapshot(0).queues for call in queue.calls]
        said = [house.redis.execute("LRANGE", house.keys.captions(call), 0, -1) for call in calls]
        return [" ".join(json.loads(line)["text"] for line in lines) for lines in said]


def heard(call: subprocess.Popen[str]) -> tuple[dict[str, Any], str]:
    """A call that is over: what `--json` printed, and all the words."""
    out, err = call.communicate(timeout=90)
    assert call.returncode == 0, err
    said: dict[str, Any] = json.loads(out)
    return said, " ".join(line["text"] for line in said["transcript"])


def eventually(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    made = Centre(tmp_path_factory.mktemp("promises"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _nobody_on_duty(centre: Centre) -> None:
    centre.off_duty()


def test_a_caller_books_by_key_hangs_up_and_is_called_back(centre: Centre) -> None:
    _, words = heard(centre.call(MARIE, "1", "1"))
    assert "qui se termine par 0 0 7 7" in words
    assert "la prochaine personne que nous rappellerons" in words
    eventually(lambda: centre.callback_of(MARIE))
    assert "callback waiting" in centre.hotline("todo").stdout
    again, words = heard(centre.call(MARIE, "1", "1", "1", most=60))
    assert "Un rappel est déjà prévu à ce numéro" in words
    assert again["bridged"] is False
    centre.on_duty()
    eventually(lambda: (one := centre.callback_of(MARIE)) and one.status == "done")
    done = centre.callback_of(MARIE)
    assert done is not None
    assert done.agent_id == "camille"
    assert done.talk_seconds >= 4
    listed = centre.hotline("history", "callbacks").stdout
    assert "done camille" in listed
    assert MARIE not in listed
    assert "callback" not in centre.hotline("todo").stdout


def test_a_voicemail_does_not_count_as_reached(centre: Centre) -> None:
    heard(centre.call(PAUL, "1", "1"))
    centre.on_duty()
    eventually(lambda: (one := centre.callback_of(PAUL)) and one.attempts == 1)
    missed = centre.callback_of(PAUL)
    assert missed is not None
    assert (missed.status, missed.last_cause) == ("waiting", "no_key")
    assert "callback waiting no_key" in centre.hotline("todo").stdout
    eventually(lambda: centre.demo.hotline.presence.state("camille").state == "available")


def test_a_caller_in_the_menu_keeps_the_place_and_is_led_to_the_agent_at_once(centre: Centre) -> None:
    call = centre.call(SOMEBODY, "9")
    eventually(lambda: any("Pour laisser un message, tapez 2" in said for said in centre.said_to_those_in_line()))
    centre.on_duty()
    said, words = heard(call)
    assert "Pour laisser un message, tapez 2" in words, "the key led into the menu"
    assert said["bridged"] is True
    assert said["agent"]


def test_a_talk_is_followed_by_a_survey_whose_answers_are_kept(centre: Centre) -> None:
    centre.on_duty()
    _, words = heard(centre.call(SOMEBODY, "1", "5", to=SURVEYED))
    assert "Avez-vous obtenu une réponse" in words
    eventually(lambda: ("accueil", "satisfied") in centre.demo.hotline.surveys.scores())
    shown = centre.hotline("history", "surveys").stdout
    assert "satisfied" in shown
    assert "100 %" in shown


def test_a_text_is_sent_and_its_delivery_told_while_the_caller_waits_on(centre: Centre) -> None:
    call = centre.call(SOMEBODY, "4", most=40)
    eventually(lambda: any(one.status == "delivered" for one in centre.demo.hotline.texts.newest()))
    _, words = heard(call)
    assert "Le SMS vous est envoyé" in words
    (text,) = centre.demo.hotline.texts.newest()
    assert (text.number, text.text) == (SOMEBODY, "Mairie: 1 place de l'Église.")
    assert "delivered" in centre.hotline("history", "texts").stdout


def test_a_message_is_heard_again_marked_urgent_and_stands_in_the_list(centre: Centre) -> None:
    said, words = heard(centre.call(SOMEBODY, "2", "3", "4"))
    assert "Votre message est marqué comme urgent" in words, said
    eventually(lambda: centre.demo.hotline.messages.open("mairie"))
    (message,) = centre.demo.hotline.messages.open("mairie")
    assert message.urgent
    assert "urgent" in centre.hotline("messages", "list").stdout
    assert centre.hotline("messages", "show", message.recording_sid).returncode == 0
    assert centre.hotline("messages", "done", message.recording_sid[-8:]).returncode == 0
    assert centre.demo.hotline.messages.open("mairie") == []
