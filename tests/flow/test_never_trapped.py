"""Whatever a caller does, in whatever order, every turn ends in something heard or in an exit; nothing raises."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.flow import engine
from ivr.core.flow.effects import Dial, Fault, Gather, Hangup, Join, Record, Wait
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, LeftLine, NoInput, Recorded, Spoken, Waiting
from ivr.core.flow.model import Flow
from ivr.core.flow.session import CallerFacts
from ivr.flowfile.decode import decode_flow
from tests.flow.talk import heard, session_of, stored

TOWN_HALL = Path(__file__).parents[1] / "flowfile" / "house" / "town-hall.yaml"

keys = st.text("0123456789*#", min_size=1, max_size=12).map(Digits)
texts = st.text(max_size=40)
inputs: st.SearchStrategy[Input] = st.one_of(
    keys,
    st.just(NoInput()),
    st.builds(Spoken, texts),
    st.builds(Recorded, st.just("RE1"), st.integers(0, 200), st.sampled_from(["#", "hangup", "silence", ""])),
    st.builds(Dialed, st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"]), st.integers(0, 900)),
    st.builds(LeftLine, st.sampled_from(["talked", "timeout", "nobody", "full", "key", "failed"])),
    st.just(HungUp()),
)
callers = st.builds(
    CallerFacts,
    kind=st.sampled_from(["known", "new", "hidden", "malformed"]),
    number=texts,
    name=texts,
    calls_before=st.integers(0, 9),
    last_reason=texts,
)
moments = st.integers(0, 3_000_000).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def town_hall() -> Flow:
    flow = decode_flow(TOWN_HALL.read_bytes(), "town-hall", "town-hall.yaml").flow
    assert flow is not None
    return flow


FLOW = town_hall()


def check_turn(turn: engine.Turn) -> None:
    """A turn has one wait, at its end, and leaves nobody in silence."""
    assert sum(isinstance(effect, Wait) for effect in turn.effects) == 1
    assert isinstance(turn.effects[-1], Wait)
    assert not [effect for effect in turn.effects if isinstance(effect, Fault)]
    if isinstance(turn.wait, Gather):
        assert heard(turn)
    assert turn.session.ended == isinstance(turn.wait, Hangup)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(caller=callers, now=moments, given_inputs=st.lists(inputs, max_size=40))
def test_any_sequence_ends_in_a_prompt_or_an_exit(
    caller: CallerFacts, now: datetime, given_inputs: list[Input]
) -> None:
    turn = engine.start(FLOW, session_of(FLOW, caller), now)
    check_turn(turn)
    for one in given_inputs:
        session = stored(turn.session)
        try:
            turn = engine.resume(FLOW, session, one, now)
        except engine.NotAccepted:
            assert (
                session.ended
                or not isinstance(one, FLOW.steps[session.step].accepts)
                or isinstance(one, Digits | Recorded)
            )
            continue
        check_turn(turn)
        assert turn.session.turn == session.turn + 1


def fitting(turn: engine.Turn, key: str) -> Input:
    """What a caller who only ever presses one key makes of a wait."""
    match turn.wait:
        case Join():
            return LeftLine("timeout")
        case Dial():
            return Dialed("busy")
        case Record():
            return Recorded("RE1", 3, "#")
        case _:
            return Digits(key) if key else NoInput()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pressed=st.lists(st.sampled_from([*"0123456789*#", ""]), min_size=1, max_size=6), caller=callers, now=moments)
def test_whoever_goes_on_pressing_comes_to_an_end(pressed: list[str], caller: CallerFacts, now: datetime) -> None:
    turn = engine.start(FLOW, session_of(FLOW, caller), now)
    turns = 0
    while not turn.session.ended:
        turns += 1
        assert turns <= engine.MAX_TURNS_PER_CALL + engine.GRACE_TURNS
        turn = engine.resume(FLOW, turn.session, fitting(turn, pressed[turns % len(pressed)]), now)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    now=moments,
    waiting=st.builds(
        Waiting,
        st.integers(1, 5_000),
        st.integers(0, 40_000),
        st.none() | st.tuples(st.integers(0, 5_000), st.integers(0, 90_000)),
    ),
)
def test_a_hold_document_is_heard_and_short(now: datetime, waiting: Waiting) -> None:
    turn = engine.start(FLOW, session_of(FLOW), now)
    turn = engine.resume(FLOW, turn.session, Digits("0"), now)
    effects = engine.hold(FLOW, turn.session, waiting, now)
    assert effects
    assert not [effect for effect in effects if isinstance(effect, Wait)]
