// A row of attributes below a score, each on a short scale: one of them, or the score, is lit, and a digit
// grades it and goes on to the next that is open. 0 says that the photo has none of it.

import { h } from "./dom.js";
import { createScale } from "./rating.js";

const NONE = 0;

/**
 * asked: [{name, title}]; values: [{value, label}]; saved: {name: grade or null}; first: {node, scale} of the score,
 * which comes before them. Returns {node, grades(), missing(), clear(), registerKeys(values of the score)}.
 */
export function createAttributes({ asked, values, saved = {}, first, keys, onChange, say, tell }) {
  let at = 0;
  const steps = [...values, { value: NONE, label: "the photo has none" }];
  const rows = asked.map((attribute, i) => {
    const kept = Object.hasOwn(saved || {}, attribute.name) ? saved[attribute.name] ?? NONE : null;
    const scale = createScale({ values: steps, name: attribute.title, value: kept, onPick: () => { at = i + 1; show(); onChange(); } });
    scale.node.lastElementChild.textContent = "–";
    return { ...attribute, scale, words: h("span", { class: "attribute__words" }) };
  });
  rows.forEach((row) => { row.node = h("div", { class: "attribute", "data-attribute": row.name }, h("span", { class: "attribute__name", text: row.title }), row.words, row.scale.node); });
  const lines = [first, ...rows];
  lines.forEach((line, i) => line.node.addEventListener("pointerdown", () => { at = i; show(); }));
  const node = h("div", { class: "attributes", role: "group", "aria-label": "Attributes" }, ...rows.map((row) => row.node));

  const wordOf = (value) => (value === null ? "" : value === NONE ? "none" : steps.find((step) => step.value === value)?.label || "");

  function show() {
    lines.forEach((line, i) => line.node.toggleAttribute("data-here", i === at));
    rows.forEach((row) => { row.words.textContent = wordOf(row.scale.value()); });
    keys.refresh();
  }

  function grade(value) {
    if (at > 0 && value !== NONE && !values.some((step) => step.value === value)) {
      say(`${rows[at - 1].title}: ${values[0].value} to ${values.at(-1).value}, or 0 where the photo has none.`, "bad");
      return;
    }
    lines[at].scale.pick(at === 0 && value === NONE ? 10 : value);
    const open = [...lines.keys()].map((d) => (at + 1 + d) % lines.length).find((i) => lines[i].scale.value() === null);
    const graded = at === 0 ? `Score ${first.scale.value()}.` : `${rows[at - 1].title}: ${rows[at - 1].scale.value() || ""} ${wordOf(rows[at - 1].scale.value())}.`;
    at = open ?? at;
    tell(open === undefined ? `${graded} All are graded.` : `${graded} Next: ${at === 0 ? "score" : rows[at - 1].title.toLowerCase()}.`);
    show();
  }

  function takeBack() {
    if (lines[at].scale.value() === null && at > 0) at -= 1;
    lines[at].scale.clear();
    show();
    onChange();
  }

  function move(step) {
    at = Math.min(Math.max(at + step, 0), lines.length - 1);
    show();
  }

  at = Math.max(0, lines.findIndex((line) => line.scale.value() === null));
  show();
  return {
    node,
    grades: () => Object.fromEntries(rows.filter((row) => row.scale.value() !== null).map((row) => [row.name, row.scale.value() || null])),
    missing: () => rows.filter((row) => row.scale.value() === null).map((row) => row.title.toLowerCase()),
    clear() {
      rows.forEach((row) => row.scale.clear());
      at = 0;
      show();
    },
    registerKeys() {
      for (let digit = 0; digit <= 9; digit += 1) keys.register({ key: String(digit), action: () => grade(digit), label: digit ? "" : "grade and go on", caps: ["1", "0"], isRange: true });
      ["ArrowUp", "ArrowDown"].forEach((key, i) => keys.register({ key, action: () => move(i ? 1 : -1), label: i ? "" : "grade before, after", caps: ["ArrowUp", "ArrowDown"] }));
      keys.register({ key: "Backspace", label: "take a grade back", action: takeBack });
    },
  };
}
