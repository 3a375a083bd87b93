"""The test calls of every step type, as a table: the step in YAML, what the caller does, what comes of it.

`test_steps.py` plays them; `test_complete.py` fails for a registered step without one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ivr.core.flow.effects import (
    Dial,
    Effect,
    Gather,
    Hangup,
    Join,
    KeepMessage,
    Note,
    Play,
    Record,
    Say,
)
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, LeftLine, NoInput, Recorded
from ivr.core.flow.session import CallerFacts, Incident
from tests.flow.talk import MONDAY_MORNING


def fr(text: str) -> Say:
    """French words."""
    return Say(text, "fr-FR")


ENDS = (fr("Fin."), Hangup())
"""What the step `end`, present in every table entry, does."""

BACK = (fr("Autre."), Hangup())
"""What the step `other` does."""

END = "\nend:\n  hangup: Fin.\nother:\n  hangup: Autre.\n"


@dataclass(frozen=True)
class Case:
    """`steps` is YAML; `gives` the effects of the last turn; `exit` how the first step was left, where it was."""

    name: str
    steps: str
    does: tuple[Input, ...]
    gives: tuple[Effect, ...]
    exit: str = ""
    now: datetime = MONDAY_MORNING
    caller: CallerFacts = field(default_factory=CallerFacts)
    language: str = ""
    incidents: tuple[Incident, ...] = ()


MENU = "menu: Tapez 1.\nkeys:\n  1: {label: Un, next: end}\n  star: other\notherwise: other\n"
MENU_AGAIN = Gather((fr("Tapez 1."),), 1, 6, language="fr-FR")
ASK = "ask: Votre numéro.\nsave: file\nmin: 3\nmax: 5\nnext: end\notherwise: other\n"
ASKING = Gather((fr("Votre numéro."),), None, 8, "#", language="fr-FR")
QUEUE = "queue: accueil\nskills: {fr: 2}\nnext: end\notherwise: other\n"
BOTH = CallerFacts(adviser="ines", last_agent="ana", last_reason="Passeport, Perdu")
DIAL = "dial: ['+33199001010', '+33199001011']\nin_order: yes\nring: 15 s\nnext: end\non_busy: other\notherwise: end\n"
MAIL = "voicemail: accueil\ngreeting: Parlez.\nthanks: Merci.\nnext: end\n"
SPEAK = "Laissez votre message après le signal sonore, puis appuyez sur dièse ou raccrochez."
SEND_OR_NOT = "Pour envoyer votre message, tapez 1. Pour le recommencer, tapez 2."
HOURS = """hours:
  monday-friday: 08:30-12:00
  saturday: 22:00-02:00
