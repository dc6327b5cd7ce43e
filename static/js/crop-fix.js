// The crop tool over a review: a better crop is drawn in place, then the review goes on.

import { createCropBox } from "./crop-box.js";
import { registerArrows, registerZoom } from "./crop-keys.js";
import { button, h } from "./dom.js";
import { iou } from "./geometry.js";
import { peek } from "./peek.js";
import { recall } from "./stored.js";

/** shown: the crop under review; box: an earlier better one or null. onDone(box, or null for none). Escape leaves it as it was. */
export function openCropFix({ api, stage, photo, shown, box, onDone }) {
  const layer = api.keys.layer();
  const cover = h("div", { class: "crop-fix" });
  stage.append(cover);
  const tool = createCropBox(cover, photo, {
    box: box || shown, ghost: shown, ghostLabel: "shown", overlay: recall("overlay", "thirds"), onReason: (words) => api.say(words),
    onChange: ({ box: drawn }) => api.tell(`IoU with the shown crop ${iou(drawn, shown).toFixed(2)}`),
  });
  const foot = h("div", { class: "reject", role: "group", "aria-label": "A better crop" },
    h("h2", { class: "group__title", text: "Draw the better crop on the photo" }),
    h("div", { class: "btn-row" }, button({ label: "Keep this crop", key: "Enter", kind: "primary" }), button({ label: "The shown one is best", key: "n" }), button({ label: "Back", key: "Escape", kind: "quiet" })));

  function close() {
    layer.close();
    tool.destroy();
    cover.remove();
    foot.remove();
    api.foot.removeAttribute("data-covered");
    api.say("");
    stage.focus({ preventScroll: true });
  }

  function finish(drawn) {
    close();
    onDone(drawn && iou(drawn, shown) < 0.999 ? drawn : null);
  }

  const add = (entry) => layer.register(entry);
  registerArrows(add, tool);
  add({ key: "o", label: "overlay", action: () => api.tell(`Overlay ${tool.nextOverlay()}.`) });
  add({ key: "Shift+o", label: "turn the overlay", action: () => { tool.turnOverlay(); }, bar: false });
  add({ key: "x", label: "turn", action: () => tool.swap() });
  add({ key: "l", label: "lights out", action: () => tool.toggleLights() });
  add({ key: "\\", label: "before / after", action: (event) => peek(event, tool.toggleAfter) });
  registerZoom(add, tool);
  add({ key: "Backspace", label: "back to the shown one", action: () => tool.reset() });
  add({ key: "Ctrl+z", label: "undo", action: () => tool.undo(), repeat: true, bar: false });
  add({ key: "Ctrl+Shift+z", alt: ["Ctrl+y"], label: "redo", action: () => tool.redo(), repeat: true, bar: false });
  add({ key: "n", label: "the shown one is best", action: () => finish(null), bar: false });
  add({ key: "Enter", alt: ["Ctrl+Enter"], label: "keep", action: () => finish(tool.box()), bar: false });
  add({ key: "Escape", label: "back", action: () => { if (!tool.escape()) close(); }, bar: false });
  api.foot.setAttribute("data-covered", "");
  api.foot.prepend(foot);
  api.keys.refresh();
  stage.focus({ preventScroll: true });
}
