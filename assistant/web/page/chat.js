// The conversation: asking, the answers that arrive, and what can be done with them.

import { places, sureness, text, whole } from "./answer.js";
import { Refused, call } from "./api.js";
import { $, ask as dialog, download, h, icon, say, toast, tool } from "./dom.js";
import * as hover from "./hover.js";
import * as library from "./library.js";
import * as panel from "./panel.js";
import * as rate from "./rate.js";
import * as settings from "./settings.js";
import * as side from "./side.js";
import * as store from "./store.js";
import * as suggest from "./suggest.js";

const REMEMBERED = 6; // exchanges that are sent along with a question

let talk = null; // {id, title, time}
let turns = []; // {question, kept} or {question, problem}; kept: {answer, blocks, markdown, made}
let running = null; // AbortController of the question that is being answered

export function start() {
  hover.watch(document, placeOf);
  $("#thread").addEventListener("click", (event) => {
    const chip = event.target.closest("[data-number]");
    if (chip) openSource(chip);
  });
  const question = $("#question");
  question.addEventListener("input", grow);
  question.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });
  $("#ask").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("#stop").addEventListener("click", () => running?.abort());
  const last = store.setting("open", null);
  open(store.list().find((one) => one.id === last) || null);
}

export const current = () => talk?.id || null;

/** Shows a conversation, or an empty page for a new one. */
export function open(one) {
  running?.abort();
  panel.close();
  talk = one;
  turns = one ? store.turns(one.id) : [];
  store.set("open", one ? one.id : null);
  draw();
  side.view("chat");
  $("#scroll").scrollTop = $("#scroll").scrollHeight;
  if (!matchMedia("(max-width: 860px)").matches) $("#question").focus();
}

export function retitle(title) {
  if (talk) talk = { ...talk, title };
  $("#title").textContent = talk ? talk.title : "New conversation";
}

/** Puts a question into the conversation and asks it. */
export function put(question) {
  $("#question").value = question;
  submit();
}

function submit() {
  const box = $("#question"), question = box.value.trim();
  if (!question || running) return;
  box.value = "";
  grow();
  side.view("chat");
  answer(question);
}

function grow() {
  const box = $("#question");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
}

function history() {
  return turns.filter((turn) => turn.kept).slice(-REMEMBERED).flatMap((turn) => [
    { role: "user", content: turn.question }, { role: "assistant", content: turn.kept.answer.text }]);
}

async function answer(question) {
  const before = history(), turn = { question };
  turns.push(turn);
  if (!talk) talk = { id: store.newId(), title: question.slice(0, 80), time: Date.now() };
  retitle(talk.title);
  $("#thread .welcome")?.remove();
  for (const old of document.querySelectorAll(".follow")) old.remove();
  const element = drawTurn(turn, turns.length - 1);
  const progress = working(element);
  keep();
  running = new AbortController();
  const mine = running;
  busy(true);
  toTurn(element);
  try {
    await call("stream", [question, before, settings.options(library.scope())], { signal: mine.signal, onEvent: (event) => {
      if (event.event === "stage") progress.stage(event);
      if (event.event === "sentence") progress.sentence(event);
      if (event.event === "answer") turn.kept = { answer: event.answer, blocks: event.blocks, markdown: event.markdown, made: event.made };
    } });
  } catch (error) {
    if (error.name === "AbortError") turn.stopped = true;
    else if (error instanceof Refused) turn.problem = error.message;
    else { turn.problem = "Something went wrong on this page. Reload it and ask again."; console.error(error); }
  }
  if (running === mine) { running = null; busy(false); }
  if (!turns.includes(turn)) return; // another conversation was opened meanwhile
  keep();
  draw(turn);
  announce(turn);
}

/** Keeps the conversation as it is, before its answer too: a page that is left meanwhile does not lose the question. */
function keep() {
  store.save({ ...talk, time: Date.now() }, turns);
  store.set("open", talk.id);
  side.talks();
}

function announce(turn) {
  if (turn.kept) {
    const n = turn.kept.answer.citations.length;
    say(`${turn.kept.answer.text.replace(/[*\\]/g, "")} ${n ? `${n} ${n === 1 ? "source" : "sources"}.` : ""}`);
  } else say(turn.problem || "Stopped.");
}

const STAGES = {
  retrieve: () => "Searching the documents…",
  evidence: (n) => `Reading ${n} ${n === 1 ? "source" : "sources"}…`,
  judge: () => "Weighing what they say…",
  write: () => "Writing the answer…",
  check: () => "Checking each sentence against its source…",
};

function working(element) {
  const line = h("span", {}, "Searching the documents…");
  const prose = h("div", { class: "prose" });
  const blocks = [];
  $(".reply", element).replaceChildren(prose, h("p", { class: "working" }, h("i", { class: "pulse" }), line));
  say("Searching the documents.");
  return {
    stage: (event) => { line.textContent = (STAGES[event.stage] || (() => "Working…"))(event.sources); },
    sentence: (event) => {
      const last = blocks.at(-1), [first, ...rest] = event.blocks;
      if (event.prose && last?.kind === "p" && first?.kind === "p") {
        last.lines.at(-1).push([" ", false, null], ...first.lines[0]);
        last.lines.push(...first.lines.slice(1));
        blocks.push(...rest);
      } else blocks.push(...event.blocks);
      prose.replaceChildren(...text(blocks));
      follow();
    },
  };
}

