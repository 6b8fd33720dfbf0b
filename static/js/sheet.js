// The sheet of facets is one step of the history: back closes it and undoes what was chosen in it.
// What is chosen replaces that step, so that asking for the result adds no further one.
(() => {
  const sheet = document.getElementById("cars-facets");
  if (!sheet) return;
  let step = null; // while the step of the sheet is the current one: {from: address, changed}
  let asked = false; // the form was sent and its answer is not there yet
  let leaving = false; // this script goes back, nobody else

  const here = () => location.pathname + location.search;
  const isOpen = () => sheet.matches(":popover-open");

  // A step in which nothing was chosen is taken back.
  function leave() {
    const { changed } = step;
    step = null;
    if (changed) return;
    leaving = true;
    history.back();
  }

  sheet.addEventListener("toggle", (event) => {
    if (event.target !== sheet) return;
    if (event.newState === "open") {
      step = { from: here(), changed: false };
      // As htmx leaves a page: it is loaded anew when one comes back to it.
      history.replaceState({ htmx: true }, "");
      history.pushState({ sheet: true }, "");
    } else if (step && !asked) leave();
  });
  sheet.addEventListener("submit", () => {
    asked = isOpen();
    if (asked) sheet.hidePopover();
  });
  document.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const update = event.detail.history;
    if (!step || update.type !== "push") return;
    update.type = "replace";
    step.changed = update.path !== step.from;
  });
  for (const end of ["htmx:afterSettle", "htmx:sendError", "htmx:responseError"]) {
    document.addEventListener(end, () => {
      if (asked && step && !isOpen()) leave();
      asked = false;
    });
  }
  // This script runs before htmx listens: where only the sheet closes, nothing is loaded anew.
  addEventListener("popstate", (event) => {
    if (leaving || (step && !step.changed)) event.stopImmediatePropagation();
    leaving = false;
    step = null;
    if (isOpen()) sheet.hidePopover();
  });
})();
