"""Gather's ways to end, and what its action is told."""

from exchange.behaviour import Behaviour
from tests.exchange.core.rig import Phone, Rig, play


def heard_and_sent(
    gather: str, keys: str = "", words: str = "", behaviour: Behaviour | None = None
) -> tuple[list[str], list[dict[str, str]]]:
    result: list[tuple[list[str], list[dict[str, str]]]] = []

    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": f"{gather}<Say>fell through</Say>", "/keys": "<Say>action</Say>"}
        phone = Phone()

        def act(line: object, listening: object) -> None:
            if keys:
                phone.line.press(keys)
            if words:
                phone.line.speak(words, 1.0)

        phone.on_asked = act
        _, leg = rig.dial(phone)
        await rig.over(leg)
        result.append((phone.heard, rig.app.forms("/keys")))

    play(work, behaviour=behaviour)
    return result[0]


def test_num_digits_ends_it() -> None:
    heard, sent = heard_and_sent('<Gather numDigits="2" action="/keys"/>', "123")
    assert sent[0]["Digits"] == "12"
    assert heard == ["action"]


def test_the_finish_key_ends_it_and_is_not_sent() -> None:
    _, sent = heard_and_sent('<Gather action="/keys"/>', "12#")
    assert (sent[0]["Digits"], sent[0]["FinishedOnKey"]) == ("12", "#")


def test_a_finish_key_first_makes_no_request() -> None:
    heard, sent = heard_and_sent('<Gather action="/keys"/>', "#")
    assert (heard, sent) == (["fell through"], [])


def test_without_finish_key_hash_and_star_are_digits() -> None:
    _, sent = heard_and_sent('<Gather action="/keys" finishOnKey="" numDigits="3"/>', "1#*")
    assert sent[0]["Digits"] == "1#*"


def test_what_was_typed_before_the_timeout_is_sent() -> None:
    _, sent = heard_and_sent('<Gather action="/keys" timeout="2"/>', "7")
    assert sent[0]["Digits"] == "7"


def test_no_input_falls_to_the_next_verb() -> None:
    heard, sent = heard_and_sent('<Gather action="/keys" timeout="2"><Say>prompt</Say></Gather>')
    assert (heard, sent) == (["prompt", "fell through"], [])


def test_action_on_empty_result_both_ways() -> None:
    gather = '<Gather action="/keys" timeout="1" actionOnEmptyResult="true"/>'
    assert heard_and_sent(gather)[1][0]["Digits"] == ""
    assert "Digits" not in heard_and_sent(gather, behaviour=Behaviour(empty_result_digits="absent"))[1][0]


def test_speech() -> None:
    _, sent = heard_and_sent(
        '<Gather input="dtmf speech" speechTimeout="1" language="fr-FR" action="/keys"/>', words="merde, le comptable"
    )
    assert sent[0]["SpeechResult"] == "m***** le comptable"
    assert 0.0 <= float(sent[0]["Confidence"]) <= 1.0
    assert "Digits" not in sent[0]


def test_words_mean_nothing_to_a_gather_for_keys() -> None:
    assert heard_and_sent('<Gather action="/keys" timeout="1"/>', words="hello")[1] == []


def test_partial_results() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {
            "/voice": '<Gather input="speech" speechTimeout="1" action="/keys" '
            'partialResultCallback="/notice/partial"/>',
            "/keys": "",
        }
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.speak("un conseiller", 0.5)
        await rig.over(leg)
        assert rig.app.forms("/notice/partial")[0]["UnstableSpeechResult"] == "un conseiller"

    play(work)


def test_a_key_stops_the_prompt() -> None:
    async def work(rig: Rig) -> None:
        long = "x" * 3000
        rig.app.pages |= {
            "/voice": f'<Gather numDigits="1" action="/keys"><Say>{long}</Say><Say>never</Say></Gather>',
            "/keys": "",
        }
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.press("1")
        await rig.over(leg)
        assert phone.heard == [long]
        assert phone.sounds[1].kind == "silence"

    play(work)


def test_without_action_the_same_document_is_asked_again() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = lambda form: "<Say>done</Say>" if form.get("Digits") else '<Gather numDigits="1"/>'
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.press("5")
        await rig.over(leg)
        assert [form.get("Digits") for form in rig.app.forms("/voice")] == [None, "5"]
        assert phone.heard == ["done"]

    play(work)


def test_keys_between_documents_are_lost_unless_switched() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {
            "/voice": '<Pause length="1"/><Say>x</Say><Gather numDigits="1" action="/keys" timeout="1"/>',
            "/keys": "",
        }
        phone, leg = rig.dial()
        phone.answered = lambda line: line.press("9")  # type: ignore[method-assign]
        await rig.over(leg)

    async def lost(rig: Rig) -> None:
        await work(rig)
        assert rig.app.forms("/keys") == []

    async def kept(rig: Rig) -> None:
        await work(rig)
        assert rig.app.forms("/keys")[0]["Digits"] == "9"

    play(lost)
    play(kept, behaviour=Behaviour(type_ahead=True))


def test_a_hang_up_makes_no_request() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": '<Gather action="/keys"/>', "/keys": ""}
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.hang_up()
        await rig.over(leg)
        assert rig.app.to("/keys") == []
        assert phone.endings == ["completed"]

    play(work)
