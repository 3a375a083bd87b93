// The written side of the call: who said what, as it is said.
import { word } from "./words.js";

const list = document.getElementById("captions");
const panel = list.closest(".talk");
const empty = document.getElementById("empty");

export function clear() {
  list.replaceChildren();
  panel.classList.remove("has-lines");
  empty.hidden = false;
}

// Shows one entry of the transcript (exchange/phones/protocol.md, "Entries"); `me` is who this phone is.
export function show(entry, me) {
  const line = lineFor(entry, me);
  if (!line) return;
  const item = document.createElement("li");
  item.className = `line ${line.kind}`;
  if (line.by) {
    const by = document.createElement("span");
    by.className = "by";
    const name = document.createElement("span");
    name.textContent = line.by;
    const time = document.createElement("time");
    time.textContent = clock(entry.at);
    by.append(name, time);
    item.append(by);
  }
  const text = document.createElement("span");
  text.className = "text";
  text.textContent = line.text;
  if (entry.language) text.lang = entry.language;
  item.append(text);
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  list.append(item);
  panel.classList.add("has-lines");
  empty.hidden = true;
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function lineFor(entry, me) {
  switch (entry.type) {
    case "hears": return heardLine(entry);
    case "pressed": return { kind: "me keys", by: word("you"), text: entry.text };
    case "spoke": return { kind: "me", by: word("you"), text: entry.text === "[voice]" ? word("recording") : entry.text };
    case "rings": return { kind: "event", text: me === "agent" ? `${word("incoming")} · ${entry.from}` : `${word("calling")} · ${entry.to}` };
    case "answered": return { kind: "event", text: word("answered") };
    case "bridged": return { kind: "event good", text: word("bridged", { name: entry.name || entry.number }) };
    case "unbridged": return { kind: "event", text: word("unbridged") };
    case "ended": return { kind: "event", text: `${word("ended")} · ${clock(entry.at)}` };
    default: return null;
  }
}

function heardLine(entry) {
  switch (entry.kind) {
    case "say": return { kind: "hotline", by: word("hotline"), text: entry.text };
    case "play": return { kind: "hotline", by: word("hotline"), text: `♪ ${entry.text}` };
    case "peer": return { kind: "agent", by: entry.who, text: entry.text };
    case "hold": return { kind: "hotline aside", text: `♪ ${word("hold")}` };
    case "ring": return { kind: "hotline aside", text: `${word("ringing")}…` };
    case "beep": return { kind: "hotline aside", text: word("beep") };
    case "digits": return { kind: "hotline aside", text: entry.text };
    default: return null;
  }
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
