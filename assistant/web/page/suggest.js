// Questions to begin with, and to go on with. They come from the documents, and each was checked to have an answer.

import { call } from "./api.js";
import * as chat from "./chat.js";
import { $, h, icon } from "./dom.js";

let questions = [];
let corpus = { documents: null }; // null: not known yet
let rounds = 0;

/** Asks for the questions until they are all there; again where the documents have changed. */
export async function start() {
  const mine = rounds += 1;
  for (let tries = 0; tries < 20; tries += 1) {
    try {
      const found = await call("suggestions", []);
      if (mine !== rounds) return;
      corpus = found;
      questions = found.questions;
      const old = $("#thread .welcome");
      if (old) old.replaceWith(welcome());
      if (found.done) return;
    } catch (error) {
      return; // an empty page without examples is still a page
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const ask = (question) => h("li", {}, h("button", { type: "button", class: "suggestion", onclick: () => chat.put(question) }, question, icon("right")));

/** What a conversation shows before its first question. */
export function welcome() {
  const n = corpus.documents;
  if (n === 0) return h("div", { class: "welcome" }, h("h2", {}, "There are no documents yet"),
    h("p", {}, "Add some in the library. Then ask."),
    h("button", { type: "button", class: "primary", onclick: () => $("#to-library").click() }, icon("book"), "Open the library"));
  return h("div", { class: "welcome" },
    h("h2", {}, "What do you want to know?"),
    h("p", {}, n ? `Answers come from ${n === 1 ? "one document" : `${n} documents`}, sentence by sentence, each with a number that opens its exact place in the source.`
      : "Answers come from your documents, sentence by sentence, each with a number that opens its exact place in the source."),
    questions.length ? [h("p", { class: "hint", id: "try" }, "Try one of these"),
      h("ul", { class: "suggestions", "aria-labelledby": "try" }, questions.slice(0, 4).map(ask))] : null);
}

/** Adds questions to go on with below an answer, when they are there. */
export async function follow(element, answer, asked) {
  let found;
  try {
    found = await call("followups", [answer.question, asked, [...answer.citations, ...answer.nearest].map((p) => [p.source, p.start, p.end])]);
  } catch (error) {
    return;
  }
  if (!found.length || !element.isConnected || element !== $("#thread").lastElementChild) return;
  element.append(h("div", { class: "follow" }, h("p", { class: "hint" }, "Go on with"),
    h("ul", { class: "suggestions", "aria-label": "Questions to go on with" }, found.map(ask))));
}
