"""Every step type has a docstring with an example, a page in the docs that names each of its fields, and test calls."""

import re
from dataclasses import fields
from pathlib import Path
from textwrap import dedent, indent

import pytest

from ivr.core.flow.names import NAMES
from ivr.core.flow.problem import CODES, FAULTS
from ivr.core.flow.registry import STEPS
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.neighbours import decode_calendars, decode_languages, decode_lines
from ivr.flowfile.queues import decode_queues
from ivr.flowfile.testers import decode_testers
from tests.flow.all_calls import ALL as CASES

DOCS = Path(__file__).parents[2] / "docs" / "flow-language"
_EXAMPLE = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def examples(text: str) -> list[str]:
    return _EXAMPLE.findall(text)


def check_example(word: str, example: str) -> None:
    """The example is read without a problem and is of its kind."""
    source = "language: fr-FR\ntime_zone: Europe/Paris\nsteps:\n" + indent(example, "  ")
    decoded = decode_flow(source.encode(), "example", "example.yaml")
    assert not decoded.problems, "\n".join(map(str, decoded.problems))
    assert decoded.drafted is not None
    assert word in {step.word for step in decoded.drafted.steps.values()}


@pytest.mark.parametrize("word", STEPS)
def test_a_step_has_an_example_in_its_docstring(word: str) -> None:
    found = examples(dedent("    " + (STEPS[word].__doc__ or "")))
    assert found, f"{word}: no ```yaml example in the docstring"
    for example in found:
        check_example(word, example)


@pytest.mark.parametrize("word", STEPS)
def test_a_step_has_a_page_that_names_its_fields(word: str) -> None:
    page = (DOCS / f"{word}.md").read_text(encoding="utf-8")
    first, *_ = examples(page)
    check_example(word, first)
    cls = STEPS[word]
    for field in fields(cls):  # type: ignore[arg-type]
        written = word if field.name == cls.main else field.name
        assert f"`{written}`" in page, f"{word}.md does not tell of `{written}`"
    assert f"[{word}]({word}.md)" in (DOCS / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", STEPS)
def test_a_step_has_test_calls(word: str) -> None:
    assert CASES.get(word), f"tests/flow/calls.py has no call for `{word}`"


def test_no_two_kinds_of_step_are_fields_of_each_other() -> None:
    names = {word: {field.name for field in fields(cls) if field.name != cls.main} for word, cls in STEPS.items()}  # type: ignore[arg-type]
    for word, own in names.items():
        for other in own & STEPS.keys():
            assert word not in names[other], f"{word}, {other}: the loader could not tell the step's kind"


def test_every_code_has_its_paragraph() -> None:
    page = (DOCS / "problems.md").read_text(encoding="utf-8")
    for code in [*CODES, *FAULTS]:
        assert f"\n## {code}: " in page


def test_every_value_is_told() -> None:
    page = (DOCS / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"`{name}`" in page


def test_the_files_beside_the_flows_are_told_with_good_examples() -> None:
    lines, queues, calendars, languages, testers = examples((DOCS / "files.md").read_text(encoding="utf-8"))
    assert decode_lines(lines.encode(), "lines.yaml", {"town-hall"})[1] == []
    assert decode_queues(queues.encode(), "queues.yaml")[1] == []
    assert decode_calendars(calendars.encode(), "calendars.yaml")[1] == []
    assert decode_languages(languages.encode(), "languages.yaml")[1] == []
    assert decode_testers(testers.encode(), "testers.yaml") == (frozenset({"+33611000001"}), [])


def test_the_flow_on_the_first_page_is_good() -> None:
    (example,) = examples((DOCS / "README.md").read_text(encoding="utf-8"))
    assert not decode_flow(example.encode(), "example", "example.yaml").problems
