"""Forms as inputs: a table of what the carrier sends and what it means."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.carrier.requests import call_sid, read_call, read_input
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, NoInput, Recorded, Spoken
from tests.draws import cases

RECORDING = "RE" + "0" * 32
URL = f"https://api.example.org/2010-04-01/Accounts/AC1/Recordings/{RECORDING}"
LIVE = {"CallStatus": "in-progress"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({}, NoInput()),
        (LIVE, NoInput()),
        (LIVE | {"Digits": ""}, NoInput()),
        (LIVE | {"Digits": "1"}, Digits("1")),
        (LIVE | {"Digits": "*12#"}, Digits("*12#")),
        (LIVE | {"Digits": "1A"}, Digits("1")),
        (LIVE | {"Digits": "hello"}, NoInput()),
        (LIVE | {"Digits": "\u0661"}, NoInput()),
        (LIVE | {"Digits": "1" * 100}, Digits("1" * 64)),
        (LIVE | {"SpeechResult": "a passport", "Confidence": "0.91"}, Spoken("a passport", 0.91)),
        (LIVE | {"SpeechResult": "a passport"}, Spoken("a passport", None)),
        (LIVE | {"SpeechResult": "a passport", "Confidence": "nan"}, Spoken("a passport", None)),
        (LIVE | {"SpeechResult": "  "}, NoInput()),
        (LIVE | {"SpeechResult": "x" * 10_000}, Spoken("x" * 2000)),
        (LIVE | {"Digits": "2", "SpeechResult": "two"}, Digits("2")),
        (LIVE | {"RecordingUrl": URL, "RecordingDuration": "12", "Digits": "#"}, Recorded(RECORDING, 12, "#")),
        (LIVE | {"RecordingUrl": URL + ".wav", "RecordingSid": RECORDING}, Recorded(RECORDING, 0, "silence")),
        (
            {"CallStatus": "completed", "RecordingUrl": URL, "RecordingDuration": "3", "Digits": "hangup"},
            Recorded(RECORDING, 3, "hangup"),
        ),
        (LIVE | {"RecordingUrl": "https://example.org/"}, NoInput()),
        (LIVE | {"DialCallStatus": "completed", "DialCallDuration": "61"}, Dialed("completed", 61)),
        (LIVE | {"DialCallStatus": "answered"}, Dialed("completed", 0)),
        (LIVE | {"DialCallStatus": "no-answer"}, Dialed("no-answer")),
        (LIVE | {"DialCallStatus": "busy", "DialCallDuration": "-3"}, Dialed("busy")),
        (LIVE | {"DialCallStatus": "something new"}, Dialed("failed")),
        (LIVE | {"DialCallStatus": "completed", "RecordingUrl": URL}, Dialed("completed")),
        ({"CallStatus": "completed"}, HungUp()),
        ({"CallStatus": "completed", "DialCallStatus": "completed"}, Dialed("completed")),
        ({"CallStatus": "completed", "DialCallStatus": "no-answer"}, HungUp()),
        ({"CallStatus": "completed", "Digits": "1"}, HungUp()),
        ({"CallStatus": "canceled"}, HungUp()),
    ],
)
def test_what_was_done(form: dict[str, str], expected: Input) -> None:
    assert read_input(form) == expected


FIELDS = (
    "Digits",
    "SpeechResult",
    "Confidence",
    "CallStatus",
    "DialCallStatus",
    "RecordingUrl",
    "RecordingSid",
    "RecordingDuration",
    "DialCallDuration",
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=50)))
def test_nothing_makes_it_raise(form: dict[str, str]) -> None:
    is_read(form)


def test_nothing_in_thousands_makes_it_raise() -> None:
    for draw in cases(5000):
        is_read({name: draw.text(50, draw.choice(("", "", "0123456789*#.-"))) for name in draw.some(FIELDS)})


def is_read(form: dict[str, str]) -> None:
    answer = read_input(form)
    if isinstance(answer, Digits):
        assert answer.keys
        assert set(answer.keys) <= set("0123456789*#")


@pytest.mark.parametrize(
    ("verstat", "attestation"),
    [
        ("TN-Validation-Passed-A", "A"),
        ("TN-Validation-Passed-B", "B"),
        ("TN-Validation-Passed-C", "C"),
        ("TN-Validation-Failed-A", ""),
        ("TN-Validation-Passed-A-Diverted", ""),
        ("TN-Validation-Passed-A-Passthrough", ""),
        ("No-TN-Validation", ""),
        ("", ""),
        ("A", ""),
        ("tn-validation-passed-a", ""),
    ],
)
def test_only_a_full_pass_vouches(verstat: str, attestation: str) -> None:
    sid = "CA" + "1" * 32
    call = read_call(
        {"CallSid": sid, "From": "+33612345678", "To": "+33139753975", "StirVerstat": verstat, "ForwardedFrom": "+331"}
    )
    assert call.attestation == attestation
    assert (call.call_sid, call.from_raw, call.to_number, call.forwarded_from) == (
        sid,
        "+33612345678",
        "+33139753975",
        "+331",
    )


@pytest.mark.parametrize("sid", ["", "CA", "CA" + "g" * 32, "AC" + "1" * 32, "CA" + "1" * 33, "CA" + "1" * 32 + "\n"])
def test_what_is_no_call_sid_names_no_call(sid: str) -> None:
    assert call_sid({"CallSid": sid}) == ""
