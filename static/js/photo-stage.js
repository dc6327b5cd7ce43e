// One photo on the stage, fitted, with 100 % by Z or double click and its facts by I.

import { registerZoom } from "./crop-keys.js";
import { decoded, h } from "./dom.js";
import { factsKey } from "./photo-facts.js";
import { createZoom } from "./zoom.js";

/**
 * facts: {"focal length": "35 mm"} or [{label, value}]; never a file name. box: outlined in black and white, by O.
 * Returns {frame, img, zoom, outline, follow, ready, destroy}.
 */
export function createPhotoStage(stage, photo, { keys = null, alt = "The photo under review", box = null } = {}) {
  const img = h("img", { class: "view__img", src: photo.url, alt, draggable: false, decoding: "async" });
  const frame = h("div", { class: "view" }, img);
  stage.append(frame);
  const outline = box && outlineOf(box);
  if (outline) frame.append(outline);
  const followers = outline ? [outline] : [];
  const onChange = () => followers.forEach((node) => Object.assign(node.style, { width: img.style.width, height: img.style.height, transform: img.style.transform }));
  const zoom = createZoom([{ frame, img, width: photo.width, height: photo.height }], { onChange });
  if (keys) {
    registerZoom((entry) => keys.register(entry), { toggleZoom: () => zoom.toggle(), fit: zoom.fit });
    if (outline) keys.register({ key: "o", label: "outline", action: () => { outline.hidden = !outline.hidden; } });
  }
  const facts = factsKey(stage, photo.facts, keys);
  return {
    frame,
    img,
    photo,
    zoom,
    outline,
    /** Lays a node over the picture, at its very size and place. */
    follow(node) {
      followers.push(node);
      frame.append(node);
      onChange();
    },
    ready: decoded(img),
    destroy() {
      zoom.destroy();
      frame.remove();
      facts?.remove();
    },
  };
}

// Laid over the picture at its very size and place; the box in it is in shares of the photo.
function outlineOf([x1, y1, x2, y2]) {
  const frame = h("div", { class: "outline__box" });
  Object.assign(frame.style, { left: `${x1 * 100}%`, top: `${y1 * 100}%`, width: `${(x2 - x1) * 100}%`, height: `${(y2 - y1) * 100}%` });
  return h("div", { class: "outline", "aria-hidden": "true" }, frame);
}
