// One text put together sentence by sentence: a column per answer beside the draft, and the result, which can be edited.
// Rows are groups of radio buttons: arrows choose within a row, Tab goes on; "leave out" is the last choice.

import { showDiff } from "./diff-view.js";
import { h } from "./dom.js";
import { isSame, mergedText, rowsOf } from "./three-way.js";

/**
 * createMerge(node, {name, draft, columns: [{letter, tone, text}], onChange}) fills [data-rows] and [data-result] of the node.
 * Returns {pick(column or 0 for the draft), used() -> Set of columns that differing rows were taken from, text(), focus(step), state(), restore()}.
 */
export function createMerge(node, { name, draft, columns, onChange }) {
  const rows = rowsOf(draft, columns.map((each) => each.text));
  const letters = ["draft", ...columns.map((each) => each.letter)];
  const tones = ["", ...columns.map((each) => `tone-${each.tone}`)];
  const chosen = rows.map((row) => (row[0] ? 0 : null));
  const result = node.querySelector("[data-result]");
  const again = h("button", { type: "button", class: "btn btn--small", hidden: true, onclick: () => { isEdited = false; build(); onChange(); } }, "Build it from the sentences again");
  let isEdited = false;

  function build() {
    again.hidden = !isEdited;
    if (isEdited) return;
    result.value = mergedText(rows, chosen);
  }

  function choose(at, column) {
    chosen[at] = column;
    build();
    onChange();
  }

  function cell(row, at, column) {
    const input = h("input", { type: "radio", name: `${name}-${at}`, value: String(column), onchange: () => choose(at, row[column] ? column : null) });
    const words = h("span", { class: "cell__words diff" });
    if (!row[column]) words.textContent = "not there";
    else if (column && row[0] && row[0].text !== row[column].text) showDiff(words, row[0].text, row[column].text);
    else words.textContent = column && row[0] ? "as the draft" : row[column].text;
    words.classList.toggle("dim", !row[column] || Boolean(column && row[0] && row[0].text === row[column].text));
    return h("label", { class: `cell ${tones[column]}` }, h("span", { class: "cell__by" }, input, h("b", { text: letters[column] })), words);
  }

  function rowNode(row, at) {
    const words = `Sentence ${at + 1}`;
    if (isSame(row)) {
      return h("div", { class: "row row--same" }, h("p", { class: "reading", text: row[0].text }), h("span", { class: "dim small", text: "the same in all" }));
    }
    const out = h("input", { type: "radio", name: `${name}-${at}`, value: "out", onchange: () => choose(at, null) });
    return h("fieldset", { class: "row", "data-row": String(at) }, h("legend", { class: "visually-hidden", text: words }),
      ...letters.map((_, column) => cell(row, at, column)),
      h("label", { class: "cell cell--out" }, h("span", { class: "cell__by" }, out, h("b", { text: "leave out" }))));
  }

  const area = node.querySelector("[data-rows]");
  area.classList.add("rows");
  area.replaceChildren(...rows.map(rowNode));
  result.after(again);
  result.addEventListener("input", () => {
    isEdited = true;
    build();
    onChange();
  });

  function show() {
    area.querySelectorAll("[data-row]").forEach((group) => {
      const at = Number(group.dataset.row);
      const wanted = chosen[at] === null ? "out" : String(chosen[at]);
      group.querySelectorAll("input").forEach((input) => { input.checked = input.value === wanted; });
    });
  }

  /** The next or previous row in which the texts differ. */
  function focus(step) {
    const groups = [...area.querySelectorAll("[data-row]")];
    if (!groups.length) return false;
    const now = groups.findIndex((group) => group.contains(document.activeElement));
    const next = now < 0 ? (step > 0 ? 0 : groups.length - 1) : now + step;
    if (!groups[next]) return false;
    (groups[next].querySelector("input:checked") || groups[next].querySelector("input")).focus();
    return true;
  }

  show();
  build();
  return {
    pick(column) {
      rows.forEach((row, at) => { chosen[at] = row[column] ? column : null; });
      isEdited = false;
      show();
      build();
    },
    used: () => new Set(rows.flatMap((row, at) => (isSame(row) || chosen[at] === null ? [] : [chosen[at]]))),
    text: () => result.value,
    /** To be kept and put back: the column of each row, and the text where it was edited by hand. */
    state: () => ({ chosen: [...chosen], text: isEdited ? result.value : null }),
    restore(was) {
      if (was.chosen.length !== rows.length) return;
      was.chosen.forEach((column, at) => { chosen[at] = column !== null && rows[at][column] ? column : null; });
      isEdited = was.text !== null;
      show();
      build();
      if (isEdited) result.value = was.text;
    },
    edit: () => result.focus(),
    focus,
    holds: (element) => node.contains(element),
  };
}
