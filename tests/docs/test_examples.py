"""The flows shown on the first pages an operator reads: right as they stand, or right but for what was left out."""

import re
from pathlib import Path

import ivr.core.flow.steps  # noqa: F401 - makes every kind of step known
from ivr.core.flow.registry import STEPS
from ivr.flowfile.folder import check_path

PROJECT = Path(__file__).parents[2]
LANGUAGE = PROJECT / "docs" / "flow-language" / "README.md"
LEFT_OUT = {"F020", "F024"}
"""Steps and queues that an excerpt leads to and doesn't show."""


def codes_of_first_example(page: Path, folder: Path) -> set[str]:
    """The problems of the first YAML on a page, alone in a folder."""
    found = re.search(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    (folder / "example.yaml").write_text(found.group(1), encoding="utf-8")
    return {problem.code for problem in check_path(folder)}


def test_the_excerpt_of_the_readme_lacks_only_what_was_left_out(tmp_path: Path) -> None:
    assert codes_of_first_example(PROJECT / "README.md", tmp_path) == LEFT_OUT


def test_the_example_of_the_language_is_a_whole_flow(tmp_path: Path) -> None:
    assert codes_of_first_example(LANGUAGE, tmp_path) == set()


def test_the_language_page_lists_every_kind_of_step() -> None:
    listed = re.findall(r"^\| \[([a-z-]+)\]\(\1\.md\)", LANGUAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(STEPS)
