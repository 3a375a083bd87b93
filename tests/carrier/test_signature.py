"""The signature check against the twilio library, over generated requests (threats T11, T13)."""

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.carrier.signature import SignatureCheck
from tests.draws import cases

TOKEN = "12345"
# The library's own published vector.
VECTOR_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
VECTOR_FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
VECTOR_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="

names = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,20}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
forms = st.dictionaries(names, values, max_size=12)
paths = st.from_regex(r"/voice/[a-z0-9/_-]{0,20}", fullmatch=True)
queries = st.from_regex(r"([a-z]{1,5}=[A-Za-z0-9%+._~-]{0,8}(&[a-z]{1,5}=[A-Za-z0-9%+]{0,8}){0,2})?", fullmatch=True)
BASES = (
    "https://h.example.org",
    "https://h.example.org:8443",
    "https://h.example.org:443",
    "http://h.example.org",
    "http://h.example.org:80",
    "http://127.0.0.1:8000",
    "https://h.example.org/hotline",
    "https://h.example.org:8443/a/b",
)
HOWS = ("as configured", "with port", "without port", "foreign port")
PRINTABLE = "".join(map(chr, range(33, 127)))
bases = st.sampled_from(BASES)
tokens = st.text(PRINTABLE, min_size=1, max_size=40)


def url_of(base: str, path: str, query: str) -> str:
    return base + path + ("?" + query if query else "")


def test_the_published_vector_passes() -> None:
    check = SignatureCheck("https://mycompany.com", [TOKEN])
    assert check.passes("/myapp.php", "foo=1&bar=2", VECTOR_FORM, VECTOR_SIGNATURE)


@settings(max_examples=200, deadline=None)
@given(
    bases,
    paths,
    queries,
    forms,
    tokens,
    st.sampled_from(HOWS),
)
def test_it_says_what_the_library_says(  # noqa: PLR0917 - Hypothesis passes by position
    base: str, path: str, query: str, form: dict[str, str], token: str, how: str
) -> None:
    says_what_the_library_says(base, path, query, form, token, how)


def test_it_says_what_the_library_says_of_thousands() -> None:
    for draw in cases(2500):
        path = "/voice/" + draw.text(20, "abc/_-09")
        fields = [f"{draw.text(5, 'abxyz', 1)}={draw.text(8, 'aZ0%+._~-')}" for _ in range(draw.randint(0, 3))]
        token = draw.text(40, PRINTABLE, 1)
        says_what_the_library_says(
            draw.choice(BASES), path, "&".join(fields), draw.form(12, 40), token, draw.choice(HOWS)
        )


def says_what_the_library_says(  # noqa: PLR0917 - a case
    base: str, path: str, query: str, form: dict[str, str], token: str, how: str
) -> None:
    scheme, _, rest = base.partition("://")
    host, slash, prefix = rest.partition("/")
    name, _, port = host.partition(":")
    default = {"https": "443", "http": "80"}[scheme]
    signed_host = {
        "as configured": host,
        "with port": f"{name}:{port or default}",
        "without port": name,
        "foreign port": f"{name}:9999",
    }[how]
    library = RequestValidator(token)
    signature = library.compute_signature(url_of(f"{scheme}://{signed_host}{slash}{prefix}", path, query), form)
    expected = library.validate(url_of(base, path, query), form, signature)
    assert expected == (how != "foreign port")
    assert SignatureCheck(base, [token]).passes(path, query, form, signature) == expected


@settings(max_examples=150, deadline=None)
@given(forms, st.binary(min_size=0, max_size=24), st.booleans())
def test_a_wrong_signature_is_wrong_for_both(form: dict[str, str], raw: bytes, padded: bool) -> None:
    is_wrong_for_both(form, raw, padded)


def test_a_wrong_signature_is_wrong_for_both_in_thousands() -> None:
    for draw in cases(1500):
        is_wrong_for_both(draw.form(12, 40), draw.randbytes(draw.randint(0, 24)), draw.random() < 0.5)


def is_wrong_for_both(form: dict[str, str], raw: bytes, padded: bool) -> None:
    claimed = base64.b64encode(raw).decode() if padded else raw.decode("latin-1")
    url = "https://h.example.org/voice/answer"
    right = RequestValidator(TOKEN).compute_signature(url, form)
    check = SignatureCheck("https://h.example.org", [TOKEN])
    assert check.passes("/voice/answer", "", form, claimed) == (claimed == right)


@settings(max_examples=150, deadline=None)
@given(forms.filter(bool), st.randoms())
def test_every_change_is_refused(form: dict[str, str], chance: random.Random) -> None:
    is_refused_changed(form, chance)


def test_every_change_is_refused_in_thousands() -> None:
    for draw in cases(1500):
        is_refused_changed(draw.form(12, 40, 1), draw)


def is_refused_changed(form: dict[str, str], chance: random.Random) -> None:
    url = "https://h.example.org/voice/turn/3"
    signature = RequestValidator(TOKEN).compute_signature(url, form)
    check = SignatureCheck("https://h.example.org", [TOKEN])
    assert check.passes("/voice/turn/3", "", form, signature)
    assert not check.passes("/voice/turn/4", "", form, signature)
    assert not check.passes("/voice/turn/3", "x=1", form, signature)
    assert not check.passes("/voice/turn/3", "", form | {"Zz": "1"}, signature)
    name = chance.choice(sorted(form))
    assert not check.passes("/voice/turn/3", "", form | {name: form[name] + "0"}, signature)
    place = chance.randrange(len(signature))
    other = chance.choice([character for character in "Aa0+/=é" if character != signature[place]])
    changed = signature[:place] + other + signature[place + 1 :]
    if base64.b64decode(signature) != _decoded(changed):  # the last character has bits that base64 ignores
        assert not check.passes("/voice/turn/3", "", form, changed)


def _decoded(signature: str) -> bytes | None:
    try:
        return base64.b64decode(signature.encode("ascii"), validate=True)
    except ValueError:
        return None


def test_during_a_rotation_both_tokens_sign() -> None:
    check = SignatureCheck("https://h.example.org", ["new", "old", ""])
    for token, right in [("new", True), ("old", True), ("other", False), ("", False)]:
        signature = RequestValidator(token).compute_signature("https://h.example.org/voice/answer", {"A": "1"})
        assert check.passes("/voice/answer", "", {"A": "1"}, signature) is right


@pytest.mark.parametrize("signature", ["", "=", "é", "\ud800", "A" * 28, "A" * 10_000, " "])
def test_a_malformed_signature_is_simply_wrong(signature: str) -> None:
    assert not SignatureCheck("https://h.example.org", [TOKEN]).passes("/voice/answer", "", {}, signature)


def test_a_lone_surrogate_is_refused_not_raised() -> None:
    check = SignatureCheck("https://h.example.org", [TOKEN])
    assert not check.passes("/voice/answer", "", {"A": "\ud800"}, VECTOR_SIGNATURE)


@pytest.mark.parametrize("base", ["", "h.example.org", "ftp://h.example.org", "https://"])
def test_a_base_that_is_no_address_is_refused_at_the_start(base: str) -> None:
    with pytest.raises(ValueError, match="public base URL"):
        SignatureCheck(base, [TOKEN])


def test_there_is_no_check_without_a_token() -> None:
    with pytest.raises(ValueError, match="token"):
        SignatureCheck("https://h.example.org", ["", ""])
