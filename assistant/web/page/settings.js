// What a person chooses: how answers are written, from how many sentences, light or dark. Kept in the browser.

import { ask, h } from "./dom.js";
import * as store from "./store.js";

let about = {};

export function start(found) { about = found; }

/** The options of a question: what was chosen here, and which documents are asked. */
export function options(scope) {
  const chosen = { ...scope };
  const sentences = store.setting("sentences", null);
  if (sentences && sentences !== about.sentences) chosen.sentences = sentences;
  const mode = store.setting("mode", null);
  if (mode && about.modes?.includes(mode) && mode !== about.mode) chosen.mode = mode;
  return chosen;
}

function choice(name, label, values, now, change) {
  return h("fieldset", { class: "choice" }, h("legend", {}, label),
    h("div", { class: "segments" }, values.map(([value, text, disabled]) => h("label", {},
      h("input", { type: "radio", name, value, checked: value === now, disabled, onchange: () => change(value) }), h("span", {}, text)))));
}

export async function show() {
  const model = about.modes?.includes("model");
  const count = h("input", { type: "range", min: "1", max: "10", step: "1", id: "sentences",
    oninput: () => { shown.textContent = count.value; store.set("sentences", Number(count.value)); } });
  count.value = store.setting("sentences", about.sentences) || about.sentences;
  const shown = h("output", { for: "sentences" }, count.value);
  await ask("Settings", [
    choice("theme", "Appearance", [["system", "System"], ["light", "Light"], ["dark", "Dark"]], window.citewellTheme.get(), (value) => window.citewellTheme.set(value)),
    choice("mode", "Answers", [["quotes", "Quotes"], ["model", "Model", !model]], store.setting("mode", about.mode), (value) => store.set("mode", value)),
    h("p", { class: "hint" }, model ? "With a model, answers are prose; each sentence is still checked against its source."
      : "No language model is configured, so answers are made of quotes."),
    h("div", { class: "choice" }, h("label", { for: "sentences" }, "Sentences of the best document in an answer, at most: ", shown), count),
  ], [["", "Done", "primary"]]);
}
