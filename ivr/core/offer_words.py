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
}
"""By key, then by language."""


def offer_sentence(key: str, language: str) -> str:
    """A sentence in an agent's language; `ended` for a key that isn't in the table."""
    return SENTENCES.get(key, SENTENCES["ended"])[speech_of(language)]
