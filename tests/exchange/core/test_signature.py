"""Signatures, strictly by port rules, against the carrier's own library in both directions."""

import pytest
from twilio.request_validator import RequestValidator

from exchange.webhooks.overrides import split
from exchange.webhooks.sign import signature, signed_url

TOKEN = "12345"
FORM = {
    "CallSid": "CA1",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+1415",
    "To": "",
    "Zoë": "Łęcka ",
    "a": "b",
}


@pytest.mark.parametrize(
    "url",
    [
        "https://mycompany.com/myapp.php?foo=1&bar=2",
        "http://mycompany.com:8000/myapp?x=%C3%A9&y=a%20b",
        "http://127.0.0.1:5000/voice/answer",
        "https://mycompany.com/a/",
    ],
)
def test_the_library_accepts_ours_and_computes_the_same(url: str) -> None:
    validator = RequestValidator(TOKEN)
    ours = signature(TOKEN, url, FORM)
    assert validator.compute_signature(url, FORM) == ours
    assert validator.validate(url, FORM, ours)
    assert not validator.validate(url, {**FORM, "Digits": "12345"}, ours)
    assert not RequestValidator("other").validate(url, FORM, ours)


def test_a_published_vector() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    assert signature(TOKEN, "https://mycompany.com/myapp.php?foo=1&bar=2", form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://h.example:8443/p?q=1#rc=2", "https://h.example/p?q=1"),
        ("http://h.example:8080/p#rt=1000", "http://h.example:8080/p"),
        ("http://h.example/p", "http://h.example/p"),
        ("https://user:pass@h.example:443/p", "https://h.example/p"),
    ],
)
def test_port_rules(url: str, signed: str) -> None:
    assert signed_url(url) == signed


def test_connection_overrides() -> None:
    address, overrides = split("https://h/p?x=1#rc=2&rp=5xx,rt&rt=4000&ct=50&zz=1")
    assert address == "https://h/p?x=1"
    assert (overrides.retries, overrides.read, overrides.connect) == (2, 4.0, 0.1)
    assert overrides.retried("5xx")
    assert overrides.retried("rt")
    assert not overrides.retried("ct")
    assert split("https://h/p")[1].retried("ct")
