// Elements are built, never parsed: whatever a text holds, it is shown as text. (The page's policy forbids HTML sinks.)

export const $ = (selector, root = document) => root.querySelector(selector);

/** An element: h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", child). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  plus: "M12 5v14M5 12h14",
  send: "M12 19V6M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  close: "M6 6l12 12M18 6L6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  book: "M5 5h5a2 2 0 0 1 2 2v12a2 2 0 0 0-2-2H5zM19 5h-5a2 2 0 0 0-2 2v12a2 2 0 0 1 2-2h5z",
  search: "M11 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12zM16 16l4 4",
  gear: "M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5v4M9 10v4M15 15v4",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  redo: "M19 12a7 7 0 1 1-2-5M19 4v4h-4",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  up: "M7 11l4-7c1.500 0 2 1 2 2v4h5a1.500 1.500 0 0 1 1.500 2l-1.500 6a2 2 0 0 1-2 1.500H7zM7 11H4v8.500h3",
  down: "M17 13l-4 7c-1.500 0-2-1-2-2v-4H6a1.500 1.500 0 0 1-1.500-2l1.500-6a2 2 0 0 1 2-1.500h9zM17 13h3V4.500h-3",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12M10 11v5M14 11v5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  receipt: "M7 4h10v16l-2.500-1.500L12 20l-2.500-1.500L7 20zM10 9h4M10 13h4",
  file: "M7 4h7l4 4v12H7zM14 4v4h4",
  none: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16zM9 12h6",
  differ: "M5 8h14l-3-3M19 16H5l3 3",
  upload: "M12 16V5M7 9l5-5 5 5M5 20h14",
  refresh: "M5 12a7 7 0 0 1 12-5l2 2M19 12a7 7 0 0 1-12 5l-2-2M19 5v4h-4M5 19v-4h4",
  check: "M5 12l5 5 9-10",
  alert: "M12 5l8 14H4zM12 10v4M12 16.500v.5",
};

/** A drawing beside a label; by itself it says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "ico");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon, and its name to whoever cannot see it or points at it. */
export const tool = (name, label, onclick, props = {}) =>
  h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...props }, icon(name));

export function say(text) {
  const live = $("#live");
  live.textContent = "";
  setTimeout(() => { live.textContent = text; }, 30);
}

let fading;
export function toast(text) {
  const box = $("#toast");
  box.textContent = text;
  box.classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => box.classList.remove("on"), 5000);
}

/** The text of a document on one line. */
export const oneLine = (text) => text.replace(/\s+/gu, " ").trim();

export const UNKNOWN = "date unknown";

export function download(name, text, type) {
  const link = h("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Shows a dialog; resolves with the value of the button that ended it, "" where it was left. */
export function ask(title, body, buttons) {
  return new Promise((resolve) => {
    const actions = buttons.map(([value, label, kind]) =>
      h("button", { type: "button", class: kind || "plain", onclick: () => { dialog.returnValue = value; dialog.close(value); } }, label));
    const heading = h("h2", { id: "dialog-title" }, title);
    const form = h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); dialog.close(buttons.at(-1)[0]); } },
      heading, body, h("div", { class: "dialog-actions" }, actions));
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" }, form);
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before && before.isConnected) before.focus();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
    const first = dialog.querySelector("input, select, textarea") || actions.at(-1);
    first.focus();
    if (first.select) first.select();
  });
}
