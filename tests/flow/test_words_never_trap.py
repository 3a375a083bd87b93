"""Whatever a caller says or presses to the steps that take words, they come to something heard or an exit."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.flow import engine
from ivr.core.flow.effects import Fetch, HandOver
from ivr.core.flow.inputs import Dialed, Digits, Fetched, HungUp, Input, NoInput, NotHandedOver, Spoken
from tests.flow.talk import MONDAY_MORNING, flow_of, session_of, stored
from tests.flow.test_never_trapped import check_turn

FLOW = flow_of(
    """
    why:
      say-why: Pourquoi ?
      matters:
        ask: {label: Question, phrases: [une question, poser une question], next: questions}
        file: {label: Dossier, phrases: [mon dossier, où en est ma demande], key: 7, next: look}
        tax: {label: Impôts, phrases: [mes impôts], next: over}
      otherwise: office
    questions: {answers: pool, keys: {0: office, 9: why}, helped: why, not_helped: look, nothing_found: office}
    look:
      fetch: "https://files.example.org/{{ call.path }}"
      save: {status: a.0}
      next: tell
      otherwise: over
    tell: {say: "{{ answers.status }}", next: why}
    over: {handoff: tax, otherwise: office}
    office: {handoff: "+33199001010", tell: "{{ call.path }}", next: bye, otherwise: bye}
    bye: {hangup: Au revoir.}
    """,
    head="on_fault: bye\nlimits: {human_within: 0}\n",
)

said = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["oui", "non", "une question", "mon dossier", "la piscine", "horaires de la piscine", "nager", "ja", "no"]
    ),
)
inputs: st.SearchStrategy[Input] = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=3).map(Digits),
    st.just(NoInput()),
    st.builds(Spoken, said, st.none() | st.floats(0, 1)),
    st.builds(Dialed, st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"]), st.integers(0, 900)),
    st.just(HungUp()),
)
fetched = st.builds(
    Fetched,
    st.sampled_from(["ok", "missing", "failed", "timeout"]),
    st.one_of(st.text(max_size=40), st.sampled_from(['{"a": ["prêt"]}', '{"a": [1]}', "[]", "null", '{"a": []}'])),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(inputs, max_size=40),
    st.lists(fetched, min_size=1, max_size=8),
    st.sampled_from(["", "nl-BE", "de", "en-GB"]),
)
def test_any_sequence_ends_in_a_prompt_or_an_exit(does: list[Input], found: list[Fetched], language: str) -> None:
    turn = engine.start(FLOW, session_of(FLOW, language=language), MONDAY_MORNING)
    answers = iter(found * 50)
    for one in does:
        while isinstance(turn.wait, Fetch | HandOver):
            within = next(answers) if isinstance(turn.wait, Fetch) else NotHandedOver()
            turn = engine.go_on(FLOW, turn, within, MONDAY_MORNING)
        check_turn(turn)
        session = stored(turn.session)
        try:
            turn = engine.resume(FLOW, session, one, MONDAY_MORNING)
        except engine.NotAccepted:
            assert session.ended or not isinstance(one, FLOW.steps[session.step].accepts)


def test_silence_alone_reaches_another_office() -> None:
    turn = engine.start(FLOW, session_of(FLOW), MONDAY_MORNING)
    for _ in range(6):
        if turn.session.step == "office":
            break
        turn = engine.resume(FLOW, stored(turn.session), NoInput(), MONDAY_MORNING)
    assert turn.session.step == "office"
