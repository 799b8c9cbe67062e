// Passages without an answer: the search alone.

import { card } from "./answer.js";
import { call } from "./api.js";
import { $, h, icon, say } from "./dom.js";
import * as library from "./library.js";
import * as panel from "./panel.js";

export function start() {
  const query = h("input", { type: "search", id: "query", "aria-label": "What to look for", placeholder: "Look for passages…", maxlength: "1000" });
  const results = h("div", { id: "results" }, h("p", { class: "hint" }, "Finds the passages nearest to your words, in all documents that are chosen in the library. Nothing is answered."));
  $("#search").append(h("div", { class: "page" },
    h("form", { role: "search", class: "searching", onsubmit: (event) => { event.preventDefault(); find(query.value.trim(), results); } },
      query, h("button", { type: "submit", class: "primary" }, icon("search"), "Search")),
    results));
}

async function find(query, results) {
  if (!query) return;
  results.replaceChildren(h("p", { class: "working", role: "status" }, h("i", { class: "pulse" }), "Searching…"));
  try {
    const hits = await call("search", [query, 10, library.scope()]);
    const found = hits.map((hit, i) => ({ ...hit, number: i + 1, quote: hit.text, near: true }));
    say(`${found.length} passages.`);
    const cards = h("div", { class: "cards tall", role: "list", "aria-label": "Passages" }, found.map((place) => h("div", { role: "listitem" }, card(place, "search"))));
    cards.addEventListener("click", (event) => {
      const one = event.target.closest("[data-number]");
      if (one) panel.show(found, Number(one.dataset.number) - 1, one);
    });
    results.replaceChildren(found.length ? cards : h("p", { class: "hint" }, "No passage is near to these words."));
  } catch (error) {
    results.replaceChildren(h("p", { class: "trouble", role: "alert" }, error.message));
  }
}
