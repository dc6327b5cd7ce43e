// Two to twelve crops of one photo at one same area: arrows move, digits score the focused one and go on to the
// next that has none, `-` or 0 says that it cannot be judged, Enter opens it large or, when all are scored, submits.
// Shift with an arrow, or a drag in the strip, puts a crop before or after its equals.

import { decoded, h } from "./dom.js";
import { equalAreaGrid } from "./geometry.js";
import { createRanking } from "./ranking.js";
import { createScale } from "./rating.js";

const GAP = 24;
const UNDER = 56;

/** crops: [{place, url, width, height}], scale: [{value, label}], saved: [{place, score, rank?}]. */
export function createGrid(stage, { crops, scale, saved = [], onChange = () => {} }) {
  const given = Object.fromEntries(saved.map((each) => [each.place, each.score]));
  const ranking = createRanking(scale.map((step) => step.value), given, Object.fromEntries(saved.map((each) => [each.place, each.rank])));
  let focused = 0;
  let columns = 1;
  const cells = crops.map((crop, i) => cell(crop, i));
  const root = h("div", { class: "grid-score" }, ...cells.map((c) => c.node));
  stage.append(root);
  const watcher = new ResizeObserver(layout);
  watcher.observe(root);

  function cell(crop, i) {
    const img = h("img", { src: crop.url, alt: `Crop ${i + 1} of ${crops.length}`, draggable: false, decoding: "async" });
    const pic = h("div", { class: "grid-score__pic" }, img);
    const marks = createScale({ values: scale, name: `Score of crop ${i + 1}`, value: typeof given[crop.place] === "number" ? given[crop.place] : null, onPick: (v) => { focus(i); set(v); } });
    const cannot = h("button", { type: "button", class: "grid-score__cannot", "aria-pressed": "false", "aria-label": `Crop ${i + 1}: cannot judge`, title: "cannot judge", onclick: () => { focus(i); set(null); } }, "–");
    const node = h("figure", { class: "grid-score__cell", "data-place": String(crop.place) }, pic, h("figcaption", { class: "grid-score__marks" }, marks.node, cannot));
    node.addEventListener("pointerdown", () => focus(i));
    return { node, pic, img, marks, cannot, crop };
  }

  function layout() {
    const style = getComputedStyle(root);
    const w = root.clientWidth - parseFloat(style.paddingLeft) * 2;
    const hgt = root.clientHeight - parseFloat(style.paddingTop) * 2;
    const plan = equalAreaGrid(crops.map((c) => c.width / c.height), w, hgt, GAP, UNDER);
    columns = plan.columns;
    root.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    cells.forEach((c, i) => Object.assign(c.img.style, { width: `${plan.sizes[i][0]}px`, height: `${plan.sizes[i][1]}px` }));
    show();
  }

  const isGiven = (i) => Object.hasOwn(given, crops[i].place);
  const left = () => crops.filter((_, i) => !isGiven(i)).length;

  function show() {
    cells.forEach((c, i) => {
      c.node.toggleAttribute("data-focused", i === focused);
      c.node.toggleAttribute("data-given", isGiven(i));
      c.cannot.setAttribute("aria-pressed", String(isGiven(i) && given[c.crop.place] === null));
      const value = isGiven(i) ? given[c.crop.place] : null;
      if (c.marks.value() !== value) c.marks.pick(value, { silent: true });
    });
  }

  function focus(i) {
    focused = Math.min(Math.max(i, 0), crops.length - 1);
    show();
  }

  function set(value) {
    given[crops[focused].place] = value;
    ranking.put(String(crops[focused].place), value);
    show();
    onChange();
  }

  function advance() {
    for (let d = 1; d <= crops.length; d += 1) {
      const i = (focused + d) % crops.length;
      if (!isGiven(i)) return focus(i);
    }
    return undefined;
  }

  // Ranks go with the scores once somebody has put crops into an order.
  function read() {
    const ranks = ranking.isOrdered() ? ranking.read() : {};
    return crops.filter((c) => Object.hasOwn(given, c.place)).map((c) => {
      const rank = ranks[c.place];
      return rank ? { place: c.place, score: given[c.place], rank } : { place: c.place, score: given[c.place] };
    });
  }

  // The order may have given the crop another score.
  function reordered(place) {
    focused = crops.findIndex((crop) => String(crop.place) === String(place));
    given[crops[focused].place] = ranking.valueOf(String(place));
    show();
    onChange();
  }

  return {
    root,
    ready: Promise.all(cells.map((c) => decoded(c.img))),
    ranking,
    pictures: () => cells.map(({ pic, crop }) => [pic, crop]),
    read,
    left,
    /** Puts a crop among those of a grade, at a place in their order. */
    place(place, value, at) {
      ranking.move(String(place), value, at);
      reordered(place);
    },
    /** The focused crop one step better (1) or worse (-1); false where it has no score or no further to go. */
    step(way) {
      const place = String(crops[focused].place);
      if (ranking.valueOf(place) === null || !ranking.step(place, way)) return false;
      reordered(place);
      return true;
    },
    focused: () => crops[focused],
    focusedIndex: () => focused,
    focus,
    /** Scores the focused crop (null: cannot judge) and goes on. */
    score(value) {
      set(value);
      advance();
    },
    /** Takes the focused score back, or the one before it where there is none. */
    clear() {
      if (!isGiven(focused)) focus(focused - 1);
      delete given[crops[focused].place];
      ranking.put(String(crops[focused].place), null);
      show();
      onChange();
    },
    move(key) {
      const d = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
      if (focused + d >= 0 && focused + d < crops.length) focus(focused + d);
    },
    destroy() {
      watcher.disconnect();
      root.remove();
    },
  };
}
