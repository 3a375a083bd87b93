// A call as a card: who, on which line, what is going on and since when, and what was said.

import { duration } from "./clock.js";
import { arrange, attribute, element, phoneIcon, text } from "./dom.js";

const KEPT = 60;
const OUTCOMES = { talked: "Talked", abandoned: "Hung up while waiting", voicemail: "Left a message", hangup: "Ended", dialled: "Dialled through" };

// A masked number with thin spaces around what is masked: +33 ••••••• 78.
export const dots = (number) => (number || "").replace(/\*+/u, (hidden) => `\u202f${"•".repeat(hidden.length)}\u202f`).trim();

export function callerName(call) {
  if (call.name) return call.name;
  if (call.kind === "hidden") return "Hidden number";
  return dots(call.number) || "Unknown number";
}

export class Card {
  constructor(call, names) {
    this.names = names;
    this.face = element("span", { class: "face", "aria-hidden": "true" });
    this.who = element("h3", { class: "who" });
    this.total = element("time", { class: "total", title: "Length of the call" });
    this.where = element("p", { class: "where" });
    this.nowText = element("span", { class: "now-text" });
    this.nowTime = element("time");
    this.now = element("p", { class: "now" }, element("span", { class: "dot", "aria-hidden": "true" }), this.nowText, this.nowTime);
    this.path = element("ol", { class: "path", "aria-label": "Chosen so far" });
    this.said = element("ol", { class: "said", role: "log", "aria-label": "Captions", "aria-live": "off", tabindex: "0" });
    this.button = element("button", { type: "button", class: "open-button", "aria-expanded": "false" }, "Show more");
    this.button.addEventListener("click", () => this.toggle());
    this.node = element("li", { class: "card", "data-call": call.call },
      element("header", { class: "card-head" }, this.face, this.who, this.total, this.where),
      this.now, this.path, element("div", { class: "said-box" }, this.said), this.button);
    this.captions = [];
    this.update(call);
    this.add(call.captions || [], true);
  }

  update(call) {
    this.call = { ...this.call, ...call };
    const { state, name, line, number, path } = this.call;
    text(this.who, callerName(this.call));
    arrange(this.face, [name ? element("span", {}, initials(name)) : phoneIcon()]);
    attribute(this.face, "data-state", state);
    attribute(this.now, "data-state", state);
    text(this.where, [name && number ? dots(number) : "", this.names.line(line)].filter(Boolean).join(" · "));
    text(this.nowText, this.doing());
    arrange(this.path, (path || []).map((step) => element("li", {}, step)));
    this.path.hidden = !path || path.length === 0;
    if (call.captions) this.add(call.captions, true);
  }

  doing() {
    const { state, queue, agent } = this.call;
    switch (state) {
      case "waiting": return `Waiting in ${this.names.queue(queue)}`;
      case "ringing": return `Ringing ${this.names.agent(agent)}`;
      case "joining": return `Connecting to ${this.names.agent(agent)}`;
      case "talking": return `Talking with ${this.names.agent(agent)}`;
      default: return "In the menu";
    }
  }

  add(captions, all = false) {
    if (all) {
      this.captions = [];
      this.said.replaceChildren();
    }
    const atEnd = this.said.scrollHeight - this.said.scrollTop - this.said.clientHeight < 24;
    for (const caption of captions) {
      const speaker = { hotline: "Hotline", caller: "Caller", agent: "Agent" }[caption.who] || caption.who;
      this.said.append(element("li", { "data-who": caption.who }, element("span", { class: "away" }, `${speaker}: `), caption.text));
    }
    this.captions = [...this.captions, ...captions].slice(-KEPT);
    while (this.said.children.length > KEPT) this.said.firstElementChild.remove();
    if (this.captions.length === 0) this.said.replaceChildren(element("li", { class: "quiet" }, "Nothing said yet"));
    else this.said.querySelector(".quiet")?.remove();
    this.fit();
    if (atEnd || all) this.said.scrollTop = this.said.scrollHeight;
  }

  // Few lines stand at the bottom; many scroll. (A list aligned to its end can't be scrolled back.)
  fit() {
    const tall = this.tall();
    this.said.classList.toggle("full", tall);
    this.button.hidden = !tall && !this.node.classList.contains("open");
  }

  tall() {
    const height = [...this.said.children].reduce((sum, line) => sum + line.offsetHeight + 7, -7);
    return height > this.said.clientHeight - 26;
  }

  toggle() {
    const open = this.node.classList.toggle("open");
    attribute(this.button, "aria-expanded", String(open));
    attribute(this.said, "aria-live", open ? "polite" : "off");
    text(this.button, open ? "Show less" : "Show more");
    this.fit();
    this.said.scrollTop = this.said.scrollHeight;
  }

  tick(now) {
    if (this.over) return;
    text(this.total, duration(now - this.call.started_ms));
    text(this.nowTime, this.call.state === "menu" ? "" : duration(now - this.call.since_ms));
  }

  end(outcome) {
    this.over = true;
    this.node.classList.add("over");
    attribute(this.now, "data-state", "menu");
    text(this.nowText, OUTCOMES[outcome] || (outcome ? outcome.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()) : "Ended"));
    text(this.nowTime, "");
  }
}

function initials(name) {
  const words = name.trim().split(/\s+/u);
  return ([...words[0]][0] + (words.length > 1 ? [...words.at(-1)][0] : "")).toUpperCase();
}
