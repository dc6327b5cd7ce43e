// Grades of a text that is settled: three rows at the foot of the panel, a digit each, then Enter.

import { button, h } from "./dom.js";

const ROWS = [["usefulness", "Useful"], ["correctness", "Correct"], ["specificity", "Specific to this photo"]];
const STEPS = [1, 2, 3, 4, 5];

/** Opens the rows; onDone({usefulness, correctness, specificity}) once all three are given. Escape goes back to the text. */
export function openRubric({ api, stage, onDone }) {
  const layer = api.keys.layer();
  const given = {};
  let at = 0;
  const send = button({ label: "Accept", key: "Enter", kind: "primary", disabled: true });
  const rows = ROWS.map(([name, words], row) => h("div", { class: "rubric__row", role: "group", "aria-label": words }, h("span", { text: words }),
    ...STEPS.map((value) => h("button", { type: "button", class: "chip", "aria-pressed": "false", "aria-label": `${words}: ${value} of 5`, onclick: () => { at = row; give(value); } }, String(value)))));
  const box = h("div", { class: "reject rubric", role: "group", "aria-label": "Grade the accepted text" },
    h("h2", { class: "group__title", text: "The text as it is now, 1 poor to 5 excellent" }), ...rows,
    h("div", { class: "btn-row" }, send, button({ label: "Back to the text", key: "Escape", kind: "quiet" })));

  function give(value) {
    given[ROWS[at][0]] = value;
    api.tell(`${ROWS[at][1]}: ${value} of 5.`);
    at = Math.min(at + 1, ROWS.length - 1);
    show();
  }

  function show() {
    rows.forEach((row, i) => {
      row.toggleAttribute("data-here", i === at);
      row.querySelectorAll("button").forEach((b, j) => b.setAttribute("aria-pressed", String(given[ROWS[i][0]] === STEPS[j])));
    });
    send.disabled = ROWS.some(([name]) => !given[name]);
  }

  function close() {
    layer.close();
    box.remove();
    api.foot.removeAttribute("data-covered");
    stage.focus({ preventScroll: true });
  }

  function move(step) {
    at = Math.min(Math.max(at + step, 0), ROWS.length - 1);
    show();
  }

  STEPS.forEach((value) => layer.register({ key: String(value), label: value === 1 ? "grade" : "", caps: ["1", "5"], isRange: true, action: () => give(value) }));
  layer.register({ key: "ArrowDown", label: "row", caps: ["ArrowUp", "ArrowDown"], action: () => move(1) });
  layer.register({ key: "ArrowUp", label: "", action: () => move(-1) });
  layer.register({ key: "Enter", alt: ["Ctrl+Enter"], label: "accept", bar: false, action: () => {
    if (send.disabled) return api.say("Grade all three first.", "bad");
    close();
    return onDone({ ...given });
  } });
  layer.register({ key: "Escape", label: "back", action: close, bar: false });
  api.foot.setAttribute("data-covered", "");
  api.foot.prepend(box);
  show();
  api.keys.refresh();
  stage.focus({ preventScroll: true });
}
