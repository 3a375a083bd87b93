"""What the system says of a place in line and of the wait. See `phrases.py`."""

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "position_first": {
        "fr": "Vous êtes la prochaine personne à qui nous répondrons.",
        "nl": "U bent de volgende die we te woord staan.",
        "de": "Sie sind als Nächstes an der Reihe.",
        "en": "You are next in line.",
    },
    "position": {
        "fr": "Vous êtes en position {position}.",
        "nl": "U bent nummer {position} in de rij.",
        "de": "Sie sind an Position {position}.",
        "en": "You are number {position} in line.",
    },
    "expected_wait": {
        "fr": "L'attente est d'environ {low} à {high} minutes.",
        "nl": "De wachttijd is ongeveer {low} tot {high} minuten.",
        "de": "Die Wartezeit beträgt etwa {low} bis {high} Minuten.",
        "en": "The wait is about {low} to {high} minutes.",
    },
    "expected_wait_up_to": {
        "fr": "L'attente devrait être de {high} minutes au plus.",
        "nl": "De wachttijd is naar verwachting hoogstens {high} minuten.",
        "de": "Die Wartezeit beträgt voraussichtlich höchstens {high} Minuten.",
        "en": "The wait should be {high} minutes at most.",
    },
    "expected_wait_minute": {
        "fr": "L'attente est d'environ une minute.",
        "nl": "De wachttijd is ongeveer een minuut.",
        "de": "Die Wartezeit beträgt etwa eine Minute.",
        "en": "The wait is about a minute.",
    },
    "longer_than_told": {
        "fr": "C'est plus long que ce que nous vous avions annoncé, veuillez nous en excuser.",
        "nl": "Het duurt langer dan we u hadden gezegd, onze excuses.",
        "de": "Es dauert länger, als wir Ihnen gesagt hatten, bitte entschuldigen Sie.",
        "en": "It is taking longer than we told you, and we are sorry.",
    },
    "still_wait": {
        "fr": "Il faut maintenant compter encore {low} à {high} minutes environ.",
        "nl": "Vanaf nu duurt het nog ongeveer {low} tot {high} minuten.",
        "de": "Von jetzt an dauert es noch etwa {low} bis {high} Minuten.",
        "en": "From now on, it should take about {low} to {high} more minutes.",
    },
    "still_wait_up_to": {
        "fr": "Il faut maintenant compter encore {high} minutes au plus.",
        "nl": "Vanaf nu duurt het naar verwachting nog hoogstens {high} minuten.",
        "de": "Von jetzt an dauert es voraussichtlich noch höchstens {high} Minuten.",
        "en": "From now on, it should take {high} more minutes at most.",
    },
    "still_wait_minute": {
        "fr": "Il faut maintenant compter encore une minute environ.",
        "nl": "Vanaf nu duurt het nog ongeveer een minuut.",
        "de": "Von jetzt an dauert es noch etwa eine Minute.",
        "en": "From now on, it should take about a minute.",
    },
    "place_is_kept": {
        "fr": "Vous gardez votre place.",
        "nl": "U behoudt uw plaats.",
        "de": "Sie behalten Ihren Platz.",
        "en": "You keep your place.",
    },
}
