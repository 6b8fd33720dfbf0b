// The conversation: sends questions over the socket, shows the answer as it is written, goes on
// where it was after a break, and follows what is asked in other tabs and on other devices.
// Without it the same forms work by themselves.
import { Answer } from "./answer.js";
import { Beside } from "./beside.js";
import { Composer, post } from "./composer.js";
import { Line } from "./line.js";

const HIDDEN_PAUSE = 60000; // a tab out of sight keeps its line for so long

class Conversation {
  constructor(thread) {
    this.thread = thread;
    this.log = thread.querySelector(".thread-log");
    this.words = thread.querySelector(".thread-line");
    this.said = thread.querySelector("#assistant-said");
    this.current = null;
    this.line = new Line({
      needed: () => this.current !== null,
      wanted: () => this.current !== null || this.id !== "",
      opened: () => this.#opened(),
      heard: (frame) => this.#heard(frame),
      broke: () => this.say(navigator.onLine ? "连接断了，正在重新连接…" : "网络断了，接通后会自动继续。"),
      lost: () => this.#lost(),
    });
    this.composer = new Composer(thread, {
      ask: (data) => this.ask(data),
      stop: () => this.#stop(),
      ready: () => this.line.connect(),
    });
    this.beside = new Beside(thread, (text) => this.announce(text));
    document.addEventListener("click", (event) => {
      if (event.target.closest("[data-new]") && !this.full) this.#startAnew(event);
    });
    document.addEventListener("visibilitychange", () => this.#seen());
    document.addEventListener("htmx:afterSwap", (event) => {
      if (event.target === this.log) this.#changed(event.detail.pathInfo);
    });
    for (const change of this.full ? [] : ["pushedIntoHistory", "replacedInHistory"]) {
      document.addEventListener(`htmx:${change}`, () => this.composer.moved());
    }
    if (this.id) remember(this.id);
    const list = document.getElementById("assistant-conversations");
    if (list && matchMedia("(min-width: 1000px)").matches) list.open = true;
    const last = this.log.querySelector(".turn:last-child:not(:first-child)");
    if (last && !location.hash) last.scrollIntoView({ block: "start" });
    this.#goOn();
    if (this.id && !this.current) this.line.connect();
  }

  get id() {
    return this.thread.dataset.conversation || "";
  }

  get full() {
    return "full" in this.thread.dataset;
  }

  get newest() {
    const last = [...this.log.querySelectorAll(".turn[data-turn]")].at(-1);
    return last ? Number(last.dataset.turn) : null;
  }

  announce(text) {
    this.said.textContent = text;
  }

  say(text, link) {
    this.words.textContent = text;
    if (link) this.words.append(link);
  }

  // --- questions --------------------------------------------------------------------------

  ask(data) {
    if (this.current) {
      this.say("上一个问题还在回答，可以先停止它。");
      return false;
    }
    const message = { type: "ask", key: crypto.getRandomValues(new Uint32Array(4)).join("-"), ...data };
    if (this.id) message.conversation = this.id;
    const former = document.getElementById(`turn-${data.edit || data.again}`);
    const article = this.thread.querySelector("template").content.cloneNode(true).firstElementChild;
    const asked = former && former.querySelector(".turn-question").lastChild.textContent;
    const words = data.text || asked || "换数字重算";
    article.querySelector(".turn-question").textContent = words;
    const replaced = [];
    for (let node = former; node; node = node.nextElementSibling) replaced.push(node);
    for (const node of replaced) node.remove();
    const empty = this.log.querySelector(".thread-empty");
    if (empty) empty.remove();
    this.log.append(article);
    article.scrollIntoView({ block: "start" });
    this.#begin(new Answer(article, { message, replaced }));
    this.line.send(message);
    return true;
  }

  #begin(answer) {
    this.current = answer;
    this.say("");
    this.composer.busy(true);
    this.line.guard();
  }

