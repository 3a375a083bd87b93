// One event stream that comes back by itself, and says how it is.
//
// `onState` hears "connecting", "live", "lost" or "signed-out". A page nobody looks at closes its stream after a
// minute: browsers allow six connections to one server, and six tabs must not starve a seventh.

const TYPES = ["snapshot", "call", "captions", "ended", "gone", "queue", "agent", "store", "lines"];
const SILENCE_MS = 40000;
const HIDDEN_MS = 60000;

export class Stream {
  constructor({ url, sessionUrl, onMessage, onState }) {
    Object.assign(this, { url, sessionUrl, onMessage, onState });
    this.lastId = "";
    this.tries = 0;
    this.source = null;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => this.visibility());
    window.addEventListener("online", () => this.source || this.open());
    setInterval(() => this.watch(), 5000);
  }

  open() {
    clearTimeout(this.timer);
    this.close();
    const after = this.lastId ? `?after=${encodeURIComponent(this.lastId)}` : "";
    const source = new EventSource(`${this.url}/events${after}`, { withCredentials: true });
    this.source = source;
    this.heard = performance.now();
    source.onopen = () => { this.heard = performance.now(); };
    source.onerror = () => this.failed();
    source.addEventListener("bye", () => this.signedOut());
    for (const type of TYPES) {
      source.addEventListener(type, (event) => this.message(type, event));
    }
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
  }

  message(type, event) {
    this.heard = performance.now();
    this.lastId = event.lastEventId || this.lastId;
    this.tries = 0;
    this.onMessage(type, JSON.parse(event.data));
    this.onState("live");
  }

  // Whatever went wrong, the server is asked once whether we are still signed in, then the stream is tried again.
  async failed() {
    this.close();
    this.onState("lost");
    clearTimeout(this.timer);
    const wait = Math.min(15000, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    this.timer = setTimeout(() => this.open(), wait);
    try {
      const answer = await fetch(this.sessionUrl, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401) this.signedOut();
    } catch {
      // The server is away as well: the timer above tries again.
    }
  }

  signedOut() {
    clearTimeout(this.timer);
    this.close();
    this.stopped = true;
    this.onState("signed-out");
  }

  // Comments keep a connection warm but are not seen here, so silence is no proof: only a sleeping machine's is.
  watch() {
    const now = performance.now();
    if (this.watched && now - this.watched > SILENCE_MS && !this.stopped) this.open();
    this.watched = now;
  }

  visibility() {
    clearTimeout(this.hiding);
    if (this.stopped) return;
    if (document.hidden) {
      this.hiding = setTimeout(() => this.close(), HIDDEN_MS);
    } else if (!this.source) {
      this.open();
    }
  }
}
