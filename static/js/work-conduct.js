// What a campaign's conduct puts on the work page: the reference after a training answer, changed
// guidelines to confirm, the time to look before an answer is taken, and why nothing more is given now.

import { wordDiff } from "./diff-view.js";
import { button, h, svg } from "./dom.js";

const TITLES = {
  break: "Time for a break", today: "Enough for today", failed: "Not passed this time",
  guidelines: "The guidelines have changed",
};

/** The heading over the words of a stop. */
export const titleOf = (why) => TITLES[why] || "Nothing to do here now";

/** Counts down until an answer is taken. start(), when the item is seen; stop(), when it is left; left() in ms. */
export function createViewTime({ node, timer, least }) {
  let beat = 0;
  let isRunning = false;

  const left = () => (isRunning ? Math.max(0, least - timer.read().active_ms) : least);

  function show() {
    const ms = isRunning ? left() : 0;
    node.hidden = ms <= 0;
    node.textContent = ms > 0 ? `look for ${(ms / 1000).toFixed(1)} s` : "";
    if (ms <= 0) clearInterval(beat);
  }

  function stop() {
    isRunning = false;
    clearInterval(beat);
    if (node) show();
  }

  function start() {
    if (!least || !node) return;
    isRunning = true;
    beat = setInterval(show, 100);
    show();
  }

  return { start, stop, left: () => (least ? left() : 0) };
}

function boxesOf(photo, yours, reference) {
  if (!photo?.url || !(yours.boxes.length || reference.boxes.length)) return null;
  const rects = (boxes, kind) => boxes.map(([x1, y1, x2, y2]) => svg("rect", { x: x1, y: y1, width: x2 - x1, height: y2 - y1, class: `told__box told__box--${kind}` }));
  return h("figure", { class: "told__photo" }, h("img", { src: photo.url, alt: "The photo with both answers" }),
    svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, ...rects(yours.boxes, "yours"), ...rects(reference.boxes, "reference")),
    h("figcaption", { text: "dashed: yours, solid: the reference" }));
}

function answerOf(title, answer) {
  const texts = Object.values(answer.texts).map((text) => h("p", { class: "reading prewrap", text }));
  return h("section", { class: "told__answer" }, h("h3", { text: title }), h("p", { class: "told__words", text: answer.words }), ...texts);
}

/** Beside each other: one's own answer and the reference, the lead's words, and the end of a round. */
export function feedbackStage(told, photo) {
  const { agrees, yours, reference, why, result } = told;
  return h("div", { class: "told", role: "status" },
    h("h2", { class: agrees ? "told__title told__title--good" : "told__title", text: agrees ? "✓ This agrees with the reference" : "≠ The reference is another" }),
    h("div", { class: "told__pair" }, answerOf("Yours", yours), answerOf("Reference", reference)),
    boxesOf(photo, yours, reference),
    why && h("p", { class: "told__why" }, h("strong", { text: "Why: " }), why),
    result && h("p", { class: "told__result", text: result.words }),
    button({ label: "Go on", key: "Enter", kind: "primary" }));
}

function changed(before, after) {
  if (before === null) return after.split(/\n{2,}/).map((text) => h("p", { class: "prewrap", text }));
  const marks = { equal: null, insert: "ins", delete: "del" };
  return [h("p", { class: "diff" }, ...wordDiff(before, after).map(([op, text]) => (marks[op] ? h(marks[op], { text }) : text)))];
}

function exampleOf({ url, words, is_good: isGood }) {
  return h("figure", { class: "example" }, h("img", { src: url, alt: "", loading: "lazy" }),
    h("figcaption", {}, h("strong", { class: isGood ? "example__good" : "example__bad", text: isGood ? "✓ good: " : "✗ bad: " }), words));
}

/** Examples of good and bad, in their order. */
export const examplesOf = (examples) => (examples.length ? [h("div", { class: "examples" }, ...examples.map(exampleOf))] : []);

/** Guidelines to be read and confirmed; what changed since the version one knows is marked. */
export function guidelinesStage(told) {
  const since = told.before_version ? `What changed since version ${told.before_version} is marked.` : "Please read them before your first item.";
  return h("div", { class: "told told--guidelines" },
    h("h2", { text: told.before_version ? `The guidelines are version ${told.version} now` : `Guidelines, version ${told.version}` }), h("p", { class: "dim", text: since }),
    h("div", { class: "reading told__text", tabindex: 0, role: "region", "aria-label": "Guidelines" }, ...changed(told.before, told.text), ...examplesOf(told.examples)),
    button({ label: "I have read them, go on", key: "Enter", kind: "primary" }));
}

/** The guidelines beside the work: brings a dialog to a newer version, and searches in it. */
export function wireGuidelines(dialog) {
  const field = dialog.querySelector("[data-search]");
  const body = dialog.querySelector("[data-guidelines-body]");
  const found = dialog.querySelector("[data-found]");
  const parts = () => [...body.querySelectorAll("p, figure")];

  function search() {
    const words = field.value.trim().toLowerCase();
    parts().forEach((part) => { part.hidden = Boolean(words) && !part.textContent.toLowerCase().includes(words); });
    const count = parts().filter((part) => !part.hidden).length;
    found.textContent = words ? `${count} ${count === 1 ? "place" : "places"}` : "";
  }

  field.addEventListener("input", search);
  return {
    update(told) {
      body.replaceChildren(...changed(null, told.text), ...examplesOf(told.examples));
      document.querySelectorAll("[data-guidelines-version]").forEach((node) => { node.textContent = told.version; });
      field.value = "";
      search();
    },
  };
}
