// The flow's picture: redrawn by the server, moved and sized here, lit up where a call is.

const LEAST = 0.25;
const MOST = 1.6;

export class Picture {
  constructor({ root, none, onChoose }) {
    this.root = root;
    this.none = none;
    this.onChoose = onChoose;
    this.scale = 0;
    this.light = null;
    this.adopt(root.querySelector("svg"));
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") this.clicked(event); });
    root.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.size(this.scale * (event.deltaY < 0 ? 1.12 : 1 / 1.12), event);
    }, { passive: false });
    this.dragging();
  }

  draw(text) {
    this.root.classList.toggle("stale", !text && Boolean(this.svg));
    this.none.hidden = Boolean(text);
    if (!text || text === this.drawn) return; // of a text that can't be read the last picture stays
    this.drawn = text;
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    const { scrollLeft, scrollTop } = this.root;
    this.root.replaceChildren(svg);
    this.adopt(svg);
    this.root.scrollTo(scrollLeft, scrollTop);
    if (this.light) this.follow(...this.light);
    this.mark(this.faulty || []);
  }

  adopt(svg) {
    this.svg = svg;
    this.none.hidden = Boolean(svg);
    if (!svg) return;
    this.width = Number(svg.getAttribute("width"));
    this.height = Number(svg.getAttribute("height"));
    if (!this.scale) this.start();
    else this.size(this.scale);
  }

  // At first as large as can be read, with the call's beginning in sight.
  start() {
    this.size(Math.min(1, Math.max(0.8, (this.root.clientHeight - 12) / this.height)));
    const first = this.svg.querySelector(".step.start");
    if (!first) return;
    this.centre(first.dataset.step, "auto");
    this.root.scrollLeft = 0;
  }

  fit() {
    this.size(Math.min(1, (this.root.clientWidth - 4) / this.width, (this.root.clientHeight - 4) / this.height));
  }

  larger(by) {
    this.size(this.scale * by);
  }

  size(wanted, at = null) {
    if (!this.svg) return;
    const scale = Math.min(MOST, Math.max(LEAST, wanted));
    const box = this.root.getBoundingClientRect();
    const x = at ? at.clientX - box.left : this.root.clientWidth / 2;
    const y = at ? at.clientY - box.top : this.root.clientHeight / 2;
    const before = this.scale || scale;
    const [left, top] = [(this.root.scrollLeft + x) / before, (this.root.scrollTop + y) / before];
    this.scale = scale;
    this.svg.setAttribute("width", (this.width * scale).toFixed(0));
    this.svg.setAttribute("height", (this.height * scale).toFixed(0));
    this.root.scrollTo(left * scale - x, top * scale - y);
  }

  step(name) {
    return this.svg ? this.svg.querySelector(`.step[data-step="${CSS.escape(name)}"]`) : null;
  }

  centre(name, behavior = "smooth", across = 0.5) {
    const found = this.step(name);
    if (!found) return;
    const box = found.getBoundingClientRect();
    const view = this.root.getBoundingClientRect();
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : behavior;
    this.root.scrollBy({ left: box.left + box.width / 2 - view.left - view.width * across, top: box.top + box.height / 2 - view.top - view.height / 2, behavior: calm });
  }

  choose(name) {
    for (const step of this.root.querySelectorAll(".step.chosen")) step.classList.remove("chosen");
    const found = name ? this.step(name) : null;
    if (found) found.classList.add("chosen");
  }

  mark(names) {
    this.faulty = names;
    for (const step of this.root.querySelectorAll(".step")) step.classList.toggle("faulty", names.includes(step.dataset.step));
  }

  // Where a call is, and where it has been.
  follow(here, visited) {
    const moved = !this.light || this.light[0] !== here;
    this.light = here ? [here, visited] : null;
    this.root.classList.toggle("following", Boolean(here));
    const passed = new Set(visited);
    for (const step of this.root.querySelectorAll(".step")) {
      step.classList.toggle("here", step.dataset.step === here);
      step.classList.toggle("passed", Boolean(here) && passed.has(step.dataset.step));
    }
    for (const way of this.root.querySelectorAll(".way")) {
      way.classList.toggle("passed", Boolean(here) && passed.has(way.dataset.step) && passed.has(way.dataset.to));
    }
    if (here && moved) this.centre(here);
  }

  clicked(event) {
    const exit = event.target.closest(".exit.told, .exit.missing");
    const step = event.target.closest(".step");
    if (this.dragged || !step) return;
    event.preventDefault();
    const name = exit && this.step(exit.dataset.to) ? exit.dataset.to : step.dataset.step;
    this.choose(name);
    if (exit) this.centre(name);
    this.onChoose(name);
  }

  dragging() {
    let from = null;
    this.root.addEventListener("pointerdown", (event) => {
      this.dragged = false;
      if (event.pointerType === "mouse" && event.button === 0) from = [event.clientX, event.clientY, this.root.scrollLeft, this.root.scrollTop];
    });
    window.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
      if (Math.abs(x) + Math.abs(y) > 5) {
        this.dragged = true;
        this.root.classList.add("dragging");
      }
      if (this.dragged) this.root.scrollTo(from[2] - x, from[3] - y);
    });
    window.addEventListener("pointerup", () => {
      from = null;
      this.root.classList.remove("dragging");
    });
  }
}
