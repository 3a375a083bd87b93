// A sentence at the foot of the page that says what came of an act, with a way back where there is one.

import { text } from "../dom.js";

const SHOWN_MS = 8000;
const $ = (id) => document.getElementById(id);
let timer = 0;

export function toast(words, { undo = null, bad = false } = {}) {
  text($("toast-text"), words);
  text($("announce"), words);
  $("toast").classList.toggle("bad", bad);
  $("toast").hidden = false;
  $("toast-undo").hidden = !undo;
  $("toast-undo").onclick = () => { $("toast").hidden = true; undo(); };
  clearTimeout(timer);
  timer = setTimeout(() => { $("toast").hidden = true; }, SHOWN_MS);
}
