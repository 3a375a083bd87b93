// What is heard: the browser's own voices for spoken text, and the tones a telephone makes.
const synthesis = window.speechSynthesis;
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
const KEYS = ["123A", "456B", "789C", "*0#D"];

let audio = null;
let playing = null;
let ringer = 0;

export const voice = {
  on: localStorage.getItem("voice") !== "off",
  toggle() {
    this.on = !this.on;
    localStorage.setItem("voice", this.on ? "on" : "off");
    if (!this.on) this.stop();
  },
  // Reads text in its language, fast enough to fit into `seconds` where it would otherwise fall behind.
  say(text, language, seconds) {
    if (!this.on || !synthesis || !text) return;
    const spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = language || document.documentElement.lang;
    spoken.voice = voiceFor(spoken.lang);
    if (seconds > 0) spoken.rate = Math.min(1.6, Math.max(1, text.length / 15 / seconds));
    synthesis.speak(spoken);
  },
  // Plays a sound file: a recording, or music while waiting.
  play(url, speed) {
    this.stop();
    if (!this.on || !url) return;
    playing = new Audio(url);
    playing.playbackRate = Math.min(4, Math.max(0.5, speed));
    playing.play().catch(() => {}); // a browser that wants a click first stays silent: the caption tells what plays
  },
  stop() {
    synthesis?.cancel();
    playing?.pause();
    playing = null;
  },
};

function voiceFor(tag) {
  const voices = synthesis.getVoices();
  const wanted = tag.toLowerCase();
  const spoken = (one) => one.lang.replace("_", "-").toLowerCase();
  return voices.find((one) => spoken(one) === wanted) ?? voices.find((one) => spoken(one).startsWith(wanted.slice(0, 2))) ?? null;
}

function tone(frequencies, seconds, loudness = 0.05) {
  if (!voice.on) return;
  audio ??= new AudioContext();
  const start = audio.currentTime;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(loudness, start);
  gain.gain.setTargetAtTime(0, start + seconds, 0.012);
  gain.connect(audio.destination);
  for (const frequency of frequencies) {
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = frequency;
    oscillator.connect(gain);
    oscillator.start(start);
    oscillator.stop(start + seconds + 0.1);
  }
}

export function keyTone(key) {
  const row = KEYS.findIndex((keys) => keys.includes(key));
  if (row >= 0) tone([ROWS[row], COLUMNS[KEYS[row].indexOf(key)]], 0.11);
}

export const beep = () => tone([1000], 0.35);

export function ring(on) {
  clearInterval(ringer);
  ringer = 0;
  if (!on) return;
  const once = () => tone([440, 480], 1, 0.07);
  once();
  ringer = setInterval(once, 3000);
}
