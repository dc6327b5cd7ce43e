// Several frames of one photo: the list with their order, and the numbers of the one in hand.

import { h } from "./dom.js";
import { area, height, iou, ratioName, ratioOf, width } from "./geometry.js";

const percent = (share) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;

/** [[name, words], ...] of a frame on a photo; `ghost` is the draft's, where there is one. */
export function frameNumbers(box, photo, ghost = null) {
  const aspect = photo.width / photo.height;
  const px = [width(box) * photo.width, height(box) * photo.height];
  const mega = (px[0] * px[1]) / 1e6;
  const rows = [
    ["Position", `${Math.round(box[0] * photo.width)}, ${Math.round(box[1] * photo.height)} px`, `${percent(box[0])}, ${percent(box[1])}`],
    ["Size", `${Math.round(px[0])} × ${Math.round(px[1])} px`, `${percent(width(box))} × ${percent(height(box))}`],
    ["Ratio", ratioName(ratioOf(box, aspect), aspect), ""],
    ["Kept", `${Math.round(area(box) * 100)} %`, `${mega.toFixed(mega < 0.1 ? 2 : 1)} megapixels`],
  ];
  if (ghost) rows.push(["Against draft", `IoU ${iou(box, ghost).toFixed(2)}`, ""]);
  return rows.flatMap(([name, first, second]) => [h("dt", { text: name }), h("dd", {}, first, second && h("span", { class: "dim", text: ` ${second}` }))]);
}

/** Buttons of the list; on(name, i) for "go", "first", "copy" and "drop". */
export function frameRows(count, at, on) {
  const small = (label, name, i, key) => h("button", {
    type: "button", class: "btn btn--quiet btn--small", onclick: () => on(name, i), "aria-label": `${label}: frame ${i + 1}`, title: key,
  }, label);
  return Array.from({ length: count }, (_, i) => h("li", { class: "frame-row" },
    h("button", { type: "button", class: "chip", "aria-pressed": String(i === at), onclick: () => on("go", i) }, i ? `Frame ${i + 1}` : "Frame 1, best"),
    i > 0 && small("Put first", "first", i), small("Copy", "copy", i), small("Remove", "drop", i)));
}
