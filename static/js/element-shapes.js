// Pure geometry of composition elements: flat lists x, y, x, y, ... normalised on the upright photo, six decimals.
// shape: "box" (two corners), "segment" (two ends), "triangle" (three corners), "polyline" (two points or more). No DOM.

import { clamp, round6 } from "./geometry.js";

const LEAST = 0.01;

/** [[x, y], ...] of a flat list. */
export const pairs = (points) => Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i], points[2 * i + 1]]);

const flat = (list) => list.flat().map((v) => round6(clamp(v, 0, 1)));

/** x1, y1, x2, y2 around all points. */
export function bounds(points) {
  const xs = pairs(points).map((p) => p[0]);
  const ys = pairs(points).map((p) => p[1]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** What a person takes hold of: the four corners of a box, else every point. */
export function handlesOf(shape, points) {
  if (shape !== "box") return pairs(points);
  const [x1, y1, x2, y2] = points;
  return [[x1, y1], [x2, y1], [x2, y2], [x1, y2]];
}

/** The points with one handle at another place; a box keeps its corners in order. */
export function movedHandle(shape, points, at, to) {
  const x = clamp(to[0], 0, 1);
  const y = clamp(to[1], 0, 1);
  if (shape !== "box") return flat(pairs(points).map((p, i) => (i === at ? [x, y] : p)));
  const [x1, y1, x2, y2] = points;
  const left = at === 0 || at === 3;
  const top = at < 2;
  return flat([
    left ? Math.min(x, x2 - LEAST) : x1, top ? Math.min(y, y2 - LEAST) : y1,
    left ? x2 : Math.max(x, x1 + LEAST), top ? y2 : Math.max(y, y1 + LEAST),
  ].map((v) => [v]));
}

/** The whole element moved; it stops at the photo's edge. */
export function moved(points, dx, dy) {
  const [x1, y1, x2, y2] = bounds(points);
  const [ddx, ddy] = [clamp(dx, -x1, 1 - x2), clamp(dy, -y1, 1 - y2)];
  return flat(pairs(points).map(([x, y]) => [x + ddx, y + ddy]));
}

/** An element of a shape between two places. */
export function between(shape, from, to) {
  const [x1, x2] = [Math.min(from[0], to[0]), Math.max(from[0], to[0], Math.min(from[0], to[0]) + LEAST)];
  const [y1, y2] = [Math.min(from[1], to[1]), Math.max(from[1], to[1], Math.min(from[1], to[1]) + LEAST)];
  if (shape === "box") return flat([[Math.min(x1, 1 - LEAST), Math.min(y1, 1 - LEAST)], [x2, y2]]);
  if (shape === "triangle") return flat([[x1, y2], [(x1 + x2) / 2, y1], [x2, y2]]);
  if (shape === "polyline") return flat([from, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], to]);
  return flat([from, to]);
}

/** A new element in the middle of the photo, lying as its class mostly does. */
export function fresh(name, shape) {
  const lying = {
    horizontal: [[0.2, 0.5], [0.8, 0.5]], vertical: [[0.5, 0.2], [0.5, 0.8]], diagonal: [[0.25, 0.75], [0.75, 0.25]],
    symmetric: [[0.5, 0], [0.5, 1]], vanishing_point: [[0.2, 0.8], [0.5, 0.5]], curved: [[0.3, 0.7], [0.7, 0.4]],
    rule_of_thirds: [[0.23, 0.23], [0.43, 0.43]], golden_ratio: [[0.28, 0.28], [0.48, 0.48]],
  };
  return between(shape, ...(lying[name] || [[0.35, 0.35], [0.65, 0.65]]));
}

/** The same place in another shape. */
export function reshaped(points, from, to) {
  if (from === to) return points.slice();
  const [x1, y1, x2, y2] = bounds(points);
  return between(to, [x1, y1], [x2, y2]);
}

/** A polyline with one more point after `at`, halfway to the next one (or to the one before at its end). */
export function withPoint(points, at) {
  const list = pairs(points);
  const i = clamp(at, 0, list.length - 2);
  const middle = [(list[i][0] + list[i + 1][0]) / 2, (list[i][1] + list[i + 1][1]) / 2];
  return { points: flat([...list.slice(0, i + 1), middle, ...list.slice(i + 1)]), at: i + 1 };
}

/** A polyline without a point; one of two points stays as it is. */
export function withoutPoint(points, at) {
  return points.length <= 4 ? points.slice() : flat(pairs(points).filter((_, i) => i !== at));
}

/** Where its label stands: the first corner of an area, the middle of a line. */
export function anchorOf(shape, points) {
  const list = pairs(points);
  if (shape === "box" || shape === "triangle") return list[0];
  const [a, b] = [list[Math.floor((list.length - 1) / 2)], list[Math.floor(list.length / 2)]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** The path of an element in a w by h picture (pixels). */
export function pathOf(shape, points, w, h) {
  const isClosed = shape === "box" || shape === "triangle";
  const d = handlesOf(shape, points).map(([x, y], i) => `${i ? "L" : "M"}${(x * w).toFixed(1)} ${(y * h).toFixed(1)}`).join("");
  return isClosed ? `${d}Z` : d;
}
