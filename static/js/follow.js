// A strip of links to the parts of a page marks the part in sight and keeps its link in view.
// Without scripts they are plain links.
(() => {
  const bars = document.querySelectorAll("[data-follow]");
  for (const bar of bars) {
    const head = bar.previousElementSibling;
    if (bar.matches(".page-strip") && head) {
      new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
        bar.classList.toggle("is-past", !isIntersecting && boundingClientRect.top < 0);
      }).observe(head);
    }
    const links = new Map();
    for (const link of bar.querySelectorAll('a[href^="#"]')) {
      const part = document.getElementById(link.hash.slice(1));
      if (part) links.set(part, link);
    }
    const seen = new Set();
    let marked = null;
    const mark = () => {
      const first = [...links.keys()].find((part) => seen.has(part));
      const link = first ? links.get(first) : marked;
      if (link === marked || !link) return;
      marked?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      marked = link;
      // Only the strip moves, never the page.
      const strip = link.closest("ul, nav");
      for (let box = strip; box && bar.contains(box); box = box.parentElement) {
        const at = link.getBoundingClientRect();
        const window = box.getBoundingClientRect();
        box.scrollLeft += at.left - window.left - (window.width - at.width) / 2;
        box.scrollTop += at.top - window.top - (window.height - at.height) / 2;
      }
    };
    // What counts as in sight begins below the heads that stick.
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      mark();
    }, { rootMargin: "-25% 0px -60% 0px" });
    for (const part of links.keys()) observer.observe(part);
  }
})();
