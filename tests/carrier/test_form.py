"""The fast form parser against the standard library's."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.carrier.form import MAX_BODY_BYTES, BadForm, parse
from tests.draws import cases

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,63}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
PIECES = ("a", "B1", "=", "&", "%", "2B", "+", "%C3%A9", "%ff", "%00", "é", "_")


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(names, values, min_size=1, max_size=30))
def test_what_was_encoded_comes_back(form: dict[str, str]) -> None:
    assert parse(urlencode(form).encode()) == form


def test_what_was_encoded_comes_back_from_thousands() -> None:
    for draw in cases(2000):
        form = draw.form(30, 60, 1)
        assert parse(urlencode(form).encode()) == form


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=20))
def test_it_reads_as_the_standard_library_or_refuses(pieces: list[str]) -> None:
    reads_as_the_standard_library_or_refuses(pieces)


def test_it_reads_as_the_standard_library_or_refuses_thousands() -> None:
    for draw in cases(5000):
        reads_as_the_standard_library_or_refuses(draw.choices(PIECES, k=draw.randint(0, 20)))


def reads_as_the_standard_library_or_refuses(pieces: list[str]) -> None:
    body = "".join(pieces).encode()
    expected = parse_qsl(body.decode(), keep_blank_values=True, errors="replace")
    try:
        form = parse(body)
    except BadForm:
        return
    assert list(form.items()) == expected


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"A=1&A=2", "twice"),
        (b"A=1&A=1", "twice"),
        (b"A=1&%41=2", "twice"),
        (b"=1", "malformed"),
        (b"A=1&&B=2", "malformed"),
        (b"1A=2", "malformed"),
        (b"A-B=2", "malformed"),
        (b"A.B=2", "malformed"),
        (b"A%00=2", "malformed"),
        (b"A" * 65, "malformed"),
        (b"A=\xff", "ASCII"),
        (b"&".join(b"A%d=1" % n for n in range(101)), "fields"),
        (b"A=" + b"x" * MAX_BODY_BYTES, "bytes"),
        (b'--boundary\r\nContent-Disposition: form-data; name="A"\r\n\r\n1\r\n', "malformed"),
    ],
)
def test_what_the_carrier_never_sends_is_refused(body: bytes, why: str) -> None:
    with pytest.raises(BadForm, match=why):
        parse(body)


def test_edges_that_are_allowed() -> None:
    assert parse(b"") == {}
    assert parse(b"A") == {"A": ""}
    assert parse(b"A==&B=") == {"A": "=", "B": ""}
    assert parse(b"SipHeader_X-My-Header=v") == {"SipHeader_X-My-Header": "v"}
    assert parse(b"&".join(b"A%d=1" % n for n in range(100)))["A99"] == "1"


def test_the_refusal_quotes_nothing_of_the_body() -> None:
    with pytest.raises(BadForm) as refusal:
        parse(b"From%2B33612345678=1")
    assert "33612345678" not in str(refusal.value)
