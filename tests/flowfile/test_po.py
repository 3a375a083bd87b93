"""Texts to translators and back: what was written stays as it was, what can't be taken is told."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from click.testing import CliRunner

from ivr.cli.flow_po import po
from ivr.flowfile.folder import check_path
from ivr.flowfile.po import NotTranslatable, export_po, import_po

NOW = datetime(2026, 11, 22, tzinfo=UTC)

FLOW = """\
# Accueil
language: fr-FR
time_zone: Europe/Paris
on_fault: end
steps:
  welcome:
    say: Bonjour {{ caller.name }}.   # le mot de bienvenue
    next: matters

  matters:
    menu: >-
      Pour l'état civil, tapez 1.
      Pour écouter de nouveau, tapez étoile.
    keys: {1: recorded, star: matters}
    if_wrong: {fr: "Ce choix, non.", de: Nein.}
    otherwise: end
  recorded:
    say: {text: "Écoutez: ceci.", audio: jingle.wav}
    next: both
  both:
    say:
      fr: Déjà.
      nl: Al.
    next: end
  line:
    queue: accueil
    hold:
      - Merci de patienter.
      - fr: Toujours là.
        de: Immer noch da.
    next: end
    otherwise: end
  opening:
    hours: {daily: "08:00-12:00"}
    closures:
      2026-12-24 to 2026-12-26: Noël
    open: line
    closed: end
  end:
    hangup: Au revoir.
