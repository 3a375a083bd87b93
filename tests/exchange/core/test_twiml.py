"""TwiML read into verbs, and what is wrong with it in the carrier's codes."""

import pytest

from exchange.twiml.dial import Dial
from exchange.twiml.gather import Gather
from exchange.twiml.model import Broken, Document, UnreadableError
from exchange.twiml.parse import NOT_CARRIED, read
from exchange.twiml.record import Record
from exchange.twiml.say import Say


def document(inside: str) -> Document:
    return read(f"<Response>{inside}</Response>")


def codes(inside: str) -> list[int]:
    return [problem.code for problem in document(inside).problems]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<Response><Say>", 12100),
        ("hello", 12100),
        ("<Reply/>", 12102),
        ("<Response>" + "x" * 70000 + "</Response>", 11750),
    ],
)
def test_unreadable_documents(text: str, code: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<say>x</say>", 12200),
        ("<Say Voice='man'>x</Say>", 12200),
        ("<Say voice='Nobody'>x</Say>", 13511),
        ("<Say/>", 13520),
        ("<Say>" + "x" * 5000 + "</Say>", 13521),
        ("<Say loop='-1'>x</Say>", 13510),
        ("<Play digits='1x'/>", 13430),
        ("<Play loop='x'>/a.wav</Play>", 13410),
        ("<Gather><Dial>+33612345678</Dial></Gather>", 13320),
        ("<Gather timeout='0'/>", 13313),
        ("<Gather numDigits='0'/>", 13314),
        ("<Gather finishOnKey='12'/>", 13310),
        ("<Gather method='PUT'/>", 13312),
        ("<Gather input='speech' speechTimeout='auto' speechModel='phone_call'/>", 13335),
        ("<Record maxLength='1'/>", 13611),
        ("<Record timeout='x'/>", 13610),
        ("<Dial><Number>abc</Number></Dial>", 13223),
        ("<Dial timeout='1'>+33612345678</Dial>", 13212),
        ("<Dial><Conference>a</Conference><Number>+33612345678</Number></Dial>", 13215),
        ("<Dial><Sip>sip:a@b</Sip><Number>+33612345678</Number></Dial>", 13215),
        ("<Dial><Conference/></Dial>", 13237),
        ("<Dial><Conference participantLabel='a/b'>r</Conference></Dial>", 16024),
        ("<Enqueue/>", 14205),
        ("<Enqueue>" + "x" * 65 + "</Enqueue>", 14204),
        ("<Enqueue waitUrlMethod='X'>q</Enqueue>", 14206),
    ],
)
def test_problems_have_the_carriers_codes(inside: str, code: int) -> None:
    assert code in codes(inside)


@pytest.mark.parametrize("verb", sorted(NOT_CARRIED))
def test_verbs_not_carried_are_reported_and_the_rest_runs(verb: str) -> None:
    found = document(f"<{verb}/><Say>x</Say>")
    assert isinstance(found.verbs[0], Broken)
    assert not found.verbs[0].fatal
    assert isinstance(found.verbs[1], Say)
    assert found.problems[0].code == 12200


def test_say_keeps_ssml_and_derives_plain_text() -> None:
    say = document(
        '<Say> Bonjour <break time="500ms"/><sub alias="monsieur">M.</sub> '
        '<say-as interpret-as="digits">12</say-as> </Say>'
    ).verbs[0]
    assert isinstance(say, Say)
    assert say.text == "Bonjour monsieur 12"
    assert '<break time="500ms"' in say.ssml
    assert (say.voice, say.language, say.loop) == ("man", "en-US", 1)


def test_defaults() -> None:
    gather, record, dial = document("<Gather/><Record/><Dial>06 12 34 56 78</Dial>").verbs
    assert isinstance(gather, Gather)
    assert (gather.timeout, gather.finish_on_key, gather.action, gather.inputs) == (5.0, "#", None, frozenset({"dtmf"}))
    assert isinstance(record, Record)
    assert (record.timeout, record.max_length, record.finish_on_key, record.play_beep) == (
        5.0,
        3600.0,
        "1234567890*#",
        True,
    )
    assert isinstance(dial, Dial)
    assert (dial.timeout, dial.time_limit, dial.action, dial.targets[0].to) == (30.0, 14400.0, None, "+10612345678")


def test_transcribing_limits_the_recording_to_two_minutes() -> None:
    record = document("<Record transcribe='true'/>").verbs[0]
    assert isinstance(record, Record)
    assert record.max_length == 120


def test_an_empty_conference_wait_url_is_silence_and_none_is_music() -> None:
    silent, music = document(
        "<Dial><Conference waitUrl=''>a</Conference></Dial><Dial><Conference>a</Conference></Dial>"
    ).verbs
    assert isinstance(silent, Dial)
    assert isinstance(music, Dial)
    assert silent.conference is not None
    assert music.conference is not None
    assert (silent.conference.wait_url, music.conference.wait_url) == ("", None)
