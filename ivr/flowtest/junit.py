"""Results as JUnit XML, the form test reports are exchanged in: one suite a file, one case a test call."""

from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from ivr.core.flow.problem import Problem
from ivr.flowtest.run import Result, explain

_SPOKEN = {chr(code): " " for code in range(32) if chr(code) not in "\t\n\r"}
_CLEAN = str.maketrans({**_SPOKEN, "\ufffe": " ", "\uffff": " "})


def junit(results: Sequence[Result], problems: Sequence[Problem]) -> bytes:
    """The report. A file that can't be read is an error of a case of its own, so that no report hides it."""
    root = ET.Element("testsuites", name="hotline flows")
    for file, group in groupby(results, key=lambda result: result.case.file):
        suite = list(group)
        failed = sum(not result.passed for result in suite)
        parent = ET.SubElement(root, "testsuite", name=file, tests=str(len(suite)), failures=str(failed), errors="0")
        for result in suite:
            _case(parent, result)
    for file, told in groupby(sorted(problems), key=lambda problem: problem.file):
        several = list(told)
        parent = ET.SubElement(
            root, "testsuite", name=file, tests=str(len(several)), failures="0", errors=str(len(several))
        )
        for problem in several:
            name = f"{problem.code} line {problem.line}"
            case = ET.SubElement(parent, "testcase", name=name, classname=file, file=file, line=str(problem.line))
            ET.SubElement(case, "error", message=_clean(problem.message)).text = _clean(str(problem))
    root.set("tests", str(sum(int(suite.get("tests", "0")) for suite in root)))
    root.set("failures", str(sum(int(suite.get("failures", "0")) for suite in root)))
    root.set("errors", str(sum(int(suite.get("errors", "0")) for suite in root)))
    ET.indent(root)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _case(parent: ET.Element, result: Result) -> None:
    case = result.case
    found = ET.SubElement(
        parent, "testcase", name=_clean(case.name), classname=case.given.flow, file=case.file, line=str(case.at.line)
    )
    if result.failure is not None:
        text = "\n".join(explain(result))
        ET.SubElement(found, "failure", message=_clean(f"expected {result.failure.expected}")).text = _clean(text)


def _clean(text: str) -> str:
    """Without what XML can't hold."""
    return text.translate(_CLEAN)
