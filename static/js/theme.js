// Runs before the first paint, so that a chosen theme does not flash and nothing jumps.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage may be blocked; the system's theme then stays.
    }
  };
  const choices = { theme: ["light", "dark"], type: ["large", "larger"] };
  for (const [name, known] of Object.entries(choices)) {
    const chosen = kept(name);
    if (known.includes(chosen)) root.dataset[name] = chosen;
  }
  // Room on the home page for the cars to go on with: how many there are.
  const garage = kept("garage");
  if (garage) root.dataset.garage = garage;
})();
