// Suggestions below a search box: the combobox pattern over the fragment of data-suggest.
(() => {
  const WAIT_MS = 120;
  const LONGEST = 200;

  function attach(input) {
    const list = document.createElement("div");
    list.id = `${input.id}-list`;
    list.className = "suggest";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "搜索建议");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    let options = [];
    let at = -1;
    let timer = 0;
    let asked = "";
    let request = null;

    const open = () => !list.hidden;

    function show(visible) {
      list.hidden = !visible;
      input.setAttribute("aria-expanded", String(visible));
      if (!visible) point(-1);
    }

    function point(next) {
      if (options[at]) options[at].removeAttribute("aria-selected");
      at = next;
      const option = options[at];
      if (!option) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    }

    // A newer question ends the older one, so answers cannot arrive out of order.
    function drop() {
      clearTimeout(timer);
      if (request) request.abort();
      request = null;
    }

    async function ask(text) {
      drop();
      const mine = new AbortController();
      request = mine;
      try {
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: mine.signal });
        if (!answer.ok) throw new Error(answer.status);
        const html = await answer.text();
        if (request !== mine) return;
        asked = text;
        list.innerHTML = html;
        options = [...list.querySelectorAll("[role=option]")];
        options.forEach((option, n) => { option.id = `${list.id}-${n}`; });
        at = -1;
        show(options.length > 0 && document.activeElement === input);
      } catch {
        // Suggestions are a help, not a need: the form still works.
        if (request === mine) show(false);
      }
    }

    function typed() {
      drop();
      const text = input.value.trim();
      if (!text || text.length > LONGEST) {
        asked = "";
        options = [];
        show(false);
      } else if (text === asked) {
        show(options.length > 0);
      } else {
        timer = setTimeout(() => ask(text), WAIT_MS);
      }
    }

    input.addEventListener("input", (event) => {
      // Letters of an input method that has not decided yet are not what is meant.
      if (!event.isComposing) typed();
    });
    input.addEventListener("compositionend", typed);

    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && options.length) {
        event.preventDefault();
        if (!open()) {
          show(true);
          point(step > 0 ? 0 : options.length - 1);
          return;
        }
        // One place more than there are options: none, back in the field.
        const places = options.length + 1;
        point(((at + 1 + step + places) % places) - 1);
      } else if (event.key === "Enter" && open() && options[at]) {
        event.preventDefault();
        options[at].click();
      } else if (event.key === "Escape" && open()) {
        // The first press closes the list, the second empties the field as browsers do.
        event.preventDefault();
        drop();
        show(false);
      } else if (event.key === "Tab") {
        show(false);
      }
    });

    input.addEventListener("focus", () => {
      if (options.length && input.value.trim() === asked) show(true);
    });
    input.addEventListener("blur", () => show(false));
    input.form.addEventListener("submit", () => {
      drop();
      show(false);
    });
    // The field keeps the focus while the pointer picks, else the list closes before the click.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  for (const input of document.querySelectorAll("input[data-suggest]")) attach(input);
})();
