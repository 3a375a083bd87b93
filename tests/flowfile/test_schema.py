"""The JSON Schema says of every flow what the decoder says of it, as far as a file's shape tells."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ivr.core.flow.registry import STEPS
from ivr.flowfile.nodes import Items, Node, Scalar, compose
from ivr.flowfile.paths import NEIGHBOURS, flow_files
from ivr.flowfile.queues import decode_queues
from ivr.flowfile.schema import flow_schema, queues_schema, unknown_types

ROOT = Path(__file__).resolve().parents[2]
BAD = Path(__file__).parent / "bad"
SHAPE_CODES = {"F006", "F007", "F008", "F009", "F010", "F018"}
"""What a file's shape alone tells: the others need the whole file, or more than a regular expression."""

BEYOND = {
    "alias.yaml": "plain YAML expands it",
    "merge-key.yaml": "plain YAML merges it",
    "tag.yaml": "plain YAML follows it",
    "a-list-as-key.yaml": "not JSON at all",
}


def as_editors_read(node: Node) -> Any:
    """A file as YAML 1.2's core schema reads it, which is what an editor validates."""
    if isinstance(node, Scalar):
        if node.empty:
            return None
        if node.plain and re.fullmatch(r"-?\d+", node.text):
            return int(node.text)
        return {"true": True, "false": False}.get(node.text, node.text) if node.plain else node.text
    if isinstance(node, Items):
        return [as_editors_read(item) for item in node.items]
    return {key: as_editors_read(value) for key, value in node.values.items()}


def queue_faults(text: str) -> list[str]:
    """What the schema says of a text as queues.yaml."""
    node, _ = compose(text.encode(), "queues.yaml")
    assert node is not None
    return [error.message for error in Draft202012Validator(queues_schema()).iter_errors(as_editors_read(node))]


def faults(path: Path) -> list[str]:
    """What the schema says of a file."""
    node, _ = compose(path.read_bytes(), path.name)
    assert node is not None
    return [error.message for error in Draft202012Validator(flow_schema()).iter_errors(as_editors_read(node))]


def flows() -> list[Path]:
    """Every flow there is."""
    return [path for path in flow_files(ROOT / "flows") if path.name not in NEIGHBOURS]


def shape_bad() -> list[Path]:
    """The broken files of which one fault is a matter of shape, by what stands beside them."""
    found = []
    for path in sorted((BAD / "expected").glob("*.txt")):
        broken = BAD / f"{path.stem}.yaml"
        codes = set(re.findall(r"\bF0\d\d\b", path.read_text()))
        if broken.exists() and codes & SHAPE_CODES and broken.name not in NEIGHBOURS | set(BEYOND):
            node, _ = compose(broken.read_bytes(), broken.name)
            if node is not None:
                found.append(broken)
    return found


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(flow_schema())


def test_the_lines_of_the_project_and_of_their_page_are_valid() -> None:
    Draft202012Validator.check_schema(queues_schema())
    assert queue_faults((ROOT / "flows" / "queues.yaml").read_text()) == []
    assert queue_faults((ROOT / "docs" / "lines.md").read_text().split("```yaml\n")[1].split("```")[0]) == []


@pytest.mark.parametrize(
    "line",
    [
        "{skills: {tax: 11}}",
        "{skills: {tax: 2 to 5}}",
        "{rings: [{skills: {tax: 1}}]}",
        "{strategy: longest-idle}",
        "{enter_if: {expected_over: 10 min}}",
        "{overflow: {}}",
        "{ring_several: many}",
        "{max_wait: soon}",
    ],
)
def test_a_broken_line_is_seen(line: str) -> None:
    assert queue_faults(f"queues:\n  desk: {line}\n")


@pytest.mark.parametrize(("said", "told"), [("yes", True), ("no", False), ("30 s", True), ("{every: 1 min}", True)])
def test_what_is_announced_may_be_said_by_a_word(said: str, told: bool) -> None:
    text = f"queues:\n  desk: {{announce: {said}}}\n"
    queues, problems = decode_queues(text.encode(), "queues.yaml")
    assert queues is not None, problems
    announce = queues.definitions["desk"].announce
    assert (announce.position, announce.wait) == (told, told)
    assert queue_faults(text) == []


def test_every_type_of_field_has_its_schema() -> None:
    assert unknown_types() == []


def test_there_are_flows_and_broken_files_to_look_at() -> None:
    assert flows()
    assert len(shape_bad()) >= 8


@pytest.mark.parametrize("path", flows(), ids=lambda path: path.stem)
def test_every_flow_is_valid(path: Path) -> None:
    assert faults(path) == []


@pytest.mark.parametrize("path", shape_bad(), ids=lambda path: path.stem)
def test_broken_shapes_are_seen(path: Path) -> None:
    assert faults(path)


@pytest.mark.parametrize("word", sorted(STEPS))
def test_the_example_in_each_kinds_docstring_is_valid(word: str) -> None:
    said = STEPS[word].__doc__ or ""
    example = re.search(r"```yaml\n(.*?)```", said, re.DOTALL)
    assert example, f"{word} shows no example"
    text = re.sub(r"^    ", "", example[1], flags=re.MULTILINE)
    steps = yaml.load(text, Loader=yaml.BaseLoader)
    flow = {"language": "fr-FR", "time_zone": "Europe/Paris", "steps": _nothing_as_none(steps)}
    assert [error.message for error in Draft202012Validator(flow_schema()).iter_errors(flow)] == []


def _nothing_as_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _nothing_as_none(item) for key, item in value.items()}
    return None if value == "" else value
