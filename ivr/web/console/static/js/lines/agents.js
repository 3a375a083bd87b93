// The agents' page: skills and levels, changed one at a time.

import { arrange, element, text } from "../dom.js";
import { reasonOf } from "../staff.js";
import { Api } from "./api.js";
import { toast } from "./toast.js";
import { counted } from "./words.js";

const LEVELS = [...Array(10).keys()].map((index) => index + 1);
const STATES = { available: "Free", reserved: "Ringing", on_call: "On a call", wrap_up: "Wrapping up", paused: "Paused", offline: "Logged out" };
const LOOK_MS = 5000;
const $ = (id) => document.getElementById(id);
const api = new Api($("main").dataset.csrf);
const cards = new Map();
let agents = [];

async function look() {
  try {
    agents = (await api.get("agents")).agents;
    draw();
  } catch (error) {
    if (error.status === 401) location.href = $("main").dataset.signIn;
    else text($("sum"), "The server does not answer. Trying again.");
  }
}

function draw() {
  const [name, skill] = [$("narrow-name").value.trim().toLowerCase(), $("narrow-skill").value];
  const shown = agents.filter((agent) => agent.name.toLowerCase().includes(name) && (!skill || agent.skills.some((one) => one.skill === skill)));
  const known = [...new Set(agents.flatMap((agent) => agent.skills.map((one) => one.skill)))].sort();
  options(known);
  const here = agents.filter((agent) => agent.state !== "offline").length;
  text($("sum"), agents.length ? `${counted(agents.length, "agent")}, ${here} logged in, ${counted(known.length, "skill")}` : "No agent yet. Add one with `hotline agents add`.");
  arrange($("staff"), shown.map((agent) => {
    if (!cards.has(agent.id)) cards.set(agent.id, new Card(agent));
    const card = cards.get(agent.id);
    card.update(agent);
    return card.node;
  }));
}

function options(known) {
  const has = known.join("\n");
  if ($("skills").dataset.has === has) return;
  $("skills").dataset.has = has;
  $("skills").replaceChildren(...known.map((value) => element("option", { value })));
  const kept = $("narrow-skill").value;
  $("narrow-skill").replaceChildren($("narrow-skill").options[0], ...known.map((value) => element("option", { value }, value)));
  $("narrow-skill").value = known.includes(kept) ? kept : "";
}

const levels = (chosen) => LEVELS.map((level) => element("option", { value: level, selected: level === chosen }, String(level)));

class Card {
  constructor(agent) {
    this.id = agent.id;
    this.name = element("h2");
    this.dot = element("span", { "aria-hidden": "true" });
    this.state = element("span");
    this.list = element("ul", { class: "staff-skills" });
    this.skill = element("input", { list: "skills", maxlength: "64", autocomplete: "off", autocapitalize: "none", spellcheck: "false", placeholder: "skill", required: true, "aria-label": `New skill of ${agent.name}` });
    this.level = element("select", { "aria-label": `Level to give, ${agent.name}` }, ...levels(5));
    const add = element("form", { class: "staff-add" }, this.skill, this.level, element("button", { type: "submit", class: "button", "aria-label": `Add the skill, ${agent.name}` }, "Add"));
    add.addEventListener("submit", (event) => { event.preventDefault(); this.add(); });
    this.node = element("li", { class: "staff-card", "data-agent": agent.id },
      element("header", {}, this.dot, this.name, this.state), this.list, add);
  }

  update(agent) {
    this.agent = agent;
    text(this.name, agent.name);
    this.dot.className = `dot state-${agent.state}`;
    this.state.className = `pill state-${agent.state}`;
    const now = agent.state === "paused" && agent.reason ? reasonOf(agent) : STATES[agent.state] || agent.state;
    text(this.state, agent.wish ? `${now}, then ${(STATES[agent.wish] || agent.wish).toLowerCase()}` : now);
    const rows = new Map([...this.list.children].map((row) => [row.dataset.skill, row]));
    arrange(this.list, agent.skills.map(({ skill, level }) => {
      const row = rows.get(skill) || this.row(skill, level);
      const select = row.querySelector("select");
      if (document.activeElement !== select) select.value = String(level);
      return row;
    }));
  }

  row(skill, level) {
    const select = element("select", { "aria-label": `Level of ${skill}, ${this.agent.name}` }, ...levels(level));
    const drop = element("button", { type: "button", "aria-label": `Take ${skill} from ${this.agent.name}`, title: "Take away" }, "×");
    select.addEventListener("change", () => this.set(skill, Number(select.value)));
    drop.addEventListener("click", () => this.set(skill, null));
    return element("li", { "data-skill": skill }, element("span", {}, skill), select, drop);
  }

  async add() {
    const skill = this.skill.value.trim().toLowerCase();
    if (await this.set(skill, Number(this.level.value))) this.skill.value = "";
    this.skill.focus();
  }

  async set(skill, level, quiet = false) {
    const before = this.agent.skills.find((one) => one.skill === skill)?.level ?? null;
    const path = `agents/${encodeURIComponent(this.id)}/skills/${encodeURIComponent(skill)}`;
    let done = true;
    try {
      this.update(await (level === null ? api.ask("DELETE", path) : api.ask("PUT", path, { level })));
      const words = level === null ? `${this.agent.name} no longer has ${skill}` : `${this.agent.name} now has ${skill} ${level}`;
      toast(words, { undo: quiet ? null : () => this.set(skill, before, true) });
    } catch (error) {
      done = false;
      toast(`${this.agent.name}: ${error.message}`, { bad: true });
    }
    await look();
    return done;
  }
}

$("narrow").addEventListener("input", draw);
$("narrow").addEventListener("submit", (event) => event.preventDefault());
setInterval(() => { if (!document.hidden) look(); }, LOOK_MS);
look();
