// The server's clock in the browser: it may be a simulated one that runs faster than ours.

export class Clock {
  constructor() {
    this.theirs = Date.now();
    this.ours = performance.now();
    this.speed = 1;
  }

  set(nowMs, speed) {
    this.theirs = nowMs;
    this.ours = performance.now();
    this.speed = speed;
  }

  now() {
    return this.theirs + (performance.now() - this.ours) * this.speed;
  }
}

// 83 s as 1:23, 3,725 s as 1:02:05.
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

// The same for people who hear it.
export function spoken(ms) {
  const minutes = Math.floor(Math.max(0, ms) / 60000);
  return minutes ? `${minutes} min` : "under a minute";
}
