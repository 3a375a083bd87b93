"""The test calls of the plain steps: values, ways, marks, flows run by others. As in `calls.py`."""

from collections.abc import Mapping

from ivr.core.flow.effects import Gather, Join, KeepConsent, Note, Play, Say
from ivr.core.flow.inputs import Digits, NoInput, Spoken
from ivr.core.flow.session import CallerFacts, Incident
from tests.flow.calls import BACK, ENDS, Case, fr, gather
from tests.flow.talk import MONDAY_MORNING

SAY_MATTER = "\nsay-it:\n  say: 'Sujet {{ answers.matter }}.'\n  next: end\n"
RUN = (
    "run: find-file\ngiven: {question: 'Votre dossier, {{ caller.name }} ?'}\nsave: file\n"
    "results: {found: known, unknown: other}\nnext: end\n"
)
KNOWN = "\nknown:\n  say: 'Dossier {{ answers.file | digits }}.'\n  next: end\n"
ASKED = Gather((fr("Votre dossier, Ana ?"),), 4, 8, "", language="fr-FR")
SPOKEN_MENU = (
    "menu: Tapez 1.\nkeys: {1: {label: Papiers, next: end, phrases: [passeport, carte d'identité]}}\notherwise: other\n"
)
SPEECH = "speech: yes\n"


def ask(kind: str, more: str = "") -> str:
    """An ask step of a kind."""
    return f"ask: Alors ?\nkind: {kind}\nsave: x\n{more}next: end\notherwise: other\n"


