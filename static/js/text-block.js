// One text of a draft: read as sentences that can be marked, edited in place with the change shown live,
// and seen as text, as changes or as the draft was.

import { h } from "./dom.js";
import { countChanges, showDiff } from "./diff-view.js";
import { matchUnits, splitSentences } from "./sentences.js";

export const MARKS = [
  { name: "correct", key: "1", sign: "✓" },
  { name: "wrong", key: "2", sign: "✕" },
  { name: "unverifiable", key: "3", sign: "?" },
];

/**
 * marks: a Map shared by all blocks, "name:index of the draft's sentence" to mark.
 * onFocus(block) when a sentence is chosen; onChange() when text or marks change.
 */
export function createTextBlock({ name, title, draft, value, marks, onChange, onFocus }) {
  const state = { text: value, view: "text", focused: -1, area: null };
  const draftUnits = splitSentences(draft);
  const status = h("button", { type: "button", class: "group__status", "data-key": "d", "data-cap": "d" }, h("span", {}));
  const edit = h("button", { type: "button", class: "btn btn--quiet btn--small", onclick: () => startEditing() }, "Edit");
  const restore = h("button", { type: "button", class: "btn btn--quiet btn--small", hidden: true, onclick: () => setText(draft) }, "Restore draft");
  const body = h("div", { class: "block__body" });
  const node = h("section", { class: "group block", "aria-label": title },
    h("header", { class: "group__head" }, h("h2", { class: "group__title", text: title }), status, restore, edit), body);
  const api = {
    name, draft, node,
    value: () => state.text,
    isChanged: () => state.text !== draft,
    units: () => shownUnits(),
    focusedIndex: () => state.focused,
    isEditing: () => Boolean(state.area),
    focusedUnit, focus, mark, edit: () => startEditing(), stopEditing, setView,
  };

  function shownUnits() {
    if (state.view === "draft" || state.text === draft) return draftUnits.map((u, index) => ({ ...u, index }));
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
    const mark = MARKS.find((m) => m.name === marks.get(`${name}:${unit.index}`));
    const isNew = unit.index < 0;
    return h("span", {
      class: "unit", "data-mark": mark?.name, "data-new": isNew || undefined, "data-focused": i === state.focused || undefined,
      onclick: () => { focus(i); onFocus(api); }, ondblclick: () => startEditing(),
    }, mark && h("b", { class: "unit__sign", "aria-label": mark.name, text: mark.sign }), unit.text);
  }

  function draw() {
    const isChanged = state.text !== draft;
    const n = isChanged ? countChanges(draft, state.text) : 0;
    const words = { text: `${n} ${n === 1 ? "change" : "changes"}`, changes: "showing changes", draft: "showing the draft" }[state.view];
    status.hidden = !isChanged;
    status.firstElementChild.textContent = words;
    restore.hidden = !isChanged;
    edit.hidden = Boolean(state.area);
    if (state.area) return;
    const text = h("p", { class: "reading" });
    if (state.view === "changes" && isChanged) showDiff(text, draft, state.text);
    else text.append(...shownUnits().flatMap((u, i) => (i ? [" ", unitNode(u, i)] : [unitNode(u, i)])));
    if (!state.text.trim() && state.view !== "draft") text.append(h("span", { class: "dim", text: "Nothing written." }));
    body.replaceChildren(text);
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
    const unit = state.view === "draft" ? null : shownUnits()[state.focused];
    setView("text");
    const live = h("p", { class: "diff block__live", hidden: true, "aria-live": "off" });
    const showLive = () => {
      live.hidden = state.text === draft;
      showDiff(live, draft, state.text);
    };
    state.area = h("textarea", {
      class: "textarea reading block__area", "aria-label": title, value: state.text, spellcheck: true,
      oninput: () => { state.text = state.area.value; showLive(); draw(); onChange(); },
      onblur: () => stopEditing(),
    });
    body.replaceChildren(state.area, live);
    showLive();
    draw();
    state.area.focus();
    const at = unit ? unit.start : state.area.value.length;
    state.area.setSelectionRange(at, at);
    onFocus(api);
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
