"""Test calls of the steps that reach beyond the flow: `fetch`, `handoff`, and of those that take a caller's words."""

from collections.abc import Mapping

from ivr.core.flow.effects import Dial, Fetch, Gather, HandOver, Hangup, Note, Say
from ivr.core.flow.inputs import Dialed, Digits, Fetched, NoInput, NotHandedOver, Spoken
from tests.flow.calls import BACK, ENDS, NOT_REACHED, Case, fr

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


ANSWERS = """answers: pool
question: Votre question.
keys: {0: other}
helped: end
not_helped: other
nothing_found: other
"""
HINTS = ("quand ouvre la piscine", "combien coûte la piscine")
DID_IT_HELP = fr("Cela répond-il à votre question ? Dites oui ou tapez 1, non ou 2. Pour réécouter, tapez étoile.")
OPENS = fr("La piscine ouvre à dix heures.")
COSTS = fr("L'entrée coûte quatre euros.")
NOT_UNDERSTOOD = fr("Nous n'avons pas bien compris.")
NOTHING = fr("Nous n'avons rien reçu.")


def listens(*prompts: Say, hints: tuple[str, ...] = ()) -> Gather:
    """A wait for words or one key."""
    return Gather(prompts, 1, 6, speech=True, language=prompts[0].language, hints=hints)


def meant(title: str) -> Gather:
    """ "Did you mean ...?" """
    said = f"Votre question porte-t-elle sur ceci : {title} ? Dites oui ou tapez 1, sinon dites non ou tapez 2."
    return listens(fr(said))


def known(value: str) -> Note:
    """What the counts of the knowledge are made of."""
    return Note("answers.pool", value)


WHY = """say-why: Pourquoi appelez-vous ?
matters:
  pool: {label: Piscine, phrases: [horaires de la piscine, nager], next: end}
  papers: {label: Papiers, phrases: {fr: [passeport perdu, carte d'identité]}, key: 9, next: other}
otherwise: other
"""
WHY_HINTS = ("horaires de la piscine", "nager", "passeport perdu", "carte d'identité")
READ_BACK = fr("Vous appelez pour : Piscine. Si c'est exact, dites oui ou tapez 1. Sinon, dites non ou tapez 2.")
BY_KEY = (fr("Pour Piscine, tapez 1."), fr("Pour Papiers, tapez 9."))
ASK_WHY = fr("Pourquoi appelez-vous ?")

