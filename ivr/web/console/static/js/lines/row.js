// A waiting call: its place, who, since when, what it asks for, and what may be done with it.

import { dots } from "../card.js";
import { duration } from "../clock.js";
import { arrange, attribute, element, text } from "../dom.js";
import { asked, boost, range } from "./words.js";

const LONG_WAIT_MS = 120000;

export function nameOf(call) {
  if (call.name) return call.name;
  if (call.caller === "hidden" && !call.number) return "Hidden number";
  return dots(call.number) || "Unknown number";
}

export class Row {
  constructor(call, names, onAct) {
    this.names = names;
    this.place = element("span", { class: "place" });
    this.who = element("h3", { class: "who" });
    this.time = element("time", { class: "waited" });
    this.where = element("p", { class: "where" });
    this.chips = element("ul", { class: "chips" });
    this.next = element("p", { class: "next" });
    const act = (verb, words, ...more) => {
      const button = element("button", { type: "button" }, words, ...more);
      button.addEventListener("click", () => onAct(verb, this.call, button));
      return button;
    };
    this.buttons = {
      one: act("one", "+1 min"), five: act("five", "+5 min"), move: act("move", "Move"), give: act("give", "Give"), why: act("why", "Why"),
    };
    this.acts = element("div", { class: "acts", role: "group" }, ...Object.values(this.buttons));
    this.node = element("li", { class: "waiting-call", draggable: "true", "data-call": call.call },
      this.place, this.who, this.time, this.where, this.chips, this.next, this.acts);
    this.node.row = this;
    this.update(call);
  }

  update(call) {
    this.call = call;
    const name = nameOf(call);
    const ringing = call.state === "offered";
    text(this.place, ringing ? "☎" : call.position);
    attribute(this.place, "aria-label", ringing ? "Ringing" : `Place ${call.position}`);
    attribute(this.node, "data-state", call.state);
    attribute(this.node, "data-urgent", String(call.urgent));
    text(this.who, name);
    text(this.where, [call.name && call.number ? dots(call.number) : "", call.reason].filter(Boolean).join(" · "));
    this.where.hidden = !this.where.textContent;
    this.since = Date.parse(call.since);
    this.opens = call.next_ring_at ? Date.parse(call.next_ring_at) : 0;
    const chips = [
      call.urgent && ["Urgent", "urgent"],
      ringing && [`Ringing ${call.agents.map((agent) => this.names.agent(agent)).join(", ")}`, "ringing"],
      call.mode === "callback" && ["Callback", "callback"],
      call.boost_seconds !== 0 && [boost(call.boost_seconds), "boosted", "Worth this much waiting time more"],
      [asked(call.wanted, this.names.agent), "asked", "Asks for"],
    ].filter(Boolean);
    arrangeChips(this.chips, chips);
    const expected = range(call.expected);
    this.expected = ringing ? "" : expected ? `${/^\d/u.test(expected) ? "about " : ""}${expected} to go` : "wait not known";
    text(this.buttons.five, "+5 min");
    for (const [verb, words] of Object.entries({ one: "Boost by 1 minute", five: "Boost by 5 minutes", move: "Move to another line", give: "Give to an agent", why: "Why it waits" })) {
      attribute(this.buttons[verb], "aria-label", `${this.buttons[verb].textContent}: ${words.toLowerCase()}, ${name}`);
      attribute(this.buttons[verb], "title", words);
    }
    attribute(this.acts, "aria-label", `What to do with ${name}`);
  }

  tick(now) {
    const waited = now - this.since;
    text(this.time, duration(waited));
    this.time.classList.toggle("warn", waited > LONG_WAIT_MS);
    const { ring, rings } = this.call;
    const left = this.opens - now;
    const opening = this.opens && left > 0 ? `, next in\u00a0${duration(left + 999)}` : "";
    const words = [this.expected, rings > 1 ? `ring ${ring} of ${rings}${opening}` : ""].filter(Boolean).join(" · ");
    text(this.next, words.replace(/^./u, (first) => first.toUpperCase()));
    this.next.hidden = words === "";
  }
}

function arrangeChips(list, chips) {
  arrange(list, chips.map(([words, kind, title]) => {
    const known = [...list.children].find((chip) => chip.textContent === words && chip.dataset.kind === kind);
    return known || element("li", { class: "chip", "data-kind": kind, title }, words);
  }));
}
