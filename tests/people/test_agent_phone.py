"""The agents' line as a dialogue, without a telephone."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.agent import STATES, AgentState
from ivr.core.agent_words import SENTENCES, sentence
from ivr.core.phrases import LANGUAGES
from ivr.services.agent_phone import PIN_TRIES, At, Reply, Wish, done, menu, opening, pressed, wrong_pin

MENU = At("menu")


def test_who_is_no_agent_is_told_so_and_nothing_else() -> None:
    assert opening(known=False, has_pin=False, locked=False) == Reply(("unknown_number",))
    assert opening(known=True, has_pin=False, locked=False) == Reply(("no_pin",))
    assert opening(known=True, has_pin=True, locked=True) == Reply(("locked",))
    assert opening(known=True, has_pin=True, locked=False) == Reply(("ask_pin",), At("pin"))


def test_three_wrong_pins_end_the_call() -> None:
    reply = opening(known=True, has_pin=True, locked=False)
    for _ in range(PIN_TRIES - 1):
        assert reply.at is not None
        reply = wrong_pin(reply.at, locked=False)
        assert reply.said == ("wrong_pin",)
    assert reply.at is not None
    assert wrong_pin(reply.at, locked=False) == Reply(("refused",))
    assert wrong_pin(At("pin"), locked=True) == Reply(("locked",))


@pytest.mark.parametrize(
    ("state", "keys", "wanted"),
    [
        ("offline", "1", Wish("available")),
        ("paused", "1", Wish("available")),
        ("wrap_up", "1", Wish("finish")),
        ("wrap_up", "3", Wish("finish")),
        ("wrap_up", "4", Wish("extend")),
        ("available", "9", Wish("log_out")),
        ("on_call", "9", Wish("log_out")),
        ("available", "2", Reply(("which_pause",), At("pause"))),
        ("wrap_up", "2", Reply(("which_pause",), At("pause"))),
        ("offline", "2", menu("offline")),
        ("offline", "9", menu("offline")),
        ("available", "1", menu("available")),
        ("available", "3", menu("available")),
        ("available", "7", menu("available")),
        ("available", "*", menu("available")),
    ],
)
def test_keys_at_the_menu(state: AgentState, keys: str, wanted: Reply | Wish) -> None:
    assert pressed(MENU, keys, state) == wanted


@pytest.mark.parametrize(("key", "reason"), [("1", "break"), ("2", "meal"), ("3", "meeting")])
def test_a_pause_has_a_reason(key: str, reason: str) -> None:
    assert pressed(At("pause"), key, "available") == Wish("pause", reason)


def test_what_came_of_a_talk_is_said_by_key() -> None:
    results = ("Settled", "To call back")
    asked = Reply(("which_result",), At("result"), results)
    assert "press_result" in menu("wrap_up", results=results).said
    assert pressed(At("menu"), "5", "wrap_up", results) == asked
    assert pressed(At("result"), "2", "wrap_up", results) == Wish("result", "To call back")
    for beside in ("3", "0", "*", "#"):
        assert pressed(At("result"), beside, "wrap_up", results) == asked
    assert pressed(At("result"), "", "wrap_up", results) == Reply(("which_result",), At("result", 1), results)
    assert pressed(At("menu"), "3", "wrap_up", results) == Wish("finish")
    assert pressed(At("menu"), "3", "wrap_up", results, required=True) == Reply(
        ("result_first", "which_result"), At("result"), results
    )
    assert pressed(At("menu"), "5", "wrap_up") == menu("wrap_up"), "nothing is asked"


def test_another_key_asks_for_the_reason_again() -> None:
    assert pressed(At("pause", 1), "8", "available") == Reply(("which_pause",), At("pause", 1))


@pytest.mark.parametrize("place", ["menu", "pause"])
def test_three_silences_end_the_call(place: str) -> None:
    at = At(place)  # type: ignore[arg-type]
    for count in (1, 2):
        reply = pressed(at, "", "available")
        assert isinstance(reply, Reply)
        assert reply.at == At(place, count)  # type: ignore[arg-type]
        at = reply.at
    assert pressed(at, "", "available") == Reply(("goodbye",))


def test_the_menu_offers_what_means_something_now() -> None:
    assert menu("offline").said == ("offline", "press_available")
    assert menu("available").said == ("available", "press_pause", "press_log_out")
    assert menu("wrap_up").said == ("wrap_up", "press_finish", "press_extend", "press_pause", "press_log_out")
    assert menu("paused").said == ("paused", "press_available", "press_pause", "press_log_out")


def test_after_a_wish() -> None:
    assert done(Wish("available"), "available", later=False, refused=False) == menu("available")
    assert done(Wish("log_out"), "offline", later=False, refused=False) == Reply(("offline", "goodbye"))
    assert done(Wish("log_out"), "on_call", later=True, refused=False) == menu("on_call", ("later",))
    assert done(Wish("finish"), "available", later=False, refused=True) == menu("available", ("not_now",))
    assert done(Wish("extend"), "wrap_up", later=False, refused=False) == menu("wrap_up", ("extended",))


@given(
    place=st.sampled_from(["menu", "pause"]),
    count=st.integers(0, 9),
    keys=st.text(alphabet="0123456789*#", max_size=4),
    state=st.sampled_from(STATES),
)
def test_whatever_is_pressed_there_are_words_for_it(place: str, count: int, keys: str, state: AgentState) -> None:
    heard = pressed(At(place, count), keys, state)  # type: ignore[arg-type]
    replies = (
        [heard]
        if isinstance(heard, Reply)
        else [
            done(heard, after, later=later, refused=refused)
            for after in STATES
            for later in (False, True)
            for refused in (False, True)
        ]
    )
    for reply in replies:
        for language in LANGUAGES:
            assert all(sentence(key, language, name="Ana") for key in reply.said)


def test_every_sentence_exists_in_every_language_with_the_same_values() -> None:
    for key, by_language in SENTENCES.items():
        assert set(by_language) == set(LANGUAGES), key
        fields = {
            tuple(name for _, name, _, _ in string.Formatter().parse(text) if name) for text in by_language.values()
        }
        assert len(fields) == 1, key