LINE = "handoff: tax-office\nwords: Un instant.\notherwise: other\n"
NUMBER = "handoff: '+33199001010'\ntell: 'Dossier 12.'\nring: 20 s\notherwise: other\n"
WHISPER = (fr("Appel transmis par Mairie."), fr("Dossier 12."), fr("Pour prendre l'appel, tapez 1."))

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
    "answers": (
        Case(
            "asks, and tells the recogniser what to expect", ANSWERS, (), (listens(fr("Votre question."), hints=HINTS),)
        ),
        Case(
            "answers what it is sure of",
            ANSWERS,
            (Spoken("euh c'est pour les horaires de la piscine"),),
            (known("answered: hours"), listens(OPENS, DID_IT_HELP)),
        ),
        Case("answers by key", ANSWERS, (Digits("1"),), (known("answered: hours"), listens(OPENS, DID_IT_HELP))),
        Case(
            "asks where it is not sure",
            ANSWERS,
            (Spoken("la piscine"),),
            (meant("les horaires de la piscine"),),
        ),
        Case(
            "takes yes",
            ANSWERS,
            (Spoken("la piscine"), Spoken("oui c'est ça")),
            (known("answered: hours"), listens(OPENS, DID_IT_HELP)),
        ),
        Case("offers the next best", ANSWERS, (Spoken("la piscine"), Digits("2")), (meant("le prix de la piscine"),)),
        Case(
            "understands it said again",
            ANSWERS,
            (Spoken("la piscine"), Spoken("combien coûte la piscine")),
            (known("answered: price"), listens(COSTS, DID_IT_HELP)),
        ),
        Case(
            "asks again and notes what it had no answer for, without digits",
            ANSWERS,
            (Spoken("mon dossier 4711 est bloqué"),),
            (
                known("no answer: mon dossier •••• est bloqué"),
                listens(NOT_UNDERSTOOD, fr("Votre question."), hints=HINTS),
            ),
        ),
        Case(
            "gives up where it finds nothing",
            ANSWERS,
            (Spoken("mon dossier"), Spoken("le maire")),
            (known("no answer: le maire"), fr("Nous n'avons pas de réponse enregistrée à cette question."), *BACK),
            "nothing_found",
        ),
        Case("gives up after silence", ANSWERS, (NoInput(), NoInput()), (NOTHING, *BACK), "nothing_found"),
        Case("leads elsewhere by key", ANSWERS, (Digits("0"),), BACK, "key 0"),
        Case("hears that it helped", ANSWERS, (Digits("1"), Spoken("oui")), (known("helped: hours"), *ENDS), "helped"),
        Case(
            "hears that it did not",
            ANSWERS,
            (Digits("1"), Digits("2")),
            (known("did not help: hours"), *BACK),
            "not_helped",
        ),
        Case("says it again", ANSWERS, (Digits("1"), Digits("*")), (listens(OPENS, DID_IT_HELP),)),
        Case("asks again whether it helped", ANSWERS, (Digits("1"), NoInput()), (listens(NOTHING, DID_IT_HELP),)),
        Case(
            "takes silence for a no",
            ANSWERS,
            (Digits("1"), NoInput(), NoInput()),
            (known("did not help: hours"), *BACK),
            "not_helped",
        ),
        Case(
            "answers in the caller's language",
            ANSWERS,
            (Spoken("openingsuren van het zwembad"),),
            (
                known("answered: hours"),
                listens(
                    Say("Het zwembad opent om tien uur.", "nl-BE"),
                    Say(
                        "Is uw vraag beantwoord? Zeg ja of druk op 1, nee of 2. "
                        "Om opnieuw te luisteren, druk op sterretje.",
                        "nl-BE",
                    ),
                ),
            ),
            language="nl-BE",
        ),
        Case("goes on without knowledge", ANSWERS.replace("pool", "other"), (), BACK, "no_knowledge"),
    ),
    "say-why": (
        Case("asks", WHY, (), (listens(ASK_WHY, hints=WHY_HINTS),)),
        Case("reads back", WHY, (Spoken("je voudrais nager"),), (listens(READ_BACK),)),
        Case(
            "goes where the matter leads",
            WHY,
            (Spoken("je voudrais nager"), Spoken("oui")),
            (Note("first", "Piscine"), *ENDS),
            "pool",
        ),
        Case(
            "needs no confirmation where told so",
            WHY + "read_back: no\n",
            (Spoken("les horaires de la piscine"),),
            (Note("first", "Piscine"), *ENDS),
            "pool",
        ),
        Case("takes a key at once", WHY, (Digits("9"),), (Note("first", "Papiers"), *BACK), "papers"),
        Case(
            "asks again after a no",
            WHY,
            (Spoken("je voudrais nager"), Digits("2")),
            (listens(ASK_WHY, hints=WHY_HINTS),),
        ),
        Case(
            "understands it said again",
            WHY,
            (Spoken("passeport"), Spoken("je voudrais nager")),
            (listens(READ_BACK),),
        ),
        Case("reads back again after silence", WHY, (Spoken("nager"), NoInput()), (listens(NOTHING, READ_BACK),)),
        Case(
            "falls to a menu when speech fails twice",
            WHY,
            (Spoken("le maire"), Spoken("un colis")),
            (listens(NOT_UNDERSTOOD, *BY_KEY),),
        ),
        Case(
            "takes the menu's key",
            WHY,
            (NoInput(), NoInput(), Digits("1")),
            (Note("first", "Piscine"), *ENDS),
            "pool",
        ),
        Case(
            "gives up",
            WHY,
            (NoInput(), NoInput(), Digits("5"), NoInput()),
            (NOTHING, *BACK),
            "otherwise",
        ),
    ),
    "handoff": (
        Case(
            "goes over to another line",
            LINE,
            (),
            (fr("Un instant."), Note("handed over", "tax-office"), HandOver("tax-office")),
        ),
        Case("has a way where that can't be", LINE, (NotHandedOver(),), (NOT_REACHED, *BACK), "failed"),
        Case(
            "tells whoever answers at another office",
            NUMBER,
            (),
            (
                Note("handed over", "+33199001010"),
                Dial(("+33199001010",), 20, whisper=WHISPER, press_key=True),
            ),
        ),
        Case(
            "needs no key where told so",
            NUMBER + "press: no\n",
            (),
            (Note("handed over", "+33199001010"), Dial(("+33199001010",), 20, whisper=WHISPER[:2])),
        ),
        Case(
            "says goodbye after the talk",
            NUMBER,
            (Dialed("completed", 60),),
            (fr("Merci de votre appel, au revoir."), Hangup()),
            "talked",
        ),
        Case("goes on after the talk", NUMBER + "next: end\n", (Dialed("completed", 60),), ENDS, "talked"),
        Case("has a way where nobody took it", NUMBER, (Dialed("no-answer"),), (NOT_REACHED, *BACK), "no-answer"),
    ),
}
