// The phone: its state, its buttons and its connection to the exchange (exchange/phones/protocol.md, "Socket").
import * as captions from "./captions.js";
import { canRecord, record, recognise, Recognition } from "./microphone.js";
import { beep, keyTone, ring, voice } from "./voice.js";
import { label, language, word } from "./words.js";

const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };
const at = (id) => document.getElementById(id);

let socket = null;
let retry = 500;
let me = "caller";
let other = ""; // the number at the far end
let listening = null;
let began = 0;
let speed = 1;
let open = null; // an open microphone
let asking = false; // whether the number to call from has been set
let registered = "";

// In a frame: the page around it is told what goes on in the call, so that it can show where the call is.
const query = new URLSearchParams(location.search);
const embedded = query.has("embed") && window.parent !== window;
const around = embedded && document.referrer ? new URL(document.referrer).origin : "";
document.documentElement.classList.toggle("embedded", embedded);

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function connect() {
  socket = new WebSocket(`${location.origin.replace("http", "ws")}/phones/socket`);
  socket.onmessage = ({ data }) => receive(JSON.parse(data));
  socket.onclose = () => {
    closeMicrophone();
    ring(false);
    voice.stop();
    become("away");
    setTimeout(connect, retry);
    retry = Math.min(retry * 2, 8000);
  };
}

function receive(message) {
  if (around && message.call_sid) window.parent.postMessage({ type: message.type, call_sid: message.call_sid }, around);
  switch (message.type) {
    case "ready": return ready(message);
    case "registered": return onDuty(message);
    case "error": return notice(message.text);
    case "summary": return over(message);
    default: return live(message);
  }
}

function ready(message) {
  retry = 500;
  speed = message.speed;
  become("idle");
  at("numbers").replaceChildren(...message.numbers.map(({ number, name }) => new Option(name, number)));
  at("lines").replaceChildren(...message.numbers.map(({ number, name }) => chip(number, name || number)));
  if (!at("to").value) at("to").value = query.get("to") ?? message.numbers[0]?.number ?? "";
  if (query.has("from") && !asking) at("from").value = query.get("from");
  asking = true;
  mark();
  if (registered) send({ type: "register", number: registered, name: at("name").value });
}

// What goes on in a call, entry by entry.
function live(entry) {
  captions.show(entry, me);
  switch (entry.type) {
    case "rings": return rings(entry);
    case "answered":
      ring(false);
      return become("talking");
    case "hears":
      if (entry.kind === "beep") beep();
      if (entry.kind === "play") voice.play(entry.url, speed);
      if (entry.kind === "say" || entry.kind === "peer") {
        if (entry.kind === "say") voice.stop();
        voice.say(entry.text, entry.language, entry.seconds / speed);
      }
      return undefined;
    case "pressed": return voice.stop();
    case "asked": return asked(entry.listening);
    case "bridged":
      voice.stop();
      at("state").textContent = word("connected");
      at("party").textContent = entry.name || entry.number;
      return undefined;
    case "unbridged":
      at("state").textContent = word("talking");
      at("party").textContent = other;
      return undefined;
    default: return undefined;
  }
}

function rings(entry) {
  captions.clear();
  me = entry.direction === "inbound" ? "caller" : "agent";
  captions.show(entry, me);
  began = performance.now();
  other = me === "caller" ? entry.to : entry.from;
  at("party").textContent = other;
  at("caller").textContent = entry.from;
  become(me === "caller" ? "calling" : "incoming");
  ring(me === "agent");
}

function asked(wanted) {
  listening = wanted;
  const pill = at("listening");
  pill.hidden = !wanted;
  pill.classList.toggle("rec", wanted?.kind === "record");
  if (wanted) pill.textContent = word(wanted.kind === "record" ? "wants_record" : wanted.speech ? (wanted.keys ? "wants_both" : "wants_speech") : "wants_keys");
  else if (open?.recording) closeMicrophone();
  allowMicrophone();
}

function over() {
  closeMicrophone();
  ring(false);
  voice.stop();
  asked(null);
  become("idle");
}

// --- state -----------------------------------------------------------------------------------------------------------------
function become(state) {
  document.body.dataset.state = state;
  const busy = state === "calling" || state === "talking";
  at("state").textContent = word(state);
  if (!busy && state !== "incoming") at("party").textContent = registered;
  at("timer").hidden = !busy;
  at("call").hidden = busy || state === "incoming";
  at("call").disabled = state === "away";
  at("hangup").hidden = !busy;
  at("incoming").hidden = state !== "incoming";
  if (state === "incoming") at("answer").focus();
  at("words").disabled = state !== "talking";
  at("speak").querySelector(".send").disabled = state !== "talking";
  allowMicrophone();
}

