// One flow: its text, its picture, the phone that plays it, its versions.

import { element } from "../dom.js";
import { Editor } from "./editor.js";
import { Phone } from "./phone.js";
import { Picture } from "./picture.js";
import { Server } from "./server.js";
import { drawChanges, drawVersions } from "./versions.js";

const PAUSE_MS = 350;
const $ = (id) => document.getElementById(id);
const page = $("main");
const data = JSON.parse(page.dataset.flow);
const mayEdit = page.dataset.edit === "yes";
const server = new Server({ root: page.dataset.root, csrf: page.dataset.csrf, period: page.dataset.period });

const now = { base: data.base, published: data.published, versions: data.versions, kept: $("source").value, draft: page.dataset.draft === "yes", errors: 0, checked: "", digest: "" };

// --- parts ---------------------------------------------------------------------------------------------------------
const picture = new Picture({
  root: $("graph"),
  none: $("graph-none"),
  onChoose: (step) => { const line = editor && editor.lineOf(step); if (line) editor.goTo(line); },
});
$("zoom-in").addEventListener("click", () => picture.larger(1.2));
$("zoom-out").addEventListener("click", () => picture.larger(1 / 1.2));
$("zoom-fit").addEventListener("click", () => picture.fit());
$("period").addEventListener("change", () => {
  if (unsaved() && !confirm("Your text is not saved. Load the figures anyway?")) return;
  leaving = true;
  $("period").form.submit();
});

let editor = null;
let leaving = false;
async function start() {
  const schema = await (await fetch(page.dataset.schema)).json();
  const text = $("source").value;
  $("editor").replaceChildren();
  editor = new Editor({
    parent: $("editor"), text, nonce: page.dataset.nonce, mayEdit, schema, names: data.names,
    onChange: typed, onSave: () => mayEdit && save(), onStep: (step) => picture.choose(step),
  });
  show({ problems: data.problems });
  drawVersions($("versions"), now.versions, versionActs());
  if (mayEdit) await check();
  else drawChanges($("changes"), [], "Only operators edit.");
  page.dataset.ready = "yes";
}

// --- checking ------------------------------------------------------------------------------------------------------
let pause = 0;
let asked = 0;
function typed() {
  state();
  clearTimeout(pause);
  pause = setTimeout(check, PAUSE_MS);
}

async function check() {
  const text = editor.text;
  asked += 1;
  const mine = asked;
  try {
    const found = await server.post("check", { text });
    if (mine === asked) show(found, text);
  } catch (error) {
    toast(error.message);
  }
}

function show(found, text = editor.text) {
  const { problems } = found;
  now.checked = text;
  now.errors = problems.filter((one) => one.severity === "error").length;
  if (text === editor.text) editor.show(problems);
  const warnings = problems.length - now.errors;
  const count = (many, word) => `${many} ${word}${many > 1 ? "s" : ""}`;
  $("verdict").textContent = [now.errors && count(now.errors, "error"), warnings && count(warnings, "warning")].filter(Boolean).join(", ") || "No problems";
  $("verdict").dataset.verdict = now.errors ? "bad" : warnings ? "warn" : "good";
  $("problems").replaceChildren(...problems.map(row));
  picture.mark([...new Set(problems.filter((one) => one.severity === "error" && one.line).map((one) => editor.stepAt(positionOf(one.line))).filter(Boolean))]);
  if (found.picture !== undefined) picture.draw(found.picture);
  if (found.changes) drawChanges($("changes"), found.changes);
  now.changes = found.changes || now.changes || [];
  if (found.draft !== undefined) Object.assign(now, { draft: found.draft, digest: found.draft_digest });
  state();
}

function positionOf(line) {
  const { doc } = editor.view.state;
  return doc.line(Math.min(line, doc.lines)).from;
}

function row(problem) {
  const button = element("button", { class: "problem", type: "button", "data-severity": problem.severity, title: problem.about },
    element("span", { class: "problem-line" }, problem.line ? `Line ${problem.line}` : "File"),
    element("span", { class: "problem-words" }, problem.message),
    element("span", { class: "problem-code" }, problem.code),
    ...(problem.hint ? [element("span", { class: "problem-hint" }, problem.hint)] : []));
  button.addEventListener("click", () => editor.goTo(problem.line || 1, problem.column || 1));
  return element("li", {}, button);
}

// --- state ---------------------------------------------------------------------------------------------------------
function unsaved() {
  return mayEdit && editor !== null && editor.text !== now.kept;
}

function state() {
  if (!mayEdit || !editor) return;
  const words = unsaved() ? "Not saved" : now.draft ? "Draft saved; callers hear the published version" : "As published";
  $("state").replaceChildren(...(now.draft || unsaved() ? [element("span", { class: "tag draft" }, "Draft"), " ", words] : [words]));
  $("save").disabled = !unsaved();
  $("publish").disabled = editor.text === now.published;
  $("drop").hidden = !now.draft && !unsaved();
  phoneNote();
}

