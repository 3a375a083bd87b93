"""Hold documents: hold words first, reassurance, the place in line where it is told, then silence."""

from ivr.core.flow import engine
from ivr.core.flow.effects import Pause, Say
from ivr.core.flow.hold import HEARTBEAT_SECONDS, SPEECH_CHARACTERS_A_SECOND
from ivr.core.flow.inputs import Waiting
from ivr.core.flow.model import Flow
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of

QUEUE = """
line:
  queue: accueil
  {more}
  next: end
  otherwise: end
end: {{hangup: Fin.}}
"""


def flow(more: str = "priority: 0 s") -> Flow:
    return flow_of(QUEUE.format(more=more))


def minute(of: Flow, position: int = 3, expected: tuple[int, int] | None = None, beats: int = 5) -> list[str]:
    """What is said in each heartbeat of a wait."""
    session = Talk(of).session
    said = []
    for beat in range(beats):
        waiting = Waiting(position, beat * HEARTBEAT_SECONDS, expected)
        effects = engine.hold(of, session, waiting, MONDAY_MORNING)
        said.append(" ".join(effect.text for effect in effects if isinstance(effect, Say)))
    return said


def test_the_system_has_words_of_its_own() -> None:
    assert minute(flow()) == [
        "Merci de patienter, une personne va vous répondre.",
        "Vous êtes en position 3.",
        "Vous êtes toujours en attente, merci de rester en ligne.",
        "",
        "Vous êtes toujours en attente, merci de rester en ligne.",
    ]


def test_a_step_has_texts_of_its_own_in_turn() -> None:
    said = minute(flow("hold: [Un., Deux., Trois.]"), beats=7)
    assert said == ["Un.", "Vous êtes en position 3.", "Deux.", "", "Trois.", "Vous êtes en position 3.", "Deux."]


def test_the_place_is_not_told_where_it_is_not_wanted() -> None:
    assert minute(flow("tell_position: no"))[1] == ""


def test_the_next_in_line_and_the_wait_are_told_in_words() -> None:
    assert minute(flow(), position=1)[1] == "Vous êtes la prochaine personne à qui nous répondrons."
    assert minute(flow(), expected=(100, 230))[1].endswith("L'attente est d'environ 2 à 4 minutes.")
    assert minute(flow(), expected=(5, 50))[1].endswith("L'attente est d'environ une minute.")
    assert minute(flow(), expected=(130, 140))[1].endswith("environ 3 à 4 minutes.")


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
