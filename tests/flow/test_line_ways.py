"""Where a line leads its callers by itself: its overflow and its menu, whichever flow led them into it."""

from dataclasses import replace

import pytest

from ivr.core.flow import engine
from ivr.core.flow.effects import Book, Dial, Effect, Gather, Hangup, Join, KeepMessage, Note, Record, Stay
from ivr.core.flow.in_line import in_line
from ivr.core.flow.inputs import Booked, Dialed, Digits, Input, LeaveReason, LeftLine, NoInput, Recorded, Waiting
from ivr.core.flow.model import Calendar, Flow
from ivr.core.flow.session import CallerFacts
from ivr.core.routing.told import Told
from ivr.flowfile.beside import House
from ivr.flowfile.queues import decode_queues
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of, heard

FLOW = """
line:
  queue: accueil
  next: after
  otherwise: other
  on_timeout: late
  on_full: full
after:
  hangup: Après l'entretien.
other:
  hangup: Autre.
late:
  hangup: Trop long.
full:
  hangup: Complet.
"""
OWN_MENU = FLOW.replace("  on_full: full\n", "  on_full: full\n  while_waiting: own\n") + (
    "own:\n  menu: Les touches de l'étape.\n  keys: {1: late}\n  otherwise: line\n"
)
OVERFLOW = """
queues:
  accueil:
    max_wait: 5 min
    hours: office
    overflow:
      voicemail: mairie
      on_full: {callback: yes}
      on_nobody: {office: "+33 1 99 00 10 10", words: Je vous passe la préfecture.}
      on_unanswered: garde
      on_closed: {voicemail: mairie, greeting: C'est fermé.}
  garde:
    max_wait: 5 min
    overflow: {on_timeout: {voicemail: garde, greeting: La garde est prise.}}
    hold: [Vous attendez la garde.]
"""
MENU = """
queues:
  accueil:
    max_wait: 5 min
    menu:
      text: Rappel 1, message 2, garde 3, place 4, partir 9.
      offer: Tapez une touche.
      offer_after: 20 s
      tries: 1
      keys:
        1: {callback: yes, label: Rappel}
        2: {voicemail: mairie}
        3: {queue: garde, label: Garde}
        4: position
        9: leave
        star: stay
  garde:
    max_wait: 5 min
    menu: {text: De retour à l'accueil 1., keys: {1: {queue: accueil}}}
    hold: [Vous attendez la garde.]
"""
MARIE = CallerFacts(number="+33639980011")


def flow_with(queues: str, steps: str = FLOW, **around: Calendar) -> Flow:
    """A flow beside queues, as a folder has them."""
    found, problems = decode_queues(queues.encode(), "queues.yaml")
    assert found is not None, "\n".join(map(str, problems))
    return House(found, around).around(flow_of(steps), {})


def talk(queues: str, *inputs: Input, steps: str = FLOW) -> Talk:
    """A call that has joined its line, and what happened then."""
    call = Talk(flow_with(queues, steps), caller=MARIE)
    call.give(*inputs)
    return call


def left(reason: LeaveReason, queue: str = "accueil") -> LeftLine:
    return LeftLine(reason, queue=queue)


# --- the overflow ----------------------------------------------------------------------------------------------------
def test_a_message_is_taken_and_the_call_ends() -> None:
    call = talk(OVERFLOW, left("timeout"))
    assert isinstance(call.last.wait, Record)
    assert [(one.flow, one.step) for one in call.last.trail] == [
        ("", "line"),
        ("queues.accueil.overflow", "voicemail"),
    ]
    call.give(Recorded("RE1", 9, "#"), Digits("1"))
    assert [one for one in call.last.effects if isinstance(one, KeepMessage)] == [KeepMessage("mairie", "RE1", 9)]
    assert isinstance(call.last.wait, Hangup)
    assert "Après" not in call.heard


@pytest.mark.parametrize(
    ("reason", "then", "ends_at"),
    [
        ("nobody", Dialed("busy"), "Autre."),
        ("nobody", Dialed("completed", 60), "Après l'entretien."),
        ("full", Digits("*"), "Complet."),
        ("full", Booked("refused"), "Complet."),
    ],
)
def test_what_comes_to_nothing_goes_the_steps_way_for_that_cause(
    reason: LeaveReason, then: Input, ends_at: str
) -> None:
    call = talk(OVERFLOW, left(reason))
    if isinstance(then, Booked):
        assert isinstance(call.give(Digits("1")).wait, Book)
    call.give(then)
    assert ends_at in call.heard
    assert call.session.ended


