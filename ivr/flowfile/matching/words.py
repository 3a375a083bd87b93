"""A sentence as the words that carry its meaning: cut, without fillers, reduced to their stems by Snowball."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

MAX_WORDS = 40
"""Words of one sentence that are looked at: about fifteen seconds of speech."""

_SNOWBALL: Mapping[str, str] = {"fr": "french", "nl": "dutch", "de": "german", "en": "english"}
_WORD = re.compile(r"[^\W_]+")
_ELISION = re.compile(r"\b(?:qu|jusqu|lorsqu|puisqu|[cdjlmnst])['’]", re.IGNORECASE)

_FILLERS: Mapping[str, str] = {
    "fr": """a à afin ai aimerais allo alors appel appelle après as au aurais aussi autre aux avais avait avec avez
        avoir avons beaucoup ben besoin bien bonjour bonsoir bon bah c'est ça car ce ceci cela celle celui ces
        cet cette chez comme comment concernant connaître d'accord dans de déjà demande demander depuis des dire
        dites dois doit donc du elle elles en encore enfin entre envie est et êtes étais était être euh eux
        faire fais fait faites faudrait faut hein heu ici il ils j'ai je jour la là le les leur leurs lui ma
        madame mais me même merci mes mettre moi mon monsieur ne non nos notre nous on ont ou où oui par parce
        pas peu peut peux plaît plus pour pourquoi pourrais pouvez pouvoir prendre puis qu quand que quel quelle
        quelles quels quelque quelqu'un qui quoi renseignement renseignements sa sais sait sans savoir se sera
        serait ses si sinon soit sommes son sont sous suis sujet sur t'as ta te tes toi ton tous tout toute
        toutes très tu un une va vais vas vers veut veux voici voilà voir voudrais voulais vont vos votre vous
        vraiment y chose truc question propos rapport appeler téléphone allez cas juste comprends bref fois
        heure heures numéro parler""",
    "nl": """aan achter al alle alles als ander anders andere bel bellen ben bent bij daar dag dan dat de deze die
        dit doe doen door dus dank een eens eigenlijk en er even ga gaan graag goed goede goedemiddag
        goedemorgen goeiedag had hallo heb hebben heeft hebt hem het hier hoe hun ik in is ja je jij jullie kan
        kom krijg krijgen kunnen kunt maar mag me meer met mij mijn moet moeten mogen naar nee niet nieuwe nodig
        nog nou nu of om omdat onder ons onze ook op over soms te tegen toch toen tot u uit uw van vanwege via
        voor vraag vragen waar waarom wanneer want was wat we weer weet weg wel welke werd wie wij wil willen
        worden wordt wou zal ze zeggen zich zij zijn zo zou zullen mevrouw meneer iets uh eh waarvoor weten
        hoeveel""",
    "de": """ab aber alle allem allen aller alles als also am an andere anderen auch auf aus bei bin bis bist bitte
        brauche da dann das dass dazu dein dem den denn der des dich die dies diese diesem diesen dieser dir
        doch dort du durch eben ein eine einem einen einer eines einmal er es etwas euch frage fragen für gegen
        geht gern gerne guten gut habe haben hallo hat hatte hier hinter ich ihm ihn ihnen ihr ihre im in ist ja
        jetzt kann kein keine können könnte kriege man mein meine meinem meinen meiner mich mir mit möchte
        morgen muss müssen nach nein nicht noch nun nur ob oder ohne schon sehr sein seine sich sie sind so soll
        sollte sollen sondern tag um und uns unser unter viel vom von vor wann war warum was wegen weil welche
        wenn wer werden wie wieder will wir wird wissen wo wollen wollte würde zu zum zur über äh ähm hätte
        bräuchte danke bekomme bekommen anrufe rufe sprechen nummer""",
    "en": """a about after all also am an and any are as ask at back be because been before being but by call
        calling can can't cannot could did do does doing don't er for from get getting go going good got had has
        have having he hello her here hey hi him his how i i'd i'll i'm i've if in into is it it's its just know
        let like ll looking m madam may me might mine morning much my need no not now of off on one only or
        other our out over please question re s see she should sir so some something t tell than thank thanks
        that that's the their them then there these they thing this those to too uh um up us ve very want wanted
        was we well were what what's when where which who why will wish with would yes you your im ive day wanna
        gonna maybe speak talk number somebody""",
}
"""Words that say nothing of the matter: articles, pronouns, politeness, "I am calling because"."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence. `filler`: it carries no meaning by itself, but may be half of a word misheard."""

    text: str
    stem: str
    filler: bool


def words_of(sentence: str, language: str) -> tuple[Word, ...]:
    """The words of a sentence in a language (`fr`, `nl`, `de`, `en`; any other is read like English), fillers too."""
    spoken = _ELISION.sub(" ", unicodedata.normalize("NFC", sentence).casefold())
    found = _WORD.findall(spoken)[:MAX_WORDS]
    fillers = _fillers(language)
    return tuple(Word(word, stem_of(word, language), plain(word) in fillers) for word in found)


@lru_cache(maxsize=50_000)
def stem_of(word: str, language: str) -> str:
    """A word's stem, without accents. Digits stay as they are."""
    if not word.isalpha():
        return word
    return plain(_stemmer(language).stemWord(word))


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """A word without accents, in small letters."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _fillers(language: str) -> frozenset[str]:
    listed = _FILLERS.get(language, _FILLERS["en"])
    return frozenset(plain(part) for word in listed.split() for part in (word, *word.replace("'", " ").split()))


@cache
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_SNOWBALL.get(language, "english"))
