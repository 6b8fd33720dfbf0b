// The player: a bar of our own below the picture, HLS from the first play on, and where one
// stopped. Without it the browser's own controls play the 360p file.
import { Bar, written } from "./bar.js";
import { Choices } from "./choices.js";
import { Source } from "./source.js";
import { Watched } from "./watched.js";

const STEP = 5;
const LONG_STEP = 10;
const WAITING = 200; // ms before a wait is shown

class Player {
  constructor(root) {
    this.root = root;
    this.video = root.querySelector("video");
    this.seconds = Number(root.dataset.seconds) || 0;
    this.startAt = Number(root.dataset.start) || 0;
    this.line = root.querySelector(".player-line");
    this.source = new Source(root, this.video, (text) => this.say(text));
    this.bar = new Bar(root, {
      seek: (second) => this.seek(second),
      length: () => this.length,
    });
    this.choices = new Choices(root, this.video, this.source);
    this.watched = new Watched(root, this.video);
    this.#wire();
    this.#show();
    if (!this.startAt) this.#goOn();
  }

  get length() {
    return Number.isFinite(this.video.duration) ? this.video.duration : this.seconds;
  }

  get at() {
    return this.source.begun ? this.video.currentTime : this.startAt;
  }

  say(text, action) {
    this.line.textContent = text;
    if (action) this.line.append(action);
  }

  async play() {
    if (!this.source.begun) {
      this.root.classList.add("is-begun", "is-waiting");
      await this.source.begin(this.startAt);
    }
    try {
      await this.video.play();
    } catch (error) {
      if (error.name === "NotAllowedError") this.say("浏览器没有放行，请再点一次播放。");
    }
  }

  toggle() {
    if (this.source.begun && !this.video.paused) this.video.pause();
    else this.play();
  }

  seek(second) {
    const to = Math.min(Math.max(second, 0), Math.max(this.length - 0.1, 0));
    if (this.source.begun) this.video.currentTime = to;
    else this.startAt = to;
    this.bar.show(to, this.length);
  }

  // Where this visitor stopped; the page itself is the same for everyone.
  async #goOn() {
    const second = await this.watched.position();
    if (!second || this.source.begun || this.startAt || second > this.length - 10) return;
    this.seek(second);
    const anew = document.createElement("button");
    anew.type = "button";
    anew.className = "btn btn-small";
    anew.textContent = "从头看";
    anew.addEventListener("click", () => {
      this.seek(0);
      this.say("");
      this.play();
    });
    this.say(`上次看到 ${written(second)}，会从这里继续。`, anew);
  }

  #show() {
    const playing = this.source.begun && !this.video.paused;
    const button = this.root.querySelector("[data-do=play]");
    button.setAttribute("aria-label", playing ? "暂停" : "播放");
    this.root.classList.toggle("is-playing", playing);
    this.bar.show(this.at, this.length);
  }

  #wire() {
    this.video.controls = false;
    this.root.classList.add("is-ours");
    this.root.querySelector(".player-bar").hidden = false;
    for (const name of ["play", "pause", "timeupdate", "seeked", "durationchange", "ended"]) {
      this.video.addEventListener(name, () => this.#show());
    }
    // A key of the keyboard for media, or the picture in picture, may ask first.
    this.video.addEventListener("play", () => {
      if (!this.source.begun) this.play();
    });
    this.video.addEventListener("playing", () => this.#waits(false));
    this.video.addEventListener("canplay", () => this.#waits(false));
    this.video.addEventListener("waiting", () => this.#waits(true));
    this.video.addEventListener("progress", () => this.bar.buffered(this.video, this.length));
    this.root.querySelector(".player-screen").addEventListener("click", () => this.toggle());
    this.root.querySelector("[data-do=play]").addEventListener("click", () => this.toggle());
    this.root.addEventListener("keydown", (event) => this.#key(event));
    // Chapters and moments, wherever they stand on the page.
    document.addEventListener("click", (event) => {
      const jump = event.target.closest("a[data-jump]");
      if (!jump || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.seek(Number(jump.dataset.jump));
      this.play();
      this.root.scrollIntoView({ block: "nearest" });
    });
    // The form arrives later, by itself.
    document.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-mark]");
      if (!mark) return;
      const field = document.getElementById(mark.dataset.mark);
      field.value = written(this.at);
      field.focus();
    });
  }

  #waits(on) {
    clearTimeout(this.waiting);
    if (!on) this.root.classList.remove("is-waiting");
    else this.waiting = setTimeout(() => this.root.classList.add("is-waiting"), WAITING);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const on = event.target;
    if (on.matches("select, input:not([type=range]), textarea")) return;
    if (event.key === " " && on.matches("button, a")) return;
    const volume = on.matches("[data-do=volume]");
    const acts = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      ArrowLeft: volume ? null : () => this.seek(this.at - STEP),
      ArrowRight: volume ? null : () => this.seek(this.at + STEP),
      j: () => this.seek(this.at - LONG_STEP),
      l: () => this.seek(this.at + LONG_STEP),
      Home: () => this.seek(0),
      End: () => this.seek(this.length),
      ArrowUp: () => this.choices.louder(0.1),
      ArrowDown: () => this.choices.louder(-0.1),
      m: () => this.choices.mute(),
      c: () => this.choices.captions(),
      f: () => this.choices.full(),
      i: () => this.choices.apart(),
      "<": () => this.choices.faster(-1),
      ">": () => this.choices.faster(1),
    };
    const act = /^[0-9]$/.test(event.key)
      ? () => this.seek((this.length * Number(event.key)) / 10)
      : acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}

for (const root of document.querySelectorAll("[data-player]")) new Player(root);
