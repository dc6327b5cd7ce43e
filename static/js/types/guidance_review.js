// Guidance review: a machine's draft beside the photo, sentence by sentence.
//
// item   {photo: {url, width, height, facts?}, raw_comments?: ["words" | {text, author?}],
//         draft: {overall, analysis, guidance, issues: [{text}], suggestions: [{text}]},
//         reject_reasons?: [{value, label}]}
// answer {verdict: "accept" | "reject", reason: "" | "code" | "code: words",
//         overall, analysis, guidance, issues: [str], suggestions: [str],
//         marks: [{block: "overall" | "analysis" | "guidance", index, mark: "correct" | "wrong" | "unverifiable"}]}
//        index counts the draft's sentences from 0; the texts are the edited ones, equal to the draft where untouched

import { capHere } from "../keys.js";
import { button, h } from "../dom.js";
import { countChanges } from "../diff-view.js";
import { createPhotoStage } from "../photo-stage.js";
import { openReject } from "../reject.js";
import { createTextBlock, MARKS } from "../text-block.js";
import { createLineList } from "../line-list.js";

const BLOCKS = [["overall", "Overall impression"], ["analysis", "Analysis"], ["guidance", "Guidance"]];
const VIEWS = ["text", "changes", "draft"];
const REASONS = [
  { value: "wrong_fact", label: "states a wrong fact" },
  { value: "not_visible", label: "names what is not visible" },
  { value: "vague", label: "too vague to help" },
  { value: "harmful", label: "would harm the photo" },
  { value: "style", label: "language or tone" },
  { value: "duplicate", label: "says the same twice" },
  { value: "other", label: "another reason" },
];

const textOf = (entry) => (typeof entry === "string" ? entry : entry?.text ?? "");

export function mount(item, stage, panel, api) {
  const { draft } = item;
  const saved = api.saved || {};
  const marks = new Map((saved.marks || []).map((m) => [`${m.block}:${m.index}`, m.mark]));
  const state = { verdict: null, reason: saved.reason || "", view: "text", block: null };
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys });
  const blocks = BLOCKS.filter(([name]) => draft[name] !== undefined).map(([name, title]) => createTextBlock({
    name, title, draft: draft[name] || "", value: saved[name] ?? draft[name] ?? "", marks, onChange, onFocus: (block) => { state.block = block; showMarkBar(); },
  }));
  const issues = createLineList({ title: "Issues", one: "issue", draft: (draft.issues || []).map(textOf), value: saved.issues, onChange });
  const suggestions = createLineList({ title: "Suggestions", one: "suggestion", draft: (draft.suggestions || []).map(textOf), value: saved.suggestions, onChange });
  const accept = button({ label: "Accept", key: "a", kind: "primary" });
  const reject = button({ label: "Reject", key: "x" });
  const markBar = drawMarkBar();

  panel.append(...blocks.map((b) => b.node), issues.node, suggestions.node, ...comments(item.raw_comments));

  // ---- sentences -----------------------------------------------------------------------------

  function drawMarkBar() {
    const chips = MARKS.map((m) => h("button", { type: "button", class: "chip", "data-mark": m.name, onclick: () => setMark(m.name) }, h("span", { class: "chip__cap", text: m.key }), m.name));
    const place = h("span", { class: "dim small" });
    return { node: h("div", { class: "mark-bar chips" }, ...chips, place), chips, place };
  }

  function showMarkBar() {
    const { block } = state;
    const unit = block?.focusedUnit();
    if (!unit || block.isEditing()) {
      markBar.node.remove();
      return;
    }
    block.node.append(markBar.node);
    markBar.chips.forEach((chip) => {
      chip.setAttribute("aria-pressed", String(unit.mark === chip.dataset.mark));
      chip.hidden = unit.index < 0;
    });
    markBar.place.textContent = unit.index < 0 ? "Your own words are not marked." : `${unit.at + 1} of ${unit.of}`;
  }

  function setMark(name) {
    if (!state.block) step(1);
    state.block.mark(name);
    showMarkBar();
    onChange();
  }

  function step(d) {
    const list = blocks.flatMap((b) => b.units().map((_, i) => [b, i]));
    if (!list.length) return;
    const here = list.findIndex(([b, i]) => b === state.block && i === b.focusedIndex());
    const [block, i] = list[Math.min(Math.max(here + d, 0), list.length - 1)];
    blocks.forEach((b) => b !== block && b.focus(-1));
    block.focus(here < 0 ? list[0][1] : i);
    state.block = here < 0 ? list[0][0] : block;
    showMarkBar();
  }

  function turnView() {
    state.view = VIEWS[(VIEWS.indexOf(state.view) + 1) % VIEWS.length];
    blocks.forEach((b) => b.setView(state.view));
    showMarkBar();
  }

  // ---- verdict -------------------------------------------------------------------------------

  const isEdited = () => blocks.some((b) => b.isChanged()) || issues.isChanged() || suggestions.isChanged();

  function onChange() {
    accept.querySelector("span").textContent = isEdited() ? "Accept with edits" : "Accept";
    api.changed();
    api.keys.refresh();
  }

  function decide(verdict, reason = "") {
    blocks.forEach((b) => b.stopEditing());
    state.verdict = verdict;
    state.reason = reason;
    api.submit();
    state.verdict = null;
  }

  const askReason = () => openReject({ api, stage, reasons: item.reject_reasons || REASONS, onReject: (reason) => decide("reject", reason) });

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    add({ key: "ArrowDown", alt: ["j"], label: "sentence", caps: ["ArrowUp", "ArrowDown"], action: () => step(1), repeat: true });
    add({ key: "ArrowUp", alt: ["k"], label: "", action: () => step(-1), repeat: true });
    MARKS.forEach((m) => add({ key: m.key, label: m.name, action: () => setMark(m.name) }));
    add({ key: "e", label: "edit", action: () => { if (!state.block) step(1); state.block?.edit(); } });
    add({ key: "d", label: "text / changes / draft", action: turnView });
    add({ key: "a", label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "x", label: "reject", action: askReason, bar: false });
  }

  api.actions(accept, reject);
  registerKeys();
  accept.querySelector("span").textContent = isEdited() ? "Accept with edits" : "Accept";

  const value = (name) => blocks.find((b) => b.name === name)?.value() ?? draft[name] ?? "";
  return {
    ready: photo.ready,
    answer: () => ({
      verdict: state.verdict || "accept",
      reason: state.reason,
      overall: value("overall"),
      analysis: value("analysis"),
      guidance: value("guidance"),
      issues: issues.value(),
      suggestions: suggestions.value(),
      marks: [...marks].map(([at, mark]) => ({ block: at.split(":")[0], index: Number(at.split(":")[1]), mark })),
    }),
    isComplete: () => state.verdict === "reject" ? Boolean(state.reason) : Boolean(value("analysis").trim() || value("guidance").trim()),
    missing: () => `An accepted review needs an analysis or guidance. Write it, or reject the draft (${capHere("x")}).`,
    changes: () => blocks.reduce((n, b) => n + countChanges(b.draft, b.value()), 0),
    destroy: photo.destroy,
  };
}

function comments(list) {
  if (!list?.length) return [];
  const rows = list.map((c) => h("li", {}, h("p", { class: "prewrap", text: textOf(c) })));
  return [h("details", { class: "group comments" }, h("summary", { class: "group__title", text: `What people wrote under it, ${list.length}` }), h("ul", { class: "stack" }, ...rows))];
}