def test_each_cause_has_its_own() -> None:
    assert isinstance(talk(OVERFLOW, left("full")).last.wait, Gather)
    office = talk(OVERFLOW, left("nobody"))
    assert isinstance(office.last.wait, Dial)
    assert "Je vous passe la préfecture." in office.heard
    assert talk(OVERFLOW, left("unanswered")).last.wait == Join("garde")


def test_whoever_is_led_on_unasked_is_told_so_first() -> None:
    assert talk(OVERFLOW, left("full")).heard.startswith("Personne ne peut vous répondre pour le moment.")
    plain = OVERFLOW.replace(", words: Je vous passe la préfecture.", "")
    assert talk(plain, left("nobody")).heard == "Un instant, nous vous mettons en relation."
    chosen = talk(MENU, Digits("1"))
    assert "Personne" not in chosen.heard


def test_whoever_talked_or_failed_is_led_on_by_the_step_alone() -> None:
    assert "Après" in talk(OVERFLOW, LeftLine("talked", "Anna", 60, "accueil")).heard
    assert "Autre." in talk(OVERFLOW, left("failed")).heard


def test_it_is_the_line_the_call_was_in_last_whose_overflow_counts() -> None:
    assert "La garde est prise." in talk(OVERFLOW, left("timeout", "garde")).heard
    assert "Complet." in talk(OVERFLOW, left("full", "garde")).heard


def test_another_line_that_took_the_call_already_is_not_entered_twice() -> None:
    """On without leaving is the lines' own affair: whoever comes back to the flow has found them all full."""
    queues = "queues:\n  accueil: {max_wait: 1 min, overflow: garde}\n  garde: {max_wait: 1 min}\n"
    assert "Complet." in talk(queues, left("full")).heard


def test_from_the_other_line_the_step_goes_on_as_from_its_own() -> None:
    call = talk(OVERFLOW, left("unanswered"))
    assert call.session.place is not None
    assert call.session.place.queue == "garde"
    assert "Autre." in heard(call.give(left("unanswered", "garde")))


def test_out_of_hours_only_what_is_said_for_that_is_done() -> None:
    closed = Calendar({})
    call = Talk(flow_with(OVERFLOW, office=closed))
    assert "C'est fermé." in call.heard
    without = OVERFLOW.replace("      on_closed: {voicemail: mairie, greeting: C'est fermé.}\n", "")
    assert "Autre." in Talk(flow_with(without, office=closed)).heard


def test_who_hangs_up_after_speaking_has_left_a_message_there_too() -> None:
    call = talk(OVERFLOW, left("timeout"), Recorded("RE1", 9, "hangup"))
    assert any(isinstance(one, KeepMessage) for one in call.last.effects)


def test_a_line_whose_file_has_changed_meanwhile_goes_on_in_the_new_one() -> None:
    call = talk(OVERFLOW, left("timeout"))
    call.flow = flow_with(OVERFLOW.replace("voicemail: mairie", "voicemail: other"))
    call.give(Recorded("RE1", 9, "#"), Digits("1"))
    assert KeepMessage("other", "RE1", 9) in call.last.effects
    call = talk(OVERFLOW, left("timeout"))
    call.flow = flow_with("queues:\n  accueil: {max_wait: 5 min}\n")
    assert any(type(one).__name__ == "Fault" for one in call.give(Recorded("RE1", 9, "#")).effects)


def test_a_file_without_any_leaves_everything_as_it_was() -> None:
    plain = "queues:\n  accueil: {max_wait: 5 min}\n"
    assert "Trop long." in talk(plain, left("timeout")).heard
    with pytest.raises(engine.NotAccepted, match="no keys"):
        talk(plain, Digits("1"))


# --- the menu --------------------------------------------------------------------------------------------------------
def test_a_key_offered_is_a_choice_made() -> None:
    call = talk(MENU, Digits("1"))
    assert isinstance(call.last.wait, Gather)
    assert call.last.commands == (Note("queues.accueil.menu", "Rappel"),)
    assert call.session.path == ("Rappel",)
    assert call.session.place is not None, "the place is kept"
    assert isinstance(call.give(Digits("1")).wait, Book)
    assert call.give(Booked("booked", 2)).wait == Hangup()


