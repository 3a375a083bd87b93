// What every page on the event stream has around it: who there is, how the connection is, a session that is kept.

import { attribute, element, text } from "./dom.js";

const ASK_MS = 10000;
const AFTER_FAILURE_MS = 2000;
const ACTIVE_MS = 240000;
const LOST_MS = 1500;

export const LONG_WAIT_MS = 120000;
export const $ = (id) => document.getElementById(id);

// Lines, queues and agents by their names. `onLoaded` is called whenever they were asked for.
export class Directory {
  constructor(url, onLoaded) {
    Object.assign(this, { url, onLoaded, lines: [], queues: [], agents: [], asked: -Infinity });
  }

  async load() {
    if (performance.now() - this.asked < ASK_MS) return;
    this.asked = performance.now();
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (answer.ok) Object.assign(this, await answer.json());
    } catch {
      this.asked = performance.now() - ASK_MS + AFTER_FAILURE_MS;
    }
    this.onLoaded();
  }

  // Everybody it knows, with the state the stream told; then agents it doesn't know yet and who pass.
  people(states, passes = () => true) {
    const known = this.agents.map(({ id, name, skills }) => ({ state: "offline", since_ms: 0, ...states.get(id), agent: id, name, skills }));
    const ids = new Set(known.map((agent) => agent.agent));
    const others = [...states.values()].filter((agent) => !ids.has(agent.agent) && passes(agent));
    return [...known, ...others.map((agent) => ({ skills: {}, ...agent, name: agent.name || agent.agent }))];
  }
}

// How the connection is, in the header and, where it matters, in a banner. `away`: what a store that is away means here.
export class Link {
  constructor(signIn, away) {
    Object.assign(this, { signIn, words: away, away: false, slow: 0 });
  }

  store(away) {
    this.away = away;
    this.show("live");
  }

  show(state) {
    const said = { connecting: "Connecting", live: "Live", lost: "Reconnecting", "signed-out": "Signed out" };
    const without = state === "live" && this.away;
    attribute($("link"), "data-link", without ? "lost" : state);
    text($("link-text"), without ? "Store away" : said[state]);
    clearTimeout(this.slow);
    if (state === "live") return banner(this.away ? this.words : "");
    if (state === "signed-out") return banner("You are signed out. ", element("a", { href: this.signIn }, "Sign in"), " to go on.");
    this.slow = setTimeout(() => banner("Connection lost. Reconnecting; what you see may be out of date."), LOST_MS);
    return undefined;
  }
}

function banner(...words) {
  $("banner").hidden = words.length === 1 && words[0] === "";
  if (!$("banner").hidden) $("banner").replaceChildren(...words);
}

// Somebody at work keeps their session; a page nobody touches doesn't.
export function keepSession(url) {
  let kept = performance.now();
  for (const type of ["pointerdown", "keydown"]) {
    document.addEventListener(type, () => {
      if (performance.now() - kept < ACTIVE_MS) return;
      kept = performance.now();
      fetch(url, { headers: { Accept: "application/json" } }).catch(() => undefined);
    }, { passive: true });
  }
}
