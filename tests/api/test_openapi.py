"""The OpenAPI document and the application say the same."""

import re
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.web.api.problems import PROBLEMS
from tests.api.house import House

SAM = {"Authorization": "Bearer hotline_sam"}


@pytest.fixture
def document(api: FlaskClient) -> Any:
    answer = api.get("/api/openapi.json")
    assert answer.status_code == 200
    return answer.json


def test_it_has_exactly_the_routes_there_are(app: Flask, document: Any) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    said = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert said == routes


def test_every_path_names_its_parameters_and_every_reference_leads_somewhere(document: Any) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
    names = set(re.findall(r'"#/components/schemas/(\w+)"', str(document).replace("'", '"')))
    assert names <= set(document["components"]["schemas"])
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("path", "method", "body", "template"),
    [
        ("/api/lines?calls=5", "get", None, "/api/lines"),
        ("/api/lines/passports", "get", None, "/api/lines/{name}"),
        ("/api/calls/CA1", "get", None, "/api/calls/{call_sid}"),
        ("/api/calls/CA1/boost", "post", {"seconds": 60}, "/api/calls/{call_sid}/boost"),
        ("/api/calls/CA1/move", "post", {"queue": "taxes"}, "/api/calls/{call_sid}/move"),
        ("/api/calls/CA1/move", "post", {"queue": "moon"}, "/api/calls/{call_sid}/move"),
        ("/api/calls/CA1/pull", "post", {"agent": "ana"}, "/api/calls/{call_sid}/pull"),
        ("/api/calls/CA0/pull", "post", {"agent": "ana"}, "/api/calls/{call_sid}/pull"),
        ("/api/calls/CA1/why", "get", None, "/api/calls/{call_sid}/why"),
        ("/api/agents", "get", None, "/api/agents"),
        ("/api/agents/ana/skills/dutch", "put", {"level": 3}, "/api/agents/{agent}/skills/{skill}"),
        ("/api/problems/call_left", "get", None, "/api/problems/{code}"),
    ],
)
def test_answers_are_of_the_shape_they_are_said_to_be(  # noqa: PLR0917 - one row of the table above
    api: FlaskClient, house: House, document: Any, path: str, method: str, body: Any, template: str
) -> None:
    house.wait("CA1", "passports", 10, agent="bo", name="Marie")
    house.agent("ana", dutch=1)
    answer = api.open(path, method=method.upper(), headers=SAM, json=body)
    said = document["paths"][template][method]["responses"][str(answer.status_code)]["content"]
    schema = said[answer.content_type]["schema"] | {"components": document["components"]}
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(answer.json)) == []
    required = _closed(schema)
    assert list(jsonschema.Draft202012Validator(required).iter_errors(answer.json)) == []


def test_every_problem_has_its_page(api: FlaskClient) -> None:
    for code, (status, title) in PROBLEMS.items():
        answer = api.get(f"/api/problems/{code}")
        assert (answer.json["status"], answer.json["title"]) == (status, title)  # type: ignore[index]
    assert api.get("/api/problems/none").status_code == 404


def _closed(schema: Any) -> Any:
    """The same schema, in which an object has no field that isn't named."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    return closed | {"additionalProperties": False} if "properties" in schema and "type" in schema else closed
