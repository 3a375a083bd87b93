// Queues, agents and lines: a row each.

import { LONG_WAIT_MS } from "./around.js";
import { duration } from "./clock.js";
import { arrange, element, text } from "./dom.js";
import { drawSkills, reasonOf } from "./staff.js";

const STATES = {
  on_call: "On a call", reserved: "Ringing", wrap_up: "Wrapping up", available: "Available", paused: "Paused", offline: "Offline",
};
const ORDER = Object.keys(STATES);

export function drawQueues(list, queues, agents) {
  if (queues.length === 0) return list.replaceChildren(element("li", { class: "none" }, "No queue is set up."));
  return keyed(list, queues, (queue) => queue.name, (row, queue) => {
    const able = agents.filter((agent) => Object.entries(queue.skills || {}).every(([skill, level]) => (agent.skills[skill] || 0) >= level));
    const free = able.filter((agent) => agent.state === "available").length;
    const here = able.filter((agent) => agent.state !== "offline").length;
    fill(row, {
      name: queue.title,
      end: queue.waiting ? `${queue.waiting} waiting` : "Nobody waits",
      endClass: queue.waiting ? "row-end" : "row-end idle",
      note: here ? `${free} of ${here} agent${here > 1 ? "s" : ""} available` : "No agent logged in",
    });
    row.since = queue.oldest_ms;
    row.leading = "longest ";
  });
}

export function drawAgents(list, agents, callers) {
  if (agents.length === 0) {
    return list.replaceChildren(element("li", { class: "none" }, "No agent yet. Add one with ", element("code", {}, "hotline agents add"), "."));
  }
  const sorted = [...agents].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name));
  return keyed(list, sorted, (agent) => agent.agent, (row, agent) => {
    row.classList.add("agent");
    const caller = agent.call ? callers(agent) : "";
    const why = reasonOf(agent);
    fill(row, { name: agent.name, dot: agent.state, pill: STATES[agent.state] || agent.state, note: caller || why });
    row.since = agent.state === "offline" ? 0 : agent.since_ms;
    row.leading = "";
    const able = drawSkills(row.parts.chips, agent.skills) > 0;
    row.parts.chips.hidden = !able;
    row.classList.toggle("bare", !caller && !why && able);
  });
}

export function drawLines(list, lines, counts) {
  if (lines.length === 0) return list.replaceChildren(element("li", { class: "none" }, "No line is set up."));
  return keyed(list, lines, (line) => line.name, (row, line) => {
    const count = counts.get(line.name) || 0;
    fill(row, { name: line.title, end: count ? `${count} call${count > 1 ? "s" : ""}` : "Quiet", endClass: count ? "row-end" : "row-end idle", note: line.number });
    row.since = 0;
  });
}

export function tickRows(list, now) {
  for (const row of list.children) {
    if (!row.parts) continue;
    const waited = row.since ? now - row.since : 0;
    text(row.parts.time, row.since ? row.leading + duration(waited) : "");
    if (row.leading) row.parts.end.classList.toggle("warn", Boolean(row.since) && waited > LONG_WAIT_MS);
  }
}

function keyed(list, items, key, draw) {
  const known = new Map([...list.children].filter((row) => row.parts).map((row) => [row.key, row]));
  const rows = items.map((item) => {
    const row = known.get(key(item)) || blank(key(item));
    draw(row, item);
    return row;
  });
  arrange(list, rows);
}

function blank(key) {
  const parts = {
    dot: element("span", { class: "dot", "aria-hidden": "true", hidden: true }),
    name: element("span"), end: element("span", { class: "row-end" }),
    note: element("span", { class: "row-note" }), time: element("time", { class: "row-note end" }),
    chips: element("ul", { class: "chips", "aria-label": "Skills", hidden: true }),
  };
  const row = element("li", { class: "row" }, element("span", { class: "row-name" }, parts.dot, parts.name), parts.end, parts.note, parts.time, parts.chips);
  return Object.assign(row, { key, parts, since: 0, leading: "" });
}

function fill(row, { name, end = "", endClass = "row-end", note = "", dot = "", pill = "" }) {
  const { parts } = row;
  text(parts.name, name);
  text(parts.end, pill || end);
  parts.end.className = pill ? `pill state-${dot}` : endClass;
  text(parts.note, note);
  parts.dot.hidden = !dot;
  parts.dot.className = `dot state-${dot}`;
}
