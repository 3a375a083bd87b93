"""What may be dialled and texted: a table of numbers with the verdict each must get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.dialable import DialRules, Purpose, may_dial

RULES = DialRules("FR", ("BE", "NL", "LU", "DE", "CH", "GB", "US"))
ALONE = DialRules("FR")

# Of each number the verdict on calling it back, then on texting it.
TABLE: dict[str, tuple[str, str]] = {
    # ordinary numbers, however written
    **dict.fromkeys(
        (
            "+33612345678", "0612345678", "06 12 34 56 78", "06.12.34.56.78", "0033612345678", "+33 6 12 34 56 78",
            "+33782123456", "0033 7 82 12 34 56", "tel:+33612345678", "+33639980001", "+33639989999", "+32470123456",
            "+32 470 12 34 56", "+31612345678", "+352621123456", "+4915123456789", "+41781234567",
            "+447400123456", "+447700900123", "+12025550123", "+13125550123",
        ),
        ("allowed", "allowed"),
    ),
    **dict.fromkeys(
        (
            "+33139753975", "0139753975", "01 39 75 39 75", "+33199001000", "+33478901234", "+3225551234",
            "+31201234567",
            "+493012345678", "+442079460000", "+41442345678", "+35226123456",
        ),
        ("allowed", "no-text"),
    ),
    # emergency and short numbers, in any country the house allows, with and without a country code
    **dict.fromkeys(
        (
            "112", "15", "17", "18", "114", "115", "116", "119", "196", "999", "911", "100", "101", "102", "110", "144",
            "117", "118", "3975", "3939", "3919", "3114", "3020", "3117", "36 30", "118218", "118712",
            "116000", "116006",
            "+33112", "+33 15", "+3315", "0033112", "+32112", "+32100", "+49110", "+44999", "+1911",
            "+33 3975", "+333939",
            "36631", "1234", "0",
        ),
        ("short", "short"),
    ),
    # countries the house doesn't allow: those inside +1 and +44 too
    **dict.fromkeys(
        (
            "+18095551234", "+18765551234", "+12423591234", "+12462501234", "+14413701234", "+16644923456",
            "+17582845678",
            "+18682911234", "+14734051234", "+447911123456", "+441534123456", "+447797123456", "+447624123456",
            "+37360123456", "+37122123456", "+2250123456789", "+2348031234567", "+252612345678", "+8613812345678",
            "+96550012345", "+5355123456", "+67074512345", "+6835123", "+590690001234", "+262692123456",
            "+594694201234",
            "+687751234", "+34612345678", "+393312345678",
        ),
        ("country", "country"),
    ),
    # nobody's country: satellites, ships, international services
    **dict.fromkeys(
        ("+881612345678", "+881812345678", "+8816 1234 5678", "+882161234567", "+870773123456", "+870773111632",
         "+80012345678", "+8821612345678"),
        ("country", "country"),
    ),
    # dear ones: premium rate, shared cost; and those that are free or carried over the internet
    **dict.fromkeys(
        ("+33899701234", "0899701234", "0890123456", "+33892123456", "+33891123456", "0897123456", "+3290312345",
         "+31900123456", "+499001234567", "+449012345678", "+19002345678", "+41900123456", ),
        ("kind", "kind"),
    ),
    **dict.fromkeys(("+33800123456", "0805123456", "+33811123456", "0820123456", "+33884012345", "+33970123456",
                    "0972123456", "+448001234567"), ("kind", "no-text")),
    # stand-ins for who hides
    **dict.fromkeys(
        ("", "anonymous", "Anonymous", "restricted", "unavailable", "private", "unknown", "+266696687", "266696687",
         "+7378742833", "+2562533", "+8656696", "+86282452253", "sip:anonymous@anonymous.invalid", "client:anonymous"),
        ("hidden", "hidden"),
    ),
    # nothing that can be dialled
    **dict.fromkeys(
        ("abc", "client:somebody", "sip:somebody@example.org", "+", "+33", "06123", "+336123",
         "+339999999999999", "0612345678,,1234#", "0612345678 ext 12", "*31#0612345678", "06123456789012345",
         "+8835100",
         "+99912345678", "null", "1; DROP TABLE", "+33 6 12 34 56 78 9", "<Number>+33612345678</Number>", "🙂"),
        ("not-a-number", "not-a-number"),
    ),
}  # fmt: skip

_SHORT_OR_NONE = {"short", "not-a-number", "hidden"}


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) > 150


@pytest.mark.parametrize(("number", "expected"), TABLE.items())
def test_a_number_gets_its_verdict(number: str, expected: tuple[str, str]) -> None:
    verdicts = (may_dial(number, "callback", RULES).reason, may_dial(number, "text", RULES).reason)
    if {*expected} <= _SHORT_OR_NONE:  # denied, which of these it is depends on the country's short numbers
        assert {*verdicts} <= _SHORT_OR_NONE
    else:
        assert verdicts == expected


@pytest.mark.parametrize("number", [number for number, verdict in TABLE.items() if verdict[0] == "allowed"])
def test_alone_a_house_calls_its_own_country(number: str) -> None:
    verdict = may_dial(number, "callback", ALONE)
    assert verdict.allowed == verdict.number.startswith("+33")


def test_what_an_operator_writes_may_be_a_service_number_but_never_a_dear_one() -> None:
    assert may_dial("+33800123456", "handover", RULES).allowed
    assert may_dial("+33970123456", "handover", RULES).allowed
    assert may_dial("+33970123456", "agent", RULES).allowed
    assert not may_dial("+33800123456", "agent", RULES).allowed
    for purpose in ("handover", "agent"):
        assert not may_dial("+33899701234", purpose, RULES).allowed  # type: ignore[arg-type]
        assert not may_dial("112", purpose, RULES).allowed  # type: ignore[arg-type]
        assert not may_dial("+881612345678", purpose, RULES).allowed  # type: ignore[arg-type]


def test_rules_of_the_house() -> None:
    assert not may_dial("+33970123456", "callback", RULES).allowed
    assert may_dial("+33970123456", "callback", DialRules("FR", voip=True)).allowed
    assert may_dial("+33612345678", "callback", DialRules("FR", denied=("+3361",))).reason == "prefix"


@given(st.text(max_size=40), st.sampled_from(["callback", "text", "handover", "agent"]))
def test_whatever_is_typed_is_never_more_than_a_number_the_house_allows(typed: str, purpose: Purpose) -> None:
    verdict = may_dial(typed, purpose, ALONE)
    assert not verdict.allowed or verdict.number.startswith("+33")


@given(st.text("0123456789*#+", min_size=1, max_size=18), st.sampled_from(["callback", "text", "handover", "agent"]))
def test_nor_is_what_a_keypad_can_send(typed: str, purpose: Purpose) -> None:
    verdict = may_dial(typed, purpose, ALONE)
    assert not verdict.allowed or (verdict.number.startswith("+33") and len(verdict.number) == 12)
