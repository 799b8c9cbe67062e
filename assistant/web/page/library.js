// The documents: which there are, which are asked, and adding and removing some.

import { call } from "./api.js";
import { $, UNKNOWN, ask, h, icon, oneLine, say, toast, tool } from "./dom.js";
import * as panel from "./panel.js";
import * as store from "./store.js";
import * as suggest from "./suggest.js";
import * as uploads from "./uploads.js";

let documents = [];
let known = false; // whether the documents were told
let about = {};
let off = new Set(); // sources that are not asked
let range = { since: "", until: "" };

export async function start(found) {
  about = found;
  off = new Set(store.setting("off", []));
  range = { since: "", until: "", ...store.setting("range", {}) };
  label();
  await load();
}

async function load() {
  try {
    const found = await call("library", []);
    if (known && found.length !== documents.length) suggest.start();
    documents = found;
    known = true;
    if (documents.every((one) => off.has(one.source))) off.clear();
  } catch (error) {
    toast(error.message);
  }
  label();
  if (!$("#library").hidden) draw();
}

/** The filter of a question: only what was left out is told. */
export function scope() {
  const on = documents.filter((one) => !off.has(one.source));
  const chosen = {};
  if (on.length && on.length < documents.length) chosen.source = on.map((one) => one.source);
  if (range.since) chosen.since = range.since;
  if (range.until) chosen.until = range.until;
  return chosen;
}

function label() {
  const on = documents.filter((one) => !off.has(one.source)).length, all = documents.length;
  const dates = range.since || range.until ? `, ${range.since || "…"} to ${range.until || "…"}` : "";
  const asked = on < all ? `${on} of ${all} documents` : "all documents";
  $("#scope").replaceChildren(icon("book"), known && !all ? "No documents yet" : `Asking ${asked}${dates}`);
  $("#scope").classList.toggle("narrow", on !== all || Boolean(dates));
}

function changed() {
  if (documents.length && documents.every((one) => off.has(one.source))) {
    off.delete(documents[0].source);
    toast("At least one document is asked.");
    draw();
  }
  store.set("off", [...off]);
  store.set("range", range);
  label();
}

export function draw() {
  const files = documents.length;
  $("#library").replaceChildren(h("div", { class: "page" },
    h("div", { class: "page-head" },
      h("p", { class: "hint" }, `${files} ${files === 1 ? "document" : "documents"} in ${about.corpus}. The ticked ones are asked.`),
      h("button", { type: "button", class: "plain", id: "reread", onclick: reread }, icon("refresh"), "Read the folder again")),
    h("div", { id: "reading", role: "status" }),
    about.uploads ? uploads.zone(about, load) : null,
    dates(),
    files ? table() : h("p", { class: "hint" }, "There are no documents yet.")));
}

function dates() {
  const field = (name, text) => h("label", {}, text, h("input", { type: "date", id: name, value: range[name], onchange: (event) => { range[name] = event.target.value; changed(); } }));
  return h("fieldset", { class: "dates" }, h("legend", {}, "Only documents of these dates"),
    field("since", "From"), field("until", "To"),
    h("button", { type: "button", class: "plain", onclick: () => { range = { since: "", until: "" }; changed(); draw(); } }, "All dates"));
}

function table() {
  const all = h("input", { type: "checkbox", id: "all", "aria-label": "Ask all documents", checked: off.size === 0, onchange: () => {
    off = new Set(all.checked ? [] : documents.slice(1).map((one) => one.source));
    changed();
    draw();
  } });
  return h("table", { class: "documents" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, all), h("th", { scope: "col" }, "Document"), h("th", { scope: "col" }, "Date"),
      h("th", { scope: "col" }, "Kind"), h("th", { scope: "col" }, "Passages"), h("th", { scope: "col" }, h("span", { class: "sr" }, "Remove")))),
    h("tbody", {}, documents.map(row)));
}

function row(one) {
  const title = oneLine(one.title);
  const box = h("input", { type: "checkbox", "aria-label": `Ask “${title}”`, checked: !off.has(one.source), onchange: () => {
    if (box.checked) off.delete(one.source); else off.add(one.source);
    changed();
    $("#all").checked = off.size === 0;
  } });
  const open = h("button", { type: "button", class: "doc-open", onclick: () => panel.show([{ ...one, start: 0, end: 0, number: 0, quote: "", sha256: "" }], 0, open) },
    h("span", { class: "doc-title" }, title), h("span", { class: "doc-source" }, h("span", { class: "doc-when" }, `${one.date || UNKNOWN} · `), oneLine(one.source)));
  return h("tr", {},
    h("td", {}, box), h("td", { class: "doc" }, open), h("td", { class: "doc-date" }, one.date || h("span", { class: "unknown" }, UNKNOWN)),
    h("td", { class: "doc-kind" }, one.kind), h("td", { class: "doc-chunks" }, one.chunks),
    h("td", {}, one.added ? tool("trash", `Remove “${title}”`, () => remove(one)) : null));
}

async function remove(one) {
  const text = h("p", {}, `“${oneLine(one.title)}” (${oneLine(one.source)}) is deleted from the folder of added files, and is not asked any more.`);
  if (await ask("Remove the document?", text, [["", "Keep it"], ["ok", "Remove", "danger"]]) !== "ok") return;
  try {
    toast(await call("remove", [one.source]));
  } catch (error) {
    toast(error.message);
  }
  await load();
}

async function reread() {
  const button = $("#reread"), line = $("#reading");
  button.disabled = true;
  try {
    const report = await call("ingest", [], { onEvent: (event) => { line.textContent = event.words; } });
    line.replaceChildren(h("p", {}, report.words), report.failures.length
      ? h("ul", {}, report.failures.map(([name, why]) => h("li", {}, h("b", {}, oneLine(name)), `: ${why}`))) : "");
    say(report.words);
  } catch (error) {
    line.textContent = error.message;
  }
  button.disabled = false;
  const kept = [...line.childNodes];
  await load();
  $("#reading")?.replaceChildren(...kept);
}
