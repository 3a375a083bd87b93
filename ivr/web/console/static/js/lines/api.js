// What the lines' pages ask the server for: its API, as any other program would, with the session's token.

export class Refused extends Error {
  constructor(words, code, status, wait) {
    super(words);
    Object.assign(this, { code, status, wait });
  }
}

const WORDS = { 401: "You are signed out.", 403: "Your account may not do this.", 503: "Hotline can't reach its store. Try again." };

export class Api {
  constructor(csrf) {
    this.csrf = csrf;
  }

  get(path) {
    return this.ask("GET", path);
  }

  async ask(method, path, body) {
    const headers = { Accept: "application/json" };
    if (method !== "GET") Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": this.csrf });
    const reply = await fetch(`/api/${path}`, { method, headers, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body) });
    const said = (reply.headers.get("Content-Type") || "").includes("json") ? await reply.json() : {};
    if (reply.ok) return said;
    const words = WORDS[reply.status] || said.detail || said.title || "That didn't work. Try again.";
    throw new Refused(words, said.code || "", reply.status, Number(reply.headers.get("Retry-After") || 0));
  }

  act(call, verb, body) {
    return this.ask("POST", `calls/${encodeURIComponent(call)}/${verb}`, body);
  }
}
