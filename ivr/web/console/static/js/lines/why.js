// The drawer that explains a call: what was decided, when and why, and what comes next.

import { duration } from "../clock.js";
import { element, text } from "../dom.js";

const OPEN_UP_TO = 4;
const $ = (id) => document.getElementById(id);

export class Why {
  constructor(api) {
    this.api = api;
    this.box = $("why");
    $("why-close").addEventListener("click", () => this.box.close());
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  async open(call, name) {
    text($("why-title"), name);
    $("why-body").replaceChildren(element("p", { class: "drawer-note" }, "Looking it up"));
    this.box.showModal();
    this.wanted = call;
    try {
      const said = await this.api.get(`calls/${encodeURIComponent(call)}/why`);
      if (this.wanted === call) $("why-body").replaceChildren(...drawn(said));
    } catch (error) {
      $("why-body").replaceChildren(element("p", { class: "drawer-note" }, error.message));
    }
  }
}

function drawn(said) {
  const first = said.decisions.length ? Date.parse(said.decisions[0].at) : 0;
  return [
    element("p", { class: "drawer-lead" }, sentence(said.sentence)),
    said.next && part("What comes next", element("p", {}, sentence(said.next))),
    said.exceptions.length && part("Out of turn", list(said.exceptions)),
    said.would.length && part("What would have changed it", list(said.would)),
    said.decisions.length && part("Decisions", element("ol", { class: "decisions" }, ...said.decisions.map((one) => decision(one, first)))),
  ].filter(Boolean);
}

const part = (title, body) => element("section", {}, element("h3", {}, title), body);
const list = (items) => element("ul", { class: "plain-list" }, ...items.map((item) => element("li", {}, sentence(item))));
const sentence = (words) => words.replace(/^./u, (first) => first.toUpperCase());

// The time is told as the wait it came at; the clock's own time is in the title.
function decision({ at, sentence: words, others }, first) {
  const time = element("time", { datetime: at, title: new Date(at).toLocaleString() }, duration(Date.parse(at) - first));
  const body = element("div", {}, element("p", {}, sentence(words)));
  const able = others.filter((other) => other.able);
  const lacking = others.filter((other) => !other.able);
  if (able.length) body.append(people(`${able.length} other${able.length > 1 ? "s" : ""} who might have`, able, able.length <= OPEN_UP_TO));
  if (lacking.length) body.append(people(`${lacking.length} lacking something`, lacking, false));
  return element("li", {}, time, body);
}

function people(title, others, open) {
  const rows = others.map((other) => element("li", {}, element("b", {}, other.name || other.agent), ` ${other.why}`));
  return element("details", { class: "others", open }, element("summary", {}, title), element("ul", {}, ...rows));
}
