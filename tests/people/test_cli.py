"""The commands for agents, history, accounts and the database, as somebody at a shell meets them."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.agents import AgentsFileWrong, import_agents
from ivr.cli.main import main
from ivr.services.keeping import Message
from ivr.services.passwords import matches
from ivr.services.ports import CallRecord, Moment
from ivr.settings import Settings
from ivr.store.redis.client import StateClient
from ivr.store.redis.console_sessions import ConsoleSession, ConsoleSessions
from ivr.store.redis.keys import Keys
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from ivr.store.sql.messages import SqlMessages
from ivr.wiring import build
from tests.databases import make_tables

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEMO = Path("flows/agents.yaml")
Run = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An SQLite database with its tables, in the environment."""
    made = f"sqlite:///{tmp_path / 'h.sqlite'}"
    monkeypatch.setenv("DATABASE_URL", made)
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    make_tables(made)
    return made


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    yield made
    made.close()


@pytest.fixture
def run() -> Run:
    """Runs `hotline ...`; anything but a clean end or a sentence is a failure."""

    def invoke(*words: str, typed: str = "", fails: bool = False) -> Result:
        result = CliRunner().invoke(main, words, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert (result.exit_code != 0) == fails, result.output
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def running(url: str, redis_url: str, tmp_path: Path) -> None:
    """Leaves the settings of a running stack where `hotline run` leaves them."""
    var = tmp_path / "var"
    (var / "run").mkdir(parents=True)
    kept = {
        "REDIS_URL": redis_url,
        "DATABASE_URL": url,
        "PUBLIC_BASE_URL": "http://127.0.0.1:1",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "HOTLINE_SECRET_KEY": "s" * 40,
        "HOTLINE_FLOWS": str(Path("flows").resolve()),
    }
    (var / "run" / "env.json").write_text(json.dumps(kept))


def test_agents_are_added_shown_changed_and_removed(run: Run, database: Database) -> None:
    added = run(
        "agents",
        "add",
        "ana",
        "--name",
        "Ana",
        "--number",
        "06 39 98 00 09",
        "--skill",
        "accueil",
        "--skill",
        "urbanisme=7",
        "--language",
        "fr-FR",
        "--pin",
        "4071",
    )
    assert "ana can log in" in added.output
    ana = SqlAgents(database).get("ana")
    assert ana is not None
    assert (ana.number, ana.skills, ana.languages) == ("+33639980009", {"accueil": 1, "urbanisme": 7}, ("fr-FR",))
    assert matches(ana.pin_hash, "4071")
    shown = run("agents", "show", "ana").output
    assert "+33*******09" in shown
    assert "+33639980009" not in shown.replace(" ", "")
    assert "+33 6 39 98 00 09" in run("agents", "show", "ana", "--unmasked").output
    listed = run("agents", "list").output
    assert "unknown" in listed
    assert "+33*******09" in listed
    run("agents", "set-skills", "ana", "accueil=10")
    assert "ana now has tax 3" in run("agents", "skill", "ana", "tax", "3").output
    assert "ana now has no tax" in run("agents", "skill", "ana", "tax", "off").output
    run("agents", "set-number", "ana", "+33639980010")
    run("agents", "set-pin", "ana", typed="8264\n8264\n")
    changed = SqlAgents(database).get("ana")
    assert changed is not None
    assert (changed.number, changed.skills) == ("+33639980010", {"accueil": 10})
    assert matches(changed.pin_hash, "8264")
    run("agents", "remove", "ana", "--yes")
    assert SqlAgents(database).get("ana") is None
    acts = [act.action for act in SqlAudit(database).newest()]
    assert acts == ["agent.remove", "agent.pin", "agent.number", *["agent.skills"] * 3, "agent.add"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("agents", "show", "eve"), "no agent eve"),
        (("agents", "remove", "eve", "--yes"), "no agent eve"),
        (("agents", "set-skills", "eve", "a=1"), "no agent eve"),
        (("agents", "set-skills", "eve", "a=11"), "level from 1 to 10"),
        (("agents", "set-skills", "eve", "A b"), "SKILL=LEVEL"),
        (("agents", "skill", "eve", "a", "3"), "no agent eve"),
        (("agents", "skill", "eve", "a", "0"), "from 1 to 10, or off"),
        (("agents", "skill", "eve", "A b", "3"), "lower-case letters"),
        (("history", "contacts", "add", "Ana", "+33639980009", "--adviser", "eve"), "no agent eve"),
        (("history", "contacts", "adviser", "+33639980009", "none"), "nobody has the number"),
        (("agents", "set-number", "eve", "12"), "can't be dialled"),
        (("agents", "set-pin", "eve", "--pin", "1234"), "too easy to guess"),
        (("agents", "set-pin", "eve", "--pin", "12a4"), "4 to 8 digits"),
        (("agents", "add", "Eve!", "--name", "E", "--number", "+33639980009", "--pin", ""), "small letters"),
        (("agents", "add", "eve", "--name", "E", "--number", "anonymous", "--pin", ""), "can't be dialled"),
        (("agents", "log-in", "eve"), "settings missing"),
        (("history", "show", "CA1"), "no call CA1"),
        (("history", "calls", "--number", "hello"), "no telephone number"),
        (("history", "contacts", "add", "Ana", "112"), "no telephone number"),
        (("accounts", "password", "eve"), "no account eve"),
        (("accounts", "disable", "eve"), "no account eve"),
        (("accounts", "remove", "eve", "--yes"), "no account eve"),
        (("accounts", "add", "e e", "--generate"), "letters, digits"),
        (("accounts", "add", "eve", "--generate", "--agent", "ana"), "no agent ana"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(run: Run, url: str, words: tuple[str, ...], says: str) -> None:
    assert says in run(*words, fails=True).output


def test_skills_are_taken_over_from_the_file_where_asked_for(run: Run, url: str, database: Database) -> None:
    run("agents", "import", str(DEMO))
    before = {agent.id: agent.skills for agent in SqlAgents(database).all()}
    run("agents", "set-skills", "ana-less", fails=True)
    run("agents", "set-skills", "thomas", "tax=1")
    run("agents", "import", str(DEMO))
    thomas = SqlAgents(database).get("thomas")
    assert thomas is not None
    assert thomas.skills == {"tax": 1}
    assert "0 added, 1 with other skills" in run("agents", "import", str(DEMO), "--skills").output
    assert {agent.id: agent.skills for agent in SqlAgents(database).all()} == before


def test_a_number_in_use_is_refused(run: Run, url: str) -> None:
    run("agents", "import", str(DEMO))
    refused = run("agents", "add", "eve", "--name", "E", "--number", "+33639980001", "--pin", "", fails=True).output
    assert "the number is camille's" in refused
    assert "another agent's" in run("agents", "set-number", "idriss", "+33639980001", fails=True).output


def test_the_demos_agents_are_imported_once(run: Run, database: Database) -> None:
    agents = SqlAgents(database)
    assert import_agents(DEMO, agents) == 9
    assert import_agents(DEMO, agents) == 0
    assert sorted(agent.number for agent in agents.all()) == [f"+3363998000{number}" for number in range(1, 10)]
    camille = agents.get("camille")
    assert camille is not None
    assert camille.pin_hash.startswith("$argon2id$")
    assert "0 added" in run("agents", "import", str(DEMO)).output


def test_the_demos_agents_can_serve_every_queue(database: Database) -> None:
    import_agents(DEMO, SqlAgents(database))
    skills = {skill for agent in SqlAgents(database).all() for skill in agent.skills}
    asked = {skill for flow in Path("flows").glob("*.yaml") for skill in _skills_asked(flow)}
    assert {"accueil", "etat-civil", "urbanisme", "impots", "ecoute", "urgences", "service-client", "guichet"} <= asked
    assert asked <= skills


def _skills_asked(flow: Path) -> set[str]:
    """The skills a flow's steps and the queues ask for, read with no help of what is being tested."""
    tables = [word for line in flow.read_text().splitlines() if (word := line.strip()).startswith("skills: {")]
    if flow.name == "agents.yaml":
        return set()
    return {pair.partition(":")[0].strip() for table in tables for pair in table[9:-1].split(",")}


def test_a_wrong_file_imports_nobody_and_names_every_place(run: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "agents.yaml"
    file.write_text(
        "agents:\n  ana:\n    name: Ana\n    number: '+33639980001'\n    skils: {a: 1}\n"
        "  bob:\n    name: Bob\n    number: '0612'\n    pin: '1111'\n"
        "  cle:\n    name: Clé\n    number: '+33639980001'\n    skills: {a: 11}\n"
    )
    with pytest.raises(AgentsFileWrong):
        import_agents(file, SqlAgents(database))
    told = run("agents", "import", str(file), fails=True).output
    for place in ("agents.yaml:5:5: F008", "did you mean 'skills'", "agents.yaml:8:13: F026", "agents.yaml:13:"):
        assert place in told
    assert SqlAgents(database).all() == []


def test_agents_work_by_command(run: Run, running: None, url: str) -> None:
    run("agents", "import", str(DEMO))
    assert "camille is available" in run("agents", "log-in", "camille").output
    assert "camille is paused (meal)" in run("agents", "pause", "camille", "--reason", "meal").output
    listed = run("agents", "list").output
    assert "paused (meal)" in listed
    assert listed.count("offline") == 8
    assert "not now" in run("agents", "finish-wrap-up", "camille", fails=True).output
    assert "camille is available" in run("agents", "resume", "camille").output
    assert "camille now has accueil 2" in run("agents", "set-skills", "camille", "accueil=2").output
    assert "camille is offline" in run("agents", "log-out", "camille").output
    assert "not now" in run("agents", "pause", "camille", fails=True).output
    assert "no agent eve" in run("agents", "log-in", "eve", fails=True).output
    run("agents", "log-in", "idriss")
    run("agents", "remove", "idriss", "--yes")
    hotline = build(Settings.read())
    assert hotline.presence.state("idriss").state == "offline"
    hotline.close()


def test_without_redis_it_says_so(run: Run, running: None, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("agents", "import", str(DEMO))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    assert "is REDIS_URL right?" in run("agents", "log-in", "camille", fails=True).output
    assert "unknown" in run("agents", "list").output


def call(sid: str, at: datetime, outcome: str) -> CallRecord:
    return CallRecord(
        sid,
        "mairie",
        "town-hall",
        "d" * 64,
        "+33612345678",
        "06 12 34 56 78",
        "+33199001000",
        "known",
        at,
        at + timedelta(minutes=2),
        outcome,
        ("Passeport",),
        "etat-civil",
        at,
        30,
        "camille",
        60,
        (("file", "4711"),),
        (Moment("started", at), Moment("offered", at, "camille")),
    )


def test_calls_are_listed_and_shown_masked(run: Run, database: Database) -> None:
    history = SqlHistory(database)
    history.remember(call("CA1", T0, "answered"))
    history.remember(call("CA2", T0 + timedelta(days=1), "abandoned"))
    listed = run("history", "calls").output
    assert listed.index("CA2") < listed.index("CA1")
    assert "2 calls: 1 abandoned, 1 answered" in listed
    assert "+33*******78" in listed
    assert "12345678" not in listed.replace(" ", "")
    later = run("history", "calls", "--since", "2026-03-03").output
    assert "CA1" not in later
    assert "1 call: 1 abandoned" in later
    assert "CA2" not in run("history", "calls", "--outcome", "answered", "--number", "0612345678").output
    shown = run("history", "show", "CA1").output
    for words in ("waited 30 s in etat-civil", "talked 60 s with camille", "offered camille", "file: 4711"):
        assert words in shown
    assert "12345678" not in shown.replace(" ", "")
    assert "+33 6 12 34 56 78" in run("history", "show", "CA1", "--unmasked").output
    assert SqlAudit(database).newest(1)[0].action == "history.unmasked"


def test_messages_are_listed(run: Run, database: Database) -> None:
    SqlMessages(database).keep(Message("RE1", "CA1", "mairie", "+33612345678", "x", "Passeport", 12, T0))
    listed = run("history", "messages", "--unheard").output
    assert "+33*******78" in listed
    assert "unheard  Passeport" in listed


def test_contacts_are_added_imported_and_listed(run: Run, database: Database, tmp_path: Path) -> None:
    run("history", "contacts", "add", "Madame Durand", "06 12 34 56 78", "01 39 75 39 75", "--language", "fr-FR")
    assert SqlHistory(database).caller("+33139753975", "FR").name == "Madame Durand"
    file = tmp_path / "people.csv"
    file.write_text('name,number,language\n"Jan, de",+32 470 12 34 56,nl-BE\nMadame Durand,0612345678,\n', "utf-8-sig")
    assert "1 added, 1 were there already" in run("history", "contacts", "import", str(file)).output
    assert SqlHistory(database).caller("+32470123456", "FR").language == "nl-BE"
    listed = run("history", "contacts", "list").output
    assert "Jan, de" in listed
    assert "470" not in listed
    assert "+32 470 12 34 56" in run("history", "contacts", "list", "--unmasked").output


def test_contacts_have_an_adviser_of_their_own(run: Run, database: Database, tmp_path: Path) -> None:
    run("agents", "import", str(DEMO))
    history = SqlHistory(database)
    run("history", "contacts", "add", "Madame Durand", "06 12 34 56 78", "--adviser", "thomas")
    assert history.caller("0612345678", "FR").adviser == "thomas"
    assert "1 contact: ines" in run("history", "contacts", "adviser", "06 12 34 56 78", "ines").output
    assert history.caller("0612345678", "FR").adviser == "ines"
    assert "ines" in run("history", "contacts", "list").output
    run("history", "contacts", "adviser", "06 12 34 56 78", "none")
    assert history.caller("0612345678", "FR").adviser == ""
    file = tmp_path / "people.csv"
    file.write_text("name,number,adviser\nJan,+32 470 12 34 56,lotte\nEve,+32 470 12 34 57,nobody\n", "utf-8")
    assert "there is no agent nobody" in run("history", "contacts", "import", str(file), fails=True).output
    assert history.caller("+32470123456", "FR").kind == "new"
    file.write_text("name,number,adviser\nJan,+32 470 12 34 56,lotte\n", "utf-8")
    run("history", "contacts", "import", str(file))
    assert history.caller("+32470123456", "FR").adviser == "lotte"


def test_a_wrong_contact_file_imports_nobody(run: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,number\nAna,+33612345678\n,+33612345679\nBob,anonymous\n")
    told = run("history", "contacts", "import", str(file), fails=True).output
    assert "people.csv:3: no name" in told
    assert "people.csv:4: hidden is no telephone number" in told
    assert "0 contacts" in run("history", "contacts", "list").output
    file.write_text("nom;numero\n")
    assert "must name the columns" in run("history", "contacts", "import", str(file), fails=True).output


def test_accounts_come_and_go(run: Run, url: str) -> None:
    made = run("accounts", "add", "Eva", "--role", "supervisor", "--generate").output
    assert "eva can sign in" in made
    assert "shown once" in made
    assert "already" in run("accounts", "add", "eva", "--generate", fails=True).output
    assert "12 characters" in run("accounts", "add", "bob", typed="short\nshort\n", fails=True).output
    run("accounts", "add", "bob", typed="a longer password\na longer password\n")
    run("accounts", "disable", "bob")
    listed = run("accounts", "list").output.splitlines()
    assert [line.split() for line in listed] == [["bob", "agent", "disabled"], ["eva", "supervisor", "active"]]
    run("accounts", "enable", "bob")
    run("accounts", "password", "bob", "--generate")
    run("accounts", "remove", "bob", "--yes")
    assert "bob" not in run("accounts", "list").output


@pytest.mark.parametrize("act", [("disable", "eva"), ("password", "eva", "--generate"), ("remove", "eva", "--yes")])
def test_whoever_is_shut_out_is_signed_out_at_once(
    run: Run, database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch, act: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REDIS_URL", redis_url)
    run("accounts", "add", "eva", "--role", "supervisor", "--generate")
    (account,) = SqlAccounts(database).all()
    client = StateClient(redis_url)
    sessions = ConsoleSessions(client, Keys())
    hers, his = ConsoleSession("e" * 43, 1_000, account.id), ConsoleSession("b" * 43, 1_000, "bob")
    for session in (hers, his):
        assert sessions.save(session, 1_000, new=True)
    assert "signed out of 1 browser" in run("accounts", *act).output
    assert sessions.load(hers.id, 1_000) is None, "with it go its event streams: tests/console/test_stream.py"
    assert sessions.load(his.id, 1_000) is not None
    client.close()


def test_an_account_is_shut_out_without_the_store(
    run: Run, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    run("accounts", "add", "eva", "--generate")
    assert "stay open" in run("accounts", "disable", "eva").stderr
    assert SqlAccounts(database).all()[0].disabled


def test_the_database_is_upgraded_by_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert "hotline db upgrade" in run("db", "current", fails=True).output
    assert "hotline db upgrade" in run("agents", "list", fails=True).output
    assert "version v" in run("db", "upgrade").output
    run("db", "current")
    assert "no agents yet" in run("agents", "list").output
    monkeypatch.setenv("DATABASE_URL", "oracle://x")
    assert "only sqlite" in run("db", "upgrade", fails=True).output
    assert "only sqlite" in run("agents", "list", fails=True).output
