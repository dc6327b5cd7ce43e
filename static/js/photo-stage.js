// One photo on the stage, fitted, with 100 % by Z or double click and its facts by I.

import { decoded, h } from "./dom.js";
import { createZoom } from "./zoom.js";

/** facts: {"focal length": "35 mm"} or [{label, value}]; never a file name. Returns {frame, img, ready, destroy}. */
export function createPhotoStage(stage, photo, { keys = null, alt = "The photo under review" } = {}) {
  const img = h("img", { class: "view__img", src: photo.url, alt, draggable: false, decoding: "async" });
  const frame = h("div", { class: "view" }, img);
  const facts = factsOf(photo.facts);
  stage.append(frame);
  if (facts) stage.append(facts);
  const zoom = createZoom([{ frame, img, width: photo.width, height: photo.height }]);
  if (keys) {
    keys.register({ key: "z", label: "100 %", action: () => zoom.toggle() });
    if (facts) keys.register({ key: "i", label: "photo facts", action: () => { facts.hidden = !facts.hidden; } });
  }
  return {
    frame,
    img,
    zoom,
    ready: decoded(img),
    destroy() {
      zoom.destroy();
      frame.remove();
      facts?.remove();
    },
  };
}

function factsOf(given) {
  const pairs = Array.isArray(given) ? given.map((f) => [f.label, f.value]) : Object.entries(given || {});
  if (!pairs.length) return null;
  const rows = pairs.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: String(value) })]);
  return h("dl", { class: "facts stage-facts", hidden: true }, ...rows);
}
