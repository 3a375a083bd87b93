// The dialog that asks where to: to which line, or to which agent. Answers null where it is closed.

import { element, text } from "../dom.js";

const $ = (id) => document.getElementById(id);

export function ask({ title, words, legend, go, choices, none }) {
  text($("ask-title"), title);
  text($("ask-text"), choices.length ? words : none);
  text($("ask-legend"), legend);
  text($("ask-go"), go);
  $("ask-why").value = "";
  $("ask-go").hidden = $("ask-why").hidden = $("ask-choices").hidden = choices.length === 0;
  document.querySelector(".ask-why").hidden = choices.length === 0;
  const rows = choices.map(({ value, name, note, warn }, index) => element("label", { class: "choice" },
    element("input", { type: "radio", name: "choice", value, required: true, checked: index === 0 && choices.length === 1 }),
    element("span", { class: "choice-name" }, name), element("span", { class: warn ? "choice-note warn" : "choice-note" }, note)));
  $("ask-choices").replaceChildren($("ask-legend"), ...rows);
  const box = $("ask");
  return new Promise((resolve) => {
    const form = $("ask-form");
    const close = (value) => { form.onsubmit = $("ask-cancel").onclick = box.onclose = null; box.close(); resolve(value); };
    form.onsubmit = (event) => {
      event.preventDefault();
      close({ value: new FormData(form).get("choice"), why: $("ask-why").value.trim() });
    };
    $("ask-cancel").onclick = () => close(null);
    box.onclose = () => close(null);
    box.showModal();
    (box.querySelector("input[type=radio]") || $("ask-cancel")).focus();
  });
}
