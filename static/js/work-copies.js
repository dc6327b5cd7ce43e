// Two copies of one item's unfinished work: both are shown where they differ, in words, and a person chooses.

import { ask } from "./dialog.js";
import { wordDiff } from "./diff-view.js";
import { h } from "./dom.js";
import { isSame } from "./kept-copy.js";

const isBox = (value) => value.length === 4 && value.every((each) => typeof each === "number" && each >= 0 && each <= 1);
const percent = (value) => `${+(value * 100).toFixed(1)}`;

/** A part of an answer in words. */
export function inWords(value) {
  if (value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length)) return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(+value.toFixed(3));
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return Object.entries(value).map(([name, each]) => `${nameOf(name)}: ${inWords(each)}`).join(", ");
  if (isBox(value)) return `a frame from ${percent(value[0])}, ${percent(value[1])} to ${percent(value[2])}, ${percent(value[3])} %`;
  return value.map(inWords).join(value.some((each) => typeof each === "object") ? "\n" : ", ");
}

const nameOf = (name) => name.replaceAll("_", " ");

/** [[name, words of mine, words of theirs], ...] of the parts that differ. */
export function differences(mine, theirs) {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  return names.filter((name) => name !== "edits" && !isSame(mine[name], theirs[name])).map((name) => [nameOf(name), inWords(mine[name]), inWords(theirs[name])]);
}

function column(title, parts, side) {
  const gone = side === "mine" ? "delete" : "insert";
  const text = (mine, theirs) => wordDiff(theirs, mine).filter(([op]) => op !== gone).map(([op, words]) => (op === "equal" ? words : h("ins", { text: words })));
  return h("section", { "aria-label": title }, h("h3", { class: "group__title", text: title }),
    ...parts.flatMap(([name, mine, theirs]) => [h("h4", { class: "dim small", text: name }), h("p", { class: "diff reading prewrap", dir: "auto" }, ...text(mine, theirs))]));
}

/** Shows two working copies of one item; "mine" or "theirs". Leaving the question keeps mine. */
export async function askWhichCopy({ mine, theirs, title = "This item was also edited elsewhere", names = ["Here", "Elsewhere"], acts = ["Keep what is here", "Take the other one"] }) {
  const parts = differences(mine, theirs);
  const said = await ask({
    title, wide: true, isUnbidden: true,
    body: [h("p", { class: "dim", text: "Only what differs is shown. The other version is given up." }),
      h("div", { class: "diff-pair copies", tabindex: 0, role: "group", "aria-label": "Both versions" }, column(names[0], parts, "mine"), column(names[1], parts, "theirs"))],
    choices: [{ label: acts[1], value: "theirs" }, { label: acts[0], value: "mine", kind: "primary" }],
  });
  return said?.value || "mine";
}
