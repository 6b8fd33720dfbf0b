// What a viewer chooses: quality, speed, captions, loudness, the whole screen, a picture apart.
// Speed, captions and loudness are kept in this browser.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];
const KEY = "player";

export class Choices {
  constructor(root, video, source) {
    this.root = root;
    this.video = video;
    this.source = source;
    this.kept = read();
    this.quality = this.#part("quality");
    this.speed = this.#part("speed");
    this.words = this.#part("captions");
    this.volume = this.#part("volume");
    source.changed = () => this.#rungs();
    this.quality.addEventListener("change", () => source.choose(Number(this.quality.value)));
    this.speed.addEventListener("change", () => this.#run(Number(this.speed.value)));
    this.words.addEventListener("change", () => this.#caption(this.words.value));
    this.volume.addEventListener("input", () => this.#loud(Number(this.volume.value)));
    this.#part("mute").addEventListener("click", () => this.mute());
    this.#part("full").addEventListener("click", () => this.full());
    this.#part("apart").addEventListener("click", () => this.apart());
    video.addEventListener("volumechange", () => this.#showVolume());
    this.#part("apart").hidden = !document.pictureInPictureEnabled;
    this.#part("full").hidden = !root.requestFullscreen && !video.webkitEnterFullscreen;
    this.#run(SPEEDS.includes(this.kept.speed) ? this.kept.speed : 1);
    if (this.kept.volume >= 0 && this.kept.volume <= 1) video.volume = this.kept.volume;
    video.muted = this.kept.muted === true;
    this.#showVolume();
    this.#showCaptions();
  }

  faster(steps) {
    const at = SPEEDS.indexOf(this.video.playbackRate) + steps;
    this.#run(SPEEDS[Math.min(Math.max(at, 0), SPEEDS.length - 1)]);
  }

  louder(by) {
    this.#loud(Math.min(Math.max(this.video.volume + by, 0), 1));
  }

  mute() {
    this.video.muted = !this.video.muted;
    this.#keep({ muted: this.video.muted });
  }

  captions() {
    if (this.words.options.length < 2) return;
    this.#caption(this.words.value ? "" : this.words.options[1].value);
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (this.root.requestFullscreen) this.root.requestFullscreen();
    else this.video.webkitEnterFullscreen();
  }

  async apart() {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.video.requestPictureInPicture();
    } catch {
      // Nothing is loaded yet, or the browser keeps it to itself.
    }
  }

  #part(name) {
    return this.root.querySelector(`[data-do=${name}]`);
  }

  #rungs() {
    const rungs = this.source.rungs;
    const shown = this.source.shown;
    const automatic = this.source.chosen < 0;
    const first = new Option(automatic && shown ? `自动（${shown}p）` : "自动", "-1");
    this.quality.replaceChildren(first, ...rungs.map(([n, height]) => new Option(`${height}p`, n)));
    this.quality.value = String(this.source.chosen);
    this.quality.closest("label").hidden = rungs.length < 2;
  }

  #run(speed) {
    this.video.defaultPlaybackRate = speed; // a new source begins with it
    this.video.playbackRate = speed;
    this.speed.value = String(speed);
    this.#keep({ speed });
  }

  #loud(volume) {
    this.video.volume = volume;
    this.video.muted = volume === 0;
    this.#keep({ volume, muted: volume === 0 });
  }

  #showVolume() {
    const silent = this.video.muted || this.video.volume === 0;
    this.volume.value = String(silent ? 0 : this.video.volume);
    const button = this.#part("mute");
    button.setAttribute("aria-label", silent ? "取消静音" : "静音");
    button.classList.toggle("is-silent", silent);
  }

  #caption(language) {
    for (const track of this.video.textTracks) {
      if (track.kind === "captions") track.mode = track.language === language ? "showing" : "disabled";
    }
    this.words.value = language;
    this.#keep({ captions: language });
  }

  #showCaptions() {
    const tracks = [...this.video.textTracks].filter((track) => track.kind === "captions");
    this.words.closest("label").hidden = tracks.length === 0;
    for (const track of tracks) this.words.append(new Option(track.label, track.language));
    const first = tracks[0]?.language ?? "";
    const wanted = this.kept.captions ?? first;
    this.#caption(tracks.some((track) => track.language === wanted) ? wanted : "");
  }

  #keep(more) {
    Object.assign(this.kept, more);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.kept));
    } catch {
      // Storage may be blocked; the choice then holds for this page.
    }
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {};
  }
}
