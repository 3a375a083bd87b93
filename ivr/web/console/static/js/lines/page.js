// The lines' page: every line with its waiting calls, and what may be done with them. The server decides everything;
// the event stream only says when to look again.

import { $, Directory, keepSession, Link } from "../around.js";
import { Clock, duration } from "../clock.js";
import { arrange, element, text } from "../dom.js";
import { Stream } from "../stream.js";
import { Api } from "./api.js";
import { ask } from "./ask.js";
import { Drag } from "./drag.js";
import { Lane } from "./lane.js";
import { People } from "./people.js";
import { nameOf } from "./row.js";
import { toast } from "./toast.js";
import { Why } from "./why.js";
import { boost, counted, lacks, skillsOf } from "./words.js";

const SPACING_MS = 1000;
const ANYWAY_MS = 5000;
const PAGES = [25, 100, 200];
const page = $("main");
const clock = new Clock();
const api = new Api(page.dataset.csrf);
const why = new Why(api);
const people = new People($("people"));
const lanes = new Map();
const states = new Map();
let board = { lines: [] };
let size = 0;
const link = new Link(page.dataset.signIn, "Hotline can't reach its store; what you see is the last that was known.");
const directory = new Directory(page.dataset.directory, () => draw());

const names = { agent: (id) => directory.agents.find((agent) => agent.id === id)?.name || states.get(id)?.name || id };

// --- looking -------------------------------------------------------------------------------------------------------
let asking = false;
let again = false;
let looked = -Infinity;
let timer = 0;

function soon() {
  if (timer || document.hidden) return;
  timer = setTimeout(look, Math.max(0, looked + SPACING_MS - performance.now()));
}

async function look() {
  clearTimeout(timer);
  timer = 0;
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  looked = performance.now();
  let wait = 0;
  try {
    board = await api.get(`lines?calls=${PAGES[size]}`);
    if (!drag.call) draw();
  } catch (error) {
    wait = (error.wait || 1) * 1000;
    if (error.status === 401) stream.signedOut();
  }
  asking = false;
  if (again || wait) {
    again = false;
    timer = timer || setTimeout(look, Math.max(wait, looked + SPACING_MS - performance.now()));
  }
}

// --- drawing -------------------------------------------------------------------------------------------------------
const chosen = () => Object.fromEntries(new FormData($("narrow")));

function draw() {
  const { line: only, skill, longer, kind } = chosen();
  const now = clock.now();
  const passes = (call) =>
    (!skill || skillsOf(call.wanted).includes(skill)) &&
    (!longer || now - Date.parse(call.since) > Number(longer) * 1000) &&
    (!kind || call.mode === kind);
  const shown = board.lines.filter((line) => !only || (only === "*" ? line.calls.some(passes) : line.name === only));
  arrange($("lanes"), shown.map((line) => {
    if (!lanes.has(line.name)) lanes.set(line.name, new Lane(line, names, act, more));
    const lane = lanes.get(line.name);
    lane.update(line, passes);
    return lane.node;
  }));
  if (board.lines.length === 0) $("lanes").replaceChildren(element("p", { class: "lanes-none" }, "No line is set up yet. Add one to ", element("code", {}, "flows/queues.yaml"), "."));
  options($("narrow-line"), [["*", "Lines with calls"], ...board.lines.map((line) => [line.name, line.title])]);
  options($("narrow-skill"), skillsThere().map((name) => [name, name]));
  $("narrow-clear").hidden = ![only, skill, longer, kind].some(Boolean);
  const waiting = board.lines.reduce((sum, line) => sum + line.waiting, 0);
  const callbacks = board.lines.reduce((sum, line) => sum + line.callbacks, 0);
  text($("sum"), waiting ? `${waiting} waiting in ${counted(board.lines.filter((line) => line.waiting).length, "line")}${callbacks ? `, ${counted(callbacks, "callback")} among them` : ""}` : "Nobody waits");
  people.update(directory.people(states));
  tick();
}

function skillsThere() {
  const asked = board.lines.flatMap((line) => line.calls.flatMap((call) => skillsOf(call.wanted)));
  return [...new Set([...asked, ...directory.agents.flatMap((agent) => Object.keys(agent.skills))])].sort();
}

function options(select, items) {
  const wanted = ["", ...items.map(([value]) => value)].join("\n");
  if (select.dataset.has === wanted) return;
  const kept = select.value || select.dataset.want || "";
  select.dataset.has = wanted;
  select.replaceChildren(select.options[0], ...items.map(([value, words]) => element("option", { value }, words)));
  select.value = items.some(([value]) => value === kept) ? kept : "";
  if (select.value) select.dataset.want = "";
}

function tick() {
  const now = clock.now();
  for (const lane of lanes.values()) if (lane.node.isConnected) lane.tick(now);
  people.tick(now);
}

function more() {
  size = Math.min(size + 1, PAGES.length - 1);
  look();
}

