// Dragging a call to another line or to a free agent. Each has its button too, for keys, touch and screen readers.

export class Drag {
  // `onDrop` hears ("move", call, line) or ("pull", call, agent); `onEnd` when a drag is over, whatever came of it.
  constructor({ lanes, people, onDrop, onEnd }) {
    this.call = null;
    this.over = null;
    lanes.addEventListener("dragstart", (event) => this.start(event));
    document.addEventListener("dragend", () => this.end(onEnd));
    for (const root of [lanes, people]) {
      root.addEventListener("dragover", (event) => this.hover(event));
      root.addEventListener("drop", (event) => this.drop(event, onDrop));
      root.addEventListener("dragleave", (event) => { if (!root.contains(event.relatedTarget)) this.mark(null); });
    }
  }

  start(event) {
    const node = event.target.closest?.(".waiting-call");
    if (!node || node.dataset.state !== "waiting") {
      event.preventDefault();
      return;
    }
    this.node = node;
    this.call = node.row.call;
    this.from = node.closest(".lane").dataset.line;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.call.call);
    // Changed at once, the browser would take the change for the picture that is dragged.
    setTimeout(() => { if (this.call) { document.body.classList.add("dragging"); node.classList.add("held"); } });
  }

  target(event) {
    const agent = event.target.closest(".person[data-free=true]");
    if (agent) return agent;
    const lane = event.target.closest(".lane");
    return lane && lane.dataset.line !== this.from ? lane : null;
  }

  hover(event) {
    if (!this.call) return;
    const target = this.target(event);
    this.mark(target);
    if (target) {
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
    }
  }

  drop(event, onDrop) {
    const target = this.call && this.target(event);
    if (!target) return;
    event.preventDefault();
    if (target.dataset.agent) onDrop("pull", this.call, target.dataset.agent);
    else onDrop("move", this.call, target.dataset.line);
  }

  mark(target) {
    if (this.over === target) return;
    this.over?.classList.remove("over");
    this.over = target;
    target?.classList.add("over");
  }

  end(onEnd) {
    this.mark(null);
    document.body.classList.remove("dragging");
    this.node?.classList.remove("held");
    this.call = this.node = null;
    onEnd();
  }
}