"""
QUEUES = "queues:\n  accueil:\n    max_wait: 5 min\n    hold:\n    - Patientez.\n"
LINES = "lines:\n  mairie: {number: '+33199001000', flow: accueil, language: fr-FR}\n"

WORDS = {
    "Bonjour {{ caller.name }}.": "Goedendag {{ caller.name }}.",
    "Pour l'état civil, tapez 1. Pour écouter de nouveau, tapez étoile.": "Voor de burgerlijke stand, druk op 1. " * 4
    + "Om opnieuw te luisteren: druk op het sterretje.",
    "Ce choix, non.": 'Die keuze, "nee".',
    "Écoutez: ceci.": "Luister: dit.",
    "Déjà.": "Reeds.",
    "Merci de patienter.": "Even geduld.",
    "Toujours là.": "Nog steeds.",
    "Noël": "Kerstmis",
    "Au revoir.": "- Tot ziens #1",
    "Patientez.": "Wacht even.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "accueil.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "queues.yaml").write_text(QUEUES, encoding="utf-8")
    (tmp_path / "lines.yaml").write_text(LINES, encoding="utf-8")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "jingle.wav").touch()
    return tmp_path


def translated(source: bytes, words: dict[str, str] = WORDS) -> bytes:
    """The PO file as a translator sends it back."""
    catalog = read_po(BytesIO(source))
    for message in catalog:
        if message.id in words:
            message.string = words[str(message.id)]
    out = BytesIO()
    write_po(out, catalog)
    return out.getvalue()


def test_all_texts_go_out_with_their_place_and_what_is_there_already(folder: Path) -> None:
    written, count, lacking = export_po(folder, "nl", NOW)
    catalog = read_po(BytesIO(written))
    assert str(catalog.locale) == "nl"
    assert {str(message.id) for message in catalog if message.id} == set(WORDS)
    assert (count, lacking) == (10, 9)
    there = catalog.get("Déjà.", "accueil:steps.both.say")
    assert there is not None
    assert there.string == "Al."
    assert ("accueil.yaml", 7) in catalog.get("Bonjour {{ caller.name }}.", "accueil:steps.welcome.say").locations


def test_one_flow_alone_can_go_out(folder: Path) -> None:
    _, count, _ = export_po(folder, "nl", NOW, ("accueil",))
    assert count == 9


def test_translations_come_back_where_they_belong_and_nothing_else_changes(folder: Path) -> None:
    done = import_po(folder, translated(export_po(folder, "nl", NOW)[0]))
    assert done.left_out == ()
    assert done.texts == 10
    assert done.files.keys() == {"accueil.yaml", "queues.yaml"}
    for name, text in done.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert not [problem for problem in check_path(folder) if problem.severity == "error"]
    text = done.files["accueil.yaml"]
    assert text.startswith("# Accueil\nlanguage: fr-FR\n")
    assert "    say:\n      fr: Bonjour {{ caller.name }}.\n      nl: Goedendag {{ caller.name }}.   # le mot" in text
    assert '{fr: "Ce choix, non.", de: Nein., nl: "Die keuze, \\"nee\\"."}' in text
    assert "say:\n      fr: {text: \"Écoutez: ceci.\", audio: jingle.wav}\n      nl: 'Luister: dit.'" in text
    assert "      - fr: Merci de patienter.\n        nl: Even geduld.\n      - fr: Toujours là." in text
    assert "    2026-12-24 to 2026-12-26:\n        fr: Noël\n        nl: Kerstmis\n" in text
    again = export_po(folder, "nl", NOW)
    assert again[2] == 0
    assert import_po(folder, again[0]).texts == 0, "what is there already changes nothing"


def test_carriage_returns_and_a_byte_order_mark_stay(folder: Path) -> None:
    path = folder / "accueil.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FLOW.replace("\n", "\r\n").encode())
    text = import_po(folder, translated(export_po(folder, "nl", NOW)[0])).files["accueil.yaml"]
    assert text.startswith("\ufeff# Accueil\r\nlanguage")
    assert "\r\n    next: matters\r\n" in text


@pytest.mark.parametrize(
    ("source", "words", "told"),
    [
        ("Bonjour {{ caller.name }}.", "Goedendag.", "its {{ }} are not those of the text: caller.name"),
        ("Bonjour {{ caller.name }}.", "Goedendag {{ caller.nam }}.", "no such value: caller.nam"),
    ],
)
def test_a_translation_that_says_something_else_is_left_out(folder: Path, source: str, words: str, told: str) -> None:
    done = import_po(folder, translated(export_po(folder, "nl", NOW)[0], {source: words}))
    assert done.files == {}
    (reason,) = done.left_out
    assert told in reason
    assert reason.startswith("accueil:steps.welcome.say")


def test_a_text_that_changed_meanwhile_is_left_out(folder: Path) -> None:
    sent_back = translated(export_po(folder, "nl", NOW)[0])
    path = folder / "accueil.yaml"
    path.write_text(
        FLOW.replace("Au revoir.", "À bientôt.").replace("  both:", "  twice:").replace(": both", ": twice")
    )
    reasons = import_po(folder, sent_back).left_out
    assert "accueil:steps.end.hangup: the text has changed since it was given to the translator" in reasons
    assert "accueil:steps.both.say: there is no such text any more" in reasons


def test_unsure_translations_are_left_out(folder: Path) -> None:
    catalog = read_po(BytesIO(translated(export_po(folder, "nl", NOW)[0])))
    message = catalog.get("Au revoir.", "accueil:steps.end.hangup")
    assert message is not None
    message.flags.add("fuzzy")
    out = BytesIO()
    write_po(out, catalog)
    assert "accueil:steps.end.hangup: marked as unsure (fuzzy)" in import_po(folder, out.getvalue()).left_out


def test_what_is_no_po_file_and_what_is_no_flow_is_told(folder: Path) -> None:
    with pytest.raises(NotTranslatable, match="doesn't say its language"):
        import_po(folder, b'msgid "x"\nmsgstr "y"\n')
    (folder / "accueil.yaml").write_text("steps: [")
    with pytest.raises(NotTranslatable, match=r"accueil\.yaml"):
        export_po(folder, "nl", NOW)


def test_the_commands_write_and_read_files(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "nl.po"
    run = CliRunner().invoke
    result = run(po, ["export", "nl", "-o", str(file), "--folder", str(folder)])
    assert result.exit_code == 0, result.output
    assert "10 texts, 9 not yet in nl" in result.output
    file.write_bytes(translated(file.read_bytes()))
    result = run(po, ["import", str(file), "--dry-run", "--folder", str(folder)])
    assert "would be translated" in result.output
    assert "nl: Goedendag" not in (folder / "accueil.yaml").read_text(encoding="utf-8")
    result = run(po, ["import", str(file), "--folder", str(folder)])
    assert result.exit_code == 0, result.output
    assert "10 texts, 0 left out" in result.output
    assert "nl: Goedendag" in (folder / "accueil.yaml").read_text(encoding="utf-8")
    assert run(po, ["export", "klingon", "--folder", str(folder)]).exit_code == 2
    assert run(po, ["export", "fr-FR", "--folder", str(folder)]).exit_code == 1


def test_what_a_line_says_by_itself_goes_to_translators_too(tmp_path: Path) -> None:
    (tmp_path / "accueil.yaml").write_text(FLOW, encoding="utf-8")
    (tmp_path / "lines.yaml").write_text(LINES, encoding="utf-8")
    (tmp_path / "queues.yaml").write_text(
        QUEUES
        + "    overflow: {voicemail: mairie, greeting: Parlez., on_full: {voicemail: mairie, thanks: Merci.}}\n"
        + "    menu:\n      text: Tapez 1.\n      offer: Une touche.\n"
        + "      keys:\n        1: {voicemail: mairie, greeting: Votre message.}\n",
        encoding="utf-8",
    )
    said = ("Parlez.", "Merci.", "Tapez 1.", "Une touche.", "Votre message.")
    written = export_po(tmp_path, "nl", NOW)[0]
    assert {message.id for message in read_po(BytesIO(written))} >= set(said)
    done = import_po(tmp_path, translated(written, {one: f"nl {one}" for one in said}))
    (tmp_path / "queues.yaml").write_text(done.files["queues.yaml"], encoding="utf-8")
    assert not [one for one in check_path(tmp_path / "queues.yaml") if one.severity == "error"]
    assert (tmp_path / "queues.yaml").read_text(encoding="utf-8").count("nl ") == 5