function follow() {
  const area = $("#scroll");
  if (area.scrollHeight - area.scrollTop - area.clientHeight < 200) area.scrollTop = area.scrollHeight;
}

function busy(on) {
  $("#send").hidden = on;
  $("#stop").hidden = !on;
  $("#thread").setAttribute("aria-busy", String(on));
}

// drawing

function draw(fresh = null) {
  retitle(talk ? talk.title : "");
  const thread = $("#thread");
  const top = $("#scroll").scrollTop;
  thread.replaceChildren();
  if (!turns.length) thread.append(suggest.welcome());
  turns.forEach((turn, i) => drawTurn(turn, i));
  $("#scroll").scrollTop = top;
  if (fresh) {
    toTurn(thread.lastElementChild);
    if (fresh.kept) suggest.follow(thread.lastElementChild, fresh.kept.answer, turns.map((t) => t.question));
  }
  actions();
}

/** Scrolls so that a turn begins at the top, as far as there is something below it. */
function toTurn(element) {
  const area = $("#scroll");
  area.scrollTop += element.getBoundingClientRect().top - area.getBoundingClientRect().top;
}

function drawTurn(turn, i) {
  const reply = h("div", { class: "reply" });
  const element = h("article", { class: "turn", "aria-label": `Question ${i + 1}`, dataset: { turn: i + 1 } },
    h("div", { class: "asked" }, h("div", { class: "asked-text" }, turn.question),
      tool("edit", "Edit this question", () => edit(element, i))),
    reply);
  if (turn.kept) reply.append(whole(turn.kept, i + 1), foot(turn, i));
  else if (turn.problem) reply.append(trouble(turn.problem, i));
  else reply.append(h("div", { class: "stopped" }, h("p", {}, turn.stopped ? "You stopped this answer." : "This answer was not finished."), again(i)));
  $("#thread").append(element);
  return element;
}

const again = (i) => h("button", { type: "button", class: "plain", onclick: () => redo(i, turns[i].question) }, icon("redo"), "Ask again");

const trouble = (problem, i) => h("div", { class: "trouble", role: "alert" }, icon("alert"), h("div", {}, h("p", {}, problem), again(i)));

function foot(turn, i) {
  return h("div", { class: "foot" },
    sureness(turn.kept.answer),
    h("div", { class: "foot-actions" },
      tool("copy", "Copy the answer with its sources", () => copy(turn.kept.markdown)),
      tool("redo", "Ask again", () => redo(i, turn.question)),
      tool("receipt", "Save a receipt", () => receipt([turn])),
      rate.buttons(turn, () => store.save(talk, turns))));
}

function actions() {
  $("#talk-actions").replaceChildren(...(talk ? [
    tool("save", "Save this conversation as Markdown", markdown, { id: "save-markdown" }),
    tool("receipt", "Save a receipt of this conversation", () => receipt(turns.filter((turn) => turn.kept)), { id: "save-receipt" }),
  ] : []));
}

// what can be done

function redo(i, question) {
  if (running) return;
  panel.close();
  turns = turns.slice(0, i);
  draw();
  answer(question);
}

function edit(element, i) {
  if (running) return;
  const box = h("textarea", { rows: "2", "aria-label": "Edit this question", maxlength: "4000" });
  box.value = turns[i].question;
  const form = h("form", { class: "editing", onsubmit: (event) => { event.preventDefault(); if (box.value.trim()) redo(i, box.value.trim()); } },
    box,
    h("div", { class: "editing-actions" },
      i < turns.length - 1 ? h("span", { class: "hint" }, "The answers after it will be asked for anew.") : null,
      h("button", { type: "button", class: "plain", onclick: () => draw() }, "Cancel"),
      h("button", { type: "submit", class: "primary" }, "Ask")));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); draw(); }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(); }
  });
  $(".asked", element).replaceWith(form);
  box.focus();
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast("Copied, with its sources.");
  } catch (error) {
    const box = h("textarea", { rows: "10", readonly: true, "aria-label": "The answer with its sources" });
    box.value = words;
    await dialog("Copy the answer", box, [["", "Done", "primary"]]);
  }
}

const fileName = (ending) => `${(talk?.title || "conversation").replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 50).replace(/^-|-$/g, "") || "conversation"}.${ending}`;

async function markdown() {
  const items = turns.filter((turn) => turn.kept).map((turn) => ({ question: turn.question, markdown: turn.kept.markdown }));
  await attempt(async () => download(fileName("md"), await call("markdown", [talk.title, items]), "text/markdown"));
}

async function receipt(some) {
  if (!some.length) { toast("There is no answer to save yet."); return; }
  await attempt(async () => {
    const made = await call("receipt", [some.map((turn) => ({ answer: turn.kept.answer, made: turn.kept.made }))]);
    download(fileName("receipt.json"), JSON.stringify(made, null, 2), "application/json");
  });
}

async function attempt(act) {
  try { await act(); } catch (error) { toast(error.message); }
}

// citations

function placeOf(chip) {
  const turn = turns[Number(chip.dataset.turn) - 1];
  return turn?.kept ? places(turn.kept.answer).find((place) => String(place.number) === chip.dataset.number) : null;
}

function openSource(chip) {
  const turn = Number(chip.dataset.turn), all = turns[turn - 1]?.kept;
  if (!all) return;
  hover.hide();
  const found = places(all.answer).map((place) => ({ ...place, turn }));
  panel.show(found, found.findIndex((place) => String(place.number) === chip.dataset.number), chip);
}
