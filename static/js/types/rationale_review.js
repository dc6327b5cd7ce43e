// Rationale review: a crop on its photo, and a text about the composition inside it, claim by claim.
//
// item   {photo: {url, width, height}, box: [x1, y1, x2, y2], rationale, reject_reasons: [{value, label}]}
// answer {verdict: "accept" | "reject", label: "good" | "bad" | "", reason: "" | "code" | "code: words", rationale,
//         marks: [{index, mark: "correct" | "partly" | "wrong" | "unverifiable"}], regions: [{index, box}],
//         box: a better crop [x1, y1, x2, y2] or null}
//        label is what the shown crop is to this person; index counts the draft's sentences from 0

import { capHere } from "../keys.js";
import { button, h, section } from "../dom.js";
import { countChanges } from "../diff-view.js";
import { placeCrop } from "../crop-view.js";
import { openCropFix } from "../crop-fix.js";
import { peek } from "../peek.js";
import { createPhotoStage } from "../photo-stage.js";
import { openReject } from "../reject.js";
import { createSentenceDesk, fromStored, toStored } from "../sentence-desk.js";
import { warningsOf } from "../text-checks.js";
import { createWipe } from "../wipe.js";

const NAME = "rationale";
const CLAIMS = [
  { name: "correct", words: "true", key: "1", sign: "✓" },
  { name: "partly", words: "partly", key: "2", sign: "≈" },
  { name: "wrong", words: "false", key: "3", sign: "✕" },
  { name: "unverifiable", words: "cannot be seen", key: "4", sign: "?" },
];
const LABELS = [{ value: "good", key: "y", words: "Good crop" }, { value: "bad", key: "n", words: "Bad crop" }];

