// Composition overlays, drawn over a crop frame of w by h pixels. Pure geometry, no DOM.

export const OVERLAYS = ["thirds", "golden", "spiral", "diagonals", "triangle", "centre", "fifths", "grid", "frames", "none"];
const TURNS = { spiral: 8, triangle: 2 };
const PHI = (1 + Math.sqrt(5)) / 2;
const FRAMES = [1, 4 / 5, 3 / 2, 16 / 9];

/** In how many ways an overlay can be turned or mirrored. */
export const turnsOf = (name) => TURNS[name] || 1;

/** "spiral 3" as name and turn; an unknown name is no overlay. */
export function readOverlay(stored) {
  const [name, turn] = String(stored || "").split(" ");
  return OVERLAYS.includes(name) ? { name, turn: (Number(turn) || 0) % turnsOf(name) } : { name: "none", turn: 0 };
}

/** What is stored of an overlay: its name, and how it is turned where it is. */
export const writeOverlay = ({ name, turn }) => (turn ? `${name} ${turn}` : name);

/** The path (SVG `d`) of an overlay in a frame of w by h pixels. */
export function overlayPath(name, w, h, turn = 0) {
  const points = name === "spiral" ? spiral(w, h, turn) : null;
  if (points) return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
  return overlayLines(name, w, h, turn).map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join("");
}

/** Straight lines of an overlay as [x1, y1, x2, y2] in pixels. */
export function overlayLines(name, w, h, turn = 0) {
  const at = (shares) => shares.flatMap((s) => [[s * w, 0, s * w, h], [0, s * h, w, s * h]]);
  const drawn = {
    thirds: () => at([1 / 3, 2 / 3]),
    golden: () => at([1 - 1 / PHI, 1 / PHI]),
    centre: () => at([0.5]),
    fifths: () => at([0.2, 0.4, 0.6, 0.8]),
    grid: () => at([1, 2, 3, 4, 5].map((i) => i / 6)),
    diagonals: () => diagonals(w, h),
    triangle: () => triangle(w, h, turn),
    frames: () => FRAMES.flatMap((ratio) => frame(w, h, w >= h ? ratio : 1 / ratio)),
  }[name];
  return drawn ? drawn() : [];
}

// The two diagonals and, from each corner, the reciprocal that meets the diagonal at a right angle.
function diagonals(w, h) {
  const wide = w >= h;
  const reach = wide ? (h * h) / w : (w * w) / h;
  const reciprocals = wide
    ? [[0, h, reach, 0], [0, 0, reach, h], [w, h, w - reach, 0], [w, 0, w - reach, h]]
    : [[0, 0, w, reach], [w, 0, 0, reach], [0, h, w, h - reach], [w, h, 0, h - reach]];
  return [[0, 0, w, h], [0, h, w, 0], ...reciprocals];
}

// One diagonal and, from the two other corners, the lines that meet it at a right angle.
function triangle(w, h, turn) {
  const t = (w * w) / (w * w + h * h);
  const lines = [[0, h, w, 0], [0, 0, w * (1 - t), h * t], [w, h, w * t, h * (1 - t)]];
  return turn ? lines.map(([x1, y1, x2, y2]) => [w - x1, y1, w - x2, y2]) : lines;
}

// The largest frame of a ratio in the middle.
function frame(w, h, ratio) {
  const fw = Math.min(w, h * ratio);
  const fh = fw / ratio;
  const [x, y] = [(w - fw) / 2, (h - fh) / 2];
  return [[x, y, x + fw, y], [x + fw, y, x + fw, y + fh], [x + fw, y + fh, x, y + fh], [x, y + fh, x, y]];
}

// Quarter circles in the squares of a golden rectangle, stretched to the frame. Eight ways: mirrored either
// way (turn & 1, turn & 2), and begun along the shorter side (turn & 4).
function spiral(w, h, turn) {
  const isTurned = Boolean(turn & 4) !== h > w;
  return quarters().map(([x, y]) => {
    const [u, v] = isTurned ? [y, x / PHI] : [x / PHI, y];
    return [(turn & 1 ? 1 - u : u) * w, (turn & 2 ? 1 - v : v) * h];
  });
}

function quarters(steps = 12, squares = 9) {
  let [x, y, w, h] = [0, 0, PHI, 1];
  const points = [];
  for (let k = 0; k < squares; k += 1) {
    const s = k % 2 ? w : h;
    const arc = [
      () => [[x, y + s], [x + s, y], [x + s, y + s]],
      () => [[x, y], [x + s, y + s], [x, y + s]],
      () => [[x + w, y], [x + w - s, y + s], [x + w - s, y]],
      () => [[x + s, y + h], [x, y + h - s], [x + s, y + h - s]],
    ][k % 4]();
    points.push(...quarter(arc, steps, k > 0));
    if (k % 4 === 0) x += s;
    if (k % 4 === 1) y += s;
    if (k % 2) h -= s;
    else w -= s;
  }
  return points;
}

function quarter([from, to, centre], steps, isGoingOn) {
  const points = [];
  for (let i = isGoingOn ? 1 : 0; i <= steps; i += 1) {
    const t = (i / steps) * (Math.PI / 2);
    points.push([0, 1].map((d) => centre[d] + (from[d] - centre[d]) * Math.cos(t) + (to[d] - centre[d]) * Math.sin(t)));
  }
  return points;
}
