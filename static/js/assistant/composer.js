// The form at the foot of a conversation; it holds the page that a question is asked from.

const FIELDS = ["text", "edit", "again", "reply_to", "trim", "series", "list", "compare"];

export class Composer {
  // `ask(data)` takes a question and says whether it was taken; `stop` and `ready` are called as
  // their names say, `ready` when the visitor is about to write.
  constructor(thread, { ask, stop, ready }) {
    this.thread = thread;
    this.form = thread.querySelector(".composer");
    this.field = this.form.elements.text;
    this.send = this.form.querySelector(".composer-send");
    this.stop = this.form.querySelector("[data-stop]");
    document.addEventListener("submit", (event) => this.#submitted(event, ask));
    this.stop.addEventListener("click", stop);
    if (document.activeElement === this.field) ready();
    else this.field.addEventListener("focus", ready, { once: true });
  }

  busy(answering) {
    this.send.hidden = answering;
    this.stop.hidden = !answering;
  }

  // The next question goes to this conversation and follows on this turn.
  follow(conversation, turn) {
    this.form.action = `/assistant/${conversation}`;
    let parent = this.form.elements.reply_to;
    if (!turn) {
      if (parent) parent.remove();
      return;
    }
    if (!parent) {
      parent = document.createElement("input");
      parent.type = "hidden";
      parent.name = "reply_to";
      this.form.prepend(parent);
    }
    parent.value = turn;
  }

  // The page has another address: its list has other conditions. What was taken away stays away.
  async moved() {
    const query = new URLSearchParams({ page: location.pathname + location.search });
    const away = this.form.querySelector(".about-line input:not(:checked)");
    await htmx.ajax("GET", `/assistant/_about?${query}`, { target: "#assistant-about", swap: "outerHTML" });
    const now = this.form.querySelector(".about-line input");
    if (away && now) now.checked = false;
  }

  // What the conversation goes by after this turn, as chips above the field.
  understood(conversation, turn) {
    const known = this.thread.querySelector("#assistant-known");
    if (!known) return;
    if (!conversation || !turn) known.replaceChildren();
    else htmx.ajax("GET", `/assistant/${conversation}/known?turn=${turn}`, { target: known, swap: "outerHTML" });
  }

  giveBack(text) {
    if (text && !this.field.value) this.field.value = text;
  }

  #submitted(event, ask) {
    const form = event.target.closest("form[data-ask]");
    if (!form || !this.thread.contains(form)) return;
    event.preventDefault();
    const data = {};
    const filled = new FormData(form);
    // The figures of a sum are the question where no text is.
    const sums = [...filled.keys()].filter((name) => name.startsWith("sum_"));
    for (const name of [...FIELDS, ...sums]) {
      const value = (filled.get(name) || "").trim();
      if (value) data[name] = value;
    }
    if (!data.text && !data.again && !sums.some((name) => data[name])) return;
    if (ask(data) && form === this.form) this.field.value = "";
  }
}

// A line that takes no socket at all still takes a form.
export function post(message) {
  const plain = document.createElement("form");
  plain.method = "post";
  plain.action = `/assistant/${message.conversation || ""}`;
  for (const [name, value] of Object.entries(message)) {
    if (value === undefined || name === "type" || name === "conversation") continue;
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    plain.append(input);
  }
  document.body.append(plain);
  plain.submit();
}
