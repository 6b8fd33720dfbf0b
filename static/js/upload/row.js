// One line of the list: name, bar, what goes on in words, and its buttons.

const MB = 1024 * 1024;
const SMOOTH = 0.25; // how much the newest moment counts for the speed shown

export class Row {
  constructor(element, name, size) {
    this.element = element;
    this.size = size;
    this.bar = element.querySelector("progress");
    this.line = element.querySelector(".upload-line");
    this.link = element.querySelector(".upload-link");
    element.querySelector(".upload-name").textContent = name;
    element.querySelector(".upload-size").textContent = written(size);
    this.bytes = null;
    this.at = 0;
    this.speed = 0;
  }

  on(action, does) {
    this.element.querySelector(`[data-do=${action}]`).addEventListener("click", does);
  }

  show(state, said, video) {
    this.element.dataset.state = state;
    const shown = { pause: ["checking", "sending"], resume: ["paused"], remove: ["waiting", "checking", "sending", "paused", "failed"] };
    for (const [action, states] of Object.entries(shown)) {
      this.element.querySelector(`[data-do=${action}]`).hidden = !states.includes(state);
    }
    if (said.bytes !== undefined) this.#measure(state, said.bytes);
    if (state !== "sending") this.bytes = null;
    if (state === "done") this.bar.value = 1;
    this.line.textContent = this.#told(state, said);
    if (said.login) this.line.append(" ", loginLink(said.login));
    this.link.hidden = !video;
    if (video) this.link.href = `/videos/${video}/edit`;
  }

  #measure(state, bytes) {
    const now = performance.now();
    this.bar.value = bytes / this.size;
    if (state === "sending" && this.bytes !== null && now > this.at && bytes >= this.bytes) {
      const speed = ((bytes - this.bytes) / (now - this.at)) * 1000;
      this.speed = this.speed ? this.speed + SMOOTH * (speed - this.speed) : speed;
    }
    this.bytes = bytes;
    this.at = now;
  }

  #told(state, said) {
    if (state === "sending") {
      const parts = [`已传 ${Math.floor(this.bar.value * 100)}%`];
      if (this.speed > 0) {
        parts.push(`${written(this.speed)}/秒`, left((this.size * (1 - this.bar.value)) / this.speed));
      }
      return parts.join("，");
    }
    if (state === "checking") {
      return said.checked ? `正在核对 ${Math.floor(said.checked * 100)}%` : "正在核对";
    }
    if (state === "paused") {
      return said.wanted ? "已暂停，传过的部分保留 7 天。" : `已暂停。${said.error}`;
    }
    return {
      waiting: "排队中",
      finishing: "正在收尾",
      done: "传完了，正在后台合并和处理，可以离开这一页。",
      failed: said.error,
    }[state];
  }
}

export function written(bytes) {
  if (bytes >= 1024 * MB) return `${(bytes / MB / 1024).toFixed(1)} GB`;
  if (bytes >= MB) return `${(bytes / MB).toFixed(bytes < 10 * MB ? 1 : 0)} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

function left(seconds) {
  if (seconds < 60) return "不到 1 分钟";
  if (seconds < 5400) return `约剩 ${Math.round(seconds / 60)} 分钟`;
  return `约剩 ${(seconds / 3600).toFixed(1)} 小时`;
}

function loginLink(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.textContent = "在新窗口登录";
  return link;
}
