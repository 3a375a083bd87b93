"""What flows share: calendars, voices and languages, the library; and that calls keep the versions they began with."""

import textwrap
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.core.flow import engine
from ivr.core.flow.effects import Gather, Say
from ivr.core.flow.inputs import Digits
from ivr.core.flow.model import Flow
from ivr.core.flow.session import Session
from ivr.flowfile.catalog import Catalog
from ivr.flowfile.folder import check_path
from ivr.flowfile.national_days import national_days
from tests.flow.talk import heard, session_of, stored

HEAD = "language: fr-FR\ntime_zone: Europe/Paris\non_fault: end\n"
END = "  end:\n    hangup: Fin.\n"
LINES = "lines:\n  mairie: {number: '+33199001000', flow: accueil, language: fr-FR, languages: [nl-BE]}\n"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def write(folder: Path, name: str, steps: str, head: str = "") -> None:
    path = folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + head + "steps:\n" + textwrap.indent(textwrap.dedent(steps), "  ") + END, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "lines.yaml").write_text(LINES)
    return tmp_path / "flows"


@pytest.fixture
def catalog(folder: Path) -> Callable[[], Catalog]:
    return lambda: Catalog(folder, folder.parent / "versions")


def begun(flow: Flow | None, language: str = "fr-FR", now: datetime = MONDAY) -> engine.Turn:
    assert flow is not None
    return engine.start(flow, session_of(flow, language=language), now)


def test_voices_and_what_is_spoken_instead_come_from_the_languages_file(
    folder: Path, catalog: Callable[[], Catalog]
) -> None:
    write(folder, "accueil", "hello: {say: {de: Hallo., nl: Goedendag., fr: Bonjour.}, next: end}\n")
    (folder / "languages.yaml").write_text(
        "languages:\n  fr: {voice: Polly.Lea}\n  lb-LU: {instead: [de-LU, fr]}\n  de-LU: {voice: Polly.Vicki}\n"
    )
    assert begun(catalog().current("accueil"), "lb-LU").effects[0] == Say("Hallo.", "de-LU", "Polly.Vicki")
    assert begun(catalog().current("accueil"), "fr-BE").effects[0] == Say("Bonjour.", "fr-BE", "Polly.Lea")
    write(folder, "accueil", "hello: {say: Bonjour., next: end}\n", "voices: {fr-FR: Polly.Remi}\n")
    assert begun(catalog().current("accueil")).effects[0] == Say("Bonjour.", "fr-FR", "Polly.Remi")


