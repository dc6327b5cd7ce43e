// Two pictures or two texts of one photo, side by side. Tab, held, flicks to the other one in the same place.
// The choice opens when both pictures can be seen (or both texts have had two seconds).

import { decoded, h } from "./dom.js";
import { createZoom } from "./zoom.js";

const READING = 2000;

function side(content, name) {
  if (content.url) {
    const img = h("img", { class: "view__img", src: content.url, alt: name, draggable: false, decoding: "async" });
    const frame = h("div", { class: "view" }, img);
    return { node: h("figure", { class: "pair-side", "aria-label": name }, frame), frame, img, width: content.width, height: content.height };
  }
  const text = h("div", { class: "pair-text reading prewrap", tabindex: "0", role: "region", "aria-label": name, text: content.text });
  return { node: h("figure", { class: "pair-side pair-side--text" }, text) };
}

/** left, right: {url, width, height} or {text}. Returns {root, ready, flick(on), zoom, destroy}. */
export function createPair(stage, left, right) {
  const sides = [side(left, "Left"), side(right, "Right")];
  const root = h("div", { class: "pair-stage" }, ...sides.map((s) => s.node));
  stage.append(root);
  const pictures = sides.filter((s) => s.img);
  const zoom = pictures.length === 2 ? createZoom(pictures, { isEqualArea: true }) : null;
  const ready = pictures.length
    ? Promise.all(pictures.map((s) => decoded(s.img)))
    : new Promise((resolve) => setTimeout(() => resolve([true, true]), READING));

  return {
    root,
    ready,
    zoom,
    /** "left", "right" or "" shows one alone in the middle, or both. */
    flick(which) {
      root.dataset.flick = which;
      zoom?.apply();
    },
    destroy() {
      zoom?.destroy();
      root.remove();
    },
  };
}
