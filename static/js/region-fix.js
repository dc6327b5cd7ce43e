// The place of one sentence, drawn in the photo by keys or mouse: the frame of the crop tool without overlays.

import { createCropBox } from "./crop-box.js";
import { registerArrows, registerZoom } from "./crop-keys.js";
import { button, h } from "./dom.js";

// What a key starts from: a fifth of the middle, to be moved and resized.
const FIRST = [0.4, 0.4, 0.6, 0.6];
const SMALLEST = 0.01;

/** box: the place there is, or null; words: the sentence. onDone(box) when one is kept; Escape leaves it as it was. */
export function openRegionFix({ api, stage, photo, box, words, onDone }) {
  const layer = api.keys.layer();
  const cover = h("div", { class: "crop-fix" });
  stage.append(cover);
  const tool = createCropBox(cover, photo, { box, ghost: box, ghostLabel: "as it was", overlay: "none", first: FIRST, min: SMALLEST, onReason: (why) => api.say(why) });
  if (!box) tool.start();
  const foot = h("div", { class: "reject", role: "group", "aria-label": "Place in the photo" },
    h("h2", { class: "group__title", text: "The place in the photo that this sentence is about" }),
    h("p", { class: "small dim region-words", text: words }),
    h("div", { class: "btn-row" }, button({ label: "Keep this place", key: "Enter", kind: "primary" }), button({ label: "Back", key: "Escape", kind: "quiet" })));

  function close() {
    layer.close();
    tool.destroy();
    cover.remove();
    foot.remove();
    api.foot.removeAttribute("data-covered");
    api.say("");
    stage.focus({ preventScroll: true });
  }

  function keep() {
    const drawn = tool.box();
    close();
    if (drawn) onDone(drawn);
  }

  const add = (entry) => layer.register(entry);
  registerArrows(add, tool);
  registerZoom(add, tool);
  add({ key: "Backspace", label: box ? "back to the place it had" : "clear", action: () => tool.reset() });
  add({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
  add({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
  add({ key: "Enter", alt: ["Ctrl+Enter", "p"], label: "keep", action: keep, bar: false });
  add({ key: "Escape", label: "back", action: () => { if (!tool.escape()) close(); }, bar: false });
  api.foot.setAttribute("data-covered", "");
  api.foot.prepend(foot);
  api.keys.refresh();
  tool.frame.focus({ preventScroll: true });
  api.tell("A frame in the photo. Arrows move it, Alt with an arrow resizes it, Tab goes to its corners, Enter keeps it.");
}
