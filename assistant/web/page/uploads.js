// Adding files: dropped or chosen, sent one after another, each with its result in words; then the index is brought up to date.

import { call } from "./api.js";
import { h, icon, oneLine, say } from "./dom.js";

let results = []; // what became of the files, newest last; they stay while the page is open

/** Where files are dropped. done(): called when the library has changed. */
export function zone(about, done) {
  const list = h("ul", { class: "results", "aria-label": "Files that were added" });
  const input = h("input", { type: "file", multiple: true, id: "files", class: "sr", accept: ".txt,.md,.markdown,.html,.htm,.pdf,.docx",
    onchange: () => { send([...input.files], about, list, done); input.value = ""; } });
  const area = h("div", { class: "drop" }, icon("upload"),
    h("p", {}, h("label", { for: "files", class: "choose" }, "Choose files"), " or drop them here"),
    h("p", { class: "hint" }, `Text, Markdown, HTML, PDF or DOCX, at most ${about.upload_mb} MB each. They go into the folder “uploads”.`), input);
  const over = (on) => (event) => { event.preventDefault(); area.classList.toggle("over", on); };
  area.addEventListener("dragover", over(true));
  area.addEventListener("dragleave", over(false));
  area.addEventListener("drop", (event) => { over(false)(event); send([...event.dataTransfer.files], about, list, done); });
  draw(list);
  return h("div", { class: "adding" }, area, list);
}

function draw(list) {
  list.replaceChildren(...results.map((one) => h("li", { class: one.state },
    icon(one.state === "bad" ? "alert" : one.state === "good" ? "check" : "file"),
    h("span", { class: "name" }, oneLine(one.name)),
    h("span", { class: "words" }, one.words),
    one.state === "busy" ? h("progress", { max: "1", value: one.part || null, "aria-label": `Progress of ${oneLine(one.name)}` }) : null)));
}

async function send(files, about, list, done) {
  if (!files.length) return;
  results = results.filter((one) => one.state === "busy");
  const mine = files.map((file) => ({ file, name: file.name, state: "busy", words: "waiting", part: 0 }));
  results.push(...mine);
  draw(list);
  for (const one of mine) {
    if (one.file.size > about.upload_mb * 1e6) bad(one, `It has ${Math.ceil(one.file.size / 1e6)} MB; at most ${about.upload_mb} MB are taken. Split it.`);
    else await upload(one, () => draw(list));
    draw(list);
  }
  const added = mine.filter((one) => one.state === "busy");
  if (added.length) await index(added, list);
  say(mine.map((one) => `${one.name}: ${one.words}`).join(" "));
  await done();
}

function bad(one, words) { Object.assign(one, { state: "bad", words }); }

function upload(one, redraw) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/uploads?name=${encodeURIComponent(one.name)}`);
    request.upload.onprogress = (event) => { one.words = "sending"; one.part = event.loaded / event.total / 2; redraw(); };
    request.upload.onload = () => { one.words = "being checked"; one.part = 0.5; redraw(); };
    request.onerror = () => { bad(one, "The server did not take it. Is it still running?"); resolve(); };
    request.onload = () => {
      const said = answer(request);
      if (said.source) Object.assign(one, { words: said.words, source: said.source });
      else bad(one, said.words);
      resolve();
    };
    request.send(one.file);
  });
}

function answer(request) {
  try { return JSON.parse(request.responseText); } catch (error) { return { words: `The server refused it (${request.status}).` }; }
}

async function index(added, list) {
  try {
    const report = await call("ingest", [], { onEvent: (event) => {
      for (const one of added) Object.assign(one, { words: event.words, part: 0.5 + (event.part || 0) / 2 });
      draw(list);
    } });
    const failed = new Map(report.failures);
    for (const one of added) {
      if (failed.has(one.source)) bad(one, failed.get(one.source));
      else Object.assign(one, { state: "good", words: "Added. It can be asked now." });
    }
  } catch (error) {
    for (const one of added) bad(one, error.message);
  }
  draw(list);
}
