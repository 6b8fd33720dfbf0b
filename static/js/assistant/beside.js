// Beside an answer: the source behind a citation, and the clipboard.

export class Beside {
  constructor(thread, announce) {
    this.source = thread.querySelector(".assistant-source");
    this.announce = announce;
    this.cited = null;
    thread.addEventListener("click", (event) => {
      if (event.target.closest("[data-source-close]")) this.close();
      const link = event.target.closest("a.cite");
      if (link) this.cited = link;
      const copy = event.target.closest("[data-copy]");
      if (copy) this.#copy(copy);
    });
    thread.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented || this.source.hidden) return;
      event.stopPropagation();
      event.preventDefault();
      this.close();
    });
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.target.id === "assistant-source-body") this.#show();
    });
  }

  close() {
    if (this.source.hidden) return;
    this.source.hidden = true;
    if (this.cited && this.cited.isConnected) this.cited.focus();
  }

  #show() {
    this.source.hidden = false;
    this.source.focus({ preventScroll: false });
    const mark = this.source.querySelector("mark, .passage-cited");
    if (mark) mark.scrollIntoView({ block: "nearest" });
    // A sheet from below must not cover the figure it explains.
    const sheet = this.source.getBoundingClientRect();
    const cited = this.cited && this.cited.getBoundingClientRect();
    const under = cited && cited.left < sheet.right && cited.right > sheet.left && cited.bottom > sheet.top;
    if (under && getComputedStyle(this.source).position === "fixed") scrollBy(0, cited.bottom - sheet.top + 24);
  }

  async #copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.write([
        new ClipboardItem({
          "text/plain": new Blob([text], { type: "text/plain" }),
          "text/html": new Blob([marked(text, button)], { type: "text/html" }),
        }),
      ]);
      button.textContent = "已复制";
      this.announce("已复制，附有标注。");
    } catch {
      button.textContent = "复制不了，请选中文字复制";
    }
    setTimeout(() => { button.textContent = "复制"; }, 2500);
  }
}

// The text as a page that carries the answer's mark in its head and in each paragraph.
function marked(text, button) {
  const marks = button.closest(".turn-answer").dataset;
  const [name, mark] = marks.aigc ? ["AIGC", marks.aigc] : ["Composed", marks.composed];
  const page = document.implementation.createHTMLDocument("");
  const meta = page.createElement("meta");
  meta.name = name;
  meta.content = mark;
  page.head.append(meta);
  for (const part of text.split("\n\n")) {
    const paragraph = page.createElement("p");
    paragraph.dataset[name.toLowerCase()] = mark;
    paragraph.textContent = part;
    page.body.append(paragraph);
  }
  return page.documentElement.outerHTML;
}
