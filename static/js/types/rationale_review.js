// Rationale review: a crop outlined on its photo, and a text about the composition inside it, sentence by sentence.
//
// item   {photo: {url, width, height}, box: [x1, y1, x2, y2], rationale, reject_reasons: [{value, label}]}
// answer {verdict: "accept" | "reject", label: "good" | "bad" | "", reason: "" | "code" | "code: words", rationale,
//         marks: [{index, mark: "correct" | "wrong" | "unverifiable"}]}
//        label is what the crop is to this person; index counts the draft's sentences from 0

import { button, h, section } from "../dom.js";
import { countChanges } from "../diff-view.js";
import { placeCrop } from "../crop-view.js";
import { createPhotoStage } from "../photo-stage.js";
import { openReject } from "../reject.js";
import { createTextBlock, MARKS } from "../text-block.js";

const NAME = "rationale";
const VIEWS = ["text", "changes", "draft"];
const LABELS = [{ value: "good", key: "y", words: "Good crop" }, { value: "bad", key: "n", words: "Bad crop" }];

export function mount(item, stage, panel, api) {
  const saved = api.saved || {};
  const marks = new Map((saved.marks || []).map((m) => [`${NAME}:${m.index}`, m.mark]));
  const state = { verdict: null, label: saved.label || "", reason: saved.reason || "", view: 0 };
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys, alt: "The photo with the crop outlined", box: item.box });
  const block = createTextBlock({ name: NAME, title: "Why, in words", draft: item.rationale, value: saved.rationale ?? item.rationale, marks, onChange, onFocus: showMarkBar });
  const judges = LABELS.map((each) => h("button", { type: "button", class: "btn", "data-key": each.key, "aria-pressed": "false" }, h("span", { text: each.words })));
  const accept = button({ label: "Accept the text", key: "a", kind: "primary" });
  const reject = button({ label: "Reject", key: "x" });
  const markBar = drawMarkBar();
  const look = h("div", { class: "crop-view result-view", "data-crop": item.box.join(","), "data-fixed": "", "data-width": item.photo.width, "data-height": item.photo.height }, h("img", { src: item.photo.url, alt: "The crop alone" }));
  const watcher = new ResizeObserver(() => placeCrop(look));
  watcher.observe(look);

  const question = section("Is it a good crop?", h("div", { class: "judge" }, ...judges));
  question.classList.add("judging");
  panel.append(question, block.node, section("The crop alone", look));

  function drawMarkBar() {
    const chips = MARKS.map((m) => h("button", { type: "button", class: "chip", "data-mark": m.name, onclick: () => setMark(m.name) }, h("span", { class: "chip__cap", text: m.key }), m.name));
    return { node: h("div", { class: "mark-bar chips" }, ...chips), chips };
  }

  function showMarkBar() {
    const unit = block.focusedUnit();
    if (!unit || block.isEditing()) {
      markBar.node.remove();
      return;
    }
    block.node.append(markBar.node);
    markBar.chips.forEach((chip) => {
      chip.setAttribute("aria-pressed", String(unit.mark === chip.dataset.mark));
      chip.hidden = unit.index < 0;
    });
  }

  function setMark(name) {
    if (!block.focusedUnit()) step(1);
    block.mark(name);
    showMarkBar();
    onChange();
  }

  function step(d) {
    const last = block.units().length - 1;
    const now = block.focusedIndex();
    block.focus(now < 0 ? 0 : Math.min(Math.max(now + d, 0), last));
  }

  function turnView() {
    state.view = (state.view + 1) % VIEWS.length;
    block.setView(VIEWS[state.view]);
    showMarkBar();
  }

  function judge(label) {
    state.label = label;
    show();
    api.changed();
  }

  function show() {
    judges.forEach((node, i) => node.setAttribute("aria-pressed", String(LABELS[i].value === state.label)));
    accept.querySelector("span").textContent = block.isChanged() ? "Accept with edits" : "Accept the text";
  }

  function onChange() {
    show();
    api.changed();
    api.keys.refresh();
  }

  function decide(verdict, reason = "") {
    block.stopEditing();
    Object.assign(state, { verdict, reason });
    api.submit();
    state.verdict = null;
  }

  const askReason = () => openReject({ api, stage, reasons: item.reject_reasons, onReject: (reason) => decide("reject", reason) });

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    LABELS.forEach((each) => add({ key: each.key, label: each.words.toLowerCase(), action: () => judge(each.value), bar: false }));
    add({ key: "ArrowDown", alt: ["j"], label: "sentence", caps: ["ArrowUp", "ArrowDown"], action: () => step(1), repeat: true });
    add({ key: "ArrowUp", alt: ["k"], label: "", action: () => step(-1), repeat: true });
    MARKS.forEach((m) => add({ key: m.key, label: m.name, action: () => setMark(m.name) }));
    add({ key: "e", label: "edit", action: () => block.edit() });
    add({ key: "d", label: "text / changes / draft", action: turnView });
    add({ key: "a", label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "x", label: "reject", action: askReason, bar: false });
  }

  api.actions(accept, reject);
  registerKeys();
  show();

  return {
    ready: photo.ready,
    answer: () => ({
      verdict: state.verdict || "accept",
      label: state.label,
      reason: state.verdict === "reject" ? state.reason : "",
      rationale: block.value(),
      marks: [...marks].map(([at, mark]) => ({ index: Number(at.split(":")[1]), mark })),
    }),
    isComplete: () => state.verdict === "reject" ? Boolean(state.reason) : Boolean(state.label && block.value().trim()),
    missing: () => state.label ? "An accepted text cannot be empty. Write it, or reject the draft (X)." : "Say first whether the crop is good (Y) or bad (N).",
    changes: () => countChanges(block.draft, block.value()),
    destroy() {
      watcher.disconnect();
      photo.destroy();
    },
  };
}
