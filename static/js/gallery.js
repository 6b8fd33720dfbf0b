// Pictures of a car: buttons step through the strip; a picture opens large over the page, where arrow
// keys and swipes step on, and a tap shows it in full size. Without scripts a picture is a link.
(() => {
  const gallery = document.querySelector("[data-gallery]");
  if (!gallery) return;
  const strip = gallery.querySelector(".gallery-strip");
  const links = [...strip.querySelectorAll(".gallery-open")];
  const bar = gallery.querySelector(".gallery-bar");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const at = () => {
    const left = strip.scrollLeft;
    const far = (link) => Math.abs(link.closest("li").offsetLeft - strip.offsetLeft - left);
    return links.reduce((best, link, n) => (far(link) < far(links[best]) ? n : best), 0);
  };
  const show = (n) => {
    const item = links[Math.max(0, Math.min(n, links.length - 1))].closest("li");
    strip.scrollTo({ left: item.offsetLeft - strip.offsetLeft, behavior: still.matches ? "instant" : "smooth" });
  };
  if (bar) {
    const place = bar.querySelector("[data-at]");
    const ends = [...bar.querySelectorAll("[data-step]")];
    const mark = () => {
      const n = at();
      place.textContent = n + 1;
      for (const end of ends) {
        const off = end.dataset.step < 0 ? n === 0 : n === links.length - 1;
        end.setAttribute("aria-disabled", off);
      }
    };
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (button) show(at() + Number(button.dataset.step));
    });
    strip.addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
    mark();
  }

  const box = document.createElement("dialog");
  box.className = "lightbox";
  box.setAttribute("aria-label", "大图");
  box.innerHTML =
    '<div class="lightbox-bar"><span class="num" data-place></span><button class="btn btn-small" type="button" data-step="-1">上一张</button><button class="btn btn-small" type="button" data-step="1">下一张</button><button class="btn btn-small" type="button" data-zoom aria-pressed="false">原大</button><button class="btn btn-small" type="button" data-close>关闭</button></div><div class="lightbox-view" tabindex="0"><img alt=""></div><p class="lightbox-alt"></p>';
  document.body.append(box);
  const part = (selector) => box.querySelector(selector);
  const view = part(".lightbox-view");
  const image = part("img");
  let now = 0;

  const zoom = (on) => {
    box.classList.toggle("is-zoomed", on);
    part("[data-zoom]").setAttribute("aria-pressed", on);
  };
  const open = (n) => {
    now = (n + links.length) % links.length;
    const link = links[now];
    const small = link.querySelector("img");
    zoom(false);
    image.width = link.dataset.width;
    image.height = link.dataset.height;
    image.src = link.href;
    image.alt = small.alt;
    part(".lightbox-alt").textContent = small.alt;
    part("[data-place]").textContent = `${now + 1} / ${links.length}`;
    for (const step of box.querySelectorAll("[data-step]")) step.hidden = links.length === 1;
    if (!box.open) box.showModal();
  };
  strip.addEventListener("click", (event) => {
    const link = event.target.closest(".gallery-open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(links.indexOf(link));
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.step) open(now + Number(button.dataset.step));
    else if (button && "zoom" in button.dataset) zoom(!box.classList.contains("is-zoomed"));
    else if (button || event.target === box) box.close();
    else if (event.target === image) zoom(!box.classList.contains("is-zoomed"));
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !box.classList.contains("is-zoomed")) open(now + step);
    else if (event.key === "+" || event.key === "-") zoom(event.key === "+");
  });
  let from = null;
  view.addEventListener("touchstart", (event) => {
    const one = event.touches.length === 1 && !box.classList.contains("is-zoomed");
    from = one ? event.touches[0].clientX : null;
  }, { passive: true });
  view.addEventListener("touchend", (event) => {
    if (from === null) return;
    const by = event.changedTouches[0].clientX - from;
    if (Math.abs(by) > 40) open(now + (by < 0 ? 1 : -1));
    from = null;
  });
  box.addEventListener("close", () => {
    show(now);
    links[now].focus({ preventScroll: true });
  });
})();
