// Where this visitor is, told to the server: it counts who watches, and remembers where one
// stopped for those who keep a history.

const EVERY = 15; // seconds of playing between two reports

export class Watched {
  constructor(root, video) {
    this.video = video;
    this.address = `/videos/${root.dataset.video}/position`;
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
      return answer.ok ? (await answer.json()).second : 0;
    } catch {
      return 0;
    }
  }

  #tell() {
    const ended = this.video.ended;
    this.last = this.video.currentTime;
    const body = new URLSearchParams({ second: String(ended ? 0 : Math.floor(this.last)) });
    // `keepalive`: it arrives though the page is left.
    fetch(this.address, { method: "POST", body, keepalive: true }).catch(() => {});
  }
}
