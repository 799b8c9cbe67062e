// One answer on the page: its text with chips, a table where the sources differ, its sources, or the nearest passages.

import { UNKNOWN, h, icon, oneLine } from "./dom.js";

/** The text. cite(n) gives the chip of a marker; without it markers are numbers that lead nowhere yet. */
export function text(blocks, cite = null) {
  const merged = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (last && last.kind === "ul" && block.kind === "ul") last.lines.push(...block.lines);
    else merged.push({ kind: block.kind, lines: [...block.lines] });
  }
  return merged.map((block) => block.kind === "ul"
    ? h("ul", {}, block.lines.map((line) => h("li", {}, pieces(line, cite))))
    : h("p", {}, block.lines.map((line, i) => [i ? h("br") : null, pieces(line, cite)])));
}

function pieces(line, cite) {
  return line.map(([piece, bold, marker], i) => {
    if (marker !== null && marker !== undefined) return cite ? cite(marker) : h("span", { class: "chip waiting" }, marker);
    const place = i > 0 && line[i - 1][2] !== null && line[i - 1][2] !== undefined && /^ \(.*\)$/.test(piece);
    if (place) return h("span", { class: "where" }, piece);
    // a number never stands alone at the beginning of a line
    const cited = line[i + 1]?.[2] !== null && line[i + 1]?.[2] !== undefined;
    const words = cited ? piece.replace(/ $/, "\u00a0") : piece;
    return bold ? h("strong", {}, words) : words;
  });
}

/** What a chip leads to: the citations of an answer, or of an abstention its nearest passages. */
export function places(answer) {
  if (!answer.abstained) return answer.citations;
  return answer.nearest.map((passage, i) => ({ ...passage, number: i + 1, quote: passage.text, near: true }));
}

export function chip(place, turn) {
  return h("button", {
    type: "button", class: "chip", dataset: { turn, number: place.number },
    "aria-label": `Source ${place.number}: ${oneLine(place.title)}, ${place.date || UNKNOWN}`,
  }, place.number);
}

/** All of an answer. turn: its number in the conversation, for the chips. */
export function whole(kept, turn) {
  const { answer, blocks } = kept;
  if (answer.abstained) return refusal(answer, blocks, turn);
  const byNumber = new Map(answer.citations.map((citation) => [citation.number, citation]));
  const cite = (number) => (byNumber.has(number) ? chip(byNumber.get(number), turn) : `[${number}]`);
  const parts = [
    reading(answer),
    answer.conflicts.length ? answer.conflicts.map((conflict) => table(conflict, byNumber, turn)) : null,
    h("div", { class: "prose" }, text(blocks, cite)),
    sources(answer.citations, turn),
    notes(answer),
  ];
  return h("div", { class: answer.conflicts.length ? "answer differs" : "answer" }, parts);
}

/** How a question was read whose spelling was mended. */
function reading(answer) {
  return answer.read_as ? h("p", { class: "hint" }, `Read as: ${oneLine(answer.read_as)}`) : null;
}

function table(conflict, byNumber, turn) {
  const kind = { number: "Figure", date: "Date given", answer: "Answer" }[conflict.kind] || "Value";
  const rows = conflict.claims.map((claim) => {
    const citation = byNumber.get(claim.citation);
    return h("tr", {},
      h("td", { class: "value" }, oneLine(claim.value)),
      h("td", { class: "from" }, h("span", { class: "clamp" }, oneLine(citation ? citation.title : claim.source))),
      h("td", { class: "when" }, claim.date || h("span", { class: "unknown" }, UNKNOWN)),
      h("td", { class: "to" }, citation ? chip(citation, turn) : null));
  });
  return h("div", { class: "differ" },
    h("p", { class: "differ-title" }, icon("differ"), "The sources disagree"),
    h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, kind), h("th", { scope: "col" }, "Source"),
        h("th", { scope: "col" }, "Published"), h("th", { scope: "col" }, h("span", { class: "sr" }, "Place")))),
      h("tbody", {}, rows)));
}

function sources(citations, turn) {
  if (!citations.length) return null;
  return h("div", { class: "cards", role: "list", "aria-label": "Sources of this answer" },
    citations.map((citation) => h("div", { role: "listitem" }, card(citation, turn))));
}

export function card(place, turn) {
  return h("button", { type: "button", class: "card", dataset: { turn, number: place.number } },
    h("span", { class: "card-head" }, h("span", { class: "number", "aria-hidden": "true" }, place.number),
      h("span", { class: "card-title" }, oneLine(place.title))),
    h("span", { class: "card-place" }, `${place.date || UNKNOWN} · ${oneLine(place.source)}`),
    h("span", { class: "card-quote" }, oneLine(place.quote)));
}

function refusal(answer, blocks, turn) {
  const near = places(answer);
  return h("div", { class: "answer refusal" },
    reading(answer),
    h("div", { class: "refusal-head" }, icon("none"), h("div", { class: "prose" }, text(blocks))),
    near.length ? h("p", { class: "hint" }, "Nothing in the documents answers this. These passages are the nearest; they are not an answer.") : null,
    near.length ? h("div", { class: "cards tall", role: "list", "aria-label": "Nearest passages" },
      near.map((place) => h("div", { role: "listitem" }, card(place, turn)))) : null,
    notes(answer));
}

function notes(answer) {
  if (!answer.dropped.length) return null;
  return h("details", { class: "notes" },
    h("summary", {}, `${answer.dropped.length} ${answer.dropped.length === 1 ? "thing was" : "things were"} left out`),
    h("ul", {}, answer.dropped.map((item) => h("li", {}, h("span", {}, oneLine(item.text)), " — ", oneLine(item.reason)))));
}

/** How sure an answer is, in words and a small meter. */
export function sureness(answer) {
  const p = answer.abstained ? 1 - answer.confidence : answer.confidence;
  const [word, level] = p >= 0.8 ? ["High confidence", 3] : p >= 0.65 ? ["Fair confidence", 2] : ["Low confidence", 1];
  const percent = Math.round(p * 100);
  const what = answer.abstained ? "the documents do not answer this" : "the documents answer this";
  return h("span", { class: `sure level-${level}`, title: `Estimated probability that ${what}: ${percent}%` },
    h("span", { class: "meter", "aria-hidden": "true" }, [1, 2, 3].map((i) => h("i", { class: i <= level ? "on" : "" }))),
    `${word} · ${percent}%`);
}
