// The page on which a lead settles an item: picks by digit, merges texts, draws frames, goes on by key.
// What is sent stands in the form; this only fills it. The JSON `desk` holds columns, draft and photo.

import { createCropBox } from "./crop-box.js";
import { h, svg } from "./dom.js";
import { keepForm } from "./kept-form.js";
import { isTyping, createKeys } from "./keys.js";
import { createMerge } from "./merge-text.js";
import { wireTalk } from "./talk-region.js";

const desk = JSON.parse(document.getElementById("desk").textContent);
const form = document.querySelector("[data-settle]");
const stage = document.querySelector("[data-stage]");
const standing = form.querySelector("[data-standing]");
const keys = createKeys({ bar: document.querySelector("[data-keybar]") });
const picks = [...form.querySelectorAll("[data-pick]")];
const state = { how: "", at: -1 };
const WAYS = {
  picked: () => `The answer of ${desk.columns[state.at].letter} stands.`,
  merged: () => "An answer put together stands.",
  averaged: () => "The middle of all frames stands.",
  drawn: () => "The frame you drew stands.",
  scored: () => "The grades you wrote stand.",
  written: () => "Your own choice stands.",
};
let parents = new Set();
let keep = () => {};

function say() {
  standing.textContent = state.how ? WAYS[state.how]() : "Nothing is picked yet.";
  form.querySelector("[data-how]").value = state.how || "picked";
  form.querySelector("[data-parents]").value = state.how === "picked" ? "" : [...parents].join(",");
  keep();
}

/** Something was put together: what is not goes with the picked answer, or the first. */
function byHand(how) {
  if (state.at < 0) {
    state.at = 0;
    picks[0].checked = true;
  }
  state.how = how;
  if (how !== "averaged") parents = new Set([desk.columns[state.at].response]);
  say();
}

// ---- texts ---------------------------------------------------------------------------------------

const merges = [...form.querySelectorAll("[data-merge]")].map((node) => createMerge(node, {
  name: node.dataset.merge, draft: desk.draft.texts[node.dataset.merge] || "",
  columns: desk.columns.map((each) => ({ ...each, text: each.texts[node.dataset.merge] || "" })),
  onChange: onMerged,
}));

function onMerged() {
  byHand("merged");
  const used = new Set(merges.flatMap((each) => [...each.used()]));
  form.querySelector("[data-with-draft]").disabled = !used.has(0);
  used.delete(0);
  parents = new Set([desk.columns[state.at].response, ...[...used].map((column) => desk.columns[column - 1].response)]);
  say();
}

function moveRow(step) {
  const at = merges.findIndex((each) => each.holds(document.activeElement));
  const order = step > 0 ? merges.slice(Math.max(at, 0)) : merges.slice(0, at < 0 ? undefined : at + 1).reverse();
  order.some((each) => each.focus(step));
}

// ---- photo and frames ----------------------------------------------------------------------------

const frames = desk.columns.flatMap((each) => each.boxes.map((box) => ({ box, label: each.letter, tone: each.tone })));
const tool = stage && desk.by_hand === "box" ? createCropBox(stage, desk.photo, {
  overlay: "none", min: desk.min_side, ghost: desk.draft.boxes[0] || null, first: desk.middle,
  onChange: ({ box }) => { setBox(box); byHand("drawn"); },
  onReason: (words) => { document.querySelector("[data-say]").textContent = words; },
}) : null;
let isAlone = false;

function setBox(box) {
  form.querySelector("[data-box]").value = box ? box.join(",") : "";
}

function showOthers() {
  tool.setOthers(isAlone ? [] : frames);
}

function middle() {
  if (!desk.middle) return;
  tool.load(desk.middle);
  setBox(desk.middle);
  byHand("averaged");
  parents = new Set(desk.columns.filter((each) => each.boxes.length).map((each) => each.response));
  say();
}

if (tool) showOthers();
else if (stage) showPhoto();

function showPhoto() {
  const { url, width, height } = desk.photo;
  const img = h("img", { class: "desk__img", src: url, alt: "The photo of this item" });
  const drawn = [...desk.draft.boxes.map((box) => ({ box, label: "draft", tone: 0 })), ...frames].map(({ box, label, tone }) => {
    const [x1, y1, x2, y2] = box;
    const at = { x: x1 * width, y: y1 * height, width: (x2 - x1) * width, height: (y2 - y1) * height };
    return svg("g", { class: `lines tone-${tone}` }, svg("title", {}, label), svg("rect", { class: "case", ...at }), svg("rect", { class: "line", ...at }));
  });
  const shapes = desk.columns.flatMap((each) => (each.elements || []).map(({ shape, points, title }) => elementLine(shape, points, title, each)));
  stage.append(h("div", { class: "desk__pic" }, img, svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...drawn, ...shapes)));
}

