// The drawer that explains a call: what was decided, when and why, and what comes next.

import { element, text } from "../dom.js";

const $ = (id) => document.getElementById(id);

export class Why {
  constructor(api) {
    this.api = api;
    this.box = $("why");
    $("why-close").addEventListener("click", () => this.box.close());
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  async open(call, name) {
    text($("why-title"), name);
    $("why-body").replaceChildren(element("p", { class: "drawer-note" }, "Looking it up"));
    this.box.showModal();
    this.wanted = call;
    try {
      const said = await this.api.get(`calls/${encodeURIComponent(call)}/why`);
      if (this.wanted === call) $("why-body").replaceChildren(...drawn(said));
    } catch (error) {
      $("why-body").replaceChildren(element("p", { class: "drawer-note" }, error.message));
    }
  }
}

function drawn(said) {
  return [element("p", { class: "drawer-lead" }, said.sentence || "")];
}
