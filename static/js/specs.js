// Finds a parameter of a car by its name or value: rows that do not hold the words are hidden.
(() => {
  const box = document.querySelector("[data-spec-search]");
  if (!box) return;
  const field = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  const sections = [...document.querySelectorAll(".spec-section")].map((section) => ({
    section,
    rows: [...section.querySelectorAll("tr")].map((row) => ({ row, text: plain(row.textContent) })),
  }));

  function plain(text) {
    return text.toLowerCase().replace(/\s+/g, "");
  }

  function find() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { section, rows } of sections) {
      let some = false;
      for (const { row, text } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        some ||= !row.hidden;
        found += !row.hidden;
      }
      section.hidden = !some;
    }
    status.textContent = !words.length ? "" : found ? `${found} 项` : "没有这样的参数，换个说法试试";
  }

  box.hidden = false;
  field.addEventListener("input", find);
})();