function elementLine(shape, points, title, { tone, letter }) {
  const { width, height } = desk.photo;
  const [x1, y1, x2, y2] = points;
  const flat = shape === "box" ? [x1, y1, x2, y1, x2, y2, x1, y2] : points;
  const at = { points: flat.map((v, i) => v * (i % 2 ? height : width)).join(" ") };
  const tag = shape === "box" || shape === "triangle" ? "polygon" : "polyline";
  return svg("g", { class: `lines tone-${tone}` }, svg("title", {}, `${letter}: ${title}`), svg(tag, { class: "case", ...at }), svg(tag, { class: "line", ...at }));
}

// ---- picking and keys ----------------------------------------------------------------------------

function pick(at) {
  if (!picks[at]) return;
  picks[at].checked = true;
  state.at = at;
  state.how = "picked";
  parents = new Set();
  form.querySelector("[data-with-draft]").disabled = true;
  merges.forEach((each) => each.pick(at + 1));
  form.querySelectorAll("[data-by-hand]").forEach((input) => {
    if (input.type === "radio" || input.type === "checkbox") input.checked = input.type === "checkbox" && input.value.startsWith(`${desk.columns[at].response}:`);
    else input.value = "";
  });
  if (tool) {
    tool.load(desk.columns[at].boxes[0] || null);
    setBox(null);
  }
  say();
}

picks.forEach((input, at) => {
  input.addEventListener("change", () => pick(at));
  if (at < 9) keys.register({ key: String(at + 1), label: at ? "" : "pick an answer", caps: picks.length > 1 ? ["1", String(Math.min(9, picks.length))] : ["1"], isRange: picks.length > 1, action: () => pick(at) });
});
form.querySelectorAll("[data-by-hand]").forEach((input) => input.addEventListener("input", () => byHand(input.dataset.byHand)));

const follow = (name) => () => document.querySelector(name)?.click();
[["n", "next flagged", "[data-next]"], ["p", "previous", "[data-previous]"], ["h", "names", "[data-names]"]].forEach(([key, label, name]) => {
  if (document.querySelector(name)) keys.register({ key, label, action: () => { location.href = document.querySelector(name).href; } });
});
if (document.querySelector("[data-dialog=ask-again]")) keys.register({ key: "q", label: "ask again", action: () => document.getElementById("ask-again").showModal() });
if (merges.length) {
  keys.register({ key: "j", label: "next difference", action: () => moveRow(1) });
  keys.register({ key: "k", label: "difference before", action: () => moveRow(-1) });
  keys.register({ key: "e", label: "edit the result", action: () => (merges.find((each) => each.holds(document.activeElement)) || merges[0]).edit() });
}
if (tool) {
  keys.register({ key: "m", label: "middle of all", action: middle });
  keys.register({ key: "o", label: "overlay", action: () => tool.nextOverlay() });
  keys.register({ key: "v", label: "the others", action: () => { isAlone = !isAlone; showOthers(); } });
  keys.register({ key: "c", label: "draw", action: () => { if (!tool.box()) tool.start(); tool.frame.focus(); } });
  keys.register({ key: "Ctrl+z", label: "", action: () => tool.undo() });
  ["", "Shift+", "Alt+", "Shift+Alt+"].forEach((shift) => ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].forEach((key) => keys.register({
    key: shift + key, label: shift || key !== "ArrowLeft" ? "" : "move the frame", caps: ["←", "→"], repeat: true,
    when: () => stage.contains(document.activeElement), action: (event) => tool.arrow(event),
  })));
}
keys.register({ key: "Enter", label: "to the reason", action: () => form.querySelector("[data-reason]").focus() });
keys.register({ key: "Ctrl+Enter", label: "write the record", typing: true, action: () => form.requestSubmit() });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
});

// ---- what was half done --------------------------------------------------------------------------

const isWithDraft = () => !form.querySelector("[data-with-draft]").disabled;

keep = keepForm(form, {
  more: () => ({ ...state, parents: [...parents], withDraft: isWithDraft(), box: tool?.box() ?? null, merges: merges.map((each) => each.state()) }),
  restore(was) {
    if (picks[was.at]) pick(was.at);
    if (!picks[was.at] || !was.how) return;
    merges.forEach((each, at) => was.merges[at] && each.restore(was.merges[at]));
    if (tool && was.box) tool.load(was.box);
    form.querySelector("[data-with-draft]").disabled = !was.withDraft;
    state.how = was.how;
    parents = new Set(was.parents);
    say();
  },
});
wireTalk(desk.photo);
window.deskReady = true;