  #finish() {
    const answer = this.current;
    this.current = null;
    this.say("");
    this.composer.busy(false);
    return answer;
  }

  #stop() {
    if (!this.current) return;
    this.say("正在停止…");
    if (this.current.turn && !this.line.open) {
      fetch(`/assistant/${this.id}/turns/${this.current.turn}/stop`, { method: "POST" });
    } else {
      this.line.send({ type: "stop" });
    }
  }

  #startAnew(event) {
    event.preventDefault();
    if (this.current) return;
    this.#leave();
    this.log.replaceChildren();
    this.beside.close();
    this.line.close();
    this.say("新对话，直接问。");
    this.composer.field.focus();
  }

  // The next question begins a new conversation.
  #leave() {
    remember("");
    this.thread.dataset.conversation = "";
    this.composer.follow("", null);
    this.composer.understood("", null);
  }

  // --- answers ----------------------------------------------------------------------------

  #opened() {
    this.say("");
    if (this.current && this.current.turn) this.#resume();
    else if (this.current) this.line.send(this.current.message);
    this.#watch();
  }

  #resume() {
    const { turn, seq } = this.current;
    this.line.send({ type: "resume", conversation: this.id, turn, after: seq });
  }

  #heard(frame) {
    if (frame.type === "notices") {
      document.body.dispatchEvent(new Event("notices-changed"));
      return;
    }
    if (frame.type === "news") {
      this.#news(frame);
      return;
    }
    const answer = this.current;
    if (!answer) return;
    if (frame.turn === null) {
      this.#refused(frame);
      return;
    }
    if (!answer.turn) this.#arrived(frame);
    if (frame.turn !== answer.turn || frame.seq <= answer.seq) return;
    if (frame.seq > answer.seq + 1) {
      this.#resume();
      return;
    }
    answer.seq = frame.seq;
    this.line.tries = 0;
    this.#show(answer, frame);
  }

  // The question is stored: the conversation and the turn have their names.
  #arrived(frame) {
    this.current.arrived(frame);
    const known = this.id === frame.conversation;
    this.thread.dataset.conversation = frame.conversation;
    this.composer.follow(frame.conversation, frame.turn);
    remember(frame.conversation);
    const whole = document.querySelector("[data-whole]");
    if (whole) whole.href = `/assistant/${frame.conversation}`;
    if (this.full) history.replaceState(null, "", `/assistant/${frame.conversation}`);
    if (!known) this.#watch();
  }

  #show(answer, frame) {
    if (frame.type === "status") {
      answer.status(frame.text);
      this.announce(frame.text);
    } else if (frame.type === "text") {
      answer.text(frame);
    } else if (frame.type === "cars") {
      answer.cars(frame.html);
    } else if (frame.type === "done") {
      this.#finish();
      const { held } = answer.settle(frame.html);
      if (held) this.composer.field.focus();
      this.announce(frame.state === "stopped" ? "已停止。" : "回答完成。");
      this.composer.understood(this.id, frame.turn);
    } else if (frame.type === "error") {
      this.#finish().fail(frame.message, null);
      this.announce(frame.message);
      if (frame.code === "not_found") {
        this.#leave();
        this.say(frame.message);
        return;
      }
      // The page's own form of this turn, with what was shown and a way to ask again.
      const said = () => this.say(frame.message);
      this.#fetch(frame.turn, { target: answer.article, swap: "outerHTML" }).then(said, said);
    }
  }

  #refused(frame) {
    const answer = this.#finish();
    if (frame.code === "not_found") this.#leave();
    if (frame.code === "rate_limited" || frame.code === "busy") {
      answer.withdraw();
      if (answer.message) this.composer.giveBack(answer.message.edit ? "" : answer.message.text);
      this.say(frame.message);
    } else {
      answer.fail(frame.message, this.#again(answer.message));
    }
    this.announce(frame.message);
  }

  #lost() {
    const answer = this.#finish();
    if (!answer.turn && navigator.onLine) post(answer.message);
    else answer.fail("连不上服务器，已显示的内容还在。", this.#again(answer.message) ?? (() => location.reload()));
  }

  #again(message) {
    if (!message) return null;
    const { type: _type, key: _key, conversation: _conversation, ...data } = message;
    return () => this.ask(data);
  }

  #fetch(turn, context) {
    return htmx.ajax("GET", `/assistant/${this.id}/turns/${turn}`, context);
  }

  // --- what happens elsewhere ---------------------------------------------------------------

  #watch() {
    if (!this.id) return;
    const message = { type: "watch", conversation: this.id };
    if (this.newest) message.turn = this.newest;
    this.line.send(message);
  }

  // The conversation went on in another tab or on another device.
  async #news(frame) {
    if (frame.conversation !== this.id || document.getElementById(`turn-${frame.newest}`)) return;
    if (frame.turns === null) {
      const link = document.createElement("a");
      link.href = `/assistant/${this.id}`;
      link.textContent = "看最新的";
      this.say("这个对话在别处改问过了。", link);
      return;
    }
    for (const turn of frame.turns) {
      if (this.current || document.getElementById(`turn-${turn}`)) continue;
      await this.#fetch(turn, { target: this.log, swap: "beforeend" });
    }
    this.composer.follow(this.id, this.newest);
    this.#goOn();
  }

  // Another version of a question was chosen.
  #changed(path) {
    if (!path || !path.requestPath.includes("?turn=")) return;
    this.composer.follow(this.id, this.newest);
    this.composer.understood(this.id, this.newest);
    if (this.full) history.replaceState(null, "", path.requestPath);
    this.#goOn();
  }

  // An answer that was being written before this page, or elsewhere.
  #goOn() {
    const article = this.log.querySelector('[data-turn][data-state="running"]');
    if (!article || this.current) return;
    const { turn, seq } = article.dataset;
    this.#begin(new Answer(article, { turn: Number(turn), seq: Number(seq) }));
    if (this.line.open) this.#resume();
  }

  #seen() {
    clearTimeout(this.away);
    if (!document.hidden) {
      if (this.id) this.line.connect();
    } else {
      this.away = setTimeout(() => {
        if (!this.current) this.line.close();
      }, HIDDEN_PAUSE);
    }
  }
}

// Which conversation goes on in this tab, for the panel of the next page.
function remember(conversation) {
  try {
    if (conversation) sessionStorage.setItem("assistant", conversation);
    else sessionStorage.removeItem("assistant");
  } catch {
    // Storage may be blocked; the conversation then ends with this page.
  }
}

const thread = document.querySelector("[data-assistant]");
if (thread && "WebSocket" in window) new Conversation(thread);
