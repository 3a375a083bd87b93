// What the page asks the server: JSON both ways, with the session's token.

export class Refused extends Error {
  constructor(words, status, body) {
    super(words);
    this.status = status;
    this.body = body;
  }
}

export class Server {
  constructor({ root, csrf, period }) {
    Object.assign(this, { root, csrf, period });
  }

  async get(path) {
    return this.answer(await fetch(`${this.root}/${path}`, { headers: { Accept: "application/json" } }));
  }

  async post(path, body) {
    const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf };
    return this.answer(await fetch(`${this.root}/${path}?period=${this.period}`, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  async answer(reply) {
    const body = (reply.headers.get("Content-Type") || "").startsWith("application/json") ? await reply.json() : {};
    if (reply.ok) return body;
    const words = { 401: "You are signed out. Copy your text, then sign in again.", 403: "Your account may not change flows.", 413: "This text is too long for a flow.", 503: "Hotline can't reach its store. Try again." };
    throw new Refused(body.error || words[reply.status] || "That didn't work. Try again.", reply.status, body);
  }
}