function phoneNote() {
  if (!$("phone-note")) return;
  $("phone-note").textContent = !now.draft ? "Plays the published version" : now.errors ? "Has errors: plays as published" : "Plays the draft";
}

async function save() {
  const text = editor.text;
  try {
    const found = await server.post("draft", { text });
    now.kept = text;
    show(found, text);
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

async function drop() {
  if (!confirm("Drop the draft and go back to the published text?")) return;
  try {
    const found = await server.post("drop", {});
    became(found);
  } catch (error) {
    toast(error.message);
  }
}

// The text is the published one again.
function became(found) {
  now.base = found.base;
  now.published = found.text;
  now.kept = found.text;
  editor.text = found.text;
  clearTimeout(pause);
  show(found, found.text);
}

// --- asking first --------------------------------------------------------------------------------------------------
let answer = null;
function ask({ title, text, go, changes, message, onGo }) {
  $("ask-title").textContent = title;
  $("ask-text").textContent = text;
  $("ask-go").textContent = go;
  $("ask-message").hidden = !message;
  $("ask-label").hidden = !message;
  $("ask-message").required = message;
  $("ask-message").value = "";
  $("ask-error").hidden = true;
  $("ask-changes").hidden = !changes;
  if (changes) drawChanges($("ask-changes"), changes);
  answer = onGo;
  $("ask").showModal();
}

async function goes(event) {
  event.preventDefault();
  $("ask-go").disabled = true;
  try {
    toast(await answer($("ask-message").value));
    $("ask").close();
  } catch (error) {
    $("ask-error").textContent = error.message;
    $("ask-error").hidden = false;
  }
  $("ask-go").disabled = false;
}

async function publish() {
  const text = editor.text;
  if (now.checked !== text) await check();
  if (now.errors) {
    const first = $("problems").querySelector("[data-severity=error]");
    toast("Errors keep a flow from being published.");
    if (first) first.click();
    return;
  }
  ask({
    title: "Publish", go: "Publish", changes: now.changes, message: true,
    text: "New calls hear this within a second. Calls under way keep the version they began with.",
    onGo: async (message) => {
      const found = await server.post("publish", { text, message, base: now.base });
      Object.assign(now, { base: found.base, versions: found.versions, published: text, kept: text });
      drawVersions($("versions"), now.versions, versionActs());
      await check();
      return `Published as version ${now.versions[0].number}.`;
    },
  });
}

function versionActs() {
  return {
    mayEdit, base: now.base,
    onShow: async (number) => (await server.get(`versions/${number}`)).changes,
    onBack: (version) => ask({
      title: `Back to version ${version.number}`, go: "Go back", message: false,
      text: `“${version.message}” is published anew, as the newest version.${unsaved() || now.draft ? " Your draft's text is replaced here." : ""}`,
      onGo: async () => {
        const found = await server.post("rollback", { number: version.number, base: now.base });
        now.versions = found.versions;
        became(found);
        drawVersions($("versions"), now.versions, versionActs());
        return `Callers hear version ${version.number} again.`;
      },
    }),
  };
}

let showing = 0;
function toast(words) {
  $("toast").textContent = words;
  $("toast").hidden = false;
  clearTimeout(showing);
  showing = setTimeout(() => { $("toast").hidden = true; }, 5000);
}

// --- the phone -----------------------------------------------------------------------------------------------------
if (page.dataset.phone) {
  const phone = new Phone({
    frame: $("phone"), address: page.dataset.phone, server,
    onStep: ({ step, visited, digest }) => {
      picture.follow(step, visited);
      if (digest !== now.base) $("phone-note").textContent = digest === now.digest ? "This call plays the draft" : "This call plays an earlier draft";
      else $("phone-note").textContent = "This call plays the published version";
    },
    onEnd: () => { picture.follow("", []); phoneNote(); },
  });
  $("hear").addEventListener("click", async () => {
    if (unsaved() && !(await save())) return;
    phone.open();
    $("phone-hint").hidden = true;
    $("hear").textContent = "Save, then call again";
  });
}

if (mayEdit) {
  $("save").addEventListener("click", save);
  $("publish").addEventListener("click", publish);
  $("drop").addEventListener("click", drop);
  $("ask-form").addEventListener("submit", goes);
  $("ask-cancel").addEventListener("click", () => $("ask").close());
  window.addEventListener("beforeunload", (event) => { if (unsaved() && !leaving) event.preventDefault(); });
}
start().catch(() => toast("The editor could not be loaded. Load the page again."));
