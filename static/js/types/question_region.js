// Question regions: one box around what has to be looked at to answer the question, or that it cannot be seen.
//
// item   {photo: {url, width, height}, question, answers?: [words], ghost?: [x1, y1, x2, y2], min_side?: 0.01}
// answer {box: [x1, y1, x2, y2] | null, not_visible: bool, note}
//        the box normalised on the upright photo, six decimals

import { button, h, section } from "../dom.js";
import { createCropBox } from "../crop-box.js";
import { placeCrop } from "../crop-view.js";
import { area, height, width } from "../geometry.js";
import { peek } from "../peek.js";
import { registerArrows, registerZoom } from "../crop-keys.js";

// Regions are small: what a key starts from lies in the middle and is grown or shrunk by keys.
const FIRST = [0.4, 0.4, 0.6, 0.6];

export function mount(item, stage, panel, api) {
  const { photo } = item;
  const saved = api.saved || {};
  let box = saved.box || (saved.not_visible ? null : item.ghost) || null;
  let isHidden = Boolean(saved.not_visible);
  const tool = createCropBox(stage, photo, {
    box, ghost: item.ghost || null, overlay: "none", first: FIRST, min: item.min_side ?? 0.01, onChange, onReason: (words) => api.say(words),
  });
  const keep = button({ label: "Keep this region", key: "Enter", kind: "primary" });
  const hidden = button({ label: "Cannot be seen", key: "-" });
  const view = drawPanel();

  function onChange(state) {
    box = state.box;
    isHidden = false;
    show();
    api.changed();
  }

  function drawPanel() {
    const numbers = h("dl", { class: "facts facts--num frame-numbers" });
    const close = h("div", { class: "crop-view result-view", "data-crop": "0,0,1,1", "data-fixed": "", "data-width": photo.width, "data-height": photo.height }, h("img", { src: photo.url, alt: "The region" }));
    const note = h("textarea", { class: "textarea plain-text", rows: 2, "aria-label": "Note", placeholder: "Only if something is unclear.", oninput: () => api.changed() });
    note.value = saved.note || "";
    panel.append(
      section("Question", h("p", { class: "reading", dir: "auto", text: item.question })),
      ...(item.answers?.length ? [section(item.answers.length > 1 ? "Accepted answers" : "Accepted answer", h("ul", { class: "bullets" }, ...item.answers.map((words) => h("li", { dir: "auto", text: words }))))] : []),
      section("Region", numbers),
      section("Seen close", close),
      section("Note", note),
    );
    new ResizeObserver(() => box && placeCrop(close, box)).observe(close);
    return { numbers, close, note };
  }

  function pairs() {
    if (isHidden) return [["Size", "cannot be seen"]];
    if (!box) return [["Size", "nothing drawn yet"]];
    const share = area(box) * 100;
    return [
      ["Size", `${Math.round(width(box) * photo.width)} × ${Math.round(height(box) * photo.height)} px`],
      ["Of the photo", `${share.toFixed(share < 10 ? 2 : 0)} %`],
    ];
  }

  function show() {
    view.numbers.replaceChildren(...pairs().flatMap(([k, v]) => [h("dt", { text: k }), h("dd", { text: v })]));
    view.close.parentElement.hidden = !box || isHidden;
    if (box && !isHidden) placeCrop(view.close, box);
    hidden.setAttribute("aria-pressed", String(isHidden));
    keep.querySelector("span").textContent = isHidden ? "Keep: cannot be seen" : "Keep this region";
    stage.toggleAttribute("data-none", isHidden);
    api.keys.refresh();
  }

  function toggleHidden() {
    isHidden = !isHidden;
    show();
    api.changed();
  }

  function registerKeys() {
    const add = (entry) => api.keys.register(entry);
    registerArrows(add, tool);
    registerZoom(add, tool);
    add({ key: "Escape", label: "", action: () => tool.escape() });
    add({ key: "c", label: "box in the middle", action: () => tool.start() });
    add({ key: "-", label: "cannot be seen", action: toggleHidden });
    add({ key: "l", label: "lights out", action: () => tool.toggleLights() });
    add({ key: "\\", label: "before / after", action: (event) => peek(event, tool.toggleAfter) });
    add({ key: "Backspace", label: item.ghost ? "back to draft" : "clear", action: () => tool.reset() });
    add({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
    add({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
    add({ key: "Enter", alt: ["Ctrl+Enter"], label: "keep", action: api.submit, bar: false });
  }

  api.actions(keep, hidden);
  registerKeys();
  show();

  return {
    ready: tool.ready,
    answer: () => ({ box: isHidden ? null : box, not_visible: isHidden, note: view.note.value.trim() }),
    isComplete: () => isHidden || Boolean(box),
    missing: () => "Draw a box first, or say that the answer cannot be seen (-).",
    destroy() {
      stage.removeAttribute("data-none");
      tool.destroy();
    },
  };
}
