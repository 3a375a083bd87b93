"""Telephone numbers: what each spelling is, how it is masked and spoken; nothing whatever raises."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.core.phone import Address, Hidden, Malformed, Number, e164, mask, normalise, spaced, spoken
from tests.people.numbers import ADDRESSES, HIDDEN, MALFORMED, NATIONAL, SPELLINGS

TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="+0123456789 ()-./;=#*:@extcliensp"),
    st.sampled_from([*HIDDEN, *MALFORMED, *(row[0] for row in SPELLINGS)]),
)
REGIONS = st.sampled_from(["FR", "BE", "US", "GB", "IT", "ZZ", "", "fr", "\x00"])


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(NATIONAL) + len(SPELLINGS) + len(HIDDEN) + len(ADDRESSES) + len(MALFORMED) >= 150


@pytest.mark.parametrize(("written", "region", "wanted"), [*NATIONAL, *SPELLINGS])
def test_a_number_however_written(written: str, region: str, wanted: str) -> None:
    assert normalise(written, region) == Number(wanted)
    assert normalise(wanted, "US") == Number(wanted)


@pytest.mark.parametrize("raw", HIDDEN)
def test_a_caller_who_hides(raw: str) -> None:
    for region in ("FR", "US", "CN"):
        assert normalise(raw, region) == Hidden(raw)
    assert e164(raw, "FR") == ""
    assert mask(raw) in {"hidden", "sip:***", "client:***"}


@pytest.mark.parametrize(("raw", "kind"), ADDRESSES)
def test_an_address_is_no_number(raw: str, kind: str) -> None:
    assert normalise(raw, "FR") == Address(kind, raw)  # type: ignore[arg-type]
    assert mask(raw) == f"{raw.partition(':')[0].lower()}:***"


@pytest.mark.parametrize("raw", MALFORMED)
def test_what_is_no_number(raw: str) -> None:
    assert normalise(raw, "FR") == Malformed(raw)
    assert e164(raw, "FR") == ""


@given(TEXTS, REGIONS)
@example("+266696687", "FR")
@example("+33612345678", "")
def test_nothing_raises(raw: str, region: str) -> None:
    caller = normalise(raw, region)
    assert isinstance(caller, Number | Hidden | Address | Malformed)
    for language in ("fr", "en-GB", ""):
        spoken(raw, language, region)
    spaced(raw)
    if isinstance(caller, Number):
        assert normalise(caller.e164, "ZZ") == caller


@given(TEXTS)
def test_a_mask_shows_at_most_a_country_code_and_two_digits(raw: str) -> None:
    shown = [character for character in mask(raw) if character.isdigit()]
    assert len(shown) <= 3 + 2


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33612345678", "+33*******78"),
        ("+12025550123", "+1********23"),
        ("+352628123456", "+352*******56"),
        ("+33 6 12 34 56 78", "+33*******78"),
        ("0612345678", "********78"),
        ("+266696687", "hidden"),
        ("", "hidden"),
        ("Mairie", "***"),
    ],
)
def test_masks(number: str, shown: str) -> None:
    assert mask(number) == shown


@pytest.mark.parametrize(
    ("number", "language", "region", "words"),
    [
        ("+33139753975", "fr-FR", "FR", "0 1, 39, 75, 39, 75"),
        ("+33139753975", "en-GB", "FR", "0 1, 3 9, 7 5, 3 9, 7 5"),
        ("+33139753975", "fr", "BE", "plus 33, 1, 39, 75, 39, 75"),
        ("+33139753975", "de", "", "plus 3 3, 1, 3 9, 7 5, 3 9, 7 5"),
        ("+33639980001", "fr", "FR", "0 6, 39, 98, 0 0, 0 1"),
        ("+12025550123", "en", "CA", "2 0 2, 5 5 5, 0 1 2 3"),
        ("anonymous", "fr", "FR", "anonymous"),
    ],
)
def test_numbers_are_spoken_in_groups(number: str, language: str, region: str, words: str) -> None:
    assert spoken(number, language, region) == words


def test_numbers_are_written_with_spaces() -> None:
    assert spaced("+33139753975") == "+33 1 39 75 39 75"
    assert spaced("anonymous") == "anonymous"
