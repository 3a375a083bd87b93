"""What the system says about promises: keys while waiting, callbacks, texts, surveys, messages. See `phrases.py`."""

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "keys_while_waiting": {
        "fr": "Pour d'autres possibilités, sans perdre votre place, appuyez sur une touche.",
        "nl": "Voor andere mogelijkheden drukt u op een toets; u behoudt uw plaats.",
        "de": "Für andere Möglichkeiten drücken Sie eine Taste; Sie behalten Ihren Platz.",
        "en": "For other options, without losing your place, press any key.",
    },
    "callback_instead": {
        "fr": "Personne ne peut vous répondre pour le moment. Nous pouvons vous rappeler.",
        "nl": "Er kan u op dit moment niemand te woord staan. We kunnen u terugbellen.",
        "de": "Im Moment kann niemand Ihren Anruf annehmen. Wir können Sie zurückrufen.",
        "en": "Nobody can answer you at the moment. We can call you back.",
    },
    "callback_number": {
        "fr": (
            "Nous vous rappellerons au numéro d'où vous appelez, qui se termine par {ending}. Pour confirmer, tapez 1."
        ),
        "nl": "We bellen u terug op het nummer waarmee u belt, dat eindigt op {ending}. Om te bevestigen, druk op 1.",
        "de": (
            "Wir rufen Sie unter der Nummer zurück, von der Sie anrufen und die auf {ending} endet. Zum "
            "Bestätigen drücken Sie die 1."
        ),
        "en": "We will call you back on the number you are calling from, ending in {ending}. To confirm, press 1.",
    },
    "callback_number_read": {
        "fr": "Nous vous rappellerons au {number}. Pour confirmer, tapez 1.",
        "nl": "We bellen u terug op {number}. Om te bevestigen, druk op 1.",
        "de": "Wir rufen Sie unter {number} zurück. Zum Bestätigen drücken Sie die 1.",
        "en": "We will call you back on {number}. To confirm, press 1.",
    },
    "callback_other_number": {
        "fr": "Pour indiquer un autre numéro, tapez 2.",
        "nl": "Om een ander nummer op te geven, druk op 2.",
        "de": "Für eine andere Nummer drücken Sie die 2.",
        "en": "To give another number, press 2.",
    },
    "callback_other_time": {
        "fr": "Pour choisir un moment, tapez 3.",
        "nl": "Om een tijdstip te kiezen, druk op 3.",
        "de": "Um einen Zeitpunkt zu wählen, drücken Sie die 3.",
        "en": "To choose a time, press 3.",
    },
    "callback_no": {
        "fr": "Pour ne pas être rappelé, tapez étoile.",
        "nl": "Om niet teruggebeld te worden, druk op sterretje.",
        "de": "Wenn Sie nicht zurückgerufen werden möchten, drücken Sie die Sterntaste.",
        "en": "If you don't want to be called back, press star.",
    },
    "callback_which_number": {
        "fr": "Tapez le numéro où vous rappeler, puis dièse.",
        "nl": "Toets het nummer in waarop we u terugbellen, en druk op hekje.",
        "de": "Geben Sie die Nummer ein, unter der wir Sie zurückrufen, und drücken Sie die Rautetaste.",
        "en": "Enter the number to call you back on, then press hash.",
    },
    "callback_wrong_number": {
        "fr": "Nous ne pouvons pas appeler ce numéro.",
        "nl": "We kunnen dit nummer niet bellen.",
        "de": "Diese Nummer können wir nicht anrufen.",
        "en": "We can't call that number.",
    },
    "callback_in_turn": {
        "fr": "Pour être rappelé dès que ce sera votre tour, tapez 1.",
        "nl": "Om teruggebeld te worden zodra u aan de beurt bent, druk op 1.",
        "de": "Um zurückgerufen zu werden, sobald Sie an der Reihe sind, drücken Sie die 1.",
        "en": "To be called back as soon as it is your turn, press 1.",
    },
    "callback_at": {
        "fr": "Pour {moment}, tapez {digit}.",
        "nl": "Voor {moment}, druk op {digit}.",
        "de": "Für {moment} drücken Sie die {digit}.",
        "en": "For {moment}, press {digit}.",
    },
    "callback_booked_first": {
        "fr": "C'est noté. Vous êtes la prochaine personne que nous rappellerons. Vous pouvez raccrocher.",
        "nl": "Genoteerd. U bent de volgende die we terugbellen. U kunt ophangen.",
        "de": "Das ist notiert. Sie werden als Nächstes zurückgerufen. Sie können auflegen.",
        "en": "That is noted. You are the next we will call back. You can hang up now.",
    },
    "callback_booked": {
        "fr": (
            "C'est noté. Vous gardez votre place, en position {position}, et nous vous rappellerons à votre "
            "tour. Vous pouvez raccrocher."
        ),
        "nl": (
            "Genoteerd. U behoudt uw plaats als nummer {position}, en we bellen u terug als u aan de beurt "
            "bent. U kunt ophangen."
        ),
        "de": (
            "Das ist notiert. Sie behalten Ihren Platz an Position {position}, und wir rufen Sie zurück, wenn "
            "Sie an der Reihe sind. Sie können auflegen."
        ),
        "en": (
            "That is noted. You keep your place, number {position}, and we will call you back when it is your "
            "turn. You can hang up now."
        ),
    },
    "callback_booked_at": {
        "fr": "C'est noté, nous vous rappellerons {moment}.",
        "nl": "Genoteerd, we bellen u {moment} terug.",
        "de": "Das ist notiert, wir rufen Sie {moment} zurück.",
        "en": "That is noted, we will call you back {moment}.",
    },
    "callback_already": {
        "fr": "Un rappel est déjà prévu à ce numéro, vous êtes en position {position}.",
        "nl": "Er staat al een terugbelverzoek voor dit nummer, u bent nummer {position}.",
        "de": "Für diese Nummer ist schon ein Rückruf vorgesehen, Sie sind an Position {position}.",
        "en": "A callback to this number is waiting already, you are number {position}.",
    },
    "callback_already_at": {
        "fr": "Un rappel est déjà prévu à ce numéro {moment}.",
        "nl": "Er staat al een terugbelverzoek voor dit nummer, {moment}.",
        "de": "Für diese Nummer ist schon ein Rückruf vorgesehen, {moment}.",
        "en": "A callback to this number is planned already, {moment}.",
    },
    "callback_keep_or_cancel": {
        "fr": "Pour le garder, tapez 1. Pour l'annuler, tapez 2.",
        "nl": "Om het te behouden, druk op 1. Om het te annuleren, druk op 2.",
        "de": "Um ihn zu behalten, drücken Sie die 1. Um ihn abzusagen, die 2.",
        "en": "To keep it, press 1. To cancel it, press 2.",
    },
    "callback_change": {
        "fr": "Pour un autre numéro ou une autre heure, sans perdre votre place, tapez 3.",
        "nl": "Voor een ander nummer of een ander tijdstip, met behoud van uw plaats, druk op 3.",
        "de": "Für eine andere Nummer oder Zeit, ohne Ihren Platz zu verlieren, die 3.",
        "en": "For another number or time, without losing your place, press 3.",
    },
    "callback_kept": {
        "fr": "Votre rappel est maintenu.",
        "nl": "Uw terugbelverzoek blijft staan.",
        "de": "Ihr Rückruf bleibt bestehen.",
        "en": "Your callback is kept.",
    },
    "callback_cancelled": {
        "fr": "C'est noté, nous ne vous rappellerons pas.",
        "nl": "Genoteerd, we bellen u niet terug.",
        "de": "Das ist notiert, wir rufen Sie nicht zurück.",
        "en": "That is noted, we will not call you back.",
    },
    "callback_not_possible": {
        "fr": "Nous ne pouvons pas vous rappeler à ce numéro.",
        "nl": "We kunnen u op dit nummer niet terugbellen.",
        "de": "Unter dieser Nummer können wir Sie nicht zurückrufen.",
        "en": "We can't call you back on this number.",
    },
    "callback_greeting": {
        "fr": (
            "Bonjour, {line} vous rappelle, comme vous l'avez demandé. Pour parler à {who}, tapez 1. Si ce "
            "n'est pas le moment, tapez 2. Pour ne plus être rappelé, tapez 3."
        ),
        "nl": (
            "Goedendag, {line} belt u terug, zoals u gevraagd hebt. Om met {who} te spreken, druk op 1. Komt "
            "het nu niet uit, druk dan op 2. Om niet meer gebeld te worden, druk op 3."
        ),
        "de": (
            "Guten Tag, {line} ruft Sie zurück, wie Sie es gewünscht haben. Um mit {who} zu sprechen, drücken "
            "Sie die 1. Wenn es gerade nicht passt, die 2. Um nicht mehr angerufen zu werden, die 3."
        ),
        "en": (
            "Hello, this is {line} calling you back as you asked. To speak to {who}, press 1. If this is not a "
            "good time, press 2. To be called no more, press 3."
        ),
    },
    "somebody": {
        "fr": "un conseiller",
        "nl": "een medewerker",
        "de": "einem Mitarbeiter",
        "en": "an agent",
    },
    "callback_gone": {
        "fr": (
            "Votre correspondant n'est plus disponible. Vous gardez votre place, nous vous rappelons dès que possible."
        ),
        "nl": "Uw gesprekspartner is niet meer beschikbaar. U behoudt uw plaats, we bellen u zo snel mogelijk terug.",
        "de": (
            "Ihr Gesprächspartner ist nicht mehr verfügbar. Sie behalten Ihren Platz, wir rufen Sie so bald "
            "wie möglich zurück."
        ),
        "en": (
            "The person you were to speak to is no longer available. You keep your place, we will call you "
            "back as soon as we can."
        ),
    },
    "callback_not_now": {
        "fr": "Très bien, nous vous rappellerons un peu plus tard. Au revoir.",
        "nl": "Goed, we bellen u wat later terug. Tot ziens.",
        "de": "Gut, wir rufen Sie etwas später zurück. Auf Wiederhören.",
        "en": "All right, we will call you back a little later. Goodbye.",
    },
    "text_offer": {
        "fr": "Pour recevoir un SMS au numéro qui se termine par {ending}, tapez 1. Sinon, tapez 2.",
        "nl": "Om een sms te ontvangen op het nummer dat eindigt op {ending}, druk op 1. Anders drukt u op 2.",
        "de": "Um eine SMS an die Nummer zu erhalten, die auf {ending} endet, drücken Sie die 1. Sonst die 2.",
        "en": "To receive a text on the number ending in {ending}, press 1. Otherwise press 2.",
    },
    "text_sent": {
        "fr": "Le SMS vous est envoyé.",
        "nl": "De sms wordt naar u verstuurd.",
        "de": "Die SMS wird Ihnen geschickt.",
        "en": "The text is on its way to you.",
    },
    "survey_range": {
        "fr": "Répondez par une touche, de {low} à {high}.",
        "nl": "Antwoord met een toets, van {low} tot {high}.",
        "de": "Antworten Sie mit einer Taste, von {low} bis {high}.",
        "en": "Answer with a key, from {low} to {high}.",
    },
    "survey_range_finish": {
        "fr": "Répondez de {low} à {high}, puis tapez dièse.",
        "nl": "Antwoord met {low} tot {high}, en druk op hekje.",
        "de": "Antworten Sie mit {low} bis {high} und drücken Sie die Rautetaste.",
        "en": "Answer from {low} to {high}, then press hash.",
    },
    "survey_yes_no": {
        "fr": "Pour oui, tapez 1. Pour non, tapez 2.",
        "nl": "Voor ja, druk op 1. Voor nee, druk op 2.",
        "de": "Für Ja drücken Sie die 1, für Nein die 2.",
        "en": "For yes, press 1. For no, press 2.",
    },
    "survey_thanks": {
        "fr": "Merci de vos réponses.",
        "nl": "Bedankt voor uw antwoorden.",
        "de": "Danke für Ihre Antworten.",
        "en": "Thank you for your answers.",
    },
    "message_listen": {
        "fr": "Pour l'écouter, tapez 3.",
        "nl": "Om het te beluisteren, druk op 3.",
        "de": "Um sie anzuhören, die 3.",
        "en": "To listen to it, press 3.",
    },
    "message_urgent": {
        "fr": "Si votre message est urgent, tapez 4.",
        "nl": "Is uw bericht dringend, druk dan op 4.",
        "de": "Wenn sie dringend ist, die 4.",
        "en": "If it is urgent, press 4.",
    },
    "message_marked": {
        "fr": "Votre message est marqué comme urgent.",
        "nl": "Uw bericht is als dringend gemarkeerd.",
        "de": "Ihre Nachricht ist als dringend gekennzeichnet.",
        "en": "Your message is marked as urgent.",
    },
    "text_message_waiting": {
        "fr": "Nouveau message dans la boîte {mailbox}. Liste : hotline todo.",
        "nl": "Nieuw bericht in postbus {mailbox}. Lijst: hotline todo.",
        "de": "Neue Nachricht im Postfach {mailbox}. Liste: hotline todo.",
        "en": "New message in mailbox {mailbox}. List: hotline todo.",
    },
    "text_message_urgent": {
        "fr": "Message URGENT dans la boîte {mailbox}. Liste : hotline todo.",
        "nl": "DRINGEND bericht in postbus {mailbox}. Lijst: hotline todo.",
        "de": "DRINGENDE Nachricht im Postfach {mailbox}. Liste: hotline todo.",
        "en": "URGENT message in mailbox {mailbox}. List: hotline todo.",
    },
}
"""By key, then by language."""
