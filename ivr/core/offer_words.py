"""What an agent's leg says besides the whisper, in every language: one table, as in `phrases.py`."""

from collections.abc import Mapping

from ivr.core.phrases import speech_of

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "caller_gone": {
        "fr": "L'appelant a raccroché.",
        "nl": "De beller heeft opgehangen.",
        "de": "Der Anrufer hat aufgelegt.",
        "en": "The caller has hung up.",
    },
    "other_leg": {
        "fr": "Cet appel vous est proposé sur une autre ligne.",
        "nl": "Deze oproep wordt u op een andere lijn aangeboden.",
        "de": "Dieser Anruf wird Ihnen auf einer anderen Leitung angeboten.",
        "en": "This call is being offered to you on another line.",
    },
    "ended": {
        "fr": "Cet appel n'est plus disponible.",
        "nl": "Deze oproep is niet meer beschikbaar.",
        "de": "Dieser Anruf ist nicht mehr verfügbar.",
        "en": "This call is no longer available.",
    },
    "declined": {
        "fr": "L'appel passe à un collègue.",
        "nl": "De oproep gaat naar een collega.",
        "de": "Der Anruf geht an einen Kollegen.",
        "en": "The call goes to a colleague.",
    },
    "taken": {
        "fr": "Un collègue a pris l'appel.",
        "nl": "Een collega heeft de oproep aangenomen.",
        "de": "Ein Kollege hat den Anruf angenommen.",
        "en": "A colleague has taken the call.",
    },
    "too_late": {
        "fr": "Trop tard, l'appel est passé à un collègue.",
        "nl": "Te laat, de oproep is naar een collega gegaan.",
        "de": "Zu spät, der Anruf ist an einen Kollegen gegangen.",
        "en": "That was too late, the call has gone on to a colleague.",
    },
    "left": {
        "fr": "L'appelant n'attend plus.",
        "nl": "De beller wacht niet meer.",
        "de": "Der Anrufer wartet nicht mehr.",
        "en": "The caller is no longer waiting.",
    },
    "removed": {
        "fr": "Vous n'êtes plus enregistré comme agent. L'appel passe à un collègue.",
        "nl": "U bent niet meer als medewerker geregistreerd. De oproep gaat naar een collega.",
        "de": "Sie sind nicht mehr als Mitarbeiter eingetragen. Der Anruf geht an einen Kollegen.",
        "en": "You are no longer registered as an agent. The call goes to a colleague.",
    },
    "calling": {
        "fr": "Nous appelons la personne, restez en ligne.",
        "nl": "We bellen de persoon, blijf aan de lijn.",
        "de": "Wir rufen die Person an, bitte bleiben Sie am Apparat.",
        "en": "We are calling them, please hold.",
    },
    "not_reached": {
        "fr": "La personne n'a pas répondu. Nous réessaierons plus tard.",
        "nl": "De persoon heeft niet opgenomen. We proberen het later opnieuw.",
        "de": "Die Person hat nicht geantwortet. Wir versuchen es später noch einmal.",
        "en": "They didn't answer. We will try again later.",
    },
    "not_now": {
        "fr": "La personne demande à être rappelée plus tard.",
        "nl": "De persoon wil later teruggebeld worden.",
        "de": "Die Person möchte später zurückgerufen werden.",
        "en": "They ask to be called back later.",
    },
    "called_off": {
        "fr": "La personne ne souhaite plus être rappelée.",
        "nl": "De persoon wil niet meer teruggebeld worden.",
        "de": "Die Person möchte nicht mehr zurückgerufen werden.",
        "en": "They no longer wish to be called back.",
    },
}
"""By key, then by language."""


def offer_sentence(key: str, language: str) -> str:
    """A sentence in an agent's language; `ended` for a key that isn't in the table."""
    return SENTENCES.get(key, SENTENCES["ended"])[speech_of(language)]
