// What HTML alone cannot do: display, comparison buttons, open facets, notices, the "/" key.
(() => {
  const root = document.documentElement;

  // How this browser shows the site: "theme" and "type", which theme.js reads before the first paint.
  function display(name, value) {
    if (value) root.dataset[name] = value;
    else delete root.dataset[name];
    try {
      localStorage.setItem(name, value);
    } catch {
      // Storage may be blocked; the choice then holds for this page.
    }
    showDisplay();
  }

  function showDisplay() {
    for (const button of document.querySelectorAll("[data-display]")) {
      const [name, value] = button.dataset.display.split("=");
      button.setAttribute("aria-pressed", (root.dataset[name] || "") === value);
    }
  }

  // Pages are the same for everyone, so which cars are in the basket or saved is known only from
  // links that arrive by themselves; buttons are turned round here.
  const listed = (text) => text.split(",").filter(Boolean);

  function turn(form, added, [add, remove]) {
    const button = form.querySelector("button");
    const word = added ? remove : add;
    form.elements.do.value = added ? "remove" : "add";
    button.classList.toggle("is-added", added);
    button.setAttribute("aria-label", `${word}：${button.dataset.name}`);
    button.querySelector(".mark-word").textContent = word;
  }

  function showBasket() {
    const basket = document.querySelector("#cars-basket [data-basket]");
    if (!basket) return;
    const ids = new Set(listed(basket.dataset.basket));
    for (const form of document.querySelectorAll("form[data-compare]")) {
      turn(form, ids.has(form.dataset.compare), ["加入对比", "移出对比"]);
    }
  }

  function showGarage() {
    const garage = document.querySelector("#garage-link [data-saved]");
    if (!garage) return;
    const saved = new Set(listed(garage.dataset.saved));
    for (const form of document.querySelectorAll("form[data-favourite]")) {
      turn(form, saved.has(form.dataset.favourite), ["收藏", "移出收藏"]);
    }
    // So that the next home page leaves room for what it will fetch, and nothing jumps.
    try {
      localStorage.setItem("garage", garage.dataset.room);
    } catch {
      // Storage may be blocked; the home page is then as for everyone.
    }
  }

  // A swap brings fresh facets from the server; those the visitor unfolded stay unfolded.
  const unfolded = new Map();
  function keepFacets() {
    for (const facet of document.querySelectorAll("details[data-keep]")) {
      if (unfolded.has(facet.dataset.keep)) facet.open = unfolded.get(facet.dataset.keep);
    }
  }

  const notice = () => document.getElementById("notice");

  function say(text) {
    const note = document.createElement("div");
    note.className = "error-note";
    note.textContent = text;
    notice().replaceChildren(note);
  }

  // An editor inside a chip closes by a tap beside it or by Escape.
  function closeChips(inside) {
    for (const editor of document.querySelectorAll("details.chip-edit[open]")) {
      if (editor.contains(inside)) continue;
      editor.open = false;
      if (!inside) editor.querySelector("summary").focus();
    }
  }

  // The assistant's panel: fetched when it is first opened, so that pages stay light. Beside the
  // page where there is room, over it on a phone.
  const panel = document.getElementById("assistant-panel");
  const roomy = matchMedia("(min-width: 1000px)");
  const kept = (key, value) => {
    try {
      if (value !== undefined) sessionStorage.setItem(key, value);
      return sessionStorage.getItem(key) || "";
    } catch {
      return "";
    }
  };

  async function openAssistant() {
    if (!panel.firstElementChild) {
      const query = new URLSearchParams({ page: location.pathname + location.search });
      const going = kept("assistant");
      if (going) query.set("conversation", going);
      await htmx.ajax("GET", `/assistant/_panel?${query}`, { target: panel, swap: "innerHTML" });
      const sheet = panel.querySelector("link");
      if (!sheet) return;
      if (!sheet.sheet) await new Promise((done) => { sheet.onload = sheet.onerror = done; });
    }
    if (panel.open) return;
    if (roomy.matches) panel.show();
    else panel.showModal();
    kept("assistant-open", "1");
    panel.querySelector("#assistant-text").focus();
  }

  document.addEventListener("click", (event) => {
    const launcher = event.target.closest("[data-assistant-open]");
    const elsewhere = !location.pathname.startsWith("/assistant/");
    if (launcher && panel && elsewhere && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (panel.open) panel.close();
      else openAssistant();
    }
    if (event.target.closest("[data-assistant-close]")) panel.close();
    closeChips(event.target);
    const choice = event.target.closest("[data-display]");
    if (choice) display(...choice.dataset.display.split("="));
    if (event.target.closest("[data-dismiss]")) notice().replaceChildren();
    // A dot shows its tip where the finger is; jumping away to the list would lose the place.
    const dot = event.target.closest("a.src");
    if (dot && !event.ctrlKey && !event.metaKey && event.detail > 0) {
      event.preventDefault();
      dot.focus({ preventScroll: true });
    }
  });
  document.addEventListener("toggle", (event) => {
    const key = event.target.dataset && event.target.dataset.keep;
    if (key) unfolded.set(key, event.target.open);
    // An editor that would stick out of the window opens to the other side.
    const editor = event.target.open && event.target.querySelector(":scope > .chip-form");
    if (editor) editor.classList.toggle("flip", editor.getBoundingClientRect().right > root.clientWidth);
  }, true);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = document.querySelector("input[data-suggest]");
      if (field) {
        event.preventDefault();
        field.focus();
        field.select();
      }
    }
    if (event.key === "Escape" && event.target.matches("a.src")) event.target.blur();
    if (event.key === "Escape") closeChips(null);
  });
  // Enter sends a question. Here and not with the conversation's own script, which may be on its
  // way still: the form then goes by itself. Enter that ends the input of a Chinese word sends nothing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (!event.target.matches(".composer textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  // What was unfolded to change or confirm something folds by Escape before what it stands in.
  document.addEventListener("keydown", (event) => {
    const folder = event.target.closest("details[data-fold][open]");
    if (!folder || event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    folder.open = false;
    folder.querySelector("summary").focus();
  }, true);
  document.addEventListener("htmx:beforeRequest", (event) => {
    // What renews itself by the clock waits while nobody looks, and takes no notice away.
    if (event.target.matches("[data-live]")) {
      if (document.hidden) event.preventDefault();
    } else if (!event.target.matches("#cars-basket, #garage-link, #garage-strip")) notice().replaceChildren();
  });
  // The address one is at already is no further step back.
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const update = event.detail.history;
    const same = new URL(update.path, location.href).href === location.href;
    if (same && update.type === "push") update.type = "replace";
  });
  // At once, before anything is painted: what opened later would push the page down.
  document.addEventListener("htmx:afterSwap", keepFacets);
  document.addEventListener("htmx:afterSettle", () => {
    showBasket();
    showGarage();
  });
  document.addEventListener("htmx:sendError", () => {
    say("网络断了，这一步没有完成。请检查网络后再试一次。");
  });

  // An address too long to be sent along with further requests becomes the explicit one.
  const long = document.querySelector("[data-address]");
  if (long) history.replaceState(history.state, "", long.dataset.address);

  if (panel) {
    panel.addEventListener("close", () => kept("assistant-open", ""));
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) panel.close();
    });
    if (kept("assistant-open") && roomy.matches) openAssistant();
  }
  showDisplay();
  // Before htmx looks for what to fetch: nothing where nothing is known to come.
  if (!root.dataset.garage) document.getElementById("garage-strip")?.remove();
})();
