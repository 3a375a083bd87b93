"""What the system itself says, in every language it ships with. Numbers, dates and times: `spoken.py`.

One table, one line a sentence. `{name}` is filled from the values given; nothing else is interpreted.
"""

from collections.abc import Mapping

from ivr.core.promise_words import SENTENCES as PROMISES
from ivr.core.waiting_words import SENTENCES as WAITING

LANGUAGES = ("fr", "nl", "de", "en")
"""The languages every phrase exists in; a locale is spoken by its language, any other in English."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "technical_problem": {
        "fr": "Nous rencontrons un problème technique, veuillez nous en excuser.",
        "nl": "We hebben een technisch probleem, onze excuses.",
        "de": "Wir haben ein technisches Problem und bitten um Entschuldigung.",
        "en": "We are having a technical problem, and we are sorry about it.",
    },
    "goodbye": {
        "fr": "Merci de votre appel, au revoir.",
        "nl": "Bedankt voor uw oproep, tot ziens.",
        "de": "Danke für Ihren Anruf, auf Wiederhören.",
        "en": "Thank you for calling, goodbye.",
    },
    "fallback": {
        "fr": "Un instant, nous vous mettons en relation.",
        "nl": "Een ogenblik, we verbinden u door.",
        "de": "Einen Augenblick, wir verbinden Sie.",
        "en": "One moment, we are putting you through.",
    },
    "call_again": {
        "fr": "Nous ne pouvons pas prendre votre appel pour le moment. Merci de rappeler dans quelques minutes.",
        "nl": "We kunnen uw oproep nu niet aannemen. Bel alstublieft over enkele minuten terug.",
        "de": "Wir können Ihren Anruf im Moment nicht annehmen. Bitte rufen Sie in einigen Minuten wieder an.",
        "en": "We can't take your call at the moment. Please call again in a few minutes.",
    },
    "number_not_served": {
        "fr": "Ce numéro n'est pas en service. Au revoir.",
        "nl": "Dit nummer is niet in gebruik. Tot ziens.",
        "de": "Diese Nummer ist nicht vergeben. Auf Wiederhören.",
        "en": "This number is not in service. Goodbye.",
    },
    "nothing_pressed": {
        "fr": "Nous n'avons rien reçu.",
        "nl": "We hebben niets ontvangen.",
        "de": "Wir haben keine Eingabe erhalten.",
        "en": "We didn't receive anything.",
    },
    "wrong_key": {
        "fr": "Ce choix n'est pas proposé.",
        "nl": "Die keuze bestaat niet.",
        "de": "Diese Auswahl gibt es nicht.",
        "en": "That is not one of the choices.",
    },
    "wrong_length": {
        "fr": "Il faut {expected} chiffres.",
        "nl": "Er zijn {expected} cijfers nodig.",
        "de": "Es müssen {expected} Ziffern sein.",
        "en": "It must be {expected} digits.",
    },
    "least_to_most": {
        "fr": "de {least} à {most}",
        "nl": "{least} tot {most}",
        "de": "{least} bis {most}",
        "en": "{least} to {most}",
    },
    "digits_only": {
        "fr": "Utilisez uniquement les chiffres du clavier.",
        "nl": "Gebruik alleen de cijfers van het toetsenbord.",
        "de": "Bitte nur die Ziffern der Tastatur benutzen.",
        "en": "Please use the digits of the keypad only.",
    },
    "not_a_number": {
        "fr": "Nous n'avons pas compris ce nombre.",
        "nl": "We hebben dat getal niet begrepen.",
        "de": "Wir haben diese Zahl nicht verstanden.",
        "en": "We didn't understand that number.",
    },
    "not_an_amount": {
        "fr": "Nous n'avons pas compris ce montant. La touche étoile sert de virgule.",
        "nl": "We hebben dat bedrag niet begrepen. Het sterretje is de komma.",
        "de": "Wir haben diesen Betrag nicht verstanden. Die Sterntaste ist das Komma.",
        "en": "We didn't understand that amount. The star key is the decimal point.",
    },
    "not_a_date": {
        "fr": "Nous n'avons pas compris cette date. Tapez le jour, le mois et l'année, huit chiffres en tout.",
        "nl": "We hebben die datum niet begrepen. Toets dag, maand en jaar in, samen acht cijfers.",
        "de": "Wir haben dieses Datum nicht verstanden. Geben Sie Tag, Monat und Jahr mit acht Ziffern ein.",
        "en": "We didn't understand that date. Enter day, month and year, eight digits in all.",
    },
    "at_least": {
        "fr": "Il faut au moins {bound}.",
        "nl": "Het moet minstens {bound} zijn.",
        "de": "Es muss mindestens {bound} sein.",
        "en": "It must be at least {bound}.",
    },
    "at_most": {
        "fr": "Il faut au plus {bound}.",
        "nl": "Het mag hoogstens {bound} zijn.",
        "de": "Es darf höchstens {bound} sein.",
        "en": "It must be at most {bound}.",
    },
    "not_before": {
        "fr": "Cette date doit être le {bound} au plus tôt.",
        "nl": "Die datum moet op zijn vroegst {bound} zijn.",
        "de": "Dieses Datum darf frühestens der {bound} sein.",
        "en": "That date must be {bound} at the earliest.",
    },
    "not_after": {
        "fr": "Cette date doit être le {bound} au plus tard.",
        "nl": "Die datum mag uiterlijk {bound} zijn.",
        "de": "Dieses Datum darf spätestens der {bound} sein.",
        "en": "That date must be {bound} at the latest.",
    },
    "read_back_said": {
        "fr": "Nous avons noté : {said}. Si c'est exact, tapez 1. Pour recommencer, tapez 2.",
        "nl": "We hebben genoteerd: {said}. Klopt dat, druk dan op 1. Om opnieuw te beginnen, druk op 2.",
        "de": "Wir haben notiert: {said}. Wenn das stimmt, drücken Sie die 1. Für eine neue Eingabe die 2.",
        "en": "We noted: {said}. If that is right, press 1. To start again, press 2.",
    },
    "key_star": {"fr": "étoile", "nl": "sterretje", "de": "Stern", "en": "star"},
    "key_hash": {"fr": "dièse", "nl": "hekje", "de": "Raute", "en": "hash"},
    "more_time_offer": {
        "fr": "Pour avoir plus de temps, tapez {digit}.",
        "nl": "Hebt u meer tijd nodig, druk dan op {digit}.",
        "de": "Wenn Sie mehr Zeit brauchen, drücken Sie {digit}.",
        "en": "If you need more time, press {digit}.",
    },
    "more_time": {
        "fr": "Prenez votre temps. Nous attendrons plus longtemps.",
        "nl": "Neem rustig de tijd. We wachten langer.",
        "de": "Lassen Sie sich Zeit. Wir warten länger.",
        "en": "Take your time. We will wait longer.",
    },
    "read_back": {
        "fr": "Vous avez tapé {digits}. Si c'est exact, tapez 1. Pour recommencer, tapez 2.",
        "nl": "U hebt {digits} ingetoetst. Klopt dat, druk dan op 1. Om opnieuw te beginnen, druk op 2.",
        "de": "Sie haben {digits} eingegeben. Wenn das stimmt, drücken Sie die 1. Für eine neue Eingabe die 2.",
        "en": "You entered {digits}. If that is right, press 1. To start again, press 2.",
    },
    "for_language": {
        "fr": "Pour le français, tapez {digit}.",
        "nl": "Voor Nederlands, druk op {digit}.",
        "de": "Für Deutsch, drücken Sie die {digit}.",
        "en": "For English, press {digit}.",
    },
    "yes_1_no_2": {
        "fr": "Pour oui, tapez 1. Pour non, tapez 2.",
        "nl": "Voor ja, druk op 1. Voor nee, druk op 2.",
        "de": "Für ja drücken Sie die 1, für nein die 2.",
        "en": "For yes, press 1. For no, press 2.",
    },
    "press_1_if_answered": {
        "fr": "Si cela répond à votre question, tapez 1. Sinon, restez en ligne.",
        "nl": "Is uw vraag daarmee beantwoord, druk dan op 1. Blijf anders aan de lijn.",
        "de": "Wenn damit Ihre Frage beantwortet ist, drücken Sie die 1. Sonst bleiben Sie bitte am Apparat.",
        "en": "If that answers your question, press 1. Otherwise, please stay on the line.",
    },
    "leave_message": {
        "fr": "Laissez votre message après le signal sonore, puis appuyez sur dièse ou raccrochez.",
        "nl": "Spreek uw bericht in na de toon, en druk op hekje of hang op.",
        "de": "Hinterlassen Sie Ihre Nachricht nach dem Signalton und drücken Sie die Rautetaste oder legen Sie auf.",
        "en": "Leave your message after the tone, then press hash or hang up.",
    },
    "message_empty": {
        "fr": "Nous n'avons rien entendu.",
        "nl": "We hebben niets gehoord.",
        "de": "Wir haben nichts gehört.",
        "en": "We didn't hear anything.",
    },
    "message_confirm": {
        "fr": "Pour envoyer votre message, tapez 1. Pour le recommencer, tapez 2.",
        "nl": "Om uw bericht te versturen, druk op 1. Om het opnieuw in te spreken, druk op 2.",
        "de": "Um Ihre Nachricht zu senden, drücken Sie die 1. Um sie neu aufzunehmen, die 2.",
        "en": "To send your message, press 1. To record it again, press 2.",
    },
    "message_thanks": {
        "fr": "Merci, votre message est bien enregistré.",
        "nl": "Dank u, uw bericht is opgenomen.",
        "de": "Danke, Ihre Nachricht ist gespeichert.",
        "en": "Thank you, your message has been recorded.",
    },
    "please_hold": {
        "fr": "Merci de patienter, une personne va vous répondre.",
        "nl": "Blijf aan de lijn, er komt iemand voor u.",
        "de": "Bitte bleiben Sie am Apparat, es ist gleich jemand für Sie da.",
        "en": "Please hold, someone will answer you.",
    },
    "still_holding": {
        "fr": "Vous êtes toujours en attente, merci de rester en ligne.",
        "nl": "U staat nog in de wacht, blijf alstublieft aan de lijn.",
        "de": "Sie sind noch in der Warteschleife, bitte bleiben Sie am Apparat.",
        "en": "You are still in line, please stay with us.",
    },
    "hand_over_failed": {
        "fr": "Le correspondant n'est pas joignable pour le moment.",
        "nl": "De persoon is op dit moment niet bereikbaar.",
        "de": "Der Teilnehmer ist im Moment nicht erreichbar.",
        "en": "The other party can't be reached at the moment.",
    },
    "ask_question": {
        "fr": "Dites votre question en quelques mots.",
        "nl": "Stel uw vraag in enkele woorden.",
        "de": "Stellen Sie Ihre Frage in wenigen Worten.",
        "en": "Ask your question in a few words.",
    },
    "not_understood": {
        "fr": "Nous n'avons pas bien compris.",
        "nl": "We hebben u niet goed begrepen.",
        "de": "Das haben wir nicht verstanden.",
        "en": "We didn't quite understand.",
    },
    "no_answer_known": {
        "fr": "Nous n'avons pas de réponse enregistrée à cette question.",
        "nl": "Op die vraag hebben we geen antwoord klaarliggen.",
        "de": "Auf diese Frage haben wir keine Antwort hinterlegt.",
        "en": "We have no ready answer to that question.",
    },
    "did_you_mean": {
        "fr": "Votre question porte-t-elle sur ceci : {title} ? Dites oui ou tapez 1, sinon dites non ou tapez 2.",
        "nl": "Gaat uw vraag over: {title}? Zeg ja of druk op 1, zo niet, zeg nee of druk op 2.",
        "de": "Geht es bei Ihrer Frage um: {title}? Sagen Sie ja oder drücken Sie die 1, sonst nein oder die 2.",
        "en": "Is your question about this: {title}? Say yes or press 1, otherwise say no or press 2.",
    },
    "did_that_help": {
        "fr": "Cela répond-il à votre question ? Dites oui ou tapez 1, non ou 2. Pour réécouter, tapez étoile.",
        "nl": "Is uw vraag beantwoord? Zeg ja of druk op 1, nee of 2. Om opnieuw te luisteren, druk op sterretje.",
        "de": "Ist Ihre Frage beantwortet? Sagen Sie ja oder drücken Sie 1, nein oder 2. Zum Wiederholen den Stern.",
        "en": "Does that answer your question? Say yes or press 1, no or 2. To hear it again, press star.",
    },
    "why_read_back": {
        "fr": "Vous appelez pour : {label}. Si c'est exact, dites oui ou tapez 1. Sinon, dites non ou tapez 2.",
        "nl": "U belt over: {label}. Klopt dat, zeg ja of druk op 1. Zo niet, zeg nee of druk op 2.",
        "de": "Sie rufen an wegen: {label}. Stimmt das, sagen Sie ja oder drücken Sie die 1, sonst nein oder die 2.",
        "en": "You are calling about: {label}. If that is right, say yes or press 1. Otherwise say no or press 2.",
    },
    "for_matter": {
        "fr": "Pour {label}, tapez {key}.",
        "nl": "Voor {label}, druk op {key}.",
        "de": "Für {label} drücken Sie die {key}.",
        "en": "For {label}, press {key}.",
    },
    "handed_call": {
        "fr": "Appel transmis par {line}.",
        "nl": "Oproep doorverbonden door {line}.",
        "de": "Anruf weitergeleitet von {line}.",
        "en": "A call handed over by {line}.",
    },
    "handed_about": {
        "fr": "La personne appelle pour : {path}.",
        "nl": "De beller belt over: {path}.",
        "de": "Es geht um: {path}.",
        "en": "The caller is calling about: {path}.",
    },
    "press_to_take": {
        "fr": "Pour prendre l'appel, tapez 1.",
        "nl": "Om de oproep aan te nemen, druk op 1.",
        "de": "Um den Anruf anzunehmen, drücken Sie die 1.",
        "en": "To take the call, press 1.",
    },
    **PROMISES,
    **WAITING,
}
"""By key, then by language."""


def speech_of(locale: str) -> str:
    """The language a locale's phrases are spoken in: `fr` for `fr-BE`, `en` for one the system doesn't ship."""
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


def phrase(key: str, language: str, /, **values: str | int) -> str:
    """A sentence of the system's own; `language` is a locale such as `fr-FR`. Raises KeyError for an unknown key."""
    text = PHRASES[key][speech_of(language)]
    return text.format_map(values) if values else text