closures: {2026-11-24: Travaux}
open: end
closed: when
"""
WHEN = "\nwhen:\n  say: 'Ouvre {{ hours.opens_at }}. {{ hours.reason }}'\n  next: end\n"
NOT_REACHED = fr("Le correspondant n'est pas joignable pour le moment.")


def gather(*texts: str, **more: object) -> Gather:
    """A wait for one key after some words."""
    wait = more.get("wait", 6)
    assert isinstance(wait, int)
    return Gather(tuple(map(fr, texts)), 1, wait, language="fr-FR")


CASES: Mapping[str, tuple[Case, ...]] = {
    "say": (
        Case("speaks and goes on", "say: Bonjour.\nnext: end\n", (), (fr("Bonjour."), *ENDS), "next"),
        Case(
            "fills in values",
            "say: 'Bonjour {{ caller.name | upper }}, ligne {{ line.title }}.'\nnext: end\n",
            (),
            (fr("Bonjour ANA, ligne Mairie."), *ENDS),
            caller=CallerFacts(name="Ana"),
        ),
        Case(
            "speaks the caller's language",
            "say: {fr: Bonjour., nl: Goedendag.}\nnext: end\n",
            (),
            (Say("Goedendag.", "nl-BE"), *ENDS),
            language="nl-BE",
        ),
        Case(
            "may be interrupted by a menu's key",
            "say: Bonjour.\nnext: menu\n" + "\nmenu:\n  " + MENU.replace("\n", "\n  "),
            (),
            (gather("Bonjour.", "Tapez 1."),),
        ),
        Case(
            "is heard to its end where it must be",
            "say: Bonjour.\ninterruptible: no\nnext: menu\n" + "\nmenu:\n  " + MENU.replace("\n", "\n  "),
            (),
            (fr("Bonjour."), MENU_AGAIN),
        ),
    ),
    "play": (Case("plays and goes on", "play: jingle.wav\nnext: end\n", (), (Play("jingle.wav"), *ENDS), "next"),),
    "goto": (Case("goes on elsewhere", "goto: other\n", (), BACK, "next"),),
    "hangup": (
        Case("says last words", "hangup: Au revoir.\n", (), (fr("Au revoir."), Hangup())),
        Case("says goodbye by itself", "hangup:\n", (), (fr("Merci de votre appel, au revoir."), Hangup())),
    ),
    "branch": (
        Case(
            "takes the first true way",
            "branch: [{when: caller.name, next: end}]\notherwise: other\n",
            (),
            ENDS,
            "way 1",
            caller=CallerFacts(name="Ana"),
        ),
        Case("else the other", "branch: [{when: caller.name, next: end}]\notherwise: other\n", (), BACK, "otherwise"),
    ),
    "hours": (
        Case("open", HOURS + WHEN, (), ENDS, "open"),
        Case("open past midnight", HOURS + WHEN, (), ENDS, "open", datetime(2026, 11, 22, 0, 30, tzinfo=UTC)),
        Case(
            "closed for the night",
            HOURS + WHEN,
            (),
            (fr("Ouvre demain à 8 heures 30."), *ENDS),
            "closed",
            datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        ),
        Case(
            "closed for a reason",
            HOURS + WHEN,
            (),
            (fr("Ouvre demain à 8 heures 30. Travaux"), *ENDS),
            "closed",
            datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        ),
    ),
    "menu": (
        Case("offers its choices", MENU, (), (MENU_AGAIN,)),
        Case("takes a key", MENU, (Digits("1"),), (Note("first", "Un"), *ENDS), "key 1"),
        Case("takes star", MENU, (Digits("*"),), (Note("first", "*"), *BACK), "key *"),
        Case(
            "asks again after a wrong key", MENU, (Digits("9"),), (gather("Ce choix n'est pas proposé.", "Tapez 1."),)
        ),
        Case("asks again after nothing", MENU, (NoInput(),), (gather("Nous n'avons rien reçu.", "Tapez 1."),)),
        Case(
            "has words of its own",
            MENU + "if_nothing: Rien.\nif_wrong: Faux.\n",
            (NoInput(), Digits("9")),
            (gather("Faux.", "Tapez 1."),),
        ),
        Case(
            "goes on after the last try",
            MENU + "tries: 2\n",
            (NoInput(), Digits("9")),
            (fr("Ce choix n'est pas proposé."), *BACK),
            "otherwise",
        ),
    ),
    "ask": (
        Case("asks", ASK, (), (ASKING,)),
        Case("keeps the digits", ASK, (Digits("1234"),), (Note("file", "1234"), *ENDS), "next"),
        Case("leaves out the finish key", ASK, (Digits("1234#"),), (Note("file", "1234"), *ENDS)),
        Case(
            "wants the right length",
            ASK,
            (Digits("12"),),
            (Gather((fr("Il faut de 3 à 5 chiffres."), fr("Votre numéro.")), None, 8, "#", language="fr-FR"),),
        ),
        Case(
            "wants digits",
            ASK,
            (Digits("12*4"),),
            (
                Gather(
                    (fr("Utilisez uniquement les chiffres du clavier."), fr("Votre numéro.")),
                    None,
                    8,
                    "#",
                    language="fr-FR",
                ),
            ),
        ),
        Case("gives up", ASK + "tries: 1\n", (NoInput(),), (fr("Nous n'avons rien reçu."), *BACK), "otherwise"),
        Case(
            "ends by itself at an exact length",
            "ask: Votre code.\nsave: code\nmin: 4\nmax: 4\nfinish: none\nnext: end\notherwise: other\n",
            (),
            (Gather((fr("Votre code."),), 4, 8, "", language="fr-FR"),),
        ),
        Case(
            "reads back",
            ASK + "read_back: yes\n",
            (Digits("1234"),),
            (gather("Vous avez tapé 1 2 3 4. Si c'est exact, tapez 1. Pour recommencer, tapez 2.", wait=8),),
        ),
        Case(
            "is confirmed",
            ASK + "read_back: yes\n",
            (Digits("1234"), Digits("1")),
            (Note("file", "1234"), *ENDS),
            "next",
        ),
        Case("is corrected", ASK + "read_back: yes\n", (Digits("1234"), Digits("2")), (ASKING,)),
        Case(
            "reads back again after nothing",
            ASK + "read_back: yes\n",
            (Digits("1234"), NoInput()),
            (
                gather(
                    "Nous n'avons rien reçu.",
                    "Vous avez tapé 1 2 3 4. Si c'est exact, tapez 1. Pour recommencer, tapez 2.",
                    wait=8,
                ),
            ),
        ),
        Case("notes nothing sensitive", ASK + "sensitive: yes\n", (Digits("1234"),), ENDS, "next"),
    ),
    "queue": (
        Case(
            "joins",
            QUEUE + "max_wait: 2 min\npriority: 30 s\n",
            (),
            (Join("accueil", {"fr": 2}, 30, max_wait_seconds=120),),
        ),
        Case("goes on after the talk", QUEUE, (LeftLine("talked", "Ana", 60),), ENDS, "talked"),
        *(
            Case(f"has a way for {reason}", f"{QUEUE}on_{reason}: end\n", (LeftLine(reason),), ENDS, reason)
            for reason in ("timeout", "nobody", "full", "failed", "closed", "unanswered")
        ),
        *(
            Case(f"has one for all: {reason}", QUEUE, (LeftLine(reason),), BACK, reason)
            for reason in ("timeout", "nobody", "full", "failed", "key", "closed", "unanswered")
        ),
        Case(
            "asks for levels from to",
            QUEUE.replace("fr: 2", "fr: 2-5, tax: 3"),
            (),
            (Join("accueil", {"fr": (2, 5), "tax": 3}),),
        ),
        *(
            Case(f"prefers {name}", QUEUE + asked, (), (Join("accueil", {"fr": 2}, **gives),), caller=caller)
            for name, asked, caller, gives in (
                ("the own adviser", "", BOTH, {"preferred": ("ines",)}),
                ("else the last agent", "", CallerFacts(last_agent="ana"), {"preferred": ("ana",)}),
                ("the last agent only", "prefer: last_agent\n", BOTH, {"preferred": ("ana",)}),
                ("nobody where nobody is known", "prefer: own_adviser\n", CallerFacts(last_agent="ana"), {}),
                (
                    "an agent by name, for some time",
                    "prefer: thomas\nprefer_for: 30 s\n",
                    BOTH,
                    {"preferred": ("thomas",), "prefer_seconds": 30},
                ),
                ("nobody for no time", "prefer_for: 0 s\n", BOTH, {"prefer_seconds": 0}),
                (
                    "the first that is known",
                    "prefer: ['{{ caller.name }}', '{{ caller.last_reason }}', last_agent]\n",
                    BOTH,
                    {"preferred": ("ana",)},
                ),
                (
                    "nobody a look-up made up",
                    "prefer: '{{ caller.name }}'\n",
                    CallerFacts(name="ana|fr:1,@ben"),
                    {},
                ),
            )
        ),
    ),
    "dial": (
        Case(
            "hands over",
            DIAL + "words: Un instant.\n",
            (),
            (fr("Un instant."), Dial(("+33199001010", "+33199001011"), 15, sequential=True)),
        ),
        Case("goes on after the talk", DIAL, (Dialed("completed", 30),), ENDS, "talked"),
        Case(
            "says goodbye without a next",
            "dial: '+33199001010'\notherwise: end\n",
            (Dialed("completed", 30),),
            (fr("Merci de votre appel, au revoir."), Hangup()),
            "talked",
        ),
        Case("has a way for busy", DIAL, (Dialed("busy"),), BACK, "busy"),
        Case("tells that nobody answered", DIAL, (Dialed("no-answer"),), (NOT_REACHED, *ENDS), "no-answer"),
        Case("tells that it failed", DIAL, (Dialed("failed"),), (NOT_REACHED, *ENDS), "failed"),
    ),
    "voicemail": (
        Case("greets and records", MAIL + "longest: 1 min\n", (), (fr("Parlez."), Record(60, 5))),
        Case("asks whether to send", MAIL, (Recorded("RE1", 9, "#"),), (gather(SEND_OR_NOT, wait=5),)),
        Case(
            "sends",
            MAIL,
            (Recorded("RE1", 9, "#"), Digits("1")),
            (KeepMessage("accueil", "RE1", 9), fr("Merci."), *ENDS),
            "kept",
        ),
        Case(
            "sends when nothing is pressed",
            MAIL,
            (Recorded("RE1", 9, "#"), NoInput()),
            (KeepMessage("accueil", "RE1", 9), fr("Merci."), *ENDS),
        ),
        Case("records again", MAIL, (Recorded("RE1", 9, "#"), Digits("2")), (fr(SPEAK), Record())),
        Case(
            "keeps what was said before hanging up",
            MAIL,
            (Recorded("RE1", 9, "hangup"),),
            (KeepMessage("accueil", "RE1", 9), Hangup()),
        ),
        Case(
            "keeps what was not confirmed",
            MAIL,
            (Recorded("RE1", 9, "#"), HungUp()),
            (KeepMessage("accueil", "RE1", 9), Hangup()),
            "hung_up",
        ),
        Case(
            "does without a confirmation",
            MAIL + "confirm: no\n",
            (Recorded("RE1", 9, "#"),),
            (KeepMessage("accueil", "RE1", 9), fr("Merci."), *ENDS),
        ),
        Case(
            "keeps nothing of nothing",
            MAIL,
            (Recorded("RE1", 0, "silence"), NoInput()),
            (fr("Nous n'avons rien entendu."), *ENDS),
            "empty",
        ),
    ),
}
