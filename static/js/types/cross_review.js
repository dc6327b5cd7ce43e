// Cross-review: agree with the frame shown, correct it, or reject it. An untouched frame is agreed with.
//
// item   {photo, box: [x1, y1, x2, y2], question?, min_side?, reject_reasons: [{value, label}]}
// answer {verdict: "agree" | "correct" | "reject", box: [x1, y1, x2, y2] | null, reason}

import { createCropBox } from "../crop-box.js";
import { registerArrows, registerZoom } from "../crop-keys.js";
import { placeCrop } from "../crop-view.js";
import { button, h, section } from "../dom.js";
import { openReject } from "../reject.js";

const CLOSE = 1e-5;

export function mount(item, stage, panel, api) {
  const { photo } = item;
  let box = api.saved?.box || item.box;
  let reason = "";
  const tool = createCropBox(stage, photo, { box, ghost: item.box, ghostLabel: "shown", overlay: "none", min: item.min_side ?? 0.05, onChange, onReason: (words) => api.say(words) });
  const keep = button({ label: "Agree", key: "Enter", kind: "primary" });
  const refuse = button({ label: "Reject", key: "x" });
  const result = h("div", { class: "crop-view result-view", "data-crop": "0,0,1,1", "data-fixed": "", "data-width": photo.width, "data-height": photo.height }, h("img", { src: photo.url, alt: "The crop" }));
  const words = h("p", { class: "dim", role: "status" });

  const isChanged = () => Boolean(box) && box.some((value, i) => Math.abs(value - item.box[i]) > CLOSE);

  function onChange(state) {
    box = state.box;
    show();
    api.changed();
  }

  function show() {
    if (box) placeCrop(result, box);
    keep.querySelector("span").textContent = isChanged() ? "Send the correction" : "Agree";
    words.textContent = isChanged() ? "Corrected: the dashed frame is the one that was shown." : "Drag the frame, its edges or corners to correct it.";
    api.say("");
    api.keys.refresh();
  }

  function agree() {
    box = item.box;
    reason = "";
    api.submit();
  }

  function reject() {
    openReject({ api: { ...api, redraft: null }, stage, reasons: item.reject_reasons, onReject: (said) => {
      reason = said;
      api.submit();
    } });
  }

  panel.append(section(item.question || "Is this the best frame?", words), section("The crop", result));
  new ResizeObserver(() => box && placeCrop(result, box)).observe(result);
  api.actions(keep, refuse);
  const add = (entry) => api.keys.register(entry);
  registerArrows(add, tool);
  add({ key: "a", label: "agree", action: agree });
  add({ key: "x", label: "reject", action: reject, bar: false });
  add({ key: "o", label: "overlay", action: () => tool.nextOverlay() });
  add({ key: "l", label: "lights out", action: () => tool.toggleLights() });
  add({ key: "\\", label: "before / after", action: () => { tool.toggleAfter(); } });
  registerZoom(add, tool);
  add({ key: "Escape", label: "", action: () => tool.escape() });
  add({ key: "Backspace", label: "back to the frame shown", action: () => tool.reset() });
  add({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
  add({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
  add({ key: "Enter", alt: ["Ctrl+Enter"], label: "agree, or send the correction", action: api.submit, bar: false });
  show();

  return {
    ready: tool.ready,
    answer: () => (reason ? { verdict: "reject", box: null, reason } : { verdict: isChanged() ? "correct" : "agree", box: isChanged() ? box : null, reason: "" }),
    isComplete: () => Boolean(reason || box),
    missing: () => "Draw a frame, agree (A) or reject (X).",
    destroy: () => tool.destroy(),
  };
}
