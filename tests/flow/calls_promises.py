"""The test calls of the steps that promise something: callbacks, texts, surveys, keys while waiting. See `calls.py`."""

from collections.abc import Mapping

from ivr.core.flow.effects import Book, Gather, Join, KeepAnswers, KeepMessage, Note, PlayRecording, SendText, Stay
from ivr.core.flow.inputs import Booked, Digits, HungUp, NoInput, Recorded
from ivr.core.flow.session import CallerFacts
from tests.flow.calls import BACK, ENDS, Case, fr, gather

ANA = CallerFacts(number="+33639980001")
LANDLINE = CallerFacts(number="+33199001010")
ISLAND = CallerFacts(number="+18095551234")

CALLBACK = "callback: accueil\nnext: end\notherwise: other\n"
OFFER = "Nous vous rappellerons au numéro d'où vous appelez, qui se termine par 0 0 0 1. Pour confirmer, tapez 1."
NO = "Pour ne pas être rappelé, tapez étoile."
FIRST = "C'est noté. Vous êtes la prochaine personne que nous rappellerons. Vous pouvez raccrocher."
NOT_POSSIBLE = fr("Nous ne pouvons pas vous rappeler à ce numéro.")
TYPE = "Tapez le numéro où vous rappeler, puis dièse."
KEEP = "Pour le garder, tapez 1. Pour l'annuler, tapez 2."
CHANGE = "Pour un autre numéro ou une autre heure, sans perdre votre place, tapez 3."
THIRD = "Un rappel est déjà prévu à ce numéro, vous êtes en position 3."
BOOK = Book("accueil", "+33639980001")
NOTED = Note("first", "booked")

SMS = "sms: 'Mairie, 1 place.'\nnext: end\nrefused: other\nnot_possible: other\n"
ASK_TEXT = "Pour recevoir un SMS au numéro qui se termine par 0 0 0 1, tapez 1. Sinon, tapez 2."
SENT = (SendText("+33639980001", "Mairie, 1 place."), Note("first", "sent"), fr("Le SMS vous est envoyé."), *ENDS)

SURVEY = (
    "survey: accueil\nquestions:\n  - {ask: 'Réponse ?', name: solved, kind: yes_no}\n"
    "  - {ask: 'Satisfait ?', name: satisfied}\nnext: end\n"
)
RECOMMEND = "survey: avis\nquestions: [{ask: 'Recommander ?', name: again, kind: nps}]\nnext: end\n"
SOLVED = gather("Réponse ?", "Pour oui, tapez 1. Pour non, tapez 2.")
SATISFIED = gather("Satisfait ?", "Répondez par une touche, de 1 à 5.")
THANKS = fr("Merci de vos réponses.")
BOTH = KeepAnswers("accueil", (("solved", 1), ("satisfied", 4)), ("yes_no", "csat"))

LINE = "queue: accueil\nwhile_waiting: ways\nnext: end\notherwise: other\n"
WAYS = (
    "\nways:\n  menu: Tapez 1 ou étoile.\n  keys: {1: {label: Message, next: end}, star: first}\n  otherwise: first\n"
)
MAIL = "voicemail: accueil\ngreeting: Parlez.\nthanks: Merci.\nlisten: yes\nurgent: yes\nnext: end\n"
CONFIRM = (
    "Pour envoyer votre message, tapez 1. Pour le recommencer, tapez 2.",
    "Pour l'écouter, tapez 3.",
    "Si votre message est urgent, tapez 4.",
)