OFFER = "language: [fr-FR, nl-BE]\nnext: hello\n"
HELLO = "\nhello:\n  say: {fr: Bonjour., nl: Goedendag.}\n  next: end\n"
FRENCH, DUTCH = fr("Pour le français, tapez 1."), Say("Voor Nederlands, druk op 2.", "nl-BE")
CONSENT = "consent: Vous enregistrer ?\nsave: recording\nnext: end\notherwise: other\n"
MAY_WE = gather("Vous enregistrer ?", "Pour oui, tapez 1. Pour non, tapez 2.")
NOW_MS = int(MONDAY_MORNING.timestamp() * 1000)
FLOOD = Incident("flood", {"": "Le guichet est fermé.", "nl": "Het loket is gesloten."}, "works", 0, NOW_MS + 60_000)
OVER = Incident("over", {"": "Fini."}, "", 0, NOW_MS)
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
    "language": (
        Case(
            "asks in each language",
            OFFER + HELLO,
            (),
            (Gather((FRENCH, DUTCH), 1, 6, language="fr-FR"),),
        ),
        Case(
            "goes on in the one chosen",
            OFFER + HELLO,
            (Digits("2"),),
            (Note("call.language", "nl-BE"), Say("Goedendag.", "nl-BE"), Say("Fin.", "fr-FR"), ENDS[-1]),
            "nl-BE",
        ),
        Case(
            "asks again after a wrong key",
            OFFER + HELLO,
            (Digits("9"),),
            (Gather((fr("Ce choix n'est pas proposé."), FRENCH, DUTCH), 1, 6, language="fr-FR"),),
        ),
        Case(
            "goes on as it was in the end",
            OFFER + HELLO,
            (NoInput(), NoInput()),
            (fr("Bonjour."), *ENDS),
            "otherwise",
        ),
        Case(
            "doesn't ask whom it knows",
            OFFER + HELLO,
            (),
            (Say("Goedendag.", "nl-BE"), Say("Fin.", "fr-FR"), ENDS[-1]),
            "known",
            caller=CallerFacts(language="nl-NL"),
        ),
        Case(
            "sets one alone",
            "language: nl-BE\nnext: hello\n" + HELLO,
            (),
            (Say("Goedendag.", "nl-BE"), Say("Fin.", "fr-FR"), ENDS[-1]),
            "set",
        ),
    ),
    "consent": (
        Case("asks", CONSENT, (), (MAY_WE,)),
        Case(
            "keeps a yes with the words heard",
            CONSENT,
            (Digits("1"),),
            (KeepConsent("recording", given=True, words="Vous enregistrer ?", language="fr-FR"), *ENDS),
            "yes",
        ),
        Case(
            "keeps a no",
            CONSENT,
            (Digits("2"),),
            (KeepConsent("recording", given=False, words="Vous enregistrer ?", language="fr-FR"), *BACK),
            "no",
        ),
        Case(
            "takes silence for no agreement",
            CONSENT + "tries: 1\n",
            (NoInput(),),
            (KeepConsent("recording", given=False, clear=False, words="Vous enregistrer ?", language="fr-FR"), *BACK),
            "otherwise",
        ),
        Case(
            "understands a spoken no",
            CONSENT + "speech: yes\n",
            (Spoken("pas d'accord"),),
            (KeepConsent("recording", given=False, words="Vous enregistrer ?", language="fr-FR"), *BACK),
            "no",
        ),
    ),
    "incident": (
        Case("is silent where there is none", "incident:\nnext: end\n", (), ENDS, "none"),
        Case(
            "tells what is active",
            "incident:\nnext: end\n",
            (),
            (Note("first", "flood"), fr("Le guichet est fermé."), *ENDS),
            "told",
            incidents=(FLOOD, OVER),
        ),
        Case("leaves out what is about something else", "incident: taxes\nnext: end\n", (), ENDS, incidents=(FLOOD,)),
        Case(
            "asks whether that was all",
            "incident:\nanswered: other\nnext: end\n",
            (),
            (
                Note("first", "flood"),
                gather(
                    "Le guichet est fermé.", "Si cela répond à votre question, tapez 1. Sinon, restez en ligne.", wait=5
                ),
            ),
            incidents=(FLOOD,),
        ),
        Case(
            "lets go who needs no more",
            "incident:\nanswered: other\nnext: end\n",
            (Digits("1"),),
            (Note("first.answered", "yes"), *BACK),
            "answered",
            incidents=(FLOOD,),
        ),
        Case(
            "goes on with others",
            "incident:\nanswered: other\nnext: end\n",
            (NoInput(),),
            ENDS,
            "told",
            incidents=(FLOOD,),
        ),
    ),
    "menu": (
        Case(
            "listens where phrases are given",
            SPOKEN_MENU,
            (),
            (Gather((fr("Tapez 1."),), 1, 6, speech=True, language="fr-FR", hints=("passeport", "carte d'identité")),),
        ),
        Case(
            "takes the very words",
            SPOKEN_MENU,
            (Spoken("Carte d’Identité."),),
            (Note("first", "Papiers"), *ENDS),
            "said 1",
        ),
        Case("takes a digit said", SPOKEN_MENU, (Spoken("le un"),), (Note("first", "Papiers"), *ENDS), "said 1"),
        Case(
            "doesn't guess wildly",
            SPOKEN_MENU + "tries: 1\n",
            (Spoken("il pleut"),),
            (fr("Nous n'avons pas bien compris."), *BACK),
            "otherwise",
        ),
        Case(
            "gives more time, which costs no try",
            "menu: Tapez 1.\nkeys: {1: end}\nmore_time: star\ntries: 1\notherwise: other\n",
            (Digits("*"),),
            (gather("Prenez votre temps. Nous attendrons plus longtemps.", "Tapez 1.", wait=12),),
        ),
        Case(
            "tells of more time after silence, and stops giving it",
            "menu: Tapez 1.\nkeys: {1: end}\nmore_time: star\notherwise: other\n",
            (Digits("*"), Digits("*"), Digits("*"), NoInput()),
            (gather("Nous n'avons rien reçu.", "Tapez 1.", wait=24),),
        ),
        Case(
            "offers more time after silence",
            "menu: Tapez 1.\nkeys: {1: end}\nmore_time: star\notherwise: other\n",
            (NoInput(),),
            (gather("Nous n'avons rien reçu.", "Pour avoir plus de temps, tapez étoile.", "Tapez 1."),),
        ),
    ),
    "ask": (
        Case("keeps a number", ask("number"), (Digits("007"),), (Note("x", "7"), *ENDS), "next"),
        Case("keeps an amount by key", ask("amount"), (Digits("12*5#"),), (Note("x", "12.50"), *ENDS), "next"),
        Case("keeps an amount said", ask("amount", SPEECH), (Spoken("12,50 euros"),), (Note("x", "12.50"), *ENDS)),
        Case("keeps a date by key", ask("date"), (Digits("02041985"),), (Note("x", "1985-04-02"), *ENDS)),
        Case("keeps a date said", ask("date", SPEECH), (Spoken("le 2 avril 1985"),), (Note("x", "1985-04-02"), *ENDS)),
        Case(
            "wants a date there is",
            ask("date", "tries: 1\n"),
            (Digits("30022026"),),
            (
                fr("Nous n'avons pas compris cette date. Tapez le jour, le mois et l'année, huit chiffres en tout."),
                *BACK,
            ),
            "otherwise",
        ),
        Case(
            "wants a date within its bounds",
            ask("date", "most: today\ntries: 1\n"),
            (Digits("24112026"),),
            (fr("Cette date doit être le lundi 23 novembre 2026 au plus tard."), *BACK),
        ),
        Case(
            "wants an amount within its bounds",
            ask("amount", "least: 5\ntries: 1\n"),
            (Digits("4*99"),),
            (fr("Il faut au moins 5,00 €."), *BACK),
        ),
        Case(
            "asks for yes or no",
            ask("yes_no"),
            (),
            (Gather((fr("Alors ?"), fr("Pour oui, tapez 1. Pour non, tapez 2.")), 1, 8, "", language="fr-FR"),),
        ),
        Case("keeps a no", ask("yes_no"), (Digits("2"),), (Note("x", "no"), *ENDS)),
        Case("keeps a yes said", ask("yes_no", SPEECH), (Spoken("oui bien sûr"),), (Note("x", "yes"), *ENDS)),
        Case(
            "listens",
            ask("speech", "hints: [adresse]\n"),
            (),
            (Gather((fr("Alors ?"),), None, 8, "#", speech=True, language="fr-FR", hints=("adresse",)),),
        ),
        Case("keeps words", ask("speech"), (Spoken("au 3, rue  Neuve"),), (Note("x", "au 3, rue Neuve"), *ENDS)),
        Case(
            "reads back what was said, and takes a spoken yes",
            ask("date", SPEECH + "read_back: yes\n"),
            (Spoken("demain"), Spoken("oui")),
            (Note("x", "2026-11-24"), *ENDS),
        ),
        Case(
            "reads back in words",
            ask("date", "read_back: yes\n"),
            (Digits("01042026"),),
            (
                gather(
                    "Nous avons noté : mercredi 1er avril 2026. Si c'est exact, tapez 1. Pour recommencer, tapez 2.",
                    wait=8,
                ),
            ),
        ),
        Case(
            "is cancelled by a key",
            ask("digits", "cancel: star\non_cancel: end\n"),
            (Digits("12*"),),
            ENDS,
            "cancelled",
        ),
        Case(
            "is cancelled at the read-back",
            ask("digits", "cancel: star\nread_back: yes\n"),
            (Digits("12"), Digits("*")),
            BACK,
        ),
        Case("notes no sensitive words", ask("speech", "sensitive: yes\n"), (Spoken("rue Neuve"),), ENDS, "next"),
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
