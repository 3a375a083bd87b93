"""Texts: values are filled in from a fixed table; whatever a value contains is spoken, never run."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.flow import text as text_module
from ivr.core.flow.text import MAX_TEXT, MAX_VALUE, TemplateError, parse_template, parse_text

CORE = Path(text_module.__file__).parent

VALUES = {"caller.name": "Ana", "answers.file": "1234"}


def render(source: str, **more: str) -> str:
    values = {**VALUES, **{name.replace("_", ".", 1): value for name, value in more.items()}}
    return parse_template(source).render(lambda name: values.get(name, ""))


@pytest.mark.parametrize(
    ("source", "spoken"),
    [
        ("Bonjour.", "Bonjour."),
        ("Bonjour {{ caller.name }}.", "Bonjour Ana."),
        ("Bonjour {{caller.name}}.", "Bonjour Ana."),
        ("{{ answers.file | digits }}", "1 2 3 4"),
        ("{{ caller.name | upper | digits }}", "A N A"),
        ('{{ caller.number | default("inconnu") }}', "inconnu"),
        ("{{ caller.number | default('inconnu') | upper }}", "INCONNU"),
        ("Bonjour {{ caller.number }}, bienvenue.", "Bonjour, bienvenue."),
        ("{ caller.name }", "{ caller.name }"),
        ("{% if x %} ${caller.name} %(caller.name)s", "{% if x %} ${caller.name} %(caller.name)s"),
    ],
)
def test_values_are_filled_in(source: str, spoken: str) -> None:
    assert render(source) == spoken


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("{{ caller.nane }}", "did you mean 'caller.name'?"),
        ("{{ caller.name.__class__ }}", "did you mean 'caller.name'?"),
        ("{{ name }}", "did you mean 'line.name'?"),
        ("{{ 'x' }}", "write {{ caller.name }} or {{ answers.file | digits }}"),
        ("{{ answers.a.b }}", "values are caller.*, answers.*, line.*, call.*, now.* and hours.*"),
        ("{{ caller.name() }}", "write {{ caller.name }} or {{ answers.file | digits }}"),
        ("{{ 7 * 7 }}", "write {{ caller.name }} or {{ answers.file | digits }}"),
        (
            "{{ caller.name | attr('x') }}",
            "filters are amount, date, default, digits, lower, number, time, upper, wait",
        ),
        ("{{ caller.name", ""),
        ("caller.name }}", ""),
        ("{{ {{ caller.name }} }}", "write {{ caller.name }} or {{ answers.file | digits }}"),
        ("x" * (MAX_TEXT + 1), ""),
    ],
)
def test_what_can_not_be_filled_in_is_refused_with_a_hint(source: str, hint: str) -> None:
    with pytest.raises(TemplateError) as raised:
        parse_template(source)
    assert raised.value.hint == hint


@settings(deadline=None)
@given(st.text(max_size=1_000))
def test_a_value_is_spoken_as_it_is_and_short(value: str) -> None:
    spoken = render("A{{ caller.name }}B", caller_name=value)
    assert len(spoken) <= MAX_VALUE + 2
    assert "\n" not in spoken
    assert not any(ord(letter) < 32 or 0xD800 <= ord(letter) <= 0xDFFF for letter in spoken)


def test_a_value_with_a_template_in_it_is_not_filled_in_again() -> None:
    assert render("{{ caller.name }}", caller_name="{{ answers.file }}") == "{{ answers.file }}"


@pytest.mark.parametrize(
    ("language", "fallback", "expected"),
    [
        ("fr-FR", "nl-BE", ("fr-FR", "Oui")),
        ("fr-BE", "nl-BE", ("fr-BE", "Oui belge")),
        ("nl-NL", "fr-FR", ("nl-NL", "Ja")),
        ("de-DE", "nl-BE", ("nl-BE", "Ja")),
        ("de-DE", "it-IT", ("fr-FR", "Oui")),
    ],
)
def test_the_text_nearest_to_the_language_is_spoken(language: str, fallback: str, expected: tuple[str, str]) -> None:
    text = parse_text({"fr": "Oui", "fr-BE": "Oui belge", "nl": "Ja"})
    locale, template = text.choose(language, fallback)
    assert (locale, template.render(lambda _: "")) == expected


def test_a_text_without_a_language_is_in_the_flows() -> None:
    assert parse_text("Bonjour").choose("nl-BE", "fr-FR")[0] == "fr-FR"


def test_nothing_of_the_flow_is_evaluated_as_code() -> None:
    forbidden = {"eval", "exec", "compile", "getattr_static", "render_template_string", "__import__"}
    for path in [*CORE.rglob("*.py"), *(CORE.parents[1] / "flowfile").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{path}:{node.lineno}"
