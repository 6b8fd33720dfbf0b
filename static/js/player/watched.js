// Where this visitor is, told to the server: it counts who watches, and remembers where one
// stopped for those who keep a history.

const EVERY = 15; // seconds of playing between two reports

export class Watched {
  constructor(root, video) {
    this.video = video;
    this.address = `/videos/${root.dataset.video}/position`;
    this.key = `video:${root.dataset.video}`;
    this.here = false;
    this.last = null;
    video.addEventListener("playing", () => {
      if (this.last === null) this.#tell();
    });
    video.addEventListener("timeupdate", () => {
      if (this.last !== null && Math.abs(video.currentTime - this.last) >= EVERY) this.#tell();
    });
    video.addEventListener("pause", () => this.#tell());
    addEventListener("pagehide", () => {
      if (this.last !== null) this.#tell();
    });
  }

  async position() {
    try {
      const answer = await fetch(this.address);
      if (!answer.ok) return 0;
      const { second, here } = await answer.json();
      this.#here(here);
      return here ? own(this.key) : second;
    } catch {
      return 0;
    }
  }

  async #tell() {
    const second = this.video.ended ? 0 : Math.floor(this.video.currentTime);
    this.last = this.video.currentTime;
    if (this.here) keep(this.key, second);
    const body = new URLSearchParams({ second: String(second) });
    try {
      // `keepalive`: it arrives though the page is left.
      const answer = await fetch(this.address, { method: "POST", body, keepalive: true });
      if (answer.ok) this.#here((await answer.json()).here);
    } catch {
      // The next report.
    }
  }

  // Of guests the position is in this browser, and nowhere where no history is wanted.
  #here(yes) {
    this.here = yes === true;
    if (!this.here) keep(this.key, 0);
  }
}

function own(key) {
  try {
    return Number(localStorage.getItem(key)) || 0;
  } catch {
    return 0;
  }
}

function keep(key, second) {
  try {
    if (second > 0) localStorage.setItem(key, String(second));
    else localStorage.removeItem(key);
  } catch {
    // Storage may be blocked; then each visit begins anew.
  }
}
