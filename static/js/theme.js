// Runs before the first paint, so that a chosen theme does not flash.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  let chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch {
    // Storage may be blocked; the system's theme then stays.
  }
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
})();
