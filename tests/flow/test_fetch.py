"""Look-ups in the flow: what may be sent, what is kept of an answer, and how turns go on."""

import pytest

from ivr.core.flow import engine
from ivr.core.flow.bound import encoded, parse_address
from ivr.core.flow.check import check_flow
from ivr.core.flow.effects import Fault, Fetch, Gather, Say
from ivr.core.flow.expected import BadAnswer, Part, kept_of
from ivr.core.flow.inputs import Digits, Fetched, HungUp
from ivr.core.flow.registry import World
from ivr.core.flow.text import TemplateError
from ivr.flowfile.decode import decode_flow
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of

HOSTS = {"files.example.org": False, "old.example.org": True}
FLOW = """language: fr-FR
time_zone: Europe/Paris
on_fault: bye
steps:
  pin: {{ask: Votre code., save: pin, sensitive: yes, next: file, otherwise: bye}}
  file: {{ask: Votre dossier., save: file, next: look, otherwise: bye}}
  look:
    fetch: {fetch}
    next: bye
    otherwise: bye
  bye: {{hangup: Au revoir.}}
"""


def problems(fetch: str) -> list[tuple[str, int, str]]:
    """(code, line, message) of a flow with such a look-up."""
    decoded = decode_flow(FLOW.format(fetch=fetch.replace("\n", "\n    ")).encode(), "test", "test.yaml")
    found = list(decoded.problems)
    if decoded.drafted is not None:
        found += check_flow(decoded.drafted, World({}, hosts=HOSTS), "test.yaml", decoded.declared)
    return [(one.code, one.line, one.message) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    "fetch",
    [
        "https://files.example.org/api",
        "https://files.example.org/api/{{ answers.file }}?kind=a",
        "https://files.example.org:8443/api\nquery: {number: '{{ answers.file }}'}",
        "https://files.example.org/api\nmethod: post\nbody: {pin: '{{ answers.pin }}'}",
        "http://old.example.org/api",
    ],
)
def test_what_may_be_sent(fetch: str) -> None:
    assert problems(fetch) == []


@pytest.mark.parametrize(
    ("fetch", "code", "line", "said"),
    [
        ("https://files.example.org/{{ answers.pin }}", "F056", 8, "in an address"),
        ("https://files.example.org/\nquery: {pin: '{{ answers.pin }}'}", "F056", 9, "in an address"),
        ("http://old.example.org/\nmethod: post\nbody: {p: '{{ answers.pin }}'}", "F056", 10, "unencrypted"),
        ("https://files.example.org/{{ answers.nobody }}", "F028", 8, "no step asks for"),
        ("https://files.example.org/{{ answers.late }}\nsave: {late: late}", "F054", 8, "never known here"),
        ("https://files.example.org/{{ nonsense }}", "F013", 8, "no such value"),
        ("https://{{ answers.file }}.example.org/", "F013", 8, "not an address"),
        ("https://elsewhere.example.org/", "F070", 8, "not allowed"),
        ("http://files.example.org/", "F070", 8, "only be asked by https"),
        ("https://files.example.org/\nbody: {a: b}", "F071", 9, "method: post"),
        ("https://files.example.org/\nsave: {status: 'a b'}", "F071", 9, "no way into an answer"),
        ("https://files.example.org/\nsave: {status: {at: a, kind: money}}", "F011", 9, "not possible here"),
        ("https://files.example.org/\nwithin: 1 min", "F011", 9, "a time from 1 s to 8 s"),
        ("https://files.example.org/ a", "F013", 8, "can't stand in an address"),
        ("https://files.example.org:99999/", "F013", 8, "not a port"),
    ],
)
def test_what_may_not(fetch: str, code: str, line: int, said: str) -> None:
    found = [one for one in problems(fetch) if one[0] == code]
    assert [one[:2] for one in found] == [(code, line)], problems(fetch)
    assert said in found[0][2]


@pytest.mark.parametrize(
    "value", ["..", ".", "../..", "a/b", "a?b=c", "a#b", "a%2fb", "a b", "é", "a&b=c", "\\", "@x", ":80"]
)
def test_no_answer_of_a_callers_leaves_its_place_in_an_address(value: str) -> None:
    address = parse_address("https://files.example.org/files/{{ answers.x }}/end")
    url = address.render(lambda _: value, {"q": value})
    path, _, query = url.removeprefix("https://files.example.org").partition("?")
    assert path.startswith("/files/")
    assert path.endswith("/end")
    assert path.count("/") == 3
    assert ".." not in path.split("/")
    assert query.count("&") == 0
    assert "#" not in url
    assert url.isascii()
    assert encoded("..") == "%2E%2E"


def test_a_long_address_is_refused() -> None:
    with pytest.raises(TemplateError, match="1,000"):
        parse_address("https://files.example.org/" + "a" * 1000)


