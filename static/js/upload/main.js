// The page of uploads: files are picked or dropped, wait in line, and are sent one after the other.
// What was begun before, here or on another machine, goes on when the same file is picked again.
import { isPossible } from "./hashing.js";
import { Row, written } from "./row.js";
import { Sending } from "./sending.js";

const place = document.querySelector("[data-uploads]");
const list = place.querySelector(".uploads");
const picker = place.querySelector("[data-pick]");
const drop = place.querySelector(".upload-drop");
const note = place.querySelector(".upload-note");
const most = Number(place.dataset.most);
const entries = [];

class Entry {
  constructor(file, begun) {
    const element = begun ?? fresh();
    this.row = new Row(element, file.name, file.size);
    this.sending = new Sending(file, begun?.dataset.upload ?? "", (state, said) =>
      this.#show(state, said),
    );
    this.row.on("pause", () => this.sending.pause());
    this.row.on("resume", () => this.queue());
    this.row.on("remove", () => this.remove());
  }

  get state() {
    return this.sending.state;
  }

  queue() {
    this.sending.state = "waiting";
    this.canGoOn = false;
    this.#show("waiting", {});
    next();
  }

  async remove() {
    const { sending } = this;
    if (sending.id && sending.state !== "failed" && !confirm("取消上传，并删除已经传上去的部分？")) return;
    entries.splice(entries.indexOf(this), 1);
    this.row.element.remove();
    try {
      await sending.cancel();
    } catch (error) {
      note.textContent = `没有取消成功：${error.message}`;
    }
    next();
  }

  async run() {
    await this.sending.run();
    next();
  }

  #show(state, said) {
    if (this.sending.id) this.row.element.dataset.upload = this.sending.id;
    this.canGoOn = state === "paused" && !said.wanted && !said.login && !said.unreadable;
    this.row.show(state, said, this.sending.video);
  }
}

function fresh() {
  const copy = document.getElementById("upload-row").content.cloneNode(true);
  const element = copy.firstElementChild;
  list.append(copy);
  return element;
}

function next() {
  if (entries.some((entry) => entry.sending.isBusy)) return;
  entries.find((entry) => entry.state === "waiting")?.run();
}

function take(files) {
  note.textContent = "";
  for (const file of files) {
    if (file.size === 0) note.textContent = `“${file.name}”是空的。`;
    else if (file.size > most) note.textContent = `“${file.name}”超过 ${written(most)}，请压缩或剪短。`;
    else add(file);
  }
}

// A file is known again by its name and size; whether it is the same, its digests tell.
function add(file) {
  const same = entries.find(
    ({ sending }) => sending.file.name === file.name && sending.file.size === file.size,
  );
  if (same) {
    if (same.state !== "paused") return;
    same.sending.file = file;
    same.queue();
    return;
  }
  const begun = [...list.querySelectorAll("[data-begun]")].find(
    ({ dataset }) => dataset.name === file.name && Number(dataset.size) === file.size,
  );
  begun?.removeAttribute("data-begun");
  const entry = new Entry(file, begun);
  entries.push(entry);
  entry.queue();
}

function wire() {
  picker.addEventListener("change", () => {
    take([...picker.files]);
    picker.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  addEventListener("online", () => {
    for (const entry of entries) if (entry.canGoOn) entry.queue();
  });
  addEventListener("beforeunload", (event) => {
    if (entries.some(({ sending }) => sending.isBusy || sending.state === "waiting")) {
      event.preventDefault();
    }
  });
}

if (isPossible && globalThis.Resumable) {
  place.hidden = false;
  document.querySelector("[data-plain]").open = false;
  wire();
} else {
  document.querySelector("[data-plain]").open = true;
}
