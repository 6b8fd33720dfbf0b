// The socket: opened when it is needed, asked whether it is still there, and opened again after a
// break with growing, random pauses.

const SILENCE = 15000; // milliseconds, after which the other side is asked for a sign of life
const TRIES = 10;
const LONGEST_PAUSE = 3000;
const QUIET_PAUSE = 20000; // before a line nobody waits on is opened again

export class Line {
  // `needed()` says whether somebody waits for an answer, `wanted()` whether there is anything to
  // hear at all; `opened`, `heard(frame)`, `broke` and `lost` are called as their names say, `lost`
  // when it has been tried often enough.
  constructor({ needed, wanted, opened, heard, broke, lost }) {
    Object.assign(this, { needed, wanted, opened, heard, broke, lost });
    this.socket = null;
    this.tries = 0;
    this.lastHeard = 0;
    addEventListener("online", () => {
      if (this.needed()) this.retryNow();
    });
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => {
      if (event.persisted && this.wanted()) this.connect();
    });
  }

  get open() {
    return this.socket !== null && this.socket.readyState === WebSocket.OPEN;
  }

  connect() {
    if (this.socket && this.socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.retry);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/assistant/socket`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.lastHeard = Date.now();
      this.opened();
    });
    socket.addEventListener("message", (event) => this.#received(event));
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.#closed(event);
    });
  }

  // What cannot be sent now is not kept: `opened` says what is wanted once the line is there.
  send(message) {
    if (this.open) this.socket.send(JSON.stringify(message));
    else this.connect();
  }

  close() {
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }

  retryNow() {
    this.tries = 0;
    this.connect();
  }

  // From now on somebody waits: silence is looked into.
  guard() {
    this.tries = 0;
    this.lastHeard = Date.now();
    clearInterval(this.watchdog);
    this.watchdog = setInterval(() => {
      const silent = Date.now() - this.lastHeard;
      if (!this.needed()) clearInterval(this.watchdog);
      else if (silent > SILENCE * 2 && this.socket) this.socket.close();
      else if (silent > SILENCE) this.send({ type: "ping" });
    }, 3000);
    this.connect();
  }

  #received(event) {
    this.lastHeard = Date.now();
    let frame;
    try {
      frame = JSON.parse(event.data);
    } catch {
      return;
    }
    if (frame.type !== "pong") this.heard(frame);
  }

  #closed(event) {
    this.socket = null;
    if (!this.needed()) {
      if (this.wanted() && !document.hidden) this.#later(QUIET_PAUSE);
      return;
    }
    this.tries += 1;
    if (this.tries > TRIES) {
      this.lost();
      return;
    }
    this.broke();
    const soon = event.code === 1012 || event.code === 1001;
    this.#later(Math.min(LONGEST_PAUSE, (soon ? 300 : 500) * 2 ** (this.tries - 1)));
  }

  #later(pause) {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), pause * (0.5 + Math.random()));
  }
}
