"""docs/api.md says what there is: every address, every code, every field it names."""

import re
from pathlib import Path

from ivr.web.api.openapi import document
from ivr.web.api.problems import PROBLEMS

PAGE = Path("docs/api.md").read_text(encoding="utf-8")


def test_every_address_is_in_it_and_no_other() -> None:
    said = set(re.findall(r"`(GET|POST|PUT|DELETE) (/api/[^\s`?]+)`", PAGE))
    there = {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}
    assert there - said == {("GET", "/api/problems/{code}")}
    assert said <= there


def test_every_problem_is_in_it_under_its_status() -> None:
    table = PAGE[PAGE.index("| status | codes |") :]
    rows = {
        status: row
        for row in table.splitlines()
        for status in re.findall(r"\b\d{3}\b", row.split("|")[1] if "|" in row else "")
    }
    for code, (status, _) in PROBLEMS.items():
        assert f"`{code}`" in rows[str(status)], code


def test_every_field_it_names_is_one() -> None:
    schemas = document()["components"]["schemas"]
    fields = {field for schema in schemas.values() for field in schema.get("properties", ())}
    shown = PAGE[PAGE.index("## Looking") : PAGE.index("## Steering")]
    named = set(re.findall(r"`([a-z_]+)`", shown)) - {"call", "callback", "api"}
    assert named <= fields | {"call", "callback"}
