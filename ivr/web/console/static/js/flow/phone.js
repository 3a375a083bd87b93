// The phone beside the text: the exchange's own, in a frame. It tells what goes on in its call; the server tells where
// the call is in the flow.

const LOOK_MS = 120;
const STAYS_MS = 4000;

export class Phone {
  constructor({ frame, address, server, onStep, onEnd }) {
    Object.assign(this, { frame, address, server, onStep, onEnd });
    this.call = "";
    this.timer = 0;
    this.origin = new URL(address).origin;
    window.addEventListener("message", (event) => {
      if (event.origin === this.origin && event.source === frame.contentWindow) this.heard(event.data);
    });
  }

  open() {
    if (this.frame.src) return;
    this.frame.src = this.address;
    this.frame.hidden = false;
  }

  heard(entry) {
    if (!entry || typeof entry.call_sid !== "string") return;
    if (entry.type === "rings") {
      clearTimeout(this.leaving);
      this.call = entry.call_sid;
    }
    if (entry.call_sid !== this.call) return;
    if (entry.type === "summary" || entry.type === "ended") {
      clearTimeout(this.leaving);
      this.leaving = setTimeout(() => { this.call = ""; this.onEnd(); }, STAYS_MS);
    }
    this.timer = this.timer || setTimeout(() => this.look(), LOOK_MS);
  }

  async look() {
    this.timer = 0;
    if (!this.call) return;
    try {
      const found = await this.server.get(`calls/${encodeURIComponent(this.call)}`);
      if (found.step) this.onStep(found);
    } catch (error) {
      if (error.status !== 404) throw error; // not known yet: the next entry asks again
    }
  }
}