def test_a_broken_languages_file_changes_nothing(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", "hello: {say: Bonjour., next: end}\n")
    file = folder / "languages.yaml"
    file.write_text("languages:\n  fr: {voice: Polly.Lea}\n")
    running = catalog()
    file.write_text("languages:\n  french: {voice: Polly.Remi}\n")
    assert running.reload_if_changed()
    assert [problem.code for problem in running.problems] == ["F015"]
    for one in (running, catalog()):
        assert begun(one.current("accueil")).effects[0] == Say("Bonjour.", "fr-FR", "Polly.Lea")


HOURS = """
opening: {hours: mairie, open: open, closed: closed}
open: {say: Ouvert., next: end}
closed: {say: "Fermé {{ hours.reason }}, ouvre {{ hours.opens_at }}.", next: end}
"""
CALENDARS = """
calendars:
  mairie:
    hours: {monday-friday: 08:30-17:00}
    holidays: FR
    closures: {2026-11-24: {fr: travaux, nl: werken}}
    days: {2026-12-25: 10:00-12:00}
  urbanisme:
    hours: {monday: 14:00-16:00}
    time_zone: Europe/London
"""


@pytest.mark.parametrize(
    ("moment", "language", "said"),
    [
        ("2026-11-23T09:00", "fr-FR", "Ouvert. Fin."),
        ("2026-11-24T09:00", "fr-FR", "Fermé travaux, ouvre demain à 8 heures 30. Fin."),
        ("2026-11-24T09:00", "nl-BE", "Fermé werken, ouvre demain à 8 heures 30. Fin."),
        ("2026-11-11T09:00", "fr-FR", "Fermé Armistice, ouvre demain à 8 heures 30. Fin."),
        ("2026-12-25T10:30", "fr-FR", "Ouvert. Fin."),
        ("2026-12-25T15:00", "fr-FR", "Fermé, ouvre lundi à 8 heures 30. Fin."),
    ],
)
def test_hours_follow_a_calendar(
    folder: Path, catalog: Callable[[], Catalog], moment: str, language: str, said: str
) -> None:
    write(folder, "accueil", HOURS)
    (folder / "calendars.yaml").write_text(CALENDARS)
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    turn = begun(catalog().current("accueil"), language, now)
    assert heard(turn).replace("morgen om 8 uur 30", "demain à 8 heures 30") == said


def test_several_calendars_have_to_be_open_together(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", HOURS.replace("hours: mairie", "hours: [mairie, urbanisme]"))
    (folder / "calendars.yaml").write_text(CALENDARS)
    flow = catalog().current("accueil")
    assert heard(begun(flow, now=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))).startswith(
        "Fermé, ouvre aujourd'hui à 15 h"
    )
    assert heard(begun(flow, now=datetime(2026, 11, 23, 14, 30, tzinfo=UTC))) == "Ouvert. Fin."
    assert "lundi à 15 heures" in heard(begun(flow, now=datetime(2026, 11, 24, 9, 0, tzinfo=UTC)))


def test_a_closure_added_to_a_calendar_counts_for_calls_under_way(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", "menu: {menu: Tapez 1., keys: {1: opening}, otherwise: end}\n" + HOURS)
    file = folder / "calendars.yaml"
    file.write_text(CALENDARS)
    running = catalog()
    session = stored(begun(running.current("accueil")).session)
    file.write_text(CALENDARS.replace("2026-11-24:", "2026-11-23:"))
    running.reload_if_changed()
    flow = running.pinned(session.digest)
    assert flow is not None
    assert "Fermé travaux" in heard(engine.resume(flow, session, Digits("1"), MONDAY))


def test_national_holidays_are_named_in_each_language_there_is() -> None:
    christmas = national_days("BE")[datetime(2026, 12, 25, tzinfo=UTC).date()]
    assert {christmas.choose(language, "fr")[1].render(str) for language in ("fr", "nl", "de", "en")} == {
        "Noël", "Kerstmis", "Weihnachten", "Christmas Day"
    }  # fmt: skip
    assert datetime(2026, 12, 26, tzinfo=UTC).date() in national_days("FR", "57"), "Saint-Étienne, in the Moselle"
    assert datetime(2026, 12, 26, tzinfo=UTC).date() not in national_days("FR")


ASKING = """
ask-file: {ask: "{{ given.question }}", save: file, min: 4, max: 4, finish: none, next: done, otherwise: end}
done: {return: found, value: "WORD {{ answers.file }}"}
"""
RUNNING = """
find: {run: find-file, given: {question: Votre dossier ?}, save: file, results: {found: told}, next: end}
told: {say: "{{ answers.file }}.", next: end}
"""


def library(folder: Path, word: str) -> None:
    write(folder, "library/find-file", ASKING.replace("WORD", word), "parameters: [question]\n")


def test_a_library_flow_is_run_and_a_call_keeps_its_version(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", RUNNING)
    library(folder, "dossier")
    running = catalog()
    assert not running.problems
    turn = begun(running.current("accueil"))
    assert turn.wait == Gather((Say("Votre dossier ?", "fr-FR"),), 4, 8, "", language="fr-FR")
    session = stored(turn.session)
    library(folder, "nouveau")
    assert running.reload_if_changed()
    for one in (running, catalog()):  # the running server, and one started anew
        flow = one.pinned(session.digest)
        assert flow is not None
        assert heard(engine.resume(flow, session, Digits("1234"), MONDAY)) == "dossier 1234. Fin."
    again = stored(begun(running.current("accueil")).session)
    flow = running.current("accueil")
    assert flow is not None
    assert heard(engine.resume(flow, again, Digits("1234"), MONDAY)) == "nouveau 1234. Fin."


def test_a_call_that_has_not_yet_come_to_it_keeps_its_version_too(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", "menu: {menu: Tapez 1., keys: {1: find}, otherwise: end}\n" + RUNNING)
    library(folder, "dossier")
    running = catalog()
    session = stored(begun(running.current("accueil")).session)
    library(folder, "nouveau")
    running.reload_if_changed()
    flow = running.pinned(session.digest)
    assert flow is not None
    asked = engine.resume(flow, session, Digits("1"), MONDAY)
    assert heard(engine.resume(flow, stored(asked.session), Digits("1234"), MONDAY)) == "dossier 1234. Fin."


def test_a_library_version_that_is_gone_ends_in_the_way_out(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", RUNNING)
    library(folder, "dossier")
    flow = catalog().current("accueil")
    session = stored(begun(flow).session)
    assert flow is not None
    turn = engine.resume(replace(flow, library={}), session, Digits("1234"), MONDAY)
    assert heard(turn).endswith("Fin.")
    assert turn.session.frames == ()


def test_flows_that_run_themselves_end_in_the_way_out(folder: Path, catalog: Callable[[], Catalog]) -> None:
    write(folder, "accueil", "again: {run: accueil, next: end}\n")
    flow = catalog().current("accueil")
    assert flow is None or heard(begun(flow)).endswith("Fin.")


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ("find: {run: find-files, next: end}", "F030"),
        ("find: {run: find-file, next: end}", "F036"),
        ("find: {run: find-file, given: {question: Oui, more: Non}, next: end}", "F036"),
        ("find: {run: find-file, given: {question: Oui}, results: {lost: end}, next: end}", "F037"),
        ("told: {say: '{{ given.question }}', next: end}", "F036"),
        ("opening: {hours: maire, open: end, closed: end}", "F038"),
    ],
)
def test_what_does_not_fit_the_library_is_told(folder: Path, steps: str, code: str) -> None:
    write(folder, "accueil", steps + "\n")
    library(folder, "dossier")
    assert code in {problem.code for problem in check_path(folder / "accueil.yaml")}


def test_two_flows_of_one_name_are_told(folder: Path) -> None:
    write(folder, "accueil", "hello: {say: Bonjour., next: end}\n")
    write(folder, "library/accueil", "hello: {say: Bonjour., next: end}\n")
    assert "F012" in {problem.code for problem in check_path(folder)}


def test_a_session_of_before_frames_is_still_read() -> None:
    old = Session("CA1", "mairie", "accueil", "accueil-0", "menu", "fr-FR")
    assert stored(old).frames == ()
