// The conversation: sends questions over the socket, shows the answer as it is written, and goes
// on where it was after a break. Without it the same forms work by themselves.
(() => {
  const thread = document.querySelector("[data-assistant]");
  if (!thread || !("WebSocket" in window)) return;

  const log = thread.querySelector(".thread-log");
  const form = thread.querySelector(".composer");
  const field = form.elements.text;
  const sendButton = form.querySelector(".composer-send");
  const stopButton = form.querySelector("[data-stop]");
  const line = thread.querySelector(".thread-line");
  const said = thread.querySelector("#assistant-said");
  const source = thread.querySelector(".assistant-source");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("assistant") : null;

  const SILENCE = 15000; // after which the line is asked whether it is still there
  const TRIES = 6;

  let socket = null;
  let tries = 0;
  let retry = 0;
  let watchdog = 0;
  let heard = 0;
  // The answer on its way: {article, message, turn, seq, text}; `message` until it has arrived.
  let current = null;

  const remember = (key, value) => {
    try {
      if (value) sessionStorage.setItem(key, value);
      else sessionStorage.removeItem(key);
    } catch {
      // Storage may be blocked; the conversation then ends with this page.
    }
  };
  const conversation = () => thread.dataset.conversation || "";
  const announce = (text) => { said.textContent = text; };
  const say = (text) => { line.textContent = text; };

  // --- the line ---------------------------------------------------------------------------

  function connect() {
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(retry);
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/assistant/socket`);
    socket.addEventListener("open", onOpen);
    socket.addEventListener("message", onMessage);
    socket.addEventListener("close", onClose);
  }

  function send(message) {
    if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    else connect();
  }

  function onOpen() {
    heard = Date.now();
    if (!current) return;
    say("");
    if (current.turn) {
      send({ type: "resume", conversation: conversation(), turn: current.turn, after: current.seq });
    } else {
      send(current.message);
    }
  }

  function onClose(event) {
    if (event.target !== socket) return;
    socket = null;
    if (!current) return;
    tries += 1;
    if (tries > TRIES) {
      giveUp();
      return;
    }
    say(navigator.onLine ? "连接断了，正在重新连接…" : "网络断了，接通后会自动继续。");
    const base = event.code === 1012 || event.code === 1001 ? 300 : 500;
    retry = setTimeout(connect, Math.min(8000, base * 2 ** (tries - 1)) * (0.5 + Math.random()));
  }

  // A line that takes no socket at all still takes a form.
  function giveUp() {
    const { article, message, turn } = current;
    finish();
    if (!turn && navigator.onLine) {
      post(message);
      return;
    }
    fail(article, "连不上服务器，已显示的内容还在。", message);
  }

  function post(message) {
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

  function watch() {
    clearInterval(watchdog);
    watchdog = setInterval(() => {
      if (!current) clearInterval(watchdog);
      else if (Date.now() - heard > SILENCE * 2 && socket) socket.close();
      else if (Date.now() - heard > SILENCE) send({ type: "ping" });
    }, 3000);
  }

  addEventListener("online", () => {
    if (current) {
      tries = 0;
      connect();
    }
  });

  // --- questions --------------------------------------------------------------------------

  function ask(data) {
    if (current) {
      say("上一个问题还在回答，可以先停止它。");
      return false;
    }
    const message = { type: "ask", key: crypto.getRandomValues(new Uint32Array(4)).join("-"), ...data };
    if (conversation()) message.conversation = conversation();
    const former = data.edit || data.again;
    const replaced = former && document.getElementById(`turn-${former}`);
    const words = data.text || (replaced && replaced.querySelector(".turn-question").lastChild.textContent);
    if (replaced) {
      while (replaced.nextElementSibling) replaced.nextElementSibling.remove();
      replaced.remove();
    }
    const empty = log.querySelector(".thread-empty");
    if (empty) empty.remove();
    const article = thread.querySelector("template").content.cloneNode(true).firstElementChild;
    article.querySelector(".turn-question").textContent = words;
    log.append(article);
    article.scrollIntoView({ block: "start" });
    start(article, { message });
    send(message);
    return true;
  }

  function start(article, rest) {
    current = { article, turn: null, seq: 0, waiting: "", ...rest };
    tries = 0;
    heard = Date.now();
    say("");
    sendButton.hidden = true;
    stopButton.hidden = false;
    watch();
    connect();
  }

  function finish() {
    current = null;
    clearInterval(watchdog);
    clearTimeout(retry);
    say("");
    sendButton.hidden = false;
    stopButton.hidden = true;
  }

  function pageContext() {
    if (location.pathname === "/cars/") return { list: location.pathname + location.search };
    const found = location.pathname.match(/^\/cars\/(trims|series)\/(\d+)$/);
    return found ? { [found[1] === "trims" ? "trim" : "series"]: Number(found[2]) } : {};
  }

  document.addEventListener("submit", (event) => {
    const asked = event.target.closest("form[data-ask]");
    if (!asked || !thread.contains(asked)) return;
    event.preventDefault();
    const data = {};
    for (const name of ["text", "edit", "again", "reply_to", "trim", "series", "list"]) {
      const value = asked.elements[name] && asked.elements[name].value.trim();
      if (value) data[name] = value;
    }
    if (asked === form) Object.assign(data, pageContext());
    if (!data.text && !data.again) return;
    if (ask(data) && asked === form) field.value = "";
  });

  field.addEventListener("focus", connect, { once: true });
  field.addEventListener("keydown", (event) => {
    // Enter that ends the input of a Chinese word sends nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  stopButton.addEventListener("click", () => {
    if (!current) return;
    say("正在停止…");
    if (current.turn && !(socket && socket.readyState === WebSocket.OPEN)) {
      fetch(`/assistant/${conversation()}/turns/${current.turn}/stop`, { method: "POST" });
    } else {
      send({ type: "stop" });
    }
  });

  // --- answers ----------------------------------------------------------------------------

  function onMessage(event) {
    heard = Date.now();
    let frame;
    try {
      frame = JSON.parse(event.data);
    } catch {
      return;
    }
    if (!current || frame.type === "pong") return;
    if (frame.turn === null) {
      refused(frame);
      return;
    }
    if (!current.turn) arrived(frame);
    if (frame.turn !== current.turn || frame.seq <= current.seq) return;
    if (frame.seq > current.seq + 1) {
      send({ type: "resume", conversation: conversation(), turn: current.turn, after: current.seq });
      return;
    }
    current.seq = frame.seq;
    tries = 0;
    show[frame.type]?.(frame);
  }

  // The question is stored: the conversation and the turn have their names.
  function arrived(frame) {
    current.turn = frame.turn;
    current.article.id = `turn-${frame.turn}`;
    current.article.dataset.turn = frame.turn;
    thread.dataset.conversation = frame.conversation;
    form.action = `/assistant/${frame.conversation}`;
    if (form.elements.reply_to) form.elements.reply_to.value = frame.turn;
    remember("assistant", frame.conversation);
    const whole = document.querySelector("[data-whole]");
    if (whole) whole.href = `/assistant/${frame.conversation}`;
    if ("full" in thread.dataset) history.replaceState(null, "", `/assistant/${frame.conversation}`);
    if (tabs) tabs.postMessage({ conversation: frame.conversation, turn: frame.turn });
  }

  const status = (text) => { current.article.querySelector(".turn-status-text").textContent = text; };

  const show = {
    status(frame) {
      status(frame.text);
      announce(frame.text);
    },
    text(frame) {
      if (frame.writer === "model") labelled(current.article);
      current.waiting += frame.text;
      type(current);
    },
    cars(frame) {
      insert(current.article.querySelector(".turn-live"), frame.html);
    },
    citations() {},
    done(frame) {
      settle(frame.html);
      announce(frame.state === "stopped" ? "已停止。" : "回答完成。");
    },
    error(frame) {
      const { article } = current;
      finish();
      announce(frame.message);
      // The page's own form of this turn, with what was shown and a way to ask again.
      htmx.ajax("GET", `/assistant/${frame.conversation}/turns/${frame.turn}`, { target: article, swap: "outerHTML" })
        .then(() => say(frame.message));
    },
  };

  // The label is there as soon as a model's first words are.
  function labelled(article) {
    const answer = article.querySelector(".turn-answer");
    answer.dataset.aigc = answer.dataset.ifGenerated;
    answer.querySelector("[data-label-generated]").hidden = false;
  }

  // Text comes in pieces and is let out evenly, a little faster the more is waiting.
  function type(turn) {
    if (turn.typing) return;
    const place = turn.article.querySelector(".turn-text");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const step = () => {
      if (!turn.waiting || current !== turn) {
        turn.typing = 0;
        return;
      }
      const count = still ? turn.waiting.length : Math.max(1, Math.ceil(turn.waiting.length / 12));
      place.append(turn.waiting.slice(0, count));
      turn.waiting = turn.waiting.slice(count);
      turn.typing = requestAnimationFrame(step);
    };
    turn.typing = requestAnimationFrame(step);
  }

  function insert(place, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const added = [...holder.content.children];
    place.append(holder.content);
    for (const node of added) htmx.process(node);
    document.dispatchEvent(new Event("htmx:afterSettle"));
  }

  // The finished turn takes the place of the one being written.
  function settle(html) {
    const { article } = current;
    const held = article.contains(document.activeElement);
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const finished = holder.content.firstElementChild;
    // Whoever reads from the question on keeps it in sight; whoever scrolled away stays there.
    const top = article.getBoundingClientRect().top;
    article.replaceWith(finished);
    if (top > 0) finished.scrollIntoView({ block: "start" });
    htmx.process(finished);
    document.dispatchEvent(new Event("htmx:afterSettle"));
    finish();
    if (held) field.focus();
  }

  function refused(frame) {
    const { article, message } = current;
    finish();
    if (frame.code === "rate_limited" || frame.code === "busy") {
      article.remove();
      if (message && message.text) field.value = message.text;
      say(frame.message);
    } else {
      fail(article, frame.message, message);
    }
    announce(frame.message);
  }

  function fail(article, words, message) {
    article.dataset.state = "failed";
    const note = document.createElement("p");
    note.className = "answer-note answer-weak";
    note.textContent = words;
    article.querySelector(".turn-status").replaceWith(note);
    if (!message) return;
    const again = document.createElement("button");
    again.className = "btn btn-small";
    again.type = "button";
    again.textContent = "再试一次";
    again.addEventListener("click", () => {
      article.remove();
      const { type: _type, key: _key, conversation: _conversation, ...data } = message;
      ask(data);
    });
    note.after(again);
  }

  // --- beside the answer ------------------------------------------------------------------

  let cited = null;
  function closeSource() {
    source.hidden = true;
    if (cited && cited.isConnected) cited.focus();
  }

  thread.addEventListener("click", (event) => {
    if (event.target.closest("[data-source-close]")) closeSource();
    const link = event.target.closest("a.cite");
    if (link) cited = link;
    const copy = event.target.closest("[data-copy]");
    if (copy) copyAnswer(copy);
  });
  thread.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !source.hidden) {
      event.stopPropagation();
      event.preventDefault();
      closeSource();
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "assistant-source-body") return;
    source.hidden = false;
    source.focus({ preventScroll: false });
    const mark = source.querySelector("mark, .passage-cited");
    if (mark) mark.scrollIntoView({ block: "nearest" });
  });

  async function copyAnswer(button) {
    const marks = button.closest(".turn-answer").dataset;
    const [name, mark] = marks.aigc ? ["AIGC", marks.aigc] : ["Composed", marks.composed];
    const text = button.dataset.copy;
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
    const html = page.documentElement.outerHTML;
    try {
      await navigator.clipboard.write([
        new ClipboardItem({
          "text/plain": new Blob([text], { type: "text/plain" }),
          "text/html": new Blob([html], { type: "text/html" }),
        }),
      ]);
      button.textContent = "已复制";
      announce("已复制，附有标注。");
    } catch {
      button.textContent = "复制不了，请选中文字复制";
    }
    setTimeout(() => { button.textContent = "复制"; }, 2500);
  }

  // --- other tabs, and what was going on before this page -----------------------------------

  async function join(turn) {
    if (document.getElementById(`turn-${turn}`) || current) return;
    await htmx.ajax("GET", `/assistant/${conversation()}/turns/${turn}`, { target: log, swap: "beforeend" });
    goOn();
  }
  if (tabs) {
    tabs.addEventListener("message", (event) => {
      if (event.data.conversation === conversation()) join(event.data.turn);
    });
  }

  function goOn() {
    const article = log.querySelector('[data-turn][data-state="running"]');
    if (!article || current) return;
    start(article, { turn: Number(article.dataset.turn), seq: Number(article.dataset.seq) });
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-new]") || "full" in thread.dataset) return;
    event.preventDefault();
    if (current) return;
    remember("assistant", "");
    thread.dataset.conversation = "";
    form.action = "/assistant/";
    form.elements.reply_to?.remove();
    log.replaceChildren();
    source.hidden = true;
    say("新对话，直接问。");
    field.focus();
  });
  addEventListener("pagehide", () => {
    if (socket) socket.close();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted && current) connect();
  });

  if (conversation()) remember("assistant", conversation());
  goOn();
})();
