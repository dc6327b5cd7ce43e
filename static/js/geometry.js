// Pure geometry of boxes: normalised [x1, y1, x2, y2] on the upright photo, 0..1, six decimals.
// No DOM here. Ratios are given in pixels (3:2 is 1.5); `aspect` is the photo's width over height.

/** Ratio presets of the crop tool in the order of the keys 1 to 9; null keeps the photo's own ratio. */
export const RATIOS = [
  { name: "original", value: null },
  { name: "1:1", value: 1 },
  { name: "5:4", value: 5 / 4 },
  { name: "4:3", value: 4 / 3 },
  { name: "3:2", value: 3 / 2 },
  { name: "16:9", value: 16 / 9 },
  { name: "2.39:1", value: 2.39 },
  { name: "4:5", value: 4 / 5 },
  { name: "9:16", value: 9 / 16 },
];

export const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
export const FULL = [0, 0, 1, 1];

export const clamp = (v, lo, hi) => Math.min(Math.max(v, lo), Math.max(lo, hi));
export const round6 = (v) => Math.round(v * 1e6) / 1e6;
export const roundBox = (box) => box.map(round6);
export const width = (b) => b[2] - b[0];
export const height = (b) => b[3] - b[1];
export const area = (b) => Math.max(0, width(b)) * Math.max(0, height(b));

/** True when two boxes are equal at the stored precision. */
export function same(a, b) {
  return Boolean(a && b) && a.every((v, i) => round6(v) === round6(b[i]));
}

/** Intersection over union, 0..1. */
export function iou(a, b) {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (w <= 0 || h <= 0) return 0;
  const both = w * h;
  return both / (area(a) + area(b) - both);
}

/** Moves a box and stops at the photo's edge; `stopped` says that it did. */
export function moveBox(box, dx, dy) {
  const x = clamp(box[0] + dx, 0, 1 - width(box));
  const y = clamp(box[1] + dy, 0, 1 - height(box));
  const stopped = Math.abs(x - box[0] - dx) > 1e-9 || Math.abs(y - box[1] - dy) > 1e-9;
  return { box: [x, y, x + width(box), y + height(box)], stopped };
}

// Largest (w, h) of the wanted ratio inside the limits that keeps the wanted size where it can.
function sized(w, h, { norm, maxW, maxH, min, lead }) {
  let outW = Math.max(w, 1e-9);
  let outH = Math.max(h, 1e-9);
  if (norm) {
    if (lead === "w" || (lead !== "h" && w / norm >= h)) outH = outW / norm;
    else outW = outH * norm;
    const grow = Math.max(1, min[0] / outW, min[1] / outH);
    const shrink = Math.min(1, maxW / (outW * grow), maxH / (outH * grow));
    return [outW * grow * shrink, outH * grow * shrink];
  }
  return [clamp(outW, Math.min(min[0], maxW), maxW), clamp(outH, Math.min(min[1], maxH), maxH)];
}

// Room for one side that grows from `from` in direction `dir` (-1, 0 both ways, 1).
function room(from, dir) {
  if (dir > 0) return 1 - from;
  if (dir < 0) return from;
  return 2 * Math.min(from, 1 - from);
}

// An anchor at the edge moves in just far enough for the smallest box.
function inset(from, dir, least) {
  if (dir > 0) return Math.min(from, Math.max(0, 1 - least));
  if (dir < 0) return Math.max(from, Math.min(1, least));
  return clamp(from, least / 2, 1 - least / 2);
}

function place(from, size, dir) {
  if (dir > 0) return [from, from + size];
  if (dir < 0) return [from - size, from];
  return [from - size / 2, from + size / 2];
}

/**
 * A box grown from an anchor. `dirX`/`dirY` say to which side; 0 means around the anchor.
 * Options: ratio (pixels), aspect (photo), min [w, h] normalised, lead "w" or "h" which side rules.
 */
function grown(anchor, size, dirs, { ratio = null, aspect = 1, min = [0, 0], lead = "" } = {}) {
  const norm = ratio ? ratio / aspect : 0;
  const least = norm ? [Math.max(min[0], min[1] * norm), Math.max(min[1], min[0] / norm)] : min;
  const from = [inset(anchor[0], dirs[0], least[0]), inset(anchor[1], dirs[1], least[1])];
  const [maxW, maxH] = [room(from[0], dirs[0]), room(from[1], dirs[1])];
  const [w, h] = sized(size[0], size[1], { norm, maxW, maxH, min, lead });
  const [x1, x2] = place(from[0], w, dirs[0]);
  const [y1, y2] = place(from[1], h, dirs[1]);
  const wanted = [Math.max(size[0], min[0]), Math.max(size[1], min[1])];
  const stopped = size[0] > maxW + 1e-9 || size[1] > maxH + 1e-9;
  const small = size[0] < wanted[0] - 1e-9 || size[1] < wanted[1] - 1e-9;
  return { box: [x1, y1, x2, y2], stopped, small };
}

/** Draws a box from a start point to the pointer; `centre` makes the start its middle. */
export function drawBox(start, point, options = {}) {
  const dx = point[0] - start[0];
  const dy = point[1] - start[1];
  if (options.centre) return grown(start, [2 * Math.abs(dx), 2 * Math.abs(dy)], [0, 0], options);
  return grown(start, [Math.abs(dx), Math.abs(dy)], [dx < 0 ? -1 : 1, dy < 0 ? -1 : 1], options);
}

