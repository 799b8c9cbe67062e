// Whether an answer was good: a thumb, and a word where there is one.

import { call } from "./api.js";
import { ask, h, toast, tool } from "./dom.js";

/** keep(): called when the turn has changed. */
export function buttons(turn, keep) {
  const group = h("span", { class: "thumbs", role: "group", "aria-label": "Was this answer good?" });
  const draw = () => group.replaceChildren(thumb("up", "Good answer", true), thumb("down", "Bad answer", false));
  const thumb = (name, label, good) => tool(name, label, () => give(good), { "aria-pressed": String(turn.good === good) });
  const give = async (good) => {
    const box = h("textarea", { rows: "3", maxlength: "2000", "aria-label": "A word about it, if you like",
      placeholder: good ? "What was good about it? (optional)" : "What was wrong? (optional)" });
    const text = h("p", {}, "The question, the answer and your word are kept in a file on the machine that runs Citewell.");
    const said = await ask(good ? "A good answer" : "A bad answer", [text, box], [["", "Cancel"], ["ok", "Send", "primary"]]);
    if (said !== "ok") return;
    try {
      toast(await call("rate", [turn.kept.answer, turn.kept.made, good, box.value]));
      turn.good = good;
      keep();
      draw();
    } catch (error) {
      toast(error.message);
    }
  };
  draw();
  return group;
}
