// The source panel: a document with the quoted characters marked by their offsets, and the way to the other citations.

import { call } from "./api.js";
import { $, UNKNOWN, h, icon, oneLine, say, tool } from "./dom.js";

let open = null; // {places, at, back}: what can be gone through, where we are, and what gets the focus back
let request = 0;
let shown = null; // the document as the server gave it, with the marks that were asked for

export const isOpen = () => open !== null;

/** places: [{number, source, title, date, start, end, quote, sha256?}]. at: which of them. */
export function show(places, at, back = document.activeElement) {
  open = { places, at, back };
  const panel = $("#panel");
  panel.hidden = false;
  document.body.classList.add("reading");
  go(at);
}

export function close() {
  if (!open) return;
  const { back } = open;
  open = shown = null;
  request += 1;
  $("#panel").hidden = true;
  document.body.classList.remove("reading");
  mark_chips();
  if (back && back.isConnected) back.focus();
}

async function go(at) {
  open.at = at;
  const place = open.places[at], mine = (request += 1);
  mark_chips();
  const same = shown && shown.source === place.source && shown.places === open.places
    && place.start >= shown.start && place.end <= shown.end;
  if (!same) {
    draw(place, h("p", { class: "panel-note", role: "status" }, "Opening the document…"));
    try {
      const marks = open.places.filter((p) => p.source === place.source && p.end > p.start).map((p) => [p.number, p.start, p.end]);
      const found = await call("document", [place.source, marks, place.start]);
      if (mine !== request) return;
      shown = { ...found, places: open.places };
    } catch (error) {
      if (mine === request) lost(place, error.message);
      return;
    }
  }
  draw(place, body(place));
  light(place);
}

/** The document cannot be opened: what was quoted is shown as it was kept. */
function lost(place, why) {
  draw(place, [warning(why), kept(place)]);
  say(why);
}

const warning = (text) => h("p", { class: "panel-warning", role: "alert" }, icon("alert"), h("span", {}, text));
const kept = (place) => place.quote
  ? h("figure", { class: "kept" }, h("figcaption", {}, "The quote, as it was when this answer was given"), h("blockquote", {}, place.quote))
  : null;

function draw(place, content) {
  const { places, at } = open, many = places.length > 1;
  const title = shown && shown.source === place.source ? shown.title : place.title;
  $("#panel").replaceChildren(
    h("header", { class: "panel-top" },
      h("div", { class: "panel-name" },
        h("h2", { id: "panel-title", tabindex: "-1" }, oneLine(title)),
        h("p", { class: "panel-place" }, `${oneLine(place.source)} · ${place.date || UNKNOWN}`)),
      tool("close", "Close the source", close, { id: "panel-close" })),
    many || place.number ? h("div", { class: "panel-nav" },
      tool("left", "Previous citation", () => go(at - 1), { disabled: at === 0, id: "panel-previous" }),
      h("span", { class: "panel-count" }, `${place.near ? "Passage" : "Citation"} ${at + 1} of ${places.length}`),
      tool("right", "Next citation", () => go(at + 1), { disabled: at === places.length - 1, id: "panel-next" }),
      h("button", { type: "button", class: "to-mark", onclick: () => light(place) }, "Show the quote")) : null,
    h("div", { class: "panel-text", id: "panel-text", tabindex: "0", role: "document", "aria-label": `Text of ${oneLine(title)}` }, content));
}

function body(place) {
  const found = shown;
  const changed = Boolean(place.sha256) && place.sha256 !== found.sha256;
  const parts = [];
  const holds = text_at(place) === place.quote;
  if (place.end > place.start && place.quote && !holds) {
    parts.push(warning("This file has changed since this answer was given: the quote is no longer at its place, so nothing is marked."), kept(place));
  } else if (changed) {
    parts.push(warning("This file has changed since this answer was given. The quote still stands where it stood."));
  }
  if (found.start > 0) parts.push(more("Show what comes before", found.start - 1));
  parts.push(found.paragraphs.map((paragraph) => [
    paragraph.gap.map((run) => piece(run, place, holds, "gap")),
    h("p", { class: paragraph.runs.every((run) => run.furniture) ? "par furniture" : "par" },
      paragraph.runs.map((run) => piece(run, place, holds, run.furniture ? "furniture" : ""))),
  ]));
  if (found.end < found.length) parts.push(more("Show what comes after", found.end + 1));
  return parts;
}

/** The characters of the document at a place: of all pieces that carry its number. */
function text_at(place) {
  const runs = shown.paragraphs.flatMap((paragraph) => [...paragraph.gap, ...paragraph.runs]);
  return runs.filter((run) => run.marks.includes(place.number)).map((run) => run.text).join("");
}

function piece(run, place, holds, kind) {
  const numbers = run.marks;
  if (!numbers.length) return kind ? h("span", { class: kind }, run.text) : run.text;
  const current = numbers.includes(place.number);
  if (current && !holds) return run.text;
  const name = ["quote", current ? "current" : "", kind].filter(Boolean).join(" ");
  return h("mark", { class: name, dataset: { numbers: numbers.join(" ") } }, run.text);
}

function more(label, around) {
  return h("button", { type: "button", class: "plain more", onclick: async () => {
    const mine = (request += 1), place = open.places[open.at];
    const marks = open.places.filter((p) => p.source === place.source).map((p) => [p.number, p.start, p.end]);
    const found = await call("document", [place.source, marks, around]);
    if (mine !== request) return;
    shown = { ...found, places: null };
    draw(place, body(place));
  } }, label);
}

function light(place) {
  const first = $("#panel-text mark.current:not(.gap)");
  const area = $("#panel-text");
  if (first) {
    const top = first.getBoundingClientRect().top - area.getBoundingClientRect().top + area.scrollTop;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    area.scrollTo({ top: Math.max(0, top - area.clientHeight / 3), behavior: still ? "auto" : "smooth" });
  }
  if (!$("#panel").contains(document.activeElement)) $("#panel-title").focus({ preventScroll: true });
  say(first ? `Opened ${oneLine(place.title)}. Marked: ${place.quote}` : `Opened ${oneLine(place.title)}.`);
}

/** The chip that leads to what is shown looks pressed. */
function mark_chips() {
  for (const chip of document.querySelectorAll(".chip.on, .card.on")) chip.classList.remove("on");
  if (!open || !open.places[open.at].turn) return;
  const { turn, number } = open.places[open.at];
  for (const one of document.querySelectorAll(`[data-turn="${turn}"][data-number="${number}"]`)) one.classList.add("on");
}

addEventListener("keydown", (event) => {
  if (!open || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") close();
  if (!$("#panel").contains(document.activeElement)) return;
  if (event.key === "ArrowRight" && open.at < open.places.length - 1) go(open.at + 1);
  if (event.key === "ArrowLeft" && open.at > 0) go(open.at - 1);
});
