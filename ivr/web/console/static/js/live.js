// The live page: what the event stream tells, drawn. The server decides everything; this only shows it.

import { $, Directory, keepSession, Link, LONG_WAIT_MS } from "./around.js";
import { Card, callerName } from "./card.js";
import { Clock, duration, spoken } from "./clock.js";
import { arrange, attribute, text } from "./dom.js";
import { drawAgents, drawLines, drawQueues, tickRows } from "./panels.js";
import { Stream } from "./stream.js";

const DRAWN = 200;
const FADE_MS = 4000;
const page = $("main");
const clock = new Clock();

const board = { calls: new Map(), agents: new Map(), queues: new Map() };
let filter = "all";
let due = 0;
const link = new Link(page.dataset.signIn, "Hotline can't reach its store. Calls are answered by the fallback; what you see is the last that was known.");
const directory = new Directory(page.dataset.directory, () => {
  for (const card of board.calls.values()) if (!card.over) card.update({});
  draw();
});

const titled = (list, key, name, title) => list.find((item) => item[key] === name)?.[title] || name;
const names = {
  line: (name) => titled(directory.lines, "name", name, "title"),
  queue: (name) => titled(directory.queues, "name", name, "title"),
  agent: (id) => board.agents.get(id)?.name || titled(directory.agents, "id", id, "name"),
};

// --- what the stream says ------------------------------------------------------------------------------------------
const heard = {
  snapshot({ now_ms, speed, calls, queues, agents }) {
    clock.set(now_ms, speed);
    const kept = new Set(calls.map((call) => call.call));
    for (const sid of [...board.calls.keys()]) if (!kept.has(sid)) board.calls.delete(sid);
    calls.forEach((call) => heard.call(call, true));
    board.queues = new Map(queues.map((queue) => [queue.queue, queue]));
    board.agents = new Map(agents.map((agent) => [agent.agent, agent]));
    directory.load();
  },
  call(call, quiet = false) {
    const card = board.calls.get(call.call);
    if (card && !card.over) return card.update(call);
    const fresh = new Card(call, names);
    board.calls.set(call.call, fresh);
    if (!quiet) announce(`Call from ${callerName(call)} on ${names.line(call.line)}`);
    return fresh;
  },
  captions({ call, captions }) {
    board.calls.get(call)?.add(captions);
  },
  ended({ call, outcome }) {
    board.calls.get(call)?.end(outcome);
  },
  gone({ call }) {
    const card = board.calls.get(call);
    if (!card) return;
    if (!card.over) card.end("");
    setTimeout(() => {
      if (board.calls.get(call) === card) board.calls.delete(call);
      draw();
    }, FADE_MS);
  },
  queue(queue) {
    board.queues.set(queue.queue, queue);
    if (!directory.queues.some((known) => known.name === queue.queue)) directory.load();
  },
  agent(agent) {
    board.agents.set(agent.agent, agent);
    if (!directory.agents.some((known) => known.id === agent.agent)) directory.load();
  },
  store({ away }) {
    link.store(away);
  },
};

// --- drawing -------------------------------------------------------------------------------------------------------
const groups = { menu: ["menu"], waiting: ["waiting", "ringing"], talking: ["joining", "talking"] };

function draw() {
  due = 0;
  const cards = [...board.calls.values()].sort((a, b) => a.call.started_ms - b.call.started_ms || a.call.call.localeCompare(b.call.call));
  const going = cards.filter((card) => !card.over);
  const inGroup = (group) => (card) => groups[group].includes(card.call.state);
  const shown = filter === "all" ? cards : cards.filter((card) => card.over || inGroup(filter)(card));
  arrange($("cards"), shown.slice(0, DRAWN).map((card) => card.node));
  for (const card of shown.slice(0, DRAWN)) if (!card.fitted && card.node.isConnected) { card.fitted = true; card.fit(); card.said.scrollTop = card.said.scrollHeight; }
  $("more").hidden = shown.length <= DRAWN;
  text($("more"), `and ${shown.length - DRAWN} more, not drawn: narrow the list down above`);
  for (const button of $("filters").children) {
    const group = button.dataset.filter;
    text(button.querySelector("span"), group === "all" ? going.length : going.filter(inGroup(group)).length);
  }
  $("empty").hidden = shown.length > 0;
  const filtered = going.length > 0;
  text($("empty-title"), filtered ? "No call of this kind right now" : "No call in progress");
  $("empty-text").hidden = filtered;
  if ($("empty-phone")) $("empty-phone").hidden = filtered;

  const agents = directory.people(board.agents, (agent) => agent.state !== "offline");
  const queues = lines();
  drawQueues($("queues"), queues, agents);
  drawAgents($("agents"), agents, ({ call, state }) => {
    const card = board.calls.get(call);
    return card && !card.over ? `${state === "reserved" ? "for" : "with"} ${callerName(card.call)}` : "";
  });
  const counts = new Map();
  for (const card of going) counts.set(card.call.line, (counts.get(card.call.line) || 0) + 1);
  drawLines($("lines"), directory.lines, counts);
  text($("figure-calls"), going.length);
  text($("figure-waiting"), queues.reduce((sum, queue) => sum + queue.waiting, 0));
  const present = agents.filter((agent) => agent.state !== "offline");
  text($("figure-agents"), present.length ? `${present.filter((agent) => agent.state === "available").length} of ${present.length}` : "0");
  tick();
}

function lines() {
  const known = directory.queues.map((queue) => ({ waiting: 0, oldest_ms: 0, ...board.queues.get(queue.name), ...queue }));
  const ids = new Set(known.map((queue) => queue.name));
  const others = [...board.queues.values()].filter((queue) => !ids.has(queue.queue) && queue.waiting);
  return [...known, ...others.map((queue) => ({ ...queue, name: queue.queue, title: queue.queue, skills: {} }))];
}

function tick() {
  const now = clock.now();
  for (const card of board.calls.values()) card.tick(now);
  tickRows($("queues"), now);
  tickRows($("agents"), now);
  const oldest = [...board.queues.values()].filter((queue) => queue.waiting && queue.oldest_ms).map((queue) => queue.oldest_ms);
  const longest = oldest.length ? now - Math.min(...oldest) : 0;
  text($("figure-longest"), oldest.length ? duration(longest) : "–");
  $("figure-longest").classList.toggle("warn", longest > LONG_WAIT_MS);
  attribute($("figure-longest"), "title", oldest.length ? spoken(longest) : "Nobody waits");
}

function soon() {
  due = due || requestAnimationFrame(draw);
}

let said = 0;
function announce(words) {
  if (performance.now() - said < 3000) return;
  said = performance.now();
  text($("announce"), words);
}

// --- start ---------------------------------------------------------------------------------------------------------
for (const button of $("filters").children) {
  button.addEventListener("click", () => {
    filter = button.dataset.filter;
    for (const other of $("filters").children) attribute(other, "aria-pressed", String(other === button));
    draw();
  });
}

keepSession(page.dataset.session);
const stream = new Stream({
  url: page.dataset.events,
  sessionUrl: page.dataset.session,
  onMessage: (type, data) => { heard[type]?.(data); soon(); },
  onState: (state) => link.show(state),
});
setInterval(tick, 250);
setInterval(() => directory.load(), 60000);
directory.load();
stream.open();