def test_a_callback_not_wanted_after_all_and_the_wait_goes_on() -> None:
    call = talk(MENU, Digits("1"), Digits("*"))
    assert call.last.wait == Stay()
    assert call.session.step == "line"
    assert call.session.frames == ()


@pytest.mark.parametrize(
    ("key", "wait"), [("4", Stay(tell_place=True)), ("*", Stay()), ("3", Join("garde", reason="Garde"))]
)
def test_what_a_key_does_by_itself(key: str, wait: Effect) -> None:
    assert talk(MENU, Digits(key)).last.wait == wait


def test_leaving_goes_the_steps_way_and_a_message_instead_gives_up_the_place() -> None:
    assert "Autre." in talk(MENU, Digits("9")).heard
    message = talk(MENU, Digits("2"))
    assert isinstance(message.last.wait, Record)
    assert message.session.place is None


def test_an_unknown_key_says_the_menu_and_silence_goes_on_waiting() -> None:
    call = talk(MENU, Digits("7"))
    assert "Rappel 1, message 2" in call.heard
    turn = call.give(NoInput())
    assert turn.wait == Stay()
    assert not heard(turn), "nothing is said of a key that was not pressed"


def test_the_menu_is_said_once_unless_the_line_wants_it_again() -> None:
    plain = MENU.replace("      tries: 1\n", "")
    assert talk(plain, Digits("7"), NoInput()).last.wait == Stay()
    twice = talk(MENU.replace("tries: 1", "tries: 2"), Digits("7"), NoInput())
    assert isinstance(twice.last.wait, Gather)
    assert "Nous n'avons rien reçu." in twice.heard


def test_words_of_its_own_for_silence_are_said_while_waiting_too() -> None:
    call = talk(
        MENU.replace("tries: 1", "tries: 1\n      if_nothing: Bien, vous restez en ligne."), Digits("7"), NoInput()
    )
    assert "Bien, vous restez en ligne." in call.heard


def test_the_place_is_told_to_whoever_asks_even_where_it_is_not_said_by_itself() -> None:
    quiet = FLOW.replace("  next: after", "  tell_position: no\n  next: after")
    call = talk(MENU, Digits("4"), steps=quiet)
    waiting = Waiting(3, 60, (60.0, 170.0))
    assert engine.tells(call.flow, call.session, waiting, call.now) is None
    told = engine.tells(call.flow, call.session, replace(waiting, asked=True), call.now)
    assert told is not None
    assert (told.position, told.minutes) == (3, (1, 3))
    assert call.session.place is not None
    assert call.session.place.asked_ms == int(MONDAY_MORNING.timestamp() * 1000)


def test_an_agent_who_answers_has_the_call_in_the_middle_of_the_menu() -> None:
    call = talk(MENU, Digits("7"), LeftLine("talked", "Anna", 60, "accueil"))
    assert "Après l'entretien." in call.heard


def test_the_steps_own_keys_go_before_the_lines() -> None:
    assert "Trop long." in talk(MENU, Digits("1"), steps=OWN_MENU).heard


def test_the_line_a_call_was_moved_to_has_the_word() -> None:
    """Its menu and its words while waiting, whatever line the step had led into."""
    call = talk(MENU)
    session = in_line(call.session, "garde")
    first = Waiting(1, 0)
    said = " ".join(getattr(one, "text", "") for one in engine.hold(call.flow, session, first, call.now))
    assert "Vous attendez la garde." in said
    assert engine.resume(call.flow, session, Digits("1"), call.now).wait == Join("accueil")


def test_the_menu_is_offered_while_waiting_and_only_where_there_is_one() -> None:
    call = talk(MENU)
    later = Waiting(1, 30, told=Told(int(call.now.timestamp() * 1000), 1))
    said = " ".join(getattr(one, "text", "") for one in engine.hold(call.flow, call.session, later, call.now))
    assert "Tapez une touche." in said
    assert engine.listens(call.flow, call.session)
    assert not engine.listens(talk(OVERFLOW).flow, talk(OVERFLOW).session)


def test_it_speaks_as_the_flow_does_that_led_there() -> None:
    flow = flow_with(MENU)
    menu = flow.library["queues.accueil.menu"]
    assert (menu.language, menu.time_zone) == (flow.language, flow.time_zone)
    assert flow.library[menu.digest] is menu
    assert set(flow.library) == {"queues.accueil.menu", "queues.garde.menu"}
    assert len(flow.library) == 2
    with pytest.raises(KeyError):
        flow.library["queues.accueil.overflow"]