export function mount(item, stage, panel, api) {
  const saved = api.saved || {};
  const marks = fromStored(saved.marks, "mark", NAME);
  const regions = fromStored(saved.regions, "box", NAME);
  const state = { verdict: null, label: saved.label || "", reason: saved.reason || "", box: saved.box || null };
  const photo = createPhotoStage(stage, item.photo, { keys: api.keys, alt: "The photo with the crop outlined", box: item.box });
  const desk = createSentenceDesk({
    api, photo, kinds: CLAIMS, marks, regions, onChange,
    warn: (text, block) => warningsOf(text, { draft: item.rationale, doubted: block.units().filter((u) => marks.get(`${NAME}:${u.index}`) === "wrong").length }),
    texts: [{ name: NAME, title: "Why, claim by claim", draft: item.rationale, value: saved.rationale ?? item.rationale }],
  });
  const [block] = desk.blocks;
  const judges = LABELS.map((each) => h("button", { type: "button", class: "btn", "data-key": each.key, "aria-pressed": "false" }, h("span", { text: each.words })));
  const accept = button({ label: "Accept the text", key: "a", kind: "primary" });
  const reject = button({ label: "Reject", key: "x" });
  const onlyCrop = button({ label: "Only crop good", key: "w", kind: "quiet" });
  const onlyWords = button({ label: "Only words good", key: "t", kind: "quiet" });
  const fix = h("button", { type: "button", class: "btn btn--quiet btn--small", "data-key": "c" }, h("span", { text: "Draw a better crop" }));
  const slide = h("button", { type: "button", class: "btn btn--quiet btn--small", "data-key": "v", "aria-pressed": "false" }, h("span", { text: "Slider" }));
  const look = viewOf("result-view", "The crop alone");
  const large = viewOf("crop-large", "The crop alone, large");
  const watcher = new ResizeObserver(showCrops);
  [look, large].forEach((node) => watcher.observe(node));

  const question = section("Is it a good crop?", h("div", { class: "judge" }, ...judges));
  question.classList.add("judging");
  const alone = h("section", { class: "group", "aria-label": "The crop" }, h("header", { class: "group__head" }, h("h2", { class: "group__title", text: "The crop alone" }), slide, fix), look);
  panel.append(question, ...desk.nodes, alone);
  large.hidden = true;
  stage.append(large);
  const wipe = createWipe(photo, item.box);
  photo.outline.dataset.dim = "";

  function viewOf(name, alt) {
    return h("div", { class: `crop-view ${name}`, "data-crop": item.box.join(","), "data-fixed": "", "data-width": item.photo.width, "data-height": item.photo.height }, h("img", { src: item.photo.url, alt }));
  }

  function showCrops() {
    placeCrop(look, state.box || item.box);
    if (!large.hidden) placeCrop(large, item.box);
  }

  // ---- verdict -------------------------------------------------------------------------------

  function judge(label) {
    state.label = label;
    api.tell(`${label} crop`);
    show();
    api.changed();
  }

  function show() {
    judges.forEach((node, i) => node.setAttribute("aria-pressed", String(LABELS[i].value === state.label)));
    accept.querySelector("span").textContent = desk.isChanged() ? "Accept with edits" : "Accept the text";
    fix.querySelector("span").textContent = state.box ? "Your better crop" : "Draw a better crop";
    alone.querySelector("h2").textContent = state.box ? "The better crop" : "The crop alone";
    showCrops();
  }

  function onChange() {
    show();
    api.changed();
    api.keys.refresh();
  }

  function decide(verdict, reason = "") {
    desk.stopEditing();
    Object.assign(state, { verdict, reason });
    api.submit();
    state.verdict = null;
  }

  /** One key for "one is good and the other is not": both are signals of their own. */
  function split(label, reason) {
    judge(label);
    decide("reject", reason);
  }

  function toggleLarge() {
    large.hidden = !large.hidden;
    api.tell(large.hidden ? "The whole photo." : "The crop alone.");
    showCrops();
  }

  /** The slider: the photo left of a line, the crop alone right of it; the dimming would be in its way. */
  function toggleWipe() {
    large.hidden = true;
    const isOpen = wipe.toggle();
    photo.outline.hidden = isOpen;
    slide.setAttribute("aria-pressed", String(isOpen));
    if (!isOpen) stage.focus({ preventScroll: true });
    api.tell(isOpen ? `Left of the line the photo, right of it the crop alone. Left and right move it, ${capHere("v")} closes it.` : "The photo with the crop outlined.");
  }

  function toggleLights() {
    const isOut = photo.outline.dataset.dim !== "out";
    photo.outline.dataset.dim = isOut ? "out" : "";
    api.tell(isOut ? "Lights out." : "Lights on.");
  }

  function openFix() {
    large.hidden = true;
    if (wipe.isOpen()) toggleWipe();
    openCropFix({ api, stage, photo: item.photo, shown: item.box, box: state.box, onDone: (box) => {
      state.box = box;
      onChange();
    } });
  }

  const askReason = () => openReject({ api, stage, reasons: item.reject_reasons, onReject: (reason) => decide("reject", reason) });

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    LABELS.forEach((each) => add({ key: each.key, label: each.words.toLowerCase(), action: () => judge(each.value), bar: false }));
    desk.registerKeys();
    add({ key: "l", label: "lights out", action: toggleLights });
    add({ key: "\\", label: "before / after", action: (event) => peek(event, toggleLarge) });
    add({ key: "v", label: "slider", action: toggleWipe, bar: false });
    add({ key: "Escape", label: "close the slider", action: toggleWipe, bar: false, when: () => wipe.isOpen() });
    add({ key: "c", label: "better crop", action: openFix });
    add({ key: "w", label: "good crop, bad words", action: () => split("good", "only_crop"), bar: false });
    add({ key: "t", label: "good words, bad crop", action: () => split("bad", "only_words"), bar: false });
    add({ key: "a", label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "accept", action: () => decide("accept"), bar: false });
    add({ key: "x", label: "reject", action: askReason, bar: false });
  }

  api.actions(accept, reject, onlyCrop, onlyWords);
  registerKeys();
  show();

  return {
    ready: photo.ready,
    answer: () => ({
      verdict: state.verdict || "accept",
      label: state.label,
      reason: state.verdict === "reject" ? state.reason : "",
      rationale: block.value(),
      marks: toStored(marks, "mark", { withBlock: false }),
      regions: toStored(regions, "box", { withBlock: false }),
      box: state.box,
    }),
    isComplete: () => state.verdict === "reject" ? Boolean(state.reason) : Boolean(state.label && block.value().trim()),
    missing: () => (state.label ? `An accepted text cannot be empty. Write it, or reject the draft (${capHere("x")}).` : `Say first whether the crop is good (${capHere("y")}) or bad (${capHere("n")}).`),
    edits: () => desk.trail.steps(),
    changes: () => countChanges(block.draft, block.value()),
    destroy() {
      watcher.disconnect();
      large.remove();
      photo.destroy();
    },
  };
}
