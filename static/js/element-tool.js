// Composition elements on the stage: drawn on the photo, selected by focus or click, dragged by mouse, nudged by keys.
//
// createElementTool(stage, photo, options) with options
//   elements     [{name, shape, title, points, words}]: the list itself stays with the caller
//   onSelect(at)                       at is -1 when nothing is selected
//   onChange(at, points, {isSettled})  an element was moved or reshaped
//   onDraw(from, to)                   a drag over the empty photo ended
// Everything that the mouse does keys do too: Tab goes from element to element and to the points of the selected one.

import { createCropZoom } from "./crop-zoom.js";
import { decoded, h, svg } from "./dom.js";
import { anchorOf, bounds, handlesOf, moved, movedHandle, pathOf } from "./element-shapes.js";
import { clamp, containRect } from "./geometry.js";
import { overlayLines } from "./overlays.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const GUIDES = { center: "centre", rule_of_thirds: "thirds", golden_ratio: "golden" };
const SLACK = 4;

export function createElementTool(stage, photo, { onSelect, onChange, onDraw }) {
  const dom = build(photo);
  let elements = [];
  let selected = -1;
  let rect = { width: 1, height: 1 };
  let fit = { width: 1, height: 1, room: [1, 1] };
  let gesture = null;
  stage.append(dom.root);
  const zoom = createCropZoom(dom.root, { photo, fit: () => fit, onChange: layout });
  const watcher = new ResizeObserver(layout);
  watcher.observe(dom.root);

  // ---- drawing -------------------------------------------------------------------------------

  function layout() {
    const style = getComputedStyle(dom.root);
    const room = [dom.root.clientWidth - 2 * parseFloat(style.paddingLeft), dom.root.clientHeight - 2 * parseFloat(style.paddingTop)];
    const whole = containRect(photo.width, photo.height, Math.max(room[0], 1), Math.max(room[1], 1), 2);
    fit = { width: whole.width, height: whole.height, room };
    zoom.hold();
    const [x, y] = zoom.offset();
    rect = { width: whole.width * zoom.scale(), height: whole.height * zoom.scale() };
    Object.assign(dom.area.style, { width: `${rect.width}px`, height: `${rect.height}px`, transform: `translate(${x}px, ${y}px)` });
    dom.lines.setAttribute("viewBox", `0 0 ${rect.width} ${rect.height}`);
    draw();
  }

  /** Shows another list; the focus stays with the selected element. */
  function set(list, at) {
    const hadFocus = dom.marks.contains(document.activeElement);
    const point = at === selected ? pointInFocus() : -1;
    elements = list;
    selected = at;
    dom.lines.replaceChildren(svg("path", { class: "guide case" }), svg("path", { class: "guide line" }), ...elements.map(lineOf));
    dom.marks.replaceChildren(...elements.map(markOf));
    draw();
    if (hadFocus) focus(point);
  }

  function lineOf(element, i) {
    const parts = ["hit", "case", "line"].map((name) => svg("path", { class: name }));
    return svg("g", { class: "element-line", "data-at": i, "data-element": element.name }, ...parts);
  }

  function markOf(element, i) {
    const points = handlesOf(element.shape, element.points);
    const dots = points.map((_, p) => h("span", { class: "element-mark__point", tabindex: "0", role: "group", "data-point": p, "aria-label": `Point ${p + 1} of ${points.length}, ${element.title}` }));
    return h("div", { class: "element-mark", "data-at": i, "data-element": element.name }, h("div", { class: "element-mark__body", tabindex: "0", role: "group" }), h("span", { class: "element-mark__label", text: `${i + 1} ${element.title}` }), ...dots);
  }

  function draw() {
    elements.forEach(drawOne);
    const guide = elements[selected] && GUIDES[elements[selected].name];
    const d = guide ? overlayLines(guide, rect.width, rect.height).map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join("") : "";
    dom.lines.querySelectorAll(".guide").forEach((path) => path.setAttribute("d", d));
    dom.hint.hidden = elements.length > 0;
  }

  function drawOne(element, i) {
    const line = dom.lines.querySelector(`[data-at="${i}"]`);
    const mark = dom.marks.children[i];
    const d = pathOf(element.shape, element.points, rect.width, rect.height);
    line.querySelectorAll("path").forEach((path) => path.setAttribute("d", d));
    for (const node of [line, mark]) {
      node.toggleAttribute("data-selected", i === selected);
      node.toggleAttribute("data-open", Boolean(element.isOpen));
    }
    const [x1, y1, x2, y2] = bounds(element.points);
    put(mark.querySelector(".element-mark__body"), x1, y1, x2 - x1, y2 - y1);
    mark.querySelector(".element-mark__body").setAttribute("aria-label", `Element ${i + 1}, ${element.title}, ${element.words}`);
    const [lx, ly] = anchorOf(element.shape, element.points);
    put(mark.querySelector(".element-mark__label"), clamp(lx, 0, 0.86), clamp(ly, 0, 0.96));
    const points = handlesOf(element.shape, element.points);
    mark.querySelectorAll(".element-mark__point").forEach((dot, p) => {
      dot.hidden = i !== selected;
      put(dot, points[p][0], points[p][1]);
    });
  }

  function put(node, x, y, w, hgt) {
    Object.assign(node.style, { left: `${x * 100}%`, top: `${y * 100}%` });
    if (w !== undefined) Object.assign(node.style, { width: `${w * 100}%`, height: `${hgt * 100}%` });
  }

  function select(at, { isQuiet = false } = {}) {
    if (at === selected) return;
    selected = at;
    draw();
    if (!isQuiet) onSelect(at);
  }

  const pointInFocus = () => {
    const point = document.activeElement?.dataset?.point;
    return point === undefined || !dom.marks.contains(document.activeElement) ? -1 : Number(point);
  };

  function focus(point = -1) {
    const mark = dom.marks.children[selected];
    const node = point < 0 ? mark?.querySelector(".element-mark__body") : mark?.querySelectorAll(".element-mark__point")[point];
    (node || stage).focus({ preventScroll: true });
  }

  // ---- pointer -------------------------------------------------------------------------------

  const placeOf = (event) => {
    const at = dom.area.getBoundingClientRect();
    return [(event.clientX - at.left) / at.width, (event.clientY - at.top) / at.height];
  };

  function onDown(event) {
    if (event.button > 1) return;
    event.preventDefault();
    dom.root.setPointerCapture(event.pointerId);
    if (zoom.down(event)) {
      onCancel();
      return;
    }
    if (event.button !== 0) return;
    const dot = event.target.closest?.(".element-mark__point");
    const line = event.target.closest?.(".element-line");
    const at = dot ? selected : line ? Number(line.dataset.at) : -1;
    gesture = { at, point: dot ? Number(dot.dataset.point) : -1, from: placeOf(event), before: elements[at]?.points, x: event.clientX, y: event.clientY, isLive: false };
    select(at);
    focus(gesture.point);
  }

  function onMove(event) {
    if (zoom.move(event) || !gesture) return;
    if (!gesture.isLive && Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y) < SLACK) return;
    gesture.isLive = true;
    gesture.to = placeOf(event);
    if (gesture.at < 0) return drawBand();
    const { shape } = elements[gesture.at];
    const [dx, dy] = [gesture.to[0] - gesture.from[0], gesture.to[1] - gesture.from[1]];
    change(gesture.point < 0 ? moved(gesture.before, dx, dy) : movedHandle(shape, gesture.before, gesture.point, gesture.to), false);
    return undefined;
  }

  function drawBand() {
    const [a, b] = [gesture.from, gesture.to].map((p) => p.map((v) => clamp(v, 0, 1)));
    dom.band.hidden = false;
    put(dom.band, Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]));
  }

  /** A second finger or a lost pointer: what the drag moved goes back. */
  function onCancel() {
    const { at = -1, before, isLive } = gesture || {};
    gesture = null;
    dom.band.hidden = true;
    if (isLive && at >= 0) change(before, false);
  }

  function onUp(event) {
    if (zoom.up(event) || !gesture) return;
    const { at, from, to, before, isLive } = gesture;
    gesture = null;
    dom.band.hidden = true;
    if (!isLive) return;
    if (at < 0) onDraw(from.map((v) => clamp(v, 0, 1)), to.map((v) => clamp(v, 0, 1)));
    else onChange(at, elements[at].points, { isSettled: true, before });
  }

  function change(points, isSettled, before) {
    elements[selected].points = points;
    draw();
    onChange(selected, points, { isSettled, before });
  }

  // ---- keys ----------------------------------------------------------------------------------

  /** One arrow key: moves the point in focus, else the whole element; with Shift ten times as far. */
  function arrow(event) {
    const dir = ARROWS[event.key];
    const element = elements[selected];
    if (!dir || !element) return false;
    const far = event.shiftKey ? 10 : 1;
    const [dx, dy] = [(dir[0] * far) / rect.width, (dir[1] * far) / rect.height];
    const point = pointInFocus();
    const before = element.points;
    if (point < 0) change(moved(before, dx, dy), true, before);
    else {
      const [x, y] = handlesOf(element.shape, before)[point];
      change(movedHandle(element.shape, before, point, [x + dx, y + dy]), true, before);
    }
    return true;
  }

  dom.root.addEventListener("pointerdown", onDown);
  dom.root.addEventListener("pointermove", onMove);
  dom.root.addEventListener("pointerup", onUp);
  dom.root.addEventListener("pointercancel", (event) => {
    zoom.up(event);
    onCancel();
  });
  dom.marks.addEventListener("focusin", (event) => select(Number(event.target.closest(".element-mark").dataset.at)));

  return {
    ready: decoded(dom.img),
    set,
    select,
    focus,
    draw,
    arrow,
    pointInFocus,
    toggleZoom: zoom.toggle,
    fit: zoom.whole,
    destroy() {
      zoom.destroy();
      watcher.disconnect();
      dom.root.remove();
    },
  };
}

function build(photo) {
  const img = h("img", { class: "crop__img", src: photo.url, alt: "The photo under review", draggable: false, decoding: "async" });
  const lines = svg("svg", { class: "element-lines", "aria-hidden": "true", preserveAspectRatio: "none" });
  const marks = h("div", { class: "element-marks" });
  const band = h("div", { class: "element-band", hidden: true });
  const hint = h("p", { class: "crop__hint", text: "Drag on the photo to draw an element of the chosen class." });
  const area = h("div", { class: "crop__area" }, img, lines, marks, band);
  const root = h("div", { class: "crop" }, area, hint);
  return { root, area, img, lines, marks, band, hint };
}
