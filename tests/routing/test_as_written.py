"""From an operator's words to an agent's phone: lines and steps as YAML, the caller's history, the real store."""

from ivr.core.flow.effects import Join
from ivr.core.flow.session import CallerFacts
from ivr.flowfile.queues import decode_queues
from tests.flow.calls import END
from tests.flow.talk import Talk, flow_of
from tests.routing.conftest import Centre

LINES = b"""
queues:
  help:
    skills: {tax: 5-8}
    prefer: 20 s
    rings:
      - {after: 60 s, instead: {desk: 1}}
    strategy: least_skilled
    max_wait: 5 min
"""
STEP = "first:\n  queue: accueil\n  next: end\n  otherwise: other\n"


def as_written(centre: Centre, lines: bytes = LINES) -> None:
    found, problems = decode_queues(lines, "queues.yaml")
    assert found is not None, problems
    centre.flows.queue_definitions.update(found.definitions)


def call(centre: Centre, caller: CallerFacts, more: str = "") -> str:
    """A caller comes to the line; the call."""
    wait = Talk(flow_of(STEP + more + END), caller=caller).last.wait
    assert isinstance(wait, Join)
    return centre.caller(Join("help", wait.skills, preferred=wait.preferred, prefer_seconds=wait.prefer_seconds))


def asked(centre: Centre, sid: str) -> str:
    """Whose phone rings for a call, empty for nobody's."""
    found = centre.lines.call(sid)
    assert found is not None
    return found.agent if found.state == "offered" else ""


def test_the_last_agent_is_asked_before_who_is_first_by_strategy(centre: Centre) -> None:
    as_written(centre)
    centre.agent("low", tax=5)
    centre.agent("last", tax=8)
    assert asked(centre, call(centre, CallerFacts(last_agent="last"))) == "last"
    assert asked(centre, call(centre, CallerFacts())) == "low"


def test_a_preferred_agent_needs_none_of_the_skills_and_is_not_waited_for_when_away(centre: Centre) -> None:
    as_written(centre)
    centre.agent("own", fr=1)
    centre.agent("low", tax=5)
    assert asked(centre, call(centre, CallerFacts(adviser="own"))) == "own"
    assert asked(centre, call(centre, CallerFacts(adviser="ghost"))) == "low"


def test_a_busy_adviser_is_waited_for_as_long_as_the_line_says(centre: Centre) -> None:
    as_written(centre)
    centre.agent("own", tax=6)
    busy = call(centre, CallerFacts(adviser="own"))
    assert asked(centre, busy) == "own"
    centre.agent("low", tax=5)
    waiting = call(centre, CallerFacts(adviser="own"))
    assert asked(centre, waiting) == ""
    centre.sweep(19_000)
    assert asked(centre, waiting) == ""
    centre.sweep(2_000)
    assert asked(centre, waiting) == "low"


def test_experts_are_kept_free_and_another_team_comes_in_its_second(centre: Centre) -> None:
    as_written(centre)
    centre.agent("expert", tax=10)
    centre.agent("low", tax=5)
    assert asked(centre, call(centre, CallerFacts())) == "low"
    centre.agent("desk", desk=2)
    waiting = call(centre, CallerFacts())
    centre.sweep(59_000)
    assert asked(centre, waiting) == ""
    centre.sweep(2_000)
    assert asked(centre, waiting) == "desk"
