// The bar: where one is, what is loaded, chapters and moments on it, and the picture of the
// storyboard where the pointer or the keyboard is.

export function written(second) {
  const whole = Math.floor(second);
  const two = (number) => String(number).padStart(2, "0");
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${rest}` : rest;
}

export class Bar {
  constructor(root, { seek, length }) {
    this.length = length;
    this.box = root.querySelector(".seek");
    this.range = this.box.querySelector("input");
    this.loaded = this.box.querySelector(".seek-loaded");
    this.done = this.box.querySelector(".seek-done");
    this.preview = this.box.querySelector(".seek-preview");
    this.clock = root.querySelector(".player-clock");
    this.jumps = [...document.querySelectorAll("a[data-jump]")].map((link) => ({
      second: Number(link.dataset.jump),
      label: link.dataset.label || link.textContent.trim(),
    }));
    const { storyboard, columns, rows, every, width, height } = root.dataset;
    this.board = storyboard && {
      address: storyboard,
      columns: Number(columns),
      most: Number(columns) * Number(rows),
      every: Number(every),
      width: Number(width),
      height: Number(height),
    };
    this.#ticks();
    this.range.addEventListener("input", () => {
      seek(Number(this.range.value));
      this.#peek(Number(this.range.value));
    });
    this.box.addEventListener("pointermove", (event) => this.#peekAt(event));
    this.box.addEventListener("pointerleave", () => this.#hide());
    this.range.addEventListener("blur", () => this.#hide());
  }

  show(second, length) {
    this.range.max = Math.max(Math.floor(length), 1);
    this.range.value = Math.floor(second);
    this.range.setAttribute("aria-valuetext", `${written(second)}，共 ${written(length)}`);
    this.clock.textContent = `${written(second)} / ${written(length)}`;
    this.done.style.width = `${length ? (second / length) * 100 : 0}%`;
  }

  buffered(video, length) {
    const spans = video.buffered;
    const end = spans.length ? spans.end(spans.length - 1) : 0;
    this.loaded.style.width = `${length ? Math.min(end / length, 1) * 100 : 0}%`;
  }

  #ticks() {
    const length = this.length();
    if (!length) return;
    for (const second of new Set(this.jumps.map((jump) => jump.second))) {
      const tick = document.createElement("span");
      tick.className = "seek-tick";
      tick.style.left = `${(second / length) * 100}%`;
      this.box.append(tick);
    }
  }

  #peekAt(event) {
    if (event.pointerType === "touch") return;
    const { left, width } = this.range.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    this.#peek(share * this.length());
  }

  #peek(second) {
    const length = this.length();
    const here = this.jumps.filter((jump) => jump.second <= second);
    const near = here.sort((one, other) => one.second - other.second).at(-1);
    this.preview.hidden = false;
    this.preview.querySelector("b").textContent = written(second);
    this.preview.querySelector("small").textContent = near ? near.label : "";
    this.#picture(second);
    const room = this.box.clientWidth;
    const half = this.preview.offsetWidth / 2;
    const at = length ? (second / length) * room : 0;
    this.preview.style.left = `${Math.min(Math.max(at, half), Math.max(room - half, half))}px`;
  }

  #picture(second) {
    const picture = this.preview.querySelector("i");
    picture.hidden = !this.board;
    if (!this.board) return;
    const { address, columns, most, every, width, height } = this.board;
    const place = Math.min(Math.floor(second / every), most - 1);
    picture.style.width = `${width}px`;
    picture.style.height = `${height}px`;
    picture.style.backgroundImage = `url("${address}")`;
    picture.style.backgroundPosition = `${-(place % columns) * width}px ${-Math.floor(place / columns) * height}px`;
  }

  #hide() {
    this.preview.hidden = true;
  }
}