@pytest.mark.parametrize(
    ("body", "part", "kept"),
    [
        ('{"a": "x"}', Part("a"), "x"),
        ('{"a": {"b": [{"c": 7}]}}', Part("a.b.0.c"), "7"),
        ('{"a": 12.50}', Part("a", "number"), "12.50"),
        ('{"a": 1e3}', Part("a", "number"), "1000"),
        ('{"a": true}', Part("a", "yes_no"), "yes"),
        ('{"a": false}', Part("a", "yes_no"), "no"),
        ('{"a": "2026-11-24T08:00:00Z"}', Part("a", "date"), "2026-11-24"),
        ("{}", Part("a", optional=True), ""),
        ('{"a": null}', Part("a", optional=True), ""),
        ('{"a": "x\\u0000\\ny"}', Part("a"), "x y"),
        ('[["x"]]', Part("0.0"), "x"),
    ],
)
def test_what_is_kept_of_an_answer(body: str, part: Part, kept: str) -> None:
    assert kept_of(body, {"v": part}) == {"v": kept}


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("", Part("a")),
        ("{", Part("a")),
        ("[" * 100_000, Part("a")),
        ('{"a": NaN}', Part("a", "number")),
        ('{"a": 1e400}', Part("a", "number")),
        ('{"a": ' + "9" * 5000 + "}", Part("a", "number")),
        ('{"a": 1e99999999999}', Part("a", "number")),
        ('{"a": "12"}', Part("a", "number")),
        ('{"a": true}', Part("a", "number")),
        ('{"a": "true"}', Part("a", "yes_no")),
        ('{"a": "tomorrow"}', Part("a", "date")),
        ('{"a": {"b": 1}}', Part("a")),
        ('{"a": [1]}', Part("a.1")),
        ('{"a": [1]}', Part("a.-1")),
        ('{"a": "' + "x" * 201 + '"}', Part("a")),
        ("{}", Part("a")),
        ('{"a": null}', Part("a")),
    ],
)
def test_what_is_no_answer(body: str, part: Part) -> None:
    with pytest.raises(BadAnswer):
        kept_of(body, {"v": part})


LOOK = """
look: {fetch: "https://files.example.org/", words: Un instant., save: {s: s}, next: menu, otherwise: menu}
menu: {menu: Tapez 1., keys: {1: look}, otherwise: bye}
bye: {hangup: Au revoir.}
"""


def test_a_look_up_takes_no_turn_and_what_was_said_goes_on() -> None:
    flow = flow_of(LOOK)
    first = Talk(flow).last
    assert isinstance(first.wait, Fetch)
    whole = engine.go_on(flow, first, Fetched("ok", '{"s": "x"}'), MONDAY_MORNING)
    assert whole.session.turn == first.session.turn == 0
    assert [walked.exit for walked in whole.trail] == ["waits", "found", "waits"]
    assert isinstance(whole.wait, Gather)
    assert [say.text for say in whole.wait.prompts if isinstance(say, Say)] == ["Un instant.", "Tapez 1."]
    assert whole.session.values["s"] == "x"


def test_a_call_is_left_in_a_look_up_only_by_hanging_up() -> None:
    flow = flow_of(LOOK)
    talk = Talk(flow)
    with pytest.raises(engine.NotAccepted):
        talk.give(Digits("1"))
    assert talk.give(HungUp()).session.ended


ROUND = """language: fr-FR
time_zone: Europe/Paris
on_fault: bye
steps:
  a: {fetch: "https://files.example.org/", next: b, otherwise: b}
  b: {fetch: "https://files.example.org/", next: a, otherwise: bye}
  bye: {hangup: Au revoir.}
"""


def test_look_ups_going_round_are_told_and_would_end_in_a_fault() -> None:
    flow = decode_flow(ROUND.encode(), "round", "round.yaml").flow
    assert flow is not None
    assert "F023" in {found.code for found in check_flow(flow, World({}), "round.yaml")}
    turn = Talk(flow).last
    for _ in range(200):
        if not isinstance(turn.wait, Fetch):
            break
        turn = engine.go_on(flow, turn, Fetched("ok", "{}"), MONDAY_MORNING)
    assert turn.session.ended
    assert any(isinstance(effect, Fault) for effect in turn.effects)


def test_sensitive_findings_are_for_conditions_only() -> None:
    flow = flow_of(
        """
        look:
          fetch: https://files.example.org/
          save: {debt: debt}
          sensitive: yes
          next: check
          otherwise: bye
        check: {branch: [{when: answers.debt > 100, next: person}], otherwise: bye}
        person: {hangup: Une personne.}
        bye: {hangup: Au revoir.}
        """
    )
    talk = Talk(flow)
    turn = talk.give(Fetched("ok", '{"debt": 250}'))
    assert talk.heard == "Une personne."
    assert "debt" not in turn.session.values
    assert not turn.commands
