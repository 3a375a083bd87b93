"""Test calls of the steps that reach beyond the flow: `fetch`, `handoff`."""

from collections.abc import Mapping

from ivr.core.flow.effects import Fetch, Note
from ivr.core.flow.inputs import Digits, Fetched
from tests.flow.calls import BACK, ENDS, Case, fr

URL = "https://files.example.org/api/files"
FETCH = f"""fetch: {URL}
query: {{number: "{{{{ caller.name }}}}"}}
words: Un instant.
within: 4 s
save:
  status: file.status
  ready: {{at: file.ready, kind: date, optional: yes}}
next: tell
on_missing: other
on_timeout: other
otherwise: end

tell:
  say: 'Votre dossier est {{{{ answers.status }}}}, le {{{{ answers.ready | default("?") }}}}.'
  next: end
"""
POST = (
    f"fetch: {URL}/{{{{ answers.file }}}}\nmethod: post\n"
    "body: {who: '{{ caller.kind }}', what: \"l'été\"}\nnext: end\notherwise: other\n"
)
ASK_AND_POST = "ask: Votre numéro.\nsave: file\nmax: 20\nnext: look\notherwise: end\n\nlook:\n  " + POST.replace(
    "\n", "\n  "
)
FOUND = '{"file": {"status": "prêt", "ready": "2026-11-24T08:00:00Z"}}'


def noted(way_out: str) -> Note:
    """What the history is told of a look-up without an answer."""
    return Note("first", way_out)


CASES: Mapping[str, tuple[Case, ...]] = {
    "fetch": (
        Case("says its words and asks", FETCH, (), (fr("Un instant."), Fetch(f"{URL}?number=", seconds=4))),
        Case(
            "sends what the caller answered, and JSON",
            ASK_AND_POST,
            (Digits("123"),),
            (Note("file", "123"), Fetch(f"{URL}/123", "POST", '{"who": "new", "what": "l\'été"}')),
        ),
        Case(
            "keeps what it found",
            FETCH,
            (Fetched("ok", FOUND, 120),),
            (fr("Votre dossier est prêt, le 2026-11-24."), *ENDS),
            "found",
        ),
        Case(
            "does without what is optional",
            FETCH,
            (Fetched("ok", '{"file": {"status": "prêt", "ready": null}}'),),
            (fr("Votre dossier est prêt, le ?."), *ENDS),
            "found",
        ),
        Case("has a way for what nobody knows", FETCH, (Fetched("missing"),), (noted("missing"), *BACK), "missing"),
        Case("has a way for what takes too long", FETCH, (Fetched("timeout"),), (noted("timeout"), *BACK), "timeout"),
        Case("has a way for the rest", FETCH, (Fetched("failed"),), (noted("failed"), *ENDS), "failed"),
        Case(
            "takes nothing of the wrong kind",
            FETCH,
            (Fetched("ok", '{"file": {"status": ["prêt"]}}'),),
            (noted("failed: what stands at 'file.status' is not a text"), *ENDS),
            "failed",
        ),
        Case(
            "takes nothing that lacks a part",
            FETCH,
            (Fetched("ok", '{"file": []}'),),
            (noted("failed: nothing at 'file.status'"), *ENDS),
            "failed",
        ),
        Case(
            "takes nothing but JSON",
            FETCH,
            (Fetched("ok", "<html>"),),
            (noted("failed: the answer is not JSON"), *ENDS),
            "failed",
        ),
    ),
}
