// Two to twelve crops of one photo at one same area: arrows move, digits score the focused one and go on to the
// next that has none, `-` or 0 says that it cannot be judged, Enter opens it large or, when all are scored, submits.

import { decoded, h } from "./dom.js";
import { equalAreaGrid } from "./geometry.js";
import { createScale } from "./rating.js";

const GAP = 24;
const UNDER = 56;

/**
 * crops: [{place, url, width, height}], scale: [{value, label}], scores: {place: number | null}.
 * onChange(scores), onFull(list of crops to show large).
 */
export function createGrid(stage, { crops, scale, scores = {}, onChange = () => {} }) {
  const given = { ...scores };
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
    show();
    onChange(read());
  }

  function advance() {
    for (let d = 1; d <= crops.length; d += 1) {
      const i = (focused + d) % crops.length;
      if (!isGiven(i)) return focus(i);
    }
    return undefined;
  }

  function read() {
    return crops.filter((c) => Object.hasOwn(given, c.place)).map((c) => ({ place: c.place, score: given[c.place] }));
  }

  return {
    root,
    ready: Promise.all(cells.map((c) => decoded(c.img))),
    read,
    left,
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
      show();
      onChange(read());
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

/** The strip that shows how often each value was used on this item. */
export function createRange(scale) {
  const bars = scale.map((step) => {
    const meter = h("meter", { min: 0, max: 1, value: 0, "aria-label": `${step.value} ${step.label || ""}`.trim() });
    return { step, meter, node: h("li", {}, h("b", { text: String(step.value) }), h("span", { text: step.label || "" }), meter) };
  });
  return {
    node: h("ul", { class: "used-range", "aria-label": "Values used on this photo" }, ...bars.map((b) => b.node)),
    show(scores, n) {
      for (const bar of bars) {
        const used = scores.filter((s) => s.score === bar.step.value).length;
        bar.meter.value = n ? used / n : 0;
        bar.node.toggleAttribute("data-used", used > 0);
      }
    },
  };
}
