"""Effects in, TwiML out: against the twilio library's own builder, the nesting rules, and fuzzing (threat T15)."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial as TwilioDial
from twilio.twiml.voice_response import Enqueue as TwilioEnqueue
from twilio.twiml.voice_response import Gather as TwilioGather
from twilio.twiml.voice_response import VoiceResponse

from ivr.carrier.twiml import MAX_SAY, TooLong, TwimlDocuments
from ivr.core.flow.effects import Dial, Gather, Hangup, Join, Pause, Play, Prompt, Record, Reject, Say, Wait
from tests.draws import cases

BASE = "https://h.example.org/hotline"
CALL = "CA" + "1" * 32
ROOM = f"{CALL}-1"
RETRY = "#rc=2&rp=ct,5xx"
documents = TwimlDocuments(BASE)

# What may stand in what (contract 3): the verbs of a document, and the children of each.
VERBS = {"Say", "Play", "Pause", "Gather", "Record", "Dial", "Enqueue", "Redirect", "Hangup", "Reject", "Leave"}
CHILDREN: dict[str, set[str]] = {
    "Response": VERBS,
    "Gather": {"Say", "Play", "Pause"},
    "Dial": {"Number", "Conference"},
    "Say": set(),
    "Play": set(),
    "Pause": set(),
    "Record": set(),
    "Enqueue": set(),
    "Redirect": set(),
    "Hangup": set(),
    "Reject": set(),
    "Leave": set(),
    "Number": set(),
    "Conference": set(),
}
HOLD_VERBS = {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}


def url(path: str) -> str:
    return BASE + path + RETRY


def parsed(document: str) -> ET.Element:
    root = ET.fromstring(document)
    assert root.tag == "Response"
    for element in root.iter():
        for child in element:
            assert child.tag in CHILDREN[element.tag], f"{child.tag} in {element.tag}"
    return root


def same(document: str, expected: VoiceResponse) -> None:
    """Equal in elements, text and attributes, in whatever order the attributes stand."""
    assert ET.canonicalize(document) == ET.canonicalize(str(expected))


def reply() -> VoiceResponse:
    return VoiceResponse()


def gathered(response: VoiceResponse, *, said: str, finish: str = "", **attributes: object) -> VoiceResponse:
    target = url("/voice/turn/4")
    gather = TwilioGather(action=target, timeout=6, finish_on_key=finish, action_on_empty_result=True, **attributes)
    if said:
        gather.say(said, language="fr-FR")
    response.append(gather)
    response.redirect(target)
    return response


def a_dial() -> VoiceResponse:
    dial = TwilioDial(
        action=url("/voice/turn/4"), timeout=25, time_limit=14400, caller_id="+33139753975", sequential=True
    )
    dial.number("+33111111111")
    dial.number("+33122222222")
    return reply().append(dial)


def an_enqueue() -> VoiceResponse:
    enqueue = TwilioEnqueue(
        name="état & civil", wait_url=url("/voice/wait/4"), wait_url_method="POST", action=url("/voice/queue/4")
    )
    response = reply()
    response.say("Attendez", language="fr-FR")
    return response.append(enqueue)


def a_record() -> VoiceResponse:
    response = reply()
    response.record(
        action=url("/voice/turn/4"),
        max_length=120,
        timeout=5,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=url(f"/voice/recording/{CALL}"),
        recording_status_callback_event="completed absent",
    )
    return response


TABLE: list[tuple[str, tuple[Prompt, ...], Wait, VoiceResponse]] = [
    ("menu", (), Gather((Say("Tapez 1", "fr-FR"),)), gathered(reply(), said="Tapez 1", input="dtmf", num_digits=1)),
    ("number", (), Gather(num_digits=None, finish_on_key="#"), gathered(reply(), said="", input="dtmf", finish="#")),
    (
        "speech",
        (),
        Gather((Say("Dites", "fr-FR"),), speech=True, language="fr-FR", hints=("passeport", "état, civil")),
        gathered(
            reply(),
            said="Dites",
            input="dtmf speech",
            num_digits=1,
            speech_timeout="auto",
            language="fr-FR",
            hints="passeport,état, civil",
        ),
    ),
    ("dial", (), Dial(("+33111111111", "+33122222222"), sequential=True), a_dial()),
    ("queue", (Say("Attendez", "fr-FR"),), Join("état & civil"), an_enqueue()),
    ("record", (), Record(120), a_record()),
    ("reject", (), Reject("busy"), reply().append(VoiceResponse().reject(reason="busy"))),
]


@pytest.mark.parametrize(("prompts", "wait", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_documents_are_the_librarys(prompts: tuple[Prompt, ...], wait: Wait, expected: VoiceResponse) -> None:
    document = documents.turn(CALL, 4, prompts, wait, caller_id="+33139753975")
    parsed(document)
    same(document, expected)


def test_prompts_come_in_order_before_the_wait() -> None:
    prompts = (Say('Un <mot> & "l\'autre"', "fr-FR", "Polly.Lea"), Play("é t/a.wav"), Pause(0), Pause(3))
    expected = VoiceResponse()
    expected.say('Un <mot> & "l\'autre"', language="fr-FR", voice="Polly.Lea")
    expected.play(f"{BASE}/prompts/%C3%A9%20t/a.wav")
    expected.pause(length=1)
    expected.pause(length=3)
    expected.hangup()
    document = documents.turn(CALL, 1, prompts, Hangup())
    parsed(document)
    same(document, expected)


def test_rooms_say_the_same_of_themselves_to_both_legs() -> None:
    caller, agent = parsed(documents.room("room-1", ROOM, 5)), parsed(documents.agent_room("room-1", ROOM))
    rooms = [root.find("Dial/Conference") for root in (caller, agent)]
    assert rooms[0] is not None
    assert rooms[1] is not None
    assert rooms[0].attrib == rooms[1].attrib
    assert rooms[0].text == rooms[1].text == "room-1"
    assert rooms[0].attrib["waitUrl"] == ""
    assert rooms[0].attrib["statusCallback"] == url(f"/voice/room/{ROOM}")
    assert [root[0].attrib["action"] for root in (caller, agent)] == [
        url(f"/voice/turn/5?room={ROOM}"),
        url(f"/voice/offer/{ROOM}/done"),
    ]


def test_a_hold_document_always_takes_time_and_holds_only_what_may_wait() -> None:
    for prompts in ((), (Say("Attendez", "fr-FR"),), (Say("Attendez", "fr-FR"), Pause(12)), (Play("m.wav"),)):
        root = parsed(documents.hold(prompts))
        assert {child.tag for child in root} <= HOLD_VERBS
        assert any(child.tag in {"Pause", "Play"} for child in root)
    assert [child.tag for child in parsed(documents.leave())] == ["Leave"]


def test_the_fallback_speaks_and_dials_or_ends() -> None:
    through = parsed(documents.fallback("Un instant", "fr-FR", "+33199009999", caller_id="+33139753975"))
    assert [child.tag for child in through] == ["Say", "Dial"]
    assert through[1].attrib["callerId"] == "+33139753975"
    assert [child.tag for child in parsed(documents.fallback("Rappelez", "fr-FR", ""))] == ["Say", "Hangup"]


def test_an_offer_asks_for_a_key_and_silence_comes_as_well() -> None:
    root = parsed(documents.ask((Say("Jean, passeports. Tapez 1.", "fr-FR"),), f"/voice/offer/{ROOM}/key", seconds=8))
    assert [child.tag for child in root] == ["Gather", "Redirect"]
    assert root[0].attrib["action"] == root[1].text == url(f"/voice/offer/{ROOM}/key")
    assert root[0].attrib["actionOnEmptyResult"] == "true"


def test_a_document_without_verbs_has_none() -> None:
    assert list(parsed(documents.nothing())) == []


def test_a_long_text_is_cut_between_words_and_nothing_is_lost() -> None:
    spoken = " ".join(f"mot{n}" for n in range(1000))
    said = [say.text or "" for say in parsed(documents.turn(CALL, 1, (Say(spoken, "fr-FR"),), Hangup())).iter("Say")]
    assert len(said) > 1
    assert all(len(part) <= MAX_SAY for part in said)
    assert " ".join(said) == spoken
    unbroken = "x" * 6000
    said = [say.text or "" for say in parsed(documents.turn(CALL, 1, (Say(unbroken, "fr-FR"),), Hangup())).iter("Say")]
    assert "".join(said) == unbroken


def test_a_document_the_carrier_would_refuse_is_not_sent() -> None:
    with pytest.raises(TooLong):
        documents.turn(CALL, 1, tuple(Say("é" * 2000, "fr-FR") for _ in range(20)), Hangup())


anything = st.text(max_size=80)


@settings(max_examples=300, deadline=None)
@given(anything, anything, anything)
def test_no_text_breaks_out_of_its_place(spoken: str, name: str, hint: str) -> None:
    stays_in_its_place(spoken, name, hint)


def test_no_text_of_ten_thousand_breaks_out_of_its_place() -> None:
    for draw in cases(10_000):
        stays_in_its_place(draw.text(30), draw.text(30), draw.text(30))


def stays_in_its_place(spoken: str, name: str, hint: str) -> None:
    gather = Gather((Say(spoken, "fr-FR"), Pause(1)), speech=True, language=name, hints=(hint,), finish_on_key="#")
    root = parsed(documents.turn(CALL, 4, (Say(name, "fr-FR"), Pause(2)), gather))
    tags = [element.tag for element in root.iter()]
    expected = [
        "Response",
        *(["Say"] if speakable(name) else []),
        "Pause",
        "Gather",
        *(["Say"] if speakable(spoken) else []),
        "Pause",
    ]
    assert tags == [*expected, "Redirect"]
    found = root.find("Gather")
    assert found is not None
    assert set(found.attrib) == {
        "action",
        "input",
        "timeout",
        "numDigits",
        "finishOnKey",
        "actionOnEmptyResult",
        "speechTimeout",
        "language",
        "hints",
    }
    assert found.attrib["hints"] == legal(hint)
    queue = parsed(documents.turn(CALL, 4, (), Join(name)))
    assert [element.tag for element in queue.iter()] == ["Response", "Enqueue"]
    assert (queue[0].text or "").replace("\r", "\n") == legal(name).replace("\r", "\n")


def legal(text: str) -> str:
    """Without what XML 1.0 can't hold, by the letter of its `Char` production."""
    return "".join(
        c for c in text if c in "\t\n\r" or 0x20 <= ord(c) <= 0xD7FF or 0xE000 <= ord(c) <= 0xFFFD or ord(c) >= 0x10000
    )


def speakable(text: str) -> str:
    return legal(text).strip()
