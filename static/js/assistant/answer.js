// One answer on its way: shown as it comes, then replaced by the finished turn.

export class Answer {
  // `article` is the turn on the page. `message` is the question until it has arrived; `turn` and
  // `seq` say how far the answer was heard. `replaced` are the turns it took the place of.
  constructor(article, { message = null, turn = null, seq = 0, replaced = [] }) {
    Object.assign(this, { article, message, turn, seq, replaced });
    this.waiting = "";
    this.frame = 0;
    this.over = false;
  }

  arrived(frame) {
    this.turn = frame.turn;
    this.replaced = [];
    this.article.id = `turn-${frame.turn}`;
    this.article.dataset.turn = frame.turn;
  }

  status(words) {
    this.article.querySelector(".turn-status-text").textContent = words;
  }

  text(frame) {
    if (frame.writer === "model") this.#label();
    this.waiting += frame.text;
    this.#type();
  }

  cars(html) {
    put(html, (nodes) => this.article.querySelector(".turn-live").append(...nodes));
  }

  // The finished turn takes the place of the one being written. Returns it.
  settle(html) {
    this.end();
    const { article } = this;
    const held = article.contains(document.activeElement);
    // Whoever reads from the question on keeps it in sight; whoever scrolled away stays there.
    const top = article.getBoundingClientRect().top;
    const [finished] = put(html, (nodes) => article.replaceWith(...nodes));
    if (top > 0) finished.scrollIntoView({ block: "start" });
    return { finished, held };
  }

  // The question was not taken: everything is as it was before.
  withdraw() {
    this.end();
    this.article.replaceWith(...this.replaced);
  }

  fail(words, again) {
    this.end();
    const { article } = this;
    article.dataset.state = "failed";
    const note = document.createElement("p");
    note.className = "answer-note answer-weak";
    note.textContent = words;
    article.querySelector(".turn-status").replaceWith(note);
    if (!again) return;
    const button = document.createElement("button");
    button.className = "btn btn-small";
    button.type = "button";
    button.textContent = "再试一次";
    button.addEventListener("click", () => {
      this.withdraw();
      again();
    });
    note.after(button);
  }

  // What is still waiting is shown at once.
  end() {
    this.over = true;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const place = this.article.querySelector(".turn-text");
    if (place && this.waiting) place.append(this.waiting);
    this.waiting = "";
  }

  // The label is there as soon as a model's first words are.
  #label() {
    const answer = this.article.querySelector(".turn-answer");
    answer.dataset.aigc = answer.dataset.ifGenerated;
    answer.querySelector("[data-label-generated]").hidden = false;
  }

  // Text comes in pieces and is let out evenly, a little faster the more is waiting.
  #type() {
    if (this.frame) return;
    const place = this.article.querySelector(".turn-text");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      this.frame = 0;
      if (!this.waiting || this.over) return;
      const count = still ? this.waiting.length : Math.max(1, Math.ceil(this.waiting.length / 12));
      place.append(this.waiting.slice(0, count));
      this.waiting = this.waiting.slice(count);
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
}

// HTML of the server's own, brought to life after `place` has put its elements.
function put(html, place) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const nodes = [...holder.content.children];
  place(nodes);
  for (const node of nodes) htmx.process(node);
  document.dispatchEvent(new Event("htmx:afterSettle"));
  return nodes;
}
