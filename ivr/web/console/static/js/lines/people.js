// The agents beside the lines: who is free, and what the others do. A free one takes a call dropped on them.

import { duration } from "../clock.js";
import { arrange, attribute, element, text } from "../dom.js";
import { drawSkills, reasonOf } from "../staff.js";

const STATES = { available: "Free", reserved: "Ringing", on_call: "On a call", wrap_up: "Wrapping up", paused: "Paused" };
const ORDER = Object.keys(STATES);

export class People {
  constructor(list) {
    this.list = list;
    this.rows = new Map();
    this.note = element("li", { class: "none" });
  }

  update(agents) {
    const here = agents.filter((agent) => agent.state !== "offline");
    here.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.since_ms - b.since_ms);
    const rows = here.map((agent) => {
      const row = this.rows.get(agent.agent) || blank(agent.agent);
      fill(row, agent);
      return row;
    });
    this.rows = new Map(rows.map((row) => [row.agent.agent, row]));
    const away = agents.length - here.length;
    text(this.note, here.length === 0 ? "Nobody is logged in." : away ? `${away} logged out` : "");
    arrange(this.list, [...rows.map((row) => row.node), ...(this.note.textContent ? [this.note] : [])]);
  }

  tick(now) {
    for (const row of this.rows.values()) text(row.time, row.agent.since_ms ? duration(now - row.agent.since_ms) : "");
  }
}

function blank(id) {
  const parts = {
    dot: element("span", { "aria-hidden": "true" }), name: element("span"), state: element("span"), time: element("time", { class: "row-note end" }),
    chips: element("ul", { class: "chips", "aria-label": "Skills" }),
  };
  const node = element("li", { class: "row person", "data-agent": id },
    element("span", { class: "row-name" }, parts.dot, parts.name), parts.state, parts.chips, parts.time);
  return { ...parts, node };
}

function fill(row, agent) {
  row.agent = agent;
  text(row.name, agent.name);
  row.dot.className = `dot state-${agent.state}`;
  row.state.className = `pill state-${agent.state}`;
  const why = agent.state === "paused" ? reasonOf(agent) : "";
  text(row.state, why ? why.replace(/^./u, (first) => first.toUpperCase()) : STATES[agent.state] || agent.state);
  attribute(row.node, "data-free", String(agent.state === "available"));
  drawSkills(row.chips, agent.skills);
}
