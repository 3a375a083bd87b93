"""Incidents: kept in Redis until they are over, read by each process once a second, told to who waits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from ivr.cli import incident as command
from ivr.core.flow import engine
from ivr.core.flow.effects import Say
from ivr.core.flow.inputs import Waiting
from ivr.core.flow.session import Incident
from ivr.services.incidents import Declared, IncidentBoard, NoIncidents
from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.incidents import RedisIncidents
from ivr.store.redis.keys import Keys
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


def declared(incident_id: str, since_ms: int = NOW_MS, lasts_ms: int = 60_000, lines: tuple[str, ...] = ()) -> Declared:
    return Declared(
        Incident(incident_id, {"": f"C'est {incident_id}."}, "", since_ms, since_ms + lasts_ms), lines, "ana"
    )


@pytest.fixture
def incidents(redis_url: str) -> Iterator[RedisIncidents]:
    client = StateClient(redis_url)
    yield RedisIncidents(client, Keys())
    client.close()


def test_they_are_kept_until_they_are_over(incidents: RedisIncidents) -> None:
    late, early = declared("late", NOW_MS + 5), declared("early", lasts_ms=10)
    incidents.start(late)
    incidents.start(early)
    assert incidents.all(NOW_MS) == [early, late]
    assert incidents.all(NOW_MS + 10) == [late]
    assert incidents.all(NOW_MS) == [late], "what was over is cleared for good"


def test_starting_again_changes_it_and_stopping_ends_it(incidents: RedisIncidents) -> None:
    incidents.start(declared("flood"))
    longer = declared("flood", lasts_ms=90_000)
    incidents.start(longer)
    assert incidents.all(NOW_MS) == [longer]
    assert incidents.stop("flood")
    assert not incidents.stop("flood")
    assert incidents.all(NOW_MS) == []


def test_the_hash_outlives_the_incident_that_lasts_longest(incidents: RedisIncidents, redis_url: str) -> None:
    incidents.start(declared("long", lasts_ms=10_000_000))
    incidents.start(declared("short", lasts_ms=1_000))
    client = StateClient(redis_url)
    left = int(client.execute("PTTL", Keys().incidents))
    client.close()
    assert 10_000_000 < left < 14_000_000


def test_a_waiting_call_is_told_once_in_a_while(incidents: RedisIncidents) -> None:
    assert incidents.tell("flood", "CA1", 60_000)
    assert not incidents.tell("flood", "CA1", 60_000)
    assert incidents.tell("flood", "CA2", 60_000)
    assert incidents.tell("other", "CA1", 60_000)


class Board(NoIncidents):
    """The port in memory, counting its reads."""

    def __init__(self, *kept: Declared) -> None:
        self.kept = kept
        self.reads = 0
        self.down = False
        self.told: set[tuple[str, str]] = set()

    def all(self, now_ms: int) -> Sequence[Declared]:
        self.reads += 1
        if self.down:
            raise StoreDown("away")
        return self.kept

    def tell(self, incident_id: str, call_sid: str, again_ms: int) -> bool:
        if self.down:
            raise StoreDown("away")
        first = (incident_id, call_sid) not in self.told
        self.told.add((incident_id, call_sid))
        return first


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOW.timestamp() + seconds, UTC)


def test_a_process_reads_them_once_a_second_and_knows_lines_and_times() -> None:
    kept = Board(declared("all"), declared("taxes", lines=("taxes",)), declared("later", NOW_MS + 20_000))
    board = IncidentBoard(kept)
    assert [one.id for one in board.active("mairie", NOW)] == ["all"]
    assert [one.id for one in board.active("taxes", at(0.5))] == ["all", "taxes"]
    assert kept.reads == 1
    assert [one.id for one in board.active("mairie", at(30))] == ["all", "later"]
    assert [one.id for one in board.active("mairie", at(61))] == ["later"]
    assert kept.reads == 3


def test_without_a_store_what_was_known_goes_on() -> None:
    kept = Board(declared("all"))
    board = IncidentBoard(kept)
    board.active("mairie", NOW)
    kept.down = True
    assert [one.id for one in board.active("mairie", at(5))] == ["all"]
    assert board.to_tell("mairie", "CA1", (), at(5)) == ()


def test_a_waiting_caller_is_not_told_what_they_have_heard() -> None:
    board = IncidentBoard(Board(declared("heard"), declared("new")))
    assert [one.id for one in board.to_tell("mairie", "CA1", ("heard",), NOW)] == ["new"]
    assert board.to_tell("mairie", "CA1", ("heard",), NOW) == ()


def test_the_next_hold_document_tells_it_in_the_callers_language() -> None:
    flow = flow_of("line: {queue: accueil, next: end, otherwise: end}\nend: {hangup: Fin.}")
    talk = Talk(flow, language="nl-BE")
    flood = Incident("flood", {"fr": "Inondation {{ caller.name }}.", "nl": "Overstroming."})
    effects = engine.hold(flow, talk.session, Waiting(2, 30, incidents=(flood,)), MONDAY_MORNING)
    assert effects[0] == Say("Overstroming.", "nl-BE")
    french = replace(talk.session, language="fr-FR")
    effects = engine.hold(flow, french, Waiting(2, 30, incidents=(flood,)), MONDAY_MORNING)
    assert effects[0] == Say("Inondation {{ caller.name }}.", "fr-FR"), "words are words, not a template"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["start"], "say what callers are to hear"),
        (["start", "Panne", "--for", "soon"], "write 90min, 2h or 3d"),
        (["start", "Panne", "--for", "31d"], "at most 30d"),
        (["start", "--text", "french=Panne"], "write for example"),
        (["start", "Panne", "--id", "La Panne"], "must be small letters"),
        (["start", "x" * 3001], "at most 3000 characters"),
    ],
)
def test_the_command_says_what_is_wrong(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(command.incident, arguments)
    assert result.exit_code == 2
    assert said in result.output.replace("\n", " ")
