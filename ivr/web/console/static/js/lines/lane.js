// A line: its figures, who works on it, and its waiting calls in order.

import { LONG_WAIT_MS } from "../around.js";
import { duration } from "../clock.js";
import { arrange, attribute, element, text } from "../dom.js";
import { reasonOf } from "../staff.js";
import { Row } from "./row.js";
import { counted, range } from "./words.js";

const TEAM = [["available", "free"], ["ringing", "ringing", "reserved"], ["talking", "talking", "on_call"], ["wrap_up", "in wrap-up"]];

export class Lane {
  constructor(line, names, onAct, onMore) {
    Object.assign(this, { names, onAct, rows: new Map() });
    const id = `lane-${line.name}`;
    this.title = element("h2", { id });
    this.count = element("p", { class: "lane-count" });
    this.longest = element("p", { class: "lane-longest" });
    this.told = element("p", { class: "lane-told" });
    this.record = element("p", { class: "lane-record" });
    this.calledBack = element("p", { class: "lane-record" });
    this.team = element("ul", { class: "lane-team", "aria-label": "Agents who may answer" });
    this.list = element("ol", { class: "lane-calls", "aria-labelledby": id });
    this.none = element("p", { class: "lane-none" });
    this.more = element("button", { type: "button", class: "open-button", hidden: true });
    this.more.addEventListener("click", onMore);
    this.node = element("section", { class: "lane", "data-line": line.name, "aria-labelledby": id },
      element("header", { class: "lane-head" }, this.title, this.count, this.told, this.longest, this.record, this.calledBack, this.team), this.list, this.none, this.more);
    this.node.lane = this;
  }

  update(line, passes) {
    this.line = line;
    text(this.title, line.title);
    const rung = line.calls.filter((call) => call.state === "offered").length;
    text(this.count, line.waiting ? `${line.waiting} waiting` : rung ? `Phones ring for ${counted(rung, "call")}` : "Nobody waits");
    this.count.classList.toggle("idle", line.waiting === 0 && rung === 0);
    const expected = range(line.expected);
    text(this.told, expected ? `Wait now ${expected}` : "Wait not known");
    const record = line.accuracy;
    const share = record ? Math.round(record.within * 100) : 0;
    text(this.record, record ? `Told right ${share}\u00a0% of ${record.told}, off by ${duration(record.error_seconds * 1000)}` : "");
    attribute(this.record, "title", record ? `Of ${record.told} callers told a wait and answered, ${share} % were answered within it; its middle was off by ${duration(record.error_seconds * 1000)} on average.` : "");
    this.record.hidden = !record;
    this.drawCalledBack(line.called_back);
    this.since = line.oldest_since ? Date.parse(line.oldest_since) : 0;
    this.drawTeam(line.team);
    this.drawCalls(line, passes);
  }

  drawCalledBack(kept) {
    this.calledBack.hidden = !kept;
    if (!kept) return;
    const share = (part) => Math.round(part * 100);
    text(this.calledBack, `Called back in time ${share(kept.in_time)}\u00a0% of ${kept.promised}${kept.over ? `, reached ${share(kept.reached)}\u00a0%` : ""}`);
    const late = kept.late_seconds ? ` Those late were so by ${duration(kept.late_seconds * 1000)} on average.` : "";
    const over = kept.over ? ` Of ${kept.over} that are over, ${share(kept.reached)} % were reached, in ${kept.tries} tries and ${duration(kept.waited_seconds * 1000)} on average.` : "";
    attribute(this.calledBack, "title", `Of ${kept.promised} callbacks promised for a time that is over, ${share(kept.in_time)} % were dialled within it, ${share(kept.early)} % before it.${late}${over}`);
  }

  drawTeam(team) {
    const parts = TEAM.filter(([key]) => team[key]).map(([key, words, state = key]) => [`${team[key]} ${words}`, state]);
    for (const { reason, agents } of team.breaks) parts.push([`${agents} ${paused(reason)}`, "paused"]);
    if (team.staff === 0) parts.push(["Nobody logged in may answer", "nobody"]);
    else if (team.available === 0) parts.unshift(["None free", "offline"]);
    arrange(this.team, parts.map(([words, state]) => {
      const known = [...this.team.children].find((item) => item.textContent === words);
      return known || element("li", { class: `pill state-${state}` }, words);
    }));
  }

  drawCalls(line, passes) {
    const shown = line.calls.filter(passes);
    const rows = shown.map((call) => {
      const row = this.rows.get(call.call) || new Row(call, this.names, this.onAct);
      row.update(call);
      return row;
    });
    this.rows = new Map(rows.map((row) => [row.call.call, row]));
    keepingFocus(() => arrange(this.list, rows.map((row) => row.node)));
    const hidden = line.calls.length - shown.length;
    text(this.none, hidden ? `${counted(hidden, "call")} not shown by the choice above` : "");
    this.none.hidden = hidden === 0;
    const left = line.next === null ? 0 : line.waiting - line.next;
    this.more.hidden = left <= 0;
    text(this.more, `Show more (${left} further)`);
    this.list.hidden = rows.length === 0;
  }

  tick(now) {
    for (const row of this.rows.values()) row.tick(now);
    const waited = this.since ? now - this.since : 0;
    text(this.longest, this.since ? `longest ${duration(waited)}` : "");
    this.longest.classList.toggle("warn", waited > LONG_WAIT_MS);
  }
}

// Why agents are paused: a reason that only says that it is a break says no more than that.
const paused = (reason) => (!reason || reason === "break" ? "on break" : reasonOf({ reason }));

// A node that is moved loses the focus; whoever works by keyboard stays where they were.
function keepingFocus(change) {
  const held = document.activeElement;
  change();
  if (held && held !== document.activeElement && held.isConnected) held.focus({ preventScroll: true });
}
