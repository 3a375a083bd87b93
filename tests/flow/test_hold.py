"""Hold documents: hold words first, reassurance, the place in line where it is told, then silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ivr.core.flow import engine
from ivr.core.flow.effects import Pause, Say
from ivr.core.flow.hold import HEARTBEAT_SECONDS, SPEECH_CHARACTERS_A_SECOND
from ivr.core.flow.in_line import in_line
from ivr.core.flow.inputs import Waiting
from ivr.core.flow.model import Flow
from ivr.core.queue_rules import Announce
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of

QUEUE = """
line:
  queue: accueil
  {more}
  next: end
  otherwise: end
end: {{hangup: Fin.}}
"""


STANDARD = Announce()


def flow(more: str = "priority: 0 s") -> Flow:
    return flow_of(QUEUE.format(more=more))


def wait(of: Flow, *heartbeats: Waiting, announce: Announce = STANDARD) -> list[str]:
    """What is said in each heartbeat of a wait, what was told before known in each."""
    session, told, said = Talk(of).session, None, []
    for given in heartbeats:
        waiting = replace(given, told=told, announce=announce)
        now = MONDAY_MORNING + timedelta(seconds=waiting.waited_seconds)
        news = engine.tells(of, session, waiting, now)
        told = news.told if news else told
        effects = engine.hold(of, session, waiting, now)
        said.append(" ".join(effect.text for effect in effects if isinstance(effect, Say)))
    return said


def minute(of: Flow, position: int = 3, expected: tuple[int, int] | None = None, beats: int = 5) -> list[str]:
    """What is said in each heartbeat of a wait in which nothing changes."""
    return wait(of, *(Waiting(position, beat * HEARTBEAT_SECONDS, expected) for beat in range(beats)))


def test_the_system_has_words_of_its_own() -> None:
    assert minute(flow()) == [
        "Merci de patienter, une personne va vous répondre. Vous êtes en position 3.",
        "",
        "Vous êtes toujours en attente, merci de rester en ligne.",
        "",
        "Vous êtes toujours en attente, merci de rester en ligne.",
    ]


def test_a_step_has_texts_of_its_own_in_turn() -> None:
    said = minute(flow("hold: [Un., Deux., Trois.]"), beats=7)
    assert said == ["Un. Vous êtes en position 3.", "", "Deux.", "", "Trois.", "", "Deux."]


def test_the_place_is_not_told_where_it_is_not_wanted() -> None:
    assert minute(flow("tell_position: no"))[0] == "Merci de patienter, une personne va vous répondre."


def test_the_line_says_whether_position_and_wait_are_told() -> None:
    waiting = Waiting(3, 0, (100, 230))
    assert wait(flow(), waiting, announce=Announce(position=False))[0].endswith(
        "répondre. L'attente est d'environ 1 à 4 minutes."
    )
    assert wait(flow(), waiting, announce=Announce(wait=False))[0].endswith("répondre. Vous êtes en position 3.")
    assert wait(flow(), waiting, announce=Announce(position=False, wait=False))[0].endswith("répondre.")


def test_the_next_in_line_and_the_wait_are_told_in_words() -> None:
    assert minute(flow(), position=1)[0].endswith("Vous êtes la prochaine personne à qui nous répondrons.")
    assert minute(flow(), expected=(100, 230))[0].endswith("L'attente est d'environ 1 à 4 minutes.")
    assert minute(flow(), expected=(5, 50))[0].endswith("L'attente est d'environ une minute.")
    assert minute(flow(), expected=(5, 130))[0].endswith("L'attente devrait être de 3 minutes au plus.")
    assert minute(flow(), expected=(130, 140))[0].endswith("environ 2 à 3 minutes.")


def test_nothing_of_the_place_is_told_while_a_phone_rings_for_the_call() -> None:
    said = wait(flow(), Waiting(1, 0, ringing=True), Waiting(3, 15))
    assert said == ["Merci de patienter, une personne va vous répondre.", "Vous êtes en position 3."]


def test_a_better_place_is_told_and_a_worse_one_is_not() -> None:
    waits = [Waiting(3, 0), Waiting(4, 60), Waiting(3, 75), Waiting(2, 90), Waiting(1, 105), Waiting(1, 150)]
    said = wait(flow(), *waits)
    assert [place for place in ("position", "prochaine") if any(place in one for one in said[1:3])] == []
    assert said[3].endswith("Vous êtes en position 2.")
    assert "prochaine" not in said[4], "too soon after the last"
    assert said[5].endswith("Vous êtes la prochaine personne à qui nous répondrons.")


def test_a_wait_that_gets_shorter_is_told() -> None:
    said = wait(flow(), Waiting(5, 0, (300, 540)), Waiting(5, 60, (280, 480)), Waiting(5, 120, (100, 170)))
    assert said[0].endswith("L'attente est d'environ 5 à 9 minutes.")
    assert "attente est" not in said[1], "as was to be expected"
    assert said[2].endswith("L'attente est d'environ 1 à 3 minutes.")
    assert "position" not in said[2]


def test_a_better_place_says_nothing_of_a_wait_that_is_no_better() -> None:
    said = wait(flow(), Waiting(5, 0, (60, 300)), Waiting(4, 60, (60, 300)))
    assert said[1].endswith("Vous êtes en position 4.")


def test_what_was_told_and_does_not_hold_is_put_right() -> None:
    said = wait(flow(), Waiting(3, 0, (30, 110)), Waiting(3, 105, (60, 170)), Waiting(3, 135, (60, 170)))
    assert said[0].endswith("L'attente devrait être de 2 minutes au plus.")
    assert said[1] == (
        "C'est plus long que ce que nous vous avions annoncé, veuillez nous en excuser. "
        "Il faut maintenant compter encore 1 à 3 minutes environ. Vous gardez votre place."
    ), "by what is expected now it can't hold"
    assert "plus long" not in said[2]


def test_what_was_told_is_put_right_where_nothing_is_known_any_more() -> None:
    said = wait(flow(), Waiting(3, 0, (30, 110)), Waiting(3, 125), Waiting(3, 245))
    assert said[1].endswith("excuser. Vous gardez votre place.")
    assert "plus long" not in said[2], "nothing was told since that could be wrong"


def test_a_wait_known_only_later_is_told_then() -> None:
    said = wait(flow(), Waiting(3, 0), Waiting(3, 60, (60, 170)))
    assert said[1].endswith("L'attente est d'environ 1 à 3 minutes.")


KEYS = "priority: 0 s\n  while_waiting: other\n  offer: Tapez 1.\n  offer_after: 2 min"
OTHER = "\nother: {hangup: Autre.}\n"


def with_keys(more: str = "") -> Flow:
    return flow_of(QUEUE.format(more=KEYS + more) + OTHER)


def test_another_way_is_offered_as_soon_as_the_promise_is_expected_to_break() -> None:
    said = wait(with_keys(), Waiting(9, 0, (200, 500)), Waiting(9, 15, (200, 500), breach=True))
    assert "Tapez" not in said[0]
    assert "Tapez" not in said[1], "every second document, where nothing is told"
    said = wait(with_keys(), Waiting(9, 0, (200, 500), breach=True), Waiting(9, 30, (200, 500), breach=True))
    assert said[0].endswith("L'attente est d'environ 3 à 9 minutes. Tapez 1.")
    assert said[1].endswith("Tapez 1.")


def test_another_way_is_offered_where_the_whole_wait_is_expected_to_be_long() -> None:
    of = with_keys("\n  offer_when_expected_over: 5 min")
    assert wait(of, Waiting(4, 0, (100, 290)))[0].endswith("5 minutes.")
    assert wait(of, Waiting(4, 0, (100, 310)))[0].endswith("Tapez 1.")
    assert wait(of, Waiting(4, 30, (100, 280)))[0].endswith("Tapez 1."), "what was waited counts"


def test_a_document_lasts_ten_to_twenty_seconds() -> None:
    of = flow("hold: ['" + "Merci de patienter. " * 8 + "']")
    session = Talk(of).session
    for waited in range(0, 600, 7):
        effects = engine.hold(of, session, Waiting(2, waited), MONDAY_MORNING)
        spoken = sum(len(effect.text) for effect in effects if isinstance(effect, Say)) / SPEECH_CHARACTERS_A_SECOND
        silent = sum(effect.seconds for effect in effects if isinstance(effect, Pause))
        assert 10 <= spoken + silent <= 20


def test_hold_changes_no_session_and_needs_no_queue_step() -> None:
    of = flow()
    session = Talk(of).session
    before = session
    assert engine.hold(of, session, Waiting(1, 0), MONDAY_MORNING)
    assert session == before


@pytest.mark.parametrize(
    ("step", "line", "waited", "rests"),
    [
        ("priority: 0 s", None, 45, 12),
        ("max_wait: 50 s", None, 45, 5),
        ("max_wait: 50 s", 48, 45, 3),
        ("max_wait: 50 s", 300, 45, 5),
        ("priority: 0 s", 52, 45, 7),
        ("max_wait: 50 s", None, 15, 12),
        ("max_wait: 45 s", None, 45, 12),  # a phone rings, or they would have been led on
        ("max_wait: 45 s", None, 75, 12),
    ],
)
def test_the_last_document_ends_with_the_longest_wait(step: str, line: int | None, waited: int, rests: int) -> None:
    of = flow(step + "\n  tell_position: no")
    assert engine.hold(of, Talk(of).session, Waiting(2, waited, longest_seconds=line), MONDAY_MORNING) == (
        Pause(rests),
    )


def test_words_of_the_last_document_take_their_part_of_it() -> None:
    of = flow(
        "max_wait: 40 s\n  tell_position: no\n  hold: [Un., 'Merci de rester encore un instant en ligne avec nous.']"
    )
    said, rest = engine.hold(of, Talk(of).session, Waiting(2, 30), MONDAY_MORNING)
    assert isinstance(said, Say)
    assert rest == Pause(10 - len(said.text) // SPEECH_CHARACTERS_A_SECOND)


def test_a_limit_of_its_step_is_not_that_of_a_line_it_was_moved_to() -> None:
    of = flow("max_wait: 50 s\n  tell_position: no")
    session = in_line(Talk(of).session, "elsewhere")
    assert engine.hold(of, session, Waiting(2, 45), MONDAY_MORNING) == (Pause(12),)
