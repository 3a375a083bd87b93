"""What the agents' line says, in every language: one table, one line a sentence, as in `phrases.py`."""

from collections.abc import Mapping

from ivr.core.phrases import speech_of

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "unknown_number": {
        "fr": "Ce numéro n'est celui d'aucun agent. Au revoir.",
        "nl": "Dit nummer hoort bij geen enkele medewerker. Tot ziens.",
        "de": "Diese Nummer gehört zu keinem Mitarbeiter. Auf Wiederhören.",
        "en": "This number is no agent's. Goodbye.",
    },
    "no_pin": {
        "fr": "Vous n'avez pas encore de code. Demandez-le à votre responsable. Au revoir.",
        "nl": "U hebt nog geen code. Vraag er een aan uw leidinggevende. Tot ziens.",
        "de": "Sie haben noch keinen Code. Bitte lassen Sie sich einen geben. Auf Wiederhören.",
        "en": "You have no PIN yet. Please ask your supervisor for one. Goodbye.",
    },
    "locked": {
        "fr": "Trop d'essais. Réessayez demain ou demandez un nouveau code à votre responsable. Au revoir.",
        "nl": "Te veel pogingen. Probeer het morgen opnieuw of vraag een nieuwe code. Tot ziens.",
        "de": "Zu viele Versuche. Bitte morgen wieder, oder lassen Sie sich einen neuen Code geben. Auf Wiederhören.",
        "en": "Too many tries. Please try again tomorrow, or ask your supervisor for a new PIN. Goodbye.",
    },
    "ask_pin": {
        "fr": "Bonjour {name}. Tapez votre code, puis dièse.",
        "nl": "Dag {name}. Toets uw code in, gevolgd door een hekje.",
        "de": "Guten Tag, {name}. Bitte Ihren Code eingeben, dann die Rautetaste.",
        "en": "Hello {name}. Please enter your PIN, then hash.",
    },
    "wrong_pin": {
        "fr": "Ce code n'est pas le bon. Tapez votre code, puis dièse.",
        "nl": "Die code klopt niet. Toets uw code in, gevolgd door een hekje.",
        "de": "Dieser Code stimmt nicht. Bitte Ihren Code eingeben, dann die Rautetaste.",
        "en": "That is not the right PIN. Please enter your PIN, then hash.",
    },
    "refused": {
        "fr": "Ce code n'est pas le bon. Au revoir.",
        "nl": "Die code klopt niet. Tot ziens.",
        "de": "Dieser Code stimmt nicht. Auf Wiederhören.",
        "en": "That is not the right PIN. Goodbye.",
    },
    "offline": {
        "fr": "Vous êtes déconnecté.",
        "nl": "U bent afgemeld.",
        "de": "Sie sind abgemeldet.",
        "en": "You are logged out.",
    },
    "available": {
        "fr": "Vous êtes disponible, les appels peuvent arriver.",
        "nl": "U bent beschikbaar, er kunnen oproepen komen.",
        "de": "Sie sind verfügbar, Anrufe können kommen.",
        "en": "You are available, calls can come in.",
    },
    "reserved": {
        "fr": "Un appel vous est proposé en ce moment.",
        "nl": "Er wordt u op dit moment een oproep aangeboden.",
        "de": "Ihnen wird gerade ein Anruf angeboten.",
        "en": "A call is being offered to you right now.",
    },
    "on_call": {
        "fr": "Vous êtes en communication.",
        "nl": "U bent in gesprek.",
        "de": "Sie sind im Gespräch.",
        "en": "You are on a call.",
    },
    "wrap_up": {
        "fr": "Vous terminez le traitement de votre dernier appel.",
        "nl": "U werkt uw laatste oproep af.",
        "de": "Sie sind in der Nachbearbeitung.",
        "en": "You are finishing your last call.",
    },
    "paused": {
        "fr": "Vous êtes en pause.",
        "nl": "U hebt pauze.",
        "de": "Sie sind in Pause.",
        "en": "You are paused.",
    },
    "paused_rang_out": {
        "fr": "Vous êtes en pause, parce que plusieurs appels de suite ont sonné sans réponse.",
        "nl": "U hebt pauze, omdat meerdere oproepen na elkaar onbeantwoord bleven.",
        "de": "Sie sind in Pause, weil mehrere Anrufe nacheinander unbeantwortet blieben.",
        "en": "You are paused, because several calls in a row rang out.",
    },
    "text_rang_out": {
        "fr": "{misses} appels de suite sans réponse : vous êtes en pause. Appelez le {number} pour reprendre.",
        "nl": "{misses} oproepen na elkaar bleven onbeantwoord: u hebt pauze. Bel {number} om verder te gaan.",
        "de": "{misses} Anrufe nacheinander blieben unbeantwortet: Sie sind in Pause. Weiter geht es unter {number}.",
        "en": "{misses} calls in a row rang out: you are paused. To take calls again, call {number}.",
    },
    "text_rang_out_ask": {
        "fr": "{misses} appels de suite ont sonné sans réponse : vous êtes en pause. Prévenez-nous pour reprendre.",
        "nl": "{misses} oproepen na elkaar bleven onbeantwoord: u hebt pauze. Laat het weten als u verder wilt.",
        "de": "{misses} Anrufe blieben unbeantwortet: Sie sind in Pause. Melden Sie sich, wenn es weitergeht.",
        "en": "{misses} calls in a row rang out: you are paused. Tell us when you want to take calls again.",
    },
    "later": {
        "fr": "C'est noté, ce sera fait à la fin de l'appel.",
        "nl": "Genoteerd, dat gebeurt na de oproep.",
        "de": "Notiert, das geschieht nach dem Anruf.",
        "en": "Noted, it will be done when the call is over.",
    },
    "not_now": {
        "fr": "Ce n'est pas possible maintenant.",
        "nl": "Dat kan nu niet.",
        "de": "Das geht im Moment nicht.",
        "en": "That is not possible now.",
    },
    "press_available": {
        "fr": "Pour recevoir des appels, tapez 1.",
        "nl": "Om oproepen te ontvangen, druk op 1.",
        "de": "Um Anrufe zu erhalten, drücken Sie die 1.",
        "en": "To take calls, press 1.",
    },
    "press_pause": {
        "fr": "Pour vous mettre en pause, tapez 2.",
        "nl": "Om pauze te nemen, druk op 2.",
        "de": "Für eine Pause drücken Sie die 2.",
        "en": "To pause, press 2.",
    },
    "press_finish": {
        "fr": "Si vous avez terminé, tapez 3.",
        "nl": "Bent u klaar, druk dan op 3.",
        "de": "Wenn Sie fertig sind, drücken Sie die 3.",
        "en": "If you have finished, press 3.",
    },
    "press_extend": {
        "fr": "Pour deux minutes de plus, tapez 4.",
        "nl": "Voor twee minuten extra, druk op 4.",
        "de": "Für zwei weitere Minuten drücken Sie die 4.",
        "en": "For two more minutes, press 4.",
    },
    "extended": {
        "fr": "C'est noté, vous avez deux minutes de plus.",
        "nl": "Genoteerd, u hebt twee minuten extra.",
        "de": "Notiert, Sie haben zwei Minuten mehr.",
        "en": "Noted, you have two more minutes.",
    },
    "press_result": {
        "fr": "Pour dire ce que l'appel a donné, tapez 5.",
        "nl": "Om te zeggen wat de oproep heeft opgeleverd, druk op 5.",
        "de": "Um zu sagen, was aus dem Gespräch wurde, drücken Sie die 5.",
        "en": "To say what came of the call, press 5.",
    },
    "which_result": {
        "fr": "Qu'a donné l'appel ?",
        "nl": "Wat heeft de oproep opgeleverd?",
        "de": "Was wurde aus dem Gespräch?",
        "en": "What came of the call?",
    },
    "result_choice": {
        "fr": "{result}, tapez {digit}.",
        "nl": "{result}, druk op {digit}.",
        "de": "{result}, drücken Sie die {digit}.",
        "en": "{result}, press {digit}.",
    },
    "later_result": {
        "fr": "C'est noté, ce sera fait dès que vous aurez dit ce que l'appel a donné.",
        "nl": "Genoteerd, dat gebeurt zodra u gezegd hebt wat de oproep heeft opgeleverd.",
        "de": "Notiert, das geschieht, sobald Sie gesagt haben, was aus dem Gespräch wurde.",
        "en": "Noted, it will be done as soon as you have said what came of the call.",
    },
    "result_first": {
        "fr": "Dites d'abord ce que l'appel a donné.",
        "nl": "Zeg eerst wat de oproep heeft opgeleverd.",
        "de": "Bitte sagen Sie zuerst, was aus dem Gespräch wurde.",
        "en": "Please say first what came of the call.",
    },
    "noted": {
        "fr": "C'est noté.",
        "nl": "Genoteerd.",
        "de": "Notiert.",
        "en": "Noted.",
    },
    "press_log_out": {
        "fr": "Pour vous déconnecter, tapez 9.",
        "nl": "Om af te melden, druk op 9.",
        "de": "Zum Abmelden drücken Sie die 9.",
        "en": "To log out, press 9.",
    },
    "which_pause": {
        "fr": "Pour une courte pause, tapez 1. Pour le repas, tapez 2. Pour une réunion ou un autre travail, tapez 3.",
        "nl": "Voor een korte pauze, druk op 1. Om te eten, druk op 2. Voor een vergadering of ander werk, druk op 3.",
        "de": "Für eine kurze Pause die 1. Zum Essen die 2. Für eine Besprechung oder andere Arbeit die 3.",
        "en": "For a short break, press 1. For a meal, press 2. For a meeting or other work, press 3.",
    },
    "goodbye": {
        "fr": "Au revoir.",
        "nl": "Tot ziens.",
        "de": "Auf Wiederhören.",
        "en": "Goodbye.",
    },
    "trouble": {
        "fr": "Un problème technique nous empêche de continuer. Rappelez dans quelques minutes.",
        "nl": "Door een technisch probleem kunnen we niet verdergaan. Bel over enkele minuten terug.",
        "de": "Wegen eines technischen Problems geht es nicht weiter. Bitte rufen Sie in einigen Minuten wieder an.",
        "en": "A technical problem keeps us from going on. Please call again in a few minutes.",
    },
}
"""By key, then by language."""


def sentence(key: str, language: str, **values: str) -> str:
    """A sentence of the agents' line for a locale such as `fr-FR`. Raises KeyError for an unknown key."""
    return SENTENCES[key][speech_of(language)].format_map(values)