/** Drags one of the eight handles by (dx, dy); the opposite side, or with `centre` the middle, stays. */
export function resizeBox(box, handle, dx, dy, options = {}) {
  const east = handle.includes("e");
  const west = handle.includes("w");
  const north = handle.includes("n");
  const south = handle.includes("s");
  const twice = options.centre ? 2 : 1;
  const w = width(box) + twice * (east ? dx : west ? -dx : 0);
  const h = height(box) + twice * (south ? dy : north ? -dy : 0);
  const mid = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const dirX = options.centre || !(east || west) ? 0 : east ? 1 : -1;
  const dirY = options.centre || !(north || south) ? 0 : south ? 1 : -1;
  const anchor = [
    dirX === 0 ? mid[0] : east ? box[0] : box[2],
    dirY === 0 ? mid[1] : south ? box[1] : box[3],
  ];
  const lead = !(east || west) ? "h" : !(north || south) ? "w" : "";
  const free = !options.ratio;
  const result = grown(anchor, [Math.max(w, 0), Math.max(h, 0)], [dirX, dirY], { ...options, lead });
  if (free && !(east || west)) [result.box[0], result.box[2]] = [box[0], box[2]];
  if (free && !(north || south)) [result.box[1], result.box[3]] = [box[1], box[3]];
  return result;
}

/** Gives a box another ratio around its middle, as large as its area and the photo allow. */
export function fitRatio(box, ratio, aspect, min = [0, 0]) {
  if (!ratio) return box.slice();
  const norm = ratio / aspect;
  let w = Math.sqrt(area(box) * norm);
  let h = w / norm;
  const grow = Math.max(1, min[0] / w, min[1] / h);
  const shrink = Math.min(1, 1 / (w * grow), 1 / (h * grow));
  w *= grow * shrink;
  h *= grow * shrink;
  const x = clamp((box[0] + box[2] - w) / 2, 0, 1 - w);
  const y = clamp((box[1] + box[3] - h) / 2, 0, 1 - h);
  return [x, y, x + w, y + h];
}

/** The ratio in pixels of a normalised box. */
export const ratioOf = (box, aspect) => (width(box) * aspect) / height(box);

/** A short name for a ratio: a preset within half a per cent (turned ones too), else "1.37:1". */
export function ratioName(value, aspect) {
  const near = (a, b) => Math.abs(a / b - 1) < 0.005;
  const preset = RATIOS.find((r) => near(value, r.value ?? aspect));
  if (preset) return preset.name;
  const turned = RATIOS.find((r) => near(1 / value, r.value ?? aspect));
  if (turned?.value) return turned.name.split(":").reverse().join(":");
  return value >= 1 ? `${value.toFixed(2)}:1` : `1:${(1 / value).toFixed(2)}`;
}

/** A typed ratio such as "7:5", "7x5" or "1.85" as {name, value}, or null. */
export function typedRatio(words) {
  const found = /^\s*(\d{1,3}(?:\.\d{1,4})?)(?:\s*[:x×/]\s*(\d{1,3}(?:\.\d{1,4})?))?\s*$/.exec(words.replace(",", "."));
  const [w, h] = found ? [Number(found[1]), Number(found[2] ?? 1)] : [0, 0];
  const value = w / h;
  return w > 0 && h > 0 && value >= 0.1 && value <= 10 ? { name: `${found[1]}:${found[2] ?? 1}`, value } : null;
}

/** The rectangle of a picture of iw by ih pixels that fits w by h, never larger than `max` times its size. */
export function containRect(iw, ih, w, h, max = Infinity) {
  const scale = Math.min(w / iw, h / ih, max);
  return { x: (w - iw * scale) / 2, y: (h - ih * scale) / 2, width: iw * scale, height: ih * scale, scale };
}

/**
 * The grid that shows n pictures at one same area, as large as the room allows.
 * aspects: width over height of each; returns {columns, sizes: [[w, h], ...]} in pixels.
 */
export function equalAreaGrid(aspects, w, h, gap, under) {
  let best = { area: 0, columns: 1 };
  for (let columns = 1; columns <= aspects.length; columns += 1) {
    const rows = Math.ceil(aspects.length / columns);
    const cw = (w - gap * (columns - 1)) / columns;
    const ch = (h - gap * (rows - 1)) / rows - under;
    if (cw <= 0 || ch <= 0) continue;
    const fit = Math.min(...aspects.map((a) => Math.min((cw * cw) / a, ch * ch * a)));
    if (fit > best.area * 1.001) best = { area: fit, columns };
  }
  const sizes = aspects.map((a) => [Math.sqrt(best.area * a), Math.sqrt(best.area / a)]);
  return { columns: best.columns, sizes };
}

/** Where a picture must lie so that `box` fills a frame of fw by fh pixels, the whole box seen, undistorted. */
export function cropPlacement(box, iw, ih, fw, fh) {
  const scale = Math.min(fw / (width(box) * iw), fh / (height(box) * ih));
  const shownW = width(box) * iw * scale;
  const shownH = height(box) * ih * scale;
  return {
    width: iw * scale,
    height: ih * scale,
    left: (fw - shownW) / 2 - box[0] * iw * scale,
    top: (fh - shownH) / 2 - box[1] * ih * scale,
    shown: [(fw - shownW) / 2, (fh - shownH) / 2, shownW, shownH],
  };
}
