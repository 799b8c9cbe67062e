// Wires the page: what is drawn at first, and which part of it answers to what.

import * as chat from "./chat.js";
import { call } from "./api.js";
import { $, icon, toast } from "./dom.js";
import * as panel from "./panel.js";
import * as store from "./store.js";
import * as side from "./side.js";

function label(id, name, text = "") {
  $(id).prepend(icon(name));
  if (text) $(id).append(text);
}

label("#new-chat", "plus", "New conversation");
label("#to-library", "book", "Library");
label("#to-search", "search", "Search passages");
label("#to-settings", "gear", "Settings");
label("#open-side", "menu");
label("#close-side", "close");
label("#send", "send");
label("#stop", "stop");

async function start() {
  let about;
  try {
    about = await call("about", []);
  } catch (error) {
    toast(error.message);
    return;
  }
  store.open(about.collection, () => toast("The browser has no room for more. Export and delete old conversations."));
  $("#corpus-name").textContent = about.corpus;
  chat.start(about);
  side.start(about);
  document.documentElement.dataset.ready = "yes";
}

$("#shade").addEventListener("click", () => { side.shut(); panel.close(); });
start();
