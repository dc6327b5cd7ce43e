// Places in the photo that sentences are about: drawn by dragging while a sentence is chosen, lit when it is looked at.

import { h } from "./dom.js";
import { clamp, drawBox, roundBox } from "./geometry.js";

const SLACK = 5;

/**
 * photo: a photo stage. isReady(): whether a drag draws now; onDraw(box) when one was drawn.
 * Returns {show([{box, isLit}])}. While the photo is zoomed a drag moves it, as everywhere.
 */
export function createRegions(photo, { isReady, onDraw }) {
  const layer = h("div", { class: "outline region-layer", "aria-hidden": "true" });
  photo.follow(layer);
  let list = [];
  let drag = null;

  const put = (node, [x1, y1, x2, y2]) => Object.assign(node.style, { left: `${x1 * 100}%`, top: `${y1 * 100}%`, width: `${(x2 - x1) * 100}%`, height: `${(y2 - y1) * 100}%` });

  function draw() {
    const shown = drag?.box ? [...list.filter((r) => !r.isLit), { box: drag.box, isLit: true }] : list;
    layer.replaceChildren(...shown.map(({ box, isLit }) => {
      const node = h("div", { class: "region", "data-lit": isLit || undefined });
      put(node, box);
      return node;
    }));
  }

  function pointOf(event) {
    const at = photo.img.getBoundingClientRect();
    return [clamp((event.clientX - at.left) / at.width, 0, 1), clamp((event.clientY - at.top) / at.height, 0, 1)];
  }

  function onDown(event) {
    if (event.button !== 0 || photo.zoom.isZoomed() || !isReady()) return;
    photo.frame.setPointerCapture(event.pointerId);
    drag = { from: pointOf(event), x: event.clientX, y: event.clientY, box: null };
  }

  function onMove(event) {
    if (!drag || (!drag.box && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLACK)) return;
    drag.box = roundBox(drawBox(drag.from, pointOf(event), { min: [0.01, 0.01] }).box);
    draw();
  }

  function onEnd(event) {
    const box = event.type === "pointerup" ? drag?.box : null;
    drag = null;
    if (box) onDraw(box);
    else draw();
  }

  photo.frame.addEventListener("pointerdown", onDown);
  photo.frame.addEventListener("pointermove", onMove);
  photo.frame.addEventListener("pointerup", onEnd);
  photo.frame.addEventListener("pointercancel", onEnd);

  return {
    show(next) {
      list = next;
      draw();
    },
  };
}
