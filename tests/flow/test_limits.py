"""Nothing traps a caller and nothing raises: limits and failures end in a fault, a sentence and an exit."""

from dataclasses import dataclass, replace

import pytest

from ivr.core.flow import engine
from ivr.core.flow.context import Context
from ivr.core.flow.effects import Fault, Gather, Hangup
from ivr.core.flow.inputs import Digits, HungUp, Input, NoInput
from ivr.core.flow.model import Flow
from ivr.core.flow.outcomes import Left, Outcome, Waits
from ivr.core.flow.problem import FAULTS
from ivr.core.flow.registry import Step
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of, heard, session_of

SORRY = "Nous rencontrons un problème technique, veuillez nous en excuser."
GOODBYE = "Merci de votre appel, au revoir."


@dataclass(frozen=True, slots=True)
class Breaks(Step):
    """A step with a mistake in it."""

    accepts = (Digits,)
    at_door: bool = True

    def enter(self, context: Context) -> Outcome:
        if self.at_door:
            raise ZeroDivisionError("at the door")
        return Waits(Gather())

    def resume(self, context: Context, input: Input) -> Outcome:  # noqa: A002
        raise KeyError("later")

    def hung_up(self, context: Context) -> tuple[()]:
        raise KeyError("hung up")


@dataclass(frozen=True, slots=True)
class Goes(Step):
    """A step that only goes on."""

    to: str

    def enter(self, context: Context) -> Outcome:
        return Left(self.to, "next")


def with_steps(on_fault: str = "", **steps: Step) -> Flow:
    """A flow no checker would let through."""
    flow = flow_of("end: {hangup: Fin.}")
    return replace(flow, steps={**flow.steps, **steps}, start="first", on_fault=on_fault)


def faults(turn: engine.Turn) -> list[str]:
    return [effect.code for effect in turn.effects if isinstance(effect, Fault)]


def test_steps_per_turn_are_limited() -> None:
    turn = Talk(with_steps(first=Goes("second"), second=Goes("first"))).last
    assert faults(turn) == ["R001"] or faults(turn) == ["R003"]
    assert heard(turn) == f"{SORRY} {GOODBYE}"
    assert turn.wait == Hangup()
    assert turn.session.ended


def test_steps_in_a_long_row_are_limited() -> None:
    row = {f"s{n}": Goes(f"s{n + 1}") for n in range(engine.MAX_STEPS_PER_TURN + 5)}
    turn = Talk(with_steps(first=Goes("s0"), **row)).last
    assert faults(turn) == ["R001"]
    assert turn.session.ended


def test_a_fault_takes_the_way_out_after_a_sentence() -> None:
    turn = Talk(with_steps(on_fault="end", first=Goes("nowhere"))).last
    assert faults(turn) == ["R005"]
    assert heard(turn) == f"{SORRY} Fin."


def test_a_way_out_that_fails_too_ends_the_call() -> None:
    turn = Talk(with_steps(on_fault="first", first=Goes("nowhere"))).last
    assert faults(turn) == ["R005", "R005"]
    assert heard(turn) == f"{SORRY} {GOODBYE}"
    assert turn.wait == Hangup()


def test_a_step_that_raises_ends_in_a_fault() -> None:
    turn = Talk(with_steps(on_fault="end", first=Breaks())).last
    assert faults(turn) == ["R004"]
    assert heard(turn) == f"{SORRY} Fin."
    talk = Talk(with_steps(on_fault="end", first=Breaks(at_door=False)))
    assert faults(talk.give(Digits("1"))) == ["R004"]
    assert heard(talk.last) == f"{SORRY} Fin."


def test_a_step_that_raises_when_the_caller_is_gone_still_ends_the_call() -> None:
    turn = Talk(with_steps(first=Breaks(at_door=False))).give(HungUp())
    assert faults(turn) == ["R004"]
    assert turn.session.ended


def test_visits_of_one_step_are_limited() -> None:
    flow = flow_of("first: {menu: Encore., keys: {1: first}, otherwise: end}\nend: {hangup: Fin.}", "on_fault: end\n")
    talk = Talk(flow)
    for _ in range(engine.MAX_VISITS_PER_STEP + 1):
        if talk.session.ended:
            break
        talk.give(Digits("1"))
    assert faults(talk.last) == ["R003"]
    assert heard(talk.last) == f"{SORRY} Fin."


def test_turns_of_one_call_are_limited() -> None:
    menus = "\n".join(
        f"m{n}: {{menu: Encore., keys: {{1: m{(n + 1) % 9}}}, otherwise: end, tries: 9}}" for n in range(9)
    )
    talk = Talk(flow_of(menus + "\nend: {hangup: Fin.}", "on_fault: m0\n"))
    seen: list[str] = []
    for _ in range(engine.MAX_TURNS_PER_CALL + engine.GRACE_TURNS):
        talk.give(Digits("1"))
        seen += faults(talk.last)
    assert talk.session.ended
    assert seen == ["R002", "R002"]
    assert heard(talk.last) == f"{SORRY} {GOODBYE}"


def test_faults_of_one_call_are_limited() -> None:
    talk = Talk(
        replace(
            with_steps(on_fault="menu", first=Goes("nowhere")),
            steps={
                **flow_of("menu: {menu: Encore., keys: {1: bad}, otherwise: bad}\nbad: {hangup: Fin.}").steps,
                "bad": Goes("nowhere"),
                "first": Goes("nowhere"),
            },
        )
    )
    for _ in range(engine.MAX_FAULTS_PER_CALL - 1):
        assert not talk.session.ended
        talk.give(Digits("1"))
    assert talk.session.ended


def test_a_session_at_a_step_this_version_lacks_ends_in_a_fault() -> None:
    flow = flow_of("end: {hangup: Fin.}", "on_fault: end\n")
    turn = engine.resume(flow, replace(session_of(flow), step="gone"), NoInput(), MONDAY_MORNING)
    assert faults(turn) == ["R005"]
    assert turn.session.ended


def test_an_ended_call_takes_nothing_more() -> None:
    talk = Talk(flow_of("end: {hangup: Fin.}"))
    with pytest.raises(engine.NotAccepted):
        talk.give(Digits("1"))
    with pytest.raises(engine.NotAccepted):
        talk.give(HungUp())


def test_every_fault_code_is_one_of_the_table() -> None:
    assert set(FAULTS) == {"R001", "R002", "R003", "R004", "R005", "R006", "R007", "R008"}
