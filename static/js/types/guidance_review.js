// Guidance review: a machine's draft beside the photo, sentence by sentence.
//
// item   {photo: {url, width, height, facts?}, raw_comments?: ["words" | {text, author?}],
//         draft: {overall, analysis, guidance, issues: [{text}], suggestions: [{text}]},
//         reject_reasons?: [{value, label}], rubric?: bool, checks?: {min_words, max_words, banned: [words]}}
// answer {verdict: "accept" | "reject", reason: "" | "code" | "code: words",
//         overall, analysis, guidance, issues: [str], suggestions: [str],
//         marks: [{block: "overall" | "analysis" | "guidance", index, mark: "correct" | "wrong" | "unverifiable"}],
//         regions: [{block, index, box: [x1, y1, x2, y2]}],
//         rubric: {usefulness, correctness, specificity} | null, where the item asks for it}
//        index counts the draft's sentences from 0; the texts are the edited ones, equal to the draft where untouched

import { capHere } from "../keys.js";
import { button, h } from "../dom.js";
import { countChanges } from "../diff-view.js";
import { createPhotoStage } from "../photo-stage.js";
import { openReject } from "../reject.js";
import { openRubric } from "../rubric.js";
import { createSentenceDesk, fromStored, toStored } from "../sentence-desk.js";
import { MARKS } from "../text-block.js";
import { warningsOf } from "../text-checks.js";
import { createLineList } from "../line-list.js";

const BLOCKS = [["overall", "Overall impression"], ["analysis", "Analysis"], ["guidance", "Guidance"]];
// Nobody reads faster than this; a longer draft accepted unchanged sooner than that is asked about once.
const WORDS_A_SECOND = 15;
const SHORT = 60;
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
const wordsIn = (text) => text.split(/\s+/).filter(Boolean).length;

export function mount(item, stage, panel, api) {
  const { draft } = item;
  const saved = api.saved || {};
  const marks = fromStored(saved.marks, "mark");
  const regions = fromStored(saved.regions, "box");
  const state = { verdict: null, reason: saved.reason || "", rubric: saved.rubric || null, openedAt: performance.now(), isSure: Boolean(api.saved) };
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys });
  const desk = createSentenceDesk({
    api, photo, kinds: MARKS, marks, regions, onChange, warn,
    texts: BLOCKS.filter(([name]) => draft[name] !== undefined).map(([name, title]) => ({ name, title, draft: draft[name] || "", value: saved[name] ?? draft[name] ?? "" })),
  });
  const { blocks, trail } = desk;
  const issues = createLineList({ title: "Issues", one: "issue", draft: (draft.issues || []).map(textOf), value: saved.issues, onChange });
  const suggestions = createLineList({ title: "Suggestions", one: "suggestion", draft: (draft.suggestions || []).map(textOf), value: saved.suggestions, onChange });
  trail.begin("issues", issues.value().join("\n"));
  trail.begin("suggestions", suggestions.value().join("\n"));
  const accept = button({ label: "Accept", key: "a", kind: "primary" });
  const reject = button({ label: "Reject", key: "x" });

  panel.append(...desk.nodes, issues.node, suggestions.node, ...comments(item.raw_comments));

  /** Length and phrases are looked at once something was written; what contradicts the camera or a mark, always. */
  function warn(text, block) {
    const doubted = block.units().filter((u) => marks.get(`${block.name}:${u.index}`) === "wrong").length;
    const checks = text === block.draft || block.name === "overall" ? {} : item.checks;
    return warningsOf(text, { checks, facts: item.photo.facts, draft: block.draft, doubted });
  }

  // ---- verdict -------------------------------------------------------------------------------

  const isEdited = () => desk.isChanged() || issues.isChanged() || suggestions.isChanged();

  function onChange() {
    trail.note("issues", issues.value().join("\n"));
    trail.note("suggestions", suggestions.value().join("\n"));
    accept.querySelector("span").textContent = isEdited() ? "Accept with edits" : "Accept";
    api.changed();
    api.keys.refresh();
  }

  function isTooSoon() {
    const seconds = (performance.now() - state.openedAt) / 1000;
    const words = blocks.reduce((n, b) => n + wordsIn(b.value()), 0);
    return !state.isSure && !isEdited() && !desk.isReadOneByOne() && words > SHORT && seconds < words / WORDS_A_SECOND;
  }

  function askAccept() {
    desk.stopEditing();
    if (isTooSoon()) {
      state.isSure = true;
      api.say(`That was quick for so many words. Press ${capHere("a")} again to accept the draft unchanged.`);
    } else if (item.rubric && isComplete("accept")) {
      openRubric({ api, stage, onDone: (rubric) => decide("accept", "", rubric) });
    } else decide("accept");
  }

  function decide(verdict, reason = "", rubric = null) {
    desk.stopEditing();
    Object.assign(state, { verdict, reason, rubric });
    api.submit();
    state.verdict = null;
  }

  const askReason = () => openReject({ api, stage, reasons: item.reject_reasons || REASONS, onReject: (reason) => decide("reject", reason) });

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    desk.registerKeys();
    add({ key: "a", label: "accept", action: askAccept, bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "accept", action: askAccept, bar: false });
    add({ key: "x", label: "reject", action: askReason, bar: false });
  }

  api.actions(accept, reject);
  registerKeys();
  accept.querySelector("span").textContent = isEdited() ? "Accept with edits" : "Accept";

  const value = (name) => desk.value(name) ?? draft[name] ?? "";
  const isComplete = (verdict) => (verdict === "reject" ? Boolean(state.reason) : Boolean(value("analysis").trim() || value("guidance").trim()));
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
      marks: toStored(marks, "mark"),
      regions: toStored(regions, "box"),
      ...(item.rubric && { rubric: state.rubric }),
    }),
    isComplete: () => isComplete(state.verdict),
    missing: () => `An accepted review needs an analysis or guidance. Write it, or reject the draft (${capHere("x")}).`,
    edits: () => desk.trail.steps(),
    changes: () => blocks.reduce((n, b) => n + countChanges(b.draft, b.value()), 0),
    destroy: photo.destroy,
  };
}

function comments(list) {
  if (!list?.length) return [];
  const rows = list.map((c) => h("li", {}, h("p", { class: "prewrap", text: textOf(c) })));
  return [h("details", { class: "group comments" }, h("summary", { class: "group__title", text: `What people wrote under it, ${list.length}` }), h("ul", { class: "stack" }, ...rows))];
}
