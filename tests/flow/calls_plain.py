"""The test calls of the plain steps: values, ways, marks, flows run by others. As in `calls.py`."""

from collections.abc import Mapping

from ivr.core.flow.effects import Gather, Join, Note, Play, Say
from ivr.core.flow.inputs import Digits, NoInput
from ivr.core.flow.session import CallerFacts
from tests.flow.calls import BACK, ENDS, Case, fr

SAY_MATTER = "\nsay-it:\n  say: 'Sujet {{ answers.matter }}.'\n  next: end\n"
RUN = (
    "run: find-file\ngiven: {question: 'Votre dossier, {{ caller.name }} ?'}\nsave: file\n"
    "results: {found: known, unknown: other}\nnext: end\n"
)
KNOWN = "\nknown:\n  say: 'Dossier {{ answers.file | digits }}.'\n  next: end\n"
ASKED = Gather((fr("Votre dossier, Ana ?"),), 4, 8, "", language="fr-FR")
ANA = CallerFacts(name="Ana", number="+33639980001")

CASES: Mapping[str, tuple[Case, ...]] = {
    "set": (
        Case(
            "keeps a text under a name",
            "set: {matter: 'passeport de {{ caller.name }}'}\nnext: say-it\n" + SAY_MATTER,
            (),
            (fr("Sujet passeport de Ana."), *ENDS),
            "next",
            caller=ANA,
        ),
        Case(
            "keeps it in the call's language",
            "set: {matter: {fr: passeport, nl: paspoort}}\nnext: say-it\n" + SAY_MATTER,
            (),
            (fr("Sujet paspoort."), *ENDS),
            language="nl-BE",
        ),
        Case("notes it", "set: {matter: passeport}\nnote: yes\nnext: end\n", (), (Note("matter", "passeport"), *ENDS)),
    ),
    "split": (
        Case(
            "sends all one way",
            "split: [{share: 100, next: end}]\notherwise: other\n",
            (),
            (Note("first", "end"), *ENDS),
            "share 1",
        ),
        Case(
            "sends this call the other way",
            "split: [{share: 1, next: end}]\notherwise: other\n",
            (),
            (Note("first", "other"), *BACK),
            "otherwise",
        ),
        Case(
            "sends this caller the same way each time",
            "split: [{share: 99, next: end}]\nby: caller\notherwise: other\n",
            (),
            (Note("first", "end"), *ENDS),
            "share 1",
            caller=ANA,
        ),
    ),
    "urgent": (
        Case(
            "passes all others in line",
            "urgent: Danger immédiat\nnext: line\n" + "\nline:\n  queue: accueil\n  next: end\n  otherwise: other\n",
            (),
            (Note("first", "Danger immédiat"), Join("accueil", urgent=True, reason="Danger immédiat")),
            "next",
        ),
    ),
    "run": (
        Case("goes into the other flow", RUN + KNOWN, (), (ASKED,), "runs", caller=ANA),
        Case(
            "comes back with what was found",
            RUN + KNOWN,
            (Digits("1234"),),
            (Note("file", "1234"), fr("Dossier 1 2 3 4."), *ENDS),
            "found",
            caller=ANA,
        ),
        Case(
            "goes the way of the word that came back",
            RUN + KNOWN,
            (NoInput(),),
            (fr("Nous n'avons rien reçu."), *BACK),
            "unknown",
            caller=ANA,
        ),
    ),
    "return": (
        Case("ends a call that nothing runs", "return: done\n", (), (fr("Merci de votre appel, au revoir."), ENDS[-1])),
    ),
    "say": (
        Case(
            "plays a recording where there is one",
            "say: {fr: {text: Bonjour., audio: jingle.wav}, nl: Goedendag.}\nnext: end\n",
            (),
            (Play("jingle.wav", "Bonjour."), *ENDS),
        ),
        Case(
            "speaks what isn't recorded",
            "say: {text: Bonjour., audio: missing.wav}\nnext: end\n",
            (),
            (fr("Bonjour."), *ENDS),
        ),
        Case(
            "speaks the same language of another place",
            "say: {fr: Bonjour., nl-NL: Hallo.}\nnext: end\n",
            (),
            (Say("Hallo.", "nl-NL"), *ENDS),
            language="nl-BE",
        ),
        Case(
            "says numbers, amounts, dates and waits as they are said",
            "say: '{{ now.date | date }}, {{ now.time | time }}, {{ caller.calls_before | amount }}.'\nnext: end\n",
            (),
            (fr("lundi 23 novembre 2026, 10 heures, 3,00 €."), *ENDS),
            caller=CallerFacts(calls_before=3),
        ),
    ),
}
