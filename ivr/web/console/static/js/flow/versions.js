// The versions of a flow, newest first: who, when, why, what changed, and the way back.

import { element } from "../dom.js";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function drawVersions(list, versions, { mayEdit, base, onShow, onBack }) {
  if (!versions.length) {
    list.replaceChildren(element("li", { class: "version version-who" }, "Not yet published from here. Its file is what callers hear."));
    return;
  }
  list.replaceChildren(...versions.map((version, index) => {
    const live = version.digest === base && versions.findIndex((one) => one.digest === base) === index;
    const changes = element("ul", { class: "changes", hidden: true });
    const show = element("button", { class: "link-button", type: "button", "aria-expanded": "false" }, "What changed");
    show.addEventListener("click", async () => {
      if (changes.hidden && !changes.childElementCount) drawChanges(changes, await onShow(version.number), "Nothing a caller would notice");
      changes.hidden = !changes.hidden;
      show.setAttribute("aria-expanded", String(!changes.hidden));
    });
    const back = element("button", { class: "link-button", type: "button" }, "Go back to this");
    back.addEventListener("click", () => onBack(version));
    return element("li", { class: "version", "data-version": String(version.number) },
      element("p", { class: "version-head" }, element("b", {}, `Version ${version.number}`), ...(live ? [element("span", { class: "tag good" }, "Callers hear this")] : [])),
      element("p", { class: "version-said" }, version.message),
      element("p", { class: "version-who" }, `${version.who}, `, element("time", { datetime: version.at }, day.format(new Date(version.at)))),
      element("p", { class: "version-acts" }, show, ...(mayEdit && !live ? [back] : [])),
      changes);
  }));
}

export function drawChanges(list, changes, none = "The text is the published one.") {
  list.replaceChildren(...(changes.length ? changes.map((words) => element("li", {}, words)) : [element("li", { class: "none" }, none)]));
}