CASES: Mapping[str, tuple[Case, ...]] = {
    "callback": (
        Case("offers the number that called", CALLBACK, (), (gather(OFFER, NO, wait=8),), caller=ANA),
        Case("books when confirmed", CALLBACK, (Digits("1"),), (BOOK,), caller=ANA),
        Case(
            "tells the promise",
            CALLBACK,
            (Digits("1"), Booked("booked", 1)),
            (NOTED, fr(FIRST), *ENDS),
            "booked",
            caller=ANA,
        ),
        Case(
            "tells the moment promised",
            CALLBACK,
            (Digits("1"), Booked("booked", 0, "2026-11-24T09:00:00+00:00")),
            (NOTED, fr("C'est noté, nous vous rappellerons demain à 10 heures."), *ENDS),
            "booked",
            caller=ANA,
        ),
        Case("is not for who hides", CALLBACK, (), (NOT_POSSIBLE, *BACK), "not_possible", caller=CallerFacts("hidden")),
        Case("is not for where nobody may call", CALLBACK, (), (NOT_POSSIBLE, *BACK), "not_possible", caller=ISLAND),
        Case(
            "asks who hides for a number",
            CALLBACK + "other_number: yes\n",
            (),
            (Gather((fr(TYPE),), None, 8, "#", language="fr-FR"),),
            caller=CallerFacts("hidden"),
        ),
        Case(
            "reads a number typed in back",
            CALLBACK + "other_number: yes\n",
            (Digits("2"), Digits("0639980002")),
            (
                gather(
                    "Nous vous rappellerons au 0 6, 39, 98, 0 0, 0 2. Pour confirmer, tapez 1.",
                    "Pour indiquer un autre numéro, tapez 2.",
                    NO,
                    wait=8,
                ),
            ),
            caller=ANA,
        ),
        Case(
            "takes no number that may not be dialled",
            CALLBACK + "other_number: yes\n",
            (Digits("2"), Digits("0899701234"), Digits("112"), NoInput()),
            (fr("Nous n'avons rien reçu."), *BACK),
            "not_possible",
            caller=ANA,
        ),
        Case(
            "offers moments",
            CALLBACK + "times: ['09:00', '14:00']\n",
            (Digits("3"),),
            (
                gather(
                    "Pour être rappelé dès que ce sera votre tour, tapez 1.",
                    "Pour aujourd'hui à 14 heures, tapez 2.",
                    "Pour demain à 9 heures, tapez 3.",
                    "Pour demain à 14 heures, tapez 4.",
                    NO,
                    wait=8,
                ),
            ),
            caller=ANA,
        ),
        Case(
            "books a moment",
            CALLBACK + "times: ['14:00']\n",
            (Digits("3"), Digits("3")),
            (Book("accueil", "+33639980001", not_before="2026-11-24T13:00:00+00:00"),),
            caller=ANA,
        ),
        Case("takes no for an answer", CALLBACK, (Digits("*"),), BACK, "refused", caller=ANA),
        Case(
            "tells of one that waits",
            CALLBACK,
            (Digits("1"), Booked("already", 3)),
            (gather(THIRD, KEEP, wait=8),),
            caller=ANA,
        ),
        Case(
            "keeps it",
            CALLBACK,
            (Digits("1"), Booked("already", 3), Digits("1")),
            (fr("Votre rappel est maintenu."), *ENDS),
            "already",
            caller=ANA,
        ),
        Case(
            "calls it off",
            CALLBACK,
            (Digits("1"), Booked("already", 3), Digits("2"), Booked("cancelled")),
            (fr("C'est noté, nous ne vous rappellerons pas."), *BACK),
            "cancelled",
            caller=ANA,
        ),
        Case(
            "may choose anew",
            CALLBACK + "times: ['14:00']\n",
            (Digits("1"), Booked("already", 3)),
            (gather(THIRD, KEEP, CHANGE, wait=8),),
            caller=ANA,
        ),
        Case(
            "chooses anew",
            CALLBACK + "times: ['14:00']\n",
            (Digits("1"), Booked("already", 3), Digits("3"), Booked("cancelled"), Digits("1")),
            (BOOK,),
            caller=ANA,
        ),
        Case(
            "gives up after the last try",
            CALLBACK + "tries: 2\n",
            (NoInput(), Digits("9")),
            (fr("Ce choix n'est pas proposé."), *BACK),
            "otherwise",
            caller=ANA,
        ),
    ),
    "sms": (
        Case("asks first", SMS, (), (gather(ASK_TEXT),), caller=ANA),
        Case("sends when agreed", SMS, (Digits("1"),), SENT, "sent", caller=ANA),
        Case("takes no for an answer", SMS, (Digits("2"),), BACK, "refused", caller=ANA),
        Case("takes silence for no", SMS, (NoInput(), NoInput()), BACK, "refused", caller=ANA),
        Case("sends at once where told so", SMS + "ask: no\n", (), SENT, "sent", caller=ANA),
        Case("reaches no landline", SMS, (), BACK, "not_possible", caller=LANDLINE),
        Case("reaches nobody who hides", SMS, (), BACK, "not_possible", caller=CallerFacts("hidden")),
    ),
    "survey": (
        Case("asks", SURVEY, (), (SOLVED,)),
        Case("asks the next", SURVEY, (Digits("1"),), (SATISFIED,)),
        Case("keeps the answers", SURVEY, (Digits("1"), Digits("4")), (BOTH, THANKS, *ENDS), "answered"),
        Case(
            "skips by star",
            SURVEY,
            (Digits("*"), Digits("5")),
            (KeepAnswers("accueil", (("satisfied", 5),), ("csat",)), THANKS, *ENDS),
        ),
        Case("ends in silence", SURVEY, (NoInput(), NoInput()), ENDS, "unanswered"),
        Case(
            "keeps what was answered before hanging up",
            SURVEY,
            (Digits("2"), HungUp()),
            (KeepAnswers("accueil", (("solved", 0),), ("yes_no",)), ENDS[-1]),
            "hung_up",
        ),
        Case(
            "takes two digits",
            RECOMMEND,
            (Digits("10"),),
            (KeepAnswers("avis", (("again", 10),), ("nps",)), THANKS, *ENDS),
            "answered",
        ),
        Case(
            "asks again for what is no answer",
            SURVEY,
            (Digits("7"),),
            (gather("Ce choix n'est pas proposé.", "Réponse ?", "Pour oui, tapez 1. Pour non, tapez 2."),),
        ),
    ),
    "queue": (
        Case("leads a key into the steps behind it", LINE + WAYS, (Digits("9"),), (gather("Tapez 1 ou étoile."),)),
        Case("goes on waiting when led back", LINE + WAYS, (Digits("9"), Digits("*")), (Note("ways", "*"), Stay())),
        Case("takes a key of the menu at once", LINE + WAYS, (Digits("1"),), (Note("ways", "Message"), *ENDS)),
        Case("joins as ever", LINE + WAYS, (), (Join("accueil"),)),
    ),
    "voicemail": (
        Case("offers to hear it and to mark it", MAIL, (Recorded("RE1", 9, "#"),), (gather(*CONFIRM, wait=5),)),
        Case(
            "plays it",
            MAIL,
            (Recorded("RE1", 9, "#"), Digits("3")),
            (Gather((PlayRecording("RE1", "CA0"), *map(fr, CONFIRM)), 1, 5, language="fr-FR"),),
        ),
        Case(
            "marks it as urgent",
            MAIL,
            (Recorded("RE1", 9, "#"), Digits("4")),
            (
                KeepMessage("accueil", "RE1", 9, "", True),
                fr("Votre message est marqué comme urgent."),
                fr("Merci."),
                *ENDS,
            ),
            "kept",
        ),
    ),
}