function allowMicrophone() {
  const usable = listening?.kind === "record" ? canRecord : Recognition !== null;
  at("mic").disabled = document.body.dataset.state !== "talking" || !usable;
  at("mic").title = word(usable ? (open ? "mic_stop" : "mic") : "no_mic");
  at("mic").setAttribute("aria-label", at("mic").title);
}

setInterval(() => {
  if (!at("timer").hidden) at("timer").textContent = captions.clock(((performance.now() - began) / 1000) * speed);
}, 250);

let noticeTimer = 0;
function notice(text) {
  at("notice").textContent = text;
  at("notice").hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { at("notice").hidden = true; }, 6000);
}

// --- dialling and keys -----------------------------------------------------------------------------------------------------
function chip(number, name) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "chip";
  button.textContent = name;
  button.title = number;
  button.dataset.number = number;
  button.addEventListener("click", () => { at("to").value = number; mark(); });
  return button;
}

function mark() {
  const dialled = at("to").value.replace(/\s/g, "");
  for (const one of at("lines").children) one.setAttribute("aria-pressed", String(one.dataset.number === dialled));
}

function press(key) {
  const state = document.body.dataset.state;
  keyTone(key);
  if (state === "talking" || state === "calling") send({ type: "press", keys: key });
  else if (state === "idle") {
    at("to").value += key;
    mark();
  }
}

function key(character) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "key";
  button.dataset.key = character;
  const letters = document.createElement("small");
  letters.textContent = LETTERS[character] ?? "";
  letters.setAttribute("aria-hidden", "true");
  button.append(character, letters);
  button.addEventListener("click", () => press(character));
  if (character === "0") {
    button.addEventListener("contextmenu", (event) => { event.preventDefault(); if (document.body.dataset.state === "idle") at("to").value += "+"; });
  }
  return button;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key)) return;
  const button = document.querySelector(`.key[data-key="${event.key}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
  press(event.key);
});

at("dial").addEventListener("submit", (event) => {
  event.preventDefault();
  captions.clear();
  send({ type: "dial", from: at("from").value.replace(/\s/g, ""), to: at("to").value.replace(/\s/g, "") });
  if (document.activeElement?.matches("input")) document.activeElement.blur();
});
at("to").addEventListener("input", mark);
at("clear").addEventListener("click", captions.clear);
at("hangup").addEventListener("click", () => send({ type: "hang_up" }));
at("answer").addEventListener("click", () => send({ type: "answer" }));
at("decline").addEventListener("click", () => send({ type: "decline" }));

// --- speaking --------------------------------------------------------------------------------------------------------------
at("speak").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("words").value.trim();
  if (text) send({ type: "speak", text });
  at("words").value = "";
});

at("mic").addEventListener("click", async () => {
  if (open) return closeMicrophone();
  try {
    if (listening?.kind === "record") {
      open = { recording: true, ...(await record((audio, seconds) => send({ type: "speak", text: "", audio, seconds }))) };
    } else {
      open = { recording: false, ...recognise(listening?.language || language, (text) => send({ type: "speak", text }), closeMicrophone) };
    }
  } catch (error) {
    return notice(`${word("no_mic")} (${error.message})`);
  }
  at("mic").setAttribute("aria-pressed", "true");
  return allowMicrophone();
});

function closeMicrophone() {
  const closing = open;
  open = null;
  closing?.stop();
  at("mic").setAttribute("aria-pressed", "false");
  allowMicrophone();
}

// --- being called ----------------------------------------------------------------------------------------------------------
at("register").addEventListener("submit", (event) => {
  event.preventDefault();
  if (registered) send({ type: "unregister" });
  else send({ type: "register", number: at("mine").value.replace(/\s/g, ""), name: at("name").value.trim() });
});

function onDuty({ number }) {
  registered = number;
  at("badge").hidden = !number;
  at("badge").textContent = number;
  at("ready").textContent = word(number ? "off" : "ready");
  at("mine").readOnly = Boolean(number);
  if (document.body.dataset.state === "idle") at("party").textContent = number;
}

function showVoice() {
  at("voice").setAttribute("aria-pressed", String(voice.on));
  at("voice").title = word(voice.on ? "voice_on" : "voice_off");
  at("voice").setAttribute("aria-label", at("voice").title);
}
at("voice").addEventListener("click", () => { voice.toggle(); showVoice(); });

label();
showVoice();
at("ready").textContent = word("ready");
at("keypad").append(..."123456789*0#".split("").map(key));
become("away");
at("state").textContent = "…";
connect();
