// Where the picture comes from: hls.js, fetched when somebody first plays, the browser's own HLS
// where that is all there is, and the 360p file of the page where neither works.

const TRIES = 3;

export class Source {
  constructor(root, video, say) {
    this.video = video;
    this.say = say;
    this.playlist = root.dataset.playlist || "";
    this.script = root.dataset.hls;
    this.worker = root.dataset.worker;
    this.begun = false;
    this.hls = null;
    this.failed = 0;
    this.changed = () => {}; // called when qualities are known, and when one is shown
    const file = video.querySelector("source");
    file?.addEventListener("error", () => this.#lost());
  }

  // Rungs as [index, pixels], the best first; none where the browser chooses by itself.
  get rungs() {
    const levels = this.hls ? this.hls.levels : [];
    return levels.map((level, index) => [index, pixels(level)]).sort((a, b) => b[1] - a[1]);
  }

  // The index chosen by hand, -1 for the automatic choice.
  get chosen() {
    return this.hls && !this.hls.autoLevelEnabled ? this.hls.loadLevel : -1;
  }

  get shown() {
    const level = this.hls?.levels[this.hls.currentLevel];
    return level && pixels(level);
  }

  choose(index) {
    if (this.hls) this.hls.nextLevel = index;
  }

  async begin(second) {
    this.begun = true;
    if (this.playlist && (await this.#streams(second))) return;
    if (this.playlist && !("MediaSource" in window) && this.#plays()) this.video.src = this.playlist;
    this.#goTo(second);
  }

  #plays() {
    return this.video.canPlayType("application/vnd.apple.mpegurl") !== "";
  }

  async #streams(second) {
    try {
      await load(this.script);
    } catch {
      return false; // the file of the page plays
    }
    const { Hls } = window;
    if (!Hls.isSupported()) return false;
    this.hls = new Hls({
      workerPath: this.worker,
      startPosition: second || -1,
      capLevelToPlayerSize: true,
      maxBufferLength: 30,
      backBufferLength: 60,
    });
    this.hls.on(Hls.Events.MANIFEST_PARSED, () => this.changed());
    this.hls.on(Hls.Events.LEVEL_SWITCHED, () => this.changed());
    this.hls.on(Hls.Events.ERROR, (_, told) => {
      if (told.fatal) this.#broke(told.type === Hls.ErrorTypes.MEDIA_ERROR);
    });
    this.hls.loadSource(this.playlist);
    this.hls.attachMedia(this.video);
    return true;
  }

  #broke(media) {
    this.failed += 1;
    if (this.failed <= TRIES && media) this.hls.recoverMediaError();
    else if (this.failed <= TRIES) this.hls.startLoad();
    else this.#fallBack();
  }

  // The 360p file from here on.
  #fallBack() {
    const second = this.video.currentTime;
    const played = !this.video.paused;
    this.hls.destroy();
    this.hls = null;
    this.video.removeAttribute("src");
    this.video.load();
    this.#goTo(second);
    if (played) this.video.play().catch(() => this.#lost());
    this.changed();
  }

  #goTo(second) {
    if (!second) return;
    if (this.video.readyState) this.video.currentTime = second;
    else {
      const go = () => {
        this.video.currentTime = second;
      };
      this.video.addEventListener("loadedmetadata", go, { once: true });
    }
  }

  #lost() {
    if (!this.hls) this.say("放不出来：可能是网络断了，或者页面开得太久。刷新页面再试一次。");
  }
}

// By the shorter side, since phones film upright.
function pixels(level) {
  return Math.min(level.width, level.height);
}

function load(address) {
  return new Promise((done, fail) => {
    if (window.Hls) {
      done();
      return;
    }
    const script = document.createElement("script");
    script.src = address;
    script.onload = done;
    script.onerror = fail;
    document.head.append(script);
  });
}
