"""The whisper's words in each language. A new language is one more entry; `tests/people` hears every one of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences without their full stops. Units are (one, several).

    `elides`: "de" before a topic follows French rules. `lowers`: a title inside a sentence loses its capital.
    """

    hidden: str
    unreadable: str
    known: str
    new: str
    then: str
    waited: str
    called: str
    ago: str
    about: str
    press: str
    callback: str
    under_a_minute: str
    minute: tuple[str, str]
    hour: tuple[str, str]
    day: tuple[str, str]
    month: tuple[str, str]
    year: tuple[str, str]
    elides: bool = False
    lowers: bool = True


WORDS = {
    "fr": Words(
        hidden="Numéro masqué",
        unreadable="Numéro illisible",
        known="Une personne qui a déjà appelé",
        new="Premier appel de ce numéro",
        then=", puis ",
        waited="A attendu {time}",
        called="A déjà appelé {ago}{about}",
        ago="il y a {time}",
        about=" au sujet {topic}",
        press="Appuyez sur 1 pour prendre l'appel",
        callback="C'est un rappel demandé",
        under_a_minute="moins d'une minute",
        minute=("minute", "minutes"),
        hour=("heure", "heures"),
        day=("jour", "jours"),
        month=("mois", "mois"),
        year=("an", "ans"),
        elides=True,
    ),
    "en": Words(
        hidden="Withheld number",
        unreadable="Unreadable number",
        known="Somebody who has called before",
        new="First call from this number",
        then=", then ",
        waited="Has waited {time}",
        called="Last called {ago}{about}",
        ago="{time} ago",
        about=" about {topic}",
        press="Press 1 to take the call",
        callback="This is a callback",
        under_a_minute="less than a minute",
        minute=("minute", "minutes"),
        hour=("hour", "hours"),
        day=("day", "days"),
        month=("month", "months"),
        year=("year", "years"),
    ),
    "nl": Words(
        hidden="Verborgen nummer",
        unreadable="Onleesbaar nummer",
        known="Iemand die al eerder belde",
        new="Eerste oproep van dit nummer",
        then=", daarna ",
        waited="Heeft {time} gewacht",
        called="Belde {ago} al{about}",
        ago="{time} geleden",
        about=" over {topic}",
        press="Druk op 1 om de oproep aan te nemen",
        callback="Dit is een terugbelverzoek",
        under_a_minute="minder dan een minuut",
        minute=("minuut", "minuten"),
        hour=("uur", "uur"),
        day=("dag", "dagen"),
        month=("maand", "maanden"),
        year=("jaar", "jaar"),
    ),
    "de": Words(
        hidden="Unterdrückte Nummer",
        unreadable="Unlesbare Nummer",
        known="Jemand, der schon einmal angerufen hat",
        new="Erster Anruf von dieser Nummer",
        then=", dann ",
        waited="Wartet seit {time}",
        called="Letzter Anruf {ago}{about}",
        ago="vor {time}",
        about=", Thema: {topic}",
        press="Drücken Sie die 1, um den Anruf anzunehmen",
        callback="Das ist ein Rückruf",
        under_a_minute="weniger als einer Minute",
        minute=("Minute", "Minuten"),
        hour=("Stunde", "Stunden"),
        day=("Tag", "Tagen"),
        month=("Monat", "Monaten"),
        year=("Jahr", "Jahren"),
        lowers=False,
    ),
}
