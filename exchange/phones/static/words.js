// The page's own words, in the browser's language where there are any.
const WORDS = {
  fr: {
    title: "Téléphone", idle: "Prêt à appeler", away: "Central injoignable, nouvel essai…", calling: "Appel en cours", incoming: "Appel entrant",
    talking: "En ligne", connected: "En conversation", to: "Numéro à appeler", from: "Appeler depuis", lines: "Lignes", keypad: "Clavier",
    call: "Appeler", hangup: "Raccrocher", answer: "Répondre", decline: "Refuser", captions: "Ce qui se dit",
    empty: "Composez un numéro : tout ce que dit la ligne s'écrira ici.", say: "Dire quelque chose…", send: "Dire", duty: "Être appelé sur ce téléphone",
    duty_hint: "Donnez-lui un numéro : il sonnera quand on l'appelle, par exemple comme poste d'un agent.", my_number: "Mon numéro", my_name: "Mon nom",
    ready: "Être joignable", off: "Ne plus être joignable", voice_on: "Voix : oui", voice_off: "Voix : non", you: "Vous", hotline: "Ligne",
    wants_keys: "Tapez une touche", wants_speech: "Parlez", wants_both: "Tapez ou parlez", wants_record: "Laissez votre message", mic: "Parler au micro",
    mic_stop: "Arrêter le micro", no_mic: "Pas de micro ici : écrivez, c'est lu comme dit", rings: "Ça sonne", answered: "Décroché", bridged: "En ligne avec {name}",
    unbridged: "Conversation terminée", ended: "Appel terminé", hold: "Musique d'attente", ringing: "Sonnerie", beep: "Bip", recording: "message audio envoyé", clear: "Effacer et revenir au clavier",
  },
  en: {
    title: "Phone", idle: "Ready to call", away: "Exchange out of reach, trying again…", calling: "Calling", incoming: "Incoming call",
    talking: "On the line", connected: "Talking", to: "Number to dial", from: "Call from", lines: "Lines", keypad: "Keypad",
    call: "Call", hangup: "Hang up", answer: "Answer", decline: "Decline", captions: "What is said",
    empty: "Dial a number: everything the line says will be written here.", say: "Say something…", send: "Say", duty: "Let this phone be called",
    duty_hint: "Give it a number: it rings when that number is called, for instance as an agent's phone.", my_number: "My number", my_name: "My name",
    ready: "Be reachable", off: "Be reachable no longer", voice_on: "Voice: on", voice_off: "Voice: off", you: "You", hotline: "Line",
    wants_keys: "Press a key", wants_speech: "Speak", wants_both: "Press or speak", wants_record: "Leave your message", mic: "Speak into the microphone",
    mic_stop: "Stop the microphone", no_mic: "No microphone here: type, it counts as spoken", rings: "Ringing", answered: "Picked up", bridged: "Connected with {name}",
    unbridged: "Talk over", ended: "Call over", hold: "Hold music", ringing: "Ringing", beep: "Beep", recording: "voice message sent", clear: "Clear and go back to the keypad",
  },
};

export const language = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2)).find((tag) => tag in WORDS) ?? "en";

export function word(key, values = {}) {
  return (WORDS[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function label() {
  document.documentElement.lang = language;
  document.title = `Hotline · ${word("title")}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = word(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", word(node.dataset.label));
    if (node.tagName === "BUTTON") node.title = word(node.dataset.label);
  }
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = word(node.dataset.placeholder);
}
