"""A folder of flows with its test calls: `flows/tests/*.yaml` in the company of the flows they dial."""

from dataclasses import dataclass
from pathlib import Path

from ivr.core.flow.problem import Problem, errors_in
from ivr.flowfile.folder import Checked, Reader
from ivr.flowfile.nodes import MAX_BYTES
from ivr.flowfile.paths import LIBRARY, QUEUES
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.house import House
from ivr.flowtest.model import Case

TESTS = "tests"


@dataclass(frozen=True, slots=True)
class Tests:
    """What was found below a path. `asked` are the flows whose ways are to be counted."""

    house: House
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]
    asked: tuple[str, ...]
    folder: Path

    __test__ = False

    def file_of(self, flow: str) -> str:
        """The file a flow is written in."""
        if flow in self.house.line_flows:
            return str(self.folder / QUEUES)
        own = self.folder / f"{flow}.yaml"
        return str(own if own.exists() else self.folder / LIBRARY / f"{flow}.yaml")


def house_of(checked: Checked) -> House:
    """The flows, queues and lines of a folder as a house for calls."""
    queues = checked.queues.definitions if checked.queues else {}
    return House(checked.flows, queues, checked.lines or (), checked.queues.flows if checked.queues else {})


def load_tests(path: Path) -> Tests:
    """The test calls of a folder of flows, of one flow's file, or of one file of tests.

    Never raises for what stands in them. Problems are the flows' errors and whatever is wrong with the test files.
    """
    folder, wanted = _meant(path)
    if not folder.is_dir() or not path.exists():
        nothing = Problem(str(path), 0, 0, "F001", "there is no such file or folder")
        return Tests(House({}), (), (nothing,), (), folder)
    checked = Reader().read(folder)
    house = house_of(checked)
    problems = errors_in(checked.problems)
    cases: list[Case] = []
    for file in test_files(folder):
        if wanted and file.stem != wanted and file != path:
            continue
        try:
            source = file.read_bytes()[: MAX_BYTES + 1]
        except OSError as error:
            problems.append(Problem(str(file), 0, 0, "F001", f"the file can't be read: {error.strerror or error}"))
            continue
        found, wrong = decode_cases(source, str(file), house)
        cases += found
        problems += wrong
    dialled = tuple(sorted({case.given.flow for case in cases}))
    alone = (wanted,) if wanted else (*house.flows, *house.line_flows)
    asked = dialled if path.parent.name == TESTS else alone
    there = tuple(name for name in asked if name in house.flows or name in house.line_flows)
    return Tests(house, tuple(cases), tuple(problems), there, folder)


def test_files(folder: Path) -> list[Path]:
    """The files of test calls beside a folder's flows, in order."""
    return [path for path in sorted((folder / TESTS).glob("*.yaml")) if not path.name.startswith(".")]


def _meant(path: Path) -> tuple[Path, str]:
    """The folder of flows, and the one flow or file of tests meant; empty for all."""
    if path.suffix != ".yaml":
        return path, ""
    if path.parent.name == TESTS:
        return path.parent.parent, path.stem
    return path.parent.parent if path.parent.name == LIBRARY else path.parent, path.stem
