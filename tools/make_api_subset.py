"""Makes the reduced OpenAPI document the validating proxy checks the exchange against, from the carrier's full one.

    python tools/make_api_subset.py path/to/twilio_api_v2010.json

writes `tests/exchange/contract/api_v2010.subset.json`: the paths the exchange serves and what they refer to, without
prose and examples. It is made stricter where the full document is silent (every documented property must be there, no
other may), and corrected where the document contradicts the service it describes; `CORRECTIONS` gives each reason.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "tests" / "exchange" / "contract" / "api_v2010.subset.json"
SOURCE = "https://github.com/twilio/twilio-oai, spec/json/twilio_api_v2010.json"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"
PATHS = (
    "/2010-04-01/Accounts/{Sid}.json",
    *(
        ACCOUNT + path
        for path in (
            "/Calls.json",
            "/Calls/{Sid}.json",
            "/Calls/{CallSid}/Recordings.json",
            "/Calls/{CallSid}/Recordings/{Sid}.json",
            "/Conferences.json",
            "/Conferences/{Sid}.json",
            "/Conferences/{ConferenceSid}/Participants.json",
            "/Conferences/{ConferenceSid}/Participants/{CallSid}.json",
            "/Conferences/{ConferenceSid}/Recordings.json",
            "/Conferences/{ConferenceSid}/Recordings/{Sid}.json",
            "/IncomingPhoneNumbers.json",
            "/IncomingPhoneNumbers/{Sid}.json",
            "/Messages.json",
            "/Messages/{Sid}.json",
            "/Queues.json",
            "/Queues/{Sid}.json",
            "/Queues/{QueueSid}/Members.json",
            "/Queues/{QueueSid}/Members/{CallSid}.json",
            "/Recordings.json",
            "/Recordings/{Sid}.json",
        )
    ),
)
PROSE = frozenset({"description", "summary", "example", "examples", "tags", "headers"})
"""Besides prose: the documented response headers, which are all for browsers' cross-origin requests."""
NAMED = frozenset({"properties", "schemas", "responses"})
"""Below these a key is a name somebody chose, not the document's own word."""
DAY, MONTH = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
RFC_2822 = rf"^{DAY}, \d{{2}} {MONTH} \d{{4}} \d{{2}}:\d{{2}}:\d{{2}} \+0000$"
ERROR = {
    "type": "object",
    "required": ["code", "message", "more_info", "status"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "integer"},
        "message": {"type": "string"},
        "more_info": {"type": "string", "pattern": r"^https://www\.twilio\.com/docs/errors/\d+$"},
        "status": {"type": "integer"},
    },
}
Document = dict[str, Any]


def subset(full: Document) -> Document:
    """The reduced, corrected document."""
    paths = {path: _bare(full["paths"][path]) for path in PATHS}
    schemas: Document = {}
    _collect(paths, full["components"]["schemas"], schemas)
    small: Document = {
        "openapi": full["openapi"],
        "info": {
            "title": "Twilio API 2010-04-01, the part a voice application uses",
            "description": f"Reduced from {SOURCE} by tools/make_api_subset.py, which lists every change. "
            "Copyright Twilio Inc., licensed under the Apache License, Version 2.0.",
            "license": full["info"]["license"],
            "version": full["info"]["version"],
        },
        "servers": full["servers"],
        "security": full["security"],
        "paths": paths,
        "components": {
            "securitySchemes": _bare(full["components"]["securitySchemes"]),
            "schemas": dict(sorted(schemas.items())),
        },
    }
    for correct in CORRECTIONS:
        correct(small)
    return small


def _bare(node: Any, *, names: bool = False) -> Any:
    """A copy without prose and extensions. `names`: the keys of this node are chosen names."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _bare(value, names=not names and key in NAMED)
        for key, value in node.items()
        if names or not (key in PROSE or key.startswith("x-"))
    }


def _collect(node: Any, all_schemas: Document, into: Document) -> None:
    """Copies every schema `node` refers to, and what those refer to."""
    for name in re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(node)):
        if name not in into:
            into[name] = _bare(all_schemas[name])
            _collect(into[name], all_schemas, into)


def _operations(document: Document) -> Iterator[Document]:
    for item in document["paths"].values():
        for method in ("get", "post", "delete"):
            if method in item:
                yield item[method]


def _answered_schemas(document: Document) -> Iterator[Document]:
    """Every object schema a response can hold, by reference or in place."""
    for operation in _operations(document):
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                yield content["schema"]
    yield from document["components"]["schemas"].values()


def _errors_are_documented(document: Document) -> None:
    """The document names success only; the service answers every refusal with one shape of error."""
    document["components"]["schemas"]["error"] = ERROR
    answer = {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/error"}}}}
    for operation in _operations(document):
        operation["responses"].pop("408", None)
        operation["responses"] |= {"4XX": answer, "5XX": answer}
        for response in operation["responses"].values():
            response.setdefault("description", "")


def _every_property_is_there(document: Document) -> None:
    """No schema requires anything, so an empty object would pass: all that is documented is required, else refused."""
    for schema in _answered_schemas(document):
        if schema.get("type") == "object" and "properties" in schema:
            schema["required"] = sorted(schema["properties"])
            schema["additionalProperties"] = False


def _dates_are_rfc_2822(document: Document) -> None:
    """`date-time-rfc-2822` is a format no validator knows; the pattern says the same."""
    for schema in document["components"]["schemas"].values():
        for declared in schema.get("properties", {}).values():
            if declared.get("format") == "date-time-rfc-2822":
                declared["pattern"] = RFC_2822


def _statuses_may_be_null(document: Document) -> None:
    """Enumerations are shared by reference, where `nullable` can't stand: a running room has no reason for its end."""
    document["components"]["schemas"]["conference_enum_reason_conference_ended"]["nullable"] = True


CORRECTIONS: tuple[Callable[[Document], None], ...] = (
    _errors_are_documented,
    _every_property_is_there,
    _dates_are_rfc_2822,
    _statuses_may_be_null,
)


def main() -> int:
    """Writes the subset and says how large it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("full", type=Path, help="the carrier's full OpenAPI document")
    source = parser.parse_args().full
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(subset(json.loads(source.read_text())), indent=1) + "\n")
    print(f"{TARGET}: {TARGET.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
