// One text of a draft: read as sentences that can be marked, edited in place with the change shown live,
// and seen as text, as changes or beside the draft.

import { h } from "./dom.js";
import { showDiff, wordDiff } from "./diff-view.js";
import { matchUnits, splitSentences } from "./sentences.js";
import { changesInWords, restoreUnit } from "./text-changes.js";

export const MARKS = [
  { name: "correct", key: "1", sign: "✓" },
  { name: "wrong", key: "2", sign: "✕" },
  { name: "unverifiable", key: "3", sign: "?" },
];

const short = (words) => (words.length > 80 ? `${words.slice(0, 79)}…` : words);

/**
 * marks, regions: Maps shared by all blocks, "name:index of the draft's sentence" to mark and box; kinds: the marks.
 * onFocus(block) when a sentence is chosen; onChange() when text or marks change; onHover(key or "") over a sentence
 * with a region; warn(text, block): sentences of warning.
 */
export function createTextBlock({ name, title, draft, value, marks, regions = new Map(), kinds = MARKS, onChange, onFocus, onHover = () => {}, warn = () => [] }) {
  const state = { text: value, view: "text", focused: -1, area: null, doubts: [] };
  const draftUnits = splitSentences(draft);
  const status = h("button", { type: "button", class: "group__status", "data-key": "d", "data-cap": "d" }, h("span", {}));
  const edit = h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: () => startEditing() }, "Edit");
  const restore = h("button", { type: "button", class: "btn btn--quiet btn--small", hidden: true, onclick: () => setText(draft) }, "Restore draft");
  const body = h("div", { class: "block__body" });
  const warnings = h("ul", { class: "block__warnings", "aria-label": `Warnings about: ${title}`, "aria-live": "polite", hidden: true });
  const node = h("section", { class: "group block", "aria-label": title },
    h("header", { class: "group__head" }, h("h2", { class: "group__title", text: title }), status, restore, edit), body, warnings);
  const api = {
    name, draft, node,
    value: () => state.text,
    isChanged: () => state.text !== draft,
    units: () => shownUnits(),
    focusedIndex: () => state.focused,
    isEditing: () => Boolean(state.area),
    focusedUnit, focus, mark, edit: () => startEditing(), stopEditing, setView, redraw: draw,
    canRestore: () => restoreUnit(draft, state.text, state.focused) !== null,
    doubt(list) {
      state.doubts = list;
      showWarnings();
    },
    restoreUnit: () => setText(restoreUnit(draft, state.text, state.focused) ?? state.text),
  };

  function shownUnits() {
    if (state.text === draft) return draftUnits.map((u, index) => ({ ...u, index }));
    const units = splitSentences(state.text);
    const at = matchUnits(draftUnits, units);
    return units.map((u, i) => ({ ...u, index: at[i] }));
  }

  function focusedUnit() {
    const units = shownUnits();
    const unit = units[state.focused];
    return unit && { ...unit, at: state.focused, of: units.length, mark: marks.get(`${name}:${unit.index}`) };
  }

  function unitNode(unit, i) {
    const mark = kinds.find((m) => m.name === marks.get(`${name}:${unit.index}`));
    const isNew = unit.index < 0;
    const key = `${name}:${unit.index}`;
    const hasRegion = regions.has(key);
    return h("span", {
      class: "unit", "data-mark": mark?.name, "data-new": isNew || undefined, "data-focused": i === state.focused || undefined,
      "data-region": hasRegion || undefined, onpointerenter: () => hasRegion && onHover(key), onpointerleave: () => hasRegion && onHover(""),
      onclick: () => { focus(i); onFocus(api); }, ondblclick: () => startEditing(),
    }, mark && h("b", { class: "unit__sign", role: "img", "aria-label": mark.words || mark.name, text: mark.sign }), unit.text);
  }

  function draw() {
    const isChanged = state.text !== draft;
    status.hidden = !isChanged;
    status.firstElementChild.textContent = { text: changesInWords(draft, state.text), changes: "showing changes", beside: "draft and text" }[state.view];
    showWarnings();
    restore.hidden = !isChanged;
    edit.hidden = Boolean(state.area);
    if (state.area) return;
    const text = h("p", { class: "reading" });
    if (state.view === "beside" && isChanged) {
      body.replaceChildren(beside());
      return;
    }
    if (state.view === "changes" && isChanged) showDiff(text, draft, state.text);
    else text.append(...shownUnits().flatMap((u, i) => (i ? [" ", unitNode(u, i)] : [unitNode(u, i)])));
    if (!state.text.trim()) text.append(h("span", { class: "dim", text: "Nothing written." }));
    body.replaceChildren(text);
  }

  function showWarnings() {
    const found = [...warn(state.text, api), ...state.doubts.filter((doubt) => state.text.includes(doubt.sentence)).map((doubt) => `Says “${short(doubt.sentence)}”, but ${doubt.words}.`)];
    warnings.hidden = !found.length;
    const print = found.join("\n");
    if (warnings.dataset.print === print) return;
    warnings.dataset.print = print;
    warnings.replaceChildren(...found.map((words) => h("li", { text: words })));
  }

  // The draft at the left with what went, the text at the right with what came.
  function beside() {
    const side = (label, gone, tag) => h("p", { class: "diff reading", "aria-label": label }, ...wordDiff(draft, state.text).filter(([op]) => op !== gone)
      .map(([op, piece]) => (op === "equal" ? document.createTextNode(piece) : h(tag, { text: piece }))));
    return h("div", { class: "beside" }, side("The draft", "insert", "del"), side("Your text", "delete", "ins"));
  }

  function focus(i) {
    state.focused = i;
    draw();
    if (i >= 0) {
      body.querySelector("[data-focused]")?.scrollIntoView({ block: "nearest" });
      onFocus(api);
    }
  }

  function mark(which) {
    const unit = focusedUnit();
    if (!unit || unit.index < 0) return;
    const at = `${name}:${unit.index}`;
    if (marks.get(at) === which) marks.delete(at);
    else marks.set(at, which);
    draw();
  }

  function setText(text) {
    state.text = text;
    if (state.area) state.area.value = text;
    draw();
    onChange();
  }

  function startEditing() {
    if (state.area) return;
    const unit = shownUnits()[state.focused];
    setView("text");
    const live = h("p", { class: "diff block__live", hidden: true, "aria-live": "off" });
    const showLive = () => {
      live.hidden = state.text === draft;
      showDiff(live, draft, state.text);
    };
    state.area = h("textarea", {
      class: "textarea reading block__area", "aria-label": title, value: state.text, spellcheck: true,
      oninput: () => { state.text = state.area.value; showLive(); draw(); onChange(); },
      onblur: leaveEditing,
    });
    body.replaceChildren(state.area, live);
    showLive();
    draw();
    state.area.focus();
    const at = unit ? unit.start : state.area.value.length;
    state.area.setSelectionRange(at, at);
    onFocus(api);
  }

  // Who looks into another window, or is asked something, comes back to the text and types on; keys would be acts there.
  function leaveEditing() {
    if (document.activeElement !== state.area && !document.querySelector("dialog[open]")) stopEditing();
  }

  function stopEditing() {
    if (!state.area) return;
    state.area = null;
    state.focused = Math.min(state.focused, shownUnits().length - 1);
    draw();
    if (state.focused >= 0) onFocus(api);
  }

  function setView(view) {
    state.view = view;
    draw();
  }

  draw();
  return api;
}
