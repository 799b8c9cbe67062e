// The quote behind a chip, shown while it is pointed at or focused.

import { $, UNKNOWN, h, oneLine } from "./dom.js";

let owner = null, timer = 0;

/** find(chip) gives what a chip leads to. */
export function watch(root, find) {
  const box = $("#hover");
  const over = (event) => {
    const chip = event.target.closest?.(".chip[data-number]");
    if (chip && chip !== owner) show(chip, find(chip));
  };
  const out = (event) => {
    if (!owner) return;
    const to = event.relatedTarget;
    if (to && (owner.contains(to) || box.contains(to))) return;
    clearTimeout(timer);
    timer = setTimeout(hide, event.type === "focusout" ? 0 : 120);
  };
  for (const [name, act] of [["mouseover", over], ["focusin", over], ["mouseout", out], ["focusout", out]]) {
    root.addEventListener(name, act);
  }
  box.addEventListener("mouseenter", () => clearTimeout(timer));
  box.addEventListener("mouseleave", hide);
  addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, true);
}

export function hide() {
  clearTimeout(timer);
  if (!owner) return;
  owner.removeAttribute("aria-describedby");
  owner = null;
  $("#hover").hidden = true;
}

function show(chip, place) {
  hide();
  if (!place) return;
  owner = chip;
  chip.setAttribute("aria-describedby", "hover");
  const box = $("#hover");
  box.replaceChildren(
    h("p", { class: "hover-quote" }, place.quote),
    h("p", { class: "hover-title" }, oneLine(place.title)),
    h("p", { class: "hover-place" }, `${oneLine(place.source)} · ${place.date || UNKNOWN}`));
  box.hidden = false;
  const at = chip.getBoundingClientRect(), size = box.getBoundingClientRect(), margin = 12;
  const left = Math.min(Math.max(at.left + at.width / 2 - size.width / 2, margin), innerWidth - size.width - margin);
  const above = at.top - size.height - 8;
  box.style.left = `${left}px`;
  box.style.top = `${above > margin ? above : at.bottom + 8}px`;
}
