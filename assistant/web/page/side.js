// The column beside the chat: its views, and the list of conversations.

import * as chat from "./chat.js";
import { $, ask, h, toast, tool } from "./dom.js";
import * as library from "./library.js";
import * as search from "./search.js";
import * as settings from "./settings.js";
import * as store from "./store.js";
import * as suggest from "./suggest.js";

const VIEWS = ["chat", "library", "search"];
const TITLES = { library: "Library", search: "Search passages" };

export function start(about) {
  settings.start(about);
  library.start(about);
  search.start();
  suggest.start();
  $("#new-chat").addEventListener("click", () => { chat.open(null); shut(); });
  $("#to-library").addEventListener("click", () => { view("library"); shut(); });
  $("#to-search").addEventListener("click", () => { view("search"); shut(); $("#query").focus(); });
  $("#to-settings").addEventListener("click", () => { shut(); settings.show(); });
  $("#scope").addEventListener("click", () => view("library"));
  $("#open-side").addEventListener("click", () => {
    document.body.classList.add("menu");
    $("#shade").hidden = false;
    $("#close-side").focus();
  });
  $("#close-side").addEventListener("click", () => { shut(); $("#open-side").focus(); });
  addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
  talks();
}

/** Shows one of the views in the middle. */
export function view(name) {
  for (const one of VIEWS) $(`#${one}`).hidden = one !== name;
  $("#to-library").toggleAttribute("aria-current", name === "library");
  $("#to-search").toggleAttribute("aria-current", name === "search");
  $("#talk-actions").hidden = name !== "chat";
  if (TITLES[name]) $("#title").textContent = TITLES[name];
  else chat.retitle(store.list().find((talk) => talk.id === chat.current())?.title || "New conversation");
  if (name === "library") library.draw();
  talks();
}

/** Closes the menu that a phone shows over the page. */
export function shut() {
  document.body.classList.remove("menu");
  $("#shade").hidden = true;
}

export function talks() {
  const all = store.list();
  const shown = $("#chat").hidden ? null : chat.current();
  $("#talks").replaceChildren(...(all.length ? all.map((talk) => entry(talk, talk.id === shown))
    : [h("li", { class: "no-talks" }, "Your conversations stay in this browser.")]));
}

function entry(talk, current) {
  return h("li", { class: current ? "talk on" : "talk" },
    h("button", { type: "button", class: "talk-open", "aria-current": current ? "true" : null,
      onclick: () => { chat.open(talk); shut(); } }, talk.title),
    tool("edit", `Rename “${talk.title}”`, () => rename(talk)),
    tool("trash", `Delete “${talk.title}”`, () => remove(talk)));
}

async function rename(talk) {
  const box = h("input", { type: "text", maxlength: "80", "aria-label": "Name of the conversation", value: talk.title });
  if (await ask("Rename the conversation", box, [["", "Cancel"], ["ok", "Rename", "primary"]]) !== "ok" || !box.value.trim()) return;
  store.rename(talk.id, box.value.trim());
  if (talk.id === chat.current()) chat.retitle(box.value.trim());
  talks();
}

async function remove(talk) {
  const text = h("p", {}, `“${talk.title}” is in this browser alone. Once deleted, it is gone.`);
  if (await ask("Delete the conversation?", text, [["", "Keep it"], ["ok", "Delete", "danger"]]) !== "ok") return;
  store.remove(talk.id);
  if (talk.id === chat.current()) chat.open(null);
  talks();
  toast("Deleted.");
}

