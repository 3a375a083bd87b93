"""A step that puts its line's overflow or menu aside, for the calls it leads into the line."""

import pytest

from ivr.core.flow import engine
from ivr.core.flow.effects import Hangup, Join, Record, Say
from ivr.core.flow.inputs import Digits, Input, LeaveReason, LeftLine, Waiting
from ivr.core.flow.outcomes import NotAccepted
from tests.flow.talk import Talk
from tests.flow.test_line_ways import FLOW, MENU, OVERFLOW, flow_with, talk

ALONE = FLOW.replace("  next: after\n", "  next: after\n  line_overflow: no\n", 1)
SILENT = FLOW.replace("  next: after\n", "  next: after\n  line_menu: no\n", 1)
OWN_KEYS = SILENT.replace("  on_full: full\n", "  on_full: full\n  while_waiting: own\n") + (
    "own:\n  menu: Les touches de l'étape.\n  keys: {1: late}\n  otherwise: line\n"
)


@pytest.mark.parametrize(
    ("reason", "said"),
    [("timeout", "Trop long."), ("full", "Complet."), ("nobody", "Autre."), ("unanswered", "Autre.")],
)
def test_without_the_lines_overflow_each_cause_goes_the_steps_way(reason: LeaveReason, said: str) -> None:
    left: Input = LeftLine(reason, queue="accueil")
    with_it, without = talk(OVERFLOW, left), talk(OVERFLOW, left, steps=ALONE)
    assert not isinstance(with_it.last.wait, Hangup)
    assert isinstance(without.last.wait, Hangup)
    assert said in without.heard


def test_the_line_is_told_and_of_another_line_it_holds_as_well() -> None:
    assert talk(OVERFLOW).last.wait == Join("accueil")
    assert talk(OVERFLOW, steps=ALONE).last.wait == Join("accueil", overflow=False)
    elsewhere = talk(OVERFLOW, LeftLine("timeout", queue="garde"), steps=ALONE)
    assert "Trop long." in elsewhere.heard, "moved there by somebody, the call is still this step's"
    assert talk(MENU, Digits("3"), steps=ALONE).last.wait == Join("garde", overflow=False, reason="Garde")


def offered(call: Talk) -> bool:
    """Whether keys are offered in a hold document of a long wait."""
    effects = engine.hold(call.flow, call.session, Waiting(2, 30, breach=True), call.now)
    return any(isinstance(one, Say) and "Tapez une touche." in one.text for one in effects)


def test_without_the_lines_menu_no_key_does_anything_and_none_is_offered() -> None:
    with_it, without = talk(MENU), talk(MENU, steps=SILENT)
    assert offered(with_it)
    assert not offered(without)
    assert engine.listens(with_it.flow, with_it.session)
    assert not engine.listens(without.flow, without.session)
    with pytest.raises(NotAccepted):
        without.give(Digits("2"))


def test_its_overflow_and_the_steps_own_keys_are_not_touched_by_that() -> None:
    assert isinstance(talk(OVERFLOW, LeftLine("timeout", queue="accueil"), steps=SILENT).last.wait, Record)
    assert "Trop long." in talk(MENU, Digits("1"), steps=OWN_KEYS).heard


def test_a_step_that_says_nothing_has_both() -> None:
    step = flow_with(MENU).steps["line"]
    assert (step.line_overflow, step.line_menu) == (True, True)  # type: ignore[attr-defined]