// --- acting --------------------------------------------------------------------------------------------------------
async function act(verb, call, button) {
  const title = nameOf(call);
  if (verb === "why") return why.open(call.call, title);
  if (verb === "one" || verb === "five") return doBoost(call, verb === "one" ? 60 : 300);
  const said = verb === "move" ? await askLine(call, title) : await askAgent(call, title);
  button.focus();
  if (!said) return undefined;
  return verb === "move" ? doMove(call, said.value, said.why) : doPull(call, said.value, said.why);
}

const lineOf = (call) => board.lines.find((line) => line.calls.some((other) => other.call === call.call));
const titleOf = (name) => board.lines.find((line) => line.name === name)?.title || name;

function askLine(call, title) {
  const here = lineOf(call)?.name;
  const choices = board.lines.filter((line) => line.name !== here).map((line) => ({
    value: line.name, name: line.title, warn: line.team.staff === 0,
    note: line.team.staff === 0 ? "nobody logged in" : `${line.waiting} waiting, ${line.team.available} of ${line.team.staff} free`,
  }));
  return ask({ title: `Move ${title}`, words: "They keep the place their wait gives them there, and what they asked for, as far as somebody there can answer it.", legend: "To which line", go: "Move", choices, none: "There is no other line." });
}

function askAgent(call, title) {
  const free = directory.people(states).filter((agent) => agent.state === "available").map((agent) => ({ ...agent, gap: lacks(agent, call.wanted) }));
  free.sort((a, b) => Boolean(a.gap) - Boolean(b.gap) || a.since_ms - b.since_ms);
  const choices = free.map((agent) => ({ value: agent.agent, name: agent.name, note: agent.gap ? `lacks ${agent.gap}` : `free for ${duration(clock.now() - agent.since_ms)}`, warn: Boolean(agent.gap) }));
  return ask({ title: `Give ${title} to an agent`, words: "Their phone rings at once.", legend: "To which agent", go: "Give", choices, none: "Nobody is free just now." });
}

function doBoost(call, seconds) {
  return done(call, "boost", { seconds }, () => `${nameOf(call)} is worth ${boost(seconds)} more`, () => done(call, "boost", { seconds: -seconds }, () => `${nameOf(call)}: boost taken back`));
}

// What nobody in the other line could answer of its flow's wishes is left behind and wouldn't come back, so only a call
// without wishes can.
function doMove(call, queue, words = "") {
  const from = lineOf(call);
  const back = () => done(call, "move", { queue: from.name }, () => `${nameOf(call)} moved back to ${from.title}`);
  return done(call, "move", { queue, why: words }, () => `${nameOf(call)} moved to ${titleOf(queue)}`, from && from.wanted === call.wanted && back);
}

function doPull(call, agent, words = "") {
  return done(call, "pull", { agent, why: words }, () => `${names.agent(agent)}'s phone rings for ${nameOf(call)}`);
}

async function done(call, verb, body, words, undo) {
  try {
    await api.act(call.call, verb, body);
    toast(words(), { undo });
  } catch (error) {
    toast(error.status ? `${nameOf(call)}: ${error.message}` : "The server does not answer; nothing may have been done. Look again before you repeat it.", { bad: true });
  }
  look();
}

// --- what the stream says ------------------------------------------------------------------------------------------
const heard = {
  snapshot({ now_ms, speed, agents }) {
    clock.set(now_ms, speed);
    states.clear();
    for (const agent of agents) states.set(agent.agent, agent);
    directory.load();
    look();
  },
  agent(agent) {
    states.set(agent.agent, agent);
    people.update(directory.people(states));
  },
  store({ away }) {
    link.store(away);
  },
};

// --- start ---------------------------------------------------------------------------------------------------------
function readChoice() {
  const kept = new URLSearchParams(location.search);
  for (const select of $("narrow").querySelectorAll("select")) {
    select.dataset.want = kept.get(select.name) || "";
    select.value = select.dataset.want;
    if (select.selectedIndex < 0) select.value = "";
  }
}

function keepChoice() {
  const said = new URLSearchParams(Object.entries(chosen()).filter(([, value]) => value));
  history.replaceState(null, "", said.size ? `?${said}` : location.pathname);
  draw();
}

$("narrow").addEventListener("change", keepChoice);
$("narrow").addEventListener("reset", () => setTimeout(keepChoice));
$("narrow").addEventListener("submit", (event) => event.preventDefault());

const drag = new Drag({
  lanes: $("lanes"), people: $("people"), onEnd: soon,
  onDrop: (verb, call, target) => (verb === "move" ? doMove(call, target) : doPull(call, target)),
});

keepSession(page.dataset.session);

const stream = new Stream({
  url: page.dataset.events,
  sessionUrl: page.dataset.session,
  onMessage: (type, data) => { heard[type]?.(data); soon(); },
  onState: (state) => link.show(state),
});
readChoice();
setInterval(tick, 250);
setInterval(soon, ANYWAY_MS);
document.addEventListener("visibilitychange", soon);
directory.load();
look();
stream.open();
